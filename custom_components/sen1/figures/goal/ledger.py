"""What the whole days of a site came to, of whatever may be a goal: in kWh, m³ or money."""

from datetime import date

from homeassistant.util import dt as dt_util

from ..counting.amounts import MICROJOULES_OF_KWH
from ..counting.balance import HomeQuantity
from ..counting.calendar import ONE_DAY, Calendar, days_of
from ..tariff.book import WHOLE
from ..tariff.spending import Spending
from ..tariff.tally import Commodity, Derived, SiteQuantity, Tally
from .progress import GoalKind

QUANTITIES: dict[str, SiteQuantity | Derived] = {
    quantity.value: quantity
    for quantity in (HomeQuantity.BOUGHT, Derived.CONSUMED, Commodity.GAS, Commodity.WATER)
}
"""What a household can save, or have a budget of. Not what a roof gives: that is no habit."""

type GoalSeries = tuple[GoalKind, str]
"""An amount of money of what was bought, or an energy or a volume of a quantity."""


class Ledger:
    """Reads the book of a site by days, each once as long as it is the same."""

    def __init__(self, spending: Spending) -> None:
        self._spending = spending
        self._calendar = Calendar(dt_util.get_default_time_zone())
        self._days: dict[GoalSeries, dict[date, float | None]] = {}

    def forget(self) -> None:
        """Read anew: the book has become another."""
        self._days.clear()

    def has(self, quantity: SiteQuantity | Derived) -> bool:
        """Return whether anything is known of a quantity."""
        return self._spending.book.since(_key(quantity)) is not None

    def used(self, series: GoalSeries, begin: date, end: date) -> dict[date, float]:
        """Return what each whole day of [begin, end) came to that is known."""
        known = self._days.setdefault(series, {})
        found: dict[date, float] = {}
        first = self._spending.book.first_day(_key(_quantity(series)))
        for day in days_of(end if first is None else max(begin, first), end):
            if day not in known:
                tally = self._spending.book.day(day)
                is_whole = self._part(tally, _quantity(series), day) >= WHOLE
                known[day] = self._amount(series, tally, day) if is_whole else None
            if (amount := known[day]) is not None:
                found[day] = amount
        return found

    def today(self, series: GoalSeries, day: date) -> tuple[float, float]:
        """Return what a day has come to so far, and which part of it that is."""
        tally = self._spending.book.day(day)
        amount = self._amount(series, tally, day)
        part = self._part(tally, _quantity(series), day)
        return (0.0, 0.0) if amount is None else (amount, part)

    def sun(self, begin: date, end: date) -> dict[date, tuple[float, float]]:
        """Return what was produced on each whole day of [begin, end), and used at home, kWh."""
        found: dict[date, tuple[float, float]] = {}
        first = self._spending.book.first_day(None)
        for day in days_of(end if first is None else max(begin, first), end):
            tally = self._spending.book.day(day)
            if self._part(tally, Derived.SELF_CONSUMED, day) >= WHOLE:
                sums = tally.sums()
                produced, kept = sums[HomeQuantity.PRODUCED], sums.self_consumed
                found[day] = (
                    produced / MICROJOULES_OF_KWH,
                    min(kept, produced) / MICROJOULES_OF_KWH,
                )
        return found

    def known(self, begin: date, end: date) -> float:
        """Return which part of [begin, end) it is known of what was bought."""
        length = self._calendar.begin(end) - self._calendar.begin(begin)
        tally = self._spending.book.tally(begin, end)
        known = tally.known.get(HomeQuantity.BOUGHT, 0)
        return min(known / length, 1.0) if length > 0 else 1.0

    def _part(self, tally: Tally, quantity: SiteQuantity | Derived, day: date) -> float:
        """Return which part of a day is known."""
        return min(tally.known.get(_key(quantity), 0) / self._calendar.length(day), 1.0)

    def _amount(self, series: GoalSeries, tally: Tally, day: date) -> float | None:
        """Return what a day came to; money is what is to be paid, with its subscription."""
        kind, _ = series
        if kind is GoalKind.COST:
            bill = self._spending.book.accountant.bill(tally)
            tariffs = self._spending.tariffs
            if tariffs.at(day) is None:
                return None
            bill.subscription = tariffs.subscription(day, day + ONE_DAY)
            return float(bill.cost)
        quantity = _quantity(series)
        if isinstance(quantity, Derived):
            return max(tally.sums().consumed, 0) / MICROJOULES_OF_KWH
        return tally.of(quantity) / MICROJOULES_OF_KWH


def _quantity(series: GoalSeries) -> SiteQuantity | Derived:
    kind, quantity = series
    return HomeQuantity.BOUGHT if kind is GoalKind.COST else QUANTITIES[quantity]


def _key(quantity: SiteQuantity | Derived) -> SiteQuantity | None:
    """Return under which key a tally tells how much is known."""
    return None if isinstance(quantity, Derived) else quantity
