"""Sensors heard of by their references, whatever they are called meanwhile."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
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

from .sources import entity_of, state_of

type OnState = Callable[[str, State | None, float], None]
"""Takes a reference, the state of its sensor, and since when that is so: Unix seconds."""


@callback
def async_follow(
    hass: HomeAssistant, refs: Iterable[str], on_state: OnState, *, with_reports: bool = False
) -> CALLBACK_TYPE:
    """Follow sensors under the names they have: renamed, removed and made again.

    `on_state` is called at each change; of a value said again too, `with_reports`. Return how to
    stop.
    """
    return _Following(hass, refs, on_state, with_reports).stop


class _Following:
    """Hears of sensors, and of their names."""

    def __init__(
        self, hass: HomeAssistant, refs: Iterable[str], on_state: OnState, with_reports: bool
    ) -> None:
        self._hass = hass
        self._on_state = on_state
        self._with_reports = with_reports
        self._refs = list(dict.fromkeys(refs))
        self._stop_registry = hass.bus.async_listen(
            er.EVENT_ENTITY_REGISTRY_UPDATED, self._on_registry, self._concerns
        )
        self._track()

    @callback
    def stop(self) -> None:
        """Hear of none."""
        self._stop_registry()
        self._tracked.close()

    def _track(self) -> None:
        self._followed: dict[str, list[str]] = {}
        """By entity_id, the references that stand for it."""
        for ref in self._refs:
            if (entity_id := entity_of(self._hass, ref)) is not None:
                self._followed.setdefault(entity_id, []).append(ref)
        self._tracked = ExitStack()
        self._tracked.callback(
            async_track_state_change_event(self._hass, self._followed, self._on_change)
        )
        if self._with_reports:
            self._tracked.callback(
                async_track_state_report_event(self._hass, self._followed, self._on_report)
            )

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
        before, tracked = self._entity_ids(), self._tracked
        # First the new names: of what is on its way to the others nothing is lost.
        self._track()
        tracked.close()
        now, after = time.time(), self._entity_ids()
        for ref in self._refs:
            if before.get(ref) != after.get(ref):
                self._on_state(ref, state_of(self._hass, ref), now)

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
