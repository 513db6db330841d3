"""A group that a household made of its friends' series: what of it is given on, and what never."""

from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import CONF_KIND, DOMAIN, FRIEND, GROUP, Kind
from custom_components.sen1.federation.follow.progress import Progress
from custom_components.sen1.federation.follow.series import Series
from custom_components.sen1.federation.organising.groups import groups as groups_module
from custom_components.sen1.federation.organising.kept import GroupData
from custom_components.sen1.federation.publish.source import choose
from custom_components.sen1.federation.relations.group_names import OF_FRIENDS, GroupKey, GroupName
from custom_components.sen1.federation.states import unique_id_of
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import HOUR, Aggregation, Point
from custom_components.sen1.history.recorder import async_committed
from custom_components.sen1.homes import CONF_MEMBERS
from custom_components.sen1.protocol.budget import Budgets
from custom_components.sen1.protocol.errors import NotShareable
from custom_components.sen1.protocol.model import BareJid, PublicationId

from ....protocol.samples import DESCRIPTION, GRANT
from .conftest import Village, new_village
from .test_groups import of_whom, used

INDEX = replace(DESCRIPTION, unit="Wh", measurement={"name": "active-energy-index"})

OWN_HOME = 0
"""The household's own home, beside those of its friends."""


class Street(Village):
    """A household, its friends, and the group that it made of what they use."""

    def befriend(self, *numbers: int, parts: int = 1) -> None:
        """Be friends with homes, each of which gives its consumption in so many series."""
        for number in numbers:
            jid = BareJid(f"home{number}@village.test")
            friend = ConfigSubentry(
                data=MappingProxyType({"jid": jid, "grants": []}),
                subentry_type=FRIEND,
                title=f"Home {number}",
                unique_id=jid,
            )
            self.hass.config_entries.async_add_subentry(self.entry, friend)
            for part in range(parts):
                publication = PublicationId(f"00000000-0000-0000-000{part}-00000000000{number}")
                grant = replace(GRANT, publication=publication, description=INDEX)
                progress = Progress.begin(self.store, grant)
                series = Series(self.hass, Budgets(), jid, progress)
                self.series.append(series)
                unique_id = unique_id_of(friend.subentry_id, publication, "reading")
                self.choose_sensor(DOMAIN, unique_id, friend, statistic=series.statistic_id)

    def choose_sensor(
        self, platform: str, unique_id: str, friend: ConfigSubentry | None = None, **told: str
    ) -> None:
        """Choose a sensor for the group, with what else it tells."""
        entity = er.async_get(self.hass).async_get_or_create(
            "sensor",
            platform,
            unique_id,
            config_entry=self.entry if friend else None,
            config_subentry_id=friend.subentry_id if friend else None,
        )
        self.hass.states.async_set(entity.entity_id, "1", told)
        self.chosen.append(entity)

    def group(self) -> None:
        """Make a group of all that was chosen."""
        members = [entity.id for entity in self.chosen]
        self.made = ConfigSubentry(
            data=MappingProxyType({CONF_MEMBERS: members}),
            subentry_type=GROUP,
            title="Street",
            unique_id=None,
        )
        self.hass.config_entries.async_add_subentry(self.entry, self.made)
        self.id = self.made.subentry_id.lower()

    def give_since(self, hours_ago: int) -> None:
        """Let the mean be given on since an hour, of a day before which nobody counted."""
        self.store.content["groups"][self.id] = {
            OF_FRIENDS: GroupData(
                settled=self.now - hours_ago * HOUR, day="2020-01-01", homes=[], given=[]
            )
        }

    def name(self, key: GroupKey) -> GroupName:
        """Return what a figure of the group is called."""
        return GroupName(self.id, OF_FRIENDS, key)

    async def used(self, *numbers: int, hours: Collection[int], part: int = 0) -> None:
        """Have friends tell what they use in some hours, by how long ago these began."""
        for number in numbers:
            of_friend = [
                one for one in self.series if one.publisher == f"home{number}@village.test"
            ]
            points = [Point(self.now - ago * HOUR, HOUR, used(number)) for ago in sorted(hours)]
            points = [replace(one, value=one.value / len(of_friend)) for one in points[::-1]]
            await async_archive(self.hass).async_add(
                of_friend[part].statistic_id, "Home", "kWh", Aggregation.SUM, points
            )

    async def used_here(self, hours: Collection[int]) -> None:
        """Have the household's own meter count, of which Home Assistant makes the statistic."""
        (own,) = (entity for entity in self.chosen if entity.platform == "test")
        oldest, total, rows = max(hours) + 1, 0.0, list[StatisticData]()
        for ago in range(oldest, 0, -1):
            total += used(OWN_HOME) if ago in hours else 0.0
            start = dt_util.utc_from_timestamp(self.now - ago * HOUR)
            rows.append(StatisticData(start=start, state=5_000 + total, sum=total))
        metadata = StatisticMetaData(
            mean_type=StatisticMeanType.NONE,
            has_sum=True,
            name=None,
            source="recorder",
            statistic_id=own.entity_id,
            unit_class="energy",
            unit_of_measurement="kWh",
        )
        async_import_statistics(self.hass, metadata, rows)
        await async_committed(self.hass)

    async def given_to(self) -> dict[int, set[int]]:
        """Return of whom each hour is that was given, by how long ago it began."""
        return {ago: of_whom(mean) for ago, mean in (await self.rows(GroupKey.GIVEN)).items()}


@pytest.fixture
async def street(
    recorder_mock: Recorder, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Street]:
    """Return a household that has neither friends nor a group yet."""
    for wait in ("GATHERED", "SOON_AFTER", "QUIET"):
        monkeypatch.setattr(groups_module, wait, 0.0)
    entry = MockConfigEntry(
        domain=DOMAIN, data={CONF_KIND: Kind.ACCOUNT, "jid": "town@village.test"}
    )
    entry.add_to_hass(hass)
    street = new_village(hass, entry, Street)
    yield street
    street.end()
    for series in street.series:
        series.stop()


async def test_of_six_homes_that_one_falls_silent_of_never_one_alone_is_missing(
    street: Street,
) -> None:
    homes = {OWN_HOME, 1, 2, 3, 4, 5, 6}
    street.befriend(1, 2, 3, 4, 5, 6)
    street.choose_sensor("test", "own")
    street.group()
    street.give_since(30)
    await street.used_here(range(1, 41))
    await street.used(1, 2, 3, 4, 5, hours=range(1, 41))
    await street.used(6, hours=range(28, 41))
    street.begin()
    await street.settled(24)
    given = await street.given_to()
    assert [given[ago] == homes for ago in range(30, 24, -1)] == [True] * 3 + [False] * 3
    assert all(6 not in given[ago] and len(given[ago]) == 5 for ago in range(27, 24, -1))
    # It comes again, with what it used meanwhile: what was given stays as it was.
    await street.used(6, hours=range(1, 28))
    await street.settled(0)
    again = await street.given_to()
    assert {ago: again[ago] for ago in given} == given
    assert again[1] == homes
    changes = [len(one ^ other) for one, other in pairwise(again[ago] for ago in range(30, 0, -1))]
    assert set(changes) == {0, 2}


async def test_several_series_of_a_friend_are_one_home_and_of_four_nothing_is_given(
    street: Street,
) -> None:
    street.befriend(1, 2, 3)
    street.befriend(4, parts=2)
    street.group()
    street.give_since(3)
    for part in range(2):
        await street.used(4, hours=(1, 2, 3), part=part)
    await street.used(1, 2, 3, hours=(1, 2, 3))
    street.begin()
    await street.settled(0)
    assert await street.rows(GroupKey.GIVEN) == {}
    assert next(iter(street.groups)).of == 4


async def test_a_home_has_reported_when_each_of_its_series_has(street: Street) -> None:
    street.befriend(1, 2, 3, 4, 5, 6)
    street.befriend(7, parts=2)
    street.group()
    street.give_since(3)
    await street.used(1, 2, 3, 4, 5, 6, hours=(1, 2, 3))
    await street.used(7, hours=(1, 2, 3), part=0)
    await street.used(7, hours=(3,), part=1)
    street.begin()
    await street.settled(2)
    assert await street.given_to() == {3: {1, 2, 3, 4, 5, 6, 7}}


async def test_nothing_else_is_told_of_it_and_as_it_is_it_is_shared_with_nobody(
    hass: HomeAssistant, street: Street
) -> None:
    street.befriend(1, 2, 3, 4, 5)
    street.group()
    street.give_since(2)
    await street.used(1, 2, 3, 4, 5, hours=(1, 2))
    street.begin()
    await street.settled(0)
    assert set(await street.rows(GroupKey.GIVEN)) == {1, 2}
    others = [key for key in GroupKey if key is not GroupKey.GIVEN]
    assert [await street.rows(key) for key in others] == [{}] * len(others)
    as_it_is = er.async_get(hass).async_get_or_create(
        "sensor",
        DOMAIN,
        f"{street.made.subentry_id}_group",
        config_entry=street.entry,
        config_subentry_id=street.made.subentry_id,
    )
    # Nor while it has no value, and no attribute that would say of how many it is.
    for attributes in ({"homes": 5}, {}):
        hass.states.async_set(as_it_is.entity_id, "1", attributes)
        with pytest.raises(NotShareable, match="of_a_group"):
            choose(hass, as_it_is.entity_id)


async def test_a_group_without_friends_gives_nothing_on_and_one_that_ends_leaves_nothing(
    street: Street,
) -> None:
    street.choose_sensor("test", "own")
    street.choose_sensor("test", "shed")
    street.group()
    street.begin()
    assert list(street.groups) == []
    street.hass.config_entries.async_remove_subentry(street.entry, street.made.subentry_id)
    street.befriend(1)
    street.group()
    street.groups.apply()
    assert [group.id for group in street.groups] == [street.id]
    street.hass.config_entries.async_remove_subentry(street.entry, street.made.subentry_id)
    street.groups.apply()
    assert list(street.groups) == []
    assert street.store.content["groups"] == {}


async def test_what_a_collection_comes_to_is_no_home_of_a_group(street: Street) -> None:
    street.befriend(1, 2, 3, 4)
    friend = next(iter(street.entry.subentries.values()))
    collected = GroupName("3f6a00c2d4e5f601", "consumption", GroupKey.SUM)
    street.choose_sensor(DOMAIN, collected.unique_id, friend, statistic=collected.statistic_id)
    street.group()
    street.begin()
    (group,) = street.groups
    assert len(street.groups.givings(group)) == 4
