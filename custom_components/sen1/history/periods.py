"""Aligned periods, and what a sensor's states amount to in one.

Pure. Periods are stamped at their beginning. Those below a day are aligned to UTC, where every
time zone of ours has its hours; a day is a local one, of 23, 24 or 25 hours.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

LEAST_KNOWN = 0.5
"""A period of which less is known has no mean: it would stand for what was not measured."""

RESET = 0.9
"""A meter that shows less than this part of its last index was reset; above, it wavered. The same
bound as in Home Assistant's own statistics."""


class Period(StrEnum):
    """How long a period is, in ISO 8601."""

    TEN_MINUTES = "PT10M"
    HALF_HOUR = "PT30M"
    HOUR = "PT1H"
    DAY = "P1D"


SECONDS = {Period.TEN_MINUTES: 600, Period.HALF_HOUR: 1800, Period.HOUR: 3600}

type Sample = tuple[float, float | None]
"""A time and the value in force from then on; None: no value is known."""


def begin_of(time: float, period: Period, zone: tzinfo) -> float:
    """Return the beginning of the period that holds a time (Unix seconds)."""
    if period is not Period.DAY:
        return time // SECONDS[period] * SECONDS[period]
    local = datetime.fromtimestamp(time, zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).timestamp()


def end_of(begin: float, period: Period, zone: tzinfo) -> float:
    """Return the end of the period that begins at `begin`."""
    if period is not Period.DAY:
        return begin + SECONDS[period]
    local = datetime.fromtimestamp(begin, zone)
    # Of wall time: the next midnight, 23 to 25 hours later.
    return (local + timedelta(days=1)).timestamp()


def periods_in(
    begin: float, end: float, period: Period, zone: tzinfo
) -> Iterator[tuple[float, float]]:
    """Yield begin and end of each period that lies whole in [begin, end)."""
    first = begin_of(begin, period, zone)
    if first < begin:
        first = end_of(first, period, zone)
    while (last := end_of(first, period, zone)) <= end:
        yield first, last
        first = last


def mean(samples: Sequence[Sample], begin: float, end: float) -> float | None:
    """Return the time-weighted mean over [begin, end); None if too little of it is known.

    `samples` are in time order; the first may be before `begin`.
    """
    total = known = 0.0
    for number, (time, value) in enumerate(samples):
        until = samples[number + 1][0] if number + 1 < len(samples) else end
        inside = min(until, end) - max(time, begin)
        if inside > 0 and value is not None:
            total += value * inside
            known += inside
    if known < LEAST_KNOWN * (end - begin):
        return None
    return total / known


def last(samples: Sequence[Sample], begin: float, end: float) -> float | None:
    """Return the index at the end of [begin, end); None when none was shown in it."""
    shown = [value for time, value in samples if time < end and value is not None]
    return shown[-1] if _is_shown(samples, begin, end) else None


def difference(samples: Sequence[Sample], begin: float, end: float) -> float | None:
    """Return what an index counted in [begin, end); None when none was shown in it.

    An index that wavers counts nothing, one that starts again counts from zero. What was counted
    while it was not shown is of the period in which it is back.
    """
    before: float | None = None
    counted = 0.0
    for time, value in samples:
        if value is None or time >= end:
            continue
        if before is not None and RESET * before <= value < before:
            continue
        if before is not None and time >= begin:
            counted += value - before if value >= before else value
        before = value
    return counted if _is_shown(samples, begin, end) else None


def _is_shown(samples: Sequence[Sample], begin: float, end: float) -> bool:
    """Return whether a value was in force at some time of [begin, end)."""
    untils = [*(time for time, _value in samples[1:]), end]
    return any(
        value is not None and time < end and until > begin
        for (time, value), until in zip(samples, untils, strict=False)
    )
