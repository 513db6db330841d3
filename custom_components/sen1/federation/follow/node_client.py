"""Ask friends' servers: to push what comes to their nodes, and for what these have."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection
from contextlib import suppress
import logging
from xml.etree.ElementTree import Element

from ...faults import note_fault
from ...protocol.errors import RequestFailed
from ...protocol.follower import LastItems
from ...protocol.model import BareJid
from ...protocol.publisher import REPEAT
from ..part import Tasks
from ..xmpp.session import RETRY, Session
from .series import Series

_LOGGER = logging.getLogger(__name__)

ASKED_AT_ONCE = 8
"""Series asked for at the same time: what hides a server's wait for its disk and for another one's
answer. A thousand at once would be more than a server that throttles (3 kB/s) takes in time, and
what is not answered would be asked again."""


class NodeClient:
    """Ask for what a series wants of its node, until it has it."""

    def __init__(
        self,
        session: Session,
        is_granted: Callable[[Series], bool],
        take: Callable[[Series, Collection[Element], LastItems], None],
    ) -> None:
        """`take` is given all items of a node, and the place of its series when it was asked."""
        self.tasks = Tasks()
        self._session = session
        self._is_granted = is_granted
        self._take = take
        self._turns = asyncio.Semaphore(ASKED_AT_ONCE)
        self._subscribed: dict[BareJid, Collection[str]] = {}
        """Nodes of friends that their servers say we are subscribed to. A server that names none,
        or does not answer, is not asked again."""
        self._questions: defaultdict[BareJid, asyncio.Lock] = defaultdict(asyncio.Lock)
        """Held while a friend's server is asked for these; all its series share the answer."""

    def forget(self, friend: BareJid) -> None:
        """Forget what a former friend's server said, or that of an address it left."""
        self._subscribed.pop(friend, None)
        self._questions.pop(friend, None)

    def ask_anew(self, friend: BareJid) -> None:
        """Believe what a friend's server said of subscriptions no more; not that it says none."""
        if self._subscribed.get(friend):
            del self._subscribed[friend]

    def ask(self, series: Series) -> None:
        """Begin to ask for what a series wants, unless that goes on."""
        if self.tasks.group is not None and series.ask_now is None:
            series.ask_now = asyncio.Event()
            series.asking = self.tasks.group.create_task(self._ask(series, series.ask_now))

    async def _ask(self, series: Series, ask_now: asyncio.Event) -> None:
        """Ask the publisher's server until nothing is wanted any more, or the link goes."""
        wait = RETRY
        try:
            while series.wants_items and self._is_followed(series):
                ask_now.clear()
                is_subscribed = await self._is_subscribed(series)
                try:
                    async with self._turns:
                        # What comes while it waits for its turn is in the same answer.
                        if self._is_followed(series):
                            await self._ask_once(series, is_subscribed=is_subscribed)
                except RequestFailed as error:
                    _LOGGER.debug("A friend's node gave no items: %s", error.condition)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(ask_now.wait(), wait)
                    wait = min(2 * wait, REPEAT)
        except Exception as error:
            note_fault(error)
        finally:
            series.ask_now = None

    async def _is_subscribed(self, series: Series) -> bool:
        """Return whether the publisher's server says that we are subscribed to a series.

        It is believed only of what it pushed: it may not know that a node was made anew.
        """
        friend = series.publisher
        if not (series.wants_subscription and series.is_pushed):
            return False
        async with self._questions[friend]:
            if friend not in self._subscribed:
                try:
                    async with self._turns:
                        self._subscribed[friend] = await self._session.pubsub.subscriptions(friend)
                except RequestFailed as error:
                    _LOGGER.debug("A friend's server tells no subscriptions: %s", error.condition)
                    if error.condition == "offline":
                        return False
                    self._subscribed[friend] = ()
            return series.follower.grant.node in self._subscribed[friend]

    async def _ask_once(self, series: Series, *, is_subscribed: bool) -> None:
        node = series.follower.grant.node
        assert node is not None  # an active grant has one
        if series.wants_subscription:
            # What was pushed is forgotten when another grant comes meanwhile.
            if not (is_subscribed and series.is_pushed):
                await self._session.pubsub.subscribe(series.publisher, node)
            series.wants_subscription = False
        series.wants_items = False
        asked_at = series.follower.place
        try:
            elements = await self._session.pubsub.items(series.publisher, node)
        except RequestFailed:
            series.wants_items = True
            raise
        # Else taken back, or forgotten, while the server answered.
        if self._is_granted(series):
            self._take(series, elements, asked_at)

    def _is_followed(self, series: Series) -> bool:
        """Return whether a series may be asked for: granted, of a friend, over a link that is up.

        A link that comes back asks for all anew.
        """
        return self._session.is_online and self._is_granted(series)
