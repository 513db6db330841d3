"""What a project has produced, by day, month and year, and of how much of that time it is known.

Pure. Energies are whole microjoules, times whole milliseconds, so that no sum rounds. What came in
a part of a year is set against what a whole one should bring, by how that lies over its months.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from ..counting.calendar import Calendar, CalendarPeriod

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


DAY_MS = 86_400_000

LEAST_DAYS = 28
"""So many days must be known before a year is made of them."""


@dataclass(slots=True)
class Sum:
    """What came in some time."""

    energy: int = 0
    known: int = 0
    """Milliseconds of it that are known."""

    def add(self, energy: int, known: int) -> None:
        """Add what came in more time."""
        self.energy += energy
        self.known += known


@dataclass(frozen=True, slots=True)
class LastTwelveMonths:
    """A year made of what is known of the last twelve months."""

    energy: int
    """Microjoules that whole year brings if it goes on so."""
    begin: date
    """The first day it is made of."""
    days: int
    """How many days are known."""


@dataclass(frozen=True, slots=True)
class _Before:
    """What is known of the twelve months before one, of a type of project."""

    month: date
    project_type: str | None
    energy: int
    known: int
    share: Fraction
    """Of a year's energy, how much their known time usually brings."""
    first: date | None


class Production:
    """Sums of days, months and years: what a reading costs does not grow with the past."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._days: dict[date, Sum] = {}
        self._months: dict[date, Sum] = {}
        self._years: dict[int, Sum] = {}
        self.total = Sum()
        """All that is known."""
        self._before: _Before | None = None
        """As it was last asked for, until one of its months becomes another."""
        self.since: int | None = None
        """The first moment of which something is known."""

    def credit(self, day: date, energy: int, known: int = 0) -> None:
        """Take an energy of a day, or of so many milliseconds of it."""
        self._days.setdefault(day, Sum()).add(energy, known)
        self._add_month(CalendarPeriod.MONTH.first_day(day), energy, known)

    def _add_month(self, month: date, energy: int, known: int) -> None:
        self._months.setdefault(month, Sum()).add(energy, known)
        self._years.setdefault(month.year, Sum()).add(energy, known)
        self.total.add(energy, known)
        if self._before is not None and month < self._before.month:
            self._before = None

    def begin(self, at: int) -> None:
        """Note that something is known from this moment on, if not from an earlier one."""
        self.since = at if self.since is None else min(self.since, at)

    def forget_from(self, month: date) -> None:
        """Forget all from the first day of a month on: it is told anew."""
        self._days = {day: kept for day, kept in self._days.items() if day < month}
        self._take_months({first: kept for first, kept in self._months.items() if first < month})

    def _take_months(self, months: Mapping[date, Sum]) -> None:
        self._months, self._years, self.total = {}, {}, Sum()
        self._before = None
        for month, kept in months.items():
            self._add_month(month, kept.energy, kept.known)

    def forget_days(self, today: date) -> None:
        """Keep the days of this month and the last; an index may still tell of those."""
        first = CalendarPeriod.MONTH.first_day(
            CalendarPeriod.MONTH.first_day(today) - timedelta(days=1)
        )
        self._days = {day: kept for day, kept in self._days.items() if day >= first}

    def of(self, period: CalendarPeriod, today: date) -> Sum:
        """Return what the period that today is in has come to."""
        if period is CalendarPeriod.DAY:
            return self._days.get(today, Sum())
        if period is CalendarPeriod.MONTH:
            return self._months.get(CalendarPeriod.MONTH.first_day(today), Sum())
        return self._years.get(today.year, Sum())

    def begin_of(self, period: CalendarPeriod | None, today: date) -> date | None:
        """Return the first day of a period that is known; of all time when `period` is None."""
        if self.since is None:
            return None
        first = self.calendar.day(self.since)
        return first if period is None else max(first, period.first_day(today))

    def year(self, today: date, project_type: str | None) -> LastTwelveMonths | None:
        """Return what a year comes to, from this month and the twelve before; None: too little.

        What is not known of a month is not taken for nothing.
        """
        month = CalendarPeriod.MONTH.first_day(today)
        before, this = self._before_month(month, project_type), self._months.get(month, Sum())
        known = before.known + this.known
        if known < LEAST_DAYS * DAY_MS:
            return None
        share = before.share + share_of(month, Fraction(this.known, DAY_MS), project_type)
        first_day = self.begin_of(None, today)
        assert first_day is not None  # something is known
        begin = max(before.first or month, first_day)
        return LastTwelveMonths(
            round((before.energy + this.energy) / share), begin, known // DAY_MS
        )

    def _before_month(self, month: date, project_type: str | None) -> _Before:
        before = self._before
        if before is None or (before.month, before.project_type) != (month, project_type):
            past = month.replace(year=month.year - 1)
            months = {first: kept for first, kept in self._months.items() if past <= first < month}
            shares = (
                share_of(first, Fraction(kept.known, DAY_MS), project_type)
                for first, kept in months.items()
            )
            before = self._before = _Before(
                month,
                project_type,
                sum(kept.energy for kept in months.values()),
                sum(kept.known for kept in months.values()),
                sum(shares, Fraction(0)),
                min(months, default=None),
            )
        return before

    # What survives a restart

    def snapshot(self) -> dict[str, Any]:
        """Return all that must be kept, as JSON has it."""
        return {
            "since": self.since,
            "days": {day.isoformat(): [s.energy, s.known] for day, s in self._days.items()},
            "months": {day.isoformat(): [s.energy, s.known] for day, s in self._months.items()},
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take back a snapshot."""
        self.since = kept["since"]
        self._days, months = (
            {date.fromisoformat(day): Sum(*pair) for day, pair in kept[name].items()}
            for name in ("days", "months")
        )
        self._take_months(months)
