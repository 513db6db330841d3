"""What may go to whom: the same by all four ways out of the house.

A friend hears a sensor by the items of its nodes, by pushes and by asking for the past; a proxy of
2019, granted the same, by messages. The clock is stood still and moved from minute to minute. What
each of them ever got is compared with what lies whole inside one stretch of the grant.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
import time
from types import MappingProxyType
from typing import Any
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from slixmpp import ClientXMPP
from slixmpp.exceptions import IqError
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

from custom_components.sen1.federation.config import friend_data, publication_data
from custom_components.sen1.federation.follow.presences import Presences
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.publish.reconciler import Reconciler
from custom_components.sen1.federation.publish.sender import Sender
from custom_components.sen1.protocol.model import BareJid, node_of
from custom_components.sen1.protocol.pacer import Pacer
from testbed.client import connect
from testbed.proxy_2019 import PythonProxy, connected
from testbed.quoalise_client import QuoaliseClient, read
from testbed.xmpp import Account, XmppServer

from ..conftest import ON_BOTH_KINDS, Home, until
from .test_history_server import friend_of

PARIS = ZoneInfo("Europe/Paris")
POWER = {"unit_of_measurement": "W", "device_class": "power", "state_class": "measurement"}
SECONDS = {"pt10m": 600, "pt30m": 1800, "pt1h": 3600}
FOR_EVER = 10**9
"""Seconds: what a clock that jumps by hours does not make late."""

MARKER = "{urn:test}marker"
SENML = "{urn:ietf:params:xml:ns:senml}senml"
EVENT = "{http://jabber.org/protocol/pubsub#event}event"
SEN1 = "{urn:sen1:0}"
DATA = "{urn:quoalise:0}quoalise/{urn:quoalise:0}data"

pytestmark = ON_BOTH_KINDS
"""An ejabberd does not wait for the disk at each of the hundreds of items."""

WAYS = ("items", "pushes", "past", "proxy")


def at(text: str) -> float:
    """Return the Unix time of a local one."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp()


@dataclass(frozen=True)
class Case:
    """A grant, what the household does with it meanwhile, and what of it may be told."""

    first: str
    last: str
    """Between which times the house is looked at; local times."""
    begin: str
    until: str
    does: tuple[tuple[str, dict[str, Any]], ...] = ()
    """What is said of the grant at a time, on its page."""
    stretches: tuple[tuple[str, str], ...] = ()
    step: int = 600
    """Seconds between two looks; a reading follows each."""
    kinds: tuple[str, ...] = ("live", "pt10m", "pt30m", "pt1h")
    beside: tuple[bool, ...] = (False,)
    """Whether a neighbour has all already: then the nodes are there and hold what is older."""


DAYS: dict[str, Any] = {"step": 6 * 3600, "kinds": ("live", "p1d"), "beside": (True,)}

CASES = {
    "begin and end within a period": Case(
        *("2027-06-10 11:00", "2027-06-10 13:40", "2027-06-10 11:05", "2027-06-10 13:25"),
        stretches=(("2027-06-10 11:05", "2027-06-10 13:25"),),
        beside=(False, True),
    ),
    "a pause within a period": Case(
        *("2027-06-10 11:00", "2027-06-10 13:20", "2027-06-10 11:00", "2027-07-09 00:00"),
        does=(
            ("2027-06-10 12:03", {"paused": True}),
            ("2027-06-10 12:08", {"paused": False}),
        ),
        stretches=(
            ("2027-06-10 11:00", "2027-06-10 12:03"),
            ("2027-06-10 12:08", "2027-07-09 00:00"),
        ),
        beside=(False, True),
    ),
    "narrowed": Case(
        *("2027-06-10 21:30", "2027-06-11 00:20", "2027-06-10 21:35", "2027-07-09 00:00"),
        does=(("2027-06-10 22:07", {"until": "2027-06-10"}),),
        stretches=(("2027-06-10 21:35", "2027-06-11 00:00"),),
    ),
    "renewed before its end": Case(
        *("2027-06-10 11:00", "2027-06-10 13:10", "2027-06-10 11:05", "2027-06-10 12:05"),
        does=(("2027-06-10 11:52", {"until": "2027-07-09"}),),
        stretches=(("2027-06-10 11:05", "2027-07-10 00:00"),),
    ),
    "renewed when it had ended": Case(
        *("2027-06-10 11:00", "2027-06-10 13:20", "2027-06-10 11:05", "2027-06-10 11:45"),
        does=(("2027-06-10 12:07", {"until": "2027-07-09"}),),
        stretches=(
            ("2027-06-10 11:05", "2027-06-10 11:45"),
            ("2027-06-10 12:07", "2027-07-10 00:00"),
        ),
    ),
    "a pause across midnight": Case(
        *("2027-06-10 00:00", "2027-06-13 02:00", "2027-06-10 00:00", "2027-07-09 00:00"),
        does=(
            ("2027-06-10 23:30", {"paused": True}),
            ("2027-06-11 00:30", {"paused": False}),
        ),
        stretches=(
            ("2027-06-10 00:00", "2027-06-10 23:30"),
            ("2027-06-11 00:30", "2027-07-09 00:00"),
        ),
        **DAYS,
    ),
    "a day of 23 hours": Case(
        *("2027-03-27 08:00", "2027-03-29 18:00", "2027-03-27 10:20", "2027-03-29 16:20"),
        stretches=(("2027-03-27 10:20", "2027-03-29 16:20"),),
        **DAYS,
    ),
    "a day of 25 hours": Case(
        *("2027-10-30 08:00", "2027-11-01 18:00", "2027-10-30 10:20", "2027-11-01 16:20"),
        stretches=(("2027-10-30 10:20", "2027-11-01 16:20"),),
        **DAYS,
    ),
}


def spans(case: Case, kind: str, readings: list[float]) -> list[tuple[float, float]]:
    """Return each reading, or each period that is over while the house is looked at."""
    if kind == "live":
        return [(reading, reading) for reading in readings]
    begin, end = at(case.first), at(case.last)
    if kind == "p1d":
        day = datetime.fromtimestamp(begin, PARIS).date()
        midnights: list[float] = []
        while not midnights or midnights[-1] <= end:
            midnights.append(at(f"{day} 00:00"))
            day += timedelta(days=1)
        return list(pairwise(midnights[:-1]))
    length = SECONDS[kind]
    begins = range(int(begin // length * length), int(end), length)
    return [(one, one + length) for one in begins if one + length <= end]


def inside(case: Case, span: tuple[float, float]) -> bool:
    """Return whether a span lies whole in one stretch; of a moment, it is not at its end."""
    begin, end = span
    if begin == end and begin in resumptions(case):
        # A moment of the pause may be rounded to its end.
        return False
    # What is over with the grant cannot be told while it lasts.
    return any(at(first) <= begin and end < at(last) for first, last in case.stretches)


def resumptions(case: Case) -> set[float]:
    """Return when a stretch begins after a pause."""
    return {at(first) for first, _ in case.stretches[1:]}


@dataclass
class Got:
    """What came by each way: of each series, the times of its records."""

    by: dict[str, dict[str, set[float]]] = field(
        default_factory=lambda: {way: defaultdict(set) for way in WAYS}
    )
    count: int = 0
    """How many records came, each as often as it did."""

    def note(self, way: str, name: str, moment: float) -> None:
        self.by[way][name].add(round(moment, 3))
        self.count += 1


class CountingProxy(PythonProxy):
    """A proxy that counts what says where the others are."""

    markers = 0

    def count(self, _message: object) -> None:
        self.markers += 1


class Friend:
    """A friend's client: it follows what it is granted, and keeps what comes."""

    def __init__(self, client: ClientXMPP, house: Home, got: Got) -> None:
        self.asking = 0
        self.markers = 0
        self.asks = QuoaliseClient(client, f"{house.account.jid}/{house.entry.data['resource']}")
        self._client, self._house, self._got = client, house, got
        self._tasks: set[asyncio.Task[None]] = set()
        handler = Callback("all", MatchXPath("{jabber:client}message"), self._on_message)
        client.register_handler(handler)

    def _on_message(self, message: Any) -> None:
        if message.xml.find(MARKER) is not None:
            self.markers += 1
        if (event := message.xml.find(EVENT)) is not None:
            self._take(event)
        if (data := message.xml.find(DATA)) is not None:
            for name, moment, _value, _unit in read(data).records:
                self._got.note("pushes", name, moment)
        grant = message.xml.find(SEN1 + "grant")
        if grant is not None and grant.get("state") == "active":
            self.asking += 1
            task = asyncio.get_running_loop().create_task(self._follow(grant.get("node")))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _follow(self, node: str) -> None:
        pubsub = self._client.plugin["xep_0060"]
        try:
            await pubsub.subscribe(self._house.account.jid, node, timeout=FOR_EVER)
        except IqError:
            # Told before it is let in; it is told again then.
            pass
        else:
            await self.look(node)
        finally:
            self.asking -= 1

    async def look(self, node: str) -> None:
        """Take what a node holds, if it may."""
        try:
            pubsub = self._client.plugin["xep_0060"]
            iq = await pubsub.get_items(self._house.account.jid, node, timeout=FOR_EVER)
        except IqError:
            return
        self._take(iq.xml)

    def _take(self, element: Element) -> None:
        name, base = "", 0.0
        for record in element.iter(SENML):
            name = record.get("bn", name)
            base = float(record.get("bt", base if "bn" not in record.attrib else 0))
            self._got.note("items", name, base + float(record.get("t", 0)))


class Clock:
    """A clock that stands still until it is moved; what the loop is to do later goes with it."""

    def __init__(self, frozen: FrozenDateTimeFactory) -> None:
        self._frozen = frozen
        self._passed = 0.0

    def monotonic(self) -> float:
        """Return the time of the loop, which goes on: who waits for an answer waits in it."""
        return time.clock_gettime(time.CLOCK_MONOTONIC) + self._passed

    def begin_at(self, moment: float) -> None:
        """Let it be another time, at which nothing is late."""
        self._frozen.move_to(dt_util.utc_from_timestamp(moment))

    def move_to(self, moment: float) -> None:
        """Let it be another time, also an earlier one."""
        # What is due at that very moment is looked at a little later.
        self._passed += max(0.0, moment - time.time()) + 0.1
        self.begin_at(moment)


@pytest.fixture
async def clock(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Clock]:
    """Stop all clocks."""
    with freeze_time() as frozen:
        assert isinstance(frozen, FrozenDateTimeFactory)
        clock = Clock(frozen)
        monkeypatch.setattr(asyncio.get_running_loop(), "time", clock.monotonic)
        yield clock


@dataclass
class Scene:
    """A house under a clock that stands still, a friend, and a proxy of 2019."""

    hass: HomeAssistant
    clock: Clock
    house: Home
    friend: Friend
    proxy: CountingProxy
    publications: dict[str, ConfigSubentry]
    receivers: list[ConfigSubentry]
    got: Got
    at_work: set[Reconciler]
    before: float
    """When the sensor changed before the house was looked at."""
    readings: list[float] = field(default_factory=list)
    _sent: int = 0

    def name(self, kind: str) -> str:
        return publication_data(self.publications[kind])["name"]

    async def move(self, moment: float) -> None:
        """Let it be another time; what was to happen until then does."""
        self.clock.move_to(moment)
        await self.quiet()

    async def settle(self) -> None:
        """Wait until all that is due was done, and what was sent has come."""
        await self.quiet()
        await self.meet()

    async def quiet(self) -> None:
        """Wait until all that is due was done."""
        for publication in self.house.runtime[Publishing].publications.values():
            publication.publisher.interval = 0.0
        for _ in range(10):
            # Timers that have come do what they do in some turns of the loop.
            await asyncio.sleep(0)
        await self.hass.async_block_till_done()
        await until(self._is_quiet)

    def _is_quiet(self) -> bool:
        runtime = self.house.runtime
        reconciler, now = runtime[Reconciler], self.hass.loop.time()
        return (
            not self.at_work
            and reconciler.are_nodes_in_order
            and reconciler.is_roster_in_order
            and all(
                not publication.is_open
                or (
                    publication._reads_from is None
                    and not publication.publisher.waiting
                    and not publication.publisher.backlog
                    and ((due := publication.publisher.due(now)) is None or due > now)
                )
                for publication in runtime[Publishing].publications.values()
            )
        )

    async def meet(self) -> None:
        """Wait until what was sent before has come: servers keep the order."""
        self._sent += 1
        friend = BareJid(self.friend.asks._client.boundjid.bare)
        for jid in (friend, self.proxy.account.jid):
            self.house.runtime.session.tell(jid, Element(MARKER))
        await until(lambda: self.friend.markers >= self._sent and not self.friend.asking)
        await until(lambda: self.proxy.markers >= self._sent)
        await self.house.runtime.session._client.plugin["xep_0199"].ping(timeout=FOR_EVER)

    def measure(self) -> None:
        """Let the sensor change."""
        now = dt_util.utcnow().timestamp()
        self.readings.append(now)
        self.hass.states.async_set("sensor.p", str(100 + len(self.readings)), POWER, timestamp=now)

    async def ask(self) -> bool:
        """Ask for all there ever was; return whether anything was answered."""
        answered = False
        for kind in self.publications:
            begin = (dt_util.utcnow() - timedelta(days=4)).isoformat()
            end = (dt_util.utcnow() + timedelta(days=4)).isoformat()
            try:
                data = await self.friend.asks.get_history(self.name(kind), begin, end)
            except IqError:
                continue
            answered = True
            for name, moment, _value, _unit in data.records:
                self.got.note("past", name, moment)
        return answered

    async def grant(self, begin: float, until: float) -> None:
        """Grant all, to the second."""
        for receiver in self.receivers:
            known = self.house.entry.subentries[receiver.subentry_id]
            grants = [
                {
                    "publication": publication_data(subentry)["publication"],
                    "begin": iso(begin),
                    "until": iso(until),
                    "purpose": "display",
                    "retention_days": 365,
                }
                for subentry in self.publications.values()
            ]
            self.hass.config_entries.async_update_subentry(
                self.house.entry, known, data={**friend_data(known), "grants": grants}
            )
        await self.settle()

    async def say(self, **terms: Any) -> None:
        """Change each grant, on its page."""
        for receiver in self.receivers:
            for publication in self.publications.values():
                await self.house.change_terms(receiver, publication, **terms)
        await self.settle()

    async def subscribe(self) -> None:
        """Ask for pushes of what may be had."""
        for kind in self.publications:
            try:
                await self.friend.asks.subscribe(self.name(kind))
            except IqError:
                return


def iso(moment: float) -> str:
    return dt_util.utc_from_timestamp(moment).isoformat(timespec="milliseconds")


@pytest.fixture
async def scene(
    request: pytest.FixtureRequest,
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    bob: Account,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
    clock: Clock,
    at_work: set[Reconciler],
) -> AsyncIterator[tuple[Case, Scene]]:
    """Yield the house of a case at its first moment, with its publications and receivers."""
    case, with_neighbour = request.param
    await hass.config.async_set_time_zone("Europe/Paris")
    first = at(case.first)
    before = first - 3 * 86400
    er.async_get(hass).async_get_or_create("sensor", "test", "p", suggested_object_id="p")
    hass.states.async_set("sensor.p", "99", POWER, timestamp=before)
    clock.begin_at(first)
    # Neither the rate is looked at here nor the silence of a server while the clock jumps.
    house.runtime[Sender].pacer = Pacer(rate=1e9, burst=10**9)
    house.runtime.session._client.plugin["xep_0199"].timeout = FOR_EVER
    publications = {kind: await house.publish("sensor.p", granularity=kind) for kind in case.kinds}
    got = Got()
    carole = accounts(server_pair[1], "carole")
    async with connect(bob) as client, connected(CountingProxy(carole, "old")) as proxy:
        friend = Friend(client, house, got)
        handler = Callback("marker", MatchXPath("{jabber:client}message/" + MARKER), proxy.count)
        proxy.client.register_handler(handler)
        of_friend = await house.befriend(friend_of(house, bob))
        old = proxy_of(carole, publications)
        hass.config_entries.async_add_subentry(house.entry, old)
        if with_neighbour:
            # Who is granted all the time: the nodes are there, and hold what is older.
            neighbour = Home(hass, accounts(server_pair[1], "dave"), house.entry)
            yesterday = (date.fromisoformat(case.first[:10]) - timedelta(days=1)).isoformat()
            await house.befriend(neighbour, *publications.values(), since=yesterday)
        await until(lambda: bob.jid in house.runtime[Presences].clients)
        scene = Scene(
            *(hass, clock, house, friend, proxy, publications),
            *([of_friend, old], got, at_work, before),
        )
        await scene.settle()
        yield case, scene


@pytest.fixture
def at_work(monkeypatch: pytest.MonkeyPatch) -> set[Reconciler]:
    """Return who brings a server to what was decided: one says so before it has."""
    working: set[Reconciler] = set()
    put_in_order = Reconciler._put_in_order

    async def note(reconciler: Reconciler) -> None:
        working.add(reconciler)
        try:
            await put_in_order(reconciler)
        finally:
            working.discard(reconciler)

    monkeypatch.setattr(Reconciler, "_put_in_order", note)
    return working


def proxy_of(account: Account, publications: dict[str, ConfigSubentry]) -> ConfigSubentry:
    """Return a proxy of 2019 to which each publication is sent under its name."""
    sent = [
        {
            "publication": publication_data(subentry)["publication"],
            "username": "home",
            "name": publication_data(subentry)["name"],
            "type": "dt_numeric",
        }
        for subentry in publications.values()
    ]
    data = {
        "kind": "proxy",
        "jid": account.jid,
        "grants": [],
        "zone": "Europe/Paris",
        "ours": "ha",
        "theirs": "old",
        "sent": sent,
        "received": [],
    }
    return ConfigSubentry(
        data=MappingProxyType(data), subentry_type="friend", title="Old", unique_id=None
    )


async def play(case: Case, scene: Scene) -> None:
    """Go through a case: at each step what is over is told, and something is measured."""
    await scene.grant(at(case.begin), at(case.until))
    first, last = at(case.first), at(case.last)
    decisions = {at(moment): terms for moment, terms in case.does}
    edges = {*decisions, *(at(edge) for stretch in case.stretches for edge in stretch)}
    edges = {edge for edge in edges if first < edge < last}
    steps = {first + 5 + n * case.step for n in range(int(last - first) // case.step)}
    steps |= edges | {edge - 0.001 for edge in edges}
    for moment in sorted(steps):
        await scene.move(moment)
        if moment in decisions:
            await scene.say(**decisions[moment])
        if moment in edges or moment == first + 5:
            await scene.settle()
            await scene.subscribe()
        scene.measure()
        await scene.quiet()
        if moment + 0.001 in edges:
            await scene.settle()
            await scene.ask()
    await scene.move(last + 5)
    await scene.ask()
    for subentry in scene.publications.values():
        await scene.friend.look(node_of(publication_data(subentry)["publication"]))
    await scene.meet()
    for name, moment in ((row[1], row[3]) for row in scene.proxy.received):
        scene.got.note("proxy", name, moment)
    assert not scene.proxy.refused


def differences(case: Case, scene: Scene) -> dict[str, Any]:
    """Return, by way and granularity, what went out and may not, and what did not and should."""
    found = {}
    for kind in case.kinds:
        all_spans = spans(case, kind, scene.readings)
        wanted = {round(span[0], 3) for span in all_spans if inside(case, span)}
        for way in WAYS:
            got = set(scene.got.by[way][scene.name(kind)])
            if way == "items" and kind == "live":
                # What the series shows when a stretch begins.
                got -= {shown(scene, at(begin)) for begin, _end in case.stretches}
                got -= resumptions(case)
            local = [
                sorted(f"{datetime.fromtimestamp(t, PARIS):%d %H:%M:%S.%f}" for t in times)
                for times in (got - wanted, wanted - got)
            ]
            if local != [[], []]:
                found[f"{kind} by {way}"] = local
    return found


def shown(scene: Scene, begin: float) -> float:
    """Return the time of the reading that is in force when a stretch begins."""
    return max(round(reading, 3) for reading in (scene.before, *scene.readings) if reading < begin)


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param((case, is_beside), id=f"{name}{', beside another' * is_beside}")
        for name, case in CASES.items()
        for is_beside in case.beside
    ],
    indirect=True,
)
async def test_what_lies_whole_in_one_stretch_goes_out_by_all_ways(
    scene: tuple[Case, Scene],
) -> None:
    await play(*scene)
    assert differences(*scene) == {}


SET_BACK = {
    "what has ended": Case(
        *("2027-06-10 11:00", "2027-06-10 12:40", "2027-06-10 11:05", "2027-06-10 12:25"),
        stretches=(("2027-06-10 11:05", "2027-06-10 12:25"),),
    ),
    "what is paused": Case(
        *("2027-06-10 11:00", "2027-06-10 12:40", "2027-06-10 11:05", "2027-06-11 00:00"),
        does=(("2027-06-10 12:25", {"paused": True}),),
        stretches=(("2027-06-10 11:05", "2027-06-10 12:25"),),
    ),
}


@pytest.mark.parametrize(
    "scene",
    [pytest.param((case, False), id=name) for name, case in SET_BACK.items()],
    indirect=True,
)
async def test_a_clock_that_is_set_back_by_two_hours_revives_nothing(
    scene: tuple[Case, Scene],
) -> None:
    case, house = scene
    await play(case, house)
    assert differences(case, house) == {}
    count, sent = house.got.count, len(house.proxy.received)
    begin = at(case.last) - 7200
    for n in range(12):
        await house.move(begin + 600 * n)
        if n == 3:
            entry_id = house.house.entry.entry_id
            await house.hass.config_entries.async_unload(entry_id)
            await house.hass.config_entries.async_setup(entry_id)
            await until(lambda: house.house.runtime.session.is_online)
        house.measure()
        await house.settle()
        assert not await house.ask()
    assert (house.got.count, len(house.proxy.received)) == (count, sent)
