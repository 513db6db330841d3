"""The XMPP session of an account: what is asked of servers and friends over its link.

The session translates between XMPP and our own events and decides nothing else.
"""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
import ssl
from typing import Any
from xml.etree.ElementTree import Element

from slixmpp import JID
from slixmpp.exceptions import IqError
from slixmpp.types import MessageTypes, PresenceTypes

from ...protocol.errors import FriendRefused, NoPersonalEventing, RequestFailed
from ...protocol.forms import COMMANDS
from ...protocol.model import BareJid
from ...protocol.stanzas import invited_to_element
from .client import Client
from .connection import REQUEST_TIMEOUT, Connection
from .credentials import Credentials
from .data_policy import DataPolicy, policy_of
from .events import CommandRequest, StanzaListener

PUBSUB_ERRORS = "{http://jabber.org/protocol/pubsub#errors}"
PUBLISH_OPTIONS = "http://jabber.org/protocol/pubsub#publish-options"
PREAUTH = "{urn:xmpp:pars:0}preauth"
NODE_CONFIG = "http://jabber.org/protocol/pubsub#node_config"

OPEN: Mapping[str, str] = {
    "access_model": "open",
    "persist_items": "true",
    "max_items": "1",
    "send_last_published_item": "never",
}
"""Of a node that anybody may read, and asks for."""

SUBSCRIPTIONS_TIMEOUT = 5.0
"""Seconds; where a node we were subscribed to was deleted, Prosody 13 does not answer until it is
restarted. To subscribe to all costs less than to wait longer."""

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

    def _make_client(self, ssl_context: ssl.SSLContext) -> Client:
        client = super()._make_client(ssl_context)
        StanzaListener(client, self._credentials.jid, self._on_event)
        return client

    async def check_personal_eventing(self) -> None:
        """Raise NoPersonalEventing unless the server offers PEP to this account (XEP-0163)."""
        info = await self._request(
            self._plugin("xep_0030").get_info(jid=JID(self._credentials.jid))
        )
        identities = info["disco_info"]["identities"]
        if not any(identity[:2] == ("pubsub", "pep") for identity in identities):
            raise NoPersonalEventing

    async def data_policy(self) -> DataPolicy:
        """Return what our server says it does with what passes through it (XEP-0504)."""
        server = JID(self._credentials.jid).domain
        info = await self._request(self._plugin("xep_0030").get_info(jid=JID(server)))
        return policy_of(info.xml)

    async def commands(self) -> set[str]:
        """Return the ad-hoc commands that our server offers us, by their nodes (XEP-0050, 2.1)."""
        server = JID(self._credentials.jid).domain
        plugin = self._plugin("xep_0030")
        iq = await self._request(plugin.get_items(jid=JID(server), node=COMMANDS))
        return {node for _jid, node, _name in iq["disco_items"]["items"] if node}

    async def order(self, command: Element) -> Element:
        """Have our server execute a command; return the answer."""
        server = JID(self._credentials.jid).domain
        return await self._ask(server, command, REQUEST_TIMEOUT)

    async def roster(self) -> dict[BareJid, Subscription]:
        """Return the roster (RFC 6121, section 2.1.2)."""
        if not self.is_online:
            raise RequestFailed("offline")
        # Without a version, so that the answer is whole: slixmpp names the one it knows, and a
        # server answers with nothing when that is the newest (RFC 6121, section 2.6.3).
        query = self._client.make_iq_get()
        query.enable("roster")
        iq = await self._request(query.send())
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
        self.tell(jid, invited_to_element(token))

    def agree_friendship(self, jid: BareJid) -> None:
        """Give somebody who asked for it the other half."""
        self._answer_friendship(jid, "subscribed")

    def refuse(self, jid: BareJid) -> None:
        """Refuse a request for friendship."""
        self._answer_friendship(jid, "unsubscribed")

    async def block(self, jid: BareJid) -> None:
        """Have the server drop all that comes from an address (XEP-0191)."""
        await self._request(self._plugin("xep_0191").block(jid))

    async def unfriend(self, jid: BareJid) -> None:
        """Remove an address from the roster; the server ends both presence subscriptions.

        An address that is not there is fine.
        """
        if not self.is_online:
            raise RequestFailed("offline")
        iq = self._client.make_iq_set()
        iq["roster"]["items"] = {jid: {"subscription": "remove"}}
        await self._request_end(iq.send())

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

    async def create_node(self, node: str, options: Mapping[str, str]) -> None:
        """Create a PEP node with these options; raises RequestFailed (`conflict`: it exists)."""
        await self._request(
            self._pubsub.create_node(None, node, config=self._form(options, NODE_CONFIG))
        )

    async def node_options(self, node: str) -> dict[str, str]:
        """Return the options of a PEP node of ours, without their `pubsub#`."""
        iq = await self._request(self._pubsub.get_node_config(None, node))
        values = iq["pubsub_owner"]["configure"]["form"].get_values()
        return {
            key.removeprefix("pubsub#"): _option(value)
            for key, value in values.items()
            if value is not None
        }

    async def set_node_options(self, node: str, options: Mapping[str, str]) -> None:
        """Reconfigure a PEP node of ours."""
        await self._request(
            self._pubsub.set_node_config(None, node, self._form(options, NODE_CONFIG))
        )

    async def delete_node(self, node: str) -> None:
        """Delete a PEP node of ours with all that hangs on it; a node that is not there is fine."""
        await self._request_end(self._pubsub.delete_node(None, node))

    async def own_nodes(self) -> list[str]:
        """Return the names of this account's PEP nodes (XEP-0060, section 5.2)."""
        iq = await self._request(self._plugin("xep_0030").get_items(jid=JID(self._credentials.jid)))
        return [node for _jid, node, _name in iq["disco_items"]["items"] if node]

    async def ensure_open_node(self, node: str) -> None:
        """Have a PEP node of ours that holds one item, which anybody may read."""
        try:
            options = await self.node_options(node)
        except RequestFailed as error:
            if error.condition != "item-not-found":
                raise
            await self.create_node(node, OPEN)
            return
        if any(options.get(key, value) != value for key, value in OPEN.items()):
            await self.set_node_options(node, OPEN)

    async def publish(
        self, node: str, item_id: str, payload: Element, access_model: str = "whitelist"
    ) -> None:
        """Publish an item, on condition that the node is seen by those alone who may see it."""
        await self._request(
            self._pubsub.publish(
                None,
                node,
                id=item_id,
                payload=payload,
                options=self._form({"access_model": access_model}, PUBLISH_OPTIONS),
            )
        )

    async def retract(self, node: str, item_id: str) -> None:
        """Take an item from a node of ours, telling nobody; one that is not there is fine."""
        await self._request_end(self._pubsub.retract(None, node, item_id))

    async def affiliations(self, node: str) -> dict[BareJid, str]:
        """Return who has which affiliation with a PEP node of ours."""
        iq = await self._request(self._pubsub.get_node_affiliations(None, node))
        return {
            BareJid(JID(element.get("jid")).bare): element.get("affiliation", "none")
            for element in iq.xml.iter("{http://jabber.org/protocol/pubsub#owner}affiliation")
        }

    async def set_affiliation(self, node: str, jid: BareJid, affiliation: str) -> None:
        """Set a friend's affiliation with a node of ours."""
        await self._request(self._pubsub.modify_affiliations(None, node, [(jid, affiliation)]))

    async def end_subscription(self, node: str, jid: BareJid) -> None:
        """Take a friend's subscription to a node of ours away; one who has none is fine."""
        try:
            await self._request(self._pubsub.modify_subscriptions(None, node, [(jid, "none")]))
        except RequestFailed as error:
            # The general condition differs: unexpected-request (Prosody), bad-request (ejabberd).
            if not _is_not_subscribed(error.__cause__):
                raise

    async def subscriptions(self, publisher: BareJid) -> set[str]:
        """Return the nodes of a friend that we are subscribed to (XEP-0060, section 5.6).

        Prosody 13 also names a node that was deleted since, and made anew without us.
        """
        iq = await self._request(self._pubsub.get_subscriptions(publisher), SUBSCRIPTIONS_TIMEOUT)
        return {
            element.get("node", "")
            for element in iq.xml.iter("{http://jabber.org/protocol/pubsub}subscription")
            if element.get("subscription") == "subscribed"
            and element.get("jid") == self._credentials.jid
        }

    async def subscribe(self, publisher: BareJid, node: str) -> None:
        """Subscribe to a friend's node."""
        await self._request(self._pubsub.subscribe(publisher, node))

    async def unsubscribe(self, publisher: BareJid, node: str) -> None:
        """End our subscription to a friend's node."""
        await self._request(self._pubsub.unsubscribe(publisher, node))

    async def items(
        self, publisher: BareJid | None, node: str, count: int | None = None
    ) -> tuple[Element, ...]:
        """Return the `<item>` elements of a node, or its last `count`; None is our own."""
        iq = await self._request(self._pubsub.get_items(publisher, node, max_items=count))
        return tuple(iq.xml.iter("{http://jabber.org/protocol/pubsub}item"))

    async def ask(self, address: str, command: Element) -> Element:
        """Send a command to a friend's installation; return the answer."""
        return await self._ask(address, command, HISTORY_TIMEOUT)

    async def _ask(self, address: str, command: Element, within: float) -> Element:
        """Send a command; return the answer, which comes within so many seconds."""
        if not self.is_online:
            raise RequestFailed("offline")
        iq = self._client.make_iq_set(ito=address)
        iq.append(command)
        answer = await self._request(iq.send(), within)
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

    async def _request_end(self, answer: Awaitable[Any]) -> None:
        """Have something ended; what is not there is fine."""
        try:
            await self._request(answer)
        except RequestFailed as error:
            if error.condition != "item-not-found":
                raise

    def _answer_friendship(self, jid: BareJid, kind: PresenceTypes) -> None:
        if self.is_online:
            self._client.send_presence(pto=jid, ptype=kind)

    @property
    def _pubsub(self) -> Any:
        return self._plugin("xep_0060")

    def _plugin(self, name: str) -> Any:
        """Return a plugin to ask something with; raises RequestFailed when there is no link.

        slixmpp would keep the request and send it at some later time.
        """
        if not self.is_online:
            raise RequestFailed("offline")
        plugins: Mapping[str, Any] = self._client.plugin
        return plugins[name]

    def _form(self, options: Mapping[str, str], form_type: str) -> Any:
        form = self._client.plugin["xep_0004"].make_form("submit")
        form.add_field("FORM_TYPE", "hidden", value=form_type)
        for key, value in options.items():
            form.add_field("pubsub#" + key, value=value)
        return form


def _is_not_subscribed(error: BaseException | None) -> bool:
    """Return whether a server answered that there is no such subscription (XEP-0060, 8.8.2)."""
    return (
        isinstance(error, IqError)
        and error.iq["error"].xml.find(PUBSUB_ERRORS + "not-subscribed") is not None
    )


def _option(value: object) -> str:
    """Return a form's value as the server was sent it: booleans as `true` and `false`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


async def probe(credentials: Credentials, ssl_context: ssl.SSLContext) -> bool:
    """Log in once and leave; return whether the server proved that it knows the password too.

    Raises LinkError with the reason.
    """
    session = Session(credentials, ssl_context)
    try:
        await session.connect()
        await session.check_personal_eventing()
        return session.is_proven
    except RequestFailed as error:
        raise NoPersonalEventing from error
    finally:
        await session.close()
