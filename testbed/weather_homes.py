"""Homes of known truth in weathers of known climates, day by day: what models are tried on.

Nothing here is a model's own: days are warm and cold as weather is, which lasts, and a home heats
below the temperature that its own walls and sun want.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
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
LASTING, SLOW_LASTING = 0.72, 0.95
"""From one day to the next: of a front, of a cold or mild spell. A month resembles the one before
by a fifth, and years differ by some 0.6 °C, as they do in France."""
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
    away: set[date]
    """Days on which nobody is there."""


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
    return KnownHome(working, weekend, slope, cold, energies, away)


@cache
def _usual_degree_days(climate: Climate, day: date) -> float:
    lacking = DEGREE_BASE - usual_temperature(climate, day)
    share = lacking / climate.unlike
    above = 0.5 * (1 + math.erf(share / math.sqrt(2)))
    density = math.exp(-share * share / 2) / math.sqrt(2 * math.pi)
    return lacking * above + climate.unlike * density


HEATINGS = ("electric", "heat_pump", "gas", "wood", "oil")
HOLIDAYS = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
DARKEST_DAY = 355


@dataclass(frozen=True, slots=True)
class LivedHome:
    """A home in which people live, from a day on until a year ends, and its weather."""

    heating: str
    climate: Climate
    temperatures: dict[date, float]
    """°C, of each day; of some weeks before too."""
    energies: dict[date, float]
    """kWh of electricity."""

    def usual_degree_days(self, day: date) -> float:
        """Return what degree-days the day has on the mean of all years."""
        return _usual_degree_days(self.climate, day.replace(year=2024))


def lived_home(number: int, begin: date, end: date, life: int | None = None) -> LivedHome:
    """Make the home of a number, of the days of [begin, end): each climate and heating in turn.

    Its walls follow the weather by two days; it is heated below a temperature of its own, by a heat
    pump that is worse in the cold, in the months its people choose; lamps, hot water, holidays and
    a cooler have their seasons; habits drift, and people are away. In another `life` it is the same
    home in other weather, with other absences and whims.
    """
    random = Random(1000 + number)
    climate = list(CLIMATES.values())[number % len(CLIMATES)]
    heating = HEATINGS[number // len(CLIMATES) % len(HEATINGS)]
    days = (end - begin).days
    span, earlier = days_from(begin, days), days_from(begin - timedelta(days=30), days + 30)
    weather = temperatures(random, climate, earlier)
    base = random.uniform(5, 14)
    weekend = random.uniform(0.95, 1.3)
    balance = random.uniform(13.5, 17.5)
    of_degree = _heat_of_degree(random, heating, base)
    off, on = 135 + random.randrange(-20, 25), 280 + random.randrange(-15, 25)
    lamps, warm_water = random.uniform(0.05, 0.15), random.uniform(0.0, 0.12)
    cooler = random.choice((0, 0, 0.6)) if climate.mean > 12.2 else 0
    if life is not None:
        random = Random(f"{number}/{life}")
        weather = temperatures(random, climate, earlier)
    away = absences(random, span)
    habits = noise(random, days, 0.45, random.uniform(0.1, 0.2))
    drifts = noise(random, days, 0.995, random.uniform(0.02, 0.07))
    warmth = noise(random, days, 0.99, random.uniform(0.02, 0.07))
    energies: dict[date, float] = {}
    for day, habit, drift, warm in zip(span, habits, drifts, warmth, strict=True):
        at = day.timetuple().tm_yday
        felt = sum(
            part * weather[day - timedelta(days=n)] for n, part in enumerate((0.55, 0.3, 0.15))
        )
        dark = math.cos(2 * math.pi * (at - DARKEST_DAY) / 365.25)
        free = day.weekday() >= 5 or (day.month, day.day) in HOLIDAYS
        lived = base * (weekend if free else 1) * (1 + lamps * dark + warm_water * dark)
        lived += cooler * max(felt - 23, 0)
        heat = 0.0
        if not off < at < on or felt < balance - 6:
            lacking = max(balance - felt, 0)
            heat = of_degree(lacking, felt) * (1 + warm)
        energy = (lived + 0.6 * heat) * (1 + habit) * (1 + drift) + 0.4 * heat
        energies[day] = max(energy * (0.35 if day in away else 1), 0.5)
    return LivedHome(heating, climate, weather, energies)


def _heat_of_degree(random: Random, heating: str, base: float) -> Callable[[float, float], float]:
    """Return the electricity (kWh) that heating takes by °C lacking, and °C outside."""
    size = base * random.uniform(0.12, 0.35)
    if heating == "electric":
        return lambda lacking, _outside: size * lacking
    if heating == "heat_pump":
        return lambda lacking, outside: size * lacking / min(max(2.4 + 0.09 * outside, 1.6), 4.5)
    pump = random.uniform(0.3, 1.5)
    backing = size * random.choice((0, 0, 0.2)) if heating == "wood" else 0
    return lambda lacking, _outside: backing * lacking + (pump if lacking > 0 else 0)
