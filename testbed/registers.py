"""What a meter counts: energies by tariff period, daily maxima, load curves.

Energies are whole numbers of W·µs, so that nothing is lost however often they are read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
import math
from zlib import crc32

from testbed.household import SECOND, Household, Segment, local, moment

MINUTE = 60 * SECOND
WATT_HOUR = 3600 * SECOND
POWER_FACTOR = 0.95
REACTIVE_SHARE = math.sqrt(1 - POWER_FACTOR**2) / POWER_FACTOR


@dataclass(frozen=True, slots=True)
class Tariff:
    """The periods an energy is counted in, each with a register of its own."""

    periods: tuple[str, ...]
    """As the historic mode writes them, in the order of their registers."""
    period: Callable[[datetime], str]


def _is_night(at: datetime, begin: str, end: str) -> bool:
    return not end <= f"{at:%H:%M}" < begin


def tempo_colour(at: datetime) -> str:
    """Return B(lue), W(hite) or R(ed): a Tempo day lasts from 6 to 6; no white or red in summer."""
    day = (at - timedelta(hours=6)).date()
    if 4 <= day.month <= 10:
        return "B"
    return "BBBWWR"[crc32(day.isoformat().encode()) % 6]


def _tempo_period(at: datetime) -> str:
    return ("HC" if _is_night(at, "22:00", "06:00") else "HP") + "J" + tempo_colour(at)


def _school_period(at: datetime) -> str:
    night = _is_night(at, "22:00", "06:00")
    return ("HC" if night else "HP") + ("E" if 4 <= at.month <= 10 else "H")


BASE = Tariff(("TH..",), lambda at: "TH..")
OFF_PEAK = Tariff(
    ("HC..", "HP.."), lambda at: "HC.." if _is_night(at, "22:30", "06:30") else "HP.."
)
TEMPO = Tariff(("HCJB", "HPJB", "HCJW", "HPJW", "HCJR", "HPJR"), _tempo_period)
SCHOOL = Tariff(("HPH", "HCH", "HPE", "HCE"), _school_period)


@dataclass(slots=True)
class Maximum:
    """The highest apparent power of today and of yesterday, each with its time."""

    today: tuple[int, int] = (0, 0)
    yesterday: tuple[int, int] = (0, 0)
    day: date = date.min

    def add(self, at: int, va: int) -> None:
        if (day := local(at).date()) != self.day:
            self.day = day
            self.today, self.yesterday = (0, at), self.today
        if va > self.today[0]:
            self.today = (va, at)


@dataclass(slots=True)
class LoadCurve:
    """Mean power over the last whole periods, latest first, as (end of period, watts)."""

    minutes: int
    points: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=6))
    energy: int = 0

    def add(self, end: int, energy: int) -> None:
        self.energy += energy
        if end % (self.minutes * MINUTE) == 0:
            self.points.appendleft((end, self.energy // (self.minutes * MINUTE)))
            self.energy = 0


class Registers:
    """Count what a household draws and injects, exactly."""

    def __init__(self, household: Household, tariff: Tariff) -> None:
        self.household = household
        self.tariff = tariff
        self.withdrawn = {
            period: (8_123_456 + 1_111_111 * number) * WATT_HOUR
            for number, period in enumerate(tariff.periods)
        }
        self.injected = 2_345_678 * WATT_HOUR
        self.max_withdrawn = Maximum()
        self.max_injected = Maximum()
        self.withdrawn_means = {minutes: LoadCurve(minutes) for minutes in (1, 10, 30)}
        self.injected_means = LoadCurve(30)
        # The day before, minute by minute, so that maxima and load curves are there at once.
        midnight = local(household.begin).replace(hour=0, minute=0, second=0)
        self.at = moment(midnight - timedelta(days=1))
        self._count(household.begin, MINUTE)

    def update(self) -> None:
        """Count up to the household's present."""
        self._count(self.household.now(), SECOND)

    def _count(self, until: int, length: int) -> None:
        for segment in self.household.segments(self.at, until, length):
            self._add(segment)
        self.at = max(self.at, until)

    def _add(self, segment: Segment) -> None:
        duration = segment.end - segment.begin
        withdrawn, injected = max(segment.watts, 0), max(-segment.watts, 0)
        self.withdrawn[self.tariff.period(local(segment.begin))] += withdrawn * duration
        self.injected += injected * duration
        self.max_withdrawn.add(segment.begin, apparent(withdrawn))
        self.max_injected.add(segment.begin, apparent(injected))
        for curve in self.withdrawn_means.values():
            curve.add(segment.end, withdrawn * duration)
        self.injected_means.add(segment.end, injected * duration)

    @property
    def time(self) -> datetime:
        return local(self.at)

    @property
    def period(self) -> str:
        return self.tariff.period(self.time)

    @property
    def index_number(self) -> int:
        """The register in use, counted from 1."""
        return self.tariff.periods.index(self.period) + 1

    @property
    def watts(self) -> int:
        """Active power now: drawn when positive, injected when negative."""
        return self.household.watts(self.at)

    @property
    def withdrawn_va(self) -> int:
        return apparent(max(self.watts, 0))

    @property
    def injected_va(self) -> int:
        return apparent(max(-self.watts, 0))

    @property
    def volts(self) -> int:
        return 228 + int(8 * self.household.chance("voltage", self.at // (10 * SECOND)))

    @property
    def amperes(self) -> int:
        return round(apparent(abs(self.watts)) / self.volts)

    def index_wh(self, period: str) -> int:
        return self.withdrawn[period] // WATT_HOUR

    @property
    def total_wh(self) -> int:
        return sum(self.withdrawn.values()) // WATT_HOUR

    @property
    def injected_wh(self) -> int:
        return self.injected // WATT_HOUR


def apparent(watts: int) -> int:
    """Return the apparent power, in VA, that goes with an active power."""
    return round(watts / POWER_FACTOR)
