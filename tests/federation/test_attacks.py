"""What each attacker tries with a client of its own, and gets: nothing (docs/en/security.md)."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
import time
from typing import Any
from xml.etree.ElementTree import Element, tostring

from homeassistant.core import HomeAssistant
import pytest
from slixmpp.exceptions import IqError, IqTimeout
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

from custom_components.sen1.federation.config import publication_data
from custom_components.sen1.federation.publish.publication import Publication
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.publish.reconciler import Reconciler
from custom_components.sen1.federation.talk.post import Post
from custom_components.sen1.protocol.catalogue import list_command
from custom_components.sen1.protocol.model import Grant, GrantState, PublicationId, node_of
from custom_components.sen1.protocol.quoalise import history_request
from custom_components.sen1.protocol.stanzas import grant_to_element
from custom_components.sen1.protocol.trust.kinds import Erased, message_to_element
from testbed.client import connect, tell
from testbed.xmpp import Account, XmppServer

from .conftest import ON_EACH_PAIR, Home, until
from .consent.test_policy import iso, say
from .test_exchange import shared

type Meter = Callable[[object], None]

SECRET = "77123.25"
"""A number with a point: the random ids of stanzas may hold any digits in a row."""
PUBSUB = "{http://jabber.org/protocol/pubsub}"


@dataclass
class Attacker:
    """Somebody with an ordinary client who knows every name there is to know."""

    client: Any
    house: Home
    node: str
    name: str
    heard: list[str]

    @property
    def address(self) -> str:
        return f"{self.house.account.jid}/{self.house.entry.data['resource']}"

    async def attempt(self, awaitable: Any) -> str:
        """Return the condition that an attempt is refused with; "given" when it is not."""
        try:
            answer = await awaitable
        except IqError as error:
            return str(error.condition)
        except IqTimeout:
            return "no answer"
        text = tostring(answer.xml, encoding="unicode")
        self.heard.append(text)
        items = answer.xml.find(f".//{PUBSUB}items")
        # Of a node that there is not, Prosody gives an empty list.
        return "nothing" if items is not None and not len(items) else "given"

    async def try_all(self) -> dict[str, str]:
        """Try each way to a reading."""
        pubsub = self.client["xep_0060"]
        jid = self.house.account.jid
        history = self.client.make_iq_set(ito=self.address)
        history.append(history_request(self.name, 0, time.time()))
        subscribe = self.client.make_iq_set(ito=self.address)
        command = history_request(self.name, 0, time.time())
        command.set("node", "subscribe")
        subscribe.append(command)
        return {
            "items": await self.attempt(pubsub.get_items(jid, self.node, timeout=30)),
            "subscribe": await self.attempt(pubsub.subscribe(jid, self.node, timeout=30)),
            "history": await self.attempt(history.send(timeout=30)),
            "pushes": await self.attempt(subscribe.send(timeout=30)),
        }


@pytest.fixture
async def attack(house: Home) -> AsyncIterator[Callable[..., Any]]:
    """Return what lets an account attack a publication of the house."""
    async with AsyncExitStack() as clients:

        async def begin(account: Account, publication: Any) -> Attacker:
            client = await clients.enter_async_context(connect(account))
            heard: list[str] = []
            client.register_plugin("xep_0030")
            client.register_handler(
                Callback(
                    "all messages",
                    MatchXPath("{jabber:client}message"),
                    lambda message: heard.append(tostring(message.xml, encoding="unicode")),
                )
            )
            data = publication_data(publication)
            return Attacker(client, house, node_of(data["publication"]), data["name"], heard)

        yield begin


async def measured(house: Home, meter: Meter) -> None:
    """Let the house publish a value, all of it acknowledged by the server."""
    meter(SECRET)
    for publication in house.runtime[Publishing].publications.values():
        await until(partial(is_acknowledged, publication))


def is_acknowledged(publication: Publication) -> bool:
    """Return whether the secret was published to whoever is to receive it."""
    if not publication.receivers:
        return True
    item = publication.publisher.newest
    if not publication.is_open or item is None:
        return False
    return str(item.readings[-1].value if item.readings else "") == SECRET


def got(attacker: Attacker) -> list[str]:
    return [text for text in attacker.heard if SECRET in text]


async def answered_last(attacker: Attacker) -> None:
    """Wait for an answer that comes after whatever the server had to deliver."""
    await attacker.attempt(attacker.client["xep_0199"].send_ping(attacker.house.account.jid))


@ON_EACH_PAIR
async def test_a_stranger_gets_nothing(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    attack: Any,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    publication, _friend = await shared(house, cooperative)
    mallory = await attack(accounts(server_pair[1], "mallory"), publication)
    outcome = await mallory.try_all()
    assert "given" not in outcome.values(), outcome
    catalogue = mallory.client.make_iq_set(ito=mallory.address)
    catalogue.append(list_command())
    assert await mallory.attempt(catalogue.send(timeout=30)) == "not-authorized"
    await measured(house, meter)
    await answered_last(mallory)
    assert got(mallory) == []
    assert house.runtime.journal.refusals["stranger"] >= 1, "the owner sees it in the diagnostics"


@ON_EACH_PAIR
async def test_a_friend_without_a_grant_gets_nothing_and_finds_no_name(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    attack: Any,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    publication, _friend = await shared(house, cooperative)
    carole = accounts(server_pair[1], "carole")
    await house.befriend(Home(hass, carole, house.entry))
    friend = await attack(carole, publication)
    friend.client.send_presence(pto=house.account.jid, ptype="subscribe")
    friend.client.send_presence(pto=house.account.jid, ptype="subscribed")
    outcome = await friend.try_all()
    assert "given" not in outcome.values(), outcome
    await measured(house, meter)
    await answered_last(friend)
    assert got(friend) == []
    # The roster's friends may see names of nodes: they are random, and have no title.
    listed = await friend.attempt(
        friend.client["xep_0030"].get_items(jid=house.account.jid, timeout=30)
    )
    assert listed
    assert not [text for text in friend.heard if "Meter" in text]


@ON_EACH_PAIR
@pytest.mark.parametrize("how", ["expired", "withdrawn"])
async def test_a_friend_whose_grant_is_over_gets_nothing_more(
    hass: HomeAssistant,
    house: Home,
    meter: Meter,
    attack: Any,
    bob: Account,
    how: str,
) -> None:
    publication = await house.publish("sensor.meter")
    friend = await house.befriend(Home(hass, bob, house.entry), publication)
    former = await attack(bob, publication)
    (running,) = house.runtime[Publishing].publications.values()
    await until(lambda: bob.jid in running.receivers and running.publisher.newest is not None)
    outcome = await former.try_all()
    assert outcome["items"] == outcome["subscribe"] == "given", outcome
    if how == "expired":
        say(house, friend, until=iso(time.time()))
    else:
        await house.grant(friend)
    # From the decision on nothing is published; what was stays until the server has shut it away.
    meter(SECRET)
    outcome = await former.try_all()
    assert outcome["history"] != "given", outcome
    assert outcome["pushes"] != "given", outcome

    async def is_gone() -> bool:
        return former.node not in await house.runtime.session.pubsub.own_nodes()

    await until(is_gone)
    outcome = await former.try_all()
    assert "given" not in outcome.values(), outcome
    meter(f"{SECRET}5")
    await hass.async_block_till_done()
    await until(lambda: running.publisher.waiting == 0)
    await answered_last(former)
    assert got(former) == []


@ON_EACH_PAIR
async def test_another_device_of_a_friend_gets_no_more_than_the_friend_is_granted(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    attack: Any,
) -> None:
    _shared, _friend = await shared(house, cooperative)
    other = await house.publish("sensor.meter", title="Other")
    device = await attack(cooperative.account, other)
    outcome = await device.try_all()
    assert "given" not in outcome.values(), outcome


@ON_EACH_PAIR
async def test_nobody_speaks_in_a_friends_name(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    attack: Any,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    publication, _friend = await shared(house, cooperative)
    # At the very server of the one whose name it takes.
    mallory = await attack(accounts(server_pair[0], "mallory"), publication)
    (series,) = cooperative.series()
    known = series.follower.grant
    withdrawal = Grant(known.publication, GrantState.WITHDRAWN, said=round(time.time() + 5, 3))
    message = mallory.client.make_message(
        mto=cooperative.account.jid, mfrom=house.account.jid, mtype="normal"
    )
    message.append(grant_to_element(withdrawal))
    message.send()
    # Either the server refuses the name, or it arrives under its own and is refused there.
    meter(650)
    await until(lambda: cooperative.state().state == "650")
    assert series.follower.grant.state is GrantState.ACTIVE
    assert cooperative.state("status").state == "receiving"


@ON_EACH_PAIR
async def test_a_grant_message_said_again_changes_nothing(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
) -> None:
    _publication, friend = await shared(house, cooperative)
    (series,) = cooperative.series()
    old = grant_to_element(series.follower.grant)
    assert old.get("said")
    await house.grant(friend)
    await until(lambda: cooperative.state("status").state == "withdrawn")
    house.runtime[Post].tell(cooperative.account.jid, old)
    await until(lambda: cooperative.runtime.journal.refusals["replayed"] == 1)
    assert cooperative.state("status").state == "withdrawn"


@ON_EACH_PAIR
async def test_readings_of_somebody_who_granted_nothing_are_not_shown(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    attack: Any,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    publication, _friend = await shared(house, cooperative)
    mallory = await attack(accounts(server_pair[1], "mallory"), publication)
    event = Element("{http://jabber.org/protocol/pubsub#event}event")
    items = Element("{http://jabber.org/protocol/pubsub#event}items", {"node": mallory.node})
    event.append(items)
    tell(mallory.client, cooperative.account.jid, event, "headline")
    await until(lambda: cooperative.runtime.journal.refusals["not_granted"] == 1)
    assert cooperative.state().state == "640"
    unknown = Grant(PublicationId("x"), GrantState.WITHDRAWN)
    tell(mallory.client, cooperative.account.jid, grant_to_element(unknown))
    await until(lambda: cooperative.runtime.journal.refusals["stranger"] == 1)


async def test_a_stranger_who_leaves_changes_nothing(
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    prosody_pair: tuple[XmppServer, XmppServer],
) -> None:
    await shared(house, cooperative)
    reconciler = house.runtime[Reconciler]
    await until(lambda: reconciler.is_roster_in_order)
    async with connect(accounts(prosody_pair[1], "mallory")) as client:
        tell(client, house.account.jid, Element("{urn:sen1:0}left"))
        await until(lambda: house.runtime.journal.refusals["stranger"] == 1)
    assert not reconciler._left


async def test_a_stranger_says_nothing_of_erasing(
    house: Home,
    cooperative: Home,
    meter: Meter,
    attack: Any,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    publication, _friend = await shared(house, cooperative)
    mallory = await attack(accounts(server_pair[1], "mallory"), publication)
    erased = message_to_element(Erased(publication_data(publication)["publication"]))
    tell(mallory.client, house.account.jid, erased)
    await until(lambda: house.runtime.journal.refusals["stranger"] == 1)
    assert not house.runtime.store.content["erasures"]
