"""States as numbers: what no reading can be is none."""

from homeassistant.core import State
import pytest

from custom_components.sen1.figures.counting.states import microjoules, milliwatts, number

IMPOSSIBLE = ("inf", "-inf", "nan", "1e16", "-1e300", "1e999", "unknown", "")


@pytest.mark.parametrize("said", IMPOSSIBLE)
def test_what_cannot_be_is_no_number(said: str) -> None:
    for unit, value_of in (("W", milliwatts), ("Wh", microjoules), ("mW", milliwatts)):
        state = State("sensor.x", said, {"unit_of_measurement": unit})
        assert number(state) is None
        assert value_of(state) is None


def test_a_number_that_a_unit_makes_too_large_is_none() -> None:
    assert microjoules(State("sensor.x", "1e14", {"unit_of_measurement": "GWh"})) is None
    assert milliwatts(State("sensor.x", "1e14", {"unit_of_measurement": "GW"})) is None


@pytest.mark.parametrize("unit", ["°C", "", None])
def test_what_is_in_no_unit_of_powers_or_energies_is_none_of_them(unit: str | None) -> None:
    state = State("sensor.x", "5", {} if unit is None else {"unit_of_measurement": unit})
    assert (milliwatts(state), microjoules(state)) == (None, None)


def test_what_can_be_is_told_as_it_is() -> None:
    assert number(State("sensor.x", "-2.5")) == -2.5
    assert milliwatts(State("sensor.x", "-2.5", {"unit_of_measurement": "kW"})) == -2_500_000
    assert microjoules(State("sensor.x", "5", {"unit_of_measurement": "GWh"})) == 18 * 10**18
