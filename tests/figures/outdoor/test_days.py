"""Days of the outdoor temperature: of hours, in a zone whose clock changes."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.sen1.figures.outdoor.days import (
    DayTemperature,
    HourTemperature,
    gathered,
    laid_on,
    whole,
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
    assert whole(gathered(of_day, PARIS)) == {day: DayTemperature(2.0, of_day[-1].high, 1.0)}
    assert of_day[-1].high == pytest.approx(2.5 + 0.1 * (hours - 1))
    # 20 of 23 hours are too few, as 21 of 24 and 22 of 25 are; one more is enough.
    assert whole(gathered(of_day[3:], PARIS)) == {}
    two_lack = gathered(of_day[2:], PARIS)[day]
    assert two_lack.known == pytest.approx((hours - 2) / hours)
    assert two_lack.is_whole


def test_a_day_of_which_too_little_is_known_is_unknown_and_not_cold() -> None:
    of_day = list(hours_of(date(2026, 1, 10)))
    few = of_day[:12]
    assert whole(gathered(few, PARIS)) == {}
    assert gathered(few, PARIS)[date(2026, 1, 10)].known == 0.5
    # An hour that is told twice is one.
    assert gathered([*few, *few], PARIS) == gathered(few, PARIS)


def test_hours_fall_on_the_days_of_the_zone() -> None:
    days = [date(2026, 1, 10), date(2026, 1, 11)]
    hours = [*hours_of(days[1], low=-8.0), *hours_of(days[0], low=4.0)]
    told = whole(gathered(hours, PARIS))
    assert list(told) == days
    assert [told[day].low for day in days] == [4.0, -8.0]
    # At Greenwich the first hour of each is one of the day before.
    assert gathered(hours, ZoneInfo("Europe/London"))[date(2026, 1, 9)].known == 1 / 24


@pytest.mark.parametrize("zone", [LORD_HOWE, KOLKATA])
def test_days_that_begin_within_an_hour_are_known_whole(zone: ZoneInfo) -> None:
    # On 4 October a day of Lord Howe lasts 23.5 hours.
    for day in (date(2026, 10, 3), date(2026, 10, 4), date(2026, 10, 5)):
        assert whole(gathered(hours_of(day, zone), zone))[day].is_whole


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


def cold_days(count: int, low: float, high: float) -> dict[date, DayTemperature]:
    """Return days from 1 January on, each a little colder or warmer than the one before."""
    return {
        date(2026, 1, 1) + timedelta(days=number): DayTemperature(
            low + number % 5, high + number % 5, 1.0
        )
        for number in range(count)
    }


def test_an_archive_is_moved_to_the_thermometer_that_knows_the_same_cold_days() -> None:
    archived = cold_days(300, -1, 5)
    measured = cold_days(40, 0.5, 7.5)
    # One that is wrong moves nothing, nor does the sun of summer.
    measured[date(2026, 1, 5)] = DayTemperature(-30.0, 45.0, 1.0)
    summer = {date(2026, 7, 1) + timedelta(days=n): n for n in range(60)}
    archived |= dict.fromkeys(summer, DayTemperature(15.0, 25.0, 1.0))
    measured |= dict.fromkeys(summer, DayTemperature(15.0, 40.0, 1.0))
    moved = laid_on(archived, measured)
    assert moved.keys() == archived.keys()
    for day, one in archived.items():
        assert (moved[day].low, moved[day].high) == (one.low + 1.5, one.high + 2.5)


def test_an_archive_stays_as_it_is_while_few_days_are_known_by_both() -> None:
    archived = cold_days(300, -1, 5)
    assert laid_on(archived, cold_days(29, 5, 11)) == archived
    assert laid_on(archived, {}) == archived
    assert laid_on({}, cold_days(300, 5, 11)) == {}


def test_a_day_that_is_moved_has_its_lowest_below_its_highest() -> None:
    archived = {day: DayTemperature(5.0, 5.2, 1.0) for day in cold_days(40, 0, 0)}
    measured = {day: DayTemperature(5.0, 6.0, 1.0) for day in list(archived)[:30]}
    archived |= {day: DayTemperature(2.0, 9.0, 1.0) for day in measured}
    (last,) = {laid_on(archived, measured)[day] for day in list(archived)[30:]}
    assert (last.low, last.high) == (pytest.approx(2.2), 8.0)
