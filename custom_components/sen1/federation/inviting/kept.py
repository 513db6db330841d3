"""What is kept of invitations, and of what friends would like."""

from enum import StrEnum
import time
from typing import TypedDict

from ...protocol.links import AccountLogin, parse_link
from ...protocol.model import BareJid
from ...protocol.term import GrantData


class InvitationState(StrEnum):
    """How far an invitation is."""

    OPEN = "open"
    DONE = "done"
    EXPIRED = "expired"
    TAKEN_BACK = "taken_back"


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


def state_of(invitation: Invitation) -> InvitationState:
    """Return how far an invitation is."""
    if invitation["uses"] == 0:
        return InvitationState.DONE
    if invitation["taken_back"] is not None:
        return InvitationState.TAKEN_BACK
    return InvitationState.OPEN if time.time() < invitation["expires"] else InvitationState.EXPIRED


def login_of(invitation: Invitation) -> AccountLogin | None:
    """Return the address that was made for whoever comes, while it may have to be deleted."""
    if invitation["login"] is None or (link := parse_link(invitation["link"])) is None:
        return None
    return link.login
