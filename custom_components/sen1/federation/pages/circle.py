"""The steps of a circle in a friend's flow: who belongs to it, what they get, who has come."""

from collections.abc import Iterable
import re
import secrets
from typing import Any

from homeassistant.config_entries import ConfigEntryState, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.data_entry_flow import FlowHandler, FlowResult
from homeassistant.helpers.selector import (
    BooleanSelector,
    QrCodeSelector,
    QrCodeSelectorConfig,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
)
import voluptuous as vol

from ...const import UserInput
from ...fields import LINES, listed, show_form
from ...last_page import Made, async_last_page
from ...protocol.links import parse_address, parse_jid
from ...protocol.model import BareJid
from ..config import (
    CONF_LINK,
    Admission,
    CircleData,
    FriendKind,
    circle_data,
    publication_data,
    publications_of,
)
from ..consent.granting import check_until, grants_of
from ..publish.source import is_nobodys
from ..relations.circles import Circles
from ..running import Running
from ..trust.publishing import IdentityNode
from .grant_form import GrantSteps, grants_fields, suggested_terms

ADMISSION = listed("admission", Admission)

NEEDS_WHO = (Admission.LIST, Admission.DOMAIN)

MOST_SHOWN = 500
"""Addresses that a page lists."""


class CircleSteps(GrantSteps):
    """Add a circle, see who has come, change who belongs to it."""

    _name: str
    _circle: CircleData | None = None
    """Who belongs, while the steps of a new circle lead to what they receive."""

    async def async_step_circle(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Ask who belongs."""
        errors: dict[str, str] = {}
        if user_input is not None:
            admission = Admission(user_input["admission"])
            self._name = user_input[CONF_NAME].strip()
            self._circle = CircleData(
                kind=FriendKind.CIRCLE, admission=admission, grants=[], addresses=[], excluded=[]
            )
            if admission is Admission.INVITATION:
                self._circle["token"] = secrets.token_urlsafe(16)
            elif admission in NEEDS_WHO:
                errors = take_who(self._circle, user_input.get("who", ""))
            if not errors:
                return await self.async_step_circle_grants()
        fields = {
            vol.Required(CONF_NAME): TextSelector(),
            vol.Required("admission"): ADMISSION,
            vol.Optional("who"): LINES,
        }
        return show_form(self, "circle", fields, user_input, errors)

    async def async_step_circle_grants(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Ask what all of them receive; nothing is ticked."""
        assert self._circle is not None  # the step before made it
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = check_until(user_input) or self._private(self._circle, user_input)
            if not errors:
                self._grants = grants_of(user_input, [])
                return await self._settle()
        fields = grants_fields(self._get_entry())
        shown = user_input or suggested_terms()
        return show_form(self, "circle_grants", fields, shown, errors)

    async def async_step_circle_link(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Show the link that lets its readers in, once before the circle is made."""
        assert self._circle is not None  # a step before made it
        if user_input is not None:
            return await self._create_circle()
        return show_link(self, "circle_link", self._link(self._circle))

    async def async_step_members(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Show who has come and who has not; change who belongs."""
        subentry = self._get_reconfigure_subentry()
        circle = circle_data(subentry)
        errors: dict[str, str] = {}
        if user_input is not None:
            new = circle.copy()
            if circle["admission"] in NEEDS_WHO:
                errors = take_who(new, user_input.get("who", ""))
            else:
                new["excluded"] = [BareJid(jid) for jid in user_input["excluded"]]
                if user_input.get("new_link"):
                    new["token"] = secrets.token_urlsafe(16)
            if not errors:
                return self.async_update_and_abort(self._get_entry(), subentry, data=new)
        if self._get_entry().state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_connected")
        circles: Circles = self._get_entry().runtime_data[Circles]
        joined = circles.members(subentry)
        absent = [jid for jid in circle["addresses"] if jid not in joined]
        who = circle.get("domain") or "\n".join(circle["addresses"])
        known = {"who": who, "excluded": circle["excluded"]}
        return show_form(
            self,
            "members",
            _members_fields(circle, joined),
            user_input or known,
            errors,
            {
                "circle": subentry.title,
                "joined": _listed(joined),
                "absent": _listed(absent),
                "link": self._link(circle),
            },
        )

    async def _create_circle(self) -> SubentryFlowResult:
        assert self._circle is not None  # a step before made it
        page = await async_last_page(self.hass, Made.CIRCLE)
        return self.async_create_entry(
            title=self._name, data={**self._circle, "grants": self._grants}, **page
        )

    def _link(self, circle: CircleData) -> str:
        account: Running = self._get_entry().runtime_data
        return account[IdentityNode].link(circle.get("token", ""))

    def _private(self, circle: CircleData, user_input: dict[str, Any]) -> dict[str, str]:
        """Return the error of a series of somebody's home that everyone would receive."""
        if circle["admission"] != Admission.EVERYONE:
            return {}
        publications = publications_of(self._get_entry())
        chosen = [publication_data(publications[key]) for key in user_input["publications"]]
        if all(is_nobodys(self.hass, data) for data in chosen):
            return {}
        return {"publications": "private_life"}


def show_link[Result: FlowResult[Any, Any]](
    flow: FlowHandler[Any, Result, Any], step_id: str, link: str
) -> Result:
    """Show a link as text to copy, and its picture."""
    picture = QrCodeSelector(QrCodeSelectorConfig(data=link, scale=5))
    # Not read-only: of a field that is, telephones let nothing be selected.
    fields = {vol.Optional(CONF_LINK): LINES, vol.Optional("picture"): picture}
    return show_form(flow, step_id, fields, {CONF_LINK: link})


def take_who(circle: CircleData, text: str) -> dict[str, str]:
    """Put the addresses or the server that a household wrote into a circle; return the errors."""
    words = [word for word in re.split(r"[\s,;<>]+", text) if word]
    if circle["admission"] == Admission.DOMAIN:
        server = parse_jid(words[0].removeprefix("@"), typed=True) if len(words) == 1 else None
        if server is None:
            return {"who": "no_server"}
        circle["domain"] = server.domain
        return {}
    # A mail program copies names too: what has no @ is none of the addresses.
    addresses = [parse_address(word) for word in words if "@" in word]
    if not addresses or None in addresses:
        return {"who": "invalid_list"}
    circle["addresses"] = sorted({jid for jid in addresses if jid is not None})
    return {}


def _members_fields(circle: CircleData, joined: list[BareJid]) -> dict[Any, Any]:
    if circle["admission"] in NEEDS_WHO:
        return {vol.Required("who"): LINES}
    options = [*circle["excluded"], *joined]
    fields: dict[Any, Any] = {
        vol.Optional("excluded", default=list): SelectSelector(
            SelectSelectorConfig(options=[str(jid) for jid in options], multiple=True)
        )
    }
    if circle["admission"] == Admission.INVITATION:
        fields[vol.Optional("new_link", default=False)] = BooleanSelector()
    return fields


def _listed(addresses: Iterable[BareJid]) -> str:
    known = list(addresses)
    lines = [f"`{jid}`" for jid in known[:MOST_SHOWN]]
    return f"**{len(known)}**" + "".join(f"\n- {line}" for line in lines)
