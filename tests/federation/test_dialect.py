"""The dialect of 2019: what is written, what is read, and times without an offset."""

from __future__ import annotations

from datetime import datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.local_clock import LocalClock, NoSuchTimeError
from custom_components.sen1.protocol.sen1_message import (
    Datum,
    Sen1Message,
    from_element,
    to_element,
    value_of,
    written,
)

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


@pytest.mark.parametrize("text", ["", "nan", "inf", "much"])
def test_what_is_no_number_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        value_of(text, "dt_numeric")


@pytest.mark.parametrize("minutes", [5, 10, 30, 60])
def test_the_night_of_25_hours_loses_nothing(minutes: int) -> None:
    clock = LocalClock(PARIS)
    times = [BEGIN + 60 * n for n in range(0, 25 * 60, minutes)]
    naive = [f"{datetime.fromtimestamp(at, PARIS):%Y-%m-%dT%H:%M:%S}" for at in times]
    assert [clock.place(text) for text in naive] == times


def test_the_night_of_23_hours_loses_nothing() -> None:
    begin = datetime(2026, 3, 29, tzinfo=PARIS).timestamp()
    clock = LocalClock(PARIS)
    times = [begin + 600 * n for n in range(23 * 6)]
    naive = [f"{datetime.fromtimestamp(at, PARIS):%Y-%m-%dT%H:%M:%S}" for at in times]
    assert [clock.place(text) for text in naive] == times


def test_a_restart_in_the_doubled_hour_goes_on() -> None:
    before = LocalClock(PARIS)
    first = before.place("2026-10-25T02:50:00")
    after = LocalClock(PARIS, before.last, before.fold)
    assert after.place("2026-10-25T02:00:00") == first + 600
    again = LocalClock(PARIS, after.last, after.fold)
    assert again.place("2026-10-25T02:10:00") == first + 1200
    assert again.place("2026-10-26T02:10:00") == first + 1200 + 86400


@pytest.mark.parametrize("text", ["2026-03-29T02:30:00", "yesterday", "", "24/06/2019 10:05"])
def test_a_time_the_clock_skipped_has_no_place(text: str) -> None:
    with pytest.raises(NoSuchTimeError):
        LocalClock(PARIS).place(text)


def test_a_time_with_an_offset_needs_no_zone() -> None:
    at = datetime.fromtimestamp(BEGIN, PARIS) + timedelta(hours=2, minutes=30)
    assert LocalClock(ZoneInfo("UTC")).place(at.isoformat()) == at.timestamp()
    assert LocalClock(PARIS).place("2026-10-24T22:00:00Z") == BEGIN
