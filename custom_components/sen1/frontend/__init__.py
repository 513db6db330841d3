"""The dashboard: a strategy and cards, plain ES modules that the browser loads as they are.

Every page loads one small module, `sen1.js`; it fetches the others when a dashboard needs them.
"""

from __future__ import annotations

from pathlib import Path

from homeassistant.components.frontend import add_extra_js_url
from homeassistant.components.http import StaticPathConfig
from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_integration

from ..const import DOMAIN

MODULES = Path(__file__).parent / "modules"


async def async_setup(hass: HomeAssistant) -> None:
    """Serve the modules, under an address that changes with the version; browsers keep them."""
    if "frontend" not in hass.config.components:
        return
    integration = await async_get_integration(hass, DOMAIN)
    address = f"/{DOMAIN}_static/{integration.version}"
    await hass.http.async_register_static_paths([StaticPathConfig(address, str(MODULES), True)])
    add_extra_js_url(hass, f"{address}/{DOMAIN}.js")
