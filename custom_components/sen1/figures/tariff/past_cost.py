"""What the imported past of a home cost by its contracts, as a statistic for the Energy dashboard.

The clock tells the tariff period of each half-hour. Where it cannot, since nobody kept the colours
of Tempo or the peaks of EJP, the mean price of the month is taken, by the forecast's shares.
What lies before the first contract has no price and is left out.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date, datetime, tzinfo
from functools import cache
import time

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...history.past import Meaning, async_listen_past, async_past
from ...history.points import HOUR, Aggregation, Hour, Point, hours_of
from ...history.recorder import async_committed
from ...history.statistics import ALWAYS, Statistic, async_clear, async_write
from ..const import CONF_HISTORY
from ..counting.sources import statistic_of
from .contract import Tariffs
from .ledger import TariffEnergies
from .spending import Spending
from .split import shares

ENERGY = Meaning("kWh", Aggregation.SUM)
"""Of the past of what was bought."""

PAST_COST_STATISTIC = f"{DOMAIN}:home_past_cost"

STEP_S = 1800
"""The finest that Enedis gives; off-peak hours begin and end at half-hours or between them."""

LONGEST_S = 31 * 86400
"""Of a period that reaches into an hour: a month."""


class PastCost:
    """Keep the statistic of the past's costs, while there is an imported past and a contract."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, spending: Spending) -> None:
        self._hass = hass
        self._entry = entry
        self._spending = spending
        self._news = asyncio.Event()
        self._changed_from = 0.0
        """Unix seconds; what lies before is written."""
        self._undo = ExitStack()

    @callback
    def start(self) -> None:
        """Write it in the background, and more of it when more is known."""
        history = self._entry.data.get(CONF_HISTORY)
        if "recorder" not in self._hass.config.components:
            return
        if not history or not self._spending.tariffs.all:
            async_clear(self._hass, PAST_COST_STATISTIC)
            return
        self._on_news(0)
        self._undo.callback(async_listen_past(self._hass, history, self._on_news))
        task = self._entry.async_create_background_task(
            self._hass, self._run(history), "sen1 cost of the past"
        )
        self._undo.callback(task.cancel)

    @callback
    def stop(self) -> None:
        """Write no more; what is cut short is finished at the next start."""
        self._undo.close()

    @callback
    def _on_news(self, begin: float) -> None:
        self._changed_from = min(self._changed_from, begin)
        self._news.set()

    async def _run(self, ref: str) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            begin, self._changed_from = self._changed_from, ALWAYS[1]
            await self._write(statistic_of(self._hass, ref), begin // HOUR * HOUR)

    async def _write(self, history: str, begin: float) -> None:
        hass, config = self._hass, self._hass.config
        # The recorder tells of an hour before it has committed it.
        await async_committed(hass)
        points = await async_past(hass, history, ENERGY, max(0, begin - LONGEST_S), time.time())
        hours = await hass.async_add_executor_job(
            costs_of,
            points,
            self._spending.tariffs,
            self._spending.ledger.book,
            dt_util.get_default_time_zone(),
        )
        name = f"{self._entry.title}, {history}, {config.currency}"
        statistic = Statistic(PAST_COST_STATISTIC, name, config.currency, Aggregation.SUM)
        changed = [hour for hour in hours if hour.begin >= begin]
        await async_write(hass, statistic, changed, (begin, ALWAYS[1]))


def costs_of(
    points: Iterable[Point], tariffs: Tariffs, book: Mapping[date, TariffEnergies], zone: tzinfo
) -> list[Hour]:
    """Return what each hour of points in kWh cost; `book` is what was bought by tariff period."""
    price = _price_in(tariffs, book, zone)
    return hours_of(_priced(points, price), Aggregation.SUM)


def _priced(points: Iterable[Point], price: Callable[[float], float | None]) -> Iterator[Point]:
    """Yield the cost of each point in steps of at most half an hour, those that have a price."""
    for point in points:
        steps = max(1, round(point.seconds / STEP_S))
        length = point.seconds / steps
        for number in range(steps):
            begin = point.begin + number * length
            per_kwh = price(begin + length / 2)
            if per_kwh is not None:
                yield Point(begin, length, point.value / steps * per_kwh)


def _price_in(
    tariffs: Tariffs, book: Mapping[date, TariffEnergies], zone: tzinfo
) -> Callable[[float], float | None]:
    @cache
    def mean(number: int, month: date) -> float:
        tariff = tariffs.all[number]
        parts = shares(tariff, book, month)
        return sum(part * float(tariff.prices[name]) for name, part in parts.items())

    def price(at: float) -> float | None:
        local = datetime.fromtimestamp(at, zone)
        number = tariffs.number(local.date())
        if number is None:
            return None
        tariff = tariffs.all[number]
        name = tariff.scheduled(local, None)
        if name is None or name not in tariff.prices:
            return mean(number, local.date().replace(day=1))
        return float(tariff.prices[name])

    return price
