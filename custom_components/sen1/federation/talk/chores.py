"""What is still to be cleaned on a server that was away, or erased here, and who is to be told."""

from collections.abc import Collection, Iterable, Iterator
from typing import NotRequired, TypedDict

from ...protocol.model import BareJid
from ..context import AccountContext
from ..kept import Farewell, LeftSeries, Parting
from ..part import Part
from ..store import SOON


class Chore(TypedDict):
    """Something to clean on a server that was away at the time."""

    node: str | None
    """A node of ours to delete."""
    friend: str | None
    """A former friend to remove from the roster."""
    follows: list[str]
    """That friend's nodes to unsubscribe from."""
    granted: list[str]
    """Publications that friend was granted, to be told that this is over."""
    collections: NotRequired[list[str]]
    """Collections that were all there was between the two, to be told that they are left; none
    where the other left."""
    is_moved: NotRequired[bool]
    """Whether it is but an address that a friend left."""


class Chores(Part):
    """Remember what is to be cleaned, or erased and said to be, until it is."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._chores: list[Chore] = self._store.kept("chores", [])
        """In the order in which they came up."""
        self._left: list[LeftSeries] = self._store.kept("left", [])
        """What is to be erased here."""

    def __iter__(self) -> Iterator[Chore]:
        """Yield each as they are now."""
        return iter([*self._chores])

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._chores)

    def is_of(self, jid: str) -> bool:
        """Return whether anything is to be cleaned of somebody."""
        return any(chore["friend"] == jid for chore in self._chores)

    def is_owed(self, jid: str) -> bool:
        """Return whether anything is to be cleaned, or erased here, of a former friend."""
        return self.is_of(jid) or any(left["friend"] == jid for left in self._left)

    def delete(self, node: str) -> None:
        """Have a node of ours deleted."""
        self._add(Chore(node=node, friend=None, follows=[], granted=[]))

    def unfriend(self, jid: str) -> None:
        """Have an address taken off the roster: nothing else is over with who was there."""
        self._add(Chore(node=None, friend=jid, follows=[], granted=[], is_moved=True))

    def leave(self, jid: str, told: Iterable[str], follows: Iterable[str] = ()) -> None:
        """Have somebody told that collections are left, and no more follow these nodes of it."""
        self._add(Chore(node=None, friend=jid, follows=[*follows], granted=[], collections=[*told]))

    def part(self, friend: str, granted: Iterable[str], follows: Iterable[str]) -> None:
        """Have a former friend told that what it was granted is over, and follow it no more."""
        chore = Chore(node=None, friend=friend, follows=[*follows], granted=[*granted])
        for each in self:
            if each["friend"] == friend and "collections" in each and not each["granted"]:
                # That a collection was left is told after what is withdrawn.
                chore["collections"] = [*chore.get("collections", ()), *each["collections"]]
                chore["follows"] += each["follows"]
                self.note_done(each)
        self._add(chore)

    def note_done(self, chore: Chore) -> None:
        """Forget what is cleaned."""
        self._chores.remove(chore)
        self._store.save_within(SOON)

    def erase(self, *several: LeftSeries) -> None:
        """Have series of others erased here, and their publishers told."""
        self._left.extend(several)
        self._store.save_within(SOON)

    def to_erase(self) -> list[LeftSeries]:
        """Return the series to erase, or whose erasure is to be told, as they are now."""
        return [*self._left]

    def note_erased(self, left: LeftSeries, *, is_told: bool) -> None:
        """Note that a series is erased, and forget it once its publisher was told."""
        left["is_erased"] = True
        if is_told:
            self._left.remove(left)
        self._store.save_within(SOON)

    def moved(self, old: BareJid, new: BareJid) -> None:
        """Tell what is erased at a friend's new address."""
        for left in self._left:
            if left["friend"] == old:
                left["friend"] = new

    def we_moved(self, here: BareJid, along: Collection[BareJid]) -> None:
        """Leave the old server to whoever says farewell there."""
        self._chores.clear()

    def bequeath(self, farewell: Farewell, along: Collection[BareJid]) -> None:
        """Have said what an earlier parting could not say yet, and erased what is not."""
        farewell["partings"] += [
            Parting(jid=chore["friend"], granted=chore["granted"], follows=chore["follows"])
            for chore in self
            if chore["friend"] is not None and not chore.get("is_moved")
        ]
        if "moved" not in farewell:
            farewell["lent"] += self.to_erase()

    def diagnostics(self) -> dict[str, int]:
        """Return how many there are."""
        return {"chores": len(self)}

    def _add(self, chore: Chore) -> None:
        self._chores.append(chore)
        self._store.save_within(SOON)
