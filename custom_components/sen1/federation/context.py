"""What the parts of an account that runs are all made with."""

from typing import NamedTuple

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .consent.journal import Journal
from .store import AccountStore
from .trust.trust import Trust
from .xmpp.session import Session


class AccountContext(NamedTuple):
    """Where it runs, what the user decided, the link, what was learnt and done, and the keys."""

    hass: HomeAssistant
    entry: ConfigEntry
    session: Session
    store: AccountStore
    journal: Journal
    trust: Trust
