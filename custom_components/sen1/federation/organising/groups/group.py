"""A group: what is known of it lately, what its statistics are called, its end."""

from collections.abc import Mapping

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ....const import DOMAIN
from ....history.points import Aggregation, Hour
from ....history.statistics import Statistic, async_clear
from ....listeners import Listeners
from ....protocol.term import Span
from ....protocol.wishes import PER_AREA_UNIT
from ....texts import async_texts
from ...config import CollectionData, collection_data
from ...relations.group_names import GroupKey, GroupName
from .figures import GroupHour

ENOUGH = 0.9
"""The newest hour of which so large a part has reported is shown."""

UNITS = {
    GroupKey.SUM: "kWh",
    GroupKey.MEAN: "kWh",
    GroupKey.MEDIAN: "kWh",
    GroupKey.PER_AREA: PER_AREA_UNIT,
    GroupKey.PER_PERSON: "kWh",
    GroupKey.GIVEN: "kWh",
}
"""Of each figure that is an energy."""


class CollectionGroup:
    """The members of a collection who give one thing, and what they came to lately."""

    is_counted = True
    """Whether there are figures of it, beside what is given on."""

    def __init__(self, subentry: ConfigSubentry, what: str) -> None:
        self.subentry = subentry
        self.what = what
        self.listeners = Listeners[()]()
        """Of each change."""
        self.of = 0
        """How many give it."""
        self.hours: dict[int, GroupHour] = {}
        """Of the last days, by begin."""
        self.given: tuple[float, float] | None = None
        """When the last hour that was given began, and what it came to."""
        self.given_homes = 0
        self.settled: float | None = None
        """Before when nothing is given any more."""
        self.recent: Span | None = None
        """Between which times news came of these days, and are not counted yet."""
        self.recent_at = self.past_first = self.past_last = 0.0
        """When there was news first, of these days and of the past, and of the past last."""
        self.is_given_read = False
        """Whether it was looked up how far it is given on."""

    @property
    def id(self) -> str:
        """The id of its collection."""
        return self.data["collection"]

    @property
    def data(self) -> CollectionData:
        """What its collection says."""
        return collection_data(self.subentry)

    def name(self, key: GroupKey) -> GroupName:
        """Return what one of its figures is called."""
        return GroupName(self.id, self.what, key)

    @property
    def shown(self) -> GroupHour | None:
        """The newest hour that nearly all have reported, else the newest that is known."""
        newest = sorted(self.hours.values(), key=lambda hour: -hour.begin)
        enough = (hour for hour in newest if hour.homes >= ENOUGH * self.of)
        return next(enough, newest[0] if newest else None)


class FriendsGroup(CollectionGroup):
    """The homes of a group that the household made, of which nothing but the mean is told."""

    is_counted = False

    @property
    def id(self) -> str:
        """The id of its subentry."""
        return self.subentry.subentry_id.lower()


async def async_names(hass: HomeAssistant, group: CollectionGroup) -> dict[GroupKey, str]:
    """Return what the statistics of a group are called: as its entities are."""
    texts = await async_texts(hass, "entity.sensor")
    keys = {key: f"{translation_key(group.what, key)}.name" for key in GroupKey}
    return {key: f"{group.subentry.title}, {texts.get(keys[key], key)}" for key in GroupKey}


def translation_key(what: str, key: GroupKey) -> str:
    """Return what the name of a figure is found by."""
    return f"group_{what}_{key}"


@callback
def forget_group(hass: HomeAssistant, group_id: str, what: str) -> None:
    """Remove the entities and the statistics of a group."""
    registry = er.async_get(hass)
    for key in GroupKey:
        name = GroupName(group_id, what, key)
        entity_id = registry.async_get_entity_id(Platform.SENSOR, DOMAIN, name.unique_id)
        if entity_id is not None:
            registry.async_remove(entity_id)
        if "recorder" in hass.config.components:
            async_clear(hass, name.statistic_id)


def statistic_of(group: CollectionGroup, key: GroupKey, names: Mapping[GroupKey, str]) -> Statistic:
    """Return the statistic of one of a group's figures."""
    aggregation = Aggregation.SUM if key in UNITS else Aggregation.MEAN
    return Statistic(group.name(key).statistic_id, names[key], UNITS.get(key), aggregation)


def hour_of(begin: int, value: float) -> Hour:
    """Return what an hour came to, as it is recorded."""
    return Hour(begin, value, 1, value, value)
