"""Journals of accounts without a link."""

from dataclasses import replace
import ssl
from unittest.mock import MagicMock
from xml.etree.ElementTree import Element

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import CONF_KIND, DOMAIN, FRIEND
from custom_components.sen1.federation.config import FriendKind
from custom_components.sen1.federation.context import AccountContext
from custom_components.sen1.federation.journal.journal import Journal
from custom_components.sen1.federation.own_keys import OwnKeys, made_keys
from custom_components.sen1.federation.relations.circles import Circles
from custom_components.sen1.federation.relations.relations import Relations
from custom_components.sen1.federation.store import AccountStore
from custom_components.sen1.federation.talk.parting import Partings
from custom_components.sen1.federation.trust.publishing import IdentityNode
from custom_components.sen1.federation.trust.statements import Statements
from custom_components.sen1.federation.trust.trust import Trust
from custom_components.sen1.federation.xmpp.credentials import Credentials
from custom_components.sen1.federation.xmpp.session import Session
from custom_components.sen1.protocol.collecting.collection import (
    collection_to_element,
    joined_to_element,
)
from custom_components.sen1.protocol.model import BareJid, PublicationId
from custom_components.sen1.protocol.trust.keys import Keys
from custom_components.sen1.protocol.trust.kinds import (
    Erased,
    Left,
    StatementKind,
    message_to_element,
)
from custom_components.sen1.protocol.trust.signed import Signed, Statement, sign, signed_in

from ...protocol.collecting.test_collection import JOINED, SHEET

HOME, COOP = BareJid("home@server.test"), BareJid("coop@server.test")
NOON = 1795521600.0
"""Of 24 November 2026, UTC."""
THEIRS = made_keys()


def publication(number: int = 0) -> PublicationId:
    """Return one of several publications."""
    return PublicationId(f"00000000-0000-4000-8000-{number:012}")


def said(payload: Element, kind: StatementKind, at: float = NOON, keys: Keys = THEIRS) -> Signed:
    """Return a statement of the cooperative."""
    return signed_in(sign(keys, kind, Statement(COOP, at, payload, to=HOME)))


def erased(number: int = 0, at: float = NOON) -> Signed:
    """Return that the cooperative erased a publication."""
    return said(message_to_element(Erased(publication(number))), StatementKind.ERASED, at)


def left(at: float = NOON, collection: str = "") -> Signed:
    """Return that the cooperative left, or left a collection."""
    return said(message_to_element(Left(collection)), StatementKind.LEFT, at)


def joined(collection: str) -> Signed:
    """Return that the cooperative takes part in a collection."""
    element = joined_to_element(replace(JOINED, collection=collection))
    return said(element, StatementKind.JOINED, NOON)


def collected(collection: str) -> Signed:
    """Return what the cooperative says of a collection."""
    return said(
        collection_to_element(replace(SHEET, id=collection)), StatementKind.COLLECTION, NOON
    )


def day_said(day: str, entries: int = 1, at: float = NOON) -> Signed:
    """Return what the cooperative says of a day."""
    payload = Element("{urn:sen1:trust:0}day", {"day": day, "entries": str(entries)})
    return said(payload, StatementKind.DAY, at)


class Kept:
    """An account's journal, and what it is made of; the cooperative is a friend."""

    store: AccountStore
    trust: Trust
    statements: Statements
    identity: IdentityNode
    journal: Journal
    partings: Partings

    def __init__(self, hass: HomeAssistant) -> None:
        friend = ConfigSubentryData(
            data={CONF_KIND: FriendKind.HOME, "jid": COOP, "grants": []},
            subentry_type=FRIEND,
            title="Coop",
            unique_id=COOP,
        )
        self.hass = hass
        self.entry = MockConfigEntry(
            domain=DOMAIN, title="Home", data={"jid": HOME}, subentries_data=[friend]
        )
        self.entry.add_to_hass(hass)

    async def begin(self) -> None:
        """Load what an earlier run left."""
        self.store = AccountStore(self.hass, self.entry.entry_id)
        await self.store.async_load()
        own = OwnKeys(self.hass, self.entry.entry_id)
        await own.async_load()
        credentials = Credentials(jid=HOME, password="", resource="sen1")
        session = Session(credentials, ssl.create_default_context(), title="Home")
        context = AccountContext(self.hass, self.entry, self.store, own, session)
        self.trust, self.statements = context[Trust], context[Statements]
        self.identity, self.journal = context[IdentityNode], context[Journal]
        self.partings = context[Partings]
        context.made[Circles] = MagicMock()
        self.journal.relations = context[Relations]
        await self.journal.async_load()

    async def end(self) -> None:
        """Stop as an account does."""
        await self.journal.async_stop()
        await self.store.async_save()

    async def restart(self) -> None:
        """Stop, and begin anew."""
        await self.end()
        await self.begin()
