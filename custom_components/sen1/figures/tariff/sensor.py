"""Sensors of a home's contract: the period and the price now, energies and costs of periods.

None of the energies and amounts has a long-term statistic: the cost has one, written apart, that
the Energy dashboard takes (see `contracts`).
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import UnitOfEnergy

from ..counting.amounts import rounded, shown_kilowatt_hours
from ..counting.balance import Balance, HomeQuantity
from ..counting.calendar import CalendarPeriod
from ..counting.entity import ENERGY, ValueDescription
from .contract import TARIFF_PERIODS, Bill, Tariffs
from .spending import Spending

type BillRow = ValueDescription[Spending]


def bill_rows(
    tariffs: Tariffs, balance: Balance, names: Mapping[str, str], currency: str
) -> Iterator[BillRow]:
    """Yield what is told of the bills of a home that has a contract."""
    has_feed_in = any(tariff.feed_in for tariff in tariffs.all)
    for period in CalendarPeriod:
        yield cost_row(period, currency, balance)
        if has_feed_in:
            yield amount_row("income", period, currency, lambda bill: bill.income)
        for name in tariffs.periods():
            yield from rows_of_tariff(period, currency, name, names[name])


TARIFF_PERIOD: BillRow = ValueDescription(
    key="tariff_period",
    device_class=SensorDeviceClass.ENUM,
    options=list(TARIFF_PERIODS),
    value=lambda spending: spending.period_now(),
)
"""The tariff period in force: its key is the same as a Linky's."""


def price_row(currency: str) -> BillRow:
    """Describe what a kWh costs now, taxes included; the Energy dashboard takes it."""
    return ValueDescription(
        key="price",
        native_unit_of_measurement=f"{currency}/{UnitOfEnergy.KILO_WATT_HOUR}",
        suggested_display_precision=4,
        value=lambda spending: None if (price := spending.price_now()) is None else float(price),
    )


def bill_row(
    what: str,
    period: CalendarPeriod,
    value: Callable[[Bill], float],
    explained: Callable[[Spending], dict[str, Any]] = lambda _spending: {},
    **other: Any,
) -> BillRow:
    """Describe what a period has come to so far; its attributes say what the one before did."""
    return ValueDescription(
        **{"key": f"{what}_{period}"} | other,
        translation_key=f"{what}_{period}",
        value=lambda spending: value(spending.bill(period)),
        attributes=lambda spending: {
            **explained(spending),
            "last_period": value(spending.bill(period, last=True)),
        },
    )


def amount_row(
    what: str,
    period: CalendarPeriod,
    currency: str,
    of_bill: Callable[[Bill], Decimal],
    **other: Any,
) -> BillRow:
    """Describe an amount of money, rounded once."""
    return bill_row(
        what,
        period,
        lambda bill: rounded(of_bill(bill)),
        device_class=SensorDeviceClass.MONETARY,
        native_unit_of_measurement=currency,
        **other,
    )


def cost_row(period: CalendarPeriod, currency: str, balance: Balance) -> BillRow:
    """Describe what is to be paid, energy and subscription, and the parts of it."""

    def parts(spending: Spending) -> dict[str, Any]:
        bill, first_day = spending.bill(period), period.first_day(balance.today)
        bought_since = spending.book.first_day(HomeQuantity.BOUGHT) or first_day
        return {
            "begin": max(first_day, bought_since).isoformat(),
            "energy_cost": rounded(bill.energy_cost),
            "subscription": rounded(bill.subscription),
            "energy_without_price": shown_kilowatt_hours(bill.unpriced),
            "energy_without_period": shown_kilowatt_hours(bill.energies.get("", 0)),
            "cost_without_period": rounded(bill.costs.get("", Decimal(0))),
        }

    return amount_row("cost", period, currency, lambda bill: bill.cost, explained=parts)


def rows_of_tariff(
    period: CalendarPeriod, currency: str, tariff: str, name: str
) -> Iterator[BillRow]:
    """Yield what was bought in a tariff period, and what it costs without the subscription."""
    yield bill_row(
        "energy_of_tariff",
        period,
        lambda bill: shown_kilowatt_hours(bill.energies.get(tariff, 0)),
        lambda _spending: {"tariff": tariff},
        key=f"energy_{tariff}_{period}",
        tariff_name=name,
        suggested_display_precision=2,
        **ENERGY,
    )
    yield amount_row(
        "cost_of_tariff",
        period,
        currency,
        lambda bill: bill.costs.get(tariff, Decimal(0)),
        explained=lambda _spending: {"tariff": tariff},
        key=f"cost_{tariff}_{period}",
        tariff_name=name,
    )
