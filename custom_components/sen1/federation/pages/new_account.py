"""The three ways to a sharing account: one's own address, an invitation, one made on a server."""

from functools import partial
from typing import Any

from homeassistant.config_entries import ConfigFlowResult, ConfigSubentryData
from homeassistant.const import CONF_PASSWORD, CONF_USERNAME
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig, TextSelectorType
import voluptuous as vol

from ...const import FRIEND, UserInput
from ...last_page import Made, async_last_page
from ...protocol.errors import JoiningError, LinkError, LinkRefused
from ...protocol.links import Link, is_page, parse_jid, parse_link
from ...protocol.model import BareJid
from ..config import CONF_ADVANCED, CONF_JID, FriendData
from ..xmpp.registration import make_password, register
from .account import (
    ADVANCED_SCHEMA,
    AccountFlow,
    async_checked,
    async_tried,
    link_data,
    new_account,
)
from .forms import show_form

CONF_INVITATION = "invitation"
CONF_SERVER = "server"
CONF_INVITER = "inviter"

FIELD_OF_REFUSAL = {
    "cannot_connect": CONF_SERVER,
    "registration_closed": CONF_SERVER,
    "registration_elsewhere": CONF_SERVER,
    "invitation_needed": CONF_SERVER,
    "too_many_registrations": CONF_SERVER,
    "name_taken": CONF_USERNAME,
    "invitation_refused": CONF_INVITATION,
}
"""The field that is wrong, for each reason an account cannot be made; others are the whole form's.

A form without the field shows the reason above itself.
"""

HIDDEN_PASSWORD = "••••••••"  # noqa: S105 - shown instead of one

NEW_ACCOUNT_FIELDS = {
    vol.Required(CONF_USERNAME): TextSelector(),
    vol.Optional(CONF_PASSWORD): TextSelector(
        TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="new-password")
    ),
    vol.Required(CONF_ADVANCED): section(ADVANCED_SCHEMA, {"collapsed": True}),
}
REGISTER_FIELDS = {vol.Required(CONF_SERVER): TextSelector(), **NEW_ACCOUNT_FIELDS}


class JoiningFlow(AccountFlow):
    """Add a sharing account. Nothing is shared by it, nor with whoever invited."""

    _invitation: Link | None = None
    _shown_password = HIDDEN_PASSWORD
    _detail = ""
    """What the server said of its refusal."""

    async def async_step_account(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Offer the three ways."""
        return self.async_show_menu(
            step_id="account",
            menu_options=["account_address", "account_invitation", "account_register"],
        )

    async def async_step_account_invitation(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for the invitation."""
        errors: dict[str, str] = {}
        if user_input is not None:
            text = user_input[CONF_INVITATION]
            link, refusal = _read(text)
            if refusal:
                errors[CONF_INVITATION] = refusal
            elif link is None:
                errors[CONF_INVITATION] = "invitation_page" if is_page(text) else "not_invitation"
            elif link.gives_account:
                self._invitation = link
                return await self.async_step_account_invited()
            else:
                errors[CONF_INVITATION] = (
                    "invitation_for_friend" if link.address else "not_invitation"
                )
        return self._show_invitation(user_input, errors)

    async def async_step_account_invited(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for the name wanted on the server that the invitation is for."""
        assert self._invitation is not None  # the step before took it
        link = self._invitation
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = await self._async_make(link.jid.domain, user_input, link.token)
            if CONF_INVITATION in errors:
                return self._show_invitation(None, errors)
            if not errors:
                return await self._async_try_made()
        elif link.action == "register":
            # The server may have kept a name for who is invited.
            user_input = {CONF_USERNAME: link.jid.local}
        return show_form(
            self,
            "account_invited",
            NEW_ACCOUNT_FIELDS,
            user_input,
            errors,
            {"server": link.jid.domain, "detail": self._detail},
        )

    async def async_step_account_register(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for a server and the name wanted there."""
        errors: dict[str, str] = {}
        if user_input is not None:
            server, _ = _read(user_input[CONF_SERVER])
            if server is None or server.address is not None:
                errors[CONF_SERVER] = "invalid_server"
            else:
                errors = await self._async_make(server.jid.domain, user_input, server.token)
                if not errors:
                    return await self._async_try_made()
        return show_form(
            self, "account_register", REGISTER_FIELDS, user_input, errors, {"detail": self._detail}
        )

    async def async_step_account_made(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Show the new address and its password, and name as a friend whoever invited."""
        inviter = self._inviter()
        if user_input is not None:
            name = user_input.get(CONF_INVITER, "").strip()
            fingerprint = self._invitation.fingerprint if self._invitation else ""
            return self.async_create_entry(
                title=await self._title(),
                data=self._data,
                subentries=[_friend(inviter, name, fingerprint)] if inviter and name else [],
                **await async_last_page(self.hass, Made.ACCOUNT),
            )
        fields = {vol.Optional(CONF_INVITER): TextSelector()} if inviter else {}
        name = self._invitation.name if self._invitation else ""
        suggested = {CONF_INVITER: name or (inviter or "").partition("@")[0]}
        return show_form(
            self,
            "account_made",
            fields,
            suggested,
            placeholders={"address": self._data[CONF_JID], "password": self._shown_password},
        )

    def _show_invitation(self, user_input: UserInput, errors: dict[str, str]) -> ConfigFlowResult:
        fields = {vol.Required(CONF_INVITATION): TextSelector()}
        return show_form(self, "account_invitation", fields, user_input, errors)

    def _inviter(self) -> BareJid | None:
        """Return who invited, when the invitation tells."""
        link = self._invitation
        return link.address if link is not None and link.action == "roster" else None

    async def _async_make(
        self, domain: str, user_input: dict[str, Any], token: str
    ) -> dict[str, str]:
        """Make an account on a server and keep its data; return the errors by field."""
        errors: dict[str, str] = {}
        jid = _address(user_input[CONF_USERNAME], domain)
        if jid is None:
            errors[CONF_USERNAME] = "invalid_name"
            return errors
        await self.async_set_unique_id(jid)
        self._abort_if_unique_id_configured()
        typed = user_input.get(CONF_PASSWORD)
        password = typed or make_password()
        link = link_data(jid, {**user_input, CONF_PASSWORD: password})
        data = new_account() | {CONF_JID: jid} | link
        try:
            await async_tried(self.hass, data, partial(register, token=token))
        except LinkError as error:
            errors[_field(error.key, user_input)] = error.key
        except JoiningError as error:
            self._detail = error.detail
            errors[_field(error.key, user_input)] = error.key
        else:
            self._data = data
            self._shown_password = HIDDEN_PASSWORD if typed else password
        return errors

    async def _async_try_made(self) -> ConfigFlowResult:
        """Log in with what was made; if that fails, go on as with an address one has."""
        try:
            self._data = await async_checked(self.hass, self._data)
        except LinkError as error:
            known = {**self._data, CONF_ADVANCED: self._data}
            return self.show_address(known, {"base": error.key})
        return await self.async_step_account_made()


def _read(text: str) -> tuple[Link | None, str]:
    """Return the link in a text, and why it cannot be read whole, if it is one that cannot."""
    try:
        return parse_link(text), ""
    except LinkRefused as refusal:
        return None, refusal.key


def _field(key: str, user_input: dict[str, Any]) -> str:
    """Return the field of a form that a reason belongs to."""
    field = FIELD_OF_REFUSAL.get(key, "base")
    return field if field in (*user_input, CONF_INVITATION) else "base"


def _address(name: str, domain: str) -> BareJid | None:
    """Return the address of a name on a server, or None when there can be none."""
    name = name.strip().removesuffix(f"@{domain}")
    jid = parse_jid(f"{name}@{domain}", typed=True)
    is_whole = jid is not None and jid.local and jid.domain == domain and not jid.resource
    return BareJid(jid.bare) if jid is not None and is_whole else None


def _friend(jid: BareJid, name: str, fingerprint: str) -> ConfigSubentryData:
    """Return a friend who is granted nothing."""
    data: FriendData = {"jid": jid, "grants": []}
    if fingerprint:
        data["fingerprint"] = fingerprint
    return ConfigSubentryData(data=dict(data), subentry_type=FRIEND, title=name, unique_id=jid)
