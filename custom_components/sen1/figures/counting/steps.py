"""Half-hours of a quantity: made of whatever counted it, and joined so that each counts once.

Pure. Times are milliseconds. Amounts are whole: microjoules of energies; of volumes as many to the
m³ as there are microjoules to the kWh.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ...history.points import Point
from .amounts import MICROJOULES_OF_KWH
from .calendar import HALF_HOUR_MS, MS


@dataclass(slots=True)
class Step:
    """What is known of half an hour."""

    amounts: dict[str, int]
    """By tariff period; empty where there is none, or nobody told it."""
    known: int = 0
    """Milliseconds."""
    length: int = 0
    """Milliseconds over which it was spread: a shorter one tells better when."""
    stands: bool = field(default=False, repr=False)
    """Whether its source goes before others, of two that differ."""

    @property
    def amount(self) -> int:
        """Return all of it."""
        return sum(self.amounts.values())

    def share(self, parts: Mapping[str, float]) -> None:
        """Lay what was told in no tariff period into some, by the part of it that each has."""
        rest = self.amounts.pop("", 0)
        told = {name: round(rest * part) for name, part in parts.items()}
        told[next(iter(told))] += rest - sum(told.values())
        self.amounts = _sum(self.amounts, told)


type Steps = dict[int, Step]
"""By the moment they begin."""


def steps_of(points: Iterable[Point], begin: int, end: int, name: str = "") -> Steps:
    """Return the half-hours of [begin, end) that points lie in, in kWh or m³: spread evenly.

    `name` is the tariff period that all of it was used in.
    """
    steps: Steps = {}
    for point in points:
        first, last = point.begin * MS, point.end * MS
        length = round(last - first)
        at = int(max(first, begin) // HALF_HOUR_MS) * HALF_HOUR_MS
        while at < min(last, end):
            known = min(last, at + HALF_HOUR_MS, end) - max(first, at, begin)
            amount = round(point.value * MICROJOULES_OF_KWH * known / (last - first))
            step = steps.setdefault(at, Step({name: 0}, 0, length))
            step.amounts[name] += amount
            step.known += round(known)
            at += HALF_HOUR_MS
    return steps


def without_gaps(points: Iterable[Point]) -> list[Point]:
    """Return what an index counted, where the hours in which it was not read have their part."""
    filled: list[Point] = []
    for point in points:
        begin = filled[-1].end if filled else point.begin
        filled.append(Point(begin, point.end - begin, point.value))
    return filled


def merged(series: Iterable[Steps]) -> Steps:
    """Return what stands of each half-hour, else the finest; of two alike, the first."""
    best: Steps = {}
    for steps in series:
        for at, step in steps.items():
            kept = best.get(at)
            if kept is None or (kept.stands, -kept.length) < (step.stands, -step.length):
                best[at] = step
    return best


def added(series: Iterable[Steps]) -> Steps:
    """Return the sums of several registers, where all of them are known."""
    first, *others = series
    return {
        at: Step(
            _sum(step.amounts, *(other[at].amounts for other in others)),
            min(step.known, *(other[at].known for other in others)),
            max(step.length, *(other[at].length for other in others)),
        )
        if others
        else step
        for at, step in first.items()
        if all(at in other for other in others)
    }


def summed(one: Steps, other: Steps) -> Steps:
    """Return what was counted of one quantity at two times: each has a part of a half-hour."""
    return (
        one
        | other
        | {
            at: Step(
                _sum(one[at].amounts, other[at].amounts),
                one[at].known + other[at].known,
                max(one[at].length, other[at].length),
            )
            for at in one.keys() & other.keys()
        }
    )


def completed(counted: Steps, others: Steps) -> Steps:
    """Return what was counted here, completed by what others know.

    They tell what passed before counting began or while nothing was heard, and when it was used
    that an index counted meanwhile. What stands of them goes before what was counted.
    """
    whole = others | counted
    for at in counted.keys() & others.keys():
        step, other = counted[at], others[at]
        is_finer = step.length > HALF_HOUR_MS and other.length < step.length
        if (other.stands or is_finer) and other.known >= step.known:
            whole[at] = other
        elif step.known < other.known:
            # What is known of it twice is known of the same time.
            part = {
                name: amount * (other.known - step.known) // other.known
                for name, amount in other.amounts.items()
            }
            length = max(step.length, other.length)
            whole[at] = Step(_sum(step.amounts, part), other.known, length)
    return whole


def cut_of(steps: Steps, begin: int, end: int) -> Steps:
    """Return the half-hours that lie in [begin, end); one that is cut has its part."""
    return {
        at: _part(step, min(at + HALF_HOUR_MS, end) - max(at, begin))
        for at, step in steps.items()
        if at < end and at + HALF_HOUR_MS > begin
    }


def _part(step: Step, inside: int) -> Step:
    if inside == HALF_HOUR_MS:
        return step
    amounts = {name: amount * inside // HALF_HOUR_MS for name, amount in step.amounts.items()}
    return Step(amounts, step.known * inside // HALF_HOUR_MS, step.length)


def _sum(*books: Mapping[str, int]) -> dict[str, int]:
    total: dict[str, int] = {}
    for book in books:
        for name, amount in book.items():
            total[name] = total.get(name, 0) + amount
    return total
