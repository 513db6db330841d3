"""From an entity of one home to an entity of another, over two servers."""

import asyncio
from collections.abc import Callable
from copy import deepcopy
import time
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import InvalidData
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.config import friend_data, publication_data
from custom_components.sen1.federation.consent.grant_changes import (
    GrantChange,
    async_change_grant,
)
from custom_components.sen1.federation.follow.history_client import HistoryClient
from custom_components.sen1.federation.follow.presences import Presences
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.publish.reconciler import Reconciler
from custom_components.sen1.protocol.errors import RequestFailed
from custom_components.sen1.protocol.model import BareJid, node_of
from custom_components.sen1.protocol.term import Phase, term_of
from testbed.client import connect
from testbed.xmpp import Account, XmppServer

from .conftest import ON_EACH_PAIR, Home, until

type Meter = Callable[[object], None]


async def shared(house: Home, cooperative: Home) -> tuple[ConfigSubentry, ConfigSubentry]:
    """Let the house publish its meter to the cooperative; wait for the first reading."""
    publication = await house.publish("sensor.meter")
    friend = await house.befriend(cooperative, publication)
    await cooperative.befriend(house)
    await until(lambda: (s := cooperative.state()) and s.state == "640")
    return publication, friend


@ON_EACH_PAIR
async def test_a_friend_sees_each_reading(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    await shared(house, cooperative)
    state = cooperative.state()
    assert state.attributes["unit_of_measurement"] == "VA"
    assert state.attributes["device_class"] == "apparent_power"
    assert state.attributes["state_class"] == "measurement"
    assert state.name.endswith("Meter")
    assert cooperative.state("status").state == "receiving"
    (series,) = cooperative.series()
    before = series.received
    for power in range(700, 720):
        await asyncio.sleep(0.002)  # two states in one millisecond are one reading
        meter(power)
    await until(lambda: cooperative.state().state == "719")
    await until(lambda: series.received >= before + 20)
    assert not cooperative.runtime.journal.refusals
    assert not house.runtime.journal.refusals


@ON_EACH_PAIR
async def test_a_friends_telephone_is_not_taken_for_its_home_assistant(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    await shared(house, cooperative)
    jid, presences = house.account.jid, cooperative.runtime[Presences]
    addresses = cooperative.runtime[HistoryClient].addresses
    installation = await until(lambda: addresses.get(jid), within=8)
    assert installation == house.runtime.session._client.boundjid.full
    async with connect(house.account) as telephone:
        await until(lambda: telephone.boundjid.full in presences.clients.get(jid, ()))
        assert addresses[jid] == installation
        await hass.config_entries.async_unload(house.entry.entry_id)
        await until(lambda: jid not in addresses)
        assert jid in presences.clients
        await hass.config_entries.async_setup(house.entry.entry_id)
        await until(lambda: addresses.get(jid) == installation)
    await until(lambda: list(presences.clients.get(jid, ())) == [installation])
    assert addresses[jid] == installation


@ON_EACH_PAIR
async def test_a_withdrawn_grant_ends_the_friends_entity_with_a_reason(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    _publication, friend = await shared(house, cooperative)
    await house.grant(friend)
    await until(lambda: cooperative.state("status").state == "withdrawn")
    assert cooperative.state().state == "unavailable"
    (series,) = cooperative.series()
    received = series.received
    await until(lambda: house.runtime[Reconciler].are_nodes_in_order)
    meter(999)
    (publication,) = house.runtime[Publishing].publications.values()
    await hass.async_block_till_done()
    await until(lambda: publication.publisher.waiting == 0)
    assert series.received == received

    await house.grant(friend, *[s for s in house.entry.subentries.values() if s is not friend])
    await until(lambda: cooperative.state().state == "999")


async def test_a_series_that_is_over_goes_with_its_entities_when_the_household_says_so(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    _publication, friend = await shared(house, cooperative)
    (ours,) = cooperative.entry.subentries.values()
    (series,) = cooperative.series()
    with pytest.raises(InvalidData):
        # What is still granted cannot be removed.
        await cooperative.grant(ours, forgotten=[series.follower.grant.publication])
    await house.grant(friend)
    await until(lambda: cooperative.state("status").state == "withdrawn")
    await cooperative.grant(ours, forgotten=[series.follower.grant.publication])
    assert cooperative.series() == []
    registry = er.async_get(hass)
    left = er.async_entries_for_config_entry(registry, cooperative.entry.entry_id)
    assert [entity.translation_key for entity in left] == ["day_compared"], "the account's own"
    await hass.config_entries.async_reload(cooperative.entry.entry_id)
    assert cooperative.series() == []
    # Granted again, it is there again.
    await house.grant(friend, *[s for s in house.entry.subentries.values() if s is not friend])
    await until(lambda: (s := cooperative.state()) and s.state == "640")


async def test_a_series_that_is_over_goes_alone(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    publication, friend = await shared(house, cooperative)
    other = await house.publish("sensor.meter", title="Other")
    await house.grant(friend, publication, other)
    await until(lambda: [s.status for s in cooperative.series()] == ["receiving"] * 2)
    await house.grant(friend, other)
    over = await until(lambda: [s for s in cooperative.series() if s.status == "withdrawn"])
    (ours,) = cooperative.entry.subentries.values()
    await cooperative.grant(ours, forgotten=[over[0].follower.grant.publication])
    assert [series.description.title for series in cooperative.series()] == ["Other"]
    meter(700)
    await until(lambda: cooperative.state().state == "700")
    assert cooperative.state().name.endswith("Other")


async def test_a_friend_whom_the_household_renames_is_shown_under_the_new_name(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    await shared(house, cooperative)
    (ours,) = cooperative.entry.subentries.values()
    await cooperative.grant(ours, name="Neighbour")
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), cooperative.entry.entry_id)
    (friend,) = (each for each in devices if (DOMAIN, ours.subentry_id) in each.identifiers)
    assert friend.name == "Neighbour"


async def test_a_series_that_the_friend_renames_bears_its_new_name_at_once(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    publication, _friend = await shared(house, cooperative)
    names = [cooperative.state(key).name for key in ("reading", "status")]
    assert [name.endswith(end) for name, end in zip(names, ("Meter", "Meter status"), strict=True)]
    flows = hass.config_entries.subentries
    flow = await flows.async_init(
        (house.entry.entry_id, "publication"),
        context={"source": "reconfigure", "subentry_id": publication.subentry_id},
    )
    await flows.async_configure(flow["flow_id"], {"title": "Roof", "interval_s": 1})
    await until(lambda: cooperative.state().name.endswith("Roof"))
    await until(lambda: cooperative.state("status").name.endswith("Roof status"))


async def test_a_source_without_value_is_unavailable_at_the_friends(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    await shared(house, cooperative)
    meter("unavailable")
    await until(lambda: cooperative.state("status").state == "source_unavailable")
    assert cooperative.state().state == "unavailable"
    meter(650)
    await until(lambda: cooperative.state().state == "650")


@ON_EACH_PAIR
async def test_what_was_measured_during_a_cut_arrives_afterwards(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    await shared(house, cooperative)
    server_pair[0].disconnect(house.account.jid)
    await until(lambda: not house.runtime.session.is_online)
    meter(800)
    await until(lambda: cooperative.state().state == "800")


async def test_a_renamed_sensor_is_still_published(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    await shared(house, cooperative)
    er.async_get(hass).async_update_entity("sensor.meter", new_entity_id="sensor.linky")
    hass.states.async_set(
        "sensor.linky", "777", {"unit_of_measurement": "VA", "device_class": "apparent_power"}
    )
    await until(lambda: cooperative.state().state == "777")


@ON_EACH_PAIR
async def test_removing_a_publication_cleans_the_server(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    publication, _friend = await shared(house, cooperative)
    user = house.account.jid.partition("@")[0]
    assert [n for n in server_pair[0].nodes(user) if n.startswith("urn:sen1:publication")]
    hass.config_entries.async_remove_subentry(house.entry, publication.subentry_id)
    await until(
        lambda: not [n for n in server_pair[0].nodes(user) if n.startswith("urn:sen1:publ")]
    )
    await until(lambda: cooperative.state("status").state == "withdrawn")


@ON_EACH_PAIR
async def test_removing_an_account_leaves_nothing_on_the_server(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    await shared(house, cooperative)
    user = house.account.jid.partition("@")[0]
    await hass.config_entries.async_remove(house.entry.entry_id)
    assert not [n for n in server_pair[0].nodes(user) if n.startswith("urn:sen1:publication")]
    await until(lambda: cooperative.state("status").state == "withdrawn")


async def test_a_request_of_somebody_new_waits_for_an_answer(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    await cooperative.befriend(house)
    issues = ir.async_get(hass)

    def requests() -> list[ir.IssueEntry]:
        return [i for i in issues.issues.values() if i.translation_key == "friend_request"]

    await until(requests)
    await house.befriend(cooperative)
    await until(lambda: not requests())


async def test_a_state_that_says_nothing_is_no_value_at_the_friends(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    await shared(house, cooperative)
    meter("unknown")
    await until(lambda: cooperative.state("status").state == "source_unavailable")
    meter(650)
    await until(lambda: cooperative.state().state == "650")
    meter("broken")
    await until(lambda: cooperative.state("status").state == "source_unavailable")


async def test_an_index_has_no_state_class_at_the_friends(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    er.async_get(hass).async_get_or_create("sensor", "test", "w", suggested_object_id="water")
    attributes = {
        "unit_of_measurement": "m³",
        "device_class": "water",
        "state_class": "total_increasing",
    }
    hass.states.async_set("sensor.water", "123.456", attributes)
    publication = await house.publish("sensor.water", direction="none")
    await house.befriend(cooperative, publication)
    await cooperative.befriend(house)
    state = await until(lambda: (s := cooperative.state()) and s.state == "123.456" and s)
    assert state.attributes["device_class"] == "water"
    assert "state_class" not in state.attributes


async def test_a_failed_subscription_is_tried_again(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.sen1.federation.follow.following.RETRY", 0.1)
    session = cooperative.runtime.session
    subscribe = session.pubsub.subscribe
    attempts = []

    async def fail_twice(publisher: BareJid, node: str) -> None:
        attempts.append(node)
        if len(attempts) < 3:
            raise RequestFailed("timeout")
        await subscribe(publisher, node)

    monkeypatch.setattr(session.pubsub, "subscribe", fail_twice)
    await shared(house, cooperative)
    assert len(attempts) >= 3


@ON_EACH_PAIR
async def test_signs_that_nobody_takes_are_left_out_of_our_names_and_states(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    entry = MockConfigEntry(domain="test")
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={("test", "mode")},
        manufacturer="M\x01",
        model="\u202eT\x01",
    )
    entity_id = (
        er.async_get(hass)
        .async_get_or_create("sensor", "test", "mode", config_entry=entry, device_id=device.id)
        .entity_id
    )
    hass.states.async_set(entity_id, "a\x01b", {"device_class": "enum"})
    publication = await house.publish(entity_id, title="\u200eM\x01ode\r\n")
    await house.befriend(cooperative, publication)
    await cooperative.befriend(house)
    await until(lambda: (state := cooperative.state()) and state.state == "ab")
    assert cooperative.state().name.endswith("Mode")
    (series,) = cooperative.series()
    described = series.follower.grant.description
    assert described is not None
    assert described.provenance is not None
    assert (described.provenance.manufacturer, described.provenance.model) == ("M", "T")
    hass.states.async_set(entity_id, "c\x01d", {"device_class": "enum"})
    await until(lambda: cooperative.state().state == "cd")
    for home in (house, cooperative):
        assert not home.runtime.refusals
        assert home.runtime.session.drops == 0


@ON_EACH_PAIR
async def test_a_grant_that_was_taken_back_since_a_backup_rests_until_the_household_says(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: Home,
    cooperative: Home,
    meter: Meter,
    server_pair: tuple[XmppServer, XmppServer],
    accounts: Callable[..., Account],
) -> None:
    publication, friend = await shared(house, cooperative)
    # Somebody else has it as well, so that it stays on the server.
    other = Home(hass, accounts(server_pair[1], "carole"), house.entry)
    await house.befriend(other, publication)
    await house.runtime.store.async_save()
    known = f"sen1.{house.entry.entry_id}"
    backup, granted = deepcopy(hass_storage[known]), house.entry.subentries[friend.subentry_id].data
    await house.grant(friend)
    await until(lambda: cooperative.state("status").state == "withdrawn")
    await hass.config_entries.async_unload(house.entry.entry_id)
    hass_storage[known] = backup
    hass.config_entries.async_update_subentry(
        house.entry, house.entry.subentries[friend.subentry_id], data=granted
    )
    await hass.config_entries.async_setup(house.entry.entry_id)
    named = publication_data(publication)["publication"]
    issues = ir.async_get(hass)
    await until(lambda: issues.async_get_issue(DOMAIN, f"grant_revived_{named}"))
    (grant,) = friend_data(house.entry.subentries[friend.subentry_id])["grants"]
    assert term_of(grant).phase(time.time()) is Phase.PAUSED
    user = house.account.jid.partition("@")[0]
    kept = server_pair[0].nodes(user)[node_of(named)]
    assert kept.affiliations[cooperative.account.jid] == "outcast"
    meter(700)
    names = (house.entry.entry_id, friend.subentry_id, named)
    async_change_grant(hass, *names, GrantChange.RESUME)
    meter(701)
    await until(lambda: (state := cooperative.state()) and state.state == "701")
