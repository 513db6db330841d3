"""What the answers to repair issues share: the account, and what in it they are about."""

from typing import TYPE_CHECKING

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigSubentry

from ..running import RunningEntry

if TYPE_CHECKING:
    from homeassistant.components.repairs.models import RepairsFlowResult

type FixResult = RepairsFlowResult


class FixFlow(RepairsFlow):
    """Answer an issue of an account; `_subject` is what it was told of."""

    def __init__(self, entry: RunningEntry, subject: str) -> None:
        self._entry = entry
        self._subject = subject

    def menu(self, *options: str, **names: str) -> FixResult:
        """Say what it is about, and offer some answers."""
        return self.async_show_menu(
            step_id="init", menu_options=[*options], description_placeholders=names
        )

    def settle(self, subentry: ConfigSubentry, **changes: object) -> FixResult:
        """Change what is kept of a subentry: that was the cause."""
        self.hass.config_entries.async_update_subentry(
            self._entry, subentry, data={**subentry.data, **changes}
        )
        return self.async_create_entry(data={})
