"""Where an account runs, and the parts that it has there."""

from collections.abc import Callable
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from ..listeners import Listeners
from ..protocol.budget import Budgets
from ..protocol.model import BareJid
from .config import CONF_JID
from .own_keys import OwnKeys
from .store import AccountStore
from .xmpp.session import Session


class AccountContext:
    """What the parts of an account are made of; a part asks it for others, by what they are."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        store: AccountStore,
        own: OwnKeys,
        session: Session,
    ) -> None:
        self.hass, self.entry, self.store = hass, entry, store
        self.own, self.session = own, session
        self.budgets = Budgets()
        self.arrived = Listeners[BareJid]()
        """Of somebody who has just come."""
        self.moved = Listeners[BareJid, BareJid]()
        """Of who is at another address: the old one, and the new."""
        self.made: dict[Any, Any] = {}
        """What was made so far, by what it is."""

    @property
    def jid(self) -> BareJid:
        """The account's own address."""
        return BareJid(self.entry.data[CONF_JID])

    def __getitem__[Made](self, kind: Callable[[AccountContext], Made]) -> Made:
        """Return the one of a kind that this account has, made when it is asked for first."""
        if kind not in self.made:
            self.made[kind] = kind(self)
        made: Made = self.made[kind]
        return made
