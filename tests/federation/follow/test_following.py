"""Many series of friends: after a start, a cut or their grants each is asked for in its turn.

What we are subscribed to is asked once for each friend, and only what lacks is subscribed to.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
import time
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation.follow.following import ASKED_AT_ONCE
from custom_components.sen1.federation.publish.pubsub_node import ensure_node, set_receivers
from custom_components.sen1.federation.xmpp.pubsub import PubSub
from custom_components.sen1.federation.xmpp.session import Session
from custom_components.sen1.protocol.errors import RequestFailed
from custom_components.sen1.protocol.follower import Status
from custom_components.sen1.protocol.model import (
    BareJid,
    Description,
    Grant,
    GrantState,
    Granularity,
    Item,
    ItemId,
    PublicationId,
    Reading,
    node_of,
)
from custom_components.sen1.protocol.stamps import stamp
from custom_components.sen1.protocol.stanzas import grant_to_element, item_to_element
from custom_components.sen1.protocol.terms import Terms
from custom_components.sen1.protocol.trust.identity import IDENTITY_NODE
from testbed.xmpp import Account, ProsodyServer, XmppServer

from ..conftest import ON_EACH_PAIR, Home, until
from ..xmpp.test_session import running

SERIES = 3 * ASKED_AT_ONCE


class Turns:
    """Count what is asked about friends' series, not about their keys, which has its own turns."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        """How often, by what for."""
        self.now = 0
        self.most = 0
        """Asked at the same time."""

    def counting(
        self, name: str, ask: Callable[..., Awaitable[Any]]
    ) -> Callable[..., Awaitable[Any]]:
        async def counted(*args: Any, **options: Any) -> Any:
            if IDENTITY_NODE in args:
                return await ask(*args, **options)
            self.asked[name] += 1
            self.now += 1
            self.most = max(self.most, self.now)
            try:
                return await ask(*args, **options)
            finally:
                self.now -= 1

        return counted


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> Turns:
    """Return the counts of what is asked."""
    turns = Turns()
    for name in ("subscriptions", "subscribe", "items"):
        monkeypatch.setattr(PubSub, name, turns.counting(name, getattr(PubSub, name)))
    return turns


@dataclass
class Friend:
    """Somebody at the house's server who publishes to the cooperative."""

    session: Session
    account: Account
    server: XmppServer
    follower: BareJid
    cooperative: Home
    grants: list[Grant]
    last: dict[PublicationId, ItemId]

    async def share(self, count: int) -> None:
        """Publish a reading of so many new series and grant them."""
        for number in range(count):
            publication = PublicationId(f"{number:08}-0000-4000-8000-{time.time_ns() % 10**12:012}")
            name = f"urn:uuid:{publication}_consumption/power/active/live"
            measurement = {"name": "active-power", "quantity": "power", "unit": "W"}
            description = Description(
                name, f"Power {number}", "W", measurement, Granularity.LIVE, 1
            )
            begin, node = round(time.time(), 3) - 60, node_of(publication)
            self.grants.append(
                Grant(
                    publication,
                    GrantState.ACTIVE,
                    Terms(begin + 86400, "display"),
                    begin,
                    "",
                    node,
                    description,
                )
            )
            await self.make_node(self.grants[-1])
            await self.publish(self.grants[-1], number)
        for grant in self.grants:
            self.session.tell(self.follower, grant_to_element(grant))
        await until(self.are_live)

    async def make_node(self, grant: Grant) -> None:
        """Make the node of a series, which only the cooperative may receive."""
        await ensure_node(self.session.pubsub, node_of(grant.publication))
        await set_receivers(self.session.pubsub, node_of(grant.publication), [self.follower])

    async def publish(self, grant: Grant, value: float) -> None:
        """Publish a reading."""
        assert grant.description is not None
        now, publication = round(time.time(), 3), grant.publication
        after = self.last.get(publication)
        item = Item(publication, ItemId(stamp(now)), after, 1, (Reading(now, value),))
        self.last[publication] = item.id
        payload = item_to_element(item, grant.description)
        await self.session.pubsub.publish(node_of(publication), item.id, payload)

    async def push(self, *grants: Grant) -> None:
        """Publish a reading of each series; wait until it was pushed to the cooperative."""
        expected = {series.key[1]: series.received for series in self.cooperative.series()}
        for grant in grants:
            await self.publish(grant, time.time() % 1000)
            expected[grant.publication] += 1
        await until(lambda: {s.key[1]: s.received for s in self.cooperative.series()} == expected)

    def are_live(self) -> bool:
        """Return whether all was asked for and came."""
        series = self.cooperative.series()
        return len(series) == len(self.grants) and all(
            one.status in (Status.RECEIVING, Status.WITHDRAWN) and not one.is_asking
            for one in series
        )

    def is_subscribed(self, grant: Grant) -> bool:
        """Return whether the server's storage says that the cooperative is subscribed."""
        nodes = self.server.nodes(self.account.jid.partition("@")[0])
        return any(
            jid.startswith(self.follower) for jid in nodes[node_of(grant.publication)].subscribers
        )


@asynccontextmanager
async def friend_of(
    cooperative: Home, account: Account, server: XmppServer
) -> AsyncIterator[Friend]:
    """Yield somebody at a server who is the cooperative's friend."""
    async with running(account) as link:
        await cooperative.befriend(Home(cooperative.hass, account, cooperative.entry))
        follower = BareJid(cooperative.account.jid)
        yield Friend(link.session, account, server, follower, cooperative, [], {})


async def cut(friend: Friend, server: XmppServer, turns: Turns) -> None:
    """Cut the cooperative's link at its server; wait until all was asked for over the next one."""
    asked = turns.asked["items"]
    active = sum(grant.state is GrantState.ACTIVE for grant in friend.grants)
    await friend.cooperative.hass.async_add_executor_job(server.disconnect, friend.follower)
    await until(lambda: turns.asked["items"] >= asked + active and friend.are_live())


async def test_a_few_series_are_asked_for_at_a_time_after_grants_a_start_and_a_cut(
    hass: HomeAssistant,
    cooperative: Home,
    alice: Account,
    prosody_pair: tuple[ProsodyServer, ProsodyServer],
    turns: Turns,
) -> None:
    async with friend_of(cooperative, alice, prosody_pair[0]) as friend:
        await friend.share(SERIES)
        assert turns.asked["subscribe"] == SERIES
        assert turns.asked["items"] >= SERIES

        asked = turns.asked["items"]
        await hass.config_entries.async_reload(cooperative.entry.entry_id)
        await until(lambda: turns.asked["items"] >= asked + SERIES and friend.are_live())

        await cut(friend, prosody_pair[1], turns)
    assert turns.most == ASKED_AT_ONCE


@ON_EACH_PAIR
async def test_only_a_subscription_that_the_server_lost_is_made_anew(
    hass: HomeAssistant,
    cooperative: Home,
    alice: Account,
    server_pair: tuple[XmppServer, XmppServer],
    turns: Turns,
) -> None:
    async with friend_of(cooperative, alice, server_pair[0]) as friend:
        await friend.share(4)
        await friend.push(*friend.grants)
        subscribed, questions = turns.asked["subscribe"], turns.asked["subscriptions"]
        lost, *_others = friend.grants
        await friend.session.pubsub.end_subscription(node_of(lost.publication), friend.follower)
        await cut(friend, server_pair[1], turns)
        assert turns.asked["subscribe"] == subscribed + 1
        assert turns.asked["subscriptions"] == questions + 1
        await friend.push(*friend.grants)

        # So it is after a start.
        await friend.session.pubsub.end_subscription(node_of(lost.publication), friend.follower)
        asked = turns.asked["items"]
        await hass.config_entries.async_reload(cooperative.entry.entry_id)
        await until(lambda: turns.asked["items"] >= asked + 4 and friend.are_live())
        assert turns.asked["subscribe"] == subscribed + 2
        assert turns.asked["subscriptions"] == questions + 2
        await friend.push(*friend.grants)


@ON_EACH_PAIR
async def test_a_node_made_anew_is_subscribed_to_whatever_the_server_says(
    cooperative: Home,
    alice: Account,
    server_pair: tuple[XmppServer, XmppServer],
    turns: Turns,
) -> None:
    async with friend_of(cooperative, alice, server_pair[0]) as friend:
        await friend.share(2)
        await friend.push(*friend.grants)
        again, _other = friend.grants
        for is_told in (True, False):
            await friend.session.pubsub.delete_node(node_of(again.publication))
            await friend.make_node(again)
            await friend.publish(again, 1)
            assert not friend.is_subscribed(again)
            if is_told:
                friend.session.tell(friend.follower, grant_to_element(again))
                # Asking for it goes on after the server subscribed us: what it held comes then.
                await until(lambda: friend.is_subscribed(again) and friend.are_live())
                await friend.push(again)
        # Prosody says that we are subscribed, and is believed once.
        await cut(friend, server_pair[1], turns)
        await cut(friend, server_pair[1], turns)
        assert friend.is_subscribed(again)
        await friend.push(*friend.grants)


@ON_EACH_PAIR
async def test_a_server_that_does_not_answer_for_a_deleted_node_is_asked_once(
    cooperative: Home,
    alice: Account,
    server_pair: tuple[XmppServer, XmppServer],
    turns: Turns,
) -> None:
    async with friend_of(cooperative, alice, server_pair[0]) as friend:
        await friend.share(3)
        await friend.push(*friend.grants)
        gone, *kept = friend.grants
        await friend.session.pubsub.delete_node(node_of(gone.publication))
        friend.grants[0] = replace(gone, state=GrantState.WITHDRAWN, description=None)
        friend.session.tell(friend.follower, grant_to_element(friend.grants[0]))
        await until(lambda: any(one.status is Status.WITHDRAWN for one in cooperative.series()))
        for _ in range(2):
            await cut(friend, server_pair[1], turns)
            assert all(map(friend.is_subscribed, kept))
            await friend.push(*kept)
    is_prosody = isinstance(server_pair[0], ProsodyServer)
    assert turns.asked["subscriptions"] == (1 if is_prosody else 2)
    assert turns.asked["subscribe"] == (3 + 2 * len(kept) if is_prosody else 3)


async def test_where_a_server_refuses_to_say_all_are_subscribed_to(
    cooperative: Home,
    alice: Account,
    prosody_pair: tuple[ProsodyServer, ProsodyServer],
    turns: Turns,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refuse(_pubsub: PubSub, _publisher: BareJid) -> set[str]:
        raise RequestFailed("feature-not-implemented")

    monkeypatch.setattr(PubSub, "subscriptions", turns.counting("subscriptions", refuse))
    async with friend_of(cooperative, alice, prosody_pair[0]) as friend:
        await friend.share(2)
        for number in (2, 4, 6):
            await friend.push(*friend.grants)
            assert turns.asked["subscribe"] == number
            await cut(friend, prosody_pair[1], turns)
    assert turns.asked["subscriptions"] == 1
