"""Which indexes are believed."""

from __future__ import annotations

import pytest

from custom_components.sen1.linky.plausibility import IndexCheck


def believed(values: list[tuple[float, int]], fastest: float = 20) -> list[int]:
    check = IndexCheck(fastest)
    return [value for at, value in values if check.believes(value, at)]


def test_a_first_index_waits_for_the_next_to_confirm_it() -> None:
    assert believed([(0, 1000), (2, 1001)]) == [1001]


@pytest.mark.parametrize("damaged", [0, 999, 9000, 900000])
def test_a_damaged_index_changes_nothing(damaged: int) -> None:
    assert believed([(0, 1000), (2, 1000), (4, damaged), (6, 1001)]) == [1000, 1001]


@pytest.mark.parametrize("damaged", [0, 900000])
def test_a_damaged_first_index_is_never_believed(damaged: int) -> None:
    assert believed([(0, damaged), (2, 1000), (4, 1001)]) == [1001]


def test_the_time_elapsed_allows_for_what_was_not_heard() -> None:
    assert believed([(0, 1000), (2, 1001), (3600, 9000)]) == [1001, 9000]


def test_a_register_that_begins_anew_is_believed_once_confirmed() -> None:
    assert believed([(0, 1000), (2, 1000), (4, 3), (6, 4)]) == [1000, 4]


def test_damage_after_damage_is_not_believed() -> None:
    assert believed([(0, 1000), (2, 1000), (4, 7000), (6, 500), (8, 1001)]) == [1000, 1001]
