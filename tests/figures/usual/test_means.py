"""Means of quarters of an hour, exact over days of every length."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from custom_components.sen1.figures.usual.means import (
    QUARTER_MS,
    UNKNOWN,
    Days,
    Means,
    Quarter,
    read,
    unknown,
    written,
)

PARIS = ZoneInfo("Europe/Paris")
MINUTE_MS = 60_000


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp() * 1000)


def test_the_mean_of_a_quarter_is_that_of_what_the_power_was_for_how_long() -> None:
    means = Means(Days(PARIS), at("2026-01-14 12:00"))
    assert means.take(300, at("2026-01-14 12:00")) == []
    assert means.take(2100, at("2026-01-14 12:10")) == []
    (ended,) = means.take(300, at("2026-01-14 12:20"))
    begin = at("2026-01-14 12:00")
    assert ended == Quarter(date(2026, 1, 14), 48, begin, (10 * 300 + 5 * 2100) // 15, None)
    (ended,) = means.take(None, at("2026-01-14 12:30"))
    assert ended.mean == (5 * 2100 + 10 * 300) // 15


def test_a_quarter_of_which_too_little_is_known_has_no_mean() -> None:
    means = Means(Days(PARIS), at("2026-01-14 12:08"))
    means.take(300, means.at)
    assert [each.mean for each in means.take(None, at("2026-01-14 12:15"))] == [UNKNOWN]
    means.take(500, at("2026-01-14 12:22"))
    assert [each.mean for each in means.take(500, at("2026-01-14 12:30"))] == [500]
    assert means.quarters[48:50].tolist() == [UNKNOWN, 500]


def test_what_is_given_back_now_and_then_is_no_use_below_zero() -> None:
    means = Means(Days(PARIS), at("2026-01-14 12:00"))
    means.take(-50, means.at)
    assert [each.mean for each in means.take(0, at("2026-01-14 12:15"))] == [0]


@pytest.mark.parametrize(
    ("day", "count", "clock"),
    [
        (date(2026, 1, 14), 96, {8: 8, 95: 95}),
        (date(2026, 3, 29), 92, {7: 7, 8: 12, 91: 95}),
        (date(2026, 10, 25), 100, {8: 8, 12: 8, 16: 12, 99: 95}),
    ],
)
def test_days_have_the_quarters_of_their_length_each_at_its_place_on_the_clock(
    day: date, count: int, clock: dict[int, int]
) -> None:
    days = Days(PARIS)
    assert days.count(day) == count
    places = days.clock(day)
    assert len(places) == count
    assert {number: places[number] for number in clock} == clock


def test_a_day_is_whole_at_midnight_and_the_next_begins() -> None:
    days = Days(PARIS)
    means = Means(days, at("2026-10-25 00:00"))
    means.take(300, means.at)
    ended = means.take(300, at("2026-10-26 00:30"))
    assert [each.number for each in ended] == [*range(100), 0, 1]
    whole = [each.whole for each in ended if each.whole is not None]
    assert [each.tolist() for each in whole] == [[300] * 100]
    assert ended[99].day == date(2026, 10, 25)
    assert means.day == date(2026, 10, 26)
    assert (means.number, means.next_end) == (2, at("2026-10-26 00:45"))
    assert len(means.quarters) == 96


def test_the_power_of_these_minutes_takes_some_to_follow() -> None:
    means = Means(Days(PARIS), at("2026-01-14 12:00"))
    means.take(300, means.at)
    means.take(2300, means.at + MINUTE_MS)
    assert means.slow == 300
    means.take(300, means.at + MINUTE_MS)
    assert means.slow is not None
    assert 600 < means.slow < 700
    means.take(2300, means.at)
    means.take(2300, means.at + 30 * MINUTE_MS)
    assert means.slow == pytest.approx(2300, abs=10)
    means.take(None, means.at)
    assert means.slow is None


def test_what_was_seen_is_there_after_a_restart_and_the_time_between_is_not() -> None:
    days = Days(PARIS)
    before = Means(days, at("2026-01-14 12:00"))
    before.take(300, before.at)
    before.take(600, at("2026-01-14 12:15"))
    before.take(600, at("2026-01-14 12:25"))
    means = Means(days, at("2026-01-14 12:50"))
    means.restore(before.snapshot())
    assert [each.mean for each in means.take(900, at("2026-01-14 12:50"))] == [600, UNKNOWN]
    assert means.quarters[48:51].tolist() == [300, 600, UNKNOWN]


def test_a_snapshot_of_another_zone_is_of_no_day_of_this_one() -> None:
    kept = Means(Days(ZoneInfo("UTC")), at("2026-03-29 12:00")).snapshot()
    means = Means(Days(PARIS), at("2026-03-29 12:30"))
    means.restore(kept)
    assert (means.at, len(means.quarters)) == (at("2026-03-29 12:30"), 92)


def test_days_are_written_and_read_again() -> None:
    day = unknown(96)
    day[0], day[95] = 0, 12_345
    text = written(day)
    assert len(text) < 110
    assert read(text) == day
    assert QUARTER_MS * 96 == 24 * 3600 * 1000
