"""What was bought and sold, by day and tariff period, and what it comes to. Pure.

Days are kept for this month and the last; older ones are put together, each month cut where a
contract began. So a price that is corrected later corrects what was counted with it. Sums are kept
as they grow: a reading costs the same whatever has been counted before.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ..counting.amounts import MICROJOULES_OF_KWH
from ..counting.balance import HomeQuantity
from ..counting.calendar import HOUR_MS, CalendarPeriod, Slot
from .contract import Bill, Tariffs, first_of_next_month, price_of

SOLD = "sold"
"""Stands among the tariff periods for what is sent to the grid."""

YEARS_KEPT = 5
HOURS_KEPT = 72
"""So late an index may still tell where its energy lies in the cost's statistic."""

type TariffEnergies = dict[str, int]
"""Tariff period → microjoules."""


class Ledger:
    """The book of a home's meter."""

    def __init__(self, tariffs: Tariffs) -> None:
        self._tariffs = tariffs
        self.days: dict[date, TariffEnergies] = {}
        """By day; of older months, by the first day of each part."""
        self.sums: dict[tuple[CalendarPeriod, date], dict[int | None, TariffEnergies]] = {}
        """By period, then by contract."""
        self._hours: dict[int, tuple[date, TariffEnergies]] = {}
        """The last of them, each with its day."""
        self._oldest_hour = 0
        self._first_changed: int | None = None
        self._before = Decimal(0)
        """What the hours cost that are kept no more."""
        self._today = date.min
        self.since: date | None = None
        """The first day that was counted."""
        self.earlier: Ledger | None = None
        """What was bought and sold before this began."""

    # What comes

    def credit(self, quantity: HomeQuantity, slot: Slot, energy: int) -> None:
        """Take an energy and where it lies."""
        if quantity not in (HomeQuantity.BOUGHT, HomeQuantity.SOLD):
            return
        name = slot.tariff if quantity is HomeQuantity.BOUGHT else SOLD
        if slot.day > self._today:
            self._turn(slot.day)
            self._forget_hours(slot.hour - HOURS_KEPT * HOUR_MS)
        self._add(self._part(slot.day), name, energy)
        if quantity is HomeQuantity.BOUGHT:
            self._add_hour(slot, name, energy)

    def _add(self, day: date, name: str, energy: int) -> None:
        book = self.days.setdefault(day, {})
        book[name] = book.get(name, 0) + energy
        number = self._tariffs.number(day)
        for period in CalendarPeriod:
            of_contracts = self.sums.setdefault((period, period.first_day(day)), {})
            sums = of_contracts.setdefault(number, {})
            sums[name] = sums.get(name, 0) + energy

    def _part(self, day: date) -> date:
        """Return the key under which a day is kept."""
        if day >= self._whole_since():
            return day
        return max(day.replace(day=1), self._tariffs.begin_of(day))

    def _whole_since(self) -> date:
        return CalendarPeriod.MONTH.first_day(self._today.replace(day=1) - timedelta(days=1))

    def _turn(self, today: date) -> None:
        """Go on to another day: put old days together, forget what is older than all figures."""
        self._today = today
        self.since = self.since or today
        oldest = date(today.year - YEARS_KEPT, 1, 1)
        for day in [day for day in self.days if day < self._whole_since()]:
            part = self._part(day)
            if day < oldest:
                del self.days[day]
            elif part != day:
                for name, energy in self.days.pop(day).items():
                    kept = self.days.setdefault(part, {})
                    kept[name] = kept.get(name, 0) + energy
        for period, begin in list(self.sums):
            last = period.first_day(period.first_day(today) - timedelta(days=1))
            if begin < last:
                del self.sums[period, begin]

    # What it comes to

    def bill(self, period: CalendarPeriod, today: date, *, last: bool = False) -> Bill:
        """Return what the period of `today` has come to, or the one before."""
        begin, end = period.first_day(today), today + timedelta(days=1)
        if last:
            begin, end = period.first_day(begin - timedelta(days=1)), begin
        bill = Bill()
        for ledger in self._books:
            for number, energies in ledger.sums.get((period, begin), {}).items():
                self._price(bill, number, energies)
        if (first_day := self.first_day) is not None:
            bill.subscription = self._tariffs.subscription(max(begin, first_day), end)
        return bill

    @property
    def first_day(self) -> date | None:
        """Return the first day that bills know of."""
        days = (ledger.since for ledger in self._books)
        return min((day for day in days if day is not None), default=None)

    @property
    def book(self) -> dict[date, TariffEnergies]:
        """Return all that is known by tariff period, by day or part of a month."""
        book: dict[date, TariffEnergies] = {}
        for ledger in self._books:
            for day, energies in ledger.days.items():
                kept = book.setdefault(day, {})
                for name, energy in energies.items():
                    kept[name] = kept.get(name, 0) + energy
        return book

    @property
    def _books(self) -> list[Ledger]:
        return [self] if self.earlier is None else [self.earlier, self]

    def _price(self, bill: Bill, number: int | None, energies: Mapping[str, int]) -> None:
        tariff = None if number is None else self._tariffs.all[number]
        for kept, energy in energies.items():
            if kept == SOLD:
                bill.income += price_of(energy, tariff.feed_in) if tariff else 0
                continue
            name = kept if tariff is None else tariff.name_of(kept)
            if tariff is None or name not in tariff.prices:
                bill.unpriced += energy
            else:
                bill.energies[name] = bill.energies.get(name, 0) + energy
                cost = price_of(energy, tariff.prices[name])
                bill.costs[name] = bill.costs.get(name, Decimal(0)) + cost

    def daily(self) -> dict[date, float]:
        """Return the kWh bought on each whole day but today; old months are spread evenly."""
        days: dict[date, float] = {}
        if self.since is None:
            return days
        keys = sorted(self.days)
        for key, after in zip(keys, [*keys[1:], self._today], strict=True):
            energies = self.days[key]
            bought = sum(energy for name, energy in energies.items() if name != SOLD)
            end = key + timedelta(days=1)
            if key < self._whole_since():
                end = min(after, first_of_next_month(key))
            begin = max(key, self.since)
            length = (end - begin).days
            for number in range(length):
                days[begin + timedelta(days=number)] = bought / MICROJOULES_OF_KWH / length
        # The first day was not counted whole, today is not yet.
        days.pop(self.since, None)
        days.pop(self._today, None)
        return days

    # Hours, for the cost's statistic

    def _add_hour(self, slot: Slot, name: str, energy: int) -> None:
        hour = max(slot.hour, self._oldest_hour)
        _, book = self._hours.setdefault(hour, (slot.day, {}))
        book[name] = book.get(name, 0) + energy
        if self._first_changed is None or hour < self._first_changed:
            self._first_changed = hour

    def _forget_hours(self, oldest: int) -> None:
        """Forget hours so old that no index tells of them any more."""
        for hour in [hour for hour in self._hours if hour < oldest]:
            self._before += self._cost_of_hour(*self._hours.pop(hour))
        self._oldest_hour = oldest

    def take_changed_hours(self) -> list[tuple[int, Decimal, Decimal]]:
        """Return each hour from the first that changed on: its begin, its cost, the sum so far."""
        total, changed = self._before, []
        for hour in sorted(self._hours):
            cost = self._cost_of_hour(*self._hours[hour])
            total += cost
            if self._first_changed is not None and hour >= self._first_changed:
                changed.append((hour, cost, total))
        self._first_changed = None
        return changed

    def _cost_of_hour(self, day: date, energies: TariffEnergies) -> Decimal:
        bill = Bill()
        self._price(bill, self._tariffs.number(day), energies)
        return bill.energy_cost

    # What survives a restart

    def snapshot(self) -> dict[str, Any]:
        """Return all that must be kept, as JSON has it."""
        return {
            "days": {day.isoformat(): energies for day, energies in self.days.items()},
            "today": self._today.isoformat(),
            "since": self.since and self.since.isoformat(),
            "hours": [
                (hour, day.isoformat(), energies) for hour, (day, energies) in self._hours.items()
            ],
            "before": str(self._before),
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take back a snapshot, and sum it up by the contracts as they are now."""
        self._today = date.fromisoformat(kept["today"])
        self.since = kept["since"] and date.fromisoformat(kept["since"])
        self._hours = {
            hour: (date.fromisoformat(day), dict(energies)) for hour, day, energies in kept["hours"]
        }
        self._oldest_hour = min(self._hours, default=0)
        # A price may have changed meanwhile.
        self._first_changed = min(self._hours, default=None)
        self._before = Decimal(kept["before"])
        self.days, self.sums = {}, {}
        for day, energies in kept["days"].items():
            for name, energy in energies.items():
                self._add(date.fromisoformat(day), name, energy)
        if self._today > date.min:
            self._turn(self._today)
