"""Whoever has the link of a screen gets its figures, nobody anything else, and nothing after it."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
import logging
from typing import Any

from aiohttp.test_utils import TestClient
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.sen1.app.screen import door
from custom_components.sen1.app.screen.screens import BURST, SCREENS, Screens

from ...figures.conftest import home_entry
from ...figures.site.test_past import at
from ..report.conftest import NOW, site  # noqa: F401

ALL = ["week", "sun", "hours", "kwh", "teams", "figures"]

type Ask = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture
async def begins(recorder_mock: Recorder, hass: HomeAssistant) -> datetime:
    """Return when the past of the home begins: a few weeks are enough; the pages are there."""
    assert await async_setup_component(hass, "frontend", {})
    return at("2026-01-01 00:00")


@pytest.fixture
async def client(
    hass: HomeAssistant,
    site: MockConfigEntry,  # noqa: F811
    hass_client_no_auth: ClientSessionGenerator,
) -> TestClient[Any, Any]:
    """Return a browser without a login, on this machine."""
    return await hass_client_no_auth()


@pytest.fixture
async def administrator(
    hass: HomeAssistant, client: TestClient[Any, Any], hass_ws_client: WebSocketGenerator
) -> Callable[..., Awaitable[Any]]:
    """Return what asks a command as an administrator does."""
    connection = await hass_ws_client(hass)

    async def ask(command: str, **asked: Any) -> Any:
        await connection.send_json_auto_id({"type": f"sen1/{command}", **asked})
        return await connection.receive_json()

    return ask


@pytest.fixture
async def screen(
    administrator: Callable[..., Awaitable[Any]],
    site: MockConfigEntry,  # noqa: F811
) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Return what makes a screen, or changes one."""

    async def make(**changed: Any) -> dict[str, Any]:
        asked = {
            "title": "Hall",
            "site": site.entry_id,
            "challenge": None,
            "shows": ALL,
            "seconds": 20,
            "outside": False,
            "until": None,
        }
        answer = await administrator("set_screen", **asked | changed)
        made: dict[str, Any] = answer["result"]["screens"][-1]
        return made

    return make


def token_of(one: dict[str, Any]) -> str:
    return str(one["path"]).partition("#")[2]


@pytest.fixture
def ask(client: TestClient[Any, Any]) -> Ask:
    """Return what asks as the page of a screen does."""

    async def asked(
        token: str, message: Any, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        given = {door.HEADER: token, **(headers or {})}
        response = await client.post("/api/sen1/screen", json=message, headers=given)
        return response.status, await response.json()

    return asked


def days(begin: int, end: int) -> dict[str, str]:
    """Return a period by days from today, as it is asked for."""
    today = dt_util.start_of_local_day()
    first, last = (today + timedelta(days=one) for one in (begin, end))
    return {"begin": first.isoformat(), "end": last.isoformat()}


async def test_a_screen_gets_the_figures_of_its_site(
    site: MockConfigEntry,  # noqa: F811
    screen: Callable[..., Awaitable[dict[str, Any]]],
    ask: Ask,
) -> None:
    token = token_of(await screen())
    status, answer = await ask(token, {"type": "screen"})
    begun = answer["result"]
    assert (status, begun["title"], begun["shows"], begun["seconds"]) == (200, "Hall", ALL, 20)
    assert (begun["states"], begun["entities"]) == ({}, {})
    told = begun["site"]
    assert (told["id"], told["name"]) == (site.entry_id, "Maison")
    assert told["statistics"].keys() <= {"bought", "consumed", "produced", "sold"}
    ids = list(told["statistics"].values())
    week = days(-7, 0)
    _, series = await ask(token, {"type": "sen1/series", **week, "ids": ids})
    assert {one["id"] for one in series["result"]["series"]} == set(ids)
    _, values = await ask(token, {"type": "sen1/values", **week, "ids": ids, "step": "hour"})
    assert all(len(one) == 7 * 24 for one in values["result"]["values"].values())
    _, energies = await ask(
        token, {"type": "sen1/energies", "site": site.entry_id, **week, "step": "day"}
    )
    bought = energies["result"]["quantities"]["bought"]
    # No money, no highest power.
    assert bought.keys() == {"values", "known"}
    assert energies["result"].keys() == {"begins", "end", "quantities"}
    assert min(bought["values"]) > 1


async def test_neither_where_it_is_nor_who_lives_there_nor_its_sensors_are_told(
    screen: Callable[..., Awaitable[dict[str, Any]]], ask: Ask
) -> None:
    _, answer = await ask(token_of(await screen()), {"type": "screen"})
    said = str(answer)
    for one in ("Lorient", "floor_area", "people", "heating", "sensor.", "12.0"):
        assert one not in said


async def test_what_is_of_no_screen_is_refused(
    hass: HomeAssistant,
    site: MockConfigEntry,  # noqa: F811
    screen: Callable[..., Awaitable[dict[str, Any]]],
    ask: Ask,
) -> None:
    other = home_entry(title="Other")
    other.add_to_hass(hass)
    assert await hass.config_entries.async_setup(other.entry_id)
    token = token_of(await screen())
    _, begun = await ask(token, {"type": "screen"})
    own = sorted(begun["result"]["site"]["statistics"].values())
    week = days(-7, 0)
    mine = {"type": "sen1/energies", "site": site.entry_id, "step": "day"}
    values = {"type": "sen1/values", "step": "hour"}
    for message in (
        {"type": "sen1/sites"},
        {"type": "sen1/goals", "site": site.entry_id},
        {"type": "sen1/sharing"},
        {"type": "sen1/screens"},
        {"type": "get_states"},
        {},
        # Of another home, of one of today's hours, longer ago or finer than is shown.
        {**mine, **week, "site": other.entry_id},
        {**mine, **days(-7, 1)},
        {**mine, **days(-40, 0)},
        {**mine, **week, "step": "half_hour"},
        {**values, **week, "ids": ["sensor.bought_index"]},
        {**values, **week, "ids": ["sen1:bought"]},
        {**values, **week, "ids": own, "step": "half_hour"},
        {**values, **days(-1, 1), "ids": own},
        {**values, **days(-40, -30), "ids": own},
    ):
        status, answer = await ask(token, message)
        assert (status, answer["error"]["code"]) == (200, "not_of_screen"), message
    for message in ([1], 7, "x", {**values, **week, "ids": own, "more": 1}):
        status, answer = await ask(token, message)
        assert (status, "error" in answer) == (400, True), message
    # What is asked for beside it does not come with it.
    _, series = await ask(token, {"type": "sen1/series", **week, "ids": ["sensor.bought_index"]})
    assert {one["id"] for one in series["result"]["series"]} == set(own)
    few = token_of(await screen(shows=["teams"]))
    for kind in ("sen1/series", "sen1/values", "sen1/energies"):
        _, answer = await ask(few, {"type": kind, **week, "ids": [], "step": "hour"})
        assert answer["error"]["code"] == "not_of_screen"
    assert await hass.config_entries.async_unload(other.entry_id)


async def test_a_link_is_taken_back_at_once(
    administrator: Callable[..., Awaitable[Any]],
    screen: Callable[..., Awaitable[dict[str, Any]]],
    ask: Ask,
    freezer: FrozenDateTimeFactory,
) -> None:
    made = await screen(until=NOW.date().isoformat())
    first = token_of(made)
    assert (await ask(first, {"type": "screen"}))[0] == 200
    renewed = await administrator("renew_screen", screen=made["id"])
    (again,) = renewed["result"]["screens"]
    assert token_of(again) != first
    assert await ask(first, {"type": "screen"}) == (403, {"error": {"code": "off"}})
    assert (await ask(token_of(again), {"type": "screen"}))[0] == 200
    freezer.move_to(NOW + timedelta(days=1))
    assert (await ask(token_of(again), {"type": "screen"}))[0] == 403
    freezer.move_to(NOW)
    await administrator("remove_screen", screen=made["id"])
    assert (await ask(token_of(again), {"type": "screen"}))[0] == 403
    assert not (await administrator("renew_screen", screen=made["id"]))["success"]


async def test_the_screen_of_a_site_that_is_gone_is_off(
    hass: HomeAssistant,
    site: MockConfigEntry,  # noqa: F811
    screen: Callable[..., Awaitable[dict[str, Any]]],
    ask: Ask,
) -> None:
    token = token_of(await screen())
    assert await hass.config_entries.async_unload(site.entry_id)
    assert (await ask(token, {"type": "screen"}))[1]["result"]["site"]["loaded"] is False
    await hass.config_entries.async_remove(site.entry_id)
    assert await ask(token, {"type": "screen"}) == (403, {"error": {"code": "off"}})


async def test_wrong_links_shut_nobody_out_and_no_link_is_in_a_log(
    screen: Callable[..., Awaitable[dict[str, Any]]],
    ask: Ask,
    caplog: pytest.LogCaptureFixture,
) -> None:
    token = token_of(await screen())
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    for wrong in ("", "x", token[:-1], f"{token}x", "ä" * 9, *(f"guess{n}" for n in range(300))):
        assert (await ask(wrong, {"type": "screen"}))[0] == 403
    assert (await ask(token, {"type": "screen"}))[0] == 200
    assert token not in caplog.text
    assert "guess1" not in caplog.text


async def test_a_screen_asks_no_more_than_a_screen_needs(
    screen: Callable[..., Awaitable[dict[str, Any]]], ask: Ask
) -> None:
    token, other = [token_of(await screen()) for _ in range(2)]
    asked = [(await ask(token, {"type": "screen"}))[0] for _ in range(BURST + 5)]
    assert asked == [200] * BURST + [429] * 5
    assert (await ask(other, {"type": "screen"}))[0] == 200
    long = {"type": "screen", "more": "x" * 20_000}
    assert (await ask(other, long))[0] == 400


async def test_from_outside_it_opens_only_where_that_was_ticked(
    administrator: Callable[..., Awaitable[Any]],
    screen: Callable[..., Awaitable[dict[str, Any]]],
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    within = await screen()
    token, everywhere = token_of(within), token_of(await screen(outside=True))

    async def refused(headers: dict[str, str] | None = None) -> str | None:
        assert (await ask(everywhere, {"type": "screen"}, headers))[0] == 200
        status, answer = await ask(token, {"type": "screen"}, headers)
        if status == 200:
            return None
        assert status == 403
        told = (await administrator("screens"))["result"]["screens"]
        (reason,) = (one["refused"]["reason"] for one in told if one["id"] == within["id"])
        assert reason == answer["error"]["code"]
        return str(reason)

    assert await refused() is None
    for header in ("Forwarded", "Via", "X-Real-IP"):
        assert await refused({header: "for=203.0.113.7"}) == "untrusted_proxy"
    monkeypatch.setattr(door, "is_cloud_connection", lambda _hass: True)
    assert await refused() == "outside"
    monkeypatch.undo()
    monkeypatch.setattr(door, "is_local", lambda _address: False)
    assert await refused() == "outside"


async def test_the_picture_beside_a_link_is_no_screen_that_was_seen(
    administrator: Callable[..., Awaitable[Any]],
    screen: Callable[..., Awaitable[dict[str, Any]]],
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token, preview = token_of(await screen()), {door.PREVIEW: "1"}

    async def told() -> tuple[bool, Any]:
        (one,) = (await administrator("screens"))["result"]["screens"]
        return one["seen"] is not None, one["refused"]

    assert (await ask(token, {"type": "screen"}, preview))[0] == 200
    assert await told() == (False, None)
    with monkeypatch.context() as patch:
        patch.setattr(door, "is_local", lambda _address: False)
        assert (await ask(token, {"type": "screen"}, preview))[0] == 403
    assert await told() == (False, None)
    assert (await ask(token, {"type": "screen"}))[0] == 200
    assert await told() == (True, None)


async def test_whose_proxy_home_assistant_does_not_trust_is_turned_away_by_it(
    screen: Callable[..., Awaitable[dict[str, Any]]], client: TestClient[Any, Any]
) -> None:
    token = token_of(await screen(outside=True))
    headers = {door.HEADER: token, "X-Forwarded-For": "192.168.1.7"}
    answer = await client.post("/api/sen1/screen", json={"type": "screen"}, headers=headers)
    assert answer.status == 400


async def test_the_power_of_this_moment_is_told_only_where_that_was_chosen(
    hass: HomeAssistant, screen: Callable[..., Awaitable[dict[str, Any]]], ask: Ask
) -> None:
    _, answer = await ask(token_of(await screen(shows=["now"])), {"type": "screen"})
    states = answer["result"]["states"]
    assert states.keys() <= {"sensor.consumption"}
    assert answer["result"]["entities"].keys() == states.keys()


async def test_the_page_is_the_same_for_all_and_sends_its_address_nowhere(
    client: TestClient[Any, Any],
) -> None:
    page = await client.get("/sen1_screen")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    text = await page.text()
    assert "/screen.js" in text
    assert "://" not in text


async def test_screens_are_there_after_a_restart(
    hass: HomeAssistant, screen: Callable[..., Awaitable[dict[str, Any]]]
) -> None:
    token = token_of(await screen())
    again = Screens(hass)
    await again.async_load()
    assert again.find(token) == hass.data[SCREENS].find(token) is not None


async def test_what_is_no_screen_is_not_made(
    administrator: Callable[..., Awaitable[Any]],
    screen: Callable[..., Awaitable[dict[str, Any]]],
    site: MockConfigEntry,  # noqa: F811
) -> None:
    made = await screen()
    right = {key: made[key] for key in ("title", "challenge", "shows", "seconds", "outside")}
    right |= {"until": None, "site": site.entry_id}
    for wrong in ({"site": "none"}, {"challenge": "none"}, {"screen": "none"}):
        refused = await administrator("set_screen", **right | wrong)
        assert refused["error"]["translation_key"] == "no_such_screen"
    for wrong in ({"shows": []}, {"shows": ["friends"]}, {"seconds": 0}, {"title": " "}):
        assert not (await administrator("set_screen", **right | wrong))["success"]
    changed = await administrator("set_screen", **right | {"screen": made["id"], "title": "Class"})
    (one,) = changed["result"]["screens"]
    assert (one["title"], one["path"]) == ("Class", made["path"])
