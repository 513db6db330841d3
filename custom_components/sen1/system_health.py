"""The system-health page: whether sharing works, in four lines and without a name."""

from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from .federation import async_health
from .federation.running import accounts


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Offer our lines to the page."""
    register.async_register_info(async_system_health_info)


async def async_system_health_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return counts over all sharing accounts that run."""
    return async_health(list(accounts(hass)))
