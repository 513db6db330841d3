"""Who is waited for, and who waits: on the dashboard of both sides, with real servers between."""

from collections.abc import Callable
import time
from typing import Any

from homeassistant.core import HomeAssistant

from custom_components.sen1.app.next_steps import NextStep, async_next_steps
from custom_components.sen1.federation.store import AccountData

from ..conftest import Home, until

type Meter = Callable[[object], None]

DAY = 86_400.0


def rows(hass: HomeAssistant, step: str, state: str) -> list[NextStep]:
    return [row for row in async_next_steps(hass) if (row.step, row.state) == (step, state)]


async def test_a_friend_is_waited_for_until_there_is_an_answer(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    friend = await house.befriend(cooperative)
    (waiting,) = await until(lambda: rows(hass, "friend", "waiting"))
    assert (waiting.friend, waiting.friend_id) == (friend.title, friend.subentry_id)
    assert waiting.at is not None
    await cooperative.befriend(house)
    done = await until(lambda: len(found := rows(hass, "friend", "done")) == 2 and found)
    assert {row.friend_id for row in done} >= {friend.subentry_id}
    assert rows(hass, "friend", "waiting") == []
    # It is kept: a restart asks nobody anew.
    friendships = house.runtime.store.data["friendships"]
    await hass.config_entries.async_reload(house.entry.entry_id)
    assert house.runtime.store.data["friendships"] == friendships
    hass.config_entries.async_remove_subentry(house.entry, friend.subentry_id)
    await until(lambda: house.runtime.store.data["friendships"] == {})


async def test_a_first_reading_is_expected_until_it_is_here(
    hass: HomeAssistant, recorder_mock: object, house: Home, cooperative: Home, meter: Meter
) -> None:
    meter("unavailable")
    publication = await house.publish("sensor.meter")
    await house.befriend(cooperative, publication)
    await cooperative.befriend(house)
    (waiting,) = await until(lambda: rows(hass, "first_reading", "waiting"))
    assert (waiting.what, waiting.granularity, waiting.expected) == ("Meter", "live", None)
    assert rows(hass, "first_reading", "done") == []
    meter(650)
    (done,) = await until(lambda: rows(hass, "first_reading", "done"))
    assert done.friend == waiting.friend
    assert done.at is not None
    assert rows(hass, "first_reading", "waiting") == []
    (series,) = cooperative.series()
    first = series.progress.first
    meter(660)
    await until(lambda: cooperative.state().state == "660")
    assert series.progress.first == first


async def test_invitations_and_wishes_wait_for_their_answers(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    friend = await house.befriend(cooperative)
    now = time.time()
    data: AccountData | dict[str, Any] = house.runtime.store.data
    invitation = {
        "label": "The Landes",
        "made": now,
        "expires": now + DAY,
        "uses": 1,
        "accepted": None,
    }
    data |= {
        "invitations": {
            "open": invitation,
            "over": invitation | {"expires": now - 1},
            "used": invitation | {"uses": 0},
            "accepted": invitation | {"accepted": now},
        },
        "asked_of_us": {
            cooperative.account.jid: [{"what": "consumption", "granularity": "P1D", "at": now}]
        },
    }
    (waiting,) = rows(hass, "invitation", "waiting")
    assert waiting.friend == "The Landes"
    assert waiting.expected is not None
    # What a friend would like is said instead of what one may do for any.
    (wish,) = rows(hass, "share_home", "yours")
    assert (wish.friend_id, wish.what, wish.granularity) == (
        friend.subentry_id,
        "consumption",
        "P1D",
    )
