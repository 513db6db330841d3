"""The rules of challenges on a table of twenty homes, worked out by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from custom_components.sen1.federation.organising.challenge.rules import (
    NOTHING,
    Contender,
    Standings,
    standings,
)
from custom_components.sen1.protocol.collecting.board import ranks_of
from custom_components.sen1.protocol.collecting.challenge import Energy, Rule, Saved
from custom_components.sen1.protocol.sheet import Heating, SiteKind

ELECTRICITY, GAS, WATER = Energy
ALL = tuple(Energy)


def home(
    number: int,
    team: int,
    heating: Heating | None,
    electricity: tuple[float, float | None] | None = None,
    gas: tuple[float, float | None] | None = None,
    water: float | None = None,
    kind: SiteKind = SiteKind.HOME,
) -> Contender:
    """Return a home of the table: what it saved, plain and corrected, of water plain alone."""
    saved: dict[Energy, Saved] = {}
    if electricity is not None:
        saved[ELECTRICITY] = Saved(*electricity)
    if gas is not None:
        saved[GAS] = Saved(*gas)
    if water is not None:
        saved[WATER] = Saved(water)
    return Contender(number, team, saved, heating, kind)


HOMES = (
    # The first team: five homes, of which one is a school.
    home(1, 0, Heating.ELECTRIC, (10.0, 6.0)),
    home(2, 0, Heating.ELECTRIC, (8.0, 6.0)),
    home(3, 0, Heating.GAS, (4.0, 4.0), gas=(12.0, 7.0)),
    home(4, 0, Heating.WOOD, (6.0, None), water=4.0),
    home(5, 0, Heating.HEAT_PUMP, (12.0, 9.0), water=3.0, kind=SiteKind.SCHOOL),
    # The second: five. What a network heats with is measured as gas here.
    home(6, 1, Heating.ELECTRIC, (6.0, 2.0)),
    home(7, 1, Heating.ELECTRIC, (4.0, 1.0)),
    home(8, 1, Heating.GAS, gas=(6.0, 3.0)),
    home(9, 1, Heating.OIL, (-2.0, -2.0)),
    home(10, 1, Heating.DISTRICT, (3.0, 3.0), gas=(9.0, None)),
    # The third: six, of which the last knows nothing of itself.
    home(11, 2, Heating.ELECTRIC, (0.0, -4.0)),
    home(12, 2, Heating.GAS, (5.0, 5.0), gas=(-3.0, -6.0)),
    home(13, 2, None, (1.0, 1.0), water=-10.0),
    home(14, 2, Heating.ELECTRIC, (20.0, 15.0), kind=SiteKind.TOWN_HALL),
    home(15, 2, Heating.OIL, (8.0, 8.0)),
    home(16, 2, Heating.OTHER),
    # The fourth has four: whatever they saved, nothing of it is told, nor enters a mean.
    *(home(number, 3, Heating.ELECTRIC, (50.0, 50.0)) for number in range(17, 21)),
)

PERCENTAGE = {
    # Contender 3: (4 + 12) / 2. Contender 4: (6 + 4) / 2. Contender 5: (12 + 3) / 2.
    1: (10.0, 2),
    2: (8.0, 3),
    3: (8.0, 3),
    4: (5.0, 10),
    5: (7.5, 6),
    # Contender 10: (3 + 9) / 2.
    6: (6.0, 7),
    7: (4.0, 11),
    8: (6.0, 7),
    9: (-2.0, 14),
    10: (6.0, 7),
    # Contender 12: (5 - 3) / 2. Contender 13: (1 - 10) / 2.
    11: (0.0, 13),
    12: (1.0, 12),
    13: (-4.5, 15),
    14: (20.0, 1),
    15: (8.0, 3),
}
CORRECTED = {
    # Contender 3: (4 + 7) / 2. Contender 4: its water, since what it heats with is not corrected.
    # Contender 5: (9 + 3) / 2.
    1: (6.0, 3),
    2: (6.0, 3),
    3: (5.5, 6),
    4: (4.0, 7),
    5: (6.0, 3),
    6: (2.0, 10),
    7: (1.0, 11),
    8: (3.0, 8),
    9: (-2.0, 13),
    10: (3.0, 8),
    # Contender 12: (5 - 6) / 2. Contender 13: (1 - 10) / 2.
    11: (-4.0, 14),
    12: (-0.5, 12),
    13: (-4.5, 15),
    14: (15.0, 1),
    15: (8.0, 2),
}
GRAND_DEFI_2019 = {
    # Homes that electricity heats: (10 + 8 + 6 + 4 + 0) / 5 = 5.6; the school and the town hall
    # are alone in their groups. Gas: (12 + 6 - 3) / 3 = 5. Contender 3: (4 + (12 - 5)) / 2.
    1: (4.4, 4),
    2: (2.4, 6),
    3: (5.5, 3),
    4: (6.0, 2),
    5: (0.0, 10),
    6: (0.4, 9),
    7: (-1.6, 13),
    8: (1.0, 7),
    9: (-2.0, 14),
    10: (3.0, 5),
    # Contender 12: (5 + (-3 - 5)) / 2.
    11: (-5.6, 15),
    12: (-1.5, 12),
    13: (1.0, 7),
    14: (0.0, 10),
    15: (8.0, 1),
}
GRAND_DEFI_2020 = {
    # With water. Contender 4: (6 + 4) / 2. Contender 5: (0 + 3) / 2.
    1: (4.4, 4),
    2: (2.4, 6),
    3: (5.5, 2),
    4: (5.0, 3),
    5: (1.5, 7),
    6: (0.4, 9),
    7: (-1.6, 12),
    8: (1.0, 8),
    9: (-2.0, 13),
    10: (3.0, 5),
    # Contender 13: (1 - 10) / 2.
    11: (-5.6, 15),
    12: (-1.5, 11),
    13: (-4.5, 14),
    14: (0.0, 10),
    15: (8.0, 1),
}
GRAND_DEFI_2021 = {
    # The network counts with gas: (12 + 6 - 3 + 9) / 4 = 6. Contender 3: (4 + (12 - 6)) / 2.
    1: (4.4, 4),
    2: (2.4, 6),
    3: (5.0, 2),
    4: (5.0, 2),
    5: (1.5, 7),
    # Contender 8: 6 - 6. Contender 10: (3 + (9 - 6)) / 2.
    6: (0.4, 8),
    7: (-1.6, 11),
    8: (0.0, 9),
    9: (-2.0, 12),
    10: (3.0, 5),
    # Contender 12: (5 + (-3 - 6)) / 2.
    11: (-5.6, 15),
    12: (-2.0, 12),
    13: (-4.5, 14),
    14: (0.0, 9),
    15: (8.0, 1),
}

TEAMS: Mapping[Rule, tuple[list[float], float]] = {
    # (10 + 8 + 8 + 5 + 7.5) / 5, (6 + 4 + 6 - 2 + 6) / 5, (0 + 1 - 4.5 + 20 + 8) / 5; 83 / 15.
    Rule.PERCENTAGE: ([7.7, 4.0, 4.9], 5.533333),
    # (6 + 6 + 5.5 + 4 + 6) / 5, (2 + 1 + 3 - 2 + 3) / 5, (-4 - 0.5 - 4.5 + 15 + 8) / 5; 48.5 / 15.
    Rule.CORRECTED: ([5.5, 1.4, 2.8], 3.233333),
    # Individuals (4.4 + 2.4 + 5.5 + 6) / 4 = 4.575, twice, and the school 0: 9.15 / 3.
    # (0.4 - 1.6 + 1 - 2 + 3) / 5 = 0.16. (-5.6 - 1.5 + 1 + 8) / 4 = 0.475, the town hall 0:
    # 0.95 / 3. All: of individuals (4.575 + 0.16 + 0.475) / 3, of the two others 0, of these a
    # third.
    Rule.GRAND_DEFI_2019: ([3.05, 0.16, 0.316667], 0.578889),
    # (4 * 4.325 + 1.5) / 5, 0.16, 4 * -0.9 / 5. All: ((4.325 + 0.16 - 0.9) / 3 + 1.5 + 0) / 3.
    Rule.GRAND_DEFI_2020: ([3.76, 0.16, -0.72], 0.898333),
    # (4 * 4.2 + 1.5) / 5, (0.4 - 1.6 + 0 - 2 + 3) / 5, 4 * -1.025 / 5.
    # All: ((4.2 - 0.04 - 1.025) / 3 + 1.5 + 0) / 3.
    Rule.GRAND_DEFI_2021: ([3.66, -0.04, -0.82], 0.848333),
}


def told(rule: Rule, homes: Iterable[Contender] = HOMES, **said: Any) -> Standings:
    """Return what a rule makes of homes at the end, of all energies."""
    return standings(rule, ALL, tuple(homes), **{"is_final": True, **said})


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule.PERCENTAGE, PERCENTAGE),
        (Rule.CORRECTED, CORRECTED),
        (Rule.GRAND_DEFI_2019, GRAND_DEFI_2019),
        (Rule.GRAND_DEFI_2020, GRAND_DEFI_2020),
        (Rule.GRAND_DEFI_2021, GRAND_DEFI_2021),
    ],
)
def test_each_home_has_the_value_and_the_rank_that_the_rule_gives_it(
    rule: Rule, expected: dict[int, tuple[float, int]]
) -> None:
    values = told(rule).homes
    ranks = ranks_of(list(values.values()), is_greatest_first=True)
    assert dict(zip(values, zip(values.values(), ranks, strict=True), strict=True)) == expected


@pytest.mark.parametrize("rule", Rule)
def test_each_team_and_all_together_have_the_value_that_the_rule_gives_them(rule: Rule) -> None:
    teams, value = TEAMS[rule]
    found = told(rule)
    assert found.teams == dict(enumerate(teams))
    assert found.value == value


@pytest.mark.parametrize("rule", Rule)
def test_what_four_homes_saved_changes_nothing_of_what_is_told(rule: Rule) -> None:
    without = told(rule, (one for one in HOMES if one.team != 3))
    doubled = (
        replace(one, saved={ELECTRICITY: Saved(-100.0, -100.0)}) if one.team == 3 else one
        for one in HOMES
    )
    assert told(rule) == without == told(rule, doubled)


@pytest.mark.parametrize("rule", Rule)
def test_the_order_of_homes_is_of_no_matter(rule: Rule) -> None:
    turned = told(rule, reversed(HOMES))
    assert (dict(turned.homes), turned.teams, turned.value) == (
        dict(told(rule).homes),
        told(rule).teams,
        told(rule).value,
    )


@pytest.mark.parametrize("rule", Rule)
def test_nothing_is_told_of_four_homes(rule: Rule) -> None:
    assert told(rule, HOMES[:4]) == NOTHING
    assert told(rule, ()) == NOTHING
    # Nor of eight in two teams.
    assert told(rule, (*HOMES[:4], *HOMES[5:9])) == NOTHING


def test_in_2021_teams_have_no_value_before_the_end() -> None:
    before = told(Rule.GRAND_DEFI_2021, is_final=False)
    assert before.homes == told(Rule.GRAND_DEFI_2021).homes
    assert before.teams == {0: None, 1: None, 2: None}
    assert before.value is None


def test_energies_that_a_challenge_is_not_of_do_not_count() -> None:
    found = standings(Rule.PERCENTAGE, (ELECTRICITY,), HOMES, is_final=False)
    assert found.homes[3] == 4.0
    # Contender 8 has gas alone, so its team has four.
    assert found.teams.keys() == {0, 2}


def test_nobody_is_left_out_by_number_and_no_home_enters_twice() -> None:
    # (10 + 8 + 6 + 4 + 0) / 5 whatever the numbers are.
    shifted = [replace(one, number=one.number + 100) for one in HOMES]
    found = told(Rule.GRAND_DEFI_2019, shifted)
    assert list(found.homes.values()) == list(told(Rule.GRAND_DEFI_2019).homes.values())
