"""The steps of a data node in a friend's flow: its address, what is asked of it, the consent."""

import logging

from homeassistant.config_entries import ConfigEntry, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import TextSelector
from slixmpp import JID
import voluptuous as vol

from ...const import UserInput
from ...fields import LINES, show_form
from ...last_page import Made, async_last_page
from ...protocol.errors import PayloadRefused, RequestFailed
from ...protocol.links import parse_jid
from ...protocol.model import BareJid
from ..config import DataNodeData, FriendKind, data_node_data, data_nodes_of
from ..legacy.data_node import IDENTIFIER, consent_request, identifiers_of, page_of
from ..legacy.data_nodes import DataNodes
from ..running import Running, RunningEntry

_LOGGER = logging.getLogger(__name__)

ASKER = "Home Assistant (SEN1)"
PURPOSE = (
    "<p>Votre consommation s&rsquo;affichera chez vous, dans votre Home Assistant. "
    "Elle n&rsquo;est transmise à personne d&rsquo;autre sans votre accord.</p>"
)
"""What the node's page shows above Enedis's button, in the language of Enedis's customers."""

NODE_FIELDS = {
    vol.Required("address"): TextSelector(),
    vol.Optional(CONF_NAME): TextSelector(),
    vol.Optional("identifiers"): LINES,
}
CHANGE_FIELDS = {vol.Required(CONF_NAME): TextSelector(), vol.Required("identifiers"): LINES}


class DataNodeSteps(ConfigSubentryFlow):
    """Add a data node, change what is asked of it."""

    _address = ""
    _name = ""
    _page = ""

    async def async_step_data_node(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Ask for the node's address and the series; without series, go on to a consent."""
        errors: dict[str, str] = {}
        if user_input is not None:
            address = _full_address(user_input["address"])
            identifiers = user_input.get("identifiers", "").split()
            if address is None:
                errors["address"] = "no_full_address"
            elif address in _addresses(self._get_entry()):
                errors["address"] = "already_added"
            elif not all(IDENTIFIER.fullmatch(identifier) for identifier in identifiers):
                errors["identifiers"] = "no_identifier"
            else:
                self._address = address
                self._name = user_input.get(CONF_NAME, "").strip() or JID(address).local
                if identifiers:
                    return await self._create(identifiers)
                return await self.async_step_consent()
        return show_form(self, "data_node", NODE_FIELDS, user_input, errors)

    async def async_step_consent(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Show the page where Enedis is told to give the data, until that was done."""
        errors: dict[str, str] = {}
        if (account := online(self._get_entry())) is None:
            return self.async_abort(reason="not_connected")
        if not (page := self._page or await async_consent_page(account, self._address)):
            return self.async_abort(reason="no_consent_page")
        self._page = page
        if user_input is not None:
            if points := take_consents(account, self._address):
                return await self._create([i for point in points for i in identifiers_of(point)])
            errors["base"] = "no_consent_yet"
        return show_form(self, "consent", {}, None, errors, {"page": self._page})

    async def async_step_reconfigure_data_node(
        self, user_input: UserInput = None
    ) -> SubentryFlowResult:
        """Change the name or the series; what is no longer named is asked for no more."""
        subentry = self._get_reconfigure_subentry()
        errors: dict[str, str] = {}
        if user_input is not None:
            identifiers = user_input["identifiers"].split()
            if identifiers and all(IDENTIFIER.fullmatch(identifier) for identifier in identifiers):
                return self.async_update_and_abort(
                    self._get_entry(),
                    subentry,
                    title=user_input[CONF_NAME],
                    data_updates={"identifiers": list(dict.fromkeys(identifiers))},
                )
            errors["identifiers"] = "no_identifier"
        known = {
            CONF_NAME: subentry.title,
            "identifiers": "\n".join(data_node_data(subentry)["identifiers"]),
        }
        shown = user_input or known
        return show_form(self, "reconfigure_data_node", CHANGE_FIELDS, shown, errors)

    async def _create(self, identifiers: list[str]) -> SubentryFlowResult:
        data = DataNodeData(
            kind=FriendKind.DATA_NODE,
            address=self._address,
            identifiers=list(dict.fromkeys(identifiers)),
        )
        page = await async_last_page(self.hass, Made.DATA_NODE)
        return self.async_create_entry(
            title=self._name, data=dict(data), unique_id=self._address, **page
        )


def online(entry: RunningEntry) -> Running | None:
    """Return an account that runs and whose server is there."""
    account: Running | None = getattr(entry, "runtime_data", None)
    return account if account is not None and account.session.is_online else None


async def async_consent_page(account: Running, address: str) -> str:
    """Return the page where a consent is given, and await the node's word of it; empty: none."""
    try:
        page = page_of(await account.session.ask(address, consent_request(ASKER, PURPOSE)))
    except (RequestFailed, PayloadRefused) as error:
        _LOGGER.debug("A node gives no page for a consent: %s", type(error).__name__)
        return ""
    account[DataNodes].consents[BareJid(JID(address).bare)] = []
    return page


def take_consents(account: Running, address: str) -> list[str]:
    """Return the usage points that somebody consented to on the node's page; none: not yet."""
    node = BareJid(JID(address).bare)
    if points := account[DataNodes].consents.get(node, []):
        del account[DataNodes].consents[node]
    return points


def _full_address(text: str) -> str | None:
    """Return the full address somebody typed, or None when a part is missing."""
    jid = parse_jid(text.strip().removeprefix("xmpp:"), typed=True)
    return None if jid is None or not jid.resource else str(jid.full)


def _addresses(entry: ConfigEntry) -> set[str]:
    return {data_node_data(subentry)["address"] for subentry in data_nodes_of(entry).values()}
