"""The XMPP session of an account: one loop that keeps the link, and the requests over it.

The session translates between XMPP and our own events and decides nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
import logging
import random
import ssl
from typing import Any
from xml.etree.ElementTree import Element

from slixmpp import JID, ClientXMPP
from slixmpp.exceptions import IqError, IqTimeout
from slixmpp.plugins import (  # noqa: F401 - imported here, off the event loop, not at registration
    xep_0004,
    xep_0030,
    xep_0060,
    xep_0115,
    xep_0191,
    xep_0198,
    xep_0199,
)
from slixmpp.stanza import Error
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath
from slixmpp.xmlstream.xmlstream import NotConnectedError

from .errors import (
    CertificateNotTrusted,
    LinkError,
    LoginRefused,
    NoPersonalEventing,
    NotAnXmppServer,
    RequestFailed,
    ResourceConflict,
    ServerUnreachable,
)
from .model import FEATURE, BareJid
from .quoalise import COMMAND, COMMANDS
from .wire import SEN1

_LOGGER = logging.getLogger(__name__)

# slixmpp writes addresses at info, and every stanza at debug.
logging.getLogger("slixmpp").setLevel(logging.WARNING)

# RFC 6120 has this condition and slixmpp does not read it: an answer with it would be lost.
Error.conditions.add("policy-violation")

PUBSUB_EVENT = "{http://jabber.org/protocol/pubsub#event}"
PUBSUB_ERRORS = "{http://jabber.org/protocol/pubsub#errors}"
PUBLISH_OPTIONS = "http://jabber.org/protocol/pubsub#publish-options"

CONNECT_TIMEOUT = 30.0
REQUEST_TIMEOUT = 15.0
"""Seconds; when only one direction between two servers fails, answers never come."""

HISTORY_TIMEOUT = 120.0
"""Seconds; a friend's recorder may have to read a year, and servers slow a long answer down."""

RETRY = 15.0
"""Seconds before a server is asked again for what it refused or did not answer."""

BACKOFF_FIRST = 1.0
BACKOFF_MOST = 300.0

_OWNER: ContextVar[object] = ContextVar("sen1_session")
"""Marks the tasks slixmpp makes for a session, so that none outlives it: tasks inherit it."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Where and as whom to log in; `ca` is PEM text of an authority to trust besides the usual."""

    jid: BareJid
    password: str
    resource: str
    host: str | None = None
    port: int | None = None
    ca: str | None = None

    def ssl_context(self) -> ssl.SSLContext:
        """Return a context that verifies; reads the disk, so run it in the executor."""
        context = ssl.create_default_context()
        if self.ca:
            context.load_verify_locations(cadata=self.ca)
        return context


@dataclass(frozen=True, slots=True)
class Subscription:
    """How far a friendship is: each half is a subscription to the other's presence."""

    ours: bool = False
    theirs: bool = False
    is_asked: bool = False
    """Whether ours waits for their answer."""


@dataclass(frozen=True, slots=True)
class Online:
    """The link is up; `resumed` when nothing was lost meanwhile (XEP-0198)."""

    resumed: bool


@dataclass(frozen=True, slots=True)
class Offline:
    """The link is down."""


@dataclass(frozen=True, slots=True)
class Notification:
    """Items a node pushed; `items` are `<item>` elements."""

    publisher: BareJid
    node: str
    items: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class GrantMessage:
    """A `<grant>` or `<grant-seen>` from somebody."""

    sender: BareJid
    element: Element


@dataclass(frozen=True, slots=True)
class Presence:
    """A friend's installation came or went."""

    sender: BareJid
    available: bool
    address: str = ""
    """The full address of the installation."""


@dataclass(frozen=True, slots=True)
class FriendRequest:
    """Somebody asks to be a friend."""

    sender: BareJid


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """Somebody asks something of us; `answer` or `refuse_command` it."""

    sender: BareJid
    command: Element
    iq: Any


type Event = (
    CommandRequest | Online | Offline | Notification | GrantMessage | Presence | FriendRequest
)


class _Client(ClientXMPP):  # type: ignore[misc]
    """slixmpp's client; what is sent in the moment of a drop waits for the link, unlogged."""

    def send_raw(self, data: str | bytes) -> None:
        """Write to the stream if there is one: stream management sends the rest again."""
        with suppress(NotConnectedError):
            super().send_raw(data)


class Session:
    """Hold the link of one account; events go to `on_event`, requests are coroutines."""

    def __init__(
        self,
        credentials: Credentials,
        ssl_context: ssl.SSLContext,
        *,
        title: str = "",
        on_event: Callable[[Event], None] = lambda event: None,
        backoff_first: float = BACKOFF_FIRST,
    ) -> None:
        self._credentials = credentials
        self._title = title
        self._on_event = on_event
        self._backoff_first = backoff_first
        self._outcome: asyncio.Future[bool] | None = None
        self._dropped: asyncio.Future[None] | None = None
        self._failure: LinkError | None = None
        self._waiting: set[asyncio.Timeout] = set()
        """Requests whose answer is awaited; they outlive a drop if the stream is resumed."""
        self.is_online = False
        self.drops = 0
        """How often an established link went away."""
        self._client = self._make_client(ssl_context)
        self._context = copy_context()
        self._context.run(_OWNER.set, self)

    # The link

    async def run(self) -> None:
        """Connect, run until it ends, say so once, wait longer, again; for ever.

        Raises LoginRefused or ResourceConflict, which waiting does not cure.
        """
        wait = self._backoff_first
        told_down = False
        try:
            while True:
                try:
                    resumed = await self.connect()
                except (LoginRefused, ResourceConflict):
                    raise
                except LinkError as error:
                    reason = error.key.replace("_", " ")
                    _LOGGER.debug("%s: not connected: %s", self._title, type(error).__name__)
                else:
                    if told_down:
                        # As visible as the line that said it was lost.
                        _LOGGER.warning("%s: the link to the server is back", self._title)
                        told_down = False
                    wait = self._backoff_first
                    self._on_event(Online(resumed))
                    await self._until_dropped()
                    reason = "connection lost"
                    self._on_event(Offline())
                if not told_down:
                    _LOGGER.warning("%s: no link to the server (%s)", self._title, reason)
                    told_down = True
                # Jitter: a village must not meet its restarted server in the same second.
                await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311
                wait = min(BACKOFF_MOST, wait * 2)
        finally:
            await self.close()

    async def connect(self) -> bool:
        """Connect and log in; return whether the earlier stream was resumed. Raises LinkError."""
        loop = asyncio.get_running_loop()
        self._outcome, self._dropped = loop.create_future(), loop.create_future()
        self._failure = None
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                self._context.run(
                    self._client.connect, self._credentials.host, self._credentials.port
                )
                resumed = await self._outcome
        except TimeoutError:
            raise NotAnXmppServer("no answer in time") from None
        finally:
            self._outcome = None
            if not self.is_online:
                self._client.cancel_connection_attempt()
                # Before the transport: TLS begun on a closed one would leave its timer behind.
                self._cancel_tasks()
                self._client.abort()
        return resumed

    async def close(self) -> None:
        """End the stream and leave no task or timer behind."""
        self.is_online = False
        self._give_up_waiting()
        self._client.end_session_on_disconnect = True
        self._client.cancel_connection_attempt()
        await self._context.run(self._client.disconnect, 2.0)
        for timer in list(self._client.scheduled_events):
            self._client.cancel_schedule(timer)
        if left := self._cancel_tasks():
            await asyncio.wait(left)
        # The transports close in the loop's next turn.
        await asyncio.sleep(0)

    def _cancel_tasks(self) -> list[asyncio.Task[Any]]:
        """Cancel what slixmpp runs for this session, and return it."""
        tasks = [task for task in asyncio.all_tasks() if task.get_context().get(_OWNER) is self]
        for task in tasks:
            task.cancel()
        return tasks

    async def _until_dropped(self) -> None:
        assert self._dropped is not None  # made by connect
        await self._dropped
        if isinstance(self._failure, ResourceConflict):
            raise self._failure

    # Requests

    async def check_personal_eventing(self) -> None:
        """Raise NoPersonalEventing unless the server offers PEP to this account (XEP-0163)."""
        info = await self._request(
            self._plugin("xep_0030").get_info(
                jid=JID(self._credentials.jid), timeout=REQUEST_TIMEOUT
            )
        )
        identities = info["disco_info"]["identities"]
        if not any(identity[:2] == ("pubsub", "pep") for identity in identities):
            raise NoPersonalEventing

    async def roster(self) -> dict[BareJid, Subscription]:
        """Return the roster (RFC 6121, section 2.1.2)."""
        if not self.is_online:
            raise RequestFailed("offline")
        # Without a version, so that the answer is whole: slixmpp names the one it knows, and a
        # server answers with nothing when that is the newest (RFC 6121, section 2.6.3).
        query = self._client.make_iq_get()
        query.enable("roster")
        iq = await self._request(query.send(timeout=REQUEST_TIMEOUT))
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
        self._send_presence()

    def ask_friendship(self, jid: BareJid) -> None:
        """Ask for our half of the mutual presence subscription that friendship is."""
        self._send_presence(jid, "subscribe")

    def agree_friendship(self, jid: BareJid) -> None:
        """Give somebody who asked for it the other half."""
        self._send_presence(jid, "subscribed")

    def refuse(self, jid: BareJid) -> None:
        """Refuse a request for friendship."""
        self._send_presence(jid, "unsubscribed")

    async def block(self, jid: BareJid) -> None:
        """Have the server drop all that comes from an address (XEP-0191)."""
        await self._request(self._plugin("xep_0191").block(jid, timeout=REQUEST_TIMEOUT))

    async def unfriend(self, jid: BareJid) -> None:
        """Remove an address from the roster; the server ends both presence subscriptions.

        An address that is not there is fine.
        """
        if not self.is_online:
            raise RequestFailed("offline")
        iq = self._client.make_iq_set()
        iq["roster"]["items"] = {jid: {"subscription": "remove"}}
        try:
            await self._request(iq.send(timeout=REQUEST_TIMEOUT))
        except RequestFailed as error:
            if error.condition != "item-not-found":
                raise

    def tell(self, jid: BareJid, payload: Element) -> None:
        """Send a message the server keeps for somebody absent; without a link it is not sent."""
        if not self.is_online:
            return
        message = self._client.make_message(mto=jid, mtype="normal")
        message.append(payload)
        message.send()

    async def create_node(self, node: str, options: Mapping[str, str]) -> None:
        """Create a PEP node with these options; raises RequestFailed (`conflict`: it exists)."""
        await self._request(
            self._pubsub.create_node(
                None, node, config=self._form(options, NODE_CONFIG), timeout=REQUEST_TIMEOUT
            )
        )

    async def node_options(self, node: str) -> dict[str, str]:
        """Return the options of a PEP node of ours, without their `pubsub#`."""
        iq = await self._request(self._pubsub.get_node_config(None, node, timeout=REQUEST_TIMEOUT))
        values = iq["pubsub_owner"]["configure"]["form"].get_values()
        return {
            key.removeprefix("pubsub#"): _option(value)
            for key, value in values.items()
            if value is not None
        }

    async def set_node_options(self, node: str, options: Mapping[str, str]) -> None:
        """Reconfigure a PEP node of ours."""
        await self._request(
            self._pubsub.set_node_config(
                None, node, self._form(options, NODE_CONFIG), timeout=REQUEST_TIMEOUT
            )
        )

    async def delete_node(self, node: str) -> None:
        """Delete a PEP node of ours with all that hangs on it; a node that is not there is fine."""
        try:
            await self._request(self._pubsub.delete_node(None, node, timeout=REQUEST_TIMEOUT))
        except RequestFailed as error:
            if error.condition != "item-not-found":
                raise

    async def own_nodes(self) -> list[str]:
        """Return the names of this account's PEP nodes (XEP-0060, section 5.2)."""
        iq = await self._request(
            self._plugin("xep_0030").get_items(
                jid=JID(self._credentials.jid), timeout=REQUEST_TIMEOUT
            )
        )
        return [node for _jid, node, _name in iq["disco_items"]["items"] if node]

    async def publish(self, node: str, item_id: str, payload: Element) -> None:
        """Publish an item, on condition that only those on the list may see the node."""
        await self._request(
            self._pubsub.publish(
                None,
                node,
                id=item_id,
                payload=payload,
                options=self._form({"access_model": "whitelist"}, PUBLISH_OPTIONS),
                timeout=REQUEST_TIMEOUT,
            )
        )

    async def affiliations(self, node: str) -> dict[BareJid, str]:
        """Return who has which affiliation with a PEP node of ours."""
        iq = await self._request(
            self._pubsub.get_node_affiliations(None, node, timeout=REQUEST_TIMEOUT)
        )
        return {
            BareJid(JID(element.get("jid")).bare): element.get("affiliation", "none")
            for element in iq.xml.iter("{http://jabber.org/protocol/pubsub#owner}affiliation")
        }

    async def set_affiliation(self, node: str, jid: BareJid, affiliation: str) -> None:
        """Set a friend's affiliation with a node of ours."""
        await self._request(
            self._pubsub.modify_affiliations(
                None, node, [(jid, affiliation)], timeout=REQUEST_TIMEOUT
            )
        )

    async def end_subscription(self, node: str, jid: BareJid) -> None:
        """Take a friend's subscription to a node of ours away; one who has none is fine."""
        try:
            await self._request(
                self._pubsub.modify_subscriptions(
                    None, node, [(jid, "none")], timeout=REQUEST_TIMEOUT
                )
            )
        except RequestFailed as error:
            # The general condition differs: unexpected-request (Prosody), bad-request (ejabberd).
            if not _is_not_subscribed(error.__cause__):
                raise

    async def subscribe(self, publisher: BareJid, node: str) -> None:
        """Subscribe to a friend's node."""
        await self._request(self._pubsub.subscribe(publisher, node, timeout=REQUEST_TIMEOUT))

    async def unsubscribe(self, publisher: BareJid, node: str) -> None:
        """End our subscription to a friend's node."""
        await self._request(self._pubsub.unsubscribe(publisher, node, timeout=REQUEST_TIMEOUT))

    async def items(
        self, publisher: BareJid | None, node: str, count: int | None = None
    ) -> tuple[Element, ...]:
        """Return the `<item>` elements of a node, or its last `count`; None is our own."""
        iq = await self._request(
            self._pubsub.get_items(publisher, node, max_items=count, timeout=REQUEST_TIMEOUT)
        )
        return tuple(iq.xml.iter("{http://jabber.org/protocol/pubsub}item"))

    async def ask(self, address: str, command: Element) -> Element:
        """Send a command to a friend's installation; return the answer."""
        if not self.is_online:
            raise RequestFailed("offline")
        iq = self._client.make_iq_set(ito=address)
        iq.append(command)
        answer = await self._request(iq.send(timeout=HISTORY_TIMEOUT))
        element: Element = answer.xml
        return element

    def answer(self, request: CommandRequest, command: Element) -> None:
        """Answer a command; without a link nobody waits for it any more."""
        if self.is_online:
            reply = request.iq.reply(clear=True)
            reply.append(command)
            reply.send()

    def refuse_command(self, request: CommandRequest, condition: str, text: str) -> None:
        """Answer a command with an error."""
        if self.is_online:
            reply = request.iq.reply(clear=True)
            reply["error"]["type"] = "modify" if condition == "bad-request" else "cancel"
            reply["error"]["condition"] = condition
            reply["error"]["text"] = text
            reply.send()

    def _send_presence(self, jid: BareJid | None = None, kind: str | None = None) -> None:
        if self.is_online:
            self._client.send_presence(pto=jid, ptype=kind)

    async def _request(self, answer: Awaitable[Any]) -> Any:
        """Return the answer; raises RequestFailed, at once when it can no longer come."""
        try:
            async with asyncio.timeout(None) as waiting:
                self._waiting.add(waiting)
                return await answer
        except IqError as error:
            raise RequestFailed(error.condition, error.text) from error
        except IqTimeout:
            raise RequestFailed("timeout") from None
        except TimeoutError:
            raise RequestFailed("offline") from None
        finally:
            self._waiting.discard(waiting)

    def _give_up_waiting(self) -> None:
        """Fail what was asked over a stream that is lost: no answer is left to come."""
        for waiting in self._waiting:
            waiting.reschedule(0)
        self._waiting.clear()

    @property
    def _pubsub(self) -> Any:
        return self._plugin("xep_0060")

    def _plugin(self, name: str) -> Any:
        """Return a plugin to ask something with; raises RequestFailed when there is no link.

        slixmpp would keep the request and send it at some later time.
        """
        if not self.is_online:
            raise RequestFailed("offline")
        return self._client.plugin[name]

    def _form(self, options: Mapping[str, str], form_type: str) -> Any:
        form = self._client.plugin["xep_0004"].make_form("submit")
        form.add_field("FORM_TYPE", "hidden", value=form_type)
        for key, value in options.items():
            form.add_field("pubsub#" + key, value=value)
        return form

    # What slixmpp tells

    def _make_client(self, ssl_context: ssl.SSLContext) -> _Client:
        credentials = self._credentials
        client = _Client(
            f"{credentials.jid}/{credentials.resource}",
            credentials.password,
            ssl_context=ssl_context,
        )
        # 5223 is the port of XMPP inside TLS; all others begin in clear and turn to TLS.
        client.enable_direct_tls = credentials.port == 5223
        client.enable_starttls = credentials.port != 5223
        client.enable_plaintext = False
        # Requests for friendship are for the household to answer.
        client.roster.auto_authorize = None
        client.roster.auto_subscribe = False
        client.register_plugin("xep_0030")
        client.register_plugin("xep_0060")
        client.register_plugin("xep_0115")
        client.register_plugin("xep_0191")
        client.register_plugin("xep_0198")
        client.register_plugin("xep_0199", {"keepalive": True, "interval": 60, "timeout": 15})
        _mend_keepalive(client)
        client.plugin["xep_0030"].add_feature(FEATURE)
        client.plugin["xep_0030"].add_feature(COMMANDS)
        # Ours are told with each presence; what others can do is not asked of everybody who comes.
        caps = client.plugin["xep_0115"]
        client.del_event_handler("entity_caps", caps._process_caps)  # noqa: SLF001

        client.add_event_handler("stream_negotiated", self._on_negotiated)
        client.add_event_handler("session_resumed", self._on_session_resumed)
        client.add_event_handler("reconnect_delay", self._on_no_address_left)
        client.add_event_handler("ssl_invalid_chain", self._on_invalid_certificate)
        client.add_event_handler("failed_auth", self._on_mechanism_refused)
        client.add_event_handler("failed_all_auth", self._on_login_refused)
        client.add_event_handler("stream_error", self._on_stream_error)
        client.add_event_handler("disconnected", self._on_disconnected)
        client.add_event_handler("presence_available", self._on_presence)
        client.add_event_handler("presence_unavailable", self._on_presence)
        client.add_event_handler("presence_subscribe", self._on_friend_request)
        message = "{jabber:client}message/"
        for name, path, handler in (
            ("SEN1 items", message + PUBSUB_EVENT + "event", self._on_pubsub_event),
            ("SEN1 grant", message + SEN1 + "grant", self._on_grant_message),
            ("SEN1 grant seen", message + SEN1 + "grant-seen", self._on_grant_message),
        ):
            client.register_handler(Callback(name, MatchXPath(path), handler))
        command = f"{{jabber:client}}iq/{COMMAND}"
        client.register_handler(Callback("SEN1 command", MatchXPath(command), self._on_command))
        return client

    def _settle(self, result: bool | LinkError) -> None:
        """End the running attempt to connect, if there is one."""
        if self._outcome is None or self._outcome.done():
            return
        if isinstance(result, LinkError):
            self._outcome.set_exception(result)
        else:
            if not result:
                self._give_up_waiting()
            self.is_online = True
            self._outcome.set_result(result)

    def _on_negotiated(self, _event: Any) -> None:
        # Comes after the session has started and stream management is on.
        self._settle(False if self._client.sessionstarted else NotAnXmppServer("no session"))

    def _on_session_resumed(self, _event: Any) -> None:
        self._settle(True)

    def _on_no_address_left(self, _delay: object) -> None:
        self._settle(ServerUnreachable())

    def _on_invalid_certificate(self, error: ssl.SSLError) -> None:
        self._settle(_tls_failure(error))

    def _on_mechanism_refused(self, failure: Any) -> None:
        # One of several; only a refusal by all is final, and not if the server is to blame.
        if failure["condition"] == "temporary-auth-failure":
            self._failure = ServerUnreachable()

    def _on_login_refused(self, _event: Any) -> None:
        self._settle(self._failure or LoginRefused())

    def _on_stream_error(self, error: Any) -> None:
        if error["condition"] == "conflict":
            self._failure = ResourceConflict()
        else:
            self._failure = ServerUnreachable()

    def _on_disconnected(self, reason: object) -> None:
        if isinstance(reason, ssl.SSLError):
            self._failure = _tls_failure(reason)
        self._settle(self._failure or NotAnXmppServer("the connection was closed"))
        if self.is_online:
            self.is_online = False
            self.drops += 1
            if self._dropped is not None and not self._dropped.done():
                self._dropped.set_result(None)

    def _on_presence(self, presence: Any) -> None:
        sender = presence["from"]
        if sender.bare != self._credentials.jid:
            self._on_event(
                Presence(
                    BareJid(sender.bare), presence["type"] != "unavailable", address=sender.full
                )
            )

    def _on_friend_request(self, presence: Any) -> None:
        self._on_event(FriendRequest(BareJid(presence["from"].bare)))

    def _on_pubsub_event(self, message: Any) -> None:
        items = message.xml.find(f"{PUBSUB_EVENT}event/{PUBSUB_EVENT}items")
        if items is None or message["type"] == "error":
            return
        self._on_event(
            Notification(
                BareJid(message["from"].bare),
                items.get("node", ""),
                tuple(items.iter(PUBSUB_EVENT + "item")),
            )
        )

    def _on_command(self, iq: Any) -> None:
        if iq["type"] == "set":
            sender = BareJid(iq["from"].bare)
            self._on_event(CommandRequest(sender, iq.xml.find(COMMAND), iq))

    def _on_grant_message(self, message: Any) -> None:
        if message["type"] == "error":
            return
        for element in message.xml:
            if element.tag in (SEN1 + "grant", SEN1 + "grant-seen"):
                self._on_event(GrantMessage(BareJid(message["from"].bare), element))


NODE_CONFIG = "http://jabber.org/protocol/pubsub#node_config"


def _mend_keepalive(client: _Client) -> None:
    """Let pings go on after a resumption: slixmpp 1.13 takes its stanza for their interval."""
    ping = client.plugin["xep_0199"]
    handlers = client.event_handled("session_resumed")
    client.del_event_handler("session_resumed", ping.enable_keepalive)
    if client.event_handled("session_resumed") < handlers:
        client.add_event_handler("session_resumed", lambda _event: ping.enable_keepalive())


def _tls_failure(error: ssl.SSLError) -> LinkError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return CertificateNotTrusted(error.verify_message)
    return NotAnXmppServer(error.reason)


def _is_not_subscribed(error: BaseException | None) -> bool:
    """Tell whether a server answered that there is no such subscription (XEP-0060, 8.8.2)."""
    return (
        isinstance(error, IqError)
        and error.iq["error"].xml.find(PUBSUB_ERRORS + "not-subscribed") is not None
    )


def _option(value: object) -> str:
    """Return a form's value as the server was sent it: booleans as `true` and `false`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


async def probe(credentials: Credentials, ssl_context: ssl.SSLContext) -> None:
    """Log in once and leave; raises LinkError with the reason."""
    session = Session(credentials, ssl_context)
    try:
        await session.connect()
        await session.check_personal_eventing()
    except RequestFailed as error:
        raise NoPersonalEventing from error
    finally:
        await session.close()
