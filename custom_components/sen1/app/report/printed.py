"""The figures of a report as they are printed: rounded once, so that columns add up. Pure.

The page and the table both take them from here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from ...figures.counting.amounts import half_up
from ...figures.counting.balance import HomeQuantity
from .facts import Amount, Facts, Sun
from .rounding import closed, closed_table, closed_to, left_of, rest_of

ENERGY, MONEY, SHARE = 1, 2, 1
"""Decimals of kWh, of money, of per cent."""
PRICE = 4
KILOWATT = "kW"
"""The unit of all powers but those of contracts."""

MOST_COLUMNS = 3
"""Tariff periods that have a column of their own beside the others."""


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A tariff period."""

    name: str
    energy: Decimal
    share: Decimal
    price: Decimal | None
    """The mean, of a kWh."""
    cost: Decimal


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month."""

    energy: Decimal | None
    periods: Sequence[Decimal]
    """In the order of the columns; none where these are not shown."""
    cost: Decimal | None
    before: Decimal | None
    less: Decimal | None
    """Than the year before, per cent: what is saved is positive."""
    cold: Decimal | None
    usual: Decimal | None
    corrected: Decimal | None


@dataclass(frozen=True, slots=True)
class Printed:
    """All figures of the first sheet, and those that the others share with it."""

    energy: Decimal
    cost: Decimal | None
    subscription: Decimal | None
    paid: Decimal | None
    before: Decimal | None
    less: Decimal | None
    periods: Sequence[PeriodRow]
    columns: Sequence[str]
    """The tariff periods that have a column."""
    months: Sequence[MonthRow]
    cold: Decimal | None
    usual: Decimal | None
    corrected: Decimal | None
    corrected_less: Decimal | None


def as_printed[Exact: (Decimal, float)](value: Exact | None, digits: int) -> Decimal | None:
    """Return a figure as it is printed; None of what is not known."""
    return None if value is None else half_up(value, digits)


def floored(part: float, digits: int = SHARE) -> Decimal:
    """Return per cent that are not 100 unless it is all."""
    one = Decimal(1).scaleb(-digits)
    return Decimal(repr(round(100 * part, 9))).quantize(one, ROUND_FLOOR)


def roof_printed(facts: Facts, sun: Sun) -> tuple[Decimal, Decimal | None, Decimal | None]:
    """Return what a roof produced, what of it was used and sold, as every page prints them."""
    produced = half_up(sun.produced, ENERGY)
    sold = as_printed(sun.sold, ENERGY)
    ends = sun.consumed, facts.total.energy
    if facts.quantity is not HomeQuantity.BOUGHT:
        ends = produced, sold
    used = None if sun.used is None else left_of(sun.used, *ends, ENERGY)
    return produced, used, sold


def less_of(now: Amount, before: Amount) -> Decimal | None:
    """Return how many per cent less it is than before; None unless both are known whole."""
    if not (now.is_whole and before.is_whole) or now.energy is None or not before.energy:
        return None
    return saved(now.energy, before.energy)


def saved(energy: Decimal, before: Decimal) -> Decimal:
    """Return how many per cent less an energy is than one before."""
    return half_up(100 * (before - energy) / before, SHARE)


def printed(facts: Facts) -> Printed:
    """Return the figures as they are printed."""
    total = facts.total
    assert total.energy is not None  # of nothing there is no report
    energy = half_up(total.energy, ENERGY)
    periods = _periods(facts, energy)
    cost = as_printed(total.cost, MONEY)
    paid = subscription = None
    if cost is not None and total.cost is not None and facts.subscription is not None:
        paid = half_up(total.cost + facts.subscription, MONEY)
        subscription = paid - cost
    has_before = facts.before.is_whole and total.is_whole
    correction = facts.correction
    return Printed(
        energy=energy,
        cost=cost,
        subscription=subscription,
        paid=paid,
        before=as_printed(facts.before.energy, ENERGY) if has_before else None,
        less=less_of(total, facts.before),
        periods=periods,
        columns=_columns(periods),
        months=_months(facts, energy, cost, periods, has_before=has_before),
        cold=as_printed(facts.weather.total.total, 0) if facts.weather else None,
        usual=as_printed(facts.weather.total.usual, 0) if facts.weather else None,
        corrected=None if correction is None else half_up(correction.total, ENERGY),
        corrected_less=saved(correction.total, correction.before)
        if correction is not None and correction.before
        else None,
    )


def _columns(periods: Sequence[PeriodRow]) -> Sequence[str]:
    return [row.name for row in periods] if 2 <= len(periods) <= MOST_COLUMNS else []


def _periods(facts: Facts, total: Decimal) -> list[PeriodRow]:
    parts = dict(facts.total.periods)
    if not parts or facts.total.cost is None:
        return []
    # What none of them is known to have been stands apart: none of them is bent to the total.
    if rest := rest_of([energy for energy, _ in parts.values()], total, ENERGY):
        energy, cost = parts.get("", (Decimal(0), Decimal(0)))
        parts[""] = energy + rest, cost
    energies = closed_to([energy for energy, _ in parts.values()], total, ENERGY)
    costs = closed([cost for _, cost in parts.values()], MONEY)
    whole = sum((energy for energy, _ in parts.values()), Decimal(0)) or Decimal(1)
    shares = closed_to([100 * energy / whole for energy, _ in parts.values()], Decimal(100), SHARE)
    return [
        PeriodRow(name, energy, share, half_up(exact_cost / exact, PRICE) if exact else None, cost)
        for (name, (exact, exact_cost)), energy, share, cost in zip(
            parts.items(), energies, shares, costs, strict=True
        )
    ]


def _months(
    facts: Facts,
    energy: Decimal,
    cost: Decimal | None,
    periods: Sequence[PeriodRow],
    *,
    has_before: bool,
) -> list[MonthRow]:
    months = facts.months
    totals = closed_to([m.amount.energy or Decimal(0) for m in months], energy, ENERGY)
    costs: Sequence[Decimal] = []
    if cost is not None:
        costs = closed_to([m.amount.cost or Decimal(0) for m in months], cost, MONEY)
    columns = _columns(periods)
    none = Decimal(0), Decimal(0)
    cells = closed_table(
        [[m.amount.periods.get(name, none)[0] for name in columns] for m in months],
        [row.energy for row in periods] if columns else [],
        totals,
        ENERGY,
    )
    befores: list[Decimal | None] = [
        as_printed(m.before.energy, ENERGY) if m.before.is_whole else None for m in months
    ]
    if has_before:
        befores = list(closed([m.before.energy or Decimal(0) for m in months], ENERGY))
    corrected: list[Decimal | None] = [None for _ in months]
    if all(m.corrected is not None for m in months):
        corrected = list(closed([m.corrected or Decimal(0) for m in months], ENERGY))
    return [
        MonthRow(
            totals[n] if month.amount.energy is not None else None,
            cells[n] if month.amount.energy is not None else [],
            costs[n] if costs and month.amount.cost is not None else None,
            befores[n],
            less_of(month.amount, month.before),
            as_printed(month.cold.total, 0) if month.cold else None,
            as_printed(month.cold.usual, 0) if month.cold else None,
            corrected[n],
        )
        for n, month in enumerate(months)
    ]
