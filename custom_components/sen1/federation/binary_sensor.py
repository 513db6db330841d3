"""Friends' series that are on or off."""

from __future__ import annotations

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account import AccountConfigEntry
from .config import friends_of
from .entity import SeriesEntity
from .follower import Status
from .model import BareJid
from .series import Series
from .telling import binary_device_class_of
from .units import is_boolean


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Make the entity of each such series known, and of each that a friend grants later."""
    account = entry.runtime_data

    @callback
    def add(friend: BareJid, series: Series) -> None:
        if is_boolean(series.description.measurement):
            subentry = friends_of(entry)[friend]
            entity = FriendBinarySensor(series, subentry)
            async_add_entities([entity], config_subentry_id=subentry.subentry_id)

    for friend, of_friend in account.series.items():
        for series in of_friend.values():
            add(friend, series)
    entry.async_on_unload(account.following.async_listen(add))


class FriendBinarySensor(SeriesEntity, BinarySensorEntity):
    """The newest state of a friend's series."""

    def __init__(self, series: Series, subentry: ConfigSubentry) -> None:
        super().__init__(series, subentry, "reading")
        self._update()

    def _update(self) -> None:
        description = self._series.description
        self._attr_name = description.title
        self._attr_device_class = binary_device_class_of(description.measurement)
        latest = self._series.follower.latest
        self._attr_is_on = None if latest is None else bool(latest.value)
        self._attr_available = self._series.status is Status.RECEIVING
