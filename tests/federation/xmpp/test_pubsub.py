"""Nodes on real servers: ours, and those of a friend."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest

from custom_components.sen1.federation.publish.pubsub_node import (
    OPTIONS,
    ensure_node,
    set_receivers,
    withdraw,
)
from custom_components.sen1.federation.xmpp.events import Notification
from custom_components.sen1.protocol.errors import RequestFailed
from custom_components.sen1.protocol.model import BareJid
from testbed.xmpp import Account, XmppServer

from ..conftest import ON_EACH_PAIR
from .test_session import NODE, running


@ON_EACH_PAIR
async def test_a_subscription_to_a_node_that_is_not_there_is_not_said_to_be_ended(
    alice: Account, bob: Account
) -> None:
    async with running(alice) as house:
        with pytest.raises(RequestFailed, match="item-not-found"):
            await house.session.pubsub.end_subscription(NODE, BareJid(bob.jid))


@ON_EACH_PAIR
async def test_a_withdrawn_friend_gets_nothing_more(alice: Account, bob: Account) -> None:
    async with running(alice) as house, running(bob) as friend:
        member = BareJid(bob.jid)
        await ensure_node(house.session.pubsub, NODE)
        await set_receivers(house.session.pubsub, NODE, [member])
        await friend.session.pubsub.subscribe(BareJid(alice.jid), NODE)
        await house.session.pubsub.publish(NODE, "1", Element("{urn:x}x"))
        event = await friend.next(Notification)
        assert isinstance(event, Notification)
        assert (event.publisher, event.node) == (alice.jid, NODE)
        assert [item.get("id") for item in event.items] == ["1"]

        await withdraw(house.session.pubsub, NODE, member)
        for number in range(2, 52):
            await house.session.pubsub.publish(NODE, str(number), Element("{urn:x}x"))
        with pytest.raises(RequestFailed):
            await friend.session.pubsub.items(BareJid(alice.jid), NODE)
        with pytest.raises(RequestFailed):
            await friend.session.pubsub.subscribe(BareJid(alice.jid), NODE)
        assert friend.events.empty()


@ON_EACH_PAIR
@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"access_model": "presence"}, id="open to friends"),
        pytest.param({"max_items": "5"}, id="too small"),
    ],
)
async def test_a_node_with_other_options_is_reconfigured(
    alice: Account, other: dict[str, str]
) -> None:
    async with running(alice) as house:
        await house.session.pubsub.create_node(NODE, {**OPTIONS, **other})
        await ensure_node(house.session.pubsub, NODE)
        options = await house.session.pubsub.node_options(NODE)
        assert {key: options[key] for key in other} == {key: OPTIONS[key] for key in other}
        assert await house.session.pubsub.own_nodes() == [NODE]


@ON_EACH_PAIR
async def test_a_node_open_to_others_is_never_published_to(alice: Account) -> None:
    async with running(alice) as house:
        await house.session.pubsub.create_node(NODE, {**OPTIONS, "access_model": "open"})
        with pytest.raises(RequestFailed, match="conflict"):
            await house.session.pubsub.publish(NODE, "1", Element("{urn:x}x"))


@ON_EACH_PAIR
async def test_members_who_are_no_longer_wanted_lose_the_node(
    alice: Account,
    bob: Account,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    carole = accounts(server_pair[1], "carole")
    async with running(alice) as house:
        await ensure_node(house.session.pubsub, NODE)
        await set_receivers(house.session.pubsub, NODE, [BareJid(bob.jid)])
        await set_receivers(house.session.pubsub, NODE, [BareJid(carole.jid)])
        affiliations = await house.session.pubsub.affiliations(NODE)
        assert affiliations[BareJid(bob.jid)] == "outcast"
        assert affiliations[BareJid(carole.jid)] == "member"


async def test_who_subscribed_while_a_node_was_open_to_all_gets_nothing(
    alice: Account, bob: Account
) -> None:
    async with running(alice) as house, running(bob) as stranger:
        await house.session.pubsub.create_node(NODE, {**OPTIONS, "access_model": "open"})
        await stranger.session.pubsub.subscribe(BareJid(alice.jid), NODE)
        await ensure_node(house.session.pubsub, NODE)
        for number in range(20):
            await house.session.pubsub.publish(NODE, str(number), Element("{urn:x}x"))
        with pytest.raises(RequestFailed):
            await stranger.session.pubsub.items(BareJid(alice.jid), NODE)
        assert stranger.events.empty()
