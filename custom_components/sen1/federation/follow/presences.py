"""Who of the friends is there, and where their installations are asked."""

from collections.abc import Mapping
import time
from typing import Any

from ...listeners import Listeners
from ...protocol.budget import Effort
from ...protocol.model import BareJid
from ..context import AccountContext
from ..part import Part
from ..relations.relations import Relations
from ..trust.trust import Trust
from ..xmpp.events import GrantMessage, Notification, Presence
from .history_client import HistoryClient

MOST_CLIENTS = 16
"""Clients of one friend that are known; more is nobody's telephones."""

MOST_THERE = 2000
"""Who is noted to be there before it is known to be a friend: as many as circles have, twice."""

UNHEARD = 60.0
"""Seconds in which nothing came of who sends no presence: what comes then says that it is there."""


class Presences(Part):
    """Note who comes and goes; of who sends no presence, by what it says."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._trust, self._budgets, self._arrived = context[Trust], context.budgets, context.arrived
        self._relations, self._history = context[Relations], context[HistoryClient]
        self.clients: dict[BareJid, dict[str, bool]] = {}
        """Friends who are there: the full address of each client, and whether it is of SEN1."""
        self._without: Mapping[BareJid, str] = {}
        """Who sends no presence, and the full address that answers when it is there."""
        self._heard: dict[BareJid, float] = {}
        """Of these, when something came last; monotonic, seconds."""
        self.installed = Listeners[BareJid]()
        """Of a friend whose installation has just come."""
        self.heard = Listeners[BareJid]()
        """Of who sends no presence, and has come by what it says."""
        self.hears = {
            Presence: self._hear_presence,
            GrantMessage: lambda event: self.take_sign(event.sender),
            Notification: lambda event: self.take_sign(event.publisher),
        }

    def is_there(self, friend: BareJid) -> bool:
        """Return whether somebody is there, or may be: of some nobody knows."""
        return friend in self.clients or friend in self._without

    def set_without(self, addresses: Mapping[BareJid, str]) -> None:
        """Ask these, who send no presence, where they say they are, whether there or not."""
        before, self._without = self._without, dict(addresses)
        for jid in {jid for jid, _ in before.items() ^ addresses.items()}:
            self._set_addresses(jid)
            if jid not in addresses:
                self._heard.pop(jid, None)

    def _set_addresses(self, jid: BareJid) -> None:
        """Let what is asked of a friend go to its installations, while its key is the one known."""
        addresses: list[str] = []
        if not self._trust.is_stopped(jid):
            clients = self.clients.get(jid, {})
            addresses += [address for address in clients if clients[address]]
            if not addresses and jid in self._without:
                addresses.append(self._without[jid])
        self._history.set_addresses(jid, addresses)

    known = _set_addresses

    def online(self, *, resumed: bool) -> None:
        """Note that nobody is known to be there over a new link."""
        if resumed:
            return
        self.clients.clear()
        self._history.addresses.clear()
        for jid in self._without:
            self._set_addresses(jid)

    def moved(self, old: BareJid, new: BareJid) -> None:
        """Wait for a friend at its new address."""
        self.clients.pop(old, None)
        self._heard.pop(old, None)
        self._history.move(old)

    def take_sign(self, jid: BareJid) -> None:
        """Note that something came, which may say that who sends no presence is there."""
        if jid not in self._without:
            return
        now = time.monotonic()
        before, self._heard[jid] = self._heard.get(jid, -UNHEARD), now
        if now >= before + UNHEARD:
            self.heard.tell(jid)
            self._set_addresses(jid)
            self._arrived.tell(jid)

    def _hear_presence(self, event: Presence) -> None:
        """Take who is there where that matters; presences of strangers end here."""
        if not self._is_awaited(event.sender):
            if self.clients.pop(event.sender, None) is not None:
                self._history.set_addresses(event.sender, ())
            return
        if event.available:
            is_new = event.is_installation and event.sender not in self._history.addresses
            self._trust.take_coming(event.sender, event.address, is_new=is_new)
        self.take(event)

    def _is_awaited(self, jid: BareJid) -> bool:
        """Return whether it matters that somebody is there.

        Of who comes to a circle the presence may be here before the roster says that it came.
        """
        is_room = len(self.clients) < MOST_THERE
        return self._relations.is_friend(jid) or (is_room and self._relations.may_come(jid))

    def take(self, event: Presence) -> None:
        """Note who is there; tell if a friend, or a friend's installation, has just come."""
        friend, clients = event.sender, self.clients.pop(event.sender, {})
        was_there, was_installed = bool(clients), any(clients.values())
        if event.available and (event.address in clients or len(clients) < MOST_CLIENTS):
            clients[event.address] = event.is_installation
        elif event.address == friend:
            clients.clear()
        elif not event.available:
            clients.pop(event.address, None)
        if clients:
            self.clients[friend] = clients
        self._set_addresses(friend)
        has_installation_come = any(clients.values()) and not was_installed
        has_come = has_installation_come or (bool(clients) and not was_there)
        # What one who comes too often missed it hears of with the next reading.
        if has_come and self._budgets.take(Effort.PRESENCE, friend, time.monotonic()):
            if has_installation_come:
                self.installed.tell(friend)
            self._arrived.tell(friend)

    def of_friend(self, jid: BareJid) -> dict[str, Any]:
        """Return whether a friend is there."""
        return {"present": jid in self.clients}
