"""Parting from a friend: what is remembered of it, and what is still told."""

from collections.abc import Iterable
import logging
import time
from typing import Protocol

from ...listeners import Listeners
from ...protocol.errors import RequestFailed
from ...protocol.model import BareJid, Grant, GrantState, PublicationId
from ...protocol.trust.kinds import Left
from ..context import AccountContext
from ..journal.journal import Journal
from ..xmpp.session import Session
from .chores import Chores
from .told import ToldGrants

_LOGGER = logging.getLogger(__name__)

ERASE_WITHIN = 30 * 86400.0
"""Seconds a friend has to erase what was withdrawn: its Home Assistant may be away."""


class PartingPost(Protocol):
    """What says so to who is concerned."""

    def tell(self, jid: BareJid, said: object) -> None:
        """Say something, after all that was told before."""

    async def sent(self) -> None:
        """Return once all that was told has gone."""


class Partings:
    """Forget former friends, and remember what is still to be done: cleaned here, told there."""

    def __init__(self, context: AccountContext) -> None:
        self.parted = Listeners[BareJid]()
        """Of each former friend."""
        self._chores, self._told = context[Chores], context[ToldGrants]
        self._journal = context[Journal]

    def note(self, friend: BareJid, follows: Iterable[str] = (), *, is_named: bool = True) -> None:
        """Note that somebody is a friend no more; `follows` are its nodes that we followed."""
        granted = self._told.forget(friend)
        for publication in granted:
            over = withdrawn(publication)
            self._journal.decided(friend, over.publication)
            self._journal.disclosures.withdrawn(friend, over.publication, over.erase_by or 0)
        self._journal.forget(friend)
        if not is_named:
            self._journal.disclosures.forget_sent(friend)
        self.parted.tell(friend)
        self._chores.part(friend, granted, follows)


async def part_from(
    session: Session,
    post: PartingPost,
    friend: BareJid,
    granted: Iterable[str],
    follows: Iterable[str],
    collections: Iterable[str] | None = None,
) -> None:
    """Tell a former friend that `granted` is withdrawn, stop following `follows`, end friendship.

    Or only tell that `collections` are left: who was no friend is on no roster. Raises
    RequestFailed when our own server does not do its part.
    """
    tell_withdrawn(post, friend, granted)
    await unfollow(session, friend, follows)
    # ejabberd drops presences of friendship that are more than its rate, this one too.
    for left in ("",) if collections is None else collections:
        post.tell(friend, Left(left))
    await post.sent()
    if collections is None:
        await session.unfriend(friend)


def tell_withdrawn(post: PartingPost, friend: BareJid, granted: Iterable[str]) -> None:
    """Tell a friend, or a former one, that these are withdrawn."""
    for publication in granted:
        post.tell(friend, withdrawn(PublicationId(publication)))


async def unfollow(session: Session, friend: BareJid, follows: Iterable[str]) -> None:
    """Have a friend's server push nothing more of these nodes."""
    for node in follows:
        try:
            await session.pubsub.unsubscribe(friend, node)
        except RequestFailed as error:
            # Theirs may be gone, or not let us in any more: then nothing is left either.
            _LOGGER.debug("Not unsubscribed: %s", error.condition)


def withdrawn(publication: PublicationId) -> Grant:
    """Return what a friend is told of a grant that is taken back: to erase what it received."""
    now = round(time.time(), 3)
    return Grant(publication, GrantState.WITHDRAWN, erase_by=now + ERASE_WITHIN, said=now)
