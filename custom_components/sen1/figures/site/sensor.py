"""Sensors of a home: the powers of this moment, the energies and rates of its periods.

Statistics. Powers are measurements. An energy has one long-term statistic, so that the Energy
dashboard can never be given the same energy twice: that of the index itself where there is one,
else the total made here from the power. What is told of today, this month and this year are views
of the same energies, and so have no statistics of their own.
"""

from __future__ import annotations

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
from ..counting.balance import Balance, Quantity, Sums
from ..counting.calendar import Period
from ..counting.counter import MICROJOULES_OF_WH
from ..counting.entity import HomeEntity
from ..meter.sensor import meter_sensors
from ..tariff.names import async_period_names
from ..tariff.sensor import tariff_sensors
from ..year.sensor import outlook_sensors
from .site import HomeConfigEntry

STATUSES = {
    None: "complete",
    Quantity.BOUGHT: "no_bought",
    Quantity.SOLD: "no_sold",
    Quantity.PRODUCED: "no_produced",
    Quantity.DISCHARGED: "no_discharged",
    Quantity.CHARGED: "no_charged",
}
"""The first quantity whose power is not known → what the status says."""


def may_sell(balance: Balance) -> bool:
    """Tell whether the home may be more than a consumer."""
    return balance.may_sell


def measures_own_production(balance: Balance) -> bool:
    """Tell whether what is produced is measured."""
    return balance.measures(Quantity.PRODUCED)


@dataclass(frozen=True, kw_only=True)
class PowerDescription(SensorEntityDescription):
    """A power of this moment, W."""

    value: Callable[[Balance], int | None]
    exists: Callable[[Balance], bool] = lambda _balance: True


@dataclass(frozen=True, kw_only=True)
class PeriodDescription(SensorEntityDescription):
    """An energy or a rate of a period."""

    period: Period
    value: Callable[[Sums], float | None]
    quantity: Quantity | None = None
    """What it is of; None: of all of them."""
    exists: Callable[[Balance], bool] = lambda _balance: True


@dataclass(frozen=True, kw_only=True)
class TotalDescription(SensorEntityDescription):
    """All that a power has come to, where no index tells it."""

    quantity: Quantity


def power_row(
    key: str,
    value: Callable[[Balance], int | None],
    exists: Callable[[Balance], bool] = lambda _balance: True,
) -> PowerDescription:
    """Describe a power."""
    return PowerDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_display_precision=0,
        value=value,
        exists=exists,
    )


def energy_row(
    key: str,
    period: Period,
    value: Callable[[Sums], int],
    exists: Callable[[Balance], bool] = lambda _balance: True,
    quantity: Quantity | None = None,
) -> PeriodDescription:
    """Describe an energy of a period."""
    return PeriodDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        period=period,
        value=lambda sums: kilowatt_hours(value(sums)),
        quantity=quantity,
        exists=exists,
    )


def counted_row(
    key: str,
    period: Period,
    quantity: Quantity,
    exists: Callable[[Balance], bool] = lambda _balance: True,
) -> PeriodDescription:
    """Describe the energy of one quantity, which needs no other to be known."""
    return energy_row(key, period, lambda sums: sums.of(quantity), exists, quantity)


def rate_row(key: str, period: Period, value: Callable[[Sums], float | None]) -> PeriodDescription:
    """Describe a rate of a period."""
    return PeriodDescription(
        key=key,
        translation_key=key,
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=0,
        period=period,
        value=lambda sums: None if (part := value(sums)) is None else round(100 * part, 2),
        exists=measures_own_production,
    )


def kilowatt_hours(microjoules: int) -> float:
    """Return an energy to a tenth of a watt-hour."""
    return round(microjoules / (1000 * MICROJOULES_OF_WH), 4)


POWERS = (
    power_row("consumption", lambda balance: balance.consumption),
    power_row("surplus", lambda balance: balance.surplus),
    power_row("production_used", lambda balance: balance.self_consumption, measures_own_production),
)

DAY, MONTH, YEAR = Period
PERIODS = (
    counted_row("bought_day", DAY, Quantity.BOUGHT),
    counted_row("bought_month", MONTH, Quantity.BOUGHT),
    counted_row("bought_year", YEAR, Quantity.BOUGHT),
    counted_row("sold_day", DAY, Quantity.SOLD, may_sell),
    counted_row("sold_month", MONTH, Quantity.SOLD, may_sell),
    counted_row("sold_year", YEAR, Quantity.SOLD, may_sell),
    energy_row("consumed_day", DAY, lambda sums: sums.consumed),
    energy_row("consumed_month", MONTH, lambda sums: sums.consumed),
    energy_row("consumed_year", YEAR, lambda sums: sums.consumed),
    energy_row("self_consumed_day", DAY, lambda sums: sums.self_consumed, measures_own_production),
    energy_row(
        "self_consumed_month", MONTH, lambda sums: sums.self_consumed, measures_own_production
    ),
    energy_row(
        "self_consumed_year", YEAR, lambda sums: sums.self_consumed, measures_own_production
    ),
    rate_row("self_consumption_day", DAY, lambda sums: sums.self_consumption_rate),
    rate_row("self_consumption_month", MONTH, lambda sums: sums.self_consumption_rate),
    rate_row("self_consumption_year", YEAR, lambda sums: sums.self_consumption_rate),
    rate_row("self_production_day", DAY, lambda sums: sums.self_production_rate),
    rate_row("self_production_month", MONTH, lambda sums: sums.self_production_rate),
    rate_row("self_production_year", YEAR, lambda sums: sums.self_production_rate),
)


def total_row(key: str, quantity: Quantity) -> TotalDescription:
    """Describe a total."""
    return TotalDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        quantity=quantity,
    )


TOTALS = (
    total_row("bought_total", Quantity.BOUGHT),
    total_row("sold_total", Quantity.SOLD),
    total_row("produced_total", Quantity.PRODUCED),
    total_row("discharged_total", Quantity.DISCHARGED),
    total_row("charged_total", Quantity.CHARGED),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HomeConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Make what the home's sensors can tell, and forget what they no longer can."""
    home = entry.runtime_data
    names = await async_period_names(hass)
    sensors = [
        *sensors_of(entry),
        *(
            tariff_sensors(entry, home.spending, home.balance, home.energy_listeners.add, names)
            if home.is_measured
            else ()
        ),
        *outlook_sensors(
            entry, home.outlook, home.spending.tariffs, home.energy_listeners.add, names
        ),
    ]
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


def sensors_of(entry: HomeConfigEntry) -> Iterator[HomeEntity]:
    """Yield the sensors of a home."""
    if not entry.runtime_data.is_measured:
        return
    balance = entry.runtime_data.balance
    for description in POWERS:
        if description.exists(balance):
            yield PowerSensor(entry, description)
    for of_period in PERIODS:
        if of_period.exists(balance):
            yield PeriodSensor(entry, of_period)
    for of_total in TOTALS:
        if balance.integrates(of_total.quantity):
            yield TotalSensor(entry, of_total)
    yield StatusSensor(entry)


class PowerSensor(HomeEntity, SensorEntity):
    """A power of this moment, unavailable while one of its parts is not known."""

    entity_description: PowerDescription

    def __init__(self, entry: HomeConfigEntry, description: PowerDescription) -> None:
        super().__init__(entry, description.key, entry.runtime_data.power_listeners.add)
        self.entity_description = description
        self._balance = entry.runtime_data.balance

    async def async_added_to_hass(self) -> None:
        """Follow the powers."""
        await super().async_added_to_hass()
        self._take()

    @callback
    def _on_change(self) -> None:
        if self._take():
            self.async_write_ha_state()

    def _take(self) -> bool:
        """Take the power as it is; tell whether it is another than before."""
        power = self.entity_description.value(self._balance)
        value = None if power is None else round(power / 1000)
        has_changed = value != self._attr_native_value
        self._attr_native_value, self._attr_available = value, value is not None
        return has_changed


class PeriodSensor(HomeEntity, SensorEntity):
    """What a period has come to so far."""

    entity_description: PeriodDescription

    def __init__(self, entry: HomeConfigEntry, description: PeriodDescription) -> None:
        super().__init__(entry, description.key, entry.runtime_data.energy_listeners.add)
        self.entity_description = description
        self._balance = entry.runtime_data.balance

    @property
    def native_value(self) -> float | None:
        """Return kWh or %."""
        row = self.entity_description
        return row.value(self._balance.sums(row.period))

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return from when on the period is known and how much, and what the one before came to."""
        row, balance = self.entity_description, self._balance
        begin, known = balance.covered(row.quantity, row.period)
        return {
            "begin": begin.isoformat(),
            "known": round(100 * known),
            "last_period": row.value(balance.sums(row.period, last=True)),
        }


class TotalSensor(HomeEntity, SensorEntity):
    """An energy for the Energy dashboard, where there is only a power."""

    entity_description: TotalDescription

    def __init__(self, entry: HomeConfigEntry, description: TotalDescription) -> None:
        super().__init__(entry, description.key, entry.runtime_data.energy_listeners.add)
        self.entity_description = description
        self._balance = entry.runtime_data.balance

    @property
    def native_value(self) -> float:
        """Return kWh."""
        return kilowatt_hours(self._balance.totals.get(self.entity_description.quantity, 0))


class StatusSensor(HomeEntity, SensorEntity):
    """Why the powers are there, or are not."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_translation_key = "home_status"

    def __init__(self, entry: HomeConfigEntry) -> None:
        super().__init__(entry, "status", entry.runtime_data.power_listeners.add)
        self._balance = entry.runtime_data.balance
        self._attr_options = list(STATUSES.values())

    async def async_added_to_hass(self) -> None:
        """Follow the powers."""
        await super().async_added_to_hass()
        self._take()

    @callback
    def _on_change(self) -> None:
        before = self._attr_native_value
        self._take()
        if self._attr_native_value != before:
            self.async_write_ha_state()

    def _take(self) -> None:
        """Take what lacks, or that nothing does."""
        self._attr_native_value = STATUSES[self._balance.missing]
