"""The balance of a home: what it buys, sells, produces and consumes, now and over periods.

Pure: time is an argument and goes on only. Powers are milliwatts, energies microjoules. What is
counted goes into a book, which adds what others knew of the time before.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any, Protocol

from .calendar import Calendar, Slot
from .counter import Counter

FASTEST_W = 100_000
"""Faster than any home counts; twice the subscribed power where that is more."""


class HomeQuantity(StrEnum):
    """What is measured."""

    BOUGHT = "bought"
    SOLD = "sold"
    PRODUCED = "produced"
    DISCHARGED = "discharged"
    CHARGED = "charged"


OPPOSITE = {HomeQuantity.BOUGHT: HomeQuantity.SOLD, HomeQuantity.DISCHARGED: HomeQuantity.CHARGED}
"""Below zero, a power of the one is a power of the other, which then needs no sensor."""

type Energies = dict[HomeQuantity, int]


@dataclass(frozen=True, slots=True)
class Sums:
    """The energies of one period, and what follows from them."""

    energies: Mapping[HomeQuantity, int]
    """Of when all quantities are known."""
    alone: Mapping[HomeQuantity, int] = field(default_factory=dict)
    """Of when some are not."""
    kept: int | None = None
    """What the self-consumption of its parts adds up to, of a period that has some."""

    def __getitem__(self, quantity: HomeQuantity) -> int:
        """Return the energy of a quantity while all were known, 0 if none came."""
        return self.energies.get(quantity, 0)

    def of(self, quantity: HomeQuantity) -> int:
        """Return all the energy of a quantity that is known."""
        return self[quantity] + self.alone.get(quantity, 0)

    @property
    def consumed(self) -> int:
        """Return all that the home used, from wherever it came."""
        return (
            self[HomeQuantity.BOUGHT]
            - self[HomeQuantity.SOLD]
            + self[HomeQuantity.PRODUCED]
            + self[HomeQuantity.DISCHARGED]
            - self[HomeQuantity.CHARGED]
        )

    @property
    def self_consumed(self) -> int:
        """Return what was produced and not sold: used at home, or stored there."""
        used = self.kept
        if used is None:
            used = self[HomeQuantity.PRODUCED] - self[HomeQuantity.SOLD]
        return max(used, 0)

    @property
    def self_consumption_rate(self) -> float | None:
        """Return the part of the production that stayed at home, 0 to 1."""
        return _ratio(self.self_consumed, self[HomeQuantity.PRODUCED])

    @property
    def self_production_rate(self) -> float | None:
        """Return the part of the consumption that was not bought, 0 to 1."""
        return _ratio(self.consumed - self[HomeQuantity.BOUGHT], self.consumed)


def _ratio(part: int, whole: int) -> float | None:
    return min(max(part / whole, 0.0), 1.0) if whole > 0 else None


class BalanceBook(Protocol):
    """What a balance asks of the book in which what it counts is kept."""

    def need(self, quantities: Collection[HomeQuantity]) -> None:
        """Take without which quantities nothing can be told of the consumption."""

    def credit(self, quantity: HomeQuantity, slot: Slot, energy: int, spread: int) -> None:
        """Take an energy, where it lies, and over how many milliseconds it was spread."""

    def note(self, quantity: HomeQuantity, slot: Slot, known: int) -> None:
        """Take milliseconds of which a quantity is known."""


class Balance:
    """Takes powers and indexes as they come; gives the moment's powers and the periods' sums."""

    def __init__(
        self,
        calendar: Calendar,
        powers: Iterable[HomeQuantity],
        indexes: Mapping[HomeQuantity, Iterable[str]],
        at: int,
        book: BalanceBook,
        fastest_w: float = FASTEST_W,
    ) -> None:
        """Measure the quantities that have powers or indexes, from the moment `at`."""
        self._calendar = calendar
        self.at = at
        self.totals: Energies = {}
        """All that was ever counted."""
        self._book = book
        self._with_power = set(powers)
        self._index_names = {quantity: list(names) for quantity, names in indexes.items()}
        self._counters = {
            quantity: Counter(
                calendar,
                partial(self._credit, quantity),
                partial(book.note, quantity),
                round(fastest_w * 1000),
            )
            for quantity in HomeQuantity
        }
        for quantity, names in self._index_names.items():
            self._counters[quantity].is_indexed = bool(names)
        self.told: frozenset[HomeQuantity] = frozenset()
        """What others tell of this home, later than now: a file, a statistic, a reading."""
        self._signed: set[HomeQuantity] = set()
        """Those whose power was seen below zero."""
        self.begun = {quantity: at for quantity in HomeQuantity if self.measures(quantity)}
        """Since when each quantity is counted."""
        book.need(self.needed)

    @property
    def today(self) -> date:
        """Return the day that time has come to."""
        return self._calendar.day(self.at)

    def measures(self, quantity: HomeQuantity) -> bool:
        """Return whether anything measures this quantity."""
        return quantity in self._with_power or bool(self._index_names.get(quantity))

    def knows(self, quantity: HomeQuantity) -> bool:
        """Return whether anything tells this quantity, now or later."""
        return self.measures(quantity) or quantity in self.told

    def is_live(self, quantity: HomeQuantity) -> bool:
        """Return whether a quantity is counted as it comes; what nothing tells may go out."""
        is_sold = quantity is HomeQuantity.SOLD and quantity not in self.told and self.may_sell
        return self.measures(quantity) or is_sold

    @property
    def may_sell(self) -> bool:
        """Return whether anything says that this home is not a consumer only."""
        return bool(self._signed) or any(
            self.knows(q) for q in HomeQuantity if q is not HomeQuantity.BOUGHT
        )

    def is_indexed(self, quantity: HomeQuantity) -> bool:
        """Return whether an index gives the energy of this quantity."""
        return self._counters[quantity].is_indexed

    def integrates(self, quantity: HomeQuantity) -> bool:
        """Return whether the energy of this quantity is made from a power, for want of an index."""
        if self.is_indexed(quantity):
            return False
        if quantity is HomeQuantity.SOLD and not self.may_sell:
            return False
        return quantity in self._with_power or any(
            opposite is quantity and one in self._with_power for one, opposite in OPPOSITE.items()
        )

    @property
    def known(self) -> list[HomeQuantity]:
        """Return the quantities of which this home has any."""
        return [
            q for q in HomeQuantity if self.knows(q) or (q is HomeQuantity.SOLD and self.may_sell)
        ]

    @property
    def needed(self) -> list[HomeQuantity]:
        """Return the quantities without which nothing can be told of the consumption.

        There are none where nothing can at all: energy is sold, and nothing tells its source.
        """
        sources = HomeQuantity.PRODUCED, HomeQuantity.DISCHARGED
        return [] if self.may_sell and not any(map(self.knows, sources)) else self.known

    def parts(self, quantity: HomeQuantity | None) -> list[HomeQuantity]:
        """Return the quantities that a figure is made of: one, or what the consumption needs."""
        return self.needed if quantity is None else [quantity]

    def tell(self, told: Iterable[HomeQuantity]) -> None:
        """Take which quantities others tell."""
        self.told = frozenset(told)
        self._book.need(self.needed)

    # What comes

    def begin_at(self, at: int, indexes: Mapping[HomeQuantity, Mapping[str, int]]) -> None:
        """Begin at an earlier moment, at which these indexes stood at so many microjoules."""
        self.at = at
        for quantity in self.begun:
            values = indexes.get(quantity, {})
            for name, value in values.items():
                self._counters[quantity].begin(name, value, at)
            if len(values) == len(self._index_names.get(quantity, ())):
                self.begun[quantity] = at

    def advance(self, at: int) -> None:
        """Let time pass with the powers as they are."""
        if at <= self.at:
            return
        for counter in self._counters.values():
            counter.pass_time(self.at, at)
        self.at = at

    def set_power(self, quantity: HomeQuantity, milliwatts: int | None, at: int) -> None:
        """Take a power as it is from `at` on; None while it is not known."""
        self.advance(at)
        opposite = OPPOSITE.get(quantity)
        if opposite is not None and opposite not in self._with_power:
            if milliwatts is not None and milliwatts < 0 and quantity not in self._signed:
                self._signed.add(quantity)
                self._book.need(self.needed)
            # A meter that shows 0 while it exports says nothing of the export its index counts.
            is_told = quantity in self._signed or not self._index_names.get(opposite)
            self._counters[opposite].power = (
                None if milliwatts is None or not is_told else max(-milliwatts, 0)
            )
        self._counters[quantity].power = None if milliwatts is None else max(milliwatts, 0)

    def set_index(self, quantity: HomeQuantity, name: str, microjoules: int, at: int) -> None:
        """Take the value of an index, changed or confirmed."""
        self.advance(at)
        counter = self._counters[quantity]
        if not counter.indexes and quantity not in self.totals:
            self.begun[quantity] = self.at
        counter.read(name, microjoules, self.at)

    def lose_index(self, quantity: HomeQuantity, name: str, at: int) -> None:
        """Know that an index is no longer heard: no power is derived from it meanwhile."""
        self.advance(at)
        index = self._counters[quantity].indexes.get(name)
        if index is not None:
            index.forget_power()

    def interrupt(self, at: int) -> None:
        """Let time pass up to `at` with nothing known of the powers."""
        for counter in self._counters.values():
            counter.forget_power()
        self.advance(at)

    # What is told of the moment, milliwatts

    def power(self, quantity: HomeQuantity) -> int | None:
        """Return the power of a quantity; 0 if nothing measures it, None while not known."""
        counter = self._counters[quantity]
        if counter.power is not None:
            return counter.power
        if quantity in self._with_power:
            return None
        if counter.is_indexed:
            return counter.derived
        of_signed = next((q for q, opposite in OPPOSITE.items() if opposite is quantity), None)
        if of_signed in self._with_power or quantity in self.told:
            return None
        return 0

    @property
    def missing(self) -> HomeQuantity | None:
        """Return the first quantity whose power is not known."""
        return next((q for q in HomeQuantity if self.power(q) is None), None)

    @property
    def surplus(self) -> int | None:
        """Return what is sold less what is bought: below zero while buying."""
        bought, sold = self.power(HomeQuantity.BOUGHT), self.power(HomeQuantity.SOLD)
        return None if bought is None or sold is None else sold - bought

    @property
    def consumption(self) -> int | None:
        """Return what the home uses at this moment."""
        powers = {quantity: self.power(quantity) for quantity in HomeQuantity}
        if None in powers.values() or not self.needed:
            return None
        # The parts are not measured at one moment, which may leave a little less than nothing.
        return max(Sums({q: p for q, p in powers.items() if p is not None}).consumed, 0)

    @property
    def self_consumption(self) -> int | None:
        """Return the production that is not being sold."""
        produced, sold = self.power(HomeQuantity.PRODUCED), self.power(HomeQuantity.SOLD)
        return None if produced is None or sold is None else max(produced - sold, 0)

    def next_change(self) -> int | None:
        """Return when a power changes though nothing comes."""
        moments = [counter.next_still() for counter in self._counters.values()]
        return min((moment for moment in moments if moment is not None), default=None)

    def _credit(self, quantity: HomeQuantity, slot: Slot, energy: int, spread: int) -> None:
        self.totals[quantity] = self.totals.get(quantity, 0) + energy
        self._book.credit(quantity, slot, energy, spread)

    # What survives a restart

    def snapshot(self) -> dict[str, Any]:
        """Return all that must be kept, as JSON has it."""
        return {
            "at": self.at,
            "totals": dict(self.totals),
            "signed": sorted(self._signed),
            "begun": dict(self.begun),
            "counters": {quantity: c.snapshot() for quantity, c in self._counters.items()},
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take back a snapshot; indexes that no longer belong here are left."""
        self.at = kept["at"]
        self.totals = {HomeQuantity(name): energy for name, energy in kept["totals"].items()}
        self._signed = set(map(HomeQuantity, kept["signed"]))
        self.begun |= {HomeQuantity(name): at for name, at in kept["begun"].items()}
        for quantity, names in self._index_names.items():
            self._counters[quantity].restore(kept["counters"][quantity], names)
        self._book.need(self.needed)
