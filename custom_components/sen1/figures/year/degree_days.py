"""Degree-days: how cold a day was, by the methods of the field.

Nothing of Home Assistant is here.
"""

from enum import StrEnum
from math import isfinite

BASE = 18.0
"""°C of the outdoor air below which a home is heated, as the field has it."""


class Method(StrEnum):
    """How a day's degree-days are made of its lowest and its highest temperature."""

    METEO = "meteo"
    """Of their mean."""
    COSTIC = "costic"
    """As professionals of heating count: a mild day that begins cold counts a little."""


def degree_days(
    low: float, high: float, *, base: float = BASE, method: str = Method.METEO
) -> float:
    """Return the degree-days of a day, °C·d, of its lowest and its highest temperature, °C.

    Raise ValueError for what is no day: the lowest above the highest, no finite number.
    """
    if not (isfinite(low) and isfinite(high) and isfinite(base)):
        raise ValueError("a temperature or the base is no finite number")
    if low > high:
        raise ValueError("the lowest temperature is above the highest")
    mean = base - (low + high) / 2
    # Both are the same on a day that is below the base, or above it, all day long.
    if Method(method) is Method.METEO or base > high or base <= low:
        return max(0.0, mean)
    below = base - low
    return below * (0.08 + 0.42 * below / (high - low))
