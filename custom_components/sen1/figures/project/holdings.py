"""Parts of projects while their account is loaded: sensors in, positions out."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
import time
from typing import Any, TypedDict

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers.event import async_track_time_change
from homeassistant.util import dt as dt_util

from ...alarm import Alarm
from ...faults import contained
from ...listeners import Listeners
from ...protocol.limits import can_be
from ..const import HOLDING
from ..counting.amounts import kilowatt_hours
from ..counting.calendar import Calendar, CalendarPeriod
from ..counting.entity import WRITE_EVERY_S
from ..counting.following import async_follow
from ..counting.sources import entity_of, state_of, subentries_of
from ..counting.states import milliseconds, milliwatts
from ..counting.store import HomeStore, Memory
from .investment import Position, Sheet
from .production import LastTwelveMonths, Production
from .source import IndexFeed, ProductionFeed, StatisticFeed

CONF_PROJECT = "project"
"""The sensor that tells a project's sheet, by its reference."""
CONF_SHARES = "shares"
CONF_PAID_ON = "paid_on"
"""ISO 8601, a day."""
CONF_DIVIDENDS = "dividends"
"""All that was paid so far, in the currency of the project."""
CONF_ENERGY = "energy"
"""The sensor of what the whole project produced, by its reference."""
CONF_STATISTIC = "statistic_id"
"""Where the past of that sensor is, if its statistics are imported."""
CONF_PROJECT_POWER = "project_power"
"""The sensor of the whole project's power, by its reference."""
CONF_TOLD = "told"
"""What the project's organiser told of the part, where the household said that it is right."""


class AnnouncedData(TypedDict):
    """Who told a part of a project, and what else they wrote; times are ISO 8601."""

    by: str
    confirmed: str
    """When the household said that the shares are right."""
    news: list[dict[str, str]]
    """`text` and `at`, the newest first."""


DAYS_OF_YEAR = Decimal("365.2425")

YIELDS = ("yield_expected", "yield_from", "yield_to")
NUMBERS = ("shares", "capital", "surface", "expected", "sale_price", *YIELDS)
"""What a sheet says in numbers, by the attribute of the project's sensor."""


def position_of(held: Decimal, sheet: Sheet, production: Production, today: date) -> Position:
    """Return what so many shares of a project come to, by what it has produced."""
    if production.since is None:
        return Position(held, sheet)
    year = production.year(today, sheet.type)
    day, month, of_year = (
        kilowatt_hours(production.of(period, today).energy)
        for period in (CalendarPeriod.DAY, CalendarPeriod.MONTH, CalendarPeriod.YEAR)
    )
    return Position(
        held,
        sheet,
        day=day,
        month=month,
        year=of_year,
        total=kilowatt_hours(production.total.energy),
        yearly=None if year is None else kilowatt_hours(year.energy),
    )


class Holding:
    """Follow a project's sheet, power and energy; tell who listens when they change."""

    def __init__(
        self,
        hass: HomeAssistant,
        subentry: ConfigSubentry,
        on_power: Callable[[], None],
        on_energy: Callable[[], None],
        on_news: Callable[[], None],
    ) -> None:
        """`on_power` and `on_energy` are called at each reading, `on_news` at what comes rarely."""
        self.subentry = subentry
        self.data: Mapping[str, Any] = subentry.data
        """As it was when this began: core changes the subentry itself."""
        self.currency: str | None = None
        """Of the project's amounts; None while its sheet is not there."""
        self._hass = hass
        self._on_power = on_power
        self._on_news = on_news
        self._sheet = Sheet()
        self._power: int | None = None
        self.production = Production(Calendar(dt_util.get_default_time_zone()))
        self._feed: ProductionFeed
        if self.statistic is not None:
            self._feed = StatisticFeed(hass, self.statistic, self.production, on_news)
        else:
            self._feed = IndexFeed(hass, self.data[CONF_ENERGY], self.production, on_energy)
        self._undo = ExitStack()

    @property
    def statistic(self) -> str | None:
        """Return the id of the statistic that the energy is read from, if it is from one."""
        return self.data.get(CONF_STATISTIC)

    async def async_start(self, kept: Mapping[str, Any]) -> None:
        """Take up what was counted, then follow the sensors."""
        if kept and self.statistic is None:
            self.production.restore(kept["production"])
        await self._feed.async_start(kept.get("indexes", {}))
        refs = [self.data[key] for key in (CONF_PROJECT, CONF_PROJECT_POWER) if key in self.data]
        self._undo.callback(async_follow(self._hass, refs, self._on_state))
        for ref in refs:
            self._take(ref, state_of(self._hass, ref))

    @callback
    def stop(self) -> None:
        """Follow nothing."""
        self._feed.stop()
        self._undo.close()

    def snapshot(self) -> dict[str, Any]:
        """Return what must survive a restart."""
        self.production.forget_days(self.today)
        return {"production": self.production.snapshot(), "indexes": self._feed.snapshot()}

    @callback
    def _on_state(self, ref: str, state: State | None, _at: float) -> None:
        self._take(ref, state)
        (self._on_news if ref == self.data[CONF_PROJECT] else self._on_power)()

    def _take(self, ref: str, state: State | None) -> None:
        if ref == self.data.get(CONF_PROJECT_POWER):
            self._power = milliwatts(state)
        elif state is not None and "options" in state.attributes and state.state != "unavailable":
            said = state.attributes
            numbers = {name: _decimal(said.get(name)) for name in NUMBERS}
            self._sheet = Sheet(**numbers, type=state.state)
            self.currency = said.get("currency")

    # What is told

    @property
    def today(self) -> date:
        """Return the day it is."""
        return self.production.calendar.day(milliseconds(time.time()))

    def year(self) -> LastTwelveMonths | None:
        """Return what a year comes to."""
        return self.production.year(self.today, self._sheet.type)

    def known(self, period: CalendarPeriod | None) -> float | None:
        """Return the part of a period until now that is known, 0 to 1; None: nothing is."""
        today = self.today
        begin = self.production.begin_of(period, today)
        since = self.production.since
        if begin is None or since is None:
            return None
        whole = self.production.total if period is None else self.production.of(period, today)
        elapsed = milliseconds(time.time()) - max(self.production.calendar.begin(begin), since)
        return min(whole.known / elapsed, 1.0) if elapsed > 0 else None

    def position(self) -> Position:
        """Return the holding as it is now."""
        held, today = Decimal(self.data[CONF_SHARES]), self.today
        return replace(
            position_of(held, self._sheet, self.production, today),
            power=None if self._power is None else Decimal(self._power) / 1000,
            dividends=_decimal(self.data.get(CONF_DIVIDENDS)),
            years=self._years(today),
        )

    def diagnostics(self) -> dict[str, Any]:
        """Return what a helper needs to understand a fault: no name, no amount."""
        return {
            "source": "index" if self.statistic is None else "statistic",
            "exists": {
                key: entity_of(self._hass, self.data[key]) is not None
                for key in (CONF_PROJECT, CONF_ENERGY, CONF_PROJECT_POWER)
                if key in self.data
            },
            "sheet": sorted(name for name in NUMBERS if getattr(self._sheet, name) is not None),
            "energy_known": self.production.since is not None,
            "year_known": self.year() is not None,
        }

    def _years(self, today: date) -> Decimal | None:
        """Return the years since the shares were paid, one at least: dividends come once a year."""
        if CONF_PAID_ON not in self.data:
            return None
        days = (today - date.fromisoformat(self.data[CONF_PAID_ON])).days
        return max(Decimal(days) / DAYS_OF_YEAR, Decimal(1))


def _decimal(value: Any) -> Decimal | None:
    """Return a number as it was written, None if it is none that can be."""
    return Decimal(str(value)) if isinstance(value, int | float) and can_be(value) else None


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
        for subentry in subentries_of(self._entry, HOLDING).values():
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
            wanted = subentries_of(self._entry, HOLDING)
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
            self._hass, subentry, self.power_listeners.tell, self._tell_within_a_minute, self._tell
        )
        self._failed[subentry.subentry_id] = kept
        with contained():
            await holding.async_start(kept)
            self.running[subentry.subentry_id] = holding
            del self._failed[subentry.subentry_id]
            return
        holding.stop()

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
