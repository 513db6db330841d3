"""What all entities of a meter have in common, and when they are made."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..const import DOMAIN
from .labels.contracts import contract_of
from .labels.rows import EntityRow
from .line.tic import Frame, Mode
from .meter import LinkyConfigEntry, LinkyMeter


async def async_make_entities[R: EntityRow](
    hass: HomeAssistant,
    entry: LinkyConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    platform: Platform,
    rows: Mapping[Mode, Sequence[R]],
    make: Callable[[R, LinkyMeter, DeviceInfo], LinkyEntity],
) -> None:
    """Make the entities of the first whole frame, and of each later one that has more.

    Those that last are also made when Home Assistant knows them, whatever the meter sends now.
    """
    meter = entry.runtime_data
    first = await meter.frame
    device = device_of(meter, first)
    registry = er.async_get(hass)
    made: set[str] = set()

    @callback
    def add(found: Iterable[R]) -> None:
        fresh = {row.key: row for row in found}
        made.update(fresh)
        if fresh:
            async_add_entities(make(row, meter, device) for row in fresh.values())

    @callback
    def received(frame: Frame) -> None:
        add(row for row in rows[frame.mode] if row.key not in made and row.exists(frame))

    received(first)
    add(
        row
        for row in rows[first.mode]
        if row.lasts
        and row.key not in made
        and registry.async_get_entity_id(platform, DOMAIN, f"{meter.serial}_{row.key}")
    )
    entry.async_on_unload(meter.frame_listeners.add(received))


def device_of(meter: LinkyMeter, frame: Frame) -> DeviceInfo:
    """Describe the meter under the name of its entry, its contract as its model."""
    return DeviceInfo(
        name=meter.name,
        identifiers={(DOMAIN, meter.serial)},
        manufacturer="Enedis",
        model=contract_of(frame),
        serial_number=meter.serial,
    )


class LinkyEntity(Entity):
    """An entity of a meter, woken by the groups of some keys."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(
        self,
        row: EntityDescription,
        meter: LinkyMeter,
        device: DeviceInfo,
        listens_to: Sequence[str] = (),
    ) -> None:
        """`listens_to`: the keys that wake it, if it is not that of its row."""
        self.entity_description = row
        self._attr_unique_id = f"{meter.serial}_{row.key}"
        self._attr_device_info = device
        self._meter = meter
        self._listens_to = listens_to or (row.key,)

    async def async_added_to_hass(self) -> None:
        """Listen; Home Assistant writes the first state after this."""
        self.async_on_remove(self._meter.async_listen(self._listens_to, self._received))

    @callback
    @abstractmethod
    def _received(self) -> None:
        """Take note of what the meter sent, or no longer sends."""
