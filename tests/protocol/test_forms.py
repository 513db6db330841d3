"""Data forms: written as the deployed nodes read them, and read by rules that are held here."""

from collections.abc import Callable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from custom_components.sen1.protocol.catalogue import (
    MOST_OFFERS,
    AccessRequest,
    Offer,
    OfferState,
    access_answer,
    access_command,
    access_request_of,
    list_answer,
    list_command,
    offers_of,
    state_of,
)
from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.forms import (
    MAX_FIELDS,
    Field,
    asking,
    choice_of,
    fields_of,
    filled,
    form,
    names_of,
    rows_of,
    text_of,
    time_of,
)
from custom_components.sen1.protocol.limits import MAX_TEXT
from custom_components.sen1.protocol.model import PublicationId
from custom_components.sen1.protocol.quoalise import history_request, success
from custom_components.sen1.protocol.stamps import parse_stamp

ID = PublicationId("0b9fd1b6-2b5c-4d1e-9f0a-3c6d4e5f6a7b")
OFFER = Offer(ID, "Meter", "power", "consumption", "live", "W", OfferState.OPEN)


def written(element: Element) -> str:
    """Return an element as it goes, with its namespaces as prefixes are of no interest here."""
    text = ElementTree.tostring(element, encoding="unicode")
    for name in ("http://jabber.org/protocol/commands", "jabber:x:data"):
        text = text.replace(f"{{{name}}}", "")
    return text.replace("ns0:", "").replace("ns1:", "").partition(">")[2]


def read(fields: str) -> Element:
    """Return a command that brings a form of these fields."""
    return ElementTree.fromstring(
        "<command xmlns='http://jabber.org/protocol/commands'>"
        f"<x xmlns='jabber:x:data' type='submit'>{fields}</x></command>"
    )


# What is written


def test_a_question_to_a_deployed_node_says_the_type_of_each_field() -> None:
    assert written(history_request("urn:dev:prm:1", 0, 60)) == (
        '<x type="submit"><field var="identifier" type="text-single"><value>urn:dev:prm:1</value>'
        '</field><field var="start_time" type="text-single">'
        "<value>1970-01-01T00:00:00+00:00</value></field>"
        '<field var="end_time" type="text-single"><value>1970-01-01T00:01:00+00:00</value>'
        "</field></x></command>"
    )


def test_an_answer_has_a_title_and_the_label_of_its_result() -> None:
    assert written(success("subscribe", "1", "x/y")) == (
        '<x type="result"><title>Subscribe</title>'
        '<field var="result" type="fixed" label="Subscribe to x/y"><value>Success</value></field>'
        "</x></command>"
    )


def test_a_field_says_nothing_that_it_was_not_given() -> None:
    (field,) = form("form", [Field("identifier", description="A name")])
    assert field.attrib == {"var": "identifier"}
    assert [(child.tag, child.text) for child in field] == [("{jabber:x:data}desc", "A name")]


def test_a_table_names_its_columns_also_without_a_row() -> None:
    (columns,) = form("result", [Field("state", label="State")], rows=[])
    assert columns.tag == "{jabber:x:data}reported"
    assert [field.attrib for field in columns] == [{"var": "state", "label": "State"}]
    assert rows_of(asking("list", form("result", [], rows=[])), 1) == []


def test_a_command_needs_no_form() -> None:
    assert len(list_command()) == 0
    assert fields_of(list_command()) == {}


# What is read


def test_fields_are_read_as_they_were_written() -> None:
    values = {"identifier": "x", "note": ""}
    assert fields_of(asking("get_history", form("submit", filled(values)))) == values


def test_what_stands_around_a_value_is_not_of_it() -> None:
    assert fields_of(read("<field var='a'><value>\n x </value></field>")) == {"a": "x"}


def test_a_line_to_read_is_no_answer() -> None:
    lines = "<field type='fixed'><value>Please</value></field>" * 2
    assert fields_of(read(f"{lines}<field var='a'/>")) == {"a": ""}


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param("<field><value>x</value></field>", id="no name"),
        pytest.param("<field var=''><value>x</value></field>", id="an empty name"),
        pytest.param("<field var='a'/><field var='a'/>", id="twice"),
        pytest.param("<field var='a'><value>x</value><value>y</value></field>", id="two values"),
        pytest.param(f"<field var='a'><value>{'x' * (MAX_TEXT + 1)}</value></field>", id="long"),
        pytest.param(f"<field var='{'a' * (MAX_TEXT + 1)}'/>", id="a long name"),
        pytest.param(
            "".join(f"<field var='{n}'/>" for n in range(MAX_FIELDS + 1)), id="too many fields"
        ),
    ],
)
def test_a_form_that_is_not_as_the_rules_say_is_refused(fields: str) -> None:
    with pytest.raises(PayloadRefused):
        fields_of(read(fields))
    with pytest.raises(PayloadRefused):
        rows_of(read(f"<item>{fields}</item>"), 1)


def test_a_form_may_be_as_large_as_the_rules_say() -> None:
    fields = [
        f"<field var='{n}'><value>{'x' * MAX_TEXT}</value></field>" for n in range(MAX_FIELDS)
    ]
    assert len(fields_of(read("".join(fields)))) == MAX_FIELDS


def test_who_expects_more_may_read_a_longer_value() -> None:
    command = read(f"<field var='a'><value>{'x' * 2000}</value></field>")
    assert fields_of(command, most=2000) == {"a": "x" * 2000}


def test_fields_of_another_namespace_or_outside_the_form_are_none() -> None:
    command = read("<field xmlns='urn:other' var='a'/><item><field var='b'/></item>")
    ElementTree.SubElement(command, "{jabber:x:data}field", {"var": "c"})
    assert fields_of(command) == {}


def test_no_more_rows_are_read_than_asked_for() -> None:
    row = "<item><field var='a'/></item>"
    assert rows_of(read(row * 3), 3) == [{"a": ""}] * 3
    with pytest.raises(PayloadRefused):
        rows_of(read(row * 4), 3)


def test_a_form_to_fill_in_says_what_it_asks_for_and_what_it_requires() -> None:
    (asked,) = read("<field var='a'><required/></field><field var='b'/>")
    assert names_of(asked) == ({"a", "b"}, {"a"})


def test_a_value_has_the_type_that_is_asked_for() -> None:
    fields = {"text": "x", "time": "2026-11-24T12:00:30.120Z", "state": "open"}
    assert text_of(fields, "text") == "x"
    assert time_of(fields, "time") == parse_stamp(fields["time"])
    assert choice_of(fields, "state", OfferState) is OfferState.OPEN


@pytest.mark.parametrize("text", [None, "", "x", "2026-11-24T12:00:30", "9999-01-01T00:00:00Z"])
@pytest.mark.parametrize(
    "read_as",
    [
        lambda fields: time_of(fields, "a"),
        lambda fields: choice_of(fields, "a", OfferState),
        lambda fields: choice_of(fields, "a", ("one", "another")),
    ],
)
def test_what_is_missing_or_of_another_type_is_refused(
    text: str | None, read_as: Callable[[dict[str, str]], object]
) -> None:
    with pytest.raises(PayloadRefused) as refusal:
        read_as({} if text is None else {"a": text})
    assert str(refusal.value).startswith("bad_form: a ")


@pytest.mark.parametrize("fields", [{}, {"a": ""}])
def test_a_text_that_is_missing_or_empty_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(PayloadRefused):
        text_of(fields, "a")


# The catalogue in them


def test_a_catalogue_is_read_as_it_was_written() -> None:
    offers = [OFFER, Offer(ID, "Other", "", "", "PT1H", "", OfferState.GRANTED)]
    assert offers_of(list_answer("1", offers)) == offers
    assert offers_of(list_answer("1", [])) == []


def test_a_title_is_shown_as_far_as_a_state_can_be() -> None:
    long = Offer(ID, "x" * 1000, "power", "", "live", "W", OfferState.OPEN)
    (offer,) = offers_of(list_answer("1", [long]))
    assert offer.title == "x" * MAX_TEXT


def test_a_catalogue_of_a_column_less_or_of_too_many_series_is_refused() -> None:
    with pytest.raises(PayloadRefused):
        offers_of(list_answer("1", [OFFER] * (MOST_OFFERS + 1)))
    answer = list_answer("1", [OFFER])
    row = answer[0][-1]
    row.remove(row[2])
    with pytest.raises(PayloadRefused):
        offers_of(answer)


def test_a_request_and_its_answer_are_read_as_they_were_written() -> None:
    request = AccessRequest(ID, "display", parse_stamp("2027-11-24T23:00:00.000Z"))
    assert access_request_of(access_command(request)) == request
    assert state_of(access_answer("1", OfferState.PENDING)) is OfferState.PENDING


def test_a_request_for_what_nobody_knows_is_refused() -> None:
    for request in (
        AccessRequest(ID, "curiosity", 2e9),
        AccessRequest(PublicationId(""), "display", 2e9),
    ):
        with pytest.raises(PayloadRefused):
            access_request_of(access_command(request))
