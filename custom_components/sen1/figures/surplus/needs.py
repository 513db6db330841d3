"""The needs of a home while its entry is loaded: surplus in, offers out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.event import (
    async_track_point_in_utc_time,
    async_track_state_change_event,
)
from homeassistant.util import dt as dt_util

from ..const import (
    CONF_APPLIANCE,
    CONF_COUNTED,
    CONF_DELAY,
    CONF_HYSTERESIS,
    CONF_MINIMUM,
    CONF_POWER,
    CONF_PRIORITY,
    CONF_SURPLUS,
    CONF_THRESHOLD,
    NEED,
)
from ..counting.balance import Balance
from ..counting.sources import entity_of
from ..counting.states import milliwatts
from .sharing_out import Change, Need, Offer, Sharing

HOME = "home"
"""The source that is the home's own surplus."""


def needs_of(entry: ConfigEntry) -> dict[str, ConfigSubentry]:
    """Return the needs of a home by subentry id."""
    return {
        subentry_id: subentry
        for subentry_id, subentry in entry.subentries.items()
        if subentry.subentry_type == NEED
    }


def need_of(subentry: ConfigSubentry) -> Need:
    """Return a need as its owner described it."""
    data = subentry.data
    source = data.get(CONF_SURPLUS)
    return Need(
        id=subentry.subentry_id,
        power=data[CONF_POWER],
        threshold=data.get(CONF_THRESHOLD, data[CONF_POWER]),
        hysteresis=data[CONF_HYSTERESIS],
        delay=data[CONF_DELAY],
        minimum=data[CONF_MINIMUM],
        priority=int(data[CONF_PRIORITY]),
        source=source or HOME,
        is_counted=source is None or data[CONF_COUNTED],
    )


class Surplus:
    """Offers what is left over, and tells who listens what begins and what ends."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, balance: Balance) -> None:
        self._hass = hass
        self._entry = entry
        self._balance = balance
        self._sharing = Sharing()
        self._listeners: dict[str, list[Callable[[], None]]] = {}
        self._need_listeners: list[Callable[[ConfigSubentry], None]] = []
        self._undo_states: CALLBACK_TYPE | None = None
        self._undo_timer: CALLBACK_TYPE | None = None

    def restore(self, kept: dict[str, Any]) -> None:
        """Take back what ran: its appliance still does, and shall not flap over a restart."""
        self._sharing.set_needs(map(need_of, needs_of(self._entry).values()))
        now = time.time()
        for subentry_id, is_on in kept.items():
            if subentry_id in self._sharing.offers:
                self._sharing.offers[subentry_id] = Offer(is_on=is_on, since=now)

    def snapshot(self) -> dict[str, Any]:
        """Return what must survive a restart."""
        return {need_id: offer.is_on for need_id, offer in self._sharing.offers.items()}

    def diagnostics(self) -> list[dict[str, Any]]:
        """Return what a helper needs to understand a need: no name."""
        return [
            {
                "on": offer.is_on,
                "known": offer.available is not None,
                "turning": offer.turning is not None,
                "source": "home" if need.source == HOME else "other",
                "measured": CONF_APPLIANCE in needs_of(self._entry)[need.id].data,
                "threshold": need.threshold,
                "hysteresis": need.hysteresis,
                "delay": need.delay,
                "minimum": need.minimum,
                "priority": need.priority,
            }
            for need in map(need_of, needs_of(self._entry).values())
            if (offer := self._sharing.offers.get(need.id)) is not None
        ]

    @callback
    def start(self) -> None:
        """Follow what the needs look at."""
        self._sharing.set_needs(map(need_of, needs_of(self._entry).values()))
        followed = {
            entity_id
            for subentry in needs_of(self._entry).values()
            for key in (CONF_SURPLUS, CONF_APPLIANCE)
            if (ref := subentry.data.get(key))
            and (entity_id := entity_of(self._hass, ref)) is not None
        }
        if followed:
            self._undo_states = async_track_state_change_event(self._hass, followed, self._on_state)
        self.update()

    @callback
    def stop(self) -> None:
        """Follow nothing."""
        for undo in (self._undo_states, self._undo_timer):
            if undo is not None:
                undo()
        self._undo_states = self._undo_timer = None

    @callback
    def async_apply(self) -> None:
        """Take the needs as they are now: those that did not change go on."""
        known = set(self._sharing.offers)
        self.stop()
        self.start()
        for subentry_id, subentry in needs_of(self._entry).items():
            if subentry_id not in known:
                for listener in self._need_listeners.copy():
                    listener(subentry)

    def offer(self, subentry_id: str) -> Offer:
        """Return what is known of a need."""
        return self._sharing.offers[subentry_id]

    @callback
    def async_listen_needs(self, listener: Callable[[ConfigSubentry], None]) -> CALLBACK_TYPE:
        """Call a listener with each need that is added; return how to stop."""
        self._need_listeners.append(listener)
        return lambda: self._need_listeners.remove(listener)

    @callback
    def async_listen(self, subentry_id: str, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call a listener when a need begins or ends; return how to stop."""
        listeners = self._listeners.setdefault(subentry_id, [])
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    @callback
    def update(self) -> None:
        """Look at the surplus as it is now."""
        if self._undo_timer is not None:
            self._undo_timer()
            self._undo_timer = None
        now = time.time()
        changes = self._sharing.update(now, self._surplus(), self._measured())
        for change in changes:
            self._tell(change)
        if (due := self._sharing.due(now)) is not None:
            self._undo_timer = async_track_point_in_utc_time(
                self._hass, self._on_timer, dt_util.utc_from_timestamp(due)
            )

    def _surplus(self) -> dict[str, float | None]:
        own = self._balance.surplus
        surplus = {HOME: None if own is None else own / 1000}
        for subentry in needs_of(self._entry).values():
            if source := subentry.data.get(CONF_SURPLUS):
                surplus[source] = self._watts(source)
        return surplus

    def _measured(self) -> dict[str, float | None]:
        return {
            subentry_id: self._watts(appliance)
            for subentry_id, subentry in needs_of(self._entry).items()
            if (appliance := subentry.data.get(CONF_APPLIANCE))
        }

    def _watts(self, ref: str) -> float | None:
        entity_id = entity_of(self._hass, ref)
        power = milliwatts(self._hass.states.get(entity_id)) if entity_id else None
        return None if power is None else power / 1000

    def _tell(self, change: Change) -> None:
        for listener in self._listeners.get(change.need.id, []).copy():
            listener()

    @callback
    def _on_state(self, _event: Event[EventStateChangedData]) -> None:
        self.update()

    @callback
    def _on_timer(self, _now: datetime) -> None:
        self._undo_timer = None
        self.update()
