"""What the parts of an account that runs are all made with."""

from typing import NamedTuple

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .consent.journal import Journal
from .consent.post import Post
from .store import AccountStore
from .trust.trust import Trust
from .xmpp.session import Session


class AccountContext(NamedTuple):
    """Where it runs, what was decided, the link, what was learnt and done, the keys, the post."""

    hass: HomeAssistant
    entry: ConfigEntry
    session: Session
    store: AccountStore
    journal: Journal
    trust: Trust
    post: Post
