"""What all entities of a gateway share."""

from homeassistant.const import MATCH_ALL
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .coordinator import GatewayCoordinator


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
