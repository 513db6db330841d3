"""A feed's readings as points of the history: pure, so that each kind of value can be tested."""

from collections.abc import Sequence
from datetime import tzinfo
from itertools import pairwise

from ...history.periods import Period, begin_of, end_of
from ...history.points import SPREAD_MOST, Aggregation, Point
from .feed import Content, FeedDescription

DAY = 86400.0

LONGEST = 3600.0
"""Seconds a value without a period stands for at most: after that nothing is known."""

type FeedSample = tuple[float, float]
"""Time and value."""

type Ends = tuple[FeedSample, FeedSample]
"""The first and the last reading of an index that was counted already."""


def aggregation_of(content: Content) -> Aggregation:
    """Return what the points of a kind of value are; a day's maximum stands for the day."""
    return Aggregation.SUM if content in (Content.SUM, Content.INDEX) else Aggregation.MEAN


def points_of(
    samples: Sequence[FeedSample], description: FeedDescription, ends: Ends | None, zone: tzinfo
) -> list[Point]:
    """Return what readings say of periods; `samples` are in time order, one a time.

    `ends` is what is counted of an index already: what lies between them is known.
    """
    match description.content:
        case Content.INDEX:
            return _counted(samples, ends)
        case Content.MAXIMUM:
            return _maxima(samples, zone)
    if description.interval is None:
        return _measured(samples)
    if description.interval >= DAY:
        return [_day(begin_of(time, Period.DAY, zone), value, zone) for time, value in samples]
    return [Point(time, description.interval, value) for time, value in samples]


def ends_of(samples: Sequence[FeedSample], ends: Ends | None) -> Ends | None:
    """Return the ends of what is counted once these samples are."""
    known = [*samples, *(ends or ())]
    return (min(known), max(known)) if known else None


def _counted(samples: Sequence[FeedSample], ends: Ends | None) -> list[Point]:
    """Return what an index counted between its readings; a meter that was replaced begins anew."""
    if ends is None:
        runs = [list(samples)]
    else:
        first, last = ends
        before = [sample for sample in samples if sample[0] < first[0]]
        after = [sample for sample in samples if sample[0] > last[0]]
        runs = [[*before, first], [last, *after]]
    return [
        Point(begin, end - begin, value - before)
        for run in runs
        for (begin, before), (end, value) in pairwise(run)
        if value >= before and end - begin <= SPREAD_MOST
    ]


def _maxima(samples: Sequence[FeedSample], zone: tzinfo) -> list[Point]:
    most: dict[float, float] = {}
    for time, value in samples:
        day = begin_of(time, Period.DAY, zone)
        most[day] = max(value, most.get(day, value))
    return [_day(begin, value, zone) for begin, value in most.items()]


def _day(begin: float, value: float, zone: tzinfo) -> Point:
    return Point(begin, end_of(begin, Period.DAY, zone) - begin, value)


def _measured(samples: Sequence[FeedSample]) -> list[Point]:
    """Return what was measured at single times: each value stands until the next."""
    gaps = [min(after - time, LONGEST) for (time, _), (after, _) in pairwise(samples)]
    # Of the last, as of the one before: the next is not known yet.
    gaps.append(gaps[-1] if gaps else LONGEST)
    return [Point(time, gap, value) for (time, value), gap in zip(samples, gaps, strict=True)]
