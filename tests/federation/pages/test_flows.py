"""The flows of accounts, publications, friends and requests."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from homeassistant.components.recorder.core import Recorder
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.config import friend_data, home_name, publication_data
from custom_components.sen1.federation.fixes.friend_request import FriendRequestFlow
from custom_components.sen1.federation.friends import Friends
from custom_components.sen1.federation.pages import account as account_page
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.publish.reconciler import Reconciler
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.repairs import async_create_fix_flow
from testbed.process import free_port
from testbed.xmpp import Account, ProsodyServer

from ...protocol.samples import T
from ..conftest import Home, add_account, open_account_form, until
from ..publish.test_periodic import POWER, record


def form(account: Account, **changes: Any) -> dict[str, Any]:
    advanced = {"host": account.host, "port": account.port, "ca": account.ca}
    for key in ("host", "port", "ca"):
        if key in changes:
            value = changes.pop(key)
            advanced = {**advanced, key: value} if value else _without(advanced, key)
    return {"jid": account.jid, "password": account.password, "advanced": advanced} | changes


def _without(data: dict[str, Any], key: str) -> dict[str, Any]:
    return {k: v for k, v in data.items() if k != key}


def own(account: Account, **changes: Any) -> dict[str, Any]:
    """Return the answers of a household that has an address."""
    typed = form(account, **changes)
    address = {key: typed.pop(key) for key in ("jid", "password")}
    return {"name": "Foyer Ibis", "where": "own", "own": address, **typed}


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        pytest.param({"jid": "not an address"}, {"own": "invalid_address"}, id="no address"),
        pytest.param({"password": "wrong"}, {"own": "invalid_auth"}, id="wrong password"),
        pytest.param({"password": ""}, {"own": "own_needed"}, id="no password"),
        pytest.param({"port": free_port()}, {"own": "cannot_connect"}, id="nobody listening"),
        pytest.param({"ca": ""}, {"base": "invalid_certificate"}, id="unknown authority"),
        pytest.param({"ca": "no PEM"}, {"base": "invalid_ca"}, id="not a certificate"),
        pytest.param({"ca": "é"}, {"base": "invalid_ca"}, id="not even ASCII"),
    ],
)
async def test_each_failure_is_named_and_then_cured(
    hass: HomeAssistant, alice: Account, changes: dict[str, Any], errors: dict[str, str]
) -> None:
    flow_id = await open_account_form(hass)
    result = await hass.config_entries.flow.async_configure(flow_id, own(alice, **changes))
    assert result["errors"] == errors
    result = await hass.config_entries.flow.async_configure(flow_id, own(alice))
    assert result["type"] == "create_entry"
    entry = result["result"]
    assert entry.title == "Sharing account"
    assert entry.unique_id == alice.jid
    await hass.config_entries.async_unload(entry.entry_id)


async def test_something_else_that_answers_is_no_xmpp_server(
    hass: HomeAssistant, alice: Account
) -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.0 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    flow_id = await open_account_form(hass)
    result = await hass.config_entries.flow.async_configure(flow_id, own(alice, port=port))
    assert result["errors"] == {"base": "not_xmpp"}
    server.close()


async def test_an_account_is_added_once(hass: HomeAssistant, house: Home) -> None:
    flow_id = await open_account_form(hass)
    result = await hass.config_entries.flow.async_configure(flow_id, own(house.account))
    assert result["reason"] == "already_configured"


async def test_a_changed_password_asks_to_log_in_again(
    hass: HomeAssistant, house: Home, prosody_pair: tuple[ProsodyServer, ProsodyServer]
) -> None:
    await until(lambda: house.runtime.session.is_online)
    user = house.account.jid.partition("@")[0]
    prosody_pair[0].set_password(user, "another")
    prosody_pair[0].disconnect(house.account.jid)
    flow = await until(
        lambda: next(
            (
                flow
                for flow in hass.config_entries.flow.async_progress()
                if flow["context"]["source"] == SOURCE_REAUTH
            ),
            None,
        )
    )
    result = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {"password": "still wrong"}
    )
    assert result["errors"] == {"base": "invalid_auth"}
    result = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {"password": "another"}
    )
    assert result["reason"] == "reauth_successful"
    await until(
        lambda: (
            house.entry.state is ConfigEntryState.LOADED
            and house.entry.data["password"] == "another"
            and house.runtime.session.is_online
        )
    )


async def test_a_server_that_refused_by_mistake_takes_the_password_there_was(
    hass: HomeAssistant, house: Home, prosody_pair: tuple[ProsodyServer, ProsodyServer]
) -> None:
    await until(lambda: house.runtime.session.is_online)
    user = house.account.jid.partition("@")[0]
    prosody_pair[0].set_password(user, "another")
    prosody_pair[0].disconnect(house.account.jid)
    (flow,) = await until(hass.config_entries.flow.async_progress)
    prosody_pair[0].set_password(user, house.account.password)
    refused, data = house.runtime, house.entry.data
    result = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {"password": house.account.password}
    )
    assert result["reason"] == "reauth_successful"
    await until(
        lambda: (
            house.entry.state is ConfigEntryState.LOADED
            and house.runtime is not refused
            and house.runtime.session.is_online
        )
    )
    assert house.entry.data == data


async def test_a_fault_of_ours_is_told_without_what_it_was_about(
    hass: HomeAssistant,
    alice: Account,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail(*_: Any) -> bool:
        raise KeyError(alice.jid)

    monkeypatch.setattr(account_page, "probe", fail)
    flow_id = await open_account_form(hass)
    result = await hass.config_entries.flow.async_configure(flow_id, own(alice))
    assert result["errors"] == {"base": "unknown"}
    (told,) = (r.getMessage() for r in caplog.records if r.name == account_page.__name__)
    assert "KeyError" in told
    assert alice.jid not in told


def test_of_an_address_alone_the_server_is_found_when_it_is_needed() -> None:
    given = {"password": "a secret", "advanced": {}}
    assert account_page.link_data(BareJid("home@maison.test"), given) == {"password": "a secret"}


async def test_reconfiguring_keeps_friends_and_publications(
    hass: HomeAssistant, house: Home, meter: Callable[[object], None]
) -> None:
    await house.publish("sensor.meter")
    flow = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": "reconfigure", "entry_id": house.entry.entry_id}
    )
    assert flow["step_id"] == "account_reconfigure"
    changes = form(house.account)
    for wrong, errors in (
        ({"password": "wrong"}, {"password": "invalid_auth"}),
        ({"jid": "nobody"}, {"jid": "invalid_address"}),
    ):
        result = await hass.config_entries.flow.async_configure(flow["flow_id"], changes | wrong)
        assert result["errors"] == errors
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], changes)
    assert result["reason"] == "reconfigure_successful"
    assert len(house.entry.subentries) == 1


async def test_a_home_is_renamed_and_without_a_name_has_that_of_home_assistant(
    hass: HomeAssistant, house: Home
) -> None:
    session = house.runtime.session
    for name in ("Foyer Lande", "  "):
        flow = await hass.config_entries.flow.async_init(
            DOMAIN, context={"source": "reconfigure", "entry_id": house.entry.entry_id}
        )
        fields = form(house.account) | {"name": name}
        result = await hass.config_entries.flow.async_configure(flow["flow_id"], fields)
        assert result["reason"] == "reconfigure_successful"
        assert home_name(hass, house.entry) == (name.strip() or hass.config.location_name)
    assert "name" not in house.entry.data
    # It is no reason to leave the server.
    await hass.async_block_till_done()
    assert house.runtime.session is session


async def test_a_sensor_without_identity_cannot_be_published(
    hass: HomeAssistant, house: Home
) -> None:
    hass.states.async_set("sensor.yaml", "1", {"unit_of_measurement": "W"})
    flows = hass.config_entries.subentries
    flow = await flows.async_init((house.entry.entry_id, "publication"), context={"source": "user"})
    result = await flows.async_configure(flow["flow_id"], {"entity": "sensor.yaml"})
    assert result["errors"] == {"entity": "no_unique_id"}
    er.async_get(hass).async_get_or_create("sensor", "test", "y", suggested_object_id="y")
    result = await flows.async_configure(flow["flow_id"], {"entity": "sensor.y"})
    assert result["errors"] == {"entity": "no_state"}


async def test_a_publication_bears_a_pseudonym(
    house: Home, meter: Callable[[object], None]
) -> None:
    first = publication_data(await house.publish("sensor.meter"))
    second = publication_data(await house.publish("sensor.meter"))
    assert first["name"] == (f"urn:uuid:{first['publication']}_consumption/power/apparent/live")
    assert first["publication"] != second["publication"]
    assert first["unit"] == "VA"


async def test_a_publication_can_be_renamed_and_slowed(
    hass: HomeAssistant, house: Home, meter: Callable[[object], None]
) -> None:
    publication = await house.publish("sensor.meter")
    drops = house.runtime.session.drops
    flows = hass.config_entries.subentries
    flow = await flows.async_init(
        (house.entry.entry_id, "publication"),
        context={"source": "reconfigure", "subentry_id": publication.subentry_id},
    )
    result = await flows.async_configure(flow["flow_id"], {"title": "Roof", "interval_s": 30})
    assert result["reason"] == "reconfigure_successful"
    (running,) = house.runtime[Publishing].publications.values()
    await until(lambda: running.publisher.interval == 30)
    assert (running.description.title, running.description.revision) == ("Roof", 2)
    assert house.runtime.session.drops == drops


async def test_a_series_by_periods_is_given_another_past_or_none(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home
) -> None:
    record(hass, POWER, rising=False)
    await async_archive(hass).async_add(
        "sen1:file", "Old meter", "W", Aggregation.MEAN, [Point(T // 3600 * 3600, 3600, 500)]
    )
    publication = await house.publish("sensor.p", granularity="pt1h", past="sen1:file")
    flows = hass.config_entries.subentries

    async def change(**past: str) -> Any:
        flow = await flows.async_init(
            (house.entry.entry_id, "publication"),
            context={"source": "reconfigure", "subentry_id": publication.subentry_id},
        )
        return await flows.async_configure(
            flow["flow_id"], {"title": "Meter", "interval_s": 1, **past}
        )

    def past() -> str | None:
        return publication_data(house.entry.subentries[publication.subentry_id]).get("past")

    assert (await change(past="sen1:none"))["errors"] == {"past": "measures_other"}
    assert past() == "sen1:file"
    assert (await change())["reason"] == "reconfigure_successful"
    assert past() is None


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        pytest.param({"jid": "nobody"}, {"jid": "invalid_address"}, id="no address"),
        pytest.param({"jid": "own"}, {"jid": "own_address"}, id="own address"),
        pytest.param({"until": -1}, {"until": "end_is_past"}, id="past"),
        pytest.param({"until": 4 * 366}, {"until": "end_too_far"}, id="too far"),
    ],
)
async def test_a_friend_needs_an_address_and_a_sensible_end(
    hass: HomeAssistant, house: Home, fields: dict[str, Any], errors: dict[str, str]
) -> None:
    data: dict[str, Any] = {"name": "Coop", "jid": "coop@coop.test", "publications": []}
    data |= {"until": 30, "purpose": "display"} | fields
    data["until"] = (dt_util.now() + timedelta(days=data["until"])).date().isoformat()
    if data["jid"] == "own":
        data["jid"] = house.account.jid
    flows = hass.config_entries.subentries
    flow = await flows.async_init((house.entry.entry_id, "friend"), context={"source": "user"})
    flow = await flows.async_configure(flow["flow_id"], {"next_step_id": "address"})
    result = await flows.async_configure(flow["flow_id"], data)
    assert result["errors"] == errors
    data |= {"jid": "coop@coop.test", "until": dt_util.now().date().isoformat()}
    result = await flows.async_configure(flow["flow_id"], data)
    assert result["type"] == "create_entry"


async def test_a_friend_is_added_once(house: Home, cooperative: Home) -> None:
    await house.befriend(cooperative)
    with pytest.raises(AssertionError, match="already_friend"):
        await house.befriend(cooperative)


async def test_a_changed_grant_keeps_its_beginning(
    house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    publication = await house.publish("sensor.meter")
    friend = await house.befriend(cooperative, publication)
    before = friend_data(friend)["grants"][0]
    later = (dt_util.now() + timedelta(days=60)).date().isoformat()
    await house.change_terms(friend, publication, until=later)
    (grant,) = friend_data(house.entry.subentries[friend.subentry_id])["grants"]
    assert grant["begin"] == before["begin"]
    assert grant["until"] > before["until"]


async def test_a_deleted_publication_is_no_longer_suggested(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    publication = await house.publish("sensor.meter")
    friend = await house.befriend(cooperative, publication)
    hass.config_entries.async_remove_subentry(house.entry, publication.subentry_id)
    flow = await house.change(friend, "grants")
    suggested = {
        str(key): key.description["suggested_value"]
        for key in flow["data_schema"].schema
        if key.description
    }
    assert suggested["publications"] == []


async def test_requests_do_not_outlive_the_account(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    await waiting_request(hass, house, cooperative)
    await hass.config_entries.async_remove(house.entry.entry_id)
    assert not [i for i in ir.async_get(hass).issues.values() if i.is_fixable]


async def waiting_request(hass: HomeAssistant, house: Home, cooperative: Home) -> ir.IssueEntry:
    await cooperative.befriend(house)
    issues = ir.async_get(hass)
    issue: ir.IssueEntry = await until(
        lambda: next(
            (i for i in issues.issues.values() if i.translation_key == "friend_request"), None
        )
    )
    return issue


async def answer(hass: HomeAssistant, issue: ir.IssueEntry, step: str, **fields: str) -> Any:
    flow = await async_create_fix_flow(hass, issue.issue_id, issue.data)
    assert isinstance(flow, FriendRequestFlow)
    flow.hass = hass
    flow.issue_id, flow.flow_id, flow.handler = issue.issue_id, "f", DOMAIN
    menu = await flow.async_step_init()
    assert step in menu["menu_options"]
    return await getattr(flow, f"async_step_{step}")(fields or None)


async def test_an_accepted_request_makes_a_friend_who_is_granted_nothing(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    issue = await waiting_request(hass, house, cooperative)
    result = await answer(hass, issue, "accept")
    assert result["step_id"] == "accept"
    await answer(hass, issue, "accept", name="The cooperative")
    (friend,) = house.entry.subentries.values()
    assert friend.title == "The cooperative"
    assert friend_data(friend) == {"jid": cooperative.account.jid, "grants": []}
    await until(lambda: not house.runtime[Friends].requests)
    assert not [i for i in ir.async_get(hass).issues.values() if i.is_fixable]


async def test_a_refused_request_is_answered(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    issue = await waiting_request(hass, house, cooperative)
    await answer(hass, issue, "refuse")
    assert not house.runtime[Friends].requests
    assert not house.entry.subentries


async def test_a_blocked_asker_is_not_heard_again(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    issue = await waiting_request(hass, house, cooperative)
    result = await answer(hass, issue, "block")
    assert result["type"] == "create_entry"
    cooperative.runtime.session.ask_friendship(house.account.jid)
    # What comes after the request on the same way shows that the request was dropped.
    await cooperative.runtime.session.roster()
    await house.runtime.session.roster()
    assert not house.runtime[Friends].requests


async def test_a_request_that_was_answered_meanwhile_is_said_to_be_settled(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    accounts: Callable[..., Account],
    prosody_pair: tuple[ProsodyServer, ProsodyServer],
) -> None:
    issue = await waiting_request(hass, house, cooperative)
    account = accounts(prosody_pair[1], "stranger")
    stranger = Home(hass, account, await add_account(hass, account))
    await stranger.befriend(house)
    await until(lambda: len(house.runtime[Friends].requests) == 2)
    await answer(hass, issue, "refuse")
    flow = await async_create_fix_flow(hass, issue.issue_id, issue.data)
    flow.hass, flow.handler, flow.flow_id = hass, DOMAIN, "f"
    assert isinstance(flow, FriendRequestFlow)
    assert (await flow.async_step_init())["reason"] == "already_settled"
    assert house.runtime[Friends].requests == {account.jid}
    await hass.config_entries.async_unload(stranger.entry.entry_id)


async def test_nobody_is_blocked_while_the_server_is_away(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    prosody_pair: tuple[ProsodyServer, ProsodyServer],
) -> None:
    issue = await waiting_request(hass, house, cooperative)
    prosody_pair[0].disconnect(house.account.jid)
    await until(lambda: not house.runtime.session.is_online)
    assert (await answer(hass, issue, "block"))["reason"] == "cannot_block"
    assert house.runtime[Friends].requests == {cooperative.account.jid}


async def test_five_requests_wait_at_most(
    hass: HomeAssistant,
    house: Home,
    accounts: Callable[..., Account],
    prosody_pair: tuple[ProsodyServer, ProsodyServer],
) -> None:
    await async_setup_component(hass, "repairs", {})
    strangers = []
    for _ in range(6):
        account = accounts(prosody_pair[1], "stranger")
        strangers.append(Home(hass, account, await add_account(hass, account)))
        await strangers[-1].befriend(house)
    await until(lambda: len(house.runtime[Friends].requests) == 5)
    await until(lambda: all(s.runtime[Reconciler].is_roster_in_order for s in strangers))
    assert len(house.runtime[Friends].requests) == 5
    for stranger in strangers:
        await hass.config_entries.async_unload(stranger.entry.entry_id)
