"""Entities that tell of the line itself: whether the meter answers, and how good the line is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.components.sensor import SensorEntity, SensorEntityDescription, SensorStateClass
from homeassistant.const import MATCH_ALL, EntityCategory
from homeassistant.core import callback
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.event import async_track_time_interval

from .entity import LinkyEntity, device_of
from .line.tic import Statistics
from .meter import LinkyMeter

LINE = "line"
"""Ends unique ids; nothing that the meter sends is called so."""

COUNTED_EVERY = timedelta(minutes=5)
"""A standard meter sends forty groups a second, which nobody wants in a database."""


@dataclass(frozen=True, kw_only=True)
class CountDescription(SensorEntityDescription):
    """One count of the decoder."""

    count: Callable[[Statistics], int]


def _count(key: str, count: Callable[[Statistics], int]) -> CountDescription:
    return CountDescription(
        key=key,
        translation_key=key,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        state_class=SensorStateClass.TOTAL_INCREASING,
        count=count,
    )


COUNTS = (
    _count("groups_good", lambda statistics: statistics.good),
    _count("groups_damaged", lambda statistics: statistics.bad.total()),
)


class LineEntity(LinkyEntity):
    """Available also when the meter does not answer: that is when it is looked at."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _unrecorded_attributes = frozenset({MATCH_ALL})

    def __init__(self, row: EntityDescription, meter: LinkyMeter) -> None:
        super().__init__(row, meter, device_of(meter, meter.frame.result()), (LINE,))

    @callback
    def _received(self) -> None:
        self.async_write_ha_state()


class Connectivity(LineEntity, BinarySensorEntity):
    """Whether the meter answers."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY

    def __init__(self, meter: LinkyMeter) -> None:
        super().__init__(EntityDescription(key=LINE), meter)

    @property
    def is_on(self) -> bool:
        """Return whether whole frames of this meter come."""
        return self._meter.fault is None


class GroupCount(LineEntity, SensorEntity):
    """How many groups came since Home Assistant opened the line."""

    entity_description: CountDescription

    @property
    def native_value(self) -> int:
        """Return the count."""
        return self.entity_description.count(self._meter.stream.statistics)

    async def async_added_to_hass(self) -> None:
        """Write the count now and then, not at each group."""

        @callback
        def write(now: datetime) -> None:
            self.async_write_ha_state()

        await super().async_added_to_hass()
        self.async_on_remove(async_track_time_interval(self.hass, write, COUNTED_EVERY))
