"""Diagnostics: what a helper needs to understand a fault, with nothing personal in it."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from . import PARTS
from .const import CONF_KIND
from .faults import COUNTS


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: ConfigEntry
) -> dict[str, Any]:
    """Return what the entry's parts say of themselves: states, counts, reasons; no identifier."""
    result: dict[str, Any] = {"faults": dict(COUNTS)}
    for part in PARTS[entry.data[CONF_KIND]]:
        result |= await part.async_diagnostics(hass, entry)
    return result
