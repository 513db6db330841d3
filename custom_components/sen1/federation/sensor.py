"""Friends' series as sensors: each a device's entity, with a status that tells why it has none."""

from __future__ import annotations

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..const import DOMAIN
from .account import AccountConfigEntry
from .config import friends_of
from .follower import Status
from .model import BareJid, Description
from .series import Series
from .units import HOME_ASSISTANT_UNITS, device_class_of, state_class_of


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Make the entities of each series known, and of each that a friend grants later."""
    account = entry.runtime_data

    @callback
    def add(friend: BareJid, series: Series) -> None:
        subentry = friends_of(entry)[friend]
        async_add_entities(
            [FriendSensor(series, subentry), StatusSensor(series, subentry)],
            config_subentry_id=subentry.subentry_id,
        )

    for friend, of_friend in account.series.items():
        for series in of_friend.values():
            add(friend, series)
    entry.async_on_unload(account.following.async_listen(add))


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

    @property
    def _description(self) -> Description:
        description = self._series.follower.grant.description
        assert description is not None  # a series begins with a grant that has one
        return description

    async def async_added_to_hass(self) -> None:
        """Follow the series."""
        self.async_on_remove(self._series.async_listen(self._on_change))

    @callback
    def _on_change(self) -> None:
        self._update()
        self.async_write_ha_state()

    def _update(self) -> None:
        """Take what changed."""


class FriendSensor(SeriesEntity, SensorEntity):
    """The newest reading of a friend's series."""

    def __init__(self, series: Series, subentry: ConfigSubentry) -> None:
        super().__init__(series, subentry, "reading")
        self._update()

    def _update(self) -> None:
        description = self._description
        self._attr_name = description.title
        if description.unit is not None:
            unit = HOME_ASSISTANT_UNITS[description.unit]
            # Whatever unit the friend says it was measured in, this is the one that came.
            measurement = {**description.measurement, "unit": unit}
            self._attr_native_unit_of_measurement = unit
            self._attr_device_class = device_class_of(measurement)
            self._attr_state_class = state_class_of(measurement)
        latest = self._series.follower.latest
        self._attr_native_value = None if latest is None else latest.value
        self._attr_available = self._series.status is Status.RECEIVING


class StatusSensor(SeriesEntity, SensorEntity):
    """Why a friend's series has a value, or none."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_translation_key = "series_status"

    def __init__(self, series: Series, subentry: ConfigSubentry) -> None:
        super().__init__(series, subentry, "status")
        self._attr_options = [str(status) for status in Status]
        self._update()

    def _update(self) -> None:
        self._attr_translation_placeholders = {"series": self._description.title}
        self._attr_native_value = self._series.status
