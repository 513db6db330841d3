"""What friends would like to receive of us, until the household answers."""

import asyncio
from collections.abc import Callable
import time

from custom_components.sen1.federation.inviting.kept import AskedOfUs
from custom_components.sen1.federation.inviting.wishes import AskedWishes
from custom_components.sen1.federation.part import Heard
from custom_components.sen1.protocol.wishes import What, Wish, Wishes

from ..conftest import Home, until

type Meter = Callable[[object], None]

LIVE = Wish(What.CONSUMPTION, "live")
DAILY = Wish(What.CONSUMPTION, "P1D")
HOURLY = Wish(What.CONSUMPTION, "PT1H")
PRODUCED = Wish(What.PRODUCTION, "P1D")


def wished(house: Home, friend: Home) -> list[AskedOfUs]:
    return [*house.runtime[AskedWishes].of(friend.account.jid)]


def granularities(house: Home, friend: Home) -> list[str]:
    return [one["granularity"] for one in wished(house, friend)]


async def test_a_wish_is_dropped_once_something_as_fine_is_granted(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    hourly = await house.publish("sensor.meter", granularity="pt1h")
    friend = await house.befriend(cooperative)
    jid = cooperative.account.jid
    house.runtime[AskedWishes].take(Heard(jid, Wishes((LIVE, DAILY, PRODUCED)), None))
    now = time.time()
    assert all(now - 60 < one["at"] <= now for one in wished(house, cooperative))
    # Asked for the past too, the grant is older than the wish, and meets what is no finer.
    await house.grant(friend, hourly, since="2026-01-01")
    await until(lambda: [o["what"] for o in wished(house, cooperative)] != ["consumption"] * 2)
    assert [(o["what"], o["granularity"]) for o in wished(house, cooperative)] == [
        ("consumption", "live"),
        ("production", "P1D"),
    ]


async def test_a_wish_is_answered_by_what_is_granted_since_though_it_be_coarser(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    daily = await house.publish("sensor.meter", granularity="p1d")
    friend = await house.befriend(cooperative)
    house.runtime[AskedWishes].take(
        Heard(cooperative.account.jid, Wishes((HOURLY, PRODUCED)), None)
    )
    await house.grant(friend, daily)
    await until(lambda: granularities(house, cooperative) == ["P1D"])
    (left,) = wished(house, cooperative)
    assert left["what"] == "production"


async def test_what_is_granted_already_need_not_be_wished(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    daily = await house.publish("sensor.meter", granularity="p1d")
    other = await house.publish("sensor.meter", direction="none", title="Neither")
    await house.befriend(cooperative, daily, other)
    await asyncio.sleep(0.002)  # what is granted in the same millisecond answers what it may
    house.runtime[AskedWishes].take(Heard(cooperative.account.jid, Wishes((DAILY, HOURLY)), None))
    assert granularities(house, cooperative) == ["PT1H"]


async def test_wishes_go_with_the_friend_and_follow_it_to_another_address(
    house: Home, cooperative: Home
) -> None:
    friend = await house.befriend(cooperative)
    data, jid = house.runtime.store.content, cooperative.account.jid
    house.runtime[AskedWishes].take(Heard(jid, Wishes((DAILY,)), None))
    house.hass.config_entries.async_remove_subentry(house.entry, friend.subentry_id)
    await until(lambda: jid not in data["asked_of_us"] and jid not in data["welcomed"])
