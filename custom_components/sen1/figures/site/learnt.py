"""What a site learnt from its own days, and its months in a usual weather: what may be asked."""

from dataclasses import asdict
from datetime import date
from typing import Any

from ..counting.local_days import begin_ms
from ..outdoor.days import ENOUGH
from ..year.cold import Cold
from ..year.learnt import Learnt
from ..year.model import HomeModel, Unfit, corrected
from .cold import steps_of
from .energies import StepLength
from .site import Home


def model_told(learnt: Learnt, days: tuple[date, date] | None = None) -> dict[str, Any]:
    """Return the model of days of [begin, end), or the newest: kWh a day and per degree-day."""
    model = learnt.model if days is None else learnt.of(*days)
    told: dict[str, Any] = {"quantity": learnt.quantity.value}
    if isinstance(model, Unfit):
        none = ("begin", "end", "days", "base", "base_mean", "slope", "explained", "trust")
        return {"state": "unfit", "reason": model.value, **told, **dict.fromkeys(none)}
    return {
        "state": "fitted",
        "reason": None,
        **told,
        "begin": model.begin.isoformat(),
        "end": model.end.isoformat(),
        "days": model.days,
        "base": {kind.value: asdict(estimate) for kind, estimate in model.base.items()},
        "base_mean": asdict(model.base_mean),
        "slope": asdict(model.slope),
        "explained": model.explained,
        "trust": model.trust,
    }


def corrected_told(home: Home, begin: date, end: date) -> dict[str, Any]:
    """Return the months of [begin, end), kWh, and what they would have been in a usual weather.

    They are corrected by what a degree-day takes in these days; where these do not tell it, in the
    newest twelve months that do. Both totals are of the same months: of those that have ended, and
    that could be corrected where any could.
    """
    learnt, cold = home.learnt, home.cold
    model = learnt.of(begin, end)
    if isinstance(model, Unfit):
        model = learnt.model
    slope = model.slope.value if isinstance(model, HomeModel) else None
    lacking = "no_usual" if cold.usual is None else None
    steps = list(steps_of(begin, end, StepLength.MONTH))
    measured = [_measured(learnt, first, min(after, cold.today)) for first, after in steps]
    others = [
        None if slope is None or after > cold.today else _corrected(learnt, cold, *days, slope)
        for days in steps
        for after in days[1:]
    ]
    ended = [days for days in steps if days[1] <= cold.today]
    counted = [n for n, other in enumerate(others) if other is not None] or range(len(ended))
    values = [value for n in counted if (value := measured[n][0]) is not None]
    corrected_values = [other for other in others if other is not None]
    return {
        "begins": [begin_ms(first) for first, _ in steps],
        "end": begin_ms(end),
        "quantity": learnt.quantity.value,
        "values": [value for value, _ in measured],
        "corrected": others,
        "known": [part for _, part in measured],
        "slope": slope,
        "reason": model.value if isinstance(model, Unfit) else lacking,
        "total": sum(values) if values else None,
        "corrected_total": sum(corrected_values) if corrected_values else None,
        "whole_until": begin_ms(ended[-1][1] if ended else begin),
    }


def _measured(learnt: Learnt, begin: date, end: date) -> tuple[float | None, float]:
    """Return what days came to, kWh, and which part of them is known."""
    count = max((end - begin).days, 0)
    known = [e for day, e in learnt.energies.items() if begin <= day < end]
    return (sum(known) if known else None), (len(known) / count if count else 0.0)


def _corrected(learnt: Learnt, cold: Cold, begin: date, end: date, slope: float) -> float | None:
    """Return what the known days of a month would have been, kWh; None without their weather.

    A day whose weather is not known, of a month that is nearly known, is taken for a usual one.
    """
    energies = {day: e for day, e in learnt.energies.items() if begin <= day < end}
    told = [day for day in energies if day in cold.days]
    usual = cold.usual_on(told)
    if not told or usual is None or len(told) < ENOUGH * len(energies):
        return None
    return corrected(sum(energies.values()), slope, usual, sum(cold.days[day] for day in told))
