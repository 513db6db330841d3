"""The report of all buildings of an installation, or of the sums of a group: gathered and rounded.

Energies are kWh, nothing is rounded before it is printed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from homeassistant.components.websocket_api.const import ERR_NOT_FOUND
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ...commands import Refused
from ...figures.const import CONF_COMMUNE, CONF_FLOOR_AREA
from ...figures.counting.amounts import half_up, kilowatt_hours
from ...figures.counting.balance import HomeQuantity
from ...figures.counting.calendar import HALF_HOUR_MS
from ...figures.counting.local_days import begin_ms
from ...figures.counting.sites import sites
from ...figures.counting.steps import steps_of
from ...figures.site.energies import StepLength, async_counted
from ...figures.site.site import HomeConfigEntry, running
from ...figures.year.energy_class import per_area
from ...history.past import Meaning, async_meaning, async_past, can_be
from ...history.points import Aggregation
from .facts import Amount
from .gathering import (
    STANDING,
    YEAR_DAYS,
    ReportPeriod,
    amount_of,
    async_called,
    months_of,
    subscription_of,
)
from .printed import SHARE
from .rounding import closed

KWH = Meaning("kWh", Aggregation.SUM)


@dataclass(frozen=True, slots=True)
class Building:
    """One line of the report."""

    title: str
    about: str
    floor_area: float | None
    amount: Amount
    before: Amount
    paid: Decimal | None
    """With the subscription."""
    months: Sequence[Amount]
    months_before: Sequence[Amount]
    is_roof: bool = False
    """Whether it is known to give energy alone: that is in no sum of what is used."""


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
    """A building as it is printed: whole kWh and money."""

    title: str
    about: str
    energy: Decimal | None
    paid: Decimal | None
    per_area: int | None
    before: Decimal | None
    change: Decimal | None
    known: float
    months: Sequence[Decimal | None]


@dataclass(frozen=True, slots=True)
class BuildingsMonth:
    """A month of all of them as it is printed."""

    begin: date
    end: date
    energy: Decimal | None
    before: Decimal | None
    change: Decimal | None
    known: float


@dataclass(frozen=True, slots=True)
class BuildingsPrinted:
    """What is printed of several buildings."""

    rows: Sequence[BuildingRow]
    roofs: Sequence[tuple[str, Decimal]]
    """What each gave, whole kWh."""
    unknown: Sequence[str]
    energy: Decimal
    paid: Decimal | None
    before: Decimal | None
    change: Decimal | None
    compared: int
    """How many are known in both years."""
    known: float
    months: Sequence[BuildingsMonth]


async def async_buildings(hass: HomeAssistant, period: ReportPeriod) -> BuildingsFacts:
    """Return what the report of all sites that run says; raises Refused."""
    found = [
        await _async_building(entry, period) for entry in sites(hass) if running(entry) is not None
    ]
    return _facts(hass, "", period, found)


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
    if all(one.amount.energy is None or one.is_roof for one in found):
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
    quantity = next((one for one in STANDING if total.known(one) > 0), STANDING[0])
    amount, subscription = amount_of(home, quantity, total), subscription_of(home, period)
    return Building(
        entry.title,
        entry.data.get(CONF_COMMUNE) or "",
        entry.data.get(CONF_FLOOR_AREA),
        amount,
        amount_of(home, quantity, whole),
        None if amount.cost is None else amount.cost + (subscription or 0),
        [amount_of(home, quantity, month) for month in months],
        [amount_of(home, quantity, month) for month in earlier],
        is_roof=quantity is not HomeQuantity.BOUGHT,
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
    known = [month.energy for month in months if month.energy is not None]
    part = sum(month.known for month in months) / len(months)
    return Amount(sum(known, Decimal(0)) if known else None, part)


def buildings_printed(facts: BuildingsFacts) -> BuildingsPrinted:
    """Return the figures as they are printed: each column adds up to its total."""
    told = [one for one in facts.buildings if one.amount.energy is not None]
    known = [one for one in told if not one.is_roof]
    energies = closed([one.amount.energy or Decimal(0) for one in known], 0)
    priced = [one for one in known if one.paid is not None]
    paid = _closed({id(one): one.paid for one in priced})
    compared = [one for one in known if one.amount.is_whole and one.before.is_whole]
    befores = _closed({id(one): one.before.energy for one in compared})
    is_year = (facts.end - facts.begin).days in YEAR_DAYS
    rows = [
        BuildingRow(
            one.title,
            one.about,
            energy,
            paid.get(id(one)),
            per_area(float(one.amount.energy or 0), one.floor_area)
            if one.floor_area and is_year and one.amount.is_whole
            else None,
            befores.get(id(one)),
            _change([one.amount], [one.before]) if id(one) in befores else None,
            one.amount.known,
            [month.energy for month in one.months],
        )
        for one, energy in zip(known, energies, strict=True)
    ]
    return BuildingsPrinted(
        rows,
        [(one.title, half_up(one.amount.energy or Decimal(0), 0)) for one in told if one.is_roof],
        [one.title for one in facts.buildings if one.amount.energy is None],
        sum(energies, Decimal(0)),
        sum(paid.values(), Decimal(0)) if priced else None,
        sum(befores.values(), Decimal(0)) if compared else None,
        _change([one.amount for one in compared], [one.before for one in compared]),
        len(compared),
        sum(one.amount.known for one in known) / len(known),
        list(_months(facts, known)),
    )


def _closed(values: Mapping[int, Decimal | None]) -> dict[int, Decimal]:
    return dict(zip(values, closed([one or Decimal(0) for one in values.values()], 0), strict=True))


def _sum(amounts: Iterable[Amount]) -> Decimal:
    return sum((one.energy or Decimal(0) for one in amounts), Decimal(0))


def _change(now: Iterable[Amount], before: Iterable[Amount]) -> Decimal | None:
    energy, earlier = _sum(now), _sum(before)
    return half_up(100 * (energy - earlier) / earlier, SHARE) if earlier else None


def _months(facts: BuildingsFacts, known: Sequence[Building]) -> Iterable[BuildingsMonth]:
    sums = closed([_sum(of_all) for of_all in zip(*(one.months for one in known), strict=True)], 0)
    for number, ((begin, end), energy) in enumerate(zip(facts.months, sums, strict=True)):
        now = [one.months[number] for one in known]
        before = [one.months_before[number] for one in known]
        is_whole = all(one.is_whole for one in (*now, *before))
        yield BuildingsMonth(
            begin,
            end,
            energy if any(one.energy is not None for one in now) else None,
            half_up(_sum(before), 0) if is_whole else None,
            _change(now, before) if is_whole else None,
            sum(one.known for one in now) / len(now),
        )
