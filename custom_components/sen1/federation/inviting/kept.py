"""What is kept of invitations, and of what friends would like."""

from typing import TypedDict

from ...protocol.model import BareJid
from ...protocol.term import GrantData


class WishData(TypedDict):
    """What one would like to receive, in the words of protocol/wishes."""

    what: str
    granularity: str


class AskedOfUs(WishData):
    """What a friend would like to receive of us."""

    at: float
    """When it was said."""


class Invitation(TypedDict):
    """A link that makes whoever comes with it a friend; times are Unix seconds."""

    label: str
    """What the household calls whom it invites."""
    token: str
    link: str
    made: float
    expires: float
    uses: int
    """How many may still come."""
    gives_account: bool
    login: BareJid | None
    """The address that was made for whoever comes, while it may have to be deleted."""
    offers: list[GrantData]
    """What the household granted to whoever comes; it begins then, and lasts a year."""
    asks: list[WishData]
    told: bool
    """Whether `asks` were said to whoever came."""
    taken_back: float | None
    opened: float | None
    """When an address was made with it, or its holder came."""
    accepted: float | None
    """When both were friends."""
    first: float | None
    """When the first reading went, or came."""
    friend: BareJid | None
    """Who came."""
