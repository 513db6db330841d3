"""A friend that keeps all it is told, to tell afterwards what came once, twice or never."""

import asyncio
from collections import Counter
from collections.abc import Iterable
import time
from xml.etree.ElementTree import Element

from custom_components.sen1.federation.xmpp.events import (
    Event,
    FriendRequest,
    GrantMessage,
    Notification,
    Online,
)
from custom_components.sen1.federation.xmpp.session import Session
from custom_components.sen1.protocol.errors import RequestFailed
from custom_components.sen1.protocol.follower import (
    Action,
    AskHistory,
    FetchItems,
    Follower,
    Received,
    Subscribe,
)
from custom_components.sen1.protocol.model import BareJid, GrantState, Item
from custom_components.sen1.protocol.stanzas import (
    SENML,
    grant_from_element,
    grant_seen_to_element,
    item_from_element,
)
from custom_components.sen1.protocol.trust.signed import SIGNED
from custom_components.sen1.senml import from_element

from .session import session_of
from .xmpp import Account

type At = tuple[str, float]
"""A reading, by its publication's node and its time."""

RETRY = 1.0
"""Seconds until what was refused or not answered is asked for again."""


class Witness:
    """Follow all that one publisher grants.

    What it is told it keeps twice: as it came, item by item and read by SenML's rules alone; and as
    the integration's own follower understood it, which asks for what was missed.
    """

    name = "Witness"

    def __init__(self, account: Account, publisher: str) -> None:
        self.account = account
        self.readings: dict[At, float] = {}
        """Each number as it came first."""
        self.carriers: dict[At, set[str]] = {}
        """The items that carried it."""
        self.order: list[tuple[str, str]] = []
        """Each item pushed, node and id, as they came."""
        self.conflicts = 0
        """Readings of one time that were told with two values."""
        self.received: Counter[At] = Counter()
        """How often the follower took each reading for new."""
        self.holes: list[tuple[str, float, float]] = []
        """What the follower would ask the history for: node, begin, end."""
        self._publisher = BareJid(publisher)
        self._followers: dict[str, Follower] = {}
        self._owed: set[str] = set()
        """Nodes that must be asked for their items."""
        self._task: asyncio.Task[None] | None = None

    @property
    def nodes(self) -> set[str]:
        """Return the nodes that it follows and was given the items of."""
        return self._followers.keys() - self._owed

    def come(self) -> None:
        """Log in and follow."""
        self._task = asyncio.create_task(self._run())

    async def leave(self) -> None:
        """Log out; remember what Home Assistant's Store would."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        self._followers = {
            node: Follower(
                follower.grant, follower.last_item, follower.owed_from, follower.last_after
            )
            for node, follower in self._followers.items()
        }

    def has(self, at: At) -> bool:
        """Return whether a reading came, or is in a hole that is told."""
        node, moment = at
        return at in self.received or any(
            node == its_node and begin <= moment <= end for its_node, begin, end in self.holes
        )

    async def _run(self) -> None:
        events: asyncio.Queue[Event] = asyncio.Queue()
        session = session_of(
            self.account,
            events.put_nowait,
            resource="witness",
            title=self.name,
            backoff_first=0.2,
        )
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(session.run())
            while True:
                try:
                    async with asyncio.timeout(RETRY if self._owed else None):
                        event = await events.get()
                except TimeoutError:
                    await self._ask(session)
                else:
                    await self._take(session, event)

    async def _take(self, session: Session, event: Event) -> None:
        match event:
            case Online(resumed):
                session.announce()
                if not resumed:
                    self._owed |= self._followers.keys()
                    await self._ask(session)
            case FriendRequest(sender):
                session.agree_friendship(sender)
                session.ask_friendship(sender)
            case GrantMessage(sender, element):
                grant = grant_from_element(element)
                session.tell(sender, grant_seen_to_element(grant.seen))
                if grant.state is GrantState.ACTIVE and grant.node not in self._followers:
                    assert grant.node is not None  # an active grant has one
                    self._followers[grant.node] = Follower(grant)
                    self._owed.add(grant.node)
                    await self._ask(session)
            case Notification(_, node, items) if node in self._followers:
                follower = self._followers[node]
                for element in items:
                    self.order.append((node, element.get("id", "")))
                    self._note(node, element)
                for item in _items(follower, items):
                    self._act(node, follower.item(item, time.time()))
                await self._ask(session)

    async def _ask(self, session: Session) -> None:
        """Ask for the items of the nodes that are owed; keep those that give none."""
        for node in sorted(self._owed):
            follower = self._followers[node]
            try:
                await session.pubsub.subscribe(self._publisher, node)
                elements = await session.pubsub.items(self._publisher, node)
            except RequestFailed:
                continue
            self._owed.discard(node)
            for element in elements:
                self._note(node, element)
            self._act(node, follower.fetched(_items(follower, elements), time.time()))

    def _act(self, node: str, actions: Iterable[Action]) -> None:
        for action in actions:
            match action:
                case Subscribe() | FetchItems():
                    self._owed.add(node)
                case AskHistory(begin, end):
                    self.holes.append((node, begin, end))
                case Received(readings):
                    self.received.update((node, reading.time) for reading in readings)

    def _note(self, node: str, element: Element) -> None:
        """Keep what an item says."""
        for pack in element.iter(SENML + "sensml"):
            for record in from_element(pack) if len(pack) else ():
                if record.value is None:
                    continue
                at = (node, round(record.time, 3))
                self.conflicts += self.readings.setdefault(at, record.value) != record.value
                self.carriers.setdefault(at, set()).add(element.get("id", ""))


def _items(follower: Follower, elements: Iterable[Element]) -> list[Item]:
    """Return items, but for those from before the publisher let in one who has no keys."""
    description = follower.grant.description
    assert description is not None  # an active grant has one
    return [
        item_from_element(element.get("id", ""), element[0], description, now=time.time())
        for element in elements
        if element[0].tag != SIGNED
    ]
