"""Who may receive what at a moment, from what the user decided."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
import math
import time
from typing import Any, Protocol

from ...listeners import Listeners
from ...protocol.model import BareJid, Description, Grant, GrantState, PublicationId
from ...protocol.term import GrantData, Phase, Span, Term, term_of
from ...protocol.terms import Terms
from ..config import (
    boards_of,
    collection_data,
    collections_of,
    friend_data,
    friends_of,
    participation_data,
    participations_of,
    proxies_of,
)
from ..context import AccountContext
from ..part import Part
from ..relations.circles import Circles
from ..relations.members import Memberships
from ..relations.relations import Relations
from ..store import SOON
from ..trust.trust import Trust

STATES = {Phase.ACTIVE: GrantState.ACTIVE, Phase.PAUSED: GrantState.PAUSED}
"""What a friend is told of a grant; one that is to come is not told yet."""


class Grantable(Protocol):
    """What is told of a publication to those who are granted it."""

    @property
    def id(self) -> PublicationId:
        """What it is called in grants."""

    @property
    def node(self) -> str:
        """Its node at our server."""

    @property
    def description(self) -> Description:
        """What it is, as friends are told."""


class Policy(Part):
    """Answer from the grants as they are."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._circles, self._relations = context[Circles], context[Relations]
        self._memberships, self._trust = context[Memberships], context[Trust]
        self._ended: dict[str, list[list[float]]] = self._store.kept("ended", {})
        """Publication → begin and end of each grant of it that was over once."""
        self.publications: Mapping[PublicationId, Grantable] = {}
        """What is published; filled and emptied by who publishes it."""
        self.friends: frozenset[BareJid] = frozenset()
        """Who was made a friend for itself, not as one of a circle."""
        self.stopped = Listeners[()]()
        """Of grants that a key in question stops, or lets go on."""
        self._granted: dict[BareJid, dict[PublicationId, tuple[GrantData, Term]]] = {}
        self._of_proxies: list[tuple[GrantData, Term]] = []

    def apply(self) -> None:
        """Take over what the user decided, and whose key changed: they have nothing meanwhile."""
        boards = boards_of(self._entry)
        self._granted = {
            jid: _by_publication(_without(boards, self._circles.grants_of(jid)))
            for jid in map(BareJid, self._circles.joined)
        }
        for jid, grants in self._of_collections(boards).items():
            self._granted[jid] = self._granted.get(jid, {}) | _by_publication(grants)
        friends = friends_of(self._entry)
        self.friends = frozenset(friends)
        for jid, subentry in friends.items():
            # What was decided for one friend goes before what was decided for many.
            own = _by_publication(_without(boards, friend_data(subentry)["grants"]))
            self._granted[jid] = self._granted.get(jid, {}) | own
        self._trust.want(self._granted.keys())
        for jid in filter(self._trust.is_stopped, list(self._granted)):
            del self._granted[jid]
        self._of_proxies = [
            (grant, term_of(grant))
            for subentry in proxies_of(self._entry).values()
            for grant in _without(boards, friend_data(subentry)["grants"])
        ]
        self.look()

    def known(self, jid: BareJid) -> None:
        """Let a friend have nothing whose key changed, or what it is granted once that is known."""
        if self._trust.is_stopped(jid) == (jid in self.grantees):
            self.apply()
            self.stopped.tell()

    def of_friend(self, jid: BareJid) -> dict[str, Any]:
        """Return how much a friend is granted."""
        return {"granted": len(self.granted_to(jid))}

    def _of_collections(
        self, boards: Mapping[PublicationId, str]
    ) -> Mapping[BareJid, list[GrantData]]:
        """Return what members, and organisers, are granted by what they collect.

        A board is for the members of its own collection alone: it is made of what they gave.

        Who made an offer that is not answered yet has nothing: but its key is asked for.
        """
        granted = defaultdict[BareJid, list[GrantData]](list)
        for subentry in collections_of(self._entry).values():
            collection = collection_data(subentry)
            others = {key for key, of in boards.items() if of != collection["collection"]}
            grants = _without(others, collection["grants"])
            for jid in self._memberships.data_of(collection["collection"]):
                granted[BareJid(jid)] += grants
        for subentry in participations_of(self._entry).values():
            participation = participation_data(subentry)
            granted[participation["jid"]] += _without(boards, participation["grants"])
        for jid in {jid for jid, _ in self._relations.asked()}:
            # Of one that answers with another key nobody asks the household.
            if not self._trust.is_stopped(jid):
                granted[jid] += ()
        return granted

    def look(self) -> None:
        """Note what is over by now."""
        for data, term in self._all():
            self.phase(data["publication"], term)

    def phase(self, publication: PublicationId, term: Term) -> Phase:
        """Return what a grant lets through now; one that was over once stays so.

        Nothing revives it but another end: a clock that is set back does not.
        """
        stretch = [term.begin, term.until]
        if stretch in self._ended.get(publication, ()):
            return Phase.ENDED
        if (phase := term.phase(time.time())) is Phase.ENDED:
            self._ended.setdefault(publication, []).append(stretch)
            self._store.save_within(SOON)
        return phase

    def forget(self, publication: PublicationId) -> None:
        """Forget the grants of a publication that is no more."""
        self._ended.pop(publication, None)

    @property
    def grantees(self) -> Collection[BareJid]:
        """All who may be granted something: friends, members who have come, organisers."""
        return self._granted.keys()

    def active_in(self, several: Iterable[GrantData]) -> dict[PublicationId, Term]:
        """Return the terms of those of several grants that are active now."""
        return {
            grant["publication"]: term
            for grant in several
            if grant["publication"] in self.publications
            and self.phase(grant["publication"], term := term_of(grant)) is Phase.ACTIVE
        }

    def is_wanted(self, publication: PublicationId) -> bool:
        """Return whether anybody may receive a publication now."""
        return self.floor(publication) < math.inf

    def floor(self, publication: PublicationId) -> float:
        """Return the time before which nothing of a publication is for anybody; else infinite."""
        now = time.time()
        return min((term.since(now) for term in self._active(publication)), default=math.inf)

    def told_to(self, jid: BareJid) -> dict[PublicationId, Grant]:
        """Return what a friend is to know of: its grants that are active or paused now."""
        return {
            publication: self._grant(data, term, state)
            for publication, (data, term) in self._granted.get(jid, {}).items()
            if publication in self.publications
            and (state := STATES.get(self.phase(publication, term))) is not None
        }

    def granted_to(self, jid: BareJid) -> dict[PublicationId, Grant]:
        """Return the grants of a friend that are active now."""
        told = self.told_to(jid).items()
        return {key: grant for key, grant in told if grant.state is GrantState.ACTIVE}

    def receivers(self, publication: PublicationId) -> dict[BareJid, float]:
        """Return who may receive a publication now, each with the time from which on."""
        now = time.time()
        return {
            jid: term.since(now)
            for jid, term in self._terms(publication)
            if self.phase(publication, term) is Phase.ACTIVE
        }

    def stretches(
        self, jid: BareJid, publication: PublicationId, begin: float, end: float
    ) -> list[Span]:
        """Return the parts of [begin, end) that lie in a stretch each of what a friend has."""
        return self._granted[jid][publication][1].stretches(begin, end)

    def covers(self, jid: BareJid, publication: PublicationId, span: Span) -> bool:
        """Return whether what was measured in a span is a friend's to have, once it may receive.

        Whether it may now is what `granted_to` says.
        """
        known = self._granted.get(jid, {}).get(publication)
        return known is not None and known[1].covers(span)

    def reaches(self, publication: PublicationId, span: Span) -> bool:
        """Return whether somebody who may receive now may have what was measured in a span."""
        return any(term.covers(span) for term in self._active(publication))

    def concerns(self, jid: BareJid, publication: PublicationId) -> bool:
        """Return whether a friend has a grant of a publication, be it over by now."""
        return publication in self._granted.get(jid, {})

    def has_ended(self, jid: BareJid, publication: PublicationId) -> bool:
        """Return whether a grant came to its end, rather than being withdrawn."""
        known = self._granted.get(jid, {}).get(publication)
        return known is not None and self.phase(publication, known[1]) is Phase.ENDED

    def changes_at(self) -> float | None:
        """Return when a grant begins or ends next; None when none does."""
        now = time.time()
        moments = (term.changes_at(now) for _, term in self._all())
        return min((at for at in moments if at is not None), default=None)

    def _all(self) -> Iterator[tuple[GrantData, Term]]:
        for of_friend in self._granted.values():
            yield from of_friend.values()
        yield from self._of_proxies

    def _active(self, publication: PublicationId) -> Iterator[Term]:
        """Yield the terms by which somebody may receive a publication now."""
        of_friends = (term for _, term in self._terms(publication))
        of_proxies = (term for data, term in self._of_proxies if data["publication"] == publication)
        for term in chain(of_friends, of_proxies):
            if self.phase(publication, term) is Phase.ACTIVE:
                yield term

    def _terms(self, publication: PublicationId) -> Iterator[tuple[BareJid, Term]]:
        for jid, of_friend in self._granted.items():
            if publication in of_friend:
                yield jid, of_friend[publication][1]

    def _grant(self, data: GrantData, term: Term, state: GrantState) -> Grant:
        publication = self.publications[data["publication"]]
        return Grant(
            publication=publication.id,
            state=state,
            terms=Terms.from_data(data),
            begin=term.begin,
            node=publication.node,
            description=publication.description,
        )


def _without(
    publications: Collection[PublicationId], grants: Iterable[GrantData]
) -> list[GrantData]:
    return [grant for grant in grants if grant["publication"] not in publications]


def _by_publication(several: Iterable[GrantData]) -> dict[PublicationId, tuple[GrantData, Term]]:
    """Return grants by publication; of several of one, that which lasts longest."""
    granted: dict[PublicationId, tuple[GrantData, Term]] = {}
    for grant in several:
        term, known = term_of(grant), granted.get(grant["publication"])
        if known is None or term.until > known[1].until:
            granted[grant["publication"]] = (grant, term)
    return granted
