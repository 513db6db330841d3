"""Collections of an account, at real servers: who comes, what is taken of them, who leaves."""

from collections.abc import Callable

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.sen1.federation.trust.peers import Standing

from ..conftest import ON_EACH_PAIR, Home, until
from .conftest import (
    collect,
    is_member,
    join,
    members,
    series_of,
)

type Meter = Callable[[object], None]


@ON_EACH_PAIR
async def test_who_joins_gets_a_number_and_its_readings_come(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    subentry = collect(cooperative)
    publication = await house.publish("sensor.meter")
    await join(house, cooperative, subentry, consumption=publication)
    member = await is_member(cooperative, house)
    assert member.number == 1
    assert member.data["name"] == ""
    series = await series_of(cooperative, house)
    assert series.follower.latest is not None
    assert series.follower.latest.value == 640
    meter(700)
    await until(lambda: series.follower.latest and series.follower.latest.value == 700)
    assert house.runtime.trust.standing(cooperative.account.jid) is Standing.VERIFIED
    assert cooperative.runtime.trust.standing(house.account.jid) is Standing.SEEN
    assert not await house.runtime.session.roster()
    assert not await cooperative.runtime.session.roster()
    assert not cooperative.runtime.journal.refusals
    assert not house.runtime.journal.refusals
