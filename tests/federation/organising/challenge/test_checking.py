"""What was measured beside what was said: borne out, another figure, or not to be told."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.sen1.federation.organising.challenge.challenges import (
    days_of,
    is_borne_out,
    plain_of,
)
from custom_components.sen1.history.points import HOUR, Point

PARIS = ZoneInfo("Europe/Paris")


def hours(day: date, count: int, value: float = 1.0) -> list[Point]:
    """Return so many hours from the midnight of a day on."""
    begin = datetime(day.year, day.month, day.day, tzinfo=PARIS).timestamp()
    return [Point(begin + HOUR * hour, HOUR, value) for hour in range(count)]


def test_a_day_is_whole_with_the_hours_that_it_has() -> None:
    # The clocks go back on the 25th of October 2026, and forward on the 29th of March.
    for first, count in ((date(2026, 10, 25), 25), (date(2026, 3, 29), 23), (date(2026, 5, 1), 24)):
        assert days_of(hours(first, count), first, first, PARIS) == {0: count}
        assert days_of(hours(first, count - 1), first, first, PARIS) == {}
        assert days_of(hours(first, count)[1:], first, first, PARIS) == {}


def test_days_are_counted_from_the_first_and_those_that_lack_an_hour_left_out() -> None:
    first = date(2026, 11, 2)
    points = [
        *hours(first, 24, 2.0),
        *hours(first + timedelta(days=1), 20),
        *hours(first + timedelta(days=2), 24),
    ]
    assert days_of(points, first, first + timedelta(days=2), PARIS) == {0: 48.0, 2: 24.0}


def test_what_was_saved_is_of_the_days_that_both_have() -> None:
    before = dict.fromkeys(range(10), 10.0) | {9: 1000.0}
    now = dict.fromkeys(range(9), 9.0) | {12: 1000.0}
    assert plain_of(before, now, 10) == (pytest.approx(10.0), 0.9)


@pytest.mark.parametrize(
    ("days", "whole"),
    [
        pytest.param(10, 6, id="fewer than a week"),
        pytest.param(3, 2, id="not all of three days"),
        pytest.param(10, 0, id="none"),
    ],
)
def test_too_few_days_tell_nothing(days: int, whole: int) -> None:
    known = dict.fromkeys(range(whole), 10.0)
    assert plain_of(known, known, days) is None
    assert plain_of(dict.fromkeys(range(days), 0.0), dict.fromkeys(range(days), 1.0), days) is None


@pytest.mark.parametrize(
    ("said", "coverage", "measured", "part", "expected"),
    [
        pytest.param(6.1, 1.0, 6.1, 1.0, True, id="the same"),
        pytest.param(6.1, 1.0, 5.6, 1.0, True, id="half a point off"),
        pytest.param(6.1, 1.0, 5.5, 1.0, False, id="more than half a point"),
        pytest.param(40.0, 1.0, 6.1, 1.0, False, id="a lie"),
        pytest.param(6.1, 0.9, 6.2, 0.9, True, id="the same, of part of the days"),
        pytest.param(10.0, 0.9, 2.0, 1.0, None, id="perhaps of other days"),
        pytest.param(40.0, 0.9, 2.0, 1.0, False, id="a lie, of whatever days"),
        pytest.param(10.0, 1.0, 2.0, 0.9, None, id="part of the days came here"),
    ],
)
def test_what_is_said_is_borne_out_or_not_or_nobody_knows(
    said: float, coverage: float, measured: float, part: float, expected: bool | None
) -> None:
    assert is_borne_out(said, coverage, measured, part) is expected
