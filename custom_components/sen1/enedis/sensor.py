"""Sensors of a meter by Enedis: how it stands, until when it is known, the highest powers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
import time
from typing import Any

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
)
from homeassistant.const import MATCH_ALL, PERCENTAGE, EntityCategory, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from .gateways import EnedisStatus
from .meter import EnedisConfigEntry, EnedisMeter
from .meter_reading import day_of

type EnedisShown = tuple[date | datetime | float | str | None, str | None]
"""The state, and when that was if it says so, ISO 8601."""


@dataclass(frozen=True, kw_only=True)
class EnedisRow(SensorEntityDescription):
    """A sensor of a meter, with what it shows."""

    shown: Callable[[EnedisMeter], EnedisShown]


def _known_until(meter: EnedisMeter) -> EnedisShown:
    day = meter.plan.known_until
    return None if day is None else date.fromordinal(day), None


def _last_answer(meter: EnedisMeter) -> EnedisShown:
    at = meter.plan.last_answer
    return None if at is None else dt_util.utc_from_timestamp(at), None


def _highest_yesterday(meter: EnedisMeter) -> EnedisShown:
    return meter.plan.highest.get(day_of(time.time()) - 1, (None, None))


def _highest_of_month(meter: EnedisMeter) -> EnedisShown:
    """Return the highest of the month that yesterday is in."""
    month = date.fromordinal(day_of(time.time()) - 1).replace(day=1).toordinal()
    found = [one for day, one in meter.plan.highest.items() if day >= month]
    return max(found, default=(None, None))


def _row(
    key: str,
    shown: Callable[[EnedisMeter], EnedisShown],
    device_class: SensorDeviceClass | None = None,
    unit: str | None = None,
    category: EntityCategory | None = EntityCategory.DIAGNOSTIC,
    options: list[str] | None = None,
) -> EnedisRow:
    return EnedisRow(
        key=key,
        translation_key=key,
        device_class=device_class,
        native_unit_of_measurement=unit,
        entity_category=category,
        options=options,
        shown=shown,
    )


OF_POWER = (SensorDeviceClass.POWER, UnitOfPower.WATT, None)

ROWS = (
    _row("known_until", _known_until, SensorDeviceClass.DATE, category=None),
    _row("highest_power_yesterday", _highest_yesterday, *OF_POWER),
    _row("highest_power_month", _highest_of_month, *OF_POWER),
    _row(
        "enedis_status",
        lambda meter: (meter.statuses[0], None),
        SensorDeviceClass.ENUM,
        options=list(EnedisStatus),
    ),
    _row("filled", lambda meter: (meter.plan.progress, None), unit=PERCENTAGE),
    _row("last_answer", _last_answer, SensorDeviceClass.TIMESTAMP),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EnedisConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Make the sensors of the meter."""
    async_add_entities(EnedisSensor(entry, row) for row in ROWS)


class EnedisSensor(SensorEntity):
    """One thing that is known of a meter."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _unrecorded_attributes = frozenset({MATCH_ALL})
    entity_description: EnedisRow

    def __init__(self, entry: EnedisConfigEntry, row: EnedisRow) -> None:
        self.entity_description = row
        self._meter = entry.runtime_data
        self._attr_unique_id = f"{entry.unique_id}_{row.key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, entry.unique_id or "")},
            name="Enedis",
            manufacturer="Enedis",
            entry_type=DeviceEntryType.SERVICE,
        )

    async def async_added_to_hass(self) -> None:
        """Write the state at each answer."""
        self.async_on_remove(self._meter.listeners.add(self.async_write_ha_state))

    @property
    def native_value(self) -> date | datetime | float | str | None:
        """Return what is known."""
        return self.entity_description.shown(self._meter)[0]

    @property
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return when that was."""
        at = self.entity_description.shown(self._meter)[1]
        return None if at is None else {"at": at}
