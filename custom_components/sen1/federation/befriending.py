"""The roster: friendship is the mutual presence subscription, and servers count its stanzas."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Set as AbstractSet
import time

from .model import BareJid
from .session import Session, Subscription

BEFRIEND_MOST = 5
BEFRIEND_WITHIN = 65.0
"""So many presences of friendship may go in so many seconds.

Debian's ejabberd drops in silence what is more than five in a minute.
"""


class Befriender:
    """Ask friends for their half of the friendship, give those who asked ours."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._to_agree: set[BareJid] = set()
        """Friends whose request waits for our agreement."""
        self._asked: set[BareJid] = set()
        """Friends asked over this link."""
        self._said_at: deque[float] = deque(maxlen=BEFRIEND_MOST)
        self._again_at = 0.0
        """Monotonic times of what was said of friendship, and before which no more is."""

    def reconnect(self) -> None:
        """Ask again: the link is new."""
        self._asked.clear()

    def agree(self, jid: BareJid) -> None:
        """Note that a friend asked and is to be given our half."""
        self._to_agree.add(jid)

    def put_in_order(
        self,
        friends: AbstractSet[BareJid],
        roster: Mapping[BareJid, Subscription],
        tokens: Mapping[BareJid, str],
    ) -> None:
        """Bring the roster to these friends; what the rate leaves undone waits for `wait`.

        `tokens` are what invitations gave for those who were invited.
        """
        self._asked &= friends
        self._to_agree &= friends
        for jid in friends:
            known = roster.get(jid, Subscription())
            if jid in self._to_agree and self._may_say():
                self._session.agree_friendship(jid)
                self._to_agree.discard(jid)
            # Who refused is not asked again over the same link.
            if known.ours or known.is_asked or jid in self._asked:
                continue
            if self._may_say():
                self._session.ask_friendship(jid, tokens.get(jid, ""))
                self._asked.add(jid)

    def wait(self) -> float | None:
        """Return the seconds until more may be said; None when nothing waits for that."""
        wait = self._again_at - time.monotonic()
        return wait if wait > 0 else None

    def _may_say(self) -> bool:
        """Take one of the stanzas of a minute; the others wait for the next look."""
        now = time.monotonic()
        if len(self._said_at) == BEFRIEND_MOST:
            self._again_at = self._said_at[0] + BEFRIEND_WITHIN
            if now < self._again_at:
                return False
        self._said_at.append(now)
        return True
