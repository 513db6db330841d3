"""What the energy of an imported series costs, at a price that is the same at all times.

Home Assistant computes costs of its own entities only. Beside a statistic of ours it takes one of
amounts, which is made here. Contracts with periods and dates are the Home entry's, for one's own
meter.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from homeassistant.util.unit_conversion import EnergyConverter

from .points import Aggregation, Hour
from .statistics import Statistic


@dataclass(frozen=True, slots=True)
class Price:
    """What a kWh costs, or is sold for."""

    per_kwh: float
    currency: str


def cost_of(statistic: Statistic, price: Price | None) -> Statistic | None:
    """Return the statistic of amounts beside one of energy; None beside any other, or unpriced."""
    is_sum = statistic.aggregation is Aggregation.SUM
    if price is None or not is_sum or statistic.unit not in EnergyConverter.VALID_UNITS:
        return None
    return Statistic(
        f"{statistic.statistic_id}_cost",
        f"{statistic.name} ({price.currency})",
        price.currency,
        Aggregation.SUM,
    )


def amounts(hours: Iterable[Hour], unit: str | None, price: Price) -> list[Hour]:
    """Return what the energy of each hour, in `unit`, costs."""
    per_unit = EnergyConverter.converter_factory(unit, "kWh")(1.0) * price.per_kwh
    return [replace(hour, total=hour.total * per_unit) for hour in hours]
