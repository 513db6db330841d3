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
from ..counting.calendar import FigurePeriod
from ..counting.entity import ENERGY, ValueDescription, money_in
from .book import has_whole_days, is_told
from .contract import TARIFF_PERIODS, Bill, Tariffs
from .spending import Spending

type BillRow = ValueDescription[Spending]


def bill_rows(
    tariffs: Tariffs, balance: Balance, names: Mapping[str, str], currency: str
) -> Iterator[BillRow]:
    """Yield what is told of the bills of a home that has a contract."""
    has_feed_in = any(tariff.feed_in for tariff in tariffs.all)
    bought, sold, money = HomeQuantity.BOUGHT, HomeQuantity.SOLD, money_in(currency)
    for figure in FigurePeriod:
        if bought in balance.known and figure.suits(is_live=balance.is_live(bought)):
            yield cost_row(figure, balance, money)
            for name in tariffs.periods():
                yield from rows_of_tariff(figure, balance, name, names[name], money)
        is_sold = sold in balance.known and figure.suits(is_live=balance.is_live(sold))
        if has_feed_in and is_sold:
            yield bill_row(
                "income", figure, balance, lambda bill: rounded(bill.income), sold, **money
            )


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
    figure: FigurePeriod,
    balance: Balance,
    value: Callable[[Bill], float],
    quantity: HomeQuantity = HomeQuantity.BOUGHT,
    explained: Callable[[Spending], dict[str, Any]] = lambda _spending: {},
    **other: Any,
) -> BillRow:
    """Describe what a period has come to so far; its attributes say what the one before did.

    Where nothing is known of the quantity it is of, it tells nothing.
    """

    def of(spending: Spending, *, last: bool = False) -> float | None:
        if not is_told(spending.book, balance, quantity, figure, last=last):
            return None
        return value(spending.bill(figure, last=last))

    def attributes(spending: Spending) -> dict[str, Any]:
        told = {} if of(spending) is None else explained(spending)
        return {**told, "last_period": of(spending, last=True)}

    return ValueDescription(
        **{"key": f"{what}_{figure}"} | other,
        translation_key=f"{what}_{figure}",
        value=of,
        attributes=attributes,
    )


def cost_row(figure: FigurePeriod, balance: Balance, money: Mapping[str, Any]) -> BillRow:
    """Describe what is to be paid, energy and subscription, and the parts of it."""

    def parts(spending: Spending) -> dict[str, Any]:
        bill = spending.bill(figure)
        cost = bill.energy_cost
        first_day = figure.period.first_day(figure.day(balance.today))
        bought_since = spending.book.first_day(HomeQuantity.BOUGHT) or first_day
        return {
            "begin": max(first_day, bought_since).isoformat(),
            **({} if cost is None else {"energy_cost": rounded(cost)}),
            "subscription": rounded(bill.subscription),
            "energy_without_price": shown_kilowatt_hours(bill.unpriced),
            "energy_without_period": shown_kilowatt_hours(bill.energies.get("", 0)),
            "has_whole_days": bool(spending.tariffs.periods())
            and has_whole_days(spending.book.period(figure.period, first_day)),
            "cost_without_period": rounded(bill.costs.get("", Decimal(0))),
        }

    return bill_row(
        "cost", figure, balance, lambda bill: rounded(bill.cost), explained=parts, **money
    )


def rows_of_tariff(
    figure: FigurePeriod, balance: Balance, tariff: str, name: str, money: Mapping[str, Any]
) -> Iterator[BillRow]:
    """Yield what was bought in a tariff period, and what it costs without the subscription."""
    yield bill_row(
        "energy_of_tariff",
        figure,
        balance,
        lambda bill: shown_kilowatt_hours(bill.energies.get(tariff, 0)),
        explained=lambda _spending: {"tariff": tariff},
        key=f"energy_{tariff}_{figure}",
        tariff_name=name,
        suggested_display_precision=2,
        **ENERGY,
    )
    yield bill_row(
        "cost_of_tariff",
        figure,
        balance,
        lambda bill: rounded(bill.costs.get(tariff, Decimal(0))),
        explained=lambda _spending: {"tariff": tariff},
        key=f"cost_{tariff}_{figure}",
        tariff_name=name,
        **money,
    )
