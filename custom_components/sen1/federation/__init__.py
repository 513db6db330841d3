"""The federation: the XMPP session, what this home publishes, whom it follows."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any
from xml.etree.ElementTree import tostring

from homeassistant.const import EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event as HomeAssistantEvent, HomeAssistant

from ..protocol.errors import LinkRefused
from ..protocol.follower import Status
from ..protocol.model import BareJid
from .account import Account, AccountConfigEntry
from .config import CONF_LINK, credentials_of
from .farewell import FAREWELLS, async_load_farewells, async_say, farewell_of, keys_in, take_up
from .follow.following import Following
from .friends import Friends
from .issues import OF_AN_ACCOUNT, async_take_back, async_take_back_all
from .kept import MovedAway
from .own_keys import OwnKeys
from .own_words import async_load_own_words
from .participating.offers import Offers
from .publish.publications import Publishing
from .relations.addresses import Addresses
from .running import RunningEntry
from .showing.actions import async_register
from .store import AccountStore
from .xmpp.credentials import Credentials
from .xmpp.events import Event
from .xmpp.session import Session

PLATFORMS = [Platform.BINARY_SENSOR, Platform.EVENT, Platform.SENSOR]


async def async_setup(hass: HomeAssistant) -> None:
    """Offer the action, and take up what an earlier run could not finish."""
    await async_load_own_words(hass)
    async_register(hass)
    await async_load_farewells(hass)


async def async_setup_entry(hass: HomeAssistant, entry: AccountConfigEntry) -> None:
    """Make the account from what is remembered and let it run.

    The server is not waited for: friends' series must be there, and say why they have no value,
    also when it is away.
    """
    async_take_back(hass, entry.entry_id, *OF_AN_ACCOUNT)
    store = AccountStore(hass, entry.entry_id)
    await store.async_load()
    credentials = credentials_of(entry)
    taken = await hass.data[FAREWELLS].async_take_over(credentials.jid)
    own = OwnKeys(hass, entry.entry_id)
    await own.async_load(keys_in(taken))
    account = entry.runtime_data = await _make(hass, entry, credentials, store, own)
    if account[Addresses].here not in ("", credentials.jid):
        # While the account did not run: what it had at the old server stays there.
        account.we_moved(credentials.jid, who_signs(account))
    account[Addresses].settle(credentials.jid)
    for farewell in taken:
        take_up(account, farewell)
    if taken:
        await store.async_save()
        await hass.data[FAREWELLS].async_save()
    await account.async_start()
    account.task = entry.async_create_background_task(hass, account.run(), "sen1 account")
    if CONF_LINK in entry.data:
        # A collection's, that was in the form of the new account.
        data = dict(entry.data)
        with suppress(LinkRefused):
            account[Offers].open(data.pop(CONF_LINK))
        hass.config_entries.async_update_entry(entry, data=data)

    async def on_change(hass: HomeAssistant, entry: AccountConfigEntry) -> None:
        changed = credentials_of(entry)
        if changed == credentials:
            await account.async_apply()
            return
        if changed.jid != credentials.jid:
            await _move(hass, entry, account, credentials)
        hass.config_entries.async_schedule_reload(entry.entry_id)

    async def on_stop(_event: HomeAssistantEvent) -> None:
        await account.async_stop()

    entry.async_on_unload(entry.add_update_listener(on_change))
    entry.async_on_unload(hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, on_stop))


async def _make(
    hass: HomeAssistant,
    entry: AccountConfigEntry,
    credentials: Credentials,
    store: AccountStore,
    own: OwnKeys,
) -> Account:
    """Return an account that does not run yet."""
    ssl_context = await hass.async_add_executor_job(credentials.ssl_context)

    def make_session(on_event: Callable[[Event], None]) -> Session:
        return Session(credentials, ssl_context, title=entry.title, on_event=on_event)

    return Account(hass, entry, store, own, make_session)


async def _move(
    hass: HomeAssistant, entry: AccountConfigEntry, account: Account, left: Credentials
) -> None:
    """Stop an account and leave its address, which is another by now.

    Friends and publications come along, the old server keeps nothing.
    """
    await account.async_stop()
    here, along = credentials_of(entry).jid, who_signs(account)
    statements = account.statements
    signed = tostring(statements.moved_to(here), encoding="unicode")
    moved = MovedAway(entry_id=entry.entry_id, signed=signed)
    farewell = farewell_of(account, left, moved, along)
    # What is at the new address is of whoever had it before.
    await statements.own.async_note(published=False)
    account.we_moved(here, along)
    await account.store.async_save()
    await async_say(hass, farewell)


async def async_unload_entry(hass: HomeAssistant, entry: AccountConfigEntry) -> None:
    """End the session and save what was learnt."""
    await entry.runtime_data.async_stop()


async def async_remove_entry(hass: HomeAssistant, entry: AccountConfigEntry) -> None:
    """Leave nothing of ours on the server and nothing of friends here, forget the account."""
    async_take_back_all(hass, entry)
    store = AccountStore(hass, entry.entry_id)
    await store.async_load()
    own = OwnKeys(hass, entry.entry_id)
    await own.async_load()
    credentials = credentials_of(entry)
    account = await _make(hass, entry, credentials, store, own)
    await async_say(hass, farewell_of(account, credentials))
    await account.async_remove()


def who_signs(account: Account) -> set[BareJid]:
    """Return the friends who follow us to another address: they know our key, and we theirs."""
    return {jid for jid in account[Friends].everybody() if account.trust.signs(jid)}


async def async_diagnostics(hass: HomeAssistant, entry: AccountConfigEntry) -> dict[str, Any]:
    """Return what a helper needs to understand a fault."""
    account: Account | None = getattr(entry, "runtime_data", None)
    return {"link": "never opened"} if account is None else account.diagnostics()


def async_health(entries: Sequence[RunningEntry]) -> dict[str, Any]:
    """Return what the system-health page says of these accounts."""
    accounts = [entry.runtime_data for entry in entries]
    series = [s for account in accounts for s in account[Following].all_series()]
    received = [s for s in series if s.status is Status.RECEIVING]
    online = [account for account in accounts if account.session.is_online]
    publishers = [p.publisher for a in accounts for p in a[Publishing].publications.values()]
    return {
        "accounts_online": f"{len(online)}/{len(accounts)}",
        "series_received": f"{len(received)}/{len(series)}",
        "readings_waiting": sum(p.waiting + p.backlog for p in publishers),
        "stanzas_refused": sum(account.journal.refused_in_all.total() for account in accounts),
    }
