"""BMHS's rule for the year's forecast (HouseEstimationConsoRule, 2019): what ours is beside.

Written anew from its description, its truncations and its dependence on the first month included.
"""

import calendar
from collections.abc import Sequence
from datetime import datetime

COEFFICIENTS = {
    "electric": (1, 1, 0.75, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25, 0.5, 1, 1),
    "heat_pump": (1, 1, 0.75, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.75, 1, 1),
    "other": (1,) * 12,
}


def months_of(readings: Sequence[tuple[datetime, float]], year: int) -> dict[int, int]:
    """Return the kWh of each month of a year that has readings of an index (Wh), made whole."""
    months = {}
    for month in range(1, 13):
        inside = [(at, wh) for at, wh in readings if (at.year, at.month) == (year, month)]
        if not inside:
            continue
        days = (inside[-1][0] - inside[0][0]).days + 1
        if days > 2:
            length = calendar.monthrange(year, month)[1]
            months[month] = int((inside[-1][1] - inside[0][1]) / 1000 * length / days)
    return months


def forecast(months: dict[int, int], heating: str = "electric") -> int:
    """Return the year's kWh: months without readings follow from the first one that has some."""
    coefficients = COEFFICIENTS[heating]
    first = min(months)
    return sum(
        months.get(month, int(months[first] / coefficients[first - 1] * coefficients[month - 1]))
        for month in range(1, 13)
    )
