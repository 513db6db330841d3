"""Where signed statements stand on the wire, and that they count nowhere else."""

from dataclasses import replace
from xml.etree.ElementTree import Element, fromstring, tostring

import pytest

from custom_components.sen1.protocol.catalogue import (
    OfferState,
    list_answer,
    list_command,
)
from custom_components.sen1.protocol.collecting.challenge import score_to_element
from custom_components.sen1.protocol.collecting.collection import (
    CollectionNote,
    collection_answer,
    collection_to_element,
    joined_to_element,
    note_to_element,
)
from custom_components.sen1.protocol.collecting.register import (
    register_seen_to_element,
    register_to_element,
)
from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.limits import LONG_CONTENTS, MAX_CONTENT, check_stanza
from custom_components.sen1.protocol.model import BareJid, GrantState
from custom_components.sen1.protocol.stanzas import (
    description_from_item,
    grant_seen_to_element,
    grant_to_element,
    item_from_element,
    item_to_element,
)
from custom_components.sen1.protocol.trust.identity import moved_to_element
from custom_components.sen1.protocol.trust.keys import Keys
from custom_components.sen1.protocol.trust.kinds import (
    KINDS,
    Decision,
    Erased,
    Invited,
    Left,
    StatementKind,
    answer_kind,
    kind_of,
    message_to_element,
)
from custom_components.sen1.protocol.trust.signed import (
    SIGNED,
    Statement,
    sign,
    signed_in,
    verified,
)
from custom_components.sen1.protocol.trust.wire import (
    claimed_kind,
    command_said,
    envelope_said,
    item_with,
    signed_command,
    signed_part,
)
from custom_components.sen1.protocol.wishes import Wishes, wishes_to_element

from ..collecting.test_challenge import SCORE
from ..collecting.test_collection import COLLECTION, JOINED, SHEET
from ..collecting.test_register import REGISTER, SEEN
from ..samples import DESCRIPTION, GRANT, ID, T, item, there

HOME, COOP = BareJid("home@server.org"), BareJid("coop@server.org")
KEYS = Keys(bytes(range(32)), bytes(range(32)))


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (grant_to_element(GRANT), "grant"),
        (grant_to_element(replace(GRANT, state=GrantState.PAUSED)), "grant"),
        (grant_to_element(replace(GRANT, state=GrantState.ENDED)), "grant"),
        (grant_to_element(replace(GRANT, state=GrantState.WITHDRAWN)), "withdrawal"),
        (grant_seen_to_element(GRANT.seen), "grant-seen"),
        (message_to_element(Erased(ID)), "erased"),
        (message_to_element(Left()), "left"),
        (message_to_element(Left(COLLECTION)), "left"),
        (collection_to_element(SHEET), "collection"),
        (joined_to_element(JOINED), "joined"),
        (note_to_element(CollectionNote(COLLECTION, "Hello")), "note"),
        (score_to_element(SCORE), "score"),
        (register_to_element(REGISTER), "register"),
        (register_seen_to_element(SEEN), "register-seen"),
        (message_to_element(Decision(ID, OfferState.REFUSED)), "decision"),
        (Element("{urn:sen1:trust:0}day"), "day"),
        (wishes_to_element(Wishes()), "wishes"),
        (message_to_element(Invited("secret")), "invited"),
        (moved_to_element(COOP), "moved"),
    ],
)
def test_each_message_is_said_as_what_it_is(payload: Element, kind: str) -> None:
    assert claimed_kind(payload) is kind_of(payload) is StatementKind(kind)
    if KINDS[StatementKind(kind)].is_signed:
        assert claimed_kind(sign(KEYS, StatementKind(kind), Statement(HOME, T, payload))) == kind


def test_what_says_to_be_of_no_kind_is_of_none() -> None:
    assert claimed_kind(Element(SIGNED, {"kind": "praise"})) is None
    assert claimed_kind(Element("body", {"kind": "erased"})) is None


def said(payload: Element, node: str | None = None, item: str | None = None) -> Statement:
    """Return a statement once it was signed, sent and verified."""
    element = sign(KEYS, StatementKind.ITEM, Statement(HOME, T, payload, node=node, item=item))
    return verified(signed_in(fromstring(tostring(element))), KEYS.public.signing)


def test_a_command_is_signed_whole_and_counts_in_its_own_place_alone() -> None:
    command = list_command()
    outer = signed_command(command, sign(KEYS, StatementKind.REQUEST, Statement(HOME, T, command)))
    assert outer.attrib == command.attrib
    assert [child.tag for child in outer] == [SIGNED]
    assert there(signed_part(outer)).get("kind") == "request"
    assert command_said(said(command), outer).attrib == command.attrib
    with pytest.raises(PayloadRefused, match="wrong_command"):
        command_said(said(command), Element(command.tag, {"node": "request_access"}))
    with pytest.raises(PayloadRefused, match="wrong_command"):
        command_said(said(message_to_element(Left())), outer)


def test_the_catalogue_is_no_other_answer() -> None:
    assert answer_kind("list") is StatementKind.CATALOGUE
    assert answer_kind("get_history") is StatementKind.ANSWER
    assert signed_part(list_answer("1", ())) is None


def test_a_sheet_is_signed_as_what_it_is_asked_for_or_told() -> None:
    answer = collection_answer("1", SHEET)
    kind = answer_kind("collection")
    assert kind is kind_of(answer[0]) is StatementKind.COLLECTION
    # An answer is no message: who asked for nothing was told nothing.
    assert kind_of(answer) is None
    signed = sign(KEYS, kind, Statement(HOME, T, answer, to=COOP))
    assert command_said(verified(signed_in(signed), KEYS.public.signing), answer).tag == answer.tag


def test_an_item_counts_on_its_node_and_under_its_id_alone() -> None:
    envelope = item_to_element(item(0), DESCRIPTION)
    statement = said(envelope, node="urn:x", item="1")
    assert envelope_said(statement, "urn:x", "1").tag == envelope.tag
    for node, item_id, reason in (("urn:y", "1", "wrong_node"), ("urn:x", "2", "wrong_item")):
        with pytest.raises(PayloadRefused, match=reason):
            envelope_said(statement, node, item_id)
    with pytest.raises(PayloadRefused, match="wrong_node"):
        envelope_said(said(envelope), "urn:x", "1")


def test_who_has_no_key_reads_what_stands_beside_the_signed_item() -> None:
    envelope = item_to_element(item(0), DESCRIPTION, described=True)
    signed = sign(KEYS, StatementKind.ITEM, Statement(HOME, T, envelope, node="x", item="y"))
    assert item_with(envelope, signed, is_plain=False) is signed
    payload = fromstring(tostring(item_with(envelope, signed, is_plain=True)))
    assert there(signed_part(payload)).text == signed.text
    assert item_from_element(item(0).id, payload, DESCRIPTION, now=T) == item(0)
    assert there(description_from_item(payload)).title == DESCRIPTION.title


def test_a_signed_statement_alone_may_be_long() -> None:
    (most,) = LONG_CONTENTS.values()
    for tag, length in ((SIGNED, most), ("{urn:sen1:0}grant", MAX_CONTENT)):
        element = Element(tag)
        element.text = length * "A"
        check_stanza(element)
        element.text += "A"
        with pytest.raises(PayloadRefused, match="too_long"):
            check_stanza(element)
