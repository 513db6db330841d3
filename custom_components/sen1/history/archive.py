"""What was imported, as fine as it came: the recorder's statistics keep nothing below an hour.

One file a series in Home Assistant's storage; the statistic is made from it and can be made again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypedDict

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.storage import Store
from homeassistant.util import slugify
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from .errors import OtherUnit
from .points import Aggregation, Hour, Point, Points, hours_of
from .statistics import Statistic, async_write

WATT_HOURS = {"W": "Wh", "kW": "kWh", "MW": "MWh"}
"""What a mean power over an hour is in."""


class _Run(TypedDict):
    """Periods of one length that follow one another."""

    begin: float
    seconds: float
    values: list[float]


class _Content(TypedDict):
    """The content of a series' file."""

    name: str
    unit: str | None
    aggregation: str
    runs: list[_Run]


@dataclass(slots=True)
class Imported:
    """A series that was imported: from files, or from a friend's history."""

    statistic_id: str
    name: str
    unit: str | None
    """The unit of the points; the statistic of a power is an energy."""
    aggregation: Aggregation
    points: Points

    @property
    def statistic(self) -> Statistic:
        """The statistic that is made of the points."""
        if self.aggregation is Aggregation.MEAN and self.unit in WATT_HOURS:
            return Statistic(self.statistic_id, self.name, WATT_HOURS[self.unit], Aggregation.SUM)
        return Statistic(self.statistic_id, self.name, self.unit, self.aggregation)

    def hours(self) -> list[Hour]:
        """Return the hours of the statistic."""
        return hours_of(self.points.all(), self.aggregation)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of points that were handed over."""

    statistic: Statistic
    changed: int
    """Points new or different."""
    finer: int
    """Points left out: what is known there is finer."""
    rows: int
    """Rows of the statistic written."""


class Archive:
    """All imported series; each is read when it is asked for."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._locks: dict[str, asyncio.Lock] = {}
        self._listeners: dict[str, list[Callable[[float], None]]] = {}

    @callback
    def async_listen(self, statistic_id: str, listener: Callable[[float], None]) -> CALLBACK_TYPE:
        """Call a listener when a series has changed, with the time from which on; return how to
        stop.
        """
        listeners = self._listeners.setdefault(statistic_id, [])
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    async def async_get(self, statistic_id: str) -> Imported | None:
        """Return a series, or None when there is none of this id."""
        content = await self._store(statistic_id).async_load()
        if content is None:
            return None
        return await self._hass.async_add_executor_job(_imported, statistic_id, content)

    async def async_add(
        self,
        statistic_id: str,
        name: str,
        unit: str | None,
        aggregation: Aggregation,
        points: Iterable[Point],
        on_progress: Callable[[float], None] = lambda part: None,
    ) -> Outcome:
        """Add points to a series, which begins with the first; write its statistic.

        Raises OtherUnit when the series measures something else. May be cancelled: what was
        written stays, and the next call writes the rest.
        """
        points = list(points)
        async with self._locks.setdefault(statistic_id, asyncio.Lock()):
            series = await self.async_get(statistic_id)
            if series is None:
                series = Imported(statistic_id, name, unit, aggregation, Points())
            elif (series.unit, series.aggregation) != (unit, aggregation):
                raise OtherUnit
            add = self._hass.async_add_executor_job
            changed, finer = await add(series.points.add, points)
            if changed:
                await self._store(statistic_id).async_save(await add(_content, series))
            hours = await add(series.hours)
            written = await async_write(self._hass, series.statistic, hours, on_progress)
        if written.rows:
            begin = min(point.begin for point in points)
            for listener in self._listeners.get(statistic_id, []).copy():
                listener(begin)
        return Outcome(series.statistic, changed, finer, written.rows)

    async def async_remove(self, statistic_id: str) -> None:
        """Forget a series; its statistic is the recorder's to clear."""
        await self._store(statistic_id).async_remove()

    def _store(self, statistic_id: str) -> Store[_Content]:
        key = f"{DOMAIN}.history.{statistic_id.partition(':')[2]}"
        return Store(self._hass, 1, key, private=True, atomic_writes=True)


_ARCHIVE: HassKey[Archive] = HassKey(f"{DOMAIN}_archive")


@callback
def async_archive(hass: HomeAssistant) -> Archive:
    """Return the archive of this Home Assistant: one, since its locks guard the files."""
    if _ARCHIVE not in hass.data:
        hass.data[_ARCHIVE] = Archive(hass)
    return hass.data[_ARCHIVE]


def statistic_id_of(name: str) -> str:
    """Return the id of the statistic of a series the user calls so."""
    return f"{DOMAIN}:{slugify(name)}"


def _imported(statistic_id: str, content: _Content) -> Imported:
    points = Points()
    points.add(
        Point(run["begin"] + number * run["seconds"], run["seconds"], value)
        for run in content["runs"]
        for number, value in enumerate(run["values"])
    )
    aggregation = Aggregation(content["aggregation"])
    return Imported(statistic_id, content["name"], content["unit"], aggregation, points)


def _content(series: Imported) -> _Content:
    runs: list[_Run] = []
    for point in series.points.all():
        last = runs[-1] if runs else None
        if (
            last is not None
            and last["seconds"] == point.seconds
            and last["begin"] + len(last["values"]) * last["seconds"] == point.begin
        ):
            last["values"].append(point.value)
        else:
            runs.append(_Run(begin=point.begin, seconds=point.seconds, values=[point.value]))
    return _Content(name=series.name, unit=series.unit, aggregation=series.aggregation, runs=runs)
