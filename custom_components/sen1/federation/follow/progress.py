"""How far a friend's series was followed: what a restart goes on from."""

from dataclasses import asdict
from typing import Any, Self

from ...history.index import IndexData
from ...protocol.follower import Follower
from ...protocol.model import Grant, GrantState, ItemId, PublicationId
from ...protocol.term import Span
from ...protocol.terms import Terms
from ..store import LATER, SOON, AccountStore, description_from_json


class _KeptValue[Value]:
    """One value of a series, as the Store has it; None, or false: it has none."""

    def __init__(self, key: str, within: float = SOON) -> None:
        self._key, self._within = key, within

    def __get__(self, progress: Progress, _owner: type[Progress]) -> Value | None:
        value: Value | None = progress.known.get(self._key)
        return value

    def __set__(self, progress: Progress, value: Value | None) -> None:
        progress.keep(self._key, value or None, self._within)


class Progress:
    """What the Store keeps of a series; each change is written in a while."""

    hole = _KeptValue[Span]("hole")
    """Of a live index, the times between which readings are still to be asked for."""
    index = _KeptValue[IndexData]("index", LATER)
    """Of an index, the hours that are not settled."""
    first = _KeptValue[float]("first")
    """When its first reading came."""
    is_pushed = _KeptValue[bool]("pushed", LATER)
    """Whether its node pushed something since we last asked for it over a new link."""
    must_erase = _KeptValue[bool]("must_erase")
    """Whether it was taken back, and what came of it is not erased yet."""

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
            self.keep(key, getattr(follower, key), LATER)

    @property
    def filled(self) -> float:
        """The time up to which its history was told: what follows is to be asked for; 0: all."""
        filled: float = self.known.get("filled", 0.0)
        return filled

    def keep_filled(self, begin: float, end: float) -> None:
        """Keep that [begin, end) was told, if all before it was."""
        if self.filled < end and (not self.filled or begin <= self.filled):
            self.keep("filled", end)

    def fill_again(self, begin: float) -> None:
        """Keep that all from a time on is to be asked for again."""
        if self.filled > begin:
            self.keep("filled", begin)

    def note_came(self, now: float) -> None:
        """Keep that readings came: when they first did is told."""
        if self.first is None:
            self.keep("first", now)

    def forget_readings(self) -> None:
        """Forget what came."""
        for key in ("first", "last_item", "owed_from", "last_after", "filled", "hole", "index"):
            self.keep(key, None)

    def keep(self, key: str, value: Any, within: float = SOON) -> None:
        """Keep a value under a key; None: none."""
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
