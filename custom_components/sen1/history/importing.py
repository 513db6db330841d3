"""Import a file: read it, say what is in it, put it into the archive and the statistics."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
import gc
import math
import time

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .archive import async_archive, statistic_id_of
from .costs import Price, cost_of
from .errors import FileRefused
from .files import FoundSeries, LeftOut, read_file
from .points import HOUR, Aggregation
from .units import shortened

LONGEST_ID = 100
"""Characters of a statistic's id that a label of the file may bring it to."""


@dataclass(frozen=True, slots=True)
class Overview:
    """One series of a file at a glance."""

    series: FoundSeries
    shortest: float
    """Seconds of its shortest period."""
    longest: float
    total: float
    """What was counted in all; of a mean, the values by their hours."""
    figure: float
    """The sum of the series in its unit, or its mean."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file that was read, and of which nothing is written yet."""

    series: list[Overview]
    left_out: Counter[LeftOut]


@dataclass(frozen=True, slots=True)
class Taken:
    """One series of an import."""

    label: str
    statistic_id: str
    values: int
    changed: int
    """How many of the values were not known before."""
    begin: float
    end: float
    total: float
    """Of the file's values: what was counted in all, or the mean."""
    unit: str | None
    """The unit of the statistic."""
    cost: str | None
    """The statistic of what it costs, when a price is known."""


@dataclass(frozen=True, slots=True)
class Import:
    """What an import took, and what it left out."""

    series: list[Taken]
    left_out: Counter[LeftOut]
    not_taken: list[str]
    """The labels of the series that were not chosen."""


async def async_read(hass: HomeAssistant, octets: bytes) -> FileRead:
    """Read a file; raises FileRefused. Local times in it are of Home Assistant's zone."""
    units = {
        state.entity_id: state.attributes.get(ATTR_UNIT_OF_MEASUREMENT, "")
        for state in hass.states.async_all("sensor")
    }
    return await hass.async_add_executor_job(_read, octets, units)


async def async_import(
    hass: HomeAssistant,
    file: FileRead,
    name: str,
    on_progress: Callable[[float], None] = lambda part: None,
    *,
    per_kwh: float | None = None,
    chosen: Collection[str] | None = None,
) -> Import:
    """Import series of a file under this name; raises HistoryError.

    `per_kwh` is what a kWh costs, in the currency of this Home Assistant. Of several series those
    with the labels in `chosen` are imported: when None, those that are taken where nobody chooses.

    What is imported again changes nothing.
    """
    price = None if per_kwh is None else Price(per_kwh, hass.config.currency)
    left_out = Counter(file.left_out)
    taken = []
    not_taken: list[str] = []
    for title, overview in zip(_titles(name, file.series), file.series, strict=True):
        series = overview.series
        if not (series.is_chosen if chosen is None else series.label in chosen):
            not_taken.append(series.label)
            continue
        outcome = await async_archive(hass).async_add(
            statistic_id_of(title),
            title,
            series.unit,
            series.aggregation,
            series.points,
            on_progress,
            price=price,
        )
        statistic = outcome.statistic
        costs = cost_of(statistic, price)
        left_out[LeftOut.FINER] += outcome.finer
        is_sum = statistic.aggregation is Aggregation.SUM
        taken.append(
            Taken(
                series.label,
                statistic.statistic_id,
                len(series.points) - outcome.finer,
                outcome.changed,
                series.points[0].begin,
                series.points[-1].end,
                overview.total if is_sum else overview.figure,
                statistic.unit,
                None if costs is None else costs.statistic_id,
            )
        )
    return Import(taken, left_out, not_taken)


def _read(octets: bytes, units: Mapping[str, str]) -> FileRead:
    # A large file becomes a million objects, none of them garbage in a circle. Python would look
    # through them and all of Home Assistant's, time and again, and all else would wait for it.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        found = read_file(octets, dt_util.get_default_time_zone(), time.time(), units)
        return FileRead([_overview(series) for series in found.series], found.left_out)
    except FileRefused as refused:
        # Where it was raised all that was read is kept, and would be freed while all else waits.
        refused.__context__ = None
        raise refused.with_traceback(None) from None
    finally:
        if was_enabled:
            gc.enable()


def _overview(series: FoundSeries) -> Overview:
    """Return a series at a glance; it has points."""
    points = series.points
    lengths = [point.seconds for point in points]
    if series.aggregation is Aggregation.MEAN:
        total = math.fsum(point.value * point.seconds for point in points) / HOUR
        figure = total / (math.fsum(lengths) / HOUR)
    else:
        total = figure = math.fsum(point.value for point in points)
    return Overview(series, min(lengths), max(lengths), shortened(total), shortened(figure))


def _titles(name: str, series: Sequence[Overview]) -> Iterator[str]:
    """Yield what each series is called: no two are one statistic, whatever the file calls them."""
    given: set[str] = set()
    for number, overview in enumerate(series, 1):
        title = f"{name} {overview.series.label}".strip()
        if statistic_id_of(title) in given or len(title) > len(name) + LONGEST_ID:
            title = f"{name} {number}"
        given.add(statistic_id_of(title))
        yield title
