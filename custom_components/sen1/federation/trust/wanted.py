"""Whose keys are to be known, who of them is there, and what waits until a key is known."""

from collections.abc import Callable, Collection
import time

from ...faults import contained
from ...protocol.model import BareJid
from ..xmpp.session import RETRY
from .identities import Identities

MOST_MET = 2000
"""Who is remembered to have been there."""

MOST_COMING = 1000
COMING = 3600.0
"""Who shows a secret of ours is asked for its key: so many at a time, for so many seconds. All who
took part in a collection while we were away come at once."""

MOST_HELD = 32
MOST_HELD_OF_ALL = 256
"""Messages that wait for a key: of a peer, and of all; beside the one with which somebody comes."""


class Wanted:
    """Have those asked whose keys are to be known, and hold what they say until then."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self.jids: frozenset[BareJid] = frozenset()
        """Whose keys are to be known, with those who are coming."""
        self._coming: dict[BareJid, float] = {}
        """Who shows a secret of ours, and until which monotonic time its key is awaited."""
        self._met: set[BareJid] = set()
        """Who came, or said something: its server would know of a key by then."""
        self._keyless_since: dict[BareJid, float] = {}
        """Who was not met and had no key, and at which monotonic time it was first found so."""
        self._held: dict[BareJid, list[Callable[[], None]]] = {}

    def want(self, peers: Collection[BareJid]) -> list[BareJid]:
        """Await these, and of others only who is coming; return who is new."""
        now = time.monotonic()
        self._coming = {
            one: until for one, until in self._coming.items() if one not in peers and until >= now
        }
        new = [jid for jid in peers if jid not in self.jids]
        before, self.jids = self.jids, frozenset(peers) | self._coming.keys()
        gone = before - self.jids
        self._met -= gone
        for one in gone:
            self._keyless_since.pop(one, None)
        for one in self._held.keys() - self.jids:
            del self._held[one]
        self._identities.keep_only(self.jids)
        return new

    def expect_coming(self, jid: BareJid) -> bool:
        """Ask for the key of who shows a secret of ours; return whether there is room for it."""
        if jid in self.jids:
            return True
        now = time.monotonic()
        self._coming = {one: until for one, until in self._coming.items() if until >= now}
        if len(self._coming) >= MOST_COMING:
            return False
        self._coming[jid] = now + COMING
        self.jids |= {jid}
        return True

    def is_coming(self, jid: BareJid) -> bool:
        """Return whether somebody showed a secret of ours, and waits for its key to be known."""
        return jid in self._coming

    def meet(self, jid: BareJid) -> bool:
        """Note that somebody is there, bounded, since anybody may be; return whether it is new."""
        is_new = jid not in self._met
        if jid in self.jids or len(self._met) < MOST_MET:
            self._met.add(jid)
        return is_new

    def look(self, jid: BareJid) -> None:
        """Ask a peer for its identity."""
        if jid in self.jids:
            self._identities.ask(jid)

    def hold(self, jid: BareJid, again: Callable[[], None]) -> bool:
        """Keep what a peer said until its key is known; return whether there is room for it.

        `again` takes it again, before anything else is taken. Of who comes nothing is kept but with
        what it comes: all else it says again once it knows that it was taken.
        """
        if jid in self.jids and self.meet(jid):
            self.look(jid)
        if not self._identities.is_asked(jid):
            return False
        if jid in self._coming:
            self._held.setdefault(jid, [again])
            return True
        of_others = sum(len(held) for one, held in self._held.items() if one not in self._coming)
        held = self._held.setdefault(jid, [])
        if len(held) >= MOST_HELD or of_others >= MOST_HELD_OF_ALL:
            return False
        held.append(again)
        return True

    def may_publish_yet(self, jid: BareJid) -> bool:
        """Return whether a peer has a key that its server does not tell yet, or may have.

        Who was not met may have begun only now, as we have.
        """
        if jid in self._coming or jid in self._met:
            return jid in self._coming
        now = time.monotonic()
        return now < self._keyless_since.setdefault(jid, now) + RETRY

    def is_known(self, jid: BareJid) -> bool:
        """Return whether somebody is wanted for more than what it came with."""
        return jid in self.jids and jid not in self._coming

    def release(self, jid: BareJid) -> None:
        """Take again what a peer said before its key was known."""
        for again in self._held.pop(jid, ()):
            with contained():
                again()

    def moved(self, old: BareJid, new: BareJid) -> None:
        """Await somebody at its new address."""
        self.jids = self.jids - {old} | {new}
        self._identities.keep_only(self.jids)
        self._held.pop(old, None)
