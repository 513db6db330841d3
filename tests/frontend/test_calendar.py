"""Days, weeks, months and years of a home, against Python's own calendar and zones.

The browser is in another zone throughout.
"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from .conftest import Modules, at

PARIS = "Europe/Paris"
PHOENIX = "America/Phoenix"
TOKYO = "Asia/Tokyo"
KATHMANDU = "Asia/Kathmandu"
AZORES = "Atlantic/Azores"

ZONES = [
    pytest.param(PARIS, id="Paris, whose hour changes"),
    pytest.param(TOKYO, id="Tokyo, whose hour never changes"),
    pytest.param(PHOENIX, id="Phoenix, west of Greenwich"),
    pytest.param("America/New_York", id="New York, west of Greenwich, whose hour changes"),
    pytest.param(KATHMANDU, id="Kathmandu, ahead by three quarters of an hour"),
    pytest.param("Australia/Lord_Howe", id="Lord Howe, whose half-hour changes"),
]


def midnight(day: date, zone: str) -> datetime:
    """Return when a day begins: where its midnight is skipped, when the clock is moved on."""
    return at(day.isoformat(), zone)


def period(unit: str, begin: str, end: str, zone: str) -> dict[str, Any]:
    return {"unit": unit, "begin": at(begin, zone), "end": at(end, zone)}


# Days


@pytest.mark.parametrize("zone", ZONES)
def test_each_day_of_two_years_begins_when_the_clock_of_the_home_says(
    modules: Modules, zone: str
) -> None:
    first = date(2025, 12, 28)
    days = [first + timedelta(n) for n in range(740)]
    begins = modules.value(
        "days.map(([year, month, day]) => calendar.dayBegin(zone, year, month - 1, day))",
        zone=zone,
        days=[[day.year, day.month, day.day] for day in days],
    )
    assert begins == [midnight(day, zone) for day in days]


@pytest.mark.parametrize(
    ("month", "day", "begin"),
    [
        pytest.param(0, 0, "2025-12-31", id="the day before the first of the year"),
        pytest.param(11, 32, "2027-01-01", id="a day after the last of the year"),
        pytest.param(12, 1, "2027-01-01", id="a month after the last"),
        pytest.param(-1, 1, "2025-12-01", id="a month before the first"),
        pytest.param(2, -27, "2026-02-01", id="days back over a month"),
    ],
)
def test_a_date_beyond_its_month_or_year_is_one_of_the_next(
    modules: Modules, month: int, day: int, begin: str
) -> None:
    found = modules.value(
        "calendar.dayBegin(zone, 2026, month, day)", zone=PARIS, month=month, day=day
    )
    assert found == at(begin, PARIS)


@pytest.mark.parametrize(
    ("time", "days", "begin"),
    [
        pytest.param("2026-03-28T23:00:00Z", 0, "2026-03-29", id="the first moment of a day"),
        pytest.param("2026-03-29T21:59:59.999Z", 0, "2026-03-29", id="the last of a day of 23 h"),
        pytest.param("2026-03-29T22:00:00Z", 0, "2026-03-30", id="the first after it"),
        pytest.param("2026-10-25T22:59:59.999Z", 0, "2026-10-25", id="the last of a day of 25 h"),
        pytest.param("2026-03-28T12:00:00Z", 1, "2026-03-29", id="on to a day of 23 h"),
        pytest.param("2026-03-28T12:00:00Z", 2, "2026-03-30", id="on over a day of 23 h"),
        pytest.param("2026-10-26T12:00:00Z", -1, "2026-10-25", id="back to a day of 25 h"),
        pytest.param("2026-10-26T12:00:00Z", -2, "2026-10-24", id="back over a day of 25 h"),
        pytest.param("2027-01-01T00:30:00Z", -1, "2026-12-31", id="back over a new year"),
    ],
)
def test_a_day_is_moved_by_days_of_the_calendar(
    modules: Modules, time: str, days: int, begin: str
) -> None:
    found = modules.value(
        "calendar.startOfDay(time, zone, days)", time=at(time), zone=PARIS, days=days
    )
    assert found == at(begin, PARIS)


def test_a_time_may_be_given_in_milliseconds(modules: Modules) -> None:
    noon = at("2026-07-01T12:00", PHOENIX)
    found = modules.value("calendar.startOfDay(+time, zone)", time=noon, zone=PHOENIX)
    assert found == at("2026-07-01", PHOENIX)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        pytest.param(AZORES, "2026-03-29", id="the Azores, west of Greenwich"),
        pytest.param("America/Santiago", "2024-09-08", id="Chile, west of Greenwich"),
        pytest.param("Africa/Cairo", "2024-04-26", id="Egypt, east of Greenwich"),
    ],
)
def test_a_day_without_a_midnight_begins_when_its_clock_is_moved_on(
    modules: Modules, zone: str, day: str
) -> None:
    that = date.fromisoformat(day)
    days = [that + timedelta(n) for n in range(-1, 3)]
    before, begin, after, last = (midnight(day, zone) for day in days)
    assert after - begin == timedelta(hours=23)
    found = modules.run(
        """
        const yesterday = calendar.periodAt(before, "day", zone);
        const today = calendar.move(yesterday, 1, zone);
        const tomorrow = calendar.move(today, 1, zone);
        const days = calendar.daysOf({ begin: before, end: last }, zone);
        return [yesterday, today, tomorrow].map(({ begin }) => begin).concat(days);
        """,
        before=before,
        last=last,
        zone=zone,
    )
    assert found == [before, begin, after] * 2


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        pytest.param(AZORES, "2026-10-25", id="the Azores, west of Greenwich"),
        pytest.param("America/Havana", "2024-11-03", id="Cuba, west of Greenwich"),
        pytest.param("Asia/Amman", "2021-10-29", id="Jordan, east of Greenwich"),
    ],
)
def test_a_day_with_two_midnights_begins_with_the_first(
    modules: Modules, zone: str, day: str
) -> None:
    found = modules.value("calendar.fromField(day, zone)", day=day, zone=zone)
    assert found == at(day, zone, fold=0) == at(day, zone, fold=1) - timedelta(hours=1)


# Periods


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("unit", "by", "begin", "end"),
    [
        pytest.param("day", 0, "2026-10-25", "2026-10-26", id="the day"),
        pytest.param("day", -1, "2026-10-24", "2026-10-25", id="the day before"),
        pytest.param("week", 0, "2026-10-19", "2026-10-26", id="the week, which begins on Monday"),
        pytest.param("week", 1, "2026-10-26", "2026-11-02", id="the next week"),
        pytest.param("month", 0, "2026-10-01", "2026-11-01", id="the month"),
        pytest.param("month", 3, "2027-01-01", "2027-02-01", id="a month of the next year"),
        pytest.param("month", -10, "2025-12-01", "2026-01-01", id="a month of the last year"),
        pytest.param("year", 0, "2026-01-01", "2027-01-01", id="the year"),
        pytest.param("year", -1, "2025-01-01", "2026-01-01", id="the year before"),
    ],
)
@pytest.mark.parametrize("hour", ["00:00:00", "23:59:59"])
def test_a_time_lies_in_the_period_of_the_home(
    modules: Modules, zone: str, unit: str, by: int, begin: str, end: str, hour: str
) -> None:
    found = modules.value(
        "calendar.periodAt(time, unit, zone, by)",
        time=at(f"2026-10-25T{hour}", zone),  # a Sunday
        unit=unit,
        zone=zone,
        by=by,
    )
    assert found == period(unit, begin, end, zone)


@pytest.mark.parametrize("day", range(19, 26))
def test_all_days_from_monday_to_sunday_are_of_one_week(modules: Modules, day: int) -> None:
    found = modules.value(
        "calendar.periodAt(time, 'week', zone)", time=at(f"2026-10-{day}T12:00", PARIS), zone=PARIS
    )
    assert found == period("week", "2026-10-19", "2026-10-26", PARIS)


def test_a_span_is_a_number_of_days_from_one(modules: Modules) -> None:
    time = at("2026-03-30T09:00", PARIS)
    found = modules.value("calendar.span(time, zone, -2, 3)", time=time, zone=PARIS)
    assert found == period("days", "2026-03-28", "2026-03-31", PARIS)


PRESETS = {
    "today": ("day", "2026-03-31", "2026-04-01"),
    "yesterday": ("day", "2026-03-30", "2026-03-31"),
    "day_before": ("day", "2026-03-29", "2026-03-30"),
    "same_day": ("day", "2026-03-24", "2026-03-25"),
    "this_week": ("week", "2026-03-30", "2026-04-06"),
    "last_week": ("week", "2026-03-23", "2026-03-30"),
    "last_7_days": ("days", "2026-03-24", "2026-03-31"),
    "last_30_days": ("days", "2026-03-01", "2026-03-31"),
    "last_90_days": ("days", "2025-12-31", "2026-03-31"),
    "this_month": ("month", "2026-03-01", "2026-04-01"),
    "last_month": ("month", "2026-02-01", "2026-03-01"),
    "this_year": ("year", "2026-01-01", "2027-01-01"),
    "last_year": ("year", "2025-01-01", "2026-01-01"),
    "two_years": ("two_years", "2025-01-01", "2027-01-01"),
    "last_hour": ("hour", "2026-03-31T22:00", "2026-03-31T23:00"),
}


@pytest.mark.parametrize("zone", [PARIS, PHOENIX])
def test_presets_are_periods_around_now(modules: Modules, zone: str) -> None:
    found = modules.value(
        "Object.fromEntries(Object.entries(calendar.PRESETS)"
        ".map(([name, of]) => [name, of(time, zone)]))",
        time=at("2026-03-31T23:30", zone),
        zone=zone,
    )
    assert found == {name: period(*one, zone) for name, one in PRESETS.items()}


@pytest.mark.parametrize(
    ("unit", "begin", "end", "before"),
    [
        pytest.param("hour", "2026-03-29T03:00", "2026-03-29T04:00", "2026-03-29T01:00", id="hour"),
        pytest.param("two_years", "2025-01-01", "2027-01-01", "2023-01-01", id="two years"),
    ],
)
def test_an_hour_and_two_years_have_one_before_and_one_after(
    modules: Modules, unit: str, begin: str, end: str, before: str
) -> None:
    shown = period(unit, begin, end, PARIS)
    found = modules.value(
        "[calendar.move(shown, -1, zone), calendar.move(calendar.move(shown, -1, zone), 1, zone)]",
        shown=shown,
        zone=PARIS,
    )
    assert found == [period(unit, before, begin, PARIS), shown]


def test_hours_of_a_zone_that_is_ahead_by_half_an_hour_are_its_own(modules: Modules) -> None:
    zone = "Asia/Kolkata"
    time = at("2026-03-31T10:45", zone)
    found = modules.value("calendar.periodAt(time, 'hour', zone)", time=time, zone=zone)
    assert found == period("hour", "2026-03-31T10:00", "2026-03-31T11:00", zone)


# From one period to another


@pytest.mark.parametrize(
    ("begin", "end", "days"),
    [
        pytest.param("2026-03-29", "2026-03-30", 1, id="a day of 23 h"),
        pytest.param("2026-10-25", "2026-10-26", 1, id="a day of 25 h"),
        pytest.param("2026-03-23", "2026-03-30", 7, id="a week that ends with 23 h"),
        pytest.param("2028-01-01", "2029-01-01", 366, id="a leap year"),
    ],
)
def test_days_are_counted_by_the_calendar(
    modules: Modules, begin: str, end: str, days: int
) -> None:
    found = modules.value("calendar.daysIn(period)", period=period("days", begin, end, PARIS))
    assert found == days


@pytest.mark.parametrize(
    ("unit", "begin", "end", "by", "to_begin", "to_end"),
    [
        pytest.param(
            *("day", "2026-03-29", "2026-03-30", 1, "2026-03-30", "2026-03-31"), id="a day of 23 h"
        ),
        pytest.param(
            *("day", "2026-10-26", "2026-10-27", -1, "2026-10-25", "2026-10-26"),
            id="back to a day of 25 h",
        ),
        pytest.param(
            *("week", "2026-03-23", "2026-03-30", 1, "2026-03-30", "2026-04-06"), id="a week"
        ),
        pytest.param(
            *("month", "2026-03-01", "2026-04-01", -1, "2026-02-01", "2026-03-01"),
            id="to a month with fewer days",
        ),
        pytest.param(
            *("year", "2028-01-01", "2029-01-01", -1, "2027-01-01", "2028-01-01"),
            id="to a year with fewer days",
        ),
        pytest.param(
            *("days", "2026-03-27", "2026-03-30", 1, "2026-03-30", "2026-04-02"),
            id="days, the last of which has 23 h",
        ),
        pytest.param(
            *("days", "2026-10-26", "2026-10-28", -2, "2026-10-22", "2026-10-24"),
            id="days back over one of 25 h",
        ),
    ],
)
def test_a_period_is_moved_to_one_of_its_kind(
    modules: Modules, unit: str, begin: str, end: str, by: int, to_begin: str, to_end: str
) -> None:
    found = modules.value(
        "calendar.move(period, by, zone)",
        period=period(unit, begin, end, PARIS),
        by=by,
        zone=PARIS,
    )
    assert found == period(unit, to_begin, to_end, PARIS)


@pytest.mark.parametrize(
    ("unit", "begin", "end", "expected"),
    [
        pytest.param(
            *("week", "2026-10-19", "2026-10-26"),
            ("days", "2025-10-20", "2025-10-27"),
            id="a week with one that begins on a Monday too",
        ),
        pytest.param(
            *("days", "2026-10-18", "2026-10-26"),
            ("days", "2025-10-18", "2025-10-26"),
            id="eight days with the same dates of the year before",
        ),
        pytest.param(
            *("month", "2028-02-01", "2028-03-01"),
            ("month", "2027-02-01", "2027-03-01"),
            id="a February of a leap year with one of another",
        ),
        pytest.param(
            *("days", "2027-12-20", "2028-01-10"),
            ("days", "2026-12-20", "2027-01-10"),
            id="days over a new year with the same dates",
        ),
    ],
)
def test_a_period_is_compared_with_that_of_a_year_ago(
    modules: Modules, unit: str, begin: str, end: str, expected: tuple[str, str, str]
) -> None:
    found = modules.value(
        "calendar.yearEarlier(period, zone)",
        period=period(unit, begin, end, PARIS),
        zone=PARIS,
    )
    assert found == period(*expected, PARIS)


# What a period is made of


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("first", [date(2026, 3, 23), date(2026, 10, 19), date(2026, 12, 28)])
def test_the_days_of_a_period_are_those_of_the_calendar(
    modules: Modules, zone: str, first: date
) -> None:
    days = [first + timedelta(n) for n in range(15)]
    whole = {"begin": midnight(days[0], zone), "end": midnight(days[-1], zone)}
    found = modules.value("calendar.daysOf(period, zone)", period=whole, zone=zone)
    assert found == [midnight(day, zone) for day in days[:-1]]


def test_the_months_of_a_period_begin_with_its_beginning(modules: Modules) -> None:
    whole = period("days", "2026-09-15", "2027-02-10", PARIS)
    found = modules.value("calendar.monthsOf(period, zone)", period=whole, zone=PARIS)
    begins = ("2026-09-15", "2026-10-01", "2026-11-01", "2026-12-01", "2027-01-01", "2027-02-01")
    assert found == [at(begin, PARIS) for begin in begins]


def test_the_months_of_a_year_are_twelve(modules: Modules) -> None:
    whole = period("year", "2026-01-01", "2027-01-01", PHOENIX)
    found = modules.value("calendar.monthsOf(period, zone)", period=whole, zone=PHOENIX)
    assert found == [at(f"2026-{month:02}-01", PHOENIX) for month in range(1, 13)]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2026-01-01", "2028-02-29"])
def test_a_field_writes_the_date_of_the_home(modules: Modules, zone: str, day: str) -> None:
    last = midnight(date.fromisoformat(day) + timedelta(1), zone) - timedelta(milliseconds=1)
    times = [at(day, zone), last]
    found = modules.value(
        "times.map((time) => calendar.toField(time, zone))", times=times, zone=zone
    )
    assert found == [day, day]
    assert modules.value("calendar.fromField(day, zone)", day=day, zone=zone) == at(day, zone)
