"""The flow of a group: which sensors, and whether they add up or are averaged."""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.components.sensor.const import UNIT_CONVERTERS, SensorDeviceClass
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_UNIT_OF_MEASUREMENT, CONF_NAME
from homeassistant.core import State
from homeassistant.helpers.selector import TextSelector
import voluptuous as vol

from ..counting.form import FormFlow, choice_among
from .group import CONF_INDEX, CONF_OPERATION, CONF_UNIT, Operation
from .members import CONF_MEMBERS
from .members_flow import SENSORS, member_errors, states_of

SCHEMA = vol.Schema(
    {
        vol.Required(CONF_NAME): TextSelector(),
        vol.Required(CONF_MEMBERS): SENSORS,
        vol.Required(CONF_OPERATION, default=Operation.SUM.value): choice_among(
            Operation, "operation"
        ),
    }
)

CUMULATIVE = ("total", "total_increasing")
COUNTED = (SensorDeviceClass.ENERGY, SensorDeviceClass.GAS, SensorDeviceClass.WATER)


class GroupFlow(FormFlow):
    """Make one series of several, or change which."""

    schema = SCHEMA
    references = (CONF_MEMBERS,)

    def errors(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with the members: all count up or none, in units of one kind."""
        members = set(given[CONF_MEMBERS])
        if errors := member_errors(self.hass, members):
            return errors
        states = states_of(self.hass, members)
        if len(states) < len(members):
            return {CONF_MEMBERS: "no_state"}
        if len({is_index(state) for state in states}) > 1 or not have_common_unit(states):
            return {CONF_MEMBERS: "units_differ"}
        return {}

    def stored(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the subentry stores: its unit is that of the first member."""
        members = list(dict.fromkeys(given[CONF_MEMBERS]))
        states = states_of(self.hass, members)
        classes = {state.attributes.get(ATTR_DEVICE_CLASS) for state in states}
        return {
            **super().stored({**given, CONF_MEMBERS: members}),
            CONF_UNIT: states[0].attributes.get(ATTR_UNIT_OF_MEASUREMENT),
            ATTR_DEVICE_CLASS: classes.pop() if len(classes) == 1 else None,
            CONF_INDEX: is_index(states[0]),
        }


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
