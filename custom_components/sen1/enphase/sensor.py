"""Sensors of a gateway, its meters, its inverters and its batteries."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from homeassistant.components.sensor import SensorEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import ExtraStoredData, RestoredExtraData, RestoreEntity
from homeassistant.util import dt as dt_util

from .coordinator import GatewayConfigEntry, GatewayCoordinator
from .devices import METERS, battery_device, gateway_device, inverter_device, meter_device, meter_id
from .entity import GatewayEntity, async_keep_adding
from .lifetime import Lifetime
from .readings import SYSTEM, Readings
from .rows import (
    BATTERY,
    GATEWAY,
    INVERTER,
    Battery,
    SensorValue,
    ValueRow,
    of_each_phase,
    of_meter,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Make the sensors of the gateway and of what hangs on it."""
    async_keep_adding(entry, async_add_entities, sensors_of)


def sensors_of(coordinator: GatewayCoordinator) -> Iterator[GatewaySensor[Any]]:
    """Yield a sensor for each row that the gateway's last readings have."""
    readings, serial = coordinator.data, coordinator.gateway.serial

    def make[T](
        rows: tuple[ValueRow[T], ...],
        device: DeviceInfo,
        owner: str,
        source: Callable[[Readings], T | None],
    ) -> Iterator[GatewaySensor[T]]:
        if (found := source(readings)) is None:
            return
        for row in rows:
            if row.exists(found):
                made = LifetimeSensor if row.is_lifetime else GatewaySensor
                yield made(coordinator, device, owner, row, source)

    device = gateway_device(coordinator)
    yield from make(GATEWAY, device, serial, lambda r: r)
    for phase in readings.phases:
        yield from make(of_each_phase(phase), device, serial, lambda r: r)
    for kind in readings.kinds:
        if kind in METERS:
            device = meter_device(coordinator, kind)
            for phase in (SYSTEM, *readings.phases):
                source = partial(Readings.moving_meter, kind=kind, phase=phase)
                yield from make(of_meter(phase), device, meter_id(coordinator, kind), source)
    for number in readings.inverters:
        device = inverter_device(coordinator, number)
        yield from make(INVERTER, device, number, partial(Readings.inverter, serial=number))
    for number in readings.batteries:
        device = battery_device(coordinator, number)
        yield from make(BATTERY, device, number, partial(Battery.of, serial=number))


class GatewaySensor[T](GatewayEntity, SensorEntity):
    """A value of now: unavailable while the gateway does not tell it."""

    entity_description: ValueRow[T]

    def __init__(
        self,
        coordinator: GatewayCoordinator,
        device: DeviceInfo,
        owner: str,
        row: ValueRow[T],
        source: Callable[[Readings], T | None],
    ) -> None:
        super().__init__(coordinator, device, owner, row.key)
        self.entity_description = row
        self._attr_translation_placeholders = row.placeholders
        self._source = source

    @property
    def _told(self) -> SensorValue | None:
        found = self._source(self.coordinator.data)
        return None if found is None else self.entity_description.value(found)

    @property
    def native_value(self) -> SensorValue | None:
        """Return what the gateway last told."""
        return self._told

    @property
    def available(self) -> bool:
        """Return whether the gateway answers, and has this value."""
        return super().available and self._told is not None


class LifetimeSensor[T](GatewaySensor[T], RestoreEntity):
    """An energy since the beginning: it stays where it was while the gateway is away."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._lifetime = Lifetime()

    async def async_added_to_hass(self) -> None:
        """Go on from what was shown before a restart."""
        if (stored := await self.async_get_last_extra_data()) is not None:
            self._lifetime = Lifetime(**stored.as_dict())
        await super().async_added_to_hass()
        self._read()

    @property
    def extra_restore_state_data(self) -> ExtraStoredData:
        """Return what is needed to go on."""
        lifetime = self._lifetime
        return RestoredExtraData(
            {"shown": lifetime.shown, "counter": lifetime.counter, "at": lifetime.at}
        )

    @property
    def native_value(self) -> SensorValue | None:
        """Return the energy counted, without the counter's accidents."""
        return self._lifetime.shown

    @property
    def available(self) -> bool:
        """Return whether anything was ever counted."""
        return self._lifetime.shown is not None

    @callback
    def _handle_coordinator_update(self) -> None:
        self._read()
        super()._handle_coordinator_update()

    def _read(self) -> None:
        told = self._told
        if self.coordinator.last_update_success and isinstance(told, int | float):
            self._lifetime.read(told, dt_util.utcnow().timestamp())
