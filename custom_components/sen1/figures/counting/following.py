"""Sensors heard of by their references, whatever they are called meanwhile."""

from collections.abc import Callable, Iterable
import time

from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    EventStateReportedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import (
    async_track_state_change_event,
    async_track_state_report_event,
)

from .sources import entity_of

type OnState = Callable[[str, State | None, float], None]
"""Takes a reference, the state of its sensor, and since when that is so: Unix seconds."""


class SensorTracker:
    """Follows sensors under the names they have: renamed, removed and made again."""

    def __init__(
        self, hass: HomeAssistant, on_state: OnState, *, with_reports: bool = False
    ) -> None:
        """`on_state` is called at each change; of a value said again too, `with_reports`."""
        self._hass = hass
        self._on_state = on_state
        self._with_reports = with_reports
        self._refs: list[str] = []
        self._followed: dict[str, list[str]] = {}
        """By entity_id, the references that stand for it."""
        self._undo: list[CALLBACK_TYPE] = []
        self._undo_registry: CALLBACK_TYPE | None = None

    def state(self, ref: str) -> State | None:
        """Return what the sensor of a reference says now."""
        entity_id = entity_of(self._hass, ref)
        return None if entity_id is None else self._hass.states.get(entity_id)

    @callback
    def start(self, refs: Iterable[str]) -> None:
        """Follow these sensors and no others."""
        self.stop()
        self._refs = list(dict.fromkeys(refs))
        self._undo_registry = self._hass.bus.async_listen(
            er.EVENT_ENTITY_REGISTRY_UPDATED, self._on_registry, self._concerns
        )
        self._track()

    @callback
    def stop(self) -> None:
        """Follow none."""
        self._untrack()
        if self._undo_registry is not None:
            self._undo_registry()
            self._undo_registry = None

    def _track(self) -> None:
        self._followed = {}
        for ref in self._refs:
            if (entity_id := entity_of(self._hass, ref)) is not None:
                self._followed.setdefault(entity_id, []).append(ref)
        self._undo = [async_track_state_change_event(self._hass, self._followed, self._on_change)]
        if self._with_reports:
            self._undo.append(
                async_track_state_report_event(self._hass, self._followed, self._on_report)
            )

    def _untrack(self) -> None:
        for undo in self._undo:
            undo()
        self._undo = []

    def _entity_ids(self) -> dict[str, str]:
        return {ref: entity_id for entity_id, refs in self._followed.items() for ref in refs}

    @callback
    def _concerns(self, data: er.EventEntityRegistryUpdatedData) -> bool:
        if data["action"] == "create":
            # One that was removed has the same id when it is made again.
            return len(self._entity_ids()) < len(self._refs)
        return data.get("old_entity_id", data["entity_id"]) in self._followed

    @callback
    def _on_registry(self, _event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        before, undo = self._entity_ids(), self._undo
        # First the new names: of what is on its way to the others nothing is lost.
        self._track()
        for stop in undo:
            stop()
        now, after = time.time(), self._entity_ids()
        for ref in self._refs:
            if before.get(ref) != after.get(ref):
                self._on_state(ref, self.state(ref), now)

    @callback
    def _on_change(self, event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        at = event.time_fired_timestamp if state is None else state.last_updated_timestamp
        for ref in self._followed.get(event.data["entity_id"], ()):
            self._on_state(ref, state, at)

    @callback
    def _on_report(self, event: Event[EventStateReportedData]) -> None:
        state = event.data["new_state"]
        for ref in self._followed.get(event.data["entity_id"], ()):
            self._on_state(ref, state, state.last_reported_timestamp)
