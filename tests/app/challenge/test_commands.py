"""What the dashboard is told of a challenge that this home is in."""

from dataclasses import replace
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.protocol.collecting.challenge import Rule

from .conftest import CHALLENGE, COLLECTION, Join, Live, Member, sheet


async def challenges(ws: WebSocketGenerator, hass: HomeAssistant, **asked: Any) -> Any:
    client = await ws(hass)
    await client.send_json_auto_id({"type": "sen1/challenges", **asked})
    answer = await client.receive_json()
    assert answer["success"], answer
    return answer["result"]["challenges"]


def bear_board(hass: HomeAssistant, member: Member, **said: Any) -> None:
    """Let a series of the organiser tell a board."""
    row = er.async_get(hass).async_get_or_create(
        "sensor",
        DOMAIN,
        f"{member.id}_board_{len(said)}",
        config_entry=member.entry,
        config_subentry_id=member.id,
    )
    home = {"number": 12, "rank": 4, "value": -0.4, "team": 1}
    board = {
        "kind": "challenge",
        "collection": COLLECTION,
        "is_final": False,
        "through": "2026-01-13",
        "homes": [home],
        "teams": [{"captain": 3}, {"captain": 12}],
        **said,
    }
    hass.states.async_set(row.entity_id, "4", {"board": board, "mine": home, "of": 9})


async def test_a_member_is_told_all_and_it_adds_up(
    hass: HomeAssistant, live: Live, join: Join, hass_ws_client: WebSocketGenerator
) -> None:
    await live()
    member = await join()
    (answer,) = await challenges(hass_ws_client, hass)
    mine = answer.pop("mine")
    assert answer == {
        "id": member.id,
        "role": "member",
        "title": "Grand défi",
        "organiser": "Énergies en Rade",
        "rule": "corrected",
        "energies": ["electricity"],
        "reference": ["2024-11-04", "2025-02-23"],
        "action": ["2025-11-03", "2026-02-22"],
        "week": 11,
        "weeks": 16,
        "through": "2026-01-13",
        "is_final": False,
        "teams": ["Cormorans", "Ajoncs"],
        "board": None,
    }
    assert (mine["number"], mine["team"], mine["rank"], mine["is_captain"]) == (12, 1, None, False)
    assert (mine["energy"], mine["unit"], mine["coverage"]) == ("electricity", "kWh", 1)
    assert (mine["reason"], mine["why"]) == (None, None)
    assert mine["value"] == mine["percent"]
    weather = mine["reference_kwh"] - mine["expected_kwh"]
    assert mine["by_weather_kwh"] == pytest.approx(weather, abs=1e-6)
    assert mine["by_weather_kwh"] > 0
    by_us = mine["expected_kwh"] - mine["used_kwh"]
    assert mine["by_us_kwh"] == pytest.approx(by_us, abs=1e-6)
    assert len(mine["weeks"]) == 11
    assert (mine["weeks"][-1]["begin"], mine["weeks"][-1]["days"]) == ("2026-01-12", 2)
    for key in ("expected_kwh", "used_kwh"):
        assert sum(week[key] for week in mine["weeks"]) == pytest.approx(mine[key], abs=1e-6)
    titles = await challenges(hass_ws_client, hass, only_titles=True)
    assert titles == [{"id": member.id, "title": "Grand défi", "role": "member"}]


async def test_the_board_is_that_of_this_challenge(
    hass: HomeAssistant, live: Live, join: Join, hass_ws_client: WebSocketGenerator
) -> None:
    await live()
    member = await join()
    bear_board(hass, member, kind="ranking")
    bear_board(hass, member, collection="77aa00c2d4e5f602", is_final=True)
    assert (await challenges(hass_ws_client, hass))[0]["board"] is None
    bear_board(hass, member, is_final=True, through="2026-02-22", value=7.1)
    (answer,) = await challenges(hass_ws_client, hass)
    assert answer["is_final"]
    assert answer["board"]["value"] == 7.1
    mine = answer["mine"]
    assert (mine["rank"], mine["is_captain"]) == (4, True)
    assert mine["value"] == mine["percent"]
    # Where others enter what a home is compared by, the board tells it.
    await member.is_in(sheet(replace(CHALLENGE, rule=Rule.GRAND_DEFI_2020)))
    (answer,) = await challenges(hass_ws_client, hass)
    assert answer["mine"]["value"] == -0.4
    assert answer["mine"]["by_weather_kwh"] is None


async def test_a_home_that_is_not_set_up_is_told_so(
    hass: HomeAssistant, join: Join, hass_ws_client: WebSocketGenerator
) -> None:
    await join()
    (answer,) = await challenges(hass_ws_client, hass)
    assert answer["through"] is None
    mine = answer["mine"]
    assert (mine["reason"], mine["value"], mine["weeks"]) == ("no_home", None, [])


async def test_who_was_given_no_role_is_told_of_no_challenge(
    hass: HomeAssistant,
    join: Join,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
) -> None:
    await join()
    client = await hass_ws_client(hass, hass_read_only_access_token)
    for only_titles in (False, True):
        await client.send_json_auto_id({"type": "sen1/challenges", "only_titles": only_titles})
        assert (await client.receive_json())["result"] == {"challenges": []}
