"""Round the parts of a sum so that what is printed adds up to what is printed. Pure."""

from decimal import ROUND_FLOOR, Decimal

from ...figures.counting.amounts import half_up


def closed(values: list[Decimal], digits: int) -> list[Decimal]:
    """Return values rounded so that they add up to their rounded sum, by largest remainder."""
    return closed_to(values, half_up(sum(values, Decimal(0)), digits), digits)


def rest_of(values: list[Decimal], total: Decimal, digits: int) -> Decimal:
    """Return what values lack of a total: nothing of what they come to but for their rounding."""
    rest = total - sum(values, Decimal(0))
    return rest if 2 * abs(rest) > len(values) * Decimal(1).scaleb(-digits) else Decimal(0)


def closed_to(values: list[Decimal], total: Decimal, digits: int) -> list[Decimal]:
    """Return values rounded so that they add up to a total, if they are all of it."""
    if rest_of(values, total, digits):
        return [half_up(value, digits) for value in values]
    one = Decimal(1).scaleb(-digits)
    floors = [value.quantize(one, ROUND_FLOOR) for value in values]
    lacking = int((total - sum(floors, Decimal(0))) / one)
    order = sorted(range(len(values)), key=lambda n: (floors[n] - values[n], n))
    for turn in range(lacking):
        floors[order[turn % len(order)]] += one
    return floors


def left_of(value: Decimal, whole: Decimal | None, part: Decimal | None, digits: int) -> Decimal:
    """Return what is left of a whole without a part as both are printed, if a value is that."""
    own = half_up(value, digits)
    if whole is None or part is None:
        return own
    left = half_up(whole, digits) - half_up(part, digits)
    return left if abs(left - own) <= Decimal(1).scaleb(-digits) else own


def closed_table(
    rows: list[list[Decimal]], columns: list[Decimal], totals: list[Decimal], digits: int
) -> list[list[Decimal]]:
    """Return a table rounded so that its columns and its rows add up to these totals."""
    one = Decimal(1).scaleb(-digits)
    cells = [[value.quantize(one, ROUND_FLOOR) for value in row] for row in rows]
    of_column = [
        int((total - sum((row[n] for row in cells), Decimal(0))) / one)
        for n, total in enumerate(columns)
    ]
    raised: set[tuple[int, int]] = set()

    def raise_one(row: int, tried: set[int]) -> bool:
        """Round one more cell of a row up, be it that another row gives way in its column."""
        lacking = sorted(range(len(columns)), key=lambda n: (cells[row][n] - rows[row][n], n))
        for column in lacking:
            if column in tried or (row, column) in raised:
                continue
            tried.add(column)
            if of_column[column] > 0:
                of_column[column] -= 1
                raised.add((row, column))
                return True
            for other in range(len(rows)):
                if (other, column) in raised and raise_one(other, tried):
                    raised.remove((other, column))
                    raised.add((row, column))
                    return True
        return False

    for number, total in enumerate(totals):
        for _ in range(int((total - sum(cells[number], Decimal(0))) / one)):
            raise_one(number, set())
    for row, column in raised:
        cells[row][column] += one
    return cells
