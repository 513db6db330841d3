"""What the entities of friends' series, feeds and projects share."""

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import MATCH_ALL
from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity

from ...const import DOMAIN
from ...listeners import Listeners


class FriendEntity(Entity):
    """An entity of the device of a friend or a node, which wakes at each change."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    # A thousand series have a reading a minute each; what explains them would fill the recorder.
    _unrecorded_attributes = frozenset({MATCH_ALL})

    def __init__(self, unique_id: str, subentry: ConfigSubentry, changes: Listeners[()]) -> None:
        self._changes = changes
        self._attr_unique_id = unique_id
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, subentry.subentry_id)},
            name=subentry.title,
            entry_type=DeviceEntryType.SERVICE,
        )

    async def async_added_to_hass(self) -> None:
        """Follow what it shows."""
        self.async_on_remove(self._changes.add(self._on_change))

    @callback
    def _on_change(self) -> None:
        self._update()
        self.async_write_ha_state()

    def _update(self) -> None:
        """Take what changed."""
