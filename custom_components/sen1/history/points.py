"""A series in the past: values of periods, whatever they came from."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from enum import StrEnum
from itertools import pairwise
import math

from .periods import Period, begin_of, end_of

HOUR = 3600

SHORTEST_DAY = 23 * HOUR
"""Seconds of the shortest day; a value of so much or more says nothing of any hour."""

LONGEST_DAY = 25.0 * HOUR
"""Seconds: so long before a period a value may begin that reaches into it."""

SPREAD_MOST = 400 * 86400.0
"""Seconds over which what an index counted is spread at most; over more, no hour is known."""


class Aggregation(StrEnum):
    """What the value of a period is."""

    MEAN = "mean"
    """The mean over the period: a power, a temperature."""
    SUM = "sum"
    """What was counted in the period: energy, water, gas."""


@dataclass(frozen=True, slots=True)
class Point:
    """The value of the period [begin, begin + seconds); begin is in Unix seconds."""

    begin: float
    seconds: float
    value: float
    spread: float = 0
    """Seconds of a longer period over which what was measured was spread evenly; else 0."""

    @property
    def end(self) -> float:
        """The end of the period, which is not in it."""
        return self.begin + self.seconds


@dataclass(slots=True)
class Points:
    """Points in time order, none overlapping another: of two, the finer stays."""

    _by_begin: dict[float, Point] = field(default_factory=dict)
    _begins: list[float] = field(default_factory=list)
    longest: float = 0
    """Seconds of the longest of them."""

    @classmethod
    def of(cls, points: Iterable[Point]) -> Points:
        """Return points that are in time order already, none overlapping another."""
        by_begin = {point.begin: point for point in points}
        longest = max((point.seconds for point in by_begin.values()), default=0)
        return cls(by_begin, list(by_begin), longest)

    def within(self, begin: float, end: float) -> list[Point]:
        """Return the points that begin in [begin, end)."""
        first, last = bisect_left(self._begins, begin), bisect_left(self._begins, end)
        return [self._by_begin[at] for at in self._begins[first:last]]

    def all(self) -> list[Point]:
        """Return all points."""
        return [self._by_begin[at] for at in self._begins]

    def add(self, points: Iterable[Point]) -> tuple[list[Point], list[Point], int]:
        """Take points; return the new or different, those that gave way, how many were refused.

        A point replaces those of its own period, and coarser ones that it overlaps; where there is
        a finer one, it is refused.
        """
        new: list[Point] = []
        gone: list[Point] = []
        refused = 0
        for point in points:
            overlapped = self._overlapping(point)
            if overlapped == [point]:
                continue
            if any(other.seconds < point.seconds for other in overlapped):
                refused += 1
                continue
            for other in overlapped:
                self._remove(other)
            gone += overlapped
            self._insert(point)
            new.append(point)
        return new, gone, refused

    def _overlapping(self, point: Point) -> list[Point]:
        """Return the points that overlap one; of many, so many that one of them is finer."""
        first = bisect_left(self._begins, point.begin)
        # None overlaps another: of those that begin before, only the last can reach so far.
        if first and self._by_begin[self._begins[first - 1]].end > point.begin:
            first -= 1
        last = min(bisect_left(self._begins, point.end), first + 4)
        return [self._by_begin[at] for at in self._begins[first:last]]

    def _insert(self, point: Point) -> None:
        insort(self._begins, point.begin)
        self._by_begin[point.begin] = point
        self.longest = max(self.longest, point.seconds)

    def _remove(self, point: Point) -> None:
        del self._begins[bisect_left(self._begins, point.begin)]
        del self._by_begin[point.begin]


@dataclass(frozen=True, slots=True)
class Hour:
    """What is known of an hour."""

    begin: int
    total: float
    """Of a mean: value by hours, so that watts become watt-hours. Of a sum: what was counted."""
    hours: float
    """The part of the hour that is known, 0 to 1."""
    low: float
    high: float


def hours_between(points: Points, aggregation: Aggregation, begin: float, end: float) -> list[Hour]:
    """Return the hours that touch [begin, end), of the points that reach into them."""
    first = begin // HOUR * HOUR
    hours = hours_of(points.within(first - points.longest, end + HOUR), aggregation)
    return [hour for hour in hours if first <= hour.begin < end]


def hours_of(points: Iterable[Point], aggregation: Aggregation) -> list[Hour]:
    """Return the hours that points lie in, oldest first.

    A period longer than an hour is spread evenly over its hours: a day's energy never becomes the
    energy of midnight.
    """
    totals: dict[int, list[float]] = {}
    for point in points:
        whole = HOUR if aggregation is Aggregation.MEAN else point.seconds
        begin = int(point.begin // HOUR) * HOUR
        while begin < point.end:
            inside = min(point.end, begin + HOUR) - max(point.begin, begin)
            hour = totals.setdefault(begin, [0.0, 0.0, point.value, point.value])
            hour[0] += point.value * inside / whole
            hour[1] += inside / HOUR
            hour[2] = min(hour[2], point.value)
            hour[3] = max(hour[3], point.value)
            begin += HOUR
    return [Hour(begin, *totals[begin]) for begin in sorted(totals)]


def with_days(rows: Sequence[Point], zone: tzinfo) -> list[Point]:
    """Return rows of hours in time order; what holds a whole day becomes a point of that length.

    Some write a day as one row at midnight. It is told by the hours that are missing after it, and
    by the row before it or after it, which is alike: an hour may stand alone before a gap.
    """
    ends = [0.0] * len(rows)
    for number, row in enumerate(rows):
        after = rows[number + 1].begin if number + 1 < len(rows) else math.inf
        if after - row.begin >= SHORTEST_DAY and begin_of(row.begin, Period.DAY, zone) == row.begin:
            end = end_of(row.begin, Period.DAY, zone)
            ends[number] = end if after >= end else 0
    return [
        replace(row, seconds=ends[n] - row.begin)
        if ends[n] and any((*ends[max(0, n - 1) : n], *ends[n + 1 : n + 2]))
        else row
        for n, row in enumerate(rows)
    ]


def steps_of(stamps: Sequence[float], *, is_end: bool) -> list[float]:
    """Return the length in seconds of each period of which only one end is written.

    `stamps` are the ends of periods or their beginnings, in time order. Between two that follow one
    another the distance is the length; after a gap it is that of the neighbours on the other side.
    """
    if len(stamps) < 2:
        # A single one tells nothing of its length.
        return [0.0] * len(stamps)
    if not is_end:
        return steps_of([-stamp for stamp in reversed(stamps)], is_end=True)[::-1]
    distances = [after - before for before, after in pairwise(stamps)]
    steps = [distances[0]]
    for before, after in zip(distances, [*distances[1:], distances[-1]], strict=True):
        # The length may change, or a period may be missing: two of the same distance tell.
        steps.append(before if before == steps[-1] else min(before, after))
    return steps
