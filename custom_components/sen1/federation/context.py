"""What the parts of an account that runs are all made with."""

from dataclasses import dataclass, field

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from ..listeners import Listeners
from ..protocol.budget import Budgets
from ..protocol.model import BareJid
from .consent.chores import Chores
from .consent.members import Memberships
from .consent.parting import Partings
from .consent.post import Post
from .consent.told import ToldGrants
from .journal.journal import Journal
from .store import AccountStore
from .trust.publishing import IdentityNode
from .trust.statements import Statements
from .trust.trust import Trust
from .xmpp.session import Session


@dataclass(frozen=True, slots=True)
class AccountContext:
    """Where it runs, what was decided, the link, what was learnt and done, the keys, the post."""

    hass: HomeAssistant
    entry: ConfigEntry
    session: Session
    store: AccountStore
    budgets: Budgets
    trust: Trust
    statements: Statements
    identity: IdentityNode
    chores: Chores
    told: ToldGrants
    memberships: Memberships
    journal: Journal
    partings: Partings
    post: Post
    arrived: Listeners[BareJid] = field(default_factory=Listeners[BareJid])
    """Of somebody who has just come."""
    moved: Listeners[BareJid, BareJid] = field(default_factory=Listeners[BareJid, BareJid])
    """Of who is at another address: the old one, and the new."""
