"""What tells the temperature outside, in °C; what cannot be followed."""

from typing import Any

from homeassistant.core import State
import pytest

from custom_components.sen1.figures.outdoor.thermometer import celsius, tells_temperature

MEASURED = {"state_class": "measurement", "unit_of_measurement": "°C"}


@pytest.mark.parametrize(
    ("entity_id", "state", "attributes", "expected"),
    [
        ("sensor.garden", "4.5", MEASURED, 4.5),
        ("sensor.garden", "41", {**MEASURED, "unit_of_measurement": "°F"}, 5),
        ("sensor.garden", "278.15", {**MEASURED, "unit_of_measurement": "K"}, 5),
        ("sensor.garden", "85", MEASURED, None),
        ("sensor.garden", "-127", MEASURED, None),
        ("sensor.garden", "nan", MEASURED, None),
        ("sensor.garden", "unavailable", MEASURED, None),
        ("sensor.garden", "4.5", {"unit_of_measurement": "%"}, None),
        ("sensor.garden", "4.5", {}, None),
        ("weather.town", "sunny", {"temperature": 4, "temperature_unit": "°C"}, 4),
        ("weather.town", "sunny", {"temperature": 41, "temperature_unit": "°F"}, 5),
        ("weather.town", "sunny", {"temperature": None, "temperature_unit": "°C"}, None),
        ("weather.town", "sunny", {"temperature": "4", "temperature_unit": "°C"}, None),
        ("weather.town", "unavailable", {"temperature": 4, "temperature_unit": "°C"}, None),
        ("weather.town", "sunny", {}, None),
    ],
)
def test_a_temperature_is_told_in_celsius_or_not_at_all(
    entity_id: str, state: str, attributes: dict[str, Any], expected: float | None
) -> None:
    told = celsius(State(entity_id, state, attributes))
    assert told == (None if expected is None else pytest.approx(expected))


def test_what_is_not_there_tells_nothing_and_may_be_followed() -> None:
    assert celsius(None) is None
    assert tells_temperature(None)
    assert tells_temperature(State("weather.town", "unavailable"))
    assert tells_temperature(State("sensor.garden", "unavailable"))


@pytest.mark.parametrize("state", ["4.5", "unknown", "unavailable"])
def test_a_sensor_without_statistics_or_of_something_else_is_refused(state: str) -> None:
    assert tells_temperature(State("sensor.garden", state, MEASURED))
    of_humidity = {**MEASURED, "unit_of_measurement": "%"}
    assert not tells_temperature(State("sensor.garden", state, of_humidity))
    without_statistics = {"unit_of_measurement": "°C"}
    assert not tells_temperature(State("sensor.garden", state, without_statistics))
