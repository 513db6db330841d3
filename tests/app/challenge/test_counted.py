"""What counts in a challenge, in homes whose truth is known."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import pytest

from custom_components.sen1.app.challenge.counted import CountedDays, counted, told
from custom_components.sen1.figures.goal.progress import (
    Goal,
    GoalKind,
    Untold,
    saving,
)
from custom_components.sen1.figures.goal.reference import LITTLE_WEATHER, WEATHER, corrected, plain
from custom_components.sen1.figures.year.model import HomeModel, Unfit, fit
from custom_components.sen1.protocol.collecting.challenge import Saved

from ...figures.goal.homes import THIS_WINTER, TwoWinters, two_winters

BEGIN, END = date(2025, 11, 3), date(2026, 2, 22)
REFERENCE = date(2024, 11, 4)
"""Both on a Monday; sixteen weeks."""

ACTION = Goal(GoalKind.SAVING, 0.0, BEGIN, END)


def model_of(home: TwoWinters) -> HomeModel:
    """Return the home as fitted on the year before the action."""
    model = fit({day: e for day, e in home.used.items() if day < THIS_WINTER}, home.cold)
    assert isinstance(model, HomeModel)
    return model


def count(
    home: TwoWinters,
    through: date = END,
    *,
    is_corrected: bool = True,
    without: Iterable[date] = (),
) -> CountedDays:
    """Return what counts of a home, of which some days are not known."""
    used = {day: energy for day, energy in home.used.items() if day not in set(without)}
    found = counted(
        ACTION,
        through,
        used,
        plain(ACTION, REFERENCE, used, WEATHER),
        corrected(ACTION, model_of(home), home.cold),
        is_corrected=is_corrected,
    )
    assert isinstance(found, CountedDays)
    return found


def even(begin: date, days: int, amount: float) -> dict[date, float]:
    return {begin + timedelta(days=n): amount for n in range(days)}


def sides(
    used: Mapping[date, float], before: Mapping[date, float], through: date = END
) -> CountedDays | Untold:
    """Return what counts where no cold changes anything."""
    reference = plain(ACTION, REFERENCE, before, LITTLE_WEATHER)
    return counted(ACTION, through, used, reference, None, is_corrected=False)


def test_a_mild_winter_wins_nothing() -> None:
    homes = [count(two_winters(seed, milder=2.5)) for seed in range(60)]
    plains = [home.plain or 0 for home in homes]
    within = 0
    for home in homes:
        assert home.corrected is not None
        assert home.unsure is not None
        within += abs(home.corrected) < home.unsure
        assert home.percent == home.corrected
    assert sum(percent > 5 for percent in plains) / len(homes) >= 0.9
    assert within / len(homes) >= 0.9
    mean = sum(home.corrected or 0 for home in homes) / len(homes)
    assert mean == pytest.approx(0, abs=1)


@pytest.mark.parametrize("milder", [2.5, -2.5], ids=["mild", "hard"])
def test_who_uses_a_tenth_less_is_told_ten_per_cent_whatever_the_winter(milder: float) -> None:
    homes = [count(two_winters(seed, milder=milder, saved=0.1)) for seed in range(60)]
    scores = [home.corrected or 0 for home in homes]
    assert sum(scores) / len(scores) == pytest.approx(10, abs=1)
    within = sum(
        home.corrected is not None
        and home.unsure is not None
        and abs(home.corrected - 10) <= home.unsure
        for home in homes
    )
    assert within / len(homes) >= 0.9
    raw = [home.plain or 0 for home in homes]
    assert abs(sum(raw) / len(raw) - 10) > 5


def test_a_score_is_what_a_goal_of_the_same_days_says() -> None:
    for seed in range(10):
        home = two_winters(seed, milder=1.5, saved=0.05)
        through = date(2026, 1, 14)
        equal = corrected(ACTION, model_of(home), home.cold)
        raw = plain(ACTION, REFERENCE, home.used, WEATHER)
        today = through + timedelta(days=1)
        assert count(home, through).corrected == pytest.approx(
            saving(ACTION, today, home.used, equal).percent
        )
        assert count(home, through, is_corrected=False).percent == pytest.approx(
            saving(ACTION, today, home.used, raw).percent
        )


def test_what_is_missing_on_one_side_is_left_out_on_all() -> None:
    home = two_winters(3)
    gone = {BEGIN + timedelta(days=10), REFERENCE + timedelta(days=20)}
    whole, found = count(home), count(home, without=gone)
    left_out = {BEGIN + timedelta(days=10), BEGIN + timedelta(days=20)}
    assert whole.used.keys() - found.used.keys() == left_out
    for side in (found.reference, found.expected):
        assert side.keys() == found.used.keys()
    assert whole.coverage == 1
    assert found.coverage == pytest.approx(110 / 112)
    assert found.percent != whole.percent
    # Days that nobody knows are no saving.
    assert found.percent == pytest.approx(whole.percent, abs=1.5)


@pytest.mark.parametrize(("late", "coverage"), [(0, 1), (3, 1), (4, 27 / 31)])
def test_a_day_is_waited_for_before_it_is_missing(late: int, coverage: float) -> None:
    yesterday = BEGIN + timedelta(days=30)
    gone = {yesterday - timedelta(days=n) for n in range(late)}
    found = count(two_winters(8), yesterday, without=gone)
    assert found.coverage == pytest.approx(coverage)
    assert found.through == yesterday - timedelta(days=late if coverage == 1 else 0)


def test_the_last_day_is_missing_at_last() -> None:
    found = count(two_winters(9), END + timedelta(days=2), without={END})
    assert (found.through, found.coverage) == (END - timedelta(days=1), 1)
    found = count(two_winters(9), END + timedelta(days=3), without={END})
    assert (found.through, found.coverage) == (END, pytest.approx(111 / 112))


def test_days_without_a_temperature_are_left_out_where_the_rule_counts_it() -> None:
    home = two_winters(4)
    cold = {day: each for day, each in home.cold.items() if day < date(2026, 1, 1)}
    unknown = TwoWinters(home.used, cold)
    assert max(count(unknown).used) == date(2025, 12, 31)
    assert count(unknown).coverage == pytest.approx(59 / 112)
    plainly = count(unknown, is_corrected=False)
    assert plainly.coverage == 1
    assert plainly.corrected == count(unknown).corrected


def test_a_home_without_a_model_says_a_plain_score_alone() -> None:
    home = two_winters(5)
    before = plain(ACTION, REFERENCE, home.used, WEATHER)
    found = counted(ACTION, END, home.used, before, Unfit.POOR, is_corrected=True)
    assert isinstance(found, CountedDays)
    assert (found.corrected, found.percent, found.week, found.unfit) == (None,) * 3 + ("poor",)
    assert found.saved() == Saved(told(found.plain or 0), None)
    figures = found.figures()
    assert (figures["expected_kwh"], figures["by_us_kwh"], figures["weeks"]) == (None, None, [])
    assert figures["used_kwh"] == pytest.approx(sum(found.used.values()), abs=0.05)


def test_a_home_that_something_else_heats_is_corrected_by_its_habits_alone() -> None:
    home = two_winters(6, milder=2.5, heated=False)
    before = plain(ACTION, REFERENCE, home.used, LITTLE_WEATHER)
    found = counted(ACTION, END, home.used, before, before, is_corrected=True)
    assert isinstance(found, CountedDays)
    assert found.corrected == found.plain
    assert found.figures()["by_weather_kwh"] == 0
    assert found.unsure is not None
    assert abs(found.corrected or 0) < found.unsure


def test_too_little_is_no_score() -> None:
    used, before = even(BEGIN, 112, 8), even(REFERENCE, 112, 10)
    assert sides(used, before, BEGIN - timedelta(days=1)) is Untold.NOT_BEGUN
    assert sides(used, before, BEGIN + timedelta(days=5)) is Untold.FEW_DAYS
    assert isinstance(sides(used, before, BEGIN + timedelta(days=6)), CountedDays)
    assert sides({}, before) is Untold.NO_DATA
    assert sides(used, {}) is Untold.NO_REFERENCE
    # What is known of the reference is of days that have not come again yet.
    late = even(REFERENCE + timedelta(days=60), 50, 10)
    assert sides(used, late, BEGIN + timedelta(days=30)) is Untold.NO_REFERENCE
    assert counted(ACTION, END, used, None, None, is_corrected=False) is Untold.NO_REFERENCE


def test_a_home_that_used_nothing_before_has_no_percentage() -> None:
    found = sides(even(BEGIN, 112, 3), even(REFERENCE, 112, 0))
    assert isinstance(found, CountedDays)
    assert (found.plain, found.saved(), found.week) == (None, None, None)


def test_the_week_is_that_of_the_last_day_counted_from_the_first() -> None:
    used = even(BEGIN, 7, 9) | even(BEGIN + timedelta(days=7), 105, 6)
    before = even(REFERENCE, 112, 10)
    of_week = {
        day: found.week
        for day in (6, 7, 8, 13)
        if isinstance(found := sides(used, before, BEGIN + timedelta(days=day)), CountedDays)
    }
    assert of_week == {6: pytest.approx(10), 7: pytest.approx(40), 8: pytest.approx(40)} | {
        13: pytest.approx(40)
    }


@pytest.mark.parametrize("is_corrected", [True, False])
def test_all_that_is_shown_adds_up_as_printed(is_corrected: bool) -> None:
    for seed in range(20):
        found = count(two_winters(seed, milder=1, saved=0.03), is_corrected=is_corrected)
        told_of = found.figures()
        weeks = told_of["weeks"]
        tenths = {
            key: round(10 * sum(week[key] for week in weeks))  # type: ignore[literal-required]
            for key in ("expected_kwh", "used_kwh", "saved_kwh")
        }
        expected, used = told_of["expected_kwh"], told_of["used_kwh"]
        by_us, by_weather = told_of["by_us_kwh"], told_of["by_weather_kwh"]
        assert expected is not None
        assert by_us is not None
        assert tenths == {
            "expected_kwh": round(10 * expected),
            "used_kwh": round(10 * used),
            "saved_kwh": round(10 * by_us),
        }
        for week in weeks:
            saved = week["expected_kwh"] - week["used_kwh"]
            assert week["saved_kwh"] == pytest.approx(saved, abs=1e-9)
        if is_corrected:
            assert by_weather == pytest.approx(told_of["reference_kwh"] - expected, abs=1e-9)
        else:
            assert by_weather is None
            assert expected == told_of["reference_kwh"]
        assert by_us == pytest.approx(expected - used, abs=1e-9)
        assert [week["days"] for week in weeks] == [7] * 16
        assert told(100 * by_us / expected) == pytest.approx(found.percent or 0, abs=0.06)


def test_a_week_of_which_nothing_is_known_is_not_shown() -> None:
    used = {day: 8.0 for day in even(BEGIN, 112, 8) if not 7 <= (day - BEGIN).days < 14}
    found = sides(used, even(REFERENCE, 112, 10), BEGIN + timedelta(days=23))
    assert isinstance(found, CountedDays)
    weeks = [(week["begin"], week["days"]) for week in found.figures()["weeks"]]
    assert weeks == [("2025-11-03", 7), ("2025-11-17", 7), ("2025-11-24", 3)]


def test_a_leap_day_is_a_day_as_any_other() -> None:
    """Of 2024: the days are counted from the first of each period, whatever their dates."""
    goal = Goal(GoalKind.SAVING, 0.0, date(2025, 2, 10), date(2025, 3, 9))
    begin = date(2024, 2, 12)
    before = even(begin, 28, 10) | {date(2024, 2, 29): 24.0}
    used = even(goal.begin, 28, 10)
    reference = plain(goal, begin, before, LITTLE_WEATHER)
    found = counted(goal, goal.end, used, reference, None, is_corrected=False)
    assert isinstance(found, CountedDays)
    assert len(found.used) == 28
    assert found.reference[date(2025, 2, 27)] == 24
    assert found.plain == pytest.approx(100 * (1 - 280 / 294))


@pytest.mark.parametrize(
    ("percent", "leaves"), [(6.149, 6.1), (-0.04, 0.0), (-5000, -1000), (100, 100)]
)
def test_what_leaves_has_one_decimal_and_a_bound(percent: float, leaves: float) -> None:
    assert str(told(percent)) == str(float(leaves))
