"""The one book of a site: what each quantity came to, whatever counted it. Pure.

What is counted here lies in half-hours for some days, as an index may still tell of them. What is
older, and what others counted, is joined by who reads it (`settle`): of older days their sums are
kept here, and their half-hours where they come from. Every figure is a tally of this book: the
energies of a stretch of time by tariff period, how much of it is known, and what it cost.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from ..counting.balance import HomeQuantity, Sums
from ..counting.calendar import HALF_HOUR_MS, MS, Calendar, CalendarPeriod, Slot
from ..counting.steps import Step, Steps, completed, cut_of, summed
from .contract import Bill, Tariff, Tariffs, price_of
from .split import shares

KEPT_DAYS = 3
"""Whole days before today whose half-hours are kept: so late an index may still tell of them."""


class Commodity(StrEnum):
    """What a site uses besides electricity."""

    GAS = "gas"
    WATER = "water"


type Quantity = HomeQuantity | Commodity

type Pasts = Mapping[Quantity, Steps]
"""The half-hours of each quantity."""


@dataclass(slots=True)
class Tally:
    """What a stretch of time came to."""

    amounts: dict[tuple[Quantity, int | None, str], int] = field(default_factory=dict)
    """By quantity, number of the contract, and tariff period (of what was bought)."""
    together: dict[HomeQuantity, int] = field(default_factory=dict)
    """Energies of when all was known that the consumption needs."""
    self_consumed: int = 0
    """What was produced in that time and not sold, so that parts add up to their sum."""
    known: dict[Quantity | None, int] = field(default_factory=dict)
    """Milliseconds; of None, those in which the consumption is known."""
    first: dict[Quantity | None, int] = field(default_factory=dict)
    """The first moment that is known."""
    guessed: Decimal = Decimal(0)
    """What was bought in no period that anybody told, at the mean price of its month."""

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
        self.guessed += other.guessed

    def of(self, quantity: Quantity) -> int:
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

    def named(self, quantity: Quantity, at: int, step: Step) -> Mapping[str, int]:
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


def _know(tally: Tally, quantity: Quantity | None, at: int, known: int) -> None:
    tally.known[quantity] = tally.known.get(quantity, 0) + known
    tally.first[quantity] = min(tally.first.get(quantity, at), at)


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


class Book:
    """What a site came to: counted here, and joined with what others know."""

    def __init__(self, tariffs: Tariffs, zone: tzinfo) -> None:
        self.accountant = Accountant(tariffs, zone)
        self._calendar = Calendar(zone)
        self.needed: Collection[HomeQuantity] = ()
        """Without which nothing can be told of the consumption."""
        self.kept_from = date.min
        """The first day that is kept as half-hours."""
        self._counted: dict[date, dict[Quantity, Steps]] = {}
        """By day, what was counted here: of days that are kept, and what came late of others."""
        self._leaving: dict[date, dict[Quantity, Steps]] = {}
        """Likewise, while it is put away."""
        self._others: dict[date, dict[Quantity, Steps]] = {}
        """By day that is kept, what others know of it."""
        self._recent: dict[date, Tally] = {}
        """Their tallies, but for those to be made anew."""
        self._joined: dict[date, Tally] = {}
        """By day, what is older."""
        self._sums: dict[tuple[CalendarPeriod, date], Tally] = {}
        """Of those days together, months and years."""
        self._first: dict[Quantity | None, int] = {}
        """The first moment of each that is known, as found."""
        self.day_a_year_before: Pasts = {}
        """The half-hours of the day that is to last year what today is to this."""
        self.changed_from: int | None = None
        """The first half-hour that came to something else since who asks looked."""

    # What comes

    def need(self, quantities: Collection[HomeQuantity]) -> None:
        """Take without which quantities nothing can be told of the consumption."""
        self.needed = quantities
        self._forget()

    def credit(self, quantity: HomeQuantity, slot: Slot, energy: int, spread: int) -> None:
        """Take an energy, where it lies, and over how many milliseconds it was spread."""
        step = self._step(quantity, slot)
        name = slot.tariff if quantity is HomeQuantity.BOUGHT else ""
        step.amounts[name] = step.amounts.get(name, 0) + energy
        step.length = max(step.length, spread)

    def note(self, quantity: HomeQuantity, slot: Slot, known: int) -> None:
        """Take milliseconds of which a quantity is known."""
        self._step(quantity, slot).known += known

    def _step(self, quantity: HomeQuantity, slot: Slot) -> Step:
        self._recent.pop(slot.day, None)
        if self.changed_from is None or slot.begin < self.changed_from:
            self.changed_from = slot.begin
        steps = self._counted.setdefault(slot.day, {}).setdefault(quantity, {})
        if (step := steps.get(slot.begin)) is None:
            step = steps[slot.begin] = Step({})
        return step

    # What is joined

    def leave(self, kept: date) -> tuple[dict[date, dict[Quantity, Steps]], set[date]]:
        """Return what was counted on days before `kept`, and which of them are whole.

        Of the others it came after they had been put away. It counts here until it is settled.
        """
        for day in [day for day in self._counted if day < kept]:
            self._leaving[day] = together(self._leaving.get(day, {}), self._counted.pop(day))
        return self._leaving, {day for day in self._leaving if day >= self.kept_from}

    def settle(
        self,
        since: date,
        joined: Mapping[date, Tally],
        others: Mapping[date, dict[Quantity, Steps]],
        kept: date,
        left: Iterable[date] = (),
    ) -> None:
        """Take what is known from a day on: of days before `kept` tallies, then half-hours.

        The days of `left` were put away, and are in `joined`.
        """
        for day in left:
            del self._leaving[day]
        self.kept_from = kept
        begin = self._calendar.begin(since)
        self.changed_from = begin if self.changed_from is None else min(self.changed_from, begin)
        self._joined = {d: a for d, a in self._joined.items() if d < since} | dict(joined)
        self._others = dict(others)
        self._forget()
        self._sums = {}
        for day, tally in self._joined.items():
            for period in (CalendarPeriod.MONTH, CalendarPeriod.YEAR):
                self._sums.setdefault((period, period.first_day(day)), Tally()).add(tally)

    def _forget(self) -> None:
        self._recent.clear()
        self._first.clear()

    # What it came to

    def half_hours(self, day: date) -> dict[Quantity, Steps]:
        """Return the half-hours of a day that is kept; of another what came late."""
        counted = together(self._leaving.get(day, {}), self._counted.get(day, {}))
        return completed_by(counted, self._others.get(day, {}))

    def day(self, day: date) -> Tally:
        """Return what a day came to."""
        tally = Tally()
        if (joined := self._joined.get(day)) is not None:
            tally.add(joined)
        if day in self._recent_days():
            tally.add(self._recent_tally(day))
        return tally

    def _recent_days(self) -> set[date]:
        return {*self._counted, *self._leaving, *self._others}

    def _recent_tally(self, day: date) -> Tally:
        if day not in self._recent:
            self._recent[day] = self.accountant.tally(self.half_hours(day), self.needed)
        return self._recent[day]

    def days(self) -> list[date]:
        """Return the days of which anything is known, in order."""
        return sorted({*self._joined, *self._recent_days()})

    def tally(self, begin: date, end: date) -> Tally:
        """Return what the days of [begin, end) came to."""
        tally = Tally()
        day = begin
        while day < end:
            for period in (CalendarPeriod.YEAR, CalendarPeriod.MONTH):
                after = _next(period, day)
                if period.first_day(day) == day and after <= end:
                    tally.add(self.period(period, day))
                    day = after
                    break
            else:
                tally.add(self.day(day))
                day += timedelta(days=1)
        return tally

    def period(self, period: CalendarPeriod, first_day: date) -> Tally:
        """Return what a whole period came to."""
        if period is CalendarPeriod.DAY:
            return self.day(first_day)
        tally = Tally()
        if (joined := self._sums.get((period, first_day))) is not None:
            tally.add(joined)
        for day in self._recent_days():
            if period.first_day(day) == first_day:
                tally.add(self._recent_tally(day))
        return tally

    def sums(self, period: CalendarPeriod, today: date, *, last: bool = False) -> Sums:
        """Return what the period of today has come to, or the one before."""
        return self.period(period, _first_day(period, today, last=last)).sums()

    def bill(self, period: CalendarPeriod, today: date, *, last: bool = False) -> Bill:
        """Return what the period of today costs so far, or what the one before did."""
        begin, end = period.first_day(today), today + timedelta(days=1)
        if last:
            begin, end = _first_day(period, today, last=True), begin
        bill = self.accountant.bill(self.period(period, begin))
        if (first := self.first_day(HomeQuantity.BOUGHT)) is not None:
            bill.subscription = self.accountant.tariffs.subscription(max(begin, first), end)
        return bill

    def since(self, quantity: Quantity | None) -> int | None:
        """Return the first moment of which a quantity is known, or the consumption (None)."""
        if quantity not in self._first:
            firsts = (self.day(day).first.get(quantity) for day in self.days())
            found = next((at for at in firsts if at is not None), None)
            if found is None:
                return None
            self._first[quantity] = found
        return self._first[quantity]

    def first_day(self, quantity: Quantity | None) -> date | None:
        """Return the first day of which a quantity is known."""
        at = self.since(quantity)
        return None if at is None else self._calendar.day(at)

    def covered(
        self, quantity: Quantity | None, period: CalendarPeriod, at: int
    ) -> tuple[date, float]:
        """Return the first day known of the period of `at`, and which part of it since then is."""
        first_day = period.first_day(self._calendar.day(at))
        begin, first = self._calendar.begin(first_day), self.since(quantity)
        since = at if first is None else max(first, begin)
        known = self.period(period, first_day).known.get(quantity, 0)
        part = min(known / (at - since), 1.0) if at > since else 1.0
        return max(first_day, self._calendar.day(since)), part

    def same_last_year(
        self, quantity: HomeQuantity, period: CalendarPeriod, at: int
    ) -> tuple[int, float]:
        """Return what the period of `at` had come to a year before at the same hour.

        And which part of that time is known.
        """
        today = self._calendar.day(at)
        day, passed = year_before(today), at - self._calendar.begin(today)
        tally = self.tally(period.first_day(day), day)
        begin, end = self._calendar.begin(period.first_day(day)), self._calendar.begin(day) + passed
        cut = {q: cut_of(steps, begin, end) for q, steps in self.day_a_year_before.items()}
        tally.add(self.accountant.tally(cut, self.needed))
        part = tally.known.get(quantity, 0) / (end - begin) if end > begin else 0.0
        return tally.of(quantity), min(part, 1.0)

    def bought_by_period(self) -> dict[date, dict[str, int]]:
        """Return what was bought in each tariff period that was told, by month."""
        months: dict[date, dict[str, int]] = {}
        for day in self.days():
            kept = months.setdefault(day.replace(day=1), {})
            for (quantity, _number, name), amount in self.day(day).amounts.items():
                if quantity is HomeQuantity.BOUGHT and name:
                    kept[name] = kept.get(name, 0) + amount
        return months

    def whole_days(self, quantity: Quantity) -> Iterator[tuple[date, int]]:
        """Yield the days that are known nearly whole, and what they came to."""
        for day in self.days():
            length = self._calendar.begin(day + timedelta(days=1)) - self._calendar.begin(day)
            tally = self.day(day)
            if tally.known.get(quantity, 0) >= WHOLE * length:
                yield day, tally.of(quantity)

    # What survives a restart

    def snapshot(self) -> dict[str, Any]:
        """Return the half-hours that were counted here, as JSON has them."""
        days = {*self._leaving, *self._counted}
        counted = {
            day: together(self._leaving.get(day, {}), self._counted.get(day, {})) for day in days
        }
        return {
            "kept_from": self.kept_from.isoformat(),
            "days": {day.isoformat(): written(pasts) for day, pasts in counted.items()},
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take back a snapshot."""
        self.kept_from = date.fromisoformat(kept["kept_from"])
        self._counted = {date.fromisoformat(day): read(rows) for day, rows in kept["days"].items()}
        self._forget()


WHOLE = 0.98
"""A day of which less is known says too little of what it came to."""


def year_before(day: date) -> date:
    """Return the same date a year before; of 29 February the day before it."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _first_day(period: CalendarPeriod, today: date, *, last: bool) -> date:
    begin = period.first_day(today)
    return period.first_day(begin - timedelta(days=1)) if last else begin


def _next(period: CalendarPeriod, day: date) -> date:
    """Return the first day after the period of a day."""
    length = {CalendarPeriod.MONTH: 31, CalendarPeriod.YEAR: 366}[period]
    return period.first_day(period.first_day(day) + timedelta(days=length))


def together(one: Pasts, other: Pasts) -> dict[Quantity, Steps]:
    """Return what was counted of each quantity at two times."""
    return {q: summed(one.get(q, {}), other.get(q, {})) for q in {*one, *other}}


def completed_by(counted: Pasts, others: Pasts) -> dict[Quantity, Steps]:
    """Return what was counted of each quantity, completed by what others know of it."""
    return {q: completed(counted.get(q, {}), others.get(q, {})) for q in {*counted, *others}}


class Derived(StrEnum):
    """What follows from what is measured, where all of it is known."""

    CONSUMED = "consumed"
    SELF_CONSUMED = "self_consumed"


def derived(pasts: Pasts, needed: Collection[HomeQuantity]) -> dict[Derived, Steps]:
    """Return the half-hours of what follows, where all that the consumption needs is known."""
    found: dict[Derived, Steps] = {quantity: {} for quantity in Derived}
    for at in _common(pasts, needed):
        known = min(pasts[quantity][at].known for quantity in needed)
        sums = Sums(_energies(pasts, at, known))
        for quantity in Derived:
            found[quantity][at] = Step({"": getattr(sums, quantity)}, known)
    return found


type Rows = dict[str, list[list[Any]]]
"""By quantity: where a half-hour begins, what it came to by period, known and spread over."""


def written(pasts: Pasts) -> Rows:
    """Return half-hours as JSON has them."""
    return {
        quantity: [[at, step.amounts, step.known, step.length] for at, step in steps.items()]
        for quantity, steps in pasts.items()
    }


def read(rows: Mapping[str, Iterable[list[Any]]]) -> dict[Quantity, Steps]:
    """Return half-hours as they were before they were written."""
    return {
        HomeQuantity(quantity): {
            at: Step(dict(amounts), known, length) for at, amounts, known, length in each
        }
        for quantity, each in rows.items()
    }
