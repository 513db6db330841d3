"""What homes use and roofs give in any hour of any year: functions of the hour, known exactly.

They stand for the years before a demo begins, which no meter of it has counted, and for the rest
of the year, which its forecast is compared with. A home with panels uses them first: in each hour
it draws what they lack, or feeds in what they have left, so that what is drawn and produced is what
is used and fed in.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
import math
from typing import Protocol

from .household import PARIS
from .weather import BASE, chance, degree_days, usual

HOUR = timedelta(hours=1)
DAYS_OF_YEAR = 365.25
NOON = 12.2
"""The hour of the highest sun, UTC."""

DAY_SHAPE = (
    *(0.7, 0.6, 0.6, 0.6, 0.6, 0.7, 0.9, 1.2, 1.1, 0.9, 0.8, 0.9),
    *(1.2, 1.1, 0.8, 0.8, 0.9, 1.1, 1.5, 1.8, 1.7, 1.4, 1.2, 0.9),
)
"""What a home uses in each hour of a day, of a mean of 1."""

SCHOOL_SHAPE = (
    *(0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.5, 1.0, 1.9, 2.2, 2.2, 2.2),
    *(1.9, 1.6, 1.9, 1.9, 1.7, 1.0, 0.5, 0.5, 0.3, 0.3, 0.3, 0.3),
)
"""The same of a school."""


class Source(Hashable, Protocol):
    """Something that energy flows from or into."""

    def hour(self, at: datetime) -> int:
        """Return the Wh of the hour that begins at a time."""


@dataclass(frozen=True, slots=True)
class Habits:
    """A building heated with electricity, in part or whole, or not at all."""

    name: str
    floor_area: int
    """m²."""
    yearly_kwh: int
    """About what it uses."""
    heat: float
    """The part of that which is heat, 0 to 1."""
    shape: tuple[float, ...] = DAY_SHAPE
    weekend: float = 1.2
    """What a day of the weekend uses, of a mean of 1."""
    saves: float = 0.0
    """The part of that which it uses no more, of late."""
    saves_from: date = date.max

    def hour(self, at: datetime) -> int:
        """Return the Wh of the hour that begins at a time."""
        local = at.astimezone(PARIS)
        day = local.date()
        lived = self.unheated(day.weekday() > 4) * _busy(self.name, day) * self.shape[local.hour]
        used = lived + self.per_degree_day * degree_days(day)
        return round(used * (1 - self.saves * (day >= self.saves_from)) * 1000 / 24)

    def unheated(self, is_weekend: bool) -> float:
        """Return the kWh of a usual day without its heat."""
        weekly = self.weekend if is_weekend else (7 - 2 * self.weekend) / 5
        return (1 - self.heat) * self.yearly_kwh / DAYS_OF_YEAR * weekly

    @property
    def per_degree_day(self) -> float:
        """Return the kWh that each degree-day takes, of the base at which it is heated."""
        return self.heat * self.yearly_kwh / DAYS_OF_YEAR / _usual_cold()


def light(at: datetime) -> tuple[float, float]:
    """Return the season, from -1 in winter to 1 in summer, and how long it is light, h."""
    season = math.cos(2 * math.pi * (at.timetuple().tm_yday - 172) / 365.25)
    return season, 12.2 + 3.9 * season


def daylight(second: int) -> tuple[float, float]:
    """Return between which hours of its day, legal time, the sun is up at a second."""
    day = datetime.fromtimestamp(second, PARIS)
    ahead, light_h = (day.utcoffset() or HOUR) / HOUR, light(day.astimezone(UTC))[1]
    return NOON - light_h / 2 + ahead, NOON + light_h / 2 + ahead


@dataclass(frozen=True, slots=True)
class Roof:
    """Solar panels towards the south of Brittany."""

    name: str
    peak_w: int

    def hour(self, at: datetime) -> int:
        """Return the Wh of the hour that begins at a time."""
        middle = at.astimezone(UTC) + HOUR / 2
        season, light_h = light(middle)
        passed = middle.hour + middle.minute / 60 - (NOON - light_h / 2)
        if not 0 < passed < light_h:
            return 0
        height = math.sin(math.pi * passed / light_h) * (0.56 + 0.16 * season)
        clear = 0.25 + 0.75 * chance(self.name, middle.date())
        return round(self.peak_w * height * clear)


@dataclass(frozen=True, slots=True)
class Bought:
    """What a home with panels draws from the grid."""

    home: Habits
    panels: Roof

    def hour(self, at: datetime) -> int:
        """Return the Wh of the hour that begins at a time."""
        return max(0, self.home.hour(at) - self.panels.hour(at))


@dataclass(frozen=True, slots=True)
class Sold:
    """What a home with panels feeds in."""

    home: Habits
    panels: Roof

    def hour(self, at: datetime) -> int:
        """Return the Wh of the hour that begins at a time."""
        return max(0, self.panels.hour(at) - self.home.hour(at))


def halves(source: Source, at: datetime) -> tuple[int, int]:
    """Return the mean watts of both half-hours of the hour that begins at a time.

    They lean towards the hours beside it, and add up to its Wh exactly.
    """
    whole = source.hour(at)
    lean = (source.hour(at + HOUR) - source.hour(at - HOUR)) // 8
    first = min(max(whole - lean, 0), 2 * whole)
    return first, 2 * whole - first


@cache
def total(source: Source, begin: datetime, end: datetime) -> int:
    """Return the Wh of [begin, end), both at whole hours."""
    return sum(source.hour(at) for at in hours(begin, end))


def total_of_year(source: Source, year: int) -> int:
    """Return the Wh of a local year."""
    return total(source, midnight(date(year, 1, 1)), midnight(date(year + 1, 1, 1)))


def hours(begin: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the beginning of each hour of [begin, end), UTC."""
    at = begin.astimezone(UTC)
    while at < end:
        yield at
        at += HOUR


def midnight(day: date) -> datetime:
    """Return the beginning of a local day."""
    return datetime(day.year, day.month, day.day, tzinfo=PARIS)


@cache
def _usual_cold() -> float:
    """Return the degree-days of a day, on the mean of a usual year."""
    return sum(max(0.0, BASE - usual(day)) for day in range(1, 366)) / 365


@cache
def _busy(name: str, day: date) -> float:
    """Return what a home uses on a day beside its heat, of a mean of 1: no two are alike."""
    return 0.55 + 0.45 * (chance(f"{name}/cooking", day) + chance(f"{name}/washing", day))
