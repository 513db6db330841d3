"""The year to come, while the home's entry is loaded: history in, forecast and class out.

The forecast is made once a day, from all days that are known; a reading only adds to it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
import time

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import VolumeConverter

from ...history.past import async_meaning
from ...history.recorder import async_days
from ...listeners import Listeners
from ..const import (
    CONF_BOUGHT_INDEX,
    CONF_BY_HAND,
    CONF_FLOOR_AREA,
    CONF_GAS,
    CONF_GAS_COEFFICIENT,
    CONF_HEATING,
    CONF_HISTORY,
)
from ..counting.amounts import MICROJOULES_OF_KWH
from ..counting.balance import Balance, HomeQuantity
from ..counting.calendar import MS, Calendar, CalendarPeriod
from ..counting.sources import entities_of, statistic_of
from ..meter.meters import Meters
from ..tariff.contract import Bill
from ..tariff.spending import Spending
from ..tariff.split import Projection, YearByTariff
from .energy_class import per_area
from .forecast import Forecast, forecast, mended, total_of_year

YEARS_READ = 3
"""Of history: older habits say little."""


class Outlook:
    """Knows the days of a home, and what they say of its year."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        balance: Balance,
        spending: Spending,
        meters: Meters,
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._balance = balance
        self._spending = spending
        self._meters = meters
        self._calendar = Calendar(dt_util.get_default_time_zone())
        self._recorded: dict[date, float] = {}
        """What the recorder's statistics know, kWh."""
        self.days: dict[date, float] = {}
        """All whole days that are known, kWh."""
        self._gas_days: dict[date, float] = {}
        """What is known of the gas, kWh."""
        self.forecast: Forecast | None = None
        self._gas: Forecast | None = None
        self.last_year: float | None = None
        """kWh."""
        self._outside: dict[date, float] = {}
        """First day of each month → kWh that no contract's bill tells."""
        self._projection: Projection | None = None
        self.of_last_year: YearByTariff | None = None
        """By tariff period, if nearly all of it is known."""
        self.listeners = Listeners[()]()
        """When the forecast was made anew."""

    async def async_refresh(self) -> None:
        """Read the recorder's history, and make the forecast of the day."""
        begin = dt_util.start_of_local_day(date(dt_util.now().year - YEARS_READ, 1, 1)).timestamp()
        data = self._entry.data
        recorded: dict[date, float] = {}
        history = data.get(CONF_HISTORY)
        imported = [statistic_of(self._hass, history)] if history else []
        indexes = list(entities_of(self._hass, data.get(CONF_BOUGHT_INDEX, ())))
        read = self._meters.bought() if data.get(CONF_BY_HAND) else []
        for series in (imported, read, indexes):
            # Of a series that several registers make up, only days that all of them know.
            known = [await async_days(self._hass, one, begin, "kWh") for one in series]
            for day in set.intersection(*map(set, known)) if known else ():
                recorded[day] = sum(of_one[day] for of_one in known)
        self._recorded = mended(recorded)
        self._gas_days = mended(await self._async_gas(begin))
        self.update()

    async def _async_gas(self, begin: float) -> dict[date, float]:
        """Return the kWh of gas of each day that is known."""
        ref: str | None = self._entry.data.get(CONF_GAS)
        if not ref or "recorder" not in self._hass.config.components:
            return {}
        gas = statistic_of(self._hass, ref)
        meaning = await async_meaning(self._hass, gas)
        if meaning is None:
            return {}
        is_volume = meaning.unit in VolumeConverter.VALID_UNITS
        factor = self._entry.data[CONF_GAS_COEFFICIENT] if is_volume else 1
        days = await async_days(self._hass, gas, begin, "kWh")
        return {day: amount * factor for day, amount in days.items()}

    @callback
    def update(self) -> None:
        """Make the forecast of the day, from what is known now."""
        today = self._balance.today
        own = self._spending.ledger.daily()
        self.days = self._recorded | own
        heating = self._entry.data.get(CONF_HEATING)
        self.forecast = forecast(self.days, today, heating)
        # Gas that heats is as uneven as the electricity that does.
        gas_heats = "electric" if heating == "gas" else None
        self._gas = forecast(self._gas_days, today, gas_heats)
        self.last_year = total_of_year(self.days, today.year - 1)
        self._outside = dict(self.forecast.others) if self.forecast else {}
        for month, energy in self._not_billed(today.year, today).items():
            self._outside[month] = self._outside.get(month, 0.0) + energy
        self._outside.setdefault(today.replace(day=1), 0.0)
        self._projection = self._project(CalendarPeriod.YEAR.first_day(today), self._outside)
        self.of_last_year = self._of_last_year(today)
        self.listeners.tell()

    def _not_billed(self, year: int, today: date) -> dict[date, float]:
        """Return what is known of a year's whole days that no bill tells, by month."""
        tariffs, since = self._spending.tariffs, self._spending.ledger.first_day
        months: dict[date, float] = {}
        for day, energy in self.days.items():
            is_billed = since is not None and day >= since and tariffs.at(day) is not None
            if day.year == year and day < today and not is_billed:
                month = day.replace(day=1)
                months[month] = months.get(month, 0.0) + energy
        return months

    def _project(self, begin: date, months: Iterable[date]) -> Projection | None:
        tariffs, ledger = self._spending.tariffs, self._spending.ledger
        return Projection(tariffs, ledger.book, begin, months) if tariffs.all else None

    def _of_last_year(self, today: date) -> YearByTariff | None:
        """Return last year by tariff period: as counted, else shared by what is known now."""
        if self.last_year is None:
            return None
        begin = date(today.year - 1, 1, 1)
        bill = self._spending.ledger.bill(CalendarPeriod.YEAR, today, last=True)
        months = self._not_billed(begin.year, today)
        if months:
            months = _scaled(months, max(self.last_year - _billed(bill), 0.0))
        projection = self._project(begin, months)
        return None if projection is None else projection.year(bill, months)

    # What is told

    def energy(self) -> float | None:
        """Return what the year will come to, kWh; None while too little is known."""
        if self.forecast is None:
            return None
        begin = self._calendar.begin(self._balance.today)
        end = self._calendar.begin(self._balance.today + timedelta(days=1))
        elapsed = min(max((time.time() * MS - begin) / (end - begin), 0.0), 1.0)
        today = self._balance.sums(CalendarPeriod.DAY).of(HomeQuantity.BOUGHT) / MICROJOULES_OF_KWH
        return self.forecast.total(today, elapsed)

    def year(self) -> YearByTariff | None:
        """Return what the year will come to by tariff period; None without a contract."""
        total = self.energy()
        if total is None or self._projection is None:
            return None
        bill = self._spending.bill(CalendarPeriod.YEAR)
        outside = _scaled(self._outside, max(total - _billed(bill), 0.0))
        return self._projection.year(bill, outside)

    def gas(self) -> float | None:
        """Return what the year's gas will come to, kWh; None while too little is known."""
        return None if self._gas is None else self._gas.total(self._gas.today, 1)

    def per_area(self) -> int | None:
        """Return the year's kWh by square metre; None while one of them is not known."""
        energies, floor_area = [self.energy()], self._entry.data.get(CONF_FLOOR_AREA)
        if self._entry.data.get(CONF_GAS):
            energies.append(self.gas())
        known = [energy for energy in energies if energy is not None]
        if len(known) < len(energies) or not floor_area:
            return None
        return per_area(sum(known), floor_area)


def _billed(bill: Bill) -> float:
    """Return the kWh that a bill has a price for."""
    return sum(bill.energies.values()) / MICROJOULES_OF_KWH


def _scaled(months: Mapping[date, float], total: float) -> dict[date, float]:
    """Return months in the same proportion that come to a total; all in the first if they are 0."""
    known = sum(months.values())
    if known > 0:
        return {month: part * total / known for month, part in months.items()}
    return dict.fromkeys(list(months)[:1], total)


def change(now: float, before: float) -> float | None:
    """Return by how many per cent a year differs from the one before."""
    return round(100 * (now - before) / before, 1) if before > 0 else None
