"""What an index counted in each hour, from readings that come in any order.

Pure. Of each hour the first and the last reading are kept, so that two hours share out what lies
between them at the hour itself, and a hole is spread evenly over its hours until it is filled. Once
all around an hour is known it is settled: it is in the archive, and its readings are forgotten.
"""

from bisect import bisect
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TypedDict

from .periods import RESET
from .points import HOUR, SPREAD_MOST, Aggregation, Hour, Point, hours_of

GAP = 300.0
"""Seconds without a reading, around the turn of an hour, that make a hole."""

OPEN = 15 * 86400.0
"""Seconds a hole is waited for: recorders keep no readings for longer, as they come."""

type IndexReading = tuple[float, float]
"""A time in Unix seconds, and the index then."""


class IndexData(TypedDict):
    """What is kept of an index between two starts."""

    hours: dict[str, list[IndexReading]]
    """Hour (its beginning, Unix seconds) → its first and last reading."""
    settled: list[int]
    """Hours before which all is settled, up to the kept hour before."""


class Index:
    """Take readings; tell the hours that are over."""

    def __init__(self, data: IndexData | None = None, gap: float = GAP) -> None:
        """`gap` is how many seconds without a reading make a hole."""
        self._gap = gap
        self._hours: dict[int, tuple[IndexReading, IndexReading]] = {}
        self._settled: set[int] = set()
        if data is not None:
            self._settled.update(data["settled"])
            for hour, (first, last) in data["hours"].items():
                self._hours[int(hour)] = ((first[0], first[1]), (last[0], last[1]))

    def data(self) -> IndexData:
        """Return what must be kept."""
        return IndexData(
            hours={str(hour): list(ends) for hour, ends in sorted(self._hours.items())},
            settled=sorted(self._settled),
        )

    def add(self, readings: Iterable[IndexReading]) -> list[Hour]:
        """Take readings; return the hours to write, oldest first, if any that is over changed."""
        kept = sorted(self._hours)
        newest = kept[-1] if kept else None
        is_news = False
        for reading in readings:
            hour = int(reading[0] // HOUR) * HOUR
            is_new_hour = hour not in self._hours
            if is_new_hour:
                after = bisect(kept, hour)
                if after < len(kept) and kept[after] in self._settled:
                    continue
                kept.insert(after, hour)
            first, last = self._hours.get(hour, (reading, reading))
            ends = (min(first, reading), max(last, reading))
            is_changed = is_new_hour or ends != (first, last)
            # What comes within the newest hour is written when it is over, but for its first
            # reading: the hour before is shared out up to that.
            is_news |= is_changed and (is_new_hour or hour != newest or ends[0] != first)
            self._hours[hour] = ends
        if not is_news:
            return []
        hours = list(self._over())
        self._settle()
        return hours

    def _islands(self) -> Iterator[tuple[list[int], bool, bool]]:
        """Yield hours that follow one another, and whether all is settled before and after them."""
        island: list[int] = []
        for hour in sorted(self._hours):
            if island and hour in self._settled:
                yield island, island[0] in self._settled, True
                island = []
            island.append(hour)
        yield island, island[0] in self._settled, False

    def _over(self) -> Iterator[Hour]:
        """Yield the hours that are over and known from their beginning to their end."""
        newest = max(self._hours)
        for island, is_settled_before, is_settled_after in self._islands():
            readings = [reading for hour in island for reading in self._hours[hour]]
            for hour in hours_of(_counted(readings), Aggregation.SUM):
                is_partial = (is_settled_before and hour.begin == island[0]) or (
                    is_settled_after and hour.begin == island[-1]
                )
                if hour.begin < newest and not is_partial:
                    yield Hour(hour.begin, hour.total, 1, hour.low, hour.high)

    def _settle(self) -> None:
        """Forget the readings of hours that no other reading can change."""
        newest = max(self._hours)
        needed = {newest, newest - HOUR}
        for island, _before, _after in self._islands():
            for one, other in pairwise(island):
                silence = self._hours[other][0][0] - self._hours[one][1][0]
                if silence > self._gap and newest - other < OPEN:
                    needed |= {one - HOUR, one, other, other + HOUR}
        kept = [hour for hour in sorted(self._hours) if hour in needed]
        gone = self._hours.keys() - needed
        self._settled.update(kept[bisect(kept, hour)] for hour in gone)
        self._settled &= set(kept)
        self._hours = {hour: self._hours[hour] for hour in kept}


def _counted(readings: Iterable[IndexReading]) -> Iterator[Point]:
    """Yield what was counted between one reading and the next, as periods.Summary's difference."""
    before: IndexReading | None = None
    for time, value in readings:
        if before is None:
            before = (time, value)
            continue
        since, known = before
        wavers = RESET * known <= value < known
        counted = 0.0 if wavers else value - known if value >= known else value
        if 0 < time - since <= SPREAD_MOST:
            yield Point(since, time - since, counted)
        before = (time, known if wavers else value)
