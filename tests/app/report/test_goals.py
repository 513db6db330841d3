"""The goals of a report are those of which a day lies in it."""

from datetime import date
from types import MappingProxyType

from homeassistant.config_entries import ConfigSubentry
import pytest

from custom_components.sen1.app.report.goals import goals_in
from custom_components.sen1.figures.goal.progress import GoalProgress, GoalState
from custom_components.sen1.figures.year.model import Estimate


def goal(
    kind: str, begin: str, end: str, quantity: str = "bought"
) -> tuple[ConfigSubentry, GoalProgress]:
    data = {"kind": kind, "begin": begin, "end": end, "quantity": quantity, "target": 8}
    subentry = ConfigSubentry(
        data=MappingProxyType(data), subentry_type="goal", title=kind, unique_id=None
    )
    expected = Estimate(3479.9, 3400.0, 3500.0)
    return subentry, GoalProgress(GoalState.POSSIBLE, expected=expected, used=3262.2, percent=6.3)


@pytest.mark.parametrize(
    ("begin", "end", "is_in"),
    [
        ("2024-10-01", "2025-03-31", True),
        ("2025-12-31", "2026-03-31", True),
        ("2026-01-01", "2026-03-31", False),
        ("2024-10-01", "2024-12-31", False),
        ("2024-10-01", "2025-01-01", True),
    ],
)
def test_a_goal_belongs_to_the_days_that_it_shares(begin: str, end: str, is_in: bool) -> None:
    found = list(goals_in([goal("saving", begin, end)], date(2025, 1, 1), date(2026, 1, 1)))
    assert [one.end.isoformat() for one in found] == ([end] if is_in else [])
    assert [one.state for one in found] == (["possible"] if is_in else [])


def test_only_a_saving_of_energy_has_kilowatt_hours_and_per_cent() -> None:
    goals = [
        goal("saving", "2025-01-01", "2025-12-31"),
        goal("saving", "2025-01-01", "2025-12-31", "water"),
        goal("max_power", "2025-01-01", "2025-12-31"),
    ]
    saving, *others = goals_in(goals, date(2025, 1, 1), date(2026, 1, 1))
    assert (saving.expected, saving.used, saving.percent) == (3479.9, 3262.2, 6.3)
    assert {(one.expected, one.used, one.percent) for one in others} == {(None, None, None)}
