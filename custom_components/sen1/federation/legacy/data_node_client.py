"""A data node is asked for a series: what is missing, in slices, at the node's pace."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
import logging
import time
from typing import TypedDict
from xml.etree.ElementTree import Element

from homeassistant.util import dt as dt_util

from ...history.periods import Period, begin_of
from ...protocol.errors import PayloadRefused, RequestFailed
from ..store import SOON, AccountStore
from ..xmpp.session import Session
from .data_node import (
    DONE,
    PARIS,
    end_of_subscription,
    given_of,
    is_of,
    is_pushed,
    is_too_big,
    reason_of,
    request_for,
    subscription,
    zone_of,
)
from .feed import FeedReason
from .feeds import Feeds

_LOGGER = logging.getLogger(__name__)

PACE = 1.0
"""Seconds from a node's answer to the next request: Enedis's services allow one a second."""

SLICE = timedelta(days=7)
"""Asked for at a time: what Enedis gives of a curve."""

LEAST_SLICE = 3600.0
"""Seconds of the shortest period asked for when a node finds longer ones too big."""

FURTHEST = timedelta(days=3 * 365)
"""36 months: as long as Enedis keeps a meter's data."""

SURELY_KEPT = timedelta(days=2 * 365)
"""Some of its services keep 24 months: what is refused beyond is the end, and no failure."""

ASKED_AGAIN = timedelta(days=7)
"""What each day asks for again: meters that could not be read are read later."""


class AskedData(TypedDict):
    """How far a data node was asked for a series."""

    address: str
    """The node's, to end there what is pushed when the series is no longer wanted."""
    begin: float
    end: float
    """What lies between was answered."""
    is_whole: bool
    """Whether there is nothing before: the node gives no more, or the meter was not in use."""
    is_pushed: bool
    """Whether the node pushes it."""
    at: float
    """When it was asked for last; 0: not to the end yet."""
    reason: str
    """What came of it."""


class DataNodeClient:
    """Have series pushed and filled, as long as they are wanted."""

    def __init__(
        self,
        session: Session,
        store: AccountStore,
        feeds: Feeds,
        is_wanted: Callable[[str, str], bool],
    ) -> None:
        """`is_wanted` tells of a node's subentry and an identifier."""
        self._session = session
        self._store = store
        self._feeds = feeds
        self._is_wanted = is_wanted
        self._answered_at: dict[str, float] = {}
        """Loop time of the last answer of each node."""

    async def ask(self, subentry_id: str, identifier: str, asked: AskedData) -> FeedReason:
        """Have a series pushed, and ask for what is missing of it; return what came of it."""
        refusal = None
        if is_pushed(identifier):
            # Noted before the answer: what is removed meanwhile must be unsubscribed.
            asked["is_pushed"] = True
            try:
                await self._request(asked["address"], subscription(identifier))
            except RequestFailed as error:
                asked["is_pushed"] = error.code == DONE
                refusal = reason_of(error)
        if refusal is FeedReason.AWAY:
            return refusal
        try:
            await self._fill(subentry_id, identifier, asked)
        except RequestFailed as error:
            reason = reason_of(error)
            if asked["is_pushed"] and reason is FeedReason.UNKNOWN_SERIES:
                # Some series are only pushed: indexes, maximum powers.
                return self._seen(subentry_id, identifier)
            return reason
        except PayloadRefused as error:
            _LOGGER.debug("A node's answer was refused: %s", error.reason)
            return FeedReason.REFUSED
        return self._seen(subentry_id, identifier)

    async def _fill(self, subentry_id: str, identifier: str, asked: AskedData) -> None:
        """Ask from the last answer until now, then ever further back, as far as the node goes."""
        zone = zone_of(identifier, dt_util.get_default_time_zone())
        until = time.time()
        if zone is PARIS:
            # Enedis gives whole days.
            until = begin_of(until, Period.DAY, zone)
        limit = _moved(until, zone, -FURTHEST)
        if asked["end"] == 0:
            asked["begin"] = asked["end"] = until
        if asked["end"] < until:
            begin = max(limit, _moved(asked["end"], zone, -ASKED_AGAIN))
            while begin < until and self._is_wanted(subentry_id, identifier):
                end = min(until, _moved(begin, zone, SLICE))
                asked["is_whole"] |= await self._slice(subentry_id, identifier, asked, begin, end)
                begin = asked["end"] = end
        while not asked["is_whole"] and asked["begin"] > limit:
            if not self._is_wanted(subentry_id, identifier):
                return
            begin = max(limit, _moved(asked["begin"], zone, -SLICE))
            try:
                end = asked["begin"]
                is_first = await self._slice(subentry_id, identifier, asked, begin, end)
            except RequestFailed as error:
                is_refused = reason_of(error) in (FeedReason.REFUSED, FeedReason.SOURCE_FAILED)
                if not is_refused or begin > _moved(until, zone, -SURELY_KEPT):
                    raise
                is_first = True
            asked["is_whole"], asked["begin"] = is_first, begin
            self._store.save_within(SOON)

    async def _slice(
        self, subentry_id: str, identifier: str, asked: AskedData, begin: float, end: float
    ) -> bool:
        """Ask for [begin, end), in parts if it is refused whole; return whether the meter begins in
        it.
        """
        if not self._is_wanted(subentry_id, identifier):
            return False
        zone = zone_of(identifier, dt_util.get_default_time_zone())
        try:
            request = request_for(identifier, begin, end, zone)
            answer = await self._request(asked["address"], request)
        except RequestFailed as error:
            is_before = reason_of(error) is FeedReason.BEFORE_ACTIVATION
            if not is_before and not is_too_big(error):
                raise
            middle = middle_of(begin, end, zone, whole_days=is_before or zone is PARIS)
            if middle is None and is_before:
                return True
            if middle is None:
                raise
            # The later half first: before the meter's activation there is nothing.
            if await self._slice(subentry_id, identifier, asked, middle, end):
                return True
            return await self._slice(subentry_id, identifier, asked, begin, middle)
        given = given_of(answer, time.time(), asked_until=end)
        if self._is_wanted(subentry_id, identifier):
            of_it = {name: pack for name, pack in given.items() if is_of(name, [identifier])}
            self._feeds.take_all(subentry_id, of_it)
        await self._feeds.async_kept()
        return False

    async def _request(self, address: str, command: Element) -> Element:
        loop = asyncio.get_running_loop()
        wait = self._answered_at.get(address, -PACE) + PACE - loop.time()
        if wait > 0:
            await asyncio.sleep(wait)
        try:
            return await self._session.ask(address, command)
        finally:
            self._answered_at[address] = loop.time()

    def _seen(self, subentry_id: str, identifier: str) -> FeedReason:
        """Return the reason of a series that the node gives: it may have had nothing to give."""
        feed = self._feeds.feeds.get(subentry_id, {}).get(identifier)
        return FeedReason.WAITING if feed is None or feed.latest is None else FeedReason.RECEIVING


def middle_of(begin: float, end: float, zone: tzinfo, *, whole_days: bool) -> float | None:
    """Return where to cut a period in two: at a midnight if one is between; None: nowhere."""
    middle = (begin + end) / 2
    for midnight in (_moved(middle, zone, timedelta()), _moved(middle, zone, timedelta(days=1))):
        if begin < midnight < end:
            return midnight
    return None if whole_days or end - begin < 2 * LEAST_SLICE else middle


def _moved(at: float, zone: tzinfo, by: timedelta) -> float:
    """Return the midnight before a time, moved by days of the calendar."""
    moved = datetime.fromtimestamp(at, zone) + by
    return moved.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).timestamp()


async def end_push(session: Session, address: str, identifier: str) -> None:
    """Have a data node push a series no more; raises RequestFailed when it is away."""
    try:
        await session.ask(address, end_of_subscription(identifier))
    except RequestFailed as error:
        # One that refuses pushes nothing.
        if reason_of(error) is FeedReason.AWAY:
            raise
