"""Sensors of a home: the powers of this moment, the energies and rates of its periods.

Statistics. Powers are measurements. An energy has one long-term statistic, so that the Energy
dashboard can never be given the same energy twice: that of the index itself where there is one,
else the total made here from the power. What is told of today, this month and this year are views
of the same energies, and so have no statistics of their own.
"""

from collections.abc import Callable, Iterator
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..const import GOAL, NEED
from ..counting.amounts import shown_kilowatt_hours
from ..counting.balance import Balance, HomeQuantity, Sums
from ..counting.calendar import CalendarPeriod
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
from ..tariff.sensor import TARIFF_PERIOD, bill_rows, price_row
from ..tariff.spending import async_period_names
from ..usual.entities import UsualSensor, async_add_appliances
from ..usual.habit import HOME
from ..year.sensor import COLD_ROWS, LEARNT_ROWS, outlook_rows
from .site import Home, HomeConfigEntry

STATUSES = ["complete", *[f"no_{quantity}" for quantity in HomeQuantity]]
"""Whether all powers are known, else the first that is not."""


type SiteRow = ValueDescription[Home]


def measures_own_production(home: Home) -> bool:
    """Return whether what is produced is measured."""
    return home.balance.measures(HomeQuantity.PRODUCED)


def tells_consumption(home: Home) -> bool:
    """Return whether all is measured that the consumption is made of."""
    return bool(home.balance.needed)


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
    period: CalendarPeriod,
    value: Callable[[Sums], float | None],
    quantity: HomeQuantity | None = None,
    **other: Any,
) -> SiteRow:
    """Describe what a period has come to so far, of a quantity or of all of them (None).

    Its attributes say from when on the period is known and how much, and what the one before came
    to; of one quantity also what the same dates and hours of last year came to, but for a day: the
    same date is another day of the week.
    """

    def attributes(home: Home) -> dict[str, Any]:
        balance, book = home.balance, home.spending.book
        begin, known = book.covered(quantity, period, balance.at)
        told = {
            "begin": begin.isoformat(),
            "known": round(100 * known),
            "last_period": value(book.sums(period, balance.today, last=True)),
        }
        if quantity is not None and period is not CalendarPeriod.DAY:
            energy, part = book.same_last_year(quantity, period, balance.at)
            if part > 0:
                told["same_last_year"] = shown_kilowatt_hours(energy)
                told["same_last_year_known"] = round(100 * part)
        return told

    return ValueDescription(
        key=f"{what}_{period}",
        value=lambda home: value(home.spending.book.sums(period, home.balance.today)),
        attributes=attributes,
        **other,
    )


def energy_row(
    what: str, period: CalendarPeriod, value: Callable[[Sums], int], **other: Any
) -> SiteRow:
    """Describe an energy of a period."""
    return sums_row(
        what,
        period,
        lambda sums: shown_kilowatt_hours(value(sums)),
        suggested_display_precision=2,
        **ENERGY,
        **other,
    )


def rate_row(what: str, period: CalendarPeriod, value: Callable[[Sums], float | None]) -> SiteRow:
    """Describe a rate of a period."""
    return sums_row(
        what,
        period,
        lambda sums: None if (part := value(sums)) is None else round(100 * part, 2),
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=0,
        exists=measures_own_production,
    )


def rows_of_period(period: CalendarPeriod) -> Iterator[SiteRow]:
    """Yield what a period comes to; one quantity alone needs no other to be known."""
    bought, sold, produced = HomeQuantity.BOUGHT, HomeQuantity.SOLD, HomeQuantity.PRODUCED
    measured = measures_own_production
    yield energy_row("bought", period, lambda sums: sums.of(bought), quantity=bought)
    yield energy_row(
        "sold",
        period,
        lambda sums: sums.of(sold),
        quantity=sold,
        exists=lambda home: home.balance.may_sell,
    )
    yield energy_row(
        "produced", period, lambda sums: sums.of(produced), quantity=produced, exists=measured
    )
    yield energy_row(
        "consumed", period, lambda sums: max(sums.consumed, 0), exists=tells_consumption
    )
    yield energy_row("self_consumed", period, lambda sums: sums.self_consumed, exists=measured)
    yield rate_row("self_consumption", period, lambda sums: sums.self_consumption_rate)
    yield rate_row("self_production", period, lambda sums: sums.self_production_rate)


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
    power_row("consumption", lambda balance: balance.consumption, exists=tells_consumption),
    power_row("surplus", lambda balance: balance.surplus),
    power_row(
        "production_used", lambda balance: balance.self_consumption, exists=measures_own_production
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
    *(row for period in CalendarPeriod for row in rows_of_period(period)),
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
    if home.is_measured:
        sensors += sensors_of(entry)
    if home.is_measured and tariffs.all:
        for row in (TARIFF_PERIOD, price_row(currency)):
            sensors.append(ValueSensor(device, row, spending, spending.listeners.add))
        for row in bill_rows(tariffs, home.balance, names, currency):
            sensors.append(ValueSensor(device, row, spending, energies))
    sensors += [
        ValueSensor(device, row, outlook, energies, outlook.listeners.add)
        for row in outlook_rows(entry.data, tariffs, names, currency)
    ]
    habit = home.habit
    if habit.is_measured:
        sensors.append(UsualSensor(device, habit, HOME))
    if home.outdoor.is_set:
        sensors += [
            ValueSensor(device, row, home.cold, home.cold.listeners.add) for row in COLD_ROWS
        ]
        sensors += [
            ValueSensor(device, row, home.learnt, home.learnt.listeners.add) for row in LEARNT_ROWS
        ]
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
    """Yield the sensors of a home that is measured."""
    home, device = entry.runtime_data, home_device(entry)
    for row in POWERS:
        if row.exists(home):
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
