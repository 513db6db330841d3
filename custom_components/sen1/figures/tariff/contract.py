"""What energy costs: contracts with their prices, since when each holds. Pure.

Prices are per kWh and subscriptions per month, taxes included, in the currency of the home.
Nothing is rounded here: who shows an amount rounds it, once.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
import re

from ..counting.amounts import MICROJOULES_OF_KWH

DAY_MIN = 24 * 60

_RANGE = re.compile(r"(\d{1,2})[:hH](\d{2})?\s*[-\u2013à]\s*(\d{1,2})[:hH](\d{2})?")


class HoursError(ValueError):
    """A text that does not say hours."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Stretches of a day, in minutes since midnight; one may go over midnight."""

    ranges: tuple[tuple[int, int], ...]

    @classmethod
    def parse(cls, text: str) -> Hours:
        """Read "22:30-6:30, 12h-14h"; raise HoursError on anything else."""
        ranges = []
        for part in filter(None, map(str.strip, re.split(r"[,;]", text))):
            match = _RANGE.fullmatch(part)
            if match is None:
                raise HoursError(part)
            first, first_minute, last, last_minute = (int(word or 0) for word in match.groups())
            begin, end = first * 60 + first_minute, last * 60 + last_minute
            if max(first_minute, last_minute) > 59 or begin >= DAY_MIN or end > DAY_MIN:
                raise HoursError(part)
            ranges.append((begin, end % DAY_MIN))
        if not ranges:
            raise HoursError(text)
        return cls(tuple(ranges))

    def holds(self, minute: int) -> bool:
        """Return whether a minute of the day is within."""
        return any(
            begin <= minute < end if begin < end else minute >= begin or minute < end
            for begin, end in self.ranges
        )

    def next_bound(self, minute: int) -> int:
        """Return the next minute at which a stretch begins or ends; of tomorrow: a day later."""
        bounds = {bound for stretch in self.ranges for bound in stretch}
        return min(bound if bound > minute else bound + DAY_MIN for bound in bounds)


class Option(StrEnum):
    """How a contract divides time into tariff periods."""

    BASE = "base"
    OFF_PEAK = "off_peak"
    TEMPO = "tempo"
    EJP = "ejp"
    FREE = "free"


COLOURS = BLUE, WHITE, RED = ("blue", "white", "red")

ALL_HOURS = "all_hours"
TEMPO_PERIODS = (
    "off_peak_blue", "peak_blue", "off_peak_white", "peak_white", "off_peak_red", "peak_red",
)  # fmt: skip
SEASONAL_PERIODS = ("peak_winter", "off_peak_winter", "peak_summer", "off_peak_summer")
NUMBERED_PERIODS = (
    "index_1", "index_2", "index_3", "index_4", "index_5",
    "index_6", "index_7", "index_8", "index_9", "index_10",
)  # fmt: skip
TARIFF_PERIODS = (
    ALL_HOURS, "off_peak", "peak", *TEMPO_PERIODS, "normal", "mobile_peak", "weekend",
    *SEASONAL_PERIODS, "fixed_peak", *NUMBERED_PERIODS,
)  # fmt: skip
"""All tariff periods that can have a price, by the keys that a Linky's sensor has for them."""

PERIODS_OF: dict[Option, tuple[str, ...]] = {
    Option.BASE: (ALL_HOURS,),
    Option.OFF_PEAK: ("off_peak", "peak"),
    Option.TEMPO: TEMPO_PERIODS,
    Option.EJP: ("normal", "mobile_peak"),
    Option.FREE: (
        "peak", "off_peak", "weekend", *SEASONAL_PERIODS,
        "fixed_peak", "mobile_peak", *NUMBERED_PERIODS,
    ),
}  # fmt: skip

ORDINARY = {Option.OFF_PEAK: "peak", Option.TEMPO: "peak_blue", Option.EJP: "normal"}
"""The period that most hours are in."""

TEMPO_HOURS = Hours.parse("22:00-6:00")
"""Off-peak hours of Tempo; a day of a colour begins when they end."""
TEMPO_BEGIN = timedelta(hours=6)

WINTER = frozenset({11, 12, 1, 2, 3})
"""Months: the season of the French networks, from 1 November to 31 March."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """A contract and its prices, from a day on until another begins."""

    begin: date
    option: Option
    prices: Mapping[str, Decimal]
    """Tariff period → price of a kWh."""
    subscription: Decimal = Decimal(0)
    feed_in: Decimal = Decimal(0)
    off_peak_hours: Hours | None = None
    winter: frozenset[int] = WINTER

    def name_of(self, period: str) -> str:
        """Return the period that has the price: where there is one price, it is for all hours."""
        return ALL_HOURS if self.option is Option.BASE else period

    def scheduled(self, at: datetime, colour: str | None) -> str | None:
        """Return the period that the clock, the season and the colour tell; None: they do not.

        `at` is local; `colour` is that of the Tempo day it is in.
        """
        match self.option:
            case Option.BASE:
                return ALL_HOURS
            case Option.TEMPO:
                kind = "off_peak" if TEMPO_HOURS.holds(minute_of(at)) else "peak"
                return None if colour is None else f"{kind}_{colour}"
            case Option.EJP:
                return None
        return next((name for name in self._candidates(at) if name in self.prices), None)

    def _candidates(self, at: datetime) -> Iterable[str]:
        if at.weekday() >= 5:
            yield "weekend"
        if self.off_peak_hours is None and any(name.startswith("off_peak") for name in self.prices):
            return  # nobody knows which of them it is
        is_off_peak = self.off_peak_hours is not None and self.off_peak_hours.holds(minute_of(at))
        season = "winter" if at.month in self.winter else "summer"
        for kind in ("off_peak", "peak") if is_off_peak else ("peak",):
            yield f"{kind}_{season}"
            yield kind

    @property
    def ordinary(self) -> str:
        """Return the period that is taken for one that nobody knows."""
        if self.option in ORDINARY:
            return ORDINARY[self.option]
        return "peak" if "peak" in self.prices else next(iter(self.prices))

    def next_bound(self, minute: int) -> int | None:
        """Return the minute of the day, or of tomorrow, at which the clock tells another period."""
        hours = TEMPO_HOURS if self.option is Option.TEMPO else self.off_peak_hours
        return None if hours is None else hours.next_bound(minute)


def minute_of(at: datetime) -> int:
    """Return the minute of the day."""
    return at.hour * 60 + at.minute


class Tariffs:
    """The contracts of a home, one after the other."""

    def __init__(self, tariffs: Iterable[Tariff] = ()) -> None:
        self.all = sorted(tariffs, key=lambda tariff: tariff.begin)
        self._begins = [tariff.begin for tariff in self.all]
        # Asked with each reading, and another once a day.
        self.subscription = lru_cache(maxsize=32)(self._subscription)
        """What the subscriptions of the days [begin, end) come to."""

    def number(self, day: date) -> int | None:
        """Return which contract is in force on a day, None before the first."""
        return bisect_right(self._begins, day) - 1 if self.at(day) else None

    def at(self, day: date) -> Tariff | None:
        """Return the contract in force on a day."""
        number = bisect_right(self._begins, day)
        return self.all[number - 1] if number else None

    def between(self, begin: date, end: date) -> list[Tariff]:
        """Return the contracts in force on any of the days [begin, end)."""
        first = max(bisect_right(self._begins, begin) - 1, 0)
        return self.all[first : bisect_left(self._begins, end)]

    def periods(self) -> list[str]:
        """Return the tariff periods that share out what is bought, in the order of the table."""
        priced = {name for tariff in self.all for name in tariff.prices}
        # With one price, all that is bought is in it.
        return [name for name in TARIFF_PERIODS if name in priced and len(priced) > 1]

    def _subscription(self, begin: date, end: date) -> Decimal:
        # A month costs the same whatever its length, and a day its part of that.
        total = Decimal(0)
        while begin < end:
            month_end = first_of_next_month(begin)
            length = (month_end - begin.replace(day=1)).days
            number = bisect_right(self._begins, begin)
            until = min(end, month_end, *self._begins[number : number + 1])
            if number:
                total += self.all[number - 1].subscription * (until - begin).days / length
            begin = until
        return total


def first_of_next_month(day: date) -> date:
    """Return the first day of the month after that of `day`."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


@dataclass(slots=True)
class Bill:
    """What a stretch of time came to; amounts are not rounded."""

    energies: dict[str, int] = field(default_factory=dict)
    """Tariff period → microjoules bought."""
    costs: dict[str, Decimal] = field(default_factory=dict)
    subscription: Decimal = Decimal(0)
    income: Decimal = Decimal(0)
    unpriced: int = 0
    """Microjoules bought while no contract was in force."""

    @property
    def energy_cost(self) -> Decimal | None:
        """Return what the energy costs, without the subscription; None where none has a price."""
        return None if self.unpriced and not self.costs else sum(self.costs.values(), Decimal(0))

    @property
    def cost(self) -> Decimal:
        """Return what is to be paid, before any income."""
        return (self.energy_cost or 0) + self.subscription


def price_of(energy: int, price: Decimal) -> Decimal:
    """Return what microjoules cost at a price of a kWh."""
    return energy * price / MICROJOULES_OF_KWH
