"""The sharing accounts that run, as commands and forms find them, and the words of both."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from homeassistant.components.websocket_api.const import ERR_HOME_ASSISTANT_ERROR
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassDict

from ..commands import Asked, Refused
from ..const import CONF_KIND, DOMAIN, Kind
from ..texts import async_texts
from .context import AccountContext
from .journal.journal import Journal
from .part import Part
from .store import AccountStore
from .trust.statements import Statements
from .trust.trust import Trust
from .xmpp.session import Session

NO_SUCH_COLLECTION = "no_such_collection"
"""Why nothing is done with a collection that is not organised here, or not taken part in."""

type Words = Mapping[str, str]


class Running(Protocol):
    """An account that runs."""

    context: AccountContext
    session: Session
    store: AccountStore
    trust: Trust
    statements: Statements
    journal: Journal
    beside: HassDict
    """What other parts of SEN1 run for this account, each under its own key."""

    def __getitem__[P: Part](self, kind: type[P]) -> P:
        """Return a part."""


type RunningEntry = ConfigEntry[Running]


def accounts(hass: HomeAssistant) -> Iterator[RunningEntry]:
    """Yield the sharing accounts that run."""
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        if entry.data[CONF_KIND] == Kind.ACCOUNT:
            yield entry


def account_asked(
    hass: HomeAssistant, asked: Asked, key: str, code: str = ERR_HOME_ASSISTANT_ERROR
) -> RunningEntry:
    """Return the sharing account whose `entry_id` a page asks with.

    Raises Refused, for the reason of this key and code, where it does not run.
    """
    entry: RunningEntry | None = hass.config_entries.async_get_entry(asked["entry_id"])
    is_account = entry is not None and entry.data.get(CONF_KIND) == Kind.ACCOUNT
    if entry is None or not is_account or entry.state is not ConfigEntryState.LOADED:
        raise Refused(key, code)
    return entry


async def async_words(hass: HomeAssistant, language: str | None = None) -> Words:
    """Return the words of our selectors: `granularity.options.live` → what to show."""
    return await async_texts(hass, "selector", language)
