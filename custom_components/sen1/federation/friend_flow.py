"""The flow of a friend: who it is, what is granted and until when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from homeassistant.config_entries import (
    ConfigEntryState,
    ConfigSubentry,
    SubentryFlowResult,
)
from homeassistant.const import (
    CONF_NAME,
)
from homeassistant.helpers.selector import (
    QrCodeSelector,
    QrCodeSelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .config import (
    CONF_FORGOTTEN,
    CONF_JID,
    CONF_PICTURE,
    CONF_PUBLICATIONS,
    CONF_PURPOSE,
    CONF_UNTIL,
    PURPOSES,
    FriendData,
    FriendKind,
    friend_data,
    friends_of,
    kind_of,
    publications_of,
)
from .data_node_flow import DataNodeSteps
from .follower import OVER
from .grant_fields import ONE_YEAR, check_until, grants_of, grants_schema
from .links import friend_link, parse_link
from .proxy_flow import ProxySteps


class FriendFlow(DataNodeSteps, ProxySteps):
    """Add a friend, and say what the friend may receive and until when."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Offer the two directions, their link here or ours there; and the older nodes."""
        return self.async_show_menu(
            step_id="user", menu_options=["address", "show", "data_node", "proxy"]
        )

    async def async_step_show(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Show this home's link and its picture, until the household goes back."""
        if user_input is not None:
            return await self.async_step_user()
        link = friend_link(self._get_entry().data[CONF_JID])
        picture = QrCodeSelector(QrCodeSelectorConfig(data=link, scale=5))
        return self.async_show_form(
            step_id="show",
            data_schema=vol.Schema({vol.Optional(CONF_PICTURE): picture}),
            description_placeholders={"link": link},
        )

    async def async_step_address(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for the friend's address or link and what is granted; nothing is ticked."""
        errors: dict[str, str] = {}
        if user_input is not None:
            link = parse_link(user_input[CONF_JID])
            jid = link.address if link else None
            entry = self._get_entry()
            if link is None or jid is None:
                errors[CONF_JID] = "invalid_address"
            elif jid == entry.data[CONF_JID]:
                errors[CONF_JID] = "own_address"
            elif jid in friends_of(entry):
                errors[CONF_JID] = "already_friend"
            elif not (errors := check_until(user_input)):
                data: FriendData = {"jid": jid, "grants": grants_of(user_input, [])}
                if link.token:
                    data["preauth"] = link.token
                name = user_input.get(CONF_NAME, "").strip() or link.name or link.jid.local
                return self.async_create_entry(title=name, data=data, unique_id=jid)
        schema = vol.Schema({vol.Required(CONF_JID): str, vol.Optional(CONF_NAME): TextSelector()})
        suggested = {CONF_UNTIL: (dt_util.now() + ONE_YEAR).date().isoformat()}
        return self.async_show_form(
            step_id="address",
            data_schema=self.add_suggested_values_to_schema(
                schema.extend(grants_schema(self._get_entry())), user_input or suggested
            ),
            errors=errors,
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change the name or what is granted; what is no longer ticked is withdrawn at once."""
        subentry = self._get_reconfigure_subentry()
        if kind_of(subentry) is FriendKind.DATA_NODE:
            return await self.async_step_reconfigure_data_node()
        if kind_of(subentry) is FriendKind.PROXY:
            return await self.async_step_reconfigure_proxy()
        grants = friend_data(subentry)["grants"]
        errors: dict[str, str] = {}
        if user_input is not None and not (errors := check_until(user_input)):
            if forgotten := user_input.get(CONF_FORGOTTEN):
                self._get_entry().runtime_data.async_forget_series(subentry, forgotten)
            return self.async_update_and_abort(
                self._get_entry(),
                subentry,
                title=user_input[CONF_NAME],
                data_updates={"grants": grants_of(user_input, grants)},
            )
        until = min((grant["until"] for grant in grants), default=None)
        moment = datetime.fromisoformat(until) if until else dt_util.now() + ONE_YEAR
        # A grant ends with its last day, so the day is that of the moment before.
        last_day = dt_util.as_local(moment - timedelta(seconds=1)).date()
        known = {
            CONF_NAME: subentry.title,
            CONF_PUBLICATIONS: [
                grant["publication"]
                for grant in grants
                if grant["publication"] in publications_of(self._get_entry())
            ],
            CONF_UNTIL: last_day.isoformat(),
            CONF_PURPOSE: grants[0]["purpose"] if grants else PURPOSES[0],
        }
        schema = vol.Schema({vol.Required(CONF_NAME): TextSelector()})
        schema = schema.extend(grants_schema(self._get_entry()))
        schema = schema.extend(self._forgotten_schema(subentry))
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(schema, user_input or known),
            errors=errors,
        )

    def _forgotten_schema(self, subentry: ConfigSubentry) -> dict[Any, Any]:
        """Return the field of the friend's series that are over, if there are any."""
        entry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return {}
        of_friend = entry.runtime_data.series.get(friend_data(subentry)["jid"], {})
        options = [
            SelectOptionDict(value=publication, label=series.description.title)
            for publication, series in of_friend.items()
            if series.status in OVER
        ]
        if not options:
            return {}
        selector = SelectSelectorConfig(
            options=options, multiple=True, mode=SelectSelectorMode.LIST
        )
        return {vol.Optional(CONF_FORGOTTEN, default=list): SelectSelector(selector)}
