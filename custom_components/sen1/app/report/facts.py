"""What a report says, before it is in any language. Pure.

Energies are kWh, powers kW, money is in the currency of the home; nothing is rounded. Days are
those of [begin, end), local.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from ...figures.counting.balance import HomeQuantity
from ...figures.tariff.compared import Compared
from ...figures.tariff.contract import Tariff
from ...figures.year.cold import ColdSum


@dataclass(frozen=True, slots=True)
class Amount:
    """What some days came to."""

    energy: Decimal | None
    """None: nothing of it is known."""
    known: float
    """Which part of it is known, 0 to 1."""
    cost: Decimal | None = None
    """Of the energy alone; None without a contract."""
    periods: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    """Tariff period → energy and cost; empty: in no period that anybody told."""

    @property
    def is_whole(self) -> bool:
        """Return whether so much is known that it may be compared."""
        return self.known >= WHOLE


WHOLE = 0.98
"""Which part of some days must be known to be compared with others."""

YEAR_DAYS = range(350, 381)
"""How long a period is that says what a year comes to."""


@dataclass(frozen=True, slots=True)
class Peak:
    """A highest power."""

    power: float
    day: date
    hour: int | None
    """The hour of the day it was in, where that is known."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month, or the part of it that lies in the period."""

    begin: date
    end: date
    amount: Amount
    before: Amount
    """The same days a year before."""
    peak: Peak | None = None
    cold: ColdSum | None = None
    corrected: Decimal | None = None

    @property
    def is_whole(self) -> bool:
        """Return whether all of its days lie in the period."""
        return self.begin.day == self.end.day == 1


@dataclass(frozen=True, slots=True)
class Correction:
    """What it would have been in usual weather."""

    total: Decimal
    before: Decimal | None
    slope: float
    """kWh of a degree-day."""
    slope_before: float | None
    is_of_consumption: bool = False
    """Whether the model is of what is used, of which the roof gives a part."""


@dataclass(frozen=True, slots=True)
class WeatherOfPeriod:
    """How the cold of the period was counted."""

    base: float
    method: str
    usual_years: tuple[int, int] | None
    total: ColdSum


@dataclass(frozen=True, slots=True)
class Powers:
    """How high the power was."""

    highest: Peak
    is_recorded: bool
    """Whether it was recorded; else they are means of half-hours."""
    subscribed: float | None
    """kVA."""
    exceeded: Mapping[float, int]
    """Subscribed power, kVA → in how many half-hours it would have been too little."""


@dataclass(frozen=True, slots=True)
class BaseLoad:
    """What is used when everybody sleeps."""

    watts: float
    before: float | None
    """A year before."""
    median_day: Sequence[float | None]
    """W, by half-hours, of summer if the period has days of it."""
    is_summer: bool


@dataclass(frozen=True, slots=True)
class Sun:
    """What a roof gave."""

    produced: Decimal
    used: Decimal | None
    sold: Decimal | None
    income: Decimal | None
    since: date
    consumed: Decimal | None = None
    """All that was used in the same days."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time of which not every half-hour was measured."""

    begin: datetime
    end: datetime
    is_counted: bool
    """Whether the meter went on counting: only when it was used is not known."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the period is known."""

    hours: float
    measured: float
    gaps: Sequence[Gap]

    @property
    def part(self) -> float:
        """Return which part was measured, 0 to 1."""
        return self.measured / self.hours if self.hours else 0.0


@dataclass(frozen=True, slots=True)
class TimesOfUse:
    """When it was used, kW."""

    days: Mapping[date, Sequence[float | None]]
    """Of each day its 24 hours."""
    seasons: Mapping[str, Sequence[float | None]]
    """The mean day of each season, by hours."""
    kinds: Mapping[str, Sequence[float | None]]
    """That of working days and of weekends."""
    weekdays: Sequence[Decimal | None]
    """kWh of a mean Monday, Tuesday and so on."""
    highest: tuple[date, Decimal] | None
    lowest: tuple[date, Decimal] | None
    """The days on which most and least was used, of those that are whole."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What other contracts would have cost."""

    offers: Sequence[Compared]
    """The home's own first."""
    preset_begin: date | None
    """Since when the regulated prices hold that were taken."""
    is_tempo_unknown: bool
    """Whether Tempo is left out, since nobody knows the colours of the days."""
    red_days: int
    is_usual_hours: bool
    """Whether usual off-peak hours were taken, since the home has none."""


@dataclass(frozen=True, slots=True)
class GoalReached:
    """What the household wanted to reach, and how far it is by now."""

    name: str
    state: str
    """`met`, `ahead`, `possible`, `missed` or `unknown`."""
    expected: float | None
    used: float | None
    """kWh."""
    percent: float | None
    """Saved."""
    end: date
    """Its last day."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What went to one friend, or to the members of a circle."""

    friend: str
    """Empty: one who is none any more."""
    series: str
    granularity: str
    readings: int
    """In the months that the period touches."""


@dataclass(frozen=True, slots=True)
class SiteTold:
    """What a home or a building is."""

    title: str
    kind: str
    commune: str | None = None
    floor_area: float | None = None
    people: int | None = None
    heating: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """The report of one site."""

    site: SiteTold
    quantity: HomeQuantity
    """What stands for the site: what it bought; of a roof, what it produced or sold."""
    begin: date
    end: date
    made: datetime
    currency: str
    months: Sequence[Month]
    total: Amount
    before: Amount
    subscription: Decimal | None
    per_area: int | None
    """kWh/m² of a year, electricity and gas; None of any other time."""
    gas: Decimal | None
    contracts: Sequence[Tariff]
    """Those that were in force."""
    coverage: Coverage
    hours: TimesOfUse
    sources: Sequence[str]
    powers: Powers | None = None
    base_load: BaseLoad | None = None
    sun: Sun | None = None
    comparison: Comparison | None = None
    weather: WeatherOfPeriod | None = None
    correction: Correction | None = None
    explained: float | None = None
    """Which part of the heating season the home's model explains, 0 to 1."""
    unfit: str | None = None
    """Why there is no model."""
    goals: Sequence[GoalReached] = ()
    shared: Sequence[Shared] | None = None
    """None: who asks may not know."""

    @property
    def is_year(self) -> bool:
        """Return whether the report is of about a year."""
        return (self.end - self.begin).days in YEAR_DAYS
