"""Which way the energy of a sensor flows, guessed from what the sensor is."""

from collections.abc import Iterator
import re
from typing import Any
import unicodedata

from homeassistant.components.energy.data import async_get_manager
from homeassistant.components.sensor.const import SensorDeviceClass
from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_UNIT_OF_MEASUREMENT,
    UnitOfApparentPower,
    UnitOfEnergy,
    UnitOfPower,
)
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er

from ...sheets import Shareable, async_sheets

CONSUMPTION = "consumption"
PRODUCTION = "production"
NONE = "none"

OF_A_SITE = {
    Shareable.CONSUMPTION: CONSUMPTION,
    Shareable.PRODUCTION: PRODUCTION,
    Shareable.SURPLUS: PRODUCTION,
    Shareable.PER_AREA: CONSUMPTION,
}
"""Of what measures a site, the direction is known."""

USED = frozenset({SensorDeviceClass.GAS, SensorDeviceClass.WATER})
FLOWING = frozenset(
    {SensorDeviceClass.ENERGY, SensorDeviceClass.POWER, SensorDeviceClass.APPARENT_POWER}
)
FLOWING_UNITS = frozenset({*UnitOfEnergy, *UnitOfPower, *UnitOfApparentPower})

BATTERY = re.compile(r"\bbatter(y|ies|ie)\b")
OWN_USE = re.compile(r"\b(self.?consum|autoconso|production used)")
MADE = re.compile(
    r"\b(surplus|excess|excedent|re?inject|inject|export|feed.?in|to grid|sold|vendu|revendu"
    r"|produc|produit|generat|solar|solaire|pv\b|photovolt|inverter|onduleur)"
)
"""What names say of energy that is made, or leaves the house, in English and French."""


async def async_guessed_direction(hass: HomeAssistant, entity_id: str, state: State) -> str:
    """Return `consumption`, `production`, or `none` of what is no energy that flows.

    What a site, or the Energy dashboard, says of a sensor is known; else its name is asked.
    """
    for _, one in async_sheets(hass).measured():
        if entity_id in (one.energy, one.power):
            return OF_A_SITE[one.what]
    if (known := (await _energy_dashboard(hass)).get(entity_id)) is not None:
        return known
    device_class = state.attributes.get(ATTR_DEVICE_CLASS)
    if device_class in USED:
        return CONSUMPTION
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    is_flowing = device_class in FLOWING or (device_class is None and unit in FLOWING_UNITS)
    return _by_name(hass, entity_id, state) if is_flowing else NONE


def _by_name(hass: HomeAssistant, entity_id: str, state: State) -> str:
    entity = er.async_get(hass).async_get(entity_id)
    names = [entity_id.partition(".")[2], state.name]
    if entity is not None:
        names += [entity.translation_key or "", entity.original_name or ""]
    said = _plain(" ".join(names))
    if BATTERY.search(said):
        return NONE
    return PRODUCTION if MADE.search(said) and not OWN_USE.search(said) else CONSUMPTION


def _plain(text: str) -> str:
    """Return a text in small letters without accents, its words apart."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", bare.lower())


async def _energy_dashboard(hass: HomeAssistant) -> dict[str, str]:
    """Return what the Energy dashboard says, by statistic, which of a sensor is its entity_id."""
    if "energy" not in hass.config.components:
        return {}
    preferences = (await async_get_manager(hass)).data
    if preferences is None:
        return {}
    told: dict[str, str] = {}
    for source in preferences["energy_sources"]:
        kind = source["type"]
        outward = PRODUCTION if kind in ("grid", "solar") else NONE
        inward = {"grid": CONSUMPTION, "gas": CONSUMPTION, "water": CONSUMPTION}.get(kind, outward)
        for key, statistic_id in _statistics(source):
            told[statistic_id] = outward if key.endswith("_to") else inward
    for device in preferences["device_consumption"]:
        told[device["stat_consumption"]] = CONSUMPTION
    return told


def _statistics(said: Any) -> Iterator[tuple[str, str]]:
    """Yield the statistics of a source: older ones of the grid have lists of them within."""
    for key, value in said.items():
        if key.startswith(("stat_energy_", "stat_rate_")) and isinstance(value, str):
            yield key, value
        elif isinstance(value, list):
            for one in value:
                yield from _statistics(one)
