"""What was told of grants, and is told again."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import pairwise
import math
import time
from typing import Any
from xml.etree.ElementTree import Element

from homeassistant.components.recorder.core import Recorder
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
import pytest
from slixmpp import ClientXMPP
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

from custom_components.sen1.federation.follow.presences import Presences
from custom_components.sen1.federation.publish.grant_announcer import GrantAnnouncer
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.talk.post import Post
from custom_components.sen1.federation.xmpp.roster import BEFRIEND_WITHIN
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.protocol.model import BareJid, GrantSeen
from custom_components.sen1.protocol.stanzas import grant_from_element, grant_seen_to_element
from custom_components.sen1.protocol.trust.kinds import StatementKind, kind_of, message_to_element
from testbed.client import connect, tell
from testbed.xmpp import Account, XmppServer

from ..conftest import ON_EACH_PAIR, Clock, Home, until
from ..consent.test_policy import all_is_told
from ..follow.test_past import half_hours, imported, shared, shows, watt_hours
from ..organising.conftest import collect, join, series_of
from ..test_exchange import shared as shared_live
from .test_periodic import POWER, record

GRANT = "{urn:sen1:0}grant"


@contextmanager
def heard(client: ClientXMPP, house: Home) -> Iterator[list[Element]]:
    """Yield the messages of a house that a client is given, as they come."""
    came: list[Element] = []

    def take(message: Any) -> None:
        if message["from"].bare == house.account.jid:
            came.append(message.xml)

    client.register_handler(Callback("heard", MatchXPath("{jabber:client}message"), take))
    yield came
    client.remove_handler("heard")


async def all_came(house: Home, client: ClientXMPP) -> None:
    """Return once a client has all that a house said: a ping goes the same way."""
    await house.runtime[Post].sent()
    ping = house.runtime.session._client.plugin["xep_0199"]
    await ping.send_ping(client.boundjid, timeout=60)


def is_calm(home: Home) -> bool:
    """Return whether a home has its link, and waits for no answer over it."""
    session = home.runtime.session
    return session.is_online and not session._waiting


@asynccontextmanager
async def person(account: Account, house: Home) -> AsyncIterator[ClientXMPP]:
    """Yield a chat client that is a friend of a house, and agrees to whatever it asks."""
    async with connect(account) as client:
        client.auto_authorize = True
        client.send_presence(pto=house.account.jid, ptype="subscribe")
        yield client


@ON_EACH_PAIR
@pytest.mark.timeout(300)
async def test_a_person_who_is_away_is_kept_few_messages_and_an_installation_learns_all(
    recorder_mock: Recorder,
    clock: Clock,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publication, friend = await shared_live(house, cooperative)
    carole, dave = accounts(server_pair[1], "carole"), accounts(server_pair[1], "dave")
    present, told = house.runtime[Presences].clients, house.runtime.store.content["told"]
    async with person(carole, house) as client:
        with heard(client, house) as came:
            await house.befriend(Home(hass, carole, house.entry), publication)
            await until(lambda: any(message.find(GRANT) is not None for message in came))
            await until(lambda: carole.jid in present)
    await until(lambda: carole.jid not in present)
    await hass.config_entries.async_unload(cooperative.entry.entry_id)
    await until(lambda: cooperative.account.jid not in present)
    # An ejabberd is asked for no more friendships than it takes a minute.
    await until(lambda: is_calm(house))
    clock.forward(BEFRIEND_WITHIN)

    second = await house.publish("sensor.meter", granularity="pt1h", title="By hour")
    await house.grant(friend, publication, second)
    async with person(dave, house) as other:
        await house.befriend(Home(hass, dave, house.entry), publication)
        await until(lambda: told.get(dave.jid) and dave.jid in present)
        for number in range(50):
            meter(700 + number)
            other.send_presence(ptype="unavailable")
            await until(lambda: dave.jid not in present)
            other.send_presence()
            await until(lambda: dave.jid in present)
            if number % 10 == 0:
                running = next(iter(house.runtime[Publishing].publications.values()))
                house.runtime[Publishing].announce(running, clock.now - 60, clock.now)
        clock.forward(86400)
        await all_is_told(house, monkeypatch)
    async with connect(carole) as client:
        with heard(client, house) as kept:
            # What was kept is given before anything that comes later.
            await until(lambda: carole.jid in present)
            await all_came(house, client)
            stored = [one for one in kept if one.find("{urn:xmpp:delay}delay") is not None]
            assert len(stored) <= 3
    await hass.config_entries.async_setup(cooperative.entry.entry_id)
    await until(lambda: len(cooperative.series()) == 2)
    mine = cooperative.account.jid
    await until(lambda: all(one["revision"] is not None for one in told[mine].values()))


@ON_EACH_PAIR
async def test_who_never_acknowledges_is_told_three_times_while_there_and_what_this_is_once(
    clock: Clock,
    hass: HomeAssistant,
    house: Home,
    meter: Callable[[object], None],
    bob: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publication = await house.publish("sensor.meter")
    present, announcer = house.runtime[Presences].clients, house.runtime[GrantAnnouncer]
    async with person(bob, house) as client:
        with heard(client, house) as came:
            friend = await house.befriend(Home(hass, bob, house.entry), publication)

            def grants() -> list[Element]:
                return [one for one in came if one.find(GRANT) is not None]

            await until(grants)
            for _ in range(6):
                client.send_presence(ptype="unavailable")
                await until(lambda: bob.jid not in present)
                client.send_presence()
                await until(lambda: bob.jid in present)
                await all_is_told(house, monkeypatch)
                await all_came(house, client)
            clock.forward(2 * 86400)
            await all_is_told(house, monkeypatch)
            assert announcer.again_at == math.inf
            await all_came(house, client)
            kinds = [one.get("type", "normal") for one in grants()]
            # The first may be said before it is known to be there.
            assert kinds in (["normal", *["headline"] * tries] for tries in (2, 3))
            lines = [one.findtext("{jabber:client}body", "") for one in grants()]
            assert "docs/en/sharing.md" in lines[0]
            assert not any(lines[1:])
            # Something changes: it is told anew.
            await house.change_terms(friend, publication, until="2027-06-01")
            await until(lambda: len(grants()) == len(kinds) + 1)
            assert grants()[-1].get("type", "normal") == "normal"
            assert grants()[-1].find("{jabber:client}body") is None


@ON_EACH_PAIR
async def test_an_acknowledgement_without_the_text_counts_where_there_was_but_one(
    hass: HomeAssistant,
    house: Home,
    meter: Callable[[object], None],
    bob: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publication = await house.publish("sensor.meter")
    told = house.runtime.store.content["told"]
    async with person(bob, house) as client:
        with heard(client, house) as came:
            await house.befriend(Home(hass, bob, house.entry), publication)
            await until(lambda: any(message.find(GRANT) is not None for message in came))
            grant = next(grant for message in came if (grant := message.find(GRANT)) is not None)
            assert grant.get("notice")
            seen = grant_seen_to_element(grant_from_element(grant).seen)
            del seen.attrib["notice"]
            tell(client, house.account.jid, seen)
            await until(lambda: next(iter(told[bob.jid].values()))["revision"] == 1)
            await until(lambda: bob.jid in house.runtime[Presences].clients)
            await all_came(house, client)
            before = len(came)
            client.send_presence(ptype="unavailable")
            await until(lambda: bob.jid not in house.runtime[Presences].clients)
            client.send_presence()
            await until(lambda: bob.jid in house.runtime[Presences].clients)
            await all_is_told(house, monkeypatch)
            await all_came(house, client)
            assert len(came) == before


async def test_an_organiser_who_acknowledges_nothing_is_told_ever_more_seldom(
    clock: Clock,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer, tell_it = cooperative.runtime[Post].tell, house.runtime[Post].tell
    repeats: list[bool] = []

    def mute(jid: BareJid, said: object, **how: Any) -> None:
        if not isinstance(said, GrantSeen):
            answer(jid, said, **how)

    def note(jid: BareJid, said: object, **how: Any) -> None:
        if kind_of(message_to_element(said)) is StatementKind.GRANT:
            repeats.append(how["is_repeat"])
        tell_it(jid, said, **how)

    monkeypatch.setattr(cooperative.runtime[Post], "tell", mute)
    monkeypatch.setattr(house.runtime[Post], "tell", note)
    publication = await house.publish("sensor.meter")
    await join(house, cooperative, collect(cooperative), consumption=publication)
    await series_of(cooperative, house)
    await all_is_told(house, monkeypatch)
    waits: list[float] = []
    for _ in range(10):
        # A request under way would be given up for lost, and the link with it, as the hours pass.
        await until(lambda: all(is_calm(home) for home in (house, cooperative)))
        told = len(repeats)
        waits.append(house.runtime[GrantAnnouncer].again_at - time.monotonic())
        clock.forward(waits[-1] + 1)
        await until(lambda: len(repeats) > told)  # noqa: B023
    assert repeats == [False] + [True] * (len(repeats) - 1)
    assert 0 < waits[0] <= 2400
    assert all(later > earlier - 60 for earlier, later in pairwise(waits))
    assert waits[-1] == pytest.approx(86400, abs=60)


async def give_past(house: Home, publication: ConfigSubentry, past: str) -> None:
    """Choose another past for a series on its page."""
    flows = house.hass.config_entries.subentries
    flow = await flows.async_init(
        (house.entry.entry_id, "publication"),
        context={"source": "reconfigure", "subentry_id": publication.subentry_id},
    )
    fields = {"title": publication.title, "interval_s": 1, "past": past}
    result = await flows.async_configure(flow["flow_id"], fields)
    assert result["reason"] == "reconfigure_successful", result


async def other_past(hass: HomeAssistant, points: list[Point]) -> None:
    await async_archive(hass).async_add("sen1:other", "Other", "W", Aggregation.MEAN, points)


async def test_another_past_of_a_series_is_announced_to_who_may_have_it(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    publication, _friend = await shared(hass, house, cooperative, half_hours(20))
    curve = half_hours(20, watts=3000)
    await other_past(hass, curve)
    await give_past(house, publication, "sen1:other")
    await shows(hass, cooperative, watt_hours(curve))


async def test_another_past_of_a_series_that_nobody_may_have_is_announced_to_nobody(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home
) -> None:
    record(hass, POWER, rising=False)
    await other_past(hass, half_hours(20))
    publication = await house.publish("sensor.p", granularity="pt30m")
    (running,) = house.runtime[Publishing].publications.values()
    await give_past(house, publication, "sen1:other")
    await until(lambda: running.data["past"] == "sen1:other")
    assert running.description.changed is None


async def test_what_changed_while_a_friend_was_away_is_announced_in_one(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    await shared(hass, house, cooperative, half_hours(60))
    (running,) = house.runtime[Publishing].publications.values()
    await until(
        lambda: house.runtime[GrantAnnouncer].is_seen(running.id, running.description.revision)
    )
    await hass.config_entries.async_unload(cooperative.entry.entry_id)
    later, earlier = half_hours(60, watts=3000)[50:], half_hours(60, watts=2000)[10:20]
    await imported(hass, later)
    await imported(hass, earlier)
    assert running.description.changed == (earlier[0].begin, later[-1].end)
    await hass.config_entries.async_setup(cooperative.entry.entry_id)
    middle = half_hours(60)
    await shows(hass, cooperative, watt_hours([*middle[:10], *earlier, *middle[20:50], *later]))
