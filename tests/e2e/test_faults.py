"""What fails between a meter and a friend: every reading that counts arrives, and once.

A reading counts once the house's recorder has committed it. `Exchange.settle` looks at all that
must hold after each fault; a fault leaves nothing behind for the next.
"""

import asyncio
from collections.abc import Awaitable, Callable
import os
import random
import time

import pytest

from testbed.cable import Way
from testbed.exchange import COOP, HOUSE, Exchange
from testbed.waiting import until

from .conftest import IS_LONG, World

KILLS = int(os.environ.get("SEN1_KILLS", "2"))
"""How often the house loses its power."""

SERVER_KILLS_S = float(os.environ.get("SEN1_SERVER_KILLS", "10"))
"""Seconds for which both servers lose their power at random."""

pytestmark = pytest.mark.timeout((1200 if IS_LONG else 300) + 60 * KILLS + 2 * SERVER_KILLS_S)

CUT = 60 if IS_LONG else 5
"""Readings of each sampled series, one a second, that a cut takes: a node keeps 16."""

OUTBOX = 1800 if IS_LONG else 300
"""Readings, one every two seconds, that there was no link for: an hour of them, or ten minutes."""

WEEK = 7 * 24 * 6 if IS_LONG else 60
"""Readings, one every ten minutes, that the cooperative is away for; then more than a node keeps.

More would wait for minutes at the house: it sends 1 kB/s, however short a week is made.
"""

only_long = pytest.mark.skipif(not IS_LONG, reason="long: SEN1_FAULTS=all")

type Scenario = Callable[[Exchange], Awaitable[None]]


def on_an_exchange(scenario: Scenario) -> Callable[[World], None]:
    """Make a test of a scenario: it is played in the loop that the exchange lives in."""

    def test(world: World) -> None:
        world.play(scenario)

    test.__doc__ = scenario.__doc__
    return test


@on_an_exchange
async def test_a_cut_between_the_servers_loses_nothing(exchange: Exchange) -> None:
    exchange.cut_border()
    await exchange.sampled.sample(count=CUT, pause_s=1)
    exchange.mend()
    await exchange.hear_again()
    print(await exchange.settle(with_holes=IS_LONG))


@on_an_exchange
async def test_what_the_house_says_vanishes_on_its_way(exchange: Exchange) -> None:
    exchange.swallow(HOUSE)
    await exchange.sampled.sample(count=CUT, pause_s=1)
    assert exchange.shown("index") != exchange.truth("index")
    exchange.mend()
    await exchange.hear_again()
    print(await exchange.settle(with_holes=IS_LONG))


@on_an_exchange
async def test_what_the_cooperative_says_vanishes_on_its_way(exchange: Exchange) -> None:
    exchange.swallow(COOP)
    await exchange.sampled.sample(count=5, pause_s=1)
    await until(
        lambda: exchange.shown("index") == exchange.truth("index"),
        "the cooperative hears the house, that does not hear it",
    )
    # After half a minute without an acknowledgement a Prosody ends its way to another one too.
    await exchange.sampled.sample(count=CUT, pause_s=1)
    exchange.mend()
    await exchange.hear_again()
    print(await exchange.settle(with_holes=IS_LONG))


@on_an_exchange
async def test_a_link_half_open_both_ways_loses_nothing(exchange: Exchange) -> None:
    exchange.swallow(HOUSE, COOP)
    await exchange.sampled.sample(count=CUT, pause_s=1)
    exchange.mend()
    await exchange.hear_again()
    print(await exchange.settle(with_holes=IS_LONG))


@on_an_exchange
async def test_a_house_without_its_link_sends_what_its_recorder_kept(exchange: Exchange) -> None:
    exchange.line.cut()
    await exchange.sampled.sample(count=20, pause_s=0.2)
    exchange.mend()
    print(await exchange.settle())


@only_long
@on_an_exchange
async def test_a_house_whose_link_died_without_a_word_finds_out(exchange: Exchange) -> None:
    exchange.line.swallow(*Way)
    await exchange.sampled.sample(count=30, pause_s=0.2)
    online = {"online": True}
    while online["online"]:
        await asyncio.sleep(1)
        online = await exchange.house.diagnostics()
    exchange.mend()
    print(await exchange.settle())


@only_long
@on_an_exchange
async def test_a_cooperative_that_starts_unheard_asks_until_it_is(exchange: Exchange) -> None:
    exchange.swallow(COOP)
    await exchange.cooperative.home_assistant.stop()
    await exchange.sampled.sample(count=5, pause_s=1)
    await exchange.cooperative.home_assistant.start()
    exchange.mend()
    await exchange.hear_again()
    print(await exchange.settle(with_restart=True))


@on_an_exchange
async def test_a_full_outbox_drains_within_the_servers_limits_live_first(
    exchange: Exchange,
) -> None:
    exchange.line.cut()
    await exchange.sampled.sample(count=OUTBOX, every_s=2)
    drops = [(await home.diagnostics())["drops"] for home in (exchange.house, exchange.cooperative)]
    begin = len(exchange.witness.order)
    exchange.mend()
    await until(lambda: len(exchange.witness.order) > begin, "the link is back", within=60)
    await exchange.sampled.sample()
    await until(
        lambda: exchange.shown("index") == exchange.truth("index"), "live readings", within=60
    )
    waiting = exchange.missing()
    assert waiting > 0, "nothing was left to drain when a live reading arrived"
    began = time.monotonic()
    tally = await exchange.settle()
    print(
        f"{waiting} waited behind a live one, drained in {time.monotonic() - began:.0f} s; {tally}"
    )
    assert drops == [
        (await home.diagnostics())["drops"] for home in (exchange.house, exchange.cooperative)
    ]


@on_an_exchange
async def test_a_cooperative_away_for_a_week_knows_what_it_missed(exchange: Exchange) -> None:
    home_assistant = exchange.cooperative.home_assistant
    await asyncio.gather(home_assistant.stop(), exchange.witness.leave())
    exchange.household.freeze()  # so that the rate leaves room for what is sampled
    await exchange.sampled.sample(WEEK, every_s=600, pause_s=0.005)
    await exchange.sampled.sample(3, pause_s=3)
    missed = exchange.kept("index")[-1]
    while missed in exchange.kept("index"):
        await exchange.sampled.sample()
        await asyncio.sleep(1)
    exchange.household.go_on()
    exchange.witness.come()
    await home_assistant.start()
    await exchange.hear_again()
    tally = await exchange.settle(with_holes=True, with_restart=True)
    print(tally)
    assert tally.in_holes
    account = await exchange.cooperative.diagnostics()
    assert account["holes"]


@only_long
@on_an_exchange
async def test_a_house_that_was_shut_down_goes_on_where_it_was(exchange: Exchange) -> None:
    await exchange.sampled.sample(count=5, pause_s=0.2)
    await exchange.house.home_assistant.stop()
    exchange.household.step(1500)
    await exchange.start_house()
    await exchange.sampled.sample()
    print(await exchange.settle())


@on_an_exchange
async def test_power_cuts_of_the_house_lose_nothing_that_was_committed(exchange: Exchange) -> None:
    chance = random.Random(20261124)
    for _ in range(KILLS):
        await exchange.sampled.sample(count=chance.randint(4, 20), pause_s=0.2)
        await exchange.kill_house()
        await exchange.start_house()
    await exchange.sampled.sample()
    print(await exchange.settle())


@on_an_exchange
async def test_power_cuts_of_both_servers_lose_nothing(exchange: Exchange) -> None:
    """ejabberd writes what it has to the disk before: by itself it does so seconds later."""
    chance = random.Random(20261125)
    kills = 0
    end = time.monotonic() + SERVER_KILLS_S
    while time.monotonic() < end:
        server = chance.choice(exchange.servers)
        await asyncio.to_thread(server.kill)
        kills += 1
        await exchange.sampled.sample(count=chance.randint(1, 3), pause_s=chance.uniform(0.5, 2))
        await asyncio.to_thread(server.start)
        await exchange.sampled.sample(count=chance.randint(1, 3), pause_s=chance.uniform(0.5, 2))
    tally = await exchange.settle(with_holes=True)
    print(f"{kills} power cuts of servers; {tally}")
