"""A consent at a data node ended or is missing: a repair issue leads to the node's page for it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigEntry
import voluptuous as vol

from ...const import plain
from ...protocol.errors import PayloadRefused, RequestFailed
from ..config import data_node_data, data_nodes_of
from .data_node import async_consent_page, take_consents

if TYPE_CHECKING:
    from homeassistant.components.repairs.models import RepairsFlowResult

    from ..account import Account

_LOGGER = logging.getLogger(__name__)


class ConsentFlow(RepairsFlow):
    """Show the page, until the node has told of the consent; then its series are asked for."""

    _page = ""

    def __init__(self, entry: ConfigEntry[Account], subentry_id: str) -> None:
        self._entry = entry
        self._subentry_id = subentry_id

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Begin: what this step is given is the issue, no answer of the user."""
        return await self.async_step_consent()

    async def async_step_consent(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Show the page where Enedis is told to give the data, until that was done."""
        account: Account | None = getattr(self._entry, "runtime_data", None)
        subentry = data_nodes_of(self._entry).get(self._subentry_id)
        if account is None or subentry is None or not account.session.is_online:
            return self.async_abort(reason="not_connected")
        address = data_node_data(subentry)["address"]
        if not self._page:
            try:
                self._page = await async_consent_page(account, address)
            except (RequestFailed, PayloadRefused) as error:
                _LOGGER.debug("A node gives no page for a consent: %s", type(error).__name__)
                return self.async_abort(reason="no_consent_page")
        errors: dict[str, str] = {}
        if user_input is not None:
            if take_consents(account, address):
                account.data_nodes.apply()
                return self.async_create_entry(data={})
            errors["base"] = "no_consent_yet"
        return self.async_show_form(
            step_id="consent",
            data_schema=vol.Schema({}),
            description_placeholders={"node": plain(subentry.title), "page": self._page},
            errors=errors,
        )
