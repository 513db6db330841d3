"""What the forms of subentries share: their fields, and the two steps of one that is one form."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers import selector
import voluptuous as vol

from ...const import UserInput
from ...fields import show_form
from ...last_page import Made, async_last_page
from ...texts import async_texts
from .sources import with_entities, with_references

POWER_CLASSES: list[str] = [SensorDeviceClass.POWER, SensorDeviceClass.APPARENT_POWER]
SENSOR = selector.EntitySelector(selector.EntitySelectorConfig(domain="sensor"))
POWER_SENSOR = selector.EntitySelector(
    selector.EntitySelectorConfig(domain="sensor", device_class=POWER_CLASSES)
)


async def async_text(hass: HomeAssistant, path: str, otherwise: str) -> str:
    """Return one of our texts in the language of this Home Assistant: what a title is made of."""
    above, _, key = path.rpartition(".")
    return (await async_texts(hass, above)).get(key, otherwise)


class FormFlow(ConfigSubentryFlow):
    """Add what one form describes, or change it; the form asks for its name."""

    schema: ClassVar[vol.Schema]
    made: ClassVar[Made]
    references: ClassVar[Collection[str]] = ()
    """Fields whose sensors are stored by their references."""

    async def async_step_user(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Ask what it is."""
        return await self.async_show_until_stored("user", user_input)

    async def async_step_reconfigure(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Change it while it runs; what was counted stays."""
        return await self.async_show_until_stored("reconfigure", user_input)

    async def async_show_until_stored(
        self, step_id: str, user_input: UserInput, schema: vol.Schema | None = None
    ) -> SubentryFlowResult:
        """Show the form until its answers can be stored; one that is changed shows what is."""
        changed = None
        if self.source == SOURCE_RECONFIGURE:
            changed = self._get_reconfigure_subentry()
        errors: dict[str, str] = {}
        if user_input is not None and not (errors := self.errors(user_input)):
            title, data = user_input[CONF_NAME], self.stored(user_input)
            if changed is None:
                page = await async_last_page(self.hass, self.made)
                return self.async_create_entry(title=title, data=data, **page)
            return self.async_update_and_abort(self._get_entry(), changed, title=title, data=data)
        shown = self.suggested()
        if changed is not None:
            shown = {CONF_NAME: changed.title, **self.known(changed.data)}
        fields = (schema or self.schema).schema
        return show_form(self, step_id, fields, user_input or shown, errors)

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
