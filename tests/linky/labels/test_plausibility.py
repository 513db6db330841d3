"""Which indexes are believed."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from custom_components.sen1.linky.labels.kinds import FASTEST_LINKY
from custom_components.sen1.linky.labels.plausibility import (
    LATE,
    IndexCheck,
    RepeatCheck,
    fastest,
    is_measurable,
    steady_part,
    subscribed_va,
)
from custom_components.sen1.linky.line.tic import Group


def believed(values: Sequence[tuple[float, int]], fastest: float = 20) -> list[int]:
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
    values = [(0, 1000), (2, 1001), (3600, 9000), (3602, 9001), (3604, 9003)]
    assert believed(values) == [1001, 9001, 9003]


def test_an_index_damaged_after_a_gap_is_not_believed() -> None:
    values = [(0, 1000), (2, 1001), (3600, 9700), (3602, 9001), (3604, 9003)]
    assert believed(values) == [1001, 9003]


def test_groups_that_a_network_held_back_are_believed_as_they_come() -> None:
    values = [(0.0, 1000), (1.0, 1001), (9.0, 1021), (9.0, 1023), (9.0, 1025)]
    assert believed(values, fastest=2.5) == [1001, 1021, 1023, 1025]


def test_a_register_that_begins_anew_is_believed_once_twice_confirmed() -> None:
    check = IndexCheck(20)
    told = [check.believes(value, at) for at, value in enumerate([1000, 1000, 3, 4, 4, 5])]
    assert told == [False, True, False, False, True, True]
    assert check.restarts == 1


def test_damage_after_damage_is_not_believed() -> None:
    assert believed([(0, 1000), (2, 1000), (4, 7000), (6, 500), (8, 1001)]) == [1000, 1001]


def test_damage_that_looks_like_its_own_confirmation_is_not_believed() -> None:
    assert believed([(0, 1000), (2, 1000), (4, 7000), (6, 7001), (8, 1001)]) == [1000, 1001]


@pytest.mark.parametrize(
    ("values", "allowed"),
    [
        pytest.param({}, None, id="unknown yet"),
        pytest.param({"PREF": 6}, 6000, id="standard"),
        pytest.param({"PREF": 6, "PCOUP": 9}, 9000, id="cut off later"),
        pytest.param({"ISOUSC": 30}, 6000, id="historic"),
        pytest.param({"ISOUSC": 30, "IINST2": 0}, 18000, id="historic, each of three phases"),
        pytest.param({"PS": 42}, None, id="PME-PMI, which may exceed it"),
    ],
)
def test_what_may_be_drawn_is_known_from_the_subscription(
    values: dict[str, object], allowed: int | None
) -> None:
    assert subscribed_va(values) == allowed


def test_an_index_is_as_fast_as_the_subscription_allows_half_as_much_again() -> None:
    assert fastest("EASF03", 6000, FASTEST_LINKY) == 2.5
    assert fastest("BBRHCJW", 6000, FASTEST_LINKY) == 2.5
    assert fastest("EAST", 36000, FASTEST_LINKY) == 15
    assert fastest("EAST", None, FASTEST_LINKY) == FASTEST_LINKY
    # Panels may inject more than the house may draw.
    assert fastest("EAIT", 3000, FASTEST_LINKY) == FASTEST_LINKY


@pytest.mark.parametrize("jump", [20, 100, 400_000_000])
def test_a_jump_beyond_the_subscription_is_refused(jump: int) -> None:
    allowed = fastest("EAST", 6000, FASTEST_LINKY)
    assert 1 + allowed * (2 + LATE) < 20
    values = [(0, 1000), (2, 1003), (4, 1003 + jump), (6, 1009)]
    assert believed(values, allowed) == [1003, 1009]


@pytest.mark.parametrize(
    ("label", "value", "measurable"),
    [
        ("SINSTS", 9_000, True),
        ("SINSTS", 70_000, False),
        ("SINSTS1", 9_000, True),
        ("SINSTS1", 40_000, False),
        ("SMAXSN1-1", 40_000, False),
        ("PAPP", 99_990, False),
        ("IINST", 90, True),
        ("IRMS2", 400, False),
        ("ADPS", 999, False),
        ("URMS3", 230, True),
        ("URMS3", 930, False),
        ("PREF", 36, True),
        ("PREF", 72, False),
        ("PCOUP", 0, False),
        ("ISOUSC", 95, False),
        ("NTARF", 11, False),
        ("EAST", 999_999_999, True),
        ("PTEC", "peak", True),
    ],
)
def test_what_no_meter_measures_is_refused(label: str, value: object, measurable: bool) -> None:
    assert is_measurable(label, value) is measurable


def told(texts: str) -> str:
    check = RepeatCheck()
    return "".join(text if check.believes(text) else "." for text in texts)


@pytest.mark.parametrize(
    ("said", "believed"),
    [
        pytest.param("aaa", ".aa", id="a first one waits for the next"),
        pytest.param("aabaa", ".a.aa", id="damage"),
        pytest.param("aabbb", ".a.bb", id="a change"),
        pytest.param("aabcaa", ".a..aa", id="damage twice, each time another"),
        pytest.param("abcdefgh", "..c..f..", id="what changes each time"),
    ],
)
def test_what_stands_still_is_believed_when_said_twice(said: str, believed: str) -> None:
    assert told(said) == believed


def test_a_time_and_its_value_are_said_twice_together() -> None:
    one = Group("CCASN", "00209", "H260109163000")
    assert steady_part("CCASN", one) == steady_part("CCASN", replace(one))
    assert steady_part("CCASN", one) != steady_part("CCASN", replace(one, value="00210"))
    assert steady_part("CCASN", one) != steady_part("CCASN", replace(one, horodate="H260109164000"))


def test_what_changes_within_a_second_need_not_be_said_twice() -> None:
    def part(register: str) -> str:
        return steady_part("STGE", Group("STGE", register))

    assert part("003A0081") == part("003A0201") == part("003A0001")  # over-power; injecting
    assert part("003A0041") != part("003A0001")
    assert part("003A00=1") != part("003A0001")
