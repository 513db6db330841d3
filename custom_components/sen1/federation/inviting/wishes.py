"""What friends would like to receive of us, kept until the household answers."""

from collections.abc import Sequence
import time
from typing import Any

from homeassistant.core import callback

from ...protocol.model import BareJid
from ...protocol.term import GrantData, term_of
from ...protocol.trust.kinds import StatementKind
from ...protocol.wishes import What, Wish, Wishes, what_of
from ..config import friend_data, friends_of, publication_data, publications_of
from ..context import AccountContext
from ..part import Heard, Part
from ..store import SOON
from .kept import AskedOfUs


class AskedWishes(Part):
    """Keep the wishes of friends."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._asked: dict[str, list[AskedOfUs]] = self._store.by_friend("asked_of_us")
        """Friend → what it would like to receive, and is not answered yet."""
        self._welcomed: dict[str, float] = self._store.by_friend("welcomed")
        """Friend → when it told what it would like last, be it nothing."""
        self.takes = {StatementKind.WISHES: self.take}

    def take(self, heard: Heard[Wishes]) -> None:
        """Let these be what a friend would like."""
        friend, said, _ = heard
        # As grants have it, to the millisecond: what is granted in the same one is an answer.
        now = int(time.time() * 1000) / 1000
        self._asked[friend] = [
            AskedOfUs(what=wish.what, granularity=wish.granularity, at=now) for wish in said.wishes
        ]
        self._welcomed[friend] = now
        self.apply()

    @callback
    def refuse(self, friend: BareJid, what: str) -> None:
        """Let what a friend would like go without an answer."""
        wishes = self._asked.get(friend, [])
        wishes[:] = [one for one in wishes if one["what"] != what]
        self._store.save_within(SOON)

    def of(self, friend: BareJid) -> Sequence[AskedOfUs]:
        """Return what a friend would like to receive, and is not answered yet."""
        return self._asked.get(friend, ())

    def has_told(self, friend: BareJid) -> bool:
        """Return whether a friend has said what it would like, be it nothing."""
        return friend in self._welcomed

    @callback
    def apply(self) -> None:
        """Drop what a grant answers, and what those wished who are friends no more."""
        friends = friends_of(self._entry)
        parts: tuple[dict[str, Any], ...] = (self._asked, self._welcomed)
        for known in parts:
            for jid in known.keys() - friends.keys():
                del known[jid]
        for jid, wishes in self._asked.items():
            grants = friend_data(friends[BareJid(jid)])["grants"]
            wishes[:] = [one for one in wishes if not any(self._answers(g, one) for g in grants)]
        self._store.save_within(SOON)

    def _answers(self, grant: GrantData, asked: AskedOfUs) -> bool:
        """Return whether a grant is what was wished for, or what was given instead, but coarser."""
        subentry = publications_of(self._entry).get(grant["publication"])
        term, now = term_of(grant), time.time()
        if subentry is None or term.until <= now:
            return False
        data, wish = publication_data(subentry), _wish(asked)
        what = what_of(data["measurement"])
        if what is None:
            return False
        is_since = term.begin >= asked["at"] and what is wish.what
        return is_since or wish.is_met_by(what, data["granularity"])


def _wish(asked: AskedOfUs) -> Wish:
    return Wish(What(asked["what"]), asked["granularity"])
