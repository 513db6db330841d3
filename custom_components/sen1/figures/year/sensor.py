"""Sensors of the year to come: its energy and cost, how they change, the indicative class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorStateClass
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import UnitOfEnergy

from ..const import CONF_FLOOR_AREA, CONF_GAS, CONF_HEATING
from ..counting.entity import HomeEntity, Listen
from ..tariff.contract import Tariffs, rounded
from .energy_class import class_of
from .outlook import Outlook, change

WHOLE = Decimal(1)
KWH_PER_SQUARE_METRE = "kWh/m²"

CLASS_STATES = ("a", "b", "c", "d", "e", "f", "g")

HEATED_BY_ELECTRICITY = ("electric", "heat_pump")
ELECTRICITY_ONLY = "electricity_only"


def outlook_sensors(
    entry: ConfigEntry,
    outlook: Outlook,
    tariffs: Tariffs,
    energies: Listen,
    names: Mapping[str, str],
) -> Iterator[HomeEntity]:
    """Yield the sensors of a home's year, written when `energies` says so."""
    yield ForecastSensor(entry, outlook, energies)
    if tariffs.all:
        yield ForecastCostSensor(entry, outlook, energies)
    periods = tariffs.periods()
    for name in periods if len(periods) > 1 else ():
        yield TariffForecastSensor(entry, outlook, energies, name, names[name])
        yield TariffForecastCostSensor(entry, outlook, energies, name, names[name])
    if entry.data.get(CONF_FLOOR_AREA):
        yield PerAreaSensor(entry, outlook, energies)
        yield ClassSensor(entry, outlook, energies)


class _OfYear(HomeEntity, SensorEntity):
    """A figure of the year, written with the energies and when the forecast is made anew."""

    def __init__(self, entry: ConfigEntry, outlook: Outlook, energies: Listen, key: str) -> None:
        super().__init__(entry, key, energies, outlook.listeners.add)
        self._outlook = outlook


class ForecastSensor(_OfYear):
    """What will have been bought by the end of the year."""

    _attr_device_class = SensorDeviceClass.ENERGY
    _attr_native_unit_of_measurement = UnitOfEnergy.KILO_WATT_HOUR
    _attr_translation_key = "forecast_energy"

    def __init__(self, entry: ConfigEntry, outlook: Outlook, energies: Listen) -> None:
        super().__init__(entry, outlook, energies, "forecast_energy")
        self._attr_suggested_display_precision = 0

    @property
    def native_value(self) -> int | None:
        """Return kWh."""
        total = self._outlook.energy()
        return None if total is None else round(total)

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return how sure it is, from how many days of the year, and what last year was."""
        outlook = self._outlook
        total, made = outlook.energy(), outlook.forecast
        if total is None or made is None:
            return {}
        last = outlook.last_year
        return {
            "low": round(max(total - made.margin, made.measured)),
            "high": round(total + made.margin),
            "measured": round(made.measured),
            "measured_days": made.measured_days,
            "last_year": None if last is None else round(last),
            "change": None if last is None else change(total, last),
        }


class _Money(_OfYear):
    """An amount of the year."""

    _attr_device_class = SensorDeviceClass.MONETARY

    async def async_added_to_hass(self) -> None:
        """Take the currency, and follow the energies and the forecast."""
        self._attr_native_unit_of_measurement = self.hass.config.currency
        await super().async_added_to_hass()


class ForecastCostSensor(_Money):
    """What the year will have cost, subscription included."""

    _attr_translation_key = "forecast_cost"

    def __init__(self, entry: ConfigEntry, outlook: Outlook, energies: Listen) -> None:
        super().__init__(entry, outlook, energies, "forecast_cost")

    @property
    def native_value(self) -> float | None:
        """Return the amount, rounded once."""
        year = self._outlook.year()
        return None if year is None else rounded(year.cost)

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return what last year cost."""
        year, last = self._outlook.year(), self._outlook.of_last_year
        if year is None or last is None:
            return {}
        return {
            "last_year": rounded(last.cost),
            "change": change(float(year.cost), float(last.cost)),
        }


class TariffForecastSensor(_OfYear):
    """What will have been bought in one tariff period."""

    _attr_device_class = SensorDeviceClass.ENERGY
    _attr_native_unit_of_measurement = UnitOfEnergy.KILO_WATT_HOUR
    _attr_translation_key = "forecast_energy_of_tariff"

    def __init__(
        self, entry: ConfigEntry, outlook: Outlook, energies: Listen, tariff: str, name: str
    ) -> None:
        super().__init__(entry, outlook, energies, f"forecast_energy_{tariff}")
        self._tariff = tariff
        self._attr_translation_placeholders = {"tariff": name}
        self._attr_suggested_display_precision = 0

    @property
    def native_value(self) -> int | None:
        """Return kWh."""
        year = self._outlook.year()
        return None if year is None else round(year.energies.get(self._tariff, 0.0))

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return the tariff period, and what it was last year."""
        year, last = self._outlook.year(), self._outlook.of_last_year
        if year is None or last is None:
            return {"tariff": self._tariff}
        before = last.energies.get(self._tariff, 0.0)
        return {
            "tariff": self._tariff,
            "last_year": round(before),
            "change": change(year.energies.get(self._tariff, 0.0), before),
        }


class TariffForecastCostSensor(_Money):
    """What the energy of one tariff period will have cost."""

    _attr_translation_key = "forecast_cost_of_tariff"

    def __init__(
        self, entry: ConfigEntry, outlook: Outlook, energies: Listen, tariff: str, name: str
    ) -> None:
        super().__init__(entry, outlook, energies, f"forecast_cost_{tariff}")
        self._tariff = tariff
        self._attr_translation_placeholders = {"tariff": name}

    @property
    def native_value(self) -> float | None:
        """Return the amount, rounded once."""
        year = self._outlook.year()
        return None if year is None else rounded(year.costs.get(self._tariff, Decimal(0)))

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return the tariff period, and what it was last year."""
        year, last = self._outlook.year(), self._outlook.of_last_year
        if year is None or last is None:
            return {"tariff": self._tariff}
        now, before = (y.costs.get(self._tariff, Decimal(0)) for y in (year, last))
        return {
            "tariff": self._tariff,
            "last_year": rounded(before),
            "change": change(float(now), float(before)),
        }


class PerAreaSensor(_OfYear):
    """The year's energy by square metre: what homes are compared by."""

    _attr_translation_key = "energy_per_area"
    _attr_native_unit_of_measurement = KWH_PER_SQUARE_METRE
    _attr_state_class = SensorStateClass.MEASUREMENT

    def __init__(self, entry: ConfigEntry, outlook: Outlook, energies: Listen) -> None:
        super().__init__(entry, outlook, energies, "energy_per_area")
        self._entry_data = entry.data

    @property
    def native_value(self) -> int | None:
        """Return a whole number, as BMHS told it."""
        return self._outlook.per_area()

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return what it counts, kWh a year, and whether that is all."""
        outlook, data = self._outlook, self._entry_data
        energies = {"electricity": outlook.energy()}
        if data.get(CONF_GAS):
            energies["gas"] = outlook.gas()
        known = {key: None if kwh is None else round(kwh) for key, kwh in energies.items()}
        return {"covers": covers(data), **known}


class ClassSensor(_OfYear):
    """The indicative class."""

    _attr_device_class = SensorDeviceClass.ENUM

    def __init__(self, entry: ConfigEntry, outlook: Outlook, energies: Listen) -> None:
        super().__init__(entry, outlook, energies, "energy_class")
        self._attr_options = list(CLASS_STATES)
        self._covers = covers(entry.data)
        self._attr_translation_key = (
            "energy_class_of_electricity" if self._covers == ELECTRICITY_ONLY else "energy_class"
        )

    @property
    def native_value(self) -> str | None:
        """Return the letter."""
        per_area = self._outlook.per_area()
        return None if per_area is None else class_of(per_area).lower()

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return what it counts: two homes are alike only where it is the same."""
        return {"covers": self._covers, "indicative": True}


def covers(data: Mapping[str, Any]) -> str:
    """Return what the figures of a home count, by what its entry stores."""
    heating = data.get(CONF_HEATING)
    if heating in HEATED_BY_ELECTRICITY or (data.get(CONF_GAS) and heating == "gas"):
        return "heating_too"
    return "electricity_and_gas" if data.get(CONF_GAS) else ELECTRICITY_ONLY
