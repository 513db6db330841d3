"""What the forecast and BMHS's rule tell of homes whose year is known: how far off both are."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import mean

from custom_components.sen1.figures.year.forecast import Weather, forecast

from . import bmhs
from .weather_homes import LivedHome, degree_days, lived_home

YEAR = 2025
MONTHS = range(1, 12)
LIVES = 8
"""Of a home, whose mean is what may be expected of it."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """What was foretold at the end of a month, in parts of what the year came to."""

    month: int
    ours: float
    bmhs: float
    is_within: bool
    """Whether the year came to what our margin says."""


def home_known_for_a_while(number: int, life: int | None = None) -> LivedHome:
    """Make a home that began to count on any day of the two years before."""
    begin = date(YEAR - 2, 1, 1) + timedelta(days=Random(number).randrange(2 * 365))
    return lived_home(number, begin, date(YEAR + 1, 1, 1), life)


def home_known_since_january(number: int) -> LivedHome:
    """Make a home that began to count when the year did: what BMHS's rule is made for."""
    return lived_home(number, date(YEAR, 1, 1), date(YEAR + 1, 1, 1))


def readings_of(days: Mapping[date, float]) -> list[tuple[datetime, float]]:
    """Return the index (Wh) at the begin and just before the end of each day, as BMHS saw it."""
    index, readings = 0.0, []
    for day, energy in sorted(days.items()):
        begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
        readings.append((begin, index))
        index += energy * 1000
        readings.append((begin + timedelta(hours=23, minutes=59), index))
    return readings


def foretold(
    home: LivedHome,
    *,
    knows_weather: bool,
    months: Iterable[int] = MONTHS,
    told: Mapping[date, float] | None = None,
) -> Iterator[Foretold]:
    """Yield what is foretold of a home's year at the end of each of these months.

    `told` are its days as their source tells them, kWh; None: exactly.
    """
    real = sum(energy for day, energy in home.energies.items() if day.year == YEAR)
    by_month = bmhs.months_of(readings_of(home.energies), YEAR)
    rule = home.heating if home.heating in bmhs.COEFFICIENTS else "other"
    cold = degree_days(home.temperatures)
    for month in months:
        today = date(YEAR, month + 1, 1)
        known = {day: degrees for day, degrees in cold.items() if day < today}
        weather = Weather(known, home.usual_degree_days) if knows_weather else None
        made = forecast(told or home.energies, today, home.heating, weather)
        assert made is not None
        of_rule = bmhs.forecast({m: kwh for m, kwh in by_month.items() if m <= month}, rule)
        off = made.total(0, 0) - real
        yield Foretold(month, off / real, (of_rule - real) / real, abs(off) <= made.margin)


def is_better(told: Iterable[Foretold]) -> bool:
    """Return whether the forecast was less off than the rule, on the mean of months."""
    each = list(told)
    return mean(abs(one.ours) for one in each) < mean(abs(one.bmhs) for one in each)


def is_floor_better(number: int, told: Iterable[Foretold]) -> bool:
    """Return whether who knows a home as it is, but no day to come, is less off than the rule.

    Of the home that `home_known_for_a_while` makes: its walls, its people and its climate are
    known, and what is foretold is the mean of other lives of it.
    """
    home = home_known_for_a_while(number).energies
    lives = [home_known_for_a_while(number, life).energies for life in range(LIVES)]
    year = sum(energy for day, energy in home.items() if day.year == YEAR)
    offs = []
    for month in MONTHS:
        rest = [day for day in home if day >= date(YEAR, month + 1, 1)]
        expected = mean(sum(life[day] for day in rest) for life in lives)
        offs.append(abs(expected - sum(home[day] for day in rest)) / year)
    return mean(offs) < mean(abs(one.bmhs) for one in told)
