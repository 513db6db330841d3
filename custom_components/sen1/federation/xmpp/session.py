"""The XMPP session of an account: what is asked of servers and friends over its link.

The session translates between XMPP and our own events and decides nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
import ssl
from typing import Any
from xml.etree.ElementTree import Element

from slixmpp import JID
from slixmpp.types import MessageTypes, PresenceTypes

from ...protocol.errors import FriendRefused, NoPersonalEventing, RequestFailed
from ...protocol.forms import COMMANDS
from ...protocol.model import BareJid
from ...protocol.trust.kinds import Invited, message_to_element
from .client import Client
from .connection import REQUEST_TIMEOUT, Connection
from .credentials import Credentials
from .data_policy import DataPolicy, policy_of
from .events import CommandRequest, StanzaListener
from .pubsub import PubSub

PREAUTH = "{urn:xmpp:pars:0}preauth"

HISTORY_TIMEOUT = 120.0
"""Seconds; a friend's recorder may have to read a year, and servers slow a long answer down."""

RETRY = 15.0
"""Seconds before a server is asked again for what it refused or did not answer."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """How far a friendship is: each half is a subscription to the other's presence."""

    ours: bool = False
    theirs: bool = False
    is_asked: bool = False
    """Whether ours waits for their answer."""


class Session(Connection):
    """Hold the link of one account; events go to `on_event`, requests are coroutines."""

    introduction = ""
    """What a person whose address is another program's reads of us: a line, with a link."""

    @cached_property
    def pubsub(self) -> PubSub:
        """What is asked of nodes."""
        return PubSub(self, self._credentials.jid)

    @property
    def _server(self) -> JID:
        return JID(JID(self._credentials.jid).domain)

    def _make_client(self, ssl_context: ssl.SSLContext) -> Client:
        client = super()._make_client(ssl_context)
        StanzaListener(client, self._credentials.jid, self._on_event)
        return client

    async def data_policy(self) -> DataPolicy:
        """Return what our server says it does with what passes through it (XEP-0504)."""
        info = await self.request(self.plugin("xep_0030").get_info(jid=self._server))
        return policy_of(info.xml)

    async def commands(self) -> set[str]:
        """Return the ad-hoc commands that our server offers us, by their nodes (XEP-0050, 2.1)."""
        plugin = self.plugin("xep_0030")
        iq = await self.request(plugin.get_items(jid=self._server, node=COMMANDS))
        return {node for _jid, node, _name in iq["disco_items"]["items"] if node}

    async def order(self, command: Element) -> Element:
        """Have our server execute a command; return the answer."""
        return await self._ask(self._server.bare, command, REQUEST_TIMEOUT)

    async def roster(self) -> dict[BareJid, Subscription]:
        """Return the roster (RFC 6121, section 2.1.2)."""
        if not self.is_online:
            raise RequestFailed("offline")
        # Without a version, so that the answer is whole: slixmpp names the one it knows, and a
        # server answers with nothing when that is the newest (RFC 6121, section 2.6.3).
        query = self._client.make_iq_get()
        query.enable("roster")
        iq = await self.request(query.send())
        items: Mapping[JID, Mapping[str, Any]] = iq["roster"]["items"]
        return {
            BareJid(jid.bare): Subscription(
                ours=item["subscription"] in ("to", "both"),
                theirs=item["subscription"] in ("from", "both"),
                is_asked=item["ask"] == "subscribe",
            )
            for jid, item in items.items()
        }

    def announce(self) -> None:
        """Send presence: from now on the server delivers."""
        if self.is_online:
            self._client.announce()

    def ask_friendship(self, jid: BareJid, token: str = "") -> None:
        """Ask for our half of the mutual presence subscription that friendship is.

        A token that the friend or its server gave for it makes them answer at once (XEP-0379). It
        is also told in a message: servers keep that whole for somebody absent, ejabberd no request.
        """
        if not self.is_online:
            return
        presence = self._client.make_presence(pto=jid, ptype="subscribe", pstatus=self.introduction)
        if token:
            self.show_token(jid, token)
            presence.append(Element(PREAUTH, token=token))
        presence.send()

    def show_token(self, jid: BareJid, token: str) -> None:
        """Tell a friend that we hold the secret of its invitation."""
        self.tell(jid, message_to_element(Invited(token)))

    def agree_friendship(self, jid: BareJid) -> None:
        """Give somebody who asked for it the other half."""
        self._answer_friendship(jid, "subscribed")

    def refuse(self, jid: BareJid) -> None:
        """Refuse a request for friendship."""
        self._answer_friendship(jid, "unsubscribed")

    async def block(self, jid: BareJid) -> None:
        """Have the server drop all that comes from an address (XEP-0191)."""
        await self.request(self.plugin("xep_0191").block(jid))

    async def unfriend(self, jid: BareJid) -> None:
        """Remove an address from the roster; the server ends both presence subscriptions.

        An address that is not there is fine.
        """
        if not self.is_online:
            raise RequestFailed("offline")
        iq = self._client.make_iq_set()
        iq["roster"]["items"] = {jid: {"subscription": "remove"}}
        await self.request_end(iq.send())

    def tell(
        self, jid: BareJid, payload: Element, kind: MessageTypes = "normal", line: str = ""
    ) -> None:
        """Send a message, with a line that a person may read; without a link it is not sent.

        Servers keep it for somebody absent, but for a `headline`.
        """
        if not self.is_online:
            return
        message = self._client.make_message(mto=jid, mbody=line or None, mtype=kind)
        message.append(payload)
        message.send()

    def put_off(self, jid: BareJid) -> None:
        """Say to somebody that a message came at a bad time, and is to be said again later."""
        if not self.is_online:
            return
        message = self._client.make_message(mto=jid, mtype="error")
        message["error"]["type"] = "wait"
        message["error"]["condition"] = "resource-constraint"
        message.send()

    async def ask(self, address: str, command: Element) -> Element:
        """Send a command to a friend's installation; return the answer."""
        return await self._ask(address, command, HISTORY_TIMEOUT)

    async def _ask(self, address: str, command: Element, within: float) -> Element:
        """Send a command; return the answer, which comes within so many seconds."""
        if not self.is_online:
            raise RequestFailed("offline")
        iq = self._client.make_iq_set(ito=address)
        iq.append(command)
        answer = await self.request(iq.send(), within)
        element: Element = answer.xml
        return element

    def answer(self, request: CommandRequest, command: Element) -> None:
        """Answer a command; without a link nobody waits for it any more.

        Raises FriendRefused when the server would not take the answer.
        """
        if self.is_online:
            reply = request.iq.reply(clear=True)
            reply.append(command)
            if not self.door.may_go(reply):
                raise FriendRefused("bad-request", "Response would be too big.")
            reply.send()

    def refuse_command(self, request: CommandRequest, condition: str, text: str) -> None:
        """Answer a command with an error."""
        if self.is_online:
            reply = request.iq.reply(clear=True)
            reply["error"]["type"] = "modify" if condition == "bad-request" else "cancel"
            reply["error"]["condition"] = condition
            reply["error"]["text"] = text
            reply.send()

    def _answer_friendship(self, jid: BareJid, kind: PresenceTypes) -> None:
        if self.is_online:
            self._client.send_presence(pto=jid, ptype=kind)


async def probe(credentials: Credentials, ssl_context: ssl.SSLContext) -> bool:
    """Log in once and leave; return whether the server proved that it knows the password too.

    Raises LinkError with the reason.
    """
    session = Session(credentials, ssl_context)
    try:
        await session.connect()
        await session.pubsub.check_personal_eventing()
        return session.is_proven
    except RequestFailed as error:
        raise NoPersonalEventing from error
    finally:
        await session.close()
