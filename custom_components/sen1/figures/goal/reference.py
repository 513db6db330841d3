"""What the days of a goal are compared with: a reference period, or what a year is like. Pure."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum
import math

from ..year.confidence import WITHIN_90
from ..year.model import HomeModel
from .habits import LASTING, WEEK_DAYS
from .progress import LEAST_KNOWN, Goal, Reference

WEATHER = 0.08
"""How far the energy of a season is from that of another because of the cold, one standard
deviation, where what is counted heats: a tenth of the heat, which is most of it."""
LITTLE_WEATHER = 0.02
"""Where something else heats: lamps, circulation pumps."""

YEAR_OF_WEEKS = timedelta(days=364)
"""A year that ends on the same day of the week."""


class BudgetShape(StrEnum):
    """What says which part of a budget belongs to which day."""

    LAST_YEAR = "last_year"
    USUAL = "usual"
    """What days of the year usually are to another, in this home."""
    EVEN = "even"


def aligned(goal: Goal, reference_begin: date) -> dict[date, date]:
    """Return of each day of a goal the one of the reference that it is compared with.

    The same number of days after the beginning, moved by three days at most to the same day of the
    week: homes are lived in by weeks. A mean day of the month would do as well over months, but the
    first days of a goal would be compared with another weather and other weekends.
    """
    moved = (goal.begin.weekday() - reference_begin.weekday() + 3) % WEEK_DAYS - 3
    offset = reference_begin + timedelta(days=moved) - goal.begin
    return {day: day + offset for day in goal.days}


def plain(
    goal: Goal, reference_begin: date, used: Mapping[date, float], weather: float
) -> Reference:
    """Return what the days of the reference came to, whatever the cold.

    `weather` is how far off the sum may be because of it, one standard deviation in parts. Where
    that is much, a mild winter cannot be told from a saving.
    """
    pairs = aligned(goal, reference_begin)
    days = {day: used[other] for day, other in pairs.items() if other in used}

    def margin(of: list[date], week: float) -> float:
        total = sum(days[day] for day in of)
        noise = week * LASTING * math.sqrt(WEEK_DAYS / len(of)) if of else 0.0
        return WITHIN_90 * total * math.hypot(noise, weather)

    return Reference(days, margin, is_fair=weather < WEATHER)


def corrected(goal: Goal, model: HomeModel, degree_days: Mapping[date, float]) -> Reference:
    """Return what a home fitted on the reference takes in the cold of each day of a goal."""
    known = {day: degree_days[day] for day in goal.days if day in degree_days}

    def margin(of: list[date], _week: float) -> float:
        total = model.expected_total({day: known[day] for day in of})
        return (total.high - total.low) / 2

    return Reference({day: model.expected(day, cold) for day, cold in known.items()}, margin)


def shaped(
    goal: Goal, used: Mapping[date, float], usual: Callable[[date], float] | None
) -> tuple[BudgetShape, dict[date, float]]:
    """Return what each day of a budget is to another: last year's days, else the usual, else even.

    Both of the former also say how much a home uses.
    """
    last = {day: used[day - YEAR_OF_WEEKS] for day in goal.days if day - YEAR_OF_WEEKS in used}
    if len(last) >= LEAST_KNOWN * len(goal.days) and (mean := sum(last.values()) / len(last)) > 0:
        return BudgetShape.LAST_YEAR, {day: last.get(day, mean) for day in goal.days}
    if usual is not None and sum(map(usual, goal.days)) > 0:
        return BudgetShape.USUAL, {day: usual(day) for day in goal.days}
    return BudgetShape.EVEN, dict.fromkeys(goal.days, 1.0)
