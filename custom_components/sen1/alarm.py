"""A moment to be woken at, though nothing comes."""

from collections.abc import Callable
from datetime import datetime

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util


class Alarm:
    """Rings once at a moment, which may be moved until then."""

    def __init__(self, hass: HomeAssistant, ring: Callable[[], None]) -> None:
        self._hass = hass
        self._ring = ring
        self.at: float | None = None
        """When it is going to ring, Unix seconds; None: not at all."""
        self._undo: CALLBACK_TYPE | None = None

    @property
    def is_set(self) -> bool:
        """Return whether it is going to ring."""
        return self.at is not None

    @callback
    def set(self, at: float | None) -> None:
        """Ring at this moment, in Unix seconds, and at no other; None: not at all."""
        if at == self.at:
            return
        if self._undo is not None:
            self._undo()
            self._undo = None
        self.at = at
        if at is not None:
            self._undo = async_track_point_in_utc_time(
                self._hass, self._on_time, dt_util.utc_from_timestamp(at)
            )

    @callback
    def _on_time(self, _now: datetime) -> None:
        self.at = self._undo = None
        self._ring()
