"""The flow of a sharing account; what it publishes and its friends have flows of their own."""

from collections.abc import Awaitable, Callable, Mapping
import logging
import secrets
import ssl
from typing import Any

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult, ConfigSubentryFlow
from homeassistant.const import CONF_HOST, CONF_NAME, CONF_PASSWORD, CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig, TextSelectorType
from slixmpp import JID
import voluptuous as vol

from ...const import CONF_KIND, FRIEND, Kind, UserInput
from ...faults import type_and_place
from ...fields import EMAIL, LINES, box, show_form
from ...protocol.errors import FederationError, InvalidAuthority, LinkError, UnknownFault
from ...protocol.links import parse_address
from ...protocol.model import BareJid
from ...texts import async_texts
from ..config import (
    CONF_CA,
    CONF_JID,
    CONF_PROVES,
    CONF_RESOURCE,
    PROJECT,
    PUBLICATION,
    credentials_from,
)
from ..xmpp.credentials import Credentials
from ..xmpp.session import probe
from .friend import FriendFlow
from .publication import ProjectFlow, PublicationFlow

_LOGGER = logging.getLogger(__name__)

FIELD_OF_ERROR = {"invalid_auth": CONF_PASSWORD, "cannot_connect": CONF_JID}
"""The field that is wrong, for each reason a link cannot be made; others are the whole form's."""

PASSWORD = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="current-password")
)
ADVANCED_SCHEMA = vol.Schema(
    {
        vol.Optional(CONF_HOST): TextSelector(),
        vol.Optional(CONF_PORT): box(65535, minimum=1),
        vol.Optional(CONF_CA): LINES,
    }
)


ACCOUNT_FIELDS = {
    vol.Optional(CONF_NAME): TextSelector(),
    vol.Required(CONF_JID): EMAIL,
    vol.Required(CONF_PASSWORD): PASSWORD,
    vol.Required("advanced"): section(ADVANCED_SCHEMA, {"collapsed": False}),
}


async def async_checked(hass: HomeAssistant, data: Mapping[str, Any]) -> dict[str, Any]:
    """Log in once with an entry's data; return it with how the server proved itself.

    Raises LinkError.
    """
    # Whoever types a password again may have moved to a server that proves nothing.
    return {**data, CONF_PROVES: await async_tried(hass, {**data, CONF_PROVES: False}, probe)}


async def async_tried[T](
    hass: HomeAssistant,
    data: Mapping[str, Any],
    talk: Callable[[Credentials, ssl.SSLContext], Awaitable[T]],
) -> T:
    """Talk to the server of an entry's data; raises LinkError, or what that raises on purpose."""
    credentials = credentials_from(data)
    try:
        ssl_context = await hass.async_add_executor_job(credentials.ssl_context)
    except (ssl.SSLError, TypeError, ValueError) as error:
        raise InvalidAuthority from error
    try:
        return await talk(credentials, ssl_context)
    except FederationError:
        raise
    except Exception as error:
        # The flow's last resort: the user is told, the log holds the rest.
        _LOGGER.error("A server could not be talked to: %s", type_and_place(error))
        raise UnknownFault from error


class AccountFlow(ConfigFlow):
    """Log in, anew too, and change where the server is."""

    _data: dict[str, Any]
    """Of an entry, once a server took it."""

    async def _async_check(
        self, user_input: Mapping[str, Any], known: Mapping[str, Any]
    ) -> dict[str, str]:
        """Log in as a form says, and keep the data of that; return the errors by field."""
        jid = parse_address(user_input[CONF_JID])
        if jid is None:
            return {CONF_JID: "invalid_address"}
        if jid != known.get(CONF_JID):
            await self.async_set_unique_id(jid)
            self._abort_if_unique_id_configured()
        kept = {key: known[key] for key in (CONF_KIND, CONF_RESOURCE)}
        if name := user_input.get(CONF_NAME, "").strip():
            kept[CONF_NAME] = name
        try:
            self._data = await async_checked(
                self.hass, kept | {CONF_JID: jid} | link_data(jid, user_input)
            )
        except LinkError as error:
            return {FIELD_OF_ERROR.get(error.key, "base"): error.key}
        return {}

    async def async_step_account_reconfigure(
        self, user_input: UserInput = None
    ) -> ConfigFlowResult:
        """Move to another address or server, change the password: all else comes along."""
        entry = self._get_reconfigure_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = await self._async_check(user_input, entry.data)
            if not errors:
                return self.async_update_and_abort(
                    entry, unique_id=self._data[CONF_JID], data=self._data
                )
        known = {
            CONF_NAME: entry.data.get(CONF_NAME),
            CONF_JID: entry.data[CONF_JID],
            "advanced": entry.data,
        }
        return show_form(self, "account_reconfigure", ACCOUNT_FIELDS, user_input or known, errors)

    async def async_step_reauth_confirm(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for the new password, and try it."""
        entry = self._get_reauth_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            data = {**entry.data, CONF_PASSWORD: user_input[CONF_PASSWORD]}
            try:
                data = await async_checked(self.hass, data)
            except LinkError as error:
                errors["base"] = error.key
            else:
                if data == entry.data:
                    # It was the server's fault: nothing changes, and the account begins anew.
                    self.hass.config_entries.async_schedule_reload(entry.entry_id)
                return self.async_update_and_abort(entry, data=data)
        fields = {vol.Required(CONF_PASSWORD): PASSWORD}
        return show_form(self, "reauth_confirm", fields, None, errors, {"account": entry.title})

    async def _title(self) -> str:
        """Return a title without the address, which core would write into logs."""
        return (await async_texts(self.hass, "config.step.account_reconfigure"))["title"]


def new_account() -> dict[str, Any]:
    """Return what an account has from the beginning and keeps wherever it moves."""
    return {CONF_KIND: Kind.ACCOUNT, CONF_RESOURCE: f"sen1-{secrets.token_hex(4)}"}


def link_data(jid: BareJid, user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an entry keeps of a form: password and, where given, host, port, authority."""
    advanced = user_input["advanced"]
    data: dict[str, Any] = {CONF_PASSWORD: user_input[CONF_PASSWORD]}
    host = advanced.get(CONF_HOST, "").strip()
    if host or CONF_PORT in advanced:
        data[CONF_HOST] = host or JID(jid).domain
        data[CONF_PORT] = int(advanced.get(CONF_PORT, 5222))
    if ca := advanced.get(CONF_CA, "").strip():
        data[CONF_CA] = ca
    return data


SUBENTRY_FLOWS: dict[str, type[ConfigSubentryFlow]] = {
    PUBLICATION: PublicationFlow,
    PROJECT: ProjectFlow,
    FRIEND: FriendFlow,
}
