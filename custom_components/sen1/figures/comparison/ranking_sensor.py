"""The sensor of a ranking: one's own place, the head and the tail beside it."""

from collections.abc import Iterator
from typing import Any

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..counting.states import number
from .members import Member, MembersSensor
from .ranking import CONF_MINE, CONF_NAMES, Ranked, pseudonyms, ranking_of


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

    def _figures(self, members: list[Member]) -> Iterator[tuple[str, float, bool]]:
        """Yield the name and the figure of each that has one, and whether it is one's own."""
        data, salt = self._members.subentry.data, self._members.subentry.subentry_id
        letters = pseudonyms((one.ref for one in members), salt)
        for member in members:
            value = number(member.state)
            if value is not None and value > 0:
                name = self._name_of(member) if data[CONF_NAMES] else letters[member.ref]
                yield name, value, member.ref == data.get(CONF_MINE)

    def _name_of(self, member: Member) -> str:
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
