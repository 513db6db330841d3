"""The federation: the XMPP session, what this home publishes, whom it follows."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

PLATFORMS = [Platform.SENSOR]


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Set up."""


async def async_unload_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Unload."""


async def async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove."""


async def async_diagnostics(hass: HomeAssistant, entry: ConfigEntry) -> dict[str, Any]:
    """Diagnose."""
    return {}
