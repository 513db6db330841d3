"""A goal as it is told: to the dashboard, and by its sensor."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from homeassistant.config_entries import ConfigSubentry

from ..year.model import Estimate
from .goals import CONF_CORRECTED, CONF_REFERENCE_BEGIN, CONF_REFERENCE_END, Goals
from .progress import GoalProgress, MonthOf

DIGITS = 4

SET = ("kind", "quantity", "target", "begin", "end")
"""What a household set, as its subentry has it."""

NUMBERS = ("used", "missing", "one_more_week", "known")
"""What is told of a progress as it is."""


def goals_told(goals: Goals) -> dict[str, Any]:
    """Return all goals of a site."""
    return {"goals": [_told(goals, subentry, progress) for subentry, progress in goals.all()]}


def _told(goals: Goals, subentry: ConfigSubentry, progress: GoalProgress) -> dict[str, Any]:
    return {
        "id": subentry.subentry_id,
        "name": subentry.title,
        **_of_now(goals, subentry, progress),
        "days": [
            {"day": day.isoformat(), "percent": _short(percent)} for day, percent in progress.days
        ],
        "months": list(map(_rounded, progress.months)),
    }


def _of_now(goals: Goals, subentry: ConfigSubentry, progress: GoalProgress) -> dict[str, Any]:
    """Return what was set, and how far that is now."""
    data, unit = subentry.data, goals.unit(subentry.subentry_id, subentry.data)
    done = {"value": _short(progress.done), "unit": unit, "percent": _short(progress.percent)}
    return {
        **{key: data[key] for key in SET},
        "corrected": data.get(CONF_CORRECTED, False),
        "reference": _reference(data),
        "done": None if progress.done is None else done,
        "expected": progress.expected and _rounded(progress.expected),
        "heading": progress.heading and _rounded(progress.heading),
        **{key: _short(getattr(progress, key)) for key in NUMBERS},
        "state": progress.state,
        "reason": progress.reason,
        "shape": goals.shapes.get(subentry.subentry_id),
        "at": progress.at,
    }


def explained(goals: Goals, subentry: ConfigSubentry) -> dict[str, Any]:
    """Return the attributes of the sensor of a goal."""
    told = _of_now(goals, subentry, goals.of(subentry.subentry_id))
    heading, expected, done = told["heading"] or {}, told["expected"] or {}, told["done"] or {}
    others = ("used", "missing", "one_more_week", "state", "reason", "known", "shape")
    return {
        **{key: told[key] for key in (*SET, "corrected", *others)},
        "unit": done.get("unit"),
        "done": done.get("value"),
        "expected": expected.get("value"),
        "heading": heading.get("value"),
        "low": heading.get("low"),
        "high": heading.get("high"),
    }


def _reference(data: Mapping[str, Any]) -> dict[str, str] | None:
    begin, end = data.get(CONF_REFERENCE_BEGIN), data.get(CONF_REFERENCE_END)
    return {"begin": begin, "end": end} if begin and end else None


def _rounded(one: Estimate | MonthOf) -> dict[str, Any]:
    return {
        key: value.isoformat() if isinstance(value, date) else _short(value)
        for key, value in asdict(one).items()
    }


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
