"""The one book of a site: what each quantity came to, whatever counted it. Pure.

What is counted here lies in half-hours for some days, as an index may still tell of them. What is
older, and what others counted, is joined by who reads it (`settle`): of older days their sums are
kept here, and their half-hours where they come from. Every figure is a tally of this book.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta, tzinfo
from functools import partial
from math import inf
from typing import Any

from ...history.points import SHORTEST_DAY
from ...protocol.term import years_later
from ..counting.balance import Balance, HomeQuantity, Sums
from ..counting.calendar import MS, Calendar, CalendarPeriod, FigurePeriod, Slot
from ..counting.steps import Step, Steps, completed, cut_of, summed
from .contract import Bill, Tariffs
from .tally import Accountant, Pasts, PastsByDay, SiteQuantity, Tally

KEPT_DAYS = 3
"""Whole days before today whose half-hours are kept: so late an index may still tell of them."""

WHOLE = 0.98
"""A day of which less is known says too little of what it came to."""

type WholeDay = tuple[int, int]
"""What a day came to, and over how many milliseconds at most a part of it was spread."""


class Book:
    """What a site came to: counted here, and joined with what others know."""

    def __init__(self, tariffs: Tariffs, zone: tzinfo) -> None:
        self.accountant = Accountant(tariffs, zone)
        self._calendar = Calendar(zone)
        self.needed: Collection[HomeQuantity] = ()
        """Without which nothing can be told of the consumption."""
        self.kept_from = date.min
        """The first day that is kept as half-hours."""
        self._counted: PastsByDay = {}
        """By day, what was counted here: of days that are kept, and what came late of others."""
        self._leaving: PastsByDay = {}
        """Likewise, while it is put away."""
        self._others: PastsByDay = {}
        """By day that is kept, what others know of it."""
        self._recent: dict[date, Tally] = {}
        """Their tallies, but for those to be made anew."""
        self._joined: dict[date, Tally] = {}
        """By day, what is older."""
        self._sums: dict[tuple[CalendarPeriod, date], Tally] = {}
        """Of those days together, months and years."""
        self._whole: dict[SiteQuantity | None, dict[date, WholeDay]] = {}
        """Which of those days are whole, of each quantity that was asked for."""
        self._first: dict[SiteQuantity | None, int] = {}
        """The first moment of each that is known, as found."""
        self.day_a_year_before: Pasts = {}
        """The half-hours of the day that is to last year what today is to this."""
        self.changed_from: int | None = None
        """The first half-hour that came to something else since who asks looked."""

    def begin(self, day: date) -> int:
        """Return the moment a day begins."""
        return self._calendar.begin(day)

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

    def leave(self, kept: date) -> tuple[PastsByDay, set[date]]:
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
        others: Mapping[date, dict[SiteQuantity, Steps]],
        kept: date,
        left: Iterable[date] = (),
        until: date | None = None,
    ) -> None:
        """Take what is known from a day on: of days before `kept` tallies, then half-hours.

        The days of `left` were put away, and are in `joined`. From `until` on it is as it was.
        """
        for day in left:
            del self._leaving[day]
        self.kept_from = kept
        begin = self._calendar.begin(since)
        self.changed_from = begin if self.changed_from is None else min(self.changed_from, begin)
        after = until or date.max
        kept_joined = {d: a for d, a in self._joined.items() if not since <= d < after}
        kept_others = {
            d: o for d, o in self._others.items() if kept <= d and not since <= d < after
        }
        self._joined, self._others = kept_joined | dict(joined), kept_others | dict(others)
        for quantity, whole in self._whole.items():
            kept_whole = {d: known for d, known in whole.items() if not since <= d < after}
            self._whole[quantity] = kept_whole | dict(self._whole_of(quantity, joined))
        self._forget()
        first = since.replace(day=1)
        self._sums = {
            (period, begin): tally
            for (period, begin), tally in self._sums.items()
            if period is CalendarPeriod.MONTH and not first <= begin < after
        }
        for day, tally in self._joined.items():
            if first <= day < after:
                self._sum(CalendarPeriod.MONTH, day, tally)
        for (_, month), tally in list(self._sums.items()):
            self._sum(CalendarPeriod.YEAR, month, tally)

    def _sum(self, period: CalendarPeriod, day: date, tally: Tally) -> None:
        self._sums.setdefault((period, period.first_day(day)), Tally()).add(tally)

    def _forget(self) -> None:
        self._recent.clear()
        self._first.clear()

    # What it came to

    def half_hours(self, day: date) -> dict[SiteQuantity, Steps]:
        """Return the half-hours of a day that is kept; of another what came late."""
        counted = together(self._leaving.get(day, {}), self._counted.get(day, {}))
        return completed_by(counted, self._others.get(day, {}))

    def day(self, day: date) -> Tally:
        """Return what a day came to; it is not to be added to."""
        joined = self._joined.get(day)
        if not (day in self._others or day in self._counted or day in self._leaving):
            return joined or Tally()
        tally = Tally()
        for each in (joined, self._recent_tally(day)):
            if each is not None:
                tally.add(each)
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

    def since(self, quantity: SiteQuantity | None) -> int | None:
        """Return the first moment of which a quantity is known, or the consumption (None)."""
        if quantity not in self._first:
            firsts = [each.first[quantity] for each in self._years() if quantity in each.first]
            if not firsts:
                return None
            self._first[quantity] = min(firsts)
        return self._first[quantity]

    def until(self, quantity: SiteQuantity | None) -> int | None:
        """Return the end of the last half-hour of which a quantity is known, likewise."""
        return max((t.last[quantity] for t in self._years() if quantity in t.last), default=None)

    def _years(self) -> Iterator[Tally]:
        """Yield tallies that all that is known lies in."""
        for (period, _), tally in self._sums.items():
            if period is CalendarPeriod.YEAR:
                yield tally
        yield from map(self._recent_tally, self._recent_days())

    def first_day(self, quantity: SiteQuantity | None) -> date | None:
        """Return the first day of which a quantity is known."""
        at = self.since(quantity)
        return None if at is None else self._calendar.day(at)

    def covered(
        self, quantity: SiteQuantity | None, period: CalendarPeriod, at: int
    ) -> tuple[date, float]:
        """Return the first day known of the period of `at`, and which part of it since then is.

        Of a quantity, or of all that the consumption needs (None).
        """
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

    def bought_by_period(self, *, by_hours: bool = False) -> dict[date, dict[str, int]]:
        """Return what was bought in each tariff period that was told, by month.

        Or only on the days that are known `by_hours`.
        """
        months: dict[date, dict[str, int]] = {}
        for day in self.days():
            tally = self.day(day)
            if by_hours and has_whole_days(tally):
                continue
            kept = months.setdefault(day.replace(day=1), {})
            for (quantity, _number, name), amount in tally.amounts.items():
                if quantity is HomeQuantity.BOUGHT and name:
                    kept[name] = kept.get(name, 0) + amount
        return months

    def whole_days(
        self, quantity: SiteQuantity | None, longest: float = inf
    ) -> Iterator[tuple[date, int]]:
        """Yield the days of which a quantity, or the consumption (None), is known nearly whole.

        Each with what it came to; none of what was spread over more than `longest` milliseconds.
        """
        if quantity not in self._whole:
            self._whole[quantity] = dict(self._whole_of(quantity, self._joined))
        recent = {day: self.day(day) for day in self._recent_days()}
        found = {d: known for d, known in self._whole[quantity].items() if d not in recent}
        found |= self._whole_of(quantity, recent)
        for day, (energy, spread) in sorted(found.items()):
            if spread <= longest:
                yield day, energy

    def _whole_of(
        self, quantity: SiteQuantity | None, tallies: Mapping[date, Tally]
    ) -> Iterator[tuple[date, WholeDay]]:
        for day, tally in tallies.items():
            known = tally.known.get(quantity)
            if known is not None and known >= WHOLE * self._calendar.length(day):
                energy = tally.sums().consumed if quantity is None else tally.of(quantity)
                yield day, (energy, tally.longest.get(quantity, 0))

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


def is_told(
    book: Book,
    balance: Balance,
    quantity: HomeQuantity | None,
    figure: FigurePeriod,
    *,
    last: bool = False,
) -> bool:
    """Return whether a figure has a value: of a period, or of the one before, something is known.

    Of a quantity, or of all that the consumption needs (None). What has just begun to be counted
    has come to nothing yet.
    """
    period, today = figure.period, balance.today
    first_day = _first_day(period, figure.day(today), last=last)
    if book.period(period, first_day).known.get(quantity, 0) > 0:
        return True
    if last:
        return False
    parts = balance.parts(quantity)
    since = max([book.begin(first_day), *(balance.begun.get(each, 0) for each in parts)])
    return bool(parts) and all(map(balance.is_live, parts)) and balance.at <= since


def has_whole_days(tally: Tally) -> bool:
    """Return whether it is told of whole days only what was bought on some of its."""
    return tally.longest.get(HomeQuantity.BOUGHT, 0) >= SHORTEST_DAY * MS


year_before = partial(years_later, years=-1)
"""Returns the same date a year before; of 29 February the day before it."""


def end_before(end: date) -> date:
    """Return the same end of days, the first that is none of them, a year before.

    Of 29 February it is 1 March: the days end with the 28th then as now.
    """
    is_leap_day = (end.month, end.day) == (2, 29)
    return date(end.year - 1, 3, 1) if is_leap_day else year_before(end)


def _first_day(period: CalendarPeriod, today: date, *, last: bool) -> date:
    begin = period.first_day(today)
    return period.first_day(begin - timedelta(days=1)) if last else begin


def _next(period: CalendarPeriod, day: date) -> date:
    """Return the first day after the period of a day."""
    length = {CalendarPeriod.MONTH: 31, CalendarPeriod.YEAR: 366}[period]
    return period.first_day(period.first_day(day) + timedelta(days=length))


def together(one: Pasts, other: Pasts) -> dict[SiteQuantity, Steps]:
    """Return what was counted of each quantity at two times."""
    return {q: summed(one.get(q, {}), other.get(q, {})) for q in {*one, *other}}


def completed_by(counted: Pasts, others: Pasts) -> dict[SiteQuantity, Steps]:
    """Return what was counted of each quantity, completed by what others know of it."""
    return {q: completed(counted.get(q, {}), others.get(q, {})) for q in {*counted, *others}}


type WrittenSteps = dict[str, list[list[Any]]]
"""By quantity: where a half-hour begins, what it came to by period, known and spread over."""


def written(pasts: Pasts) -> WrittenSteps:
    """Return half-hours as JSON has them."""
    return {
        quantity: [[at, step.amounts, step.known, step.length] for at, step in steps.items()]
        for quantity, steps in pasts.items()
    }


def read(rows: Mapping[str, Iterable[list[Any]]]) -> dict[SiteQuantity, Steps]:
    """Return half-hours as they were before they were written."""
    return {
        HomeQuantity(quantity): {
            at: Step(dict(amounts), known, length) for at, amounts, known, length in each
        }
        for quantity, each in rows.items()
    }
