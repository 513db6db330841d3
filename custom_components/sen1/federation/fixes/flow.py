"""What the answers to repair issues share: the account, and what in it they are about."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigSubentry

from ..account import AccountConfigEntry

if TYPE_CHECKING:
    from homeassistant.components.repairs.models import RepairsFlowResult

type FixResult = RepairsFlowResult


class FixFlow(RepairsFlow):
    """Answer an issue of an account; `_subject` is what it was told of."""

    def __init__(self, entry: AccountConfigEntry, subject: str) -> None:
        self._entry = entry
        self._subject = subject

    def menu(self, *options: str, **names: str) -> FixResult:
        """Say what it is about, and offer some answers."""
        return self.async_show_menu(
            step_id="init", menu_options=[*options], description_placeholders=names
        )

    def add(self, kind: str, unique_id: str, title: str, data: Mapping[str, Any]) -> None:
        """Add a subentry to the account."""
        self.hass.config_entries.async_add_subentry(
            self._entry,
            ConfigSubentry(
                data=MappingProxyType(dict(data)),
                subentry_type=kind,
                title=title,
                unique_id=unique_id,
            ),
        )

    def settle(self, subentry: ConfigSubentry, **changes: object) -> FixResult:
        """Change what is kept of a subentry: that was the cause."""
        self.hass.config_entries.async_update_subentry(
            self._entry, subentry, data={**subentry.data, **changes}
        )
        return self.async_create_entry(data={})
