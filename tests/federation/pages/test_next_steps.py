"""Who is waited for, and who waits: on the dashboard of both sides, with real servers between."""

from collections.abc import Callable
import time
from typing import Any

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.app.next_steps import NextStep, async_next_steps
from custom_components.sen1.federation.inviting.kept import AskedOfUs

from ..conftest import Home, until

type Meter = Callable[[object], None]


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
    friendships = house.runtime.store.content["friendships"]
    await hass.config_entries.async_reload(house.entry.entry_id)
    assert house.runtime.store.content["friendships"] == friendships
    # Who leaves is waited for again.
    (left,) = cooperative.entry.subentries
    hass.config_entries.async_remove_subentry(cooperative.entry, left)
    await until(lambda: [row.friend for row in rows(hass, "friend", "waiting")] == [friend.title])
    hass.config_entries.async_remove_subentry(house.entry, friend.subentry_id)
    await until(lambda: house.runtime.store.content["friendships"] == {})


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


async def test_an_invitation_is_waited_for_until_somebody_comes_or_it_is_taken_back(
    hass: HomeAssistant, house: Home, cooperative: Home, hass_ws_client: WebSocketGenerator
) -> None:
    client, entry_id = await hass_ws_client(hass), house.entry.entry_id

    async def ask(command: str, **fields: Any) -> Any:
        await client.send_json_auto_id({"type": command, "entry_id": entry_id, **fields})
        return (await client.receive_json())["result"]

    for label in ("The Landes", "The Dunes"):
        answer = await ask("sen1/invite", label=label, offers=[], asks=[])
    # Who has invited somebody waits, and need not invite another.
    assert rows(hass, "add_friend", "yours") == []
    landes, _ = sorted(rows(hass, "invitation", "waiting"), key=lambda row: str(row.friend))[::-1]
    assert (landes.friend, landes.what) == ("The Landes", "sent")
    assert landes.expected is not None
    invitations = house.runtime.store.content["invitations"]
    one, other = invitations.values()
    one["opened"] = time.time()
    assert [row.what for row in rows(hass, "invitation", "waiting")] == ["opened", "sent"]
    await ask("sen1/take_back_invitation", invitation=answer["id"])
    assert len(rows(hass, "invitation", "waiting")) == 1
    # Who came is a friend, of whom an answer may be awaited in turn.
    one["friend"] = cooperative.account.jid
    assert rows(hass, "invitation", "waiting") == []
    assert other["taken_back"] is not None
    assert len(rows(hass, "add_friend", "yours")) == 1


async def test_what_a_friend_would_like_is_said_instead_of_what_one_may_do_for_any(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    friend = await house.befriend(cooperative)
    (share,) = rows(hass, "share_home", "yours")
    assert share.friend is None
    now = time.time()
    house.runtime.store.content["asked_of_us"][cooperative.account.jid] = [
        AskedOfUs(what="consumption", granularity="P1D", at=now)
    ]
    (wish,) = rows(hass, "share_home", "yours")
    assert wish.friend_id == friend.subentry_id
    assert (wish.what, wish.granularity) == ("consumption", "P1D")
