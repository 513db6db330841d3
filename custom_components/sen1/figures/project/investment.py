"""Citizen investment: what parts of projects come to, one by one and all together.

Pure. Amounts are decimals and exact to 28 digits; they are rounded once, half up, when shown: a
total is the sum of what is behind the figures beside it, not of the figures.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is known of a whole project; None: it is not said."""

    shares: Decimal | None = None
    capital: Decimal | None = None
    surface: Decimal | None = None
    """m²."""
    expected: Decimal | None = None
    """kWh a year."""
    sale_price: Decimal | None = None
    """Of a kWh."""
    type: str | None = None
    yield_expected: Decimal | None = None
    """What a year is expected to bring back of the capital, per cent; as it is told, between a
    least and a most."""
    yield_from: Decimal | None = None
    yield_to: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """One holding at a moment; None: not known."""

    held: Decimal
    """Shares."""
    sheet: Sheet
    power: Decimal | None = None
    """Of the whole project, as all that follows; W."""
    day: Decimal | None = None
    """kWh."""
    month: Decimal | None = None
    year: Decimal | None = None
    total: Decimal | None = None
    yearly: Decimal | None = None
    """kWh that a year brings, from what the last twelve months brought."""
    dividends: Decimal | None = None
    """What this holding was paid, in all; it counts instead of what was sold."""
    years: Decimal | None = None
    """Since the shares were paid."""

    def mine(self, whole: Decimal | None) -> Decimal | None:
        """Return the holding's part of something of the project."""
        if whole is None or not self.sheet.shares:
            return None
        return whole * self.held / self.sheet.shares

    @property
    def invested(self) -> Decimal | None:
        """Return what the shares cost."""
        return self.mine(self.sheet.capital)

    @property
    def income(self) -> Decimal | None:
        """Return what came back: dividends, else what the part was sold for."""
        if self.dividends is not None:
            return self.dividends
        return self.mine(_product(self.total, self.sheet.sale_price))

    @property
    def yearly_income(self) -> Decimal | None:
        """Return what comes back in a year."""
        if self.dividends is not None:
            return self.dividends / self.years if self.years else None
        return self.mine(_product(self.yearly, self.sheet.sale_price))


def _product(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one * other


type AmountOf = Callable[[Position], Decimal | None]


def total_of(positions: Iterable[Position], part: AmountOf) -> Decimal | None:
    """Return the sum over the holdings of which the part is known."""
    known = [value for one in positions if (value := part(one)) is not None]
    return sum(known, ZERO) if known else None


def ratio_of(positions: Iterable[Position], part: AmountOf, whole: AmountOf) -> Decimal | None:
    """Return the ratio of two sums over the holdings of which both are known."""
    known = [
        (one, other)
        for position in positions
        if (one := part(position)) is not None and (other := whole(position)) is not None
    ]
    below = sum((other for _one, other in known), ZERO)
    above = sum((one for one, _other in known), ZERO)
    return above / below if below else None
