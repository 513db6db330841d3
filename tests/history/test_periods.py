"""Periods and what a sensor's states amount to in one: pure, against plain sums."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from custom_components.sen1.history.periods import (
    Period,
    begin_of,
    difference,
    end_of,
    last,
    mean,
    periods_in,
)

PARIS = ZoneInfo("Europe/Paris")


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("day", "half_hours"), [("2026-03-29", 46), ("2026-10-25", 50), ("2026-11-24", 48)]
)
def test_a_local_day_has_the_half_hours_that_its_clock_gives_it(day: str, half_hours: int) -> None:
    noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=PARIS).timestamp()
    begin = begin_of(noon, Period.DAY, PARIS)
    end = end_of(begin, Period.DAY, PARIS)
    assert datetime.fromtimestamp(begin, PARIS).isoformat()[:19] == f"{day}T00:00:00"
    assert len(list(periods_in(begin, end, Period.HALF_HOUR, PARIS))) == half_hours
    assert list(periods_in(begin, end, Period.DAY, PARIS)) == [(begin, end)]


@pytest.mark.parametrize("period", list(Period))
def test_periods_follow_one_another_and_hold_their_times(period: Period) -> None:
    begin, end = at("2026-10-24T00:00:00Z"), at("2026-10-27T00:00:00Z")
    found = list(periods_in(begin, end, period, PARIS))
    assert [last for _, last in found[:-1]] == [first for first, _ in found[1:]]
    for first, past in found:
        for inside in (first, (first + past) / 2, past - 0.001):
            assert begin_of(inside, period, PARIS) == first


def test_a_period_that_is_not_whole_is_not_given() -> None:
    begin = at("2026-11-24T12:05:00Z")
    found = list(periods_in(begin, begin + 65 * 60, Period.HALF_HOUR, UTC))
    assert found == [(at("2026-11-24T12:30:00Z"), at("2026-11-24T13:00:00Z"))]


def test_a_mean_weighs_each_value_by_its_time() -> None:
    assert mean([(0, 100), (150, 300), (450, 0)], 0, 600) == (100 * 150 + 300 * 300) / 600


def test_a_value_from_before_is_in_force_at_the_beginning() -> None:
    assert mean([(-50, 100), (300, 200)], 0, 600) == 150
    assert last([(-50, 100)], 0, 600) == 100


def test_a_period_of_which_less_than_half_is_known_has_no_mean() -> None:
    assert mean([(0, 100), (299, None)], 0, 600) is None
    assert mean([(0, 100), (301, None)], 0, 600) == 100
    assert mean([], 0, 600) is None


def test_an_index_that_was_not_shown_has_no_last_value() -> None:
    assert last([(-90, 7), (-10, None)], 0, 600) is None
    assert last([(-90, 7), (-10, None), (599, 9)], 0, 600) == 9


def test_a_sensor_of_which_nothing_is_known_counted_nothing_known() -> None:
    assert difference([], 0, 600) is None
    assert last([], 0, 600) is None
    assert mean([], 0, 600) is None


def test_differences_of_neighbours_add_up_to_the_whole() -> None:
    samples = [(0, 1000.0), (130, 1010), (600, 1020), (700, None), (1150, 1075), (1799, 1080)]
    parts = [difference(samples, begin, begin + 600) for begin in (0, 600, 1200)]
    assert parts == [10, 65, 5]


def test_an_index_that_starts_again_counts_from_zero_and_one_that_wavers_counts_nothing() -> None:
    assert difference([(0, 1000), (100, 1010), (200, 3), (300, 8)], 0, 600) == 10 + 8
    assert difference([(0, 1000), (100, 1010), (200, 1009), (300, 1012)], 0, 600) == 12


def test_an_index_that_was_not_shown_counted_nothing_known() -> None:
    assert difference([(-90, 7), (-10, None)], 0, 600) is None
    assert difference([(-90, 7)], 0, 600) == 0
