"""The degree-days of a site as one long-term statistic: each day in the hour that it begins."""

import asyncio
from contextlib import ExitStack

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...faults import contained
from ...history.points import HOUR, Aggregation, Hour
from ...history.statistics import Statistic, async_clear, async_write
from ..counting.form import async_text
from .cold import DEGREE_DAYS, Cold


def cold_statistic_id(entry: ConfigEntry) -> str:
    """Return the id of the statistic of a site's degree-days."""
    return f"{DOMAIN}:{entry.entry_id.lower()}_degree_days"


class ColdStatistic:
    """Keeps the statistic as the days are."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, cold: Cold) -> None:
        self._hass = hass
        self._entry = entry
        self._cold = cold
        self._news = asyncio.Event()
        self._undo = ExitStack()

    @callback
    def start(self) -> None:
        """Write in the background, at first all of it, then what becomes known."""
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
        name = await async_text(self._hass, "selector.quantity.options.degree_days", "degree-days")
        statistic = Statistic(
            cold_statistic_id(self._entry),
            f"{self._entry.title}, {name}",
            DEGREE_DAYS,
            Aggregation.SUM,
        )
        while True:
            await self._news.wait()
            self._news.clear()
            hours = [
                # Where days begin within an hour, in the first that begins on it.
                Hour(
                    int(-(-dt_util.start_of_local_day(day).timestamp() // HOUR) * HOUR),
                    cold,
                    1,
                    0,
                    0,
                )
                for day, cold in sorted(self._cold.days.items())
            ]
            with contained():
                await async_write(self._hass, statistic, hours)


@callback
def async_clear_cold(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove the statistic of a site."""
    async_clear(hass, cold_statistic_id(entry))
