"""The order in which an account sees to its parts, where another order would lose something."""

from collections.abc import Awaitable, Callable
import json
from pathlib import Path
import time
from typing import Any
from unittest.mock import AsyncMock

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import STORAGE_DIR

from custom_components.sen1.federation.account import Account
from custom_components.sen1.federation.config import friend_data, publication_data
from custom_components.sen1.federation.consent.policy import Policy
from custom_components.sen1.federation.publish import reconciler
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.store import AccountStore
from custom_components.sen1.protocol.model import BareJid, PublicationId
from custom_components.sen1.protocol.trust.kinds import EventKind, StatementKind
from testbed.xmpp import XmppServer

from .conftest import Held, Home, until
from .relations.test_circles import add_circle
from .test_exchange import Meter, shared

MEMBER = BareJid("member@nowhere.test")
ANOTHER = PublicationId("00000000-0000-4000-8000-000000000001")


def journal_of(home: Home) -> Path:
    return Path(home.hass.config.path(STORAGE_DIR, f"sen1.{home.entry.entry_id}.journal"))


def entered(home: Home) -> list[str]:
    """Return the kinds of what is in the journal, oldest first."""
    return [json.loads(line)["kind"] for line in journal_of(home).read_text().splitlines()]


def once(runtime: Account) -> Callable[[], Awaitable[None]]:
    """Return what applies what is decided: nothing else does, which would do it a second time."""
    apply = runtime.async_apply
    runtime.async_apply = AsyncMock()  # type: ignore[method-assign]
    return apply


async def test_a_journal_begins_before_what_the_start_of_an_account_finds(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    _publication, friend = await shared(house, cooperative)
    await hass.config_entries.async_unload(house.entry.entry_id)
    await hass.async_add_executor_job(journal_of(house).unlink)
    hass.config_entries.async_remove_subentry(house.entry, friend.subentry_id)
    await hass.config_entries.async_setup(house.entry.entry_id)
    await house.runtime.journal.written()
    kinds = entered(house)
    # Who was removed meanwhile is parted from as the account starts.
    assert kinds[0] == EventKind.BEGAN
    assert StatementKind.WITHDRAWAL in kinds
    await until(lambda: cooperative.state("status").state == "withdrawn")
    await until(lambda: not house.runtime.store.content["chores"])
    assert cooperative.account.jid not in await house.runtime.session.roster()


async def test_what_the_journal_enters_last_is_kept_in_the_file_that_is_saved_last(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    await shared(house, cooperative)
    jid = BareJid(cooperative.account.jid)
    house.runtime.journal.decided(jid, ANOTHER)
    await hass.config_entries.async_unload(house.entry.entry_id)
    store = AccountStore(hass, house.entry.entry_id)
    await store.async_load()
    assert ANOTHER in store.content["entered"][jid]


async def test_who_a_circle_had_is_granted_nothing_as_soon_as_the_circle_is_gone(
    hass: HomeAssistant, house: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    circle = await add_circle(house, "list", publication, who=MEMBER)
    runtime = house.runtime
    runtime.store.content["joined"][MEMBER] = time.time()
    runtime[Policy].apply()
    assert MEMBER in runtime[Policy].grantees
    apply = once(runtime)
    hass.config_entries.async_remove_subentry(house.entry, circle.subentry_id)
    await apply()
    assert MEMBER not in runtime[Policy].grantees


async def test_what_is_taken_back_is_entered_as_it_is_decided(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    publication, friend = await shared(house, cooperative)
    runtime, jid = house.runtime, BareJid(cooperative.account.jid)
    apply = once(runtime)
    data = {**friend_data(friend), "grants": []}
    hass.config_entries.async_update_subentry(house.entry, friend, data=data)
    decided: list[tuple[Any, ...]] = []
    runtime.journal.decided = lambda *said: decided.append(said)  # type: ignore[method-assign]
    await apply()
    assert decided == [(jid, publication_data(publication)["publication"])]


async def test_a_node_is_deleted_however_long_a_former_friend_does_not_answer(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    server_pair: tuple[XmppServer, XmppServer],
    hold: Callable[[Any, str], Held],
) -> None:
    publication, friend = await shared(house, cooperative)
    (running,) = house.runtime[Publishing].publications.values()
    user = house.account.jid.partition("@")[0]
    assert running.node in server_pair[0].nodes(user)
    parting = hold(reconciler, "part_from")
    await hass.async_add_executor_job(server_pair[0].stop)
    try:
        await until(lambda: not house.runtime.session.is_online)
        hass.config_entries.async_remove_subentry(house.entry, friend.subentry_id)
        await until(lambda: house.runtime.store.content["chores"])
        hass.config_entries.async_remove_subentry(house.entry, publication.subentry_id)
        await until(lambda: len(house.runtime.store.content["chores"]) == 2)
    finally:
        await hass.async_add_executor_job(server_pair[0].start)
    await until(lambda: parting.calls)
    assert running.node not in server_pair[0].nodes(user)
    parting.go.set()
    await until(lambda: not house.runtime.store.content["chores"])
