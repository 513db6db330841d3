"""Friends' series that are on or off."""

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..protocol.follower import Status
from ..protocol.quantities import is_boolean
from .entities.series import Owner, SeriesEntity, async_add_series
from .follow.series import Series
from .running import RunningEntry
from .states import binary_device_class_of


async def async_setup_entry(
    hass: HomeAssistant,
    entry: RunningEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Make the entities of the series that are on or off."""
    async_add_series(hass, entry, async_add_entities, entities_of)


def entities_of(series: Series, owner: Owner) -> list[SeriesEntity]:
    """Return the entity of a series that is on or off; what members are asked for never is."""
    if owner.member is None and is_boolean(series.description.measurement):
        return [FriendBinarySensor(series, owner)]
    return []


class FriendBinarySensor(SeriesEntity, BinarySensorEntity):
    """The newest state of a friend's series."""

    def __init__(self, series: Series, owner: Owner) -> None:
        super().__init__(series, owner, "reading")
        self._update()

    def _update(self) -> None:
        description = self._series.description
        self._attr_name = description.title
        self._attr_device_class = binary_device_class_of(description.measurement)
        latest = self._series.follower.latest
        self._attr_is_on = None if latest is None else bool(latest.value)
        self._attr_available = self._series.status is Status.RECEIVING
