"""Tell friends what they are granted, until they say that they know.

What is said for the first time, or takes back, servers keep for who is away; a change waits until a
friend is there, and nothing that is said again is kept: an absent friend's server has little room,
which is its household's. Of members of collections nobody knows whether they are there.
"""

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
from ..consent.relations import Relations
from ..context import AccountContext
from ..store import SOON, GrantWords, SaidGrant, ToldGrant, description_from_json
from .publication import Publication

AGAIN = 600.0
AGAIN_MOST = 86400.0
"""Seconds after which what is not acknowledged is said again; each time they double."""

MOST_DOUBLINGS = 8

MOST_TRIES = 3
"""How often a friend who is there is told the same; an installation, also whenever it comes."""

OVER = (GrantState.ENDED, GrantState.WITHDRAWN)


class GrantAnnouncer:
    """Compare what friends acknowledged with what they are granted, and tell the difference."""

    def __init__(
        self,
        context: AccountContext,
        publications: Mapping[PublicationId, Publication],
        policy: Policy,
        relations: Relations,
        present: Mapping[BareJid, Mapping[str, bool]],
        news: asyncio.Event,
    ) -> None:
        """`present` tells of friends who are there whether each client of theirs is of SEN1.

        `news` is set when there is something to tell.
        """
        _, _, _, self._store, self._journal, *_ = context
        self._post = context.post
        self._publications = publications
        self._policy = policy
        self._relations = relations
        self._present = present
        self._news = news
        self._said_at: dict[tuple[BareJid, PublicationId], float] = {}
        """When what is not acknowledged was said last over this link; monotonic, seconds."""
        self._came: set[BareJid] = set()
        """Who has come since grants were told last."""
        self.again_at = math.inf
        """When something is to be said again next, if nobody comes; monotonic, seconds."""

    def reconnect(self) -> None:
        """Forget what was said over another link: it may be lost."""
        self._said_at.clear()

    def tell_again(self, friend: BareJid) -> None:
        """Tell somebody its grants again who has come."""
        self._came.add(friend)
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
        self._news.set()

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
        if seen.state not in OVER:
            known, terms = told[seen.publication], asdict(seen.terms)
            said = known.get("said")
            if not seen.terms.notice and said is not None and said["notices"] == 1:
                # There was but one text that it can mean.
                terms["notice"] = said["words"]["terms"]["notice"]
            known["state"], known["revision"] = seen.state, seen.revision
            known["node"], known["terms"] = node_of(seen.publication), terms
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
        self.again_at = math.inf
        for jid in self._policy.grantees:
            with contained():
                self._tell_to(jid)
        self._came.clear()
        self._store.save_within(SOON)

    def _tell_to(self, jid: BareJid) -> None:
        granted = self._policy.told_to(jid)
        # Granted again later, it must be asked for again.
        self._store.keep_subscribed(jid, self._store.subscribed(jid) & granted.keys())
        told = self._store.data["told"].setdefault(jid, {})
        if not self._post.reaches(jid):
            return
        for publication_id, grant in granted.items():
            known = told.get(publication_id)
            if self._may_be_told(jid, grant) and not _is_known(known, grant):
                told[publication_id] = self._told(jid, grant, known)
        for ended in told.keys() - granted.keys():
            over = self._over(jid, PublicationId(ended))
            told[ended] = self._told(jid, over, told[ended])

    def _may_be_told(self, jid: BareJid, grant: Grant) -> bool:
        """Return whether a friend told of a grant finds it so at the server, or will.

        Of periods it may be days until the first is over; who is told asks again until then.
        """
        if grant.state is not GrantState.ACTIVE:
            return True
        publication = self._publications[grant.publication]
        is_live = publication.description.granularity is Granularity.LIVE
        return not is_live or jid in publication.receivers

    def _told(self, jid: BareJid, grant: Grant, known: ToldGrant | None) -> ToldGrant:
        """Say a grant if that is due; return what its receiver is told of it by then."""
        words, key = _words(grant), (jid, grant.publication)
        said = known.get("said") if known else None
        is_over, is_repeat = grant.state in OVER, said is not None and said["words"] == words
        tries = said["tries"] if said is not None and is_repeat else 0
        if known is not None and (said is not None or known["revision"] is not None):
            # Of several changes only the last is of use to who was away.
            is_due = self._is_due(key, tries) if is_repeat else is_over or self._is_there(jid)
            if not is_due:
                return known
        self._say(jid, grant, is_repeat=is_repeat)
        tries += is_repeat or jid in self._present
        self._said_at[key] = time.monotonic()
        self.again_at = min(self.again_at, self._again_at(key, tries))
        # Until it is acknowledged it differs; who hears of an end knows the rest.
        heard = known if known is not None and is_over else words
        return ToldGrant(
            state=grant.state,
            revision=heard["revision"] if is_over else None,
            node=heard["node"],
            terms=heard["terms"],
            said=SaidGrant(words=words, tries=tries, notices=_notices(said, words)),
        )

    def _say(self, jid: BareJid, grant: Grant, *, is_repeat: bool) -> None:
        is_withdrawn = grant.state is GrantState.WITHDRAWN
        kind = StatementKind.WITHDRAWAL if is_withdrawn else StatementKind.GRANT
        payload = grant_to_element(self._journal.said(jid, grant))
        is_first = not self._store.data["told"][jid]
        self._post.tell(jid, kind, payload, is_repeat=is_repeat, is_first=is_first)

    def _is_due(self, key: tuple[BareJid, PublicationId], tries: int) -> bool:
        """Return whether what was said so often is to be said again now."""
        if time.monotonic() >= (again_at := self._again_at(key, tries)):
            return True
        self.again_at = min(self.again_at, again_at)
        jid, clients = key[0], self._present.get(key[0], {})
        return jid in self._came and (
            not self._relations.is_friend(jid)
            or any(clients.values())
            or (bool(clients) and tries < MOST_TRIES)
        )

    def _again_at(self, key: tuple[BareJid, PublicationId], tries: int) -> float:
        """Return when something is said again if nobody comes; infinite if it is not."""
        jid = key[0]
        if self._relations.is_friend(jid) and (jid not in self._present or tries >= MOST_TRIES):
            return math.inf
        wait = min(AGAIN * (1 << min(tries, MOST_DOUBLINGS)), AGAIN_MOST)
        return self._said_at.get(key, -math.inf) + wait

    def _is_there(self, jid: BareJid) -> bool:
        """Return whether somebody is there, or may be: of who is no friend nobody knows."""
        return jid in self._present or not self._relations.is_friend(jid)

    def _over(self, jid: BareJid, publication_id: PublicationId) -> Grant:
        """Return why a grant is over: it came to its end, or was withdrawn."""
        if self._policy.has_ended(jid, publication_id):
            return Grant(publication_id, GrantState.ENDED)
        return withdrawn(publication_id)


def _words(grant: Grant) -> GrantWords:
    return {
        "state": grant.state,
        "revision": grant.description.revision if grant.description else None,
        "node": grant.node,
        "terms": asdict(grant.terms),
    }


def _is_known(known: ToldGrant | None, grant: Grant) -> bool:
    """Return whether a grant was acknowledged as it is."""
    return known is not None and {**known, "said": None} == {**_words(grant), "said": None}


def _notices(said: SaidGrant | None, words: GrantWords) -> int:
    """Return how many texts of the consent somebody is told, one after the other."""
    if said is None:
        return 1
    earlier, new = said["words"]["terms"]["notice"], words["terms"]["notice"]
    return said["notices"] + bool(earlier and new and earlier != new)
