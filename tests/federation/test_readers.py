"""What a user of the house who administers nothing may read, by every way Home Assistant has.

It is what `docs/en/privacy.md` says, and no more: names of entities and devices, their states and
statistics, titles of entries.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from functools import partial
import json
import time
from typing import Any

from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest

from custom_components.sen1.federation.config import friends_of, publication_data
from custom_components.sen1.federation.friends import Friends
from custom_components.sen1.history.recorder import async_committed
from testbed.client import connect
from testbed.xmpp import Account, XmppServer

from ..conftest import known_state
from .conftest import PATIENCE, Home, until
from .consent.test_policy import say
from .publish.test_catalogue_server import NEXT_MONTH, friends, issues, open_issue, open_offers

type Meter = Callable[[object], None]

PARTS = (
    *("api", "config", "diagnostics", "frontend", "history", "logbook", "lovelace"),
    *("persistent_notification", "repairs", "search", "sensor", "system_health", "system_log"),
)
"""What Home Assistant's default configuration loads that can tell something."""

NOT_CALLED = ("auth/", "unsubscribe_events", "supported_features", "ping")
"""What would end the link that everything is read over."""

ISSUES = {
    "access_refused",
    "access_request",
    "friend_request",
    "grant_ends",
    "source_missing",
}
"""What is told in the house below."""

PURPOSE = "workshop"


@pytest.fixture
async def told(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> dict[str, list[str]]:
    """Fill a house with friends, grants and requests; return what is personal, by what it is.

    The cooperative receives a series of the house and gives nothing: nothing shows it here.
    """
    for part in PARTS:
        assert await async_setup_component(hass, part, {})
    shared = await house.publish("sensor.meter", title="Garage Mimosa")
    wanted = await house.publish("sensor.meter", title="Villa Mimosa", listed=True)
    unwanted = await house.publish("sensor.meter", title="Serre Mimosa", listed=True)
    er.async_get(hass).async_get_or_create("sensor", "test", "gone", suggested_object_id="gone")
    hass.states.async_set("sensor.gone", "7", {"unit_of_measurement": "W"})
    await house.publish("sensor.gone", title="Puits Mimosa")
    coop, home = await friends(house, cooperative)
    for entry, subentry, name in (
        (house.entry, coop, "Tante Huguette"),
        (cooperative.entry, home, "Famille Lepic"),
    ):
        hass.config_entries.async_update_subentry(entry, subentry, title=name)
    coop, home = (
        house.entry.subentries[coop.subentry_id],
        cooperative.entry.subentries[home.subentry_id],
    )
    await house.grant(coop, shared)
    await until(lambda: (s := cooperative.state()) and s.state == "640")
    now = time.time()
    begin, end = (
        dt_util.utc_from_timestamp(at).isoformat() for at in (now - 300 * 86400, now + 5 * 86400)
    )
    say(house, coop, begin=begin, until=end)
    er.async_get(hass).async_remove("sensor.gone")
    hass.states.async_remove("sensor.gone")
    for publication in (unwanted, wanted):
        flow = await open_offers(cooperative, home)
        result = await hass.config_entries.subentries.async_configure(
            flow["flow_id"],
            {
                "publication": publication_data(publication)["publication"],
                "purpose": PURPOSE,
                "until": NEXT_MONTH,
            },
        )
        assert result["reason"] == "asked"
        if publication is unwanted:
            flow = await open_issue(hass, "access_request")
            told_by_flow = (await flow.async_step_init())["description_placeholders"]
            assert told_by_flow["friend"] == "Tante Huguette", "an administrator is told"
            await flow.async_step_refuse()
    stranger = accounts(server_pair[1], "mallory")
    async with connect(stranger) as client:
        client.send_presence(pto=house.account.jid, ptype="subscribe")
        await until(lambda: house.runtime[Friends].requests)
    await until(lambda: {i.translation_key for i in ir.async_get(hass).issues.values()} >= ISSUES)
    await async_committed(hass)
    people = (house.account, cooperative.account, stranger)
    return {
        "an address": [person.jid for person in people]
        + [person.jid.partition("@")[0] for person in people],
        "a password": [person.password for person in people],
        "a purpose": [PURPOSE],
        "a request": ["Villa Mimosa", "Serre Mimosa"],
        "what is shared": ["Puits Mimosa"],
        "a friend who gives nothing": ["Tante Huguette"],
        "a friend": ["Famille Lepic"],
        "a series of a friend": ["Garage Mimosa"],
    }


SHOWN = {"a friend", "a series of a friend"}
"""What Home Assistant shows every user of the house, as names of devices and entities."""


async def test_who_administers_nothing_reads_no_address_no_request_and_no_purpose(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    told: dict[str, list[str]],
    hass_ws_client: Any,
    hass_client: Any,
    hass_read_only_access_token: str,
) -> None:
    reading = cooperative.state().entity_id
    answers = await commands(hass, await hass_ws_client(hass, hass_read_only_access_token), reading)
    answers |= await pages(hass, await hass_client(hass_read_only_access_token), reading)
    for known in ("get_states", "repairs/list_issues", "config_entries/get", "/api/states"):
        assert answers[known], f"{known} is a way to read"
    for refused in ("sen1/sharing", "system_log/list", "config_entries/subentries/list"):
        assert "unauthorized" in answers[refused], f"{refused} is for administrators"
    found = {
        (what, way)
        for way, answer in answers.items()
        for what, texts in told.items()
        for text in texts
        # The texts of all pages, also of those for administrators; nothing of this house.
        if text in answer and not (what == "a purpose" and way == "frontend/get_translations")
    }
    assert {one for one in found if one[0] not in SHOWN} == set()
    assert {what for what, _ in found} == SHOWN, "what is looked for can be found"
    assert not {way for _, way in found if way.startswith("repairs/")}
    assert all(key in answers["repairs/list_issues"] for key in ISSUES)
    # It is the identifier of the friend's device.
    (friend,) = friends_of(house.entry).values()
    assert friend.subentry_id not in answers["repairs/list_issues"]


async def test_what_a_reader_ignores_is_still_answered(
    hass: HomeAssistant,
    house: Home,
    told: dict[str, list[str]],
    hass_ws_client: Any,
    hass_client: Any,
    hass_admin_user: Any,
    hass_read_only_access_token: str,
) -> None:
    client = await hass_ws_client(hass, hass_read_only_access_token)
    (issue,) = issues(hass, "friend_request")
    await client.send_json_auto_id(
        {
            "type": "repairs/ignore_issue",
            "domain": "sen1",
            "issue_id": issue.issue_id,
            "ignore": True,
        }
    )
    assert (await client.receive_json())["success"]
    asked = {"handler": "sen1", "issue_id": issue.issue_id}
    reader = await hass_client(hass_read_only_access_token)
    assert (await reader.post("/api/repairs/issues/fix", json=asked)).status == 401
    administrator = await hass_client()
    flow = await (await administrator.post("/api/repairs/issues/fix", json=asked)).json()
    (jid,) = house.runtime[Friends].requests
    assert flow["description_placeholders"]["address"].replace("\\", "") == jid
    answer = await administrator.post(
        f"/api/repairs/issues/fix/{flow['flow_id']}", json={"next_step_id": "refuse"}
    )
    assert (await answer.json())["type"] == "create_entry"
    assert not house.runtime[Friends].requests
    assert not issues(hass, "friend_request")


def is_result(number: int, told: dict[str, Any]) -> bool:
    """Return whether what is told answers a command."""
    return (told["id"], told["type"]) == (number, "result")


async def commands(hass: HomeAssistant, client: Any, entity_id: str) -> dict[str, str]:
    """Give every WebSocket command that Home Assistant knows; return all that came of each."""
    day = (dt_util.utcnow() - timedelta(days=1)).isoformat()
    entry_ids = [entry.entry_id for entry in hass.config_entries.async_entries("sen1")]
    needed: dict[str, list[dict[str, Any]]] = {
        "repairs/get_issue_data": [
            {"domain": "sen1", "issue_id": issue.issue_id}
            for issue in ir.async_get(hass).issues.values()
        ],
        "config_entries/get": [{}, {"domain": "sen1"}],
        "config_entries/get_single": [{"entry_id": entry_id} for entry_id in entry_ids],
        "config_entries/subentries/list": [{"entry_id": entry_id} for entry_id in entry_ids],
        "config/entity_registry/get": [{"entity_id": entity_id}],
        "config/entity_registry/get_entries": [{"entity_ids": [entity_id]}],
        "diagnostics/get": [{"domain": "sen1"}],
        "search/related": [
            *({"item_type": "config_entry", "item_id": entry_id} for entry_id in entry_ids),
            {"item_type": "entity", "item_id": entity_id},
        ],
        "history/history_during_period": [{"start_time": day, "entity_ids": [entity_id]}],
        "history/stream": [{"start_time": day, "entity_ids": [entity_id]}],
        "logbook/get_events": [{"start_time": day}],
        "logbook/event_stream": [{"start_time": day}],
        "recorder/statistics_during_period": [
            {"start_time": day, "statistic_ids": [entity_id], "period": "5minute"}
        ],
        "recorder/get_statistics_metadata": [{}],
        "frontend/get_translations": [
            {"language": "en", "category": category}
            for category in ("issues", "selector", "config_subentries", "exceptions")
        ],
        "subscribe_events": [
            {},
            *({"event_type": f"{of}_registry_updated"} for of in ("repairs_issue", "device")),
            {"event_type": "state_changed"},
        ],
        "call_service": [{"domain": "sen1", "service": "sharing", "return_response": True}],
        "render_template": [
            {"template": "{{ issues() }} {{ states | list }} {{ integration_entities('sen1') }}"}
        ],
        "lovelace/config": [{"url_path": None}],
    }
    given = [
        (command, parameters)
        for command in sorted(hass.data["websocket_api"])
        if not command.startswith(NOT_CALLED)
        for parameters in needed.get(command, [{}])
    ]
    assert {command for command, _ in given} >= needed.keys()
    answers: defaultdict[str, str] = defaultdict(str)
    ways: dict[int, str] = {}

    async def give(command: str, **parameters: Any) -> int:
        message = {"type": command, **parameters}
        await client.send_json_auto_id(message)
        ways[message["id"]] = command
        return int(message["id"])

    async def read_until(condition: Callable[[dict[str, Any]], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                message = await client.receive_json()
                answers[ways[message["id"]]] += json.dumps(message, ensure_ascii=False)
                if condition(message):
                    return

    for command, parameters in given:
        number = await give(command, **parameters)
        await read_until(partial(is_result, number))
    # What is subscribed to tells of what happens.
    for issue in list(ir.async_get(hass).issues.values()):
        ir.async_ignore_issue(hass, issue.domain, issue.issue_id, True)
    hass.states.async_set(entity_id, "641", known_state(hass, entity_id).attributes)
    await hass.async_block_till_done()
    number = await give("ping")
    await read_until(lambda told: told["id"] == number)
    assert "repairs_issue_registry_updated" in answers["subscribe_events"]
    assert "641" in answers["subscribe_events"]
    return dict(answers)


async def pages(hass: HomeAssistant, client: Any, entity_id: str) -> dict[str, str]:
    """Get every page of Home Assistant's REST interface; return what each answers."""
    day = (dt_util.utcnow() - timedelta(days=1)).isoformat()
    entry_ids = [entry.entry_id for entry in hass.config_entries.async_entries("sen1")]
    paths = {
        route.resource.canonical
        for route in hass.http.app.router.routes()
        if route.method == "GET" and route.resource is not None
    }
    paths = {path for path in paths if path.startswith("/api/") and "{" not in path}
    # One never ends and is for administrators, the other is asked of the Internet.
    paths -= {"/api/stream", "/api/map_tiles/tilejson.json"}
    paths |= {
        f"/api/states/{entity_id}",
        f"/api/history/period/{day}?filter_entity_id={entity_id}",
        f"/api/logbook/{day}",
        *(f"/api/diagnostics/config_entry/{entry_id}" for entry_id in entry_ids),
    }
    answers = {}
    for path in sorted(paths):
        async with asyncio.timeout(PATIENCE), client.get(path) as answer:
            answers[path] = f"{answer.status} {(await answer.read()).decode(errors='replace')}"
    assert all(answers[path].startswith("401") for path in paths if "diagnostics" in path)
    return answers
