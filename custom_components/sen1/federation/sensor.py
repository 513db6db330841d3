"""Friends' series as sensors: each a device's entity, with a status that tells why it has none."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..protocol.follower import Status
from ..protocol.model import Description, Granularity
from ..protocol.provenance import SourceKind
from ..protocol.quantities import is_board, is_boolean, is_cumulative
from ..protocol.wishes import What
from .config import kind_of
from .entities.boards import PlaceSensor, async_add_boards, own_number
from .entities.feed import async_add_feeds
from .entities.group import async_add_groups
from .entities.series import Owner, SeriesEntity, async_add_series
from .entities.sheet import async_add_own_projects, async_add_sheets
from .follow.recording import is_kept
from .follow.series import Series
from .running import Running, RunningEntry
from .states import shown_of, state_class_of

UNKNOWN = "unknown"
"""The source of a series whose friend does not say where it comes from."""

NAMES = {
    What.CONSUMPTION: "member_consumption",
    What.PRODUCTION: "member_production",
    What.PER_AREA: "member_per_area",
}
"""What a member's series is called, by what was asked."""

STATUSES = [str(status) for status in Status]


async def async_setup_entry(
    hass: HomeAssistant,
    entry: RunningEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Make a status sensor of each series, and a reading of each that is not on or off."""
    async_add_series(hass, entry, async_add_entities, partial(entities_of, entry.runtime_data))
    async_add_boards(hass, entry, async_add_entities)
    async_add_sheets(hass, entry, async_add_entities)
    async_add_own_projects(entry, async_add_entities)
    async_add_feeds(hass, entry, async_add_entities)
    async_add_groups(entry, async_add_entities)


def entities_of(account: Running, series: Series, owner: Owner) -> list[SeriesEntity]:
    """Return the status of a series, and its reading where that is a sensor's.

    Of a member's there is the reading alone: the page of the collection tells its status. Of what
    is shown again there is no second status.
    """
    if (member := owner.member) is not None:
        what = member.answers(series.follower.grant.publication)
        # A friend may give a series for the sheet of its home alone: there it has no reading.
        return [MemberSensor(series, owner, member.number, What(what))] if what in NAMES else []
    entities: list[SeriesEntity] = [] if owner.is_again else [StatusSensor(series, owner)]
    if is_board(series.description.measurement):
        entities.append(PlaceSensor(series, owner, partial(own_number, account)))
    elif not is_boolean(series.description.measurement):
        entities.append(FriendSensor(series, owner))
    return entities


class FriendSensor(SeriesEntity, SensorEntity):
    """The newest reading of a friend's series."""

    def __init__(self, series: Series, owner: Owner) -> None:
        super().__init__(series, owner, "reading")
        self._is_again = owner.is_again
        self._described: Description | None = None
        self._update()

    def _update(self) -> None:
        description = self._series.description
        if description is not self._described:
            # Seldom: a thousand series have a reading a minute each.
            self._describe(description)
        latest = self._series.follower.latest
        self._attr_native_value = None if latest is None else self._shown.value(latest)
        self._attr_available = self._series.status is Status.RECEIVING

    def _describe(self, description: Description) -> None:
        self._described = description
        self._shown = shown = shown_of(description)
        self._name(description)
        self._attr_native_unit_of_measurement = shown.unit
        self._attr_device_class = shown.device_class
        # A series of periods has its long-term statistic from the imported history.
        # What is shown twice has one: each reading counts once.
        if shown.is_number and description.granularity is Granularity.LIVE and not self._is_again:
            self._attr_state_class = state_class_of(
                shown.device_class, is_cumulative=is_cumulative(description.measurement)
            )

    def _name(self, description: Description) -> None:
        self._attr_name = description.title

    @property
    def capability_attributes(self) -> dict[str, Any]:
        """Return also which way the energy flows, where the past is, and whether it is a group's.

        That is so whether there is a reading or not: a silent roof stays a production.
        """
        description = self._series.description
        told = super().capability_attributes or {}
        told = {**told, "direction": description.measurement.get("direction")}
        if is_kept(description):
            told["statistic"] = self._series.statistic_id
        provenance = description.provenance
        if provenance is not None and provenance.source is SourceKind.GROUP:
            told["group"] = True
        return told


class MemberSensor(FriendSensor):
    """The newest reading of what a member gives, under its number."""

    # Whoever can log in reads every state, so these are not listed, and one that nothing needs is
    # disabled. Of the others the recorder makes the statistics of live series, which the figures of
    # the group, coverage and checked scores read; the page of the collection leads to each.
    _attr_entity_registry_visible_default = False

    def __init__(self, series: Series, owner: Owner, number: int, what: What) -> None:
        # The ranking takes the figure of a year from what came, and tells none of few homes.
        self._attr_entity_registry_enabled_default = what is not What.PER_AREA
        self._attr_translation_key = NAMES[what]
        self._attr_translation_placeholders = {"number": f"{number:03}"}
        super().__init__(series, owner)

    def _name(self, description: Description) -> None:
        """Whatever its member calls it, it is what was asked for."""


class StatusSensor(SeriesEntity, SensorEntity):
    """Why a friend's series has a value, or none."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_options = STATUSES
    _attr_translation_key = "series_status"
    _attr_translation_placeholders: Mapping[str, str] = {}

    def __init__(self, series: Series, owner: Owner) -> None:
        super().__init__(series, owner, "status")
        self._of = kind_of(owner.subentry)
        self._update()

    @property
    def capability_attributes(self) -> dict[str, Any]:
        """Return also of what it is: who gives back what one takes part in need be no friend."""
        return {**(super().capability_attributes or {}), "of": self._of}

    @callback
    def _on_change(self) -> None:
        before = self._told()
        self._update()
        if self._told() != before:
            # Each reading wakes it, and few change it.
            self.async_write_ha_state()

    def _told(self) -> tuple[Any, ...]:
        placeholders = self._attr_translation_placeholders
        return self._attr_native_value, self._attr_extra_state_attributes, placeholders

    def _update(self) -> None:
        placeholders = {"series": self._series.description.title}
        if placeholders != self._attr_translation_placeholders:
            self._attr_translation_placeholders = placeholders
            # Home Assistant keeps the name it made; to set another and take it back makes it anew.
            self._attr_name = None
            del self._attr_name
        self._attr_native_value = self._series.status
        # How much of the past is there, while it is being filled back.
        part = self._series.history
        told: dict[str, Any] = {} if part is None else {"history": round(100 * part)}
        self._attr_extra_state_attributes = told | _provenance_of(self._series.description)


def _provenance_of(description: Description) -> dict[str, str]:
    """Return where a series comes from, and by what way it came here."""
    provenance = description.provenance
    said = {"source": UNKNOWN} if provenance is None else provenance.said()
    return {**said, "way": "node"}
