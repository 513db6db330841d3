"""What comes next of setting up, and when a first reading is due."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.app.next_steps import async_next_steps, expected
from custom_components.sen1.const import DOMAIN, FRIEND, TARIFF
from custom_components.sen1.protocol.model import Granularity

from ..test_last_page import add


def states(hass: HomeAssistant) -> dict[str, str]:
    return {row.step: row.state for row in async_next_steps(hass)}


def test_with_nothing_a_meter_and_sharing_are_the_households_turn(hass: HomeAssistant) -> None:
    assert states(hass) == {
        "add_meter": "yours",
        "add_home": "later",
        "add_tariff": "later",
        "add_account": "yours",
        "add_friend": "later",
        "share_home": "later",
    }


def test_each_step_is_followed_by_the_next_until_all_is_done(hass: HomeAssistant) -> None:
    add(hass, "linky")
    assert states(hass)["add_meter"] == "done"
    assert states(hass)["add_home"] == "yours"
    add(hass, "home", **{TARIFF: {}})
    add(hass, "account")
    assert states(hass)["add_tariff"] == "done"
    assert states(hass)["add_friend"] == "yours"
    add(hass, "account", **{FRIEND: {"jid": "dune@example", "grants": []}})
    assert states(hass)["share_home"] == "yours"
    add(hass, "account", **{FRIEND: {"jid": "fern@example", "grants": [{"publication": "a"}]}})
    assert set(states(hass).values()) == {"done"}


def test_a_home_that_reads_other_sensors_needs_no_meter(hass: HomeAssistant) -> None:
    entry = add(hass, "home")
    (meter, home, *_) = async_next_steps(hass)
    assert (meter.state, home.state) == ("done", "done")
    assert home.at == dt_util.as_local(entry.created_at).isoformat(timespec="seconds")


def test_a_roof_alone_needs_no_contract(hass: HomeAssistant) -> None:
    roof = add(hass, "home")
    hass.config_entries.async_update_entry(roof, data={**roof.data, "site_kind": "roof"})
    assert "add_tariff" not in states(hass)
    add(hass, "home")
    assert states(hass)["add_tariff"] == "yours"


@pytest.mark.parametrize(
    ("granularity", "now", "due"),
    [
        ("P1D", "2026-11-26T18:42", "2026-11-27T00:10"),
        ("P1D", "2026-11-27T00:05", "2026-11-27T00:10"),
        ("P1D", "2026-11-27T00:11", "2026-11-28T00:10"),
        # The days on which the clocks change have 25 and 23 hours.
        ("P1D", "2026-10-25T01:00", "2026-10-26T00:10"),
        ("P1D", "2026-03-29T01:00", "2026-03-30T00:10"),
        ("PT1H", "2026-11-26T18:42", "2026-11-26T19:10"),
        ("PT1H", "2026-11-26T18:05", "2026-11-26T18:10"),
        ("PT30M", "2026-11-26T18:42", "2026-11-26T19:10"),
        ("live", "2026-11-26T18:42", None),
    ],
)
async def test_the_reading_of_a_period_is_due_soon_after_its_end(
    hass: HomeAssistant, granularity: str, now: str, due: str | None
) -> None:
    await hass.config.async_set_time_zone("Europe/Paris")
    zone = ZoneInfo("Europe/Paris")
    moment = expected(
        Granularity(granularity), datetime.fromisoformat(now).replace(tzinfo=zone).timestamp()
    )
    said = None
    if moment is not None:
        said = datetime.fromtimestamp(moment, UTC).astimezone(zone).isoformat()[:16]
    assert said == due


async def test_only_administrators_are_told(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "sen1/next_steps"})
    (first, *_) = (await client.receive_json())["result"]
    assert first == {
        "step": "add_meter",
        "state": "yours",
        "at": None,
        "expected": None,
        "friend": None,
        "friend_id": None,
        "what": None,
        "granularity": None,
    }
    client = await hass_ws_client(hass, hass_read_only_access_token)
    await client.send_json_auto_id({"type": "sen1/next_steps"})
    assert (await client.receive_json())["error"]["code"] == "unauthorized"
