"""The flows of a group and of a ranking: which sensors, and what is made of them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from homeassistant.components.sensor.const import UNIT_CONVERTERS, SensorDeviceClass
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_UNIT_OF_MEASUREMENT, CONF_NAME
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import selector
import voluptuous as vol

from ...const import GROUP
from ...fields import listed
from ...homes import CONF_MEMBERS, OWN, home_of, subentry_of
from ...last_page import Made
from ..const import RANKING
from ..counting.amounts import KWH_PER_SQUARE_METRE
from ..counting.form import SENSOR, FormFlow
from .group import CONF_INDEX, CONF_OPERATION, CONF_UNIT, Operation
from .ranking import CONF_MINE, CONF_NAMES

SENSORS = selector.EntitySelector(selector.EntitySelectorConfig(domain="sensor", multiple=True))


@callback
def member_errors(hass: HomeAssistant, members: Collection[str]) -> dict[str, str]:
    """Return why sensors cannot be put together, whatever they say."""
    if len(members) < 2:
        return {CONF_MEMBERS: "too_few_members"}
    for entity_id in members:
        subentry = subentry_of(hass, entity_id)
        # One that is itself made of others could lead back to this one.
        if subentry is not None and subentry.subentry_type in (GROUP, RANKING):
            return {CONF_MEMBERS: "group_of_groups"}
    return {}


@callback
def states_of(hass: HomeAssistant, members: Iterable[str]) -> list[State]:
    """Return the states of the sensors that have one."""
    return [state for one in members if (state := hass.states.get(one)) is not None]


GROUP_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_NAME): selector.TextSelector(),
        vol.Required(CONF_MEMBERS): SENSORS,
        vol.Required(CONF_OPERATION, default=Operation.SUM.value): listed("operation", Operation),
    }
)

CUMULATIVE = ("total", "total_increasing")
COUNTED = (SensorDeviceClass.ENERGY, SensorDeviceClass.GAS, SensorDeviceClass.WATER)


class GroupFlow(FormFlow):
    """Make one series of several, or change which."""

    schema = GROUP_SCHEMA
    made = Made.GROUP
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
    """Return whether a sensor only counts up.

    A friend's index has no state class; what was counted in periods has its statistic instead.
    """
    attributes = state.attributes
    if "state_class" in attributes or "statistic" in attributes:
        return attributes.get("state_class") in CUMULATIVE
    return attributes.get(ATTR_DEVICE_CLASS) in COUNTED


def have_common_unit(states: Iterable[State]) -> bool:
    """Return whether sensors measure the same, in units of which each can be made the other."""
    units = {state.attributes.get(ATTR_UNIT_OF_MEASUREMENT) for state in states}
    classes = {state.attributes.get(ATTR_DEVICE_CLASS) for state in states}
    if len(units) == 1:
        return True
    converter = UNIT_CONVERTERS.get(classes.pop()) if len(classes) == 1 else None
    return converter is not None and units <= converter.VALID_UNITS


RANKING_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_NAME): selector.TextSelector(),
        vol.Required(CONF_MEMBERS): SENSORS,
        vol.Optional(CONF_MINE): SENSOR,
        vol.Required(CONF_NAMES, default=False): selector.BooleanSelector(),
    }
)


class RankingFlow(FormFlow):
    """Rank homes that publish their figure, or change which."""

    schema = RANKING_SCHEMA
    made = Made.RANKING
    references = (CONF_MEMBERS, CONF_MINE)

    def suggested(self) -> dict[str, Any]:
        """Return the figures that friends share, and one's own where there is one only."""
        by_area = [
            state.entity_id
            for state in self.hass.states.async_all("sensor")
            if str(state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)).startswith(KWH_PER_SQUARE_METRE)
        ]
        own = [entity_id for entity_id in by_area if home_of(self.hass, entity_id) == OWN]
        found: dict[str, Any] = {CONF_MEMBERS: [one for one in by_area if one not in own]}
        if len(own) == 1:
            found[CONF_MINE] = own[0]
        return found

    def known(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answers that a ranking was made of."""
        others = [ref for ref in data[CONF_MEMBERS] if ref != data.get(CONF_MINE)]
        return super().known({**data, CONF_MEMBERS: others})

    def errors(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with the figures."""
        members = all_of(given)
        if errors := member_errors(self.hass, members):
            return errors
        states = states_of(self.hass, members)
        if len({state.attributes.get(ATTR_UNIT_OF_MEASUREMENT) for state in states}) > 1:
            return {CONF_MEMBERS: "units_differ"}
        return {}

    def stored(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the subentry stores."""
        return super().stored({**given, CONF_MEMBERS: all_of(given)})


def all_of(given: Mapping[str, Any]) -> list[str]:
    """Return the figures of a form, one's own among them."""
    members = list(given[CONF_MEMBERS])
    if mine := given.get(CONF_MINE):
        members.append(mine)
    return list(dict.fromkeys(members))
