"""The goals that a household had in the days of a report."""

from collections.abc import Iterable, Iterator
from datetime import date

from homeassistant.config_entries import ConfigSubentry

from ...figures.goal.goals import CONF_KIND, CONF_QUANTITY, goal_from
from ...figures.goal.progress import GoalKind, GoalProgress
from ...figures.tariff.tally import Commodity
from .facts import GoalReached


def goals_in(
    goals: Iterable[tuple[ConfigSubentry, GoalProgress]], begin: date, end: date
) -> Iterator[GoalReached]:
    """Yield the goals of which a day lies in [begin, end), and how far each is."""
    for subentry, progress in goals:
        goal = goal_from(subentry.data)
        if goal.begin >= end or goal.end < begin:
            continue
        # Of another kind it is no energy that is expected, nor per cent that are saved.
        is_energy = subentry.data[CONF_QUANTITY] != Commodity.WATER
        is_saving = subentry.data[CONF_KIND] == GoalKind.SAVING and is_energy
        expected = progress.expected if is_saving else None
        yield GoalReached(
            subentry.title,
            progress.state,
            None if expected is None else expected.value,
            progress.used if is_saving else None,
            progress.percent if is_saving else None,
            goal.end,
        )
