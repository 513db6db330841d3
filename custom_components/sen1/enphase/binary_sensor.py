"""For each inverter, whether something is wrong with it."""

from typing import Any

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GatewayConfigEntry, GatewayCoordinator
from .devices import inverter_device
from .entity import GatewayEntity


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Watch each inverter there is, and each that comes."""
    coordinator = entry.runtime_data
    made: set[str] = set()

    @callback
    def add() -> None:
        if fresh := coordinator.data.inverters.keys() - made:
            made.update(fresh)
            async_add_entities(InverterProblem(coordinator, serial) for serial in sorted(fresh))

    add()
    entry.async_on_unload(coordinator.async_add_listener(add))


class InverterProblem(GatewayEntity, BinarySensorEntity):
    """On while an inverter is silent by day, or far below its neighbours."""

    _attr_device_class = BinarySensorDeviceClass.PROBLEM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_translation_key = "inverter_problem"

    def __init__(self, coordinator: GatewayCoordinator, serial: str) -> None:
        super().__init__(coordinator, inverter_device(coordinator, serial), serial, "problem")
        self._serial = serial

    @property
    def is_on(self) -> bool:
        """Tell whether something is wrong."""
        return self._serial in self.coordinator.watching.troubles

    @property
    def available(self) -> bool:
        """Tell whether the gateway knows this inverter."""
        return super().available and self._serial in self.coordinator.data.inverters

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return the reason, and the share of its neighbours' power that it reached."""
        trouble = self.coordinator.watching.troubles.get(self._serial)
        if trouble is None:
            return {"reason": None}
        share = {} if trouble.share is None else {"share_percent": round(100 * trouble.share)}
        return {"reason": trouble.reason.value, **share}
