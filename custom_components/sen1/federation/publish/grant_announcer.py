"""Tell friends what they are granted, until they say that they know.

What is said for the first time, or takes back, servers keep for who is away; a change waits until a
friend is there, and nothing that is said again is kept: an absent friend's server has little room,
which is its household's. Of members of collections nobody knows whether they are there.
"""

import asyncio
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
from ...protocol.trust.kinds import Erased, StatementKind
from ..consent.policy import Policy
from ..context import AccountContext
from ..follow.presences import Presences
from ..journal.journal import Journal
from ..part import Heard, Part
from ..relations.relations import Relations
from ..store import SOON
from ..talk.parting import withdrawn
from ..talk.post import Post
from ..talk.told import GrantWords, SaidGrant, ToldGrant, ToldGrants
from ..trust.trust import Trust
from .publication import Publications
from .pushes import Pushes

AGAIN = (*(600.0 * (1 << tries) for tries in range(8)), 86400.0)
"""Seconds after which what is not acknowledged is said again, by how often that was tried."""

MOST_TRIES = 3
"""How often a friend who is there is told the same; an installation, also whenever it comes."""

OVER = (GrantState.ENDED, GrantState.WITHDRAWN)


class GrantAnnouncer(Part):
    """Compare what friends acknowledged with what they are granted, and tell the difference."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._journal, self._trust = context[Journal], context[Trust]
        self._told, self._post = context[ToldGrants], context[Post]
        self._publications, self._policy = context[Publications], context[Policy]
        self._relations, self._pushes = context[Relations], context[Pushes]
        self._present = context[Presences].clients
        """Of friends who are there, whether each client of theirs is of SEN1."""
        self.news = asyncio.Event()
        """Set when there is something to tell, or to look at on the server."""
        self._said_at: dict[tuple[BareJid, PublicationId], float] = {}
        """When what is not acknowledged was said last over this link; monotonic, seconds."""
        self._came: set[BareJid] = set()
        """Who has come since grants were told last."""
        self.again_at = math.inf
        """When something is to be said again next, if nobody comes; monotonic, seconds."""
        self.takes = {
            StatementKind.GRANT_SEEN: self._take_seen,
            StatementKind.ERASED: self._take_erased,
        }

    def reconnect(self) -> None:
        """Forget what was said over another link: it may be lost."""
        self._said_at.clear()

    def there(self, jid: BareJid) -> None:
        """Tell somebody its grants again who has come, or can be told."""
        self._came.add(jid)
        self.news.set()

    known = there

    def is_seen(self, publication: PublicationId, revision: int) -> bool:
        """Return whether all who are granted a publication acknowledged this revision of it."""
        told = self._told
        return all(
            (seen := told.of(jid).get(publication)) and seen["revision"] == revision
            for jid in self._policy.grantees
            if publication in self._policy.granted_to(jid)
        )

    def apply(self) -> None:
        """Enter what friends were told of and the household takes back, before they are told."""
        for jid in self._policy.grantees:
            granted = self._policy.told_to(jid)
            for gone in self._told.of(jid).keys() - granted.keys():
                if not self._policy.has_ended(jid, PublicationId(gone)):
                    self._journal.decided(jid, PublicationId(gone))

    def _take_seen(self, heard: Heard[GrantSeen]) -> None:
        """Take a friend's acknowledgement; raises PayloadRefused if nothing was told."""
        friend, seen, _ = heard
        told = self._told.of(friend)
        if seen.publication not in told:
            if self._journal.disclosures.is_withdrawn(friend, seen.publication):
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

    def _take_erased(self, heard: Heard[Erased]) -> None:
        """Note that a friend erased what was withdrawn, or removed unasked.

        Raises PayloadRefused if it had nothing.
        """
        friend, publication = heard.sender, heard.said.publication
        if not (
            self._journal.disclosures.is_withdrawn(friend, publication)
            or self._policy.concerns(friend, publication)
        ):
            raise PayloadRefused("not_withdrawn")
        self._journal.disclosures.erased(friend, publication)

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
        self._pushes.keep(jid, granted.keys())
        told = self._told.begin(jid)
        if not self._post.reaches(jid):
            return
        over = [self._over(jid, PublicationId(ended)) for ended in told.keys() - granted.keys()]
        for grant in [*granted.values(), *over]:
            known = told.get(grant.publication)
            if self._may_be_told(jid, grant) and self._is_due(jid, grant, known):
                told[grant.publication] = self._say(jid, grant, known)

    def _may_be_told(self, jid: BareJid, grant: Grant) -> bool:
        """Return whether a friend told of a grant finds it so at the server, or will.

        Of periods it may be days until the first is over; who is told asks again until then.
        """
        if grant.state is not GrantState.ACTIVE:
            return True
        publication = self._publications[grant.publication]
        is_live = publication.description.granularity is Granularity.LIVE
        return not is_live or jid in publication.receivers

    def _is_due(self, jid: BareJid, grant: Grant, known: ToldGrant | None) -> bool:
        """Return whether a grant is not acknowledged as it is, and to be said now."""
        if known is None:
            return True
        words, said = _words(grant), known.get("said")
        if {**known, "said": None} == {**words, "said": None}:
            return False
        is_friend, clients = self._relations.is_friend(jid), self._present.get(jid, {})
        if said is None or said["words"] != words:
            # Of several changes only the last is of use to who was away.
            is_new = said is None and known["revision"] is None
            return is_new or grant.state in OVER or jid in self._present or not is_friend
        if time.monotonic() >= (again_at := self._again_at(jid, grant, said)):
            return True
        self.again_at = min(self.again_at, again_at)
        may_try = bool(clients) and said["tries"] < MOST_TRIES
        return jid in self._came and (not is_friend or any(clients.values()) or may_try)

    def _say(self, jid: BareJid, grant: Grant, known: ToldGrant | None) -> ToldGrant:
        """Say a grant; return what its receiver is told of it by then."""
        words, last = _words(grant), known.get("said") if known else None
        said = SaidGrant(
            words=words, tries=int(jid in self._present), notices=_notices(last, words)
        )
        if is_repeat := last is not None and last["words"] == words:
            said["tries"] = last["tries"] + 1
        # A person who has no installation reads with what is said first what this is.
        is_plain = not self._told.of(jid) and not self._trust.signs(jid)
        line = self._session.introduction if is_plain else ""
        self._post.tell(jid, self._journal.said(jid, grant), is_repeat=is_repeat, line=line)
        self._said_at[jid, grant.publication] = time.monotonic()
        self.again_at = min(self.again_at, self._again_at(jid, grant, said))
        if known is not None and grant.state in OVER:
            # Who hears of an end knows the rest.
            return {**known, "state": grant.state, "said": said}
        # Until it is acknowledged it differs.
        return {**words, "revision": None, "said": said}

    def _again_at(self, jid: BareJid, grant: Grant, said: SaidGrant) -> float:
        """Return when something is said again if nobody comes; infinite if it is not."""
        tries = said["tries"]
        if self._relations.is_friend(jid) and (jid not in self._present or tries >= MOST_TRIES):
            return math.inf
        wait = AGAIN[min(tries, len(AGAIN) - 1)]
        return self._said_at.get((jid, grant.publication), -math.inf) + wait

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


def _notices(said: SaidGrant | None, words: GrantWords) -> int:
    """Return how many texts of the consent somebody is told, one after the other."""
    if said is None:
        return 1
    earlier, new = said["words"]["terms"]["notice"], words["terms"]["notice"]
    return said["notices"] + bool(earlier and new and earlier != new)
