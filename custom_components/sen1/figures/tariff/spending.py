"""What a home pays, while its entry is loaded: contracts in, bills out."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.util import dt as dt_util

from ...alarm import Alarm
from ...const import TARIFF
from ...listeners import Listeners
from ...texts import async_texts
from ..counting.calendar import MS, Calendar, FigurePeriod
from ..counting.states import milliseconds
from .book import Book
from .clock import PeriodClock, colour_in, period_in
from .contract import TARIFF_PERIODS, WINTER, Bill, Hours, Option, Tariff, Tariffs

CONF_OPTION = "option"
CONF_BEGIN = "begin"
"""ISO 8601, the first day."""
CONF_PERIOD_SENSOR = "period_sensor"
CONF_COLOUR_SENSOR = "colour_sensor"
"""What tells the tariff period, and the Tempo colour; by their references."""
CONF_OFF_PEAK_HOURS = "off_peak_hours"
CONF_WINTER = "winter"
CONF_PRICES = "prices"
"""Tariff period → price of a kWh."""
CONF_SUBSCRIPTION = "subscription"
CONF_FEED_IN = "feed_in"


def tariffs_of(entry: ConfigEntry) -> list[Mapping[str, Any]]:
    """Return what the contracts of a home store, the oldest first."""
    contracts = (contract.data for contract in entry.get_subentries_of_type(TARIFF))
    return sorted(contracts, key=lambda data: data[CONF_BEGIN])


def tariff_from(data: Mapping[str, Any]) -> Tariff:
    """Return a contract as a subentry stores it."""
    hours = data.get(CONF_OFF_PEAK_HOURS)
    return Tariff(
        begin=date.fromisoformat(data[CONF_BEGIN]),
        option=Option(data[CONF_OPTION]),
        # Of the text, so that 0.2065 is 0.2065.
        prices={name: Decimal(str(price)) for name, price in data[CONF_PRICES].items()},
        subscription=Decimal(str(data.get(CONF_SUBSCRIPTION, 0))),
        feed_in=Decimal(str(data.get(CONF_FEED_IN, 0))),
        off_peak_hours=Hours.parse(hours) if hours else None,
        winter=frozenset(map(int, data.get(CONF_WINTER) or WINTER)),
    )


async def async_period_names(hass: HomeAssistant) -> dict[str, str]:
    """Return what tariff periods are called in the language of this Home Assistant."""
    texts = await async_texts(hass, "entity.sensor.tariff_period.state")
    return {name: texts.get(name, name) for name in TARIFF_PERIODS}


class Spending:
    """Knows the contract and the tariff period, keeps the book, tells who listens."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._stored = tariffs_of(entry)
        self.tariffs = Tariffs(map(tariff_from, self._stored))
        self.clock = PeriodClock(self.tariffs, dt_util.get_default_time_zone())
        self.book = Book(self.tariffs, dt_util.get_default_time_zone())
        self.calendar = Calendar(dt_util.get_default_time_zone(), self.clock.at)
        self._states: dict[str, str] = {}
        """By reference, what the sensors of the period and of the colour say."""
        self.listeners = Listeners[()]()
        """When the period or the price may be another."""
        self._told_period: str | None = None
        self._due = Alarm(hass, self.tell)
        """When the clock may tell another period."""

    @property
    def refs(self) -> set[str]:
        """Return the sensors that tell the period or the colour."""
        keys = (CONF_PERIOD_SENSOR, CONF_COLOUR_SENSOR)
        return {data[key] for data in self._stored for key in keys if key in data}

    @callback
    def take(self, ref: str, state: State | None, at: int) -> None:
        """Take what a sensor says from `at` on."""
        self._states[ref] = "" if state is None else state.state
        if ref == self._in_force(at).get(CONF_COLOUR_SENSOR):
            self.clock.tell_colour(colour_in(self._states[ref]), at)
        self.tell_clock(at)

    def _in_force(self, at: int) -> Mapping[str, Any]:
        number = self.tariffs.number(dt_util.as_local(dt_util.utc_from_timestamp(at / MS)).date())
        return {} if number is None else self._stored[number]

    @callback
    def tell_clock(self, at: int) -> None:
        """Let the clock know the period from `at` on; a day may be the first of a contract."""
        sensor = self._in_force(at).get(CONF_PERIOD_SENSOR, "")
        self.clock.tell_period(period_in(self._states.get(sensor, "")))
        self.calendar.forget()

    # What is told

    def bill(self, figure: FigurePeriod, *, last: bool = False) -> Bill:
        """Return what a period has come to."""
        return self.book.bill(figure.period, figure.day(dt_util.now().date()), last=last)

    def period_now(self) -> str | None:
        """Return the tariff period in force."""
        return self.clock.at(milliseconds(time.time()))[0] or None

    def price_now(self) -> Decimal | None:
        """Return what a kWh costs now."""
        tariff, period = self.tariffs.at(dt_util.now().date()), self.period_now()
        return tariff.prices.get(period) if tariff and period else None

    @callback
    def tell(self) -> None:
        """Tell who listens of another period, and be woken when the clock may tell one."""
        if not self.tariffs.all:
            return
        period, until = self.clock.at(milliseconds(time.time()))
        if period != self._told_period:
            self._told_period = period
            self.listeners.tell()
        self._due.set(until / MS)

    # Life

    @callback
    def stop(self) -> None:
        """Follow nothing."""
        self._due.set(None)

    def snapshot(self) -> dict[str, Any]:
        """Return what must survive a restart."""
        return {"clock": self.clock.snapshot(), "book": self.book.snapshot()}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take back a snapshot."""
        self.clock.restore(kept["clock"])
        self.book.restore(kept["book"])
