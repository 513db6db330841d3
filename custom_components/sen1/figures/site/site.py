"""A home while its entry is loaded: what it is composed of, and who is told when."""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import partial
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_change

from ...alarm import Alarm
from ...const import CONF_KIND, DOMAIN, Kind
from ...faults import contained
from ...listeners import Listeners
from ...protocol.sheet import SiteKind
from ..const import CONF_SITE_KIND, CONF_SUBSCRIBED_POWER
from ..counting.balance import FASTEST_W, Balance, HomeQuantity
from ..counting.calendar import MS
from ..counting.entity import WRITE_EVERY_S
from ..counting.sites import main_site
from ..counting.sources import Measure, entity_of, refs_by_quantity, sources_of
from ..counting.states import milliseconds
from ..counting.store import HomeStore, Memory, MonthStore
from ..goal.goals import Goals
from ..meter.meters import Meters, async_forget_readings, has_gas
from ..outdoor.outdoor import Outdoor
from ..surplus.needs import Surplus
from ..tariff.spending import Spending
from ..usual.habit import Habit
from ..watch.watch import Watch
from ..year.cold import Cold
from ..year.cold_statistic import ColdStatistic, async_clear_cold
from ..year.learnt import Learnt
from ..year.outlook import Outlook
from .differing import async_tell
from .intake import Intake
from .past import Past
from .peak import async_peak
from .statistics import SiteStatistics, async_clear_statistics

type HomeConfigEntry = ConfigEntry[Home]


class Home:
    """Keeps the balance of a home, and wakes what looks at it."""

    def __init__(self, hass: HomeAssistant, entry: HomeConfigEntry) -> None:
        self.hass = hass
        self._entry = entry
        self._sources = sources_of(entry.data)
        self.spending = Spending(hass, entry)
        self.balance = Balance(
            self.spending.calendar,
            refs_by_quantity(self._sources, Measure.POWER),
            refs_by_quantity(self._sources, Measure.INDEX),
            milliseconds(time.time()),
            self.spending.book,
            max(FASTEST_W, 2000 * (entry.data.get(CONF_SUBSCRIBED_POWER) or 0)),
        )
        self._intake = Intake(hass, self._sources, self.balance, self.spending, self._changed)
        self.meters = Meters(hass, entry)
        self.past = Past(hass, entry, self.balance, self.spending.book, self.meters)
        self.statistics = SiteStatistics(hass, entry, self.past, self.spending.book, self.balance)
        self.outdoor = Outdoor(hass, entry)
        self.cold = Cold(entry, self.outdoor)
        self._cold_statistic = ColdStatistic(hass, entry, self.cold)
        self.learnt = Learnt(entry, self.cold, self.balance, self.spending.book)
        self.outlook = Outlook(entry, self.balance, self.spending, self.cold)
        peak_of = partial(async_peak, self)
        self.goals = Goals(hass, entry, self.balance, self.spending, self.cold, peak_of)
        self.surplus = Surplus(hass, entry, self.balance)
        self.watch = Watch(hass, entry, self.balance, self.spending.book, self._sources)
        self.habit = Habit(
            hass,
            entry,
            self.balance,
            self.spending.book,
            self.past.async_half_hours,
            self.cold,
            self.surplus.appliances,
        )
        self._store = HomeStore(hass, entry.entry_id, self._content)
        self.power_listeners = Listeners[()]()
        """At each change of a power."""
        self.energy_listeners = Listeners[()]()
        """When energies are to be written."""
        self._undo = ExitStack()
        self._telling: asyncio.Handle | None = None
        self._change = Alarm(hass, self._on_clock)
        """When a power ends that is derived from an index."""
        self._writing = Alarm(hass, self._write)

    @property
    def data(self) -> Mapping[str, Any]:
        """Return what the household said of it."""
        return self._entry.data

    @property
    def is_measured(self) -> bool:
        """Whether a sensor measures anything; else people read the meter now and then."""
        return bool(self._sources)

    @property
    def has_gas(self) -> bool:
        """Return whether anything tells its gas."""
        return has_gas(self._entry)

    # Life

    async def async_start(self) -> None:
        """Take up what was counted, catch up with the recorder, then follow the sensors."""
        memory = await self._store.async_load()
        if memory is not None:
            self.balance.restore(memory["balance"])
            self.past.restore(memory["past"])
            self.spending.restore(memory["spending"])
            self.statistics.restore(memory["statistics"])
            self._intake.restore(memory["powers"])
            await self._intake.async_catch_up()
            self.surplus.restore(memory["needs"])
            self.watch.restore(memory["watch"])
            self.habit.restore(memory["habit"])
            self.goals.restore(memory["goals"])
        elif await self.past.async_begin():
            await self._intake.async_catch_up()
        self._intake.start()
        await self.meters.async_start()
        self._undo.callback(
            async_track_time_change(self.hass, self._on_midnight, hour=0, minute=0, second=0)
        )
        self._wake_at_change()
        await self.outdoor.async_start()
        self.cold.start()
        await self._cold_statistic.async_start()
        self._undo.callback(self.cold.listeners.add(self._on_cold))
        await self.past.async_start(self._on_past)
        self.surplus.start()
        self.watch.start()
        await self.habit.async_start()
        self.goals.start()
        self._undo.callback(self.energy_listeners.add(self.goals.refresh))
        self.spending.tell()
        await self.statistics.async_start()
        self._on_past()

    @callback
    def _on_past(self) -> None:
        """Tell more of the past, and make the forecast of the day."""
        with contained():
            self.learnt.update()
            self.outlook.update()
        self.goals.update()
        async_tell(self.hass, self._entry, self.past.differences)
        self.statistics.tell()
        with contained():
            self.habit.look_back()
        self.energy_listeners.tell()

    @callback
    def _on_cold(self) -> None:
        """Learn from the weather, and forecast by it, where days of it are others."""
        with contained():
            if self.learnt.update():
                self.outlook.update()

    async def async_stop(self) -> None:
        """Follow nothing and save what was counted up to now."""
        self.surplus.stop()
        self.watch.stop()
        self.habit.stop()
        self.goals.stop()
        self.balance.advance(milliseconds(time.time()))
        self._intake.stop()
        self._change.set(None)
        self._writing.set(None)
        self._undo.close()
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
        self.spending.stop()
        self.statistics.stop()
        self._cold_statistic.stop()
        await self.outdoor.async_stop()
        self.past.stop()
        self.meters.stop()
        await self._store.async_save()

    def _content(self) -> Memory:
        return {
            "balance": self.balance.snapshot(),
            "spending": self.spending.snapshot(),
            "past": self.past.snapshot(),
            "statistics": self.statistics.snapshot(),
            "powers": self._intake.powers,
            "needs": self.surplus.snapshot(),
            "watch": self.watch.snapshot(),
            "habit": self.habit.snapshot(),
            "goals": self.goals.snapshot(),
        }

    @callback
    def _on_midnight(self, _now: datetime) -> None:
        self.balance.advance(milliseconds(time.time()))
        self.spending.tell_clock(self.balance.at)
        self._changed(is_new_day=True)
        with contained():
            self.cold.update()
        self._entry.async_create_background_task(self.hass, self._async_turn(), "sen1 new day")

    async def _async_turn(self) -> None:
        await self.past.async_turn()
        # What was put away would come back with the memory of before.
        await self._store.async_save()

    @callback
    def _on_clock(self) -> None:
        self.balance.advance(milliseconds(time.time()))
        self._changed(is_new_day=False)

    def _wake_at_change(self) -> None:
        at = self.balance.next_change()
        self._change.set(None if at is None else at / MS)

    def diagnostics(self) -> dict[str, Any]:
        """Return what a helper needs to understand a fault."""
        return {
            "site": {
                "kind": self._entry.data.get(CONF_SITE_KIND, SiteKind.HOME),
                "is_main": main_site(self.hass) is self._entry,
            },
            "sources": [
                {
                    "quantity": source.quantity,
                    "measure": source.measure,
                    "exists": entity_of(self.hass, source.ref) is not None,
                }
                for source in self._sources
            ],
            "missing": self.balance.missing,
            "outdoor": self.outdoor.diagnostics(),
            "usual_years": None if self.cold.usual is None else self.cold.usual.years,
            "needs": self.surplus.diagnostics(),
            "goals": self.goals.diagnostics(),
            "watch": {fault: self.watch.is_on(fault) for fault in self.watch.faults()},
            "quantities": {
                quantity: {
                    "measured": self.balance.measures(quantity),
                    "indexed": self.balance.is_indexed(quantity),
                    "known": self.balance.power(quantity) is not None,
                }
                for quantity in HomeQuantity
            },
        }

    # Who is told

    @callback
    def _changed(self, is_new_day: bool) -> None:
        self._store.save_later()
        if self._telling is None:
            # Soon, not now: sensors that change together make one change of the balance.
            self._telling = self.hass.loop.call_soon(self._tell)
        if is_new_day:
            self.energy_listeners.tell()
        elif not self._writing.is_set:
            self._writing.set(time.time() + WRITE_EVERY_S)

    @callback
    def _tell(self) -> None:
        self._telling = None
        for told in (
            self._wake_at_change,
            self.spending.tell,
            self.power_listeners.tell,
            self.surplus.update,
            self.watch.look_at_power,
            self.habit.update,
        ):
            with contained():
                told()

    @callback
    def _write(self) -> None:
        self.balance.advance(milliseconds(time.time()))
        self.energy_listeners.tell()


@callback
def running(entry: ConfigEntry | None) -> Home | None:
    """Return the home of an entry, if it is of one and loaded."""
    if (
        entry is None
        or entry.domain != DOMAIN
        or entry.data.get(CONF_KIND) != Kind.HOME
        or entry.state is not ConfigEntryState.LOADED
    ):
        return None
    home: Home = entry.runtime_data
    return home


async def async_forget(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget what was counted of a home that is removed."""
    if "recorder" in hass.config.components:
        async_clear_statistics(hass, entry)
        async_clear_cold(hass, entry)
    home = entry.entry_id
    await async_forget_readings(hass, home)
    for kept in (home, f"{home}.outdoor", f"{home}.archive"):
        await HomeStore(hass, kept, dict).async_remove()
    for months in (home, f"{home}.habit"):
        await MonthStore(hass, months).async_remove()
