"""Record friends' series: what comes of them, in any order, becomes long-term statistics."""

import asyncio
from collections.abc import Sequence
import logging

from homeassistant.util import dt as dt_util

from ...faults import contained
from ...history.archive import async_archive
from ...history.costs import Price
from ...history.errors import HistoryError
from ...history.index import GAP, Index
from ...history.periods import SECONDS, Period, end_of
from ...history.points import HOUR, Aggregation, Point
from ...history.summary import Summary
from ...protocol.model import Description, GrantState, Granularity, Reading
from ...protocol.quantities import is_cumulative
from ..context import AccountContext
from ..part import Part
from ..relations.members import Memberships
from ..states import shown_of
from .series import Series

_LOGGER = logging.getLogger(__name__)

WAITING = 5000
"""Readings of a series that may wait to be recorded before more is asked for."""


class Recording(Part):
    """Take readings of friends' series; `run` puts them into the archive and the statistics."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._memberships = context[Memberships]
        self._pushed: dict[Series, list[Reading]] = {}
        self._asked: dict[Series, tuple[list[Reading], float, float]] = {}
        """Readings asked for, and the times between which they are all."""
        self._indexes: dict[Series, Index] = {}
        self._news = asyncio.Event()
        self._kept = asyncio.Event()
        self.runs = (self.run,)

    def forget(self, series: Series) -> None:
        """Record nothing more of what came of a series: it was taken back."""
        self._pushed.pop(series, None)
        if series in self._asked:
            self._asked[series][0].clear()
        self._indexes.pop(series, None)

    @property
    def is_idle(self) -> bool:
        """Whether all that came is recorded."""
        return not self._pushed and not self._asked

    def is_kept(self, series: Series) -> bool:
        """Return whether a series is recorded."""
        return "recorder" in self._hass.config.components and is_kept(series.description)

    def keep(self, series: Series, readings: Sequence[Reading]) -> None:
        """Record readings that were pushed."""
        if self.is_kept(series):
            self._pushed.setdefault(series, []).extend(readings)
            self._news.set()

    async def keep_asked(
        self, series: Series, readings: Sequence[Reading], begin: float, end: float
    ) -> None:
        """Record readings that were asked for, all of [begin, end); wait while many are waiting.

        The series is filled until `end` then.
        """
        waiting, first, _until = self._asked.get(series, ([], begin, end))
        self._asked[series] = ([*waiting, *readings], first, end)
        self._news.set()
        while series in self._asked and len(self._asked[series][0]) > WAITING:
            await self._next()

    async def drained(self, series: Series) -> None:
        """Wait until all that was asked for of a series is recorded."""
        while series in self._asked:
            await self._next()

    async def run(self) -> None:
        """Record until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            await self._keep_pushed()
            for series in list(self._asked):
                waiting, begin, end = self._asked[series]
                # Until it is recorded it counts as waiting.
                self._asked[series] = ([], end, end)
                with contained():
                    await self._add(series, waiting)
                series.progress.keep_filled(begin, end)
                if self._asked[series] == ([], end, end):
                    del self._asked[series]
                else:
                    self._news.set()
                self._kept.set()

    async def async_stop(self) -> None:
        """Record what was pushed and waits: it will not come again. To be called after `run`."""
        await self._keep_pushed()

    async def _keep_pushed(self) -> None:
        for series, waiting in list(self._pushed.items()):
            count = len(waiting)
            with contained():
                await self._add(series, waiting[:count])
            # Meanwhile more may have come, or all been forgotten.
            del waiting[:count]
            if not waiting and self._pushed.get(series) is waiting:
                del self._pushed[series]

    async def _next(self) -> None:
        self._kept.clear()
        await self._kept.wait()

    async def _add(self, series: Series, readings: Sequence[Reading]) -> None:
        """Record readings; those recorded before change nothing."""
        if series.follower.grant.state is GrantState.WITHDRAWN:
            return
        shown = shown_of(series.description)
        values = [
            (reading.time, float(value))
            for reading in readings
            if isinstance(value := shown.value(reading), int | float)
        ]
        if not values:
            return
        counts_up = is_cumulative(series.description.measurement)
        try:
            points = await self._counted(series, values) if counts_up else _periods(series, values)
            is_sum = series.description.measurement.get("aggregation") == Summary.SUM
            if points:
                await async_archive(self._hass).async_add(
                    series.statistic_id,
                    f"{self._memberships.called(series.publisher)} {series.description.title}",
                    shown.unit,
                    Aggregation.SUM if is_sum or counts_up else Aggregation.MEAN,
                    points,
                    price=_price(series.description),
                )
        except HistoryError as error:
            _LOGGER.debug("A friend's readings were not kept: %s", error.key)
        except BaseException:
            # It has settled hours that were not written: it is read again as it was stored.
            self._indexes.pop(series, None)
            raise
        # Forgotten meanwhile, it is not to be remembered.
        if counts_up and (index := self._indexes.get(series)) is not None:
            series.progress.index = index.data()

    async def _counted(self, series: Series, values: Sequence[tuple[float, float]]) -> list[Point]:
        """Return the hours of an index that are over and changed."""
        description = series.description
        gap = GAP
        if description.granularity is not Granularity.LIVE:
            # Of a period it is the index at the end.
            gap = 2.0 * seconds_of(description)
            values = [(point.end, point.value) for point in _periods(series, values)]
        if series not in self._indexes:
            self._indexes[series] = Index(series.progress.index, gap)
        # Thousands of readings would hold the event loop.
        hours = await self._hass.async_add_executor_job(self._indexes[series].add, values)
        return [Point(hour.begin, HOUR, hour.total) for hour in hours]


def _periods(series: Series, values: Sequence[tuple[float, float]]) -> list[Point]:
    zone, period = dt_util.get_default_time_zone(), Period(series.description.granularity)
    return [Point(begin, end_of(begin, period, zone) - begin, value) for begin, value in values]


def is_kept(description: Description) -> bool:
    """Return whether a series has a statistic of ours: it tells periods, or counts up.

    Home Assistant makes that of other live series itself, from their entities.
    """
    return description.unit is not None and (
        description.granularity is not Granularity.LIVE or is_cumulative(description.measurement)
    )


def _price(description: Description) -> Price | None:
    """Return what a kWh of a cooperative's project is sold for, where its sheet says so."""
    project = description.project
    if project is None or project.sale_price is None or not project.currency:
        return None
    return Price(project.sale_price, project.currency)


def seconds_of(description: Description) -> float:
    """Return how long a period of a series is, for a series of periods."""
    return SECONDS.get(Period(description.granularity), 86400)
