"""What the entities of a home share."""

from __future__ import annotations

from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity

from ...const import DOMAIN
from ..site.site import HomeConfigEntry


class HomeEntity(Entity):
    """An entity of the home itself, woken by what comes."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, entry: HomeConfigEntry, key: str) -> None:
        self._home = entry.runtime_data
        self._attr_unique_id = f"{entry.entry_id}_{key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, entry.entry_id)},
            entry_type=DeviceEntryType.SERVICE,
            translation_key="home",
        )
