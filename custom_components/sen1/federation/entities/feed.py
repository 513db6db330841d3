"""Feeds of older nodes as sensors: the newest value with its time, and why there is none."""

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from ...history.units import home_assistant_unit
from ..legacy.data_node import UNIT_OF
from ..legacy.feed import Feed, FeedQuantity, FeedReason
from ..legacy.feeds import Feeds, detail_of, name_of
from ..running import RunningEntry
from . import FriendEntity

DEVICE_CLASSES = {
    "W": SensorDeviceClass.POWER,
    "VA": SensorDeviceClass.APPARENT_POWER,
    "var": SensorDeviceClass.REACTIVE_POWER,
    "V": SensorDeviceClass.VOLTAGE,
    "Wh": SensorDeviceClass.ENERGY,
}
"""By the unit of the quantity."""

STILL_TRUE = (FeedReason.RECEIVING, FeedReason.AWAY, FeedReason.SOURCE_FAILED)
"""With these reasons the newest value is still the newest there is."""


@callback
def async_add_feeds(
    hass: HomeAssistant,
    entry: RunningEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of each feed known, and of each that comes later."""
    account = entry.runtime_data

    @callback
    def add(feed: Feed) -> None:
        sensors: list[FeedEntity] = [FeedSensor(entry, feed, feed.description.quantity)]
        subentry = entry.subentries[feed.subentry_id]
        if feed.name in subentry.data.get("identifiers", ()):
            # The parts of an index share its status.
            sensors.append(FeedStatusSensor(entry, feed, name_of(hass, feed)))
        async_add_entities(sensors, config_subentry_id=feed.subentry_id)

    for feed in account[Feeds].all_feeds():
        add(feed)
    entry.async_on_unload(account[Feeds].listeners.add(add))


class FeedEntity(FriendEntity, SensorEntity):
    """An entity of a feed."""

    def __init__(self, entry: RunningEntry, feed: Feed, key: str) -> None:
        unique_id = f"{feed.subentry_id}_{feed.key}_{key}"
        super().__init__(unique_id, entry.subentries[feed.subentry_id], feed.listeners)
        self._feed = feed


class FeedSensor(FeedEntity):
    """The newest reading of a feed. Its long-term statistic is made of all readings."""

    def __init__(self, entry: RunningEntry, feed: Feed, quantity: FeedQuantity) -> None:
        super().__init__(entry, feed, "reading")
        if feed.title:
            self._attr_name = feed.title
        else:
            self._attr_translation_key = quantity
            self._attr_translation_placeholders = {"detail": detail_of(feed)}
        self._update()

    def _update(self) -> None:
        description, latest = self._feed.description, self._feed.latest
        self._attr_native_unit_of_measurement = (
            home_assistant_unit(description.unit) or description.unit
        )
        self._attr_device_class = DEVICE_CLASSES.get(UNIT_OF.get(description.quantity, ""))
        self._attr_native_value = None if latest is None else latest.value
        self._attr_available = latest is not None and self._feed.reason in STILL_TRUE
        at = None if latest is None else dt_util.utc_from_timestamp(latest.time)
        self._attr_extra_state_attributes = {} if at is None else {"measured_at": at}


class FeedStatusSensor(FeedEntity):
    """Why a feed has values, or none."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_translation_key = "feed_status"

    def __init__(self, entry: RunningEntry, feed: Feed, series: str) -> None:
        super().__init__(entry, feed, "status")
        self._attr_translation_placeholders = {"series": series}
        self._attr_options = [str(reason) for reason in FeedReason]
        self._update()

    def _update(self) -> None:
        self._attr_native_value = self._feed.reason
