"""The past, asked of a friend over two servers: what is granted, each hour once."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
import threading
import time
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from homeassistant.components.recorder.core import Recorder
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
import pytest
import pytest_socket
from slixmpp.exceptions import IqError

from custom_components.sen1.federation.config import publication_data
from custom_components.sen1.federation.follow import history_client, recording
from custom_components.sen1.federation.follow.history_client import HistoryClient
from custom_components.sen1.federation.follow.recording import Recording
from custom_components.sen1.federation.publish import (
    history_server,
    publication as publication_module,
)
from custom_components.sen1.federation.publish.publication import Publication
from custom_components.sen1.federation.publish.reconciler import Reconciler
from custom_components.sen1.history.points import Point
from custom_components.sen1.history.recorder import async_states
from custom_components.sen1.protocol.errors import PayloadRefused, RequestFailed
from custom_components.sen1.protocol.model import Description, Reading
from custom_components.sen1.protocol.quoalise import history_answer, history_request, readings_of
from testbed.client import connect
from testbed.statistics import changes
from testbed.waiting import until as happens
from testbed.xmpp import STORAGE, Account, ProsodyServer, XmppServer, federation_of

from ..conftest import ON_EACH_PAIR, PATIENCE, Home, add_account, until
from ..consent.test_policy import iso, say
from ..publish.test_periodic import INDEX, POWER, record

YESTERDAY = (datetime.now().astimezone() - timedelta(days=1)).date().isoformat()


def filled(home: Home) -> bool:
    series = home.series()
    return bool(series) and home.runtime[HistoryClient].is_idle


async def watt_hours(house: Home) -> dict[float, float]:
    """Return the hours of the powers that the house's recorder says by now."""
    hours: dict[float, float] = {}
    for point in await expected_points(house):
        hour = point.begin // 3600 * 3600
        hours[hour] = hours.get(hour, 0) + point.value * point.seconds / 3600
    return hours


async def is_told(hass: HomeAssistant, house: Home, friend: Home) -> None:
    """Wait until a friend's statistic, filled back, is what the house's recorder says by then."""
    series = await until(lambda: (found := friend.series()) and found[0])

    async def is_same() -> bool:
        known = await watt_hours(house)
        found = await changes(hass, series.statistic_id)
        return filled(friend) and bool(known) and found == pytest.approx(known)

    await happens(is_same, "the statistic", within=PATIENCE)


async def shared_half_a_day(house: Home, friend: Home) -> None:
    """Let a friend follow a power from twelve hours ago, whatever the hour.

    In small slices these are many questions, which a server that takes 10 kB a second holds up.
    """
    publication = await house.publish("sensor.p", granularity="pt10m")
    granted = await house.befriend(friend, publication)
    say(house, granted, begin=iso(time.time() - 12 * 3600))
    await friend.befriend(house)


@ON_EACH_PAIR
async def test_a_friends_past_comes_into_statistics_and_only_once(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    record(hass, POWER, rising=False)
    publication = await house.publish("sensor.p", granularity="pt10m")
    await cooperative.befriend(house)
    await house.befriend(cooperative, publication, since=YESTERDAY)
    await is_told(hass, house, cooperative)

    # Begun anew it asks again only from what was told last, and nothing changes.
    told = (await expected_points(house))[-1].begin
    await hass.config_entries.async_reload(cooperative.entry.entry_id)
    await until(lambda: filled(cooperative) and cooperative.runtime.session.is_online)
    await is_told(hass, house, cooperative)
    (fresh,) = cooperative.series()
    await until(lambda: fresh.progress.filled >= told)


async def test_a_node_that_finds_what_is_asked_for_too_long_is_asked_for_less(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history_server, "MAX_RECORDS", 5)
    record(hass, POWER, rising=False)
    await shared_half_a_day(house, cooperative)
    await is_told(hass, house, cooperative)


async def test_a_fault_over_one_series_keeps_no_other_from_being_filled(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    monkeypatch: pytest.MonkeyPatch,
    faults: Counter[str],
) -> None:
    record(hass, POWER, rising=False)
    several = [await house.publish("sensor.p", granularity=each) for each in ("pt10m", "pt30m")]
    bad = publication_data(several[0])["name"]

    def read(answer: Element, description: Description, now: float) -> list[Reading]:
        if description.name == bad:
            raise KeyError(bad)
        return readings_of(answer, description, now)

    monkeypatch.setattr(history_client, "readings_of", read)
    await cooperative.befriend(house)
    await house.befriend(cooperative, *several, since=YESTERDAY)
    await until(lambda: len(cooperative.series()) == 2)
    (good,) = (each for each in cooperative.series() if each.description.name != bad)
    await until(lambda: good.progress.filled and filled(cooperative))
    (fault,) = faults
    assert fault.startswith("KeyError at federation/follow/")


async def test_filling_back_shows_how_far_it_is_and_a_restart_goes_on_from_there(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begins: list[float] = []

    def note(identifier: str, begin: float, end: float) -> object:
        begins.append(begin)
        return history_request(identifier, begin, end)

    monkeypatch.setattr(history_client, "history_request", note)
    monkeypatch.setattr(history_client, "SLICE", 1)
    monkeypatch.setattr(history_client, "EMPTY_STEPS", 1)
    monkeypatch.setattr(recording, "WAITING", 0)
    record(hass, POWER, rising=False)
    await shared_half_a_day(house, cooperative)
    series = await until(lambda: (found := cooperative.series()) and found[0])
    parts: list[float] = []
    series.listeners.add(lambda: parts.append(series.history or 0))
    await until(lambda: 0 < (cooperative.state("status").attributes.get("history") or 0) < 100)
    await until(lambda: series.progress.filled > begins[0])
    await hass.config_entries.async_unload(cooperative.entry.entry_id)
    filled_until = series.progress.filled
    asked_before = len(begins)
    assert parts == sorted(parts)
    assert begins[0] < filled_until < time.time()

    await hass.config_entries.async_setup(cooperative.entry.entry_id)
    await is_told(hass, house, cooperative)
    assert min(begins[asked_before:]) >= filled_until
    await until(lambda: "history" not in cooperative.state("status").attributes)


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(PayloadRefused("bad_senml"), id="refused"),
        pytest.param(RequestFailed("internal-server-error"), id="failed"),
    ],
)
async def test_filling_back_that_ends_with_no_answer_is_no_longer_shown(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
) -> None:
    failures: list[object] = []

    def shows_progress() -> bool:
        state = cooperative.state("status") if cooperative.series() else None
        return state is not None and "history" in state.attributes

    def fail_while_shown(*answer: Any) -> list[Reading]:
        if shows_progress():
            failures.append(answer)
            raise failure
        return readings_of(*answer)

    monkeypatch.setattr(history_client, "readings_of", fail_while_shown)
    monkeypatch.setattr(history_client, "SLICE", 1)
    monkeypatch.setattr(history_client, "EMPTY_STEPS", 1)
    record(hass, POWER, rising=False)
    publication = await house.publish("sensor.p", granularity="pt10m")
    await cooperative.befriend(house)
    await house.befriend(cooperative, publication, since=YESTERDAY)
    await until(lambda: failures)
    await until(lambda: not shows_progress())


async def test_without_a_past_granted_none_is_given(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    added: list[object] = []

    async def note(_recording: Recording, _key: object, readings: list[object]) -> None:
        added.extend(readings)

    monkeypatch.setattr(Recording, "_add", note)
    record(hass, INDEX, rising=True)
    publication = await house.publish("sensor.p", granularity="pt10m")
    await cooperative.befriend(house)
    await house.befriend(cooperative, publication)
    await until(lambda: cooperative.series())
    (series,) = cooperative.series()
    await until(lambda: series.progress.filled > 0)
    assert added == []


@pytest.fixture
def request_of(house: Home) -> Callable[..., Any]:
    def request(client: Any, identifier: str, begin: float, end: float) -> Any:
        resource = house.entry.data["resource"]
        iq = client.make_iq_set(ito=f"{house.account.jid}/{resource}")
        iq.append(history_request(identifier, begin, end))
        return iq.send(timeout=PATIENCE)

    return request


async def test_a_plain_client_is_answered_as_quoalises_nodes_do(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    bob: Account,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
    request_of: Callable[..., Any],
) -> None:
    record(hass, POWER, rising=False)
    publication = await house.publish("sensor.p", granularity="pt30m")
    name = publication_data(publication)["name"]
    await house.befriend(Home(hass, bob, house.entry), publication, since=YESTERDAY)
    stranger = accounts(server_pair[1], "mallory")
    now = time.time()
    async with connect(bob) as client, connect(stranger) as other:
        await until(lambda: house.runtime[Reconciler].are_nodes_in_order)
        answer = await request_of(client, name, now - 86400, now)
        text = ElementTree.tostring(answer.xml, encoding="unicode")
        element = ElementTree.fromstring(text)
        (command,) = element
        assert command.get("status") == "completed"
        (form,) = command.findall("{jabber:x:data}x")
        assert form.get("type") == "result"
        assert [v.text for v in form.iter("{jabber:x:data}value")] == ["Success"]
        measurement = next(command.iter("{urn:quoalise:0}measurement"))
        assert measurement.get("sampling-interval") == "PT30M"
        assert measurement.get("aggregation") == "mean"
        records = list(command.iter("{urn:ietf:params:xml:ns:senml}senml"))
        assert records[0].get("bn") == name
        assert len(records) == len(await expected_points(house))
        for who, identifier, begin, condition in (
            (other, name, now - 86400, "not-authorized"),
            (client, "urn:uuid:unknown", now - 86400, "not-authorized"),
            (client, name, now + 86400, "bad-request"),
        ):
            with pytest.raises(IqError) as caught:
                await request_of(who, identifier, begin, now)
            assert caught.value.condition == condition


async def expected_points(house: Home) -> list[Point]:
    now = time.time()
    return await house.periodic().async_points(now - 2 * 86400, now)


def measured(hass: HomeAssistant, count: int) -> None:
    """Let the recorder know a sensor that said another power each second."""
    er.async_get(hass).async_get_or_create("sensor", "test", "p", suggested_object_id="p")
    begin = time.time() - count - 100
    for number in range(count):
        hass.states.async_set("sensor.p", str(1000 + number), POWER, timestamp=begin + number)


async def asked(friend: Home, house: Home, publication: ConfigSubentry) -> Element:
    """Return the answer to a friend who asks for all of a series at once."""
    address = await until(lambda: friend.runtime[HistoryClient].addresses.get(house.account.jid))
    name = publication_data(publication)["name"]
    command = history_request(name, 0, time.time())
    return await friend.runtime[HistoryClient]._questions.ask(house.account.jid, address, command)


async def test_of_more_states_than_an_answer_holds_no_more_is_read_than_shows_it(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[int] = []

    async def note(*asked: Any, limit: int | None = None) -> list[State]:
        states = await async_states(*asked, limit=limit)
        if limit is not None:
            # Not of what is read back to be published.
            read.append(len(states))
        return states

    monkeypatch.setattr(publication_module, "async_states", note)
    monkeypatch.setattr(history_server, "MAX_RECORDS", 100)
    measured(hass, 1000)
    publication = await house.publish("sensor.p")
    await cooperative.befriend(house)
    await house.befriend(cooperative, publication, since=YESTERDAY)
    await until(lambda: cooperative.series() and cooperative.runtime[HistoryClient].is_idle)
    read.clear()
    with pytest.raises(RequestFailed, match="bad-request Response would be too big"):
        await asked(cooperative, house, publication)
    assert read == [101]


@pytest.mark.parametrize("granularity", ["live", "pt10m"])
async def test_the_event_loop_goes_on_while_an_answer_is_made_and_read(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    monkeypatch: pytest.MonkeyPatch,
    granularity: str,
) -> None:
    monkeypatch.setattr("custom_components.sen1.history.recorder.AT_ONCE", 10)
    measured(hass, 1500)
    publication = await house.publish("sensor.p", granularity=granularity)
    await cooperative.befriend(house)
    await house.befriend(cooperative, publication, since=YESTERDAY)
    await until(lambda: cooperative.series() and filled(cooperative))
    turn = 0
    turns: list[int] = []
    threads: set[int] = set()

    async def count_turns() -> None:
        nonlocal turn
        while True:
            turn += 1
            await asyncio.sleep(0)

    def note_turn(publication: Publication, state: State) -> Reading | None:
        turns.append(turn)
        return reading(publication, state)

    def note_thread[**P, R](work: Callable[P, R]) -> Callable[P, R]:
        def noted(*args: P.args, **kwargs: P.kwargs) -> R:
            threads.add(threading.get_ident())
            return work(*args, **kwargs)

        return noted

    reading = Publication.reading
    monkeypatch.setattr(Publication, "reading", note_turn)
    monkeypatch.setattr(history_server, "history_answer", note_thread(history_answer))
    monkeypatch.setattr(history_client, "readings_of", note_thread(readings_of))
    counting = asyncio.create_task(count_turns())
    (series,) = cooperative.series()
    cooperative.runtime[HistoryClient].ask(series, time.time() - 3600, time.time())
    await until(lambda: filled(cooperative))
    await asked(cooperative, house, publication)
    counting.cancel()
    assert len(turns) >= 1500
    assert max(Counter(turns).values()) <= 10
    assert threads
    assert threading.get_ident() not in threads


LEAST_BYTES = 20_000


@pytest.fixture(scope="module")
def tight_servers() -> Iterator[tuple[XmppServer, XmppServer]]:
    """Run a Prosody that takes little in one stanza, and says so, and an ordinary one."""
    pytest_socket.enable_socket()
    limit = f"\nc2s_stanza_size_limit = {LEAST_BYTES}"
    kinds: Any = {
        "tight.test": partial(ProsodyServer, storage=STORAGE + limit),
        "wide.test": ProsodyServer,
    }
    with federation_of(kinds, limits=False) as (tight, wide):
        yield tight, wide


async def test_an_answer_longer_than_the_server_takes_is_refused_and_the_link_holds(
    recorder_mock: Recorder, hass: HomeAssistant, tight_servers: tuple[XmppServer, XmppServer]
) -> None:
    measured(hass, 4000)
    begin = time.time() - 4100
    accounts = [server.register("home") for server in tight_servers]
    house, friend = [Home(hass, one, await add_account(hass, one)) for one in accounts]
    publication = await house.publish("sensor.p")
    await friend.befriend(house)
    await house.befriend(friend, publication, since=YESTERDAY)
    address = await until(lambda: friend.runtime[HistoryClient].addresses.get(house.account.jid))
    session = house.runtime.session
    assert session.stanza_bytes == LEAST_BYTES
    name = publication_data(publication)["name"]
    ask = partial(friend.runtime[HistoryClient]._questions.ask, house.account.jid)
    with pytest.raises(RequestFailed, match="bad-request Response would be too big"):
        await ask(address, history_request(name, begin, begin + 4000))
    answer = await ask(address, history_request(name, begin - 0.5, begin + 299.5))
    assert len(list(answer.iter("{urn:ietf:params:xml:ns:senml}senml"))) == 300
    assert session.drops == 0
    for home in (house, friend):
        await hass.config_entries.async_unload(home.entry.entry_id)
