"""A client of the federation's own kind asks this house: `get_history`, `subscribe`, pushes."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from itertools import pairwise
import time
from xml.etree.ElementTree import Element

from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from slixmpp import JID
from slixmpp.exceptions import IqError
from sqlalchemy.exc import SQLAlchemyError

from custom_components.sen1.federation.config import publication_data
from custom_components.sen1.federation.follow.presences import Presences
from custom_components.sen1.federation.publish import publication as publication_module
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.publish.reconciler import Reconciler
from custom_components.sen1.protocol.forms import COMMAND, COMMANDS
from testbed.client import connect
from testbed.quoalise_client import Data, QuoaliseClient
from testbed.waiting import until as happens
from testbed.xmpp import Account

from ..conftest import ON_EACH_PAIR, Home, until
from .test_periodic import POWER, record

type Meter = Callable[[object], None]

TODAY = dt_util.start_of_local_day


@pytest.fixture
async def client(house: Home, bob: Account) -> AsyncIterator[QuoaliseClient]:
    """Return a client of Quoalise with a friend's account, which asks the house."""
    async with connect(bob) as connected:
        address = f"{house.account.jid}/{house.entry.data['resource']}"
        yield QuoaliseClient(connected, address)


def friend_of(house: Home, account: Account) -> Home:
    """Return a friend who does not run Home Assistant."""
    return Home(house.hass, account, house.entry)


async def told(house: Home) -> None:
    """Wait until what is granted is in force."""
    await until(lambda: house.runtime[Reconciler].are_nodes_in_order)
    await until(lambda: all(p.is_open for p in house.runtime[Publishing].publications.values()))


async def next_push(client: QuoaliseClient) -> Data:
    async with asyncio.timeout(30):
        return await client.pushed.get()


@ON_EACH_PAIR
async def test_periods_are_pushed_at_their_granularity_from_subscribe_to_unsubscribe(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    client: QuoaliseClient,
    bob: Account,
) -> None:
    record(hass, POWER, rising=False)
    publication = await house.publish("sensor.p", granularity="pt10m")
    name = publication_data(publication)["name"]
    await house.befriend(friend_of(house, bob), publication)
    await told(house)
    await client.subscribe(name)
    await client.subscribe(name)
    current = int(time.time()) // 600 * 600
    hass.states.async_set("sensor.p", "777", POWER)
    # Its beginning is before the grant's: that period is nobody's.
    async_fire_time_changed(hass, dt_util.utc_from_timestamp(current + 605))
    running = house.periodic()
    await until(lambda: running._running[0] == current + 600)
    assert running.publisher.newest is None
    # What the server was asked meanwhile is answered, and not late when the time goes on.
    await house.runtime.session._client.plugin["xep_0199"].ping(timeout=30)
    async_fire_time_changed(hass, dt_util.utc_from_timestamp(current + 1205))
    pushed = await next_push(client)
    assert pushed.measurement["sampling-interval"] == "PT10M"
    assert pushed.measurement["aggregation"] == "mean"
    ((series, begin, value, unit),) = pushed.records
    assert (series, begin % 600, unit) == (name, 0, "W")
    assert value == pytest.approx(777)
    assert client.pushed.empty()

    await client.unsubscribe(name)
    assert not house.runtime.store.content["subscribed"]


async def test_live_readings_are_pushed_to_who_is_there_until_the_grant_is_withdrawn(
    hass: HomeAssistant, house: Home, meter: Meter, client: QuoaliseClient, bob: Account
) -> None:
    publication = await house.publish("sensor.meter")
    name = publication_data(publication)["name"]
    friend = await house.befriend(friend_of(house, bob), publication)
    await told(house)
    await until(lambda: bob.jid in house.runtime[Presences].clients)
    (running,) = house.runtime[Publishing].publications.values()
    await until(lambda: running.publisher.newest)
    await client.subscribe(name)
    meter(1830)
    pushed = await next_push(client)
    assert [(record[0], record[2], record[3]) for record in pushed.records] == [(name, 1830, "VA")]
    assert pushed.records[0][1] == pytest.approx(time.time(), abs=60)

    await house.grant(friend)
    await until(lambda: not house.runtime.store.content["subscribed"])
    await house.grant(friend, publication)
    await told(house)
    meter(640)
    await until(lambda: (item := running.publisher.newest) and item.readings[-1].value == 640)
    with pytest.raises(IqError):
        await client.subscribe("urn:uuid:unknown")
    # The answer came after whatever was pushed before it.
    assert client.pushed.empty()


async def test_the_past_is_read_as_it_was_measured_and_not_before_the_grant(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    client: QuoaliseClient,
    bob: Account,
) -> None:
    record(hass, POWER, rising=False)
    publication = await house.publish("sensor.p", granularity="pt30m")
    name = publication_data(publication)["name"]
    since = (TODAY() - timedelta(days=1)).date().isoformat()
    await house.befriend(friend_of(house, bob), publication, since=since)
    await told(house)
    now = dt_util.utcnow()
    begin = now - timedelta(days=5)
    data = await client.get_history(name, begin.isoformat(), now.isoformat())
    running = house.periodic()
    points = await running.async_points(begin.timestamp(), now.timestamp())
    assert [(at, value) for _, at, value, _ in data.records] == [
        (point.begin, pytest.approx(point.value)) for point in points
    ]
    assert {(series, unit) for series, _, _, unit in data.records} == {(name, "W")}
    assert all(other - one >= 1800 for one, other in pairwise(r[1] for r in data.records))
    sent = house.runtime.store.content["sent"][running.id][bob.jid]
    assert sent["readings"] >= len(data.records)
    assert sent["bytes"] > 0

    # Without times it is yesterday, as the form suggests.
    data = await client.get_history(name)
    day = [(TODAY() - timedelta(days=1)).timestamp(), TODAY().timestamp()]
    assert [at for _, at, _, _ in data.records] == [
        point.begin for point in points if day[0] <= point.begin < day[1]
    ]
    for first, last in (("yesterday", ""), ("2026-02-02T00:00:00", ""), ("", "1999-01-01")):
        with pytest.raises(IqError) as caught:
            await client.get_history(name, first, last)
        assert caught.value.condition == "bad-request"


async def test_a_recorder_that_fails_is_answered_for_and_asked_again(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    client: QuoaliseClient,
    bob: Account,
    meter: Meter,
    monkeypatch: pytest.MonkeyPatch,
    faults: Counter[str],
) -> None:
    publication = await house.publish("sensor.meter")
    await house.befriend(friend_of(house, bob), publication)
    await told(house)
    span = (TODAY().isoformat(), (dt_util.utcnow() + timedelta(hours=1)).isoformat())
    name = publication_data(publication)["name"]

    async def fail(*_asked: object, **_how: object) -> None:
        raise SQLAlchemyError("the file of Alice's")

    with monkeypatch.context() as broken:
        broken.setattr(publication_module, "async_states", fail)
        with pytest.raises(IqError) as refused:
            await client.get_history(name, *span)
    assert refused.value.condition == "internal-server-error"
    assert "Alice" not in refused.value.text
    assert faults
    assert (await client.get_history(name, *span)).records is not None


async def test_of_a_sensor_that_is_gone_the_past_is_empty(
    hass: HomeAssistant, house: Home, client: QuoaliseClient, bob: Account, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    await house.befriend(friend_of(house, bob), publication)
    await told(house)
    er.async_get(hass).async_remove("sensor.meter")
    span = (TODAY().isoformat(), (dt_util.utcnow() + timedelta(hours=1)).isoformat())
    answer = await client.get_history(publication_data(publication)["name"], *span)
    assert not list(answer.records)


async def test_of_ten_minutes_since_ever_nothing_is_looked_at(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    client: QuoaliseClient,
    bob: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record(hass, POWER, rising=False)
    publication = await house.publish("sensor.p", granularity="pt10m")
    name = publication_data(publication)["name"]
    friend = await house.befriend(friend_of(house, bob), publication, since="1970-01-02")
    await told(house)
    (running,) = house.runtime[Publishing].publications.values()
    looked_at: list[tuple[float, float]] = []

    async def look(begin: float, end: float) -> list[object]:
        looked_at.append((begin, end))
        return []

    monkeypatch.setattr(running, "async_points", look)
    now = dt_util.utcnow().isoformat()
    with pytest.raises(IqError) as caught:
        await client.get_history(name, "1970-01-01T00:00:00Z", now)
    assert caught.value.condition == "bad-request"
    assert looked_at == []
    # Of what is asked, only what the grant allows is looked at.
    await house.grant(friend)
    await until(lambda: not running.is_open)
    since = TODAY() - timedelta(days=1)
    await house.grant(friend, publication, since=since.date().isoformat())
    await told(house)
    looked_at.clear()
    await client.get_history(name, "1970-01-01T00:00:00Z", now)
    ((begin, end),) = looked_at
    assert begin == since.timestamp()
    assert end <= time.time()


async def test_the_form_is_the_one_of_the_deployed_nodes(
    house: Home, meter: Meter, bob: Account
) -> None:
    async with connect(bob) as client:
        await house.befriend(friend_of(house, bob), await house.publish("sensor.meter"))
        await told(house)
        iq = client.make_iq_set(ito=f"{house.account.jid}/{house.entry.data['resource']}")
        iq.append(Element(COMMAND, {"node": "get_history", "action": "execute"}))
        answer = await happens(lambda: iq.send(timeout=30), "the form")
    (command,) = answer.xml
    assert command.get("status") == "executing"
    data = "{jabber:x:data}"
    labels = {f.get("var"): f.get("label") for f in command.iter(data + "field")}
    assert labels == {
        "identifier": "Identifier",
        "start_time": "Start date",
        "end_time": "End date",
    }
    values = [value.text for value in command.iter(data + "value")]
    assert values == [(TODAY() - timedelta(days=1)).isoformat(), TODAY().isoformat()]


@ON_EACH_PAIR
async def test_a_chat_client_finds_the_commands_reads_what_each_is_and_ends_one(
    house: Home, meter: Meter, bob: Account
) -> None:
    async with connect(bob) as client:
        for plugin in ("xep_0030", "xep_0050"):
            client.register_plugin(plugin)
        disco, commands = client.plugin["xep_0030"], client.plugin["xep_0050"]
        await house.befriend(friend_of(house, bob), await house.publish("sensor.meter"))
        await told(house)
        address = JID(f"{house.account.jid}/{house.entry.data['resource']}")
        listed = await happens(lambda: commands.get_commands(address, timeout=30), "the list")
        nodes = {node: jid for jid, node, _name in listed["disco_items"]["items"]}
        assert nodes.keys() == {"get_history", "subscribe", "unsubscribe", "list", "request_access"}
        assert set(nodes.values()) == {address}
        for node in nodes:
            info = (await disco.get_info(jid=address, node=node, timeout=30))["disco_info"]
            assert [identity[:2] for identity in info["identities"]] == [
                ("automation", "command-node")
            ]
            assert {COMMANDS, "jabber:x:data"} <= info["features"]
            if node == "list":
                continue
            began = (await commands.send_command(address, node, timeout=30))["command"]
            assert (began["status"], began["node"]) == ("executing", node)
            assert began["sessionid"]
            ended = await commands.send_command(
                *(address, node), action="cancel", sessionid=began["sessionid"], timeout=30
            )
            ended = ended["command"]
            assert (ended["status"], ended["sessionid"]) == ("canceled", began["sessionid"])
            assert not list(ended.xml)
        with pytest.raises(IqError, match="bad-request"):
            await commands.send_command(address, "get_history", action="prev", timeout=30)


async def test_who_is_asked_to_be_a_friend_reads_what_this_is(house: Home, bob: Account) -> None:
    async with connect(bob) as client:
        client.auto_authorize = None
        asked: list[str] = []
        client.add_event_handler("presence_subscribe", lambda one: asked.append(one["status"]))
        await house.befriend(friend_of(house, bob))
        await until(lambda: asked)
    assert asked[0].startswith("I would like to share energy readings with you")
    assert asked[0].endswith("/docs/en/sharing.md")
