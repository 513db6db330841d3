"""The periods of the past and those of a year before, against Python's own calendar and zones."""

from datetime import date, timedelta

import pytest

from .conftest import Modules, at
from .test_calendar import PARIS, PHOENIX, ZONES, midnight, period


@pytest.mark.parametrize("zone", [PARIS, PHOENIX])
@pytest.mark.parametrize(
    ("unit", "begin", "end", "before", "until"),
    [
        pytest.param(
            *("day", "2026-06-24", "2026-06-25", "2025-06-25", "2025-06-26"),
            id="a day with the same day of the week",
        ),
        pytest.param(
            *("week", "2026-06-22", "2026-06-29", "2025-06-23", "2025-06-30"),
            id="a week with one that begins on a Monday too",
        ),
        pytest.param(
            *("month", "2026-06-01", "2026-07-01", "2025-06-01", "2025-07-01"), id="a month"
        ),
        pytest.param(
            *("month", "2028-02-01", "2028-03-01", "2027-02-01", "2027-03-01"),
            id="a February of 29 days with all 28 of another",
        ),
        pytest.param(
            *("month", "2029-02-01", "2029-03-01", "2028-02-01", "2028-02-29"),
            id="a February of 28 days with as many of 29",
        ),
        pytest.param(
            *("year", "2029-01-01", "2030-01-01", "2028-01-01", "2029-01-01"),
            id="a year with the whole leap year",
        ),
    ],
)
def test_a_period_has_the_same_a_year_before(
    modules: Modules, zone: str, unit: str, begin: str, end: str, before: str, until: str
) -> None:
    found = modules.value(
        "spans.yearBefore(period, zone)", period=period(unit, begin, end, zone), zone=zone
    )
    assert found == period(unit, before, until, zone)


@pytest.mark.parametrize(
    ("unit", "begin", "end", "now", "moment"),
    [
        pytest.param(
            *("month", "2026-06-01", "2026-07-01", "2026-06-24T18:42", "2025-06-24T18:42"),
            id="a month: the same date and hour",
        ),
        pytest.param(
            *("year", "2026-01-01", "2027-01-01", "2026-06-24T18:42", "2025-06-24T18:42"),
            id="a year: the same date and hour",
        ),
        pytest.param(
            *("week", "2026-06-22", "2026-06-29", "2026-06-24T18:42", "2025-06-25T18:42"),
            id="a week: the same weekday and hour",
        ),
        pytest.param(
            *("day", "2026-06-24", "2026-06-25", "2026-06-24T18:42", "2025-06-25T18:42"),
            id="a day: the same hour of the same weekday",
        ),
        pytest.param(
            *("month", "2028-02-01", "2028-03-01", "2028-02-29T10:00", "2027-03-01T00:00"),
            id="the 29 February: the end of the month before",
        ),
        pytest.param(
            *("month", "2026-03-01", "2026-04-01", "2026-03-29T12:00", "2025-03-29T12:00"),
            id="noon of a day of 23 h is noon, not an hour before",
        ),
        pytest.param(
            *("month", "2026-10-01", "2026-11-01", "2026-10-25T12:00", "2025-10-25T12:00"),
            id="noon of a day of 25 h is noon",
        ),
        pytest.param(
            *("year", "2025-01-01", "2026-01-01", "2025-03-31T02:30", "2024-03-31T03:30"),
            id="an hour that the other day leaves out",
        ),
    ],
)
def test_a_period_that_goes_on_is_compared_up_to_the_same_moment(
    modules: Modules, unit: str, begin: str, end: str, now: str, moment: str
) -> None:
    found = modules.value(
        "spans.momentBefore(time, period, zone)",
        time=at(now, PARIS),
        period=period(unit, begin, end, PARIS),
        zone=PARIS,
    )
    assert found == at(moment, PARIS)


@pytest.mark.parametrize("zone", ZONES)
def test_each_moment_of_a_day_is_shown_by_the_clock_that_it_is_made_of(
    modules: Modules, zone: str
) -> None:
    first = midnight(date(2026, 4, 15), zone)
    times = [first + timedelta(minutes=17 * n) for n in range(85)]
    found = modules.value(
        "times.map((time) => calendar.momentOf(zone, calendar.partsOf(time, zone)))",
        times=times,
        zone=zone,
    )
    assert found == times


SPRING, AUTUMN = "2026-03-29", "2026-10-25"
USUAL = "2026-06-24"


def hours(modules: Modules, own: str, before: str) -> list[list[int]]:
    """Return which hours of a day those of another are compared with."""
    found: list[list[int]] = modules.run(
        """
        const hours = (text) => {
            const { begin, end } = calendar.periodAt(calendar.fromField(text, zone), "day", zone);
            const count = (end - begin) / 3_600_000;
            return Array.from({ length: count }, (_, i) => +begin + i * 3_600_000);
        };
        return spans.matched(hours(own), hours(before), "day", zone);
        """,
        own=own,
        before=before,
        zone=PARIS,
    )
    return found


def test_hours_are_compared_by_the_clock(modules: Modules) -> None:
    assert hours(modules, USUAL, USUAL) == [[n] for n in range(24)]


def test_an_hour_that_the_day_before_has_twice_is_their_sum(modules: Modules) -> None:
    found = hours(modules, USUAL, AUTUMN)
    assert found[:4] == [[0], [1], [2, 3], [4]]
    assert found[23] == [24]


def test_an_hour_that_a_day_has_twice_is_compared_once(modules: Modules) -> None:
    found = hours(modules, AUTUMN, USUAL)
    assert found[:5] == [[0], [1], [2], [], [3]]


def test_an_hour_that_a_day_leaves_out_is_put_to_the_one_before(modules: Modules) -> None:
    found = hours(modules, SPRING, USUAL)
    assert found[:4] == [[0], [1, 2], [3], [4]]


def test_an_hour_that_the_day_before_leaves_out_is_not_known(modules: Modules) -> None:
    found = hours(modules, USUAL, SPRING)
    assert found[:4] == [[0], [1], [], [2]]


@pytest.mark.parametrize("own", [USUAL, SPRING, AUTUMN])
@pytest.mark.parametrize("before", [USUAL, SPRING, AUTUMN])
def test_no_hour_of_the_day_before_is_lost_or_counted_twice(
    modules: Modules, own: str, before: str
) -> None:
    found = hours(modules, own, before)
    count = {USUAL: 24, SPRING: 23, AUTUMN: 25}[before]
    assert sorted(i for pair in found for i in pair) == list(range(count))


def test_values_of_the_year_before_stand_at_their_steps(modules: Modules) -> None:
    found = modules.value(
        "spans.lined([[0], [1, 2], [], [3]], values)", values=[1.5, 2.0, None, None]
    )
    assert found == [1.5, 2.0, None, None]
