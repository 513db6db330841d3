"""Meters that Home Assistant reads already, through another integration."""

from dataclasses import dataclass
import re

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.loader import IntegrationNotFound, async_get_integration

from ..const import DOMAIN

READERS = frozenset({"teleinfo", "linkytic", "lixeeticdin", "myelectricaldata"})
"""Integrations that read nothing but such meters."""

DEVICE = re.compile(r"zlinky|linky|t[ée]l[ée]info|myelectricaldata", re.IGNORECASE)
"""In a device's model, maker or name: a ZLinky by Zigbee or MQTT, a board of one's own."""

LABEL = re.compile(
    r"(?<![a-z])(adco|adsc|papp|iinst[123]?|isousc|ptec|hch[cp]|ejphp?[mn]|bbrh[cp]j[bwr]"
    r"|easf\d\d|easd\d\d|eait|sinst[si][123]?|irms[123]|urms[123])(?![a-z\d])",
    re.IGNORECASE,
)
"""In an entity's unique id: a label of the TIC, as ESPHome and MQTT gateways take it over."""

ORDER = (SensorDeviceClass.ENERGY, SensorDeviceClass.POWER, SensorDeviceClass.APPARENT_POWER)
"""What is worth naming, most wanted first."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Sensors of a meter that another integration makes."""

    integration: str
    """Its name, as Home Assistant shows it."""
    entity_ids: tuple[str, ...]
    """Energies first, then powers."""


async def async_find(hass: HomeAssistant) -> list[Elsewhere]:
    """Return the sensors of energy and power that look like a French meter's, by integration."""
    devices = dr.async_get(hass)
    found: dict[str, list[tuple[int, str]]] = {}
    for entity in er.async_get(hass).entities.values():
        kind = entity.device_class or entity.original_device_class
        if entity.domain != "sensor" or entity.platform == DOMAIN or entity.disabled:
            continue
        device = devices.async_get(entity.device_id) if entity.device_id else None
        if kind in ORDER and _is_of_a_meter(entity, device):
            found.setdefault(entity.platform, []).append(
                (ORDER.index(SensorDeviceClass(kind)), entity.entity_id)
            )
    return [
        Elsewhere(await _name_of(hass, platform), tuple(one for _, one in sorted(entities)))
        for platform, entities in sorted(found.items())
    ]


def _is_of_a_meter(entity: er.RegistryEntry, device: object) -> bool:
    if entity.platform in READERS or LABEL.search(entity.unique_id):
        return True
    if not isinstance(device, dr.DeviceEntry):
        return False
    words = (device.manufacturer, device.model, device.name)
    return any(DEVICE.search(word) for word in words if word)


async def _name_of(hass: HomeAssistant, platform: str) -> str:
    try:
        return (await async_get_integration(hass, platform)).name
    except IntegrationNotFound:
        return platform
