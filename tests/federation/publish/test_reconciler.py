"""What the server did not do is asked of it again, until it is as the household decided."""

import asyncio
from collections.abc import Callable
import time
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation.consent.policy import Policy
from custom_components.sen1.federation.publish import reconciler
from custom_components.sen1.federation.publish.grant_announcer import GrantAnnouncer
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.publish.reconciler import Reconciler
from custom_components.sen1.protocol.errors import RequestFailed
from testbed.xmpp import XmppServer

from ..conftest import Home, until
from ..test_exchange import Meter, shared

type Refuse = Callable[[Home, str], list[Any]]


@pytest.fixture
def refuse_once(monkeypatch: pytest.MonkeyPatch) -> Refuse:
    """Return what has a server refuse the first request of a kind, as one whose disk is full."""
    monkeypatch.setattr(reconciler, "RETRY", 0.05)

    def begin(home: Home, name: str) -> list[Any]:
        refused: list[Any] = []
        request = getattr(home.runtime.session.pubsub, name)

        async def ask(*what: Any) -> Any:
            if not refused:
                refused.append(what)
                raise RequestFailed("internal-server-error")
            return await request(*what)

        monkeypatch.setattr(home.runtime.session.pubsub, name, ask)
        return refused

    return begin


async def test_a_node_that_the_server_does_not_make_at_once_is_made_later(
    house: Home, cooperative: Home, meter: Meter, refuse_once: Refuse
) -> None:
    refused = refuse_once(house, "create_node")
    await shared(house, cooperative)
    assert refused


@pytest.mark.parametrize("is_removed", [False, True], ids=["withdrawn", "removed"])
async def test_a_node_that_the_server_does_not_delete_at_once_is_deleted_later(
    house: Home,
    cooperative: Home,
    meter: Meter,
    server_pair: tuple[XmppServer, XmppServer],
    refuse_once: Refuse,
    is_removed: bool,
) -> None:
    publication, friend = await shared(house, cooperative)
    (running,) = house.runtime[Publishing].publications.values()
    refused = refuse_once(house, "delete_node")
    if is_removed:
        house.hass.config_entries.async_remove_subentry(house.entry, publication.subentry_id)
    else:
        await house.grant(friend)
    await until(lambda: cooperative.state("status").state == "withdrawn")
    user = house.account.jid.partition("@")[0]
    await until(lambda: running.node not in server_pair[0].nodes(user))
    assert refused == [(running.node,)]


async def test_what_is_to_be_said_again_keeps_nothing_busy_without_a_link(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    server_pair: tuple[XmppServer, XmppServer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await shared(house, cooperative)
    runtime = house.runtime
    await hass.async_add_executor_job(server_pair[0].stop)
    try:
        await until(lambda: not runtime.session.is_online)
        looks: list[None] = []
        monkeypatch.setattr(runtime[Policy], "look", lambda: looks.append(None))
        runtime[GrantAnnouncer].again_at = time.monotonic()
        runtime[Reconciler].wake()
        await until(lambda: looks)
        for _ in range(100):
            await asyncio.sleep(0)
        assert len(looks) < 5
    finally:
        await hass.async_add_executor_job(server_pair[0].start)
