"""Groups of a collection, with a real recorder: their statistics, and what is given on of them.

Each home uses another power of sixteen, so that a mean tells of whom it is.
"""

import asyncio
from collections.abc import Collection
from itertools import pairwise
import time
from types import SimpleNamespace
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.const import LEAST_HOMES
from custom_components.sen1.federation.organising.groups import groups as groups_module
from custom_components.sen1.federation.organising.groups.groups import AT_LATEST
from custom_components.sen1.federation.organising.groups.reading import async_group_hours
from custom_components.sen1.federation.relations.group_names import GroupKey
from custom_components.sen1.history.recorder import async_metadata
from custom_components.sen1.history.statistics import Statistic, async_write

from ...conftest import until
from ..conftest import COLLECTION
from .conftest import Village, new_village


def used(number: int) -> float:
    """Return what a home uses in each hour, kWh."""
    return float(16**number)


SUM_OF_FIVE = sum(map(used, range(1, 6)))
SUM_OF_SIX = sum(map(used, range(1, 7)))
MEAN_OF_SIX = SUM_OF_SIX / 6


def of_whom(mean: float) -> set[int]:
    """Return the homes that a mean is of: digits of sixteen of what they used together."""
    for count in range(1, 10):
        whole = round(mean * count)
        digits = f"{whole:x}"[::-1]
        if whole / count == mean and set(digits) <= {"0", "1"} and digits.count("1") == count:
            return {home for home, digit in enumerate(digits) if digit == "1"}
    raise AssertionError(mean)


async def told(village: Village, *numbers: int, hours: Collection[int] = range(1, 49)) -> None:
    """Have homes tell what they use in some hours, by how long ago these began."""
    for number in numbers:
        await village.tell(number, dict.fromkeys(hours, used(number)))


async def test_what_five_homes_came_to_is_recorded_and_of_four_nothing(village: Village) -> None:
    village.add(1, 2, 3, 4, 5)
    village.sheets = {one: {"floor_area": 100.0, "people": 2} for one in range(1, 6)}
    await told(village, 1, 2, 3, 4, hours=(1, 2, 3))
    await told(village, 5, hours=(1, 2))
    village.begin()
    await village.has(GroupKey.SUM, {1: SUM_OF_FIVE, 2: SUM_OF_FIVE})
    await village.has(GroupKey.MEAN, {1: SUM_OF_FIVE / 5, 2: SUM_OF_FIVE / 5})
    await village.has(GroupKey.MEDIAN, {1: used(3), 2: used(3)})
    await village.has(GroupKey.PER_AREA, {1: SUM_OF_FIVE / 500, 2: SUM_OF_FIVE / 500})
    await village.has(GroupKey.PER_PERSON, {1: SUM_OF_FIVE / 10, 2: SUM_OF_FIVE / 10})
    await village.has(GroupKey.REPORTING, {1: 5, 2: 5, 3: 4}, "mean")
    (group,) = village.groups
    assert group.of == 5
    assert group.shown is not None
    assert (group.shown.homes, group.shown.values[GroupKey.SUM]) == (5, SUM_OF_FIVE)


async def test_its_statistics_say_collection_and_quantity(
    hass: HomeAssistant, village: Village
) -> None:
    village.add(1, 2, 3, 4, 5)
    village.sheets = {one: {"floor_area": 100.0, "people": 2} for one in range(1, 6)}
    await told(village, 1, 2, 3, 4, 5)
    village.begin()
    (group,) = village.groups
    ids = {key: group.name(key).statistic_id for key in GroupKey if key is not GroupKey.GIVEN}
    found = await until(lambda: _all_known(hass, list(ids.values())))
    names = {key: found[one]["name"] for key, one in ids.items()}
    assert all(name.startswith("Lucioles, Consumption") for name in names.values())
    assert len(set(names.values())) == len(names)
    units = {key: found[one]["unit_of_measurement"] for key, one in ids.items()}
    assert (units[GroupKey.SUM], units[GroupKey.PER_AREA]) == ("kWh", "kWh/m²")


async def _all_known(hass: HomeAssistant, ids: list[str]) -> dict[str, object] | None:
    found = await async_metadata(hass, ids)
    return dict(found) if len(found) == len(ids) else None


async def test_a_past_that_comes_later_is_counted(village: Village) -> None:
    village.add(1, 2, 3, 4, 5, 6)
    await told(village, 1, 2, 3, 4, 5, 6, hours=(1,))
    village.begin()
    await village.has(GroupKey.SUM, {1: SUM_OF_SIX})
    await until(lambda: "stale" not in village.given)
    # Of two months ago, which come one home after the other.
    await told(village, 1, 2, 3, 4, hours=(1500,))
    await told(village, 5, 6, hours=(1500,))
    await village.has(GroupKey.SUM, {1500: SUM_OF_SIX, 1: SUM_OF_SIX})
    assert (await village.rows(GroupKey.SUM, "sum"))[1] == pytest.approx(2 * SUM_OF_SIX)

    async def homes() -> bool:
        counts = await village.rows(GroupKey.REPORTING, "mean")
        return (counts.get(1500), counts.get(1499), counts.get(1)) == (6, 0, 6)

    await until(homes)


async def test_the_hour_in_which_somebody_began_is_not_counted_of_it(village: Village) -> None:
    village.add(1, 2, 3, 4, 5, 6)
    village.sheets = {6: {"begun": village.now - 1.5 * 3600}}
    await told(village, 1, 2, 3, 4, 5, 6, hours=(3, 2, 1))
    village.begin()
    await village.has(GroupKey.SUM, {3: SUM_OF_SIX, 2: SUM_OF_FIVE, 1: SUM_OF_SIX})


async def test_nothing_is_left_of_who_leaves_and_an_hour_of_four_is_none(village: Village) -> None:
    village.add(1, 2, 3, 4, 5, 6)
    await told(village, 1, 2, 3, 4, 5, hours=(1, 2, 900))
    await told(village, 6, hours=(1, 900))
    village.begin()
    await village.has(GroupKey.SUM, {900: SUM_OF_SIX, 2: SUM_OF_FIVE, 1: SUM_OF_SIX})
    village.leave(5)
    # What was recorded of an hour cannot be taken out: it counts nothing any more.
    await village.has(GroupKey.SUM, {900: SUM_OF_SIX - used(5), 2: 0.0, 1: SUM_OF_SIX - used(5)})
    await village.has(GroupKey.MEDIAN, {900: used(3), 2: 0.0, 1: used(3)})


async def test_what_is_older_than_readings_are_kept_stays_as_it_was_counted(
    village: Village,
) -> None:
    village.add(1, 2, 3, 4, 5, 6)
    village.begin()
    await told(village, 1, 2, 3, 4, 5, 6, hours=(1, 24 * 300))
    await village.has(GroupKey.SUM, {24 * 300: SUM_OF_SIX, 1: SUM_OF_SIX})
    (group,) = village.groups
    subentry = group.subentry
    village.hass.config_entries.async_update_subentry(
        village.entry, subentry, data={**subentry.data, "retention_days": 100}
    )
    village.groups.apply()
    village.leave(6)
    await village.has(GroupKey.SUM, {24 * 300: SUM_OF_SIX, 1: SUM_OF_FIVE})


async def test_an_hour_is_given_once_all_who_count_have_reported_it(village: Village) -> None:
    village.add(1, 2, 3, 4, 5, 6)
    village.give_since(3)
    await told(village, 1, 2, 3, 4, 5, hours=(1, 2, 3, 30))
    await told(village, 6, hours=(3, 30))
    village.begin()
    await village.has(GroupKey.GIVEN, {3: MEAN_OF_SIX})
    await told(village, 6, hours=(1, 2))
    await village.has(GroupKey.GIVEN, {3: MEAN_OF_SIX, 2: MEAN_OF_SIX, 1: MEAN_OF_SIX})
    (group,) = village.groups
    assert (group.given, group.given_homes) == ((village.now - 3600, MEAN_OF_SIX), 6)


async def test_who_is_silent_for_a_day_takes_another_out_and_what_comes_later_changes_nothing(
    village: Village,
) -> None:
    numbers = range(1, 8)
    village.add(*numbers)
    village.give_since(30)
    await told(village, *(one for one in numbers if one != 7))
    await told(village, 7, hours=(30, 29, 40))
    village.begin()
    await village.settled(24)
    before = await village.rows(GroupKey.GIVEN)
    assert set(before) == set(range(25, 31))
    everybody = set(numbers)
    assert of_whom(before[30]) == of_whom(before[29]) == everybody
    without = [of_whom(before[ago]) for ago in range(25, 29)]
    assert all(one == without[0] and len(one) == 5 and 7 not in one for one in without)
    # The past of the seventh comes after all: an hour that was given stays, one that was not yet
    # is given with all.
    await told(village, 7)
    await village.settled(0)
    after = await village.rows(GroupKey.GIVEN)
    assert {ago: after[ago] for ago in before} == before
    assert of_whom(after[24]) == everybody
    # The sums of all members, which nobody is given, do follow.
    assert (await village.rows(GroupKey.SUM))[26] == sum(map(used, numbers))


async def test_no_two_given_means_differ_by_one_home_whoever_comes_or_goes(
    village: Village,
) -> None:
    village.add(1, 2, 3, 4, 5, 6, 7)
    village.give_since(8)
    await told(village, *range(1, 8), hours=(8, 7, 6, 60))
    village.begin()
    await village.has(GroupKey.GIVEN, dict.fromkeys((8, 7, 6), sum(map(used, range(1, 8))) / 7))
    # One leaves, and is erased; one comes and has reported the same hours.
    village.leave(3)
    village.add(9, days_ago=0)
    await told(village, 9, hours=(8, 7, 6, 5, 4))
    await told(village, *(one for one in range(1, 8) if one != 3), hours=(5, 4))
    await village.settled(3)
    given = await village.rows(GroupKey.GIVEN)
    sets = [of_whom(given[ago]) for ago in (8, 7, 6, 5, 4)]
    assert all(len(one) >= LEAST_HOMES for one in sets)
    assert [len(before ^ after) for before, after in pairwise(sets)] == [0, 0, 2, 0]
    assert not sets[-1] & {3, 9}


async def test_four_homes_are_given_on_to_nobody(village: Village) -> None:
    village.add(1, 2, 3, 4)
    village.give_since(3)
    await told(village, 1, 2, 3, 4)
    village.begin()
    await village.settled(0)
    assert await village.rows(GroupKey.GIVEN) == {}


async def test_what_was_given_is_not_given_again_after_an_older_copy_was_restored(
    village: Village,
) -> None:
    village.add(1, 2, 3, 4, 5, 6)
    village.give_since(3)
    await told(village, 1, 2, 3, 4, 5, 6)
    village.begin()
    await village.has(GroupKey.GIVEN, {3: MEAN_OF_SIX, 2: MEAN_OF_SIX, 1: MEAN_OF_SIX})
    village.end()
    village.give_since(3)
    again = new_village(village.hass, village.entry, Village)
    for key in ("collected", "groups"):
        again.store.content[key] |= village.store.content[key]
    again.leave(1, 2)
    again.add(7, 8)
    await told(again, 7, 8)
    again.begin()
    await again.settled(0)
    assert await again.rows(GroupKey.GIVEN) == {3: MEAN_OF_SIX, 2: MEAN_OF_SIX, 1: MEAN_OF_SIX}
    again.end()


def figures_of(village: Village) -> list[str]:
    """Return the ids of all statistics of the group."""
    (group,) = village.groups
    return [group.name(key).statistic_id for key in GroupKey]


def remove(village: Village) -> None:
    """Remove the collection."""
    (group,) = village.groups
    village.hass.config_entries.async_remove_subentry(village.entry, group.subentry.subentry_id)
    village.groups.apply()
    assert list(village.groups) == []
    assert COLLECTION not in village.store.content["groups"]


async def test_a_collection_that_is_removed_takes_its_statistics_along(village: Village) -> None:
    village.add(1, 2, 3, 4, 5, 6)
    village.give_since(3)
    await told(village, 1, 2, 3, 4, 5, 6)
    village.begin()
    await village.has(GroupKey.GIVEN, {3: MEAN_OF_SIX, 2: MEAN_OF_SIX, 1: MEAN_OF_SIX})
    figures = figures_of(village)
    known = await async_metadata(village.hass, figures)
    assert len(known) == len(figures) - 2  # nobody says its area
    remove(village)
    await is_gone(village, figures)


async def is_gone(village: Village, figures: list[str]) -> None:
    """Wait until nothing of these statistics is left."""

    async def is_so() -> bool:
        return await async_metadata(village.hass, figures) == {}

    await until(is_so)


async def test_a_collection_that_is_removed_while_it_is_counted_leaves_nothing(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    village.add(1, 2, 3, 4, 5, 6)
    await told(village, 1, 2, 3, 4, 5, 6)
    written: list[str] = []

    async def removed_meanwhile(hass: HomeAssistant, statistic: Statistic, *rest: Any) -> Any:
        if len(written) == 2:
            remove(village)
        rows = await async_write(hass, statistic, *rest)
        written.append(statistic.statistic_id)
        return rows

    monkeypatch.setattr(groups_module, "async_write", removed_meanwhile)
    village.groups.apply()
    figures = figures_of(village)
    village.begin()
    await until(lambda: set(written) == set(figures[:-1]))
    await is_gone(village, figures)


async def test_who_has_no_group_waits_for_one_without_looking(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    village.begin()
    remove(village)
    looked: list[float] = []

    def monotonic() -> float:
        looked.append(time.monotonic() + AT_LATEST)  # of a machine that runs for long
        return looked[-1]

    clock = SimpleNamespace(time=time.time, monotonic=monotonic)
    monkeypatch.setattr(groups_module, "time", clock)
    await until(lambda: looked)
    await asyncio.sleep(0.2)
    assert len(looked) <= 2


async def test_news_of_an_hour_is_counted_a_while_later_all_at_once(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[tuple[float, float]] = []
    count = async_group_hours

    async def noted(hass: HomeAssistant, givings: object, begin: float, end: float) -> object:
        counted.append((begin, end))
        return await count(hass, givings, begin, end)  # type: ignore[arg-type]

    monkeypatch.setattr(groups_module, "async_group_hours", noted)
    monkeypatch.setattr(groups_module, "SOON_AFTER", 5.0)
    village.add(*range(1, 9))
    village.begin()
    await until(lambda: counted and next(iter(village.groups)).recent is None)
    counted.clear()
    await told(village, *range(1, 9), hours=(1,))
    await village.has(GroupKey.REPORTING, {1: 8}, "mean")
    assert len(counted) == 1
