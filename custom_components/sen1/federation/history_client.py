"""Fill friends' series back, and keep what comes: into the archive and the statistics."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
import logging
import time

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..history.archive import async_archive
from ..history.errors import HistoryError
from ..history.periods import SECONDS, Period, end_of
from ..history.points import Aggregation, Point
from ..history.summary import Summary
from .errors import PayloadRefused, RequestFailed
from .model import BareJid, Description, GrantState, Granularity, PublicationId, Reading
from .quoalise import history_request, readings_of
from .series import Series
from .session import RETRY, Session
from .store import AccountStore
from .telling import shown_of

_LOGGER = logging.getLogger(__name__)

SLICE = 1000
"""Records asked for at a time: 30 kB, which any server lets through."""

KEPT_AT_ONCE = 5 * SLICE
"""Readings put into the archive at a time: each time costs the whole series."""

MOST = 3600.0
"""Seconds at most between two attempts to ask a friend who gives nothing."""


class HistoryClient:
    """Ask friends for what is missing of their series of periods; one request at a time."""

    def __init__(
        self,
        hass: HomeAssistant,
        session: Session,
        store: AccountStore,
        name_of: Callable[[BareJid], str],
    ) -> None:
        self.addresses: dict[BareJid, str] = {}
        """Friends whose installation is there, and its full address."""
        self._hass = hass
        self._session = session
        self._store = store
        self._name_of = name_of
        self._wanted: dict[tuple[BareJid, PublicationId], float] = {}
        """What must be asked for, and from when on."""
        self._pending: dict[tuple[BareJid, PublicationId], list[Reading]] = {}
        self._series: dict[tuple[BareJid, PublicationId], Series] = {}
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Look again at what is wanted: somebody came, or readings did."""
        self._news.set()

    def begin(self, series: Series) -> None:
        """Fill a series from the beginning of its grant, or from where that ended last time."""
        begin = series.follower.grant.begin
        if begin is not None and self._is_kept(series):
            self.ask(series, max(begin, self._store.filled(*self._key(series))))

    def ask(self, series: Series, begin: float) -> None:
        """Ask for what came since `begin`: it is no longer on the node."""
        if self._is_kept(series):
            # A friend says of what time its items are: nothing is to be had before the grant.
            begin = max(begin, series.follower.grant.begin or begin)
            key = self._key(series)
            self._series[key] = series
            self._wanted[key] = min(begin, self._wanted.get(key, begin))
            self.wake()

    def keep(self, series: Series, readings: tuple[Reading, ...]) -> None:
        """Keep readings that came."""
        if self._is_kept(series):
            key = self._key(series)
            self._series[key] = series
            self._pending.setdefault(key, []).extend(readings)
            self.wake()

    async def run(self) -> None:
        """Ask and keep until cancelled."""
        wait: float | None = None
        delay = RETRY
        while True:
            try:
                async with asyncio.timeout(wait):
                    await self._news.wait()
            except TimeoutError:
                pass
            self._news.clear()
            await self._keep_pending()
            try:
                await self._fill_wanted()
            except RequestFailed as error:
                _LOGGER.debug("A friend gave no history: %s", error.condition)
                wait, delay = delay, min(MOST, 2 * delay)
            else:
                wait, delay = None, RETRY

    async def _keep_pending(self) -> None:
        for key in list(self._pending):
            await self._add(self._series[key], self._pending.pop(key))

    async def _fill_wanted(self) -> None:
        failure: RequestFailed | None = None
        for key in list(self._wanted):
            series = self._series[key]
            if series.follower.grant.state is not GrantState.ACTIVE:
                del self._wanted[key]
            elif series.publisher in self.addresses:
                try:
                    await self._fill(key, series)
                except RequestFailed as error:
                    failure = error
                except PayloadRefused as error:
                    _LOGGER.debug("A friend's history was refused: %s", error.reason)
                    del self._wanted[key]
        if failure is not None:
            raise failure

    async def _fill(self, key: tuple[BareJid, PublicationId], series: Series) -> None:
        """Ask slice by slice until now; how far it got is remembered."""
        first = begin = self._wanted[key]
        step = SLICE * _seconds(series)
        now = time.time()
        readings: list[Reading] = []
        while begin < now:
            end = min(begin + step, now)
            command = history_request(series.description.name, begin, end)
            answer = await self._session.ask(self.addresses[series.publisher], command)
            readings += readings_of(answer, series.description, time.time())
            begin = end
            if len(readings) >= KEPT_AT_ONCE or begin >= now:
                await self._add(series, readings)
                readings = []
                self._wanted[key] = begin
                self._store.remember_filled(*key, begin)
            series.set_history((begin - first) / (now - first))
        self._wanted.pop(key, None)
        series.set_history(None)

    async def _add(self, series: Series, readings: list[Reading]) -> None:
        if not readings:
            return
        shown = shown_of(series.description)
        zone = dt_util.get_default_time_zone()
        period = Period(series.description.granularity)
        points = [
            Point(reading.time, end_of(reading.time, period, zone) - reading.time, value)
            for reading in readings
            if isinstance(value := shown.value(reading), int | float)
        ]
        is_sum = series.description.measurement.get("aggregation") == Summary.SUM
        try:
            await async_archive(self._hass).async_add(
                series.statistic_id,
                f"{self._name_of(series.publisher)} {series.description.title}",
                shown.unit,
                Aggregation.SUM if is_sum else Aggregation.MEAN,
                points,
            )
        except HistoryError as error:
            _LOGGER.debug("A friend's readings were not kept: %s", error.key)

    def _is_kept(self, series: Series) -> bool:
        return "recorder" in self._hass.config.components and is_kept(series.description)

    def _key(self, series: Series) -> tuple[BareJid, PublicationId]:
        return series.publisher, series.follower.grant.publication


def is_kept(description: Description) -> bool:
    """Return whether a series has a statistic: it is of periods, means or what was counted."""
    return (
        description.granularity is not Granularity.LIVE
        and description.measurement.get("aggregation") in (Summary.MEAN, Summary.SUM)
        and description.unit is not None
    )


def _seconds(series: Series) -> float:
    return SECONDS.get(Period(series.description.granularity), 86400)
