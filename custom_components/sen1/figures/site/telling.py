"""What several tell of a site's quantities, as the half-hours of its days."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
import time

from ...history.points import LONGEST_DAY, SHORTEST_DAY, Point
from ..counting.balance import HomeQuantity
from ..counting.calendar import MS, Calendar
from ..counting.states import milliseconds
from ..counting.steps import Steps, added, merged, steps_of
from ..tariff.contract import first_of_next_month
from ..tariff.tally import PastsByDay, SiteQuantity

type Shares = Callable[[date], Mapping[str, float]]
"""Tells which part of what was bought on a day each tariff period has; nothing: the clock tells."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What one way of knowing a quantity says."""

    registers: list[tuple[str, list[Point]]]
    """Of each the tariff period it counts, if it is one's, and its points, oldest first."""
    end: int | None = None
    """Until when it is asked, milliseconds; None: always."""
    stands: bool = False
    """Whether it goes before others."""


def half_hours_of(
    told: Mapping[SiteQuantity, list[Telling]],
    begin: date,
    calendar: Calendar,
    shares: Shares,
    end: date | None = None,
) -> Iterator[tuple[date, dict[SiteQuantity, Steps]]]:
    """Yield the half-hours of each day that others know, the best of each; a month at a time."""
    since = calendar.begin(begin)
    points = [p for ways in told.values() for way in ways for _, p in way.registers if p]
    if not points:
        return
    first = max(since, round(min(each[0].begin for each in points) * MS))
    until = milliseconds(time.time()) if end is None else calendar.begin(end)
    month = calendar.day(first).replace(day=1)
    while (at := max(since, calendar.begin(month))) < until:
        month = first_of_next_month(month)
        stop = min(until, calendar.begin(month))
        days: PastsByDay = {}
        for quantity, ways in told.items():
            for begins, step in sorted(merged(_steps(way, at, stop) for way in ways).items()):
                day = calendar.day(begins)
                is_whole = quantity is HomeQuantity.BOUGHT and step.length >= SHORTEST_DAY * MS
                if is_whole and (parts := shares(day)):
                    step.share(parts)
                of_day = days.setdefault(day, {})
                of_day.setdefault(quantity, {})[begins] = step
        yield from days.items()


def _steps(telling: Telling, begin: int, end: int) -> Steps:
    stop = end if telling.end is None else min(end, telling.end)
    steps = added(
        steps_of(_between(points, begin / MS, stop / MS), begin, stop, name)
        for name, points in telling.registers
    )
    for step in steps.values():
        # What was counted over more days is known of none of them.
        step.stands = telling.stands and step.length <= LONGEST_DAY * MS
    return steps


def _between(points: Sequence[Point], begin: float, end: float) -> Sequence[Point]:
    """Return the points that may reach into [begin, end)."""
    first = bisect_left(points, begin, key=lambda point: point.end)
    return points[first : bisect_left(points, end, key=lambda point: point.begin)]
