"""What a sensor came to in each period, from what the recorder keeps of it."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util

from .periods import LEAST_KNOWN, Period, Sample, difference, last, mean, periods_in
from .points import Point, Points
from .recorder import async_samples


class Summary(StrEnum):
    """What is told of a period."""

    MEAN = "mean"
    """The mean over it: a power."""
    SUM = "sum"
    """What an index counted in it: an energy."""
    LAST = "last"
    """The index at its end."""


OF_SAMPLES: dict[Summary, Callable[[Sequence[Sample], float, float], float | None]] = {
    Summary.MEAN: mean,
    Summary.SUM: difference,
    Summary.LAST: last,
}


async def async_summaries(
    hass: HomeAssistant,
    entity_id: str,
    period: Period,
    summary: Summary,
    begin: float,
    end: float,
    value_of: Callable[[State], float | None],
) -> list[Point]:
    """Return a point for each whole period of [begin, end) that is known, oldest first."""
    whole = list(periods_in(begin, end, period, dt_util.get_default_time_zone()))
    if not whole:
        return []
    samples = await async_samples(hass, entity_id, whole[0][0], whole[-1][1], value_of)
    return await hass.async_add_executor_job(_points, whole, samples, OF_SAMPLES[summary])


def summarised(known: Points, whole: Sequence[tuple[float, float]], *, is_sum: bool) -> list[Point]:
    """Return a point for each period of which finer points are known, by half at least."""
    points = []
    for begin, end in whole:
        inside = [point for point in known.within(begin, end) if point.end <= end]
        seconds = sum(point.seconds for point in inside)
        if seconds and seconds >= LEAST_KNOWN * (end - begin):
            total = sum(point.value * (1 if is_sum else point.seconds) for point in inside)
            points.append(Point(begin, end - begin, total if is_sum else total / seconds))
    return points


def _points(
    whole: Sequence[tuple[float, float]],
    samples: Sequence[Sample],
    summarise: Callable[[Sequence[Sample], float, float], float | None],
) -> list[Point]:
    """Summarise each period from its own samples and the one in force at its beginning."""
    points = []
    first = 0
    for begin, end in whole:
        while first + 1 < len(samples) and samples[first + 1][0] <= begin:
            first += 1
        past = first
        while past < len(samples) and samples[past][0] < end:
            past += 1
        value = summarise(_with_known(samples, first, past), begin, end)
        if value is not None:
            points.append(Point(begin, end - begin, value))
    return points


def _with_known(samples: Sequence[Sample], first: int, past: int) -> Sequence[Sample]:
    """Return samples with the last known one before them: an index goes on from there."""
    if not samples or samples[first][1] is not None:
        return samples[first:past]
    known = next((n for n in range(first, -1, -1) if samples[n][1] is not None), first)
    return [samples[known], *samples[known + 1 : past]]
