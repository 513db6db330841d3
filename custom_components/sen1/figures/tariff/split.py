"""A year in tariff periods: what is not measured by period is shared by what is known. Pure.

Amounts are Decimal and not rounded; energies that are only expected are kWh.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from ..counting.amounts import MICROJOULES_OF_KWH
from .contract import COLOURS, WINTER, Bill, Option, Tariff, Tariffs

OFF_PEAK_HOURS_A_DAY = 8

WINTER_DAYS, SUMMER_DAYS = 151, 214
RED_DAYS, WHITE_DAYS, WHITE_DAYS_OF_WINTER = 22, 43, 32
"""Of a Tempo year: red days lie from November to March; how white ones lie is supposed."""


@dataclass(slots=True)
class YearByTariff:
    """What a year comes to, by tariff period."""

    energies: dict[str, float] = field(default_factory=dict)
    """kWh."""
    costs: dict[str, Decimal] = field(default_factory=dict)
    subscription: Decimal = Decimal(0)

    @property
    def cost(self) -> Decimal:
        """Return energy and subscription."""
        return sum(self.costs.values(), self.subscription)

    def add(self, tariff: str, kilowatt_hours: float, cost: Decimal) -> None:
        """Count some more of a period."""
        self.energies[tariff] = self.energies.get(tariff, 0.0) + kilowatt_hours
        self.costs[tariff] = self.costs.get(tariff, Decimal(0)) + cost


class Projection:
    """Shares out what is not measured by tariff period, as is known on one day."""

    def __init__(
        self,
        tariffs: Tariffs,
        book: Mapping[date, Mapping[str, int]],
        begin: date,
        months: Iterable[date],
    ) -> None:
        """Take what was bought by tariff period, and the months of a year to share out.

        Before the first contract its prices are taken: nobody knows others.
        """
        first = tariffs.all[0]
        if first.begin > begin:
            tariffs = Tariffs([replace(first, begin=begin), *tariffs.all[1:]])
        self._months = {
            month: (tariff, shares(tariff, book, month))
            for month in months
            if (tariff := tariffs.at(month))
        }
        end = begin.replace(year=begin.year + 1)
        self._subscription = tariffs.subscription(begin, end)

    def year(self, bill: Bill, months: Mapping[date, float]) -> YearByTariff:
        """Put together a bill and what lies outside of it, kWh by month."""
        year = YearByTariff(subscription=self._subscription)
        for name, energy in bill.energies.items():
            year.add(name, energy / MICROJOULES_OF_KWH, bill.costs[name])
        for month, kilowatt_hours in months.items():
            tariff, parts = self._months[month]
            for name, share in parts.items():
                part = kilowatt_hours * share
                year.add(name, part, Decimal(repr(part)) * tariff.prices[name])
        return year


def shares(tariff: Tariff, book: Mapping[date, Mapping[str, int]], month: date) -> dict[str, float]:
    """Return which part of a month's energy each tariff period has: all together 1.

    Those of the same month in other years are the best; then those of all that was counted.
    """
    if tariff.option is Option.TEMPO:
        return own_shares(tariff, book, month) or _tempo(tariff, _sum(tariff, book), month)
    return own_shares(tariff, book, month) or _by_hours(tariff)


def own_shares(
    tariff: Tariff | None, book: Mapping[date, Mapping[str, int]], month: date
) -> dict[str, float]:
    """Return those of them that the book tells; nothing where it does not."""
    if tariff is None:
        return {}
    same = _sum(tariff, {day: e for day, e in book.items() if day.month == month.month})
    # Other months have other colours.
    return same or ({} if tariff.option is Option.TEMPO else _sum(tariff, book))


def _sum(tariff: Tariff, book: Mapping[date, Mapping[str, int]]) -> dict[str, float]:
    sums: dict[str, int] = {}
    for energies in book.values():
        for kept, energy in energies.items():
            name = tariff.name_of(kept)
            if name in tariff.prices:
                sums[name] = sums.get(name, 0) + energy
    total = sum(sums.values())
    return {name: energy / total for name, energy in sums.items()} if total > 0 else {}


def _by_hours(tariff: Tariff) -> dict[str, float]:
    """Return shares for a home of which nothing is known: by how many hours a day there are."""
    if tariff.option is Option.OFF_PEAK:
        return {"off_peak": OFF_PEAK_HOURS_A_DAY / 24, "peak": 1 - OFF_PEAK_HOURS_A_DAY / 24}
    return {tariff.ordinary: 1.0}


def _tempo(tariff: Tariff, counted: Mapping[str, float], month: date) -> dict[str, float]:
    """Return shares by how many days of each colour a month usually has."""
    off_peak = sum(part for name, part in counted.items() if name.startswith("off_peak"))
    kinds = {"off_peak": off_peak or OFF_PEAK_HOURS_A_DAY / 24}
    kinds["peak"] = 1 - kinds["off_peak"]
    if month.month in WINTER:
        red, white = RED_DAYS / WINTER_DAYS, WHITE_DAYS_OF_WINTER / WINTER_DAYS
    else:
        red, white = 0.0, (WHITE_DAYS - WHITE_DAYS_OF_WINTER) / SUMMER_DAYS
    colours = dict(zip(COLOURS, (1 - red - white, white, red), strict=True))
    return {
        f"{kind}_{colour}": part * of_day
        for kind, part in kinds.items()
        for colour, of_day in colours.items()
        if f"{kind}_{colour}" in tariff.prices
    }
