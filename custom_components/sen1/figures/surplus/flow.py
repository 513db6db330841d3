"""The flow of a need: what an appliance draws, and when surplus is worth starting it."""

from collections.abc import Mapping
from typing import Any

from homeassistant.const import CONF_NAME, PERCENTAGE
from homeassistant.data_entry_flow import section
from homeassistant.helpers import selector
import voluptuous as vol

from ...fields import box
from ...last_page import Made
from ..const import NEED
from ..counting.form import POWER_SENSOR, FormFlow
from .needs import (
    CONF_APPLIANCE,
    CONF_COUNTED,
    CONF_DELAY,
    CONF_HYSTERESIS,
    CONF_MAXIMUM_POWER,
    CONF_MINIMUM,
    CONF_POWER,
    CONF_PRIORITY,
    CONF_SHARE,
    CONF_SURPLUS,
)

SECTION_FINE = "fine"

DEFAULTS = {CONF_HYSTERESIS: 200, CONF_DELAY: 60, CONF_MINIMUM: 300}
"""A cloud passes in a minute; an appliance that starts runs five."""

FINE_SCHEMA = vol.Schema(
    {
        vol.Optional(CONF_APPLIANCE): POWER_SENSOR,
        vol.Optional(CONF_SURPLUS): POWER_SENSOR,
        vol.Required(CONF_COUNTED, default=False): selector.BooleanSelector(),
        vol.Required(CONF_HYSTERESIS, default=DEFAULTS[CONF_HYSTERESIS]): box(100_000, unit="W"),
        vol.Required(CONF_DELAY, default=DEFAULTS[CONF_DELAY]): box(3600, unit="s"),
        vol.Required(CONF_MINIMUM, default=DEFAULTS[CONF_MINIMUM]): box(86_400, unit="s"),
    }
)
SCHEMA = vol.Schema(
    {
        vol.Required(CONF_NAME): selector.TextSelector(),
        vol.Required(CONF_POWER): box(1_000_000, unit="W", minimum=1),
        vol.Optional(CONF_MAXIMUM_POWER): box(1_000_000, unit="W", minimum=1),
        vol.Required(CONF_SHARE, default=100): box(100, unit=PERCENTAGE, minimum=1),
        vol.Required(CONF_PRIORITY): box(99, minimum=1),
        vol.Required(SECTION_FINE): section(FINE_SCHEMA, {"collapsed": True}),
    }
)


class NeedFlow(FormFlow):
    """Add an appliance that should run on surplus, or change it."""

    schema = SCHEMA
    made = Made.NEED
    references = (CONF_SURPLUS, CONF_APPLIANCE)

    def suggested(self) -> dict[str, Any]:
        """Return what another one is like: it comes last of those there are."""
        needs = self._get_entry().get_subentries_of_type(NEED)
        last = max((need.data[CONF_PRIORITY] for need in needs), default=0)
        return {CONF_PRIORITY: min(last + 1, 99), SECTION_FINE: DEFAULTS}

    def errors(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong: the most cannot be less than the least."""
        if given.get(CONF_MAXIMUM_POWER, given[CONF_POWER]) < given[CONF_POWER]:
            return {CONF_MAXIMUM_POWER: "maximum_below_power"}
        return {}

    def known(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answers that a need was made of."""
        known = super().known(data)
        return {**known, SECTION_FINE: known}

    def stored(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the subentry stores: what is flat for the home has a section in the form."""
        flat = {**given, **given[SECTION_FINE]}
        del flat[SECTION_FINE]
        return super().stored(flat)
