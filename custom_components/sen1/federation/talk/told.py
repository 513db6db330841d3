"""What friends were told of their grants, and what of it they acknowledged."""

from collections.abc import Collection
from typing import Any, NotRequired, TypedDict

from ...protocol.model import BareJid, PublicationId
from ..context import AccountContext
from ..part import Part
from ..store import SOON


class GrantWords(TypedDict):
    """What a grant message says, as far as it is acknowledged."""

    state: str
    revision: int | None
    node: str | None
    terms: dict[str, Any]


class SaidGrant(TypedDict):
    """What somebody was told last of a grant."""

    words: GrantWords
    tries: int
    """How often that was said; to a friend, while it was there."""
    notices: int
    """How many texts of the consent were named, one after the other."""


class ToldGrant(GrantWords):
    """What somebody acknowledged of a grant; its revision is None until it has."""

    said: NotRequired[SaidGrant]


class ToldGrants(Part):
    """Remember it until it is over and acknowledged."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._told: dict[str, dict[str, ToldGrant]] = self._store.by_friend("told")
        """Friend → publication → what the friend acknowledged."""

    def friends(self) -> set[BareJid]:
        """Return who was told of anything that is not over."""
        return {BareJid(jid) for jid, grants in self._told.items() if grants}

    def of(self, friend: str) -> dict[str, ToldGrant]:
        """Return what a friend was told, by publication; what is acknowledged is written there."""
        return self._told.get(friend, {})

    def begin(self, friend: str) -> dict[str, ToldGrant]:
        """Return the same, where what is told for the first time is written too."""
        return self._told.setdefault(friend, {})

    def is_seen(self, friend: str, publication: str) -> bool:
        """Return whether a friend acknowledged a grant."""
        known = self._told.get(friend, {}).get(publication)
        return known is not None and known["revision"] is not None

    def forget(self, friend: str) -> list[PublicationId]:
        """Forget what a former friend was told; return of which publications."""
        return [*map(PublicationId, self._told.pop(friend, {}))]

    def anew(self, friend: str) -> None:
        """Let nothing that a friend was told count as said, nor as acknowledged."""
        for grant in self._told.get(friend, {}).values():
            grant["revision"] = None
            grant.pop("said", None)
        self._store.save_within(SOON)

    def moved(self, old: BareJid, new: BareJid) -> None:
        """Tell a friend all anew at its new address."""
        self.anew(new)

    def we_moved(self, here: BareJid, along: Collection[BareJid]) -> None:
        """Tell those who come along all anew; the others are told by whoever says farewell."""
        for friend in [*self._told]:
            if friend in along:
                self.anew(friend)
            else:
                del self._told[friend]
