"""What a project produced: periods, how much of them is known, and the year that is made of it."""

from datetime import date, timedelta
import json
from zoneinfo import ZoneInfo

import pytest

from custom_components.sen1.figures.counting.calendar import Calendar, CalendarPeriod
from custom_components.sen1.figures.project.production import DAY_MS, SOLAR, Production, length_of

PARIS = ZoneInfo("Europe/Paris")
CALENDAR = Calendar(PARIS)


def produced(begin: date, days: int, yearly: int = 3_650_000, curve: bool = True) -> Production:
    """Return a plant that brings exactly its curve, from a day on."""
    production = Production(CALENDAR)
    production.begin(CALENDAR.begin(begin))
    for number in range(days):
        day = begin + timedelta(days=number)
        share = SOLAR[day.month - 1] / length_of(day) if curve else 1 / 365
        production.credit(day, round(yearly * share), DAY_MS)
    return production


def test_the_curve_of_a_year_is_whole() -> None:
    assert sum(SOLAR) == 1


@pytest.mark.parametrize(
    ("begin", "days"),
    [
        (date(2025, 1, 1), 31),
        (date(2025, 6, 1), 61),
        (date(2024, 1, 1), 800),
        (date(2024, 2, 1), 29),
    ],
    ids=["a January", "a summer", "two years", "a leap day"],
)
def test_a_part_of_a_year_makes_the_year_it_is_of(begin: date, days: int) -> None:
    production = produced(begin, days)
    year = production.year(begin + timedelta(days=days), "solar")
    assert year is not None
    assert year.energy == pytest.approx(3_650_000, rel=1e-3)


def test_a_plant_that_gives_less_than_expected_is_seen_at_any_season() -> None:
    year = produced(date(2025, 12, 1), 40, yearly=1_825_000).year(date(2026, 1, 10), "solar")
    assert year is not None
    assert year.energy == pytest.approx(1_825_000, rel=1e-3)
    assert (year.begin, year.days) == (date(2025, 12, 1), 40)


def test_a_missing_month_is_not_taken_for_one_without_sun() -> None:
    production = produced(date(2025, 5, 1), 31)
    for number in range(31):
        day = date(2025, 7, 1) + timedelta(days=number)
        production.credit(day, round(3_650_000 * SOLAR[6] / 31), DAY_MS)
    year = production.year(date(2025, 8, 1), "solar")
    assert year is not None
    assert year.energy == pytest.approx(3_650_000, rel=1e-3)
    assert year.days == 62


@pytest.mark.parametrize("today", [date(2025, 7, 31), date(2025, 8, 3)])
def test_what_comes_late_counts_in_a_year_that_was_told_already(today: date) -> None:
    production, whole = produced(date(2025, 5, 1), 92), produced(date(2025, 5, 1), 92)
    for late in (date(2025, 5, 7), date(2025, 7, 31)):
        before = production.year(today, "solar")
        production.credit(late, 1_000_000)
        whole.credit(late, 1_000_000)
        after = production.year(today, "solar")
        assert before is not None
        assert after is not None
        assert after.energy > before.energy
    fresh = Production(CALENDAR)
    fresh.restore(whole.snapshot())
    assert production.year(today, "solar") == fresh.year(today, "solar")
    assert production.total == fresh.total


def test_a_few_weeks_are_too_little_for_a_year() -> None:
    assert produced(date(2025, 6, 1), 27).year(date(2025, 6, 28), "solar") is None
    assert Production(CALENDAR).year(date(2025, 6, 28), "solar") is None


def test_other_plants_than_solar_are_taken_for_even() -> None:
    year = produced(date(2025, 1, 1), 31, curve=False).year(date(2025, 2, 1), "hydro")
    assert year is not None
    assert year.energy == pytest.approx(3_650_000, rel=0.03)


def test_periods_hold_what_came_in_them_and_from_when_on() -> None:
    production = produced(date(2025, 12, 30), 4)
    today = date(2026, 1, 2)
    sums = {period: production.of(period, today) for period in CalendarPeriod}
    assert (
        sums[CalendarPeriod.YEAR].energy
        == sums[CalendarPeriod.MONTH].energy
        == 2 * sums[CalendarPeriod.DAY].energy
    )
    assert production.total.known == 4 * DAY_MS
    assert production.begin_of(None, today) == date(2025, 12, 30)
    assert production.begin_of(CalendarPeriod.YEAR, today) == date(2026, 1, 1)
    assert production.begin_of(CalendarPeriod.YEAR, date(2025, 12, 31)) == date(2025, 12, 30)


def test_a_month_told_anew_replaces_what_was_known_from_it_on() -> None:
    production = produced(date(2025, 11, 1), 61)
    before = production.of(CalendarPeriod.MONTH, date(2025, 11, 30)).energy
    production.forget_from(date(2025, 12, 1))
    assert production.of(CalendarPeriod.MONTH, date(2025, 12, 31)).energy == 0
    assert production.total.energy == before


def test_a_restart_keeps_all() -> None:
    production, other = produced(date(2025, 11, 1), 61), Production(CALENDAR)
    other.restore(json.loads(json.dumps(production.snapshot())))
    assert other.snapshot() == production.snapshot()
    assert other.year(date(2026, 1, 1), "solar") == production.year(date(2026, 1, 1), "solar")
