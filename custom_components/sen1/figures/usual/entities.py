"""What is usual and unusual as entities show it: of a home, and of appliances while measured."""

from collections.abc import Callable
from functools import partial
from typing import Any

from homeassistant.components.event import EventEntity
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ...const import DOMAIN
from ...faults import contained
from ..const import NEED
from ..counting.entity import Device, FigureEntity, Listen, SteadySensor, subentry_device
from ..tariff.book import Book
from ..year.cold import Cold
from .bands import Side
from .by_days import usual_of_yesterday
from .habit import HOME, Habit


@callback
def async_add_appliances(
    hass: HomeAssistant,
    entry: ConfigEntry,
    habit: Habit,
    async_add_entities: AddConfigEntryEntitiesCallback,
    domain: str,
    entity_of: Callable[[Device, Habit, str], FigureEntity],
) -> None:
    """Add the entity of each appliance that is measured; remove that of one that is no more."""
    registry, known = er.async_get(hass), set[str]()

    def look_at(need_id: str, entity: FigureEntity) -> None:
        if need_id not in habit.curves:
            known.discard(need_id)
            left = registry.async_get_entity_id(domain, DOMAIN, str(entity.unique_id))
            if left is not None:
                registry.async_remove(left)
        elif need_id not in known:
            known.add(need_id)
            async_add_entities([entity], config_subentry_id=need_id)

    @callback
    def look() -> None:
        for subentry in entry.get_subentries_of_type(NEED):
            with contained():
                need_id = subentry.subentry_id
                look_at(need_id, entity_of(subentry_device(subentry, entry), habit, need_id))

    look()
    entry.async_on_unload(habit.curve_listeners.add(look))


class UsualSensor(SteadySensor):
    """Whether a power is below, within or above what is usual; unknown while too few days tell."""

    _attr_device_class = SensorDeviceClass.ENUM

    def __init__(self, device: Device, habit: Habit, curve_id: str) -> None:
        super().__init__(device, "usual", habit.listeners[curve_id].add)
        self._attr_translation_key = "usual" if curve_id == HOME else "usual_of_appliance"
        self._attr_options = [side.value for side in Side]
        self._habit, self._curve_id = habit, curve_id

    def _update(self) -> None:
        # Of an appliance that is measured no more there is nothing to tell.
        curve = self._habit.curves.get(self._curve_id)
        self._attr_available = curve is not None
        self._attr_native_value = None if curve is None else curve.side
        told: dict[str, Any] = {}
        if curve is not None and curve.usual is not None:
            alike = curve.usual.alike
            told = {"days": len(alike.days), "day_kind": alike.kind, "degrees": alike.degrees}
            if (band := curve.band) is not None:
                told |= {"low": round(band.low), "median": round(band.median)}
                told |= {"high": round(band.high)}
        self._attr_extra_state_attributes = told


class UsualDaySensor(SteadySensor):
    """Whether yesterday is below, within or above what is usual, where it is told later."""

    _attr_translation_key = "usual_yesterday"
    _attr_device_class = SensorDeviceClass.ENUM

    def __init__(self, device: Device, book: Book, cold: Cold, changes: Listen) -> None:
        super().__init__(device, "usual_yesterday", changes, cold.listeners.add)
        self._attr_options = [side.value for side in Side]
        self._told = partial(usual_of_yesterday, book, cold)

    def _update(self) -> None:
        self._attr_native_value, self._attr_extra_state_attributes = self._told()


UNUSUAL, USUAL_AGAIN = "unusual", "usual_again"


class UnusualEvent(FigureEntity, EventEntity):
    """Says with how much, and what half of the days alike used."""

    # What it was is all that an event says.
    _unrecorded_attributes = frozenset()

    def __init__(self, device: Device, habit: Habit, curve_id: str) -> None:
        super().__init__(device, "unusual", habit.unusual_listeners[curve_id].add)
        self._attr_translation_key = "unusual" if curve_id == HOME else "unusual_of_appliance"
        self._attr_event_types = [UNUSUAL, USUAL_AGAIN]
        self._habit, self._curve_id = habit, curve_id

    @callback
    def _on_change(self) -> None:
        curve = self._habit.curves.get(self._curve_id)
        if curve is None or curve.judged is None:
            return
        mean, band = curve.judged
        self._trigger_event(
            UNUSUAL if curve.unusual.is_on else USUAL_AGAIN,
            {"power": mean, "low": round(band.low), "high": round(band.high)},
        )
        self.async_write_ha_state()
