"""Meters that people read, while the home's entry is loaded: readings in, statistics out."""

import asyncio
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import partial
import time
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import UnitOfEnergy, UnitOfVolume
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_track_time_change
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from ...const import DOMAIN, MANUAL_METER
from ...history.past import Meaning, Provided, async_provide
from ...history.points import Aggregation, Point, hours_of
from ...history.statistics import Statistic, async_clear, async_name, async_write
from ...listeners import Listeners
from ..counting.balance import HomeQuantity
from ..counting.sites import main_site
from ..counting.sources import series_of, subentries_of
from ..tariff.spending import async_period_names
from ..tariff.tally import Commodity, SiteQuantity
from .hand_readings import DAY_S, HandReading, added, points_of, without

CONF_METER_KIND = "meter_kind"
CONF_REGISTERS = "registers"
"""Tariff periods that have a register each; none: there is one register."""
CONF_COEFFICIENT = "coefficient"
"""kWh of a cubic metre of gas, as the bill says."""
CONF_EVERY = "every"
"""Days from one reading to the next; 0: nobody is reminded."""
CONF_READINGS = "readings"
"""Those that a meter was added with."""

ONLY = "index"
"""The register of a meter that has one."""


INDEXES: dict[SiteQuantity, tuple[SensorDeviceClass, str]] = {
    HomeQuantity.BOUGHT: (SensorDeviceClass.ENERGY, UnitOfEnergy.KILO_WATT_HOUR),
    HomeQuantity.SOLD: (SensorDeviceClass.ENERGY, UnitOfEnergy.KILO_WATT_HOUR),
    HomeQuantity.PRODUCED: (SensorDeviceClass.ENERGY, UnitOfEnergy.KILO_WATT_HOUR),
    Commodity.GAS: (SensorDeviceClass.GAS, UnitOfVolume.CUBIC_METERS),
    Commodity.WATER: (SensorDeviceClass.WATER, UnitOfVolume.CUBIC_METERS),
}
"""What a meter may measure, and in what."""
STATISTIC_UNITS = {quantity: unit for quantity, (_class, unit) in INDEXES.items()}
STATISTIC_UNITS[Commodity.GAS] = UnitOfEnergy.KILO_WATT_HOUR
"""Gas is told in what it holds, as on the bill."""


def meters_of(entry: ConfigEntry) -> dict[str, ConfigSubentry]:
    """Return the meters of a home that are read by people, by subentry id."""
    return subentries_of(entry, MANUAL_METER)


def registers_of(subentry: ConfigSubentry) -> list[str]:
    """Return the registers of a meter: one, or one a tariff period."""
    return list(subentry.data.get(CONF_REGISTERS) or [ONLY])


def quantity_of(subentry: ConfigSubentry) -> SiteQuantity:
    """Return what a meter measures."""
    return next(quantity for quantity in INDEXES if quantity == subentry.data[CONF_METER_KIND])


def factor_of(subentry: ConfigSubentry) -> float:
    """Return by what an index is multiplied: the kWh of a cubic metre of gas."""
    is_gas = quantity_of(subentry) is Commodity.GAS
    return float(subentry.data[CONF_COEFFICIENT]) if is_gas else 1.0


def has_gas(entry: ConfigEntry) -> bool:
    """Return whether anything tells the gas of a home."""
    meters = meters_of(entry).values()
    return bool(series_of(entry.data, Commodity.GAS)) or Commodity.GAS in map(quantity_of, meters)


@dataclass(slots=True)
class MeterMemory:
    """What is kept of a meter."""

    since: float
    """When it was added."""
    statistics: list[str] = field(default_factory=list)
    """What was written of it, to be cleared with it."""
    readings: list[HandReading] = field(default_factory=list)
    """The oldest first."""


class Meters:
    """Keeps the readings of a home's meters, and makes statistics of them."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self.subentries = meters_of(entry)
        """As they are now: when one comes, goes or changes, the home is loaded anew."""
        self._store = _store_of(hass, entry.entry_id)
        self._memory: dict[str, MeterMemory] = {}
        self._names: dict[str, str] = {}
        """Of the tariff periods."""
        self.listeners = Listeners[()]()
        """When a reading came or went."""
        self._lock = asyncio.Lock()
        self._undo = ExitStack()

    async def async_start(self) -> None:
        """Take up the readings, forget those of meters that were removed, and remind."""
        self._names = await async_period_names(self._hass)
        kept = await self._store.async_load() or {}
        for subentry_id, meter in kept.items():
            if subentry_id not in self.subentries:
                _clear(self._hass, meter["statistics"])
                ir.async_delete_issue(self._hass, DOMAIN, _issue(subentry_id))
        for subentry_id, subentry in self.subentries.items():
            new = {"since": time.time(), "statistics": [], **subentry.data}
            meter = kept.get(subentry_id, new)
            readings = [HandReading(**row) for row in meter.get(CONF_READINGS, ())]
            self._memory[subentry_id] = MeterMemory(meter["since"], meter["statistics"], readings)
        if kept.keys() != self._memory.keys():
            await self._async_save()
        for subentry_id, subentry in self.subentries.items():
            for register in registers_of(subentry):
                one = self.statistic(subentry_id, register).statistic_id
                provided = self._provided(subentry_id, register)
                self._undo.callback(async_provide(self._hass, one, provided))
        self._remind()
        on_day = async_track_time_change(self._hass, self._remind, hour=9, minute=0, second=0)
        self._undo.callback(on_day)
        # The recorder commits nothing before: the home would hold up the start it waits for.
        self._undo.callback(async_at_started(self._hass, self._on_started))

    @callback
    def stop(self) -> None:
        """Remind no more."""
        self._undo.close()
        for subentry_id in self._memory:
            ir.async_delete_issue(self._hass, DOMAIN, _issue(subentry_id))

    # Readings

    def readings(self, subentry_id: str) -> list[HandReading]:
        """Return the readings of a meter, oldest first."""
        return self._memory[subentry_id].readings

    async def async_add(self, subentry_id: str, reading: HandReading) -> None:
        """Take a reading; one that is dated back changes what lies around it.

        Raises ReadingError.
        """
        async with self._lock:
            self._memory[subentry_id].readings = added(
                self.readings(subentry_id),
                reading,
                registers_of(self.subentries[subentry_id]),
                time.time(),
                dt_util.get_default_time_zone(),
            )
            await self._async_changed(subentry_id)

    async def async_take_out(self, subentry_id: str, day: date) -> bool:
        """Take out the reading of a day; tell whether there was one."""
        async with self._lock:
            before = self.readings(subentry_id)
            rest = without(before, day, dt_util.get_default_time_zone())
            self._memory[subentry_id].readings = rest
            await self._async_changed(subentry_id)
        return len(rest) < len(before)

    async def _async_changed(self, subentry_id: str) -> None:
        await self._async_write(subentry_id)
        await self._async_save()
        self._remind()
        self.listeners.tell()

    def statistic(self, subentry_id: str, register: str) -> Statistic:
        """Return the statistic of a register.

        Its id is the meter's own, whatever it is called: two sites may each have a “Water”. Its
        name bears that of its site where this is not the main one.
        """
        subentry = self.subentries[subentry_id]
        key, names = subentry_id.lower(), [subentry.title]
        if main_site(self._hass) is not self._entry:
            names.insert(0, self._entry.title)
        if register != ONLY:
            key = f"{key}_{register}"
            names.append(self._names.get(register, register))
        return Statistic(
            f"{DOMAIN}:reading_{key}",
            ", ".join(names),
            STATISTIC_UNITS[quantity_of(subentry)],
            Aggregation.SUM,
        )

    def points(self) -> dict[SiteQuantity, list[tuple[str, list[Point]]]]:
        """Return what the meters of each quantity counted between readings, kWh or m³.

        A list of points for each register, with its tariff period where it has one.
        """
        points: dict[SiteQuantity, list[tuple[str, list[Point]]]] = {}
        for subentry_id, subentry in self.subentries.items():
            registers = points.setdefault(quantity_of(subentry), [])
            for register in registers_of(subentry):
                counted = self._counted(subentry_id, register)
                registers.append(("" if register == ONLY else register, counted))
        return points

    def _counted(self, subentry_id: str, register: str) -> list[Point]:
        factor = factor_of(self.subentries[subentry_id])
        return points_of(self.readings(subentry_id), register, factor)

    def _provided(self, subentry_id: str, register: str) -> Provided:
        """Return what a register counted as it is known: from one reading to the next."""
        statistic = self.statistic(subentry_id, register)
        counted = partial(self._counted, subentry_id, register)

        async def points(begin: float, end: float) -> list[Point]:
            return [point for point in counted() if begin < point.end and point.begin < end]

        def span() -> tuple[float, float] | None:
            return (counted()[0].begin, counted()[-1].end) if counted() else None

        def known(begin: float, end: float) -> float:
            inside = (min(point.end, end) - max(point.begin, begin) for point in counted())
            passed = max(1.0, min(end, time.time()) - begin)
            return min(1.0, sum(max(0.0, each) for each in inside) / passed)

        meaning = Meaning(statistic.unit, statistic.aggregation)
        return Provided(statistic.name, meaning, points, span, known)

    def statistics_of(self, quantity: SiteQuantity) -> list[str]:
        """Return the statistics of the meters of a quantity, one a register that counted any."""
        return [
            self.statistic(subentry_id, register).statistic_id
            for subentry_id, subentry in self.subentries.items()
            if quantity_of(subentry) is quantity
            for register in registers_of(subentry)
            if self._counted(subentry_id, register)
        ]

    @callback
    def _on_started(self, _hass: HomeAssistant) -> None:
        self._entry.async_create_task(self._hass, self._async_write_all(), "sen1 readings")

    async def _async_write_all(self) -> None:
        """Bring all statistics to what the readings say: a name or a factor may have changed."""
        async with self._lock:
            before = [meter.statistics for meter in self._memory.values()]
            for subentry_id in self.subentries:
                await self._async_write(subentry_id)
            if [meter.statistics for meter in self._memory.values()] != before:
                await self._async_save()

    async def _async_write(self, subentry_id: str) -> None:
        if "recorder" not in self._hass.config.components:
            return
        subentry, readings = self.subentries[subentry_id], self.readings(subentry_id)
        written = []
        for register in registers_of(subentry) if readings else ():
            statistic = self.statistic(subentry_id, register)
            points = self._counted(subentry_id, register)
            hours = await self._hass.async_add_executor_job(hours_of, points, Aggregation.SUM)
            if not await async_write(self._hass, statistic, hours) and hours:
                await async_name(self._hass, statistic)
            written.append(statistic.statistic_id)
        # Of a register that it no longer has nothing is left behind.
        memory = self._memory[subentry_id]
        _clear(self._hass, [old for old in memory.statistics if old not in written])
        memory.statistics = written

    async def _async_save(self) -> None:
        await self._store.async_save({key: asdict(meter) for key, meter in self._memory.items()})

    # Reminding

    @callback
    def _remind(self, _now: datetime | None = None) -> None:
        """Raise an issue for each meter whose reading is due; it goes with the reading."""
        for subentry_id, subentry in self.subentries.items():
            every = (subentry.data.get(CONF_EVERY) or 0) * DAY_S
            memory = self._memory[subentry_id]
            since = memory.readings[-1].at if memory.readings else memory.since
            if not every or time.time() < since + every:
                ir.async_delete_issue(self._hass, DOMAIN, _issue(subentry_id))
                continue
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                _issue(subentry_id),
                is_fixable=False,
                severity=ir.IssueSeverity.WARNING,
                translation_key="reading_due",
                translation_placeholders={"meter": subentry.title, "site": self._entry.title},
            )


async def async_forget_readings(hass: HomeAssistant, entry_id: str) -> None:
    """Forget the readings of a home that is removed, and their statistics."""
    store = _store_of(hass, entry_id)
    for meter in (await store.async_load() or {}).values():
        _clear(hass, meter["statistics"])
    await store.async_remove()


def _store_of(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return Store(hass, 1, f"{DOMAIN}.{entry_id}.readings", private=True, atomic_writes=True)


def _clear(hass: HomeAssistant, statistic_ids: list[str]) -> None:
    if "recorder" in hass.config.components:
        for statistic_id in statistic_ids:
            async_clear(hass, statistic_id)


def _issue(subentry_id: str) -> str:
    return f"reading_due_{subentry_id}"
