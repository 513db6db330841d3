"""What is made of values in steps."""

from datetime import timedelta
from math import nan

import pytest

from .conftest import Modules, at, near

PARIS = "Europe/Paris"
HALF = 1_800_000


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        pytest.param([0, 2, 4], [1.5, 3, nan], id="what is not known is left out"),
        pytest.param([0], [2], id="one group, to the end"),
        pytest.param([1, 5], [2.5, nan], id="groups that do not begin with the first step"),
    ],
)
def test_groups_have_the_mean_of_their_steps(
    modules: Modules, starts: list[int], expected: list[float]
) -> None:
    begin = at("2026-11-20", PARIS)
    found = modules.value(
        "[...recorder.grouped(Float64Array.from(values), begin, step, starts, end)]",
        values=[1, 2, 3, nan, nan, nan],
        begin=begin,
        step=HALF,
        starts=[begin + timedelta(minutes=30 * n) for n in starts],
        end=begin + timedelta(hours=3),
    )
    assert found == near(expected)


@pytest.mark.parametrize(
    ("production", "consumption", "expected"),
    [
        pytest.param(
            [0, 1, 3, 2], [1, 2, 2, 2], (2.5, 1, 0.5, 2.5 / 3.5), id="each half-hour for itself"
        ),
        pytest.param([nan, 2], [4, 1], (0.5, 0, 0.5, 1), id="no production known"),
        pytest.param([4, 2], [nan, 1], (0.5, 0, 0.5, 1), id="no consumption known"),
        pytest.param([-1, 1], [2, 2], (0.5, 1.5, 0, 0.25), id="a production below nothing"),
        pytest.param([1, 1], [-2, 2], (0.5, 0.5, 0.5, 0.5), id="a consumption below nothing"),
        pytest.param([1, 1], [0, 0], (0, 0, 1, nan), id="nothing is consumed"),
        pytest.param([nan], [nan], (0, 0, 0, nan), id="nothing is known"),
    ],
)
def test_a_production_covers_what_is_consumed_at_the_same_time(
    modules: Modules,
    production: list[float],
    consumption: list[float],
    expected: tuple[float, float, float, float],
) -> None:
    found = modules.value(
        """recorder.coverage(Float64Array.from(production), Float64Array.from(consumption), step,
            production.map((one, i) => Number.isNaN(one + consumption[i]) ? 0 : 1))""",
        production=production,
        consumption=consumption,
        step=HALF,
    )
    assert [found[key] for key in ("covered", "grid", "surplus", "share")] == near(expected)
