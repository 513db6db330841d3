"""A home while its entry is loaded: sensors in, balance out, nothing polled."""

from __future__ import annotations

import asyncio
from datetime import datetime
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers.event import async_track_point_in_utc_time, async_track_time_change
from homeassistant.util import dt as dt_util

from ...faults import contained
from ...history.recorder import async_recording_since, async_states
from ...listeners import Listeners
from ..const import CONF_SUBSCRIBED_POWER
from ..counting.balance import FASTEST_W, Balance, Quantity
from ..counting.calendar import MS
from ..counting.following import Following
from ..counting.sources import Measure, Source, entity_of, sources_of
from ..counting.states import microjoules, milliseconds, milliwatts
from ..counting.store import HomeStore, Memory
from ..meter.meters import Meters
from ..surplus.needs import Surplus
from ..tariff.contracts import Spending
from ..tariff.past_cost import PastCost
from ..watch.watch import Watch
from ..year.outlook import Outlook
from .past import Recall

type HomeConfigEntry = ConfigEntry[Home]

WRITE_EVERY_S = 60
"""Energies of a day are written at most this often: they move with every reading."""

AT_ONCE = 500
"""States of the recorder that are taken between two looks at everything else."""


class Home:
    """Follows the sensors of a home and keeps its balance."""

    def __init__(self, hass: HomeAssistant, entry: HomeConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._sources = sources_of(entry.data)
        powers = {s.quantity for s in self._sources if s.measure is Measure.POWER}
        indexes = {
            quantity: [s.ref for s in self._of(quantity, Measure.INDEX)]
            for quantity in dict.fromkeys(s.quantity for s in self._sources)
        }
        self.spending = Spending(hass, entry)
        self.balance = Balance(
            self.spending.calendar,
            powers,
            indexes,
            milliseconds(time.time()),
            max(FASTEST_W, 2000 * (entry.data.get(CONF_SUBSCRIBED_POWER) or 0)),
            self.spending.ledger.credit,
        )
        self.recall = Recall(hass, entry, self.balance, self.spending)
        self.past_cost = PastCost(hass, entry, self.spending)
        self.meters = Meters(hass, entry)
        self.outlook = Outlook(hass, entry, self.balance, self.spending, self.meters)
        self.surplus = Surplus(hass, entry, self.balance)
        self.watch = Watch(hass, entry, self.balance, self._sources)
        self._measured: dict[str, list[Source]] = {}
        """What each sensor measures, by its reference."""
        for source in self._sources:
            self._measured.setdefault(source.ref, []).append(source)
        self._tariff_refs = self.spending.refs
        self._following = Following(hass, self._came, with_reports=True)
        self._powers: dict[str, int | None] = {}
        """By reference, milliwatts."""
        self._store = HomeStore(hass, entry.entry_id, self._content)
        self.power_listeners = Listeners[()]()
        """At each change of a power."""
        self.energy_listeners = Listeners[()]()
        """When energies are to be written."""
        self._undo: list[CALLBACK_TYPE] = []
        self._undo_change: CALLBACK_TYPE | None = None
        self._change_at: int | None = None
        self._telling: asyncio.Handle | None = None
        self._undo_writing: CALLBACK_TYPE | None = None

    @property
    def is_measured(self) -> bool:
        """Whether a sensor measures anything; else people read the meter now and then."""
        return bool(self._sources)

    def _of(self, quantity: object, measure: Measure) -> list[Source]:
        return [s for s in self._sources if s.quantity is quantity and s.measure is measure]

    # Life

    async def async_start(self) -> None:
        """Take up what was counted, catch up with the recorder, then follow the sensors."""
        memory = await self._store.async_load()
        if memory is not None:
            self.balance.restore(memory["balance"])
            self.recall.restore(memory["recall"])
            self.spending.restore(memory["spending"])
            self._powers = memory["powers"]
            self._take_powers()
            await self._async_catch_up()
            self.surplus.restore(memory["needs"])
            self.watch.restore(memory["watch"])
        elif await self.recall.async_begin():
            await self._async_catch_up()
        self._follow()
        await self.recall.async_start(self._on_recall)
        self.surplus.start()
        self.watch.start()
        self.spending.start(lambda: self.balance.advance(milliseconds(time.time())))
        self.past_cost.start()
        await self.meters.async_start()
        self._refresh()

    @callback
    def _on_recall(self) -> None:
        """Tell more of the past."""
        with contained():
            self.outlook.update()
        self.energy_listeners.tell()

    @callback
    def _refresh(self) -> None:
        """Make the forecast of the day."""
        self._entry.async_create_task(self._hass, self.outlook.async_refresh(), "sen1 forecast")

    @callback
    def stop(self) -> None:
        """Follow nothing."""
        self._following.stop()
        for undo in (*self._undo, self._undo_change, self._undo_writing):
            if undo is not None:
                undo()
        self._undo, self._undo_change, self._undo_writing = [], None, None
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None

    async def async_stop(self) -> None:
        """Follow nothing and save what was counted up to now."""
        self.surplus.stop()
        self.watch.stop()
        self.balance.advance(milliseconds(time.time()))
        self.stop()
        self.spending.stop()
        self.past_cost.stop()
        self.recall.stop()
        self.meters.stop()
        await self.spending.async_write()
        await self._store.async_save()

    async def async_remove(self) -> None:
        """Forget what was counted."""
        self.spending.forget()
        self.past_cost.forget()
        await self.meters.async_remove()
        await self._store.async_remove()

    def _content(self) -> Memory:
        return {
            "balance": self.balance.snapshot(),
            "spending": self.spending.snapshot(),
            "recall": self.recall.snapshot(),
            "powers": self._powers,
            "needs": self.surplus.snapshot(),
            "watch": self.watch.snapshot(),
        }

    @callback
    def _follow(self) -> None:
        """Take the sensors as they are, then hear of each change."""
        self._powers = {s.ref: None for s in self._sources if s.measure is Measure.POWER}
        self._following.start(self._refs)
        now = time.time()
        for ref in self._refs:
            state = self._following.state(ref)
            self._take(ref, state, now if state is None else state.last_updated_timestamp)
        self._take_powers()
        self._undo = [
            self.meters.listeners.add(self._refresh),
            async_track_time_change(self._hass, self._on_midnight, hour=0, minute=0, second=0),
        ]
        self._watch_clock()

    @property
    def _refs(self) -> list[str]:
        """Return the references of all sensors that are followed."""
        return list(dict.fromkeys([*self._measured, *self._tariff_refs]))

    # What was measured while nobody listened

    async def _async_catch_up(self) -> None:
        """Take from the recorder what came after the memory was saved.

        What the recorder holds of an earlier run ends with it: until this run began, nothing was
        heard. Without a recorder, nothing was heard at all.
        """
        hass, since = self._hass, self.balance.at / MS
        recording_since = async_recording_since(hass)
        recorded: list[tuple[float, str, State]] = []
        for ref in self._refs:
            if (entity_id := entity_of(hass, ref)) is not None:
                states = await async_states(
                    hass, entity_id, since, time.time(), committed=hass.is_running
                )
                recorded += [(state.last_updated_timestamp, ref, state) for state in states]
        is_broken = recording_since is not None and since >= recording_since
        for number, (at, ref, state) in enumerate(sorted(recorded, key=lambda r: r[0])):
            if not is_broken and recording_since is not None and at >= recording_since:
                self.balance.interrupt(milliseconds(recording_since))
                is_broken = True
            self._take(ref, state, at)
            self._take_powers()
            if number % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)
        if not is_broken:
            self.balance.interrupt(milliseconds(time.time()))

    # What is measured

    @callback
    def _came(self, ref: str, state: State | None, at: float) -> None:
        day = self.balance.today
        self._take(ref, state, at)
        self._take_powers()
        self._changed(is_new_day=self.balance.today != day)

    def _take(self, ref: str, state: State | None, since: float) -> None:
        """Take the state of a sensor as it is since a moment."""
        day, at = self.balance.today, milliseconds(since)
        self.balance.advance(at)
        if self.balance.today != day:
            self.spending.turn_day(at)
        if ref in self._tariff_refs:
            self.spending.take(ref, state, at)
        for source in self._measured.get(ref, ()):
            if source.measure is Measure.POWER:
                self._powers[source.ref] = milliwatts(state)
            elif (energy := microjoules(state)) is None:
                self.balance.lose_index(source.quantity, source.ref, at)
            else:
                self.balance.set_index(source.quantity, source.ref, energy, at)

    def _take_powers(self) -> None:
        """Add up the powers of each quantity: not known while one of them is not."""
        sums: dict[Quantity, int | None] = {}
        for source in self._sources:
            if source.measure is Measure.POWER:
                power, so_far = self._powers.get(source.ref), sums.get(source.quantity, 0)
                sums[source.quantity] = None if power is None or so_far is None else so_far + power
        for quantity, sum_of_all in sums.items():
            self.balance.set_power(quantity, sum_of_all, self.balance.at)

    @callback
    def _on_midnight(self, _now: datetime) -> None:
        self.balance.advance(milliseconds(time.time()))
        self.spending.turn_day(self.balance.at)
        self._refresh()
        self._changed(is_new_day=True)

    @callback
    def _on_clock(self, now: datetime) -> None:
        self._undo_change = None
        self.balance.advance(milliseconds(now.timestamp()))
        self._changed(is_new_day=False)

    def _watch_clock(self) -> None:
        """Be woken when a power ends that is derived from an index."""
        at = self.balance.next_change()
        if at == self._change_at and self._undo_change is not None:
            return
        if self._undo_change is not None:
            self._undo_change()
            self._undo_change = None
        self._change_at = at
        if at is not None:
            self._undo_change = async_track_point_in_utc_time(
                self._hass, self._on_clock, dt_util.utc_from_timestamp(at / MS)
            )

    def diagnostics(self) -> dict[str, Any]:
        """Return what a helper needs to understand a fault."""
        return {
            "sources": [
                {
                    "quantity": source.quantity,
                    "measure": source.measure.name.lower(),
                    "exists": entity_of(self._hass, source.ref) is not None,
                }
                for source in self._sources
            ],
            "missing": self.balance.missing,
            "needs": self.surplus.diagnostics(),
            "watch": {fault: self.watch.is_on(fault) for fault in self.watch.faults()},
            "quantities": {
                quantity: {
                    "measured": self.balance.measures(quantity),
                    "indexed": self.balance.is_indexed(quantity),
                    "known": self.balance.power(quantity) is not None,
                }
                for quantity in Quantity
            },
        }

    # Who is told

    def _changed(self, *, is_new_day: bool) -> None:
        self._store.save_later()
        if self._telling is None:
            # Soon, not now: sensors that change together make one change of the balance.
            self._telling = self._hass.loop.call_soon(self._tell)
        if is_new_day:
            self.energy_listeners.tell()
        elif self._undo_writing is None:
            self._undo_writing = async_track_point_in_utc_time(
                self._hass,
                self._on_writing,
                dt_util.utc_from_timestamp(time.time() + WRITE_EVERY_S),
            )

    @callback
    def _tell(self) -> None:
        self._telling = None
        for told in (
            self._watch_clock,
            self.spending.tell,
            self.power_listeners.tell,
            self.surplus.update,
            self.watch.look_at_power,
        ):
            with contained():
                told()

    @callback
    def _on_writing(self, _now: datetime) -> None:
        self._undo_writing = None
        self.balance.advance(milliseconds(time.time()))
        self.energy_listeners.tell()
