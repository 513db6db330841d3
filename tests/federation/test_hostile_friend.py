"""What a red team did to a home as a friend of it, and a whole hostile friend: all else goes on.

Over servers that throttle nobody, so that what is long comes at once. Half a minute of the whole
friend in CI; `SEN1_HOSTILE=600` takes ten.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
import logging
import time
from typing import Any

from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
import pytest
import pytest_socket

from custom_components.sen1.federation.config import publication_data
from custom_components.sen1.protocol.model import GrantState
from testbed.ejabberd import EjabberdServer
from testbed.hostile_friend import ENERGY, FREQUENCY, HUGE, INDEX, HostileFriend
from testbed.raw_client import raw_client
from testbed.statistics import changes
from testbed.xmpp import Account, ProsodyServer, ServerKind, XmppServer, federation_of

from .conftest import Home, until
from .publish.test_periodic import POWER, YESTERDAY, record
from .test_exchange import shared

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


@pytest.fixture
async def mallory(
    cooperative: Home, accounts: Callable[..., Account], server_pair: tuple[XmppServer, XmppServer]
) -> AsyncIterator[HostileFriend]:
    """Return a friend of the cooperative's who is there, and hostile."""
    account = accounts(server_pair[0], "mallory")
    async with raw_client(account) as client:
        friend = HostileFriend(client, cooperative.account.jid)
        await cooperative.befriend(Home(cooperative.hass, account, cooperative.entry))
        await friend.befriend()
        await until(lambda: account.jid in cooperative.runtime.history.addresses)
        yield friend


def refused(home: Home) -> dict[str, int]:
    """Return what a home refused, by reason: at the door, and behind it."""
    return home.runtime.session.door.refused + home.runtime.refused


def is_well(home: Home) -> bool:
    """Return whether a home's link held, and nothing of ours raised."""
    return home.runtime.session.drops == 0 and not home.runtime.faults.counts


async def goes_on(house: Home, cooperative: Home, meter: Meter) -> None:
    """Wait until the cooperative is told what the house measures now, over the same link."""
    meter(641)
    (series,) = cooperative.runtime.series[house.account.jid].values()
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
    assert cooperative.runtime.following.present[house.account.jid].keys() == {
        house.runtime.session._client.boundjid.full
    }
    assert set(refused(cooperative)) <= {"bad_address"}


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
    assert not cooperative.runtime.series[mallory.client.jid]


@TO_EACH_KIND
async def test_a_grant_that_is_heavy_to_remember_is_refused(
    house: Home, cooperative: Home, meter: Meter, mallory: HostileFriend
) -> None:
    await shared(house, cooperative)
    publication = mallory.own("heavy")
    for number, heavy in enumerate(
        (
            {"attributes": f"reason='{'x' * 4090}' purpose='{'x' * 4090}'"},
            {"measurement": " ".join(f"a{n}='{'x' * 4000}'" for n in range(20))},
            {"measurement": " ".join(f"a{n}='1'" for n in range(20))},
            {"measurement": f"{'a' * 4000}='1'"},
        ),
        start=1,
    ):
        mallory.grant(publication, **heavy)
        mallory.fill(200_000)
        await until(
            lambda number=number: (
                refused(cooperative)["too_large"] + refused(cooperative)["too_long"] == number
            )
        )
    # What a repeat of an item describes is remembered too.
    mallory.grant(publication)
    await until(lambda: cooperative.runtime.series[mallory.client.jid])
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
    await until(lambda: refused(cooperative)["too_large"] + refused(cooperative)["too_long"] == 5)
    await goes_on(house, cooperative, meter)
    assert len(str(cooperative.runtime.store.data["followed"][mallory.client.jid])) < 2000


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
        present = cooperative.runtime.following.present
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
    series = await until(lambda: [*cooperative.runtime.series.get(house.account.jid, {}).values()])
    await until(lambda: changes(hass, series[0].statistic_id))
    assert mallory.client.jid in cooperative.runtime.history._running
