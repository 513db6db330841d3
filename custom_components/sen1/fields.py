"""What forms of several parts have: boxes, choices, how one is shown, a name that is free."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import count
from typing import Any, Literal

from homeassistant.config_entries import ConfigFlow
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import FlowHandler, FlowResult
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.helpers.typing import VolDictType
import voluptuous as vol

from .const import CONF_KIND, DOMAIN, Kind
from .texts import async_texts

CONF_HOME = "home"
"""What a home is called that is fed."""

LINES = TextSelector(TextSelectorConfig(multiline=True))

EMAIL = TextSelector(TextSelectorConfig(type=TextSelectorType.EMAIL))


def box(
    maximum: float, step: float | Literal["any"] = 1, unit: str | None = None, minimum: float = 0
) -> NumberSelector:
    """Return a box for a number."""
    config = NumberSelectorConfig(min=minimum, max=maximum, step=step, mode=NumberSelectorMode.BOX)
    if unit is not None:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


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


listed = partial(worded, mode=SelectSelectorMode.LIST)
"""Returns the same choice, which shows all options."""

dropdown = partial(worded, mode=SelectSelectorMode.DROPDOWN)
"""Returns the same choice, which shows no more than what is chosen."""


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


@callback
def free_title(hass: HomeAssistant, title: str) -> str:
    """Return a title that no entry of ours bears: “Linky”, then “Linky 2”."""
    taken = {entry.title for entry in hass.config_entries.async_entries(DOMAIN)}
    numbered = (title if number == 1 else f"{title} {number}" for number in count(1))
    return next(one for one in numbered if one not in taken)


class FeedingFlow(ConfigFlow):
    """A flow whose statistics or readings feed a home."""

    @abstractmethod
    async def async_make_home(self, title: str, series: Mapping[str, str]) -> None:
        """Make the home of that name, fed by these statistics, unless such a home is there.

        `series` has a statistic of each quantity it tells: what is `bought`, what is `sold`.
        """

    async def async_home_field(self, key: str) -> VolDictType:
        """Return the field of the home's name: one that is there, or another for a new one."""
        entries = self.hass.config_entries.async_entries(DOMAIN)
        homes = [one.title for one in entries if one.data.get(CONF_KIND) == Kind.HOME]
        name = free_title(self.hass, (await async_texts(self.hass, "device.home"))["name"])
        # The only home there is is most likely meant; another name is another home's.
        default = homes[0] if len(homes) == 1 else name
        config = SelectSelectorConfig(options=[*dict.fromkeys([*homes, name])], custom_value=True)
        return {vol.Required(key, default=default): SelectSelector(config)}
