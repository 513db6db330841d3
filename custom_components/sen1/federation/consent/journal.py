"""What was said and done of what others may have: a verb for each.

What the household is shown of it is in the Store (`sent`, `erasures`); the rest is counted since
the start, for the diagnostics. Never a value.
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import replace
import time
from typing import Any

from homeassistant.util import dt as dt_util

from ...protocol.model import BareJid, Grant, PublicationId
from ...protocol.trust.signed import Signed
from ..store import SOON, AccountStore, Erasure, Sent


class Journal:
    """Enter what happened; docs/developers.md names who does."""

    def __init__(self, store: AccountStore) -> None:
        self._store = store
        self.refusals: Counter[str] = Counter()
        """What came and was not taken, by reason."""
        self._counts: defaultdict[BareJid, Counter[str]] = defaultdict(Counter)

    def said(self, friend: BareJid, grant: Grant) -> Grant:
        """Enter that a friend is told of a grant; return it with the moment, later than any."""
        said = max(round(time.time(), 3), round(self._store.data["said"] + 0.001, 3))
        self._store.data["said"] = said
        self._counts[friend]["said"] += 1
        if grant.erase_by is not None:
            self.withdrawn(friend, grant.publication, grant.erase_by)
        return replace(grant, said=said)

    def seen(self, friend: BareJid) -> None:
        """Enter that a friend acknowledged what it was told of a grant."""
        self._counts[friend]["seen"] += 1

    def withdrawn(self, friend: BareJid, publication: PublicationId, erase_by: float) -> None:
        """Enter that a friend is to erase what it received, however often it is told."""
        asked = self._store.data["erasures"].setdefault(friend, {})
        known = asked.get(publication)
        sent = self._store.data["sent"].get(publication, {}).get(friend)
        last = sent["last"] if sent else 0.0
        # Who leaves says that all is erased before we know that it left.
        if known is None or (known["erased"] is not None and known["erased"] < last):
            asked[publication] = Erasure(asked=time.time(), by=erase_by, erased=None)
            self._store.save_within(SOON)

    def is_withdrawn(self, friend: BareJid, publication: PublicationId) -> bool:
        """Return whether a friend was to erase a publication once."""
        return publication in self._store.data["erasures"].get(friend, {})

    def erased(self, friend: BareJid, publication: PublicationId) -> None:
        """Enter that a friend erased what it received: as it was asked, or when it removed us."""
        now = time.time()
        erasures = self._store.data["erasures"].setdefault(friend, {})
        erasures.setdefault(publication, Erasure(asked=0.0, by=now, erased=now))["erased"] = now
        self._store.save_within(SOON)

    def sent(
        self, friends: Collection[BareJid], publication: PublicationId, readings: int, size: int
    ) -> None:
        """Enter that so many readings went, in so many bytes, to those who could receive them."""
        of_publication = self._store.data["sent"].setdefault(publication, {})
        month = f"{dt_util.now():%Y-%m}"
        for friend in friends:
            sent = of_publication.setdefault(friend, Sent(readings=0, bytes=0, last=0.0, months={}))
            sent["readings"] += readings
            sent["months"][month] = sent["months"].get(month, 0) + readings
            sent["bytes"] += size
            sent["last"] = time.time()

    def received(self, friend: BareJid, readings: int) -> None:
        """Enter that so many readings of a friend came."""
        self._counts[friend]["received"] += readings

    def entered(
        self,
        kind: str,
        friend: BareJid | None,
        signed: Signed | None,
        *,
        ours: bool = True,
        **plain: Any,
    ) -> None:
        """Enter a statement, of ours or of a friend."""

    async def written(self) -> None:
        """Return once all that was entered is on disk."""

    def refused(self, reason: str) -> None:
        """Enter that something was not taken."""
        self.refusals[reason] += 1

    def forget(self, friend: BareJid) -> None:
        """Forget a former friend: anybody comes and goes in a circle for everyone."""
        self._counts.pop(friend, None)

    def counts(self, friend: BareJid) -> dict[str, int]:
        """Return what was entered of a friend since the start: how often, and readings."""
        return dict(self._counts.get(friend, {}))
