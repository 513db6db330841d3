"""The entity of a publication is gone: a repair issue lets the household choose another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
import voluptuous as vol

from .config import CONF_ENTITY, publication_data, publications_of
from .errors import NotShareable
from .model import PublicationId
from .source import SENSOR, choose, measures_the_same

if TYPE_CHECKING:
    from homeassistant.components.repairs.models import RepairsFlowResult


class SourceMissingFlow(RepairsFlow):
    """Share another entity in its place, or share the series no more."""

    def __init__(self, entry: ConfigEntry[Any], publication: PublicationId) -> None:
        self._entry = entry
        self._publication = publication

    @property
    def _subentry(self) -> ConfigSubentry:
        return publications_of(self._entry)[self._publication]

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Offer the two answers."""
        return self.async_show_menu(
            step_id="init",
            menu_options=["choose", "remove"],
            description_placeholders={"series": self._subentry.title},
        )

    async def async_step_choose(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Take another entity that measures the same: friends go on with what they have."""
        errors: dict[str, str] = {}
        if user_input is not None:
            data = publication_data(self._subentry)
            try:
                source, state = choose(self.hass, user_input[CONF_ENTITY])
            except NotShareable as error:
                errors[CONF_ENTITY] = error.key
            else:
                if measures_the_same(state, data["measurement"]):
                    self.hass.config_entries.async_update_subentry(
                        self._entry, self._subentry, data={**data, **source}
                    )
                    return self.async_create_entry(data={})
                errors[CONF_ENTITY] = "measures_other"
        schema = vol.Schema({vol.Required(CONF_ENTITY): SENSOR})
        return self.async_show_form(
            step_id="choose",
            data_schema=self.add_suggested_values_to_schema(schema, user_input),
            errors=errors,
        )

    async def async_step_remove(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Remove the publication once this is confirmed."""
        if user_input is None:
            return self.async_show_form(step_id="remove", data_schema=vol.Schema({}))
        self.hass.config_entries.async_remove_subentry(self._entry, self._subentry.subentry_id)
        return self.async_create_entry(data={})
