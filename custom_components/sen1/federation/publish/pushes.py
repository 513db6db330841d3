"""Push what is published to friends who asked for it with Quoalise's `subscribe`.

Friends who run SEN1 follow the node instead, where the server does the fan-out. These are the
clients of the federation's data nodes, which know messages only.
"""

from collections.abc import Container

from ...protocol.limits import size_of
from ...protocol.model import BareJid, Granularity, Item, PublicationId
from ...protocol.stanzas import envelope_of
from ..consent.policy import Policy
from ..store import AccountStore
from ..trust.peers import Standing
from ..trust.trust import Trust
from ..xmpp.session import Session
from .publication import Publication


class Pushes:
    """Push to those who asked, what lies within their grant."""

    def __init__(
        self,
        session: Session,
        store: AccountStore,
        policy: Policy,
        trust: Trust,
        present: Container[BareJid],
    ) -> None:
        """`present` are the friends who are there."""
        self._session = session
        self._store = store
        self._policy = policy
        self._trust = trust
        self._present = present

    def add(self, friend: BareJid, publication: PublicationId) -> None:
        """Push a publication to a friend from now on; asked twice is asked once."""
        self._store.keep_subscribed(friend, self._store.subscribed(friend) | {publication})

    def remove(self, friend: BareJid, publication: PublicationId) -> None:
        """Push a publication to a friend no more."""
        self._store.keep_subscribed(friend, self._store.subscribed(friend) - {publication})

    def push(self, publication: Publication, item: Item) -> int:
        """Send an item's readings to the subscribers; return the bytes that took.

        Servers keep messages for the absent: periods reach them, live readings would only pile up.
        """
        size = 0
        is_live = publication.description.granularity is Granularity.LIVE
        for friend in self._store.subscribers(publication.id):
            is_granted = publication.id in self._policy.granted_to(friend)
            if not is_granted or (is_live and friend not in self._present):
                continue
            if self._trust.standing(friend) is not Standing.KEYLESS:
                # It follows the node, whose items are signed.
                continue
            readings = [
                reading
                for reading in item.readings
                if self._policy.covers(friend, publication.id, publication.span(reading))
            ]
            if readings:
                payload = envelope_of(readings, publication.description)
                self._session.tell(friend, payload)
                size += size_of(payload)
        return size
