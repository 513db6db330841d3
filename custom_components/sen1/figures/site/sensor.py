"""Sensors of a home: the powers of this moment, the energies and rates of its periods.

Statistics. Powers are measurements. An energy has one long-term statistic, so that the Energy
dashboard can never be given the same energy twice: that of the index itself where there is one,
else the total made here from the power. What is told of today, this month and this year are views
of the same energies, and so have no statistics of their own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfEnergy, UnitOfPower
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ...const import DOMAIN
from ..counting.amounts import shown_kilowatt_hours
from ..counting.balance import Balance, HomeQuantity, Sums
from ..counting.calendar import CalendarPeriod
from ..counting.entity import FigureEntity, ValueDescription, ValueSensor, home_device
from ..meter.sensor import meter_sensors
from ..tariff.names import async_period_names
from ..tariff.sensor import tariff_sensors
from ..year.sensor import outlook_sensors
from .site import HomeConfigEntry

STATUSES = {
    None: "complete",
    HomeQuantity.BOUGHT: "no_bought",
    HomeQuantity.SOLD: "no_sold",
    HomeQuantity.PRODUCED: "no_produced",
    HomeQuantity.DISCHARGED: "no_discharged",
    HomeQuantity.CHARGED: "no_charged",
}
"""The first quantity whose power is not known → what the status says."""


def may_sell(balance: Balance) -> bool:
    """Tell whether the home may be more than a consumer."""
    return balance.may_sell


def measures_own_production(balance: Balance) -> bool:
    """Tell whether what is produced is measured."""
    return balance.measures(HomeQuantity.PRODUCED)


type Exists = Callable[[Balance], bool]


def always(_balance: Balance) -> bool:
    """Tell that this is there whatever is measured."""
    return True


@dataclass(frozen=True, kw_only=True)
class PowerDescription(SensorEntityDescription):
    """What is told at each change of a power."""

    value: Callable[[Balance], int | str | None]
    exists: Exists = always


@dataclass(frozen=True, kw_only=True)
class EnergyDescription(ValueDescription[Balance]):
    """What is told when energies are to be written."""

    exists: Exists = always


def power_row(
    key: str, power: Callable[[Balance], int | None], exists: Exists = always
) -> PowerDescription:
    """Describe a power."""
    return PowerDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_display_precision=0,
        value=lambda balance: None if (now := power(balance)) is None else round(now / 1000),
        exists=exists,
    )


def sums_row(
    what: str,
    period: CalendarPeriod,
    value: Callable[[Sums], float | None],
    exists: Exists,
    quantity: HomeQuantity | None = None,
    **other: Any,
) -> EnergyDescription:
    """Describe what a period has come to so far, of a quantity or of all of them (None).

    Its attributes say from when on the period is known and how much, and what the one before came
    to.
    """

    def attributes(balance: Balance) -> dict[str, Any]:
        begin, known = balance.covered(quantity, period)
        return {
            "begin": begin.isoformat(),
            "known": round(100 * known),
            "last_period": value(balance.sums(period, last=True)),
        }

    return EnergyDescription(
        key=f"{what}_{period}",
        translation_key=f"{what}_{period}",
        value=lambda balance: value(balance.sums(period)),
        attributes=attributes,
        exists=exists,
        **other,
    )


def energy_row(
    what: str,
    period: CalendarPeriod,
    value: Callable[[Sums], int],
    exists: Exists = always,
    quantity: HomeQuantity | None = None,
) -> EnergyDescription:
    """Describe an energy of a period."""
    return sums_row(
        what,
        period,
        lambda sums: shown_kilowatt_hours(value(sums)),
        exists,
        quantity,
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
    )


def counted_row(
    what: str, period: CalendarPeriod, quantity: HomeQuantity, exists: Exists = always
) -> EnergyDescription:
    """Describe the energy of one quantity, which needs no other to be known."""
    return energy_row(what, period, lambda sums: sums.of(quantity), exists, quantity)


def rate_row(
    what: str, period: CalendarPeriod, value: Callable[[Sums], float | None]
) -> EnergyDescription:
    """Describe a rate of a period."""
    return sums_row(
        what,
        period,
        lambda sums: None if (part := value(sums)) is None else round(100 * part, 2),
        measures_own_production,
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=0,
    )


def total_row(key: str, quantity: HomeQuantity) -> EnergyDescription:
    """Describe all that a power has come to, where no index tells it."""
    return EnergyDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        value=lambda balance: shown_kilowatt_hours(balance.totals.get(quantity, 0)),
        exists=lambda balance: balance.integrates(quantity),
    )


POWERS = (
    power_row("consumption", lambda balance: balance.consumption),
    power_row("surplus", lambda balance: balance.surplus),
    power_row("production_used", lambda balance: balance.self_consumption, measures_own_production),
    PowerDescription(
        key="status",
        translation_key="home_status",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=list(STATUSES.values()),
        value=lambda balance: STATUSES[balance.missing],
    ),
)

ENERGIES = (
    *(counted_row("bought", period, HomeQuantity.BOUGHT) for period in CalendarPeriod),
    *(counted_row("sold", period, HomeQuantity.SOLD, may_sell) for period in CalendarPeriod),
    *(energy_row("consumed", period, lambda sums: sums.consumed) for period in CalendarPeriod),
    *(
        energy_row("self_consumed", period, lambda s: s.self_consumed, measures_own_production)
        for period in CalendarPeriod
    ),
    *(
        rate_row("self_consumption", p, lambda sums: sums.self_consumption_rate)
        for p in CalendarPeriod
    ),
    *(
        rate_row("self_production", p, lambda sums: sums.self_production_rate)
        for p in CalendarPeriod
    ),
    total_row("bought_total", HomeQuantity.BOUGHT),
    total_row("sold_total", HomeQuantity.SOLD),
    total_row("produced_total", HomeQuantity.PRODUCED),
    total_row("discharged_total", HomeQuantity.DISCHARGED),
    total_row("charged_total", HomeQuantity.CHARGED),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HomeConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Make what the home's sensors can tell, and forget what they no longer can."""
    home, currency, names = entry.runtime_data, hass.config.currency, await async_period_names(hass)
    spending, energies = home.spending, home.energy_listeners.add
    sensors: list[FigureEntity] = []
    if home.is_measured:
        sensors += sensors_of(entry)
        sensors += tariff_sensors(entry, spending, home.balance, energies, names, currency)
    sensors += outlook_sensors(entry, home.outlook, spending.tariffs, energies, names, currency)
    kept = {sensor.unique_id for sensor in sensors}
    registry = er.async_get(hass)
    for row in er.async_entries_for_config_entry(registry, entry.entry_id):
        if (
            row.domain == "sensor"
            and row.platform == DOMAIN
            and row.config_subentry_id is None
            and row.unique_id not in kept
        ):
            registry.async_remove(row.entity_id)
    async_add_entities(sensors)
    for subentry_id, of_meter in meter_sensors(entry, home.meters, names):
        async_add_entities(of_meter, config_subentry_id=subentry_id)


def sensors_of(entry: HomeConfigEntry) -> Iterator[FigureEntity]:
    """Yield the sensors of a home that is measured."""
    home, device = entry.runtime_data, home_device(entry)
    for power in POWERS:
        if power.exists(home.balance):
            yield PowerSensor(entry, power)
    for energy in ENERGIES:
        if energy.exists(home.balance):
            yield ValueSensor(device, energy, home.balance, home.energy_listeners.add)


class PowerSensor(FigureEntity, SensorEntity):
    """What is known of this moment, unavailable while one of its parts is not known."""

    entity_description: PowerDescription

    def __init__(self, entry: HomeConfigEntry, description: PowerDescription) -> None:
        home = entry.runtime_data
        super().__init__(home_device(entry), description.key, home.power_listeners.add)
        self.entity_description = description
        self._balance = home.balance

    @callback
    def _on_change(self) -> None:
        before = self._attr_native_value
        self._update()
        if self._attr_native_value != before:
            self.async_write_ha_state()

    def _update(self) -> None:
        self._attr_native_value = self.entity_description.value(self._balance)
        self._attr_available = self._attr_native_value is not None
