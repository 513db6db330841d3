"""Moving to another address: friends who sign come along, and nobody is asked."""

from collections.abc import Callable
from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation import farewell, moving
from custom_components.sen1.federation.config import friend_data, friends_of, publication_data
from custom_components.sen1.federation.farewell import FAREWELLS
from testbed.xmpp import Account, XmppServer

from .conftest import ON_EACH_PAIR, Home, until
from .pages.test_flows import form
from .test_exchange import shared
from .test_farewell import nodes

type Meter = Callable[[object], None]
type Servers = tuple[XmppServer, XmppServer]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait seconds where a household would wait a minute."""
    monkeypatch.setattr(farewell, "PATIENCE", 5.0)
    monkeypatch.setattr(farewell, "AGAIN_FIRST", 0.5)
    monkeypatch.setattr(moving, "AGAIN_FIRST", 1.0)


async def move(home: Home, new: Account) -> Home:
    """Change the address of an account through its flow; return it where it is now."""
    flow = await home.hass.config_entries.flow.async_init(
        DOMAIN, context={"source": "reconfigure", "entry_id": home.entry.entry_id}
    )
    result = await home.hass.config_entries.flow.async_configure(flow["flow_id"], form(new))
    assert result["reason"] == "reconfigure_successful", result
    before = home.runtime
    await until(lambda: getattr(home.entry, "runtime_data", before) is not before)
    await until(lambda: home.entry.state is ConfigEntryState.LOADED)
    return Home(home.hass, new, home.entry)


def friend_of(home: Home) -> ConfigSubentry:
    """Return the one friend of a home."""
    (friend,) = friends_of(home.entry).values()
    return friend


def entities(home: Home) -> dict[str, str]:
    """Return the entities of what a home follows."""
    registry = er.async_get(home.hass)
    found = er.async_entries_for_config_entry(registry, home.entry.entry_id)
    return {entity.unique_id: entity.entity_id for entity in found}


def issues(hass: HomeAssistant) -> set[str]:
    """Return what the household is told, or asked, in the repairs."""
    return {issue_id for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN}


async def knows(home: Home, friend: Account) -> None:
    """Wait until a home has pinned a friend's key."""
    await until(lambda: home.runtime.trust.signs(friend.jid))


async def stands(home: Home, friend: Account) -> None:
    """Wait until a friendship stands in a roster."""

    async def is_so() -> bool:
        if not home.runtime.session.is_online:
            return False
        known = (await home.runtime.session.roster()).get(friend.jid)
        return known is not None and known.ours and known.theirs

    await until(is_so)


@ON_EACH_PAIR
async def test_who_moves_keeps_its_friends_and_they_its_readings(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: Servers,
) -> None:
    publication, _friend = await shared(house, cooperative)
    await knows(house, cooperative.account)
    await knows(cooperative, house.account)
    (series,) = cooperative.series()
    statistic, followed = series.statistic_id, friend_of(cooperative)
    known, key = entities(cooperative), house.runtime.trust.keys.public
    told = issues(hass)
    moved = await move(house, accounts(server_pair[1], "alice"))
    await until(lambda: friend_data(friend_of(cooperative))["jid"] == moved.account.jid)
    meter(700)
    await until(lambda: (state := cooperative.state()) and state.state == "700")
    assert issues(hass) == told
    assert moved.runtime.trust.keys.public == key
    # The friend is the one it was, and so are its series and what shows them.
    assert friend_of(cooperative).subentry_id == followed.subentry_id
    assert friend_of(cooperative).unique_id == moved.account.jid
    assert cooperative.series() == [series]
    assert series.statistic_id == statistic
    assert entities(cooperative) == known
    await stands(moved, cooperative.account)
    await stands(cooperative, moved.account)
    expected = [f"urn:sen1:publication:0:{publication_data(publication)['publication']}"]
    assert nodes(server_pair[1], moved.account) == expected
    # The old server keeps no more than the word of where it is now.
    await until(lambda: not nodes(server_pair[0], house.account))
    await until(lambda: not hass.data[FAREWELLS])
    assert not server_pair[0].roster(house.account.jid.partition("@")[0])
    assert house.account.jid not in await cooperative.runtime.session.roster()
