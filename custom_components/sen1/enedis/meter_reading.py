"""What a `meter_reading` of Enedis says: days in Wh, a curve in mean W, highest powers in VA. Pure.

Days are ordinals (`date.toordinal`); times are of France, without a zone. A row that cannot be is
left out alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import pairwise
import math
from typing import Any
from zoneinfo import ZoneInfo

from ..history.points import HOUR, Point, steps_of

PARIS = ZoneInfo("Europe/Paris")

LENGTHS = {f"PT{minutes}M": minutes * 60.0 for minutes in (10, 15, 20, 30, 60)}

MOST_W = 250_000
"""More than any connection in low voltage draws."""

type _Interval = tuple[float, float | None, bool]
"""Of a curve: W; seconds, if it says so; whether the clock had gone back before, in the answer."""


def midnight(day: int) -> float:
    """Return when a day begins in France, Unix seconds."""
    return datetime.combine(date.fromordinal(day), datetime.min.time(), PARIS).timestamp()


def day_of(at: float) -> int:
    """Return the day in France of a Unix time."""
    return datetime.fromtimestamp(at, PARIS).toordinal()


def days_in(rows: Sequence[Any], begin: int, end: int) -> dict[int, float]:
    """Return the energy of each day of [begin, end), kWh; of a day told twice, the last."""
    values = _values(rows, 24 * MOST_W)
    return {
        stamp.toordinal(): value / 1000
        for stamp, value, _row in values
        if begin <= stamp.toordinal() < end
    }


def highest_in(rows: Sequence[Any], begin: int, end: int) -> dict[int, tuple[float, str]]:
    """Return the highest power of each day of [begin, end), VA, and when it was, ISO 8601."""
    # Of a day told twice, the highest.
    found = sorted(_values(rows, MOST_W), key=lambda told: told[1])
    return {
        stamp.toordinal(): (value, stamp.replace(tzinfo=PARIS).isoformat())
        for stamp, value, _row in found
        if begin <= stamp.toordinal() < end
    }


def curve_in(rows: Sequence[Any], begin: int, end: int) -> list[Point]:
    """Return the intervals of a curve that lie in the days [begin, end), kWh, oldest first.

    Where an interval does not say its length, its neighbours do, else it is an hour. In the hour
    that the clock goes through twice the order of the answer tells which is which.
    """
    ends = _ends(list(_values(rows, MOST_W)))
    stamps = sorted(ends)
    points: list[Point] = []
    previous = -math.inf
    for stamp, step in zip(stamps, steps_of(stamps, is_end=True), strict=True):
        watts, told, _ = ends[stamp]
        seconds, room = told or (step if step in LENGTHS.values() else HOUR), stamp - previous
        if room < seconds and room not in LENGTHS.values():
            continue
        seconds, previous = min(seconds, room), stamp
        if midnight(begin) <= stamp - seconds and stamp <= midnight(end):
            points.append(Point(stamp - seconds, seconds, watts * seconds / HOUR / 1000))
    return points


def joined(day: int, total: float | None, curve: Sequence[Point]) -> list[Point]:
    """Return the points of a day, kWh, of its own value and of its curve, oldest first.

    Holes of the curve share what the day's value has left; where that is not known they stay.
    """
    if total is None:
        return list(curve)
    edges = [
        midnight(day),
        *(at for one in curve for at in (one.begin, one.end)),
        midnight(day + 1),
    ]
    holes = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
    rest = max(0.0, total - math.fsum(point.value for point in curve))
    missing = math.fsum(b - a for a, b in holes)
    filled = [Point(a, b - a, rest * (b - a) / missing) for a, b in holes]
    return sorted([*curve, *filled], key=lambda point: point.begin)


def _values(rows: Iterable[Any], most: float) -> Iterator[tuple[datetime, float, dict[str, Any]]]:
    """Yield the time, the value and all of each row that can be."""
    for row in rows:
        try:
            stamp, told = datetime.fromisoformat(row["date"]), row["value"]
            value = math.nan if isinstance(told, bool) else float(told)
        except KeyError, TypeError, ValueError, OverflowError:
            continue
        if stamp.tzinfo is None and 0 <= value <= most:
            yield stamp, value, row


def _ends(rows: list[tuple[datetime, float, dict[str, Any]]]) -> dict[float, _Interval]:
    """Return intervals by their ends, Unix seconds; of one told twice, the last."""
    if sum(1 if after[0] < before[0] else -1 for before, after in pairwise(rows)) > 0:
        rows.reverse()  # they came with the newest first
    by_stamp: dict[datetime, list[_Interval]] = {}
    before: tuple[datetime, float] | None = None
    is_back = False
    for stamp, watts, row in rows:
        if len(_moments(stamp)) == 2:
            if before is not None:
                is_back |= stamp < before[0] or (stamp == before[0] and watts != before[1])
            before = (stamp, watts)
        length = LENGTHS.get(str(row.get("interval_length")))
        by_stamp.setdefault(stamp, []).append((watts, length, is_back))
    ends: dict[float, _Interval] = {}
    for stamp, told in by_stamp.items():
        moments, kept = _moments(stamp), told[-1:]
        if len(moments) == 2 and len(told) == 1:
            moments = [moments[told[0][2]]]
        elif len(moments) == 2:
            # A row may come twice, so that of the other time is one with another value.
            kept = [told[0], next((one for one in told if one[0] != told[0][0]), told[-1])]
        ends |= zip(moments, kept, strict=False)
    return ends


def _moments(stamp: datetime) -> list[float]:
    """Return what a local time is in Unix seconds: twice in an hour of autumn, never in spring.

    The end of spring's last interval before the change may be written as either clock shows it.
    """
    first, second = (stamp.replace(tzinfo=PARIS, fold=fold).timestamp() for fold in (0, 1))
    if first == second:
        return [first]
    if first < second:
        return [first, second]
    return [first] if not stamp.minute else []
