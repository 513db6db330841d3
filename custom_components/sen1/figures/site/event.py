"""Events of a home: surplus begins and ends, use is unusual and usual again, a goal has a note."""

from homeassistant.components.event import EventEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..const import GOAL, NEED
from ..counting.entity import (
    FigureEntity,
    async_add_each,
    forget_others,
    home_device,
    subentry_device,
)
from ..goal.goals import GoalNote
from ..goal.telling import explained
from ..usual.entities import UnusualEvent, async_add_appliances
from ..usual.habit import HOME
from .site import HomeConfigEntry

BEGIN, END = "begin", "end"


async def async_setup_entry(
    hass: HomeAssistant, entry: HomeConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the events of the home, of each need and goal, and of each that is added later."""
    home = entry.runtime_data
    habit, needs, goals = home.habit, home.surplus.need_listeners, home.goals.goal_listeners
    async_add_each(entry, NEED, needs.add, async_add_entities, lambda one: [NeedEvent(entry, one)])
    of_home = [UnusualEvent(home_device(entry), habit, HOME)] if habit.is_measured else []
    forget_others(hass, entry, "event", {event.unique_id for event in of_home})
    async_add_entities(of_home)
    async_add_appliances(hass, entry, habit, async_add_entities, "event", UnusualEvent)
    async_add_each(entry, GOAL, goals.add, async_add_entities, lambda one: [GoalEvent(entry, one)])


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


SAID_OF_A_GOAL = ("target", "missing", "heading", "low", "high", "unit")


class GoalEvent(FigureEntity, EventEntity):
    """A note of a goal, at most once a week: it is on its way, it is not, it is met."""

    _attr_translation_key = "goal"
    _unrecorded_attributes = frozenset()

    def __init__(self, entry: HomeConfigEntry, subentry: ConfigSubentry) -> None:
        super().__init__(subentry_device(subentry, entry), "note")
        self._entry, self._goal_id = entry, subentry.subentry_id
        self._goals = entry.runtime_data.goals
        self._attr_event_types = [note.value for note in GoalNote]

    async def async_added_to_hass(self) -> None:
        """Hear of each note, also of one that waited for it."""
        await super().async_added_to_hass()
        notes = self._goals.note_listeners[self._goal_id]
        self.async_on_remove(notes.add(self._on_note))
        self._goals.look_for_notes()

    @callback
    def _on_note(self, note: GoalNote) -> None:
        percent = self._goals.of(self._goal_id).percent
        said = explained(self._goals, self._entry.subentries[self._goal_id])
        self._trigger_event(note, {"percent": percent} | {key: said[key] for key in SAID_OF_A_GOAL})
        self.async_write_ha_state()
