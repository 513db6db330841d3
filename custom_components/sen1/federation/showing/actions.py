"""What administrators may ask of the federation.

What is shared, to share more, to change one grant of it, to erase what is held of others, to say
that keys were compared, to make new ones, and the password of an account, for a backup.
"""

from typing import Any

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.const import ERR_NOT_FOUND
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.helpers.service import async_register_admin_service
import voluptuous as vol

from ...commands import Answer, Asked, Refused, command
from ...const import CONF_KIND, DOMAIN, Kind
from ...protocol.model import BareJid, PublicationId
from .. import composition
from ..config import friends_of, password_of
from ..consent.grant_changes import GrantChange, async_change_grant
from ..friends import Friends
from ..running import account_asked
from ..trust.publishing import IdentityNode
from . import share, trust
from .consent_proof import consent_proof
from .overview import async_sharing, held_series


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register the action, the command that gives the same, and those that change something."""

    async def sharing(call: ServiceCall) -> dict[str, Any]:
        return async_sharing(call.hass)

    async_register_admin_service(
        hass, DOMAIN, "sharing", sharing, vol.Schema({}), SupportsResponse.ONLY
    )
    for each in COMMANDS:
        async_register_command(hass, each)


@command("sharing")
def _sharing(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer what this home shares and holds."""
    return async_sharing(hass, asked.get("language"))


@command(
    "change_grant",
    {
        vol.Required("entry_id"): str,
        vol.Required("friend"): str,
        vol.Required("publication"): str,
        vol.Required("change"): vol.Coerce(GrantChange),
    },
)
def _change_grant(hass: HomeAssistant, asked: Asked) -> Answer:
    """Let a grant rest or go on, or take it back; answer what this home shares and holds now."""
    async_change_grant(
        hass, asked["entry_id"], asked["friend"], asked["publication"], asked["change"]
    )
    return async_sharing(hass, asked.get("language"))


@command(
    "erase_held",
    {
        vol.Required("entry_id"): str,
        vol.Required("friend_id"): str,
        vol.Optional("publication"): str,
    },
)
def _erase_held(hass: HomeAssistant, asked: Asked) -> Answer:
    """Erase what is held of a friend or of members, or one series; answer what is held now."""
    entry = account_asked(hass, asked, "no_such_key")
    several = [
        one
        for one in held_series(entry)
        if one.subentry.subentry_id == asked["friend_id"]
        and asked.get("publication", one.key) == one.key
    ]
    if not several:
        raise Refused("not_held")
    of_each: dict[BareJid, list[PublicationId]] = {}
    for one in several:
        of_each.setdefault(one.jid, []).append(one.series.follower.grant.publication)
    for jid, publications in of_each.items():
        entry.runtime_data[Friends].async_erase_held(jid, publications)
    return async_sharing(hass, asked.get("language"))


@command(
    "confirm_key",
    {vol.Required("entry_id"): str, vol.Required("friend_id"): str, vol.Required("same"): bool},
)
def _confirm_key(hass: HomeAssistant, asked: Asked) -> None:
    """Take that a friend read the six numbers that are shown, or others."""
    entry = account_asked(hass, asked, "no_such_key")
    friends = {subentry.subentry_id: jid for jid, subentry in friends_of(entry).items()}
    if (jid := friends.get(asked["friend_id"])) is None:
        raise Refused("no_such_key")
    entry.runtime_data.trust.confirm(jid, same=asked["same"])


@command("new_key", {vol.Required("entry_id"): str})
async def _new_key(hass: HomeAssistant, asked: Asked) -> None:
    """Make new keys for an account, which the ones before sign: friends follow by themselves."""
    await account_asked(hass, asked, "no_such_key").runtime_data[IdentityNode].roll_over()


@command("account_password", {vol.Required("entry_id"): str})
def _account_password(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer the address and the password, of an account that does not run too."""
    entry = hass.config_entries.async_get_entry(asked["entry_id"])
    if entry is None or entry.domain != DOMAIN or entry.data[CONF_KIND] != Kind.ACCOUNT:
        raise Refused("not_found", ERR_NOT_FOUND)
    return password_of(entry)


COMMANDS = (
    *(_sharing, _change_grant, _erase_held, _confirm_key, _new_key, _account_password),
    *(consent_proof, *share.COMMANDS, *trust.COMMANDS, *composition.COMMANDS),
)
