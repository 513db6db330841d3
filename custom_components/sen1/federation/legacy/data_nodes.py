"""Data nodes while their account runs: asked once a day, their pushes taken, their faults told."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta
from functools import partial
import random
import time
from typing import Any
from xml.etree.ElementTree import Element

from homeassistant.config_entries import ConfigSubentry
from homeassistant.util import dt as dt_util
from slixmpp import JID

from ...faults import contained
from ...protocol.budget import Effort
from ...protocol.errors import PayloadRefused, RequestFailed
from ...protocol.legacy.sen1_message import SEN1_MESSAGE
from ...protocol.limits import MAX_RECORDS
from ...protocol.model import BareJid
from ...protocol.quoalise import AUTHORIZED
from ..config import data_node_data, data_nodes_of
from ..context import AccountContext
from ..issues import OF_A_DATA_NODE, Issue, async_take_back, async_tell
from ..kept import Farewell
from ..part import Part, wait_for
from ..store import SOON
from ..xmpp.events import OlderMessage
from ..xmpp.session import RETRY
from .data_node import consented, describe, given_of, has_page, is_of
from .data_node_client import AskedData, DataNodeClient, end_push
from .feed import FeedReason
from .feeds import Feeds

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


class DataNodes(Part):
    """Ask each data node for its series; take what they push."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._budgets = context.budgets
        self.consents: dict[BareJid, list[str]] = {}
        """Nodes of which a consent is awaited, and the usage points it came for."""
        self._known: dict[str, dict[str, AskedData]] = self._store.kept("asked", {})
        """Data node's subentry → identifier → how far it was asked."""
        self._feeds = context[Feeds]
        self._client = DataNodeClient(self._session, self._store, self._feeds, self._is_wanted)
        self._news: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._changed = asyncio.Event()
        self._unwanted = asyncio.Event()
        self.runs = (self.run,)
        self.hears = {OlderMessage: self._hear}

    # What the user decided

    def apply(self) -> None:
        """Take over the data nodes as they are configured now."""
        nodes = data_nodes_of(self._entry)
        for subentry_id in self._known.keys() - nodes.keys():
            async_take_back(self._hass, subentry_id, *OF_A_DATA_NODE)
        for subentry_id, subentry in nodes.items():
            data = data_node_data(subentry)
            self._feeds.take_over(subentry_id, partial(is_of, identifiers=data["identifiers"]))
            of_node = self._known.setdefault(subentry_id, {})
            for identifier in data["identifiers"]:
                asked = of_node.setdefault(identifier, _never(data["address"]))
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

    def online(self, *, resumed: bool) -> None:
        """Ask what could not be asked."""
        self.wake()

    # What nodes send

    def _hear(self, event: OlderMessage) -> None:
        """Take what a node says, if it is one; raises PayloadRefused."""
        if event.element.tag == AUTHORIZED:
            self._take_consent(event.sender, event.element)
        elif event.element.tag != SEN1_MESSAGE:
            nodes = [
                subentry
                for subentry in data_nodes_of(self._entry).values()
                if JID(data_node_data(subentry)["address"]).bare == event.sender
            ]
            if not nodes:
                raise PayloadRefused("stranger")
            self._budgets.charge(Effort.ROW, event.sender, time.monotonic())
            self._take(nodes, event.element)

    def _take(self, nodes: Iterable[ConfigSubentry], envelope: Element) -> None:
        """Take a push, of series asked of these nodes; raises PayloadRefused."""
        given = given_of(envelope, time.time(), most=MAX_RECORDS)
        for subentry in nodes:
            identifiers = data_node_data(subentry)["identifiers"]
            wanted = {name: pack for name, pack in given.items() if is_of(name, identifiers)}
            self._feeds.take_all(subentry.subentry_id, wanted)
            given = {name: pack for name, pack in given.items() if name not in wanted}
        if given:
            raise PayloadRefused("not_asked_for")

    def _take_consent(self, sender: BareJid, element: Element) -> None:
        """Take the news that somebody consented, where it is awaited."""
        if sender not in self.consents:
            raise PayloadRefused("stranger")
        self.consents[sender] += consented(element)

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
                seconds = None
                if self._session.is_online:
                    is_there = False
                    with contained():
                        is_there = await self._ask_what_is_due(subentry_id)
                    seconds = self._until_due(subentry_id) if is_there else delay
                    delay = RETRY if is_there else min(MOST_WAIT, 2 * delay)
                await wait_for(news, seconds)
        finally:
            self._news.pop(subentry_id, None)

    async def _ask_what_is_due(self, subentry_id: str) -> bool:
        """Ask for each series that is due; return whether the node is there."""
        now = time.time()
        for identifier in self._identifiers(subentry_id):
            asked = self._known[subentry_id].get(identifier)
            if asked is None or now < _due(asked):
                continue
            reason = await self._client.ask(subentry_id, identifier, asked)
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

    async def _end_subscriptions(self) -> None:
        """End what nodes still push of series that are no longer wanted."""
        nodes = data_nodes_of(self._entry)
        for subentry_id, of_node in list(self._known.items()):
            wanted = self._identifiers(subentry_id) if subentry_id in nodes else ()
            for identifier in of_node.keys() - set(wanted):
                asked = of_node[identifier]
                if asked["is_pushed"]:
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

    def bequeath(self, farewell: Farewell, along: Collection[BareJid]) -> None:
        """Have ended what nodes push."""
        farewell["pushed"] += [
            (asked["address"], identifier)
            for of_node in self._known.values()
            for identifier, asked in of_node.items()
            if asked["is_pushed"]
        ]

    def diagnostics(self) -> dict[str, Any]:
        """Return how far each series was asked; no address or identifier."""
        several = [
            {
                "is_pushed": asked["is_pushed"],
                "is_whole": asked["is_whole"],
                "days": round((asked["end"] - asked["begin"]) / 86400),
                "reason": asked["reason"],
            }
            for of_node in self._known.values()
            for asked in of_node.values()
        ]
        return {"data_nodes": several}

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
            if is_of(name, [identifier]):
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

    def _is_wanted(self, subentry_id: str, identifier: str) -> bool:
        return identifier in self._identifiers(subentry_id)

    def _identifiers(self, subentry_id: str) -> list[str]:
        subentry = data_nodes_of(self._entry).get(subentry_id)
        return [] if subentry is None else list(data_node_data(subentry)["identifiers"])


def _issue_of(identifier: str, reason: FeedReason) -> Issue | None:
    """Return what the household is told when a node answers so; None: nothing."""
    if reason in (FeedReason.NO_CONSENT, FeedReason.CONSENT_EXPIRED) and has_page(identifier):
        return Issue.CONSENT_WANTED
    return ISSUES.get(reason)


def _never(address: str) -> AskedData:
    return AskedData(
        address=address,
        begin=0,
        end=0,
        is_whole=False,
        is_pushed=False,
        at=0,
        reason=FeedReason.WAITING,
    )


def _due(asked: AskedData) -> float:
    if asked["at"] == 0:
        return 0
    day = dt_util.start_of_local_day(dt_util.as_local(dt_util.utc_from_timestamp(asked["at"])))
    # The same hour for a series each time it is looked at.
    hour = random.Random(asked["at"]).uniform(*EACH_DAY_AT)  # noqa: S311
    return (day + timedelta(days=1)).timestamp() + 3600 * hour
