"""Events of a home: surplus begins and ends, use becomes unusual and usual again."""

from homeassistant.components.event import EventEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..const import NEED
from ..counting.entity import FigureEntity, async_add_each, home_device, subentry_device
from ..usual.event import UnusualEvent
from ..usual.habit import HOME
from .site import HomeConfigEntry

BEGIN, END = "begin", "end"


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HomeConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Make the events of the home and of each need, and of each that is added later."""
    async_add_each(
        entry,
        NEED,
        entry.runtime_data.surplus.need_listeners.add,
        async_add_entities,
        lambda subentry: [NeedEvent(entry, subentry)],
    )
    habit = entry.runtime_data.habit
    if habit.is_measured:
        async_add_entities([UnusualEvent(home_device(entry), habit, HOME)])
    async_add_each(
        entry,
        NEED,
        habit.curve_listeners.add,
        async_add_entities,
        lambda subentry: [
            UnusualEvent(subentry_device(subentry, entry), habit, one)
            for one in habit.curves.keys() & {subentry.subentry_id}
        ],
    )


class NeedEvent(FigureEntity, EventEntity):
    """The moments at which there is enough for a need, and no longer enough."""

    _attr_translation_key = "need"
    # Which of them it was, and with how much, is all that an event says.
    _unrecorded_attributes = frozenset()

    def __init__(self, entry: HomeConfigEntry, subentry: ConfigSubentry) -> None:
        self._surplus, self._need_id = entry.runtime_data.surplus, subentry.subentry_id
        changes = self._surplus.listeners[self._need_id].add
        super().__init__(subentry_device(subentry, entry), "event", changes)
        self._attr_event_types = [BEGIN, END]

    @callback
    def _on_change(self) -> None:
        offer = self._surplus.sharing.offers[self._need_id]
        self._trigger_event(BEGIN if offer.is_on else END, {"available": offer.available})
        self.async_write_ha_state()
