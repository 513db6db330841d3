"""What is kept of an account that is left: how to log in, whom to part from, what to erase."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict


class LeftSeries(TypedDict):
    """A series of others that is followed no more, and what came of it is not erased yet."""

    publication: str
    friend: str
    """Whose it was, to be told that it is erased."""
    statistic: str
    entity_ids: list[str]
    """What showed it: names that the registry may have forgotten by now."""
    is_erased: NotRequired[bool]
    """Whether only saying so is left."""


class Parting(TypedDict):
    """A friend to part from."""

    jid: str
    granted: list[str]
    """Publications the friend was granted."""
    follows: list[str]
    """The friend's nodes we follow."""
    comes_along: NotRequired[bool]
    """Whether it is told where we are now, and nothing of what it has is taken back."""


class Voice(TypedDict):
    """What the last words of an account are signed with, and for whom."""

    signing: str
    sealing: str
    """Its private keys, in base64."""
    said: float
    """When it said anything last: what is said now is said later."""
    to: list[str]
    """Who signs: it is told what is signed, all others the rest."""
    not_to: list[str]
    """Who is told nothing: another key than theirs answers for them, or none that was expected."""
    known: Mapping[str, Any]
    """What is known of the keys of all these, for an account that is added again."""


class MovedAway(TypedDict):
    """Where an account is now."""

    entry_id: str
    signed: str
    """The statement of it."""


class Farewell(TypedDict):
    """An account to be left: how to log in, and whom to part from."""

    title: str
    credentials: dict[str, Any]
    voice: Voice
    partings: list[Parting]
    pushed: list[tuple[str, str]]
    """What data nodes push: full address and identifier."""
    lent: list[LeftSeries]
    """What friends lent: to be erased, and them to be told."""
    invited: list[tuple[str, str]]
    """Addresses that were made for who did not come yet, with their passwords: to be deleted."""
    moved: NotRequired[MovedAway]
    """Of an address that was left for another."""
    since: NotRequired[float]
    """When it was tried first."""
