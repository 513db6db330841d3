"""Days of the outdoor temperature: of hours, in a zone whose clock changes."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.sen1.figures.outdoor.days import (
    DayTemperature,
    HourTemperature,
    days_of,
    gathered,
)

PARIS = ZoneInfo("Europe/Paris")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
KOLKATA = ZoneInfo("Asia/Kolkata")


def hours_of(day: date, zone: ZoneInfo = PARIS, low: float = 2.0) -> Iterator[HourTemperature]:
    """Yield the hours of a day as the recorder has them, a little warmer from one to the next."""
    moment, end = (
        datetime(each.year, each.month, each.day, tzinfo=zone).timestamp()
        for each in (day, day + timedelta(days=1))
    )
    moment = -(-moment // 3600) * 3600
    while moment < end:
        yield HourTemperature(moment, low, low + 0.5)
        moment, low = moment + 3600, low + 0.1


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)],
)
def test_a_day_has_as_many_hours_as_the_clock_gives_it(day: date, hours: int) -> None:
    of_day = list(hours_of(day))
    assert len(of_day) == hours
    assert days_of(of_day, PARIS) == {day: DayTemperature(2.0, of_day[-1].high, 1.0)}
    assert of_day[-1].high == pytest.approx(2.5 + 0.1 * (hours - 1))
    # 20 of 23 hours are too few, as 21 of 24 and 22 of 25 are; one more is enough.
    assert days_of(of_day[3:], PARIS) == {}
    two_lack = gathered(of_day[2:], PARIS)[day]
    assert two_lack.known == pytest.approx((hours - 2) / hours)
    assert two_lack.is_whole


def test_a_day_of_which_too_little_is_known_is_unknown_and_not_cold() -> None:
    of_day = list(hours_of(date(2026, 1, 10)))
    few = of_day[:12]
    assert days_of(few, PARIS) == {}
    assert gathered(few, PARIS)[date(2026, 1, 10)].known == 0.5
    # An hour that is told twice is one.
    assert gathered([*few, *few], PARIS) == gathered(few, PARIS)


def test_hours_fall_on_the_days_of_the_zone() -> None:
    days = [date(2026, 1, 10), date(2026, 1, 11)]
    hours = [*hours_of(days[1], low=-8.0), *hours_of(days[0], low=4.0)]
    told = days_of(hours, PARIS)
    assert list(told) == days
    assert [told[day].low for day in days] == [4.0, -8.0]
    # At Greenwich the first hour of each is one of the day before.
    assert gathered(hours, ZoneInfo("Europe/London"))[date(2026, 1, 9)].known == 1 / 24


@pytest.mark.parametrize("zone", [LORD_HOWE, KOLKATA])
def test_days_that_begin_within_an_hour_are_known_whole(zone: ZoneInfo) -> None:
    # On 4 October a day of Lord Howe lasts 23.5 hours.
    for day in (date(2026, 10, 3), date(2026, 10, 4), date(2026, 10, 5)):
        assert days_of(hours_of(day, zone), zone)[day].is_whole


@pytest.mark.parametrize(
    "wrong",
    [(-127.0, 5.0), (3.0, 85.0), (float("nan"), 5.0), (2.0, float("inf")), (6.0, 5.0)],
    ids=["broken wire", "reset", "nan", "infinite", "low above high"],
)
def test_an_hour_that_cannot_be_is_passed_over(wrong: tuple[float, float]) -> None:
    day = date(2026, 1, 10)
    first, *others = hours_of(day)
    told = gathered([HourTemperature(first.begin, *wrong), *others], PARIS)[day]
    assert told == gathered(others, PARIS)[day]
    assert told.known == pytest.approx(23 / 24)
