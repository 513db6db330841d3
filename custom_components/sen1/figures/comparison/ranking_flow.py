"""The flow of a ranking: whose figures, which is one's own, and whether names are shown."""

from collections.abc import Mapping
from typing import Any

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, CONF_NAME
from homeassistant.helpers.selector import BooleanSelector, TextSelector
import voluptuous as vol

from ..counting.amounts import KWH_PER_SQUARE_METRE
from ..counting.form import SENSOR, FormFlow
from .members import CONF_MEMBERS, OWN, home_of
from .members_flow import SENSORS, member_errors, states_of
from .ranking import CONF_MINE, CONF_NAMES

SCHEMA = vol.Schema(
    {
        vol.Required(CONF_NAME): TextSelector(),
        vol.Required(CONF_MEMBERS): SENSORS,
        vol.Optional(CONF_MINE): SENSOR,
        vol.Required(CONF_NAMES, default=False): BooleanSelector(),
    }
)


class RankingFlow(FormFlow):
    """Rank homes that publish their figure, or change which."""

    schema = SCHEMA
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
    mine = given.get(CONF_MINE)
    return list(dict.fromkeys([*given[CONF_MEMBERS], *([mine] if mine else [])]))
