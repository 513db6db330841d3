"""What days came to beside what was expected of them, and how sure that says how it goes on. Pure.

Weather and life last for days, so it is weeks that are compared: a home that had visitors on Monday
has them on Tuesday.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
import math

WEEK_DAYS = 7
HALF_AFTER_DAYS = 56
"""What a day says of the days to come is worth half so many days later: habits change."""

USUAL_WEEK, USUAL_WEEKS = 0.08, 4
"""How far a week is usually off, in parts of it; and how many weeks that supposition is worth."""
LASTING = 1.3
"""By how much weeks in a row say less than as many weeks apart."""
DRIFT = 0.02
"""Of the habit, how much may change for good in a month of 30 days."""
MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class Trend:
    """How many times what was expected a home uses."""

    ratio: float
    """Of all days together."""
    lately: float
    """Of all days, the newest of which count most: how it goes on if nothing changes."""
    unsure: float
    """How far off that may be, one standard deviation."""
    week: float
    """How far a week is off, one standard deviation."""

    def off_after(self, days: int) -> float:
        """Return how far off what so many days to come will use may be, in parts of it."""
        if not days:
            return 0.0
        # On the way what drifts is off by a third of its end.
        drift = DRIFT**2 * days / MONTH_DAYS / 3
        return math.sqrt(self.unsure**2 + drift)

    def noise_of(self, days: int) -> float:
        """Return how far off so many days are because each week is another, in parts of them."""
        return self.week * LASTING / math.sqrt(days / WEEK_DAYS) if days else 0.0


def habit_of(
    used: Mapping[date, float], expected: Mapping[date, float], supposed_weeks: float = 0.0
) -> Trend | None:
    """Return what days that are known of both say; None of none.

    `supposed_weeks` is how many weeks the supposition is worth that it is as expected.
    """
    days = sorted(used.keys() & expected.keys())
    whole = sum(expected[day] for day in days)
    if whole <= 0:
        return Trend(1.0, 1.0, USUAL_WEEK, USUAL_WEEK) if supposed_weeks else None
    ratio = sum(used[day] for day in days) / whole
    supposed = supposed_weeks * WEEK_DAYS * whole / len(days)
    above = below = supposed
    squares = weights = off = 0.0
    count = 0
    last = days[-1]
    for begin in range(0, len(days), WEEK_DAYS):
        week = days[begin : begin + WEEK_DAYS]
        energy, usual = sum(used[day] for day in week), sum(expected[day] for day in week)
        weight = 2 ** ((week[-1] - last).days / HALF_AFTER_DAYS)
        above += weight * energy
        below += weight * usual
        weights += weight * len(week) / WEEK_DAYS
        squares += weight**2 * len(week) / WEEK_DAYS
        if len(week) == WEEK_DAYS and usual > 0:
            off += (energy / usual - ratio) ** 2
            count += 1
    spread = math.sqrt((USUAL_WEEKS * USUAL_WEEK**2 + off) / (USUAL_WEEKS + max(count - 1, 0)))
    sampled = math.sqrt(squares) / (weights + supposed_weeks)
    return Trend(ratio, above / below, spread * LASTING * sampled, spread)
