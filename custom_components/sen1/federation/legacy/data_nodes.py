"""Data nodes while their account runs: asked once a day, within what they allow; pushes taken."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from functools import partial
import logging
import random
import time
from typing import Any
from xml.etree.ElementTree import Element

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from slixmpp import JID

from ...faults import contained
from ...history.periods import Period, begin_of
from ...protocol.errors import PayloadRefused, RequestFailed
from ...protocol.limits import MAX_RECORDS
from ...protocol.model import BareJid
from ..config import data_node_data, data_nodes_of
from ..issues import OF_A_DATA_NODE, Issue, async_take_back, async_tell
from ..store import SOON, AccountStore, Asked
from ..xmpp.session import RETRY, Session
from .data_node import (
    DONE,
    PARIS,
    Given,
    consented,
    describe,
    end_of_subscription,
    given_of,
    has_page,
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

EACH_DAY_AT = (9.0, 11.0)
"""Hours between which the data of the day before are asked for: Enedis has them about 8:00, and a
village must not ask its node in the same second."""

MOST_WAIT = 3600.0
"""Seconds at most between two attempts to ask a node that is away."""

ISSUES = {
    FeedReason.NO_CONSENT: Issue.CONSENT_MISSING,
    FeedReason.CONSENT_EXPIRED: Issue.CONSENT_EXPIRED,
    FeedReason.UNKNOWN_SERIES: Issue.UNKNOWN_SERIES,
    FeedReason.UNKNOWN_POINT: Issue.UNKNOWN_SERIES,
}
"""What the household can cure; the status of a series tells the others."""


class DataNodes:
    """Ask each data node for its series; take what they push."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        session: Session,
        store: AccountStore,
        feeds: Feeds,
    ) -> None:
        self.consents: dict[BareJid, list[str]] = {}
        """Nodes of which a consent is awaited, and the usage points it came for."""
        self._hass = hass
        self._entry = entry
        self._session = session
        self._store = store
        self._feeds = feeds
        self._news: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._changed = asyncio.Event()
        self._unwanted = asyncio.Event()
        self._answered_at: dict[str, float] = {}
        """Loop time of the last answer of each node."""

    # What the user decided

    def apply(self) -> None:
        """Take over the data nodes as they are configured now."""
        nodes = data_nodes_of(self._entry)
        for subentry_id in self._known.keys() - nodes.keys():
            async_take_back(self._hass, subentry_id, *OF_A_DATA_NODE)
        for subentry_id, subentry in nodes.items():
            data = data_node_data(subentry)
            self._feeds.take_over(subentry_id, partial(_is_of, identifiers=data["identifiers"]))
            of_node = self._known.setdefault(subentry_id, {})
            for identifier in data["identifiers"]:
                if identifier not in of_node:
                    of_node[identifier] = _never(data["address"])
                asked = of_node[identifier]
                if asked["reason"] not in (FeedReason.RECEIVING, FeedReason.WAITING):
                    # Who reloads or changes something wants to know whether it is cured.
                    asked["at"] = 0
                if (feed := self._feeds.feeds.get(subentry_id, {}).get(identifier)) is None:
                    feed = self._feeds.ensure(subentry_id, identifier, describe(identifier))
                feed.set_reason(FeedReason(asked["reason"]))
        self.wake()

    def wake(self) -> None:
        """Look again at what is to be asked: the link is new, or the user changed something."""
        for event in self._news.values():
            event.set()
        self._changed.set()
        self._unwanted.set()

    # What nodes send

    def knows(self, sender: BareJid) -> bool:
        """Return whether somebody is one of these nodes."""
        return bool(self._nodes(sender))

    def take(self, sender: BareJid, envelope: Element) -> None:
        """Take a push of a node that is known, of series asked of it. Raises PayloadRefused."""
        given = given_of(envelope, time.time(), most=MAX_RECORDS)
        for subentry in self._nodes(sender):
            identifiers = data_node_data(subentry)["identifiers"]
            wanted = {name: pack for name, pack in given.items() if _is_of(name, identifiers)}
            self._take(subentry.subentry_id, wanted)
            given = {name: pack for name, pack in given.items() if name not in wanted}
        if given:
            raise PayloadRefused("not_asked_for")

    def _nodes(self, sender: BareJid) -> list[ConfigSubentry]:
        return [
            subentry
            for subentry in data_nodes_of(self._entry).values()
            if JID(data_node_data(subentry)["address"]).bare == sender
        ]

    def take_consent(self, sender: BareJid, element: Element) -> None:
        """Take the news that somebody consented, where it is awaited."""
        if sender not in self.consents:
            raise PayloadRefused("stranger")
        self.consents[sender] += consented(element)

    def _take(self, subentry_id: str, given: dict[str, Given]) -> None:
        for name, pack in given.items():
            feed = self._feeds.ensure(subentry_id, name, pack.description)
            self._feeds.take(feed, pack.readings)

    # What nodes are asked

    async def run(self) -> None:
        """Run a task for each node until cancelled: one that is away holds up no other."""
        tasks: dict[str, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as group:
            group.create_task(self._run_cleaning())
            while True:
                self._changed.clear()
                nodes = data_nodes_of(self._entry)
                for subentry_id in tasks.keys() - nodes.keys():
                    tasks.pop(subentry_id).cancel()
                for subentry_id in nodes.keys() - tasks.keys():
                    tasks[subentry_id] = group.create_task(self._run_node(subentry_id))
                await self._changed.wait()

    async def _run_cleaning(self) -> None:
        while True:
            self._unwanted.clear()
            await self._end_subscriptions()
            await self._unwanted.wait()

    async def _run_node(self, subentry_id: str) -> None:
        news = self._news[subentry_id]
        delay = RETRY
        try:
            while True:
                news.clear()
                wait = None
                if self._session.is_online:
                    is_away = True
                    with contained():
                        is_away = not await self._ask_what_is_due(subentry_id)
                    wait, delay = (delay, min(MOST_WAIT, 2 * delay)) if is_away else (None, RETRY)
                    if wait is None:
                        wait = self._until_due(subentry_id)
                try:
                    async with asyncio.timeout(wait):
                        await news.wait()
                except TimeoutError:
                    pass
        finally:
            self._news.pop(subentry_id, None)

    async def _ask_what_is_due(self, subentry_id: str) -> bool:
        """Ask for each series that is due; return whether the node is there."""
        now = time.time()
        for identifier in self._identifiers(subentry_id):
            asked = self._known[subentry_id].get(identifier)
            if asked is None or now < _due(asked):
                continue
            reason = await self._ask(subentry_id, identifier)
            self._note(subentry_id, identifier, reason)
            if reason is FeedReason.AWAY:
                return False
            asked["at"] = time.time()
        return True

    def _until_due(self, subentry_id: str) -> float | None:
        dues = [
            _due(self._known[subentry_id][identifier])
            for identifier in self._identifiers(subentry_id)
        ]
        return max(0.0, min(dues) - time.time()) if dues else None

    async def _ask(self, subentry_id: str, identifier: str) -> FeedReason:
        """Have a series pushed, and ask for what is missing of it; return what came of it."""
        asked = self._known[subentry_id][identifier]
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

    async def _fill(self, subentry_id: str, identifier: str, asked: Asked) -> None:
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
                asked["is_whole"] |= await self._ask_slice(subentry_id, identifier, begin, end)
                begin = asked["end"] = end
        while not asked["is_whole"] and asked["begin"] > limit:
            if not self._is_wanted(subentry_id, identifier):
                return
            begin = max(limit, _moved(asked["begin"], zone, -SLICE))
            try:
                is_first = await self._ask_slice(subentry_id, identifier, begin, asked["begin"])
            except RequestFailed as error:
                is_refused = reason_of(error) in (FeedReason.REFUSED, FeedReason.SOURCE_FAILED)
                if not is_refused or begin > _moved(until, zone, -SURELY_KEPT):
                    raise
                is_first = True
            asked["is_whole"], asked["begin"] = is_first, begin
            self._store.save_within(SOON)

    async def _ask_slice(self, subentry_id: str, identifier: str, begin: float, end: float) -> bool:
        """Ask for [begin, end), in parts if it is refused whole; return whether the meter begins in
        it.
        """
        if not self._is_wanted(subentry_id, identifier):
            return False
        zone = zone_of(identifier, dt_util.get_default_time_zone())
        try:
            answer = await self._request(
                self._known[subentry_id][identifier]["address"],
                request_for(identifier, begin, end, zone),
            )
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
            if await self._ask_slice(subentry_id, identifier, middle, end):
                return True
            return await self._ask_slice(subentry_id, identifier, begin, middle)
        given = given_of(answer, time.time(), asked_until=end)
        if self._is_wanted(subentry_id, identifier):
            self._take(subentry_id, {n: g for n, g in given.items() if _is_of(n, [identifier])})
        await self._feeds.async_kept()
        return False

    async def _request(self, address: str, command: Element) -> Element:
        """Ask a node something, at its pace."""
        loop = asyncio.get_running_loop()
        wait = self._answered_at.get(address, -PACE) + PACE - loop.time()
        if wait > 0:
            await asyncio.sleep(wait)
        try:
            return await self._session.ask(address, command)
        finally:
            self._answered_at[address] = loop.time()

    async def _end_subscriptions(self) -> None:
        """End what nodes still push of series that are no longer wanted."""
        nodes = data_nodes_of(self._entry)
        for subentry_id, of_node in list(self._known.items()):
            wanted = self._identifiers(subentry_id) if subentry_id in nodes else ()
            for identifier in of_node.keys() - set(wanted):
                asked = of_node[identifier]
                if asked["is_pushed"]:
                    if not self._session.is_online:
                        continue
                    try:
                        await end_push(self._session, asked["address"], identifier)
                    except RequestFailed:
                        continue
                if self._is_wanted(subentry_id, identifier):
                    # Wanted again meanwhile: it is asked to be pushed anew.
                    asked["is_pushed"], asked["at"] = False, 0
                    self.wake()
                else:
                    del of_node[identifier]
            if not of_node and subentry_id not in nodes:
                self._known.pop(subentry_id, None)
            self._store.save_within(SOON)

    def diagnostics(self) -> list[dict[str, Any]]:
        """Return how far each series was asked; no address or identifier."""
        return [
            {
                "is_pushed": asked["is_pushed"],
                "is_whole": asked["is_whole"],
                "days": round((asked["end"] - asked["begin"]) / 86400),
                "reason": asked["reason"],
            }
            for of_node in self._known.values()
            for asked in of_node.values()
        ]

    # What came of it

    def _note(self, subentry_id: str, identifier: str, reason: FeedReason) -> None:
        asked = self._known.get(subentry_id, {}).get(identifier)
        subentry = data_nodes_of(self._entry).get(subentry_id)
        if asked is None or subentry is None:
            # It was removed meanwhile.
            return
        if reason is not FeedReason.AWAY or asked["at"] == 0:
            asked["reason"] = reason
        for name, feed in self._feeds.feeds[subentry_id].items():
            if _is_of(name, [identifier]):
                feed.set_reason(reason)
        self._store.save_within(SOON)
        self._tell(subentry)

    def _tell(self, subentry: ConfigSubentry) -> None:
        """Tell the household what it can cure, and no more once it is."""
        of_node = self._known[subentry.subentry_id]
        told = {
            _issue_of(identifier, FeedReason(of_node[identifier]["reason"]))
            for identifier in data_node_data(subentry)["identifiers"]
        }
        for issue in OF_A_DATA_NODE:
            if issue in told:
                async_tell(self._hass, self._entry, issue, subentry.subentry_id)
            else:
                async_take_back(self._hass, subentry.subentry_id, issue)

    def _seen(self, subentry_id: str, identifier: str) -> FeedReason:
        """Return the reason of a series that the node gives: it may have had nothing to give."""
        feed = self._feeds.feeds.get(subentry_id, {}).get(identifier)
        return FeedReason.WAITING if feed is None or feed.latest is None else FeedReason.RECEIVING

    def _is_wanted(self, subentry_id: str, identifier: str) -> bool:
        return identifier in self._identifiers(subentry_id)

    def _identifiers(self, subentry_id: str) -> list[str]:
        subentry = data_nodes_of(self._entry).get(subentry_id)
        return [] if subentry is None else list(data_node_data(subentry)["identifiers"])

    @property
    def _known(self) -> dict[str, dict[str, Asked]]:
        return self._store.data.setdefault("asked", {})


def _issue_of(identifier: str, reason: FeedReason) -> Issue | None:
    """Return what the household is told when a node answers so; None: nothing."""
    if reason in (FeedReason.NO_CONSENT, FeedReason.CONSENT_EXPIRED) and has_page(identifier):
        return Issue.CONSENT_WANTED
    return ISSUES.get(reason)


def _never(address: str) -> Asked:
    return Asked(
        address=address,
        begin=0,
        end=0,
        is_whole=False,
        is_pushed=False,
        at=0,
        reason=FeedReason.WAITING,
    )


def _is_of(name: str, identifiers: Iterable[str]) -> bool:
    """Return whether a series is one of these, or a part of one: a tariff class of an index."""
    return any(name == i or name.startswith(f"{i}/") for i in identifiers)


def _due(asked: Asked) -> float:
    """Return when a series is to be asked for again."""
    if asked["at"] == 0:
        return 0
    day = dt_util.start_of_local_day(dt_util.as_local(dt_util.utc_from_timestamp(asked["at"])))
    # The same hour for a series each time it is looked at.
    hour = random.Random(asked["at"]).uniform(*EACH_DAY_AT)  # noqa: S311
    return (day + timedelta(days=1)).timestamp() + 3600 * hour


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
