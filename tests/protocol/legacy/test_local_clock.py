"""Times without an offset: each has one place, in the nights of 23 and of 25 hours too."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.sen1.protocol.legacy.local_clock import LocalClock, NoSuchTimeError

PARIS = ZoneInfo("Europe/Paris")
BEGIN = datetime(2026, 10, 25, tzinfo=PARIS).timestamp()


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
