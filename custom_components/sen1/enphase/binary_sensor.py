"""For each inverter, whether something is wrong with it."""

from collections.abc import Iterator
from typing import Any

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GatewayConfigEntry, GatewayCoordinator
from .devices import inverter_device
from .entity import GatewayEntity, async_keep_adding


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Watch each inverter."""
    async_keep_adding(entry, async_add_entities, problems_of)


def problems_of(coordinator: GatewayCoordinator) -> Iterator[InverterProblem]:
    """Yield for each inverter of the last readings whether something is wrong with it."""
    for serial in sorted(coordinator.data.inverters):
        yield InverterProblem(coordinator, serial)


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
        """Return whether something is wrong."""
        return self._serial in self.coordinator.watching.troubles

    @property
    def available(self) -> bool:
        """Return whether the gateway knows this inverter."""
        return super().available and self._serial in self.coordinator.data.inverters

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return the reason, and the share of its neighbours' power that it reached."""
        trouble = self.coordinator.watching.troubles.get(self._serial)
        if trouble is None:
            return {"reason": None}
        share = {} if trouble.share is None else {"share_percent": round(100 * trouble.share)}
        return {"reason": trouble.reason.value, **share}
