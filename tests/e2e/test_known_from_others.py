"""From nothing to a full Home, in Chromium, by what a friend or a data node gives of a home."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from itertools import pairwise
from typing import NamedTuple

import pytest
import pytest_socket

from testbed import exports
from testbed.background import Background
from testbed.browser import Browser
from testbed.data_node import SgeTiersNode, connected
from testbed.demo import day_for_a_check
from testbed.enedis import DAY
from testbed.home import Home
from testbed.home_assistant import HomeAssistant
from testbed.household import Household
from testbed.lovelace import add_dashboard
from testbed.tic_groups import Kind
from testbed.tic_meter import TicMeter
from testbed.waiting import until
from testbed.xmpp import federation
from testbed.years import Habits, midnight, total

from .adding import Newcomer, curve, today, yesterday_of

# A day that is about to end is waited for.
pytestmark = pytest.mark.timeout(1500)

MOTHER = Habits("Chez Maman", 61, 4_100, 0.6)
"""A friend's, who shares it."""
LODGING = Habits("Lodging", 52, 3_300, 0.4)
"""A data node's."""

DAYS = 60

PRM = "09111642617347"
DAILY = f"urn:dev:prm:{PRM}_consumption/energy/active/daily"

POWER = "sensor.power_of_the_house"
CLAMP = """
template:
  - sensor:
      - name: Power of the house
        unique_id: power_of_the_house
        unit_of_measurement: W
        device_class: power
        state_class: measurement
        state: 420
"""
"""What measures the friend's house from today on."""


class Given(NamedTuple):
    """Somebody without a home, who has a friend and a data node."""

    background: Background
    newcomer: Newcomer


async def befriend(house: Home, follower: Home) -> None:
    """Have the house share its power by half-hours, and what a file tells of it before."""
    past = await house.import_past("Before", exports.hdm(curve(MOTHER, DAYS)))
    details = {"title": MOTHER.name, "granularity": "pt30m", "past": past}
    await house.publish("power", POWER, details=details)
    await follower.grant(house, ())
    await house.grant(follower, ("power",), since=today() - (DAYS + 1) * DAY)


async def known(follower: Home, wanted: dict[str, float]) -> None:
    """Wait until statistics whose ids begin so tell all that was counted, Wh."""
    command = follower.home_assistant.command

    async def all_told() -> bool:
        ids = [one["statistic_id"] for one in await command("recorder/list_statistic_ids")]
        found = {begin: [one for one in ids if one.startswith(begin)] for begin in wanted}
        if not all(found.values()):
            return False
        rows = await command(
            "recorder/statistics_during_period",
            start_time=midnight(today() - (DAYS + 1) * DAY).isoformat(),
            statistic_ids=[one for some in found.values() for one in some],
            period="day",
            types=["change"],
            units={"energy": "Wh"},
        )
        counted = {
            begin: sum(row["change"] for one in some for row in rows.get(one, ()))
            for begin, some in found.items()
        }
        return counted == pytest.approx(wanted)

    await until(all_told, "the past of the series has come", within=180)


@pytest.fixture(scope="module")
def given() -> Iterator[Given]:
    """Run a friend, a data node, and the Home Assistant of somebody who follows both."""
    pytest_socket.enable_socket()  # Home Assistant's plugin forbids it, between tests too
    with Background() as background:
        stack = AsyncExitStack()

        async def begin() -> Newcomer:
            await day_for_a_check()
            servers = stack.enter_context(federation("maman.test", "fille.test"))
            meter = TicMeter(Kind.STANDARD_HC, Household(seed=1))
            instances = [HomeAssistant("Maman", CLAMP), HomeAssistant("Fille")]
            for instance in instances:
                stack.push_async_exit(instance)
            await asyncio.gather(*(instance.start() for instance in instances))
            house, follower = (
                Home(instance, server, "home", meter, direction="consumption")
                for instance, server in zip(instances, servers, strict=True)
            )
            days = [midnight(today() - back * DAY) for back in range(DAYS, -1, -1)]
            told = [
                (day.timestamp(), float(total(LODGING, day, after)))
                for day, after in pairwise(days)
            ]
            node = SgeTiersNode(
                servers[1].register("node"),
                {DAILY: told},
                users=[follower.account.jid],
                activation=days[0].timestamp(),
            )
            await stack.enter_async_context(connected(node))
            await asyncio.gather(house.add_account(), follower.add_account())
            await befriend(house, follower)
            await follower.add_data_node(node.address, "Enedis", DAILY)
            await known(
                follower,
                {
                    "sen1:friend_": total(MOTHER, days[0], days[-1]),
                    "sen1:feed_": total(LODGING, days[0], days[-1]),
                },
            )
            await add_dashboard(follower.home_assistant)
            browser = await stack.enter_async_context(Browser())
            return Newcomer(follower.home_assistant, browser)

        try:
            yield Given(background, background.do(begin()))
        finally:
            pytest_socket.enable_socket()
            background.do(stack.aclose())


@pytest.mark.parametrize(
    ("habits", "series"),
    [(MOTHER, "Chez Maman"), (LODGING, "Energy of a day")],
    ids=["friend", "data-node"],
)
def test_a_series_that_others_give_makes_a_home(given: Given, habits: Habits, series: str) -> None:
    async def scenario() -> None:
        async with given.newcomer.adding("A home or building: balance and surplus") as adding:
            await adding.see("Where is it known from?")
            await adding.write("Name", habits.name)
            await adding.add("Also known from", series)
            await adding.submit("It is there.")
            await adding.full_home(yesterday_of(habits))

    given.background.do(scenario())
