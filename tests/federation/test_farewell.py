"""Leaving and moving: servers keep nothing, also one that was away at the time."""

import asyncio
from collections.abc import Callable
import logging
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation import farewell
from custom_components.sen1.federation.config import publication_data
from custom_components.sen1.federation.farewell import FAREWELLS
from custom_components.sen1.federation.own_keys import made_keys
from custom_components.sen1.federation.publish.pubsub_node import OPTIONS
from custom_components.sen1.protocol.model import NODE_PREFIX
from custom_components.sen1.protocol.trust.identity import (
    IDENTITY_NODE,
    identity_from_element,
    moved_from,
)
from custom_components.sen1.protocol.trust.signed import verified
from custom_components.sen1.protocol.trust.verify_journal import to_text
from testbed.data_node import SgeTiersNode, connected
from testbed.xmpp import Account, XmppServer

from .conftest import ON_EACH_PAIR, Home, add_account, until
from .legacy.test_data_nodes import INDEX, add_node
from .pages.test_flows import form
from .test_attacks import attack
from .test_exchange import shared
from .xmpp.test_session import running

__all__ = ["attack"]

type Servers = tuple[XmppServer, XmppServer]


def nodes(server: XmppServer, account: Account) -> list[str]:
    user = account.jid.partition("@")[0]
    return [name for name in server.nodes(user) if name.startswith(NODE_PREFIX)]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait seconds where a user would wait a minute."""
    monkeypatch.setattr(farewell, "PATIENCE", 1.0)
    monkeypatch.setattr(farewell, "AGAIN_FIRST", 0.5)


@ON_EACH_PAIR
async def test_an_account_removed_while_its_server_was_away_is_cleaned_when_it_is_back(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    server_pair: Servers,
    impatient: None,
) -> None:
    await shared(house, cooperative)
    server = server_pair[0]
    assert nodes(server, house.account)
    await hass.async_add_executor_job(server.stop)
    await hass.config_entries.async_remove(house.entry.entry_id)
    assert len(hass.data[FAREWELLS]) == 1
    await hass.async_add_executor_job(server.start)
    await until(lambda: not hass.data[FAREWELLS])
    assert not nodes(server, house.account)
    assert not server.roster(house.account.jid.partition("@")[0])
    await until(lambda: cooperative.state("status").state == "withdrawn")


async def test_an_account_added_again_before_its_server_was_cleaned_keeps_what_it_shares(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    server_pair: Servers,
    impatient: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(farewell, "AGAIN_FIRST", 5.0)
    await shared(house, cooperative)
    server = server_pair[0]
    await hass.async_add_executor_job(server.stop)
    await hass.config_entries.async_remove(house.entry.entry_id)
    await hass.async_add_executor_job(server.start)
    again = Home(hass, house.account, await add_account(hass, house.account))
    assert not hass.data[FAREWELLS]
    # What it shared before is cleaned by itself.
    await until(lambda: not nodes(server, house.account))
    await until(lambda: cooperative.state("status").state == "withdrawn")
    publication = await again.publish("sensor.meter")
    await again.befriend(cooperative, publication)
    await until(lambda: any(s.status == "receiving" for s in cooperative.series()))
    assert len(nodes(server, house.account)) == 1


@pytest.mark.parametrize("is_again", [False, True], ids=["for good", "added again"])
async def test_that_what_was_lent_is_erased_is_said_when_the_server_is_back(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    server_pair: Servers,
    impatient: None,
    monkeypatch: pytest.MonkeyPatch,
    is_again: bool,
) -> None:
    if is_again:
        monkeypatch.setattr(farewell, "AGAIN_FIRST", 30.0)
    publication, _friend = await shared(house, cooperative)
    await hass.async_add_executor_job(server_pair[1].stop)
    await hass.config_entries.async_remove(cooperative.entry.entry_id)
    assert len(hass.data[FAREWELLS]) == 1
    await hass.async_add_executor_job(server_pair[1].start)
    if is_again:
        again = await add_account(hass, cooperative.account)
    erasures = house.runtime.store.content["erasures"]
    await until(lambda: cooperative.account.jid in erasures)
    erasure = erasures[cooperative.account.jid][publication_data(publication)["publication"]]
    assert erasure["erased"]
    await until(lambda: not hass.data[FAREWELLS])
    if is_again:
        await hass.config_entries.async_unload(again.entry_id)


async def test_what_the_recorder_does_not_erase_at_once_is_erased_later_and_only_then_said(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    is_willing = False

    async def async_erase(*_whose: object) -> bool:
        return is_willing

    monkeypatch.setattr(farewell, "async_erase", async_erase)
    monkeypatch.setattr(farewell, "AGAIN_FIRST", 0.5)
    await shared(house, cooperative)
    await hass.config_entries.async_remove(cooperative.entry.entry_id)
    assert "recorder has not erased" in caplog.text
    erasures = house.runtime.store.content["erasures"]
    # Meanwhile it is tried again.
    await asyncio.sleep(1)
    assert len(hass.data[FAREWELLS]) == 1
    assert not erasures
    is_willing = True
    await until(lambda: not hass.data[FAREWELLS])
    await until(lambda: cooperative.account.jid in erasures)


async def test_a_data_node_that_never_answers_is_given_up_and_the_password_forgotten(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: Home,
    bob: Account,
    impatient: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with connected(SgeTiersNode(bob, {}, users=[house.account.jid])) as node:
        await add_node(house, node.address, INDEX)
        await until(lambda: node.subscribed)
    await hass.config_entries.async_remove(house.entry.entry_id)
    assert len(hass.data[FAREWELLS]) == 1
    (waiting,) = hass_storage["sen1.farewells"]["data"]
    assert waiting["credentials"]["password"] == house.account.password
    assert not waiting["partings"]
    monkeypatch.setattr(farewell, "GIVE_UP", 0.0)
    caplog.clear()
    await until(lambda: not hass.data[FAREWELLS])
    await until(lambda: hass_storage["sen1.farewells"]["data"] == [])
    (told,) = [
        record
        for record in caplog.records
        if record.levelno >= logging.WARNING and record.name.startswith("custom_components.sen1")
    ]
    assert "the password is forgotten" in told.getMessage()
    assert house.account.jid not in told.getMessage()


def kept(account: Account, **more: Any) -> dict[str, Any]:
    """Return what is stored of an account that could not be left before Home Assistant stopped."""
    reach = {"host": account.host, "port": account.port, "ca": account.ca}
    credentials = {"jid": account.jid, "password": account.password, "resource": "ha", **reach}
    keys = made_keys()
    secret = {"signing": to_text(keys.signing), "sealing": to_text(keys.sealing)}
    voice = {**secret, "said": 0.0, "to": [], "not_to": [], "known": {}}
    farewell = {"title": "Old", "credentials": credentials, "voice": voice, "partings": [], **more}
    return {"version": 1, "key": "sen1.farewells", "data": [farewell]}


async def test_a_server_that_was_away_until_home_assistant_stopped_is_cleaned_after_its_start(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    alice: Account,
    server_pair: Servers,
    impatient: None,
) -> None:
    async with running(alice) as link:
        for node in (f"{NODE_PREFIX}old", "urn:of:another:program"):
            await link.session.pubsub.create_node(node, OPTIONS)
    hass_storage["sen1.farewells"] = kept(alice)
    assert await async_setup_component(hass, DOMAIN, {})
    await until(lambda: not nodes(server_pair[0], alice))
    await until(lambda: not hass.data[FAREWELLS])
    assert list(server_pair[0].nodes(alice.jid.partition("@")[0])) == ["urn:of:another:program"]


async def test_an_account_that_its_server_knows_no_more_is_left_by_that(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    alice: Account,
    server_pair: Servers,
    impatient: None,
) -> None:
    server_pair[0].delete(alice.jid.partition("@")[0])
    lent = {
        "publication": "x",
        "friend": "coop@coop.test",
        "statistic": "y",
        "entity_ids": [],
        "is_erased": True,
    }
    hass_storage["sen1.farewells"] = kept(alice, lent=[lent])
    assert await async_setup_component(hass, DOMAIN, {})
    assert len(hass.data[FAREWELLS]) == 1
    await until(lambda: not hass.data[FAREWELLS])
    await until(lambda: hass_storage["sen1.farewells"]["data"] == [])


@ON_EACH_PAIR
async def test_what_was_removed_while_the_server_was_away_is_cleaned_when_it_is_back(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    server_pair: Servers,
) -> None:
    publication, friend = await shared(house, cooperative)
    server = server_pair[0]
    await hass.async_add_executor_job(server.stop)
    await until(lambda: not house.runtime.session.is_online)
    hass.config_entries.async_remove_subentry(house.entry, publication.subentry_id)
    hass.config_entries.async_remove_subentry(house.entry, friend.subentry_id)
    await hass.async_add_executor_job(server.start)
    await until(lambda: not nodes(server, house.account))
    await until(lambda: cooperative.state("status").state == "withdrawn")
    assert cooperative.account.jid not in await house.runtime.session.roster()


@ON_EACH_PAIR
async def test_a_friend_without_keys_is_left_by_a_move_and_may_add_the_new_address(
    hass: HomeAssistant,
    house: Home,
    meter: Callable[[object], None],
    attack: Any,
    bob: Account,
    accounts: Callable[..., Account],
    server_pair: Servers,
) -> None:
    publication = await house.publish("sensor.meter")
    plain = await attack(bob, publication)
    plain.client.send_presence(pto=house.account.jid, ptype="subscribe")
    await house.befriend(Home(hass, bob, house.entry), publication)
    await until(lambda: any('state="active"' in text for text in plain.heard))
    new = accounts(server_pair[1], "alice")
    flow = await hass.config_entries.flow.async_init(
        "sen1", context={"source": "reconfigure", "entry_id": house.entry.entry_id}
    )
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], form(new))
    assert result["reason"] == "reconfigure_successful"
    # It is told by the old address that this is over, and by the new one that it has begun.
    await until(lambda: any('state="withdrawn"' in text for text in plain.heard))
    await until(lambda: not nodes(server_pair[0], house.account))
    expected = [NODE_PREFIX + publication_data(publication)["publication"]]
    await until(lambda: nodes(server_pair[1], new) == expected)
    assert house.entry.unique_id == new.jid
    assert not house.runtime.store.content["arriving"]
    plain.client.send_presence(pto=new.jid, ptype="subscribe")
    await until(lambda: any('state="active"' in text and new.jid in text for text in plain.heard))
    # Whoever looks at the old address is told where the account is now.
    answer = await plain.client["xep_0060"].get_items(house.account.jid, IDENTITY_NODE)
    (item,) = answer.xml.iter("{http://jabber.org/protocol/pubsub}item")
    left = identity_from_element(item[0], house.account.jid)
    assert left.moved is not None
    statement = verified(left.moved, house.runtime.statements.keys.public.signing)
    assert (statement.sender, moved_from(statement)) == (new.jid, house.account.jid)
