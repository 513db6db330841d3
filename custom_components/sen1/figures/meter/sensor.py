"""Sensors of a meter that people read: its last index, and when it was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import MATCH_ALL
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from .hand_readings import per_day
from .meters import (
    INDEX_UNITS,
    ONLY,
    MeterKind,
    Meters,
    factor_of,
    kind_of,
    meters_of,
    registers_of,
)

DEVICE_CLASSES = {
    MeterKind.ELECTRICITY: SensorDeviceClass.ENERGY,
    MeterKind.PRODUCTION: SensorDeviceClass.ENERGY,
    MeterKind.GAS: SensorDeviceClass.GAS,
    MeterKind.WATER: SensorDeviceClass.WATER,
}


def meter_sensors(
    entry: ConfigEntry, meters: Meters, names: Mapping[str, str]
) -> Iterator[tuple[str, list[SensorEntity]]]:
    """Yield the sensors of each meter with its subentry's id."""
    for subentry_id, subentry in meters_of(entry).items():
        indexes = [
            IndexSensor(entry, meters, subentry, register, names.get(register, ""))
            for register in registers_of(subentry)
        ]
        yield subentry_id, [ReadAtSensor(entry, meters, subentry), *indexes]


class _OfMeter(SensorEntity):
    """A sensor of a meter: a device of its own, woken by a reading."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _unrecorded_attributes = frozenset({MATCH_ALL})

    def __init__(
        self, entry: ConfigEntry, meters: Meters, subentry: ConfigSubentry, key: str
    ) -> None:
        self._meters = meters
        self._subentry = subentry
        self._attr_unique_id = f"{entry.entry_id}_{subentry.subentry_id}_{key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, f"{entry.entry_id}_{subentry.subentry_id}")},
            name=subentry.title,
            entry_type=DeviceEntryType.SERVICE,
        )

    async def async_added_to_hass(self) -> None:
        """Follow the readings."""
        self.async_on_remove(self._meters.listeners.add(self.async_write_ha_state))


class ReadAtSensor(_OfMeter):
    """When the meter was last read."""

    _attr_device_class = SensorDeviceClass.TIMESTAMP
    _attr_translation_key = "last_reading"

    def __init__(self, entry: ConfigEntry, meters: Meters, subentry: ConfigSubentry) -> None:
        super().__init__(entry, meters, subentry, "last_reading")

    @property
    def native_value(self) -> datetime | None:
        """Return the moment."""
        readings = self._meters.readings(self._subentry.subentry_id)
        return dt_util.utc_from_timestamp(readings[-1].at) if readings else None


class IndexSensor(_OfMeter):
    """What a register showed at the last reading.

    No state class: its long-term statistic is the external one, spread between readings.
    """

    def __init__(
        self,
        entry: ConfigEntry,
        meters: Meters,
        subentry: ConfigSubentry,
        register: str,
        name: str,
    ) -> None:
        super().__init__(entry, meters, subentry, f"index_{register}")
        self._register = register
        self._attr_translation_key = "read_index" if register == ONLY else "read_index_of_tariff"
        self._attr_translation_placeholders = {"tariff": name}
        self._attr_device_class = DEVICE_CLASSES[kind_of(subentry)]
        self._attr_native_unit_of_measurement = INDEX_UNITS[kind_of(subentry)]

    @property
    def native_value(self) -> float | None:
        """Return the index."""
        readings = self._meters.readings(self._subentry.subentry_id)
        return readings[-1].values.get(self._register) if readings else None

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return where the statistic is, and what a day came to since the reading before."""
        readings = self._meters.readings(self._subentry.subentry_id)
        daily = per_day(readings, self._register, factor_of(self._subentry))
        statistic = self._meters.statistic(self._subentry.subentry_id, self._register)
        return {
            "statistic": statistic.statistic_id,
            "per_day": None if daily is None else round(daily, 3),
            "per_day_unit": statistic.unit,
        }
