"""What a session tells of its link and of what others say: our own events, made of stanzas."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath
from slixmpp.xmlstream.matcher.base import MatcherBase

from ...protocol.forms import COMMAND
from ...protocol.legacy.sen1_message import SEN1_MESSAGE
from ...protocol.model import FEATURE, BareJid
from ...protocol.quoalise import AUTHORIZED
from ...protocol.stanzas import ENVELOPE
from ...protocol.trust.kinds import KINDS
from ...protocol.trust.signed import SIGNED

GRANT_WORDS = {*(row.tag for row in KINDS.values() if row.read), SIGNED}

CAPABILITIES = "{http://jabber.org/protocol/caps}c"
PUBSUB_EVENT = "{http://jabber.org/protocol/pubsub#event}"
EVENT = PUBSUB_EVENT + "event"
ITEMS = PUBSUB_EVENT + "items"

OLDER_TAGS = (ENVELOPE, AUTHORIZED, SEN1_MESSAGE)
"""What a message of an older node holds."""

MESSAGE = "{jabber:client}message"
PRESENCE = "{jabber:client}presence"
IQ = "{jabber:client}iq"
ROSTER = "{jabber:iq:roster}query"
WORDS = GRANT_WORDS | {EVENT, *OLDER_TAGS}
"""What we read of messages."""


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
    """What somebody says of a grant: one of `GRANT_WORDS`, signed or not."""

    sender: BareJid
    element: Element


@dataclass(frozen=True, slots=True)
class OlderMessage:
    """What a node older than grants says: a push of readings, or that a consent was given."""

    sender: BareJid
    element: Element


@dataclass(frozen=True, slots=True)
class Presence:
    """A client of a friend came or went."""

    sender: BareJid
    available: bool
    address: str
    """The full address of the client; bare when all of them went."""
    is_installation: bool
    """Whether it is one of SEN1, as its capabilities say (XEP-0115)."""


@dataclass(frozen=True, slots=True)
class FriendRequest:
    """Somebody asks to be a friend."""

    sender: BareJid


@dataclass(frozen=True, slots=True)
class Unreached:
    """A presence to somebody came back: a request for friendship, or an answer to one."""

    sender: BareJid


@dataclass(frozen=True, slots=True)
class Returned:
    """A message to somebody came back: its server is away, or keeps none."""

    sender: BareJid


@dataclass(frozen=True, slots=True)
class RosterChanged:
    """How far a friendship is changed at the server."""


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
    | Unreached
    | Returned
    | RosterChanged
)


class StanzaListener:
    """Turn the stanzas that a client receives into events; nothing is decided here."""

    def __init__(self, client: Any, jid: BareJid, on_event: Callable[[Event], None]) -> None:
        self._jid = jid
        self._on_event = on_event
        client.register_handler(Callback("SEN1 presence", MatchXPath(PRESENCE), self._on_presence))
        client.register_handler(Callback("SEN1 roster", _RosterPush(jid), self._on_roster_push))
        client.register_handler(Callback("SEN1 message", _Concerns(WORDS), self._on_message))
        path = f"{IQ}/{COMMAND}"
        client.register_handler(Callback("SEN1 command", MatchXPath(path), self._on_command))

    def _on_presence(self, presence: Any) -> None:
        sender, kind = presence["from"], presence.xml.get("type")
        if sender.bare == self._jid:
            return
        jid = BareJid(sender.bare)
        if kind == "subscribe":
            self._on_event(FriendRequest(jid))
        elif kind == "error":
            self._on_event(Unreached(jid))
        elif kind in (None, "unavailable"):
            capabilities = presence.xml.find(CAPABILITIES)
            is_installation = capabilities is not None and capabilities.get("node") == FEATURE
            self._on_event(Presence(jid, kind is None, sender.full, is_installation))

    def _on_roster_push(self, iq: Any) -> None:
        self._on_event(RosterChanged())
        iq.reply(clear=True).send()

    def _on_message(self, message: Any) -> None:
        sender = BareJid(message["from"].bare)
        # Of any other type: the deployed nodes say none, or chat.
        if message["type"] == "error":
            self._on_event(Returned(sender))
            return
        for element in message.xml:
            if element.tag in GRANT_WORDS:
                self._on_event(GrantMessage(sender, element))
            elif element.tag in OLDER_TAGS:
                self._on_event(OlderMessage(sender, element))
            elif element.tag == EVENT and (items := element.find(ITEMS)) is not None:
                found = tuple(items.iter(PUBSUB_EVENT + "item"))
                self._on_event(Notification(sender, items.get("node", ""), found))

    def _on_command(self, iq: Any) -> None:
        if iq["type"] == "set":
            sender = BareJid(iq["from"].bare)
            self._on_event(CommandRequest(sender, iq.xml.find(COMMAND), iq))


class _RosterPush(MatcherBase):
    """Match what our own server says of the roster, not who claims to be it (RFC 6121, 2.1.6)."""

    def match(self, xml: Any) -> bool:
        iq = xml.xml
        return (
            iq.tag == IQ
            and iq.get("type") == "set"
            and iq.get("from") in (None, self._criteria)
            and iq.find(ROSTER) is not None
        )


class _Concerns(MatcherBase):
    """Match a message that holds one of some elements, or came back: not all servers say which.

    A look at what it holds; slixmpp's matchers look for a path each, at each stanza.
    """

    def match(self, xml: Any) -> bool:
        message = xml.xml
        return message.tag == MESSAGE and (
            message.get("type") == "error" or any(child.tag in self._criteria for child in message)
        )
