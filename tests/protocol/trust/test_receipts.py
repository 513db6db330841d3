"""Receipts on the wire: read strictly, for a friend may be hostile."""

from collections.abc import Callable
from pathlib import Path
from random import Random
import re
from xml.etree.ElementTree import Element, fromstring

import pytest

from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.forms import fields_of
from custom_components.sen1.protocol.model import PublicationId
from custom_components.sen1.protocol.trust.day import (
    DAY,
    HOUR,
    DayTotals,
    Discrepancy,
    TimeRange,
    Verdict,
    compared,
    hours_of,
    leaves_of,
    of_hour,
    totals_of,
)
from custom_components.sen1.protocol.trust.identity import Head
from custom_components.sen1.protocol.trust.receipts import (
    MOST_RANGES,
    MOST_TOLD,
    DayRequest,
    DayStatement,
    GotDay,
    SentDay,
    Way,
    cut,
    day_answer,
    day_command,
    day_from_element,
    day_request_of,
    day_to_elements,
    got_of,
    hours_from_element,
    hours_to_element,
    readings_from_element,
    readings_to_element,
)

PROJECT = Path(__file__).parents[3]

D = 20_783  # 2026-11-26
NOON = D * DAY + 12 * HOUR
SALT, ROOT = bytes(range(16)), bytes(range(32))
PUBLICATION = PublicationId("0b9fd1b6-9a3d-4a1c-a8d5-1c0f1a1f0b2e")
NODE, HISTORY = (PUBLICATION, Way.NODE), (PUBLICATION, Way.HISTORY)

STATEMENT = DayStatement(
    D,
    {
        NODE: SentDay(DayTotals(48, ROOT, NOON, NOON + HOUR), SALT),
        HISTORY: SentDay(DayTotals(2, ROOT), SALT),
    },
    {
        NODE: GotDay(
            Verdict.DIFFERS,
            46,
            ROOT,
            (TimeRange(NOON, NOON + 5, 2),),
            (TimeRange(NOON + 9, NOON + 9, 1),),
        ),
        HISTORY: GotDay(Verdict.EQUAL, 2, ROOT),
    },
    True,
    Head(412, ROOT),
    Head(398, bytes(32)),
)


def test_a_statement_is_read_back_as_it_was_said() -> None:
    (element,) = day_to_elements(STATEMENT)
    assert day_from_element(element) == STATEMENT
    (bare,) = day_to_elements(DayStatement(D, {}, {}, False))
    assert day_from_element(bare) == DayStatement(D, {}, {}, False)


def test_a_day_with_much_is_said_in_several_statements() -> None:
    sent = {
        (PublicationId(str(number)), Way.NODE): SentDay(DayTotals(0, ROOT), SALT)
        for number in range(2 * MOST_TOLD + 1)
    }
    elements = day_to_elements(DayStatement(D, sent, {}, True))
    assert [len(element) for element in elements] == [MOST_TOLD, MOST_TOLD, 1]
    together: dict[tuple[PublicationId, Way], SentDay] = {}
    for element in elements:
        together |= day_from_element(element).sent
    assert together == sent


def sent_in(element: Element) -> Element:
    """Return what the statement says of the readings sent."""
    return element[0]


def got_in(element: Element) -> Element:
    """Return what the statement answers of the readings got."""
    return element[2]


@pytest.mark.parametrize(
    ("where", "name", "text"),
    [
        (lambda element: element, "day", "2026-13-26"),
        (lambda element: element, "head", "AAAA"),
        (lambda element: element, "entries", "-1"),
        (sent_in, "count", "-48"),
        (sent_in, "count", "1e3"),
        (sent_in, "count", "99999999999999"),
        (sent_in, "count", "0"),
        (sent_in, "first", "2026-11-25T23:59:59.999Z"),
        (sent_in, "last", "2026-11-27T00:00:00.000Z"),
        (sent_in, "last", "2026-11-26T00:00:00.000Z"),
        (sent_in, "first", ""),
        (sent_in, "way", "pigeon"),
        (sent_in, "way", "push"),
        (sent_in, "publication", ""),
        (sent_in, "publication", "x" * 256),
        (sent_in, "root", "not base64"),
        (sent_in, "salt", "AAAA"),
        (got_in, "state", "fine"),
        (got_in, "state", "equal"),
        (got_in, "count", "²"),
        (lambda element: got_in(element)[0], "from", "2026-11-26T23:00:00.000Z"),
        (lambda element: got_in(element)[0], "from", "2026-11-26"),
        (lambda element: got_in(element)[0], "count", "0"),
    ],
)
def test_a_statement_with_anything_out_of_bounds_is_refused(
    where: Callable[[Element], Element], name: str, text: str
) -> None:
    (element,) = day_to_elements(STATEMENT)
    where(element).set(name, text)
    with pytest.raises(PayloadRefused):
        day_from_element(element)


def test_more_ranges_or_series_than_any_honest_statement_has_are_refused() -> None:
    (element,) = day_to_elements(STATEMENT)
    got_in(element).extend([got_in(element)[0]] * MOST_RANGES)
    with pytest.raises(PayloadRefused):
        day_from_element(element)
    (element,) = day_to_elements(STATEMENT)
    element.extend([element[0]] * 2000)
    with pytest.raises(PayloadRefused):
        day_from_element(element)


def test_an_answer_names_few_ranges_and_counts_all() -> None:
    sent = {NOON + at: b"%d" % at for at in range(1000)}
    got = {time: leaf for time, leaf in sent.items() if time % 2}
    answer = got_of(compared(sent, got), totals_of(got))
    assert answer.state is Verdict.NOT_RECEIVED
    assert answer.count == 500
    assert len(answer.missing) == MOST_RANGES
    assert sum(each.count for each in answer.missing) == 500
    assert got_of(Discrepancy(), totals_of(got)).state is Verdict.EQUAL


def test_a_day_is_asked_for_and_answered_by_hours() -> None:
    request = DayRequest(PUBLICATION, D)
    assert day_request_of(fields_of(day_command(request))) == request
    leaves = leaves_of({NOON + at: float(at) for at in range(0, 3 * HOUR, 60_000)}, SALT)
    answer = day_answer("session", hours_to_element(request, hours_of(leaves)))
    told = hours_from_element(answer, request)
    assert [(each.count, each.root) for each in told] == [
        (each.count, each.root) for each in hours_of(leaves)
    ]
    with pytest.raises(PayloadRefused):
        hours_from_element(answer, DayRequest(PUBLICATION, D + 1))


def test_an_hour_is_asked_for_and_answered_by_readings() -> None:
    request = DayRequest(PUBLICATION, D, 12)
    assert day_request_of(fields_of(day_command(request))) == request
    leaves = of_hour(leaves_of({NOON + at * 1000: at / 7 for at in range(3600)}, SALT), 12)
    answer = readings_to_element(request, leaves)
    assert len(answer) == 4
    assert readings_from_element(day_answer("session", answer), request) == cut(leaves)


@pytest.mark.parametrize("hour", ["24", "-1", "1.5", "noon", "07", ""])
def test_an_hour_that_is_none_is_refused(hour: str) -> None:
    fields = {"publication": PUBLICATION, "day": "2026-11-26", "hour": hour}
    with pytest.raises(PayloadRefused):
        day_request_of(fields)


def test_answers_that_are_spoilt_are_refused_or_read_within_bounds() -> None:
    request = DayRequest(PUBLICATION, D, 12)
    leaves = of_hour(leaves_of({NOON + at * 1000: at / 7 for at in range(20)}, SALT), 12)
    for seed in range(500):
        random = Random(seed)
        answer = readings_to_element(request, leaves)
        text = list(answer[0].text or "")
        for _ in range(random.randrange(1, 4)):
            text[random.randrange(len(text))] = random.choice("Az09+/= é")
        answer[0].text = "".join(text)
        try:
            told = readings_from_element(answer, request)
        except PayloadRefused:
            continue
        assert all(NOON <= time < NOON + HOUR for time in told)


def test_the_examples_of_the_protocol_are_what_is_said() -> None:
    text = (PROJECT / "docs" / "protocol.md").read_text()
    found = re.findall(r"^ *(<(day|readings) xmlns=.+?</\2>)", text, re.DOTALL | re.MULTILINE)
    said, answered, asked = (fromstring(example) for example, _ in found)
    leaves = leaves_of({NOON: 476.0, NOON + 5000: 480.5}, SALT)
    came = {NOON: leaves[NOON]}
    sent = SentDay(totals_of(leaves), SALT)
    heads = Head(412, ROOT), Head(398, bytes(32))
    assert day_from_element(said) == DayStatement(D, {NODE: sent}, {}, True, *heads)
    got = got_of(compared(leaves, came), totals_of(came))
    assert day_from_element(answered) == DayStatement(D, {}, {NODE: got}, False)
    assert readings_from_element(asked, DayRequest(PUBLICATION, D, 12)) == cut(leaves)


def test_what_is_no_statement_of_a_day_is_refused() -> None:
    for text in ("<day/>", '<hours xmlns="urn:sen1:trust:0"/>', '<day xmlns="urn:sen1:trust:0"/>'):
        with pytest.raises(PayloadRefused):
            day_from_element(fromstring(text))
