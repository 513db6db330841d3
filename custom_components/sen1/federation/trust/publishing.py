"""Our identity on our server: published when what is there differs, and read back."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
import logging
from xml.etree.ElementTree import Element

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ...listeners import Listeners
from ...protocol.errors import PayloadRefused, RequestFailed
from ...protocol.model import BareJid
from ...protocol.trust.identity import (
    IDENTITY_ITEM,
    IDENTITY_NODE,
    AccountIdentity,
    Head,
    identity_from_element,
    identity_to_element,
)
from ...protocol.trust.signed import signed_in
from ..config import CONF_JID
from ..issues import Issue, async_tell
from ..xmpp.session import RETRY, Session
from .own import OwnKeys

_LOGGER = logging.getLogger(__name__)


class IdentityNode:
    """Keep the node of our identity as it should be, over each link."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        session: Session,
        own: OwnKeys,
        sign: Callable[[Head | None], Element],
        tell: Callable[[Element], None],
    ) -> None:
        """`sign` makes the identity, with a head; `tell` says a change of key to who signs."""
        self._hass = hass
        self._entry = entry
        self._session = session
        self._own = own
        self._sign = sign
        self._tell = tell
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

    @callback
    def look(self) -> None:
        """Look at what is there: the link is new."""
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
        wait: float | None = None
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._news.wait()
            self._news.clear()
            wait = None
            is_in_order = await self._put_in_order()
            self.settled.set()
            if not is_in_order and self._session.is_online:
                wait = RETRY

    async def async_publish_now(self) -> None:
        """Publish, if there is a link; else over the next one."""
        if self._session.is_online and not await self._put_in_order():
            self._news.set()

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
        there = await self._published()
        if there is not None:
            self._hold_against_ours(there)
            if is_new_link and there.head is not None and there.keys == self._own.keys.public:
                self.heads.tell(there.head)
        if self._differs(there):
            head = self._head or (there.head if there is not None else None)
            rollovers = self._own.rollovers
            element = identity_to_element(self._sign(head), rollovers)
            await self._session.pubsub.publish(IDENTITY_NODE, IDENTITY_ITEM, element, "open")
        await self._own.async_note(published=True)
        if not self._own.is_told:
            self._tell(self._own.rollovers[-1])
            await self._own.async_note(told=True)

    async def _published(self) -> AccountIdentity | None:
        """Return the identity that is there; None: none that is one."""
        jid = BareJid(self._entry.data[CONF_JID])
        for item in await self._session.pubsub.items(None, IDENTITY_NODE):
            if item.get("id") == IDENTITY_ITEM and len(item):
                with suppress(PayloadRefused):
                    return identity_from_element(item[0], jid)
        return None

    def _hold_against_ours(self, there: AccountIdentity) -> None:
        if there.keys.signing != self._own.keys.public.signing and self._own.is_published:
            self.is_forged = True
            async_tell(
                self._hass,
                self._entry,
                Issue.OWN_KEY_FORGED,
                self._entry.entry_id,
                severity=ir.IssueSeverity.ERROR,
            )

    def _differs(self, there: AccountIdentity | None) -> bool:
        if there is None or there.keys != self._own.keys.public or there.moved is not None:
            return True
        is_behind = self._head is not None and there.head != self._head
        return is_behind or list(there.rollovers) != [signed_in(e) for e in self._own.rollovers]
