"""Homes of known truth in weathers of known climates, day by day: what models are tried on.

Nothing here is a model's own: days are warm and cold as weather is, which lasts, and a home heats
below the temperature that its own walls and sun want.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
import math
from random import Random

DEGREE_BASE = 18.0


@dataclass(frozen=True, slots=True)
class Climate:
    """A place's usual year, °C, and how far its days are from it."""

    mean: float
    swing: float
    coldest_day: int
    unlike: float
    """Standard deviation of a day."""


CLIMATES = {
    "ocean": Climate(12.0, 5.6, 30, 2.6),
    "plain": Climate(12.4, 7.8, 20, 3.3),
    "inland": Climate(11.2, 9.6, 16, 3.7),
    "mountain": Climate(8.6, 8.8, 22, 3.6),
    "south": Climate(15.8, 8.2, 18, 2.6),
}
LASTING, SLOW_LASTING = 0.72, 0.975
"""From one day to the next: of a front, of a cold or mild spell of months."""
SLOW_PART = 0.3


def usual_temperature(climate: Climate, day: date) -> float:
    """Return the mean of that day in all years, °C."""
    turn = 2 * math.pi * (day.timetuple().tm_yday - climate.coldest_day) / 365.25
    return climate.mean - climate.swing * math.cos(turn)


def days_from(begin: date, count: int) -> list[date]:
    """Return so many days."""
    return [begin + timedelta(days=n) for n in range(count)]


def noise(random: Random, count: int, lasting: float, spread: float) -> Iterator[float]:
    """Yield an autoregression of one day, of this standard deviation."""
    value = random.gauss(0, spread)
    fresh = spread * math.sqrt(1 - lasting * lasting)
    for _number in range(count):
        yield value
        value = lasting * value + random.gauss(0, fresh)


def temperatures(random: Random, climate: Climate, days: list[date]) -> dict[date, float]:
    """Return the mean of each day, °C: fronts, and spells that last."""
    slow = climate.unlike * math.sqrt(SLOW_PART)
    fast = climate.unlike * math.sqrt(1 - SLOW_PART)
    return {
        day: usual_temperature(climate, day) + front + spell
        for day, front, spell in zip(
            days,
            noise(random, len(days), LASTING, fast),
            noise(random, len(days), SLOW_LASTING, slow),
            strict=True,
        )
    }


def degree_days(means: dict[date, float]) -> dict[date, float]:
    """Return degree-days of means, as the météo method counts them."""
    return {day: max(DEGREE_BASE - mean, 0.0) for day, mean in means.items()}


def absences(random: Random, days: list[date]) -> set[date]:
    """Return the days on which nobody is at home: of each summer some weeks, of any season some."""
    away: set[date] = set()
    for year in range(days[0].year, days[-1].year + 1):
        spans = [(date(year, 7, 1) + timedelta(days=random.randrange(50)), random.randint(0, 21))]
        spans += [
            (date(year, 1, 1) + timedelta(days=random.randrange(365)), random.randint(3, 14))
            for _time in range(random.randrange(3))
        ]
        for begin, count in spans:
            away.update(days_from(begin, count))
    return away


@dataclass(frozen=True, slots=True)
class KnownHome:
    """Two years of a home whose energy follows degree-days in truth, kWh."""

    working: float
    weekend: float
    slope: float
    degree_days: dict[date, float]
    energies: dict[date, float]


def known_home(number: int, begin: date, days: int = 730) -> KnownHome:
    """Make the home of a number: habits last for days, some weeks nobody is there, some party."""
    random = Random(number)
    climate = list(CLIMATES.values())[number % len(CLIMATES)]
    span = days_from(begin, days)
    cold = degree_days(temperatures(random, climate, span))
    slope = random.choice((0.5, 1.0, 2.0, 3.0)) * random.uniform(0.8, 1.2)
    working = random.uniform(5, 14)
    weekend = working * random.uniform(0.95, 1.3)
    spread, lasting = random.uniform(0.08, 0.2), random.uniform(0.2, 0.65)
    away = absences(random, span)
    energies: dict[date, float] = {}
    for day, off in zip(span, noise(random, days, lasting, spread), strict=True):
        base, heat = (weekend if day.weekday() >= 5 else working), slope * cold[day]
        energy = base + heat + off * (base + 0.6 * heat)
        if day in away:
            energy *= 0.35
        elif random.random() < 0.01:
            energy += random.uniform(5, 20)
        energies[day] = energy
    return KnownHome(working, weekend, slope, cold, energies)
