"""Repairs: the part that raised an issue brings the flow that answers it."""

from __future__ import annotations

from homeassistant.components.repairs import RepairsFlow
from homeassistant.core import HomeAssistant

from .const import CONF_KIND, Kind
from .federation.config import CONF_JID
from .federation.model import BareJid
from .federation.requests import FriendRequestFlow
from .linky.replacement import ReplacementFlow


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow of an issue: each part has one kind that can be fixed."""
    assert data is not None  # our fixable issues all carry some
    entry = hass.config_entries.async_get_known_entry(str(data["entry_id"]))
    if entry.data[CONF_KIND] == Kind.LINKY:
        return ReplacementFlow(entry, str(data["serial"]))
    return FriendRequestFlow(entry, BareJid(str(data[CONF_JID])))
