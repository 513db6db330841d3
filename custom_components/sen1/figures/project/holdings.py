"""All parts of projects of an account: started, changed and ended with their subentries."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_change

from ...faults import contained
from ...listeners import Listeners
from ..const import HOLDING
from ..counting.alarm import Alarm
from ..counting.entity import WRITE_EVERY_S
from ..counting.store import HomeStore, Memory
from .holding import CONF_ENERGY, Holding
from .investment import Position


class Holdings:
    """Keep a `Holding` for each subentry, and what they counted over restarts."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._store = HomeStore(hass, f"{entry.entry_id}.holdings", self._content)
        self.running: dict[str, Holding] = {}
        """By subentry id."""
        self._applying = asyncio.Lock()
        self._failed: dict[str, Memory] = {}
        """What those counted that could not be started: it is not theirs to lose."""
        self.power_listeners = Listeners[()]()
        """At each power."""
        self.listeners = Listeners[()]()
        """When figures are to be written."""
        self._undo = ExitStack()
        self._writing = Alarm(hass, self._tell)

    def positions(self) -> Iterator[tuple[Holding, Position]]:
        """Yield each with what it comes to now; one that cannot be worked out is left out."""
        for holding in self.running.values():
            with contained():
                yield holding, holding.position()

    # Life

    async def async_start(self) -> None:
        """Take up what was counted and follow each project."""
        memory = await self._store.async_load() or {}
        for subentry in self._wanted().values():
            await self._start(subentry, memory.get(subentry.subentry_id, {}))
        self._undo.callback(
            async_track_time_change(self._hass, self._tell, hour=0, minute=0, second=0)
        )

    async def async_stop(self) -> None:
        """Follow nothing and save what was counted."""
        self._writing.set(None)
        self._undo.close()
        for holding in self.running.values():
            with contained():
                holding.stop()
        await self._store.async_save()

    async def async_remove(self) -> None:
        """Forget what was counted."""
        await self._store.async_remove()

    async def async_apply(self) -> None:
        """Take over the subentries as they are now; what was counted of the same series stays."""
        async with self._applying:
            wanted = self._wanted()
            for subentry_id in self.running.keys() - wanted.keys():
                self.running.pop(subentry_id).stop()
            for subentry_id in self._failed.keys() - wanted.keys():
                del self._failed[subentry_id]
            for subentry_id, subentry in wanted.items():
                running = self.running.get(subentry_id)
                if running is None:
                    await self._start(subentry, self._failed.get(subentry_id, {}))
                elif running.data != subentry.data:
                    self.running.pop(subentry_id).stop()
                    is_same = running.data[CONF_ENERGY] == subentry.data[CONF_ENERGY]
                    await self._start(subentry, running.snapshot() if is_same else {})
        self._store.save_later()
        self._tell()

    async def _start(self, subentry: ConfigSubentry, kept: Memory) -> None:
        holding = Holding(
            self._hass,
            subentry,
            self.power_listeners.tell,
            self._tell_within_a_minute,
            self._tell,
        )
        self._failed[subentry.subentry_id] = kept
        with contained():
            await holding.async_start(kept)
            self.running[subentry.subentry_id] = holding
            del self._failed[subentry.subentry_id]
            return
        holding.stop()

    def _wanted(self) -> dict[str, ConfigSubentry]:
        return {one.subentry_id: one for one in self._entry.get_subentries_of_type(HOLDING)}

    def _content(self) -> Memory:
        content = dict(self._failed)
        for subentry_id, holding in self.running.items():
            with contained():
                content[subentry_id] = holding.snapshot()
        return content

    def diagnostics(self) -> list[dict[str, Any]]:
        """Return what a helper needs to understand a fault: no name, no amount."""
        return [holding.diagnostics() for holding in self.running.values()]

    # Who is told

    @callback
    def _tell_within_a_minute(self) -> None:
        self._store.save_later()
        if not self._writing.is_set:
            self._writing.set(time.time() + WRITE_EVERY_S)

    @callback
    def _tell(self, _now: datetime | None = None) -> None:
        self.power_listeners.tell()
        self.listeners.tell()
