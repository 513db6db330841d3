"""Import a file: put its series into the archive and the statistics, say what was taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .archive import async_archive, statistic_id_of
from .costs import Price, cost_of
from .files import FoundSeries, LeftOut, read_file
from .points import Aggregation, hours_of
from .units import shortened


@dataclass(frozen=True, slots=True)
class Taken:
    """One series of an import."""

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

    def period(self) -> tuple[datetime, datetime]:
        """Return the local times between which all values lie."""
        begin = min(taken.begin for taken in self.series)
        end = max(taken.end for taken in self.series)
        return tuple(dt_util.as_local(dt_util.utc_from_timestamp(at)) for at in (begin, end))  # type: ignore[return-value]


async def async_import(
    hass: HomeAssistant,
    octets: bytes,
    name: str,
    on_progress: Callable[[float], None] = lambda part: None,
    *,
    per_kwh: float | None = None,
) -> Import:
    """Import a file as series of this name; raises HistoryError.

    `per_kwh` is what a kWh costs, in the currency of this Home Assistant.

    What is imported again changes nothing. Local times in the file are of Home Assistant's zone.
    """
    zone = dt_util.get_default_time_zone()
    price = None if per_kwh is None else Price(per_kwh, hass.config.currency)
    found = await hass.async_add_executor_job(read_file, octets, zone)
    left_out = Counter(found.left_out)
    taken = []
    for series in found.series:
        if not series.points:
            continue
        title = f"{name} {series.label}".strip()
        outcome = await async_archive(hass).async_add(
            statistic_id_of(title),
            title,
            series.unit,
            series.aggregation,
            series.points,
            on_progress,
            price=price,
        )
        costs = None if price is None else cost_of(outcome.statistic, price)
        left_out[LeftOut.FINER] += outcome.finer
        first, last = series.points[0], series.points[-1]
        taken.append(
            Taken(
                outcome.statistic.statistic_id,
                len(series.points) - outcome.finer,
                outcome.changed,
                first.begin,
                last.end,
                _total(series, outcome.statistic.aggregation),
                outcome.statistic.unit,
                None if costs is None else costs.statistic_id,
            )
        )
    return Import(taken, left_out)


def _total(series: FoundSeries, aggregation: Aggregation) -> float:
    hours = hours_of(series.points, series.aggregation)
    total = sum(hour.total for hour in hours)
    if aggregation is Aggregation.MEAN:
        total /= sum(hour.hours for hour in hours)
    return shortened(total)
