"""Events of needs: surplus begins, surplus ends."""

from __future__ import annotations

from homeassistant.components.event import EventEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..surplus.entity import NeedEntity
from ..surplus.needs import needs_of
from .site import HomeConfigEntry

BEGIN, END = "begin", "end"


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HomeConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Make the event of each need, and of each that is added later."""

    @callback
    def add(subentry: ConfigSubentry) -> None:
        async_add_entities([NeedEvent(entry, subentry)], config_subentry_id=subentry.subentry_id)

    for subentry in needs_of(entry).values():
        add(subentry)
    entry.async_on_unload(entry.runtime_data.surplus.need_listeners.add(add))


class NeedEvent(NeedEntity, EventEntity):
    """The moments at which there is enough for a need, and no longer enough."""

    _attr_translation_key = "need"

    def __init__(self, entry: HomeConfigEntry, subentry: ConfigSubentry) -> None:
        super().__init__(entry, entry.runtime_data.surplus, subentry, "event")
        self._attr_event_types = [BEGIN, END]

    async def async_added_to_hass(self) -> None:
        """Hear of each change."""
        self.async_on_remove(self._surplus.listeners[self._need_id].add(self._on_change))

    @callback
    def _on_change(self) -> None:
        offer = self._surplus.offer(self._need_id)
        self._trigger_event(BEGIN if offer.is_on else END, {"available": offer.available})
        self.async_write_ha_state()
