"""The degree-days of a site as one long-term statistic: each day in the hour that it begins."""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.start import async_at_started

from ...const import DOMAIN
from ...faults import contained
from ...history.past import Meaning, Provided, async_provide
from ...history.points import HOUR, Aggregation, Hour, Point
from ...history.statistics import Statistic, async_clear, async_write
from ..counting.calendar import ONE_DAY
from ..counting.form import async_text
from ..counting.local_days import begin_of, day_of
from .cold import DEGREE_DAYS, Cold

MEANING = Meaning(DEGREE_DAYS, Aggregation.SUM)


def cold_statistic_id(entry: ConfigEntry) -> str:
    """Return the id of the statistic of a site's degree-days."""
    return f"{DOMAIN}:{entry.entry_id.lower()}_degree_days"


class ColdStatistic:
    """Keeps the statistic as the days are."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, cold: Cold) -> None:
        self._hass = hass
        self._entry = entry
        self._cold = cold
        self._name = ""
        self._news = asyncio.Event()
        self._undo = ExitStack()

    async def async_start(self) -> None:
        """Let it be compared, and write it in the background, at first all of it."""
        name = await async_text(self._hass, "selector.quantity.options.degree_days", "degree-days")
        self._name = f"{self._entry.title}, {name}"
        if self._cold.outdoor.is_set:
            provided = Provided(self._name, MEANING, self._points, self._span, self._known)
            statistic_id = cold_statistic_id(self._entry)
            self._undo.callback(async_provide(self._hass, statistic_id, provided))
        if "recorder" in self._hass.config.components:
            self._undo.callback(async_at_started(self._hass, self._on_started))

    @callback
    def stop(self) -> None:
        """Write no more; what is cut short is finished at the next start."""
        self._undo.close()

    @callback
    def _on_started(self, _hass: HomeAssistant) -> None:
        task = self._entry.async_create_background_task(
            self._hass, self._run(), "sen1 statistic of degree-days"
        )
        self._undo.callback(task.cancel)
        self._undo.callback(self._cold.listeners.add(self._news.set))
        self._news.set()

    async def _run(self) -> None:
        if not self._cold.outdoor.is_set:
            async_clear_cold(self._hass, self._entry)
            return
        statistic = Statistic(
            cold_statistic_id(self._entry), self._name, MEANING.unit, MEANING.aggregation
        )
        while True:
            await self._news.wait()
            self._news.clear()
            with contained():
                hours = await self._hass.async_add_executor_job(_hours, self._cold.days)
                await async_write(self._hass, statistic, hours)

    async def _points(self, begin: float, end: float) -> list[Point]:
        """Return the days that begin in [begin, end), °C·d."""
        first, last = day_of(begin), day_of(end)
        return [
            Point(begin_of(day), begin_of(day + ONE_DAY) - begin_of(day), cold)
            for day, cold in self._cold.days.items()
            if first <= day <= last and begin <= begin_of(day) < end
        ]

    def _span(self) -> tuple[float, float] | None:
        days = self._cold.days
        return (begin_of(min(days)), begin_of(max(days) + ONE_DAY)) if days else None

    def _known(self, begin: float, end: float) -> float:
        return self._cold.sums(day_of(begin), day_of(end - 1) + ONE_DAY).known


def _hours(days: Mapping[date, float]) -> list[Hour]:
    """Return each day as the first hour that begins on it."""
    return [
        Hour(int(-(-begin_of(day) // HOUR) * HOUR), cold, 1, 0, 0) for day, cold in days.items()
    ]


@callback
def async_clear_cold(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove the statistic of a site."""
    async_clear(hass, cold_statistic_id(entry))
