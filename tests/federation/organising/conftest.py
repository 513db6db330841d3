"""A collection of the cooperative, and homes that take part in it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
import time
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.sen1.const import FRIEND
from custom_components.sen1.federation.config import (
    AskData,
    CollectionData,
    FriendKind,
    publication_data,
)
from custom_components.sen1.federation.entities import boards
from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.follow.series import Series
from custom_components.sen1.federation.organising.collections import Collections, new_token
from custom_components.sen1.federation.participating.joining import Joining, charter_id
from custom_components.sen1.federation.participating.kept import sheet_of
from custom_components.sen1.federation.participating.offers import Offers
from custom_components.sen1.federation.participating.participations import Participations
from custom_components.sen1.federation.relations.members import Member, Memberships
from custom_components.sen1.moments import local
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.protocol.term import GrantData
from testbed.xmpp import Account, XmppServer

from ..conftest import Home, add_account, until

COLLECTION = "3f6a00c2d4e5f601"

type Newcomer = Callable[[str], Awaitable[Home]]


def ask(
    what: str = "consumption",
    granularity: str = "live",
    past_days: int = 0,
    *,
    is_needed: bool = False,
) -> AskData:
    """Return one thing that is asked for."""
    return AskData(what=what, granularity=granularity, past_days=past_days, is_needed=is_needed)


def granted(*publications: ConfigSubentry) -> list[GrantData]:
    """Return grants of publications, for a month."""
    now = datetime.now(UTC)
    return [
        GrantData(
            publication=publication_data(one)["publication"],
            begin=now.isoformat(timespec="milliseconds"),
            until=(now + timedelta(days=30)).isoformat(timespec="milliseconds"),
            purpose="investment",
            retention_days=365,
        )
        for one in publications
    ]


def collect(
    organiser: Home,
    asks: Sequence[AskData] = (ask(),),
    *given_back: ConfigSubentry,
    collection: str = COLLECTION,
) -> ConfigSubentry:
    """Let an account organise a collection."""
    data = CollectionData(
        kind=FriendKind.COLLECTION,
        collection=collection,
        token=new_token(),
        grants=granted(*given_back),
        asks=list(asks),
        purpose="investment",
        reason="To know how much our roofs give us.",
        responsible="The cooperative",
        contact="data@coop.test",
        until=(dt_util.now() + timedelta(days=365)).date().isoformat(),
        retention_days=365,
        charter="We tell nobody what a home uses.",
        charter_version=1,
        charter_at=round(time.time(), 3),
        revision=1,
    )
    subentry = ConfigSubentry(
        data=MappingProxyType(dict(data)), subentry_type=FRIEND, title="Lucioles", unique_id=None
    )
    organiser.hass.config_entries.async_add_subentry(organiser.entry, subentry)
    return subentry


def current(home: Home, subentry: ConfigSubentry) -> ConfigSubentry:
    """Return a subentry as it is now."""
    return home.entry.subentries[subentry.subentry_id]


def change(organiser: Home, subentry: ConfigSubentry, **data: Any) -> None:
    """Change what a collection says."""
    known = current(organiser, subentry)
    organiser.hass.config_entries.async_update_subentry(
        organiser.entry, known, data={**known.data, **data}
    )


async def offered(home: Home, organiser: Home, subentry: ConfigSubentry) -> str:
    """Open the link of a collection; return the offer's id once its sheet is there."""
    link = organiser.runtime[Collections].link(current(organiser, subentry))
    offers = home.runtime[Offers]
    offer_id = offers.open(link)
    await until(lambda: offers.all[offer_id]["sheet"])
    return offer_id


def joining(home: Home, offer_id: str, name: str = "", **said: Any) -> Joining:
    """Return what a household agrees to that has read the sheet of an offer."""
    sheet = sheet_of(home.runtime[Offers].all[offer_id]["sheet"])
    assert sheet is not None
    last = min(dt_util.now() + timedelta(days=90), local(sheet.until - 1.0)).date()
    return Joining(charter_id(sheet), last.isoformat(), name, is_of_age=True, **said)


def agree(home: Home, subentry_id: str, challenge: Mapping[str, Any] | None = None) -> None:
    """Let a household agree to the charter as it has come, and to a challenge that it read."""
    sheet = home.runtime[Participations].sheet(subentry_id)
    assert sheet is not None
    home.runtime[Participations].agree(subentry_id, charter_id(sheet), challenge)


async def join(
    home: Home,
    organiser: Home,
    subentry: ConfigSubentry,
    *,
    name: str = "",
    **gives: ConfigSubentry,
) -> str:
    """Let a home take part; return the id of its subentry."""
    offer_id = await offered(home, organiser, subentry)
    named = {what: publication_data(one)["publication"] for what, one in gives.items()}
    return home.runtime[Participations].join(
        offer_id, joining(home, offer_id, name), named, granted(*gives.values())
    )


def members(organiser: Home, collection: str = COLLECTION) -> list[Member]:
    """Return the members of a collection."""
    return organiser.runtime[Memberships].of_collection(collection)


async def is_member(organiser: Home, home: Home) -> Member:
    """Return a home as a member, once it is one and knows it."""

    def found() -> Member | None:
        of_home = (one for one in members(organiser) if one.jid == home.account.jid)
        return next((one for one in of_home if one.data["told"]), None)

    member: Member = await until(found)
    return member


async def is_done(home: Home) -> None:
    """Wait until nothing is left to be erased, or told, to those a home parted from."""
    kept = home.runtime.store.content
    await until(lambda: not kept["chores"] and not kept["left"])


async def series_of(organiser: Home, home: Home) -> Series:
    """Return the one series that a home gives, once a reading is there."""
    jid = BareJid(home.account.jid)

    def newest() -> Series | None:
        for series in organiser.runtime[Following].series.get(jid, {}).values():
            return series if series.follower.latest else None
        return None

    found: Series = await until(newest)
    return found


@pytest.fixture
def boards_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be waited for that may come with what has come."""
    monkeypatch.setattr(boards, "TOGETHER", 0.05)


@pytest.fixture
async def newcomer(
    hass: HomeAssistant, servers: Any, accounts: Callable[..., Account]
) -> AsyncIterator[Newcomer]:
    """Return what adds another home, at the house's server."""
    added: list[str] = []
    server: XmppServer = servers.maison

    async def add(name: str) -> Home:
        account = accounts(server, name)
        entry = await add_account(hass, account)
        added.append(entry.entry_id)
        return Home(hass, account, entry)

    yield add
    for entry_id in added:
        await hass.config_entries.async_unload(entry_id)
