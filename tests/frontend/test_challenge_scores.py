"""Places, lengths and steps of a challenge's board."""

from typing import Any

import pytest

from .challenge_home import AJONCS, HOMES, TEAMS, challenge, home, mine, team
from .conftest import Modules


def test_teams_stand_by_rank_and_who_has_none_comes_last(modules: Modules) -> None:
    teams = [TEAMS[3], TEAMS[2], team("Mates", 0, 3), TEAMS[0], AJONCS]
    found = modules.value(
        "scores.inOrder(teams).map(({ name, index }) => [name, index])", teams=teams
    )
    assert found == [
        ["Les Cormorans", 3],
        ["Les Ajoncs", 4],
        ["École de Kersabiec", 1],
        ["Quartier Merville", 0],
        ["Mates", 2],
    ]


def test_homes_of_a_team_that_saved_the_same_share_a_place_and_the_next_is_left_out(
    modules: Modules,
) -> None:
    homes = [home(4, 2.0), home(9, 5.0), home(3, 5.0), home(7, 9.0), home(1, 7.0, team=0)]
    found = modules.value(
        "scores.homesOf({ homes }, 1).map(({ number, place }) => [number, place])", homes=homes
    )
    assert found == [[7, 1], [3, 2], [9, 2], [4, 4]]


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([8.4, 5.2, None], [0, 2, 4, 6, 8, 10]),
        ([3.0, -4.2], [-6, -4, -2, 0, 2, 4]),
        ([-2.0, -8.4], [-10, -8, -6, -4, -2, 0]),
        ([None], [0, 1]),
        ([0.0], [0, 1]),
    ],
)
def test_an_axis_holds_nothing_and_all_values(
    modules: Modules, values: list[float | None], ticks: list[float]
) -> None:
    assert modules.value("scores.axisOf(values)", values=values) == {
        "low": ticks[0],
        "high": ticks[-1],
        "ticks": ticks,
    }


@pytest.mark.parametrize(
    ("value", "low", "bar"),
    [(8.0, 0, (0, 80)), (8.0, -10, (50, 40)), (-5.0, -10, (25, 25)), (0.0, 0, (0, 0))],
)
def test_a_bar_is_as_long_as_its_value(
    modules: Modules, value: float, low: float, bar: tuple[float, float]
) -> None:
    found = modules.value("scores.barOf(value, { low, high: 10 })", value=value, low=low)
    assert found == {"from": bar[0], "length": bar[1]}


@pytest.mark.parametrize(
    "kwh",
    [(616.8, 595.1, 559.0), (617.4, 595.5, 559.49), (500.0, 540.6, 560.2), (0.4, 0.5, 0.6)],
)
def test_the_steps_between_what_is_printed_add_up(
    modules: Modules, kwh: tuple[float, float, float]
) -> None:
    before, expected, used = kwh
    said = mine(reference_kwh=before, expected_kwh=expected, used_kwh=used)
    steps = modules.value("scores.stepsOf(said)", said=said)
    assert steps["before"] + steps["byWeather"] == steps["expected"]
    assert steps["expected"] + steps["byUs"] == steps["used"]
    assert [steps[key] for key in ("before", "expected", "used")] == [int(n + 0.5) for n in kwh]


def test_of_what_is_not_corrected_as_much_was_expected_as_last_year(modules: Modules) -> None:
    said = mine(by_weather_kwh=None, expected_kwh=616.8)
    steps = modules.value("scores.stepsOf(said)", said=said)
    assert (steps["expected"], steps["byWeather"], steps["byUs"]) == (617, 0, -58)


def test_water_is_told_to_the_tenth_of_a_cubic_metre(modules: Modules) -> None:
    said = mine(
        unit="m³", by_weather_kwh=None, reference_kwh=9.84, expected_kwh=9.84, used_kwh=8.61
    )
    steps = modules.value("scores.stepsOf(said)", said=said)
    assert (steps["before"], steps["used"], steps["byUs"]) == (9.8, 8.6, -1.2)


@pytest.mark.parametrize("missing", ["reference_kwh", "expected_kwh", "used_kwh"])
def test_there_are_no_steps_of_what_is_not_known(modules: Modules, missing: str) -> None:
    said = mine() | {missing: None}
    assert modules.value("scores.stepsOf(said) ?? null", said=said) is None


@pytest.mark.parametrize(
    ("value", "squares"), [(7.1, 7), (6.5, 7), (0.4, 0), (-3.2, 0), (0, 0), (120, 100)]
)
def test_squares_are_the_nearest_and_none_of_a_loss(
    modules: Modules, value: float, squares: int
) -> None:
    assert modules.value("scores.squaresOf(value)", value=value) == squares


@pytest.mark.parametrize(
    ("through", "progress"),
    [
        (None, [0] * 8),
        ("2026-11-25", [1, 1, 1, 3 / 7, 0, 0, 0, 0]),
        ("2026-12-27", [1] * 8),
        ("2026-11-01", [0] * 8),
    ],
)
def test_the_weeks_that_are_measured_fill_up(
    modules: Modules, through: str | None, progress: list[float]
) -> None:
    found = modules.value("scores.progressOf(one)", one=challenge(through=through))
    assert found == pytest.approx(progress)


def test_a_last_week_that_is_short_is_full_with_its_last_day(modules: Modules) -> None:
    one = challenge(action=["2026-11-02", "2026-11-11"], through="2026-11-11")
    assert modules.value("scores.progressOf(one)", one=one) == [1, 1]


@pytest.mark.parametrize(
    ("today", "left"),
    [("2026-11-26", 32), ("2026-12-27", 1), ("2026-12-28", 0), ("2026-10-01", 56)],
)
def test_today_is_among_the_days_that_are_left(modules: Modules, today: str, left: int) -> None:
    assert modules.value("scores.daysLeft(one, today)", one=challenge(), today=today) == left


def test_days_are_those_of_the_home_whatever_its_zone(modules: Modules) -> None:
    found: Any = modules.run(
        """
        const told = (zone) => {
            const written = formats.formatsOf({
                locale: { language: "en-GB", number_format: "language", time_format: "24" },
                config: { time_zone: zone, currency: "EUR" },
            });
            return [written.day("2026-11-02"), scores.periodRead(written, action)];
        };
        return ["Europe/Paris", "Pacific/Auckland", "America/Lima"].map(told);
        """,
        action=challenge()["action"],
    )
    assert [one for one, _ in found] == ["2 November 2026"] * 3
    assert {one.replace("\u2009", " ") for _, one in found} == {
        "2 November \u2013 27 December 2026"
    }


def test_the_homes_of_the_own_team_alone_are_shown(modules: Modules) -> None:
    found = modules.value("scores.homesOf({ homes }, 1).map(({ number }) => number)", homes=HOMES)
    assert found == [12, 31, 8, 203, 77, 45, 19, 102, 66]
