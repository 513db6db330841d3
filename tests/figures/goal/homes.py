"""Homes whose truth is known: heated by the cold, lived in by weeks, with habits that last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
import math
import random

LAST_WINTER = date(2024, 10, 1)
THIS_WINTER = date(2025, 10, 1)
WINTER_DAYS = 182
THIS_END = date(2026, 3, 31)

COLDEST = date(2024, 1, 20).timetuple().tm_yday


@dataclass(frozen=True, slots=True)
class TwoWinters:
    """What a home used, kWh, and how cold it was, °C·day, over two winters and what is between."""

    used: Mapping[date, float]
    cold: Mapping[date, float]


def usual_cold(day: date) -> float:
    """Return the degree-days of a usual day of the year."""
    turn = 2 * math.pi * (day.timetuple().tm_yday - COLDEST) / 365.25
    return max(18 - (12.5 - 7.5 * math.cos(turn)), 0.0)


def two_winters(
    seed: int, *, milder: float = 0.0, saved: float = 0.0, heated: bool = True
) -> TwoWinters:
    """Return a home that saves a part of all it uses from the second winter on.

    `milder` is by how many °C the second winter is. Its weather, its absences and its habits last:
    each is an autoregression.
    """
    chance = random.Random(seed)
    base, slope = chance.uniform(4, 14), chance.uniform(0.6, 4) if heated else 0.0
    weekend = chance.uniform(0.95, 1.25)
    unevenness, lasting = chance.uniform(0.05, 0.14), chance.uniform(0.2, 0.6)
    weather, habit = 0.0, 0.0
    used: dict[date, float] = {}
    cold: dict[date, float] = {}
    day = LAST_WINTER
    while day <= THIS_END:
        is_second = day >= THIS_WINTER
        weather = 0.75 * weather + chance.gauss(0, 2.0)
        habit = lasting * habit + chance.gauss(0, unevenness * math.sqrt(1 - lasting**2))
        turn = 2 * math.pi * (day.timetuple().tm_yday - COLDEST) / 365.25
        mean = 12.5 - 7.5 * math.cos(turn) + weather + (milder if is_second else 0.0)
        cold[day] = max(18 - mean, 0.0)
        usual = base * (weekend if day.weekday() >= 5 else 1.0) + slope * cold[day]
        used[day] = max(usual * (1 + habit) * (1 - saved if is_second else 1.0), 0.0)
        day += timedelta(days=1)
    return TwoWinters(used, cold)
