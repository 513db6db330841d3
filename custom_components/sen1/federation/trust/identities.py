"""Ask peers' servers for the identities they publish, few at a time, until they answer."""

import asyncio
from collections.abc import Callable, Container
import time

from homeassistant.core import callback

from ...faults import note_fault
from ...protocol.errors import PayloadRefused, RequestFailed
from ...protocol.model import BareJid
from ...protocol.trust.identity import (
    IDENTITY_ITEM,
    IDENTITY_NODE,
    AccountIdentity,
    identity_from_element,
)
from ..part import wait_for
from ..xmpp.pubsub import PubSub
from ..xmpp.session import Session

ASKED_AT_ONCE = 8

FIRST = 1.0
"""Seconds until who did not answer, or had no key yet, is asked again: somebody may be waiting."""

MOST = 3600.0
"""Seconds at most between two questions to a server that does not answer."""

NO_NODE = ("item-not-found", "feature-not-implemented")
"""What servers answer of a node that is not there: without PEP there is none."""


class Identities:
    """Ask; each answer goes to `take`, which says whether that was all."""

    def __init__(
        self,
        session: Session,
        take: Callable[[BareJid, AccountIdentity | PayloadRefused | None], bool],
    ) -> None:
        self._session = session
        self._take = take
        self._due: dict[BareJid, float] = {}
        """Who is to be asked, at which monotonic time."""
        self._waits: dict[BareJid, float] = {}
        """Seconds until who did not answer is asked again."""
        self._now: set[BareJid] = set()
        """Who is being asked."""
        self._news = asyncio.Event()

    @callback
    def ask(self, jid: BareJid) -> None:
        """Ask soon, also who is being asked: it may be another answer by then."""
        self._due[jid] = 0.0
        self._news.set()

    def is_asked(self, jid: BareJid) -> bool:
        """Return whether an answer is to come."""
        return jid in self._due or jid in self._now

    @callback
    def keep_only(self, wanted: Container[BareJid]) -> None:
        """Ask nobody else."""
        for jid in [jid for jid in self._due if jid not in wanted]:
            del self._due[jid]
            self._waits.pop(jid, None)

    async def run(self) -> None:
        """Ask until cancelled."""
        self._now.clear()
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._news.clear()
                await wait_for(self._news, self._start(tasks) if self._session.is_online else None)

    def _start(self, tasks: asyncio.TaskGroup) -> float | None:
        """Begin to ask who is due; return the seconds until another one is, None: unknown yet."""
        now, ready = time.monotonic(), list[BareJid]()
        for jid, at in self._due.items():
            if len(self._now) + len(ready) >= ASKED_AT_ONCE:
                break
            if at <= now and jid not in self._now:
                ready.append(jid)
        for jid in ready:
            del self._due[jid]
            self._now.add(jid)
            tasks.create_task(self._ask(jid))
        if len(self._now) >= ASKED_AT_ONCE:
            return None
        waiting = [at - now for jid, at in self._due.items() if jid not in self._now]
        return min(waiting, default=None)

    async def _ask(self, jid: BareJid) -> None:
        try:
            is_known = self._take(jid, await self._identity(jid))
        except RequestFailed:
            is_known = False
        except Exception as error:
            note_fault(error)
            is_known = False
        finally:
            self._now.discard(jid)
            self._news.set()
        if is_known:
            self._waits.pop(jid, None)
        elif jid not in self._due:
            wait = self._waits[jid] = min(MOST, 2 * self._waits.get(jid, FIRST / 2))
            self._due[jid] = time.monotonic() + wait

    async def _identity(self, jid: BareJid) -> AccountIdentity | PayloadRefused | None:
        """Return what a peer publishes; raises RequestFailed when its server does not answer."""
        try:
            return await identity_on(self._session.pubsub, jid, jid)
        except PayloadRefused as error:
            return error
        except RequestFailed as error:
            if error.condition in NO_NODE:
                return None
            raise


async def identity_on(
    pubsub: PubSub, publisher: BareJid | None, owner: BareJid
) -> AccountIdentity | None:
    """Return the identity on a node; raises RequestFailed, PayloadRefused."""
    for item in await pubsub.items(publisher, IDENTITY_NODE):
        if item.get("id") == IDENTITY_ITEM and len(item):
            return identity_from_element(item[0], owner)
    return None
