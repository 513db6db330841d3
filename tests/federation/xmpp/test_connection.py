"""Drops of every kind: the account comes back by itself and nothing is left behind."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
import logging
import time

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.diagnostics import async_get_config_entry_diagnostics
from custom_components.sen1.federation.inviting.invitations import Invitations
from custom_components.sen1.federation.inviting.kept import InvitationState, state_of
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.store import AccountStore
from custom_components.sen1.federation.xmpp.session import Session
from custom_components.sen1.protocol.errors import ResourceConflict
from custom_components.sen1.system_health import async_system_health_info
from testbed.xmpp import XmppServer

from ..conftest import ON_EACH_PAIR, Home, until
from ..test_exchange import shared


@ON_EACH_PAIR
async def test_a_killed_server_is_met_again(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    server_pair: tuple[XmppServer, XmppServer],
    caplog: pytest.LogCaptureFixture,
) -> None:
    await shared(house, cooperative)
    caplog.clear()
    await hass.async_add_executor_job(server_pair[0].kill)
    await until(lambda: not house.runtime.session.is_online)
    meter(800)
    await hass.async_add_executor_job(server_pair[0].start)
    await until(lambda: house.runtime.session.is_online)
    await until(lambda: cooperative.state().state == "800")
    lines = [
        record.getMessage()
        for record in caplog.records
        if record.name == "custom_components.sen1.federation.xmpp.connection"
        and record.levelno >= logging.INFO
    ]
    assert lines == [
        "Sharing account: no link to the server (connection lost)",
        "Sharing account: the link to the server is back",
    ]


async def test_unloading_ends_the_session_and_loading_goes_on(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    await shared(house, cooperative)
    await hass.config_entries.async_unload(cooperative.entry.entry_id)
    assert cooperative.state().state == "unavailable"
    meter(700)
    await hass.config_entries.async_setup(cooperative.entry.entry_id)
    await until(lambda: cooperative.state().state == "700")


async def test_a_copy_of_the_installation_is_told_and_not_fought(
    hass: HomeAssistant, house: Home
) -> None:
    await until(lambda: house.runtime.session.is_online)
    credentials = house.runtime.session._credentials
    ssl_context = await hass.async_add_executor_job(credentials.ssl_context)
    issues = ir.async_get(hass)
    issue_id = f"resource_conflict_{house.entry.entry_id}"

    def is_told() -> bool:
        return issues.async_get_issue("sen1", issue_id) is not None

    async def meet_a_copy() -> None:
        copy = Session(credentials, ssl_context)
        running = asyncio.create_task(copy.run())
        await until(lambda: is_told() or running.done())
        if running.done():
            assert isinstance(running.exception(), ResourceConflict)
            await until(lambda: house.runtime.session.is_online)
        else:
            await until(lambda: copy.is_online)
            assert not house.runtime.session.is_online
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    # The server cuts a link as it says why: who is just writing does not hear it, and comes back.
    # Then it is the other that is told.
    while not is_told():
        await meet_a_copy()
    await hass.config_entries.async_reload(house.entry.entry_id)
    await until(lambda: house.runtime.session.is_online)
    assert not is_told()


async def test_diagnostics_help_from_afar_and_name_nobody(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    await shared(house, cooperative)
    for home in (house, cooperative):
        diagnostics = await async_get_config_entry_diagnostics(hass, home.entry)
        assert diagnostics["online"] is True
        for secret in (
            house.account.jid,
            cooperative.account.jid,
            home.account.password,
            "maison.test",
            "alice",
            "Meter",
        ):
            assert secret not in str(diagnostics)
    (friend,) = diagnostics["friends"]
    assert friend["series"][0]["status"] == "receiving"
    assert friend["journal"]["received"] >= 1
    await until(lambda: house.runtime.diagnostics()["friends"][0]["journal"].get("seen"))


async def test_diagnostics_of_an_account_that_is_disabled_say_that_it_never_had_a_link(
    hass: HomeAssistant, house: Home
) -> None:
    never = MockConfigEntry(domain=DOMAIN, data=house.entry.data)
    told = await async_get_config_entry_diagnostics(hass, never)
    assert told == {"faults": {}, "link": "never opened"}


async def test_the_system_health_page_counts(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    await shared(house, cooperative)
    (publication,) = house.runtime[Publishing].publications.values()
    # The reading may be at the friend before the server has acknowledged it.
    await until(lambda: publication.publisher.waiting + publication.publisher.backlog == 0)
    assert await async_system_health_info(hass) == {
        "accounts_online": "2/2",
        "series_received": "1/1",
        "readings_waiting": 0,
        "stanzas_refused": 0,
    }


async def test_a_restored_backup_is_told_and_doubles_nothing(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    await shared(house, cooperative)
    issues = ir.async_get(hass)
    issue_id = f"older_copy_{house.entry.entry_id}"
    (publication,) = house.runtime[Publishing].publications.values()
    # Somebody may have come with its link since, and nothing here would know.
    invited = await house.runtime[Invitations].make("Le Goff", list, [], time.time() + 86400)
    await hass.config_entries.async_unload(house.entry.entry_id)
    store = AccountStore(hass, house.entry.entry_id)
    await store.async_load()
    store.content["watermarks"][publication.id] -= 3600
    await store.async_save()
    await hass.config_entries.async_setup(house.entry.entry_id)
    await until(lambda: issues.async_get_issue("sen1", issue_id))
    invitation = house.runtime[Invitations].all[invited]
    assert state_of(invitation) is InvitationState.TAKEN_BACK
    meter(700)
    await until(lambda: cooperative.state().state == "700")
    await hass.config_entries.async_reload(house.entry.entry_id)
    assert issues.async_get_issue("sen1", issue_id) is None
