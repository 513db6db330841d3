"""A weather entity sampled: Home Assistant keeps no past of its temperature."""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date, datetime
import time
from typing import Any

from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers.event import async_track_utc_time_change
from homeassistant.util import dt as dt_util

from ...history.points import HOUR
from ...listeners import Listeners
from ..counting.following import async_follow
from ..counting.sources import state_of
from ..counting.store import HomeStore, Memory
from .days import DayTemperature, HourTemperature, gathered
from .thermometer import celsius

STALE = 3 * HOUR
"""Seconds after which a weather entity that said nothing says nothing of now."""


class Samples:
    """Keeps the lowest and the highest temperature of each hour, then of each day."""

    def __init__(self, hass: HomeAssistant, entry_id: str, ref: str) -> None:
        self._hass = hass
        self._ref = ref
        self._hours: dict[int, HourTemperature] = {}
        """Those of today, by their beginning."""
        self._days: dict[date, DayTemperature] = {}
        """Those that ended."""
        self.listeners = Listeners[()]()
        """When an hour has begun."""
        self._store = HomeStore(hass, f"{entry_id}.outdoor", self._content)
        self._undo = ExitStack()

    @property
    def days(self) -> dict[date, DayTemperature]:
        """Return all days of which an hour is known, today too."""
        zone = dt_util.get_default_time_zone()
        return self._days | gathered(self._hours.values(), zone)

    async def async_load(self) -> bool:
        """Take up what was sampled of this entity; tell whether anything was."""
        memory = await self._store.async_load()
        if memory is None or memory["ref"] != self._ref:
            return False
        self._restore(memory)
        self._put_away()
        return True

    @callback
    def start(self) -> None:
        """Sample on."""
        self._take(state_of(self._hass, self._ref))
        self._undo.callback(
            async_follow(self._hass, [self._ref], lambda _ref, state, _at: self._take(state))
        )
        self._undo.callback(
            async_track_utc_time_change(self._hass, self._on_hour, minute=0, second=0)
        )

    async def async_stop(self) -> None:
        """Sample no more, and keep what was."""
        self._undo.close()
        await self._store.async_save()

    def _content(self) -> Memory:
        return {
            "ref": self._ref,
            "hours": [[hour.begin, hour.low, hour.high] for hour in self._hours.values()],
            "days": {
                day.isoformat(): [one.low, one.high, one.known] for day, one in self._days.items()
            },
        }

    def _restore(self, memory: Mapping[str, Any]) -> None:
        self._hours = {int(begin): HourTemperature(begin, *of) for begin, *of in memory["hours"]}
        self._days = {
            date.fromisoformat(day): DayTemperature(*of) for day, of in memory["days"].items()
        }

    @callback
    def _on_hour(self, _now: datetime) -> None:
        """Begin an hour with the temperature that is in force."""
        self._put_away()
        self._take(state_of(self._hass, self._ref))
        self.listeners.tell()

    def _take(self, state: State | None) -> None:
        now = time.time()
        temperature = celsius(state)
        if state is None or temperature is None or state.last_reported_timestamp < now - STALE:
            return
        begin = _hour_of(now)
        known = self._hours.get(begin, HourTemperature(begin, temperature, temperature))
        self._hours[begin] = HourTemperature(
            begin, min(known.low, temperature), max(known.high, temperature)
        )
        self._store.save_later()

    def _put_away(self) -> None:
        """Make days of the hours that are none of today's."""
        today = dt_util.start_of_local_day().timestamp()
        if _hour_of(time.time()) < today:
            # Where a day begins within an hour, that hour is still one of the day before.
            return
        ended = [self._hours.pop(begin) for begin in list(self._hours) if begin < today]
        self._days |= gathered(ended, dt_util.get_default_time_zone())


def _hour_of(moment: float) -> int:
    """Return when the hour of a moment begins, as the recorder counts them: at Greenwich."""
    return int(moment // HOUR * HOUR)
