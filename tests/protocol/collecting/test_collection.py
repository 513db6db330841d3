"""Collections on the wire: read whole as they were written, or refused with a reason."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

import pytest

from custom_components.sen1.protocol.collecting.challenge import CHALLENGE
from custom_components.sen1.protocol.collecting.collection import (
    ASK,
    CHARTER,
    GIVES,
    MAX_CHARTER,
    MAX_NAME,
    MAX_NOTE,
    MAX_REASON,
    MAX_WHO,
    MOST_GIVEN_BACK,
    MOST_PAST_DAYS,
    MOST_PEOPLE,
    REASON,
    RESPONSIBLE,
    SITE,
    Ask,
    CollectionNote,
    CollectionSheet,
    GivenBack,
    Joined,
    collection_answer,
    collection_answered,
    collection_asked,
    collection_from_element,
    collection_request,
    collection_to_element,
    joined_from_element,
    joined_to_element,
    note_from_element,
    note_to_element,
    with_charter,
    without_charter,
)
from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.forms import asking, filled, form
from custom_components.sen1.protocol.limits import MAX_TEXT, check_stanza
from custom_components.sen1.protocol.links import MAX_COLLECTION_TITLE
from custom_components.sen1.protocol.model import PublicationId
from custom_components.sen1.protocol.stanzas import MAX_REVISION
from custom_components.sen1.protocol.terms import PURPOSES
from custom_components.sen1.protocol.trust.kinds import (
    Left,
    message_from_element,
    message_to_element,
)

from ..samples import ID, T
from .test_challenge import CHALLENGED

COLLECTION = "3f6a0d5e5b0c4d7e"
TOKEN = "q3-Zt_8sWmB1kYxR7uNa5w"
SHEET = CollectionSheet(
    id=COLLECTION,
    revision=3,
    title="Our second roof",
    purpose="investment",
    reason="We size the roof by what our members use.\nNobody sees a single home.",
    responsible="Coop of the Lilacs, 3 rue des Lilas",
    contact="data@lilas.test",
    asks=(
        Ask("consumption", "PT30M", 365, is_needed=True),
        Ask("production", "P1D"),
        Ask("per_area", "P1Y"),
        Ask(SITE, ""),
    ),
    until=T + 86400,
    retention_days=365,
    charter="1. We read it for the roof alone.\n\n2. We erase it.",
    charter_version=2,
    charter_at=T,
    members=23,
    gives=(GivenBack("The first roof", ID), GivenBack("What all use together")),
    expected=60,
    number=4,
)
COMPETING = replace(SHEET, purpose="challenge", challenge=CHALLENGED, team=2)
BARE = replace(
    SHEET,
    asks=(Ask("consumption", "live"),),
    members=None,
    gives=(),
    expected=None,
    number=None,
)
OTHER = PublicationId("9d4c1a54-0d5e-4c37-9a51-2f1f6c2f4a11")
JOINED = Joined(
    COLLECTION,
    TOKEN,
    "home@server.org/sen1-1a2b",
    2,
    "ab" * 32,
    "The Martins",
    {"consumption": ID, "production": OTHER, SITE: ID},
    team=2,
    is_shown=True,
)


def sent(element: Element) -> Element:
    """Return an element as it arrives."""
    arrived = fromstring(tostring(element))
    check_stanza(arrived)
    return arrived


@pytest.mark.parametrize(
    "sheet",
    [SHEET, BARE, COMPETING, replace(COMPETING, asks=())],
    ids=["with everything", "with what is needed", "a challenge", "a challenge that asks nothing"],
)
def test_a_sheet_is_read_as_it_was_written(sheet: CollectionSheet) -> None:
    assert collection_from_element(sent(collection_to_element(sheet))) == sheet


@pytest.mark.parametrize(
    "text",
    ["1. We erase it.", "  Several lines:\r\n\r\nnothing\relse.\n", MAX_CHARTER * "\U0001f31e"],
    ids=["short", "ends of lines", "the longest"],
)
def test_who_has_the_charter_gets_a_sheet_without_it_and_reads_all_of_it(text: str) -> None:
    sheet = replace(SHEET, charter=text)
    full = collection_from_element(sent(collection_to_element(sheet)))
    told = collection_from_element(sent(collection_to_element(without_charter(sheet))))
    assert told.charter == ""
    assert with_charter(told, full.charter) == full
    assert with_charter(told, "") is None
    assert with_charter(told, full.charter + " And we sell it.") is None
    assert with_charter(full, "another") == full


@pytest.mark.parametrize(
    "digest",
    [None, "", "00", 64 * "G", 64 * "\u0661", 65 * "0"],
)
def test_a_charter_is_left_out_with_a_digest_of_it_or_not_at_all(digest: str | None) -> None:
    element = collection_to_element(without_charter(SHEET))
    charter = element.find(CHARTER)
    assert charter is not None
    if digest is None:
        del charter.attrib["digest"]
    else:
        charter.set("digest", digest)
    with pytest.raises(PayloadRefused, match="bad_collection"):
        collection_from_element(sent(element))


def test_no_household_reads_a_sheet_without_its_charter_before_it_takes_part() -> None:
    bare = without_charter(replace(SHEET, number=None))
    with pytest.raises(PayloadRefused, match="charter is missing"):
        collection_from_element(collection_to_element(bare))
    with pytest.raises(PayloadRefused, match="charter is missing"):
        collection_answered(collection_answer("1", without_charter(SHEET)))


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_sheet_may_have_any_purpose_of_a_grant(purpose: str) -> None:
    sheet = replace(SHEET, purpose=purpose)
    assert collection_from_element(collection_to_element(sheet)) == sheet


@pytest.mark.parametrize(
    "changes",
    [
        {"revision": 0},
        {"revision": MAX_REVISION},
        {"title": MAX_COLLECTION_TITLE * "é"},
        {"reason": MAX_REASON * "é"},
        {"responsible": MAX_WHO * "é", "contact": MAX_WHO * "é"},
        {"gives": MOST_GIVEN_BACK * (GivenBack(MAX_NAME * "é"),)},
        {"gives": (GivenBack("Our roof", PublicationId(MAX_TEXT * "é")),)},
        {"charter": MAX_CHARTER * "\U0001f31e"},
        {"asks": (Ask("consumption", "P1D", MOST_PAST_DAYS),)},
        {"members": MOST_PEOPLE, "expected": MOST_PEOPLE, "number": MOST_PEOPLE},
        {"members": 0, "expected": 1, "number": 1},
        {"retention_days": 99_999},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_a_sheet_is_read_up_to_each_of_its_bounds(changes: dict[str, Any]) -> None:
    sheet = replace(SHEET, **changes)
    assert collection_from_element(sent(collection_to_element(sheet))) == sheet


@pytest.mark.parametrize(
    "changes",
    [
        {"id": COLLECTION[1:]},
        {"id": COLLECTION + "0"},
        {"id": COLLECTION.upper()},
        {"id": COLLECTION[1:] + "\u0664"},
        {"revision": -1},
        {"revision": MAX_REVISION + 1},
        {"title": ""},
        {"title": "  "},
        {"title": (MAX_COLLECTION_TITLE + 1) * "a"},
        {"purpose": ""},
        {"purpose": "gossip"},
        {"reason": " \n"},
        {"reason": (MAX_REASON + 1) * "a"},
        {"responsible": ""},
        {"responsible": (MAX_WHO + 1) * "a"},
        {"contact": ""},
        {"contact": (MAX_WHO + 1) * "a"},
        {"asks": ()},
        {"asks": (Ask("consumption", "P1D"), Ask("consumption", "PT1H"))},
        {"asks": (Ask("gossip", "P1D"),)},
        {"asks": (Ask("consumption", "P2D"),)},
        {"asks": (Ask("consumption", "P1Y"),)},
        {"asks": (Ask("consumption", ""),)},
        {"asks": (Ask("per_area", "P1D"),)},
        {"asks": (Ask(SITE, "P1D"),)},
        {"asks": (Ask("consumption", "P1D", MOST_PAST_DAYS + 1),)},
        {"asks": (Ask("consumption", "P1D", -1),)},
        {"retention_days": 0},
        {"retention_days": 100_000},
        {"charter": ""},
        {"charter": (MAX_CHARTER + 1) * "a"},
        {"charter_version": 0},
        {"charter_version": MAX_REVISION + 1},
        {"members": -1},
        {"members": MOST_PEOPLE + 1},
        {"expected": 0},
        {"expected": MOST_PEOPLE + 1},
        {"number": 0},
        {"number": MOST_PEOPLE + 1},
        {"gives": (MOST_GIVEN_BACK + 1) * (GivenBack("Our roof"),)},
        {"gives": (GivenBack(""),)},
        {"gives": (GivenBack((MAX_NAME + 1) * "a"),)},
        {"gives": (GivenBack("Our roof", PublicationId("")),)},
        {"gives": (GivenBack("Our roof", PublicationId((MAX_TEXT + 1) * "a")),)},
    ],
    ids=lambda changes: "-".join(f"{key} {str(value)[:24]}" for key, value in changes.items()),
)
def test_a_sheet_beyond_a_bound_is_refused_whole(changes: dict[str, Any]) -> None:
    element = sent(collection_to_element(replace(SHEET, **changes)))
    with pytest.raises(PayloadRefused, match=r"bad_collection|too_long"):
        collection_from_element(element)


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        *((None, name) for name in ("id", "revision", "title", "purpose", "until", "retention")),
        (RESPONSIBLE, "contact"),
        (ASK, "what"),
        (ASK, "granularity"),
        (CHARTER, "version"),
        (CHARTER, "said"),
    ],
)
def test_a_sheet_that_lacks_an_attribute_is_refused_whole(tag: str | None, name: str) -> None:
    element = collection_to_element(SHEET)
    part = element if tag is None else element.find(tag)
    assert part is not None
    del part.attrib[name]
    with pytest.raises(PayloadRefused, match="bad_collection"):
        collection_from_element(element)


@pytest.mark.parametrize("tag", [REASON, RESPONSIBLE, CHARTER])
def test_a_sheet_has_each_of_its_texts_once(tag: str) -> None:
    lacking, twice = collection_to_element(SHEET), collection_to_element(SHEET)
    for part in lacking.findall(tag):
        lacking.remove(part)
        twice.append(part)
    for element in (lacking, twice):
        with pytest.raises(PayloadRefused, match="bad_collection"):
            collection_from_element(element)


def test_a_sheet_has_one_challenge() -> None:
    element = collection_to_element(COMPETING)
    element.extend(element.findall(CHALLENGE))
    with pytest.raises(PayloadRefused, match="bad_collection"):
        collection_from_element(element)


@pytest.mark.parametrize(
    ("tag", "name", "text"),
    [
        (None, "revision", "1.5"),
        (None, "revision", "+1"),
        (None, "revision", "\u0661"),
        (None, "members", "many"),
        (None, "members", 20 * "9"),
        (None, "until", "2027-12-31"),
        (None, "until", "tomorrow"),
        (None, "until", "9999-12-31T00:00:00Z"),
        (None, "retention", "P1Y"),
        (None, "retention", "365"),
        (None, "retention", "P\u0661D"),
        (ASK, "past", "365"),
        (ASK, "past", "P1M"),
        (ASK, "past", "P0D"),
        (ASK, "needed", "yes"),
        (ASK, "needed", ""),
        (CHARTER, "version", "II"),
        (CHARTER, "said", ""),
    ],
)
def test_a_sheet_with_an_attribute_that_says_nothing_is_refused(
    tag: str | None, name: str, text: str
) -> None:
    element = collection_to_element(SHEET)
    part = element if tag is None else element.find(tag)
    assert part is not None
    part.set(name, text)
    with pytest.raises(PayloadRefused, match="bad_"):
        collection_from_element(element)


def test_what_a_later_version_adds_to_a_sheet_is_passed_over() -> None:
    element = collection_to_element(SHEET)
    element.set("colour", "green")
    SubElement(element, "{urn:sen1:0}board", {"id": "1"})
    assert collection_from_element(element) == SHEET


def test_what_is_asked_that_is_not_needed_may_say_so() -> None:
    element = collection_to_element(BARE)
    element[2].set("needed", "false")
    assert collection_from_element(element) == BARE


@pytest.mark.parametrize(
    "joined",
    [JOINED, Joined(COLLECTION, TOKEN, "home@server.org/r", 1)],
    ids=["with everything", "by number alone, of nothing"],
)
def test_who_takes_part_is_read_as_it_was_written(joined: Joined) -> None:
    assert joined_from_element(sent(joined_to_element(joined))) == joined


@pytest.mark.parametrize(
    "changes",
    [
        {"collection": ""},
        {"collection": COLLECTION[1:]},
        {"token": ""},
        {"token": 15 * "a"},
        {"token": 65 * "a"},
        {"token": 16 * "+"},
        {"address": ""},
        {"address": "home@server.org"},
        {"address": "server.org/r"},
        {"address": "a b@server.org/r"},
        {"address": "\u1d47ob@server.org/r"},
        {"charter_version": 0},
        {"name": (MAX_NAME + 1) * "a"},
        {"name": "  "},
        {"gives": {"gossip": ID}},
        {"gives": {"consumption": ""}},
        {"gives": {"consumption": (MAX_TEXT + 1) * "a"}},
        {"gives": {"consumption": ID, "production": ID}},
    ],
    ids=lambda changes: "-".join(f"{key} {str(value)[:24]}" for key, value in changes.items()),
)
def test_who_takes_part_beyond_a_bound_is_refused(changes: dict[str, Any]) -> None:
    element = joined_to_element(replace(JOINED, **changes))
    with pytest.raises(PayloadRefused, match=r"bad_collection|too_long"):
        joined_from_element(element)


@pytest.mark.parametrize("name", ["collection", "token", "address", "charter"])
def test_who_takes_part_says_in_what_and_where_it_is(name: str) -> None:
    element = joined_to_element(JOINED)
    del element.attrib[name]
    with pytest.raises(PayloadRefused, match="bad_collection"):
        joined_from_element(element)


@pytest.mark.parametrize(
    ("name", "text"),
    [("team", "0"), ("team", "51"), ("team", "two"), ("team", "+1"), ("shown", "yes")],
)
def test_who_takes_part_in_a_team_that_cannot_be_is_refused(name: str, text: str) -> None:
    element = joined_to_element(JOINED)
    element.set(name, text)
    with pytest.raises(PayloadRefused, match="bad_collection"):
        joined_from_element(element)


def test_each_thing_is_given_once() -> None:
    element = joined_to_element(JOINED)
    SubElement(element, GIVES, {"what": "consumption", "publication": "another"})
    with pytest.raises(PayloadRefused, match="bad_collection"):
        joined_from_element(element)


def test_a_note_is_read_as_it_was_written_and_no_longer_than_its_bound() -> None:
    note = CollectionNote(COLLECTION, MAX_NOTE * "é")
    assert note_from_element(sent(note_to_element(note))) == note
    for text, collection in (
        ((MAX_NOTE + 1) * "a", COLLECTION),
        ("", COLLECTION),
        (" \n ", COLLECTION),
        ("Hello", ""),
    ):
        with pytest.raises(PayloadRefused, match=r"bad_collection|too_long"):
            note_from_element(note_to_element(CollectionNote(collection, text)))


def test_who_leaves_says_which_collection_or_that_it_is_no_friend() -> None:
    for said in (Left(COLLECTION), Left()):
        assert message_from_element(message_to_element(said)) == said
    for collection in ("", "all", COLLECTION + "0"):
        element = message_to_element(Left())
        element.set("collection", collection)
        with pytest.raises(PayloadRefused, match="bad_collection"):
            message_from_element(element)


def test_a_sheet_is_asked_for_by_its_id_and_its_token() -> None:
    assert collection_asked(sent(collection_request(COLLECTION, TOKEN))) == (COLLECTION, TOKEN)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"id": COLLECTION},
        {"token": TOKEN},
        {"id": "1", "token": TOKEN},
        {"id": COLLECTION, "token": ""},
        {"id": COLLECTION, "token": "guess"},
        {"id": COLLECTION, "token": 65 * "a"},
    ],
)
def test_a_question_without_a_whole_token_is_refused(said: dict[str, str]) -> None:
    command = asking("collection", form("submit", filled(said)))
    with pytest.raises(PayloadRefused, match="bad_collection"):
        collection_asked(command)


def test_the_answer_has_one_sheet() -> None:
    answer = collection_answer("s1", SHEET)
    assert (answer.get("node"), answer.get("status")) == ("collection", "completed")
    assert collection_answered(sent(answer)) == SHEET
    with pytest.raises(PayloadRefused, match="bad_collection"):
        collection_answered(asking("collection"))
    answer.append(answer[0])
    with pytest.raises(PayloadRefused, match="bad_collection"):
        collection_answered(answer)


@pytest.mark.parametrize("read", [collection_from_element, joined_from_element, note_from_element])
def test_what_says_nothing_at_all_is_refused(read: Callable[[Element], object]) -> None:
    with pytest.raises(PayloadRefused, match="bad_collection"):
        read(Element("{urn:sen1:0}anything"))
