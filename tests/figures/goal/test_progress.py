"""How far a goal is, on days whose truth is known."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
import os

import pytest

from custom_components.sen1.figures.goal.progress import (
    Goal,
    GoalKind,
    GoalProgress,
    GoalState,
    Untold,
    budget,
    limit,
    saving,
    share,
)
from custom_components.sen1.figures.goal.reference import (
    LITTLE_WEATHER,
    WEATHER,
    BudgetShape,
    aligned,
    corrected,
    plain,
    shaped,
)
from custom_components.sen1.figures.year.model import HomeModel, fit

from .homes import LAST_WINTER, THIS_END, THIS_WINTER, TwoWinters, two_winters, usual_cold

HOMES = int(os.environ.get("SEN1_HOMES", "250"))
"""Of those that save nothing; 1,000 are as many as `docs/developers/testing.md` tells of."""

AFTER = THIS_END + timedelta(days=1)
SEEN = [THIS_WINTER + timedelta(days=n) for n in (45, 90, 135, 182)]
"""Days on which a household looks."""


def of_winter(target: float = 8.0) -> Goal:
    return Goal(GoalKind.SAVING, target, THIS_WINTER, THIS_END)


def model_of(home: TwoWinters) -> HomeModel:
    """Return the home as fitted on the year before the goal."""
    model = fit({day: e for day, e in home.used.items() if day < THIS_WINTER}, home.cold)
    assert isinstance(model, HomeModel)
    return model


def looked_at(
    home: TwoWinters, today: date, target: float = 8.0, model: HomeModel | None = None
) -> GoalProgress:
    """Return how far a home is with a corrected goal: days to come are as cold as usual."""
    goal = of_winter(target)
    cold = {day: home.cold[day] if day < today else usual_cold(day) for day in goal.days}
    return saving(goal, today, home.used, corrected(goal, model or model_of(home), cold))


def even(goal: Goal, amount: float) -> dict[date, float]:
    return dict.fromkeys(goal.days, amount)


@pytest.mark.parametrize("milder", [2.5, -2.5], ids=["mild", "hard"])
def test_who_saves_eight_per_cent_is_told_eight_within_what_is_said_of_it(milder: float) -> None:
    homes = [two_winters(seed, milder=milder, saved=0.08) for seed in range(200)]
    told = [looked_at(home, AFTER) for home in homes]
    percents = [progress.percent or 0 for progress in told]
    assert sum(percents) / len(percents) == pytest.approx(8, abs=0.5)
    within = sum(
        progress.heading is not None and progress.heading.low <= 8 <= progress.heading.high
        for progress in told
    )
    assert within / len(told) >= 0.9
    raw = [
        saving(of_winter(), AFTER, home.used, plain(of_winter(), LAST_WINTER, home.used, WEATHER))
        for home in homes
    ]
    raw_percents = [progress.percent or 0 for progress in raw]
    assert abs(sum(raw_percents) / len(raw_percents) - 8) > 10


def test_who_saves_nothing_is_not_congratulated() -> None:
    """Of many homes, looked at now and then, whatever little they had set themselves."""
    falsely = {1.0: 0, 8.0: 0}
    for seed in range(HOMES):
        home = two_winters(seed, milder=(-2.5, 0.0, 2.5)[seed % 3])
        model = model_of(home)
        told = [looked_at(home, today, 1.0, model) for today in SEEN]
        for target in falsely:
            falsely[target] += any(p.heading and p.heading.low >= target for p in told)
        assert any(p.state in (GoalState.AHEAD, GoalState.MET) for p in told) == any(
            p.heading is not None and p.heading.low >= 1.0 for p in told
        )
    print("false praise:", {f"{target:g} %": count / HOMES for target, count in falsely.items()})
    assert max(falsely.values()) / HOMES <= 0.05


def test_who_saves_much_is_praised_before_the_end() -> None:
    praised = 0
    for seed in range(100):
        home = two_winters(seed, saved=0.15)
        praised += looked_at(home, SEEN[2]).state is GoalState.AHEAD
    assert praised >= 60


def test_a_mild_winter_is_no_merit_where_the_cold_is_not_counted() -> None:
    goal = of_winter()
    for seed in range(100):
        home = two_winters(seed, milder=2.5)
        told = saving(goal, AFTER, home.used, plain(goal, LAST_WINTER, home.used, WEATHER))
        assert told.state in (GoalState.POSSIBLE, GoalState.MISSED)
    mild = two_winters(1, milder=4.0)
    told = saving(goal, AFTER, mild.used, plain(goal, LAST_WINTER, mild.used, WEATHER))
    assert told.percent is not None
    assert told.percent > 20
    assert (told.state, told.reason) == (GoalState.POSSIBLE, Untold.NOT_CORRECTED)


def test_a_saving_of_water_is_praised_as_it_is() -> None:
    goal = of_winter()
    used = dict.fromkeys(aligned(goal, LAST_WINTER).values(), 0.3) | even(goal, 0.25)
    told = saving(goal, AFTER, used, plain(goal, LAST_WINTER, used, LITTLE_WEATHER))
    assert told.state is GoalState.MET
    assert told.percent == pytest.approx(100 / 6)


def test_days_are_compared_with_the_same_day_of_the_week() -> None:
    for begin, reference in (
        (date(2025, 10, 1), date(2024, 10, 1)),
        (date(2026, 1, 1), date(2023, 1, 1)),
        (date(2024, 2, 29), date(2023, 2, 28)),
    ):
        goal = Goal(GoalKind.SAVING, 8, begin, begin + timedelta(days=99))
        pairs = aligned(goal, reference)
        assert all(day.weekday() == other.weekday() for day, other in pairs.items())
        assert all(b - a == timedelta(days=1) for a, b in pairwise(pairs.values()))
        assert abs((pairs[begin] - reference).days) <= 3


def test_a_saving_says_what_was_saved_what_is_missing_and_what_a_week_more_would_do() -> None:
    goal = of_winter()
    today = THIS_WINTER + timedelta(days=35)
    used = dict.fromkeys(aligned(goal, LAST_WINTER).values(), 20.0)
    used |= {day: 19.0 if day < today - timedelta(days=7) else 16.0 for day in goal.days}
    told = saving(goal, today, used, plain(goal, LAST_WINTER, used, WEATHER))
    assert told.expected is not None
    assert told.expected.value == 35 * 20
    assert told.used == 28 * 19 + 7 * 16
    assert told.done == 28 + 28
    assert told.percent == pytest.approx(8)
    assert told.missing == pytest.approx(0)
    assert told.one_more_week == pytest.approx(100 * (56 + 28) / (42 * 20))
    assert told.days[0] == (THIS_WINTER, pytest.approx(5))
    assert told.days[-1] == (today - timedelta(days=1), pytest.approx(8))
    assert [(m.begin, m.end) for m in told.months] == [
        (date(2025, 10, 1), date(2025, 10, 31)),
        (date(2025, 11, 1), date(2025, 11, 4)),
    ]
    assert sum(m.used for m in told.months) == told.used
    assert sum(m.expected for m in told.months) == told.expected.value
    # The newest days count most for what is to come.
    assert told.heading is not None
    assert 8 < told.heading.value < 20
    assert told.heading.low < told.heading.value < told.heading.high


def test_days_that_are_not_known_count_on_neither_side() -> None:
    goal = of_winter()
    today = THIS_WINTER + timedelta(days=100)
    used = dict.fromkeys(aligned(goal, LAST_WINTER).values(), 20.0)
    used |= {day: 18.0 for day in goal.days if day.day != 10}
    told = saving(goal, today, used, plain(goal, LAST_WINTER, used, LITTLE_WEATHER))
    assert told.percent == pytest.approx(10)
    assert told.known == pytest.approx(0.97)
    few = {day: energy for day, energy in used.items() if day < THIS_WINTER or day.day % 2}
    told = saving(of_winter(5), AFTER, few, plain(goal, LAST_WINTER, few, LITTLE_WEATHER))
    assert told.percent == pytest.approx(10)
    assert told.state is GoalState.POSSIBLE


def test_what_cannot_be_told_has_its_reason() -> None:
    goal = of_winter()
    reference = plain(goal, LAST_WINTER, {}, WEATHER)
    assert saving(goal, THIS_WINTER, {}, reference).reason is Untold.NOT_BEGUN
    later = THIS_WINTER + timedelta(days=20)
    assert saving(goal, later, even(goal, 1), reference).reason is Untold.FEW_DAYS
    assert budget(goal, LAST_WINTER, {}, (0, 0), even(goal, 1), is_supposed=False).reason == (
        Untold.NOT_BEGUN
    )
    assert share(goal, later, {}, {}, {}).reason is Untold.NO_DATA
    assert limit(goal, later, None, None, 0).reason is Untold.NO_DATA


def test_a_saving_that_can_no_longer_be_reached_is_missed() -> None:
    goal = of_winter()
    used = dict.fromkeys(aligned(goal, LAST_WINTER).values(), 20.0) | even(goal, 20)
    reference = plain(goal, LAST_WINTER, used, LITTLE_WEATHER)
    assert saving(goal, THIS_END - timedelta(days=60), used, reference).state is GoalState.POSSIBLE
    assert saving(goal, THIS_END - timedelta(days=5), used, reference).state is GoalState.MISSED
    assert saving(goal, AFTER, used, reference).state is GoalState.MISSED


YEAR = Goal(GoalKind.ENERGY, 3650, date(2026, 1, 1), date(2026, 12, 31))


def years(of: Mapping[date, float] | None = None) -> dict[date, float]:
    """Return days of two years that take more in winter."""
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(730)]
    return {day: 6 + 0.8 * usual_cold(day) for day in days} | dict(of or {})


def test_a_budget_is_spent_as_last_year_was() -> None:
    used = years()
    shape, parts = shaped(YEAR, used, None)
    assert shape is BudgetShape.LAST_YEAR
    today = date(2026, 4, 1)
    whole = sum(energy for day, energy in used.items() if day.year == 2026)
    goal = Goal(GoalKind.ENERGY, whole, YEAR.begin, YEAR.end)
    told = budget(goal, today, used, (used[today] / 2, 0.5), parts, is_supposed=True)
    assert told.used is not None
    assert told.expected is not None
    # A quarter of the year has taken far more than a quarter.
    assert told.used > 0.35 * whole
    assert told.expected.value == pytest.approx(told.used, rel=0.02)
    assert told.heading is not None
    assert told.heading.value == pytest.approx(whole, rel=0.01)
    assert told.heading.low < whole < told.heading.high
    assert told.state is GoalState.POSSIBLE
    assert told.known == pytest.approx(1)


def test_a_budget_says_which_shape_it_has() -> None:
    this_year = {day: energy for day, energy in years().items() if day.year == 2026}
    assert shaped(YEAR, this_year, usual_cold)[0] is BudgetShape.USUAL
    assert shaped(YEAR, this_year, None) == (BudgetShape.EVEN, even(YEAR, 1))


@pytest.mark.parametrize(
    ("of_target", "state"),
    [(0.7, GoalState.AHEAD), (0.995, GoalState.POSSIBLE), (1.6, GoalState.POSSIBLE)],
)
def test_a_budget_is_praised_only_beyond_its_range(of_target: float, state: GoalState) -> None:
    goal, today = YEAR, date(2026, 7, 1)
    used = {day: 10 * of_target for day in goal.days if day < today}
    told = budget(goal, today, used, (0, 0), even(goal, 1), is_supposed=False)
    assert told.state is state
    assert told.is_short == (of_target > 1.5)
    assert told.missing == pytest.approx(max(181 * 10 * (of_target - 1), 0))


def test_a_budget_that_is_spent_is_missed_at_once_and_one_that_is_kept_is_met_at_the_end() -> None:
    used = even(YEAR, 20)
    spent = {day: energy for day, energy in used.items() if day < date(2026, 8, 1)}
    told = budget(YEAR, date(2026, 8, 1), spent, (0, 0), even(YEAR, 1), is_supposed=False)
    assert told.state is GoalState.MISSED
    end = YEAR.end + timedelta(days=1)
    told = budget(YEAR, end, even(YEAR, 9), (3, 0.2), even(YEAR, 1), is_supposed=False)
    assert (told.state, told.used) == (GoalState.MET, 9 * 365)
    unknown = budget(YEAR, end, {}, (3, 0.2), even(YEAR, 1), is_supposed=True)
    assert (unknown.state, unknown.reason) == (GoalState.UNKNOWN, Untold.NO_DATA)


def test_what_a_budget_does_not_know_is_supposed_to_be_like_the_rest() -> None:
    end = YEAR.end + timedelta(days=1)
    used = {day: 9.9 for day in YEAR.days if day.month > 3}
    told = budget(YEAR, end, used, (0, 0), even(YEAR, 1), is_supposed=False)
    assert told.heading is not None
    assert told.heading.value == pytest.approx(9.9 * 365)
    assert told.state is GoalState.POSSIBLE
    assert told.reason is Untold.TOO_CLOSE


SUN = Goal(GoalKind.SELF_CONSUMPTION, 70, date(2026, 1, 1), date(2026, 12, 31))


def sunny(day: date) -> tuple[float, float]:
    """Return what a roof gives on a day, and what is used of it: all in winter, less in summer."""
    produced = 25 - usual_cold(day)
    return produced, min(produced, 9.0)


def test_a_share_of_the_sun_is_not_praised_for_its_winter() -> None:
    today = date(2026, 2, 1)
    days = [day for day in SUN.days if day < today]
    produced = {day: sunny(day)[0] for day in days}
    kept = {day: sunny(day)[1] for day in days}
    told = share(SUN, today, produced, kept, {})
    assert told.percent is not None
    assert told.percent > 70
    assert (told.state, told.reason) == (GoalState.POSSIBLE, Untold.NO_LAST_YEAR)
    told = share(SUN, today, produced, kept, {day: sunny(day) for day in SUN.days})
    whole = sum(sunny(day)[0] for day in SUN.days)
    assert told.heading is not None
    assert told.heading.value == pytest.approx(
        100 * sum(sunny(day)[1] for day in SUN.days) / whole, abs=0.5
    )
    assert told.heading.value < 60
    assert told.is_short
    assert told.state is GoalState.POSSIBLE
    assert told.used == pytest.approx(sum(kept.values()))


def test_a_share_of_the_sun_is_what_it_is_in_the_end() -> None:
    produced = {day: sunny(day)[0] for day in SUN.days}
    kept = {day: 0.71 * sunny(day)[0] for day in SUN.days}
    end = SUN.end + timedelta(days=1)
    told = share(SUN, end, produced, kept, {})
    assert (told.state, told.percent) == (GoalState.MET, pytest.approx(71))
    assert told.one_more_week == pytest.approx(71)
    assert told.missing == 0
    less = {day: 0.6 * sunny(day)[0] for day in SUN.days}
    assert share(SUN, end, produced, less, {}).state is GoalState.MISSED


def test_a_limit_is_kept_until_it_is_not() -> None:
    goal = Goal(GoalKind.MAX_POWER, 9, date(2026, 1, 1), date(2026, 12, 31))
    told = limit(goal, date(2026, 1, 14), 8.74, 1_767_723_600_000, 1.0)
    assert (told.state, told.done, told.missing) == (GoalState.AHEAD, 8.74, 0)
    assert limit(goal, date(2026, 1, 14), 8.74, 0, 0.5).state is GoalState.POSSIBLE
    told = limit(goal, date(2026, 1, 14), 9.2, 0, 1.0)
    assert (told.state, told.missing) == (GoalState.MISSED, pytest.approx(0.2))
    assert limit(goal, date(2027, 1, 1), 8.74, 0, 1.0).state is GoalState.MET
