"""The habit of a home while its entry is loaded: powers in, what is usual and unusual out.

Of the home itself, and of each appliance that is measured, the means of quarters of an hour are
kept for two years: 450 bytes a day, 165 kB a year and curve in files, as much in memory. What
half-hours of the past tell comes first, so that a home with a past knows its habit on its first
day; each quarter of a half-hour is like the other.
"""

from array import array
import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ...alarm import Alarm
from ...faults import contained
from ...listeners import Listeners
from ..counting.balance import Balance, HomeQuantity, Sums
from ..counting.calendar import HALF_HOUR_MS, HOUR_MS, MS
from ..counting.following import async_follow
from ..counting.sources import entity_of, state_of
from ..counting.states import milliseconds, milliwatts
from ..counting.store import MonthStore
from ..tariff.book import Book
from ..tariff.tally import Pasts, SiteQuantity
from ..year.cold import Cold
from ..year.degree_days import degree_days
from .bands import (
    APPLIANCE_W,
    HOME_W,
    KEPT,
    Alike,
    Band,
    Side,
    Unusual,
    alike,
    bands_of,
    side_of,
    unusual_of,
)
from .means import QUARTER_MS, UNKNOWN, Days, Means, Quarters, read, unknown, written

COARSEST_MS = HOUR_MS
"""What was counted over a longer time says nothing of a quarter of an hour."""
MOSTLY_MS = 0.9 * HALF_HOUR_MS
"""So much of a half-hour must be known."""

HALF = 0.5
DEGREES = 1.0
"""So many more or less of a day that goes on make other days alike."""

HOME = "home"
"""The curve of the home itself; those of appliances bear the ids of their needs."""

type HalfHours = Callable[[date, date, Collection[SiteQuantity]], Awaitable[Mapping[date, Pasts]]]


@dataclass(slots=True)
class UsualDay:
    """What is usual of a curve on a day."""

    day: date
    alike: Alike
    bands: list[Band | None]
    """By the quarter of the clock."""
    clock: list[int]
    """Of each quarter of the day."""
    degrees: float | None
    """Of the day, as they were known."""


class Curve:
    """One power, its days, and how it is beside them."""

    def __init__(self, days: Days, at: int, least: float) -> None:
        self.means = Means(days, at)
        self.unusual = Unusual(least)
        self.days: dict[date, Quarters] = {}
        """Before the one that goes on."""
        self.side: Side | None = None
        self.band: Band | None = None
        """Of the quarter that goes on."""
        self.usual: UsualDay | None = None
        self.judged: tuple[int, Band] | None = None
        """The mean of the quarter with which something unusual began or ended, and its band."""

    def snapshot(self) -> dict[str, Any]:
        """Return all that must survive a restart; its days are kept apart."""
        unusual = self.unusual
        return {**self.means.snapshot(), "on": unusual.is_on, "running": unusual.running}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take back a snapshot."""
        self.means.restore(kept)
        self.unusual.is_on, self.unusual.running = kept["on"], kept["running"]


class Habit:
    """Knows what is usual of a home, and tells who listens what is not."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        balance: Balance,
        book: Book,
        half_hours: HalfHours,
        cold: Cold,
        appliances: Callable[[], Mapping[str, str]],
    ) -> None:
        """`appliances` tells the sensors of the powers that are measured, by their needs."""
        self._hass = hass
        self._entry = entry
        self._balance = balance
        self._book = book
        self._half_hours = half_hours
        self._cold = cold
        self._appliances = appliances
        self._days = Days(dt_util.get_default_time_zone())
        self._store = MonthStore(hass, f"{entry.entry_id}.habit")
        self._asked: set[date] = set()
        """Days of which the past was asked already."""
        self._lock = asyncio.Lock()
        self.curves: dict[str, Curve] = {}
        self._refs: dict[str, str] = {}
        """Of each appliance its sensor."""
        self._kept: Mapping[str, Any] = {}
        self._undo = ExitStack()
        self._due = Alarm(hass, self.update)
        self.listeners = defaultdict[str, Listeners[()]](Listeners)
        """By curve: when where it is, or what is usual of it, is another."""
        self.unusual_listeners = defaultdict[str, Listeners[()]](Listeners)
        """By curve: when something unusual begins or ends."""
        self.curve_listeners = Listeners[()]()
        """When appliances are measured that were not, or no more."""

    # Life

    @property
    def is_measured(self) -> bool:
        """Whether anything tells what the home uses: a roof has no habit."""
        return self._balance.measures(HomeQuantity.BOUGHT)

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take back a snapshot."""
        self._kept = kept

    def snapshot(self) -> dict[str, Any]:
        """Return what must survive a restart."""
        return {curve_id: curve.snapshot() for curve_id, curve in self.curves.items()}

    async def async_start(self) -> None:
        """Read what was kept, then follow the powers."""
        await self._store.async_load()
        self._make_curves()
        today = dt_util.now().date()
        for day, kept in (await self._store.async_days(today - KEPT, today)).items():
            for curve_id, text in kept.items():
                # In another time zone a day has other quarters.
                if curve_id in self.curves and len(means := read(text)) == self._days.count(day):
                    self.curves[curve_id].days[day] = means
        self._follow()

    @callback
    def stop(self) -> None:
        """Follow nothing."""
        self.update()
        self._undo.close()
        self._due.set(None)

    @callback
    def async_apply(self) -> None:
        """Take the appliances as they are now."""
        before = set(self.curves)
        self.stop()
        self._make_curves()
        self._follow()
        if self.curves.keys() != before:
            self.curve_listeners.tell()

    def _make_curves(self) -> None:
        self._refs = dict(self._appliances())
        wanted = {HOME: HOME_W} if self.is_measured else {}
        wanted |= dict.fromkeys(self._refs, APPLIANCE_W)
        for curve_id in self.curves.keys() - wanted.keys():
            del self.curves[curve_id]
        for curve_id, least in wanted.items():
            if curve_id not in self.curves:
                curve = Curve(self._days, milliseconds(time.time()), least)
                if curve_id in self._kept:
                    curve.restore(self._kept[curve_id])
                self.curves[curve_id] = curve
        self._kept = {}

    def _follow(self) -> None:
        self._undo.callback(self._cold.listeners.add(self.forget))
        refs = self._refs.values()
        self._undo.callback(async_follow(self._hass, refs, lambda *_change: self.update()))
        self.update()

    # What comes

    @callback
    def update(self) -> None:
        """Look at the powers as they are now."""
        now = milliseconds(time.time())
        for curve_id, curve in self.curves.items():
            with contained():
                self._take(curve_id, curve, now)
        ends = [curve.means.next_end for curve in self.curves.values()]
        self._due.set(min(ends) / MS if ends else None)

    def _power(self, curve_id: str) -> float | None:
        """Return a power, W: of the home what it uses, else what it draws."""
        if curve_id == HOME:
            balance = self._balance
            used = balance.consumption if balance.needed else balance.power(HomeQuantity.BOUGHT)
        else:
            used = milliwatts(state_of(self._hass, self._refs[curve_id]))
        return None if used is None else used / 1000

    def _take(self, curve_id: str, curve: Curve, now: int) -> None:
        before = curve.side, curve.band
        begun_or_ended = False
        quarters = curve.means.take(self._power(curve_id), now)
        for ended in quarters:
            usual = self._usual_of(curve, ended.day)
            band = usual.bands[usual.clock[ended.number]]
            if curve.unusual.take(ended.mean, band) and band is not None:
                begun_or_ended = not begun_or_ended
                curve.judged = ended.mean, band
            if ended.whole is not None:
                self._put_away(curve_id, ended.day, ended.whole)
        # A reading within a quarter makes no day colder.
        today = curve.usual
        if quarters or today is None:
            today = self._usual_of(curve, curve.means.day)
        curve.band = today.bands[today.clock[curve.means.number]]
        curve.side = (
            None
            if curve.band is None or curve.means.slow is None
            else side_of(curve.means.slow, curve.band, curve.side)
        )
        if before != (curve.side, curve.band):
            self.listeners[curve_id].tell()
        if begun_or_ended:
            self.unusual_listeners[curve_id].tell()

    def _usual_of(self, curve: Curve, day: date) -> UsualDay:
        """Return what is usual on a day, made anew when it is colder or warmer than thought."""
        usual, degrees = curve.usual, self._degrees_of(day)
        if usual is None or usual.day != day or _differ(usual.degrees, degrees):
            usual = curve.usual = self._made(curve, day)
        return usual

    def _made(self, curve: Curve, day: date) -> UsualDay:
        days = alike(day, curve.days, self._degrees_of)
        clocked = ((curve.days[one], self._days.clock(one)) for one in days.days)
        clock = self._days.clock(day)
        return UsualDay(day, days, bands_of(clocked), clock, self._degrees_of(day))

    def _degrees_of(self, day: date) -> float | None:
        """Return the degree-days of a day; of one that goes on, as they will be by what is known.

        Its night is colder than itself: until half of it is known, it is as the day before.
        """
        cold = self._cold
        if (known := cold.days.get(day)) is not None or day != cold.today:
            return known
        so_far = cold.outdoor.today
        if so_far is None or so_far.known < HALF:
            return cold.days.get(day - timedelta(days=1))
        return degree_days(so_far.low, so_far.high, base=cold.base, method=cold.method)

    # What is kept

    def _put_away(self, curve_id: str, day: date, quarters: Quarters) -> None:
        self.curves[curve_id].days[day] = quarters
        self._entry.async_create_background_task(
            self._hass, self._async_keep([day]), "sen1 habit of a day"
        )

    async def _async_keep(self, days: Iterable[date]) -> None:
        """Write days of all curves, and forget what is older than two years."""
        async with self._lock:
            await self._store.async_add({day: self._written(day) for day in days})
            oldest = dt_util.now().date() - KEPT
            await self._store.async_forget(oldest)
            for curve in self.curves.values():
                for day in [day for day in curve.days if day < oldest]:
                    del curve.days[day]

    def _written(self, day: date) -> dict[str, str]:
        return {
            curve_id: written(curve.days[day])
            for curve_id, curve in self.curves.items()
            if day in curve.days
        }

    # The past

    @callback
    def look_back(self) -> None:
        """Take the days that the past knows and that were not seen here."""
        if HOME in self.curves and self._unseen():
            self._entry.async_create_background_task(
                self._hass, self._async_look_back(), "sen1 habit of the past"
            )

    def _quantities(self) -> tuple[HomeQuantity, ...]:
        return tuple(self._balance.needed) or (HomeQuantity.BOUGHT,)

    def _unseen(self) -> list[date]:
        today = dt_util.now().date()
        of_each = [
            {day for day, _ in self._book.whole_days(quantity)} for quantity in self._quantities()
        ]
        whole = set.intersection(*of_each)
        seen = self.curves[HOME].days.keys() | self._asked
        return sorted(day for day in whole - seen if today - KEPT <= day < today)

    async def _async_look_back(self) -> None:
        with contained():
            if not (unseen := self._unseen()):
                return
            self._asked.update(unseen)
            quantities = self._quantities()
            end = unseen[-1] + timedelta(days=1)
            days = await self._half_hours(unseen[0], end, quantities)

            def made() -> dict[date, Quarters]:
                # Of its own: what finds the day of a moment is no good for two threads.
                own = Days(dt_util.get_default_time_zone())
                found = (
                    (day, _quarters(own, day, days.get(day, {}), quantities)) for day in unseen
                )
                return {day: means for day, means in found if max(means) != UNKNOWN}

            found = await self._hass.async_add_executor_job(made)
            if found and (curve := self.curves.get(HOME)) is not None:
                curve.days = found | curve.days
                await self._async_keep(found)
                self.forget()

    @callback
    def forget(self) -> None:
        """Ask anew which days are alike: others are known, or how cold they were."""
        for curve in self.curves.values():
            curve.usual = None
        self.update()

    # What is told

    def curve_of(self, entity_id: str | None) -> str | None:
        """Return the curve of the sensor of an appliance, without one that of the home."""
        if entity_id is None:
            return HOME if HOME in self.curves else None
        return next(
            (one for one, ref in self._refs.items() if entity_of(self._hass, ref) == entity_id),
            None,
        )

    async def async_told(self, curve_id: str, day: date | None) -> dict[str, Any]:
        """Return a day of a curve and what is usual on it, as `sen1/usual` answers it."""
        self.update()
        curve, today = self.curves[curve_id], self.curves[curve_id].means.day
        day = today if day is None else day
        is_today = day == today
        usual = self._usual_of(curve, day) if is_today else self._made(curve, day)
        begin, clock = self._days.calendar.begin(day), usual.clock
        means = curve.means.quarters if is_today else curve.days.get(day)
        if means is None:
            means = unknown(len(clock))
        if curve_id == HOME and UNKNOWN in means:
            ended = curve.means.number if is_today else len(clock)
            means = await self._async_completed(day, means, ended)
        bands = [usual.bands[at] for at in clock]
        spans = unusual_of(means, usual.bands, clock, curve.unusual.least)
        degrees = usual.alike.degrees
        return {
            "begins": [begin + number * QUARTER_MS for number in range(len(clock))],
            "low": [band and round(band.low) for band in bands],
            "median": [band and round(band.median) for band in bands],
            "high": [band and round(band.high) for band in bands],
            "power": [None if mean == UNKNOWN else mean for mean in means],
            "day_kind": usual.alike.kind,
            "degrees": degrees and [round(each, 1) for each in degrees],
            "temperatures": usual.alike.temperatures(self._cold.base),
            "days": len(usual.alike.days),
            "now": self._now(curve) if is_today else None,
            "unusual": [
                {"begin": begin + first * QUARTER_MS, "end": begin + end * QUARTER_MS}
                for first, end in spans
            ],
        }

    def _now(self, curve: Curve) -> dict[str, Any] | None:
        band, slow = curve.band, curve.means.slow
        if band is None or slow is None or curve.side is None:
            return None
        low, high = round(band.low), round(band.high)
        return {"state": curve.side, "power": round(slow), "low": low, "high": high}

    async def _async_completed(self, day: date, means: Quarters, ended: int) -> Quarters:
        """Return the means of a day; its half-hours tell what was not seen of those that ended."""
        quantities = self._quantities()
        days = await self._half_hours(day, day + timedelta(days=1), quantities)
        told = _quarters(self._days, day, days.get(day, {}), quantities)
        completed = array("i", means)
        for number in range(ended):
            if means[number] == UNKNOWN:
                completed[number] = told[number]
        return completed


def _differ(one: float | None, other: float | None) -> bool:
    """Return whether a day that goes on is another than was thought."""
    if one is None or other is None:
        return one is not other
    return abs(one - other) > DEGREES


def _quarters(
    days: Days, day: date, pasts: Pasts, quantities: Collection[HomeQuantity]
) -> Quarters:
    """Return the means of a day's quarters, W, of what its half-hours came to."""
    begin, means = days.calendar.begin(day), unknown(days.count(day))
    for number in range(len(means)):
        at = (begin + number * QUARTER_MS) // HALF_HOUR_MS * HALF_HOUR_MS
        steps = {q: step for q in quantities if (step := pasts.get(q, {}).get(at)) is not None}
        powers = {
            q: round(step.amount / step.known)
            for q, step in steps.items()
            if step.known >= MOSTLY_MS and step.length <= COARSEST_MS
        }
        if len(powers) == len(quantities):
            # Where one meter is ahead of another, less than nothing may be left.
            means[number] = max(round(Sums(powers).consumed / 1000), 0)
    return means
