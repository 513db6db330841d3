"""SEN1: share energy readings between homes and cooperatives, with no central owner."""

from __future__ import annotations

from types import ModuleType

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.helpers.typing import ConfigType

from . import enphase, federation, figures, frontend, history, linky
from .const import CONF_KIND, DOMAIN, Kind

PARTS: dict[str, ModuleType] = {
    Kind.LINKY: linky,
    Kind.ENPHASE: enphase,
    Kind.ACCOUNT: federation,
    Kind.HOME: figures,
}
"""The part that serves each kind of entry."""


CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Offer the actions, and let the parts do what belongs to no entry alone."""
    history.async_setup(hass)
    await frontend.async_setup(hass)
    await federation.async_setup(hass)
    await enphase.async_setup(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Hand the entry to its part, then to the platforms of that part."""
    part = PARTS[entry.data[CONF_KIND]]
    await part.async_setup_entry(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, part.PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Unload the platforms, then the part: nothing is left running."""
    part = PARTS[entry.data[CONF_KIND]]
    if not await hass.config_entries.async_unload_platforms(entry, part.PLATFORMS):
        return False
    await part.async_unload_entry(hass, entry)
    return True


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: ConfigEntry, device: DeviceEntry
) -> bool:
    """Let the part say whether a device may be removed; most come and go by themselves."""
    if entry.data[CONF_KIND] != Kind.ENPHASE:
        return False
    return await enphase.async_remove_config_entry_device(hass, entry, device)


async def async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Let the part clean what it left elsewhere."""
    await PARTS[entry.data[CONF_KIND]].async_remove_entry(hass, entry)
