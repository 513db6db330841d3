"""What administrators may ask of the federation: what is shared, and to change one grant of it."""

from typing import Any

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import ERR_NOT_FOUND
from homeassistant.components.websocket_api.decorators import (
    async_response,
    require_admin,
    websocket_command,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.helpers.service import async_register_admin_service
import voluptuous as vol

from ...const import CONF_KIND, DOMAIN, Kind
from ..consent.grant_changes import GrantChange, async_change_grant
from .consent_proof import async_consent_proof
from .overview import async_sharing

SHARING = "sharing"
CHANGE_GRANT = "change_grant"


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register the action, the command that gives the same, and the one that changes a grant."""

    async def sharing(call: ServiceCall) -> dict[str, Any]:
        return async_sharing(call.hass)

    async_register_admin_service(
        hass, DOMAIN, SHARING, sharing, vol.Schema({}), SupportsResponse.ONLY
    )
    async_register_command(hass, _sharing)
    async_register_command(hass, _change_grant)
    async_register_command(hass, _consent_proof)


@websocket_command({vol.Required("type"): f"{DOMAIN}/{SHARING}"})
@require_admin
@callback
def _sharing(hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]) -> None:
    """Answer what this home shares and holds."""
    connection.send_result(message["id"], async_sharing(hass))


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/{CHANGE_GRANT}",
        vol.Required("entry_id"): str,
        vol.Required("friend"): str,
        vol.Required("publication"): str,
        vol.Required("change"): vol.Coerce(GrantChange),
    }
)
@require_admin
@callback
def _change_grant(
    hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]
) -> None:
    """Let a grant rest or go on, or take it back; answer what this home shares and holds now."""
    async_change_grant(
        hass, message["entry_id"], message["friend"], message["publication"], message["change"]
    )
    connection.send_result(message["id"], async_sharing(hass))


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/consent_proof",
        vol.Required("entry_id"): str,
        vol.Optional("friend_id"): str,
        vol.Optional("publication"): str,
    }
)
@require_admin
@async_response
async def _consent_proof(
    hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]
) -> None:
    """Answer a file of consent records: of all grants, of those with a friend, or of one series."""
    entry = hass.config_entries.async_get_entry(message["entry_id"])
    friend_id = message.get("friend_id")
    is_known = (
        entry is not None
        and entry.data.get(CONF_KIND) == Kind.ACCOUNT
        and entry.state is ConfigEntryState.LOADED
        and (friend_id is None or friend_id in entry.subentries)
    )
    if entry is None or not is_known:
        connection.send_error(message["id"], ERR_NOT_FOUND, "no such account, or friend")
        return
    proof = await async_consent_proof(hass, entry, friend_id, message.get("publication"))
    connection.send_result(message["id"], proof)
