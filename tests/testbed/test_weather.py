"""The weather behind the demo: one function of the time, which a day's degrees are taken from."""

from datetime import UTC, date, datetime, timedelta

import pytest

from testbed.weather import degree_days, extremes, temperature
from testbed.years import Habits, hours, midnight, total

DAYS = [date(2025, 1, 1) + timedelta(days=number) for number in range(365)]


def test_a_day_has_no_moment_beyond_its_extremes() -> None:
    for day in DAYS:
        begin, end = midnight(day), midnight(day + timedelta(days=1))
        told = [temperature(at) for at in (*hours(begin, end), end)]
        assert (min(told), max(told)) == extremes(day)


def test_it_never_leaps() -> None:
    at = datetime(2025, 3, 29, tzinfo=UTC)
    for minute in range(0, 3 * 24 * 60, 10):
        now = temperature(at + timedelta(minutes=minute))
        assert abs(temperature(at + timedelta(minutes=minute + 10)) - now) < 0.5


def test_a_year_is_as_cold_as_one_in_brittany() -> None:
    assert 1_900 < sum(map(degree_days, DAYS)) < 2_500
    assert sum(map(degree_days, DAYS[:59])) > 5 * sum(map(degree_days, DAYS[151:243]))


def test_what_heats_a_home_is_its_degree_days() -> None:
    heat = Habits("House", 146, 10_900, 1.0)
    for day in DAYS:
        begin, end = midnight(day), midnight(day + timedelta(days=1))
        kwh = heat.per_degree_day * degree_days(day) * len(list(hours(begin, end))) / 24
        assert total(heat, begin, end) / 1000 == pytest.approx(kwh, abs=0.013)


def test_a_home_that_is_not_heated_uses_what_it_says_on_working_days_and_weekends() -> None:
    house = Habits("House", 146, 10_900, 0.55)
    warm = [day for day in DAYS if not degree_days(day)]
    for is_weekend in (False, True):
        days = [day for day in warm if (day.weekday() > 4) is is_weekend]
        used = sum(total(house, midnight(day), midnight(day + timedelta(days=1))) for day in days)
        assert used / 1000 / len(days) == pytest.approx(house.unheated(is_weekend), rel=0.1)
