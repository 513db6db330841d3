"""How cold it was in the days of a report, and what they would have come to in usual weather."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ...figures.site.learnt import corrected_told
from ...figures.site.site import Home
from ...figures.tariff.tally import Derived
from ...figures.year.cold import ColdSum
from ...figures.year.model import HomeModel
from .facts import WHOLE, Correction, Facts, Month, WeatherOfPeriod


@dataclass(frozen=True, slots=True)
class _Moved:
    """What usual weather would have moved, kWh by month; None where that is not known."""

    months: Sequence[Decimal | None]
    slope: float | None
    reason: str | None

    @property
    def total(self) -> Decimal | None:
        """Return all of it, if all of it is known."""
        known = [one for one in self.months if one is not None]
        return sum(known, Decimal(0)) if len(known) == len(self.months) else None


def with_weather(facts: Facts, home: Home, before: tuple[date, date]) -> Facts:
    """Return a report with its degree-days, corrected where that can be told.

    `before` are the days of the year before, [begin, end).
    """
    whole = _cold(home, facts.begin, facts.end)
    if whole is None:
        return facts
    months = [replace(month, cold=_cold(home, month.begin, month.end)) for month in facts.months]
    usual = home.cold.usual
    weather = WeatherOfPeriod(
        home.cold.base, home.cold.method.value, None if usual is None else usual.years, whole
    )
    now, earlier = _moved(home, facts.begin, facts.end), _moved(home, *before)
    facts = replace(facts, weather=weather, months=months, unfit=now.reason)
    total = facts.total.energy
    if now.total is None or now.slope is None or total is None or not facts.total.is_whole:
        return facts
    before_total = None
    if facts.before.is_whole and facts.before.energy is not None and earlier.total is not None:
        before_total = facts.before.energy + earlier.total
    model = home.learnt.of(facts.begin, facts.end)
    model = model if isinstance(model, HomeModel) else home.learnt.model
    return replace(
        facts,
        months=[_corrected(month, by) for month, by in zip(months, now.months, strict=True)],
        correction=Correction(
            total + now.total,
            before_total,
            now.slope,
            None if before_total is None else earlier.slope,
            is_of_consumption=home.learnt.quantity is Derived.CONSUMED,
        ),
        explained=model.explained if isinstance(model, HomeModel) else None,
    )


def _corrected(month: Month, by: Decimal | None) -> Month:
    energy = month.amount.energy
    return replace(month, corrected=None if energy is None or by is None else energy + by)


def _cold(home: Home, begin: date, end: date) -> ColdSum | None:
    """Return the degree-days of days, None where none is known."""
    sums = home.cold.sums(begin, end)
    if sums.total is None:
        return None
    return sums if sums.known >= WHOLE else replace(sums, usual=None)


def _moved(home: Home, begin: date, end: date) -> _Moved:
    told = corrected_told(home, begin, end)
    pairs = zip(told["values"], told["corrected"], strict=True)
    return _Moved(
        [
            None if value is None or other is None else Decimal(repr(other)) - Decimal(repr(value))
            for value, other in pairs
        ],
        told["slope"],
        told["reason"],
    )
