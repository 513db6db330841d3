"""The year to come, while the home's entry is loaded: history in, forecast and class out.

The forecast is made once a day, from all days that are known; a reading only adds to it.
"""

from collections.abc import Iterable, Mapping
from datetime import date
import time

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ...listeners import Listeners
from ..const import CONF_FLOOR_AREA, CONF_HEATING
from ..counting.amounts import MICROJOULES_OF_KWH
from ..counting.balance import Balance, HomeQuantity
from ..counting.calendar import HOUR_MS, MS, Calendar, CalendarPeriod
from ..meter.meters import has_gas
from ..tariff.contract import Bill
from ..tariff.spending import Spending
from ..tariff.split import Projection, YearByTariff
from ..tariff.tally import Commodity, SiteQuantity
from .cold import Cold
from .energy_class import per_area
from .forecast import Forecast, Weather, forecast, mended, total_of_year

YEARS_READ = 3
"""Of history: older habits say little."""


class Outlook:
    """Knows the days of a home, and what they say of its year."""

    def __init__(
        self, entry: ConfigEntry, balance: Balance, spending: Spending, cold: Cold
    ) -> None:
        self._entry = entry
        self._cold = cold
        self._balance = balance
        self._spending = spending
        self._calendar = Calendar(dt_util.get_default_time_zone())
        self.days: dict[date, float] = {}
        """All whole days that are known, kWh."""
        self.forecast: Forecast | None = None
        self._gas: Forecast | None = None
        self._made_of: object = None
        """What both were made of."""
        self.last_year: float | None = None
        """kWh."""
        self._outside: dict[date, float] = {}
        """First day of each month → kWh that no contract's bill tells."""
        self._projection: Projection | None = None
        self.of_last_year: YearByTariff | None = None
        """By tariff period, if nearly all of it is known."""
        self.listeners = Listeners[()]()
        """When the forecast was made anew."""

    @callback
    def update(self) -> None:
        """Make the forecast of the day, from what is known now."""
        today = self._balance.today
        self.days = self._whole_days(HomeQuantity.BOUGHT, today)
        gas_days = self._whole_days(Commodity.GAS, today)
        heating, usual = self._entry.data.get(CONF_HEATING), self._cold.usual
        weather = None if usual is None else Weather(self._cold.days, usual.of)
        made_of = today, self.days, gas_days, heating, weather
        # When it was used within its days says nothing of the year.
        if made_of != self._made_of:
            self._made_of = made_of
            self.forecast = forecast(self.days, today, heating, weather)
            self._gas = forecast(gas_days, today, heating_by_gas(heating), weather)
        self.last_year = self._last_year(today)
        self._outside = dict(self.forecast.others) if self.forecast else {}
        for month, energy in self._untold(today.year).items():
            self._outside[month] = self._outside.get(month, 0.0) + energy
        self._outside.setdefault(today.replace(day=1), 0.0)
        self._projection = self._project(CalendarPeriod.YEAR.first_day(today), self._outside)
        self.of_last_year = self._of_last_year(today)
        self.listeners.tell()

    def _last_year(self, today: date) -> float | None:
        """Return what last year came to, kWh: as counted if all but two days are known."""
        begin, end = (date(today.year - n, 1, 1) for n in (1, 0))
        last = self._spending.book.tally(begin, end)
        length = self._calendar.begin(end) - self._calendar.begin(begin)
        if last.known.get(HomeQuantity.BOUGHT, 0) > length - 48 * HOUR_MS:
            return last.of(HomeQuantity.BOUGHT) / MICROJOULES_OF_KWH
        return total_of_year(self.days, today.year - 1)

    def _whole_days(self, quantity: SiteQuantity, today: date) -> dict[date, float]:
        """Return what each whole day of the last years came to, kWh."""
        since = date(today.year - YEARS_READ, 1, 1)
        days = self._spending.book.whole_days(quantity)
        return mended({d: e / MICROJOULES_OF_KWH for d, e in days if since <= d < today})

    def _untold(self, year: int) -> dict[date, float]:
        """Return what is known of a year's whole days but not in which tariff period, by month."""
        months: dict[date, float] = {}
        for day in self.days:
            if day.year == year:
                parts = self._spending.book.day(day).amounts.items()
                untold = sum(
                    amount
                    for (quantity, number, name), amount in parts
                    if quantity is HomeQuantity.BOUGHT and (number is None or not name)
                )
                month = day.replace(day=1)
                months[month] = months.get(month, 0.0) + untold / MICROJOULES_OF_KWH
        return {month: energy for month, energy in months.items() if energy}

    def _project(self, begin: date, months: Iterable[date]) -> Projection | None:
        tariffs, book = self._spending.tariffs, self._spending.book
        if not tariffs.all:
            return None
        return Projection(tariffs, book.bought_by_period(), begin, months)

    def _of_last_year(self, today: date) -> YearByTariff | None:
        """Return last year by tariff period: as counted, else shared by what is known now."""
        if self.last_year is None:
            return None
        begin = date(today.year - 1, 1, 1)
        bill = _told(self._spending.book.bill(CalendarPeriod.YEAR, today, last=True))
        months = self._untold(begin.year)
        if months:
            months = _scaled(months, max(self.last_year - _billed(bill), 0.0))
        projection = self._project(begin, months)
        return None if projection is None else projection.year(bill, months)

    # What is told

    def energy(self) -> float | None:
        """Return what the year will come to, kWh; None while too little is known."""
        if self.forecast is None:
            return None
        today = self._balance.today
        # Of a day that is told when it is over, all is still to come.
        known = self._spending.book.day(today).known.get(HomeQuantity.BOUGHT, 0)
        passed = time.time() * MS - self._calendar.begin(today) if known else 0
        elapsed = min(max(passed / self._calendar.length(today), 0.0), 1.0)
        return self.forecast.total(self.bought(CalendarPeriod.DAY), elapsed)

    def bought(self, period: CalendarPeriod) -> float:
        """Return what was bought in the period that goes on, kWh."""
        sums = self._spending.book.sums(period, self._balance.today)
        return sums.of(HomeQuantity.BOUGHT) / MICROJOULES_OF_KWH

    def year(self) -> YearByTariff | None:
        """Return what the year will come to by tariff period; None without a contract."""
        total = self.energy()
        if total is None or self._projection is None:
            return None
        bill = _told(self._spending.book.bill(CalendarPeriod.YEAR, self._balance.today))
        outside = _scaled(self._outside, max(total - _billed(bill), 0.0))
        return self._projection.year(bill, outside)

    def gas(self) -> float | None:
        """Return what the year's gas will come to, kWh; None while too little is known."""
        return None if self._gas is None else self._gas.total(self._gas.today, 1)

    def per_area(self) -> int | None:
        """Return the year's kWh by square metre; None while one of them is not known."""
        energies, floor_area = [self.energy()], self._entry.data.get(CONF_FLOOR_AREA)
        if has_gas(self._entry):
            energies.append(self.gas())
        known = [energy for energy in energies if energy is not None]
        if len(known) < len(energies) or not floor_area:
            return None
        return per_area(sum(known), floor_area)


def heating_by_gas(heating: str | None) -> str | None:
    """Return what heats, as the days of gas show it."""
    # Gas that heats is as uneven as the electricity that does.
    return "electric" if heating == "gas" else None


def _told(bill: Bill) -> Bill:
    """Return of a bill what is known by tariff period."""
    parts = [name for name in bill.energies if name]
    return Bill({n: bill.energies[n] for n in parts}, {n: bill.costs[n] for n in parts})


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
