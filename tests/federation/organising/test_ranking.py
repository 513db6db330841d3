"""The ranking of a collection: places by whole figures, names of who said so, of five or none."""

import json
import math

import pytest

from custom_components.sen1.const import LEAST_HOMES
from custom_components.sen1.federation.organising.ranking import ranking_board
from custom_components.sen1.protocol.collecting.board import (
    MOST_VALUE,
    Board,
    BoardHome,
    board_from_text,
    board_to_text,
)

from .conftest import COLLECTION

AT = 1_780_000_000.0


def figure(number: int, value: float | None, name: str = "") -> BoardHome:
    return BoardHome(number, name, value)


def board_of(*figures: BoardHome) -> Board:
    board = ranking_board(COLLECTION, "Lucioles", figures, AT)
    assert board is not None
    # What is made can be told.
    assert board_from_text(board_to_text(board)) == board
    return board


def test_homes_are_told_apart_by_no_decimals_and_those_alike_share_a_rank() -> None:
    values = (120.9, 88.2, 102.1, 102.99, 131.0)
    board = board_of(*(figure(number, value) for number, value in enumerate(values, 1)))
    assert [(home.number, home.value, home.rank) for home in board.homes] == [
        (2, 88, 1),
        (3, 102, 2),
        (4, 102, 2),
        (1, 120, 4),
        (5, 131, 5),
    ]
    assert (board.value, board.count, board.unit) == (108.6, 5, "kWh/m²")


def test_of_fewer_than_five_homes_nothing_at_all_is_told() -> None:
    few = [figure(number, 100.0 + number) for number in range(1, LEAST_HOMES)]
    silent = [figure(number, None) for number in range(LEAST_HOMES, 40)]
    assert ranking_board(COLLECTION, "Lucioles", few, AT) is None
    assert ranking_board(COLLECTION, "Lucioles", [*few, *silent], AT) is None
    assert ranking_board(COLLECTION, "Lucioles", [], AT) is None


def test_who_says_nothing_is_not_named() -> None:
    several = [figure(number, 100.0, f"Home {number}") for number in range(1, 6)]
    board = board_of(*several, figure(6, None, "Nobody"))
    assert [home.number for home in board.homes] == [1, 2, 3, 4, 5]
    assert "Nobody" not in board_to_text(board)


@pytest.mark.parametrize("value", [0.0, -3.0, MOST_VALUE * 2, math.inf, math.nan])
def test_a_figure_that_is_none_takes_the_ranking_from_nobody(value: float) -> None:
    several = [figure(number, 100.0) for number in range(1, 6)]
    board = board_of(*several, figure(6, value))
    assert (len(board.homes), board.count) == (5, 5)


def test_nobody_learns_of_a_board_who_heats_how() -> None:
    board = board_of(*(figure(number, 100.0 + number) for number in range(1, 40)))
    told = json.loads(board_to_text(board))
    assert set(told["homes"]) == {"number", "value", "rank"}
