"""A withdrawn grant: on each kind of server, nothing more is received and nothing stays behind."""

from collections.abc import Callable, Coroutine
import os
from typing import Any
from xml.etree.ElementTree import Element

from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation.publish import pubsub_node
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.publish.pubsub_node import (
    ensure_node,
    set_receivers,
    withdraw,
)
from custom_components.sen1.federation.xmpp.events import Notification
from custom_components.sen1.federation.xmpp.pubsub import PubSub
from custom_components.sen1.federation.xmpp.session import Session
from custom_components.sen1.protocol.errors import RequestFailed
from custom_components.sen1.protocol.model import BareJid
from testbed.xmpp import Account, XmppServer
from tests.conftest import Servers

from ..conftest import ON_EACH_PAIR, Home, until
from ..test_exchange import shared
from ..xmpp.test_session import NODE, running

PUBLISHED = int(os.environ.get("SEN1_PUBLISHED", "100"))
"""How much is published after a withdrawal."""

type Request = Callable[..., Coroutine[Any, Any, Any]]


def user(account: Account) -> str:
    return account.jid.partition("@")[0]


@pytest.mark.parametrize("house", [0, 1], ids=["on Prosody", "on ejabberd"])
async def test_nothing_published_after_a_withdrawal_is_received(
    servers: Servers, accounts: Callable[..., Account], house: int
) -> None:
    kinds = (servers.maison, servers.village)
    pair = kinds[house], kinds[1 - house]
    alice, bob, carole = (
        accounts(server, name)
        for server, name in zip((*pair, pair[0]), ("alice", "bob", "carole"), strict=True)
    )
    publisher = BareJid(alice.jid)
    async with running(alice) as home, running(bob) as far, running(carole) as near:
        await ensure_node(home.session.pubsub, NODE)
        await set_receivers(home.session.pubsub, NODE, [BareJid(bob.jid), BareJid(carole.jid)])
        for friend in (far, near):
            await friend.session.pubsub.subscribe(publisher, NODE)
        await home.session.pubsub.publish(NODE, "before", Element("{urn:x}x"))
        for friend in (far, near):
            await friend.next(Notification)

        await set_receivers(home.session.pubsub, NODE, [])
        for number in range(PUBLISHED):
            await home.session.pubsub.publish(NODE, str(number), Element("{urn:x}x"))
        # The answer comes after all that the servers had to deliver.
        for friend in (far, near):
            with pytest.raises(RequestFailed):
                await friend.session.pubsub.items(publisher, NODE)
            with pytest.raises(RequestFailed):
                await friend.session.pubsub.subscribe(publisher, NODE)
            assert friend.events.empty()


class Unsure:
    """A link whose requests of one name are not answered for some times."""

    def __init__(self, pubsub: PubSub, request: str, failures: int) -> None:
        self._pubsub = pubsub
        self._request = request
        self.failures = failures

    def __getattr__(self, name: str) -> Request:
        request: Request = getattr(self._pubsub, name)
        if name != self._request or not self.failures:
            return request

        async def time_out(*_arguments: object) -> None:
            self.failures -= 1
            raise RequestFailed("timeout")

        return time_out


@ON_EACH_PAIR
@pytest.mark.parametrize("request_name", ["end_subscription", "set_affiliation", "affiliations"])
async def test_a_withdrawal_without_an_answer_is_tried_again_until_it_is_sure(
    server_pair: tuple[XmppServer, XmppServer],
    alice: Account,
    bob: Account,
    monkeypatch: pytest.MonkeyPatch,
    request_name: str,
) -> None:
    monkeypatch.setattr(pubsub_node, "WITHDRAWAL_WAIT", 0.01)
    async with running(alice) as home, running(bob) as friend:
        await ensure_node(home.session.pubsub, NODE)
        await set_receivers(home.session.pubsub, NODE, [BareJid(bob.jid)])
        await friend.session.pubsub.subscribe(BareJid(alice.jid), NODE)
        unsure: Any = Unsure(home.session.pubsub, request_name, 3)
        await withdraw(unsure, NODE, BareJid(bob.jid))
        node = server_pair[0].nodes(user(alice))[NODE]
        assert node.affiliations[bob.jid] == "outcast"
        assert not node.subscribers


@ON_EACH_PAIR
async def test_an_outcast_who_may_still_be_subscribed_is_not_taken_for_withdrawn(
    server_pair: tuple[XmppServer, XmppServer],
    alice: Account,
    bob: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pubsub_node, "WITHDRAWAL_WAIT", 0.01)
    member = BareJid(bob.jid)
    async with running(alice) as home, running(bob) as friend:
        await ensure_node(home.session.pubsub, NODE)
        await set_receivers(home.session.pubsub, NODE, [member])
        await friend.session.pubsub.subscribe(BareJid(alice.jid), NODE)
        unsure: Any = Unsure(home.session.pubsub, "end_subscription", 100)
        with pytest.raises(RequestFailed, match="timeout"):
            await withdraw(unsure, NODE, member)
        assert (await home.session.pubsub.affiliations(NODE))[member] == "outcast"
        assert server_pair[0].nodes(user(alice))[NODE].subscribers == {bob.jid}
        # At the next start.
        await set_receivers(home.session.pubsub, NODE, [])
        assert not server_pair[0].nodes(user(alice))[NODE].subscribers


@ON_EACH_PAIR
async def test_after_removing_everything_nothing_of_ours_is_left_on_the_servers(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    _publication, friend = await shared(house, cooperative)
    await house.grant(friend)
    await until(lambda: cooperative.state("status").state == "withdrawn")
    await hass.config_entries.async_remove(house.entry.entry_id)
    await hass.config_entries.async_remove(cooperative.entry.entry_id)
    for home, server in zip((house, cooperative), server_pair, strict=True):
        assert server.nodes(user(home.account)) == {}
        assert server.roster(user(home.account)) == {}


@ON_EACH_PAIR
@pytest.mark.parametrize("others", [(), ("carole",)], ids=["the only one", "one of two"])
async def test_the_first_thing_asked_of_the_server_is_to_shut_out_who_may_receive_no_more(
    hass: HomeAssistant,
    house: Home,
    bob: Account,
    meter: Callable[[object], None],
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
    monkeypatch: pytest.MonkeyPatch,
    others: tuple[str, ...],
) -> None:
    publications = [await house.publish("sensor.meter", title=title) for title in "ABC"]
    friend = await house.befriend(Home(hass, bob, house.entry), *publications)
    for name in others:
        other = Home(hass, accounts(server_pair[1], name), house.entry)
        await house.befriend(other, *publications)
    running = house.runtime[Publishing].publications.values()
    await until(lambda: all(len(p.receivers) == 1 + len(others) and p.is_open for p in running))
    session = house.runtime.session
    asked: list[tuple[str, str]] = []
    note_calls(session, "roster", asked, monkeypatch)
    for name in ("end_subscription", "delete_node"):
        note_calls(session.pubsub, name, asked, monkeypatch)
    await house.grant(friend)
    await until(lambda: all(len(p.receivers) == len(others) for p in running))
    first = "end_subscription" if others else "delete_node"
    shut_out = [asked.index((first, publication.node)) for publication in running]
    assert min(shut_out) == 0
    assert "roster" not in dict(asked[: max(shut_out)])


def note_calls(
    asks: Session | PubSub, name: str, asked: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Have the requests of one name noted, with the node they are about."""
    request = getattr(asks, name)

    def noted(*arguments: str) -> object:
        asked.append((name, arguments[0] if arguments else ""))
        return request(*arguments)

    monkeypatch.setattr(asks, name, noted)
