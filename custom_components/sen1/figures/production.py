"""What a project has produced, by day, month and year, and of how much of that time it is known.

Pure. Energies are whole microjoules, times whole milliseconds, so that no sum rounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from .calendar import Calendar, Period
from .season import share_of

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
class Year:
    """A year made of what is known of the last twelve months."""

    energy: int
    """Microjoules that whole year brings if it goes on so."""
    begin: date
    """The first day it is made of."""
    days: int
    """How many days are known."""


class Production:
    """Sums of days and of months: what a reading costs does not grow with the past."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._days: dict[date, Sum] = {}
        self._months: dict[date, Sum] = {}
        self.since: int | None = None
        """The first moment of which something is known."""

    def credit(self, day: date, energy: int, known: int = 0) -> None:
        """Take an energy of a day, or of so many milliseconds of it."""
        self._days.setdefault(day, Sum()).add(energy, known)
        self._months.setdefault(Period.MONTH.first_day(day), Sum()).add(energy, known)

    def begin(self, at: int) -> None:
        """Note that something is known from this moment on, if not from an earlier one."""
        self.since = at if self.since is None else min(self.since, at)

    def forget_from(self, month: date) -> None:
        """Forget all from the first day of a month on: it is told anew."""
        self._days = {day: kept for day, kept in self._days.items() if day < month}
        self._months = {first: kept for first, kept in self._months.items() if first < month}

    def forget_days(self, today: date) -> None:
        """Keep the days of this month and the last; an index may still tell of those."""
        first = Period.MONTH.first_day(Period.MONTH.first_day(today) - timedelta(days=1))
        self._days = {day: kept for day, kept in self._days.items() if day >= first}

    def of(self, period: Period, today: date) -> Sum:
        """Return what the period that today is in has come to."""
        if period is Period.DAY:
            return self._days.get(today, Sum())
        if period is Period.MONTH:
            return self._months.get(Period.MONTH.first_day(today), Sum())
        return _added(kept for first, kept in self._months.items() if first.year == today.year)

    @property
    def total(self) -> Sum:
        """Return all that is known."""
        return _added(self._months.values())

    def begin_of(self, period: Period | None, today: date) -> date | None:
        """Return the first day of a period that is known; of all time when `period` is None."""
        if self.since is None:
            return None
        first = self._calendar.day(self.since)
        return first if period is None else max(first, period.first_day(today))

    def year(self, today: date, project_type: str | None) -> Year | None:
        """Return what a year comes to, from this month and the twelve before; None: too little.

        What is not known of a month is not taken for nothing.
        """
        this = Period.MONTH.first_day(today)
        past = this.replace(year=this.year - 1)
        months = {first: kept for first, kept in self._months.items() if past <= first <= this}
        known = sum(kept.known for kept in months.values())
        if known < LEAST_DAYS * DAY_MS:
            return None
        share = sum(
            share_of(first, Fraction(kept.known, DAY_MS), project_type)
            for first, kept in months.items()
        )
        energy = sum(kept.energy for kept in months.values())
        first_day = self.begin_of(None, today)
        assert first_day is not None  # something is known
        return Year(round(energy / share), max(min(months), first_day), known // DAY_MS)

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
        self._days, self._months = (
            {date.fromisoformat(day): Sum(*pair) for day, pair in kept[name].items()}
            for name in ("days", "months")
        )


def _added(sums: Any) -> Sum:
    whole = Sum()
    for one in sums:
        whole.add(one.energy, one.known)
    return whole
