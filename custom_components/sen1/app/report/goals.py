"""The goals that a household had in the days of a report."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from ...figures.tariff.tally import Commodity
from .facts import GoalReached

SAVING = "saving"


def goals_in(goals: Iterable[tuple[Any, Any]], begin: date, end: date) -> Iterator[GoalReached]:
    """Yield the goals of which a day lies in [begin, end): of subentries and how far each is."""
    for subentry, progress in goals:
        data = subentry.data
        first, last = (date.fromisoformat(data[key]) for key in ("begin", "end"))
        if first >= end or last < begin:
            continue
        # Of another kind it is no energy that is expected, nor per cent that are saved.
        is_saving = data["kind"] == SAVING and data["quantity"] != Commodity.WATER
        expected = progress.expected if is_saving else None
        yield GoalReached(
            subentry.title,
            str(progress.state),
            None if expected is None else expected.value,
            progress.used if is_saving else None,
            progress.percent if is_saving else None,
            last,
        )
