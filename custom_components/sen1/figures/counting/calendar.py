"""Days, months and years of legal time, and how a stretch of time falls on them.

Pure. Times are whole milliseconds since the epoch; stretches are [begin, end).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import cache

type DaySpan = tuple[date, date]
"""Days: [begin, end)."""

ONE_DAY = timedelta(days=1)

MS = 1000
HOUR_MS = 3600 * MS
HALF_HOUR_MS = HOUR_MS // 2
"""The finest that Enedis gives; off-peak hours begin and end at half-hours or between them."""


class CalendarPeriod(StrEnum):
    """What the energies are summed over."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    def first_day(self, day: date) -> date:
        """Return the first day of the period that `day` is in."""
        if self is CalendarPeriod.DAY:
            return day
        return day.replace(day=1) if self is CalendarPeriod.MONTH else day.replace(month=1, day=1)


class FigurePeriod(StrEnum):
    """The periods that go on, and the day that is over: what is told late tells no other day."""

    YESTERDAY = "yesterday"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    @property
    def period(self) -> CalendarPeriod:
        """Return how long it is."""
        return CalendarPeriod(CalendarPeriod.DAY if self is FigurePeriod.YESTERDAY else self.value)

    def day(self, today: date) -> date:
        """Return its last day so far."""
        return today - ONE_DAY if self is FigurePeriod.YESTERDAY else today

    def suits(self, *, is_live: bool) -> bool:
        """Return whether it is told of what is counted as it comes, or of what is known later."""
        return self.period is not CalendarPeriod.DAY or is_live == (self is FigurePeriod.DAY)


def days_of(begin: date, end: date) -> Iterator[date]:
    """Yield the days of [begin, end)."""
    while begin < end:
        yield begin
        begin += ONE_DAY


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A stretch of time over which an energy counts for the same half-hour, day and price."""

    begin: int
    """Where the half-hour begins."""
    day: date
    tariff: str = ""
    """The tariff period; empty where there is none."""


type TariffAt = Callable[[int], tuple[str, int]]
"""Tells the tariff period of a moment, and until when it cannot become another."""


def no_tariff(at: int) -> tuple[str, int]:
    """Tell of a home without a tariff."""
    return "", at + HOUR_MS


class Calendar:
    """The days of one time zone, of 23, 24 or 25 hours; their half-hours and tariff periods."""

    def __init__(self, zone: tzinfo, tariff_at: TariffAt = no_tariff) -> None:
        self._zone = zone
        self._tariff_at = tariff_at
        self._day = date.min
        self._begin = self._end = 0
        self._slot = Slot(0, date.min)
        self._slot_begin = self._slot_end = 0
        self.begin = cache(self._begin_of)
        """Tells the moment a day begins."""

    def day(self, at: int) -> date:
        """Return the day that a moment is in."""
        # Nearly all that is asked lies in the day of the last question.
        if not self._begin <= at < self._end:
            self._day = datetime.fromtimestamp(at / MS, self._zone).date()
            self._begin = self.begin(self._day)
            self._end = self.begin(self._day + timedelta(days=1))
        return self._day

    def _begin_of(self, day: date) -> int:
        return round(datetime(day.year, day.month, day.day, tzinfo=self._zone).timestamp() * MS)

    def length(self, day: date) -> int:
        """Return how long a day is."""
        return self.begin(day + ONE_DAY) - self.begin(day)

    def slot(self, at: int) -> Slot:
        """Return the slot that a moment is in."""
        if not self._slot_begin <= at < self._slot_end:
            tariff, until = self._tariff_at(at)
            begin = at // HALF_HOUR_MS * HALF_HOUR_MS
            self._slot = Slot(begin, self.day(at), tariff)
            # The tariff period may have begun within the half-hour.
            self._slot_begin = at
            self._slot_end = min(begin + HALF_HOUR_MS, self._end, until)
        return self._slot

    def forget(self) -> None:
        """Ask anew for the tariff period: it has become another."""
        self._slot_end = 0

    def split(self, begin: int, end: int) -> Iterator[tuple[Slot, int]]:
        """Yield the slots a stretch touches, each with how many milliseconds of it."""
        while begin < end:
            slot = self.slot(begin)
            until = min(end, self._slot_end)
            yield slot, until - begin
            begin = until
