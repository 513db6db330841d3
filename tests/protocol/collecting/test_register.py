"""The shares register on the wire: read whole as it was written, or refused with a reason."""

from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pytest

from custom_components.sen1.protocol.collecting.register import (
    ANSWER,
    HOLDING,
    MAX_NEWS,
    MOST_DIVIDENDS,
    MOST_HOLDINGS,
    MOST_NEWS,
    MOST_SHARES,
    Held,
    News,
    RegisterSeen,
    Reply,
    ShareAnswer,
    SharesRegister,
    register_from_element,
    register_seen_from_element,
    register_seen_to_element,
    register_to_element,
)
from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.limits import MAX_TEXT
from custom_components.sen1.protocol.model import PublicationId
from custom_components.sen1.protocol.stanzas import MAX_REVISION

from ..samples import ID, T
from .test_collection import COLLECTION, OTHER, sent

DAY = date(2024, 3, 1)
HELD = Held(ID, "ONCIME", 11, DAY, 35.2, "EUR")
BARE = Held(OTHER, "Lucioles", 1)
REGISTER = SharesRegister(COLLECTION, 3, (HELD, BARE), (News(ID, T, "The roof\ngives."),))
ANSWERED = ShareAnswer(ID, Reply.CONFIRMED, 11, T, DAY)
SEEN = RegisterSeen(COLLECTION, 3, (ANSWERED, ShareAnswer(OTHER, Reply.CONTESTED, 1, T)))


def held_of(count: int) -> tuple[Held, ...]:
    return tuple(replace(BARE, project=PublicationId(f"roof-{at}")) for at in range(count))


@pytest.mark.parametrize(
    "register",
    [
        REGISTER,
        SharesRegister(COLLECTION, 1),
        replace(REGISTER, revision=MAX_REVISION),
        replace(REGISTER, holdings=(replace(HELD, shares=MOST_SHARES, title=MAX_TEXT * "é"),)),
        replace(REGISTER, holdings=(replace(HELD, dividends=0.0, paid_on=None),)),
        replace(REGISTER, holdings=(replace(HELD, dividends=MOST_DIVIDENDS),)),
        SharesRegister(COLLECTION, 1, held_of(MOST_HOLDINGS)),
        replace(REGISTER, news=MOST_NEWS * (News(OTHER, T, MAX_NEWS * "\U0001f31e"),)),
    ],
)
def test_a_register_is_read_as_it_was_written_up_to_each_bound(register: SharesRegister) -> None:
    assert register_from_element(sent(register_to_element(register))) == register


@pytest.mark.parametrize(
    "changes",
    [
        {"collection": ""},
        {"collection": COLLECTION.upper()},
        {"revision": 0},
        {"revision": MAX_REVISION + 1},
        {"holdings": held_of(MOST_HOLDINGS + 1), "news": ()},
        {"holdings": (HELD, HELD)},
        {"holdings": (BARE,)},
        {"news": (MOST_NEWS + 1) * REGISTER.news},
        {"news": (News(ID, T, ""),)},
        {"news": (News(ID, T, (MAX_NEWS + 1) * "a"),)},
    ],
    ids=lambda changes: "-".join(f"{key} {str(value)[:24]}" for key, value in changes.items()),
)
def test_a_register_beyond_a_bound_is_refused_whole(changes: dict[str, Any]) -> None:
    with pytest.raises(PayloadRefused, match=r"bad_register|too_long"):
        register_from_element(register_to_element(replace(REGISTER, **changes)))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("project", ""),
        ("project", (MAX_TEXT + 1) * "a"),
        ("title", " "),
        ("title", (MAX_TEXT + 1) * "a"),
        ("shares", "0"),
        ("shares", "-1"),
        ("shares", "1.5"),
        ("shares", "\u0661"),
        ("shares", "1000000001"),
        ("shares", ""),
        ("paid-on", ""),
        ("paid-on", "20240301"),
        ("paid-on", "2024-02-30"),
        ("paid-on", "2024-03-01T00:00:00Z"),
        ("paid-on", "9999-12-31"),
        ("dividends", "-3"),
        ("dividends", "nan"),
        ("dividends", "1e3"),
        ("dividends", "9999999999999"),
        ("dividends", ""),
        ("currency", "euro"),
        ("currency", ""),
    ],
)
def test_a_holding_that_cannot_be_is_refused(name: str, text: str) -> None:
    element = register_to_element(REGISTER)
    element.findall(HOLDING)[0].set(name, text)
    with pytest.raises(PayloadRefused, match=r"bad_register|too_long"):
        register_from_element(element)


@pytest.mark.parametrize("name", ["project", "title", "shares", "dividends", "currency"])
def test_a_holding_says_what_and_how_much_and_an_amount_its_currency(name: str) -> None:
    element = register_to_element(REGISTER)
    del element.findall(HOLDING)[0].attrib[name]
    with pytest.raises(PayloadRefused, match="bad_register"):
        register_from_element(element)


@pytest.mark.parametrize("said", ["", "yesterday", "2026-11-20T09:00:00", "1969-01-01T00:00:00Z"])
def test_news_are_of_a_time(said: str) -> None:
    element = register_to_element(REGISTER)
    element[-1].set("said", said)
    with pytest.raises(PayloadRefused, match="bad_register"):
        register_from_element(element)


def test_what_was_seen_is_read_as_it_was_written() -> None:
    for seen in (SEEN, RegisterSeen(COLLECTION, 1)):
        assert register_seen_from_element(sent(register_seen_to_element(seen))) == seen


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("project", ""),
        ("verdict", ""),
        ("verdict", "perhaps"),
        ("shares", "0"),
        ("paid-on", "soon"),
        ("said", ""),
    ],
)
def test_an_answer_that_says_nothing_is_refused(name: str, text: str) -> None:
    element = register_seen_to_element(SEEN)
    element[0].set(name, text)
    with pytest.raises(PayloadRefused, match="bad_register"):
        register_seen_from_element(element)


def _answered(count: int, project: str) -> Element:
    element = register_seen_to_element(RegisterSeen(COLLECTION, 3))
    known = register_seen_to_element(SEEN)[0].attrib
    for at in range(count):
        SubElement(element, ANSWER, {**known, "project": project.format(at)})
    return element


def test_each_project_is_answered_once_and_no_more_than_there_can_be() -> None:
    assert register_seen_from_element(_answered(MOST_HOLDINGS, "{}")).answers
    for element in (_answered(2, ID), _answered(MOST_HOLDINGS + 1, "{}")):
        with pytest.raises(PayloadRefused, match="bad_register"):
            register_seen_from_element(element)
    for changes in ({"collection": "all"}, {"revision": 0}):
        with pytest.raises(PayloadRefused, match="bad_register"):
            register_seen_from_element(register_seen_to_element(replace(SEEN, **changes)))


def test_an_answer_is_of_the_shares_and_the_day_that_were_asked_about() -> None:
    assert ANSWERED.is_of(HELD)
    assert ANSWERED.is_of(replace(HELD, dividends=99.0, title="Another"))
    for other in ({"shares": 12}, {"paid_on": None}, {"project": OTHER}):
        assert not ANSWERED.is_of(replace(HELD, **other))
