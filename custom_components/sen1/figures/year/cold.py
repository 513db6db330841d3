"""How cold it was at a site: degree-days of its days, and how many are usual there.

A year that is usual is the mean of the last ten whole ones where an archive of the weather knows
them, else of the site's own.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ...listeners import Listeners
from ..const import CONF_DEGREE_BASE, CONF_DEGREE_METHOD
from ..counting.calendar import ONE_DAY, days_of
from ..outdoor.days import ENOUGH, DayTemperature
from ..outdoor.outdoor import Outdoor
from .degree_days import BASE, Method, degree_days

DEGREE_DAYS = "°C·d"

YEARS = 10
"""Those that the usual is made of, where an archive knows them."""

SMOOTHED = 7
"""Days before and after one that its usual is the mean of."""

COMMON_YEAR = 2025
"""Any without a 29 February: its days are those that a usual year has."""

DAYS_OF_YEAR = 365


@dataclass(frozen=True, slots=True)
class Usual:
    """Degree-days that are usual on each day of the calendar."""

    years: tuple[int, int]
    """The first and the last year that they are of."""
    means: tuple[float, ...]
    """°C·d of each day of a common year."""

    def of(self, day: date) -> float:
        """Return how many are usual on a day, °C·d; on 29 February as many as on the 28th."""
        return self.means[_number(day)]


@dataclass(frozen=True, slots=True)
class ColdSum:
    """What several days came to, °C·d."""

    total: float | None
    """Of the days that are known; None: none is."""
    known: float
    """The part of the days that have ended which is known, 0 to 1."""
    usual: float | None
    """What is usual on the days that are known; None where nothing is usual yet."""


def _number(day: date) -> int:
    """Return which day of a common year it is, from 0; 29 February is the 28th."""
    if (day.month, day.day) == (2, 29):
        day = day - ONE_DAY
    return (day.replace(year=COMMON_YEAR) - date(COMMON_YEAR, 1, 1)).days


def usual_of(days: Mapping[date, float], today: date) -> Usual | None:
    """Return what is usual by the years of these days; None while there is no whole one.

    `days` have their degree-days, °C·d. They are of the ten calendar years before this one of which
    nearly all is known; where there is none, of any days that make up a year.
    """
    known: dict[int, int] = {}
    for day in days:
        known[day.year] = known.get(day.year, 0) + 1
    whole = {
        year
        for year in range(today.year - YEARS, today.year)
        if known.get(year, 0) >= ENOUGH * DAYS_OF_YEAR
    }
    chosen = {day: cold for day, cold in days.items() if day.year in whole} or days
    sums, counts = [0.0] * DAYS_OF_YEAR, [0] * DAYS_OF_YEAR
    for day, cold in chosen.items():
        number = _number(day)
        sums[number] += cold
        counts[number] += 1
    if sum(map(bool, counts)) < ENOUGH * DAYS_OF_YEAR:
        return None
    around = range(-SMOOTHED, SMOOTHED + 1)
    means: list[float] = []
    for number in range(DAYS_OF_YEAR):
        near = [(number + offset) % DAYS_OF_YEAR for offset in around]
        if not (count := sum(counts[one] for one in near)):
            return None
        means.append(sum(sums[one] for one in near) / count)
    years = [day.year for day in chosen]
    return Usual((min(years), max(years)), tuple(means))


def degree_days_of(
    days: Mapping[date, DayTemperature], base: float, method: str
) -> dict[date, float]:
    """Return the degree-days of days, °C·d."""
    return {
        day: degree_days(one.low, one.high, base=base, method=method) for day, one in days.items()
    }


def season_of(day: date, *, is_southern: bool) -> tuple[date, date]:
    """Return the heating season that a day is in, else the last that ended: [begin, end).

    As the field has it: from 1 October to 20 May; in the south half a year later.
    """
    month = 4 if is_southern else 10
    year = day.year if day >= date(day.year, month, 1) else day.year - 1
    if is_southern:
        return date(year, month, 1), date(year, 11, 21)
    return date(year, month, 1), date(year + 1, 5, 21)


class Cold:
    """Knows the degree-days of a site."""

    def __init__(self, entry: ConfigEntry, outdoor: Outdoor) -> None:
        self.outdoor = outdoor
        self.base: float = entry.data.get(CONF_DEGREE_BASE, BASE)
        """°C."""
        self.method = Method(entry.data.get(CONF_DEGREE_METHOD, Method.METEO))
        self.days: dict[date, float] = {}
        """°C·d of each day that has ended and is known."""
        self.usual: Usual | None = None
        self.listeners = Listeners[()]()
        """When these are others."""

    @callback
    def start(self) -> None:
        """Count what is known, and again whenever that is another."""
        self.outdoor.listeners.add(self.update)
        self._count()

    @callback
    def update(self) -> None:
        """Count what is known now: a day has ended, or is known by now."""
        self._count()
        self.listeners.tell()

    def _count(self) -> None:
        self.days = degree_days_of(self.outdoor.days, self.base, self.method)
        of_archive = degree_days_of(self.outdoor.archived, self.base, self.method)
        self.usual = usual_of(of_archive, self.today) or usual_of(self.days, self.today)

    @property
    def today(self) -> date:
        """Return the day that goes on."""
        return dt_util.now().date()

    @property
    def season(self) -> tuple[date, date]:
        """Return the heating season of now, else the last: [begin, end)."""
        return season_of(self.today, is_southern=self.outdoor.is_southern)

    def sums(self, begin: date, end: date) -> ColdSum:
        """Return what the days of [begin, end) came to, and what is usual on the same."""
        days = list(days_of(begin, min(end, self.today)))
        known = [day for day in days if day in self.days]
        return ColdSum(
            sum(self.days[day] for day in known) if known else None,
            len(known) / len(days) if days else 0.0,
            self.usual_on(known) if known else None,
        )

    def usual_on(self, days: Collection[date]) -> float | None:
        """Return how many degree-days are usual on days, °C·d; None where nothing is."""
        return None if self.usual is None else sum(map(self.usual.of, days))
