"""The flow of a need: what an appliance draws, and when surplus is worth starting it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
)
import voluptuous as vol

from ..const import (
    CONF_APPLIANCE,
    CONF_COUNTED,
    CONF_DELAY,
    CONF_HYSTERESIS,
    CONF_MINIMUM,
    CONF_POWER,
    CONF_PRIORITY,
    CONF_SURPLUS,
    CONF_THRESHOLD,
    NEED,
    SECTION_FINE,
)
from ..counting.sources import entity_of, reference_to

DEFAULTS = {CONF_HYSTERESIS: 200, CONF_DELAY: 60, CONF_MINIMUM: 300}
"""A cloud passes in a minute; an appliance that starts runs five."""

REFERENCES = (CONF_SURPLUS, CONF_APPLIANCE)

POWER_SENSOR = EntitySelector(
    EntitySelectorConfig(
        domain="sensor",
        device_class=[SensorDeviceClass.POWER, SensorDeviceClass.APPARENT_POWER],
    )
)


def box(unit: str | None, minimum: float, maximum: float) -> NumberSelector:
    """Return a box for a whole number."""
    config = NumberSelectorConfig(min=minimum, max=maximum, step=1, mode=NumberSelectorMode.BOX)
    if unit is not None:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


FINE_SCHEMA = vol.Schema(
    {
        vol.Optional(CONF_APPLIANCE): POWER_SENSOR,
        vol.Optional(CONF_SURPLUS): POWER_SENSOR,
        vol.Required(CONF_COUNTED, default=False): BooleanSelector(),
        vol.Optional(CONF_THRESHOLD): box("W", 0, 1_000_000),
        vol.Required(CONF_HYSTERESIS, default=DEFAULTS[CONF_HYSTERESIS]): box("W", 0, 100_000),
        vol.Required(CONF_DELAY, default=DEFAULTS[CONF_DELAY]): box("s", 0, 3600),
        vol.Required(CONF_MINIMUM, default=DEFAULTS[CONF_MINIMUM]): box("s", 0, 86_400),
    }
)
SCHEMA = vol.Schema(
    {
        vol.Required(CONF_NAME): TextSelector(),
        vol.Required(CONF_POWER): box("W", 1, 1_000_000),
        vol.Required(CONF_PRIORITY): box(None, 1, 99),
        vol.Required(SECTION_FINE): section(FINE_SCHEMA, {"collapsed": True}),
    }
)


class NeedFlow(ConfigSubentryFlow):
    """Add an appliance that should run on surplus, or change it."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask what it draws; it comes last of those there are."""
        if user_input is not None:
            title, data = self._need(user_input)
            return self.async_create_entry(title=title, data=data)
        needs = [s for s in self._get_entry().subentries.values() if s.subentry_type == NEED]
        last = max((need.data[CONF_PRIORITY] for need in needs), default=0)
        shown = {CONF_PRIORITY: min(last + 1, 99), SECTION_FINE: DEFAULTS}
        return self.async_show_form(
            step_id="user", data_schema=self.add_suggested_values_to_schema(SCHEMA, shown)
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change it while it runs."""
        subentry = self._get_reconfigure_subentry()
        if user_input is not None:
            title, data = self._need(user_input)
            return self.async_update_and_abort(self._get_entry(), subentry, title=title, data=data)
        stored = {
            key: entity_of(self.hass, value) if key in REFERENCES else value
            for key, value in subentry.data.items()
        }
        shown = {CONF_NAME: subentry.title, **stored, SECTION_FINE: stored}
        return self.async_show_form(
            step_id="reconfigure", data_schema=self.add_suggested_values_to_schema(SCHEMA, shown)
        )

    def _need(self, user_input: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Return the title and what the subentry stores."""
        given = {**user_input, **user_input[SECTION_FINE]}
        title: str = given.pop(CONF_NAME)
        del given[SECTION_FINE]
        return title, {
            key: reference_to(self.hass, value) if key in REFERENCES else value
            for key, value in given.items()
        }


SUBENTRY_FLOWS: dict[str, type[ConfigSubentryFlow]] = {NEED: NeedFlow}
