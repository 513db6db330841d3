"""What a meter counts and knows: energies by tariff period, maxima, load curves, peaks called.

Energies are whole numbers of W·µs, so that nothing is lost however often they are read.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
import math

from testbed.contracts import EJP, Contract, ejp_peak, is_ejp_day
from testbed.household import PARIS, SECOND, Household, Segment, local, moment

MINUTE = 60 * SECOND
WATT_HOUR = 3600 * SECOND
POWER_FACTOR = 0.95
REACTIVE_SHARE = math.sqrt(1 - POWER_FACTOR**2) / POWER_FACTOR


@dataclass(slots=True)
class Maximum:
    """The highest apparent power of today and of yesterday, each with its time."""

    today: tuple[int, int] = (0, 0)
    yesterday: tuple[int, int] = (0, 0)
    day: date = date.min

    def add(self, at: int, va: int, day: date) -> None:
        if day != self.day:
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


@dataclass(frozen=True, slots=True)
class Peak:
    """A mobile peak: when it was told of, when it begins and ends."""

    told: int
    begin: int
    end: int


class Registers:
    """Count what a household draws and injects, exactly.

    A `new` meter begins now, at zero; another has counted the day before, and more.
    """

    def __init__(
        self,
        household: Household,
        contract: Contract,
        phases: int = 1,
        *,
        subscribed_kva: int = 6,
        serial: str = "991976000101",
        new: bool = False,
    ) -> None:
        self.household = household
        self.contract = contract
        self.phases = phases
        self.subscribed_kva = subscribed_kva
        self.serial = serial
        self.supplier = [0] * 10
        """Energy withdrawn in each period of the contract; a new contract goes on from there."""
        self.distributor = [0] * 4
        """The same energy, in the periods of the distributor: two seasons, night and day."""
        self.injection = [0] * 10
        self.maxima = {phase: Maximum() for phase in range(phases + 1)}
        """Of the power withdrawn, by phase; 0 is all phases together."""
        self.max_injected = Maximum()
        self.withdrawn_means = {minutes: LoadCurve(minutes) for minutes in (1, 10, 30)}
        self.injected_means = {minutes: LoadCurve(minutes) for minutes in (10, 30)}
        self.message = "PAS DE          MESSAGE         "
        self.is_clock_degraded = False
        self.status = 0
        """Bits of STGE that a fault sets: 4 cover open, 6 over-voltage, 1 to 3 cut-off device."""
        self._told: list[Peak] = []
        self.at = household.begin if not new else household.now()
        if not new:
            for number in range(len(contract.periods)):
                self.supplier[number] = (8_123_456 + 1_111_111 * number) * WATT_HOUR
                self.injection[number] = (2_345_678 + 111_111 * number) * WATT_HOUR
            share, rest = divmod(sum(self.supplier), 4 * WATT_HOUR)
            self.distributor = [share * WATT_HOUR] * 3 + [share * WATT_HOUR + rest]
            # The day before, minute by minute, so that maxima and load curves are there at once.
            midnight = local(household.begin).replace(hour=0, minute=0, second=0)
            self.at = moment(midnight - timedelta(days=1))
            self._count(household.begin, MINUTE)

    def update(self) -> None:
        """Count up to the household's present."""
        self._count(self.household.now(), SECOND)

    def announce(self, begin: datetime, end: datetime) -> None:
        """Tell of a mobile peak."""
        self._told.append(Peak(self.at, moment(begin), moment(end)))

    def _count(self, until: int, length: int) -> None:
        for segment in self.household.segments(self.at, until, length):
            self._add(segment)
        self.at = max(self.at, until)

    def _add(self, segment: Segment) -> None:
        duration, begin = segment.end - segment.begin, local(segment.begin)
        # As Linky does: phases that inject make up for those that draw.
        watts = segment.watts
        withdrawn, injected = max(watts, 0), max(-watts, 0)
        number = self.contract.in_force(begin)
        self.supplier[number] += withdrawn * duration
        self.distributor[distributor_period(begin)] += withdrawn * duration
        self.injection[number] += injected * duration
        day = begin.date()
        self.maxima[0].add(segment.begin, apparent(withdrawn), day)
        if self.phases > 1:
            for phase, drawn in enumerate(segment.phases, 1):
                self.maxima[phase].add(segment.begin, apparent(max(drawn, 0)), day)
        self.max_injected.add(segment.begin, apparent(injected), day)
        for curve in self.withdrawn_means.values():
            curve.add(segment.end, withdrawn * duration)
        for curve in self.injected_means.values():
            curve.add(segment.end, injected * duration)

    # Now

    @property
    def time(self) -> datetime:
        return local(self.at)

    @property
    def number(self) -> int:
        """The register in use, counted from 0."""
        return self.contract.in_force(self.time)

    @property
    def period(self) -> str:
        return self.contract.periods[self.number].code

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

    def phase_watts(self, phase: int) -> int:
        """Return the active power of a phase, from 1; a single-phase meter has all in its own."""
        return self.watts if self.phases == 1 else self.household.phase_watts(self.at)[phase - 1]

    def phase_va(self, phase: int) -> int:
        """Return the apparent power withdrawn from a phase."""
        return apparent(max(self.phase_watts(phase), 0))

    def volts(self, phase: int = 1) -> int:
        """Return the voltage of a phase."""
        name = "voltage" if phase == 1 else f"voltage {phase}"
        return 228 + int(8 * self.household.chance(name, self.at // (10 * SECOND)))

    def mean_volts(self, phase: int, end: int) -> int:
        """Return the mean voltage of the ten minutes that ended so."""
        return 228 + int(8 * self.household.chance(f"mean voltage {phase}", end))

    def amperes(self, phase: int = 1) -> int:
        """Return the current of a phase, whichever way it flows."""
        return round(apparent(abs(self.phase_watts(phase))) / self.volts(phase))

    def drawn_amperes(self, phase: int = 1) -> int:
        """Return the current drawn from a phase."""
        return self.amperes(phase) if self.phase_watts(phase) > 0 else 0

    @property
    def subscribed_amperes(self) -> int:
        """The current of the contract, in each phase: of 200 V (54E)."""
        return self.subscribed_kva * 1000 // (200 * self.phases)

    @property
    def overloaded_phases(self) -> list[int]:
        """The phases that draw more than subscribed."""
        phases = range(1, self.phases + 1)
        return [one for one in phases if self.drawn_amperes(one) > self.subscribed_amperes]

    @property
    def is_overloaded(self) -> bool:
        return self.withdrawn_va > 1000 * self.subscribed_kva

    @property
    def peaks(self) -> list[Peak]:
        """The mobile peaks told of and not yet ended, first to begin first."""
        told = [*self._told, *self._calendar_peaks()]
        return sorted(
            (peak for peak in told if peak.told <= self.at < peak.end), key=lambda peak: peak.begin
        )

    def _calendar_peaks(self) -> Iterator[Peak]:
        if self.contract is not EJP:
            return
        for days in (-1, 0, 1):
            day = self.time.date() + timedelta(days=days)
            if is_ejp_day(day):
                begin, end = (moment(at.replace(tzinfo=PARIS)) for at in ejp_peak(day))
                # EDF tells at 17 o'clock the day before.
                yield Peak(begin - 14 * 60 * MINUTE, begin, end)

    # What was counted

    @property
    def withdrawn(self) -> dict[str, int]:
        """Energy by period of the contract, W·µs."""
        return dict(zip(self.contract.codes, self.supplier, strict=False))

    @property
    def injected(self) -> int:
        return sum(self.injection)

    def index_wh(self, period: str) -> int:
        """Return the index of a period of the contract."""
        return self.withdrawn[period] // WATT_HOUR

    @property
    def total_wh(self) -> int:
        return sum(self.supplier) // WATT_HOUR

    @property
    def injected_wh(self) -> int:
        return self.injected // WATT_HOUR


def apparent(watts: int) -> int:
    """Return the apparent power, in VA, that goes with an active power."""
    return round(watts / POWER_FACTOR)


def distributor_period(at: datetime) -> int:
    """Return the number, from 0, of the distributor's period: winter peak, off-peak, summer's."""
    return 2 * (4 <= at.month <= 10) + (not 7 <= at.hour < 23)
