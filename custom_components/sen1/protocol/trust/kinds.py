"""What can be said, a row a kind: how it is written, from whom it is taken (docs/protocol.md)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, NamedTuple
from xml.etree.ElementTree import Element

from ..attributes import AttributeForm, from_attributes, matching, to_attributes
from ..catalogue import LIST, OfferState
from ..collecting.challenge import SCORE, Score, score_from_element, score_to_element
from ..collecting.collection import (
    COLLECT,
    COLLECTION,
    JOINED,
    NOTE,
    CollectionNote,
    CollectionSheet,
    Joined,
    collection_from_element,
    collection_to_element,
    joined_from_element,
    joined_to_element,
    note_from_element,
    note_to_element,
)
from ..collecting.register import (
    REGISTER,
    REGISTER_SEEN,
    RegisterSeen,
    SharesRegister,
    register_from_element,
    register_seen_from_element,
    register_seen_to_element,
    register_to_element,
)
from ..errors import PayloadRefused
from ..links import COLLECTION_ID
from ..model import Grant, GrantSeen, GrantState, PublicationId
from ..stanzas import (
    SEN1,
    grant_from_element,
    grant_seen_from_element,
    grant_seen_to_element,
    grant_to_element,
)
from ..ties import GIVING, KNOWN, Tie
from ..wishes import WISHES, Wishes, wishes_from_element, wishes_to_element

TRUST = "urn:sen1:trust:0"


class StatementKind(StrEnum):
    """What a statement is: a signature counts for one kind alone."""

    IDENTITY = "identity"
    ROLLOVER = "rollover"
    MOVED = "moved"
    GRANT = "grant"
    """Active, paused or ended."""
    GRANT_SEEN = "grant-seen"
    WITHDRAWAL = "withdrawal"
    ERASED = "erased"
    LEFT = "left"
    INVITED = "invited"
    """That one holds the secret of an invitation; said to who does not know us yet, unsigned."""
    ITEM = "item"
    REQUEST = "request"
    """Of anything that a command asks for: the catalogue, access, the past, a day's readings, a
    collection."""
    CATALOGUE = "catalogue"
    DECISION = "decision"
    """What became of a request for access."""
    ANSWER = "answer"
    DAY = "day"
    WISHES = "wishes"
    """What one would like to receive."""
    COLLECTION = "collection"
    """What an organiser says of its collection, asked for or not."""
    JOINED = "joined"
    """That one takes part in a collection."""
    NOTE = "note"
    """What an organiser writes to a member."""
    SCORE = "score"
    """What a member says that it saved."""
    REGISTER = "register"
    """What an organiser says that a member holds of its projects."""
    REGISTER_SEEN = "register-seen"
    """That it came, and whether it is right."""


class EventKind(StrEnum):
    """What an entry of the journal is of that is no statement, or may be none."""

    BEGAN = "began"
    WITHDRAWN = "withdrawn"
    """The server lets nobody receive any more what a `withdrawal` was of."""
    KEY = "key"
    RESTORED = "restored"
    """The journal is an older copy: somebody knows a later entry than it has."""
    EXPORTED = "exported"
    FORGOTTEN = "forgotten"
    """The evidence of somebody was erased."""
    TORN = "torn"
    """What was written last was not whole, and was cut off."""


type EntryKind = StatementKind | EventKind


# What is said in attributes alone; what has more is beside its reader and its writer.


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a request for access."""

    publication: Annotated[PublicationId, AttributeForm(str)]
    state: Annotated[OfferState, AttributeForm(OfferState)]


@dataclass(frozen=True, slots=True)
class Erased:
    """All that came of a withdrawn grant is erased."""

    publication: Annotated[PublicationId, AttributeForm(str)]


@dataclass(frozen=True, slots=True)
class Invited:
    """Who says so holds the secret of an invitation."""

    token: Annotated[str, AttributeForm(str)]


@dataclass(frozen=True, slots=True)
class Left:
    """Who says so is a friend no more, or takes part in a collection no more."""

    collection: Annotated[str, matching(COLLECTION_ID, str)] = ""
    """Which; empty: it is no friend."""


class KindRow[Said](NamedTuple):
    """What is known of a kind of statement."""

    tag: str = ""
    """Of what a message of this kind holds; empty: it is said elsewhere than in a message."""
    of: type[Said] | None = None
    """What such an element says; None: it is handed on as it is."""
    read: Callable[[Element], Said] | None = None
    """It raises PayloadRefused."""
    write: Callable[[Said], Element] | None = None
    answers: str = ""
    """The command whose answer it is."""
    most: int = 4_096
    """Bytes of a statement, whatever it is packed into."""
    is_signed: bool = True
    is_packed: bool = False
    """Whether it comes packed too: what is said often, or is long, is smaller so on the wire."""
    is_ordered: bool = True
    """Whether it is said after all that was said before: of an item, a question and its answer the
    place says what they follow."""
    needs_key: bool = False
    """Whether it is taken of nobody without a key either."""
    says: frozenset[Tie] = KNOWN
    """Who has a reason to say it."""
    takes_back: bool = False
    """Whether it ends something, or answers to that: of who is known it comes at any cost."""
    is_of_grant: bool = False
    """Whether a record of consent tells it."""
    entered: str | None = ""
    """What its entry in the journal is called; empty: as it is; None: it has none."""
    renews: Collection[EntryKind] = ()
    """What may be said again in the same words after it, and means something new."""


def in_attributes[Said](
    tag: str, of: type[Said], refusal: str
) -> tuple[str, type[Said], Callable[[Element], Said], Callable[[Said], Element]]:
    """Return how a row says what is in the attributes of its element alone."""
    return (
        tag,
        of,
        lambda element: from_attributes(of, element.attrib, refusal),
        lambda said: Element(tag, to_attributes(said)),
    )


KINDS: Mapping[StatementKind, KindRow[Any]] = {
    StatementKind.IDENTITY: KindRow(entered=EventKind.KEY),
    StatementKind.ROLLOVER: KindRow(entered=EventKind.KEY),
    StatementKind.MOVED: KindRow(f"{{{TRUST}}}moved"),
    # Of the same element, which is read as the row that follows unless it says more.
    StatementKind.WITHDRAWAL: KindRow(
        SEN1 + "grant",
        Grant,
        grant_from_element,
        grant_to_element,
        says=GIVING,
        takes_back=True,
        is_of_grant=True,
        renews=(StatementKind.GRANT,),
    ),
    StatementKind.GRANT: KindRow(
        SEN1 + "grant",
        Grant,
        grant_from_element,
        grant_to_element,
        most=16_384,
        says=GIVING,
        is_of_grant=True,
        renews={*StatementKind, *EventKind} - {StatementKind.GRANT},
    ),
    StatementKind.GRANT_SEEN: KindRow(
        SEN1 + "grant-seen",
        GrantSeen,
        grant_seen_from_element,
        grant_seen_to_element,
        is_packed=True,
        says=KNOWN | {Tie.FORMER},
        takes_back=True,
        is_of_grant=True,
    ),
    StatementKind.ERASED: KindRow(
        *in_attributes(SEN1 + "erased", Erased, "bad_erased"),
        says=KNOWN | {Tie.FORMER, Tie.ANYBODY},
        takes_back=True,
        is_of_grant=True,
    ),
    StatementKind.LEFT: KindRow(
        *in_attributes(SEN1 + "left", Left, "bad_collection"),
        takes_back=True,
        renews=(StatementKind.JOINED,),
    ),
    StatementKind.INVITED: KindRow(
        *in_attributes(SEN1 + "invited", Invited, "bad_invited"),
        is_signed=False,
        says=KNOWN | {Tie.ANYBODY},
        entered=None,
    ),
    StatementKind.ITEM: KindRow(most=1_000_000, is_packed=True, is_ordered=False, entered=None),
    StatementKind.REQUEST: KindRow(most=65_536, is_packed=True, is_ordered=False),
    StatementKind.CATALOGUE: KindRow(
        answers=LIST, most=400_000, is_packed=True, is_ordered=False, entered=None
    ),
    StatementKind.DECISION: KindRow(
        *in_attributes(SEN1 + "decision", Decision, "bad_decision"), says=frozenset({Tie.NAMED})
    ),
    # One of the past has 300,000.
    StatementKind.ANSWER: KindRow(most=1_000_000, is_packed=True, is_ordered=False, entered=None),
    StatementKind.DAY: KindRow(f"{{{TRUST}}}day", most=131_072),
    StatementKind.WISHES: KindRow(
        WISHES,
        Wishes,
        wishes_from_element,
        wishes_to_element,
        most=16_384,
        says=frozenset({Tie.NAMED}),
    ),
    # With a charter, and each sign of it escaped.
    StatementKind.COLLECTION: KindRow(
        COLLECTION,
        CollectionSheet,
        collection_from_element,
        collection_to_element,
        answers=COLLECT,
        most=131_072,
        is_packed=True,
    ),
    StatementKind.JOINED: KindRow(
        JOINED,
        Joined,
        joined_from_element,
        joined_to_element,
        most=16_384,
        says=KNOWN | {Tie.COMING},
        renews=(StatementKind.LEFT,),
    ),
    StatementKind.NOTE: KindRow(
        NOTE, CollectionNote, note_from_element, note_to_element, most=16_384, needs_key=True
    ),
    StatementKind.SCORE: KindRow(
        SCORE, Score, score_from_element, score_to_element, needs_key=True
    ),
    StatementKind.REGISTER: KindRow(
        REGISTER,
        SharesRegister,
        register_from_element,
        register_to_element,
        most=131_072,
        is_packed=True,
        needs_key=True,
    ),
    StatementKind.REGISTER_SEEN: KindRow(
        REGISTER_SEEN, RegisterSeen, register_seen_from_element, register_seen_to_element
    ),
}

MESSAGES = {row.tag: kind for kind, row in KINDS.items() if row.tag}
"""What a message is said as, by the tag of what it says."""

WRITERS = {row.of: row.write for row in KINDS.values() if row.write is not None}
"""What writes what is said in a message, by its type."""

MESSAGE_KINDS = tuple(kind for kind, row in KINDS.items() if row.tag and row.is_signed)

ENTERED_AS = {
    kind: row.entered or str(kind) for kind, row in KINDS.items() if row.entered is not None
}
"""What its entry in the journal is called, of each kind that has one."""

ENTRY_KINDS: Mapping[str, EntryKind] = {
    **{kind: kind for kind in EventKind},
    **{kind: kind for kind in StatementKind if ENTERED_AS.get(kind) == kind},
}
"""All that an entry can be of, by what it is called."""

ANSWERS = {row.answers: kind for kind, row in KINDS.items() if row.answers}
"""What an answer is said as, by the command."""


def kind_of(payload: Element) -> StatementKind | None:
    """Return what a message's payload is said as; None where nothing says so in a message."""
    kind = MESSAGES.get(payload.tag)
    if kind is StatementKind.GRANT and payload.get("state") == GrantState.WITHDRAWN:
        return StatementKind.WITHDRAWAL
    return kind


def message_from_element(element: Element) -> object:
    """Return what a message's payload says, or the payload itself where the row reads none.

    Raises PayloadRefused.
    """
    if (kind := kind_of(element)) is None:
        raise PayloadRefused("wrong_kind")
    read = KINDS[kind].read
    return element if read is None else read(element)


def message_to_element(said: object) -> Element:
    """Return the payload of a message that says something: itself where no row writes it."""
    return said if isinstance(said, Element) else WRITERS[type(said)](said)


def answer_kind(command: str) -> StatementKind:
    """Return what the answer to a command of this name is signed as."""
    return ANSWERS.get(command, StatementKind.ANSWER)
