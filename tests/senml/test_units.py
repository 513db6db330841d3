"""The registries of units are whole and consistent."""

import pytest

from custom_components.sen1.senml import PRIMARY, SECONDARY


def test_no_unit_stands_in_both_registries() -> None:
    assert not PRIMARY & SECONDARY.keys()


def test_secondary_units_derive_from_primary_ones() -> None:
    assert {unit.primary for unit in SECONDARY.values()} <= PRIMARY


@pytest.mark.parametrize(
    ("value", "secondary", "in_primary", "primary"),
    [
        (100, "ms", 0.1, "s"),
        (10, "dBm", -20, "dBW"),
        (1, "Wh", 3600, "J"),
        (1, "kWh", 3.6e6, "J"),
        (1, "kVAh", 3.6e6, "VAs"),
        (1, "Ah", 3600, "C"),
        (36, "km/h", 10, "m/s"),
        (5, "/100", 0.05, "/"),
        (1013.25, "hPa", 101325, "Pa"),
        (150, "Wh/km", 540, "J/m"),
    ],
)
def test_a_secondary_unit_is_a_scale_and_an_offset(
    value: float, secondary: str, in_primary: float, primary: str
) -> None:
    unit = SECONDARY[secondary]
    assert unit.primary == primary
    assert value * unit.scale + unit.offset == pytest.approx(in_primary)
