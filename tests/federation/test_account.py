"""An account as a whole: what ends it, what does not, and what its link being new means."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation import account
from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.follow.presences import Presences
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.publish.sender import Sender
from custom_components.sen1.federation.xmpp.client import Client
from custom_components.sen1.federation.xmpp.events import GrantMessage
from custom_components.sen1.protocol.follower import Status

from ..conftest import known_state
from .conftest import ON_EACH_PAIR, Held, Home, until
from .test_exchange import Meter, shared


async def test_an_account_in_which_a_loop_of_ours_fails_begins_anew(
    house: Home,
    cooperative: Home,
    meter: Meter,
    monkeypatch: pytest.MonkeyPatch,
    faults: Counter[str],
) -> None:
    await shared(house, cooperative)
    monkeypatch.setattr(account, "RESTART", 0.01)
    sender = house.runtime[Sender]

    async def fail_once(_now: float) -> float | None:
        failing.undo()
        raise KeyError("640 W of Alice's")

    failing = pytest.MonkeyPatch()
    failing.setattr(sender, "_send_next", fail_once)
    meter(641)
    await until(lambda: faults)
    await until(lambda: cooperative.state().state == "641")


async def test_a_fault_of_ours_with_what_one_friend_says_loses_that_and_no_more(
    house: Home, cooperative: Home, meter: Meter, faults: Counter[str]
) -> None:
    await shared(house, cooperative)
    following = cooperative.runtime[Following]

    def fail_once(*_of: object) -> None:
        failing.undo()
        raise KeyError("640 W of Alice's")

    failing = pytest.MonkeyPatch()
    failing.setattr(following, "_series_of_node", fail_once)
    meter(641)
    await until(lambda: cooperative.runtime.refusals["unexpected"] == 1)
    assert faults
    meter(642)
    await until(lambda: cooperative.state().state == "642")
    assert cooperative.runtime.session.drops == 0


async def test_who_was_there_before_a_link_was_resumed_is_there_after_it(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    await shared(house, cooperative)
    presences, session = house.runtime[Presences], house.runtime.session
    present = await until(lambda: dict(presences.clients))
    # Over a stream that is resumed no server says again who is there.
    session._client.abort()
    await until(lambda: session.drops == 1 and session.is_online)
    meter(641)
    await until(lambda: cooperative.state().state == "641")
    assert presences.clients == present


async def test_what_was_learnt_is_kept_when_home_assistant_stops(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: Home,
    cooperative: Home,
    meter: Meter,
) -> None:
    await shared(house, cooperative)
    (publication,) = house.runtime[Publishing].publications.values()
    meter(641)
    measured = round(known_state(hass, "sensor.meter").last_changed_timestamp, 3)
    await until(lambda: (publication.publisher.watermark or 0) >= measured)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await until(lambda: not house.runtime.session.is_online)
    await hass.async_block_till_done()
    (kept,) = (
        stored["data"]["watermarks"]
        for stored in hass_storage.values()
        if publication.id in stored["data"].get("watermarks", ())
    )
    assert kept[publication.id] >= measured


@ON_EACH_PAIR
async def test_what_comes_while_a_link_is_being_closed_comes_over_the_next(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    hold: Callable[[Any, str], Held],
) -> None:
    publication, friend = await shared(house, cooperative)
    (series,) = cooperative.series()
    await house.grant(friend)
    await until(lambda: series.status is Status.WITHDRAWN)
    told = house.runtime.store.content["told"]
    await until(lambda: not told.get(cooperative.account.jid))
    closing = hold(Client, "disconnect")
    waiting = vars(cooperative.runtime._events)["_queue"]
    reload = hass.config_entries.async_reload(cooperative.entry.entry_id)
    reloading = hass.async_create_task(reload)
    await until(lambda: closing.calls)

    await house.grant(friend, publication)
    # Nobody takes it any more.
    await until(lambda: any(isinstance(event, GrantMessage) for event in waiting))
    # Who granted it is not there to say so again.
    unload = hass.config_entries.async_unload(house.entry.entry_id)
    unloading = hass.async_create_task(unload)
    await until(lambda: len(closing.calls) == 2)
    closing.go.set()
    await asyncio.gather(reloading, unloading)
    # A value comes with the next reading, of which there may have been none in between.
    granted = ([Status.WAITING], [Status.RECEIVING])
    await until(lambda: [each.status for each in cooperative.series()] in granted)
