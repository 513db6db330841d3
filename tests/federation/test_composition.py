"""What an account is made of: each thing that may come has one part that takes it."""

import asyncio
from collections import Counter
from unittest.mock import MagicMock

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.account import Account
from custom_components.sen1.federation.own_keys import OwnKeys
from custom_components.sen1.federation.part import Part
from custom_components.sen1.federation.store import AccountStore
from custom_components.sen1.protocol.catalogue import CATALOGUE
from custom_components.sen1.protocol.collecting.collection import COLLECT
from custom_components.sen1.protocol.quoalise import TITLES
from custom_components.sen1.protocol.trust.kinds import KINDS, StatementKind
from custom_components.sen1.protocol.trust.receipts import GET_DAY


async def an_account(hass: HomeAssistant) -> Account:
    """Return an account that was made, and not started."""
    data = {"kind": "account", "jid": "alice@maison.test", "resource": "sen1"}
    entry = MockConfigEntry(domain=DOMAIN, data=data)
    entry.add_to_hass(hass)
    own = OwnKeys(hass, entry.entry_id)
    await own.async_load()
    store = AccountStore(hass, entry.entry_id)
    return Account(hass, entry, store, own, lambda _on_event: MagicMock())


async def test_each_statement_and_each_command_has_one_part_that_takes_it(
    hass: HomeAssistant,
) -> None:
    parts = (await an_account(hass))._parts
    taken = Counter(kind for part in parts for kind in (*part.takes, *part.verifies))
    said = {kind for kind, row in KINDS.items() if row.tag} | {StatementKind.ROLLOVER}
    assert taken == dict.fromkeys(said, 1)
    assert {kind for part in parts for kind in part.admits} == {
        StatementKind.JOINED,
        StatementKind.MOVED,
    }
    answered = Counter(name for part in parts for name in part.answers)
    assert answered == dict.fromkeys((*TITLES, *CATALOGUE, COLLECT, GET_DAY), 1)


async def test_no_part_begins_anything_before_it_is_started(hass: HomeAssistant) -> None:
    tasks, timers = asyncio.all_tasks(), list(hass.loop._scheduled)  # type: ignore[attr-defined]
    listened = dict(hass.bus.async_listeners())
    account = await an_account(hass)
    assert asyncio.all_tasks() == tasks
    assert hass.loop._scheduled == timers  # type: ignore[attr-defined]
    assert hass.bus.async_listeners() == listened
    assert len({type(part) for part in account._parts}) == len(account._parts)
    assert all(isinstance(part, Part) for part in account._parts)
