"""The flow of a group: which sensors, and whether they add up or are averaged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from homeassistant.components.sensor.const import UNIT_CONVERTERS, SensorDeviceClass
from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_UNIT_OF_MEASUREMENT, CONF_NAME
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
)
import voluptuous as vol

from ..const import DOMAIN
from .const import CONF_INDEX, CONF_MEMBERS, CONF_OPERATION, CONF_UNIT, GROUP, RANKING
from .group import Operation
from .sources import entities_of, reference_to

SENSORS = EntitySelector(EntitySelectorConfig(domain="sensor", multiple=True))
SCHEMA = vol.Schema(
    {
        vol.Required(CONF_NAME): TextSelector(),
        vol.Required(CONF_MEMBERS): SENSORS,
        vol.Required(CONF_OPERATION, default=Operation.SUM.value): SelectSelector(
            SelectSelectorConfig(options=list(Operation), translation_key=CONF_OPERATION)
        ),
    }
)

CUMULATIVE = ("total", "total_increasing")
COUNTED = (SensorDeviceClass.ENERGY, SensorDeviceClass.GAS, SensorDeviceClass.WATER)


class GroupFlow(ConfigSubentryFlow):
    """Make one series of several, or change which."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for the sensors."""
        errors: dict[str, str] = {}
        if user_input is not None and not (errors := group_errors(self.hass, user_input)):
            data = _group(self.hass, user_input)
            return self.async_create_entry(title=user_input[CONF_NAME], data=data)
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(SCHEMA, user_input),
            errors=errors,
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change the sensors while it runs."""
        subentry = self._get_reconfigure_subentry()
        errors: dict[str, str] = {}
        if user_input is not None and not (errors := group_errors(self.hass, user_input)):
            return self.async_update_and_abort(
                self._get_entry(),
                subentry,
                title=user_input[CONF_NAME],
                data=_group(self.hass, user_input),
            )
        members = list(entities_of(self.hass, subentry.data[CONF_MEMBERS]))
        known = {**subentry.data, CONF_NAME: subentry.title, CONF_MEMBERS: members}
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(SCHEMA, user_input or known),
            errors=errors,
        )


@callback
def group_errors(hass: HomeAssistant, given: dict[str, Any]) -> dict[str, str]:
    """Return what is wrong with the members of a form."""
    members: list[str] = given[CONF_MEMBERS]
    if len(set(members)) < 2:
        return {CONF_MEMBERS: "too_few_members"}
    if any(is_made_of_others(hass, entity_id) for entity_id in members):
        return {CONF_MEMBERS: "group_of_groups"}
    states = [state for entity_id in members if (state := hass.states.get(entity_id)) is not None]
    if len(states) < len(members):
        return {CONF_MEMBERS: "no_state"}
    if len({is_index(state) for state in states}) > 1 or not have_common_unit(states):
        return {CONF_MEMBERS: "units_differ"}
    return {}


@callback
def is_made_of_others(hass: HomeAssistant, entity_id: str) -> bool:
    """Tell whether a sensor is itself a group's or a ranking's: it could lead back to this one."""
    entity = er.async_get(hass).async_get(entity_id)
    if entity is None or entity.platform != DOMAIN or entity.config_subentry_id is None:
        return False
    entry = hass.config_entries.async_get_entry(entity.config_entry_id or "")
    subentry = None if entry is None else entry.subentries.get(entity.config_subentry_id)
    return subentry is not None and subentry.subentry_type in (GROUP, RANKING)


def is_index(state: State) -> bool:
    """Tell whether a sensor only counts up.

    A friend's index has no state class; what was counted in periods has its statistic instead.
    """
    attributes = state.attributes
    if "state_class" in attributes or "statistic" in attributes:
        return attributes.get("state_class") in CUMULATIVE
    return attributes.get(ATTR_DEVICE_CLASS) in COUNTED


def have_common_unit(states: Iterable[State]) -> bool:
    """Tell whether sensors measure the same, in units of which each can be made the other."""
    units = {state.attributes.get(ATTR_UNIT_OF_MEASUREMENT) for state in states}
    classes = {state.attributes.get(ATTR_DEVICE_CLASS) for state in states}
    if len(units) == 1:
        return True
    converter = UNIT_CONVERTERS.get(classes.pop()) if len(classes) == 1 else None
    return converter is not None and units <= converter.VALID_UNITS


def _group(hass: HomeAssistant, given: dict[str, Any]) -> dict[str, Any]:
    """Return what the subentry stores: its unit is that of the first member."""
    members = given[CONF_MEMBERS]
    states = [state for entity_id in members if (state := hass.states.get(entity_id)) is not None]
    classes = {state.attributes.get(ATTR_DEVICE_CLASS) for state in states}
    return {
        CONF_MEMBERS: [reference_to(hass, entity_id) for entity_id in dict.fromkeys(members)],
        CONF_OPERATION: given[CONF_OPERATION],
        CONF_UNIT: states[0].attributes.get(ATTR_UNIT_OF_MEASUREMENT),
        ATTR_DEVICE_CLASS: classes.pop() if len(classes) == 1 else None,
        CONF_INDEX: is_index(states[0]),
    }
