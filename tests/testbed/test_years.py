"""The years behind the demo: what is said of an hour in several ways is one thing."""

from datetime import date, datetime, timedelta

import pytest

from testbed.household import PARIS, Household, moment
from testbed.years import (
    HOUR,
    Bought,
    Habits,
    Roof,
    Sold,
    Source,
    daylight,
    halves,
    hours,
    midnight,
)

HOUSE = Habits("House", 146, 10_900, 0.55)
ROOF = Roof("Roof", 3_000)
BOUGHT, SOLD = Bought(HOUSE, ROOF), Sold(HOUSE, ROOF)

YEAR = list(hours(midnight(date(2024, 1, 1)), midnight(date(2025, 1, 1))))


def test_what_a_home_draws_and_produces_is_what_it_uses_and_feeds_in_hour_by_hour() -> None:
    for at in YEAR:
        assert BOUGHT.hour(at) + ROOF.hour(at) == HOUSE.hour(at) + SOLD.hour(at)
        assert 0 in (BOUGHT.hour(at), SOLD.hour(at))
    assert any(SOLD.hour(at) for at in YEAR)


@pytest.mark.parametrize("source", [HOUSE, ROOF, BOUGHT, SOLD], ids=["house", "roof", "in", "out"])
def test_both_halves_of_an_hour_are_mean_powers_that_add_up_to_its_energy(source: Source) -> None:
    for at in YEAR:
        first, second = halves(source, at)
        assert min(first, second) >= 0
        assert (first + second) / 2 == source.hour(at)


def test_the_halves_of_an_hour_lean_to_the_hours_beside_it() -> None:
    morning = next(at for at in YEAR if HOUSE.hour(at - HOUR) + 80 < HOUSE.hour(at + HOUR))
    first, second = halves(HOUSE, morning)
    assert first < second


def test_a_year_has_each_of_its_hours_once() -> None:
    assert len(YEAR) == 366 * 24
    assert YEAR[-1] - YEAR[0] == timedelta(days=366) - HOUR


@pytest.mark.parametrize(
    ("day", "dark", "bright"),
    [
        pytest.param(
            datetime(2026, 12, 2, tzinfo=PARIS), (3, 8, 18, 23), (11, 13, 15), id="winter"
        ),
        pytest.param(datetime(2026, 6, 21, tzinfo=PARIS), (2, 5, 23), (8, 14, 20), id="summer"),
    ],
)
def test_a_sun_that_goes_with_the_clock_is_up_when_the_roofs_of_the_past_were(
    day: datetime, dark: tuple[int, ...], bright: tuple[int, ...]
) -> None:
    house, roof = Household(solar_peak_w=3_000, daylight=daylight), ROOF
    for hour in dark:
        at = day.replace(hour=hour, minute=30)
        assert (house.solar_watts(moment(at)), roof.hour(day.replace(hour=hour))) == (0, 0)
    for hour in bright:
        at = day.replace(hour=hour, minute=30)
        assert min(house.solar_watts(moment(at)), roof.hour(day.replace(hour=hour))) > 0
