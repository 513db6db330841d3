"""Sensors of a home: the powers of this moment, the energies and rates of its periods.

Statistics. Powers are measurements. An energy has one long-term statistic, so that the Energy
dashboard can never be given the same energy twice: that of the index itself where there is one,
else the total made here from the power. What is told of today, this month and this year are views
of the same energies, and so have no statistics of their own.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ...moments import local_iso
from ..const import GOAL, NEED
from ..counting.amounts import shown_kilowatt_hours
from ..counting.balance import Balance, HomeQuantity, Sums
from ..counting.calendar import MS, CalendarPeriod, FigurePeriod
from ..counting.entity import (
    ENERGY,
    Device,
    FigureEntity,
    Listen,
    SteadySensor,
    ValueDescription,
    ValueSensor,
    async_add_each,
    forget_others,
    home_device,
    subentry_device,
)
from ..goal.sensor import GoalStateSensor, ProgressSensor
from ..meter.sensor import meter_sensors
from ..tariff.book import is_told
from ..tariff.sensor import TARIFF_PERIOD, bill_rows, price_row
from ..tariff.spending import async_period_names
from ..usual.entities import UsualDaySensor, UsualSensor, async_add_appliances
from ..usual.habit import HOME
from ..year.sensor import COLD_ROWS, LEARNT_ROWS, outlook_rows
from .site import Home, HomeConfigEntry

STATUSES = ["complete", *[f"no_{quantity}" for quantity in HomeQuantity]]
"""Whether all powers are known, else the first that is not."""


type SiteRow = ValueDescription[Home]


def is_live(home: Home, quantity: HomeQuantity | None) -> bool:
    """Return whether a quantity, or all the consumption needs (None), is counted as it comes."""
    return all(map(home.balance.is_live, home.balance.parts(quantity)))


def knows(home: Home, quantity: HomeQuantity | None) -> bool:
    """Return whether anything tells a quantity, or all the consumption needs (None)."""
    balance = home.balance
    return bool(balance.needed) if quantity is None else quantity in balance.known


def produces(home: Home) -> bool:
    """Return whether anything tells what is produced."""
    return home.balance.knows(HomeQuantity.PRODUCED)


def power_row(key: str, power: Callable[[Balance], int | None], **other: Any) -> SiteRow:
    """Describe a power."""
    return ValueDescription(
        key=key,
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_display_precision=0,
        value=lambda home: None if (now := power(home.balance)) is None else round(now / 1000),
        **other,
    )


def sums_row(
    what: str,
    figure: FigurePeriod,
    value: Callable[[Sums], float | None],
    quantity: HomeQuantity | None = None,
    exists: Callable[[Home], bool] = lambda _home: True,
    **other: Any,
) -> SiteRow:
    """Describe what a period has come to so far, of a quantity or of all of them (None).

    Of one of which nothing is known it tells nothing. Its attributes say from when and until when
    the period is known and how much, `since` in which half-hour that began where no day begins with
    it, and what the one before came to; of one quantity also what the
    same dates and hours of last year came to, but for a day: the same date is another day of the
    week.
    """
    period = figure.period

    def of(home: Home, *, last: bool = False) -> float | None:
        balance, book = home.balance, home.spending.book
        if not is_told(book, balance, quantity, figure, last=last):
            return None
        return value(book.sums(period, figure.day(balance.today), last=last))

    def attributes(home: Home) -> dict[str, Any]:
        balance, book = home.balance, home.spending.book
        at, until = balance.at, min(book.until(quantity) or 0, balance.at)
        if figure is FigurePeriod.YESTERDAY:
            at = book.begin(balance.today) - 1
        elif until and not is_live(home, quantity) and of(home) is not None:
            # What is told later is beside what was known of last year by then.
            at = until
        begin, known = book.covered(quantity, period, at)
        told = {
            "begin": begin.isoformat(),
            "known": round(100 * known),
            "known_until": local_iso(until / MS) if until else None,
            "last_period": of(home, last=True),
        }
        if (since := book.since(quantity)) is not None and since > book.begin(begin):
            # A part of the period is not shown as the whole.
            told["since"] = local_iso(since / MS)
        if quantity is not None and period is not CalendarPeriod.DAY:
            energy, part = book.same_last_year(quantity, period, at)
            if part > 0:
                told["same_last_year"] = shown_kilowatt_hours(energy)
                told["same_last_year_known"] = round(100 * part)
        return told

    def is_there(home: Home) -> bool:
        is_known = knows(home, quantity) and exists(home)
        return is_known and figure.suits(is_live=is_live(home, quantity))

    return ValueDescription(
        key=f"{what}_{figure}", value=of, attributes=attributes, exists=is_there, **other
    )


def energy_row(
    what: str, figure: FigurePeriod, value: Callable[[Sums], int], **other: Any
) -> SiteRow:
    """Describe an energy of a period."""
    return sums_row(
        what,
        figure,
        lambda sums: shown_kilowatt_hours(value(sums)),
        suggested_display_precision=2,
        **ENERGY,
        **other,
    )


def rate_row(what: str, figure: FigurePeriod, value: Callable[[Sums], float | None]) -> SiteRow:
    """Describe a rate of a period."""
    return sums_row(
        what,
        figure,
        lambda sums: None if (part := value(sums)) is None else round(100 * part, 2),
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=0,
        exists=produces,
    )


def rows_of_period(figure: FigurePeriod) -> Iterator[SiteRow]:
    """Yield what a period comes to; one quantity alone needs no other to be known."""
    for quantity in (HomeQuantity.BOUGHT, HomeQuantity.SOLD, HomeQuantity.PRODUCED):
        of = partial(Sums.of, quantity=quantity)
        yield energy_row(quantity.value, figure, of, quantity=quantity)
    yield energy_row("consumed", figure, lambda sums: max(sums.consumed, 0))
    yield energy_row("self_consumed", figure, lambda sums: sums.self_consumed, exists=produces)
    yield rate_row("self_consumption", figure, lambda sums: sums.self_consumption_rate)
    yield rate_row("self_production", figure, lambda sums: sums.self_production_rate)


def total_row(quantity: HomeQuantity) -> SiteRow:
    """Describe all that a power has come to, where no index tells it."""
    return ValueDescription(
        key=f"{quantity}_total",
        state_class=SensorStateClass.TOTAL_INCREASING,
        suggested_display_precision=1,
        value=lambda home: shown_kilowatt_hours(home.balance.totals.get(quantity, 0)),
        exists=lambda home: home.balance.integrates(quantity),
        **ENERGY,
    )


POWERS: tuple[SiteRow, ...] = (
    power_row(
        "consumption",
        lambda balance: balance.consumption,
        exists=lambda home: knows(home, None) and is_live(home, None),
    ),
    power_row("surplus", lambda balance: balance.surplus),
    power_row(
        "production_used",
        lambda balance: balance.self_consumption,
        exists=lambda home: home.balance.measures(HomeQuantity.PRODUCED),
    ),
    ValueDescription(
        key="status",
        translation_key="home_status",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=STATUSES,
        value=lambda home: f"no_{home.balance.missing}" if home.balance.missing else "complete",
    ),
)

ENERGIES = (
    *(row for figure in FigurePeriod for row in rows_of_period(figure)),
    *map(total_row, HomeQuantity),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: HomeConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make what the home's sensors can tell, and forget what they no longer can."""
    home, device, names = entry.runtime_data, home_device(entry), await async_period_names(hass)
    spending, energies, currency = home.spending, home.energy_listeners.add, hass.config.currency
    tariffs, outlook = spending.tariffs, home.outlook
    sensors: list[FigureEntity] = []
    sensors += sensors_of(entry)
    if tariffs.all:
        for row in (TARIFF_PERIOD, price_row(currency)):
            sensors.append(ValueSensor(device, row, spending, spending.listeners.add))
        for row in bill_rows(tariffs, home.balance, names, currency):
            sensors.append(ValueSensor(device, row, spending, energies))
    sensors += [
        ValueSensor(device, row, outlook, energies, outlook.listeners.add)
        for row in outlook_rows(entry, tariffs, names, currency)
    ]
    habit = home.habit
    if habit.is_measured:
        sensors.append(UsualSensor(device, habit, HOME))
    elif knows(home, HomeQuantity.BOUGHT):
        sensors.append(UsualDaySensor(device, spending.book, home.cold, energies))
    if home.outdoor.is_set:
        cold, learnt = home.cold, home.learnt
        sensors += [ValueSensor(device, row, cold, cold.listeners.add) for row in COLD_ROWS]
        sensors += [ValueSensor(device, row, learnt, learnt.listeners.add) for row in LEARNT_ROWS]
    forget_others(hass, entry, "sensor", {sensor.unique_id for sensor in sensors})
    async_add_entities(sensors)
    async_add_appliances(hass, entry, habit, async_add_entities, "sensor", UsualSensor)
    for subentry_id, of_meter in meter_sensors(entry, home.meters, names):
        async_add_entities(of_meter, config_subentry_id=subentry_id)
    needs, goals = home.surplus.need_listeners.add, home.goals.goal_listeners.add
    async_add_each(
        entry, NEED, needs, async_add_entities, lambda one: [OfferedPowerSensor(entry, one)]
    )

    def goal_sensors(subentry: ConfigSubentry) -> list[FigureEntity]:
        return [kind(entry, home.goals, subentry) for kind in (ProgressSensor, GoalStateSensor)]

    async_add_each(entry, GOAL, goals, async_add_entities, goal_sensors)


def sensors_of(entry: HomeConfigEntry) -> Iterator[FigureEntity]:
    """Yield the sensors of what a home knows; of this moment where it is measured."""
    home, device = entry.runtime_data, home_device(entry)
    for row in POWERS:
        if home.is_measured and row.exists(home):
            yield PowerSensor(device, row, home, home.power_listeners.add)
    for row in ENERGIES:
        if row.exists(home):
            yield ValueSensor(device, row, home, home.energy_listeners.add)


class PowerSensor(SteadySensor):
    """What is known of this moment, unavailable while one of its parts is not known."""

    entity_description: SiteRow

    def __init__(self, device: Device, row: SiteRow, home: Home, changes: Listen) -> None:
        super().__init__(device, row.key, changes)
        self.entity_description = row
        self._home = home

    def _update(self) -> None:
        self._attr_native_value = self.entity_description.value(self._home)
        self._attr_available = self._attr_native_value is not None


class OfferedPowerSensor(SteadySensor):
    """The power that an appliance may take: 0 while it should not run, and never unavailable."""

    # What an appliance may do is no measurement, and has no statistics.
    _attr_translation_key = "offered_power"
    _attr_device_class = SensorDeviceClass.POWER
    _attr_native_unit_of_measurement = UnitOfPower.WATT

    def __init__(self, entry: HomeConfigEntry, subentry: ConfigSubentry) -> None:
        self._surplus, self._need_id = entry.runtime_data.surplus, subentry.subentry_id
        changes = self._surplus.power_listeners[self._need_id].add
        super().__init__(subentry_device(subentry, entry), "offered_power", changes)

    def _update(self) -> None:
        offer = self._surplus.sharing.offers[self._need_id]
        self._attr_native_value = round(offer.modulation.power)
