"""What a citizen investment brings back, and what its projects produced."""

from datetime import datetime, timedelta
from itertools import pairwise
from math import nan
from typing import Any

import pytest

from .conftest import Modules, at, near

PARIS = "Europe/Paris"


def told(**figures: float | None) -> dict[str, Any]:
    """Return figures of all projects together, as their entities tell them."""
    return {key: {"mine": value} for key, value in figures.items() if value is not None}


# What comes back


def holding(invested: float | None, least: float | None, most: float | None) -> dict[str, Any]:
    """Return a holding of a project that says what a year may bring, per cent."""
    said = {"yield_from": least, "yield_to": most}
    figures: dict[str, Any] = {"shares": {"attributes": {k: v for k, v in said.items() if v}}}
    return {"figures": figures | told(invested=invested)}


def test_a_payback_says_in_how_many_years_the_rest_comes(modules: Modules) -> None:
    found = modules.value(
        "figures.paybackOf(all, each)",
        all=told(invested=1000, income=100, payback=20),
        # A quarter of it brings 5 to 7 %, the others 1 to 3 %.
        each=[holding(250, 5, 7), holding(750, 1, 3)],
    )
    assert found == {
        "invested": 1000,
        "income": 100,
        "left": 900,
        "yearly": 50,  # a twentieth of what was put in
        "past": 2,
        "around": 18,
        "range": {"least": pytest.approx(0.02), "most": pytest.approx(0.04)},
        "late": pytest.approx(45),  # 20 a year
        "soon": pytest.approx(22.5),  # 40 a year
    }


@pytest.mark.parametrize(
    "each",
    [
        pytest.param([], id="no project"),
        pytest.param([holding(250, None, None)], id="one that says nothing"),
        pytest.param([holding(250, 2, 4), holding(250, 2, None)], id="one that says half"),
        pytest.param([holding(250, 2, 4), holding(None, 2, 4)], id="one of unknown cost"),
    ],
)
def test_what_a_year_may_bring_is_what_all_projects_say_and_no_figure_of_ours(
    modules: Modules, each: list[dict[str, Any]]
) -> None:
    found = modules.value(
        "figures.paybackOf(all, each)", all=told(invested=1000, income=100, payback=20), each=each
    )
    assert found["around"] == 18
    assert [found.get(key) for key in ("range", "late", "soon")] == [None] * 3


def test_the_real_yield_stands_beside_the_expected_one(modules: Modules) -> None:
    said = {"yield_expected": 3.5, "yield_from": 2, "yield_to": 4}
    each = [
        {"name": "A", "figures": {"payback": {"mine": 40}, "shares": {"attributes": said}}},
        {"name": "B", "figures": {"payback": {"mine": 25}, "shares": {"attributes": {}}}},
        {"name": "C", "figures": {"shares": {"attributes": {}}}},
    ]
    first, second = modules.value("figures.yieldsOf(each)", each=each)
    assert first == {"name": "A", "real": 2.5, "expected": 3.5, "least": 2, "most": 4}
    assert (second["name"], second["real"], second.get("expected")) == ("B", 4, None)


def test_more_than_was_put_in_leaves_nothing_to_come(modules: Modules) -> None:
    found = modules.value(
        "figures.paybackOf(all, each)",
        all=told(invested=1000, income=1200, payback=10),
        each=[holding(1000, 2, 4)],
    )
    assert [found[key] for key in ("left", "around", "late", "soon")] == [0] * 4


@pytest.mark.parametrize(
    ("invested", "income"),
    [
        pytest.param(None, 100, id="not what was put in"),
        pytest.param(1000, None, id="not what came back"),
        pytest.param(None, None, id="neither"),
    ],
)
def test_there_is_no_payback_while_one_side_is_not_known(
    modules: Modules, invested: float | None, income: float | None
) -> None:
    given = told(invested=invested, income=income, payback=20)
    assert modules.value("figures.paybackOf(all, [])", all=given) is None


def test_without_a_rate_only_what_is_left_is_said(modules: Modules) -> None:
    found = modules.value("figures.paybackOf(all, [])", all=told(invested=1000, income=0))
    assert (found["left"], found.get("yearly")) == (1000, None)


# What projects produced


def project(mine: float, whole: float, past: str | None, live: str | None) -> dict[str, Any]:
    """Return a holding of so many shares, and what its past is read from."""
    year: dict[str, Any] = {"attributes": {"statistic": past} if past else {}}
    figures: dict[str, Any] = {"shares": {"mine": mine, "whole": whole}, "energy_year": year}
    return {"figures": figures | ({"power": {"entity": live}} if live else {})}


PRODUCED = """
    const arrays = Object.fromEntries(
        Object.entries(values).map(([id, one]) => [id, Float64Array.from(one)]));
    const found = figures.producedBy(each, arrays, unit);
    return found && [[...found.whole], [...found.mine]];
"""


@pytest.mark.parametrize(
    ("unit", "whole"),
    [
        pytest.param("day", [20, 40, 8, nan], id="a day, by the power here first"),
        pytest.param("year", [20, 5, 8, nan], id="a year, by what is shared first"),
    ],
)
def test_a_project_is_read_from_its_better_source_where_both_know_it(
    modules: Modules, unit: str, whole: list[float]
) -> None:
    # A quarter of the shares is mine: of the whole's power a quarter is shown here.
    values = {"coop:shared": [nan, 5, 8, nan], "sensor.mine": [5, 10, nan, nan]}
    each = [project(1, 4, "coop:shared", "sensor.mine")]
    found = modules.run(PRODUCED, each=each, values=values, unit=unit)
    assert found == [near(whole), near(value / 4 for value in whole)]


def test_projects_are_added_up_where_any_is_known_each_by_its_part(modules: Modules) -> None:
    found = modules.run(
        PRODUCED,
        each=[
            project(1, 4, "coop:a", None),
            project(1, 2, "coop:b", None),
            project(1, 3, None, None),
        ],
        values={"coop:a": [4, 8, nan, nan], "coop:b": [nan, 2, 6, nan]},
        unit="month",
    )
    assert found == [near([4, 10, 6, nan]), near([1, 3, 3, nan])]


def test_nothing_is_drawn_of_projects_of_which_nothing_is_known(modules: Modules) -> None:
    each = [project(1, 4, "coop:a", None), project(1, 4, "coop:b", None)]
    values = {"coop:a": [nan, nan]}
    assert modules.run(PRODUCED, each=each, values=values, unit="day") is None


@pytest.mark.parametrize(
    ("unit", "begin", "end", "starts"),
    [
        pytest.param(
            *("month", "2026-03-01", "2026-04-01"),
            [f"2026-03-{day:02}" for day in range(1, 32)],
            id="days of a month, one of 23 h",
        ),
        pytest.param(
            *("year", "2026-01-01", "2027-01-01"),
            [f"2026-{month:02}-01" for month in range(1, 13)],
            id="months of a year",
        ),
    ],
)
def test_hourly_powers_become_the_energies_of_what_is_known(
    modules: Modules, unit: str, begin: str, end: str, starts: list[str]
) -> None:
    first, last = at(begin, PARIS), at(end, PARIS)
    hour = timedelta(hours=1)
    times = [first + n * hour for n in range((last - first) // hour)]
    # The first ten hours are not known, and nothing from the last start on.
    from_then_on = at(starts[-1], PARIS)
    powers = [nan if n < 10 or time >= from_then_on else time.hour for n, time in enumerate(times)]
    found = modules.run(
        """
        const { starts, values } =
            figures.energiesOf(Float64Array.from(powers), period, "Europe/Paris");
        return [starts, [...values]];
        """,
        powers=powers,
        period={"unit": unit, "begin": first, "end": last},
    )

    def energy(since: datetime, until: datetime) -> float:
        known = [
            power
            for time, power in zip(times, powers, strict=True)
            if since <= time < until and power == power
        ]
        return sum(known) if known else nan

    ends = [*(at(one, PARIS) for one in starts), last]
    expected = [energy(one, other) for one, other in pairwise(ends)]
    assert found == [ends[:-1], near(expected)]
