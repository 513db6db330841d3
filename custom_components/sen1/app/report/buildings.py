"""The report of all buildings of an installation, or of the sums of a group: gathered and rounded.

Energies are kWh, nothing is rounded before it is printed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from homeassistant.components.websocket_api.const import ERR_NOT_FOUND
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ...commands import Refused
from ...figures.const import CONF_COMMUNE
from ...figures.counting.amounts import half_up, kilowatt_hours
from ...figures.counting.balance import HomeQuantity
from ...figures.counting.calendar import HALF_HOUR_MS
from ...figures.counting.local_days import begin_ms
from ...figures.counting.sites import sites
from ...figures.counting.steps import steps_of
from ...figures.site.energies import StepLength, async_counted
from ...figures.site.site import HomeConfigEntry, running
from ...figures.tariff.tally import Commodity, SiteQuantity
from ...history.past import Meaning, async_called, async_meaning, async_past, can_be
from ...history.points import Aggregation
from ...roles import Asker, Role
from .facts import Amount
from .gathering import (
    ReportPeriod,
    amount_of,
    energy_of,
    months_of,
    per_area_of,
    subscription_of,
)
from .printed import ENERGY, MONEY, as_printed, saved
from .rounding import closed_to

KWH = Meaning("kWh", Aggregation.SUM)

OTHERS: Sequence[SiteQuantity] = (HomeQuantity.PRODUCED, HomeQuantity.SOLD, Commodity.GAS)
"""What stands beside what was bought, and is in no sum with it."""


@dataclass(frozen=True, slots=True)
class Building:
    """One line of the report."""

    title: str
    about: str
    per_area: int | None
    amount: Amount
    """What was bought."""
    before: Amount
    paid: Decimal | None
    """With the subscription."""
    months: Sequence[Amount]
    months_before: Sequence[Amount]
    others: Mapping[SiteQuantity, Decimal] = field(default_factory=dict)
    """What else is known of it, by its kind."""


@dataclass(frozen=True, slots=True)
class BuildingsFacts:
    """The report of several buildings, or of the sum of a group."""

    title: str
    """Empty: all buildings."""
    begin: date
    end: date
    made: datetime
    currency: str
    months: Sequence[tuple[date, date]]
    buildings: Sequence[Building]

    @property
    def is_group(self) -> bool:
        """Return whether it is of a group."""
        return bool(self.title)


@dataclass(frozen=True, slots=True)
class BuildingRow:
    """A building as it is printed, the same as in a report of its own."""

    title: str
    about: str
    energy: Decimal | None
    paid: Decimal | None
    per_area: int | None
    before: Decimal | None
    less: Decimal | None
    known: float
    months: Sequence[Decimal | None]


@dataclass(frozen=True, slots=True)
class BuildingsMonth:
    """A month of all of them as it is printed."""

    begin: date
    end: date
    energy: Decimal | None
    before: Decimal | None
    less: Decimal | None
    known: float


@dataclass(frozen=True, slots=True)
class BuildingsPrinted:
    """What is printed of several buildings."""

    rows: Sequence[BuildingRow]
    kinds: Sequence[SiteQuantity]
    """What else is known of any of them."""
    others: Sequence[tuple[str, Sequence[Decimal | None]]]
    """Title and each of these, of the buildings of which any is known."""
    unknown: Sequence[str]
    energy: Decimal
    paid: Decimal | None
    before: Decimal | None
    less: Decimal | None
    counts: Sequence[int]
    """Of how many each total is: energy, cost, both years."""
    all: int
    """How many there are that buy, or of which nothing is known."""
    known: float
    months: Sequence[BuildingsMonth]


async def async_buildings(asker: Asker, period: ReportPeriod) -> BuildingsFacts:
    """Return what the report of all sites says that run and are for who asks; raises Refused."""
    found = [
        await _async_building(entry, period)
        for entry in sites(asker.hass)
        if running(entry) is not None and asker.may(Role.LOOK, entry.entry_id)
    ]
    return _facts(asker.hass, "", period, found)


async def async_group(
    hass: HomeAssistant, statistic_id: str, period: ReportPeriod
) -> BuildingsFacts:
    """Return what the report of a statistic of energy says; raises Refused."""
    meaning = await async_meaning(hass, statistic_id)
    if meaning is None or not can_be(meaning, KWH):
        raise Refused("report_no_site", ERR_NOT_FOUND)
    now, before = [
        [await _async_sum(hass, statistic_id, *bounds) for bounds in pairwise(months_of(each))]
        for each in (period, period.before)
    ]
    building = Building(
        await async_called(hass, statistic_id),
        "",
        None,
        _together(now),
        _together(before),
        None,
        now,
        before,
    )
    return _facts(hass, building.title, period, [building])


def _facts(
    hass: HomeAssistant, title: str, period: ReportPeriod, found: Sequence[Building]
) -> BuildingsFacts:
    if all(one.amount.energy is None for one in found):
        raise Refused("report_nothing_known", ERR_NOT_FOUND)
    return BuildingsFacts(
        title,
        period.begin,
        period.end,
        dt_util.now(),
        hass.config.currency,
        list(pairwise(months_of(period))),
        found,
    )


async def _async_building(entry: HomeConfigEntry, period: ReportPeriod) -> Building:
    home, before = entry.runtime_data, period.before
    months, total = await async_counted(home, period.begin, period.end, StepLength.MONTH)
    earlier, whole = await async_counted(home, before.begin, before.end, StepLength.MONTH)
    quantity = HomeQuantity.BOUGHT
    amount, subscription = amount_of(home, quantity, total), subscription_of(home, period)
    others = {one: amount_of(home, one, total).energy for one in OTHERS}
    return Building(
        entry.title,
        entry.data.get(CONF_COMMUNE) or "",
        per_area_of(home, period, amount, energy_of(total, Commodity.GAS)),
        amount,
        amount_of(home, quantity, whole),
        None if amount.cost is None else amount.cost + (subscription or 0),
        [amount_of(home, quantity, month) for month in months],
        [amount_of(home, quantity, month) for month in earlier],
        {kind: energy for kind, energy in others.items() if energy is not None},
    )


async def _async_sum(hass: HomeAssistant, statistic_id: str, begin: date, end: date) -> Amount:
    first, last = begin_ms(begin), begin_ms(end)
    points = await async_past(hass, statistic_id, KWH, first / 1000, last / 1000)
    steps = steps_of(points, first, last)
    known = sum(min(step.known, HALF_HOUR_MS) for step in steps.values())
    if not known:
        return Amount(None, 0.0)
    energy = kilowatt_hours(sum(step.amount for step in steps.values()))
    return Amount(energy, known / (last - first))


def _together(months: Sequence[Amount]) -> Amount:
    part = sum(month.known for month in months) / len(months)
    return Amount(total_of(month.energy for month in months), part)


def buildings_printed(facts: BuildingsFacts) -> BuildingsPrinted:
    """Return the figures as they are printed: each total is the sum of its column as printed."""
    known = [one for one in facts.buildings if one.amount.energy is not None]
    compared = [one for one in known if one.amount.is_whole and one.before.is_whole]
    rows = [
        BuildingRow(
            one.title,
            one.about,
            as_printed(one.amount.energy, ENERGY),
            as_printed(one.paid, MONEY),
            one.per_area,
            as_printed(one.before.energy, ENERGY) if one in compared else None,
            _less([one.amount], [one.before]) if one in compared else None,
            one.amount.known,
            [month.energy for month in one.months],
        )
        for one in known
    ]
    columns = [[getattr(row, key) for row in rows] for key in ("energy", "paid", "before")]
    energy, paid, before = map(total_of, columns)
    kinds = [kind for kind in OTHERS if any(kind in one.others for one in facts.buildings)]
    unknown = [one for one in facts.buildings if one.amount.energy is None and not one.others]
    return BuildingsPrinted(
        rows,
        kinds,
        [
            (one.title, [as_printed(one.others.get(kind), ENERGY) for kind in kinds])
            for one in facts.buildings
            if one.others
        ],
        [one.title for one in unknown],
        energy or Decimal(0),
        paid,
        before,
        _less([one.amount for one in compared], [one.before for one in compared]),
        [sum(value is not None for value in column) for column in columns],
        len(known) + len(unknown),
        sum(one.amount.known for one in known) / len(known),
        list(_months(facts, known, energy or Decimal(0))),
    )


def total_of(column: Iterable[Decimal | None]) -> Decimal | None:
    """Return what a column comes to as it is printed; None of one of which nothing is known."""
    known = [value for value in column if value is not None]
    return sum(known, Decimal(0)) if known else None


def _sum(amounts: Iterable[Amount]) -> Decimal:
    return total_of(one.energy for one in amounts) or Decimal(0)


def _less(now: Iterable[Amount], before: Iterable[Amount]) -> Decimal | None:
    energy, earlier = _sum(now), _sum(before)
    return saved(energy, earlier) if earlier else None


def _months(
    facts: BuildingsFacts, known: Sequence[Building], total: Decimal
) -> Iterable[BuildingsMonth]:
    exact = [_sum(of_all) for of_all in zip(*(one.months for one in known), strict=True)]
    sums = closed_to(exact, total, ENERGY)
    for number, ((begin, end), energy) in enumerate(zip(facts.months, sums, strict=True)):
        now = [one.months[number] for one in known]
        before = [one.months_before[number] for one in known]
        is_whole = all(one.is_whole for one in (*now, *before))
        yield BuildingsMonth(
            begin,
            end,
            energy if any(one.energy is not None for one in now) else None,
            half_up(_sum(before), ENERGY) if is_whole else None,
            _less(now, before) if is_whole else None,
            sum(one.known for one in now) / len(now),
        )
