"""What the forms of these pages share: choices, boxes, texts of several lines, how one is shown."""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.data_entry_flow import FlowHandler, FlowResult
from homeassistant.helpers.selector import (
    QrCodeSelector,
    QrCodeSelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)
import voluptuous as vol

from ..config import CONF_LINK, CONF_PICTURE

LINES = TextSelector(TextSelectorConfig(multiline=True))


def worded(
    words: str,
    options: Iterable[str],
    *,
    multiple: bool = False,
    mode: SelectSelectorMode | None = None,
) -> SelectSelector:
    """Return a choice of options whose words are in the translations."""
    config = SelectSelectorConfig(
        options=[str(option) for option in options], multiple=multiple, translation_key=words
    )
    return _select(config, mode)


def titled(
    titles: Mapping[str, str],
    *,
    multiple: bool = False,
    mode: SelectSelectorMode | None = SelectSelectorMode.LIST,
) -> SelectSelector:
    """Return a choice of what bears titles."""
    options = [SelectOptionDict(value=value, label=title) for value, title in titles.items()]
    return _select(SelectSelectorConfig(options=options, multiple=multiple), mode)


def _select(config: SelectSelectorConfig, mode: SelectSelectorMode | None) -> SelectSelector:
    """Return a choice; without a mode, how it looks depends on how many options there are."""
    if mode is not None:
        config["mode"] = mode
    return SelectSelector(config)


def show_form[Result: FlowResult[Any, Any]](
    flow: FlowHandler[Any, Result, Any],
    step_id: str,
    fields: Mapping[Any, Any],
    shown: Mapping[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    placeholders: Mapping[str, str] | None = None,
) -> Result:
    """Show a form with what was typed or is known; without fields, it only asks to go on."""
    schema = flow.add_suggested_values_to_schema(vol.Schema(dict(fields)), shown)
    return flow.async_show_form(
        step_id=step_id, data_schema=schema, errors=errors, description_placeholders=placeholders
    )


def show_link[Result: FlowResult[Any, Any]](
    flow: FlowHandler[Any, Result, Any], step_id: str, link: str
) -> Result:
    """Show a link as text to copy, and its picture."""
    picture = QrCodeSelector(QrCodeSelectorConfig(data=link, scale=5))
    # Not read-only: of a field that is, telephones let nothing be selected.
    fields = {vol.Optional(CONF_LINK): LINES, vol.Optional(CONF_PICTURE): picture}
    return show_form(flow, step_id, fields, {CONF_LINK: link})
