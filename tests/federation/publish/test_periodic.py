"""Publications of periods: from the recorder, when a period is over, each once, corrected later."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from random import Random
import time
from types import MappingProxyType
from typing import Any

from homeassistant.components.recorder.core import Recorder
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from sqlalchemy.exc import SQLAlchemyError

from custom_components.sen1.federation.config import friend_data, publication_data
from custom_components.sen1.federation.publish.periodic import PeriodicPublication
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.publish.reconciler import Reconciler
from custom_components.sen1.protocol.follower import Follower, Received
from custom_components.sen1.protocol.model import Item
from testbed.recorder import async_recorded_past
from testbed.xmpp import Account, XmppServer

from ..conftest import ON_BOTH_KINDS, Home, until

POWER = {"unit_of_measurement": "W", "device_class": "power", "state_class": "measurement"}
YESTERDAY = (dt_util.now() - timedelta(days=1)).date().isoformat()
INDEX = {"unit_of_measurement": "kWh", "device_class": "energy", "state_class": "total_increasing"}


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> dict[float, object]:
    """Return what the follower is told, by time."""
    values: dict[float, object] = {}
    take = Follower._take

    def note(follower: Follower, item: Item, **how: bool) -> object:
        actions = take(follower, item, **how)
        for action in actions:
            assert isinstance(action, Received)
            values.update((reading.time, reading.value) for reading in action.readings)
        return actions

    monkeypatch.setattr(Follower, "_take", note)
    return values


async def since(home: Home, publication: ConfigSubentry, begin: float) -> None:
    """Let a publication begin at a time in the past, as after a long cut."""
    identifier = publication_data(publication)["publication"]
    home.runtime.store.content["watermarks"][identifier] = begin
    home.runtime[Publishing].publications[identifier].close()
    home.runtime[Reconciler].wake()


def record(
    hass: HomeAssistant, attributes: dict[str, str], *, rising: bool, hours: int = 2
) -> list[tuple[float, float]]:
    """Let the recorder know the last hours of a sensor; return times and values."""
    er.async_get(hass).async_get_or_create("sensor", "test", "p", suggested_object_id="p")
    chance = Random(54)
    now = time.time()
    known: list[tuple[float, float]] = []
    value = 1000.0
    at = now - hours * 3600
    while at < now - 30:
        value = value + chance.random() if rising else chance.randrange(100, 5000)
        hass.states.async_set("sensor.p", str(value), attributes, timestamp=at)
        known.append((at, value))
        at += chance.uniform(20, 200)
    async_recorded_past(hass)
    return known


def begins_at(running: PeriodicPublication, moment: float) -> bool:
    """Return whether the period that runs began at a moment."""
    return running._running[0] == moment


def in_force(known: list[tuple[float, float]], at: float) -> float:
    return [value for time, value in known if time <= at][-1]


@ON_BOTH_KINDS
async def test_powers_are_told_as_means_of_periods(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    received: dict[float, object],
) -> None:
    known = record(hass, POWER, rising=False)
    publication = await house.publish("sensor.p", granularity="pt10m")
    await since(house, publication, known[0][0])
    await house.befriend(cooperative, publication, since=YESTERDAY)
    await cooperative.befriend(house)
    begins = range(int(known[0][0]) // 600 * 600, int(time.time()), 600)
    whole = [at for at in begins if at >= known[0][0] and at + 600 <= time.time()]
    # One more may come, when a period ends in this very moment.
    await until(lambda: received.keys() >= set(whole))
    for begin in whole:
        value = received[begin]
        steps = [begin, *(at for at, _ in known if begin < at < begin + 600), begin + 600]
        expected = sum(in_force(known, one) * (other - one) for one, other in pairwise(steps))
        assert value == pytest.approx(expected / 600, rel=1e-6)
    state = cooperative.state()
    assert "state_class" not in state.attributes
    assert state.attributes["unit_of_measurement"] == "W"

    # A period is told when it is over, under the time of its beginning.
    hass.states.async_set("sensor.p", "777", POWER)
    current = int(time.time()) // 600 * 600
    async_fire_time_changed(hass, dt_util.utc_from_timestamp(current) + timedelta(seconds=605))
    await until(lambda: current in received)
    assert not cooperative.runtime.journal.refusals


@pytest.mark.parametrize("content", ["sum", "last"])
async def test_an_index_is_told_as_what_it_counted_or_as_its_last_value(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    received: dict[float, object],
    content: str,
) -> None:
    known = record(hass, INDEX, rising=True)
    publication = await house.publish("sensor.p", granularity="pt30m", content=content)
    await since(house, publication, known[0][0])
    await house.befriend(cooperative, publication, since=YESTERDAY)
    await cooperative.befriend(house)
    await until(lambda: len(received) >= 3)
    for begin, value in received.items():
        end = in_force(known, begin + 1800)
        expected = end - in_force(known, begin) if content == "sum" else end
        assert value == pytest.approx(expected, rel=1e-6)
    measurement = publication_data(publication)["measurement"]
    assert measurement["aggregation"] == content
    assert measurement["name"].endswith("-index") == (content == "last")
    assert publication_data(publication)["name"].endswith(
        "/energy/active/PT30M" if content == "sum" else "/energy/index/PT30M"
    )


async def test_a_period_whose_telling_fails_is_told_with_the_next(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    received: dict[float, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = record(hass, POWER, rising=False)
    publication = await house.publish("sensor.p", granularity="pt10m")
    await since(house, publication, known[0][0])
    await house.befriend(cooperative, publication, since=YESTERDAY)
    await cooperative.befriend(house)
    running = house.periodic()
    await until(lambda: received and running._cancel)
    failed: list[object] = []

    async def fail(*asked: object) -> None:
        failed.append(asked)
        raise SQLAlchemyError

    hass.states.async_set("sensor.p", "777", POWER)
    current = int(time.time()) // 600 * 600
    with monkeypatch.context() as broken:
        broken.setattr(running, "async_points", fail)
        async_fire_time_changed(hass, dt_util.utc_from_timestamp(current + 605))
        await until(lambda: failed and running._cancel)
    async_fire_time_changed(hass, dt_util.utc_from_timestamp(current + 1205))
    await until(lambda: current in received)


async def shared_periods(hass: HomeAssistant, house: Home, cooperative: Home) -> Any:
    """Let the house share the means of ten minutes; return its publication and its friend."""
    known = record(hass, POWER, rising=False)
    publication = await house.publish("sensor.p", granularity="pt10m")
    await since(house, publication, known[0][0])
    friend = await house.befriend(cooperative, publication, since=YESTERDAY)
    await cooperative.befriend(house)
    await until(lambda: (s := cooperative.state("status")) and s.state == "receiving")
    return publication, friend


async def test_a_period_in_which_the_sensor_had_no_value_leaves_the_friend_without_one(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    await shared_periods(hass, house, cooperative)
    running = house.periodic()
    hass.states.async_set("sensor.p", "unavailable")
    for _ in range(2):
        # The first is the one that runs: in a part of it there was a value.
        _begin, end = running._running
        async_fire_time_changed(hass, dt_util.utc_from_timestamp(end + 5))
        await until(partial(begins_at, running, end))
        for home in (house, cooperative):
            # What the server was asked meanwhile is not late when the time goes on.
            await home.runtime.session._client.plugin["xep_0199"].ping(timeout=30)
    await until(lambda: cooperative.state("status").state == "source_unavailable")


async def test_a_sensor_that_is_gone_when_home_assistant_starts_leaves_the_friend_without_value(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    await shared_periods(hass, house, cooperative)
    await hass.config_entries.async_unload(house.entry.entry_id)
    er.async_get(hass).async_remove("sensor.p")
    hass.states.async_remove("sensor.p")
    await hass.config_entries.async_setup(house.entry.entry_id)
    await until(lambda: cooperative.state("status").state == "source_unavailable")


async def test_who_takes_the_place_of_another_finds_no_period_from_before_its_grant(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    _publication, friend = await shared_periods(hass, house, cooperative)
    (running,) = house.runtime[Publishing].publications.values()
    user = house.account.jid.partition("@")[0]
    await until(lambda: server_pair[0].items(user, running.node))
    await hass.config_entries.async_unload(house.entry.entry_id)
    carole = accounts(server_pair[1], "carole")
    (grant,) = friend_data(friend)["grants"]
    begin = datetime.now(UTC).isoformat()
    data = {**friend.data, "jid": carole.jid, "grants": [{**grant, "begin": begin}]}
    hass.config_entries.async_remove_subentry(house.entry, friend.subentry_id)
    other = ConfigSubentry(
        data=MappingProxyType(data), subentry_type="friend", title="Carole", unique_id=None
    )
    hass.config_entries.async_add_subentry(house.entry, other)
    await hass.config_entries.async_setup(house.entry.entry_id)
    (running,) = house.runtime[Publishing].publications.values()
    await until(lambda: running.receivers == {carole.jid})
    assert not server_pair[0].items(user, running.node)


async def test_a_period_recorded_late_is_told_again(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    received: dict[float, object],
) -> None:
    known = record(hass, POWER, rising=False)
    publication = await house.publish("sensor.p", granularity="pt10m")
    await since(house, publication, known[0][0])
    await house.befriend(cooperative, publication, since=YESTERDAY)
    await cooperative.befriend(house)
    current = int(time.time()) // 600 * 600
    await until(lambda: current - 600 in received)
    before = received[current - 600]
    # A sensor that tells late what it measured.
    hass.states.async_set("sensor.p", "99999", POWER, timestamp=current - 300)
    async_fire_time_changed(hass, dt_util.utc_from_timestamp(current) + timedelta(seconds=605))
    await until(lambda: received[current - 600] != before)
    await until(lambda: current in received)
    (series,) = cooperative.series()
    assert series.follower.latest is not None
    assert series.follower.latest.time == current
