"""Who counts in what is given on, over random histories of who comes, goes and is silent."""

from collections.abc import Collection
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest

from custom_components.sen1.const import LEAST_HOMES
from custom_components.sen1.federation.organising.groups.settling import Cohort, following

MONDAY = date(2026, 11, 2)


def greatest(_gone: int, left: Collection[int]) -> int:
    """Draw the greatest number."""
    return max(left)


def homes(*numbers: int) -> frozenset[int]:
    """Return a set of numbers."""
    return frozenset(numbers)


def test_all_count_at_first() -> None:
    assert following(homes(), homes(1, 2, 3, 4, 5), greatest) == homes(1, 2, 3, 4, 5)


def test_who_comes_alone_waits_for_another() -> None:
    five = homes(1, 2, 3, 4, 5)
    assert following(five, five | {6}, greatest) == five
    assert following(five, five | {6, 7}, greatest) == five | {6, 7}


def test_who_waits_is_let_in_when_somebody_leaves() -> None:
    assert following(homes(1, 2, 3, 4, 5), homes(1, 2, 3, 4, 6), greatest) == homes(1, 2, 3, 4, 6)


def test_when_one_leaves_alone_another_is_left_out_until_the_next_change() -> None:
    seven = homes(1, 2, 3, 4, 5, 6, 7)
    first = following(seven, seven - {2}, greatest)
    assert first == homes(1, 3, 4, 5, 6)
    # The one that was left out waits as if it had come alone, and comes back with another.
    assert following(first, seven - {2}, greatest) == first
    assert following(first, seven - {2} | {8}, greatest) == homes(1, 3, 4, 5, 6, 7, 8)
    assert following(first, seven - {1, 2}, greatest) == homes(3, 4, 5, 6, 7)


def test_a_cohort_stays_as_it_is_for_a_day() -> None:
    cohort = Cohort(MONDAY).on(MONDAY + timedelta(days=1), range(6), greatest)
    assert cohort.on(cohort.day, range(20), greatest) is cohort
    assert cohort.on(cohort.day + timedelta(days=1), range(20), greatest).homes == homes(*range(20))


def test_one_that_is_silent_for_an_hour_takes_another_with_it() -> None:
    cohort = Cohort(MONDAY, homes(*range(8)), homes(*range(8)))
    assert not cohort.is_whole(homes(*range(1, 8)), range(8))
    after = cohort.settled(homes(*range(1, 8)), greatest)
    assert after is not None
    assert after.given == homes(*range(1, 7))
    back = after.settled(homes(*range(8)), greatest)
    assert back is not None
    assert back.given == cohort.homes


def test_nobody_waits_for_who_is_no_member_any_more() -> None:
    cohort = Cohort(MONDAY, homes(*range(8)), homes(*range(8)))
    assert cohort.is_whole(homes(*range(1, 8)), range(1, 8))


def test_a_cohort_of_four_gives_nothing_and_waits_for_nobody() -> None:
    cohort = Cohort(MONDAY, homes(1, 2, 3, 4))
    assert cohort.is_whole((), (1, 2, 3, 4))
    assert cohort.settled((1, 2, 3, 4), greatest) is None


def test_five_of_six_give_nothing_after_six_did() -> None:
    # The fifth is left out with the one who is silent, and four are too few.
    six = homes(*range(6))
    assert Cohort(MONDAY, six, six).settled(range(5), greatest) is None


@pytest.mark.parametrize("seed", range(200))
def test_no_two_given_values_that_follow_differ_by_one_home(seed: int) -> None:
    chance = Random(seed)
    keys: dict[tuple[int, int], float] = {}

    def draw(gone: int, left: Collection[int]) -> int:
        return min(left, key=lambda one: keys.setdefault((gone, one), chance.random()))

    members = set(range(chance.randint(0, 12)))
    newest = 100
    cohort, given = Cohort(MONDAY), list[frozenset[int]]()
    silent = chance.choice((0.0, 0.02, 0.2))
    for day in range(1, 30):
        at_midnight = set(members)
        for _hour in range(4):
            cohort = cohort.on(MONDAY + timedelta(days=day), at_midnight, draw)
            if chance.random() < 0.1:
                newest += 1
                members.add(newest)
            if members and chance.random() < 0.1:
                members.remove(chance.choice(sorted(members)))
            reported = {one for one in members if chance.random() >= silent}
            if (after := cohort.settled(reported, draw)) is not None:
                cohort = after
                given.append(cohort.given)
                assert cohort.given <= reported
                assert cohort.given <= at_midnight
    assert all(len(one) >= LEAST_HOMES for one in given)
    assert all(len(before ^ after) != 1 for before, after in pairwise(given))


def test_a_change_alone_gives_the_same_homes_as_before_for_days() -> None:
    able = set(range(10))
    cohort = Cohort(MONDAY, frozenset(able), frozenset(able))
    able.remove(3)
    seen = set[frozenset[int]]()
    for day in range(1, 10):
        cohort = cohort.on(MONDAY + timedelta(days=day), able, greatest)
        after = cohort.settled(able, greatest)
        assert after is not None
        cohort = after
        seen.add(cohort.given)
    assert seen == {homes(*range(9)) - {3}}
