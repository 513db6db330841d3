"""Days, months and years of legal time, and how a stretch of time falls on them.

Pure. Times are whole milliseconds since the epoch; stretches are [begin, end).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

MS = 1000


class Period(StrEnum):
    """What the energies are summed over."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    def first_day(self, day: date) -> date:
        """Return the first day of the period that `day` is in."""
        if self is Period.DAY:
            return day
        return day.replace(day=1) if self is Period.MONTH else day.replace(month=1, day=1)


class Calendar:
    """The days of one time zone: of 23, 24 or 25 hours."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._day = date.min
        self._begin = self._end = 0

    def day(self, at: int) -> date:
        """Return the day that a moment is in."""
        # Nearly all that is asked lies in the day of the last question.
        if not self._begin <= at < self._end:
            self._day = datetime.fromtimestamp(at / MS, self._zone).date()
            self._begin = self.begin(self._day)
            self._end = self.begin(self._day + timedelta(days=1))
        return self._day

    def begin(self, day: date) -> int:
        """Return the moment a day begins."""
        return round(datetime(day.year, day.month, day.day, tzinfo=self._zone).timestamp() * MS)

    def split(self, begin: int, end: int) -> Iterator[tuple[date, int]]:
        """Yield the days a stretch touches, each with how many milliseconds of it."""
        while begin < end:
            day = self.day(begin)
            until = min(end, self._end)
            yield day, until - begin
            begin = until
