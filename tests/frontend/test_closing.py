"""Columns that add up as they are printed."""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
import random
from typing import Any

import pytest

from .conftest import Modules


def closed(modules: Modules, values: list[float | None], digits: int) -> dict[str, Any]:
    found: dict[str, Any] = modules.value(
        "closing.closed(values, digits)", values=values, digits=digits
    )
    return found


@pytest.mark.parametrize(
    ("values", "digits", "printed", "total"),
    [
        pytest.param(
            [1.4, 1.4, 1.4], 0, [2, 1, 1], 4, id="what is left goes to the first of equals"
        ),
        pytest.param([0.3, 0.3, 0.4], 0, [0, 0, 1], 1, id="and to the largest remainder"),
        pytest.param([1.6, 1.6, 1.6], 0, [2, 2, 1], 5, id="one of them is rounded down"),
        pytest.param([3.4, 8.4, 1.2], 0, [3, 9, 1], 13, id="of equal remainders to the largest"),
        pytest.param([-1.5, 2.25], 1, [-1.5, 2.3], 0.8, id="with what is below zero"),
        pytest.param([0.29, 0.71], 2, [0.29, 0.71], 1, id="what is exact stays"),
        pytest.param([1e-9, 2.5], 0, [0, 3], 3, id="a half goes up"),
        pytest.param([2, None, 3], 0, [2, None, 3], 5, id="what is not known stays so"),
        pytest.param([None], 1, [None], None, id="of nothing there is no total"),
        pytest.param([], 1, [], None, id="nor of no row"),
    ],
)
def test_a_column_adds_up_to_its_total(
    modules: Modules,
    values: list[float | None],
    digits: int,
    printed: list[float | None],
    total: float | None,
) -> None:
    found = closed(modules, values, digits)
    assert found.get("total") == total
    assert [None if one is None else pytest.approx(one) for one in found["values"]] == printed


@pytest.mark.parametrize("digits", [0, 1, 2])
def test_no_value_is_further_than_one_digit_from_what_it_is(modules: Modules, digits: int) -> None:
    chance = random.Random(digits)
    step = Decimal(1).scaleb(-digits)
    for _ in range(20):
        values = [round(chance.uniform(0, 20_000), 3) for _ in range(12)]
        found = closed(modules, list(values), digits)
        exact = [Decimal(str(value)) for value in values]
        printed = [Decimal(str(value)) for value in found["values"]]
        assert (
            sum(printed)
            == sum(exact, Decimal(0)).quantize(step, ROUND_HALF_UP)
            == Decimal(str(found["total"]))
        )
        for before, after in zip(exact, printed, strict=True):
            assert after - before.quantize(step, ROUND_FLOOR) in (0, step)
