"""Receipts of a UTC day: what one side sent, what the other got, and where the two part.

Pure. The day of a reading is that of its time. A day's readings are a set: a time once, the value
said last. Each is a leaf of a Merkle tree under a salt of that day, so that the root of a few small
numbers cannot be guessed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256
from itertools import groupby, pairwise
from struct import Struct
from typing import Annotated

from ..attributes import AttributeForm, whole
from ..model import Reading
from ..stamps import parse_stamp, stamp
from .keys import RAW
from .verify_journal import leaf_hash, merkle_root

DAY = 86_400_000
"""Milliseconds of a UTC day: it has neither summer nor leap seconds."""

HOUR = 3_600_000

HOURS = 24

SALT_BYTES = 16

MOST_COUNT = 10_000_000
"""Readings of a day: a hundred a second."""

EVERYBODY = 0
"""The group of readings that came to us."""

_RECORD = Struct(">QIcd")
_LONG_RECORD = Struct(">QIcQ")
_TIME = Struct(">Q")
_NUMBER = Struct(">d")

KINDS = NUMBER, TEXT, TRUTH, ERASED = (b"n", b"s", b"b", b"e")

type DayValue = float | str
"""A number, a text, or a boolean."""

type DayReadings = Mapping[int, DayValue]
"""What a day has: the time in ms since 1970 → the value said last."""

type Leaves = Mapping[int, bytes]
"""The same as hashes of leaves, in the order of time."""


class Verdict(StrEnum):
    """How what one side sent stands to what the other got."""

    EQUAL = "equal"
    NOT_RECEIVED = "not_received"
    """Some of it did not come: an ordinary thing."""
    DIFFERS = "differs"
    """Something came otherwise than it is said to have been sent."""


def milliseconds(time: float) -> int:
    """Return Unix seconds as whole milliseconds."""
    return round(time * 1000)


COUNT = whole(0, MOST_COUNT)
MOMENT = AttributeForm(
    lambda text: milliseconds(parse_stamp(text)), lambda time: stamp(time / 1000)
)
"""Milliseconds since 1970."""


@dataclass(frozen=True, slots=True)
class DayTotals:
    """What a set comes to."""

    count: Annotated[int, COUNT]
    root: Annotated[bytes, RAW]
    first: Annotated[int | None, MOMENT] = None
    last: Annotated[int | None, MOMENT] = None
    """The first and the last time in ms; None where there is nothing."""


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Readings beside one another: from the first to the last time in ms, and how many."""

    begin: Annotated[int, MOMENT, "from"]
    end: Annotated[int, MOMENT, "to"]
    count: Annotated[int, COUNT]


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Where what we got parts from what is said to have been sent."""

    missing: tuple[TimeRange, ...] = ()
    differs: tuple[TimeRange, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What it comes to."""
        if self.differs:
            return Verdict.DIFFERS
        return Verdict.NOT_RECEIVED if self.missing else Verdict.EQUAL


def day_of(time: int) -> int:
    """Return the number of the UTC day of a time in ms, from 1970 on."""
    return time // DAY


def day_to_text(day: int) -> str:
    """Return a day as it is written: 2026-11-26."""
    return datetime.fromtimestamp(day * DAY / 1000, UTC).date().isoformat()


def day_from_text(text: str) -> int:
    """Return the number of a day that is written as `day_to_text` does; raises ValueError."""
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError("a day as 2026-11-26")
    return (day - date(1970, 1, 1)).days


# Sets, and what they come to


def leaf_of(salt: bytes, time: int, value: DayValue) -> bytes:
    """Return the hash of a reading's leaf."""
    return leaf_hash(salt + _TIME.pack(time) + _value_bytes(value))


def leaves_of(readings: DayReadings, salt: bytes) -> dict[int, bytes]:
    """Return the leaves of a set, in the order of time."""
    return {time: leaf_of(salt, time, readings[time]) for time in sorted(readings)}


def totals_of(leaves: Leaves) -> DayTotals:
    """Return what a set comes to."""
    times = list(leaves)
    root = merkle_root(list(leaves.values()))
    return DayTotals(len(times), root, times[0], times[-1]) if times else DayTotals(0, root)


def totals_of_answers(digests: Iterable[bytes], salt: bytes) -> DayTotals:
    """Return what answers of the past come to, by the SHA-256 of their statements' bytes.

    In the order of their hashes: two answers that cross come in another order than they went.
    """
    leaves = sorted(leaf_hash(salt + digest) for digest in digests)
    return DayTotals(len(leaves), merkle_root(leaves))


def hours_of(leaves: Leaves) -> tuple[DayTotals, ...]:
    """Return what each hour of a day comes to."""
    of_hour: list[dict[int, bytes]] = [{} for _ in range(HOURS)]
    for time, leaf in leaves.items():
        of_hour[time % DAY // HOUR][time] = leaf
    return tuple(map(totals_of, of_hour))


def of_hour(leaves: Leaves, hour: int) -> dict[int, bytes]:
    """Return the leaves of one of the hours, 0 to 23."""
    return {time: leaf for time, leaf in leaves.items() if time % DAY // HOUR == hour}


def compared(sent: Leaves, got: Leaves) -> Discrepancy:
    """Return which ranges of what was sent did not come, and which came otherwise.

    What came and was not sent, as the sender says, came otherwise.
    """
    missing, differs = [], []
    for at, time in enumerate(sorted(sent.keys() | got.keys())):
        if time not in got:
            missing.append((at, time))
        elif sent.get(time) != got[time]:
            differs.append((at, time))
    return Discrepancy(_ranges(missing), _ranges(differs))


def answers_compared(sent: DayTotals, got: DayTotals) -> Verdict:
    """Return how answers of the past stand to one another: of these, only how many is known."""
    if got == sent:
        return Verdict.EQUAL
    return Verdict.NOT_RECEIVED if got.count < sent.count else Verdict.DIFFERS


def _ranges(places: Sequence[tuple[int, int]]) -> tuple[TimeRange, ...]:
    """Return ranges of times whose places follow one another."""
    ranges = []
    numbered = enumerate(places)
    for _, group in groupby(numbered, key=lambda each: each[1][0] - each[0]):
        times = [time for _, (_, time) in group]
        ranges.append(TimeRange(times[0], times[-1], len(times)))
    return tuple(ranges)


def fewer(ranges: Sequence[TimeRange], most: int) -> tuple[TimeRange, ...]:
    """Return at most so many ranges, those nearest one another joined: none is left out."""
    gaps = [(after.begin - before.end, at) for at, (before, after) in enumerate(pairwise(ranges))]
    kept = sorted(at for _, at in sorted(gaps, reverse=True)[: most - 1])
    joined = []
    for first, last in zip([0, *(at + 1 for at in kept)], [*kept, len(ranges) - 1], strict=True):
        several = ranges[first : last + 1]
        if several:
            count = sum(each.count for each in several)
            joined.append(TimeRange(several[0].begin, several[-1].end, count))
    return tuple(joined)


def _value_bytes(value: DayValue) -> bytes:
    if isinstance(value, str):
        return TEXT + value.encode()
    if isinstance(value, bool):
        return TRUTH + bytes([value])
    # Nothing and minus nothing are one on the wire.
    return NUMBER + _NUMBER.pack(value + 0.0)


# Kept as bytes


def record_of(time: int, group: int, value: DayValue | None) -> bytes:
    """Return what is kept of a reading that went to a group; None: of that time there is nothing.

    8 bytes of time, 4 of the group, one of the kind, 8 of the value: 21 bytes; a text follows.
    """
    if isinstance(value, str):
        text = value.encode()
        return _LONG_RECORD.pack(time, group, TEXT, len(text)) + text
    if value is None:
        return _RECORD.pack(time, group, ERASED, 0.0)
    return _RECORD.pack(time, group, TRUTH if isinstance(value, bool) else NUMBER, value)


@dataclass(frozen=True, slots=True)
class KeptReading:
    """A reading as it was kept: who it went to, and what it said."""

    time: int
    group: int
    value: DayValue | None


def kept_in(data: bytes) -> Iterator[KeptReading]:
    """Yield what is kept in bytes, up to where a kill tore the last record."""
    at = 0
    while (end := at + _RECORD.size) <= len(data):
        time, group, kind, number = _RECORD.unpack_from(data, at)
        value: DayValue | None = number
        if kind not in KINDS:
            # A disk whose power was cut may end a file with zeros.
            return
        if kind == TEXT:
            (_, _, _, length) = _LONG_RECORD.unpack_from(data, at)
            at, end = end, end + length
            if end > len(data):
                return
            value = data[at:end].decode()
        elif kind == TRUTH:
            value = bool(number)
        elif kind == ERASED:
            value = None
        yield KeptReading(time, group, value)
        at = end


def whole_bytes(data: bytes) -> int:
    """Return how many bytes come before what a kill tore."""
    return sum(len(record_of(kept.time, kept.group, kept.value)) for kept in kept_in(data))


def readings_of(kept: Iterable[KeptReading], groups: Iterable[int]) -> dict[int, DayValue]:
    """Return the set of those who are in any of these groups."""
    groups = frozenset(groups)
    readings: dict[int, DayValue] = {}
    for each in kept:
        if each.group not in groups:
            continue
        if each.value is None:
            readings.pop(each.time, None)
        else:
            readings[each.time] = each.value
    return readings


def digest_of(statement: bytes) -> bytes:
    """Return what stands for the bytes of an answer."""
    return sha256(statement).digest()


def by_day(readings: Iterable[Reading]) -> dict[int, list[tuple[int, DayValue]]]:
    """Return readings by their days: times in ms, and values."""
    days: dict[int, list[tuple[int, DayValue]]] = {}
    for reading in readings:
        time = milliseconds(reading.time)
        days.setdefault(day_of(time), []).append((time, reading.value))
    return days
