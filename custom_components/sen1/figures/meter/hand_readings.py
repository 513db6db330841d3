"""Readings that people write down: what may be one, and what lies between two. Pure.

Times are Unix seconds. A meter has one register, or one for each tariff period.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from itertools import pairwise

from ...history.points import Point

DAY_S = 86_400

MOST = 10_000_000_000
"""No meter shows more."""


class ReadingError(Exception):
    """A reading that cannot be; `key` names the reason for the user."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class HandReading:
    """What a meter showed at a moment."""

    at: float
    values: Mapping[str, float]
    """Register → index, in the meter's own unit."""
    is_new_meter: bool = False
    """The first one of a meter that replaced another: it counts from here."""


def added(
    readings: Iterable[HandReading],
    reading: HandReading,
    registers: Sequence[str],
    now: float,
    zone: tzinfo,
) -> list[HandReading]:
    """Return the readings with another, oldest first; it replaces one of the same day.

    Raises ReadingError. One that is dated back must fit between its neighbours.
    """
    if reading.at > now:
        raise ReadingError("reading_in_future")
    if set(reading.values) != set(registers):
        raise ReadingError("reading_incomplete")
    day = day_of(reading.at, zone)
    others = [other for other in readings if day_of(other.at, zone) != day]
    before = max((r for r in others if r.at < reading.at), key=lambda r: r.at, default=None)
    after = min((r for r in others if r.at > reading.at), key=lambda r: r.at, default=None)
    for register in registers:
        value = reading.values[register]
        is_less = before and not reading.is_new_meter and value < before.values[register]
        if is_less or (after and not after.is_new_meter and value > after.values[register]):
            raise ReadingError("reading_decreases")
    return sorted([*others, reading], key=lambda r: r.at)


def read_lines(text: str, registers: Sequence[str], now: float, zone: tzinfo) -> list[HandReading]:
    """Return the readings of a text: of each line its day and what the registers showed then.

    A day means its begin, so that days are known whole. Raises ReadingError.
    """
    readings: list[HandReading] = []
    for line in filter(str.strip, text.splitlines()):
        word, *shown = line.replace(",", ".").split()
        try:
            day = date.fromisoformat("-".join(word.split("/")[::-1]))
            values = dict(zip(registers, map(float, shown), strict=True))
        except ValueError:
            raise ReadingError("reading_unclear") from None
        if not all(0 <= value <= MOST for value in values.values()):
            raise ReadingError("reading_unclear")
        at = datetime.combine(day, time(), zone).timestamp()
        readings = added(readings, HandReading(at, values), registers, now, zone)
    return readings


def without(readings: Iterable[HandReading], day: date, zone: tzinfo) -> list[HandReading]:
    """Return the readings without that of a day."""
    return [reading for reading in readings if day_of(reading.at, zone) != day]


def day_of(at: float, zone: tzinfo) -> date:
    """Return the local day of a moment."""
    return datetime.fromtimestamp(at, zone).date()


def points_of(readings: Sequence[HandReading], register: str, factor: float) -> list[Point]:
    """Return what was counted from each reading to the next, times `factor`.

    What passed between the last reading of a meter and the first of the next is not known.
    """
    return [
        Point(one.at, other.at - one.at, _between(one, other, register) * factor)
        for one, other in pairwise(readings)
        if not other.is_new_meter
    ]


def per_day(readings: Sequence[HandReading], register: str, factor: float) -> float | None:
    """Return what was counted per day between the last two readings."""
    points = points_of(readings[-2:], register, factor)
    return points[-1].value * DAY_S / points[-1].seconds if points else None


def _between(one: HandReading, other: HandReading, register: str) -> float:
    # As people wrote them, to the litre: a difference of floats has more digits.
    return round(other.values[register] - one.values[register], 6)
