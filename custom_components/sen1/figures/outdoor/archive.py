"""What an archive of the weather tells of the place of a site, if the household asks for it."""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date, timedelta
import logging
import time
from typing import Any

import aiohttp
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ...alarm import Alarm
from ...faults import contained
from ...history.points import HOUR
from ...listeners import Listeners
from ...protocol.project import place_of
from ..const import CONF_POSITION, CONF_WEATHER_ARCHIVE
from ..counting.store import HomeStore, Memory
from .days import DayTemperature
from .open_meteo import ArchiveRefused, async_ask

_LOGGER = logging.getLogger(__name__)

YEARS = 10
"""Whole years before this one: those of the reference."""

SETTLED = timedelta(days=10)
"""After so long a day is told for good; what is younger is asked for again."""

DAY = 24 * HOUR


class WeatherArchive:
    """Knows the days that the archive told, and asks for the others once a day."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self.is_asked: bool = entry.data.get(CONF_WEATHER_ARCHIVE, False)
        """Whether the household wants it."""
        self._place = coarse_place(hass, entry)
        self.days: dict[date, DayTemperature] = {}
        self._until: date | None = None
        """Up to which day it answered; that day is not in it."""
        self._due = 0.0
        """Unix seconds before which it is not asked again."""
        self.failures = 0
        """How often it did not answer, since it did."""
        self.listeners = Listeners[()]()
        """When it has told of days."""
        self._store = HomeStore(hass, f"{entry.entry_id}.archive", self._content)
        self._alarm = Alarm(hass, self._on_time)
        self._asking: asyncio.Task[None] | None = None
        self._undo = ExitStack()

    async def async_start(self) -> None:
        """Take up what was told, and ask when it is time; nothing of both unless it is wanted."""
        if not self.is_asked:
            await self._store.async_remove()
            return
        if (memory := await self._store.async_load()) is not None:
            self._restore(memory)
        self._undo.callback(async_at_started(self._hass, self._on_started))

    @callback
    def stop(self) -> None:
        """Ask no more."""
        self._undo.close()
        if self._asking is not None:
            self._asking.cancel()
        self._alarm.set(None)

    def _content(self) -> Memory:
        return {
            "place": list(self._place),
            "until": None if self._until is None else self._until.isoformat(),
            "due": self._due,
            "days": {day.isoformat(): [one.low, one.high] for day, one in self.days.items()},
        }

    def _restore(self, memory: Mapping[str, Any]) -> None:
        if memory["place"] != list(self._place):
            return
        self._due = memory["due"]
        self._until = None if memory["until"] is None else date.fromisoformat(memory["until"])
        self.days = {
            date.fromisoformat(day): DayTemperature(low, high, 1.0)
            for day, (low, high) in memory["days"].items()
        }

    @callback
    def _on_started(self, _hass: HomeAssistant) -> None:
        # A clock that was wrong for a while may have left a moment that is far off.
        due = min(self._due, time.time() + DAY)
        if due > time.time():
            self._alarm.set(due)
        else:
            self._on_time()

    @callback
    def _on_time(self) -> None:
        self._asking = self._entry.async_create_background_task(
            self._hass, self._async_ask(), "sen1 archive of the weather"
        )

    async def _async_ask(self) -> None:
        with contained():
            await self._async_take()
        self._alarm.set(self._due)

    async def _async_take(self) -> None:
        """Ask for what is not known yet, note when to ask again, and tell."""
        today = dt_util.now().date()
        begin = date(today.year - YEARS, 1, 1)
        if self._until is not None:
            begin = max(begin, min(self._until, today) - SETTLED)
        client, zone = async_get_clientsession(self._hass), self._hass.config.time_zone
        # Whatever comes of it, and if Home Assistant stops meanwhile, that was an attempt.
        self._due = time.time() + min(HOUR * 2**self.failures, DAY)
        await self._store.async_save()
        try:
            days = await async_ask(client, self._place, zone, begin, today)
        except (ArchiveRefused, aiohttp.ClientError, TimeoutError) as error:
            self.failures += 1
            if self.failures == 1:
                reason = str(error) if isinstance(error, ArchiveRefused) else type(error).__name__
                _LOGGER.warning(
                    "%s: the archive of the weather does not answer (%s)", self._entry.title, reason
                )
            return
        if self.failures:
            _LOGGER.info("%s: the archive of the weather answers again", self._entry.title)
        self.failures = 0
        self._due = time.time() + DAY
        self._until = today
        self.days = dict(sorted((self.days | days).items()))
        await self._store.async_save()
        self.listeners.tell()


def coarse_place(hass: HomeAssistant, entry: ConfigEntry) -> tuple[float, float]:
    """Return where a site is, in degrees, no finer than 0.1."""
    here = {"latitude": hass.config.latitude, "longitude": hass.config.longitude}
    place = place_of(entry.data.get(CONF_POSITION, "")) or here
    # What is added makes no zero negative.
    return round(place["latitude"], 1) + 0.0, round(place["longitude"], 1) + 0.0
