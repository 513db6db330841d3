"""The whole line: meters, a gateway, two servers, two Home Assistants; what looks at it later does
so once this has held it against the truth, as `scripts/demo --check` does.
"""

import asyncio

import pytest

from testbed.demo import Demo, check, complaints, day_for_a_check, rows_of
from testbed.tic_meter import TicMeter
from testbed.waiting import until

from .conftest import Played


@pytest.fixture(scope="package")
def _whole_day() -> None:
    """Begin nothing that the day would end in."""
    asyncio.run(day_for_a_check())


async def checked(demo: Demo) -> None:
    """Check the demo, then give back what was withdrawn, and undo what was drawn."""
    house, cooperative = demo.house, demo.cooperative
    assert isinstance(house.meter, TicMeter)
    assert isinstance(cooperative.meter, TicMeter)
    households = [house.meter.household, cooperative.meter.household]
    drawn = []
    for household in households:
        household.freeze()
        drawn.append(household.watts(household.now()))
    await check(demo)
    assert not list(complaints(demo))
    for household, watts in zip(households, drawn, strict=True):
        household.step(watts - household.watts(household.now()))
        household.go_on()
    await house.grant(cooperative, house.series)
    rows = await rows_of(house, cooperative)
    await until(lambda: all(row.status == "receiving" for row in rows), "all is given again")


@pytest.mark.timeout(1500)
@pytest.mark.usefixtures("_whole_day")
def test_the_demo_shows_the_truth_at_friends_and_in_figures_and_a_withdrawal_stops_it(
    played: Played,
) -> None:
    played.background.do(checked(played.demo))
