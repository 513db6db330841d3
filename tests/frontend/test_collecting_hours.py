"""The hours of a group: what each measure tells of them, and what they come to."""

from typing import Any

import pytest

from .collecting_home import GAP, group
from .conftest import Modules, at, near

HOUR = 3600


def hours(*rows: list[Any], of: int = 10, begin: str = "2026-11-19T00:00:00+01:00") -> Any:
    """Return an answer of some hours: sum, homes, area, people, and for each m² and person."""
    first = int(at(begin).timestamp())
    told = [[first + n * HOUR, *row] for n, row in enumerate(rows)]
    return {"of": of, "hours": told, "median": [0.5] * len(rows), "gaps": []}


def test_each_measure_is_as_it_is_told_and_no_area_of_some_parts_a_sum_of_all(
    modules: Modules,
) -> None:
    values = modules.value(
        """Object.fromEntries(Object.entries(hours.hoursOf(answer).values)
            .map(([measure, list]) => [measure, list[0]]))""",
        answer=hours([12.0, 8, 800, 16, 0.02, 0.75]),
    )
    assert values == {"mean": 1.5, "sum": 12, "per_area": 0.02, "per_person": 0.75, "median": 0.5}


def test_what_is_not_known_is_no_zero(modules: Modules) -> None:
    mean, energy, per_day, coverage = modules.run(
        """const shown = hours.hoursOf(answer);
        return [[...shown.values.mean], hours.energyOf(shown), hours.perDay(shown, "mean"),
            hours.coverageOf(shown)];""",
        answer=hours(
            *([sum_, homes, *[None] * 4] for sum_, homes in ((10.0, 10), (None, 3), (5.0, 5)))
        ),
    )
    assert mean == near([1, float("nan"), 1])
    assert (energy, per_day) == (15, 24)
    assert coverage == pytest.approx((1 + 0.3 + 0.5) / 3)


def test_a_measure_of_which_nothing_is_known_is_not_offered(modules: Modules) -> None:
    offered = [
        modules.value("hours.measuresOf(hours.hoursOf(answer))", answer=hours(row))
        for row in (
            [12.0, 8, 800, 16, 0.02, 0.75],
            [12.0, 8, 800, 16, None, None],
            [None, 0, None, None, None, None],
        )
    ]
    assert offered == [
        ["mean", "sum", "per_area", "per_person", "median"],
        ["mean", "sum", "median"],
        [],
    ]


def test_the_gap_with_least_is_named_and_of_two_the_longer(modules: Modules) -> None:
    gaps = [
        {"begin": f"2026-11-19T{begin:02}:00:00+01:00", "end": end, "coverage": coverage}
        for begin, end, coverage in (
            (0, "2026-11-19T01:00:00+01:00", 0.7),
            (2, "2026-11-19T03:00:00+01:00", 0.5),
            (4, "2026-11-19T09:00:00+01:00", 0.5),
        )
    ]
    begin, end = (at(f"2026-11-19T0{hour}:00:00+01:00").timestamp() * 1000 for hour in (4, 9))
    worst = {"begin": begin, "end": end, "coverage": 0.5}
    assert modules.value("hours.worstOf(gaps)", gaps=gaps) == worst
    assert modules.value("hours.worstOf([]) === undefined") is True


def test_the_days_add_up_to_the_whole_and_a_day_of_25_hours_is_one(modules: Modules) -> None:
    """The clocks of Paris went back on 25 October 2026."""
    rows = [[float(n), 10, *[None] * 4] for n in range(24 + 25 + 24)]
    days, energy = modules.run(
        """const shown = hours.hoursOf(answer);
        return [hours.daysOfGroup(shown, "mean", "Europe/Paris"), hours.energyOf(shown)];""",
        answer=hours(*rows, begin="2026-10-24T00:00:00+02:00"),
    )
    sums = [sum(range(24)), sum(range(24, 49)), sum(range(49, 73))]
    assert [day["energy"] for day in days] == sums
    assert sum(sums) == energy
    assert days[1]["perDay"] == pytest.approx(24 * sums[1] / 25 / 10)


def test_the_coverage_of_a_week_is_that_of_its_hours(modules: Modules) -> None:
    coverage = modules.value("hours.coverageOf(hours.hoursOf(answer))", answer=group(100))
    assert coverage == pytest.approx((168 - len(GAP) * 0.38) / 168)
