"""Sensors of the year: what it will come to, how cold it was, and what a home's days taught.

None of how cold it was has a statistic of its own: that of the site has each day once, at its date.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import PERCENTAGE, UnitOfEnergy

from ..const import CONF_FLOOR_AREA, CONF_HEATING
from ..counting.amounts import KWH_DIGITS, KWH_PER_SQUARE_METRE, rounded
from ..counting.calendar import ONE_DAY, CalendarPeriod, DaySpan
from ..counting.entity import ENERGY, ValueDescription, money_in
from ..meter.meters import has_gas
from ..tariff.book import end_before, year_before
from ..tariff.contract import Tariffs
from ..tariff.split import YearByTariff
from .cold import DEGREE_DAYS, Cold, ColdSum
from .energy_class import class_of
from .learnt import Learnt
from .model import HomeModel, Unfit
from .outlook import Outlook, change

CLASS_STATES = ("a", "b", "c", "d", "e", "f", "g")

HEATED_BY_ELECTRICITY = ("electric", "heat_pump")
ELECTRICITY_ONLY = "electricity_only"

SLOPE_DIGITS = 3
BASE_DIGITS = 2

type OutlookRow = ValueDescription[Outlook]


def outlook_rows(
    entry: ConfigEntry, tariffs: Tariffs, names: Mapping[str, str], currency: str
) -> Iterator[OutlookRow]:
    """Yield what can be told of a home's year."""
    money = money_in(currency)
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
    if entry.data.get(CONF_FLOOR_AREA):
        yield per_area_row(entry)
        yield class_row(entry)


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
        "last_year": None if last is None else round(last, KWH_DIGITS),
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


def per_area_row(entry: ConfigEntry) -> OutlookRow:
    """Describe the year's energy by square metre: what homes are compared by.

    It is a whole number, as BMHS told it.
    """

    def attributes(outlook: Outlook) -> dict[str, Any]:
        """Return what it counts, kWh a year, and whether that is all."""
        energies = {"electricity": outlook.energy()}
        if has_gas(entry):
            energies["gas"] = outlook.gas()
        known = {key: None if kwh is None else round(kwh) for key, kwh in energies.items()}
        return {"covers": covers(entry), **known}

    return ValueDescription(
        key="energy_per_area",
        native_unit_of_measurement=KWH_PER_SQUARE_METRE,
        state_class=SensorStateClass.MEASUREMENT,
        value=lambda outlook: outlook.per_area(),
        attributes=attributes,
    )


def class_row(entry: ConfigEntry) -> OutlookRow:
    """Describe the indicative class; two homes are alike only where it counts the same."""
    counted = covers(entry)

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


def covers(entry: ConfigEntry) -> str:
    """Return what the figures of a home count, by what it is heated with and what is known."""
    heating, with_gas = entry.data.get(CONF_HEATING), has_gas(entry)
    if heating in HEATED_BY_ELECTRICITY or (with_gas and heating == "gas"):
        return "heating_too"
    return "electricity_and_gas" if with_gas else ELECTRICITY_ONLY


# How cold it was


def yesterday(cold: Cold) -> DaySpan:
    """Return the last day that has ended."""
    return cold.today - ONE_DAY, cold.today


def season(cold: Cold) -> DaySpan:
    """Return the days of the heating season that have ended; out of it, those of the last.

    On its first day there is none yet.
    """
    begin, end = cold.season
    return begin, min(end, cold.today)


def sums_of(cold: Cold, days: DaySpan) -> ColdSum:
    """Return what days came to; none of them came to nothing, and none is unknown."""
    begin, end = days
    return cold.sums(begin, end) if begin < end else ColdSum(0.0, 1.0, 0.0)


def total(cold: Cold, days: DaySpan) -> float | None:
    """Return what days came to, °C·d."""
    return _shown(sums_of(cold, days).total)


def explained(cold: Cold, days: DaySpan) -> dict[str, Any]:
    """Return what is usual on the same days, how much of them is known, and how it is counted."""
    sums = sums_of(cold, days)
    return {
        "begin": days[0].isoformat(),
        "usual": _shown(sums.usual),
        "known": round(100 * sums.known),
        "base": cold.base,
        "method": cold.method,
    }


def of_yesterday(cold: Cold) -> Mapping[str, Any]:
    """Return what explains yesterday: its lowest and its highest temperature too, °C."""
    day = cold.outdoor.days.get(yesterday(cold)[0])
    temperatures = {} if day is None else {"low": _shown(day.low), "high": _shown(day.high)}
    return explained(cold, yesterday(cold)) | temperatures


def of_season(cold: Cold) -> Mapping[str, Any]:
    """Return what explains a season: what its days came to a year before, too."""
    begin, end = season(cold)
    return explained(cold, (begin, end)) | {
        "last_year": total(cold, (year_before(begin), end_before(end)))
    }


def _shown(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


COLD_ROWS: tuple[ValueDescription[Cold], ...] = (
    ValueDescription(
        key="degree_days_yesterday",
        native_unit_of_measurement=DEGREE_DAYS,
        value=lambda cold: total(cold, yesterday(cold)),
        attributes=of_yesterday,
    ),
    ValueDescription(
        key="degree_days_season",
        native_unit_of_measurement=DEGREE_DAYS,
        suggested_display_precision=0,
        value=lambda cold: total(cold, season(cold)),
        attributes=of_season,
    ),
)
"""What is told where anything tells how cold it is outside."""


# What days taught


def of_model(learnt: Learnt) -> dict[str, Any]:
    """Return what else is known of the fit, kWh a day and per degree-day; or why there is none."""
    model, quantity = learnt.model, learnt.quantity.value
    if isinstance(model, Unfit):
        return {"reason": model.value, "quantity": quantity}
    mean = model.base_mean
    estimates = {"base": mean.value, "base_low": mean.low, "base_high": mean.high}
    estimates |= {f"base_{kind}": estimate.value for kind, estimate in model.base.items()}
    return {
        "reason": None,
        "quantity": quantity,
        "trust": model.trust,
        "begin": model.begin.isoformat(),
        "end": model.end.isoformat(),
        "days": model.days,
        **{name: round(value, BASE_DIGITS) for name, value in estimates.items()},
    }


def of_slope(learnt: Learnt) -> dict[str, Any]:
    """Return between what it lies, nine times of ten."""
    model = learnt.model
    if isinstance(model, Unfit):
        return {}
    low, high = (round(each, SLOPE_DIGITS) for each in (model.slope.low, model.slope.high))
    return {"low": low, "high": high}


def cold_explains(learnt: Learnt) -> int | None:
    """Return how much of what differs between the days of winter the cold explains, per cent."""
    model = learnt.model
    return round(100 * model.explained) if isinstance(model, HomeModel) else None


def slope(learnt: Learnt) -> float | None:
    """Return what a degree-day takes, kWh."""
    model = learnt.model
    return round(model.slope.value, SLOPE_DIGITS) if isinstance(model, HomeModel) else None


LEARNT_ROWS: tuple[ValueDescription[Learnt], ...] = (
    ValueDescription(
        key="cold_explains",
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        value=cold_explains,
        attributes=of_model,
    ),
    ValueDescription(
        key="energy_per_degree_day",
        native_unit_of_measurement=f"{UnitOfEnergy.KILO_WATT_HOUR}/({DEGREE_DAYS})",
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=2,
        value=slope,
        attributes=of_slope,
    ),
)
"""What is told of a model of the home."""
