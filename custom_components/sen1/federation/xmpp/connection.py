"""The link of an account to its server: one loop that keeps it, and what waits for its answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar, copy_context
import logging
import random
import re
import ssl
from typing import Any

from slixmpp.exceptions import IqError, IqTimeout
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

from ...protocol.errors import (
    CertificateNotTrusted,
    LinkError,
    LoginRefused,
    NotAnXmppServer,
    RequestFailed,
    ResourceConflict,
    ServerUnreachable,
)
from ...protocol.stanzas import QUOALISE
from .client import SCRAM_NAMES, Client, make_client
from .credentials import Credentials
from .door import Door
from .events import CAPABILITIES, Event, Offline, Online

_LOGGER = logging.getLogger(__name__)

CONNECT_TIMEOUT = 30.0

REQUEST_TIMEOUT = 15.0
"""Seconds; when only one direction between two servers fails, answers never come."""

FEATURES = "{http://etherx.jabber.org/streams}features"
MAX_BYTES = "{urn:xmpp:stream-limits:0}limits/{urn:xmpp:stream-limits:0}max-bytes"
PROSODY = "http://prosody.im"

STANZA_BYTES = 262_144
"""What Prosody and Debian's ejabberd take of a client in one stanza; more ends the stream."""

DIGITS = re.compile("[0-9]{1,9}")

BACKOFF_FIRST = 1.0
BACKOFF_MOST = 300.0
"""Seconds."""

_OWNER: ContextVar[Connection] = ContextVar("sen1_connection")
"""Marks the tasks slixmpp makes for a connection, so that none outlives it: tasks inherit it."""


def _is_not_ours(record: logging.LogRecord) -> bool:
    """Count what slixmpp could not do with a stanza of ours, instead of writing it to the log.

    A stranger makes it fail at will, and it writes addresses. What it says of others' links stays.
    """
    connection = _OWNER.get(None)
    if connection is None or record.levelno < logging.WARNING:
        return True
    if connection.is_online:
        # Before that it is the link itself, of which `run` tells.
        connection.door.refused["malformed"] += 1
    _LOGGER.debug("A fault in slixmpp at %s:%d", record.module, record.lineno)
    return False


for _name in [name for name in logging.root.manager.loggerDict if name.startswith("slixmpp")]:
    logging.getLogger(_name).addFilter(_is_not_ours)


class Connection:
    """Hold the link of one account; what happens to it goes to `on_event`."""

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
        self.stanza_bytes = STANZA_BYTES
        """How long a stanza may be, as the server advertises it (XEP-0478), if it does."""
        self.counts_friendship = True
        """Whether the server may drop presences of friendship that are more than its rate."""
        self.drops = 0
        """How often an established link went away."""
        self.door = Door(lambda: self.stanza_bytes)
        self._client = self._make_client(ssl_context)
        self._context = copy_context()
        self._context.run(_OWNER.set, self)

    @property
    def is_proven(self) -> bool:
        """Whether the server proved at the login that it knows the password."""
        mechanism = self._client.plugin["feature_mechanisms"].mech
        return mechanism is not None and mechanism.name.startswith(SCRAM_NAMES)

    # Keeping it

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
                except LoginRefused, ResourceConflict:
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
                    assert self._dropped is not None  # made by connect
                    await self._dropped
                    if isinstance(self._failure, ResourceConflict):
                        raise self._failure
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
                if not resumed:
                    await self._client.sum_up_capabilities()
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
        left: list[asyncio.Task[Any]] = []
        try:
            await self._context.run(self._client.disconnect, 2.0)
        finally:
            # Also of whoever is cancelled while it closes.
            for timer in list(self._client.scheduled_events):
                self._client.cancel_schedule(timer)
            left = self._cancel_tasks()
        if left:
            await asyncio.wait(left)
        # The transports close in the loop's next turn.
        await asyncio.sleep(0)

    def _cancel_tasks(self) -> list[asyncio.Task[Any]]:
        """Cancel what slixmpp runs for this connection, and return it."""
        tasks = [task for task in asyncio.all_tasks() if task.get_context().get(_OWNER) is self]
        for task in tasks:
            task.cancel()
        return tasks

    def acknowledge_taken(self, is_all_taken: Callable[[], bool]) -> None:
        """Let the server keep, for the next stream, what came over this one and is not taken."""
        self._client.acknowledge_taken(is_all_taken)

    def acknowledge(self) -> None:
        """Tell the server that all came, if it waits for that and all is taken by now."""
        self._client.acknowledge()

    # What is asked over it

    async def request(self, answer: Awaitable[Any], within: float = REQUEST_TIMEOUT) -> Any:
        """Return the answer; raises RequestFailed, at once when it can no longer come."""
        try:
            async with asyncio.timeout(within) as waiting:
                self._waiting.add(waiting)
                return await answer
        except IqError as error:
            upstream = error.iq["error"].xml.find(QUOALISE + "upstream-error")
            code = "" if upstream is None else upstream.get("code", "")
            raise RequestFailed(error.condition, error.text, code) from error
        except IqTimeout, TimeoutError:
            # Of a lost stream all waiting was given up.
            raise RequestFailed("timeout" if waiting in self._waiting else "offline") from None
        finally:
            self._waiting.discard(waiting)

    async def request_end(self, answer: Awaitable[Any]) -> None:
        """Have something ended; what is not there is fine."""
        try:
            await self.request(answer)
        except RequestFailed as error:
            if error.condition != "item-not-found":
                raise

    def plugin(self, name: str) -> Any:
        """Return a plugin to ask something with; raises RequestFailed when there is no link.

        slixmpp would keep the request and send it at some later time.
        """
        if not self.is_online:
            raise RequestFailed("offline")
        plugins: Mapping[str, Any] = self._client.plugin
        return plugins[name]

    def _give_up_waiting(self) -> None:
        """Fail what was asked over a stream that is lost: no answer is left to come."""
        for waiting in self._waiting:
            if not waiting.expired():
                waiting.reschedule(0)
        self._waiting.clear()

    # What slixmpp tells

    def _make_client(self, ssl_context: ssl.SSLContext) -> Client:
        client = make_client(self._credentials, ssl_context, self.door)
        client.add_event_handler("stream_negotiated", self._on_negotiated)
        client.add_event_handler("session_resumed", lambda _event: self._settle(True))
        # No address is left.
        client.add_event_handler("reconnect_delay", lambda _: self._settle(ServerUnreachable()))
        client.add_event_handler("ssl_invalid_chain", lambda e: self._settle(_tls_failure(e)))
        client.add_event_handler("failed_auth", self._on_mechanism_refused)
        client.add_event_handler("failed_all_auth", self._on_login_refused)
        client.add_event_handler("stream_error", self._on_stream_error)
        client.add_event_handler("disconnected", self._on_disconnected)
        client.register_handler(
            Callback("SEN1 features", MatchXPath(FEATURES), self._on_stream_features)
        )
        return client

    def _on_stream_features(self, features: Any) -> None:
        # Of several, those after the login come last: before it servers take less.
        limit = features.xml.findtext(MAX_BYTES, "").strip()
        self.stanza_bytes = int(limit) if DIGITS.fullmatch(limit) else STANZA_BYTES
        # Of a server that does not say what it is, the worst is expected (XEP-0115, section 6.3).
        capabilities = features.xml.find(CAPABILITIES)
        known = "" if capabilities is None else capabilities.get("node", "")
        self.counts_friendship = known.rstrip("/") != PROSODY

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
            assert self._dropped is not None  # made by connect
            if not self._dropped.done():
                self._dropped.set_result(None)


def _tls_failure(error: ssl.SSLError) -> LinkError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return CertificateNotTrusted(error.verify_message)
    return NotAnXmppServer(error.reason)
