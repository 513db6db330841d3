"""What administrators may ask of the federation.

What is shared, to share more, to change one grant of it, to erase what is held of others, to say
that keys were compared, to make new ones, and the password of an account, for a backup.
"""

from typing import Any

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import ERR_NOT_FOUND
from homeassistant.components.websocket_api.decorators import (
    async_response,
    require_admin,
    websocket_command,
)
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.service import async_register_admin_service
import voluptuous as vol

from ...const import CONF_KIND, DOMAIN, Kind
from ..account import AccountConfigEntry, running_account
from ..config import CONF_JID, friends_of
from ..consent.grant_changes import GrantChange, async_change_grant
from .challenges import async_register_challenges
from .collections import async_register_collections
from .consent_proof import async_register_proof
from .invitations import async_register_invitations
from .overview import async_sharing
from .participations import async_register_participations
from .share import async_register_share
from .sharing import password_of
from .trust import async_register_trust

SHARING = "sharing"
CHANGE_GRANT = "change_grant"
ERASE_HELD = "erase_held"
CONFIRM_KEY = "confirm_key"
NEW_KEY = "new_key"
ACCOUNT_PASSWORD = "account_password"  # noqa: S105 - the name of a command


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register the action, the command that gives the same, and those that change something."""

    async def sharing(call: ServiceCall) -> dict[str, Any]:
        return async_sharing(call.hass)

    async_register_admin_service(
        hass, DOMAIN, SHARING, sharing, vol.Schema({}), SupportsResponse.ONLY
    )
    async_register_command(hass, _sharing)
    for command in (_change_grant, _erase_held, _confirm_key, _new_key, _account_password):
        async_register_command(hass, command)
    async_register_proof(hass)
    async_register_collections(hass)
    async_register_challenges(hass)
    async_register_invitations(hass)
    async_register_participations(hass)
    async_register_share(hass)
    async_register_trust(hass)


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
        vol.Required("type"): f"{DOMAIN}/{ERASE_HELD}",
        vol.Required("entry_id"): str,
        vol.Required("friend_id"): str,
        vol.Optional("publication"): str,
    }
)
@require_admin
@callback
def _erase_held(hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]) -> None:
    """Erase what is held of a friend, or one series of it; answer what is shared and held now."""
    entry = _running(hass, message["entry_id"])
    friend = entry.subentries.get(message["friend_id"])
    jid = None if friend is None else friend.data.get(CONF_JID)
    held = entry.runtime_data.series.get(jid, {}) if jid else {}
    several = [one for one in held if message.get("publication", one) == one]
    if friend is None or not several:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_held")
    entry.runtime_data.friends.async_erase_held(friend, several)
    connection.send_result(message["id"], async_sharing(hass))


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/{CONFIRM_KEY}",
        vol.Required("entry_id"): str,
        vol.Required("friend_id"): str,
        vol.Required("same"): bool,
    }
)
@require_admin
@callback
def _confirm_key(
    hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]
) -> None:
    """Take that a friend read the six numbers that are shown, or others."""
    entry = _running(hass, message["entry_id"])
    friends = {subentry.subentry_id: jid for jid, subentry in friends_of(entry).items()}
    if (jid := friends.get(message["friend_id"])) is None:
        raise _no_such_key()
    entry.runtime_data.trust.confirm(jid, same=message["same"])
    connection.send_result(message["id"])


@websocket_command({vol.Required("type"): f"{DOMAIN}/{NEW_KEY}", vol.Required("entry_id"): str})
@require_admin
@async_response
async def _new_key(
    hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]
) -> None:
    """Make new keys for an account, which the ones before sign: friends follow by themselves."""
    await _running(hass, message["entry_id"]).runtime_data.trust.roll_over()
    connection.send_result(message["id"])


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


def _running(hass: HomeAssistant, entry_id: str) -> AccountConfigEntry:
    """Return a sharing account that runs; raises ServiceValidationError."""
    if (entry := running_account(hass, entry_id)) is None:
        raise _no_such_key()
    return entry


def _no_such_key() -> ServiceValidationError:
    return ServiceValidationError(translation_domain=DOMAIN, translation_key="no_such_key")
