"""The temperature outside of a site, while its entry is loaded: its days, and now."""

from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date, tzinfo
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import TemperatureConverter

from ...faults import contained
from ...history.recorder import async_committed, async_listen_hours, async_metadata, rows_of
from ...listeners import Listeners
from ..const import CONF_OUTDOOR
from ..counting.sources import entity_of, state_of, statistic_of
from .archive import WeatherArchive, coarse_place
from .days import DayTemperature, HourTemperature, gathered, laid_on, whole
from .sampling import Samples
from .thermometer import CELSIUS, Thermometer, celsius

IN_CELSIUS: dict[str, str] = {str(TemperatureConverter.UNIT_CLASS): CELSIUS}


class Outdoor:
    """Knows how cold it was on each day, and how cold it is."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._ref: str | None = entry.data.get(CONF_OUTDOOR)
        self._archive = WeatherArchive(hass, entry)
        self._samples: Samples | None = None
        self._measured: dict[date, DayTemperature] = {}
        """What the statistics of a sensor tell, of whole days and others."""
        self._last_hour = 0.0
        """Of these statistics, Unix seconds."""
        self.is_southern = coarse_place(hass, entry)[0] < 0
        """Whether it is cold in July where the site is."""
        self.archived: dict[date, DayTemperature] = {}
        """What the archive tells, of all years that it was asked for, laid on what is told here."""
        self.days: dict[date, DayTemperature] = {}
        """All days that have ended and are known; what nothing here told, the archive."""
        self.listeners = Listeners[()]()
        """When these days are others."""
        self._undo = ExitStack()

    @property
    def source(self) -> Thermometer | None:
        """Return what tells the temperature in the first place."""
        if self._ref is None:
            return Thermometer.ARCHIVE if self._archive.is_asked else None
        if self._samples is not None:
            return Thermometer.WEATHER
        return Thermometer.SENSOR

    @property
    def is_set(self) -> bool:
        """Return whether anything tells the temperature."""
        return self.source is not None

    @property
    def now(self) -> float | None:
        """Return the temperature of now, °C."""
        return None if self._ref is None else celsius(state_of(self._hass, self._ref))

    @property
    def today(self) -> DayTemperature | None:
        """Return what is known of today so far; its part known is one of all its hours."""
        return self._told.get(dt_util.now().date())

    def known(self, days: Iterable[date]) -> list[float]:
        """Return which part of the hours of each day is known, 0 to 1."""
        all_told = {**self._told, **self.days}
        return [all_told[day].known if day in all_told else 0.0 for day in days]

    @property
    def _told(self) -> dict[date, DayTemperature]:
        return self._measured if self._samples is None else self._samples.days

    # Life

    async def async_start(self) -> None:
        """Read what is known, and hear of what comes."""
        self._undo.callback(self._archive.listeners.add(self._update))
        await self._archive.async_start()
        if self._ref is not None:
            await self._async_start(self._ref)
        self._update()

    async def _async_start(self, ref: str) -> None:
        samples = Samples(self._hass, self._entry.entry_id, ref)
        is_sampled, entity_id = await samples.async_load(), entity_of(self._hass, ref)
        if entity_id is not None:
            is_sampled = entity_id.startswith(f"{Thermometer.WEATHER}.")
        if is_sampled:
            self._samples = samples
            samples.start()
            self._undo.callback(samples.listeners.add(self._update))
        elif "recorder" in self._hass.config.components:
            await self._async_read()
            self._undo.callback(async_listen_hours(self._hass, self._on_hour))

    async def async_stop(self) -> None:
        """Hear of nothing, and keep what was sampled."""
        self._undo.close()
        self._archive.stop()
        if self._samples is not None:
            await self._samples.async_stop()

    def diagnostics(self) -> dict[str, Any]:
        """Return what a helper needs to understand a fault: not where the site is."""
        return {
            "source": self.source,
            "exists": self._ref is not None and entity_of(self._hass, self._ref) is not None,
            "known_now": self.now is not None,
            "known_days": len(self.days),
            "archive": {
                "asked": self._archive.is_asked,
                "days": len(self._archive.days),
                "failures": self._archive.failures,
            },
        }

    @callback
    def _on_hour(self, _begin: float) -> None:
        async def read() -> None:
            with contained():
                if self._hass.is_running:
                    # The recorder tells of an hour before it has committed it.
                    await async_committed(self._hass)
                await self._async_read()
                self._update()

        self._entry.async_create_background_task(self._hass, read(), "sen1 outdoor temperature")

    async def _async_read(self) -> None:
        """Bring the days to the statistics of the sensor, from the day of the last hour known."""
        assert self._ref is not None
        statistic_id = statistic_of(self._hass, self._ref)
        metadata = (await async_metadata(self._hass, [statistic_id])).get(statistic_id)
        unit = None if metadata is None else metadata["unit_of_measurement"]
        if unit not in TemperatureConverter.VALID_UNITS:
            # Of what has no statistics any more nothing is forgotten.
            return
        zone = dt_util.get_default_time_zone()
        day = dt_util.as_local(dt_util.utc_from_timestamp(self._last_hour))
        begin = dt_util.start_of_local_day(day).timestamp() if self._last_hour else 0.0
        days, self._last_hour = await get_instance(self._hass).async_add_executor_job(
            _read, self._hass, statistic_id, begin, zone
        )
        self._measured |= days

    @callback
    def _update(self) -> None:
        """Join what is known of the days that have ended, and tell if they are others."""
        today = dt_util.now().date()
        told = whole(self._told)
        self.archived = laid_on(self._archive.days, told)
        days = {**self.archived, **told}
        days = {day: days[day] for day in sorted(days) if day < today}
        if days != self.days:
            self.days = days
            self.listeners.tell()


def _read(
    hass: HomeAssistant, statistic_id: str, begin: float, zone: tzinfo
) -> tuple[dict[date, DayTemperature], float]:
    """Return the days of a statistic from a moment on, and when its last hour began."""
    rows = rows_of(hass, statistic_id, begin, None, {"min", "max"}, IN_CELSIUS)
    hours = [
        HourTemperature(row["start"], low, high)
        for row in rows
        if (low := row.get("min")) is not None and (high := row.get("max")) is not None
    ]
    return gathered(hours, zone), max((row["start"] for row in rows), default=begin)
