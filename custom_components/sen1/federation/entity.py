"""What the entities of a friend's series share."""

from __future__ import annotations

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity

from ..const import DOMAIN
from .series import Series


class SeriesEntity(Entity):
    """What the entities of a series share: the friend's device, and waking at each change."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, series: Series, subentry: ConfigSubentry, key: str) -> None:
        grant = series.follower.grant
        self._series = series
        self._attr_unique_id = f"{subentry.subentry_id}_{grant.publication}_{key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, subentry.subentry_id)},
            name=subentry.title,
            entry_type=DeviceEntryType.SERVICE,
        )

    async def async_added_to_hass(self) -> None:
        """Follow the series."""
        self.async_on_remove(self._series.async_listen(self._on_change))

    @callback
    def _on_change(self) -> None:
        self._update()
        self.async_write_ha_state()

    def _update(self) -> None:
        """Take what changed."""
