"""How far a friend's series was followed: what a restart goes on from."""

from dataclasses import asdict
from typing import Any, Self

from ...history.index import IndexData
from ...protocol.follower import Follower
from ...protocol.model import Grant, GrantState, ItemId, PublicationId
from ...protocol.term import Span
from ...protocol.terms import Terms
from ..store import LATER, SOON, AccountStore, description_from_json


class Progress:
    """What the Store keeps of a series; each change is written in a while."""

    def __init__(self, store: AccountStore, known: dict[str, Any]) -> None:
        """`known` is what the Store has of the series, changed in place."""
        self._store = store
        self.known = known

    @classmethod
    def begin(cls, store: AccountStore, grant: Grant) -> Self:
        """Return that of a series which is granted now."""
        progress = cls(store, {})
        progress.keep_grant(grant)
        return progress

    def follower(self) -> Follower:
        """Return one that goes on from where another was."""
        last_item, last_after = self.known.get("last_item"), self.known.get("last_after")
        return Follower(
            grant_from_json(self.known["grant"]),
            ItemId(last_item) if last_item else None,
            self.known.get("owed_from"),
            ItemId(last_after) if last_after else None,
            self.known.get("last_said"),
        )

    def keep_grant(self, grant: Grant) -> None:
        """Keep what a friend grants."""
        self.known["grant"] = asdict(grant)
        # The node may be another one, which we are not subscribed to.
        self.known.pop("pushed", None)
        self._store.save_within(SOON)

    def keep_place(self, follower: Follower) -> None:
        """Keep what came last."""
        for key in ("last_item", "owed_from", "last_after", "last_said"):
            self._set(key, getattr(follower, key), LATER)

    @property
    def filled(self) -> float:
        """The time up to which its history was told: what follows is to be asked for; 0: all."""
        filled: float = self.known.get("filled", 0.0)
        return filled

    def keep_filled(self, begin: float, end: float) -> None:
        """Keep that [begin, end) was told, if all before it was."""
        if self.filled < end and (not self.filled or begin <= self.filled):
            self._set("filled", end)

    def fill_again(self, begin: float) -> None:
        """Keep that all from a time on is to be asked for again."""
        if self.filled > begin:
            self._set("filled", begin)

    @property
    def hole(self) -> Span | None:
        """Of a live index, the times between which readings are still to be asked for."""
        hole = self.known.get("hole")
        return None if hole is None else (hole[0], hole[1])

    @hole.setter
    def hole(self, hole: Span | None) -> None:
        self._set("hole", hole)

    @property
    def index(self) -> IndexData | None:
        """Of an index, the hours that are not settled."""
        return self.known.get("index")

    @index.setter
    def index(self, index: IndexData) -> None:
        self._set("index", index, LATER)

    @property
    def first(self) -> float | None:
        """When its first reading came."""
        return self.known.get("first")

    def note_came(self, now: float) -> None:
        """Keep that readings came: when they first did is told."""
        if self.first is None:
            self._set("first", now)

    @property
    def is_pushed(self) -> bool:
        """Whether its node pushed something since we last asked for it over a new link."""
        return "pushed" in self.known

    @is_pushed.setter
    def is_pushed(self, is_pushed: bool) -> None:
        self._set("pushed", is_pushed or None, LATER)

    @property
    def must_erase(self) -> bool:
        """Whether it was taken back, and what came of it is not erased yet."""
        return "must_erase" in self.known

    @must_erase.setter
    def must_erase(self, must_erase: bool) -> None:
        self._set("must_erase", must_erase or None)

    def forget_readings(self) -> None:
        """Forget what came."""
        for key in ("first", "last_item", "owed_from", "last_after", "filled", "hole", "index"):
            self._set(key, None)

    def _set(self, key: str, value: Any, within: float = SOON) -> None:
        if self.known.get(key) == value:
            return
        if value is None:
            del self.known[key]
        else:
            self.known[key] = value
        self._store.save_within(within)


def grant_from_json(data: dict[str, Any]) -> Grant:
    """Return the grant that the Store kept."""
    description = data["description"]
    return Grant(
        publication=PublicationId(data["publication"]),
        state=GrantState(data["state"]),
        terms=Terms(**data["terms"]),
        begin=data["begin"],
        reason=data["reason"],
        node=data["node"],
        description=None if description is None else description_from_json(description),
        said=data.get("said"),
    )
