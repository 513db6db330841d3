"""Somebody asks to be a friend: the household is asked in the repairs."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ...protocol.model import BareJid
from ..issues import Issue, async_take_back, async_tell
from ..store import AccountStore

MOST_WAITING = 5
"""Requests that wait for an answer at a time. The server keeps the others and says them again."""


@callback
def async_ask(hass: HomeAssistant, entry: ConfigEntry, store: AccountStore, jid: BareJid) -> None:
    """Ask the household what to answer."""
    async_tell(hass, entry, Issue.FRIEND_REQUEST, store.pseudonym(jid))


@callback
def async_ask_no_more(hass: HomeAssistant, store: AccountStore, jid: BareJid) -> None:
    """Ask no more: the request was answered, here or elsewhere."""
    async_take_back(hass, store.pseudonym(jid), Issue.FRIEND_REQUEST)
