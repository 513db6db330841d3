"""Sensors of a home's contract: the period and the price now, energies and costs of periods.

None of the energies and amounts has a long-term statistic: the cost has one, written apart, that
the Energy dashboard takes (see `spending`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import UnitOfEnergy

from ..counting.balance import Balance
from ..counting.calendar import Period
from ..counting.entity import HomeEntity, Listen
from .contract import MICROJOULES_OF_KWH, TARIFF_PERIODS, rounded
from .contracts import COST_STATISTIC, Spending

TENTH_OF_MILLI = Decimal("0.0001")

COST_KEYS = {Period.DAY: "cost_day", Period.MONTH: "cost_month", Period.YEAR: "cost_year"}
INCOME_KEYS = {Period.DAY: "income_day", Period.MONTH: "income_month", Period.YEAR: "income_year"}
ENERGY_OF_PERIOD_KEYS = {
    Period.DAY: "energy_of_tariff_day",
    Period.MONTH: "energy_of_tariff_month",
    Period.YEAR: "energy_of_tariff_year",
}
COST_OF_PERIOD_KEYS = {
    Period.DAY: "cost_of_tariff_day",
    Period.MONTH: "cost_of_tariff_month",
    Period.YEAR: "cost_of_tariff_year",
}


def tariff_sensors(
    entry: ConfigEntry,
    spending: Spending,
    balance: Balance,
    energies: Listen,
    names: Mapping[str, str],
) -> Iterator[HomeEntity]:
    """Yield the sensors of a home that has a contract, written when `energies` says so."""
    tariffs = spending.tariffs
    if not tariffs.all:
        return
    yield TariffPeriodSensor(entry, spending)
    yield PriceSensor(entry, spending)
    has_feed_in = any(tariff.feed_in for tariff in tariffs.all)
    periods = tariffs.periods()
    for period in Period:
        yield CostSensor(entry, spending, energies, period, balance)
        if has_feed_in:
            yield IncomeSensor(entry, spending, energies, period)
        # With one price, all that is bought is in it.
        for name in periods if len(periods) > 1 else ():
            yield TariffEnergySensor(entry, spending, energies, period, name, names[name])
            yield TariffCostSensor(entry, spending, energies, period, name, names[name])


class TariffPeriodSensor(HomeEntity, SensorEntity):
    """The tariff period in force."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_translation_key = "tariff_period"

    def __init__(self, entry: ConfigEntry, spending: Spending) -> None:
        super().__init__(entry, "tariff_period", spending.listeners.add)
        self._spending = spending
        self._attr_options = list(TARIFF_PERIODS)

    @property
    def native_value(self) -> str | None:
        """Return its key, the same as a Linky's."""
        return self._spending.period_now()


class PriceSensor(HomeEntity, SensorEntity):
    """What a kWh costs now, taxes included; the Energy dashboard takes it for a live meter."""

    _attr_translation_key = "price"

    def __init__(self, entry: ConfigEntry, spending: Spending) -> None:
        super().__init__(entry, "price", spending.listeners.add)
        self._spending = spending
        self._attr_suggested_display_precision = 4

    async def async_added_to_hass(self) -> None:
        """Take the currency, and follow the period."""
        currency = self.hass.config.currency
        self._attr_native_unit_of_measurement = f"{currency}/{UnitOfEnergy.KILO_WATT_HOUR}"
        await super().async_added_to_hass()

    @property
    def native_value(self) -> float | None:
        """Return the price."""
        price = self._spending.price_now()
        return None if price is None else float(price)


class _OfPeriod(HomeEntity, SensorEntity):
    """What a day, month or year has come to so far."""

    def __init__(
        self, entry: ConfigEntry, spending: Spending, energies: Listen, period: Period, key: str
    ) -> None:
        super().__init__(entry, key, energies)
        self._spending = spending
        self._period = period


class _Amount(_OfPeriod):
    """An amount of money."""

    _attr_device_class = SensorDeviceClass.MONETARY

    async def async_added_to_hass(self) -> None:
        """Take the currency, and follow the energies."""
        self._attr_native_unit_of_measurement = self.hass.config.currency
        await super().async_added_to_hass()


class CostSensor(_Amount):
    """What is to be paid: energy and subscription."""

    def __init__(
        self,
        entry: ConfigEntry,
        spending: Spending,
        energies: Listen,
        period: Period,
        balance: Balance,
    ) -> None:
        super().__init__(entry, spending, energies, period, COST_KEYS[period])
        self._balance = balance
        self._attr_translation_key = COST_KEYS[period]

    @property
    def native_value(self) -> float:
        """Return the amount, rounded once."""
        return rounded(self._spending.bill(self._period).cost)

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return the parts of the amount, and what the period before came to."""
        bill, first_day = self._spending.bill(self._period), self._balance.begin(self._period)
        since = self._spending.ledger.first_day or first_day
        return {
            "begin": max(first_day, since).isoformat(),
            "energy_cost": rounded(bill.energy_cost),
            "subscription": rounded(bill.subscription),
            "energy_without_price": kilowatt_hours(bill.unpriced),
            "last_period": rounded(self._spending.bill(self._period, last=True).cost),
            "statistic": COST_STATISTIC,
        }


class IncomeSensor(_Amount):
    """What the energy that was sent out brought in."""

    def __init__(
        self, entry: ConfigEntry, spending: Spending, energies: Listen, period: Period
    ) -> None:
        super().__init__(entry, spending, energies, period, INCOME_KEYS[period])
        self._attr_translation_key = INCOME_KEYS[period]

    @property
    def native_value(self) -> float:
        """Return the amount, rounded once."""
        return rounded(self._spending.bill(self._period).income)

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return what the period before came to."""
        last = self._spending.bill(self._period, last=True)
        return {"last_period": rounded(last.income)}


class TariffEnergySensor(_OfPeriod):
    """The energy bought in one tariff period."""

    _attr_device_class = SensorDeviceClass.ENERGY
    _attr_native_unit_of_measurement = UnitOfEnergy.KILO_WATT_HOUR

    def __init__(
        self,
        entry: ConfigEntry,
        spending: Spending,
        energies: Listen,
        period: Period,
        tariff: str,
        name: str,
    ) -> None:
        super().__init__(entry, spending, energies, period, f"energy_{tariff}_{period}")
        self._tariff = tariff
        self._attr_translation_key = ENERGY_OF_PERIOD_KEYS[period]
        self._attr_translation_placeholders = {"tariff": name}
        self._attr_suggested_display_precision = 2

    @property
    def native_value(self) -> float:
        """Return kWh."""
        bill = self._spending.bill(self._period)
        return kilowatt_hours(bill.energies.get(self._tariff, 0))

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return the tariff period, and what the period before came to."""
        last = self._spending.bill(self._period, last=True)
        return {
            "tariff": self._tariff,
            "last_period": kilowatt_hours(last.energies.get(self._tariff, 0)),
        }


class TariffCostSensor(_Amount):
    """What the energy of one tariff period costs, without the subscription."""

    def __init__(
        self,
        entry: ConfigEntry,
        spending: Spending,
        energies: Listen,
        period: Period,
        tariff: str,
        name: str,
    ) -> None:
        super().__init__(entry, spending, energies, period, f"cost_{tariff}_{period}")
        self._tariff = tariff
        self._attr_translation_key = COST_OF_PERIOD_KEYS[period]
        self._attr_translation_placeholders = {"tariff": name}

    @property
    def native_value(self) -> float:
        """Return the amount, rounded once."""
        bill = self._spending.bill(self._period)
        return rounded(bill.costs.get(self._tariff, Decimal(0)))

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return the tariff period, and what the period before came to."""
        last = self._spending.bill(self._period, last=True)
        return {
            "tariff": self._tariff,
            "last_period": rounded(last.costs.get(self._tariff, Decimal(0))),
        }


def kilowatt_hours(microjoules: int) -> float:
    """Return an energy to a tenth of a watt-hour."""
    return rounded(Decimal(microjoules) / MICROJOULES_OF_KWH, TENTH_OF_MILLI)
