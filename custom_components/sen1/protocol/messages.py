"""What friends say of grants and collections, each in a message of its own (docs/protocol.md)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from .catalogue import DECISION, OfferState, decision_from_element
from .collecting.challenge import SCORE, Score, score_from_element
from .collecting.collection import (
    COLLECTION,
    JOINED,
    NOTE,
    CollectionNote,
    CollectionSheet,
    Joined,
    collection_from_element,
    joined_from_element,
    left_collection,
    note_from_element,
)
from .collecting.register import (
    REGISTER,
    REGISTER_SEEN,
    RegisterSeen,
    SharesRegister,
    register_from_element,
    register_seen_from_element,
)
from .model import Grant, GrantSeen, PublicationId
from .stanzas import SEN1, grant_from_element, grant_seen_from_element
from .wishes import WISHES, Wishes, wishes_from_element


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a request for access."""

    publication: PublicationId
    state: OfferState


@dataclass(frozen=True, slots=True)
class Erased:
    """All that came of a withdrawn grant is erased."""

    publication: PublicationId


@dataclass(frozen=True, slots=True)
class Invited:
    """Who says so holds the secret of an invitation."""

    token: str


@dataclass(frozen=True, slots=True)
class Left:
    """Who says so is a friend no more, or takes part in a collection no more."""

    collection: str = ""
    """Which; empty: it is no friend."""


type Message = (
    Grant
    | GrantSeen
    | Decision
    | Erased
    | Invited
    | Left
    | Wishes
    | CollectionSheet
    | Joined
    | CollectionNote
    | Score
    | SharesRegister
    | RegisterSeen
)

READERS: Mapping[str, Callable[[Element], Message]] = {
    SEN1 + "grant": grant_from_element,
    SEN1 + "grant-seen": grant_seen_from_element,
    DECISION: lambda element: Decision(*decision_from_element(element)),
    SEN1 + "erased": lambda element: Erased(PublicationId(element.get("publication", ""))),
    SEN1 + "invited": lambda element: Invited(element.get("token", "")),
    SEN1 + "left": lambda element: Left(left_collection(element)),
    WISHES: wishes_from_element,
    COLLECTION: collection_from_element,
    JOINED: joined_from_element,
    NOTE: note_from_element,
    SCORE: score_from_element,
    REGISTER: register_from_element,
    REGISTER_SEEN: register_seen_from_element,
}
"""By the tag of what a message holds."""


OF_ANYBODY = (SEN1 + "erased", SEN1 + "invited")
"""What one who is no friend, not yet or no more, has a reason to say."""


def message_from_element(element: Element) -> Message:
    """Return what an element of one of these tags says; raises PayloadRefused."""
    return READERS[element.tag](element)
