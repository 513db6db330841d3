"""Degree-days of a site and what is usual there, on both halves of the earth."""

from collections.abc import Iterator
from datetime import date, timedelta
from math import cos, pi

import pytest

from custom_components.sen1.figures.year.cold import season_of, usual_of


def days(begin: date, end: date) -> Iterator[date]:
    for number in range((end - begin).days):
        yield begin + timedelta(days=number)


def wave(day: date, coldest: int = 15) -> float:
    """Return the degree-days of a smooth year, the most on the `coldest` day of it."""
    return 10 + 10 * cos(2 * pi * (day.timetuple().tm_yday - coldest) / 365.25)


def test_the_usual_is_the_mean_of_the_last_ten_whole_years() -> None:
    told = {
        # The years before them, and this one, are others.
        day: 99.0 if day.year < 2016 else 50.0 if day.year == 2026 else float(day.year - 2010)
        for day in days(date(2010, 1, 1), date(2026, 11, 27))
    }
    usual = usual_of(told, date(2026, 11, 27))
    assert usual is not None
    assert usual.years == (2016, 2025)
    # The mean of 6, 7, … 15.
    for day in (date(2026, 1, 15), date(2026, 7, 1), date(2028, 2, 29)):
        assert usual.of(day) == pytest.approx(10.5, abs=0.01)


def test_a_year_that_is_not_nearly_whole_is_left_out() -> None:
    told = {day: 10.0 for day in days(date(2023, 1, 1), date(2026, 1, 1)) if day.year != 2024}
    told |= dict.fromkeys(days(date(2024, 3, 1), date(2024, 12, 1)), 1.0)
    usual = usual_of(told, date(2026, 2, 1))
    assert usual is not None
    assert usual.years == (2023, 2025)
    assert usual.of(date(2026, 6, 1)) == 10


def test_without_a_whole_year_any_twelve_months_do_and_less_do_not() -> None:
    today = date(2026, 11, 27)
    told = {day: wave(day) for day in days(date(2025, 11, 20), today)}
    usual = usual_of(told, today)
    assert usual is not None
    assert usual.years == (2025, 2026)
    assert usual.of(date(2026, 1, 15)) == pytest.approx(20, abs=0.1)
    assert usual_of({day: wave(day) for day in days(date(2026, 2, 1), today)}, today) is None
    assert usual_of({}, today) is None


def test_a_month_of_which_no_year_knows_anything_leaves_nothing_usual() -> None:
    told = dict.fromkeys(days(date(2025, 1, 1), date(2026, 1, 1)), 10.0)
    for day in days(date(2025, 3, 1), date(2025, 4, 1)):
        del told[day]
    assert usual_of(told, date(2026, 2, 1)) is None


def test_the_usual_is_smoothed_over_a_week_before_and_after_around_new_year_too() -> None:
    told = dict.fromkeys(days(date(2025, 1, 1), date(2026, 1, 1)), 0.0)
    told[date(2025, 1, 3)] = 15.0
    usual = usual_of(told, date(2026, 2, 1))
    assert usual is not None
    near = {day for day in days(date(2026, 1, 1), date(2027, 1, 1)) if usual.of(day)}
    assert near == {
        *days(date(2026, 1, 1), date(2026, 1, 11)),
        *days(date(2026, 12, 27), date(2027, 1, 1)),
    }
    assert all(usual.of(day) == pytest.approx(1) for day in near)


def test_29_february_is_as_the_28th_is() -> None:
    told = {day: wave(day) for day in days(date(2016, 1, 1), date(2026, 1, 1))}
    usual = usual_of(told, date(2026, 2, 1))
    assert usual is not None
    assert usual.of(date(2024, 2, 29)) == usual.of(date(2024, 2, 28))
    # Ten years with and without it say the same of a year.
    year = sum(usual.of(day) for day in days(date(2026, 1, 1), date(2027, 1, 1)))
    assert year == pytest.approx(3650, rel=0.002)


def test_in_the_south_july_is_cold() -> None:
    told = {day: wave(day, 197) for day in days(date(2016, 1, 1), date(2026, 1, 1))}
    usual = usual_of(told, date(2026, 7, 1))
    assert usual is not None
    assert usual.of(date(2026, 7, 16)) == pytest.approx(20, abs=0.2)
    assert usual.of(date(2026, 1, 15)) == pytest.approx(0, abs=0.2)


@pytest.mark.parametrize(
    ("day", "is_southern", "season"),
    [
        (date(2026, 10, 1), False, (date(2026, 10, 1), date(2027, 5, 21))),
        (date(2027, 1, 1), False, (date(2026, 10, 1), date(2027, 5, 21))),
        (date(2026, 9, 30), False, (date(2025, 10, 1), date(2026, 5, 21))),
        (date(2026, 7, 1), True, (date(2026, 4, 1), date(2026, 11, 21))),
        (date(2027, 1, 15), True, (date(2026, 4, 1), date(2026, 11, 21))),
    ],
)
def test_a_season_is_the_one_that_goes_on_or_the_last(
    day: date, is_southern: bool, season: tuple[date, date]
) -> None:
    assert season_of(day, is_southern=is_southern) == season
