"""What was imported, as fine as it came: the recorder's statistics keep nothing below an hour.

One file a series and month in Home Assistant's storage: a half-hour that comes costs a month, not
the years before it. The statistic is made from them and can be made again.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
import math
from typing import NotRequired, TypedDict

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store
from homeassistant.util import slugify
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..listeners import Listeners
from .costs import Price, amounts, cost_of
from .errors import OtherUnit
from .points import (
    HOUR,
    LONGEST_DAY,
    Aggregation,
    Hour,
    Point,
    Points,
    hours_between,
    hours_of,
)
from .rows import async_erase_statistics
from .statistics import ALWAYS, Statistic, async_write

WATT_HOURS = {"W": "Wh", "kW": "kWh", "MW": "MWh"}
"""What a mean power over an hour is in."""


class _Run(TypedDict):
    """Periods of one length that follow one another."""

    begin: float
    seconds: float
    values: list[float | None]


class _Month(TypedDict):
    """The content of a month's file: the periods that begin in it, in UTC."""

    runs: list[_Run]


class _Content(TypedDict):
    """The content of a series' file."""

    name: str
    unit: str | None
    aggregation: str
    longest: float
    """Seconds of its longest period: how far from its beginning one may reach."""
    months: list[str]
    """The months that have a file, as `2026-11`."""
    price: NotRequired[tuple[float, str]]
    """What a kWh costs, and in which currency."""


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
    """All imported series. Of each, only the months that are asked for or changed are read."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._locks: dict[str, asyncio.Lock] = {}
        self.listeners = defaultdict[str, Listeners[float, float]](Listeners)
        """By statistic: of each change, with the times between which it is."""

    async def async_get(self, statistic_id: str) -> tuple[str | None, Aggregation] | None:
        """Return the unit of a series' points and what they are; None: there is no such series."""
        content = await self._series(statistic_id).async_load()
        return None if content is None else (content["unit"], Aggregation(content["aggregation"]))

    async def async_reach(self, statistic_id: str) -> float:
        """Return how many seconds before a time a period of a series may begin that reaches in."""
        content = await self._series(statistic_id).async_load()
        return max(LONGEST_DAY, content["longest"] if content else 0)

    async def async_points(self, statistic_id: str, begin: float, end: float) -> list[Point]:
        """Return the points of a series that begin in [begin, end), oldest first."""
        content = await self._series(statistic_id).async_load()
        if content is None:
            return []
        points, _months = await self._load(statistic_id, content["months"], begin, end)
        return points.within(begin, end)

    async def async_add(
        self,
        statistic_id: str,
        name: str,
        unit: str | None,
        aggregation: Aggregation,
        points: Sequence[Point],
        on_progress: Callable[[float], None] = lambda part: None,
        *,
        price: Price | None = None,
    ) -> Outcome:
        """Add points to a series, which begins with the first; write its statistic.

        With a `price` also that of its costs, from then on; another one counts for all of it.
        Raises OtherUnit when the series measures something else. May be cancelled: what was
        written stays, and the same points added again write the rest.
        """
        async with self._locks.setdefault(statistic_id, asyncio.Lock()):
            content = await self._series(statistic_id).async_load() or _Content(
                name=name, unit=unit, aggregation=aggregation, longest=0, months=[]
            )
            # Its friend or its file may have another name now.
            content["name"] = name
            if (content["unit"], content["aggregation"]) != (unit, aggregation):
                raise OtherUnit
            statistic = _statistic(statistic_id, content)
            if not points:
                return Outcome(statistic, 0, 0, 0)
            longest = max(content["longest"], *(point.seconds for point in points))
            since = min(point.begin for point in points) - longest
            until = max(point.end for point in points) + longest
            # What reaches into these hours may begin before them.
            known, months = await self._load(
                statistic_id, content["months"], since - longest, until
            )
            run = self._hass.async_add_executor_job
            new, gone, finer = await run(known.add, points)
            if new:
                changes = await run(_changes, known, months)
                await self._save(statistic_id, content | {"longest": longest}, changes)
            hours = await run(hours_between, known, aggregation, since, until)
            span = (since // HOUR * HOUR, until)
            rows = await async_write(self._hass, statistic, hours, span, on_progress)
            await self._write_costs(statistic, content, price, hours, span)
        if new or rows:
            changed = (*new, *gone) or points
            begin, end = min(one.begin for one in changed), max(one.end for one in changed)
            self.listeners[statistic_id].tell(begin, end)
        return Outcome(statistic, len(new), finer, len(rows))

    async def async_remove(self, statistic_id: str) -> None:
        """Forget a series; its statistic is the recorder's to clear."""
        async with self._locks.setdefault(statistic_id, asyncio.Lock()):
            content = await self._series(statistic_id).async_load()
            for month in content["months"] if content else ():
                await self._month(statistic_id, month).async_remove()
            await self._series(statistic_id).async_remove()

    async def async_forget_before(self, statistic_id: str, before: float, keep_from: float) -> None:
        """Keep of a series what is from `keep_from` on, if any of it is before `before`."""
        async with self._locks.setdefault(statistic_id, asyncio.Lock()):
            content = await self._series(statistic_id).async_load()
            if content is None:
                return
            points, months = await self._load(statistic_id, content["months"], *ALWAYS)
            if not points.within(0, before):
                return
            points = Points.of(points.within(keep_from, math.inf))
            run = self._hass.async_add_executor_job
            changes = await run(_changes, points, months)
            # Before they are forgotten: what the recorder still has is tried again the next time.
            written = [one.statistic_id for one in _statistics(statistic_id, content)]
            if not await async_erase_statistics(self._hass, written):
                return
            empty = [month for month, kept in changes.items() if not kept["runs"]]
            content["months"] = [month for month in content["months"] if month not in empty]
            kept = {month: runs for month, runs in changes.items() if month not in empty}
            await self._save(statistic_id, content, kept)
            for month in empty:
                await self._month(statistic_id, month).async_remove()
            hours = await run(hours_of, points.all(), Aggregation(content["aggregation"]))
            statistic = _statistic(statistic_id, content)
            await async_write(self._hass, statistic, hours, ALWAYS)
            await self._write_costs(statistic, content, None, hours, ALWAYS)
        self.listeners[statistic_id].tell(0, keep_from)

    async def async_statistics(self, statistic_id: str) -> list[str]:
        """Return the statistics that a series has: its own, and that of its costs."""
        async with self._locks.setdefault(statistic_id, asyncio.Lock()):
            content = await self._series(statistic_id).async_load()
        if content is None:
            return [statistic_id]
        return [statistic.statistic_id for statistic in _statistics(statistic_id, content)]

    async def _write_costs(
        self,
        statistic: Statistic,
        content: _Content,
        price: Price | None,
        hours: list[Hour],
        span: tuple[float, float],
    ) -> None:
        """Write what these hours cost; all of them when the price is another."""
        known = Price(*kept) if (kept := content.get("price")) else None
        statistic_id, price = statistic.statistic_id, price or known
        if price is None or (costs := cost_of(statistic, price)) is None:
            return
        if price != known:
            content = await self._series(statistic_id).async_load() or content
            content["price"] = (price.per_kwh, price.currency)
            await self._series(statistic_id).async_save(content)
            points, _months = await self._load(statistic_id, content["months"], *ALWAYS)
            hours = await self._hass.async_add_executor_job(
                hours_of, points.all(), Aggregation(content["aggregation"])
            )
            span = ALWAYS
        await async_write(self._hass, costs, amounts(hours, statistic.unit, price), span)

    async def _load(
        self, statistic_id: str, months: Sequence[str], begin: float, end: float
    ) -> tuple[Points, dict[str, _Month]]:
        """Return the points of the months that [begin, end) lies in, and these as they are kept."""
        first, last = _month_of(begin), _month_of(end)
        kept: dict[str, _Month] = {}
        for month in months:
            if first <= month <= last:
                content = await self._month(statistic_id, month).async_load()
                kept[month] = content or _Month(runs=[])
        return await self._hass.async_add_executor_job(_points, kept), kept

    async def _save(self, statistic_id: str, content: _Content, changes: dict[str, _Month]) -> None:
        """Write the months that changed, and before them that they are there."""
        months = sorted({*content["months"], *changes})
        changed: _Content = {**content, "months": months}
        if await self._series(statistic_id).async_load() != changed:
            await self._series(statistic_id).async_save(changed)
        for month, runs in changes.items():
            await self._month(statistic_id, month).async_save(runs)

    def _series(self, statistic_id: str) -> Store[_Content]:
        return Store(self._hass, 1, _key(statistic_id), private=True, atomic_writes=True)

    def _month(self, statistic_id: str, month: str) -> Store[_Month]:
        key = f"{_key(statistic_id)}.{month}"
        return Store(self._hass, 1, key, private=True, atomic_writes=True)


_ARCHIVE: HassKey[Archive] = HassKey(f"{DOMAIN}_archive")


@callback
def async_archive(hass: HomeAssistant) -> Archive:
    """Return the archive of this Home Assistant: one, since its locks guard the files."""
    return hass.data.setdefault(_ARCHIVE, Archive(hass))


def statistic_id_of(name: str) -> str:
    """Return the id of the statistic of a series the user calls so."""
    return f"{DOMAIN}:{slugify(name)}"


def _key(statistic_id: str) -> str:
    return f"{DOMAIN}.history.{statistic_id.partition(':')[2]}"


def _month_of(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m")


def _statistic(statistic_id: str, content: _Content) -> Statistic:
    """Return the statistic that is made of a series: that of a power is an energy."""
    name, unit, aggregation = content["name"], content["unit"], Aggregation(content["aggregation"])
    if aggregation is Aggregation.MEAN and unit in WATT_HOURS:
        return Statistic(statistic_id, name, WATT_HOURS[unit], Aggregation.SUM)
    return Statistic(statistic_id, name, unit, aggregation)


def _statistics(statistic_id: str, content: _Content) -> list[Statistic]:
    statistic = _statistic(statistic_id, content)
    price = Price(*kept) if (kept := content.get("price")) else None
    costs = cost_of(statistic, price)
    return [statistic] if costs is None else [statistic, costs]


def _points(months: Mapping[str, _Month]) -> Points:
    return Points.of(
        Point(run["begin"] + number * run["seconds"], run["seconds"], value)
        for _month, content in sorted(months.items())
        for run in content["runs"]
        for number, value in enumerate(run["values"])
        # JSON has no infinity: a file may hold `null` in its place.
        if value is not None
    )


def _changes(points: Points, kept: Mapping[str, _Month]) -> dict[str, _Month]:
    """Return the months whose content is no longer as it is kept."""
    months: dict[str, _Month] = {month: _Month(runs=[]) for month in kept}
    for point in points.all():
        runs = months.setdefault(_month_of(point.begin), _Month(runs=[]))["runs"]
        last = runs[-1] if runs else None
        if (
            last is not None
            and last["seconds"] == point.seconds
            and last["begin"] + len(last["values"]) * last["seconds"] == point.begin
        ):
            last["values"].append(point.value)
        else:
            runs.append(_Run(begin=point.begin, seconds=point.seconds, values=[point.value]))
    return {month: content for month, content in months.items() if content != kept.get(month)}
