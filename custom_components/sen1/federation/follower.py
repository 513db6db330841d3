"""One publication of a friend: items become readings and a status (docs/protocol.md).

Pure: times are arguments; what must be done is returned, nothing is done here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .model import Grant, GrantState, Granularity, Item, ItemId, Reading, parse_stamp
from .publisher import REPEAT

SILENCE = 3 * REPEAT
"""Seconds without any item after which a friend's series is silent: three missed repeats."""

REMEMBERED = 1024
"""How many items are kept in mind to recognise one that comes twice."""

REMEMBERED_READINGS = 4096
"""How many readings are: a node full of an outage's items holds 3,500."""


class Status(StrEnum):
    """Why a friend's series has a value, or none."""

    RECEIVING = "receiving"
    WAITING = "waiting"
    SOURCE_UNAVAILABLE = "source_unavailable"
    SILENT = "silent"
    PAUSED = "paused"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


STATUS_OF_GRANT = {
    GrantState.PAUSED: Status.PAUSED,
    GrantState.ENDED: Status.ENDED,
    GrantState.WITHDRAWN: Status.WITHDRAWN,
}


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


type Action = Subscribe | FetchItems | AskHistory | Received


class Follower:
    """Follow one publication: order by time only, each reading once, holes found."""

    def __init__(self, grant: Grant, last_item: ItemId | None = None) -> None:
        self.grant = grant
        self.latest: Reading | None = None
        self.last_item = last_item
        """The item received last, in the order of arrival."""
        self._items: dict[ItemId, None] = {} if last_item is None else {last_item: None}
        self._status = STATUS_OF_GRANT.get(grant.state, Status.WAITING)
        self._heard_at: float | None = None
        self._known: dict[float, float | str] = {}

    def status(self, now: float) -> Status:
        """Return why there is a value, or none."""
        if self._status in STATUS_OF_GRANT.values():
            return self._status
        if self.grant.until is not None and now >= self.grant.until:
            return Status.ENDED
        if self._heard_at is not None and now >= self._heard_at + SILENCE:
            return Status.SILENT
        return self._status

    def changes_at(self, now: float) -> float | None:
        """Return when the status changes by itself if nothing more comes; None: never."""
        silent_at = None if self._heard_at is None else self._heard_at + SILENCE
        moments = [at for at in (silent_at, self.grant.until) if at is not None and at > now]
        return min(moments, default=None)

    def set_grant(self, grant: Grant) -> list[Action]:
        """Take a grant message: begin to follow, or stop."""
        self.grant = grant
        if grant.state is not GrantState.ACTIVE:
            self._status = STATUS_OF_GRANT[grant.state]
            return []
        if self._status in STATUS_OF_GRANT.values():
            self._status = Status.WAITING
        return [Subscribe()]

    def reconnected(self) -> list[Action]:
        """Our link or the publisher is back: notifications may have been lost meanwhile."""
        return [Subscribe()] if self.grant.state is GrantState.ACTIVE else []

    def item(self, item: Item, now: float) -> list[Action]:
        """Take a notification."""
        actions = self._take(item)
        self._heard_at = now
        known = item.after is None or item.after in self._items or item.id in self._items
        if known:
            self._remember(item.id)
            return actions
        # Not remembered: until the hole is filled, each item asks again.
        return [FetchItems(), *actions]

    def fetched(
        self, items: Sequence[Item], now: float, *, is_present: bool = False
    ) -> list[Action]:
        """Take the items of the node, in any order; `is_present`: the publisher is there."""
        if not items:
            return []
        items = sorted(items, key=lambda item: item.id)
        actions: list[Action] = []
        self._recall(items)
        reached = not self._items or any(
            item.id in self._items or item.after in self._items for item in items
        )
        if not reached and self.last_item is not None:
            actions.append(AskHistory(parse_stamp(self.last_item), parse_stamp(items[0].id)))
        for item in items:
            actions += self._take(item)
            self._remember(item.id)
        self.last_item = _published_last(items)
        # An item does not tell when it was last repeated: of an absent publisher, its own time is
        # what is sure.
        heard_at = now if is_present else min(now, parse_stamp(items[-1].id))
        self._heard_at = max(heard_at, self._heard_at or heard_at)
        return actions

    def _recall(self, items: Sequence[Item]) -> None:
        """Know again, after a start, what was received before: the last item, all it came after.

        Not of periods, which may have been corrected meanwhile.
        """
        description = self.grant.description
        if description is None or description.granularity is not Granularity.LIVE:
            return
        before = {item.id: item for item in items}
        item_id = self.last_item
        while item_id is not None and (item := before.pop(item_id, None)) is not None:
            self._items[item.id] = None
            for reading in item.readings:
                self._known.setdefault(reading.time, reading.value)
            item_id = item.after

    def _remember(self, item_id: ItemId) -> None:
        if item_id not in self._items:
            self.last_item = item_id
        self._items[item_id] = None
        _forget_oldest(self._items, REMEMBERED)

    def _take(self, item: Item) -> list[Action]:
        # Another value of the same time is a correction.
        new = tuple(r for r in item.readings if self._known.get(r.time) != r.value)
        for reading in new:
            self._known[reading.time] = reading.value
        _forget_oldest(self._known, REMEMBERED_READINGS)
        if self.latest is None or parse_stamp(item.id) >= self.latest.time:
            if item.readings:
                self.latest = item.readings[-1]
            if self._status not in STATUS_OF_GRANT.values():
                self._status = Status.SOURCE_UNAVAILABLE if item.unavailable else Status.RECEIVING
        return [Received(new)] if new else []


def _published_last(items: Sequence[Item]) -> ItemId:
    """Return the item that none of the others came after; `items` are in order of time."""
    followed = {item.after for item in items}
    ends = [item.id for item in items if item.id not in followed]
    return ends[-1] if ends else items[-1].id


def _forget_oldest(known: dict[Any, Any], most: int) -> None:
    while len(known) > most:
        del known[next(iter(known))]
