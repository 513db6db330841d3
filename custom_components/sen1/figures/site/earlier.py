"""What a home's quantities came to before they were counted here, by what others counted. Pure.

Nothing of it is kept: the recorder and the archive do. Times are milliseconds, energies
microjoules.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from ...history.points import Point
from ..counting.amounts import MICROJOULES_OF_KWH
from ..counting.balance import Energies, HomeQuantity
from ..counting.calendar import HOUR_MS, MS, Calendar, CalendarPeriod, Slot
from ..tariff.contract import Tariffs
from ..tariff.ledger import Ledger

STEP_MS = HOUR_MS // 2
"""The finest that Enedis gives; off-peak hours begin and end at half-hours or between them."""


@dataclass(slots=True)
class Step:
    """What is known of half an hour."""

    energy: float
    known: float
    """Milliseconds."""
    length: float
    """Milliseconds of the points it is made of: a shorter one tells better when."""


type Steps = dict[int, Step]
"""By the moment they begin."""

type EnergiesOf = dict[tuple[CalendarPeriod, date], Energies]
"""By period and its first day."""


def steps_of(points: Iterable[Point], end: int) -> Steps:
    """Return the half-hours that points in kWh lie in, up to a moment; each is spread evenly."""
    steps: Steps = {}
    for point in points:
        first, last = point.begin * MS, point.end * MS
        at = int(first // STEP_MS) * STEP_MS
        while at < min(last, end):
            known = min(last, at + STEP_MS, end) - max(first, at)
            energy = point.value * MICROJOULES_OF_KWH * known / (last - first)
            step = steps.setdefault(at, Step(0, 0, last - first))
            step.energy, step.known = step.energy + energy, step.known + known
            at += STEP_MS
    return steps


def without_gaps(points: Iterable[Point]) -> list[Point]:
    """Return what an index counted, where the hours in which it was not read have their part."""
    filled: list[Point] = []
    for point in points:
        begin = filled[-1].end if filled else point.begin
        filled.append(Point(begin, point.end - begin, point.value))
    return filled


def merged(*series: Steps) -> Steps:
    """Return the finest that is known of each half-hour; of two alike, the first."""
    best: Steps = {}
    for steps in series:
        for at, step in steps.items():
            if at not in best or step.length < best[at].length:
                best[at] = step
    return best


def added(series: Iterable[Steps]) -> Steps:
    """Return the sums of several registers, where all of them are known."""
    first, *others = series
    return {
        at: Step(
            step.energy + sum(other[at].energy for other in others),
            min(step.known, *(other[at].known for other in others)) if others else step.known,
            step.length,
        )
        for at, step in first.items()
        if all(at in other for other in others)
    }


class Earlier:
    """Sums of the periods before counting began, and the bills of them."""

    def __init__(
        self,
        steps: Mapping[HomeQuantity, Steps],
        wanted: Collection[HomeQuantity],
        tariffs: Tariffs,
        zone: tzinfo,
    ) -> None:
        """Take what is known of each quantity; a balance needs all that are `wanted`."""
        self._calendar = Calendar(zone)
        self._alone: EnergiesOf = {}
        """Where not all that a balance needs is known."""
        self._together: EnergiesOf = {}
        self._known: dict[tuple[HomeQuantity | None, CalendarPeriod, date], float] = {}
        """Milliseconds; of None, those in which all is known."""
        self.since: dict[HomeQuantity | None, int] = {}
        """The first moment that is known."""
        common = set.intersection(*(set(steps.get(q, ())) for q in wanted)) if wanted else set()
        for quantity, of_quantity in steps.items():
            for at, step in of_quantity.items():
                sums = self._together if at in common else self._alone
                self._credit(sums, quantity, at, round(step.energy))
                self._know(quantity, at, step.known)
        for at in common:
            self._know(None, at, min(steps[q][at].known for q in wanted))
        self.ledger = Ledger(tariffs)
        self._keep_book(steps, tariffs, zone)

    def _credit(self, book: EnergiesOf, quantity: HomeQuantity, at: int, energy: int) -> None:
        day = self._calendar.day(at)
        for period in CalendarPeriod:
            energies = book.setdefault((period, period.first_day(day)), {})
            energies[quantity] = energies.get(quantity, 0) + energy

    def _know(self, quantity: HomeQuantity | None, at: int, known: float) -> None:
        self.since[quantity] = min(self.since.get(quantity, at), at)
        day = self._calendar.day(at)
        for period in CalendarPeriod:
            key = quantity, period, period.first_day(day)
            self._known[key] = self._known.get(key, 0) + known

    def _keep_book(
        self, steps: Mapping[HomeQuantity, Steps], tariffs: Tariffs, zone: tzinfo
    ) -> None:
        """Book what was bought and sold from the day on since which all periods are told.

        Where nobody kept the colours of Tempo or the peaks of EJP, no price can be told.
        """
        rows: list[tuple[int, HomeQuantity, Slot, int]] = []
        told_since = date.min
        for quantity in (HomeQuantity.BOUGHT, HomeQuantity.SOLD):
            for at, step in steps.get(quantity, {}).items():
                middle = datetime.fromtimestamp((at + STEP_MS // 2) / MS, zone)
                day = self._calendar.day(at)
                tariff = tariffs.at(day)
                name = "" if tariff is None else tariff.scheduled(middle, None)
                if name is None or (tariff is not None and name not in tariff.prices):
                    told_since = max(told_since, day + timedelta(days=1))
                    continue
                slot = Slot(at // HOUR_MS * HOUR_MS, day, name)
                rows.append((at, quantity, slot, round(step.energy)))
        for _at, quantity, slot, energy in sorted(rows):
            if slot.day >= told_since:
                self.ledger.credit(quantity, slot, energy)

    def sums(self, period: CalendarPeriod, first_day: date) -> tuple[Energies, Energies]:
        """Return what is known of a period: where all is, and where only some of it."""
        key = period, first_day
        return self._together.get(key, {}), self._alone.get(key, {})

    def known(
        self, quantity: HomeQuantity | None, period: CalendarPeriod, first_day: date
    ) -> float:
        """Return the milliseconds of a period that are known."""
        return self._known.get((quantity, period, first_day), 0)
