"""A consent at a data node ended or is missing: a repair issue leads to the node's page for it."""

from ...const import UserInput, plain
from ...fields import show_form
from ..config import data_node_data, data_nodes_of
from ..legacy.data_nodes import DataNodes
from ..pages.data_node import async_consent_page, online, take_consents
from .flow import FixFlow, FixResult


class ConsentFlow(FixFlow):
    """Show the page, until the node has told of the consent; then its series are asked for."""

    _page = ""

    async def async_step_init(self, user_input: UserInput = None) -> FixResult:
        """Begin: what this step is given is the issue, no answer of the user."""
        return await self.async_step_consent()

    async def async_step_consent(self, user_input: UserInput = None) -> FixResult:
        """Show the page where Enedis is told to give the data, until that was done."""
        account, subentry = online(self._entry), data_nodes_of(self._entry).get(self._subject)
        if account is None or subentry is None:
            return self.async_abort(reason="not_connected")
        address = data_node_data(subentry)["address"]
        if not (page := self._page or await async_consent_page(account, address)):
            return self.async_abort(reason="no_consent_page")
        self._page = page
        errors: dict[str, str] = {}
        if user_input is not None:
            if take_consents(account, address):
                account[DataNodes].apply()
                return self.async_create_entry(data={})
            errors["base"] = "no_consent_yet"
        node = plain(subentry.title)
        return show_form(self, "consent", {}, None, errors, {"node": node, "page": self._page})
