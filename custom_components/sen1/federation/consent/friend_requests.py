"""Somebody asks to be a friend: the household is asked in the repairs."""

from __future__ import annotations

from hashlib import sha256

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ...protocol.model import BareJid
from ..config import CONF_JID
from ..issues import Issue, async_take_back, async_tell

MOST_WAITING = 5
"""Requests that wait for an answer at a time. The server keeps the others and says them again."""


@callback
def async_ask(hass: HomeAssistant, entry: ConfigEntry, jid: BareJid) -> None:
    """Ask the household what to answer. The text names the asker; only administrators see it."""
    async_tell(
        hass,
        Issue.FRIEND_REQUEST,
        _subject(entry, jid),
        {"address": jid, "account": entry.title},
        data={"entry_id": entry.entry_id, CONF_JID: jid},
    )


@callback
def async_ask_no_more(hass: HomeAssistant, entry: ConfigEntry, jid: BareJid) -> None:
    """Ask no more: the request was answered, here or elsewhere."""
    async_take_back(hass, _subject(entry, jid), Issue.FRIEND_REQUEST)


def _subject(entry: ConfigEntry, jid: BareJid) -> str:
    # The issue registry writes this to a file: it tells nobody's address.
    return f"{entry.entry_id}_{sha256(jid.encode()).hexdigest()[:16]}"
