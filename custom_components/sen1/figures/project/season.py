"""How a year's production lies over its months.

Pure. So that what came in a part of a year can be set against what a whole one should bring.
"""

from calendar import monthrange
from datetime import date
from fractions import Fraction

EVEN = (Fraction(1, 12),) * 12

SOLAR = tuple(
    Fraction(permille, 1000) for permille in (39, 55, 88, 106, 116, 119, 122, 115, 93, 65, 46, 36)
)
"""January to December, of a roof that faces south at 48° of latitude. A few per cent of a month
either way: the sky of each year differs by more."""

CURVES = {"solar": SOLAR}
"""By type of project; others are taken for even."""


def length_of(month: date) -> int:
    """Return the days of the month that a day is in."""
    return monthrange(month.year, month.month)[1]


def share_of(month: date, days: Fraction, project_type: str | None) -> Fraction:
    """Return the share of a year's production that so many days of a month should bring."""
    curve = CURVES.get(project_type or "", EVEN)
    return curve[month.month - 1] * days / length_of(month)
