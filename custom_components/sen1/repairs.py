"""Repairs: the part that raised an issue brings the flow that answers it."""

from __future__ import annotations

from homeassistant.components.repairs import RepairsFlow
from homeassistant.core import HomeAssistant

from .federation.config import CONF_JID
from .federation.model import BareJid
from .federation.requests import FriendRequestFlow


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow of an issue; the one kind that can be fixed is a request for friendship."""
    assert data is not None  # our fixable issues all carry some
    entry = hass.config_entries.async_get_known_entry(str(data["entry_id"]))
    return FriendRequestFlow(entry, BareJid(str(data[CONF_JID])))
