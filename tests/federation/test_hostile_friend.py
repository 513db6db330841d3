"""What a red team did to a home as a friend of it, and all who want harm at once: all else goes on.

Over servers that throttle nobody, so that what is long comes at once. Half a minute of all of them
in CI, on a server by seed; `SEN1_HOSTILE=600` takes ten.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
import json
import logging
import math
import os
import re
import statistics
import time
import tracemalloc
from typing import Any
from xml.etree.ElementTree import tostring

from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.helpers.json import json_bytes
import pytest
import pytest_socket

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.config import publication_data
from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.follow.history_client import HistoryClient
from custom_components.sen1.federation.follow.presences import Presences
from custom_components.sen1.federation.follow.series import Series
from custom_components.sen1.federation.friends import Friends
from custom_components.sen1.federation.organising.collections import Collections
from custom_components.sen1.federation.participating.offers import Offers
from custom_components.sen1.federation.participating.participations import Participations
from custom_components.sen1.federation.xmpp import session
from custom_components.sen1.protocol.budget import ALLOWANCES, Allowance, Effort
from custom_components.sen1.protocol.links import find_link
from custom_components.sen1.protocol.model import GrantState, PublicationId
from custom_components.sen1.protocol.trust import signed as signed_module
from custom_components.sen1.protocol.trust.signed import Signed, Statement
from testbed.ejabberd import EjabberdServer
from testbed.hostile_collecting import HostileMember, HostileOrganiser
from testbed.hostile_friend import (
    ENERGY,
    FREQUENCY,
    HUGE,
    INDEX,
    Hostile,
    HostileFriend,
    stamp,
)
from testbed.proxy_2019 import PythonProxy, connected
from testbed.raw_client import raw_client
from testbed.statistics import changes
from testbed.xmpp import Account, ProsodyServer, ServerKind, XmppServer, federation_of

from ..conftest import known_state
from .conftest import Home, until
from .legacy.test_data_nodes import state_of
from .legacy.test_proxies import FEED, ROW, SERIES, add_proxy
from .organising.conftest import COLLECTION, collect, join, joining, members, series_of
from .publish.test_periodic import POWER, YESTERDAY, record
from .test_endurance import memory_of_homes, waiting_timers
from .test_exchange import shared

SECONDS = int(os.environ.get("SEN1_HOSTILE", "30"))

SEED = int(os.environ.get("SEN1_SEED", "1"))
"""In what order harm is done, and to an account of which kind of server."""

KIND = ("Prosody", "ejabberd")[SEED % 2]

ALIKE = {"Prosody": "\N{MODIFIER LETTER SMALL A}", "ejabberd": "\N{CYRILLIC SMALL LETTER A}"}
"""What looks like the first letter of another's address.

Prosody takes the former as a letter of its own; ejabberd refuses it by an error that Prosody takes
for a forged one, and ends the link of the two servers: that is for them to mend.
"""

MOST_STORED = 1_000_000
"""Bytes by which our stores may grow while all want harm at once."""

type Meter = Callable[[object], None]

TO_EACH_KIND = pytest.mark.parametrize("server_pair", ["Prosody", "ejabberd"], indirect=True)
"""The server of the cooperative, which the others are friends of; theirs is a Prosody."""


@pytest.fixture(scope="module")
def unlimited() -> Iterator[dict[str, XmppServer]]:
    """Run servers that federate and throttle nobody, by their kind."""
    pytest_socket.enable_socket()
    kinds: dict[str, ServerKind] = {
        "maison.test": ProsodyServer,
        "coop.test": ProsodyServer,
        "village.test": EjabberdServer,
    }
    with federation_of(kinds, limits=False) as (maison, coop, village):
        yield {"": maison, "Prosody": coop, "ejabberd": village}


@pytest.fixture
def server_pair(
    request: pytest.FixtureRequest, unlimited: dict[str, XmppServer]
) -> tuple[XmppServer, XmppServer]:
    """Return the servers of the house and its kind, and of the cooperative."""
    return unlimited[""], unlimited[getattr(request, "param", "Prosody")]


@asynccontextmanager
async def befriended(account: Account, victim: Home) -> AsyncIterator[HostileFriend]:
    """Let a hostile account be a friend of a home's, and there."""
    async with raw_client(account) as client:
        friend = HostileFriend(client, victim.account.jid)
        await victim.befriend(Home(victim.hass, account, victim.entry))
        await friend.befriend()
        await until(lambda: account.jid in victim.runtime[HistoryClient].addresses)
        yield friend


@pytest.fixture
async def mallory(
    cooperative: Home, accounts: Callable[..., Account], server_pair: tuple[XmppServer, XmppServer]
) -> AsyncIterator[HostileFriend]:
    """Return a hostile friend of the cooperative's."""
    async with befriended(accounts(server_pair[0], "mallory"), cooperative) as friend:
        yield friend


def refused(home: Home) -> dict[str, int]:
    """Return what a home refused, by reason: at the door, and behind it."""
    return home.runtime.refusals


def count(home: Home, *reasons: str) -> int:
    """Return how much a home refused for these reasons."""
    return sum(refused(home)[reason] for reason in reasons)


def is_well(home: Home) -> bool:
    """Return whether a home's link held."""
    return home.runtime.session.drops == 0


async def goes_on(house: Home, cooperative: Home, meter: Meter) -> None:
    """Wait until the cooperative is told what the house measures now, over the same link."""
    meter(641)
    (series,) = cooperative.runtime[Following].series[house.account.jid].values()
    await until(lambda: (latest := series.follower.latest) and latest.value == 641)
    assert is_well(cooperative)


@TO_EACH_KIND
async def test_who_only_looks_like_a_friend_is_nobody(
    house: Home,
    cooperative: Home,
    meter: Meter,
    server_pair: tuple[ProsodyServer, XmppServer],
) -> None:
    # Both publish: the house is a friend in either direction, and the cooperative tells it much.
    publication = await cooperative.publish("sensor.meter")
    await shared(house, cooperative)
    (ours,) = (s for s in cooperative.entry.subentries.values() if s is not publication)
    await cooperative.grant(ours, publication)
    (series,) = cooperative.series()
    known = series.follower.grant.publication
    # Alice's address, but for a letter that slixmpp takes for an `a`.
    name = house.account.jid.partition("@")[0]
    lookalike = server_pair[0].register(f"\N{MODIFIER LETTER SMALL A}{name[1:]}")
    address = cooperative.runtime.session._client.boundjid.full
    async with raw_client(lookalike) as client:
        attacker = HostileFriend(client, cooperative.account.jid)
        at = f"{time.time():.3f}"
        attacker.push(known, attacker.item(known, INDEX, [(at, "666")]))
        attacker.withdraw(known)
        attacker.tell("<left xmlns='urn:sen1:0'/>")
        attacker.come()
        client.send(f"<presence to='{cooperative.account.jid}'/>")
        asked = attacker.command(
            "get_history", {"identifier": publication_data(publication)["name"]}
        )
        client.send(f"<iq type='set' id='1' to='{address}'>{asked}</iq>")
        await client.handled()
        if isinstance(server_pair[1], ProsodyServer):
            # ejabberd lets no such address in.
            await until(lambda: refused(cooperative)["bad_address"] == 5)
        await goes_on(house, cooperative, meter)
        assert attacker.heard["iq"] == 0
    assert series.follower.grant.state is GrantState.ACTIVE
    # The server says who is there once the house agreed: readings may come sooner.
    friends = {house.runtime.session._client.boundjid.full}
    present = cooperative.runtime[Presences].clients
    await until(lambda: present.get(house.account.jid, {}).keys() == friends)
    assert set(refused(cooperative)) <= {"bad_address"}


@TO_EACH_KIND
async def test_who_grants_the_id_of_anothers_series_takes_nothing_of_it(
    house: Home, cooperative: Home, meter: Meter, mallory: HostileFriend
) -> None:
    publication = await house.publish("sensor.meter")
    known = publication_data(publication)["publication"]
    of_mallory = cooperative.runtime[Following].series[mallory.client.jid]
    for granted in ("before", "meanwhile"):
        mallory.grant(known)
        await until(lambda: state_at(of_mallory, known) is GrantState.ACTIVE)
        at = f"{time.time():.3f}"
        mallory.push(known, mallory.item(known, INDEX, [(at, "666")]))
        await until(lambda: (latest := of_mallory[known].follower.latest) and latest.value == 666)
        if granted == "before":
            await house.befriend(cooperative, publication)
            await cooperative.befriend(house)
            of_house = cooperative.runtime[Following].series[house.account.jid]
            await until(lambda: (one := of_house.get(known)) and one.follower.latest)  # noqa: B023
        newest = of_house[known].follower.latest
        assert newest is not None
        assert newest.value != 666
        assert of_house[known].statistic_id != of_mallory[known].statistic_id
        shown = entities_of(cooperative, house.account.jid)
        assert shown
        mallory.withdraw(known)
        await until(lambda: state_at(of_mallory, known) is not GrantState.ACTIVE)
        await goes_on(house, cooperative, meter)
        assert entities_of(cooperative, house.account.jid) == shown
        meter(640)


def state_at(of_friend: Mapping[PublicationId, Series], publication: str) -> GrantState | None:
    """Return how a friend's grant stands; None when there is none."""
    series = of_friend.get(PublicationId(publication))
    return None if series is None else series.follower.grant.state


def entities_of(home: Home, friend: str) -> set[str]:
    """Return the entities that a home shows of a friend's series."""
    (subentry,) = (s for s in home.entry.subentries.values() if s.data.get("jid") == friend)
    entities = er.async_entries_for_config_entry(er.async_get(home.hass), home.entry.entry_id)
    return {e.entity_id for e in entities if e.config_subentry_id == subentry.subentry_id}


@TO_EACH_KIND
async def test_no_answer_ends_the_link_by_its_length(
    house: Home, cooperative: Home, meter: Meter, mallory: HostileFriend
) -> None:
    await shared(house, cooperative)
    # Six times as long when slixmpp writes them: more than a server takes.
    growing = "'" * 44_000
    client, address = mallory.client, mallory.installation
    client.send(f"<iq type='get' id=\"{growing}\" to='{address}'><x xmlns='y'/></iq>")
    mallory.fill(8 * len(growing))
    await until(lambda: refused(cooperative)["too_long"] == 1)
    session = mallory.command("list", {}, session="'" * 300)
    answer = await client.ask("set", address, session)
    assert answer.get("type") == "error"
    assert refused(cooperative)["too_long"] == 2
    for node in ("get_history", "subscribe"):
        answer = await client.ask("set", address, mallory.command(node, {"identifier": growing}))
        assert answer.get("type") == "error"
    mallory.grant(mallory.own("long"), node="'" * 4000)
    mallory.fill(32_000)
    await until(lambda: refused(cooperative)["too_large"] == 1)
    mallory.grant(mallory.own("long"), node="'" * 200)
    await until(lambda: refused(cooperative)["bad_grant"] == 1)
    await goes_on(house, cooperative, meter)
    assert not cooperative.runtime[Following].series[mallory.client.jid]


@TO_EACH_KIND
async def test_a_grant_that_is_heavy_to_remember_is_refused(
    house: Home, cooperative: Home, meter: Meter, mallory: HostileFriend
) -> None:
    await shared(house, cooperative)
    publication = mallory.own("heavy")
    for number, (attributes, measurement) in enumerate(
        (
            (f"reason='{'x' * 4090}' purpose='{'x' * 4090}'", ""),
            ("", " ".join(f"a{n}='{'x' * 4000}'" for n in range(20))),
            ("", " ".join(f"a{n}='1'" for n in range(20))),
            ("", f"{'a' * 4000}='1'"),
        ),
        start=1,
    ):
        mallory.grant(publication, attributes=attributes, measurement=measurement)
        mallory.fill(200_000)
        await until(lambda: count(cooperative, "too_large", "too_long") == number)  # noqa: B023
    # What a repeat of an item describes is remembered too.
    mallory.grant(publication)
    await until(lambda: cooperative.runtime[Following].series[mallory.client.jid])
    described = "title='Roof' granularity='live' unit='Wh' name='x' " + " ".join(
        f"a{n}='{'x' * 1000}'" for n in range(20)
    )
    mallory.push(
        publication,
        mallory.item(
            publication, INDEX, [(f"{time.time():.3f}", "1")], attributes=described
        ).replace("revision='1'", "revision='2'"),
    )
    mallory.fill(50_000)
    await until(lambda: count(cooperative, "too_large", "too_long") == 5)
    await goes_on(house, cooperative, meter)
    assert len(str(cooperative.runtime.store.content["followed"][mallory.client.jid])) < 2000


@TO_EACH_KIND
async def test_a_friend_with_ever_more_clients_is_known_by_few(
    house: Home,
    cooperative: Home,
    meter: Meter,
    mallory: HostileFriend,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    await shared(house, cooperative)
    stranger = accounts(server_pair[0], "stranger")
    async with AsyncExitStack() as clients:
        for number in range(20):
            client = await clients.enter_async_context(
                raw_client(mallory.client.account, f"phone{number}")
            )
            mallory.come(client)
        other = await clients.enter_async_context(raw_client(stranger))
        other.send(f"<presence to='{cooperative.account.jid}'/>")
        other.send(f"<presence type='subscribed' to='{cooperative.account.jid}'/>")
        # Behind all these in the order of the streams.
        mallory.tell("<decision xmlns='urn:sen1:0' publication='x' state='granted'/>")
        await client.handled()
        other.send(f"<message to='{cooperative.account.jid}'><left xmlns='urn:sen1:0'/></message>")
        await until(lambda: refused(cooperative)["not_asked"] == 1)
        await until(lambda: refused(cooperative)["stranger"] == 1)
        present = cooperative.runtime[Presences].clients
        await until(lambda: len(present[mallory.client.jid]) == 16)
        assert stranger.jid not in present
        # slixmpp's, which says that it has whoever is looked for.
        roster = cooperative.runtime.session._client.client_roster
        assert stranger.jid not in list(roster.keys())
        await goes_on(house, cooperative, meter)
    await until(lambda: present.get(mallory.client.jid, {}).keys() == {mallory.client.address})


@TO_EACH_KIND
async def test_what_only_a_server_may_say_is_answered_and_not_logged(
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
    caplog: pytest.LogCaptureFixture,
) -> None:
    await shared(house, cooperative)
    address = cooperative.runtime.session._client.boundjid.full
    async with raw_client(accounts(server_pair[0], "stranger")) as client:
        roster = "<query xmlns='jabber:iq:roster'><item jid='bob@coop.test'/></query>"
        block = "<block xmlns='urn:xmpp:blocking'><item jid='bob@coop.test'/></block>"
        for kind in ("get", "set"):
            for payload in (roster, block, "<x xmlns='y'/>", "<query xmlns='jabber:iq:register'/>"):
                answer = await client.ask(kind, address, payload)
                assert answer.get("type") == "error", payload
    await goes_on(house, cooperative, meter)
    assert not refused(cooperative)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@TO_EACH_KIND
async def test_a_friend_who_never_answers_holds_up_no_others_past(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    mallory: HostileFriend,
) -> None:
    # Asked first, and still asked when the other has answered.
    mallory.grant(mallory.own("periods"), ENERGY, attributes=f"from='{YESTERDAY}T00:00:00Z'")
    await until(lambda: mallory.asked)
    record(hass, POWER, rising=False)
    publication = await house.publish("sensor.p", granularity="pt10m")
    await cooperative.befriend(house)
    await house.befriend(cooperative, publication, since=YESTERDAY)
    series = await until(
        lambda: [*cooperative.runtime[Following].series.get(house.account.jid, {}).values()]
    )
    await until(lambda: changes(hass, series[0].statistic_id))
    assert mallory.client.jid in cooperative.runtime[HistoryClient]._running


def finite(numbers: Iterable[float]) -> bool:
    return all(map(math.isfinite, numbers))


@TO_EACH_KIND
async def test_numbers_that_nothing_can_be_are_refused_pushed_and_fetched(
    house: Home,
    cooperative: Home,
    meter: Meter,
    mallory: HostileFriend,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await shared(house, cooperative)
    publication, begin = mallory.own("frequency"), time.time() - 10
    for number, value in enumerate(HUGE):
        at = f"{begin + number / 100:.3f}"
        item = mallory.item(publication, FREQUENCY, [(at, value)])
        answer = await mallory.publish(publication, item)
        assert answer.get("type") == "result", tostring(answer)
    mallory.grant(publication, FREQUENCY)
    # What SenML itself takes for no number is refused as such.
    await until(lambda: count(cooperative, "too_great", "bad_senml") >= len(HUGE))
    assert refused(cooperative)["too_great"] >= 3
    known = count(cooperative, "too_great", "bad_senml")
    for number, value in enumerate(HUGE):
        at = f"{begin + 1 + number / 100:.3f}"
        mallory.push(publication, mallory.item(publication, FREQUENCY, [(at, value)]))
    await until(lambda: count(cooperative, "too_great", "bad_senml") >= known + len(HUGE))
    good = mallory.item(publication, FREQUENCY, [(f"{begin + 2:.3f}", "50.0012")])
    mallory.push(publication, good)
    registry = er.async_get(cooperative.hass)
    (shown,) = [
        e.entity_id for e in registry.entities.values() if f"{publication}_reading" in e.unique_id
    ]
    await until(lambda: known_state(cooperative.hass, shown).state == "50001.2")
    await goes_on(house, cooperative, meter)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@TO_EACH_KIND
async def test_an_index_goes_no_further_than_numbers_do(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: Home,
    cooperative: Home,
    meter: Meter,
    mallory: HostileFriend,
) -> None:
    await shared(house, cooperative)
    now = time.time() // 3600 * 3600
    publication = PublicationId(mallory.own("index"))

    def readings(*values: str) -> list[tuple[str, str]]:
        return [(f"{now - 3600 * (len(values) - n):.3f}", value) for n, value in enumerate(values)]

    mallory.answer = lambda iq: mallory.past(INDEX, readings("1", "-1.7e308", "1.7e308", "9"))
    mallory.grant(publication)
    mallory.push(publication, mallory.item(publication, INDEX, readings("-1.7e308", "1.7e308")))
    await until(lambda: refused(cooperative)["too_great"] == 1)
    series = await until(
        lambda: cooperative.runtime[Following].series[mallory.client.jid].get(publication)
    )
    # A hole, so that the past is asked for.
    later = mallory.item(
        publication, INDEX, readings("1", "2", "5"), attributes=f"after='{stamp(now - 80_000)}'"
    )
    mallory.push(publication, mallory.item(publication, INDEX, [(f"{now - 90_000:.3f}", "0")]))
    await mallory.publish(publication, later)
    mallory.push(publication, later)
    await until(lambda: refused(cooperative)["too_great"] >= 2)
    found = await until(lambda: changes(hass, series.statistic_id))
    assert finite(found.values())
    await goes_on(house, cooperative, meter)
    archived = {key: data for key, data in hass_storage.items() if "sen1.history" in key}
    assert archived
    assert "null" not in json.dumps(
        [data["data"]["runs"] for data in archived.values() if "runs" in data["data"]]
    )


@TO_EACH_KIND
async def test_what_an_older_proxy_dates_in_another_century_freezes_nothing(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    await shared(house, cooperative)
    async with connected(PythonProxy(accounts(server_pair[0], "mallory"), "lognact")) as proxy:
        await add_proxy(cooperative, proxy, received=(ROW,))
        now = time.time() // 1
        year = 86400 * 365
        for at in (now + 7900 * year, now + 40 * year, now + 3600):
            proxy.send(cooperative.account.jid, "ha", SERIES, [(at, 666)])
        proxy.send(cooperative.account.jid, "ha", SERIES, [(now, 1e300), (now, 231)])
        await until(lambda: (s := state_of(cooperative, FEED)) and s.state == "231")
    assert refused(cooperative)["future"] == 2
    assert refused(cooperative)["too_great"] == 1
    await goes_on(house, cooperative, meter)


# Who has a link, and who has none


@TO_EACH_KIND
async def test_who_joins_is_taken_beside_one_that_says_so_a_thousand_times(
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    collection = collect(cooperative)
    link = find_link(cooperative.runtime[Collections].link(collection), time.time())
    async with raw_client(accounts(server_pair[0], "eve")) as client:
        eve = HostileMember(client, cooperative.account.jid, link)
        for _ in range(22):
            eve.join_empty()
            eve.guess_the_secret()
        await client.handled()
        publication = await house.publish("sensor.meter")
        await join(house, cooperative, collection, consumption=publication)
        await until(lambda: members(cooperative))
        await series_of(cooperative, house)
    assert [member.jid for member in members(cooperative)] == [house.account.jid]
    # What was not even looked at: eve may say twenty things.
    assert refused(cooperative)["too_often"] > 1000
    assert is_well(cooperative)


@TO_EACH_KIND
async def test_what_a_stranger_says_is_verified_for_so_much_work_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
    cooperative: Home,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    monkeypatch.setitem(ALLOWANCES, Effort.STRANGER, Allowance(1_000_000, 1_000))
    verified = 0

    def counted(signed: Signed, key: bytes) -> Statement:
        nonlocal verified
        verified += 1
        return signed_module.verified(signed, key)

    monkeypatch.setattr("custom_components.sen1.federation.trust.statements.verified", counted)
    collection = collect(cooperative)
    link = find_link(cooperative.runtime[Collections].link(collection), time.time())
    async with raw_client(accounts(server_pair[0], "eve")) as client:
        eve = HostileMember(client, cooperative.account.jid, link)
        said = eve.signed("joined", f"<x xmlns='y'>{' ' * 10_000}</x>")
        for _ in range(400):
            eve.tell(said)
        await client.handled()
        await until(lambda: refused(cooperative)["too_often"] > 100)
    # 500,000 bytes, of which each costs 12,000 and more.
    assert 30 <= verified <= 60


@TO_EACH_KIND
async def test_no_text_of_a_board_ends_what_home_assistant_shows(
    hass: HomeAssistant,
    cooperative: Home,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    async with raw_client(accounts(server_pair[0], "organiser")) as client:
        organiser = HostileOrganiser(client, cooperative.account.jid)
        await organiser.begin()
        await take_part(cooperative, organiser)
        organiser.grant_board()
        granted = cooperative.runtime[Following].series[organiser.jid]
        await until(lambda: granted)
        for title in ("\\ud800", "\\u202e", "Roofs"):
            organiser.push_board(title)
        (series,) = granted.values()
        await until(lambda: series.follower.latest)
        assert series.follower.latest is not None
        assert json.loads(str(series.follower.latest.value))["title"] == "Roofs"
        await until(lambda: any("board" in state.attributes for state in hass.states.async_all()))
        # As `/api/states` has it.
        assert b"Roofs" in json_bytes([state.as_dict() for state in hass.states.async_all()])
    assert refused(cooperative) == {"hidden_signs": 2}


# The whole friend


@dataclass
class Kept:
    """What a Home Assistant holds; each ends where it began."""

    tasks: Counter[str]
    timers: Counter[str]
    entities: int
    devices: int
    issues: int
    stored: int
    """Bytes of all our stores."""

    @classmethod
    async def of(cls, hass: HomeAssistant, hass_storage: dict[str, Any]) -> Kept:
        for entry in hass.config_entries.async_loaded_entries(DOMAIN):
            await entry.runtime_data.store.async_save()
        return cls(
            Counter(task.get_coro().__qualname__ for task in asyncio.all_tasks()),  # type: ignore[union-attr]
            Counter(map(name_of, waiting_timers())),
            len(er.async_get(hass).entities),
            len(dr.async_get(hass).devices),
            len(ir.async_get(hass).issues),
            sum(
                len(json_bytes(d["data"]))
                for key, d in hass_storage.items()
                if key.startswith("sen1")
            ),
        )

    @property
    def told(self) -> str:
        """What the documentation of the long tests tells."""
        return f"tasks {self.tasks.total()}, timers {self.timers.total()}, stores {self.stored}"

    def is_within(self, other: Kept) -> bool:
        """Return whether this is no more, but for some digits and a timer that is set anew."""
        return (
            self.tasks.total() <= other.tasks.total()
            and self.timers.total() <= other.timers.total() + 3
            and (self.entities, self.devices, self.issues)
            == (other.entities, other.devices, other.issues)
            # Some digits, that three are known no more, and that a series was taken back.
            and self.stored <= other.stored + 2048
        )


async def take_part(home: Home, organiser: HostileOrganiser) -> str:
    """Take part in a collection, and give nothing; return the id of the subentry."""
    offers = home.runtime[Offers]
    offer_id = offers.open(organiser.link)
    await until(lambda: offers.all[offer_id]["sheet"])
    return home.runtime[Participations].join(offer_id, joining(home, offer_id), {}, [])


def name_of(timer: asyncio.TimerHandle) -> str:
    """Return what a timer calls."""
    return re.sub(r"<TimerHandle when=\S+ |\(.*", "", repr(timer))


def slope_of(samples: Sequence[tuple[float, float]]) -> float:
    """Return by how much samples rise in a unit of time (least squares)."""
    return statistics.linear_regression(*zip(*samples, strict=True)).slope


@pytest.fixture
def traced() -> Iterator[None]:
    """Count what Python allocates."""
    tracemalloc.start()
    yield
    tracemalloc.stop()


@pytest.mark.usefixtures("traced")
@pytest.mark.timeout(300 + 3 * SECONDS)
@pytest.mark.parametrize("server_pair", [KIND], indirect=True)
async def test_all_who_want_harm_at_once_take_nothing_from_anybody_else(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "HISTORY_TIMEOUT", 5.0)
    _, friend_of_house = await shared(house, cooperative)
    collection = collect(cooperative)
    (series,) = cooperative.series()
    await until(lambda: cooperative.runtime[HistoryClient].is_idle)
    # Each agreed to the other: until then there is a question, and less to hold.
    pair = ((house, cooperative), (cooperative, house))
    await until(lambda: all(b.account.jid in a.runtime[Presences].clients for a, b in pair))
    await until(lambda: not ir.async_get(hass).issues)
    before = await Kept.of(hass, hass_storage)
    account, stranger = accounts(server_pair[0], "mallory"), accounts(server_pair[0], "stranger")
    eve, organiser = accounts(server_pair[0], "eve"), accounts(server_pair[0], "organiser")
    name = house.account.jid.partition("@")[0]
    lookalike = server_pair[0].register(f"{ALIKE[KIND]}{name[1:]}")
    began, number, longest = series.received, 0, 0.0
    samples: list[tuple[float, float]] = []
    async with (
        befriended(account, cooperative) as friend,
        raw_client(lookalike) as alike,
        raw_client(stranger) as other,
        raw_client(eve) as with_link,
        raw_client(organiser) as with_sheet,
    ):
        victim = cooperative.account.jid
        friends = [friend, *(HostileFriend(c, victim, seed=SEED + 1) for c in (alike, other))]
        for friendly in friends:
            friendly.installation = friend.installation
            friendly.stolen = [series.follower.grant.publication]
        link = find_link(cooperative.runtime[Collections].link(collection), time.time())
        asking = HostileOrganiser(with_sheet, victim, SEED)
        households = [HostileMember(with_link, victim, link, SEED), asking]
        for household in households:
            await household.begin()
        taken = await take_part(cooperative, asking)
        hostile: list[Hostile] = [*friends, *households]
        start = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(one.run()) for one in hostile]
            while (now := time.monotonic()) < start + SECONDS:
                number += 1
                meter(1000 + number)
                await until(lambda: series.received >= began + number)  # noqa: B023
                longest = max(longest, time.monotonic() - now)
                if now >= start + SECONDS * len(samples) / 40:
                    samples.append((now - start, memory_of_homes() / 1024))
            newest, received = series.follower.latest, series.received - began
            grown = (await Kept.of(hass, hass_storage)).stored - before.stored
            # What an honest friend takes back arrives while all go on.
            await house.grant(friend_of_house)
            await until(lambda: series.status == "withdrawn")
            for task in running:
                task.cancel()
    done = sum((one.done for one in hostile), Counter())
    diagnostics = cooperative.runtime.diagnostics()
    cooperative.runtime[Participations].leave(taken)
    for member in members(cooperative):
        cooperative.runtime[Collections].remove(COLLECTION, member.number)
    for subentry in list(cooperative.entry.subentries.values()):
        if subentry.data.get("jid") == account.jid:
            hass.config_entries.async_remove_subentry(cooperative.entry, subentry.subentry_id)
    after = before

    async def is_over() -> bool:
        nonlocal after
        # What they still ask is on its way for a while.
        for known in (account, stranger, lookalike, eve, organiser):
            cooperative.runtime[Friends].async_forget_request(known.jid)
        after = await Kept.of(hass, hass_storage)
        data = cooperative.runtime.store.content
        return not data["left"] and not data["chores"] and after.is_within(before)

    with suppress(pytest.fail.Exception):
        await until(is_over)
    # By then all is granted that may be.
    slope = 60 * slope_of(samples[len(samples) // 2 :])
    print(
        f"\n{done.total()} harms in {SECONDS} s, {len(done)} kinds; {number} readings,"
        f" {received} taken, each within {longest:.1f} s;"
        f" stores grew by {grown:,} bytes\n"
        f"refused: {diagnostics['refused']}\nover budget: {diagnostics['over_budget']}\n"
        f"before: {before.told}\nafter: {after.told}\n"
        f"memory: {slope:+.0f} KiB/min, {[round(kib) for _at, kib in samples]}"
    )
    more = (after.tasks - before.tasks, after.timers - before.timers)
    assert after.is_within(before), more
    assert is_well(cooperative)
    assert is_well(house)
    assert not house.runtime.journal.refusals
    assert grown < MOST_STORED
    assert newest is not None
    assert newest.value == 1000 + number
    if SECONDS >= 600:
        # A KiB of each harm would be a thousand.
        assert slope < 128
