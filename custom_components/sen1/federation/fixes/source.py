"""The entity of a publication is gone: a repair issue lets the household choose another."""

from typing import cast

from homeassistant.config_entries import ConfigSubentry
import voluptuous as vol

from ...const import UserInput, plain
from ...fields import show_form
from ...protocol.errors import NotShareable
from ...protocol.model import PublicationId
from ..config import PublicationData, publication_data, publications_of
from ..publish.source import SENSOR, choose, is_by_hours, is_nobodys, measures_the_same
from ..relations.circles import is_for_everyone
from .flow import FixFlow, FixResult


class SourceMissingFlow(FixFlow):
    """Share another entity in its place, or share the series no more."""

    @property
    def _subentry(self) -> ConfigSubentry:
        return publications_of(self._entry)[PublicationId(self._subject)]

    async def async_step_init(self, user_input: UserInput = None) -> FixResult:
        """Offer the two answers."""
        return self.menu("choose", "remove", series=plain(self._subentry.title))

    async def async_step_choose(self, user_input: UserInput = None) -> FixResult:
        """Take another entity that measures the same: friends go on with what they have."""
        errors: dict[str, str] = {}
        if user_input is not None:
            data = publication_data(self._subentry)
            try:
                source, state = choose(self.hass, user_input["entity"])
            except NotShareable as error:
                errors["entity"] = error.key
            else:
                changed = cast("PublicationData", {**data, **source})
                is_open = is_for_everyone(self._entry, data["publication"])
                # These are told by hours and days of their own, and take nobody's place.
                is_other = is_by_hours(source)
                if is_other or not measures_the_same(state, data["measurement"]):
                    errors["entity"] = "measures_other"
                elif is_open and not is_nobodys(self.hass, changed):
                    errors["entity"] = "everyone_receives"
                else:
                    return self.settle(self._subentry, **source)
        return show_form(self, "choose", {vol.Required("entity"): SENSOR}, user_input, errors)

    async def async_step_remove(self, user_input: UserInput = None) -> FixResult:
        """Remove the publication once this is confirmed."""
        if user_input is None:
            return show_form(self, "remove", {})
        self.hass.config_entries.async_remove_subentry(self._entry, self._subentry.subentry_id)
        return self.async_create_entry(data={})
