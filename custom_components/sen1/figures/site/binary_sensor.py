"""Binary sensors of a home: what there is enough surplus for, and what is wrong."""

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..const import NEED
from ..counting.entity import (
    FigureEntity,
    async_add_each,
    forget_others,
    home_device,
    subentry_device,
)
from ..watch.watch import HomeFault
from .site import HomeConfigEntry


async def async_setup_entry(
    hass: HomeAssistant, entry: HomeConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the sensor of each fault, of each need, and of each need that is added later."""
    home = entry.runtime_data
    faults = [FaultSensor(entry, fault) for fault in home.watch.faults()]
    forget_others(hass, entry, "binary_sensor", {fault.unique_id for fault in faults})
    async_add_entities(faults)
    needs = home.surplus.need_listeners.add
    async_add_each(entry, NEED, needs, async_add_entities, lambda one: [NeedSensor(entry, one)])


class FaultSensor(FigureEntity, BinarySensorEntity):
    """Whether something is wrong."""

    _attr_device_class = BinarySensorDeviceClass.PROBLEM
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, entry: HomeConfigEntry, fault: HomeFault) -> None:
        self._watch = entry.runtime_data.watch
        super().__init__(home_device(entry), fault, self._watch.listeners.add)
        self._fault = fault
        self._attr_translation_key = fault

    @property
    def is_on(self) -> bool:
        """Return whether it is wrong now."""
        return self._watch.is_on(self._fault)

    @property
    def extra_state_attributes(self) -> dict[str, list[str]]:
        """Return the sensors that are silent."""
        silent = self._watch.silent.get(self._fault)
        return {"sensors": silent} if silent else {}


class NeedSensor(FigureEntity, BinarySensorEntity):
    """Whether the appliance should run.

    Never unavailable: an automation would leave its appliance on for as long as that lasts.
    """

    _attr_translation_key = "need"

    def __init__(self, entry: HomeConfigEntry, subentry: ConfigSubentry) -> None:
        self._surplus, self._need_id = entry.runtime_data.surplus, subentry.subentry_id
        changes = self._surplus.listeners[self._need_id].add
        super().__init__(subentry_device(subentry, entry), "surplus", changes)

    @property
    def is_on(self) -> bool:
        """Return whether there is enough."""
        return self._surplus.sharing.offers[self._need_id].is_on
