"""What homes come to together as sensors: members of a collection, of its one device; friends."""

from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.const import EntityCategory
from homeassistant.core import callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from ...const import ATTR_HOMES
from ...history.units import shortened
from ..organising.groups.group import UNITS, CollectionGroup, translation_key
from ..organising.groups.groups import Groups
from ..publish.periodic import ATTR_SETTLED
from ..relations.group_names import GroupKey
from ..running import RunningEntry
from . import FriendEntity

GIVEN_SHOWN = 172_800
"""Seconds for which the last hour that was given on is shown: it may be settled a day later."""


@callback
def async_add_groups(
    entry: RunningEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of each group there is, and of each that is asked for later."""
    groups = entry.runtime_data[Groups]

    @callback
    def add(group: CollectionGroup) -> None:
        sensors = [
            GivenSensor(group) if key is GroupKey.GIVEN else CollectionGroupSensor(group, key)
            for key in (GroupKey if group.is_counted else (GroupKey.GIVEN,))
        ]
        async_add_entities(sensors, config_subentry_id=group.subentry.subentry_id)

    for group in groups:
        add(group)
    entry.async_on_unload(groups.added.add(add))


class CollectionGroupSensor(FriendEntity, SensorEntity):
    """What a group came to in its newest hour; its statistic has all hours."""

    def __init__(self, group: CollectionGroup, key: GroupKey) -> None:
        super().__init__(group.name(key).unique_id, group.subentry, group.listeners)
        self._group, self._key = group, key
        self._attr_translation_key = translation_key(group.what, key)
        self._attr_native_unit_of_measurement = UNITS.get(key)
        if key is GroupKey.REPORTING:
            self._attr_entity_category = EntityCategory.DIAGNOSTIC
        elif key is not GroupKey.PER_AREA:
            self._attr_device_class = SensorDeviceClass.ENERGY
        self._update()

    @property
    def capability_attributes(self) -> dict[str, Any]:
        """Return also which way the energy flows and where its hours are, known or not."""
        told = super().capability_attributes or {}
        statistic_id = self._group.name(self._key).statistic_id
        direction = self._group.what if self._group.is_counted else None
        return {**told, "direction": direction, "statistic": statistic_id}

    def _update(self) -> None:
        hour = self._group.shown
        homes = 0 if hour is None else hour.homes
        value: float | None = homes
        if self._key is not GroupKey.REPORTING:
            value = None if hour is None else hour.values.get(self._key)
        self._tell(value, None if hour is None else hour.begin, homes)

    def _tell(self, value: float | None, begin: float | None, homes: int) -> None:
        self._attr_native_value = None if value is None else shortened(value)
        self._attr_extra_state_attributes = {
            ATTR_HOMES: homes,
            "reporting": homes,
            "of": self._group.of,
            "at": None if begin is None else dt_util.utc_from_timestamp(begin),
        }


class GivenSensor(CollectionGroupSensor):
    """The mean of a group as it is given on: of an hour it is said once, and stays."""

    def __init__(self, group: CollectionGroup) -> None:
        super().__init__(group, GroupKey.GIVEN)

    def _update(self) -> None:
        begin, value = self._group.given or (None, None)
        if begin is None or begin < dt_util.utcnow().timestamp() - GIVEN_SHOWN:
            self._tell(None, begin, 0)
        else:
            self._tell(value, begin, self._group.given_homes)
        settled = self._group.settled
        at = None if settled is None else dt_util.utc_from_timestamp(settled)
        self._attr_extra_state_attributes[ATTR_SETTLED] = at
