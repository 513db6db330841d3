"""One publication of a friend: items become readings and a status (docs/protocol.md).

Pure: times are arguments; what must be done is returned, nothing is done here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from operator import attrgetter

from .model import (
    Description,
    Grant,
    GrantState,
    Granularity,
    Item,
    ItemId,
    Reading,
    published_last,
)
from .publisher import BOARD_REPEAT, REPEAT
from .quantities import is_board
from .seen import KnownItems, KnownReadings
from .stamps import parse_stamp

SILENCE = 3 * REPEAT
"""Seconds without any item after which a friend's series is silent: three missed repeats."""

BOARD_SILENCE = 3 * BOARD_REPEAT
"""The same of a series of boards."""

DUE_AFTER = 600.0
"""Seconds after the end of a period by which it has come: what is published waits for its turn."""


class Status(StrEnum):
    """Why a friend's series has a value, or none."""

    RECEIVING = "receiving"
    WAITING = "waiting"
    SOURCE_UNAVAILABLE = "source_unavailable"
    SILENT = "silent"
    PAUSED = "paused"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    KEY_CHANGED = "key_changed"
    """Nothing is taken until the household has compared the friend's key."""


STATUS_OF_GRANT = {
    GrantState.PAUSED: Status.PAUSED,
    GrantState.ENDED: Status.ENDED,
    GrantState.WITHDRAWN: Status.WITHDRAWN,
}


OVER = (Status.ENDED, Status.WITHDRAWN)
"""What is granted no more."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Subscribe to the node, then get its items."""


@dataclass(frozen=True, slots=True)
class FetchItems:
    """Get the items of the node: one was missed."""


@dataclass(frozen=True, slots=True)
class AskHistory:
    """Readings of (begin, end) are no longer on the node."""

    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class Received:
    """Readings not seen before, or corrected, oldest first."""

    readings: tuple[Reading, ...]


type LastItems = tuple[ItemId | None, ItemId | None]
"""The item received last and the one it came after: up to there nothing is missing."""

type Action = Subscribe | FetchItems | AskHistory | Received


class Follower:
    """Follow one publication: order by time only, each reading once, holes found."""

    def __init__(
        self,
        grant: Grant,
        last_item: ItemId | None = None,
        owed_from: float | None = None,
        last_after: ItemId | None = None,
        last_said: float | None = None,
    ) -> None:
        self.grant = grant
        """What the friend grants, or granted last."""
        self.latest: Reading | None = None
        self.last_item = last_item
        """The item received last, in the order of arrival."""
        self.owed_from = owed_from
        """The time from which on older readings were still to come after that item."""
        self.last_after = last_after
        """The item it came after: one that is said again behind others comes after these."""
        self.last_said = last_said
        """When what was signed last was said: what was said before is not news, whoever says it."""
        self._items = KnownItems()
        self._status = STATUS_OF_GRANT.get(grant.state, Status.WAITING)
        self.heard_at: float | None = None
        """When there was a sign of life last; None: there was none since the start."""
        self._readings = KnownReadings()

    def status(self, now: float) -> Status:
        """Return why there is a value, or none."""
        if self._status in STATUS_OF_GRANT.values():
            return self._status
        if self.grant.terms.until is not None and now >= self.grant.terms.until:
            return Status.ENDED
        if self.heard_at is not None and now >= self.heard_at + self._silence:
            return Status.SILENT
        return self._status

    def changes_at(self, now: float) -> float | None:
        """Return when the status changes by itself if nothing more comes; None: never."""
        silent_at = None if self.heard_at is None else self.heard_at + self._silence
        moments = [at for at in (silent_at, self.grant.terms.until) if at is not None and at > now]
        return min(moments, default=None)

    @property
    def is_of_boards(self) -> bool:
        """Whether each item has all that there is to know: no older one is missed."""
        description = self.grant.description
        return description is not None and is_board(description.measurement)

    @property
    def _silence(self) -> float:
        return BOARD_SILENCE if self.is_of_boards else SILENCE

    def redescribe(self, description: Description) -> None:
        """Take a newer description of what is granted."""
        self.grant = replace(self.grant, description=description)

    def end(self) -> None:
        """Follow no more, whatever the friend grants."""
        self.grant = replace(self.grant, state=GrantState.WITHDRAWN)

    def set_grant(self, grant: Grant) -> list[Action]:
        """Take a grant message: begin to follow, or stop."""
        self.grant = grant
        if grant.state is not GrantState.ACTIVE:
            self._status = STATUS_OF_GRANT[grant.state]
            return []
        if self._status in STATUS_OF_GRANT.values():
            self._status = Status.WAITING
        return [Subscribe()]

    def forget(self) -> None:
        """Forget all that came."""
        self.latest = self.heard_at = None
        self.last_item = self.owed_from = self.last_after = None
        self._items, self._readings = KnownItems(), KnownReadings()

    def reconnected(self) -> list[Action]:
        """Our link or the publisher is back: notifications may have been lost meanwhile."""
        return [Subscribe()] if self.grant.state is GrantState.ACTIVE else []

    def item(self, item: Item, now: float) -> list[Action]:
        """Take a notification.

        One that was said before another is taken for what it tells, but as no sign of life: a
        server could say yesterday's again and again.
        """
        if self._items.is_outdated(item):
            return []
        is_first = item.after is None and self.last_item is None
        if is_next := is_first or self.is_of_boards or self._is_reached(item):
            self._set_last(item)
        is_linked = is_next or self._items.has_linked(item)
        actions = self._take(item, is_linked=is_linked)
        heard_at = now if self._is_news(item) else min(now, item.said or now)
        self.heard_at = max(heard_at, self.heard_at or heard_at)
        # Until the hole is filled, each item after it asks again.
        return actions if is_linked else [FetchItems(), *actions]

    @property
    def place(self) -> LastItems:
        """How far all has come."""
        return self.last_item, self.last_after

    def fetched(
        self,
        items: Sequence[Item],
        now: float,
        *,
        is_present: bool = False,
        asked_at: LastItems | None = None,
    ) -> list[Action]:
        """Take the items of the node, in any order.

        `is_present`: the publisher is there. `asked_at`: the place when they were asked for. What
        was pushed meanwhile may be taken before the answer, which does not have it yet.
        """
        items = [item for item in items if not self._items.is_outdated(item)]
        if not items:
            return []
        items = sorted(items, key=lambda item: item.id)
        actions: list[Action] = []
        self._recall(items)
        is_overtaken = (
            asked_at is not None
            and asked_at != self.place
            and any(_is_reached(item, asked_at) for item in items)
        )
        if not is_overtaken and (hole := self._missing(items, now)) is not None:
            actions.append(hole)
        for item in items:
            actions += self._take(item, is_linked=True)
        last = published_last(items) or items[-1]
        # In mind the longest: the next one names it, whatever its time.
        self._items.add(last, is_linked=True)
        if not is_overtaken:
            self._set_last(last)
        said = max((item.said for item in items if item.said is not None), default=None)
        if said is not None:
            # Whatever the server says of who is there.
            heard_at = min(now, said)
            self.last_said = max(said, self.last_said or said)
        else:
            # An item that is not signed does not tell when it was last repeated: of an absent
            # publisher, its own time is what is sure.
            heard_at = now if is_present else min(now, parse_stamp(items[-1].id))
        self.heard_at = max(heard_at, self.heard_at or heard_at)
        return actions

    def _is_news(self, item: Item) -> bool:
        """Return whether an item was said after all that was heard, and note when."""
        if item.said is None:
            return True
        if self.last_said is not None and item.said <= self.last_said:
            return False
        self.last_said = item.said
        return True

    def _missing(self, items: Sequence[Item], now: float) -> AskHistory | None:
        """Return what was published since the item received last and is not on the node any more.

        Readings of an outage go between live ones: of both, any up to now may be missing.
        """
        if self.is_of_boards or self.last_item is None:
            return None
        if any(self._is_reached(item) for item in items):
            return None
        begin = parse_stamp(self.last_item)
        if self.owed_from is not None:
            begin = min(begin, self.owed_from)
        return AskHistory(begin, max(now, parse_stamp(items[-1].id)))

    def _set_last(self, item: Item) -> None:
        self.last_item, self.last_after = item.saying
        self.owed_from = item.owed_from

    def _is_reached(self, item: Item) -> bool:
        """Return whether an item is the one received last, or nothing is missing between the two.

        As it was received: said again behind others, it may come after what we lack. That one
        before the last is known says nothing: a time may be said again in another item.
        """
        return _is_reached(item, self.place)

    def _recall(self, items: Sequence[Item]) -> None:
        """Know again, after a start, what was received before: the last item, all it came after.

        Not of periods, which may have been corrected meanwhile.
        """
        description = self.grant.description
        if description is None or description.granularity is not Granularity.LIVE:
            return
        of_node: dict[ItemId | None, Item] = {item.id: item for item in items}
        item = of_node.get(self.last_item)
        if item is None or item.after != self.last_after:
            return
        before: list[Item] = []
        while item is not None and item not in before:
            before.append(item)
            item = of_node.get(item.after)
        if item is not None:
            # Back where it began: the newest was said again, behind others that we lack.
            del before[before.index(max(before, key=attrgetter("id"))) + 1 :]
        for item in reversed(before):
            if item.id not in self._items:
                self._remember(item, item.readings, is_linked=True)

    def _take(self, item: Item, *, is_linked: bool) -> list[Action]:
        # Another value of the same time is a correction.
        is_known = self._items.has(item)
        new = () if is_known else tuple(r for r in item.readings if not self._readings.has(r))
        self._remember(item, new, is_linked=is_linked)
        if self.latest is None or parse_stamp(item.id) >= self.latest.time:
            if item.readings:
                self.latest = item.readings[-1]
            if self._status not in STATUS_OF_GRANT.values():
                self._status = Status.SOURCE_UNAVAILABLE if item.unavailable else Status.RECEIVING
        return [Received(new)] if new else []

    def _remember(self, item: Item, readings: Iterable[Reading], *, is_linked: bool) -> None:
        self._items.add(item, is_linked=is_linked)
        for reading in readings:
            self._readings.add(reading)


def _is_reached(item: Item, place: LastItems) -> bool:
    return item.saying == place or (item.after is not None and item.after in place)
