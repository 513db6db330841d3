"""The household that has a past: it goes on as it did, whatever the hour of its sun."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean

import pytest

from custom_components.sen1.figures.usual.bands import HOME_W, Side, alike, bands_of, side_of
from custom_components.sen1.figures.usual.means import Days
from testbed.habitual import QUARTER_S, HabitualHousehold, watts
from testbed.household import (
    FRIDGE,
    LIVED_WITH,
    PARIS,
    SECOND,
    Appliance,
    Household,
    hour_of,
    moment,
    standby,
)
from testbed.weather import degree_days
from testbed.years import SCHOOL_SHAPE, Habits, halves, hours, midnight

HOUSE = Habits("House", 146, 10_900, 0.55)
SCHOOL = Habits("School", 520, 11_500, 0.15, SCHOOL_SHAPE, 0.3)
BEGIN = datetime(2026, 1, 15, 20, tzinfo=PARIS)
"""Of a cold evening, when the house's sun stands at noon."""
NOON = BEGIN.replace(hour=12)
AHEAD = moment(NOON) - moment(BEGIN)
DAY_S = 86400
HOUR = 3600 * SECOND

HOMES: list[tuple[Habits, Sequence[tuple[Appliance, int]]]] = [
    (HOUSE, LIVED_WITH),
    (SCHOOL, FRIDGE),
]
both = pytest.mark.parametrize(("habits", "appliances"), HOMES, ids=["house", "school"])


def home(
    habits: Habits, appliances: Sequence[tuple[Appliance, int]], *, solar_peak_w: int = 0
) -> Household:
    """Return a household that goes on with its habits."""
    return HabitualHousehold(
        1, habits, begin=NOON, since=BEGIN, appliances=appliances, solar_peak_w=solar_peak_w
    )


def day(household: Household) -> list[int]:
    """Return what it draws in each second of its first day, W."""
    begin = moment(NOON)
    return [household.watts(begin + second * SECOND) for second in range(DAY_S)]


@both
def test_a_household_goes_on_with_its_habits_of_the_real_hour(
    habits: Habits, appliances: Sequence[tuple[Appliance, int]]
) -> None:
    used, begin = day(home(habits, appliances)), moment(BEGIN) // SECOND
    for second in range(0, DAY_S, QUARTER_S):
        mean = fmean(used[second : second + QUARTER_S])
        assert mean == pytest.approx(watts(habits, begin + second), abs=2)


@both
def test_it_uses_no_less_than_its_appliances_and_overloads_no_meter(
    habits: Habits, appliances: Sequence[tuple[Appliance, int]]
) -> None:
    household, begin = home(habits, appliances), moment(BEGIN) // SECOND
    used = day(household)
    for second, watt in enumerate(used):
        at = begin + second
        drawn = [round(one(household, at, hour_of(at))) for one, _ in appliances]
        assert watt >= sum(drawn) + round(standby(household, at, 0))
    assert max(used) < 5000


@both
def test_what_it_uses_is_mostly_usual_and_never_unusual(
    habits: Habits, appliances: Sequence[tuple[Appliance, int]]
) -> None:
    days, began = Days(PARIS), BEGIN.date()
    past = {began - timedelta(days=ago): array("i") for ago in range(1, 731)}
    for one, quarters in past.items():
        for hour in hours(midnight(one), midnight(one + timedelta(days=1))):
            for half in halves(habits, hour):
                quarters.extend([half, half])
    household = home(habits, appliances)
    within = usual = count = 0
    for one in (began + timedelta(days=ahead) for ahead in range(1, 8)):
        alike_days = alike(one, past, degree_days).days
        bands = bands_of((past[each], days.clock(each)) for each in alike_days)
        side = None
        for number, band in enumerate(bands):
            begin = moment(midnight(one)) + number * QUARTER_S * SECOND + AHEAD
            seconds = range(begin, begin + QUARTER_S * SECOND, 15 * SECOND)
            mean = fmean(household.watts(second) for second in seconds)
            assert band is not None
            below, above = band.fence(HOME_W)
            assert below <= mean <= above
            side = side_of(mean, band, side)
            within += band.low <= mean <= band.high
            usual += side is Side.USUAL
            count += 1
    assert within >= 0.45 * count
    assert usual >= 0.8 * count


def test_its_sun_shines_by_its_own_clock() -> None:
    dark, sunny = home(HOUSE, LIVED_WITH), home(HOUSE, LIVED_WITH, solar_peak_w=3000)
    for second in range(0, 3600, 60):
        at = moment(NOON) + second * SECOND
        assert sunny.solar_watts(at) > 500
        assert sunny.watts(at) == dark.watts(at) - sunny.solar_watts(at)


def test_what_it_used_is_the_sum_of_its_segments() -> None:
    household, begin = home(HOUSE, LIVED_WITH), moment(NOON)
    used = sum(one.watts * (one.end - one.begin) for one in household.segments(begin, begin + HOUR))
    assert used == sum(household.watts(begin + second * SECOND) for second in range(3600)) * SECOND


@dataclass(frozen=True)
class Around:
    """A kilowatt around a time, four at any other."""

    time: datetime

    def hour(self, at: datetime) -> int:
        """Return the Wh of the hour that begins at a time."""
        return 1000 if abs(at - self.time) < timedelta(days=1) else 4000


def test_it_goes_on_from_now_whatever_date_it_has() -> None:
    begin = datetime(2020, 6, 21, 12, 30, tzinfo=PARIS)
    now = Around(datetime.now(PARIS))
    school = HabitualHousehold(4, now, begin=begin, appliances=FRIDGE)
    assert school.watts(moment(begin)) == pytest.approx(1000, abs=20)
