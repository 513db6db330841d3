"""The devices of a gateway: itself, its meters, its inverters, its batteries."""

from collections.abc import Callable, Iterable
from typing import Any

from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceInfo
from pyenphase.models.meters import CtType

from ..const import DOMAIN
from .coordinator import GatewayCoordinator

MANUFACTURER = "Enphase"

METERS = {
    CtType.PRODUCTION: "meter_production",
    CtType.NET_CONSUMPTION: "meter_net_consumption",
    CtType.TOTAL_CONSUMPTION: "meter_total_consumption",
    CtType.STORAGE: "meter_storage",
    CtType.BACKFEED: "meter_backfeed",
    CtType.LOAD: "meter_load",
    CtType.EVSE: "meter_evse",
    CtType.PV3P: "meter_pv3p",
}
"""What a meter measures → the name of its device."""


def gateway_device(coordinator: GatewayCoordinator) -> DeviceInfo:
    """Describe the gateway itself, under the name of its entry."""
    gateway = coordinator.gateway
    return DeviceInfo(
        name=coordinator.config_entry.title,
        identifiers={(DOMAIN, gateway.serial)},
        manufacturer=MANUFACTURER,
        model=gateway.envoy.envoy_model,
        sw_version=gateway.firmware,
        hw_version=gateway.envoy.part_number,
        serial_number=gateway.serial,
    )


def meter_id(coordinator: GatewayCoordinator, kind: str) -> str:
    """Return what names a meter among all devices, and begins the unique ids of its entities."""
    return f"{coordinator.gateway.serial}_ct_{kind}"


def meter_device(coordinator: GatewayCoordinator, kind: str) -> DeviceInfo:
    """Describe a meter (a pair of current clamps)."""
    return _below(coordinator, meter_id(coordinator, kind), METERS[CtType(kind)])


def inverter_device(coordinator: GatewayCoordinator, serial: str) -> DeviceInfo:
    """Describe an inverter."""
    return _numbered(coordinator, "enphase_inverter", serial, coordinator.data.inverters)


def battery_device(coordinator: GatewayCoordinator, serial: str) -> DeviceInfo:
    """Describe a battery."""
    batteries = coordinator.data.batteries
    version = batteries[serial].firmware_version
    return _numbered(coordinator, "enphase_battery", serial, batteries, sw_version=version)


def _numbered(
    coordinator: GatewayCoordinator, name: str, serial: str, serials: Iterable[str], **more: str
) -> DeviceInfo:
    """Describe a device that is named by the end of its serial number, as on its label."""
    number = {"number": _short(serial, serials)}
    return _below(
        coordinator, serial, name, serial_number=serial, translation_placeholders=number, **more
    )


def identifiers_of(coordinator: GatewayCoordinator) -> set[tuple[str, str]]:
    """Return the identifiers of all devices that the gateway has now."""
    serial, readings = coordinator.gateway.serial, coordinator.data
    return {
        (DOMAIN, one)
        for one in (
            serial,
            *(meter_id(coordinator, kind) for kind in readings.kinds),
            *readings.inverters,
            *readings.batteries,
        )
    }


def _short(serial: str, serials: Iterable[str]) -> str:
    """Return the last four digits, or more where two would be the same."""
    others = [one for one in serials if one != serial]
    length = 4
    while any(one.endswith(serial[-length:]) for one in others) and length < len(serial):
        length += 1
    return serial[-length:]


def _below(coordinator: GatewayCoordinator, number: str, name: str, **more: Any) -> DeviceInfo:
    """Describe a device that hangs on the gateway's."""
    identifier = (DOMAIN, coordinator.gateway.serial)
    if hasattr(dr, "async_get_device_id_by_identifier"):
        more["via_device_id"] = dr.async_get_device_id_by_identifier(
            coordinator.hass, identifier, config_entry_id=coordinator.config_entry.entry_id
        )
    else:  # Home Assistant 2026.6
        more["via_device"] = identifier
    # What it takes is not the same in all versions, so it is not checked here.
    describe: Callable[..., DeviceInfo] = DeviceInfo
    return describe(
        identifiers={(DOMAIN, number)}, manufacturer=MANUFACTURER, translation_key=name, **more
    )
