"""Push what is published to friends who asked for it with Quoalise's `subscribe`.

Friends who run SEN1 follow the node instead, where the server does the fan-out. These are the
clients of the federation's data nodes, which know messages only.
"""

from collections.abc import Collection

from ...protocol.limits import size_of
from ...protocol.model import BareJid, Granularity, Item, PublicationId
from ...protocol.stanzas import envelope_of
from ..consent.policy import Policy
from ..context import AccountContext
from ..follow.presences import Presences
from ..part import Part
from ..store import SOON
from ..talk.parting import Partings
from ..trust.peers import Standing
from ..trust.trust import Trust
from .publication import Publication


class Pushes(Part):
    """Push to those who asked, what lies within their grant."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._trust, self._policy = context[Trust], context[Policy]
        self._present = context[Presences].clients
        self._subscribed: dict[str, list[str]] = self._store.by_friend("subscribed")
        """Friend → publications that are pushed to it."""
        context[Partings].parted.add(lambda friend: self.keep(friend, ()))

    def change(self, friend: BareJid, publication: PublicationId, *, is_wanted: bool) -> None:
        """Push a publication to a friend from now on, or no more."""
        known = {*self._subscribed.get(friend, ())} - {publication}
        self._set(friend, known | {publication} if is_wanted else known)

    def keep(self, friend: BareJid, publications: Collection[PublicationId]) -> None:
        """Push a friend nothing more but what is among these."""
        if friend in self._subscribed:
            self._set(friend, {*self._subscribed[friend]} & {*publications})

    def _set(self, friend: BareJid, publications: set[str]) -> None:
        self._subscribed[friend] = sorted(publications)
        if not publications:
            del self._subscribed[friend]
        self._store.save_within(SOON)

    def push(self, publication: Publication, item: Item) -> int:
        """Send an item's readings to the subscribers; return the bytes that took.

        Servers keep messages for the absent: periods reach them, live readings would only pile up.
        """
        size = 0
        is_live = publication.description.granularity is Granularity.LIVE
        subscribed = self._subscribed.items()
        for friend in [BareJid(jid) for jid, those in subscribed if publication.id in those]:
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
