"""Where the energies of a project come from: an index that counts up, or a series of periods."""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import Callable, Mapping
from contextlib import ExitStack
import time
from typing import Any

from homeassistant.core import HomeAssistant, State, callback

from ...history.archive import async_archive
from ...history.recorder import async_hours, async_states
from ..counting.calendar import MS, CalendarPeriod, Slot
from ..counting.counter import MICROJOULES_OF_WH, Counter
from ..counting.following import async_follow
from ..counting.sources import entity_of, state_of
from ..counting.states import microjoules, milliseconds
from .production import Production

FASTEST_MW = 10**12
"""Milliwatts, a gigawatt: no index of a citizens' project outruns it."""

EXACT_DIGITS = 4
"""Decimals of a Wh that a difference of two sums has for sure."""


class ProductionFeed(ABC):
    """Tells a production what came, and who listens that it did."""

    def __init__(
        self,
        hass: HomeAssistant,
        source: str,
        production: Production,
        on_change: Callable[[], None],
    ) -> None:
        self._hass = hass
        self._source = source
        self._production = production
        self._calendar = production.calendar
        self._on_change = on_change
        self._undo = ExitStack()

    @abstractmethod
    async def async_start(self, kept: Mapping[str, Any]) -> None:
        """Go on from what was kept, then follow."""

    @callback
    def stop(self) -> None:
        """Follow no more."""
        self._undo.close()

    def snapshot(self) -> dict[str, Any]:
        """Return what must survive a restart."""
        return {}


class IndexFeed(ProductionFeed):
    """Follow an index by its states; what passed unheard, it tells itself when it is back.

    That is laid evenly over the time in which nothing was heard. The source is a reference.
    """

    _at: int | None = None
    """When the index was last read."""

    async def async_start(self, kept: Mapping[str, Any]) -> None:
        """Go on from what was kept, catch up with the recorder, then follow."""
        hass, ref = self._hass, self._source
        self._counter = Counter(self._calendar, self._credit, self._note, FASTEST_MW)
        self._counter.is_indexed = True
        if kept:
            self._counter.restore(kept, [ref])
        if ref in self._counter.indexes:
            self._at = self._counter.indexes[ref].at
            if (entity_id := entity_of(hass, ref)) is not None:
                since = self._at / MS
                for state in await async_states(
                    hass, entity_id, since, time.time(), committed=hass.is_running
                ):
                    self._take(state, milliseconds(state.last_updated_timestamp))
        self._undo.callback(async_follow(hass, [ref], self._on_state, with_reports=True))
        if (now := state_of(hass, ref)) is not None:
            self._take(now, milliseconds(now.last_updated_timestamp))

    def snapshot(self) -> dict[str, Any]:
        """Return what must survive a restart."""
        return self._counter.snapshot()

    @callback
    def _on_state(self, _ref: str, state: State | None, at: float) -> None:
        if state is not None:
            self._take(state, milliseconds(at))
            self._on_change()

    def _credit(self, slot: Slot, energy: int, _spread: int) -> None:
        self._production.credit(slot.day, energy)

    def _note(self, slot: Slot, known: int) -> None:
        self._production.credit(slot.day, 0, known)

    def _take(self, state: State, at: int) -> None:
        energy = microjoules(state)
        if energy is None:
            return
        if self._at is None:
            self._production.begin(at)
        else:
            at = max(at, self._at)
            self._counter.pass_time(self._at, at)
        self._counter.read(self._source, energy, at)
        self._at = at


class StatisticFeed(ProductionFeed):
    """Follow the statistic of a series of periods, hour by hour: it also holds the past.

    What changes is read anew from its month on: that costs the same whatever lies before.
    """

    _changed_from: float | None = None
    _reading: asyncio.Task[None] | None = None

    async def async_start(self, kept: Mapping[str, Any]) -> None:
        """Read all there is, then hear of each change; the recorder keeps it, not we."""
        self._turn = asyncio.Lock()
        self._undo.callback(async_archive(self._hass).listeners[self._source].add(self._on_archive))
        await self._read(0)

    @callback
    def stop(self) -> None:
        """Follow no more."""
        super().stop()
        if self._reading is not None:
            self._reading.cancel()

    @callback
    def _on_archive(self, begin: float, _end: float) -> None:
        known = self._changed_from
        self._changed_from = begin if known is None else min(begin, known)
        if self._reading is None or self._reading.done():
            self._reading = self._hass.async_create_background_task(
                self._read_changed(), "sen1 production"
            )

    async def _read_changed(self) -> None:
        while (begin := self._changed_from) is not None:
            self._changed_from = None
            await self._read(begin)
            self._on_change()

    async def _read(self, begin: float) -> None:
        month = CalendarPeriod.MONTH.first_day(self._calendar.day(milliseconds(begin)))
        begin = max(0, self._calendar.begin(month) / MS)
        # One after the other: what was read before something came must not take its place.
        async with self._turn:
            now = time.time()
            hours = await async_hours(
                self._hass, self._source, begin, now, is_sum=True, units={"energy": "Wh"}
            )
            self._production.forget_from(month)
            for hour in hours:
                at = milliseconds(hour.begin)
                self._production.begin(at)
                # A difference of the recorder's sums is off in its last digits, which moves a half.
                energy = round(round(hour.value, EXACT_DIGITS) * MICROJOULES_OF_WH)
                self._production.credit(self._calendar.day(at), energy, milliseconds(hour.seconds))
            self._production.forget_days(self._calendar.day(milliseconds(now)))
