"""Many series of friends: after a start, a cut or their grants each is asked for in its turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
import time
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation.follower import Status
from custom_components.sen1.federation.following import ASKED_AT_ONCE
from custom_components.sen1.federation.model import (
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
    stamp,
)
from custom_components.sen1.federation.nodes import ensure_node, set_members
from custom_components.sen1.federation.session import Session
from custom_components.sen1.federation.wire import grant_to_element, item_to_element
from testbed.xmpp import Account, ProsodyServer

from .conftest import Home, until
from .test_session import running

SERIES = 3 * ASKED_AT_ONCE


class Turns:
    """Count what is asked of friends' nodes."""

    def __init__(self) -> None:
        self.all = 0
        self.now = 0
        self.most = 0
        """Asked at the same time."""

    def counting(self, ask: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def counted(*args: Any, **options: Any) -> Any:
            self.all += 1
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
    for name in ("subscribe", "items"):
        monkeypatch.setattr(Session, name, turns.counting(getattr(Session, name)))
    return turns


async def publish(session: Session, number: int, follower: BareJid) -> Grant:
    """Publish a reading of a new series; return what lets a follower have it."""
    publication = PublicationId(f"{number:08}-0000-4000-8000-{time.time_ns() % 10**12:012}")
    name = f"urn:uuid:{publication}_consumption/power/active/live"
    measurement = {"name": "active-power", "quantity": "power", "unit": "W"}
    description = Description(name, f"Power {number}", "W", measurement, Granularity.LIVE, 1)
    node, now = node_of(publication), round(time.time(), 3)
    await ensure_node(session, node)
    await set_members(session, node, [follower])
    item = Item(publication, ItemId(stamp(now)), None, 1, (Reading(now, number),))
    await session.publish(node, item.id, item_to_element(item, description))
    return Grant(
        publication, GrantState.ACTIVE, now - 60, now + 86400, "display", "", node, description
    )


async def test_a_few_series_are_asked_for_at_a_time_after_grants_a_start_and_a_cut(
    hass: HomeAssistant,
    cooperative: Home,
    alice: Account,
    prosody_pair: tuple[ProsodyServer, ProsodyServer],
    turns: Turns,
) -> None:
    follower = BareJid(cooperative.account.jid)

    def are_live() -> bool:
        series = cooperative.series()
        return len(series) == SERIES and all(
            one.status is Status.RECEIVING and not one.is_asking for one in series
        )

    async with running(alice) as house:
        await cooperative.befriend(Home(hass, alice, cooperative.entry))
        grants = [await publish(house.session, number, follower) for number in range(SERIES)]
        for grant in grants:
            house.session.tell(follower, grant_to_element(grant))
        await until(are_live)
        asked = turns.all

        await hass.config_entries.async_reload(cooperative.entry.entry_id)
        await until(lambda: turns.all >= asked + 2 * SERIES and are_live())
        asked = turns.all

        prosody_pair[1].disconnect(follower)
        await until(lambda: turns.all >= asked + 2 * SERIES and are_live())
    assert turns.most == ASKED_AT_ONCE
