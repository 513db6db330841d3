"""A grant begins, rests and ends: what is received lies inside it, whatever was cut meanwhile."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
import time
from typing import Any
from xml.etree.ElementTree import Element

from homeassistant.components.recorder.core import Recorder
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.sen1.federation.config import friend_data, publication_data
from custom_components.sen1.federation.consent.policy import Policy
from custom_components.sen1.federation.fixes.renewal import RenewFlow
from custom_components.sen1.federation.publish.affiliations import Affiliations
from custom_components.sen1.federation.publish.grant_announcer import GrantAnnouncer
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.publish.reconciler import Reconciler
from custom_components.sen1.federation.publish.sender import Sender
from custom_components.sen1.protocol.follower import Follower, Received
from custom_components.sen1.protocol.model import Item, Reading, node_of
from custom_components.sen1.protocol.term import changed
from custom_components.sen1.repairs import async_create_fix_flow
from testbed.client import connect
from testbed.xmpp import Account, XmppServer

from ..conftest import ON_BOTH_KINDS, Home, until
from ..test_exchange import shared

type Meter = Callable[[object], None]


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> list[Reading]:
    """Return what followers are told that they did not know, in order."""
    readings: list[Reading] = []
    take = Follower._take

    def note(follower: Follower, item: Item, **how: bool) -> Any:
        actions = take(follower, item, **how)
        for action in actions:
            assert isinstance(action, Received)
            readings.extend(action.readings)
        return actions

    monkeypatch.setattr(Follower, "_take", note)
    return readings


def iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()


def say(house: Home, friend: ConfigSubentry, **terms: Any) -> None:
    """Let the one grant of a friend be otherwise, to the second."""
    friend = house.entry.subentries[friend.subentry_id]
    data = friend_data(friend)
    grants = [changed(grant, **terms) for grant in data["grants"]]
    house.hass.config_entries.async_update_subentry(
        house.entry, friend, data={**data, "grants": grants}
    )


async def all_is_told(house: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at everything again, and wait until each is told of its grants who is to be."""
    announcer = house.runtime[GrantAnnouncer]
    rounds: list[None] = []
    tell = announcer.tell
    with monkeypatch.context() as noted:
        noted.setattr(announcer, "tell", lambda: rounds.append(tell()))
        house.runtime[Reconciler].wake()
        await until(lambda: rounds)


def is_shown(home: Home, power: int) -> bool:
    return bool(home.state().state == str(power))


def values(received: list[Reading]) -> list[object]:
    return [reading.value for reading in received]


@pytest.fixture
def measure(hass: HomeAssistant, meter: Meter) -> Callable[[object], Any]:
    """Return what sets the meter in a millisecond of its own."""
    last = 0.0

    async def set_power(value: object) -> float:
        nonlocal last
        await until(lambda: time.time() > last + 0.005)
        meter(value)
        state = hass.states.get("sensor.meter")
        assert state is not None
        # When it was set, however long this test was kept from setting it.
        last = state.last_changed_timestamp
        return last

    return set_power


@ON_BOTH_KINDS
async def test_a_new_friend_gets_nothing_older_than_its_grant_but_what_is_shown_now(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    measure: Callable[[object], Any],
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    publication, _friend = await shared(house, cooperative)
    for power in (701, 702, 703):
        await measure(power)
        await until(partial(is_shown, cooperative, power))
    carole = accounts(server_pair[1], "carole")
    begin = time.time()
    node = node_of(publication_data(publication)["publication"])
    async with connect(carole) as client:
        await house.befriend(Home(hass, carole, house.entry), publication)
        client.send_presence(pto=house.account.jid)
        (running,) = house.runtime[Publishing].publications.values()
        await until(lambda: carole.jid in running.receivers)

        async def read() -> list[Element]:
            iq = await client["xep_0060"].get_items(house.account.jid, node, timeout=30)
            return list(iq.xml.iter("{urn:ietf:params:xml:ns:senml}senml"))

        # What was signed alone is said again so that who has no key reads it.
        records = await until(read)
        assert [record.get("v") for record in records] == ["703"]
        assert float(records[0].get("bt", 0)) < begin
    await measure(704)
    await until(lambda: cooperative.state().state == "704")


async def test_who_is_granted_a_series_of_which_older_readings_wait_comes_after_them(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    measure: Callable[[object], Any],
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
    received: list[Reading],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publication, _friend = await shared(house, cooperative)
    (running,) = house.runtime[Publishing].publications.values()
    running.publisher.interval = 3600.0
    for power in (701, 702):
        await measure(power)
    carole = accounts(server_pair[1], "carole")
    told = house.runtime.store.content["told"]
    async with connect(carole) as client:
        await house.befriend(Home(hass, carole, house.entry), publication)
        client.send_presence(pto=house.account.jid)
        await until(lambda: running.awaited_from)
        await all_is_told(house, monkeypatch)
        assert carole.jid not in running.receivers
        assert not told.get(carole.jid), "it would be refused"
        running.publisher.interval = 0.0
        house.runtime[Sender].wake()
        await until(lambda: told.get(carole.jid))

        async def read() -> list[Element]:
            iq = await client["xep_0060"].get_items(house.account.jid, running.node, timeout=30)
            return list(iq.xml.iter("{urn:ietf:params:xml:ns:senml}senml"))

        records = await until(read)
        # Of the two in one item, what the series shows.
        assert [record.get("v") for record in records] == ["702"]
    await until(lambda: cooperative.state().state == "702")
    assert values(received) == [640, 701, 702]


async def test_what_nobody_may_receive_is_not_on_the_server(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    user = house.account.jid.partition("@")[0]

    def ours() -> list[str]:
        return [node for node in server_pair[0].nodes(user) if node.startswith("urn:sen1:publ")]

    publication = await house.publish("sensor.meter")
    await until(lambda: house.runtime[Reconciler].are_nodes_in_order)
    assert ours() == []
    friend = await house.befriend(cooperative, publication)
    await cooperative.befriend(house)
    await until(lambda: (s := cooperative.state()) and s.state == "640")
    assert len(ours()) == 1
    say(house, friend, until=iso(time.time()))
    await until(lambda: cooperative.state("status").state == "ended")
    await until(lambda: ours() == [])


async def test_a_grant_that_ends_while_the_server_answers_is_ended_like_any_other(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    server_pair: tuple[XmppServer, XmppServer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _subentry, friend = await shared(house, cooperative)
    (publication,) = house.runtime[Publishing].publications
    membership = house.runtime[Affiliations]
    newest_items = membership.newest_items
    asked: list[tuple[Any, ...]] = []

    async def end_meanwhile(*which: Any) -> list[Item]:
        items = await newest_items(*which)
        if not asked:
            say(house, friend, until=iso(time.time()))
            await until(lambda: not house.runtime[Policy].is_wanted(publication))
        asked.append(which)
        return items

    monkeypatch.setattr(membership, "newest_items", end_meanwhile)
    server_pair[0].disconnect(house.account.jid)
    await until(lambda: asked)
    await until(lambda: cooperative.state("status").state == "ended")


@ON_BOTH_KINDS
async def test_of_a_pause_nothing_is_received_and_nothing_afterwards(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    measure: Callable[[object], Any],
    received: list[Reading],
) -> None:
    publication, friend = await shared(house, cooperative)
    await measure(700)
    await until(lambda: cooperative.state().state == "700")
    await house.change_terms(friend, publication, paused=True)
    await until(lambda: cooperative.state("status").state == "paused")
    assert cooperative.state().state == "unavailable"
    for power in (801, 802, 803):
        await measure(power)
    await house.change_terms(friend, publication, paused=False)
    await until(lambda: cooperative.state("status").state == "receiving")
    await measure(900)
    await until(lambda: cooperative.state().state == "900")
    # What the series showed when the pause ended is told, as to a new friend.
    assert values(received) == [640, 700, 803, 900]


@ON_BOTH_KINDS
async def test_what_a_pause_during_a_cut_held_is_never_sent(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    measure: Callable[[object], Any],
    received: list[Reading],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    publication, friend = await shared(house, cooperative)
    server_pair[0].stop()
    try:
        await until(lambda: not house.runtime.session.is_online)
        await measure(701)
        await house.change_terms(friend, publication, paused=True)
        await measure(801)
        await house.change_terms(friend, publication, paused=False)
        await measure(901)
        await measure(902)
    finally:
        server_pair[0].start()
    await until(lambda: cooperative.state().state == "902")
    # Sent by one who was away: what came before the pause is older than what may now be told.
    assert 801 not in values(received)
    # What is newest may go before what a cut held back.
    assert max(received, key=lambda reading: reading.time).value == 902


async def test_a_grant_that_begins_and_ends_while_home_assistant_runs(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    measure: Callable[[object], Any],
    received: list[Reading],
) -> None:
    await cooperative.befriend(house)
    publication = await house.publish("sensor.meter")
    friend = await house.befriend(cooperative, publication)
    begin = time.time() + 2
    say(house, friend, begin=iso(begin))
    await measure(700)
    await until(lambda: received)
    assert time.time() >= begin
    assert values(received) == [700], "what is shown when it begins"
    await measure(701)
    await until(partial(is_shown, cooperative, 701))
    end = time.time() + 3
    say(house, friend, until=iso(end))
    await until(lambda: cooperative.state("status").state == "ended")
    last = await measure(9999)
    assert last >= end
    await until(lambda: house.runtime[Reconciler].are_nodes_in_order)
    assert 9999 not in values(received)
    assert all(reading.time < end for reading in received)


async def test_a_grant_that_ended_while_home_assistant_was_off_is_over_before_anything_is_sent(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    measure: Callable[[object], Any],
    received: list[Reading],
) -> None:
    _publication, friend = await shared(house, cooperative)
    await hass.config_entries.async_unload(house.entry.entry_id)
    say(house, friend, until=iso(time.time()))
    await measure(9999)
    await hass.config_entries.async_setup(house.entry.entry_id)
    await until(lambda: cooperative.state("status").state == "ended")
    await until(lambda: house.runtime[Reconciler].are_nodes_in_order)
    assert values(received) == [640]


async def test_of_a_grant_that_began_while_home_assistant_was_off_only_what_it_covers_is_sent(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    measure: Callable[[object], Any],
    received: list[Reading],
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    publication = await house.publish("sensor.meter")
    friend = await house.befriend(cooperative, publication)
    say(house, friend, begin=iso(time.time() + 86400))
    # For another the outbox holds what was measured before as well.
    await house.befriend(Home(hass, accounts(server_pair[1], "other"), house.entry), publication)
    await cooperative.befriend(house)
    await until(lambda: all(p.is_open for p in house.runtime[Publishing].publications.values()))
    await hass.config_entries.async_unload(house.entry.entry_id)
    for power in (701, 702, 703):
        await measure(power)
    say(house, friend, begin=iso(time.time()))
    for power in (801, 802, 803):
        await measure(power)
    await hass.config_entries.async_setup(house.entry.entry_id)
    await until(lambda: (s := cooperative.state()) and s.state == "803")
    assert set(values(received)) <= {703, 801, 802, 803}


@ON_BOTH_KINDS
async def test_of_a_cut_in_which_a_grant_began_only_what_it_covers_is_sent(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    measure: Callable[[object], Any],
    received: list[Reading],
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    publication = await house.publish("sensor.meter")
    other = await house.befriend(
        Home(hass, accounts(server_pair[1], "other"), house.entry), publication
    )
    assert other
    await cooperative.befriend(house)
    await until(lambda: all(p.is_open for p in house.runtime[Publishing].publications.values()))
    server_pair[0].stop()
    try:
        await until(lambda: not house.runtime.session.is_online)
        for power in (701, 702, 703):
            await measure(power)
        await house.befriend(cooperative, publication)
        for power in (801, 802, 803):
            await measure(power)
    finally:
        server_pair[0].start()
    await until(lambda: (s := cooperative.state()) and s.state == "803")
    assert set(values(received)) <= {703, 801, 802, 803}


@pytest.mark.parametrize("answer", ["renew", "let_end"])
async def test_the_household_is_asked_before_a_grant_ends_and_renews_it_or_lets_it_end(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter, answer: str
) -> None:
    publication = await house.publish("sensor.meter")
    friend = await house.befriend(cooperative, publication)
    now = time.time()
    say(house, friend, begin=iso(now - 300 * 86400), until=iso(now + 5 * 86400))
    issues = ir.async_get(hass)

    def asked() -> ir.IssueEntry | None:
        return next((i for i in issues.issues.values() if i.translation_key == "grant_ends"), None)

    issue = await until(asked)
    flow = await async_create_fix_flow(hass, issue.issue_id, issue.data)
    assert isinstance(flow, RenewFlow)
    flow.hass, flow.issue_id, flow.flow_id = hass, issue.issue_id, "f"
    menu = await flow.async_step_init()
    assert menu["menu_options"] == ["renew", "let_end"]
    assert menu["description_placeholders"] is not None
    assert menu["description_placeholders"]["series"] == "Meter"
    before = friend_data(house.entry.subentries[friend.subentry_id])["grants"][0]["until"]
    await getattr(flow, f"async_step_{answer}")()
    (grant,) = friend_data(house.entry.subentries[friend.subentry_id])["grants"]
    years = datetime.fromisoformat(grant["until"]).year - datetime.fromisoformat(before).year
    assert years == (1 if answer == "renew" else 0)
    await until(lambda: asked() is None)
    assert (await flow.async_step_init())["reason"] == "already_settled"


async def test_a_challenge_needs_the_statement_of_age(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    friend = await house.befriend(cooperative)
    flows = hass.config_entries.subentries
    flow = await house.change(friend, "grants")
    answer = {
        "name": "School",
        "publications": [publication_data(publication)["publication"]],
        "until": datetime.now().astimezone().date().isoformat(),
        "purpose": "workshop",
    }
    flow = await flows.async_configure(flow["flow_id"], answer)
    assert flow["step_id"] == "age"
    flow = await flows.async_configure(flow["flow_id"], {"is_of_age": False})
    assert flow["errors"] == {"is_of_age": "age_needed"}
    assert friend_data(house.entry.subentries[friend.subentry_id])["grants"] == []
    await flows.async_configure(flow["flow_id"], {"is_of_age": True})
    (grant,) = friend_data(house.entry.subentries[friend.subentry_id])["grants"]
    assert (grant["purpose"], grant["is_of_age"]) == ("workshop", True)
