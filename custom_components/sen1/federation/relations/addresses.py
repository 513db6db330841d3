"""Where we are, and who may know us still by where we were."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypedDict

from ...protocol.model import BareJid
from ..context import AccountContext
from ..part import Part
from ..store import SOON, move


class KeptAddresses(TypedDict):
    """What is kept of our addresses."""

    here: str
    """The address that friends are told of: empty before the first start."""
    arriving: dict[str, list[str]]
    """Friend whose friendship does not stand yet since it, or we, moved → the addresses by which it
    may know us still."""


class Addresses(Part):
    """Remember who has not come along yet."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._kept = self._store.section(KeptAddresses(here="", arriving={}))

    @property
    def here(self) -> str:
        """The address that friends are told of; empty before the first start."""
        return self._kept["here"]

    @property
    def arriving(self) -> Mapping[str, Sequence[str]]:
        """Who has not come along yet, each with the addresses by which it may know us."""
        return self._kept["arriving"]

    def settle(self, here: BareJid) -> None:
        """Note where we are."""
        self._kept["here"] = here

    def has_come(self, jid: BareJid) -> None:
        """Note that somebody said something where we are now."""
        if self._kept["arriving"].pop(jid, None) is not None:
            self._store.save_within(SOON)

    def asks_here(self, jid: BareJid) -> bool:
        """Note that somebody asks for friendship where we are now; return whether that is news."""
        if not self._kept["arriving"].get(jid):
            return False
        self._kept["arriving"][jid] = []
        self._store.save_within(SOON)
        return True

    def moved(self, old: BareJid, new: BareJid) -> None:
        """Await the friendship of a friend that moved."""
        move(self._kept["arriving"], old, new)
        self._kept["arriving"].setdefault(new, [])

    def we_moved(self, here: BareJid, along: Collection[BareJid]) -> None:
        """Await those who come along, who know us by the old address."""
        for friend in along:
            known_by = self._kept["arriving"].setdefault(friend, [])
            if self.here not in known_by:
                known_by.append(self.here)
        self.settle(here)
