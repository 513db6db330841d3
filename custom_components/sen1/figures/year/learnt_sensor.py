"""Sensors of what a home's days taught: how much the cold explains, and what a degree-day takes."""

from typing import Any

from homeassistant.components.sensor import SensorStateClass
from homeassistant.const import PERCENTAGE, UnitOfEnergy

from ..counting.entity import ValueDescription
from .cold import DEGREE_DAYS
from .learnt import Learnt
from .model import Estimate, HomeModel, Unfit

SLOPE_DIGITS = 3
BASE_DIGITS = 2


def attributes(learnt: Learnt) -> dict[str, Any]:
    """Return what else is known of the fit, kWh a day and per degree-day; or why there is none."""
    model = learnt.model
    if isinstance(model, Unfit):
        return {"reason": model.value, "quantity": learnt.quantity.value}
    return {
        "reason": None,
        "quantity": learnt.quantity.value,
        "trust": model.trust,
        "begin": model.begin.isoformat(),
        "end": model.end.isoformat(),
        "days": model.days,
        **_shown("base", model.base_mean, BASE_DIGITS),
        **{
            f"base_{kind}": round(estimate.value, BASE_DIGITS)
            for kind, estimate in model.base.items()
        },
    }


def of_slope(learnt: Learnt) -> dict[str, Any]:
    """Return between what it lies, nineteen times of twenty."""
    model = learnt.model
    if isinstance(model, Unfit):
        return {}
    low, high = (round(each, SLOPE_DIGITS) for each in (model.slope.low, model.slope.high))
    return {"low": low, "high": high}


def _shown(name: str, estimate: Estimate, digits: int) -> dict[str, float]:
    return {
        name: round(estimate.value, digits),
        f"{name}_low": round(estimate.low, digits),
        f"{name}_high": round(estimate.high, digits),
    }


def explained(learnt: Learnt) -> int | None:
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
        value=explained,
        attributes=attributes,
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
"""What is told where anything tells how cold it is outside."""
