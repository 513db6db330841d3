"""What half-hours come to and cost: a tally of a stretch of time, by the contracts of a site. Pure.

A tally has the energies of that time by tariff period, how much of it is known, and since when.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from functools import cache
from zlib import crc32

from ..counting.balance import HomeQuantity, Sums
from ..counting.calendar import HALF_HOUR_MS, HOUR_MS, MS, Calendar
from ..counting.steps import Step, Steps
from .contract import Bill, Tariff, Tariffs, price_of
from .split import shares


class Commodity(StrEnum):
    """What a site uses besides electricity."""

    GAS = "gas"
    WATER = "water"


class Derived(StrEnum):
    """What follows from what is measured, where all of it is known."""

    CONSUMED = "consumed"
    SELF_CONSUMED = "self_consumed"


type SiteQuantity = HomeQuantity | Commodity

type Pasts = Mapping[SiteQuantity, Steps]
"""The half-hours of each quantity."""

type PastsByDay = dict[date, dict[SiteQuantity, Steps]]

type High = tuple[int, int]
"""The energy of a half-hour, and when it began."""


@dataclass(slots=True)
class Tally:
    """What a stretch of time came to."""

    amounts: dict[tuple[SiteQuantity, int | None, str], int] = field(default_factory=dict)
    """By quantity, number of the contract, and tariff period (of what was bought)."""
    together: dict[HomeQuantity, int] = field(default_factory=dict)
    """Energies of when all was known that the consumption needs."""
    self_consumed: int = 0
    """What was produced in that time and not sold, so that parts add up to their sum."""
    known: dict[SiteQuantity | None, int] = field(default_factory=dict)
    """Milliseconds; of None, those in which the consumption is known."""
    first: dict[SiteQuantity | None, int] = field(default_factory=dict)
    """The first moment that is known."""
    last: dict[SiteQuantity | None, int] = field(default_factory=dict)
    """The end of the last half-hour of which anything is known."""
    longest: dict[SiteQuantity | None, int] = field(default_factory=dict)
    """Milliseconds over which one of its half-hours was spread, at most."""
    highest: High | None = None
    """The half-hour in which most was bought, of those that were measured by an hour at most."""
    guessed: Decimal = Decimal(0)
    """What was bought in no period that anybody told, at the mean price of its month."""
    mark: int = 0
    """Of days that are settled: as long as their half-hours are the same, it is the same."""

    def add(self, other: Tally) -> None:
        """Take another stretch of time."""
        for part, amount in other.amounts.items():
            self.amounts[part] = self.amounts.get(part, 0) + amount
        for quantity, energy in other.together.items():
            self.together[quantity] = self.together.get(quantity, 0) + energy
        self.self_consumed += other.self_consumed
        for known, length in other.known.items():
            self.known[known] = self.known.get(known, 0) + length
        for known, at in other.first.items():
            self.first[known] = min(self.first.get(known, at), at)
        for known, at in other.last.items():
            self.last[known] = max(self.last.get(known, at), at)
        for known, length in other.longest.items():
            self.longest[known] = max(self.longest.get(known, 0), length)
        if other.highest is not None:
            self.heed(other.highest)
        self.guessed += other.guessed
        self.mark ^= other.mark

    def heed(self, high: High) -> None:
        """Take what was bought in a half-hour; of two that are equal, the first is the highest."""
        if self.highest is None or (high[0], -high[1]) > (self.highest[0], -self.highest[1]):
            self.highest = high

    def of(self, quantity: SiteQuantity) -> int:
        """Return all that is known of a quantity."""
        return sum(amount for part, amount in self.amounts.items() if part[0] is quantity)

    def sums(self) -> Sums:
        """Return the energies, and what follows from them."""
        alone = {q: self.of(q) - self.together.get(q, 0) for q in HomeQuantity}
        return Sums(self.together, alone, self.self_consumed)


class Accountant:
    """Makes tallies of half-hours, by the contracts of a site."""

    def __init__(self, tariffs: Tariffs, zone: tzinfo) -> None:
        self.tariffs = tariffs
        self.calendar = Calendar(zone)
        self._zone = zone
        self._mean_price = cache(self._mean_price_of)

    def tally(self, pasts: Pasts, needed: Collection[HomeQuantity]) -> Tally:
        """Return what half-hours of one day came to."""
        tally = Tally()
        for quantity, steps in pasts.items():
            for at, step in steps.items():
                number = self.tariffs.number(self.calendar.day(at))
                for name, amount in self.named(quantity, at, step).items():
                    part = quantity, number, name
                    tally.amounts[part] = tally.amounts.get(part, 0) + amount
                    if quantity is HomeQuantity.BOUGHT and number is not None and not name:
                        tally.guessed += price_of(amount, self._price(at, name))
                if step.known:
                    _know(tally, quantity, at, step.known)
                    tally.longest[quantity] = max(tally.longest.get(quantity, 0), step.length)
                is_measured = step.known == HALF_HOUR_MS and step.length <= HOUR_MS
                if quantity is HomeQuantity.BOUGHT and is_measured:
                    tally.heed((step.amount, at))
        for at in _common(pasts, needed):
            known = min(pasts[q][at].known for q in needed)
            _know(tally, None, at, known)
            energies = _energies(pasts, at, known)
            for measured, energy in energies.items():
                tally.together[measured] = tally.together.get(measured, 0) + energy
            used = energies.get(HomeQuantity.PRODUCED, 0) - energies.get(HomeQuantity.SOLD, 0)
            # Of a half-hour that is known in part it is a guess, which may be below nothing.
            tally.self_consumed += max(used, 0) if known < HALF_HOUR_MS else used
        return tally

    def settled(self, pasts: Pasts, needed: Collection[HomeQuantity]) -> Tally:
        """Return the tally of a day whose half-hours stay as they are, marked by them."""
        tally = self.tally(pasts, needed)
        tally.mark = crc32(repr(sorted(pasts.items())).encode())
        return tally

    def named(self, quantity: SiteQuantity, at: int, step: Step) -> Mapping[str, int]:
        """Return a half-hour by tariff periods of the contract: as told, else by the clock."""
        if quantity is not HomeQuantity.BOUGHT:
            return {"": step.amount}
        day = self.calendar.day(at)
        tariff = self.tariffs.at(day)
        if tariff is None:
            return {"": step.amount}
        amounts: dict[str, int] = {}
        for told, amount in step.amounts.items():
            name = told and tariff.name_of(told)
            if name not in tariff.prices:
                name = self._scheduled(tariff, at)
            amounts[name] = amounts.get(name, 0) + amount
        return amounts

    def _scheduled(self, tariff: Tariff, at: int) -> str:
        """Return the tariff period of a half-hour by the clock, empty where that does not tell."""
        middle = datetime.fromtimestamp((at + HALF_HOUR_MS // 2) / MS, self._zone)
        name = tariff.scheduled(middle, None)
        return name if name is not None and name in tariff.prices else ""

    def value(self, quantity: HomeQuantity, at: int, step: Step) -> Decimal | None:
        """Return what a half-hour cost, or what was sold in it earned; None without a price."""
        tariff = self.tariffs.at(self.calendar.day(at))
        if tariff is None:
            return None
        if quantity is HomeQuantity.SOLD:
            return price_of(step.amount, tariff.feed_in) if tariff.feed_in else None
        if quantity is not HomeQuantity.BOUGHT:
            return None
        amounts = self.named(quantity, at, step).items()
        return sum((price_of(each, self._price(at, name)) for name, each in amounts), Decimal(0))

    def _price(self, at: int, name: str) -> Decimal:
        """Return the price of a period of the contract in force; of none, the month's mean."""
        day = self.calendar.day(at)
        number = self.tariffs.number(day)
        assert number is not None  # what has a period has a contract
        if name:
            return self.tariffs.all[number].prices[name]
        return self._mean_price(number, day.replace(day=1))

    def _mean_price_of(self, number: int, month: date) -> Decimal:
        """Return what a kWh of a month costs by how its periods usually share it."""
        tariff = self.tariffs.all[number]
        parts = shares(tariff, {}, month)
        return sum((Decimal(repr(p)) * tariff.prices[name] for name, p in parts.items()), Decimal())

    def bill(self, tally: Tally) -> Bill:
        """Return what a tally costs and earns, without any subscription."""
        bill = Bill()
        for (quantity, number, name), amount in tally.amounts.items():
            tariff = None if number is None else self.tariffs.all[number]
            if quantity is HomeQuantity.SOLD and tariff is not None:
                bill.income += price_of(amount, tariff.feed_in)
            elif quantity is HomeQuantity.BOUGHT and tariff is None:
                bill.unpriced += amount
            elif quantity is HomeQuantity.BOUGHT and tariff is not None:
                bill.energies[name] = bill.energies.get(name, 0) + amount
                if name:
                    cost = price_of(amount, tariff.prices[name])
                    bill.costs[name] = bill.costs.get(name, Decimal(0)) + cost
        if "" in bill.energies:
            bill.costs[""] = tally.guessed
        return bill


def derived(pasts: Pasts, needed: Collection[HomeQuantity]) -> dict[Derived, Steps]:
    """Return the half-hours of what follows, where all that the consumption needs is known."""
    found: dict[Derived, Steps] = {quantity: {} for quantity in Derived}
    for at in _common(pasts, needed):
        known = min(pasts[quantity][at].known for quantity in needed)
        sums = Sums(_energies(pasts, at, known))
        for quantity in Derived:
            found[quantity][at] = Step({"": getattr(sums, quantity)}, known)
    return found


def _know(tally: Tally, quantity: SiteQuantity | None, at: int, known: int) -> None:
    tally.known[quantity] = tally.known.get(quantity, 0) + known
    tally.first[quantity] = min(tally.first.get(quantity, at), at)
    tally.last[quantity] = max(tally.last.get(quantity, 0), at + HALF_HOUR_MS)


def _part(step: Step, known: int) -> int:
    """Return what a half-hour came to in the time in which all that is needed is known."""
    return step.amount * known // step.known if step.known > known else step.amount


def _energies(pasts: Pasts, at: int, known: int) -> dict[HomeQuantity, int]:
    """Return what a half-hour came to in the time in which all that is needed is known.

    Its indexes are not heard at one moment. While a half-hour is known in part, one that tells what
    went out may be ahead of those that tell what came in: no more went out than that.
    """
    energies = {
        measured: _part(pasts[measured][at], known)
        for measured in HomeQuantity
        if at in pasts.get(measured, {})
    }
    if known < HALF_HOUR_MS:
        come = energies.get(HomeQuantity.PRODUCED, 0) + energies.get(HomeQuantity.DISCHARGED, 0)
        sold = energies[HomeQuantity.SOLD] = min(energies.get(HomeQuantity.SOLD, 0), come)
        come += energies.get(HomeQuantity.BOUGHT, 0) - sold
        energies[HomeQuantity.CHARGED] = min(energies.get(HomeQuantity.CHARGED, 0), come)
    return energies


def _common(pasts: Pasts, needed: Collection[HomeQuantity]) -> set[int]:
    """Return the half-hours of which everything is known."""
    if not needed:
        return set()
    known = [{at for at, step in pasts.get(q, {}).items() if step.known} for q in needed]
    return set.intersection(*known)
