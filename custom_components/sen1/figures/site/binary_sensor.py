"""Binary sensors of a home: what there is enough surplus for, and what is wrong."""

from __future__ import annotations

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import MATCH_ALL, EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..counting.entity import HomeEntity
from ..surplus.entity import NeedEntity
from ..surplus.needs import needs_of
from ..watch.watch import HomeFault
from .site import HomeConfigEntry


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HomeConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Make the sensor of each fault, of each need, and of each need that is added later."""

    @callback
    def add(subentry: ConfigSubentry) -> None:
        async_add_entities([NeedSensor(entry, subentry)], config_subentry_id=subentry.subentry_id)

    async_add_entities(FaultSensor(entry, fault) for fault in entry.runtime_data.watch.faults())
    for subentry in needs_of(entry).values():
        add(subentry)
    entry.async_on_unload(entry.runtime_data.surplus.need_listeners.add(add))


class FaultSensor(HomeEntity, BinarySensorEntity):
    """Whether something is wrong."""

    _attr_device_class = BinarySensorDeviceClass.PROBLEM
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, entry: HomeConfigEntry, fault: HomeFault) -> None:
        self._watch = entry.runtime_data.watch
        super().__init__(entry, fault, self._watch.listeners.add)
        self._fault = fault
        self._attr_translation_key = fault

    @property
    def is_on(self) -> bool:
        """Tell whether it is wrong now."""
        return self._watch.is_on(self._fault)

    @property
    def extra_state_attributes(self) -> dict[str, list[str]]:
        """Return the sensors that are silent."""
        silent = self._watch.silent.get(self._fault)
        return {"sensors": silent} if silent else {}


class NeedSensor(NeedEntity, BinarySensorEntity):
    """Whether the appliance should run.

    Never unavailable: an automation would leave its appliance on for as long as that lasts.
    """

    _attr_translation_key = "need"
    _unrecorded_attributes = frozenset({MATCH_ALL})

    def __init__(self, entry: HomeConfigEntry, subentry: ConfigSubentry) -> None:
        super().__init__(entry, entry.runtime_data.surplus, subentry, "surplus")

    async def async_added_to_hass(self) -> None:
        """Hear of each change."""
        self.async_on_remove(self._surplus.listeners[self._need_id].add(self.async_write_ha_state))

    @property
    def is_on(self) -> bool:
        """Tell whether there is enough."""
        return self._surplus.offer(self._need_id).is_on
