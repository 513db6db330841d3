"""States of Home Assistant as numbers, and as whole ones: milliwatts, microjoules, milliseconds."""

import math

from homeassistant.const import (
    ATTR_UNIT_OF_MEASUREMENT,
    UnitOfApparentPower,
    UnitOfEnergy,
    UnitOfPower,
)
from homeassistant.core import State
from homeassistant.util.unit_conversion import (
    ApparentPowerConverter,
    BaseUnitConverter,
    EnergyConverter,
    PowerConverter,
)

from ...protocol.limits import can_be
from .calendar import MS
from .counter import MICROJOULES_OF_WH

# A French meter's customer port tells powers in VA only. Counted as W they are a little too high
# for motors and chargers, and right for all that heats; energies come from the indexes, in Wh.
POWERS: dict[type[BaseUnitConverter], str] = {
    PowerConverter: UnitOfPower.WATT,
    ApparentPowerConverter: UnitOfApparentPower.VOLT_AMPERE,
}
ENERGIES: dict[type[BaseUnitConverter], str] = {EnergyConverter: UnitOfEnergy.WATT_HOUR}


def number(state: State | None) -> float | None:
    """Return what a state says in its own unit, None if that is no number that can be."""
    try:
        value = math.nan if state is None else float(state.state)
    except ValueError:
        return None
    return value if can_be(value) else None


def milliwatts(state: State | None) -> int | None:
    """Return a power, None if the state is none."""
    watts = _value(state, POWERS)
    return None if watts is None else round(watts * 1000)


def microjoules(state: State | None) -> int | None:
    """Return an energy to the milliwatt-hour, None if the state is none."""
    watt_hours = _value(state, ENERGIES)
    return None if watt_hours is None else round(watt_hours * 1000) * (MICROJOULES_OF_WH // 1000)


def is_power(unit: str | None) -> bool:
    """Return whether a unit is one of powers."""
    return any(unit in converter.VALID_UNITS for converter in POWERS)


def is_energy(unit: str | None) -> bool:
    """Return whether a unit is one of energies."""
    return unit in EnergyConverter.VALID_UNITS


def milliseconds(seconds: float) -> int:
    """Return a moment as the figures count it."""
    return round(seconds * MS)


def _value(state: State | None, units: dict[type[BaseUnitConverter], str]) -> float | None:
    said = number(state)
    if state is None or said is None:
        return None
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    for converter, target in units.items():
        if unit in converter.VALID_UNITS:
            value = converter.convert(said, unit, target)
            return value if can_be(value) else None
    return None
