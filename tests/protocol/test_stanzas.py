"""Stanza payloads: round trips, leniency towards older nodes, refusals of what would corrupt."""

from collections.abc import Callable
from dataclasses import replace
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

import pytest

from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.limits import MAX_RECORDS
from custom_components.sen1.protocol.model import (
    Description,
    Grant,
    GrantSeen,
    GrantState,
    Granularity,
    Item,
    ItemId,
    PublicationId,
    Reading,
    node_of,
)
from custom_components.sen1.protocol.stamps import stamp
from custom_components.sen1.protocol.stanzas import (
    QUOALISE,
    SEN1,
    SENML,
    description_from_item,
    grant_from_element,
    grant_seen_from_element,
    grant_seen_to_element,
    grant_to_element,
    item_from_element,
    item_to_element,
)
from custom_components.sen1.protocol.terms import Terms

T = 1_780_000_000.123
NOW = T + 10
ID = PublicationId("3c6a0d5e-5b0c-4d7e-9a51-2f1f6c2f4a10")
NAME = "urn:uuid:3c6a_consumption/energy/index"
DESCRIPTION = Description(
    NAME,
    "Meter",
    "Wh",
    {"name": "active-energy-index", "direction": "consumption", "unit": "Wh"},
    Granularity.LIVE,
    3,
)
ITEM = Item(
    ID,
    ItemId(stamp(T)),
    ItemId(stamp(T - 5)),
    3,
    (Reading(T - 1, 123_456_788), Reading(T, 123_456_789)),
)
GRANT = Grant(ID, GrantState.ACTIVE, Terms(T + 3600, "display"), T, "", node_of(ID), DESCRIPTION)


def over_the_wire(element: Element) -> Element:
    return fromstring(tostring(element))


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(ITEM, id="readings"),
        pytest.param(replace(ITEM, after=None), id="first"),
        pytest.param(replace(ITEM, readings=(), unavailable=True), id="unavailable"),
    ],
)
def test_an_item_arrives_as_it_left(item: Item) -> None:
    element = over_the_wire(item_to_element(item, DESCRIPTION))
    assert item_from_element(item.id, element, DESCRIPTION, now=NOW) == item


def test_a_text_arrives_as_it_left() -> None:
    description = replace(DESCRIPTION, unit=None)
    item = replace(ITEM, readings=(Reading(T, "Heures creuses"),))
    element = over_the_wire(item_to_element(item, description))
    assert item_from_element(item.id, element, description, now=NOW) == item


def test_a_nine_digit_index_keeps_every_digit() -> None:
    text = tostring(item_to_element(ITEM, DESCRIPTION)).decode()
    assert 'v="123456789"' in text


@pytest.mark.parametrize("publication", ["gas", ID.upper(), f"{{{ID}}}", f"urn:uuid:{ID}", ID[:-1]])
def test_an_id_that_a_name_of_ours_could_be_is_refused(publication: str) -> None:
    grant = replace(GRANT, publication=PublicationId(publication))
    with pytest.raises(PayloadRefused, match="bad_publication"):
        grant_from_element(over_the_wire(grant_to_element(grant)))


@pytest.mark.parametrize("state", [GrantState.ACTIVE, GrantState.PAUSED])
def test_a_grant_arrives_as_it_left(state: GrantState) -> None:
    grant = replace(GRANT, state=state)
    assert grant_from_element(over_the_wire(grant_to_element(grant))) == grant


def test_an_end_needs_no_description() -> None:
    grant = Grant(ID, GrantState.WITHDRAWN, reason="moved")
    assert grant_from_element(over_the_wire(grant_to_element(grant))) == grant


def test_an_acknowledgement_repeats_what_was_seen() -> None:
    seen = grant_seen_from_element(over_the_wire(grant_seen_to_element(GRANT.seen)))
    assert seen == GrantSeen(ID, GrantState.ACTIVE, 3, GRANT.terms)


def test_what_a_friend_may_do_with_it_travels_and_is_acknowledged() -> None:
    grant = replace(GRANT, terms=Terms(retention_days=30, may_forward=True), said=1_795_521_600.5)
    assert grant_from_element(over_the_wire(grant_to_element(grant))) == grant
    seen = grant_seen_from_element(over_the_wire(grant_seen_to_element(grant.seen)))
    assert seen.terms == grant.terms


@pytest.mark.parametrize("text", ["P1Y", "P0D", "P-3D", "30", "P30DT1H", ""])
def test_a_retention_is_a_number_of_days(text: str) -> None:
    element = grant_to_element(replace(GRANT, terms=Terms(retention_days=30)))
    element.set("retention", text)
    with pytest.raises(PayloadRefused, match="bad_grant"):
        grant_from_element(element)


def test_a_repeat_carries_the_whole_description() -> None:
    assert description_from_item(item_to_element(ITEM, DESCRIPTION)) is None
    element = over_the_wire(item_to_element(ITEM, DESCRIPTION, described=True))
    assert description_from_item(element) == DESCRIPTION
    assert item_from_element(ITEM.id, element, DESCRIPTION, now=NOW) == ITEM


def test_children_of_meta_in_no_namespace_are_read() -> None:
    element = item_to_element(ITEM, DESCRIPTION)
    for child in element.iter():
        if child.tag in (QUOALISE + "meta", QUOALISE + "measurement"):
            child.tag = child.tag.removeprefix(QUOALISE)
    assert item_from_element(ITEM.id, over_the_wire(element), DESCRIPTION, now=NOW) == ITEM


def records(element: Element) -> Element:
    found = element.find(f"{QUOALISE}data/{SENML}sensml")
    assert found is not None
    return found


def set_record(**attributes: str) -> Callable[[Element], None]:
    return lambda element: records(element)[-1].attrib.update(attributes)


def remove(path: str) -> Callable[[Element], None]:
    def change(element: Element) -> None:
        parent = element.find(path.rpartition("/")[0] or ".")
        child = element.find(path)
        assert parent is not None
        assert child is not None
        parent.remove(child)

    return change


def flood(element: Element) -> None:
    for _ in range(MAX_RECORDS):
        SubElement(records(element), SENML + "senml", {"v": "1"})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(set_record(v="abc"), "bad_senml", id="not a number"),
        pytest.param(set_record(v="NaN"), "bad_senml", id="not finite"),
        pytest.param(set_record(vs="both"), "bad_senml", id="two values"),
        pytest.param(set_record(u="furlong"), "bad_senml", id="unknown unit"),
        pytest.param(set_record(u="W"), "wrong_unit", id="another unit"),
        pytest.param(set_record(n="/other"), "wrong_name", id="another series"),
        pytest.param(set_record(n=" bad name"), "bad_senml", id="bad name"),
        pytest.param(set_record(bver="4096"), "bad_senml", id="unknown version"),
        pytest.param(set_record(new_="1"), "bad_senml", id="must understand"),
        pytest.param(set_record(t="9999999"), "future", id="far future"),
        pytest.param(set_record(bt="900000000"), "past", id="before 2000"),
        pytest.param(remove(f"{QUOALISE}data"), "incomplete", id="no data"),
        pytest.param(remove(f"{QUOALISE}data/{QUOALISE}meta"), "incomplete", id="no meta"),
        pytest.param(remove(f"{QUOALISE}data/{SENML}sensml"), "no_senml", id="no SenML"),
        pytest.param(flood, "too_many_records", id="too many records"),
        pytest.param(
            lambda e: e.find(f".//{SEN1}publication").set("after", "yesterday"),
            "bad_item",
            id="bad after",
        ),
        pytest.param(
            lambda e: e.find(f".//{SEN1}publication").set("revision", "x"),
            "bad_item",
            id="bad revision",
        ),
    ],
)
def test_what_would_corrupt_is_refused_whole(
    change: Callable[[Element], None], reason: str
) -> None:
    element = item_to_element(ITEM, DESCRIPTION)
    change(element)
    with pytest.raises(PayloadRefused) as refused:
        item_from_element(ITEM.id, over_the_wire(element), DESCRIPTION, now=NOW)
    assert refused.value.reason == reason


@pytest.mark.parametrize("item_id", ["", "current", "2026-11-24T12:00:00"])
def test_an_item_without_a_time_for_a_name_is_refused(item_id: str) -> None:
    with pytest.raises(PayloadRefused, match="bad_item"):
        item_from_element(item_id, item_to_element(ITEM, DESCRIPTION), DESCRIPTION, now=NOW)


def test_an_item_of_the_far_future_is_refused() -> None:
    late = stamp(NOW + 3600)
    with pytest.raises(PayloadRefused, match="future"):
        item_from_element(late, item_to_element(ITEM, DESCRIPTION), DESCRIPTION, now=NOW)


def test_an_item_from_before_2000_is_refused() -> None:
    item = replace(ITEM, readings=(), unavailable=True)
    with pytest.raises(PayloadRefused, match="past"):
        item_from_element(
            "1999-12-31T23:59:59Z", item_to_element(item, DESCRIPTION), DESCRIPTION, now=NOW
        )


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        pytest.param({"state": "maybe"}, "bad_grant", id="unknown state"),
        pytest.param({"until": "tomorrow"}, "bad_grant", id="bad end"),
        pytest.param({"node": ""}, "bad_grant", id="no node"),
        pytest.param({"node": "'" * 250}, "bad_grant", id="another node"),
        pytest.param({"publication": " "}, "incomplete", id="no publication"),
    ],
)
def test_a_grant_that_says_nothing_sure_is_refused(attributes: dict[str, str], reason: str) -> None:
    element = grant_to_element(GRANT)
    element.attrib.update(attributes)
    with pytest.raises(PayloadRefused) as refused:
        grant_from_element(element)
    assert refused.value.reason == reason


def test_a_grant_with_a_unit_nobody_knows_is_refused() -> None:
    element = grant_to_element(replace(GRANT, description=replace(DESCRIPTION, unit="furlong")))
    with pytest.raises(PayloadRefused, match="unknown_unit"):
        grant_from_element(element)


def test_a_past_that_changed_until_before_it_began_is_refused() -> None:
    changed = replace(DESCRIPTION, changed=(T, T - 1))
    element = over_the_wire(grant_to_element(replace(GRANT, description=changed)))
    with pytest.raises(PayloadRefused, match="bad_description"):
        grant_from_element(element)
