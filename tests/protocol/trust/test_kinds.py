"""The one table of what can be said: what is of a type, or told elsewhere, is as it says."""

from pathlib import Path
import re
from xml.etree.ElementTree import Element

import pytest

from custom_components.sen1.protocol.catalogue import OfferState
from custom_components.sen1.protocol.collecting.collection import CollectionNote
from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.stanzas import SEN1
from custom_components.sen1.protocol.trust import verify_journal
from custom_components.sen1.protocol.trust.kinds import (
    ENTERED_AS,
    ENTRY_KINDS,
    KINDS,
    MESSAGE_KINDS,
    Decision,
    Erased,
    EventKind,
    Invited,
    Left,
    StatementKind,
    message_from_element,
    message_to_element,
)
from custom_components.sen1.protocol.wishes import What, Wish, Wishes

from ..collecting.test_challenge import SCORE
from ..collecting.test_collection import COLLECTION, JOINED, SHEET
from ..collecting.test_register import REGISTER, SEEN
from ..samples import GRANT, ID

PROTOCOL = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text()


SAID = {
    "a grant": GRANT,
    "that it was seen": GRANT.seen,
    "what was decided": Decision(ID, OfferState.REFUSED),
    "that all is erased": Erased(ID),
    "a secret": Invited("secret"),
    "that somebody left": Left(),
    "that it left one": Left(COLLECTION),
    "a collection": SHEET,
    "that somebody takes part": JOINED,
    "a note": CollectionNote(COLLECTION, "Hello"),
    "what a home saved": SCORE,
    "what somebody holds": REGISTER,
    "whether that is right": SEEN,
    "what somebody would like": Wishes((Wish(What.CONSUMPTION, "P1D"),)),
}


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
def test_what_is_said_in_a_message_is_read_as_it_was_written(said: object) -> None:
    assert message_from_element(message_to_element(said)) == said


@pytest.mark.parametrize(
    ("element", "said"),
    [
        (
            Element(SEN1 + "decision", publication=ID, state="refused"),
            Decision(ID, OfferState.REFUSED),
        ),
        (Element(SEN1 + "erased", publication=ID), Erased(ID)),
        (Element(SEN1 + "invited", token="secret"), Invited("secret")),
        (Element(SEN1 + "left"), Left()),
        (Element(SEN1 + "left", collection=COLLECTION), Left(COLLECTION)),
    ],
)
def test_what_is_said_in_attributes_alone_is_in_those(element: Element, said: object) -> None:
    assert message_from_element(element) == said
    again = message_to_element(said)
    assert (again.tag, again.attrib, len(again)) == (element.tag, element.attrib, 0)


def test_a_word_that_says_nothing_we_know_is_refused() -> None:
    with pytest.raises(PayloadRefused, match="bad_decision"):
        message_from_element(Element(SEN1 + "decision", state="perhaps"))


def test_each_kind_of_statement_has_its_row() -> None:
    assert KINDS.keys() == {*StatementKind}


def test_what_is_signed_in_a_message_is_entered_and_nothing_that_is_never_signed() -> None:
    assert ENTERED_AS.keys() >= {*MESSAGE_KINDS}
    assert all(KINDS[kind].is_signed for kind in ENTERED_AS)


def test_each_kind_of_entry_is_known_to_who_verifies_and_has_its_words() -> None:
    assert verify_journal.ENTERED_AS == ENTERED_AS
    assert verify_journal.KINDS.keys() == ENTRY_KINDS.keys() == {*EventKind, *ENTERED_AS.values()}


def test_the_protocol_tells_of_each_kind() -> None:
    kinds = PROTOCOL.partition("\n### Kinds\n")[2].partition("\n### ")[0]
    told = {
        kind for row in re.findall(r"^\| (`.*?) \|", kinds, re.MULTILINE) for kind in named(row)
    }
    assert told == {kind for kind, row in KINDS.items() if row.is_signed}
    (entries,) = re.findall(r"^- \*\*`kind`\*\* is (.*)\. What a friend", PROTOCOL, re.MULTILINE)
    assert named(entries) == ENTRY_KINDS.keys()


def named(text: str) -> set[str]:
    """Return the names that stand as such in a text, but for what explains them in brackets."""
    return set(re.findall(r"`([\w-]+)`", re.sub(r"\(.*?\)", "", text)))
