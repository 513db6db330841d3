"""What the doors measure: nothing larger than said passes, and nothing is measured too small."""

import random
import sys
from xml.etree.ElementTree import Element, SubElement

import pytest
from slixmpp.xmlstream.tostring import tostring

from custom_components.sen1.protocol import limits
from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.limits import (
    check_number,
    check_stanza,
    check_text,
    check_time,
    cleaned,
    size_of,
)
from custom_components.sen1.protocol.stamps import parse_stamp

LETTERS = "ab'\"&<>é€\U0001f4a1 \n\t"
SPACES = ("jabber:client", "urn:sen1:0", "urn:quoalise:0")
SAMPLES = 300


def invented(chance: random.Random, depth: int = 0) -> Element:
    """Return an element with texts of letters that grow when they are written."""

    def text() -> str:
        return "".join(chance.choices(LETTERS, k=chance.randrange(20)))

    space = chance.choice(SPACES)
    element = Element(chance.choice((f"{{{space}}}name", "bare")), {"key": text(), "other": text()})
    element.text = chance.choice((None, text()))
    for _ in range(chance.randrange(4) if depth < 3 else 0):
        element.append(invented(chance, depth + 1))
        element[-1].tail = chance.choice((None, text()))
    return element


def test_no_stanza_is_measured_smaller_than_slixmpp_writes_it() -> None:
    chance = random.Random(1)
    for _ in range(SAMPLES):
        element = invented(chance)
        assert size_of(element) >= len(tostring(element, top_level=True).encode())


def test_what_has_nothing_to_escape_is_measured_nearly_as_it_is_written() -> None:
    message = Element("{jabber:client}message", {"to": "bob@coop.test"})
    for _ in range(100):
        SubElement(message, "{urn:sen1:0}left", {"v": "640"})
    written = len(tostring(message))
    assert written <= size_of(message) <= 1.15 * written


def nested(depth: int) -> Element:
    root = inner = Element("a")
    for _ in range(depth - 1):
        inner = SubElement(inner, "a")
    return root


@pytest.mark.parametrize(
    ("stanza", "reason"),
    [
        (nested(limits.MAX_DEPTH + 1), "too_deep"),
        (nested(sys.getrecursionlimit() * 2), "too_deep"),
        (Element("iq", {"id": "'" * (limits.MAX_ID + 1)}), "too_long"),
        (Element("iq", {"type": "x" * (limits.MAX_ATTRIBUTE + 1)}), "too_long"),
    ],
    ids=["deep", "deeper than the stack", "a long id", "a long attribute"],
)
def test_a_stanza_unlike_any_of_ours_is_refused(stanza: Element, reason: str) -> None:
    with pytest.raises(PayloadRefused) as refusal:
        check_stanza(stanza)
    assert refusal.value.reason == reason


def test_a_stanza_of_too_many_elements_or_too_long_a_text_is_refused() -> None:
    wide = Element("message")
    wide.extend([Element("a") for _ in range(limits.MAX_ELEMENTS)])
    with pytest.raises(PayloadRefused, match="too_large"):
        check_stanza(wide)
    long = Element("message")
    SubElement(long, "a").text = "x" * (limits.MAX_CONTENT + 1)
    with pytest.raises(PayloadRefused, match="too_long"):
        check_stanza(long)
    check_stanza(nested(limits.MAX_DEPTH))


def test_a_board_alone_may_be_longer_than_an_attribute() -> None:
    tag = "{urn:ietf:params:xml:ns:senml}senml"
    check_stanza(Element(tag, {"vs": "x" * limits.MAX_BOARD}))
    for long in (
        Element(tag, {"vs": "x" * (limits.MAX_BOARD + 1)}),
        Element(tag, {"n": "x" * (limits.MAX_ATTRIBUTE + 1)}),
        Element("senml", {"vs": "x" * (limits.MAX_ATTRIBUTE + 1)}),
    ):
        with pytest.raises(PayloadRefused, match="too_long"):
            check_stanza(long)


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan"), 1.7e308, -1.1e15])
def test_a_number_too_great_to_be_one_is_refused(number: float) -> None:
    with pytest.raises(PayloadRefused, match="too_great"):
        check_number(number)


def test_numbers_and_texts_within_the_bounds_are_taken() -> None:
    assert check_number(-limits.MAX_NUMBER) == -limits.MAX_NUMBER
    assert check_text("x" * limits.MAX_TEXT, "title") == "x" * limits.MAX_TEXT
    with pytest.raises(PayloadRefused, match="too_long: title"):
        check_text("x" * (limits.MAX_TEXT + 1), "title")


HIDDEN = ("\x00", "\x1b", "\x85", "\u061c", "\u2028", "\u202e", "\u2066", "\ud800", "\uffff")
"""What controls a device or turns writing around, and what no JSON or XML can hold."""


@pytest.mark.parametrize("sign", HIDDEN, ids=ascii)
def test_a_sign_that_hides_something_is_refused_of_others_and_left_out_of_our_own(
    sign: str,
) -> None:
    text = f"Anne{sign}Riou"
    with pytest.raises(PayloadRefused, match="hidden_signs: title"):
        check_text(text, "title")
    assert cleaned(text) == "AnneRiou"
    attribute, content = Element("message", {"name": text}), Element("message")
    content.text = text
    for stanza in (attribute, content):
        with pytest.raises(PayloadRefused, match="hidden_signs"):
            check_stanza(stanza)


@pytest.mark.parametrize("text", ["Zoë\tLe Goff\n", "דירה", "\U0001f468\u200d\U0001f467", "\u00a0"])
def test_texts_of_all_people_are_taken_as_they_are(text: str) -> None:
    assert check_text(text, "title") == text
    check_stanza(Element("message", {"name": text}))
    assert cleaned(f" {text}\n") == text.strip()


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\ud800", "\uffff"], ids=ascii)
def test_what_xml_cannot_hold_is_not_written(sign: str) -> None:
    for element in (Element("message", {"name": sign}), Element("message")):
        SubElement(element, "{urn:sen1:0}left").text = sign
        with pytest.raises(PayloadRefused, match="unwritable"):
            size_of(element)


@pytest.mark.parametrize("at", [float("nan"), float("inf"), 253_402_300_799.0, 0.0])
def test_nothing_is_measured_at_a_time_that_is_none(at: float) -> None:
    with pytest.raises(PayloadRefused):
        check_time(at, 1.78e9)


@pytest.mark.parametrize(
    "text", ["9999-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "1969-12-31T23:59:59Z"]
)
def test_no_stamp_leads_out_of_the_century(text: str) -> None:
    with pytest.raises(ValueError, match="1970 to 2100"):
        parse_stamp(text)
