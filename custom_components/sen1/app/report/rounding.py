"""Round the parts of a sum so that what is printed adds up to what is printed. Pure."""

from decimal import ROUND_FLOOR, Decimal

from ...figures.counting.amounts import half_up


def closed(values: list[Decimal], digits: int) -> list[Decimal]:
    """Return values rounded so that they add up to their rounded sum, by largest remainder."""
    return closed_to(values, half_up(sum(values, Decimal(0)), digits), digits)


def closed_to(values: list[Decimal], total: Decimal, digits: int) -> list[Decimal]:
    """Return values rounded so that they add up to a total."""
    one = Decimal(1).scaleb(-digits)
    floors = [value.quantize(one, ROUND_FLOOR) for value in values]
    lacking = int((total - sum(floors, Decimal(0))) / one)
    order = sorted(range(len(values)), key=lambda n: (floors[n] - values[n], n))
    for turn in range(lacking):
        floors[order[turn % len(order)]] += one
    return floors


def closed_table(
    rows: list[list[Decimal]], columns: list[Decimal], totals: list[Decimal], digits: int
) -> list[list[Decimal]]:
    """Return a table rounded so that its columns and its rows add up to these totals."""
    one = Decimal(1).scaleb(-digits)
    cells = [[value.quantize(one, ROUND_FLOOR) for value in row] for row in rows]
    of_row = [int((t - sum(row, Decimal(0))) / one) for t, row in zip(totals, cells, strict=True)]
    of_column = [
        int((total - sum((row[n] for row in cells), Decimal(0))) / one)
        for n, total in enumerate(columns)
    ]
    left = sorted(
        (cells[r][c] - rows[r][c], r, c) for r in range(len(rows)) for c in range(len(columns))
    )
    # Those that lack most are rounded up first, and again where the totals ask for more.
    while any(of_row) and left:
        done = False
        for _, r, c in left:
            if of_row[r] > 0 and of_column[c] > 0:
                cells[r][c] += one
                of_row[r] -= 1
                of_column[c] -= 1
                done = True
        if not done:
            break
    return cells
