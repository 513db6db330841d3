"""The dialect of 2019: what is written, what is read, and times without an offset."""

from dataclasses import replace
from datetime import datetime
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.legacy.sen1_message import (
    Datum,
    Sen1Message,
    from_element,
    to_element,
    value_of,
    written,
)
from custom_components.sen1.protocol.limits import MAX_RECORDS

PARIS = ZoneInfo("Europe/Paris")
BEGIN = datetime(2026, 10, 25, tzinfo=PARIS).timestamp()

MESSAGE = Sen1Message(
    "demo@bmhs.test", "0123456789", "baseinst", "Wh", "dt_numeric", "bmhs", "lognact",
    (Datum("123", "2019-06-24T10:05:00.120+02:00"),),
)  # fmt: skip


def test_a_message_is_read_as_it_was_written() -> None:
    text = ElementTree.tostring(to_element(MESSAGE), encoding="unicode")
    assert 'xsi:type="xs:decimal"' in text
    assert from_element(ElementTree.fromstring(text)) == MESSAGE


@pytest.mark.parametrize("key", ["username", "name", "type", "applicationSrc", "applicationDst"])
def test_a_message_without_what_proxies_require_is_refused(key: str) -> None:
    element = to_element(MESSAGE)
    found = element.find("{http://xmpp.rocks}" + key)
    assert found is not None
    element.remove(found)
    with pytest.raises(PayloadRefused):
        from_element(element)


def test_a_message_of_more_values_than_one_may_bear_is_refused() -> None:
    most = replace(MESSAGE, data=MESSAGE.data * MAX_RECORDS)
    assert from_element(to_element(most)) == most
    with pytest.raises(PayloadRefused, match="too_many_records"):
        from_element(to_element(replace(most, data=MESSAGE.data * (MAX_RECORDS + 1))))


def test_times_have_an_offset_and_never_a_z() -> None:
    assert written(BEGIN, PARIS) == "2026-10-25T00:00:00.000+02:00"
    assert written(BEGIN, ZoneInfo("UTC")) == "2026-10-24T22:00:00.000+00:00"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("230.5", "dt_numeric", 230.5),
        ("12,5", "dt_numeric", 12.5),
        ("7", "dt_integer", 7),
        ("HPHC", "dt_string", "HPHC"),
    ],
)
def test_values_are_what_their_type_says(text: str, kind: str, value: object) -> None:
    assert value_of(text, kind) == value


@pytest.mark.parametrize("text", ["", "much"])
def test_what_is_no_number_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        value_of(text, "dt_numeric")


@pytest.mark.parametrize("text", ["nan", "inf", "-1,7e308"])
def test_a_number_that_nothing_can_be_is_refused(text: str) -> None:
    with pytest.raises(PayloadRefused, match="too_great"):
        value_of(text, "dt_numeric")
