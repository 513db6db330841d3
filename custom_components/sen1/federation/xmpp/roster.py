"""The roster: friendship is the mutual presence subscription, and servers count its stanzas."""

from collections import deque
from collections.abc import Callable, Mapping, Set as AbstractSet
from dataclasses import dataclass
import math
import time

from ...protocol.model import BareJid
from .session import Session, Subscription

BEFRIEND_MOST = 5
BEFRIEND_WITHIN = 65.0
"""So many presences of friendship may go in so many seconds, but for a Prosody.

Debian's ejabberd drops in silence what is more than five in a minute.
"""

ASK_AGAIN = 120.0
ASK_AGAIN_MOST = 86_400.0
"""Seconds before a request that waits for its answer is sent again, each time twice as many.

What another server's users said uses up the same five a minute, so a request or its answer may be
lost without a fault of ours. Who has agreed already answers by their server, unasked.
"""

ASK_SOON = 10.0
"""Seconds before a request is sent again that seems to be lost.

Two servers that meet for the first time lose what both send while they agree on one connection.
"""


@dataclass
class _Request:
    again_at: float
    wait: float
    """Monotonic time at which it is sent again, and the seconds that lead to it."""


class Befriender:
    """Ask friends for their half of the friendship, give those who asked ours."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._to_agree: set[BareJid] = set()
        """Friends whose request waits for our agreement."""
        self._asked: dict[BareJid, _Request] = {}
        """Friends asked, over this link or the one before."""
        self._shown: set[BareJid] = set()
        """Who was shown the token of its invitation over this link, without being asked."""
        self._said_at: deque[float] = deque(maxlen=BEFRIEND_MOST)
        self._again_at = 0.0
        """Monotonic times of what was said of friendship, and before which no more is."""

    def reconnect(self) -> None:
        """Ask again: the link is new."""
        self._asked.clear()
        self._shown.clear()

    def agree(self, jid: BareJid) -> None:
        """Note that a friend asked and is to be given our half."""
        self._to_agree.add(jid)

    def ask_soon(self, jid: BareJid) -> None:
        """Ask a friend again soon who may not have got our request, unless it is answered."""
        if (request := self._asked.get(jid)) is not None and request.again_at < math.inf:
            request.again_at = min(request.again_at, time.monotonic() + ASK_SOON)

    def take_back(self, jid: BareJid) -> None:
        """Note that a request came back: only the first is sent again soon."""
        # Where there is no server, all of them come back.
        if (request := self._asked.get(jid)) is not None and request.wait == ASK_AGAIN:
            self.ask_soon(jid)

    def put_in_order(
        self,
        friends: AbstractSet[BareJid],
        roster: Mapping[BareJid, Subscription],
        tokens: Mapping[BareJid, str],
        untold: AbstractSet[BareJid],
        may_come: Callable[[BareJid], bool],
    ) -> None:
        """Bring the roster to these friends; what the rate leaves undone waits for `wait`.

        `tokens` are what the friends' invitations gave us, `untold` those who may not know yet that
        we came with one: a server makes friends of whoever got an address by its token, and tells
        neither which it was. `may_come` says who else is agreed to, though not asked.
        """
        self._asked = {jid: request for jid, request in self._asked.items() if jid in friends}
        self._to_agree = {jid for jid in self._to_agree if jid in friends or may_come(jid)}
        # Who waits for our half before who does not know of us yet.
        for jid in list(self._to_agree):
            if self._may_say():
                self._session.agree_friendship(jid)
                self._to_agree.discard(jid)
        for jid in friends:
            known = roster.get(jid, Subscription())
            if self._is_due(jid, known) and self._may_say():
                self._session.ask_friendship(jid, tokens.get(jid, ""))
                self._note_asked(jid)
            elif known.ours and jid in untold - self._shown and tokens[jid]:
                self._session.show_token(jid, tokens[jid])
                self._shown.add(jid)

    def wait(self) -> float | None:
        """Return the seconds until more may or must be said; None when nothing waits for that."""
        now = time.monotonic()
        times = [self._again_at, *(request.again_at for request in self._asked.values())]
        return min((at - now for at in times if now < at < math.inf), default=None)

    def _is_due(self, jid: BareJid, known: Subscription) -> bool:
        """Return whether a friend is to be asked now."""
        if jid not in self._asked:
            if not known.is_asked:
                return not known.ours
            # Over an earlier link; a link that comes and goes must not ask each time.
            self._note_asked(jid)
        request = self._asked[jid]
        if not known.is_asked:
            # Who answered is not asked again over the same link.
            request.again_at = math.inf
        return request.again_at <= time.monotonic()

    def _note_asked(self, jid: BareJid) -> None:
        known = self._asked.get(jid)
        wait = ASK_AGAIN if known is None else min(2 * known.wait, ASK_AGAIN_MOST)
        self._asked[jid] = _Request(time.monotonic() + wait, wait)

    def _may_say(self) -> bool:
        """Take one of the stanzas of a minute, where they are counted; else it waits for a look."""
        if not self._session.counts_friendship:
            return True
        now = time.monotonic()
        if len(self._said_at) == BEFRIEND_MOST:
            self._again_at = self._said_at[0] + BEFRIEND_WITHIN
            if now < self._again_at:
                return False
        self._said_at.append(now)
        return True
