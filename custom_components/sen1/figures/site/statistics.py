"""The joined series of a site as long-term statistics: one a quantity, and what it cost beside it.

They are what the Energy dashboard and every picker of Home Assistant take: hours from the first
that is known, of files and of the meter alike, each counted once.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from decimal import Decimal
import time
from zlib import crc32

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import UnitOfEnergy
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_change
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...faults import contained
from ...history.archive import async_archive
from ...history.past import Meaning, Provided, async_provide
from ...history.points import HOUR, Aggregation, Hour, Point
from ...history.statistics import Statistic, async_clear, async_write
from ...texts import async_texts
from ..counting.amounts import MICROJOULES_OF_KWH
from ..counting.balance import Balance, HomeQuantity
from ..counting.calendar import HALF_HOUR_MS, HOUR_MS, MS
from ..counting.local_days import begin_of, day_of
from ..counting.steps import Steps
from ..tariff.book import Book
from ..tariff.contract import first_of_next_month
from ..tariff.tally import Accountant, Derived, Pasts, derived
from .past import Past

type StatisticQuantity = HomeQuantity | Derived

WRITTEN: tuple[StatisticQuantity, ...] = (*HomeQuantity, Derived.CONSUMED)
KWH = UnitOfEnergy.KILO_WATT_HOUR

PRICED = (HomeQuantity.BOUGHT, HomeQuantity.SOLD)

type Digests = dict[str, int]
"""By month, what tells whether it was written as it is."""


def statistic_id(entry: ConfigEntry, quantity: StatisticQuantity, *, is_cost: bool = False) -> str:
    """Return the id of the statistic of a quantity of a site, or of its cost."""
    return f"{DOMAIN}:{entry.entry_id.lower()}_{quantity}{'_cost' if is_cost else ''}"


class SiteStatistics:
    """Keeps the statistics of a site as its book is."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, past: Past, book: Book, balance: Balance
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._past = past
        self._book = book
        self._balance = balance
        self._digests: Digests = {}
        self._names: Mapping[str, str] = {}
        self._news = asyncio.Event()
        self._undo = ExitStack()

    def restore(self, kept: Mapping[str, int]) -> None:
        """Take back what tells which months are written."""
        self._digests = dict(kept)

    def snapshot(self) -> Digests:
        """Return what must survive a restart."""
        return self._digests

    async def async_start(self) -> None:
        """Write in the background, at first all of it, then each hour."""
        texts = await async_texts(self._hass, "selector.quantity.options")
        self._names = {each: texts.get(each, each) for each in WRITTEN}
        for quantity in WRITTEN:
            self._undo.callback(
                async_provide(
                    self._hass, statistic_id(self._entry, quantity), self._provided(quantity)
                )
            )
        if "recorder" not in self._hass.config.components:
            return
        self._undo.callback(async_at_started(self._hass, self._on_started))
        self._undo.callback(async_track_time_change(self._hass, self.tell, minute=1, second=0))

    @callback
    def stop(self) -> None:
        """Write no more; what is cut short is finished at the next start."""
        self._undo.close()

    @callback
    def _on_started(self, _hass: HomeAssistant) -> None:
        task = self._entry.async_create_background_task(
            self._hass, self._run(), "sen1 statistics of the site"
        )
        self._undo.callback(task.cancel)
        self._news.set()

    @callback
    def tell(self, _now: datetime | None = None) -> None:
        """Know that the past is another, or an hour over."""
        self._news.set()

    async def _run(self) -> None:
        if not self._book.accountant.tariffs.all:
            for quantity in PRICED:
                async_clear(self._hass, statistic_id(self._entry, quantity, is_cost=True))
        while True:
            await self._news.wait()
            self._news.clear()
            begin, self._book.changed_from = self._book.changed_from, None
            if begin is not None and (first := next(iter(self._book.days()), None)) is not None:
                day = self._book.accountant.calendar.day(begin)
                with contained():
                    await self._write(max(day, first))

    async def _write(self, begin: date) -> None:
        """Bring the statistics to what is known from a day on, a month at a time."""
        end, kept = dt_util.now().date() + timedelta(days=1), self._book.kept_from
        while begin < end:
            until = min(first_of_next_month(begin), end)
            # Where days begin within an hour, it reaches into the next.
            after = until + timedelta(days=1 if begin_of(until) % HOUR else 0)
            digest = self._digest(begin, after) if begin.day == 1 and until <= kept else None
            month = f"{begin:%Y-%m}"
            if digest is None or self._digests.get(month) != digest:
                await self._write_month(begin, until, after)
            if digest is not None:
                self._digests[month] = digest
            begin = until

    def _digest(self, begin: date, end: date) -> int:
        """Return what tells whether days that are settled are as they were written."""
        mark, tariffs = self._book.tally(begin, end).mark, self._book.accountant.tariffs.all
        told = sorted(self._book.needed), sorted(self._past.quantities)
        return crc32(repr((mark, tariffs, told)).encode())

    async def _write_month(self, begin: date, until: date, after: date) -> None:
        span = _hour_from(begin), min(_hour_from(until), int(time.time() // HOUR * HOUR))
        days = await self._past.async_half_hours(begin, after)
        needed = tuple(self._book.needed)
        hours = await self._hass.async_add_executor_job(self._hours, days, needed, span)
        for (quantity, is_cost), of_quantity in hours.items():
            statistic = self._statistic(quantity, is_cost=is_cost)
            rows = await async_write(self._hass, statistic, of_quantity, span)
            later = {each for each in self._balance.told if not self._balance.measures(each)}
            if rows and quantity in later and not is_cost:
                # Who tells friends of it has no moment at which to look.
                news = async_archive(self._hass).listeners[statistic.statistic_id]
                news.tell(rows[0]["start"].timestamp(), span[1])

    def _hours(
        self, days: Mapping[date, Pasts], needed: tuple[HomeQuantity, ...], span: tuple[int, int]
    ) -> dict[tuple[StatisticQuantity, bool], list[Hour]]:
        """Return the hours of a span of each statistic, Unix seconds."""
        # Of its own: what finds the day of a moment is no good for two threads.
        accountant = Accountant(self._book.accountant.tariffs, dt_util.get_default_time_zone())
        amounts: dict[tuple[StatisticQuantity, bool], defaultdict[int, Decimal]] = {
            (quantity, is_cost): defaultdict(Decimal)
            for quantity in WRITTEN
            for is_cost in (False, True)
        }
        told = [quantity for quantity in WRITTEN if quantity in self._past.quantities]
        for pasts in days.values():
            for quantity in told:
                for at, step in _steps(quantity, pasts, needed).items():
                    hour = at // HOUR_MS * (HOUR_MS // MS)
                    if not span[0] <= hour < span[1]:
                        continue
                    amounts[quantity, False][hour] += Decimal(step.amount) / MICROJOULES_OF_KWH
                    if isinstance(quantity, HomeQuantity):
                        value = accountant.value(quantity, at, step)
                        if value is not None:
                            amounts[quantity, True][hour] += value
        return {
            key: [Hour(hour, float(total), 1, 0, 0) for hour, total in sorted(hours.items())]
            for key, hours in sorted(amounts.items())
            if hours
        }

    def _statistic(self, quantity: StatisticQuantity, *, is_cost: bool) -> Statistic:
        unit = self._hass.config.currency if is_cost else KWH
        name = self._name(quantity)
        return Statistic(
            statistic_id(self._entry, quantity, is_cost=is_cost),
            f"{name} ({unit})" if is_cost else name,
            unit,
            Aggregation.SUM,
        )

    def _name(self, quantity: StatisticQuantity) -> str:
        return f"{self._entry.title}, {self._names[quantity]}"

    def _provided(self, quantity: StatisticQuantity) -> Provided:
        known_as = None if isinstance(quantity, Derived) else quantity

        async def points(begin: float, end: float) -> list[Point]:
            """Return what is known of the half-hours of [begin, end), kWh."""
            # Consumption is made of all that is measured.
            only = HomeQuantity if known_as is None else (known_as,)
            until = day_of(end) + timedelta(days=1)
            days = await self._past.async_half_hours(day_of(begin), until, only)
            needed = tuple(self._book.needed)
            return [
                Point(
                    at / MS,
                    min(step.known, HALF_HOUR_MS) / MS,
                    step.amount / MICROJOULES_OF_KWH,
                    step.length / MS,
                )
                for pasts in days.values()
                for at, step in sorted(_steps(quantity, pasts, needed).items())
                if begin <= at / MS < end and step.known
            ]

        def span() -> tuple[float, float] | None:
            since = self._book.since(known_as) if quantity in self._past.quantities else None
            return None if since is None else (since / MS, time.time())

        def known(begin: float, end: float) -> float:
            passed = min(end, time.time()) - begin
            tally = self._book.tally(day_of(begin), day_of(end - 1) + timedelta(days=1))
            length = tally.known.get(known_as, 0) / MS
            return min(length / passed, 1.0) if passed > 0 else 0.0

        meaning = Meaning(KWH, Aggregation.SUM)
        return Provided(self._name(quantity), meaning, points, span, known)


def _steps(quantity: StatisticQuantity, pasts: Pasts, needed: tuple[HomeQuantity, ...]) -> Steps:
    if isinstance(quantity, Derived):
        return derived(pasts, needed)[quantity]
    return pasts.get(quantity, {})


def _hour_from(day: date) -> int:
    """Return the first hour that begins on a day."""
    return int(-(-begin_of(day) // HOUR) * HOUR)


@callback
def async_clear_statistics(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove the statistics of a site."""
    for quantity in WRITTEN:
        for is_cost in (False, True):
            async_clear(hass, statistic_id(entry, quantity, is_cost=is_cost))
