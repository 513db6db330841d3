"""What one energy came to in a challenge: of the same days on all sides. Pure.

A saving is positive. Energies are kWh, of water m³; they stay in the house.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict

from ...figures.counting.amounts import half_up
from ...figures.goal.habits import WEEK_DAYS, habit_of
from ...figures.goal.progress import FEWEST_DAYS, Goal, Reference, Untold
from ...figures.year.model import Unfit
from ...protocol.collecting.challenge import LEAST_SAVED, MOST_SAVED, Saved
from ..report.printed import ENERGY
from ..report.rounding import closed

PERCENT_DIGITS, COVERAGE_DIGITS = 1, 2
"""Decimals of what leaves the house; more would say more of what was used."""

LATE = timedelta(days=3)
"""Meters and files tell of a day so late: it is not said of it before that it is missing."""


class WeekTold(TypedDict):
    """A week of the action, as far as it is counted."""

    begin: str
    """ISO 8601; the week has begun then, whether that day is counted or not."""
    days: int
    """Those that are counted."""
    expected_kwh: float
    used_kwh: float
    saved_kwh: float
    percent: float | None


class Figures(TypedDict):
    """What the page of a challenge shows; all of it adds up as it is printed."""

    reference_kwh: float
    expected_kwh: float | None
    """None: the rule needs the weather, which could not be counted."""
    used_kwh: float
    by_weather_kwh: float | None
    """None also where the rule does not count the weather."""
    by_us_kwh: float | None
    weeks: list[WeekTold]


@dataclass(frozen=True, slots=True)
class CountedDays:
    """The days of one energy that count, and what each came to on either side."""

    begin: date
    """The first day of the action."""
    through: date
    used: Mapping[date, float]
    reference: Mapping[date, float]
    """What the day came to that each is compared with."""
    expected: Mapping[date, float]
    """What each would have come to in its own cold, of those of which that is known."""
    margin: float | None
    """How far off the sum of these may be, nine times in ten."""
    unfit: Unfit | None
    """Why nothing is expected."""
    is_corrected: bool
    """Whether the rule counts the weather."""

    @property
    def coverage(self) -> float:
        """Return which part of the days so far is counted, 0 to 1."""
        return len(self.used) / ((self.through - self.begin).days + 1)

    @property
    def plain(self) -> float | None:
        """Return per cent saved, whatever the cold; None: nothing was used before."""
        return _percent(self.used, self.reference)

    @property
    def corrected(self) -> float | None:
        """Return per cent saved in equal cold."""
        return _percent(self.used, self.expected)

    @property
    def unsure(self) -> float | None:
        """Return how far off what was saved in equal cold may be, per cent, nine times in ten."""
        if self.margin is None or (expected := sum(self.expected.values())) <= 0:
            return None
        return 100 * self.margin / expected

    @property
    def _aim(self) -> Mapping[date, float]:
        """Return what counts as used without the challenge, by the rule."""
        return self.expected if self.is_corrected else self.reference

    @property
    def percent(self) -> float | None:
        """Return per cent saved, as the rule counts it."""
        return _percent(self.used, self._aim)

    @property
    def week(self) -> float | None:
        """Return per cent saved in the week that `through` is in, as the rule counts it."""
        passed = (self.through - self.begin).days
        return self._of_week(self.through - timedelta(days=passed % WEEK_DAYS))

    def _of_week(self, begin: date) -> float | None:
        return _percent(self._in_week(self.used, begin), self._aim)

    @staticmethod
    def _in_week(days: Mapping[date, float], begin: date) -> dict[date, float]:
        return {day: each for day, each in days.items() if 0 <= (day - begin).days < WEEK_DAYS}

    def saved(self) -> Saved | None:
        """Return what may leave the house; None: there is no percentage."""
        if self.plain is None:
            return None
        corrected = self.corrected
        return Saved(told(self.plain), None if corrected is None else told(corrected))

    def figures(self) -> Figures:
        """Return what the page shows, rounded once."""
        reference, used, aim = (
            half_up(_sum(side), ENERGY) for side in (self.reference, self.used, self._aim)
        )
        expected = aim if self._aim else None
        return Figures(
            reference_kwh=float(reference),
            expected_kwh=None if expected is None else float(expected),
            used_kwh=float(used),
            by_weather_kwh=(
                float(reference - expected) if self.is_corrected and expected is not None else None
            ),
            by_us_kwh=None if expected is None else float(expected - used),
            weeks=[
                WeekTold(
                    begin=begin.isoformat(),
                    days=len(self._in_week(self.used, begin)),
                    expected_kwh=float(of_week),
                    used_kwh=float(used_then),
                    saved_kwh=float(of_week - used_then),
                    percent=None if (part := self._of_week(begin)) is None else told(part),
                )
                for begin, of_week, used_then in self._weeks()
            ],
        )

    def _weeks(self) -> list[tuple[date, Decimal, Decimal]]:
        """Return what was expected of each week with a day that counts, and used, as printed."""
        if not self._aim:
            return []
        numbers = sorted({(day - self.begin).days // WEEK_DAYS for day in self.used})
        begins = [self.begin + timedelta(days=WEEK_DAYS * number) for number in numbers]
        columns = (
            closed([_sum(self._in_week(side, begin)) for begin in begins], ENERGY)
            for side in (self._aim, self.used)
        )
        return list(zip(begins, *columns, strict=True))


def counted(
    goal: Goal,
    yesterday: date,
    used: Mapping[date, float],
    before: Reference | None,
    equal: Reference | Unfit | None,
    *,
    is_corrected: bool,
) -> CountedDays | Untold:
    """Return what counts of the days of a goal to `yesterday`; else why nothing does.

    A day that is not known yet is waited for a few days, and is then one that is missing.
    `before` is what its days are compared with, `equal` the same in the cold of each; None: of what
    no cold changes. What is missing on one side is left out on all.
    """
    over = [day for day in goal.days if day <= yesterday]
    if not over:
        return Untold.NOT_BEGUN
    if before is None or not any(day in before.days for day in over):
        return Untold.NO_REFERENCE
    if not any(day in used for day in over):
        return Untold.NO_DATA
    fewest = min(FEWEST_DAYS, len(goal.days))
    days = [day for day in over if day in used and day in before.days]
    if len(days) < fewest:
        return Untold.FEW_DAYS
    expected: dict[date, float] = {}
    unfit = equal if isinstance(equal, Unfit) else None
    margin = None
    if isinstance(equal, Reference):
        known = [day for day in days if day in equal.days]
        if len(known) < fewest:
            unfit = Unfit.NO_TEMPERATURE
        else:
            expected = {day: equal.days[day] for day in known}
            habit = habit_of({day: used[day] for day in known}, expected)
            margin = None if habit is None else equal.margin(known, habit.week)
    if is_corrected and expected:
        days = list(expected)
    return CountedDays(
        goal.begin,
        days[-1] if yesterday - days[-1] <= LATE else over[-1],
        {day: used[day] for day in days},
        {day: before.days[day] for day in days},
        expected,
        margin,
        unfit,
        is_corrected,
    )


def told(percent: float) -> float:
    """Return a percentage as it leaves the house."""
    # Adding zero makes -0.0 a 0.0.
    return round(min(max(percent, LEAST_SAVED), MOST_SAVED), PERCENT_DIGITS) + 0.0


def _percent(used: Mapping[date, float], expected: Mapping[date, float]) -> float | None:
    """Return per cent less than expected, on the days that both have."""
    days = used.keys() & expected.keys()
    whole = sum(expected[day] for day in days)
    return 100 * (1 - sum(used[day] for day in days) / whole) if whole > 0 else None


def _sum(days: Mapping[date, float]) -> Decimal:
    return sum(map(Decimal, days.values()), Decimal(0))
