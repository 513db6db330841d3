"""What tells the temperature outside: a sensor, or a weather entity; in °C whatever it shows."""

from enum import StrEnum

from homeassistant.components.sensor import ATTR_STATE_CLASS, SensorStateClass
from homeassistant.components.weather.const import (
    ATTR_WEATHER_TEMPERATURE,
    ATTR_WEATHER_TEMPERATURE_UNIT,
)
from homeassistant.const import (
    ATTR_UNIT_OF_MEASUREMENT,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    UnitOfTemperature,
)
from homeassistant.core import State
from homeassistant.util.unit_conversion import TemperatureConverter

from ..counting.states import number
from .days import can_be

CELSIUS = UnitOfTemperature.CELSIUS
SILENT = (STATE_UNAVAILABLE, STATE_UNKNOWN)


class Thermometer(StrEnum):
    """What tells how cold it is."""

    SENSOR = "sensor"
    WEATHER = "weather"
    ARCHIVE = "archive"


def celsius(state: State | None) -> float | None:
    """Return the temperature that a state tells, °C; None if it tells none that can be."""
    if state is None or state.state in SILENT:
        return None
    told: object
    if state.domain == Thermometer.WEATHER:
        told = state.attributes.get(ATTR_WEATHER_TEMPERATURE)
        unit = state.attributes.get(ATTR_WEATHER_TEMPERATURE_UNIT)
    else:
        told = number(state)
        unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    if not isinstance(told, (int, float)) or unit not in TemperatureConverter.VALID_UNITS:
        return None
    temperature = TemperatureConverter.convert(told, unit, CELSIUS)
    return temperature if can_be(temperature) else None


def tells_temperature(state: State | None) -> bool:
    """Return whether an entity can be followed: a weather, or a sensor that has statistics of it.

    One that says nothing at the moment may.
    """
    if state is None or state.domain == Thermometer.WEATHER:
        return True
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    state_class = state.attributes.get(ATTR_STATE_CLASS)
    if state.state == STATE_UNAVAILABLE and unit is None:
        return True
    is_measured = state_class == SensorStateClass.MEASUREMENT
    return is_measured and unit in TemperatureConverter.VALID_UNITS
