"""Rounded numbers that add up to their rounded sum."""

from decimal import ROUND_HALF_UP, Decimal
import random
from typing import Any

import pytest

from .conftest import Modules

CHANCE = random.Random(18)


def rounded(value: float, digits: int) -> Decimal:
    """Return a value as it is printed: halves of what is written in decimals go away from 0."""
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def added(values: list[float | None], digits: int) -> Decimal:
    """Return the sum of printed values."""
    return sum((rounded(value, digits) for value in values if value is not None), Decimal(0))


def closed(
    modules: Modules, values: list[float | None], digits: int, total: float | None = None
) -> list[float | None]:
    found: list[float | None] = modules.value(
        "closing.closed(values, digits, total ?? undefined)",
        values=values,
        digits=digits,
        total=total,
    )
    return found


@pytest.mark.parametrize("digits", [0, 1, 2, 3])
@pytest.mark.parametrize("count", [1, 2, 7, 31])
def test_what_is_printed_adds_up_to_the_printed_total(
    modules: Modules, count: int, digits: int
) -> None:
    for _ in range(10):
        values: list[float | None] = [CHANCE.random() * 20 for _ in range(count)]
        total = sum(value for value in values if value is not None)
        found = closed(modules, values, digits, total)
        assert added(found, digits) == rounded(total, digits)
        for value, printed in zip(values, found, strict=True):
            assert value is not None
            assert printed is not None
            assert abs(Decimal(repr(printed)) - Decimal(repr(value))) < Decimal(1).scaleb(-digits)


def test_the_largest_remainders_get_what_is_left_over(modules: Modules) -> None:
    assert closed(modules, [0.14, 0.18, 0.13], 1, 0.45) == [0.2, 0.2, 0.1]
    assert closed(modules, [1.26, 1.26, 1.26, 1.22], 1, 5.0) == [1.3, 1.3, 1.2, 1.2]


def test_what_is_not_known_stays_unknown(modules: Modules) -> None:
    assert closed(modules, [0.14, None, 0.18, 0.13], 1, 0.45) == [0.2, None, 0.2, 0.1]
    assert closed(modules, [None, None], 1) == [None, None]
    assert closed(modules, [], 1) == []


def test_without_a_total_their_own_sum_is_meant(modules: Modules) -> None:
    assert closed(modules, [0.5, 0.5, 0.5], 0) == [1, 1, 0]


def test_a_half_goes_up_as_it_is_written(modules: Modules) -> None:
    # In binary it lies a hair under the half.
    assert closed(modules, [1.005], 2, 1.005) == [1.01]
    assert closed(modules, [2.5e-7], 7, 2.5e-7) == [3e-7]


def test_what_was_paid_back_is_less_than_nothing(modules: Modules) -> None:
    assert closed(modules, [-0.14, -0.18, -0.13], 1, -0.45) == [-0.2, -0.2, -0.1]
    found = closed(modules, [-1.24, 3.38], 1, 2.14)
    assert added(found, 1) == rounded(2.14, 1)


def test_values_that_are_not_the_parts_of_a_total_are_not_bent_to_it(modules: Modules) -> None:
    assert closed(modules, [1.14, 2.26], 1, 40.0) == [1.1, 2.3]


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (2, 2), (24, 2), (12, 6), (31, 6)])
def test_a_table_adds_up_both_ways(modules: Modules, rows: int, columns: int) -> None:
    for _ in range(5):
        cells = [
            [CHANCE.choice([0, CHANCE.random() * 8]) for _ in range(columns)] for _ in range(rows)
        ]
        found = modules.run(
            """
            const sum = (list) => list.reduce((all, one) => all + one, 0);
            const total = sum(cells.flat());
            const byRow = closing.closed(cells.map(sum), 1, total);
            const columns = cells[0].map((_, at) => sum(cells.map((row) => row[at])));
            const totals = closing.closed(columns, 1, total);
            return { byRow, totals, ...closing.closedTable(cells, 1, byRow, totals) };
            """,
            cells=cells,
        )
        for row, printed, wanted in zip(found["cells"], found["sums"], found["byRow"], strict=True):
            assert added(row, 1) == rounded(printed, 1)
            assert abs(printed - wanted) < 0.2
        assert added(found["sums"], 1) == added(found["byRow"], 1)
        for column, printed in zip(zip(*found["cells"], strict=True), found["totals"], strict=True):
            assert added(list(column), 1) == rounded(printed, 1)
        for row, exact in zip(found["cells"], cells, strict=True):
            for printed, value in zip(row, exact, strict=True):
                assert printed >= 0
                assert printed == 0 or value > 0
                assert abs(printed - value) < 0.2


def test_a_table_leaves_open_what_is_not_known(modules: Modules) -> None:
    found = modules.value(
        "closing.closedTable(cells, 1, [0.3, null, 0.2], [0.2, 0.3])",
        cells=[[0.14, 0.15], [None, None], [0.06, 0.15]],
    )
    assert found == {"cells": [[0.1, 0.2], [None, None], [0.1, 0.1]], "sums": [0.3, None, 0.2]}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(
            [[0.14, 0], [0.14, 0.13], [0, 0.13]],
            {"cells": [[0.1, 0], [0.2, 0.1], [0, 0.1]], "sums": [0.1, 0.3, 0.1]},
            id="an hour of both periods takes it",
        ),
        pytest.param(
            [[0.16, 0], [0.16, 0], [0, 0.14], [0, 0.14]],
            {"cells": [[0.1, 0], [0.2, 0], [0, 0.2], [0, 0.1]], "sums": [0.1, 0.2, 0.2, 0.1]},
            id="each hour is of one period",
        ),
    ],
)
def test_a_period_has_no_part_of_an_hour_that_it_is_not_in(
    modules: Modules, cells: list[list[float]], expected: dict[str, Any]
) -> None:
    sums, totals = [sum(row) for row in cells], [0.3, 0.3]
    code = "closing.closedTable(cells, 1, closing.closed(sums, 1), totals)"
    assert modules.value(code, cells=cells, sums=sums, totals=totals) == expected


def test_parts_that_are_unknown_in_part_are_not_stretched_to_the_total(modules: Modules) -> None:
    parts: list[float | None] = [1.14, 2.26, 3.02]
    assert closed(modules, parts, 1, 6.7) == [1.1, 2.3, 3.0]
    rest = "closing.restOf(parts, total, 1)"
    assert modules.value(rest, parts=parts, total=6.7) == pytest.approx(0.28)
    # Each may have been rounded, so they are all of it.
    assert modules.value(rest, parts=parts, total=6.5) == 0
    assert closed(modules, [0.26, 0.72, 0], 2, 0.97) == [0.26, 0.71, 0]
