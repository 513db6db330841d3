"""The joined series of a site by steps of a period, for whoever draws or writes it.

`sen1/energies` answers it to the dashboard; files and reports take the same.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
import time
from typing import Any

from homeassistant.const import UnitOfEnergy, UnitOfVolume
from homeassistant.util import dt as dt_util

from ..counting.amounts import MICROJOULES_OF_KWH, rounded, shown_kilowatt_hours
from ..counting.balance import HomeQuantity
from ..counting.calendar import HALF_HOUR_MS, HOUR_MS, ONE_DAY, days_of
from ..counting.local_days import begin_ms, day_of_ms
from ..counting.states import milliseconds
from ..counting.steps import cut_of
from ..tariff.contract import first_of_next_month
from ..tariff.tally import Accountant, Commodity, Derived, Pasts, PastsByDay, SiteQuantity, Tally
from .peak import async_peak
from .site import Home

DIGITS = 8
"""Decimals of the amounts of steps and tariff periods; their sum is told as the sensors tell it.

So many that a year of half-hours adds up: all of what was read by hand is rounded the same way.
"""

PRICED = (HomeQuantity.BOUGHT, HomeQuantity.SOLD)


class StepLength(StrEnum):
    """What a period is divided into."""

    HALF_HOUR = "half_hour"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Counted:
    """What a step came to."""

    tally: Tally
    begin: int
    end: int
    """Milliseconds; of a step that goes on, now."""

    def known(self, quantity: SiteQuantity | Derived) -> float:
        """Return which part of it is known of a quantity, 0 to 1."""
        length = self.end - self.begin
        known = self.tally.known.get(None if isinstance(quantity, Derived) else quantity, 0)
        return min(known / length, 1.0) if length > 0 else 0.0

    def amount(self, quantity: SiteQuantity | Derived) -> int:
        """Return what it came to."""
        if isinstance(quantity, Derived):
            # Of a step in which one meter is ahead of another, less than nothing may be left.
            return max(int(getattr(self.tally.sums(), quantity)), 0)
        return self.tally.of(quantity)


async def async_energies(
    home: Home, begin: float, end: float, length: StepLength
) -> dict[str, Any]:
    """Return the series of a site in [begin, end), Unix seconds, by steps of a length."""
    hass, book = home.hass, home.spending.book
    bounds = list(_bounds(milliseconds(begin), milliseconds(end), length))
    now = milliseconds(time.time())
    is_fine = _is_fine(bounds, length)
    days = await _async_days(home, bounds, is_fine=is_fine)
    counted, whole = await _async_counted(home, bounds, days, now, is_fine=is_fine)
    begun = {
        quantity: since
        for quantity in (*HomeQuantity, *Derived, *Commodity)
        if not isinstance(quantity, HomeQuantity) or quantity in home.past.quantities
        if (since := book.since(None if isinstance(quantity, Derived) else quantity)) is not None
    }

    def tell() -> dict[str, Any]:
        return {
            quantity: _series(quantity, counted, whole, book.accountant) | {"since": since}
            for quantity, since in begun.items()
        }

    # A year of hours would hold up the loop.
    quantities = await hass.async_add_executor_job(tell) if is_fine else tell()
    answer = {
        "begins": bounds[:-1],
        "end": bounds[-1],
        "currency": hass.config.currency,
        "quantities": quantities,
    }
    if (peak := await async_peak(home, bounds, [each.tally for each in counted])) is not None:
        answer["peak"] = peak
    return answer


async def async_counted(
    home: Home, begin: date, end: date, length: StepLength
) -> tuple[list[Counted], Counted]:
    """Return what the steps of the days of [begin, end) came to, exactly, and all together."""
    bounds = list(_bounds(begin_ms(begin), begin_ms(end), length))
    is_fine = _is_fine(bounds, length)
    days = await _async_days(home, bounds, is_fine=is_fine)
    return await _async_counted(home, bounds, days, milliseconds(time.time()), is_fine=is_fine)


def _bounds(begin: int, end: int, length: StepLength) -> Iterator[int]:
    """Yield where the steps of [begin, end) begin, and the end of the last, milliseconds."""
    if length in (StepLength.HALF_HOUR, StepLength.HOUR):
        step = HALF_HOUR_MS if length is StepLength.HALF_HOUR else HOUR_MS
        yield from range(begin, end, step)
    else:
        at = begin
        while at < end:
            yield at
            day = day_of_ms(at)
            is_month = length is StepLength.MONTH
            at = begin_ms(first_of_next_month(day) if is_month else day + timedelta(days=1))
    yield end


def _is_fine(bounds: list[int], length: StepLength) -> bool:
    """Return whether the half-hours of all days are needed."""
    is_within_day = _first_whole(bounds[0]) > day_of_ms(bounds[-1])
    return length in (StepLength.HALF_HOUR, StepLength.HOUR) or is_within_day


async def _async_days(home: Home, bounds: list[int], *, is_fine: bool) -> PastsByDay:
    """Return the half-hours that are needed, by day."""
    past, begin, end = home.past, bounds[0], bounds[-1]
    if is_fine:
        return await past.async_half_hours(day_of_ms(begin), day_of_ms(end - 1) + timedelta(days=1))
    # Days that are cut are put together of their half-hours, all others are known.
    days: PastsByDay = {}
    for cut, is_cut in (
        (day_of_ms(begin), begin_ms(day_of_ms(begin)) < begin),
        (day_of_ms(end), True),
    ):
        if is_cut and begin_ms(cut) < end:
            days |= await past.async_half_hours(cut, cut + timedelta(days=1))
    return days


async def _async_counted(
    home: Home, bounds: list[int], days: PastsByDay, now: int, *, is_fine: bool
) -> tuple[list[Counted], Counted]:
    book, hass = home.spending.book, home.hass
    begin, end = bounds[0], bounds[-1]
    needed, tariffs = tuple(book.needed), book.accountant.tariffs

    def count() -> list[Counted]:
        # Of its own: what finds the day of a moment is no good for two threads.
        accountant = Accountant(tariffs, dt_util.get_default_time_zone())
        return [
            Counted(_cut(days, first, last, accountant, needed), first, max(first, min(last, now)))
            for first, last in pairwise(bounds)
        ]

    if is_fine:
        counted = await hass.async_add_executor_job(count)
    else:
        counted = []
        for first, last in pairwise(bounds):
            tally = Tally()
            from_day, to_day = _first_whole(first), day_of_ms(last)
            tally.add(_cut(days, first, begin_ms(from_day), book.accountant, needed))
            tally.add(book.tally(from_day, to_day))
            tally.add(_cut(days, begin_ms(to_day), last, book.accountant, needed))
            counted.append(Counted(tally, first, max(first, min(last, now))))
    together = Tally()
    for each in counted:
        together.add(each.tally)
    return counted, Counted(together, begin, max(begin, min(end, now)))


def _cut(
    days: Mapping[date, Pasts],
    begin: int,
    end: int,
    accountant: Accountant,
    needed: Collection[HomeQuantity],
) -> Tally:
    """Return what [begin, end) came to; a half-hour that is cut has its part."""
    tally = Tally()
    if begin >= end:
        return tally
    first, last = map(accountant.calendar.day, (begin, end - 1))
    for day in days_of(first, last + ONE_DAY):
        pasts = {q: cut_of(steps, begin, end) for q, steps in days.get(day, {}).items()}
        tally.add(accountant.tally(pasts, needed))
    return tally


def _series(
    quantity: SiteQuantity | Derived, counted: list[Counted], whole: Counted, accountant: Accountant
) -> dict[str, Any]:
    unit = UnitOfVolume.CUBIC_METERS if quantity is Commodity.WATER else UnitOfEnergy.KILO_WATT_HOUR

    def amount(of: Counted) -> float | None:
        return _exact(of.amount(quantity)) if of.known(quantity) > 0 else None

    total_known = whole.known(quantity)
    series: dict[str, Any] = {
        "unit": unit,
        "values": [amount(each) for each in counted],
        "known": [round(each.known(quantity), 4) for each in counted],
        "total": shown_kilowatt_hours(whole.amount(quantity)) if total_known > 0 else None,
        "total_known": round(total_known, 4),
    }
    if quantity in PRICED and accountant.tariffs.all:
        *bills, in_all = [accountant.bill(each.tally) for each in (*counted, whole)]
        is_sold = quantity is HomeQuantity.SOLD
        told = zip((*series["values"], series["total"]), (*bills, in_all), strict=True)
        *costs, total_cost = [
            None if value is None else bill.income if is_sold else bill.energy_cost
            for value, bill in told
        ]
        series |= {
            "costs": [None if cost is None else _money(cost) for cost in costs],
            "total_cost": None if total_cost is None else rounded(total_cost),
        }
        if not is_sold:
            periods = (*accountant.tariffs.periods(), "")
            names = [name for name in periods if name in in_all.energies]
            series["tariffs"] = {
                name: {
                    "values": [_exact(bill.energies.get(name, 0)) for bill in bills],
                    "costs": [_money(bill.costs.get(name, Decimal(0))) for bill in bills],
                    "total": _exact(in_all.energies.get(name, 0)),
                    "total_cost": _money(in_all.costs.get(name, Decimal(0))),
                }
                for name in names
            }
    return series


def _exact(amount: int) -> float:
    return round(amount / MICROJOULES_OF_KWH, DIGITS)


def _money(amount: Decimal) -> float:
    return round(float(amount), DIGITS)


def _first_whole(at: int) -> date:
    """Return the first day that begins at a moment or after it."""
    day = day_of_ms(at)
    return day if begin_ms(day) == at else day + timedelta(days=1)
