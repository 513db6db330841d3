"""An event of an account: a day between it and a friend was compared, and how the two stand."""

from homeassistant.components.event import EventEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..const import DOMAIN
from ..protocol.model import BareJid
from .config import friends_of
from .receipts.book import State
from .receipts.receipts import Receipts
from .running import RunningEntry

EVENTS = {State.EQUAL: "agreed", State.NOT_RECEIVED: "not_received", State.DIFFERS: "differs"}


async def async_setup_entry(
    hass: HomeAssistant,
    entry: RunningEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Make the event of an account."""
    async_add_entities([DayCompared(entry)])


class DayCompared(EventEntity):
    """The days of which a household and a friend said to each other what went and what came."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_translation_key = "day_compared"
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, entry: RunningEntry) -> None:
        self._entry = entry
        self._attr_event_types = list(EVENTS.values())
        self._attr_unique_id = f"{entry.entry_id}_day_compared"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, entry.entry_id)},
            name=entry.title,
            entry_type=DeviceEntryType.SERVICE,
        )

    async def async_added_to_hass(self) -> None:
        """Follow what is compared."""
        self.async_on_remove(
            self._entry.runtime_data[Receipts].outcomes.listeners.add(self._on_compared)
        )

    @callback
    def _on_compared(self, friend: BareJid, day: str, state: State) -> None:
        subentry = friends_of(self._entry).get(friend)
        friend_id = None if subentry is None else subentry.subentry_id
        self._trigger_event(EVENTS[state], {"day": day, "friend_id": friend_id})
        self.async_write_ha_state()
