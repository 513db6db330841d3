"""The steps of a data node in a friend's flow: its address, what is asked of it, the consent."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig
from slixmpp import JID
import voluptuous as vol

from ...protocol.errors import PayloadRefused, RequestFailed
from ...protocol.links import parse_jid
from ...protocol.model import BareJid
from ..config import (
    CONF_ADDRESS,
    CONF_IDENTIFIERS,
    DataNodeData,
    FriendKind,
    data_node_data,
    data_nodes_of,
)
from ..legacy.data_node import IDENTIFIER, consent_request, identifiers_of, page_of

if TYPE_CHECKING:
    from ..account import Account

_LOGGER = logging.getLogger(__name__)

ASKER = "Home Assistant (SEN1)"
PURPOSE = (
    "<p>Votre consommation s&rsquo;affichera chez vous, dans votre Home Assistant. "
    "Elle n&rsquo;est transmise à personne d&rsquo;autre sans votre accord.</p>"
)
"""What the node's page shows above Enedis's button, in the language of Enedis's customers."""

NODE_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_ADDRESS): TextSelector(),
        vol.Optional(CONF_NAME): TextSelector(),
        vol.Optional(CONF_IDENTIFIERS): TextSelector(TextSelectorConfig(multiline=True)),
    }
)
CHANGE_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_NAME): TextSelector(),
        vol.Required(CONF_IDENTIFIERS): TextSelector(TextSelectorConfig(multiline=True)),
    }
)


class DataNodeSteps(ConfigSubentryFlow):
    """Add a data node, change what is asked of it."""

    _address = ""
    _name = ""
    _page = ""

    async def async_step_data_node(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for the node's address and the series; without series, go on to a consent."""
        errors: dict[str, str] = {}
        if user_input is not None:
            address = _full_address(user_input[CONF_ADDRESS])
            identifiers = user_input.get(CONF_IDENTIFIERS, "").split()
            if address is None:
                errors[CONF_ADDRESS] = "no_full_address"
            elif address in _addresses(self._get_entry()):
                errors[CONF_ADDRESS] = "already_added"
            elif not all(IDENTIFIER.fullmatch(identifier) for identifier in identifiers):
                errors[CONF_IDENTIFIERS] = "no_identifier"
            else:
                self._address = address
                self._name = user_input.get(CONF_NAME, "").strip() or JID(address).local
                if identifiers:
                    return self._create(identifiers)
                return await self.async_step_consent()
        return self.async_show_form(
            step_id="data_node",
            data_schema=self.add_suggested_values_to_schema(NODE_SCHEMA, user_input),
            errors=errors,
        )

    async def async_step_consent(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show the page where Enedis is told to give the data, until that was done."""
        account: Account | None = getattr(self._get_entry(), "runtime_data", None)
        errors: dict[str, str] = {}
        if account is None or not account.session.is_online:
            return self.async_abort(reason="not_connected")
        if not self._page:
            try:
                self._page = await async_consent_page(account, self._address)
            except (RequestFailed, PayloadRefused) as error:
                _LOGGER.debug("A node gives no page for a consent: %s", type(error).__name__)
                return self.async_abort(reason="no_consent_page")
        if user_input is not None:
            if points := take_consents(account, self._address):
                return self._create([i for point in points for i in identifiers_of(point)])
            errors["base"] = "no_consent_yet"
        return self.async_show_form(
            step_id="consent",
            data_schema=vol.Schema({}),
            description_placeholders={"page": self._page},
            errors=errors,
        )

    async def async_step_reconfigure_data_node(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change the name or the series; what is no longer named is asked for no more."""
        subentry = self._get_reconfigure_subentry()
        errors: dict[str, str] = {}
        if user_input is not None:
            identifiers = user_input[CONF_IDENTIFIERS].split()
            if identifiers and all(IDENTIFIER.fullmatch(identifier) for identifier in identifiers):
                return self.async_update_and_abort(
                    self._get_entry(),
                    subentry,
                    title=user_input[CONF_NAME],
                    data_updates={CONF_IDENTIFIERS: list(dict.fromkeys(identifiers))},
                )
            errors[CONF_IDENTIFIERS] = "no_identifier"
        known = {
            CONF_NAME: subentry.title,
            CONF_IDENTIFIERS: "\n".join(data_node_data(subentry)["identifiers"]),
        }
        return self.async_show_form(
            step_id="reconfigure_data_node",
            data_schema=self.add_suggested_values_to_schema(CHANGE_SCHEMA, user_input or known),
            errors=errors,
        )

    def _create(self, identifiers: list[str]) -> SubentryFlowResult:
        data = DataNodeData(
            kind=FriendKind.DATA_NODE,
            address=self._address,
            identifiers=list(dict.fromkeys(identifiers)),
        )
        return self.async_create_entry(title=self._name, data=dict(data), unique_id=self._address)


async def async_consent_page(account: Account, address: str) -> str:
    """Return the page where a consent is given, and await the node's word of it.

    Raises RequestFailed or PayloadRefused when the node has no such page.
    """
    answer = await account.session.ask(address, consent_request(ASKER, PURPOSE))
    page = page_of(answer)
    account.data_nodes.consents[BareJid(JID(address).bare)] = []
    return page


def take_consents(account: Account, address: str) -> list[str]:
    """Return the usage points that somebody consented to on the node's page; none: not yet."""
    node = BareJid(JID(address).bare)
    if points := account.data_nodes.consents.get(node, []):
        del account.data_nodes.consents[node]
    return points


def _full_address(text: str) -> str | None:
    """Return the full address somebody typed, or None when a part is missing."""
    jid = parse_jid(text.strip().removeprefix("xmpp:"), typed=True)
    return None if jid is None or not jid.resource else str(jid.full)


def _addresses(entry: ConfigEntry) -> set[str]:
    return {data_node_data(subentry)["address"] for subentry in data_nodes_of(entry).values()}
