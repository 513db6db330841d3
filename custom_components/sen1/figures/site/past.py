"""The past of a site, read and joined: what was counted here, and what others know of it.

Each quantity may be told by several: by half-hours that were counted here, by series that the
household chose, by statistics of the meter's own index from before this entry, by readings that
people wrote down. `counting/steps.py` joins them; here they are read, at first all of them,
then from where something became known.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set as AbstractSet
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from math import inf
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import VolumeConverter

from ...faults import contained
from ...history.archive import async_archive
from ...history.comparing import Length, begins_of
from ...history.past import Meaning, async_meaning, async_past
from ...history.points import Aggregation, Point
from ...history.recorder import (
    DAY_S,
    async_committed,
    async_digests,
    async_hours,
    async_last_state,
    async_listen_hours,
)
from ..const import CONF_GAS_COEFFICIENT, CONF_TRUSTED
from ..counting.balance import Balance, HomeQuantity
from ..counting.calendar import MS, ONE_DAY, Calendar, days_of
from ..counting.counter import MICROJOULES_OF_WH
from ..counting.local_days import begin_of, day_of
from ..counting.sources import (
    Measure,
    entities_of,
    refs_by_quantity,
    series_of,
    sources_of,
    statistic_of,
)
from ..counting.states import milliseconds
from ..counting.steps import without_gaps
from ..counting.store import MonthStore
from ..meter.meters import Meters
from ..tariff.book import (
    KEPT_DAYS,
    Book,
    completed_by,
    has_whole_days,
    read,
    together,
    written,
    year_before,
)
from ..tariff.contract import first_of_next_month
from ..tariff.split import own_shares
from ..tariff.tally import Accountant, Commodity, Derived, PastsByDay, SiteQuantity, Tally
from .differing import READER, Difference, differing, whole_days
from .telling import Shares, Telling, half_hours_of

KILOWATT_HOURS = Meaning("kWh", Aggregation.SUM)
CUBIC_METRES = Meaning("m³", Aggregation.SUM)

LATEST = timedelta(days=40)
"""What an index counted since an hour older than this is laid nowhere."""

REACH = timedelta(days=40)
"""How far before a day what a sensor counted may begin that reaches into it."""

LATELY = timedelta(days=10)
"""What others import each day reaches so far back; of older days it is looked at once a day."""

BEGINNING = date(1970, 1, 1)

ALL: Collection[SiteQuantity] = (*HomeQuantity, *Commodity)


class Past:
    """Gives a balance its beginning, and a book what came before and beside what is counted."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, balance: Balance, book: Book, meters: Meters
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._balance = balance
        self._book = book
        self._meters = meters
        self._series = dict(_series(hass, entry))
        """What the household chose to tell a quantity, by references."""
        self.differences: dict[SiteQuantity, Difference] = {}
        """Where two that tell a quantity differ."""
        self._standing: Mapping[str, str] = {}
        """Of each such quantity, the source that goes before others."""
        self._indexes = refs_by_quantity(sources_of(entry.data), Measure.INDEX)
        """The indexes each quantity began with: another that comes later has another past."""
        self._digests: dict[str, dict[float, int]] = {}
        """Of each statistic that others write, by its reference: whether a day is as it was."""
        self._followed: AbstractSet[str] = frozenset()
        """Those that are looked at each hour."""
        self._by_hours: Mapping[date, Mapping[str, int]] = {}
        """By month that is over, what was bought in each tariff period on days known by hours."""
        self._shares: Shares = lambda _day: {}
        self._store = MonthStore(hass, entry.entry_id)
        self._lock = asyncio.Lock()
        self._on_change: Callable[[], None] = lambda: None
        self._undo = ExitStack()

    @property
    def quantities(self) -> set[HomeQuantity | Derived]:
        """Return what this site has: a home that sells nothing does not tell of what it sold."""
        known: set[HomeQuantity | Derived] = {*self._balance.known}
        # Where nothing else is known than what is bought, it is what is used.
        return known | {Derived.CONSUMED} if self._book.needed and len(known) > 1 else known

    @property
    def _has_recorder(self) -> bool:
        return "recorder" in self._hass.config.components

    async def async_begin(self) -> bool:
        """Let the balance begin where the recorder's last hour of its indexes ends; tell if so."""
        if not self._has_recorder:
            return False
        last_hours: dict[tuple[HomeQuantity, str], tuple[float, float]] = {}
        since = time.time() - LATEST.total_seconds()
        for quantity, refs in self._indexes.items():
            for ref in refs:
                entity_id = statistic_of(self._hass, ref)
                last = await async_last_state(self._hass, entity_id, since, "Wh")
                if last is not None:
                    last_hours[quantity, ref] = last
        if not last_hours:
            return False
        end = max(at for at, _value in last_hours.values())
        indexes: dict[HomeQuantity, dict[str, int]] = {}
        for (quantity, ref), (at, value) in last_hours.items():
            # One that was not heard in that hour would have all it counted since laid into it.
            if at == end:
                indexes.setdefault(quantity, {})[ref] = round(value * MICROJOULES_OF_WH)
        self._balance.begin_at(milliseconds(end), indexes)
        return True

    async def async_start(self, on_change: Callable[[], None]) -> None:
        """Read it all, and tell of each change."""
        self._tell_balance()
        await self._store.async_load()
        await self._async_turn(BEGINNING)
        self._on_change = on_change
        if not self._has_recorder:
            return
        self._undo.callback(async_listen_hours(self._hass, self._on_hour))
        archive = async_archive(self._hass)
        for ref in {ref for refs in self._series.values() for ref in refs}:
            statistic = statistic_of(self._hass, ref)
            on_import = archive.listeners[statistic].add
            self._undo.callback(on_import(self._join_again))
            if await archive.async_get(statistic) is None:
                self._digests[ref] = {}
        # Of what is counted here, the day that others fill is soon enough.
        self._followed = self._digests.keys() & {
            ref
            for quantity, refs in self._series.items()
            if not isinstance(quantity, HomeQuantity) or not self._balance.measures(quantity)
            for ref in refs
        }
        await self._async_changed(self._digests.keys())
        self._undo.callback(self._meters.listeners.add(self._on_readings))

    @callback
    def stop(self) -> None:
        """Listen to nothing."""
        self._undo.close()

    def _tell_balance(self) -> None:
        told = {*self._series, *self._meters.points()}
        self._balance.tell(quantity for quantity in told if isinstance(quantity, HomeQuantity))

    async def async_turn(self) -> None:
        """Put away the half-hours that no index tells of any more: a day has ended."""
        changed = None
        with contained():
            changed = await self._async_changed(self._digests.keys())
        today = dt_util.now().date()
        await self._async_turn(today if changed is None else min(today, day_of(changed)))
        self._on_change()

    async def _async_turn(self, since: date) -> None:
        async with self._lock:
            kept = dt_util.now().date() - timedelta(days=KEPT_DAYS)
            left, whole = self._book.leave(kept)
            late = {day: pasts for day, pasts in left.items() if day not in whole}
            known = await self._store.async_days(min(late), max(late) + ONE_DAY) if late else {}
            put_away = {
                day: pasts if day in whole else together(read(known.get(day, {})), pasts)
                for day, pasts in left.items()
            }
            await self._store.async_add({day: written(each) for day, each in put_away.items()})
            await self._async_join(min([since, kept, *left]), kept, tuple(left))
            today, tariffs = dt_util.now().date(), self._book.accountant.tariffs
            if tariffs.periods() and has_whole_days(self._book.tally(BEGINNING, today)):
                months = self._book.bought_by_period(by_hours=True)
                months.pop(today.replace(day=1), None)
                if months != self._by_hours:
                    self._by_hours = months
                    self._shares = cache(lambda day: own_shares(tariffs.at(day), months, day))
                    await self._async_join(BEGINNING, kept)

    def snapshot(self) -> dict[str, Any]:
        """Return what must survive a restart."""
        return {quantity.value: refs for quantity, refs in self._indexes.items()}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take back a snapshot."""
        self._indexes |= {HomeQuantity(name): refs for name, refs in kept.items()}

    # News

    @callback
    def _on_readings(self) -> None:
        self._tell_balance()
        self._join_again(0)

    @callback
    def _on_hour(self, begin: float) -> None:
        """Hear of an hour that the recorder has put together; nothing tells of imported ones."""
        if milliseconds(begin) < max(self._balance.begun.values(), default=0):
            self._join_again(begin)

        async def look() -> None:
            since = begin - LATELY.total_seconds()
            with contained():
                if (changed := await self._async_changed(self._followed, since)) is not None:
                    self._join_again(changed)

        if self._followed:
            self._entry.async_create_background_task(self._hass, look(), "sen1 others' statistics")

    async def _async_changed(self, refs: AbstractSet[str], begin: float = 0) -> float | None:
        """Return the first moment since which statistics of others are not as they were."""
        changed: list[float] = []
        for ref in list(refs):
            before = self._digests[ref]
            now = await async_digests(self._hass, statistic_of(self._hass, ref), begin)
            known = {day: digest for day, digest in before.items() if day >= begin // DAY_S * DAY_S}
            changed += [day for day in now.keys() | known if now.get(day) != known.get(day)]
            self._digests[ref] = {d: s for d, s in before.items() if d not in known} | now
        return min(changed, default=None)

    def _join_again(self, begin: float, end: float = inf) -> None:
        since, is_old = day_of(begin), end < time.time() - REACH.total_seconds()
        until = first_of_next_month(day_of(end)) if is_old else None

        async def join() -> None:
            with contained():
                async with self._lock:
                    await self._async_join(since, self._book.kept_from, until=until)
                self._on_change()

        self._entry.async_create_background_task(self._hass, join(), "sen1 past of the site")

    # Reading

    async def _async_join(
        self, since: date, kept: date, left: Collection[date] = (), until: date | None = None
    ) -> None:
        """Bring the book to what is known from the month of a day on, at most `until` another.

        One after the other: the last must be of what is known last.
        """
        since = since.replace(day=1)
        if self._hass.is_running and self._has_recorder:
            # The recorder tells of an hour before it has committed it.
            await async_committed(self._hass)
        self.differences = await self._async_differences() if self._has_recorder else {}
        standing = dict(self._entry.data.get(CONF_TRUSTED, {}))
        standing |= {q.value: found.refs[0] for q, found in self.differences.items()}
        if standing != self._standing:
            self._standing, since, until = standing, BEGINNING, None
        told = await self._async_told(since, until or dt_util.now().date() + ONE_DAY)
        put_away = await self._store.async_days(since, min(kept, until or kept))
        needed = tuple(self._book.needed)

        zone, shares = dt_util.get_default_time_zone(), self._shares

        def join() -> tuple[dict[date, Tally], PastsByDay]:
            # Of its own: what finds the day of a moment is no good for two threads.
            accountant = Accountant(self._book.accountant.tariffs, zone)
            tallies: dict[date, Tally] = {}
            others: PastsByDay = {}
            for day, of_day in half_hours_of(told, since, accountant.calendar, shares, until):
                # The event loop goes first, which else waits five milliseconds for each answer.
                time.sleep(0)
                if day >= kept:
                    others[day] = of_day
                else:
                    pasts = completed_by(read(put_away.pop(day, {})), of_day)
                    tallies[day] = accountant.settled(pasts, needed)
            for day, rows in put_away.items():
                tallies[day] = accountant.settled(read(rows), needed)
            return tallies, others

        tallies, others = await self._hass.async_add_executor_job(join)
        self._book.settle(since, tallies, others, kept, left, until=until)
        day = year_before(dt_util.now().date())
        found = await self.async_half_hours(day, day + ONE_DAY)
        self._book.day_a_year_before = found.get(day, {})

    async def _async_differences(self) -> dict[SiteQuantity, Difference]:
        """Return where two that tell a quantity differ, over the thirty days before this one."""
        today = dt_util.now().date()
        begin, end = begin_of(today - timedelta(days=30)), begin_of(today)
        edges = [*begins_of(begin, end, Length.DAY), end]
        found: dict[SiteQuantity, Difference] = {}
        for quantity, series in self._series.items():
            trusted = self._entry.data.get(CONF_TRUSTED, {}).get(quantity, READER)
            indexes = self._entry.data.get(f"{quantity}_index")
            ways = ({READER: indexes} if indexes else {}) | {ref: [ref] for ref in series}
            days = {}
            for ref in sorted(ways, key=lambda ref: ref != trusted) if len(ways) > 1 else ():
                told = [await self._async_series(quantity, one, begin, end) for one in ways[ref]]
                days[ref] = whole_days(told, edges)
            if days and (difference := differing(days)) is not None:
                found[quantity] = difference
        return found

    async def async_half_hours(
        self, begin: date, end: date, only: Collection[SiteQuantity] = ALL
    ) -> PastsByDay:
        """Return the half-hours of the days of [begin, end), oldest first.

        Nothing is read but what some quantities need, if only these are asked for.
        """
        until = max(begin, min(end, self._book.kept_from))
        days: PastsByDay = {}
        if begin < until:
            told = await self._async_told(begin, until, only)
            put_away = await self._store.async_days(begin, until)
            shares = self._shares

            def join() -> PastsByDay:
                calendar = Calendar(dt_util.get_default_time_zone())
                others = dict(half_hours_of(told, begin, calendar, shares, until))
                return {
                    day: completed_by(read(_only(only, put_away.get(day, {}))), others.get(day, {}))
                    for day in sorted({*put_away, *others})
                }

            days = await self._hass.async_add_executor_job(join)
        for day in days_of(until, end):
            if of_day := _only(only, self._book.half_hours(day)):
                days[day] = of_day
        return days

    async def _async_told(
        self, begin: date, end: date, only: Collection[SiteQuantity] = ALL
    ) -> dict[SiteQuantity, list[Telling]]:
        """Return what others know of each quantity in [begin, end), the best first."""
        since = max(0.0, begin_of(begin) - REACH.total_seconds())
        until = begin_of(end)
        told: dict[SiteQuantity, list[Telling]] = {}
        if self._has_recorder:
            for quantity, series in _only(only, self._series).items():
                for ref in series:
                    points = await self._async_series(quantity, ref, begin_of(begin), until)
                    way = Telling([("", points)], stands=self._standing.get(quantity) == ref)
                    told.setdefault(quantity, []).append(way)
            for indexed, refs in _only(only, self._indexes).items():
                begun = self._balance.begun.get(indexed)
                if begun is not None and begun / MS > since:
                    hours = [
                        ("", await self._async_index(ref, since, until, begun / MS)) for ref in refs
                    ]
                    stands = self._standing.get(indexed) == READER
                    told.setdefault(indexed, []).append(Telling(hours, begun, stands))
        for read_by_hand, registers in _only(only, self._meters.points()).items():
            told.setdefault(read_by_hand, []).append(Telling(registers))
        return told

    async def _async_index(self, ref: str, begin: float, until: float, end: float) -> list[Point]:
        """Return what an index counted in the hours of [begin, until) before `end`, kWh."""
        index, units = statistic_of(self._hass, ref), {"energy": "kWh"}
        hours: list[Point] = []
        for stop in dict.fromkeys((min(until, end), end)):
            hours = await async_hours(self._hass, index, begin, stop, is_sum=True, units=units)
            # What was counted while it was not read is in the first hour after that.
            if hours and hours[-1].end >= stop:
                break
        # Of the hour in which counting began, a part was counted.
        return without_gaps(hour for hour in hours if hour.end <= end)

    async def _async_series(
        self, quantity: SiteQuantity, ref: str, begin: float, end: float
    ) -> list[Point]:
        """Return what a statistic tells of a quantity in [begin, end), kWh; m³ of water.

        With what may reach into that time.
        """
        statistic = statistic_of(self._hass, ref)
        meaning = await async_meaning(self._hass, statistic)
        is_volume = meaning is not None and meaning.unit in VolumeConverter.VALID_UNITS
        wanted = CUBIC_METRES if is_volume else KILOWATT_HOURS
        reach = REACH.total_seconds()
        if ":" in statistic:
            reach = await async_archive(self._hass).async_reach(statistic)
        points = await async_past(self._hass, statistic, wanted, max(0.0, begin - reach), end)
        if is_volume and quantity is Commodity.GAS:
            factor = self._entry.data.get(CONF_GAS_COEFFICIENT)
            points = [replace(one, value=one.value * factor) for one in points] if factor else []
        # A sensor tells later what it counted while it was not heard; a file does not.
        return points if ":" in statistic else without_gaps(points)


def _series(
    hass: HomeAssistant, entry: ConfigEntry
) -> Iterator[tuple[SiteQuantity, Sequence[str]]]:
    """Yield what was chosen to tell each quantity, but for what is read as its own index."""
    for quantity in ALL:
        own = set(entities_of(hass, entry.data.get(f"{quantity}_index", ())))
        refs = [r for r in series_of(entry.data, quantity) if statistic_of(hass, r) not in own]
        if refs:
            yield quantity, refs


def _only[Q: str, Told](only: Collection[SiteQuantity], told: Mapping[Q, Told]) -> dict[Q, Told]:
    return {quantity: each for quantity, each in told.items() if quantity in only}
