"""What a session tells of its link and of what others say: our own events, made of stanzas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

from .model import BareJid
from .quoalise import AUTHORIZED, COMMAND
from .sen1_message import SEN1_MESSAGE
from .wire import QUOALISE, SEN1

GRANT_WORDS = {SEN1 + word for word in ("grant", "grant-seen", "decision", "erased")}

PUBSUB_EVENT = "{http://jabber.org/protocol/pubsub#event}"

OLDER_TAGS = (QUOALISE + "quoalise", AUTHORIZED, SEN1_MESSAGE)
"""What a message of an older node holds."""


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
    """What somebody says of a grant: one of `GRANT_WORDS`."""

    sender: BareJid
    element: Element


@dataclass(frozen=True, slots=True)
class OlderMessage:
    """What a node older than grants says: a push of readings, or that a consent was given."""

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
    CommandRequest
    | Online
    | Offline
    | Notification
    | GrantMessage
    | OlderMessage
    | Presence
    | FriendRequest
)


class StanzaListener:
    """Turn the stanzas that a client receives into events; nothing is decided here."""

    def __init__(self, client: Any, jid: BareJid, on_event: Callable[[Event], None]) -> None:
        self._jid = jid
        self._on_event = on_event
        client.add_event_handler("presence_available", self._on_presence)
        client.add_event_handler("presence_unavailable", self._on_presence)
        client.add_event_handler("presence_subscribe", self._on_friend_request)
        message = "{jabber:client}message/"
        for name, path, handler in (
            ("SEN1 items", message + PUBSUB_EVENT + "event", self._on_pubsub_event),
            ("SEN1 grant", message + SEN1 + "grant", self._on_grant_message),
            ("SEN1 grant seen", message + SEN1 + "grant-seen", self._on_grant_message),
            *((tag, message + tag, self._on_older_message) for tag in OLDER_TAGS),
            ("SEN1 erased", message + SEN1 + "erased", self._on_grant_message),
            ("SEN1 decision", message + SEN1 + "decision", self._on_grant_message),
            ("SEN1 command", f"{{jabber:client}}iq/{COMMAND}", self._on_command),
        ):
            client.register_handler(Callback(name, MatchXPath(path), handler))

    def _on_presence(self, presence: Any) -> None:
        sender = presence["from"]
        if sender.bare != self._jid:
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
            if element.tag in GRANT_WORDS:
                self._on_event(GrantMessage(BareJid(message["from"].bare), element))

    def _on_older_message(self, message: Any) -> None:
        # Of any type: the deployed nodes say none, or chat.
        if message["type"] == "error":
            return
        for element in message.xml:
            if element.tag in OLDER_TAGS:
                self._on_event(OlderMessage(BareJid(message["from"].bare), element))
