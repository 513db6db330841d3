"""Sensors of the year to come: its energy and cost, how they change, the indicative class."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass

from ..const import CONF_FLOOR_AREA, CONF_GAS, CONF_HEATING
from ..counting.amounts import KWH_DIGITS, KWH_PER_SQUARE_METRE, rounded
from ..counting.calendar import CalendarPeriod
from ..counting.entity import ENERGY, ValueDescription
from ..tariff.contract import Tariffs
from ..tariff.split import YearByTariff
from .energy_class import class_of
from .outlook import Outlook, change

CLASS_STATES = ("a", "b", "c", "d", "e", "f", "g")

HEATED_BY_ELECTRICITY = ("electric", "heat_pump")
ELECTRICITY_ONLY = "electricity_only"

type OutlookRow = ValueDescription[Outlook]


def outlook_rows(
    data: Mapping[str, Any], tariffs: Tariffs, names: Mapping[str, str], currency: str
) -> Iterator[OutlookRow]:
    """Yield what can be told of a home's year."""
    money: dict[str, Any] = {
        "device_class": SensorDeviceClass.MONETARY,
        "native_unit_of_measurement": currency,
    }
    yield FORECAST
    if tariffs.all:
        yield year_row(
            "forecast_cost",
            "forecast_cost",
            lambda year: year.cost,
            rounded,
            explained=lambda year: {"subscription": rounded(year.subscription)},
            **money,
        )
    for tariff in tariffs.periods():
        yield from rows_of_tariff(tariff, names[tariff], money)
    if data.get(CONF_FLOOR_AREA):
        yield per_area_row(data)
        yield class_row(data)


def rows_of_tariff(tariff: str, tariff_name: str, money: Mapping[str, Any]) -> Iterator[OutlookRow]:
    """Yield what will have been bought in a tariff period, and what that will have cost."""
    yield year_row(
        f"forecast_energy_{tariff}",
        "forecast_energy_of_tariff",
        lambda year: year.energies.get(tariff, 0.0),
        # Whole kWh of the periods would not add up to those of the year.
        lambda energy: round(energy, KWH_DIGITS),
        tariff,
        tariff_name=tariff_name,
        suggested_display_precision=0,
        **ENERGY,
    )
    yield year_row(
        f"forecast_cost_{tariff}",
        "forecast_cost_of_tariff",
        lambda year: year.costs.get(tariff, Decimal(0)),
        rounded,
        tariff,
        tariff_name=tariff_name,
        **money,
    )


def year_row[Amount: (float, Decimal)](
    key: str,
    translation_key: str,
    of_year: Callable[[YearByTariff], Amount],
    shown: Callable[[Amount], float],
    tariff: str | None = None,
    explained: Callable[[YearByTariff], Mapping[str, Any]] = lambda _year: {},
    **other: Any,
) -> OutlookRow:
    """Describe a part of the year by contract; its attributes say what it was last year."""
    always: dict[str, Any] = {} if tariff is None else {"tariff": tariff}

    def value(outlook: Outlook) -> float | None:
        year = outlook.year()
        return None if year is None else shown(of_year(year))

    def attributes(outlook: Outlook) -> dict[str, Any]:
        year, last = outlook.year(), outlook.of_last_year
        if year is None:
            return always
        told = {**always, **explained(year)}
        if last is not None:
            now, before = of_year(year), of_year(last)
            told |= {"last_year": shown(before), "change": change(float(now), float(before))}
        return told

    return ValueDescription(
        key=key, translation_key=translation_key, value=value, attributes=attributes, **other
    )


def how_sure(outlook: Outlook) -> dict[str, Any]:
    """Return how sure the forecast is, from how many days of the year, and what last year was."""
    total, made = outlook.energy(), outlook.forecast
    if total is None or made is None:
        return {}
    last = outlook.last_year
    return {
        "low": round(max(total - made.margin, made.measured)),
        "high": round(total + made.margin),
        "so_far": round(outlook.bought(CalendarPeriod.YEAR), 4),
        "measured": round(made.measured),
        "measured_days": made.measured_days,
        "last_year": None if last is None else round(last),
        "change": None if last is None else change(total, last),
    }


FORECAST: OutlookRow = ValueDescription(
    key="forecast_energy",
    suggested_display_precision=0,
    value=lambda outlook: None if (total := outlook.energy()) is None else round(total),
    attributes=how_sure,
    **ENERGY,
)
"""What will have been bought by the end of the year."""


def per_area_row(data: Mapping[str, Any]) -> OutlookRow:
    """Describe the year's energy by square metre: what homes are compared by.

    It is a whole number, as BMHS told it.
    """

    def attributes(outlook: Outlook) -> dict[str, Any]:
        """Return what it counts, kWh a year, and whether that is all."""
        energies = {"electricity": outlook.energy()}
        if data.get(CONF_GAS):
            energies["gas"] = outlook.gas()
        known = {key: None if kwh is None else round(kwh) for key, kwh in energies.items()}
        return {"covers": covers(data), **known}

    return ValueDescription(
        key="energy_per_area",
        native_unit_of_measurement=KWH_PER_SQUARE_METRE,
        state_class=SensorStateClass.MEASUREMENT,
        value=lambda outlook: outlook.per_area(),
        attributes=attributes,
    )


def class_row(data: Mapping[str, Any]) -> OutlookRow:
    """Describe the indicative class; two homes are alike only where it counts the same."""
    counted = covers(data)

    def letter(outlook: Outlook) -> str | None:
        per_area = outlook.per_area()
        return None if per_area is None else class_of(per_area).lower()

    return ValueDescription(
        key="energy_class",
        translation_key=(
            "energy_class_of_electricity" if counted == ELECTRICITY_ONLY else "energy_class"
        ),
        device_class=SensorDeviceClass.ENUM,
        options=list(CLASS_STATES),
        value=letter,
        attributes=lambda _outlook: {"covers": counted, "indicative": True},
    )


def covers(data: Mapping[str, Any]) -> str:
    """Return what the figures of a home count, by what its entry stores."""
    heating = data.get(CONF_HEATING)
    if heating in HEATED_BY_ELECTRICITY or (data.get(CONF_GAS) and heating == "gas"):
        return "heating_too"
    return "electricity_and_gas" if data.get(CONF_GAS) else ELECTRICITY_ONLY
