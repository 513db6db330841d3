"""Sensors of a meter by Enedis: how it stands, until when it is known, the highest powers."""

from collections.abc import Callable, Mapping
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
from .meter import EnedisConfigEntry
from .meter_reading import day_of
from .plan import Plan

type EnedisShown = tuple[date | datetime | float | str | None, str | None]
"""The state, and when that was if it says so, ISO 8601."""


def _highest(plan: Plan, **since: int) -> EnedisShown:
    """Return the highest since yesterday, or since the day that is put in its place."""
    begin = date.fromordinal(day_of(time.time()) - 1).replace(**since).toordinal()
    return max((one for day, one in plan.highest.items() if day >= begin), default=(None, None))


POWER = {"device_class": SensorDeviceClass.POWER, "native_unit_of_measurement": UnitOfPower.WATT}
DIAGNOSTIC = {"entity_category": EntityCategory.DIAGNOSTIC}
TIME = DIAGNOSTIC | {"device_class": SensorDeviceClass.TIMESTAMP}
PROGRESS = DIAGNOSTIC | {"native_unit_of_measurement": PERCENTAGE}
STATUS = DIAGNOSTIC | {"device_class": SensorDeviceClass.ENUM, "options": list(EnedisStatus)}

ROWS: Mapping[str, tuple[Callable[[Plan], EnedisShown], Mapping[str, Any]]] = {
    "known_until": (
        lambda plan: (plan.known_until and date.fromordinal(plan.known_until), None),
        {"device_class": SensorDeviceClass.DATE},
    ),
    "highest_power_yesterday": (_highest, POWER),
    "highest_power_month": (lambda plan: _highest(plan, day=1), POWER),
    "enedis_status": (lambda plan: (plan.statuses(time.time())[0], None), STATUS),
    "filled": (lambda plan: (plan.progress, None), PROGRESS),
    "last_answer": (
        lambda plan: (plan.last_answer and dt_util.utc_from_timestamp(plan.last_answer), None),
        TIME,
    ),
}
"""What each sensor shows, and its description."""


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EnedisConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Make the sensors of the meter."""
    async_add_entities(EnedisSensor(entry, key) for key in ROWS)


class EnedisSensor(SensorEntity):
    """One thing that is known of a meter."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _unrecorded_attributes = frozenset({MATCH_ALL})

    def __init__(self, entry: EnedisConfigEntry, key: str) -> None:
        self._shown, described = ROWS[key]
        self.entity_description = SensorEntityDescription(key=key, translation_key=key, **described)
        self._meter = entry.runtime_data
        self._attr_unique_id = f"{entry.unique_id}_{key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, entry.unique_id or "")},
            name=entry.title,
            manufacturer="Enedis",
            entry_type=DeviceEntryType.SERVICE,
        )

    async def async_added_to_hass(self) -> None:
        """Write the state at each answer."""
        self.async_on_remove(self._meter.listeners.add(self.async_write_ha_state))

    @property
    def native_value(self) -> date | datetime | float | str | None:
        """Return what is known."""
        return self._shown(self._meter.plan)[0]

    @property
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return when that was."""
        at = self._shown(self._meter.plan)[1]
        return None if at is None else {"at": at}
