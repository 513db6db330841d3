"""The address of an account with its password, which SEN1 made and keeps: for a backup."""

from typing import Any

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import ERR_NOT_FOUND
from homeassistant.components.websocket_api.decorators import require_admin, websocket_command
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_PASSWORD
from homeassistant.core import HomeAssistant, callback
import voluptuous as vol

from ...const import CONF_KIND, DOMAIN, Kind
from ..config import CONF_JID

ACCOUNT_PASSWORD = "account_password"  # noqa: S105 - the name of a command


@callback
def async_register_password(hass: HomeAssistant) -> None:
    """Register the command."""
    async_register_command(hass, _account_password)


def password_of(entry: ConfigEntry) -> dict[str, str]:
    """Return the address and the password of an account."""
    return {"address": entry.data[CONF_JID], "password": entry.data[CONF_PASSWORD]}


@websocket_command(
    {vol.Required("type"): f"{DOMAIN}/{ACCOUNT_PASSWORD}", vol.Required("entry_id"): str}
)
@require_admin
@callback
def _account_password(
    hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]
) -> None:
    """Answer the address and the password, of an account that does not run too."""
    entry = hass.config_entries.async_get_entry(message["entry_id"])
    if entry is None or entry.domain != DOMAIN or entry.data[CONF_KIND] != Kind.ACCOUNT:
        connection.send_error(message["id"], ERR_NOT_FOUND, "no such account")
        return
    connection.send_result(message["id"], password_of(entry))
