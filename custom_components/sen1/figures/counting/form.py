"""What the forms of subentries share: their fields, and the two steps of one that is one form."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import EntitySelector, EntitySelectorConfig
import voluptuous as vol

from .sources import with_entities, with_references

POWER_CLASSES: list[str] = [SensorDeviceClass.POWER, SensorDeviceClass.APPARENT_POWER]
POWER_SENSOR = EntitySelector(EntitySelectorConfig(domain="sensor", device_class=POWER_CLASSES))


class FormFlow(ConfigSubentryFlow):
    """Add what one form describes, or change it; the form asks for its name."""

    schema: ClassVar[vol.Schema]
    references: ClassVar[Collection[str]] = ()
    """Fields whose sensors are stored by their references."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask what it is."""
        errors: dict[str, str] = {}
        if user_input is not None and not (errors := self.errors(user_input)):
            data = self.stored(user_input)
            return self.async_create_entry(title=user_input[CONF_NAME], data=data)
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                self.schema, user_input or self.suggested()
            ),
            errors=errors,
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change it while it runs; what was counted stays."""
        subentry = self._get_reconfigure_subentry()
        errors: dict[str, str] = {}
        if user_input is not None and not (errors := self.errors(user_input)):
            title, data = user_input[CONF_NAME], self.stored(user_input)
            return self.async_update_and_abort(self._get_entry(), subentry, title=title, data=data)
        known = {CONF_NAME: subentry.title, **self.known(subentry.data)}
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(self.schema, user_input or known),
            errors=errors,
        )

    def suggested(self) -> dict[str, Any]:
        """Return what the form of another one is filled in with."""
        return {}

    def errors(self, _given: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with the answers."""
        return {}

    def known(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answers that a subentry was made of, but for its name."""
        return with_entities(self.hass, data, self.references)

    def stored(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the subentry stores of the answers."""
        return with_references(
            self.hass, {k: v for k, v in given.items() if k != CONF_NAME}, self.references
        )
