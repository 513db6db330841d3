"""What administrators may ask of the federation: an action and its WebSocket command."""

from __future__ import annotations

from typing import Any

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import require_admin, websocket_command
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.helpers.service import async_register_admin_service
import voluptuous as vol

from ..const import DOMAIN
from .overview import async_sharing

SHARING = "sharing"


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register the action and the command; both give the same."""

    async def sharing(call: ServiceCall) -> dict[str, Any]:
        return async_sharing(call.hass)

    async_register_admin_service(
        hass, DOMAIN, SHARING, sharing, vol.Schema({}), SupportsResponse.ONLY
    )
    async_register_command(hass, _sharing)


@websocket_command({vol.Required("type"): f"{DOMAIN}/{SHARING}"})
@require_admin
@callback
def _sharing(hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]) -> None:
    """Answer what this home shares and holds."""
    connection.send_result(message["id"], async_sharing(hass))
