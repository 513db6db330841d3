"""The energy of one quantity, exactly: from indexes, from a power, or from both.

Pure. Powers are whole milliwatts and times whole milliseconds, so that every energy is a whole
number of microjoules and no sum ever rounds.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from .calendar import MS, Calendar, Slot

MICROJOULES_OF_WH = 3_600_000_000

SPAN_MS = 60 * MS
"""A power is derived over at least this long: the next step of 1 Wh alone says little."""
FIRST_SPAN_MS = 3600 * MS
"""An index seen for this long without a move stands still, whatever its rhythm."""

SLOTS_PENDING = 40 * 48
"""An index that stands still for longer than 40 days need not remember each half-hour of it."""

type Credit = Callable[[Slot, int, int], None]
"""Takes microjoules that were counted in a slot, and the milliseconds they were spread over: 0
where a power tells when they were counted."""

type Note = Callable[[Slot, int], None]
"""Takes milliseconds of a slot of which the quantity is known."""


@dataclass(slots=True)
class Register:
    """A register that counts up, and what is known of the time since it was last read."""

    value: int
    """Microjoules."""
    at: int
    known: dict[Slot, int] = field(default_factory=dict)
    """Microjoules that the power tells, since `at`."""
    unknown: dict[Slot, int] = field(default_factory=dict)
    """Milliseconds without a power, since `at`."""

    power: int | None = None
    """Milliwatts, the mean between two moves."""
    moved_at: int | None = None
    """When it last moved; None until it is heard again."""
    counted: int = 0
    """Microjoules since `moved_at`."""
    still_at: int | None = None
    """When it will have stood still for so long that the power is 0."""
    is_heard: bool = True

    def pass_time(self, pieces: list[tuple[Slot, int]], power: int | None) -> None:
        """Remember what the power was over pieces of time, in milliseconds."""
        book, factor = (self.unknown, 1) if power is None else (self.known, power)
        for slot, length in pieces:
            _remember(book, slot, length * factor)

    def move(self, value: int, counted: int, at: int) -> None:
        """Take a new value, and derive the mean power since it last moved."""
        self.value, self.at, self.is_heard = value, at, True
        self.known, self.unknown = {}, {}
        if self.moved_at is None:
            self.moved_at, self.still_at = at, at + FIRST_SPAN_MS
        elif counted:
            self.counted += counted
            span = at - self.moved_at
            if span >= SPAN_MS:
                self.power = self.counted // span
                self.moved_at, self.counted, self.still_at = at, 0, at + 2 * span

    def settle(self, at: int) -> None:
        """Take a power for 0 whose index has not moved for twice as long as it took before."""
        if self.still_at is not None and at >= self.still_at:
            self.power, self.still_at = 0, None

    def forget_power(self) -> None:
        """Begin anew after a time in which nothing was heard: its mean is not this moment's."""
        self.power = self.moved_at = self.still_at = None
        self.counted, self.is_heard = 0, False

    def spread(self, energy: int, slot: Slot, credit: Credit) -> None:
        """Share what was counted since `at` between the slots, by the best that is known.

        Where the power was known, the energy is where the power was. The rest lies evenly over
        the time without a power. `slot` takes it when no time has passed.
        """
        known = sum(self.known.values())
        if energy > known and self.unknown:
            length = sum(self.unknown.values())
            rest = _shares(energy - known, self.unknown)
            for each in {*self.known, *rest}:
                share = self.known.get(each, 0) + rest.get(each, 0)
                credit(each, share, length if each in rest else 0)
        elif known:
            for each, share in _shares(energy, self.known).items():
                credit(each, share, 0)
        else:
            credit(slot, energy, 0)


class Counter:
    """One quantity: indexes are the truth of its energy, a power that of the moment."""

    def __init__(self, calendar: Calendar, credit: Credit, note: Note, fastest: int) -> None:
        self._calendar = calendar
        self._credit = credit
        self._note = note
        self._fastest = fastest
        """Milliwatts that no index of this home outruns."""
        self.is_indexed = False
        """Do indexes tell its energy?"""
        self.power: int | None = None
        """Milliwatts, as measured; None while unknown."""
        self.indexes: dict[str, Register] = {}
        self.unheard: dict[Slot, int] = {}
        """Milliseconds in which an index was not heard, known as soon as all are heard again."""

    def pass_time(self, begin: int, end: int) -> None:
        """Let the power of this moment last over [begin, end)."""
        if self.indexes:
            pieces, is_heard = list(self._calendar.split(begin, end)), self._is_heard
            for index in self.indexes.values():
                index.pass_time(pieces, self.power)
                index.settle(end)
            for slot, length in pieces:
                if is_heard:
                    self._note(slot, length)
                else:
                    _remember(self.unheard, slot, length)
        elif self.power is not None and not self.is_indexed:
            for slot, length in self._calendar.split(begin, end):
                self._note(slot, length)
                if self.power:
                    self._credit(slot, self.power * length, 0)

    @property
    def _is_heard(self) -> bool:
        return all(index.is_heard for index in self.indexes.values())

    def read(self, name: str, value: int, at: int) -> None:
        """Take the value of an index, in microjoules, once time has passed up to `at`.

        One that stands lower is another meter, which began at zero. One that stands higher than
        it can have come to meanwhile is another meter too, or a fault: its difference is no
        energy, and the power is believed instead, where there is one.
        """
        index = self.indexes.get(name)
        if index is None:
            self.begin(name, value, at)
            return
        counted = value - index.value if value >= index.value else value
        # A little more: registers round, and values do not arrive to the second.
        if counted > self._fastest * (at - index.at + SPAN_MS):
            counted = sum(index.known.values())
        if counted:
            # Midnight ends a day: what is read then was counted before.
            slot = self._calendar.slot(max(at - 1, index.at))
            index.spread(counted, slot, self._credit)
        index.move(value, counted, at)
        if self.unheard and self._is_heard:
            for slot, length in self.unheard.items():
                self._note(slot, length)
            self.unheard = {}

    def begin(self, name: str, value: int, at: int) -> None:
        """Count an index from a value on."""
        self.indexes[name] = Register(value, at)
        self.indexes[name].move(value, 0, at)

    @property
    def derived(self) -> int | None:
        """Return the power that the indexes tell, None while one tells none."""
        total = 0
        for index in self.indexes.values():
            if index.power is None:
                return None
            total += index.power
        return total if self.indexes else None

    def next_still(self) -> int | None:
        """Return when a derived power will be 0 unless its index moves."""
        moments = [i.still_at for i in self.indexes.values() if i.still_at is not None]
        return min(moments, default=None)

    def forget_power(self) -> None:
        """Know the power no more: nothing is heard."""
        self.power = None
        for index in self.indexes.values():
            index.forget_power()

    def snapshot(self) -> dict[str, Any]:
        """Return what must survive a restart."""
        indexes = {
            name: {
                "value": index.value,
                "at": index.at,
                "known": _written(index.known),
                "unknown": _written(index.unknown),
                "is_heard": index.is_heard,
            }
            for name, index in self.indexes.items()
        }
        return {"indexes": indexes, "unheard": _written(self.unheard)}

    def restore(self, kept: Mapping[str, Any], names: Iterable[str]) -> None:
        """Take a snapshot back; indexes of other names no longer belong here."""
        self.unheard = _read(kept["unheard"])
        for name in names:
            if (of_index := kept["indexes"].get(name)) is not None:
                self.indexes[name] = Register(
                    of_index["value"],
                    of_index["at"],
                    _read(of_index["known"]),
                    _read(of_index["unknown"]),
                    is_heard=of_index["is_heard"],
                )


def _remember(book: dict[Slot, int], slot: Slot, amount: int) -> None:
    """Add to what a book has of a slot; the oldest are put together when there are too many."""
    book[slot] = book.get(slot, 0) + amount
    if len(book) > SLOTS_PENDING:
        # They came one after the other.
        oldest, next_oldest = islice(book, 2)
        book[next_oldest] += book.pop(oldest)


def _written(book: Mapping[Slot, int]) -> list[tuple[int, str, str, int]]:
    return [(s.begin, s.day.isoformat(), s.tariff, amount) for s, amount in book.items()]


def _read(rows: Iterable[tuple[int, str, str, int]]) -> dict[Slot, int]:
    return {
        Slot(begin, date.fromisoformat(day), tariff): amount for begin, day, tariff, amount in rows
    }


def _shares(energy: int, weights: Mapping[Slot, int]) -> dict[Slot, int]:
    """Share an energy by weights; the last takes what does not divide, so nothing is lost."""
    total = sum(weights.values())
    shares = {slot: energy * weight // total for slot, weight in weights.items()}
    shares[max(weights)] += energy - sum(shares.values())
    return shares
