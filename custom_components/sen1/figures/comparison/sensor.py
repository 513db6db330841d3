"""Sensors made of members: what a group comes to, who says something, one's own rank."""

from collections.abc import Iterator
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.components.sensor.const import UNIT_CONVERTERS
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_UNIT_OF_MEASUREMENT, EntityCategory
from homeassistant.core import State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ...protocol.limits import can_be
from ..counting.entity import SteadySensor
from ..counting.states import number
from .group import CONF_INDEX, CONF_OPERATION, CONF_UNIT, MemberGroup, Operation
from .members import GroupMember, Members, MembersSensor
from .ranking import CONF_MINE, CONF_NAMES, Ranked, pseudonyms, ranking_of


class GroupSensor(MembersSensor):
    """The sum or the mean of the members."""

    key = "group"
    _attr_name = None

    def __init__(self, members: Members) -> None:
        super().__init__(members)
        self._configure()

    def _configure(self) -> None:
        data = self._data = self._members.subentry.data
        self._group = MemberGroup(Operation(data[CONF_OPERATION]), is_index=data[CONF_INDEX])
        self._attr_native_unit_of_measurement = data[CONF_UNIT]
        device_class = data[ATTR_DEVICE_CLASS]
        self._attr_device_class = SensorDeviceClass(device_class) if device_class else None
        self._attr_state_class = (
            SensorStateClass.TOTAL if data[CONF_INDEX] else SensorStateClass.MEASUREMENT
        )

    def _update(self) -> None:
        if self._members.subentry.data is not self._data:
            self._configure()
        members = self._members.all()
        combined = self._group.combine({one.ref: self._value(one.state) for one in members})
        self._attr_native_value = combined.value
        self._attr_available = combined.value is not None
        self._attr_extra_state_attributes = {
            CONF_OPERATION: self._data[CONF_OPERATION],
            "reporting": combined.reporting,
            "of": len(members),
        }

    def _value(self, state: State | None) -> float | None:
        """Return what a member says, in the unit of the group."""
        if state is None:
            return None
        value, unit = number(state), state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
        if value is None:
            return None
        try:
            if unit != self._attr_native_unit_of_measurement:
                converter = UNIT_CONVERTERS[self._attr_device_class]
                value = converter.convert(value, unit, self._attr_native_unit_of_measurement)
        except KeyError, HomeAssistantError:
            return None
        return value if can_be(value) else None


class ReportingSensor(MembersSensor, SteadySensor):
    """How many members say something; which do not, in an attribute."""

    key = "reporting"
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_translation_key = "members_reporting"

    def _update(self) -> None:
        members = self._members.all()
        missing = [member.entity_id or "?" for member in members if member.state is None]
        self._attr_native_value = len(members) - len(missing)
        self._attr_extra_state_attributes = {"of": len(members), "missing": missing}


class RankSensor(MembersSensor):
    """One's own rank; unknown while one's own figure is, or where one has none."""

    key = "rank"
    _attr_translation_key = "rank"

    def _update(self) -> None:
        members = self._members.all()
        ranking = ranking_of(self._figures(members))
        mine = ranking.mine
        units = [m.state.attributes.get(ATTR_UNIT_OF_MEASUREMENT) for m in members if m.state]
        self._attr_native_value = None if mine is None else mine.rank
        self._attr_extra_state_attributes = {
            "value": None if mine is None else mine.value,
            "unit": next(iter(units), None),
            "of": len(ranking.homes),
            "missing": len(members) - len(ranking.homes),
            "head": [_row(home) for home in ranking.head],
            "tail": [_row(home) for home in ranking.tail],
        }

    def _figures(self, members: list[GroupMember]) -> Iterator[tuple[str, float, bool]]:
        """Yield the name and the figure of each that has one, and whether it is one's own."""
        data, salt = self._members.subentry.data, self._members.subentry.subentry_id
        letters = pseudonyms((one.ref for one in members), salt)
        for member in members:
            value = number(member.state)
            if value is not None and value > 0:
                name = self._name_of(member) if data[CONF_NAMES] else letters[member.ref]
                yield name, value, member.ref == data.get(CONF_MINE)

    def _name_of(self, member: GroupMember) -> str:
        """Return how the household calls the friend, or its own sensor."""
        entity = er.async_get(self.hass).async_get(member.entity_id or "")
        device_id = None if entity is None else entity.device_id
        device = dr.async_get(self.hass).async_get(device_id) if device_id else None
        if device is not None and (name := device.name_by_user or device.name):
            return name
        return member.state.name if member.state else ""


def _row(home: Ranked) -> dict[str, Any]:
    row: dict[str, Any] = {"rank": home.rank, "name": home.name, "value": home.value}
    return row | {"mine": True} if home.is_mine else row
