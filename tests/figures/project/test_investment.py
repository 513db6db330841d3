"""Parts of projects: the deck's widget to the last digit, sums rounded once, income and yield."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from custom_components.sen1.figures.counting.amounts import half_up
from custom_components.sen1.figures.project.investment import (
    Position,
    Sheet,
    ratio_of,
    total_of,
)
from custom_components.sen1.figures.project.sensor import FIGURES, FigureDescription


def position(
    held: int,
    shares: int,
    capital: int,
    surface: int,
    kwh: str,
    *,
    expected: str | None = None,
    sale_price: str | None = None,
    **other: str,
) -> Position:
    sheet = Sheet(
        shares=Decimal(shares),
        capital=Decimal(capital),
        surface=Decimal(surface),
        expected=None if expected is None else Decimal(expected),
        sale_price=None if sale_price is None else Decimal(sale_price),
    )
    rest = {k: Decimal(v) for k, v in other.items()}
    return Position(held=Decimal(held), sheet=sheet, year=Decimal(kwh), **rest)


ONCIME = position(10, 160, 40_000, 64, "444")
LUCIOLES = position(1, 400, 60_000, 96, "270")
BOTH = [ONCIME, LUCIOLES]
ROWS: dict[str, FigureDescription] = {row.key: row for row in FIGURES}


def shown(key: str, *positions: Position, digits: int | None = None) -> str:
    """Return a figure as a person reads it: with the decimals it is displayed with."""
    row = ROWS[key]
    value = row.figure(positions)
    assert value is not None
    displayed = row.suggested_display_precision if digits is None else digits
    return str(half_up(half_up(value, row.digits), displayed or 0))


@pytest.mark.parametrize(
    ("key", "oncime", "lucioles", "total"),
    [
        ("shares", "10", "1", "11"),
        ("invested", "2500", "150", "2650"),
        ("surface", "4.0", "0.2", "4.2"),
        ("energy_year", "27.8", "0.7", "28.4"),
    ],
)
def test_the_widget_of_the_deck_is_there_to_the_last_digit(
    key: str, oncime: str, lucioles: str, total: str
) -> None:
    assert shown(key, ONCIME) == oncime
    assert shown(key, LUCIOLES) == lucioles
    assert shown(key, *BOTH) == total


@pytest.mark.parametrize(
    ("key", "oncime", "lucioles"),
    [
        ("shares", 160, 400),
        ("invested", 40_000, 60_000),
        ("surface", 64, 96),
        ("energy_year", 444, 270),
    ],
)
def test_the_projects_own_figure_is_beside_each(key: str, oncime: int, lucioles: int) -> None:
    whole = ROWS[key].project
    assert whole is not None
    assert [whole(one) for one in BOTH] == [oncime, lucioles]


@pytest.mark.parametrize(
    ("part", "percent"),
    [
        (lambda one: one.held, ("90.9", "9.1")),
        (lambda one: one.invested, ("94.3", "5.7")),
        (lambda one: one.mine(one.sheet.surface), ("94.3", "5.7")),
        (lambda one: one.mine(one.year), ("97.6", "2.4")),
    ],
    ids=["shares", "money", "surface", "energy"],
)
def test_the_donuts_of_the_deck_are_there(
    part: Callable[[Position], Decimal | None], percent: tuple[str, str]
) -> None:
    whole = total_of(BOTH, part)
    assert whole is not None
    shares = [part(one) for one in BOTH]
    assert tuple(str(half_up(100 * one / whole, 1)) for one in shares if one is not None) == percent


def test_parts_are_shown_in_per_cent() -> None:
    assert shown("part", ONCIME) == "6.25"
    assert shown("part", LUCIOLES) == "0.25"


def test_all_holdings_count_and_not_the_largest_three() -> None:
    five = [position(n, 100, 1000, 10, "100") for n in range(1, 6)]
    assert shown("energy_year", *five) == "15.0"
    assert total_of(five, lambda one: one.held) == 1 + 2 + 3 + 4 + 5


def test_a_third_of_a_project_is_not_rounded_before_it_is_summed() -> None:
    thirds = [position(1, 3, 100, 1, "1") for _ in range(3)]
    assert shown("invested", *thirds, digits=2) == "100.00"


def test_what_is_not_known_of_one_holding_does_not_hide_the_others() -> None:
    unknown = Position(Decimal(5), Sheet())
    figure = ROWS["energy_year"].figure([ONCIME, unknown])
    assert figure == Decimal("27.75")
    assert ROWS["energy_year"].figure([unknown]) is None


def test_what_is_sold_pays_back_by_the_price() -> None:
    one = position(
        10, 160, 40_000, 64, "0", expected="10000", sale_price="0.12", total="20000", yearly="9000"
    )
    assert shown("income", one) == "150.00"
    assert shown("return", one) == "6.0"
    assert shown("performance", one) == "90"
    # 10/160 of 9000 kWh at 0.12 are 67.50 a year, of 2500.
    assert shown("payback", one) == "37.0"


def test_dividends_count_instead_of_what_was_sold() -> None:
    one = position(
        10, 160, 40_000, 64, "0", sale_price="0.12", total="20000", dividends="200", years="4"
    )
    assert shown("income", one) == "200.00"
    assert shown("return", one) == "8.0"
    assert shown("payback", one) == "50.0"


def test_a_return_over_all_is_of_those_whose_money_and_income_are_known() -> None:
    known = position(1, 100, 10_000, 1, "0", dividends="10", years="1")
    unknown = position(1, 100, 90_000, 1, "0")
    figure = ratio_of([known, unknown], lambda p: p.income, lambda p: p.invested)
    assert figure == Decimal("0.1")
