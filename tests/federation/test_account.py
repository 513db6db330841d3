"""An account as a whole: what ends it, what does not, and what its link being new means."""

from collections import Counter
from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation import account

from ..conftest import known_state
from .conftest import Home, until
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
    sender = house.runtime._sender

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
    following = cooperative.runtime.following

    def fail_once(_notification: object) -> None:
        failing.undo()
        raise KeyError("640 W of Alice's")

    failing = pytest.MonkeyPatch()
    failing.setattr(following, "take_notification", fail_once)
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
    following, session = house.runtime.following, house.runtime.session
    present = await until(lambda: dict(following.present))
    # Over a stream that is resumed no server says again who is there.
    session._client.abort()
    await until(lambda: session.drops == 1 and session.is_online)
    meter(641)
    await until(lambda: cooperative.state().state == "641")
    assert following.present == present


async def test_what_was_learnt_is_kept_when_home_assistant_stops(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: Home,
    cooperative: Home,
    meter: Meter,
) -> None:
    await shared(house, cooperative)
    (publication,) = house.runtime.publications.values()
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
