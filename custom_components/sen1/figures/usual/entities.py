"""Which curves have an entity: those of appliances that are measured, for as long as they are."""

from collections.abc import Callable

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ...const import DOMAIN
from ...faults import contained
from ..const import NEED
from ..counting.entity import Device, FigureEntity, subentry_device
from .habit import Habit


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
