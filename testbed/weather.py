"""The air outside in the south of Brittany: a function of the time, known exactly.

Each week has its own weather. A day is coldest at six and warmest at three in the afternoon.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import blake2b
import math

from .household import PARIS

COLDEST, WARMEST = 6, 15
"""The hours, local time."""

BASE = 18
"""°C outside, below which homes are heated."""


def temperature(at: datetime) -> float:
    """Return the temperature at a time, °C, as a thermometer shows it."""
    day = at.astimezone(PARIS).date()
    turns = [
        *_turns(day - timedelta(days=1)),
        *_turns(day),
        *_turns(day + timedelta(days=1)),
    ]
    second = at.timestamp()
    after = next(number for number, (moment, _) in enumerate(turns) if moment > second)
    (begin, first), (end, last) = turns[after - 1 : after + 1]
    turned = (1 - math.cos(math.pi * (second - begin) / (end - begin))) / 2
    return round(first + (last - first) * turned, 1)


@cache
def extremes(day: date) -> tuple[float, float]:
    """Return the lowest and the highest temperature of a local day, °C."""
    ends = (_moment(day, 0), _moment(day + timedelta(days=1), 0))
    found = [temperature(at) for at in (*ends, _moment(day, COLDEST), _moment(day, WARMEST))]
    return min(found), max(found)


def degree_days(day: date) -> float:
    """Return how cold a local day is, °C·d below the base, of the mean of its extremes."""
    return max(0.0, BASE - sum(extremes(day)) / 2)


def usual(day_of_year: int) -> float:
    """Return the usual mean temperature of a day, °C."""
    return 12 - 7 * math.cos(2 * math.pi * (day_of_year - 20) / 365.25)


@cache
def chance(name: str, number: date | int) -> float:
    """Return a number of [0, 1) that only the name and a day or a number decide."""
    digest = blake2b(f"{name}/{number}".encode(), digest_size=4).digest()
    return int.from_bytes(digest) / 2**32


@cache
def _turns(day: date) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return when a day is coldest and warmest, in seconds since the epoch, with the °C."""
    mean = usual(day.timetuple().tm_yday) + _weather(day)
    # A clear sky makes for cold nights and warm days.
    half = 2 + 3 * chance("sky", day)
    return (
        (_moment(day, COLDEST).timestamp(), mean - half),
        (_moment(day, WARMEST).timestamp(), mean + half),
    )


def _weather(day: date) -> float:
    """Return by how many degrees a day is warmer than usual."""
    week, weekday = divmod(day.toordinal(), 7)
    before, after = (6 * chance("weather", number) - 3 for number in (week, week + 1))
    return before + (after - before) * weekday / 7


def _moment(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS).astimezone(UTC)
