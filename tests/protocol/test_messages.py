"""What friends say of grants: one reader for each word."""

from xml.etree.ElementTree import Element

import pytest

from custom_components.sen1.protocol.catalogue import OfferState, decision_to_element
from custom_components.sen1.protocol.collecting.challenge import score_to_element
from custom_components.sen1.protocol.collecting.collection import (
    CollectionNote,
    collection_to_element,
    joined_to_element,
    note_to_element,
)
from custom_components.sen1.protocol.collecting.register import (
    register_seen_to_element,
    register_to_element,
)
from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.messages import Decision, Erased, Invited, Left
from custom_components.sen1.protocol.model import GrantSeen
from custom_components.sen1.protocol.stanzas import (
    SEN1,
    erased_to_element,
    grant_seen_to_element,
    grant_to_element,
    left_to_element,
)
from custom_components.sen1.protocol.trust.kinds import message_from_element
from custom_components.sen1.protocol.wishes import What, Wish, Wishes, wishes_to_element

from .collecting.test_challenge import SCORE
from .collecting.test_collection import COLLECTION, JOINED, SHEET
from .collecting.test_register import REGISTER, SEEN
from .samples import GRANT, ID

NOTE = CollectionNote(COLLECTION, "Hello")
WISHES = Wishes((Wish(What.CONSUMPTION, "P1D"),))


@pytest.mark.parametrize(
    ("element", "said"),
    [
        pytest.param(grant_to_element(GRANT), GRANT, id="a grant"),
        pytest.param(
            grant_seen_to_element(GRANT),
            GrantSeen(ID, GRANT.state, 1, GRANT.terms),
            id="that it was seen",
        ),
        pytest.param(
            decision_to_element(ID, OfferState.REFUSED),
            Decision(ID, OfferState.REFUSED),
            id="what was decided",
        ),
        pytest.param(erased_to_element(ID), Erased(ID), id="that all is erased"),
        pytest.param(Element(SEN1 + "invited", token="secret"), Invited("secret"), id="a secret"),
        pytest.param(Element(SEN1 + "left"), Left(), id="that somebody left"),
        pytest.param(left_to_element(COLLECTION), Left(COLLECTION), id="that it left one"),
        pytest.param(collection_to_element(SHEET), SHEET, id="a collection"),
        pytest.param(joined_to_element(JOINED), JOINED, id="that somebody takes part"),
        pytest.param(note_to_element(NOTE), NOTE, id="a note"),
        pytest.param(score_to_element(SCORE), SCORE, id="what a home saved"),
        pytest.param(register_to_element(REGISTER), REGISTER, id="what somebody holds"),
        pytest.param(register_seen_to_element(SEEN), SEEN, id="whether that is right"),
        pytest.param(wishes_to_element(WISHES), WISHES, id="what somebody would like"),
    ],
)
def test_each_word_has_its_reader(element: Element, said: object) -> None:
    assert message_from_element(element) == said


def test_a_word_that_says_nothing_we_know_is_refused() -> None:
    with pytest.raises(PayloadRefused, match="bad_decision"):
        message_from_element(Element(SEN1 + "decision", state="perhaps"))
