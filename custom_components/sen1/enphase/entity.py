"""What all entities of a gateway share."""

from collections.abc import Callable, Iterable

from homeassistant.const import MATCH_ALL
from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .coordinator import GatewayConfigEntry, GatewayCoordinator


@callback
def async_keep_adding(
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[GatewayCoordinator], Iterable[GatewayEntity]],
) -> None:
    """Make the entities of what there is, and of what comes later: a roof may grow."""
    coordinator = entry.runtime_data
    made: set[str | None] = set()

    @callback
    def add() -> None:
        fresh = [one for one in entities_of(coordinator) if one.unique_id not in made]
        if fresh:
            made.update(one.unique_id for one in fresh)
            async_add_entities(fresh)

    add()
    entry.async_on_unload(coordinator.async_add_listener(add))


class GatewayEntity(CoordinatorEntity[GatewayCoordinator]):
    """One thing a gateway tells, on one of its devices."""

    _attr_has_entity_name = True
    _unrecorded_attributes = frozenset({MATCH_ALL})

    def __init__(
        self, coordinator: GatewayCoordinator, device: DeviceInfo, owner: str, key: str
    ) -> None:
        """`owner` is what the unique id begins with: the serial number, and a meter's kind."""
        super().__init__(coordinator)
        self._attr_device_info = device
        self._attr_unique_id = f"{owner}_{key}"
