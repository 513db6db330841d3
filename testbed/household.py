"""A household whose power is a function of time and seed, and so is always known exactly.

Power is constant over each simulated second, but for the steps that a test imposes at a moment
of its own: what a meter must have counted between two moments is a sum, not an approximation.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import math
import time
from zlib import crc32
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
"""The legal time that meters show."""

SECOND = 1_000_000
"""Simulated time is a whole number of microseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time over which the power is constant."""

    begin: int
    end: int
    phases: tuple[int, ...]
    """Active power at the meter: drawn when positive, injected when negative."""

    @property
    def watts(self) -> int:
        return sum(self.phases)


class Household:
    """A house (or, with `scale`, a school) and its day, with or without solar panels.

    It is wired for three phases; a single-phase meter sees their sum. `speed` compresses the
    household's time, not the line's: 60 makes an hour pass in a minute. `resolution_s` makes the
    day coarser, its truth still exact: the power is constant over so many seconds. `daylight` tells
    of a second between which hours of its day the sun is up.
    """

    def __init__(
        self,
        seed: int = 1,
        *,
        scale: int = 1,
        solar_peak_w: int = 0,
        begin: datetime | None = None,
        speed: float = 1,
        resolution_s: int = 1,
        daylight: Callable[[int], tuple[float, float]] = lambda _: (8, 20),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.begin = moment(begin or datetime.now(PARIS))
        self._seed = seed
        self._scale = scale
        self._solar_peak_w = solar_peak_w
        self._speed = speed
        self._resolution_s = resolution_s
        self._daylight = daylight
        self._clock = clock
        self._started = clock()
        self._frozen_at: int | None = None
        self._frozen_on = self._started
        self._steps: list[tuple[int, int, int]] = []

    def now(self) -> int:
        """Return the household's time, in microseconds since the epoch."""
        if self._frozen_at is not None:
            return self._frozen_at
        return self.begin + round((self._clock() - self._started) * self._speed * SECOND)

    def clock(self) -> int:
        """Return what a clock of the house shows: it goes on while power and indexes stay."""
        since = self._frozen_on if self._frozen_at is not None else self._clock()
        return self.now() + round((self._clock() - since) * self._speed * SECOND)

    def freeze(self) -> None:
        """Stop time: power and indexes stay as they are."""
        self._frozen_at, self._frozen_on = self.now(), self._clock()

    def stop_at(self, day: datetime) -> None:
        """Stop time at another moment, later than what was counted so far."""
        self._frozen_at, self._frozen_on = moment(day), self._clock()

    def go_on(self) -> None:
        """Let time go on from where it stopped."""
        self.begin, self._started, self._frozen_at = self.now(), self._clock(), None

    def step(self, delta_w: int, phase: int = 1) -> None:
        """Draw so much more, or less, from this moment on."""
        self._steps.append((self.now(), delta_w, phase))

    def phase_watts(self, at: int) -> tuple[int, ...]:
        """Return the active power of each phase: drawn when positive, injected when negative."""
        second, hour = self._clock_at(at)
        loads = self._loads(second, hour)
        for since, delta, phase in self._steps:
            if since <= at:
                loads[phase - 1] += delta
        solar, rest = divmod(self._solar_watts(second, hour), 3)
        return loads[0] - solar - rest, loads[1] - solar, loads[2] - solar

    def watts(self, at: int) -> int:
        """Return the active power at the meter: drawn when positive, injected when negative."""
        return sum(self.phase_watts(at))

    def solar_watts(self, at: int) -> int:
        """Return what the panels produce."""
        return self._solar_watts(*self._clock_at(at))

    def segments(self, begin: int, end: int, length: int = SECOND) -> Iterator[Segment]:
        """Cut [begin, end) where the power may change."""
        length = max(length, self._resolution_s * SECOND)
        steps = sorted({since for since, _, _ in self._steps if begin < since < end})
        while begin < end:
            until = min(end, (begin // length + 1) * length)
            if steps and steps[0] <= until:
                until = steps.pop(0)
            yield Segment(begin, until, self.phase_watts(begin))
            begin = until

    def chance(self, name: str, number: int) -> float:
        """Return a number of [0, 1) that only the seed, the name and the number decide."""
        return crc32(f"{self._seed}/{name}/{number}".encode()) / 2**32

    def _loads(self, second: int, hour: float) -> list[int]:
        """Return what each phase uses, but for what a test imposes."""
        return self._drawn(APPLIANCES, second, hour)

    def _drawn(
        self, appliances: Sequence[tuple[Appliance, int]], second: int, hour: float
    ) -> list[int]:
        """Return what appliances draw from each phase."""
        loads = [0, 0, 0]
        for appliance, phase in appliances:
            loads[phase - 1] += round(self._scale * appliance(self, second, hour))
        return loads

    def _clock_at(self, at: int) -> tuple[int, float]:
        """Return the second that a moment is counted in, and its hour of the day."""
        second = at // SECOND // self._resolution_s * self._resolution_s
        return second, hour_of(second)

    def _solar_watts(self, second: int, hour: float) -> int:
        # A clear day's arch, under clouds.
        rises, sets = self._daylight(second)
        if not self._solar_peak_w or not rises < hour < sets:
            return 0
        arch = math.sin(math.pi * (hour - rises) / (sets - rises))
        return round(self._solar_peak_w * arch * self._clearness(second))

    def _clearness(self, second: int) -> float:
        minute, rest = divmod(second, 60)
        before, after = (self.chance("cloud", number) for number in (minute, minute + 1))
        return 1 - 0.7 * (before + (after - before) * rest / 60) ** 2


def hour_of(second: int) -> float:
    """Return the hour of the day, legal time, at a second since the epoch."""
    day = datetime.fromtimestamp(second, PARIS)
    return day.hour + day.minute / 60 + day.second / 3600


def standby(house: Household, second: int, hour: float) -> float:
    """Return what is always on, W."""
    return 140 + 30 * house.chance("standby", second // 5)


def _fridge(house: Household, second: int, hour: float) -> float:
    return 110 if (second / 60 + 45 * house.chance("fridge", 0)) % 45 < 15 else 0


def _meals(house: Household, second: int, hour: float) -> float:
    # A hob holds its temperature by switching.
    heating = (second + int(60 * house.chance("hob", second // 3600))) % 60 < 35
    cooking = 7 <= hour < 7.25 or 12 <= hour < 12.5 or 19 <= hour < 20
    return 1800 if cooking and heating else 0


def _evening(house: Household, second: int, hour: float) -> float:
    return 320 if 18.5 <= hour < 23 else 0


def _water_heater(house: Household, second: int, hour: float) -> float:
    return 2200 if hour >= 23 or hour < 1.5 else 0


type Appliance = Callable[[Household, int, float], float]
"""Tells its W in a second, at an hour of the day."""

FRIDGE: tuple[tuple[Appliance, int], ...] = ((_fridge, 2),)
"""Each with the phase it is wired to."""
LIVED_WITH = (*FRIDGE, (_meals, 3), (_evening, 1))
APPLIANCES = ((standby, 1), *LIVED_WITH, (_water_heater, 2))


def moment(day: datetime) -> int:
    """Return a date as simulated time."""
    return (day - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)


def local(at: int) -> datetime:
    """Return simulated time as a date, legal time of France."""
    return datetime.fromtimestamp(at // SECOND, PARIS)
