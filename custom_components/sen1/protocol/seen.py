"""What a follower keeps in mind to know a reading again: some kilobytes, for it may follow a town.

A reading comes again within an item that is repeated or asked for, or in another one: what was not
acknowledged, or came since a killed publisher last noted how far it was, is sent anew, cut
otherwise.
"""

from array import array
from bisect import bisect_left

from .model import Item, ItemId, Reading

ITEMS = 32
"""Items kept in mind: twice what a node of live readings has."""

READINGS = 512
"""Readings kept in mind one by one: minutes of one a second, or all periods of a node."""


class KnownItems:
    """The items that came last, in the order of arrival, each with a mark of what it said.

    What it came after is a part of that: said again behind others, it says that these came.
    """

    def __init__(self) -> None:
        self._marks: dict[ItemId, int] = {}
        self._said: dict[ItemId, float] = {}
        """When those that are signed were said."""
        self._loose: set[ItemId] = set()

    def __contains__(self, item_id: ItemId) -> bool:
        """Return whether an item came."""
        return item_id in self._marks

    def has(self, item: Item) -> bool:
        """Return whether this item came before and said the same."""
        return self._marks.get(item.id) == _mark(item)

    def has_linked(self, item: Item) -> bool:
        """Return whether this item came before and said the same, as did what it came after."""
        return self.has(item) and item.id not in self._loose

    def is_outdated(self, item: Item) -> bool:
        """Return whether this item was said again later, and that came."""
        return item.said is not None and item.said < self._said.get(item.id, 0.0)

    def add(self, item: Item, *, is_linked: bool) -> None:
        """Keep an item in mind as the last that came; not linked, one before it is missing."""
        self._marks.pop(item.id, None)
        self._marks[item.id] = _mark(item)
        if item.said is not None:
            self._said[item.id] = item.said
        if is_linked:
            self._loose.discard(item.id)
        else:
            self._loose.add(item.id)
        while len(self._marks) > ITEMS:
            oldest = next(iter(self._marks))
            del self._marks[oldest]
            self._said.pop(oldest, None)
            self._loose.discard(oldest)


class KnownReadings:
    """The readings with the greatest times, sixteen bytes each."""

    def __init__(self) -> None:
        self._times = array("d")
        self._marks = array("q")

    def has(self, reading: Reading) -> bool:
        """Return whether this value of this time came before."""
        at = bisect_left(self._times, reading.time)
        return self._is_at(at, reading) and self._marks[at] == _mark_of_value(reading.value)

    def add(self, reading: Reading) -> None:
        """Keep a reading in mind, in the place of another of its time."""
        at, mark = bisect_left(self._times, reading.time), _mark_of_value(reading.value)
        if self._is_at(at, reading):
            self._marks[at] = mark
            return
        self._times.insert(at, reading.time)
        self._marks.insert(at, mark)
        if len(self._times) > READINGS:
            del self._times[0], self._marks[0]

    def _is_at(self, at: int, reading: Reading) -> bool:
        return at < len(self._times) and self._times[at] == reading.time


def _mark(item: Item) -> int:
    said = tuple((reading.time, _mark_of_value(reading.value)) for reading in item.readings)
    return hash((item.after, said))


def _mark_of_value(value: float | str) -> int:
    # Not of the number: -1 and -2 have one hash.
    return hash(value if isinstance(value, str) else float(value).hex())
