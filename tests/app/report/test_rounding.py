"""What is printed adds up to what is printed."""

from decimal import ROUND_HALF_UP, Decimal
import random

import pytest

from custom_components.sen1.app.report.rounding import closed, closed_table, closed_to

TENTH = Decimal("0.1")


@pytest.mark.parametrize("seed", range(200))
def test_columns_and_rows_add_up_and_no_cell_is_off_by_more_than_its_last_figure(seed: int) -> None:
    chance = random.Random(seed)
    width, height = chance.randrange(2, 4), chance.randrange(1, 15)
    rows = [
        [Decimal(chance.randrange(0, 9_999_999)) / 10_000 for _ in range(width)]
        for _ in range(height)
    ]
    exact = [sum(row, Decimal(0)) for row in rows]
    total = sum(exact, Decimal(0)).quantize(TENTH, ROUND_HALF_UP)
    totals = closed_to(exact, total, 1)
    columns = closed_to([sum(column, Decimal(0)) for column in zip(*rows, strict=True)], total, 1)
    cells = closed_table(rows, columns, totals, 1)
    assert [sum(row, Decimal(0)) for row in cells] == totals
    assert [sum(column, Decimal(0)) for column in zip(*cells, strict=True)] == columns
    assert sum(totals, Decimal(0)) == total
    for row, printed in zip(rows, cells, strict=True):
        assert all(abs(a - b) < TENTH for a, b in zip(row, printed, strict=True))
    for whole, printed_total in zip(exact, totals, strict=True):
        assert abs(whole - printed_total) < TENTH


def test_parts_below_nothing_add_up_as_well() -> None:
    parts = [Decimal("-0.26"), Decimal("0.14"), Decimal("0.17")]
    assert sum(closed(parts, 1)) == Decimal("0.1")
    assert closed([Decimal(1) / 3] * 3, 1) == [Decimal("0.4"), Decimal("0.3"), Decimal("0.3")]
    assert closed([], 1) == []
