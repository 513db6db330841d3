"""What is found in a file, and what of it can be true.

Pure. Readers gather; what they gathered is put together and sieved in one place, so that nothing
leaves a file, of whatever kind, that could hold the machine or fill the recorder with nonsense.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from heapq import merge
from itertools import pairwise
from typing import Any, NamedTuple

from ...protocol.limits import can_be
from ..errors import FileTooLarge
from ..points import SPREAD_MOST, Aggregation, Point, Points
from .sums import sums_of

EARLIEST = 946_684_800.0 - 14 * 3600
"""The beginning of 2000 in the zone where it came first, Unix seconds."""

AHEAD = 86_400.0
"""Seconds from now at which a period must be over: the clocks of others may be wrong."""

MOST_SERIES = 100
"""Series in a file: each becomes a statistic."""

MOST_VALUES = 400_000
"""Values in the tables of a file, in all their columns."""

SLICE = 20_000
"""Times sorted at once: sorting stops all else that runs."""


class LeftOut(StrEnum):
    """Why something in a file is not taken."""

    EMPTY = "empty"
    """A period without a value: the meter or its operator had none."""
    UNREADABLE = "unreadable"
    """A line that is not what its table says."""
    OTHER = "other"
    """A quantity that is not imported: maxima, tariff indexes beside their total."""
    NO_UNIT = "no_unit"
    """A number that nothing tells the unit of."""
    TWICE = "twice"
    """A line that another line of the same time replaces: the last of them counts."""
    IMPOSSIBLE = "impossible"
    """A period before 2000, not over yet or longer than 400 days; a number too large."""
    FINER = "finer"
    """A period of which more detail is known."""


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """What tells one series of a file from another."""

    unit: str | None
    """Home Assistant's unit."""
    aggregation: Aggregation
    meter: str = ""
    """The delivery point, which is not kept; empty where the file does not say."""
    direction: str = ""
    """Whether it is drawn or fed in, in the word of the file; empty where it does not say."""
    name: str = ""
    sheet: str = ""
    column: str = ""
    """The heading of one of several columns of values."""
    is_beside: bool = False
    """Whether other columns are what counts."""

    @property
    def table(self) -> tuple[str, ...]:
        """What the columns of a table have in common; those of no table are apart."""
        return (self.meter, self.direction, self.name, self.sheet) if self.column else (repr(self),)


class FileReading(NamedTuple):
    """What an index showed."""

    value: float
    registers: str = ""
    """Which registers were added up: a sum of others is no later reading of the same index."""


@dataclass(frozen=True, slots=True)
class FoundSeries:
    """One series of a file, in time order, no period overlapping another."""

    unit: str | None
    """Home Assistant's unit."""
    aggregation: Aggregation
    points: list[Point]
    label: str = ""
    """Tells it from the others of the file; empty when it is the only one, or what counts."""
    sums: tuple[tuple[str, ...], ...] = ()
    """The labels of those that it is the sum of, in each way in which it is one."""
    is_chosen: bool = True
    """Whether it is taken where nobody chooses: not what is in a sum, or beside what counts."""


@dataclass(slots=True)
class Found:
    """The series of a file, and how much of it is not taken."""

    series: list[FoundSeries]
    left_out: Counter[LeftOut]


class Gathering:
    """What the readers of a file, or of the files in an archive, come upon."""

    def __init__(self) -> None:
        self.left_out: Counter[LeftOut] = Counter()
        self._points: dict[SeriesKey, list[Point]] = {}
        self._readings: dict[SeriesKey, dict[float, FileReading]] = {}
        self._values = 0

    def count(self, values: int) -> None:
        """Count values of a table before they are kept; raises FileTooLarge."""
        self._values += values
        if self._values > MOST_VALUES:
            raise FileTooLarge

    @property
    def is_one_reading(self) -> bool:
        """Whether there is a single reading of an index."""
        return any(len(readings) == 1 for readings in self._readings.values())

    def add(self, key: SeriesKey, points: Iterable[Point]) -> None:
        """Take periods, in any order; raises FileTooLarge for more series than anybody has."""
        self._points.setdefault(key, []).extend(points)
        if len(self._points) > MOST_SERIES:
            raise FileTooLarge

    def add_reading(self, key: SeriesKey, time: float, reading: FileReading) -> None:
        """Take a reading of an index; the last of one time counts."""
        # Its series has its place among the others as it comes.
        self.add(key, ())
        readings = self._readings.setdefault(key, {})
        self.left_out[LeftOut.TWICE] += time in readings
        readings[time] = reading

    def found(self, now: float) -> Found:
        """Return what can be true of all of it, `now` in Unix seconds."""
        for key, readings in self._readings.items():
            self.add(key, _differences(readings, self.left_out))
        self._readings.clear()
        self._put_together()
        sieved = {
            key: kept
            for key, points in self._points.items()
            if (kept := _sieved(points, now, self.left_out))
        }
        sums = _sums(sieved)
        within = {part for runs in sums.values() for run in runs for part in run}
        chosen = {key for key in sieved if not key.is_beside and key not in within}
        counting = Counter(key.table for key in chosen)
        alone = {key for key in chosen if counting[key.table] == 1}
        labels = _labels(list(sieved), alone)
        parts = {
            key: tuple(tuple(labels[part] for part in run) for run in sums.get(key, ()))
            for key in sieved
        }
        series = [
            FoundSeries(key.unit, key.aggregation, points, labels[key], parts[key], key in chosen)
            for key, points in sieved.items()
        ]
        return Found(series, self.left_out)

    def _put_together(self) -> None:
        """Make one series of what is one: a file that does not say whose is of the same home."""
        for told in ("meter", "direction"):
            if len({getattr(key, told) for key in self._points} - {""}) == 1:
                blank: dict[str, Any] = {told: ""}
                apart, self._points = self._points, {}
                for key, points in apart.items():
                    self.add(replace(key, **blank), points)


def _labels(keys: Sequence[SeriesKey], alone: Container[SeriesKey]) -> dict[SeriesKey, str]:
    """Return what tells each from the others, no two alike; empty for the only one.

    Those that count `alone` in their table are what it is of, and bear no column's name.
    """
    meters = {meter: str(number) for number, meter in enumerate(_each(keys, "meter"), 1)}
    ends = {key.name.rpartition("_")[2] for key in keys}
    is_end_enough = len(ends) == len(_each(keys, "name"))
    words: dict[str, Callable[[SeriesKey], str]] = {
        "name": lambda key: key.name.rpartition("_")[2] if is_end_enough else key.name,
        "meter": lambda key: meters[key.meter],
        "direction": lambda key: key.direction,
        "sheet": lambda key: key.sheet,
        "column": lambda key: "" if key in alone else key.column,
        "unit": lambda key: key.unit or "",
        "aggregation": lambda key: key.aggregation,
    }
    labels = dict.fromkeys(keys, "")
    for what, word in words.items():
        if len(_each(keys, what)) > 1 and len(set(labels.values())) < len(keys):
            labels = {key: f"{label} {word(key)}".strip() for key, label in labels.items()}
    return labels


def _sums(series: Mapping[SeriesKey, list[Point]]) -> dict[SeriesKey, list[list[SeriesKey]]]:
    """Return the series that are the sum of others of their table, and of which."""
    tables: dict[object, list[SeriesKey]] = {}
    for key in series:
        tables.setdefault((key.table, key.unit, key.aggregation), []).append(key)
    return {
        keys[whole]: [[keys[part] for part in run] for run in runs]
        for keys in tables.values()
        for whole, runs in sums_of([series[key] for key in keys]).items()
    }


def in_order(times: Sequence[float]) -> Iterator[float]:
    """Yield times in order."""
    slices = range(0, len(times), SLICE)
    return merge(*(sorted(times[begin : begin + SLICE]) for begin in slices))


def _each(keys: Iterable[SeriesKey], told: str) -> list[object]:
    return list(dict.fromkeys(getattr(key, told) for key in keys))


def _differences(readings: dict[float, FileReading], left_out: Counter[LeftOut]) -> Iterator[Point]:
    """Yield what an index counted from each time it was read to the next."""
    for begin, end in pairwise(in_order(list(readings))):
        before, after = readings[begin], readings[end]
        if not (can_be(before.value) and can_be(after.value)):
            left_out[LeftOut.IMPOSSIBLE] += 1
        elif after.value < before.value or after.registers != before.registers:
            # A new meter, or another contract: what was counted until then is not told.
            left_out[LeftOut.UNREADABLE] += 1
        else:
            yield Point(begin, end - begin, after.value - before.value)


def _sieved(points: list[Point], now: float, left_out: Counter[LeftOut]) -> list[Point]:
    """Return the points that can be true, in time order, the finer where two overlap."""
    latest = now + AHEAD
    possible = [
        point
        for point in points
        # By its end too: so short a period that it has none is no period.
        if EARLIEST <= point.begin < point.begin + point.seconds <= latest
        and point.seconds <= SPREAD_MOST
        and can_be(point.value)
    ]
    left_out[LeftOut.IMPOSSIBLE] += len(points) - len(possible)
    if all(one.end <= other.begin for one, other in pairwise(possible)):
        return possible
    last = {(point.begin, point.seconds): point for point in possible}
    left_out[LeftOut.TWICE] += len(possible) - len(last)
    by_begin: dict[float, list[Point]] = {}
    for point in last.values():
        by_begin.setdefault(point.begin, []).append(point)
    apart = Points()
    apart.add(point for begin in in_order(list(by_begin)) for point in by_begin[begin])
    kept = apart.all()
    left_out[LeftOut.FINER] += len(last) - len(kept)
    return kept
