"""Circles: many friends at once, whoever a rule admits.

A circle bears grants as a friend does. Who it admits and who has come, by asking to be a friend,
receives them; who leaves, is sent away or is admitted no more is parted from. The server's roster
says who has come, so a circle needs no entry for each member, and an address with a slip in it
gets nothing before its owner comes.
"""

from collections.abc import Container, Iterator, Mapping
import secrets
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from slixmpp import JID

from ...protocol.model import BareJid, PublicationId
from ...protocol.term import GrantData
from ..config import Admission, CircleData, circle_data, circles_of, friends_of
from ..context import AccountContext
from ..part import Part
from ..store import SOON
from ..talk.chores import Chores
from ..talk.parting import Partings
from ..xmpp.session import Subscription
from .addresses import Addresses

MOST_MEMBERS = 1000
"""Members of all circles together who are agreed to without asking: an open door has a limit."""


class Circles(Part):
    """Say who belongs, by what the user decided and by the roster."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self.joined: dict[str, float] = self._store.by_friend("joined")
        """Who has come to a circle and is admitted → when."""
        self._invited: dict[str, list[str]] = self._store.kept("invited", {})
        """Circle's subentry → who showed its invitation."""
        self._chores, self._partings = context[Chores], context[Partings]
        self._addresses = context[Addresses]

    @property
    def expected(self) -> set[BareJid]:
        """Who is on a list, and so is asked to come."""
        return {
            jid
            for circle in self._circles()
            if circle["admission"] == Admission.LIST
            for jid in circle["addresses"]
        }

    def members(self, subentry: ConfigSubentry) -> list[BareJid]:
        """Return who has come to a circle, in order."""
        holders = self._invited.get(subentry.subentry_id, ())
        circle = circle_data(subentry)
        return [jid for jid in sorted(map(BareJid, self.joined)) if is_in(circle, jid, holders)]

    def agrees_to(self, jid: BareJid) -> bool:
        """Return whether somebody who asks is agreed to without asking the household."""
        is_known = jid in self.joined or len(self.joined) < MOST_MEMBERS
        return is_known and any(self._circles_for(jid))

    def grants_of(self, jid: BareJid) -> Iterator[GrantData]:
        """Yield what a member is granted by all its circles."""
        for circle in self._circles_for(jid):
            yield from circle["grants"]

    def take_token(self, jid: BareJid, token: str) -> bool:
        """Note that somebody holds an invitation of ours; return whether it is one."""
        for subentry_id, subentry in circles_of(self._entry).items():
            known = circle_data(subentry).get("token", "")
            if known and secrets.compare_digest(known.encode(), token.encode()):
                holders = self._invited.setdefault(subentry_id, [])
                if jid not in holders and len(holders) < MOST_MEMBERS:
                    holders.append(jid)
                    self._store.save_within(SOON)
                return True
        return False

    def apply(self) -> None:
        """Part from those whom what the user decided now admits no more."""
        for gone in self._invited.keys() - circles_of(self._entry).keys():
            del self._invited[gone]
        self._keep({jid for jid in map(BareJid, self.joined) if any(self._circles_for(jid))})

    def take_roster(self, roster: Mapping[BareJid, Subscription]) -> bool:
        """Take who has come and who has left; return whether anybody has."""
        known = set(self.joined)
        # Who left is to be removed from it still.
        parting = {chore["friend"] for chore in self._chores}
        came = {jid for jid, known_as in roster.items() if known_as.theirs and jid not in parting}
        # Of a member that moved, or to whom we did, the new roster knows nothing yet.
        came |= {BareJid(jid) for jid in known if jid in self._addresses.arriving}
        self._keep({jid for jid in came if self.agrees_to(jid)})
        return known != set(self.joined)

    def moved(self, old: BareJid, new: BareJid) -> None:
        """Let an invitation be shown by a new address."""
        for holders in self._invited.values():
            holders[:] = [new if jid == old else jid for jid in holders]

    def diagnostics(self) -> dict[str, Any]:
        """Return how many have come."""
        return {"members": len(self.joined)}

    def _keep(self, members: set[BareJid]) -> None:
        friends = friends_of(self._entry)
        for jid in map(BareJid, self.joined.keys() - members):
            del self.joined[jid]
            if jid not in friends:
                self._partings.note(jid, is_named=False)
        now = time.time()
        for jid in members - self.joined.keys():
            self.joined[jid] = now
        self._store.save_within(SOON)

    def _circles(self) -> Iterator[CircleData]:
        return map(circle_data, circles_of(self._entry).values())

    def _circles_for(self, jid: BareJid) -> Iterator[CircleData]:
        for subentry_id, subentry in circles_of(self._entry).items():
            circle = circle_data(subentry)
            holders = self._invited.get(subentry_id, ())
            if is_in(circle, jid, holders):
                yield circle


def is_for_everyone(entry: ConfigEntry, publication: PublicationId) -> bool:
    """Return whether anybody who asks may receive a publication."""
    return any(
        grant["publication"] == publication
        for circle in map(circle_data, circles_of(entry).values())
        if circle["admission"] == Admission.EVERYONE
        for grant in circle["grants"]
    )


def is_in(circle: CircleData, jid: BareJid, holders: Container[str]) -> bool:
    """Return whether a circle admits somebody; `holders` showed its invitation."""
    if jid in circle["excluded"]:
        return False
    match circle["admission"]:
        case Admission.LIST:
            return jid in circle["addresses"]
        case Admission.DOMAIN:
            return bool(JID(jid).domain == circle["domain"])
        case Admission.INVITATION:
            return jid in holders
        case _:
            return True
