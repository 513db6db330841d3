"""Tell friends what they are granted, until they say that they know."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
import math
import time

from ...faults import contained
from ...protocol.errors import PayloadRefused
from ...protocol.model import (
    BareJid,
    Grant,
    GrantSeen,
    GrantState,
    Granularity,
    PublicationId,
    node_of,
)
from ...protocol.stanzas import grant_to_element
from ...protocol.trust.signed import StatementKind
from ..consent.parting import withdrawn
from ..consent.policy import Policy
from ..context import AccountContext
from ..store import SOON, ToldGrant, description_from_json
from .publication import Publication

SILENCE = 600.0
"""Seconds in which a member of a circle who does not acknowledge a grant is not told it again."""


class GrantAnnouncer:
    """Compare what friends acknowledged with what they are granted, and tell the difference."""

    def __init__(
        self,
        context: AccountContext,
        publications: Mapping[PublicationId, Publication],
        policy: Policy,
        news: asyncio.Event,
    ) -> None:
        """`news` is set when there is something to tell."""
        _, _, _, self._store, self._journal, *_ = context
        self._post = context.post
        self._publications = publications
        self._policy = policy
        self._news = news
        self._said: dict[tuple[BareJid, PublicationId], tuple[ToldGrant, float]] = {}
        """What members of circles were told last, and the monotonic time of it."""

    def reconnect(self) -> None:
        """Forget what was said over another link."""
        self._said.clear()

    def tell_again(self, friend: BareJid | None = None) -> None:
        """Tell grants again: a friend has come, or all that is told changed."""
        for key in [key for key in self._said if friend in (None, key[0])]:
            del self._said[key]
        self._news.set()

    def is_seen(self, publication: PublicationId, revision: int) -> bool:
        """Return whether all who are granted a publication acknowledged this revision of it."""
        told = self._store.data["told"]
        return all(
            (seen := told.get(jid, {}).get(publication)) and seen["revision"] == revision
            for jid in self._policy.grantees
            if publication in self._policy.granted_to(jid)
        )

    def announce_past(self, publication: Publication) -> None:
        """Tell all who are granted a publication that all its past may be another now."""
        begins = [
            grant.begin
            for jid in self._policy.grantees
            for grant in self._policy.granted_to(jid).values()
            if grant.publication == publication.id and grant.begin is not None
        ]
        if begins:
            self.announce(publication, min(begins), time.time())

    def announce(self, publication: Publication, begin: float, end: float) -> None:
        """Tell all who are granted a publication that its past changed: they ask for it anew."""
        known = self._store.data["descriptions"][publication.id]
        earlier = known.get("changed")
        if earlier and not self.is_seen(publication.id, known["revision"]):
            begin, end = min(begin, earlier[0]), max(end, earlier[1])
        # Stamps are written to the millisecond, which must not leave out a reading.
        known["changed"] = [math.floor(begin), math.ceil(end)]
        known["revision"] += 1
        self._store.save_within(SOON)
        publication.describe(description_from_json(known))
        self.tell_again()

    def note_decided(self) -> None:
        """Enter what friends were told of and the household takes back, before they are told."""
        for jid in self._policy.grantees:
            granted = self._policy.told_to(jid)
            for gone in self._store.data["told"].get(jid, {}).keys() - granted.keys():
                if not self._policy.has_ended(jid, PublicationId(gone)):
                    self._journal.decided(jid, PublicationId(gone))

    def take_seen(self, friend: BareJid, seen: GrantSeen) -> None:
        """Take a friend's acknowledgement; raises PayloadRefused if nothing was told."""
        told = self._store.data["told"].get(friend, {})
        if seen.publication not in told:
            if self._journal.is_withdrawn(friend, seen.publication):
                # Of who is no friend any more nothing else is waited for.
                return
            raise PayloadRefused("not_granted")
        self._journal.seen(friend)
        if seen.state not in (GrantState.ENDED, GrantState.WITHDRAWN):
            told[seen.publication] = {
                "state": seen.state,
                "revision": seen.revision,
                "node": node_of(seen.publication),
                "terms": asdict(seen.terms),
            }
        elif seen.publication not in self._policy.told_to(friend):
            del told[seen.publication]
        self._store.save_within(SOON)

    def take_erased(self, friend: BareJid, publication: PublicationId) -> None:
        """Note that a friend erased what was withdrawn, or removed unasked.

        Raises PayloadRefused if it had nothing.
        """
        if not (
            self._journal.is_withdrawn(friend, publication)
            or self._policy.concerns(friend, publication)
        ):
            raise PayloadRefused("not_withdrawn")
        self._journal.erased(friend, publication)

    def tell(self) -> None:
        """Send each friend the grants not acknowledged yet, and the ends of those that are over."""
        for jid in self._policy.grantees:
            with contained():
                self._tell_to(jid)
        self._store.save_within(SOON)

    def _tell_to(self, jid: BareJid) -> None:
        granted = self._policy.told_to(jid)
        # Granted again later, it must be asked for again.
        self._store.keep_subscribed(jid, self._store.subscribed(jid) & granted.keys())
        told = self._store.data["told"].setdefault(jid, {})
        for publication_id, grant in granted.items():
            if not self._may_be_told(jid, grant):
                continue
            if told.get(publication_id) != _told(grant) and self._may_say(jid, grant):
                self._say(jid, grant)
                # Until it is acknowledged it differs, and is sent again at the next occasion.
                told[publication_id] = {**_told(grant), "revision": None}
        for ended in told.keys() - granted.keys():
            over = self._over(jid, PublicationId(ended))
            self._say(jid, over)
            # Granted again before this is acknowledged, it differs and is told.
            told[ended] = {**told[ended], "state": over.state}

    def _may_be_told(self, jid: BareJid, grant: Grant) -> bool:
        """Return whether a friend told of a grant finds it so at the server, or will.

        Of periods it may be days until the first is over; who is told asks again until then.
        """
        if grant.state is not GrantState.ACTIVE:
            return True
        publication = self._publications[grant.publication]
        is_live = publication.description.granularity is Granularity.LIVE
        return not is_live or jid in publication.receivers

    def _may_say(self, jid: BareJid, grant: Grant) -> bool:
        """Return whether to tell a grant; a member who is silent is not told at each occasion."""
        if jid in self._policy.friends:
            return True
        now, key = time.monotonic(), (jid, grant.publication)
        said, at = self._said.get(key, (None, now))
        if said == _told(grant) and now < at + SILENCE:
            return False
        self._said[key] = (_told(grant), now)
        return True

    def _say(self, jid: BareJid, grant: Grant) -> None:
        is_withdrawn = grant.state is GrantState.WITHDRAWN
        kind = StatementKind.WITHDRAWAL if is_withdrawn else StatementKind.GRANT
        self._post.tell(jid, kind, grant_to_element(self._journal.said(jid, grant)))

    def _over(self, jid: BareJid, publication_id: PublicationId) -> Grant:
        """Return why a grant is over: it came to its end, or was withdrawn."""
        if self._policy.has_ended(jid, publication_id):
            return Grant(publication_id, GrantState.ENDED)
        return withdrawn(publication_id)


def _told(grant: Grant) -> ToldGrant:
    return {
        "state": grant.state,
        "revision": grant.description.revision if grant.description else None,
        "node": grant.node,
        "terms": asdict(grant.terms),
    }
