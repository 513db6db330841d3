"""What a group comes to in an hour, held to figures by hand."""

import pytest

from custom_components.sen1.federation.organising.groups.figures import group_hour, mean_of
from custom_components.sen1.federation.relations.group_names import (
    GroupKey,
    GroupName,
    given_name,
    group_name_of,
)
from custom_components.sen1.federation.relations.members import Giving

FIVE = {1: 1.0, 2: 2.0, 3: 3.0, 4: 4.0, 5: 10.0}


def homes(**said: object) -> dict[int, Giving]:
    """Return six members, who all say the same of their homes."""
    return {one: Giving(one, f"sen1:friend_{one}", 0.0, **said) for one in range(1, 7)}  # type: ignore[arg-type]


def test_a_group_of_five_has_a_sum_a_mean_and_a_median() -> None:
    hour = group_hour(3600, FIVE, homes())
    assert (hour.homes, hour.floor_area, hour.people) == (5, None, None)
    assert hour.values == {GroupKey.SUM: 20.0, GroupKey.MEAN: 4.0, GroupKey.MEDIAN: 3.0}


def test_of_four_homes_nothing_is_told_but_how_many_they_are() -> None:
    four = {one: value for one, value in FIVE.items() if one < 5}
    hour = group_hour(3600, four, homes(floor_area=100.0, people=2))
    assert (hour.homes, hour.values) == (4, {})


def test_areas_and_people_are_of_those_who_reported_and_say_it() -> None:
    known = homes(floor_area=50.0, people=2) | {5: Giving(5, "sen1:friend_5", 0.0)}
    # One of five says nothing of its home: four are too few.
    hour = group_hour(3600, FIVE, known)
    assert (hour.floor_area, hour.people) == (200.0, 8)
    assert GroupKey.PER_AREA not in hour.values
    # The sixth does: what the fifth used is not in it.
    hour = group_hour(3600, FIVE | {6: 5.0}, known)
    assert hour.values[GroupKey.PER_AREA] == pytest.approx(15 / 250)
    assert hour.values[GroupKey.PER_PERSON] == pytest.approx(15 / 10)


def test_a_mean_is_of_those_who_count() -> None:
    assert mean_of(FIVE, (1, 2, 3)) == 2.0


def test_a_name_is_read_as_it_is_written_and_no_other_is() -> None:
    name = GroupName("3f6a00c2d4e5f601", "consumption", GroupKey.PER_AREA)
    assert group_name_of("sen1", name.unique_id) == name
    assert group_name_of("template", name.unique_id) is None
    assert group_name_of("sen1", "01JDX_consumption_reading") is None
    assert group_name_of("sen1", name.unique_id + "_reading") is None


@pytest.mark.parametrize("key", GroupKey)
def test_the_mean_as_given_on_is_the_only_one_that_may_be(key: GroupKey) -> None:
    name = GroupName("3f6a00c2d4e5f601", "production", key)
    data = {"platform": "sen1", "unique_id": name.unique_id}
    assert (given_name(data) is not None) == (key is GroupKey.GIVEN)
    assert given_name({}) is None
