"""What friends could receive of what is ours, and what of it they are to erase; never a value."""

from collections.abc import Collection, Mapping
import time
from typing import TypedDict

from homeassistant.util import dt as dt_util

from ...protocol.model import BareJid, PublicationId
from ..store import SOON, AccountStore, move


class Sent(TypedDict):
    """What was published while a friend could receive it."""

    readings: int
    bytes: int
    last: float
    months: dict[str, int]
    """Local month, as 2026-11 → readings."""


class Erasure(TypedDict):
    """What a friend was asked to erase."""

    asked: float
    """When it was; 0: the friend removed it unasked."""
    by: float
    erased: float | None
    """When the friend said that it has."""


class Disclosures:
    """Count what friends could receive, and remember what they are to erase."""

    def __init__(self, store: AccountStore) -> None:
        self._store = store
        self._sent: dict[str, dict[str, Sent]] = store.kept("sent", {})
        """Publication → friend → what the friend could receive of it."""
        self.erasures: dict[str, dict[str, Erasure]] = store.by_friend("erasures")
        """Friend or former friend → publication of ours → what is to be erased of it."""

    def of(self, publication: str) -> Mapping[str, Sent]:
        """Return how much of a publication each friend could receive."""
        return self._sent.get(publication, {})

    def sent(
        self, friends: Collection[BareJid], publication: str, readings: int, size: int
    ) -> None:
        """Count readings, and the bytes that they went in, to those who could receive them."""
        of_publication = self._sent.setdefault(publication, {})
        month = f"{dt_util.now():%Y-%m}"
        for friend in friends:
            sent = of_publication.setdefault(friend, Sent(readings=0, bytes=0, last=0.0, months={}))
            sent["readings"] += readings
            sent["months"][month] = sent["months"].get(month, 0) + readings
            sent["bytes"] += size
            sent["last"] = time.time()

    def withdrawn(self, friend: BareJid, publication: PublicationId, erase_by: float) -> None:
        """Note that a friend is to erase what it received, however often it is told."""
        asked = self.erasures.setdefault(friend, {})
        known, sent = asked.get(publication), self.of(publication).get(friend)
        last = sent["last"] if sent else 0.0
        # Who leaves says that all is erased before we know that it left.
        if known is None or (known["erased"] is not None and known["erased"] < last):
            asked[publication] = Erasure(asked=time.time(), by=erase_by, erased=None)
            self._store.save_within(SOON)

    def is_withdrawn(self, friend: BareJid, publication: str) -> bool:
        """Return whether a friend was to erase a publication once."""
        return publication in self.erasures.get(friend, {})

    def is_awaited(self, friend: BareJid) -> bool:
        """Return whether a friend has not said yet that all is erased."""
        return any(asked["erased"] is None for asked in self.erasures.get(friend, {}).values())

    def erased(self, friend: BareJid, publication: PublicationId) -> None:
        """Note that a friend erased what it received: as it was asked, or when it removed us."""
        now = time.time()
        erasures = self.erasures.setdefault(friend, {})
        erasures.setdefault(publication, Erasure(asked=0.0, by=now, erased=now))["erased"] = now
        self._store.save_within(SOON)

    def forget_publication(self, publication: str) -> None:
        """Forget who could receive a publication that is no more."""
        self._sent.pop(publication, None)

    def forget_sent(self, friend: str) -> None:
        """Forget what somebody could receive who was no friend by name."""
        for of_publication in self._sent.values():
            of_publication.pop(friend, None)

    def moved(self, old: BareJid, new: BareJid) -> None:
        """Let what is of a friend be of its new address."""
        for of_publication in self._sent.values():
            move(of_publication, old, new)
