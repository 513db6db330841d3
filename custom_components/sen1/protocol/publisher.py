"""One publication of ours: readings become items (docs/protocol.md, "Live delivery").

Pure: times are arguments, nothing is sent here.
"""

from bisect import insort
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import islice
import math
from operator import attrgetter

from .model import Item, ItemId, PublicationId, Reading, published_last
from .stamps import stamp

REPEAT = 600.0
"""Seconds after which the last value is sent again, so that silence has a meaning."""

BOARD_REPEAT = 86400.0
"""The same of a board, which has kilobytes for each of hundreds of members."""

ITEM_BYTES = 7000
"""Bytes of readings in one item: with what is around them it stays under 8 KiB."""

REMEMBERED = 64
"""Items kept in mind once acknowledged: a server whose power is cut loses its last seconds."""

READING_BYTES = 32
"""Bytes a reading takes on the wire besides its value."""


class Publisher:
    """Decide what the next item of a publication holds and when it is due.

    A reading leaves only when the server acknowledged it: call `item` or `backlog_item`, publish,
    then `acknowledge`.
    """

    def __init__(self, publication: PublicationId, interval: float, repeat: float = REPEAT) -> None:
        self._publication = publication
        self._repeat = repeat
        self.interval = interval
        """Seconds between two live items."""
        self.revision = 1
        self.newest: Item | None = None
        """Of the items the server acknowledged, the one with the greatest time: it is repeated.

        It names the last of those that came behind it.
        """
        self._last: Item | None = None
        """The new item acknowledged last: the next one names it."""
        self._sent: deque[Item] = deque(maxlen=REMEMBERED)
        """The items acknowledged last, oldest first."""
        self._lost: deque[Item] = deque()
        """Those of them that the server lost: they go first, as they were."""
        self._pending: list[Reading] = []
        self._backlog: deque[Reading] = deque()
        self._is_catching_up = False
        self._sent_meanwhile: set[float] = set()
        """Times of readings acknowledged before the backlog is known, which has them too."""
        self._behind_since: float | None = None
        """The time up to which the server had all when the link came back."""
        self._unavailable_at: float | None = None
        self._live_at: float | None = None
        self._repeat_at: float | None = None

    @property
    def waiting(self) -> int:
        """How many readings the server has not acknowledged yet, or lost, but for an outage's."""
        return len(self._pending) + sum(len(item.readings) for item in self._lost)

    @property
    def backlog(self) -> int:
        """How many readings of an outage the server has not acknowledged yet."""
        return len(self._backlog)

    @property
    def oldest(self) -> Reading | None:
        """The oldest reading that is still to be sent."""
        return _oldest([*self._pending[:1], *self._owed()])

    @property
    def remembered(self) -> Reading | None:
        """The oldest reading that the server may be found to have lost."""
        return _oldest(reading for item in self._sent for reading in item.readings[:1])

    @property
    def spoke_at(self) -> float:
        """When the server last acknowledged a live item or a repeat, since the start."""
        return -math.inf if self._live_at is None else self._live_at

    def resume(self, held: Sequence[Item], since: float) -> None:
        """Go on after the items the node holds; but for what it lost it has all up to `since`.

        A node that ends with what we did not send goes before our memory: we were just started, or
        did not hear that the server has it. `add_backlog` must follow.
        """
        said = [item.saying for item in self._sent]
        last = published_last(held)
        if said and (last is None or last.saying in said):
            on_node = {item.saying for item in held}
            while said and said[-1] not in on_node:
                said.pop()
            self._lost = deque(islice(self._sent, len(said), None))
        else:
            self._last = self.newest = last
            if last is not None:
                self._sent.append(last)
                newest = max(held, key=attrgetter("id"))
                self.newest = newest if newest is last else replace(newest, after=last.id)
        self._behind_since = since
        self._is_catching_up = True
        self._sent_meanwhile = {
            reading.time for item in (*held, *self._sent) for reading in item.readings
        }

    def add(self, reading: Reading) -> None:
        """Take a live reading; two at one time are one, the later said wins."""
        self._unavailable_at = None
        known = [other for other in self._pending[-2:] if other.time == reading.time]
        for other in known:
            self._pending.remove(other)
        insort(self._pending, reading, key=attrgetter("time"))

    def add_backlog(self, readings: Iterable[Reading]) -> None:
        """Take readings of an outage, oldest first; they go after the live ones."""
        self._is_catching_up = False
        live = {reading.time for reading in self._pending} | self._sent_meanwhile
        self._sent_meanwhile.clear()
        self._backlog.extend(reading for reading in readings if reading.time not in live)

    def set_unavailable(self, at: float) -> None:
        """Note that the source has had no value since `at`."""
        if self._unavailable_at is None:
            self._unavailable_at = at

    def drop_pending(self) -> None:
        """Forget what was not sent: the link is down, and the recorder and the state keep it."""
        self._pending.clear()
        self._backlog.clear()
        self._lost.clear()
        self._unavailable_at = None
        self._is_catching_up = True

    def forget_sent(self) -> None:
        """Publish nothing again that the server may have lost: not all may receive it."""
        self._sent.clear()
        self._lost.clear()

    def replace_newest(self, item: Item) -> None:
        """Note that the server holds less of the newest item than it did."""
        if self.newest is not None and self.newest.id == item.id:
            self.newest = replace(self.newest, readings=item.readings)

    def say_again(self) -> None:
        """Have the newest item repeated as soon as nothing new is due."""
        self._repeat_at = None

    def has_said(self, item: Item) -> bool:
        """Return whether an item is only said again."""
        return item is self.newest or item in self._lost

    def due(self, now: float) -> float | None:
        """Return when the next live item or repeat may go; None when there is nothing to say."""
        if self._lost:
            return now
        if self._pending or self._owes_unavailable():
            return now if self._live_at is None else max(now, self._live_at + self.interval)
        if self.newest is None:
            return None
        return now if self._repeat_at is None else max(now, self._repeat_at)

    def item(self) -> Item | None:
        """Return what was lost, the next live item, or the newest again."""
        if self._lost:
            return self._lost[0]
        if self._pending:
            return self._make(_first(self._pending))
        if self._owes_unavailable() and self._unavailable_at is not None:
            return self._make((), self._unavailable_at)
        return self.newest

    def backlog_item(self) -> Item | None:
        """Return what was lost, or the next item of an outage's readings."""
        if self._lost:
            return self._lost[0]
        if not self._backlog:
            return None
        return self._make(_first(self._backlog))

    def owed_from(self, item: Item) -> float | None:
        """Return from when on readings of an outage are still to come once this item is sent."""
        sent = {reading.time for reading in item.readings}
        owed = [reading.time for reading in self._owed(without=sent)]
        if self._is_catching_up and self._behind_since is not None:
            owed.append(self._behind_since)
        return min(owed, default=None)

    def acknowledge(self, item: Item, now: float) -> None:
        """Note that the server holds this item."""
        if item in self._lost:
            self._lost.remove(item)
            return
        sent = {reading.time for reading in item.readings}
        if self._is_catching_up:
            self._sent_meanwhile |= sent
        self._pending = [reading for reading in self._pending if reading.time not in sent]
        while self._backlog and self._backlog[0].time in sent:
            self._backlog.popleft()
        if self._sent and self._sent[-1].saying == item.saying:
            self._sent.pop()
        self._sent.append(item)
        if item is not self.newest:
            self._last = item
        if self.newest is None or item.id >= self.newest.id:
            self.newest = item
            self._live_at, self._repeat_at = now, now + self._repeat
            return
        self.newest = replace(self.newest, after=item.id)
        if not self._backlog:
            # So much that is old may have pushed the newest off the node.
            self._repeat_at = now

    @property
    def watermark(self) -> float | None:
        """The time up to which every reading is acknowledged; None while that is not known."""
        if self._is_catching_up or self.newest is None or not self.newest.readings:
            return None
        if (owed := _oldest(self._owed())) is not None:
            return owed.time - 0.001
        return self.newest.readings[-1].time

    def _owed(self, without: Collection[float] = ()) -> list[Reading]:
        """Return the first readings of what was lost and of an outage, but for these times."""
        firsts = [reading for item in self._lost for reading in item.readings[:1]]
        return [
            *(reading for reading in firsts if reading.time not in without),
            *islice((r for r in self._backlog if r.time not in without), 1),
        ]

    def _owes_unavailable(self) -> bool:
        if self._unavailable_at is None:
            return False
        return self.newest is None or not self.newest.unavailable

    def _make(self, readings: Iterable[Reading], at: float | None = None) -> Item:
        readings = tuple(readings)
        time = at if at is not None else readings[-1].time
        item_id = ItemId(stamp(time))
        last = self._last
        # The same item again (a correction, a retry) keeps its place in the chain.
        after = last.after if last and last.id == item_id else (last.id if last else None)
        return Item(self._publication, item_id, after, self.revision, readings, at is not None)


def held_until(items: Collection[Item]) -> float | None:
    """Return the time up to which a server has all readings, by what its node holds."""
    last = published_last(items)
    if last is not None and last.owed_from is not None:
        return last.owed_from - 0.001
    return max((reading.time for item in items for reading in item.readings), default=None)


def _oldest(readings: Iterable[Reading]) -> Reading | None:
    return min(readings, key=attrgetter("time"), default=None)


def _first(readings: Iterable[Reading]) -> list[Reading]:
    """Return the readings that fit in one item; at least one."""
    room = ITEM_BYTES
    first: list[Reading] = []
    for reading in readings:
        room -= READING_BYTES + len(str(reading.value))
        if first and room < 0:
            break
        first.append(reading)
    return first
