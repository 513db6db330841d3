"""Our identity on our server: published when what is there differs, and read back."""

import asyncio
from contextlib import suppress
import logging
from xml.etree.ElementTree import Element

from homeassistant.core import callback
from slixmpp import JID

from ...listeners import Listeners
from ...protocol.errors import PayloadRefused, RequestFailed
from ...protocol.links import Link
from ...protocol.trust.identity import (
    IDENTITY_ITEM,
    IDENTITY_NODE,
    AccountIdentity,
    Head,
    identity_to_element,
    keys_to_element,
)
from ...protocol.trust.kinds import StatementKind
from ...protocol.trust.signed import Statement, sign, signed_in
from ...protocol.trust.verify_journal import to_text
from ..context import AccountContext
from ..issues import Issue, async_tell
from ..kept import Voice
from ..own_keys import made_keys
from ..part import Part, wait_for
from ..xmpp.session import RETRY
from .identities import identity_on
from .peers import SIGNING
from .statements import Statements
from .trust import Trust

_LOGGER = logging.getLogger(__name__)


class IdentityNode(Part):
    """Keep the node of our identity as it should be, over each link, and change its keys."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._statements, self._own, self._trust = context[Statements], context.own, context[Trust]
        self._jid = context.jid
        self._head: Head | None = None
        """The head to be told; None: what is there stays."""
        self.heads = Listeners[Head]()
        """Who is told which head is there, over each new link."""
        self.is_forged = False
        """Whether another key than ours was there."""
        self._is_open = False
        """Whether the node was looked at over this link."""
        self.settled = asyncio.Event()
        """Set once it was tried to publish over this link."""
        self._news = asyncio.Event()
        self._turn = asyncio.Lock()
        self.runs = (self.run,)

    def link(self, token: str = "") -> str:
        """Return the link by which others add this account, with the secret of an invitation."""
        return Link(
            JID(self._jid),
            "roster",
            fingerprint=self._statements.keys.public.fingerprint,
            token=token,
        ).written()

    def voice(self) -> Voice:
        """Return what the last words of the account are said with."""
        standings = {jid: self._trust.peers.standing(jid) for jid in self._trust.peers}
        return Voice(
            signing=to_text(self._statements.keys.signing),
            sealing=to_text(self._statements.keys.sealing),
            said=self._statements.said,
            to=[jid for jid, standing in standings.items() if standing in SIGNING],
            not_to=[jid for jid, standing in standings.items() if standing not in SIGNING],
            known=self._trust.peers.known,
        )

    async def async_remove(self) -> None:
        """Delete our keys."""
        await self._own.async_remove()

    @callback
    def online(self, *, resumed: bool) -> None:
        """Look at what is there over a new link."""
        if not resumed:
            self._is_open = False
            self.settled.clear()
            self._news.set()

    @callback
    def publish(self, head: Head) -> None:
        """Let the identity name this head."""
        self._head = head
        self._news.set()

    async def run(self) -> None:
        """Keep until cancelled."""
        is_in_order = True
        while True:
            must_retry = self._session.is_online and not is_in_order
            await wait_for(self._news, RETRY if must_retry else None)
            self._news.clear()
            is_in_order = await self._put_in_order()
            self.settled.set()

    async def roll_over(self) -> None:
        """Make new keys, which the ones before sign, and tell all who sign."""
        keys = made_keys()
        rollover = self._signed(StatementKind.ROLLOVER, keys_to_element(keys.public))
        await self._own.async_change(keys, rollover)
        # Who sees the new key looks there whether the old one signed it. Without a link it is
        # published over the next one.
        if self._session.is_online and not await self._put_in_order():
            self._news.set()
        self._statements.keys = keys
        self._trust.listeners.tell(self._jid)

    def _signed(self, kind: StatementKind, payload: Element) -> Element:
        """Return what the newest of our keys says to all."""
        statement = Statement(self._jid, self._statements.moment(), payload)
        return sign(self._own.keys, kind, statement)

    async def _put_in_order(self) -> bool:
        """Bring the node to what it should be; return whether it is."""
        async with self._turn:
            try:
                await self._look_and_publish()
            except RequestFailed as error:
                _LOGGER.debug("The identity is not published yet: %s", error.condition)
                return False
        return True

    async def _look_and_publish(self) -> None:
        is_new_link = not self._is_open
        if is_new_link:
            await self._session.pubsub.ensure_open_node(IDENTITY_NODE)
            self._is_open = True
        there = None
        with suppress(PayloadRefused):
            there = await identity_on(self._session.pubsub, None, self._jid)
        if there is not None:
            self._hold_against_ours(there)
            if is_new_link and there.head is not None and there.keys == self._own.keys.public:
                self.heads.tell(there.head)
        if self._differs(there):
            head = self._head or (there.head if there is not None else None)
            payload = keys_to_element(self._own.keys.public, head)
            current = self._signed(StatementKind.IDENTITY, payload)
            element = identity_to_element(current, self._own.rollovers)
            await self._session.pubsub.publish(IDENTITY_NODE, IDENTITY_ITEM, element, "open")
        await self._own.async_note(published=True)
        if not self._own.is_told:
            rollover = self._own.rollovers[-1]
            for jid in filter(self._trust.signs, self._trust.wanted.jids):
                self._session.tell(jid, rollover)
            await self._own.async_note(told=True)

    def _hold_against_ours(self, there: AccountIdentity) -> None:
        if there.keys.signing != self._own.keys.public.signing and self._own.is_published:
            self.is_forged = True
            async_tell(self._hass, self._entry, Issue.OWN_KEY_FORGED, self._entry.entry_id)

    def _differs(self, there: AccountIdentity | None) -> bool:
        if there is None or there.keys != self._own.keys.public or there.moved is not None:
            return True
        is_behind = self._head is not None and there.head != self._head
        return is_behind or list(there.rollovers) != [signed_in(e) for e in self._own.rollovers]
