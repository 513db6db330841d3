"""What is known of a home from before its entry: read when it begins, and when more is known.

Of electricity bought, the series of the past that the household chose and the statistics of the
meter's own entities; of the other quantities, those of their entities.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from datetime import date, timedelta
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ...history.past import async_listen_past, async_past
from ...history.points import Point
from ...history.recorder import async_committed, async_hours, async_last_state
from ..const import CONF_BOUGHT_INDEX, CONF_HISTORY
from ..counting.balance import Balance, HomeQuantity
from ..counting.calendar import MS
from ..counting.counter import MICROJOULES_OF_WH
from ..counting.sources import Measure, entities_of, refs_by_quantity, sources_of, statistic_of
from ..counting.states import milliseconds
from ..tariff.contract import Tariffs
from ..tariff.past_cost import ENERGY
from ..tariff.spending import Spending
from .earlier import Earlier, Steps, added, merged, steps_of, without_gaps

LATEST = timedelta(days=40)
"""What an index counted since an hour older than this is laid nowhere."""


class Recall:
    """Gives a balance and a book what came before them."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, balance: Balance, spending: Spending
    ) -> None:
        self._hass = hass
        self._balance = balance
        self._spending = spending
        self._history: str | None = entry.data.get(CONF_HISTORY)
        indexes = entities_of(hass, entry.data.get(CONF_BOUGHT_INDEX, ()))
        if self._history is not None and statistic_of(hass, self._history) in indexes:
            self._history = None  # it is read as what it is
        self._indexes = refs_by_quantity(sources_of(entry.data), Measure.INDEX)
        """The indexes each quantity began with: another that comes later has another past."""
        self._entry = entry
        self._lock = asyncio.Lock()
        self._on_change: Callable[[], None] = lambda: None
        self._undo = ExitStack()

    async def async_begin(self) -> bool:
        """Let the balance begin where the recorder's last hour of its indexes ends; tell if so."""
        if "recorder" not in self._hass.config.components:
            return False
        read: dict[tuple[HomeQuantity, str], tuple[float, float]] = {}
        since = time.time() - LATEST.total_seconds()
        for quantity, refs in self._indexes.items():
            for ref in refs:
                entity_id = statistic_of(self._hass, ref)
                last = await async_last_state(self._hass, entity_id, since, "Wh")
                if last is not None:
                    read[quantity, ref] = last
        if not read:
            return False
        end = max(at for at, _value in read.values())
        indexes: dict[HomeQuantity, dict[str, int]] = {}
        for (quantity, ref), (at, value) in read.items():
            # One that was not heard in that hour would have all it counted since laid into it.
            if at == end:
                indexes.setdefault(quantity, {})[ref] = round(value * MICROJOULES_OF_WH)
        self._balance.begin_at(milliseconds(end), indexes)
        return True

    async def async_start(self, on_change: Callable[[], None]) -> None:
        """Read it, and tell of each change."""
        if "recorder" not in self._hass.config.components or not self._balance.begun:
            return
        await self._async_read()
        self._on_change = on_change
        self._undo.callback(async_listen_past(self._hass, self._history, self._on_news))

    @callback
    def stop(self) -> None:
        """Listen to nothing."""
        self._undo.close()

    def snapshot(self) -> dict[str, Any]:
        """Return what must survive a restart."""
        return {quantity.value: refs for quantity, refs in self._indexes.items()}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take back a snapshot."""
        self._indexes |= {HomeQuantity(name): refs for name, refs in kept.items()}

    @callback
    def _on_news(self, begin: float) -> None:
        if milliseconds(begin) < max(self._balance.begun.values()):
            self._entry.async_create_background_task(
                self._hass, self._async_read_again(), "sen1 past of the home"
            )

    async def _async_read_again(self) -> None:
        await self._async_read()
        self._on_change()

    async def _async_read(self) -> None:
        # One after the other: the last must be of what is known last.
        async with self._lock:
            if self._hass.is_running:
                # The recorder tells of an hour before it has committed it.
                await async_committed(self._hass)
            begin = dt_util.start_of_local_day(date(dt_util.now().year - 1, 1, 1)).timestamp()
            # As they are now: what reads them elsewhere must not see them change.
            begun, refs_of = dict(self._balance.begun), dict(self._indexes)
            history: list[Point] = []
            if self._history is not None and HomeQuantity.BOUGHT in begun:
                end = begun[HomeQuantity.BOUGHT] / MS
                statistic = statistic_of(self._hass, self._history)
                history = await async_past(self._hass, statistic, ENERGY, begin, end)
            indexes = {
                quantity: [
                    await self._async_index(ref, begin, begun[quantity] / MS) for ref in refs
                ]
                for quantity, refs in refs_of.items()
                if quantity in begun
            }
            earlier = await self._hass.async_add_executor_job(
                _earlier, history, indexes, begun, self._balance.needed, self._spending.tariffs
            )
            self._balance.before, self._spending.ledger.earlier = earlier, earlier.ledger

    async def _async_index(self, ref: str, begin: float, end: float) -> list[Point]:
        """Return what an index counted in each hour, kWh."""
        index, units = statistic_of(self._hass, ref), {"energy": "kWh"}
        hours = await async_hours(self._hass, index, begin, end, is_sum=True, units=units)
        # Of the hour in which counting began, a part was counted.
        return [hour for hour in hours if hour.end <= end]


def _earlier(
    history: list[Point],
    indexes: Mapping[HomeQuantity, list[list[Point]]],
    begun: Mapping[HomeQuantity, int],
    needed: Collection[HomeQuantity],
    tariffs: Tariffs,
) -> Earlier:
    """Return what is known of before counting began: an imported past, and indexes by the hour."""
    steps: dict[HomeQuantity, Steps] = {
        quantity: added(steps_of(without_gaps(one), begun[quantity]) for one in registers)
        for quantity, registers in indexes.items()
    }
    if history:
        imported = steps_of(history, begun[HomeQuantity.BOUGHT])
        steps[HomeQuantity.BOUGHT] = merged(imported, steps.get(HomeQuantity.BOUGHT, {}))
    return Earlier(steps, needed, tariffs, dt_util.get_default_time_zone())
