"""The mean of a power in each quarter of an hour of a day, as the power goes.

Pure. Powers are in W, times whole milliseconds since the epoch.
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
import math
from typing import Any

from ..counting.calendar import HALF_HOUR_MS, MS, Calendar

QUARTER_MS = HALF_HOUR_MS // 2
QUARTERS = 96
"""Of a clock. A day of 23 hours has 92 of them, one of 25 hours has 4 twice."""

UNKNOWN = -1
KNOWN = 0.5
"""Of a quarter of an hour must be known, or its mean is not."""

SLOW_S = 300.0
"""Over so long a power is looked at: a kettle makes no home unusual, an oven that goes on and off
is one thing."""

type Quarters = array[int]
"""Means of a day, one after the other, W; `UNKNOWN` where none is known."""


def unknown(count: int) -> Quarters:
    """Return a day of so many quarters of which nothing is known."""
    return array("i", [UNKNOWN]) * count


def written(quarters: Quarters) -> str:
    """Return a day as a file takes it: short, since Home Assistant gives each number a line."""
    return " ".join("" if mean == UNKNOWN else str(mean) for mean in quarters)


def read(text: str) -> Quarters:
    """Return a day as it was before it was written."""
    return array("i", [int(mean) if mean else UNKNOWN for mean in text.split(" ")])


class Days:
    """The days of one zone: how many quarters each has, and where they stand on the clock."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self.calendar = Calendar(zone)

    def count(self, day: date) -> int:
        """Return how many quarters a day has."""
        return self.calendar.length(day) // QUARTER_MS

    def clock(self, day: date) -> list[int]:
        """Return the quarter of the clock, 0 to 95, of each quarter of a day."""
        if (count := self.count(day)) == QUARTERS:
            return list(range(QUARTERS))
        begin = self.calendar.begin(day)
        times = (
            datetime.fromtimestamp((begin + number * QUARTER_MS) / MS, self._zone)
            for number in range(count)
        )
        return [4 * time.hour + time.minute // 15 for time in times]


@dataclass(frozen=True, slots=True)
class Quarter:
    """One that has ended."""

    day: date
    number: int
    """Of the day, from 0."""
    begin: int
    mean: int
    """`UNKNOWN` if too little of it is known."""
    whole: Quarters | None
    """All means of its day, if it is the last."""


class Means:
    """Puts together what a power was in each quarter of the day that goes on."""

    def __init__(self, days: Days, at: int) -> None:
        self._days = days
        self.at = at
        self.power: float | None = None
        """Since `at`."""
        self.slow: float | None = None
        """What it was in these minutes: the newest count most."""
        self._sum = 0.0
        self._known = 0
        self._turn(days.calendar.day(at))

    def _turn(self, day: date) -> None:
        self.day = day
        self._begin = self._days.calendar.begin(day)
        self.quarters = unknown(self._days.count(day))

    def take(self, power: float | None, at: int) -> list[Quarter]:
        """Take a power as it is from `at` on; return the quarters that ended until then."""
        ended: list[Quarter] = []
        while self.at < at:
            end = self.next_end
            self._pass_time(min(at, end))
            if self.at == end:
                ended.append(self._end())
        if power is None or self.slow is None:
            self.slow = power
        self.power = power
        return ended

    @property
    def number(self) -> int:
        """Return which quarter of the day goes on."""
        return (self.at - self._begin) // QUARTER_MS

    @property
    def next_end(self) -> int:
        """Return when it ends."""
        return self._begin + (self.number + 1) * QUARTER_MS

    def _pass_time(self, until: int) -> None:
        if self.power is not None:
            self._sum += self.power * (until - self.at)
            self._known += until - self.at
            if self.slow is not None:
                share = 1 - math.exp((self.at - until) / (SLOW_S * MS))
                self.slow += share * (self.power - self.slow)
        self.at = until

    def _end(self) -> Quarter:
        number = self.number - 1
        is_known = self._known >= KNOWN * QUARTER_MS
        # What an appliance gives back now and then is not used.
        mean = max(round(self._sum / self._known), 0) if is_known else UNKNOWN
        self._sum, self._known = 0.0, 0
        self.quarters[number] = mean
        is_last = number == len(self.quarters) - 1
        day, whole = self.day, self.quarters if is_last else None
        if is_last:
            self._turn(day + timedelta(days=1))
        return Quarter(day, number, self.at - QUARTER_MS, mean, whole)

    # What survives a restart

    def snapshot(self) -> dict[str, Any]:
        """Return all that must be kept, as JSON has it."""
        return {
            "at": self.at,
            "quarters": written(self.quarters),
            "sum": self._sum,
            "known": self._known,
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take back a snapshot: of the time since then nothing is known."""
        self._turn(self._days.calendar.day(kept["at"]))
        quarters = read(kept["quarters"])
        # In another time zone days begin at other moments.
        if len(quarters) == len(self.quarters):
            self.at, self.quarters = kept["at"], quarters
            self._sum, self._known = kept["sum"], kept["known"]
        else:
            self._turn(self._days.calendar.day(self.at))
