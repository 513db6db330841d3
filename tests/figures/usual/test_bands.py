"""What is usual, of homes whose habits are known."""

from array import array
from collections.abc import Iterator
from datetime import date, timedelta
import random

import pytest

from custom_components.sen1.figures.usual.bands import (
    APPLIANCE_W,
    ENOUGH,
    HOME_W,
    MOST,
    Alike,
    Band,
    Side,
    Unusual,
    alike,
    bands_of,
    side_of,
    unusual_of,
)
from custom_components.sen1.figures.usual.means import QUARTERS, UNKNOWN, Quarters
from custom_components.sen1.figures.year.model import DayKind

CLOCK = list(range(QUARTERS))
ONE_DAY = timedelta(days=1)
WEDNESDAY = date(2026, 1, 14)


def days_before(day: date, count: int) -> list[date]:
    return [day - number * ONE_DAY for number in range(count, 0, -1)]


def day_of(seed: random.Random) -> Quarters:
    """Return a day of a home that uses most in the evening, never twice the same."""
    return array(
        "i", [round((900 if 72 <= q < 88 else 300) * seed.lognormvariate(0, 0.5)) for q in CLOCK]
    )


def band(low: float, median: float, high: float) -> Band:
    """Return a band of days that never go beyond it."""
    return Band(low, median, high, low, high)


def narrow(power: float) -> Band:
    return band(power - 1, power, power + 1)


def steady(power: int) -> Quarters:
    return array("i", [power] * QUARTERS)


def no_temperature(_day: date) -> None:
    return None


def test_half_of_all_quarters_of_a_day_alike_lie_in_the_band() -> None:
    seed = random.Random(7)
    bands = bands_of((day_of(seed), CLOCK) for _ in range(60))
    days = [day_of(seed) for _ in range(200)]
    inside = [
        band.low <= mean <= band.high
        for day in days
        for mean, band in zip(day, bands, strict=True)
        if band is not None
    ]
    assert len(inside) == 200 * QUARTERS
    assert sum(inside) / len(inside) == pytest.approx(0.5, abs=0.03)


def test_the_band_is_made_of_quartiles_between_values_in_proportion() -> None:
    days = [(array("i", [power] * QUARTERS), CLOCK) for power in range(100, 1600, 100)]
    assert bands_of(days) == [Band(450.0, 800.0, 1150.0, 170.0, 1430.0)] * QUARTERS


def test_nothing_is_usual_while_too_few_days_tell() -> None:
    days = [(steady(300), CLOCK)] * (ENOUGH - 1)
    assert bands_of(days) == [None] * QUARTERS
    half = steady(300)
    for number in range(48, QUARTERS):
        half[number] = UNKNOWN
    bands = bands_of([*days, (half, CLOCK)])
    assert (bands[47], bands[48]) == (band(300, 300, 300), None)


def test_an_hour_that_comes_twice_has_twice_its_place_on_the_clock() -> None:
    autumn = [*CLOCK[:12], *CLOCK[8:]]
    days = [(array("i", [100] * 100), autumn)] * (ENOUGH // 2)
    bands = bands_of(days)
    assert [bands[7], bands[8], bands[11], bands[12]] == [
        None,
        band(100, 100, 100),
        band(100, 100, 100),
        None,
    ]


# Which days are alike


def test_a_working_day_is_like_working_days_of_its_season_where_no_temperature_is_known() -> None:
    known = days_before(WEDNESDAY, 400)
    found = alike(WEDNESDAY, known, no_temperature)
    assert (found.kind, found.degrees) == (DayKind.WORKING, None)
    assert all(day.weekday() < 5 for day in found.days)
    near = [
        day
        for day in known
        if day.weekday() < 5 and ((WEDNESDAY - day).days <= 30 or (WEDNESDAY - day).days >= 335)
    ]
    assert found.days == near[-MOST:]
    assert alike(WEDNESDAY + 4 * ONE_DAY, known, no_temperature).kind is DayKind.WEEKEND


def test_weekends_of_two_months_are_of_a_season_where_one_has_too_few() -> None:
    sunday = WEDNESDAY + 4 * ONE_DAY
    for known, count in ((60, 17), (400, 27)):
        found = alike(sunday, days_before(sunday, known), no_temperature)
        assert len(found.days) == count


def test_days_about_as_cold_are_alike_whatever_their_season() -> None:
    known = days_before(WEDNESDAY, 365)
    degrees = {day: float(number % 12) for number, day in enumerate(known)}
    degrees[WEDNESDAY] = 6.0
    found = alike(WEDNESDAY, known, degrees.get)
    assert found.degrees == (4.5, 7.5)
    assert {degrees[day] for day in found.days} == {5.0, 6.0, 7.0}
    assert len(found.days) == MOST


def test_the_band_of_degrees_grows_until_enough_days_are_in_it() -> None:
    known = [day for day in days_before(WEDNESDAY, 80) if day.weekday() < 5][-40:]
    degrees = {day: number / 2 for number, day in enumerate(known)}
    degrees[WEDNESDAY] = 10.0
    found = alike(WEDNESDAY, known, degrees.get)
    assert (found.degrees, len(found.days)) == ((5.5, 14.5), 19)


def test_the_band_of_degrees_grows_no_further_than_far() -> None:
    known = [day for day in days_before(WEDNESDAY, 80) if day.weekday() < 5][-40:]
    degrees = {day: number / 2 for number, day in enumerate(known)}
    degrees[WEDNESDAY] = 0.0
    found = alike(WEDNESDAY, known, degrees.get)
    assert (found.degrees, len(found.days)) == ((0.0, 6.0), 13)


def test_a_colder_day_than_any_is_like_none() -> None:
    known = days_before(WEDNESDAY, 200)
    degrees = dict.fromkeys(known, 5.0)
    degrees[WEDNESDAY] = 25.0
    assert alike(WEDNESDAY, known, degrees.get).days == []


def test_the_season_tells_until_most_of_its_days_have_a_temperature() -> None:
    known = days_before(WEDNESDAY, 60)
    degrees = dict.fromkeys([*days_before(WEDNESDAY, 5), WEDNESDAY], 9.0)
    assert alike(WEDNESDAY, known, degrees.get).degrees is None
    degrees = dict.fromkeys([*days_before(WEDNESDAY, 30), WEDNESDAY], 9.0)
    assert alike(WEDNESDAY, known, degrees.get).degrees == (7.5, 10.5)


def test_a_day_is_compared_with_days_before_it_alone() -> None:
    known = [WEDNESDAY + number * ONE_DAY for number in range(100)]
    assert alike(WEDNESDAY, known, no_temperature) == Alike(DayKind.WORKING)


# Where a power is


@pytest.mark.parametrize(
    ("power", "before", "side"),
    [
        (300, None, Side.USUAL),
        (332, None, Side.ABOVE),
        (330, Side.USUAL, Side.USUAL),
        (302, Side.ABOVE, Side.ABOVE),
        (301, Side.ABOVE, Side.USUAL),
        (268, Side.USUAL, Side.BELOW),
        (298, Side.BELOW, Side.BELOW),
        (299, Side.BELOW, Side.USUAL),
    ],
)
def test_a_power_is_beside_a_band_by_more_than_nothing_and_stays_so_until_it_is_within(
    power: float, before: Side | None, side: Side
) -> None:
    assert side_of(power, narrow(300), before) is side


def test_a_house_that_stands_still_does_not_flap() -> None:
    seed, side = random.Random(3), None
    seen: set[Side] = set()
    for _ in range(1000):
        side = side_of(300 + seed.uniform(-15, 15), narrow(300), side)
        seen.add(side)
    assert seen == {Side.USUAL}


# What is unusual


def kept_on(least: float, means: list[int], usual: Band | None) -> list[bool]:
    unusual = Unusual(least)
    told = []
    for mean in means:
        unusual.take(mean, usual)
        told.append(unusual.is_on)
    return told


def test_an_oven_left_on_is_unusual_after_two_quarters_and_ends_with_the_first_usual_one() -> None:
    assert kept_on(HOME_W, [300, 1200, 1200, 1200, 300], band(250, 300, 400)) == [
        False,
        False,
        True,
        True,
        False,
    ]


def test_what_is_beyond_the_fence_for_one_quarter_is_not_unusual() -> None:
    assert not any(kept_on(HOME_W, [3000, 300, 3000, 300, 3000], band(250, 300, 400)))


def test_more_and_less_than_usual_do_not_add_up() -> None:
    assert not any(kept_on(HOME_W, [3000, 100, 3000, 100], band(900, 1000, 1100)))


def test_what_nobody_saw_is_not_unusual() -> None:
    assert not any(kept_on(HOME_W, [1200, UNKNOWN, 1200], band(250, 300, 400)))
    assert not any(kept_on(HOME_W, [1200, 1200], None))


def test_a_constant_house_is_never_unusual() -> None:
    seed = random.Random(11)
    bands = bands_of((steady(300), CLOCK) for _ in range(30))
    day = array("i", [round(300 + seed.uniform(-150, 150)) for _ in CLOCK])
    assert unusual_of(day, bands, CLOCK, HOME_W) == []


def test_a_freezer_left_open_is_unusual_though_no_home_would_notice() -> None:
    bands = bands_of((steady(60), CLOCK) for _ in range(30))
    day = steady(60)
    for number in range(40, 48):
        day[number] = 110
    assert unusual_of(day, bands, CLOCK, APPLIANCE_W) == [(40, 48)]
    assert unusual_of(day, bands, CLOCK, HOME_W) == []


def test_what_one_day_in_ten_does_is_not_unusual() -> None:
    """A washing machine that runs on six days of sixty."""
    bands = bands_of((steady(2200 if number % 10 == 0 else 300), CLOCK) for number in range(60))
    assert unusual_of(steady(2200), bands, CLOCK, HOME_W) == []
    assert unusual_of(steady(2600), bands, CLOCK, HOME_W) == [(0, QUARTERS)]


def test_heating_that_has_failed_is_unusual_too() -> None:
    bands = bands_of((steady(3000 + 10 * number), CLOCK) for number in range(30))
    assert unusual_of(steady(200), bands, CLOCK, HOME_W) == [(0, QUARTERS)]


def test_what_is_unusual_still_ends_where_a_day_is_known_to() -> None:
    bands = bands_of((steady(300), CLOCK) for _ in range(30))
    day = array("i", [300] * 20 + [2000] * 5 + [UNKNOWN] * 71)
    assert unusual_of(day, bands, CLOCK, HOME_W) == [(20, 25)]


def seeds() -> Iterator[random.Random]:
    for number in range(40):
        yield random.Random(number)


def test_a_home_that_lives_as_ever_is_seldom_told_to_be_unusual() -> None:
    alarms = 0
    for seed in seeds():
        bands = bands_of((day_of(seed), CLOCK) for _ in range(60))
        alarms += sum(len(unusual_of(day_of(seed), bands, CLOCK, HOME_W)) for _ in range(10))
    assert alarms / (40 * 10) < 0.02
