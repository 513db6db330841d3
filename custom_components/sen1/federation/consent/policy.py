"""Who may receive what at a moment, from what the user decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
import math
import time
from typing import Protocol

from homeassistant.config_entries import ConfigEntry

from ...protocol.model import BareJid, Description, Grant, GrantState, PublicationId
from ...protocol.term import GrantData, Phase, Term, term_of
from ..config import friend_data, friends_of, proxies_of
from .circles import Circles

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


class Granting:
    """Answer from the grants as they are; `refresh` when the user changed them."""

    def __init__(
        self,
        entry: ConfigEntry,
        publications: Mapping[PublicationId, Grantable],
        circles: Circles,
    ) -> None:
        self._entry = entry
        self._publications = publications
        self._circles = circles
        self.friends: frozenset[BareJid] = frozenset()
        """Who was made a friend for itself, not as one of a circle."""
        self._granted: dict[BareJid, dict[PublicationId, tuple[GrantData, Term]]] = {}
        self._of_proxies: list[tuple[GrantData, Term]] = []

    def refresh(self) -> None:
        """Take over what the user decided."""
        self._granted = {
            jid: _by_publication(self._circles.grants_of(jid))
            for jid in map(BareJid, self._circles.joined)
        }
        friends = friends_of(self._entry)
        self.friends = frozenset(friends)
        for jid, subentry in friends.items():
            # What was decided for one friend goes before what was decided for many.
            own = _by_publication(friend_data(subentry)["grants"])
            self._granted[jid] = self._granted.get(jid, {}) | own
        self._of_proxies = [
            (grant, term_of(grant))
            for subentry in proxies_of(self._entry).values()
            for grant in friend_data(subentry)["grants"]
        ]

    @property
    def recipients(self) -> Collection[BareJid]:
        """All who may be granted something: friends, and members of circles who have come."""
        return self._granted.keys()

    def active_in(self, several: Iterable[GrantData]) -> dict[PublicationId, Term]:
        """Return the terms of those of several grants that are active now."""
        now = time.time()
        return {
            grant["publication"]: term
            for grant in several
            if grant["publication"] in self._publications
            and (term := term_of(grant)).phase(now) is Phase.ACTIVE
        }

    def is_wanted(self, publication: PublicationId) -> bool:
        """Return whether anybody may receive a publication now."""
        return self.floor(publication) < math.inf

    def floor(self, publication: PublicationId) -> float:
        """Return the time before which nothing of a publication is for anybody; else infinite."""
        now = time.time()
        of_proxies = [
            term.since(now)
            for grant, term in self._of_proxies
            if grant["publication"] == publication and term.phase(now) is Phase.ACTIVE
        ]
        return min([*self.members(publication).values(), *of_proxies], default=math.inf)

    def told_to(self, jid: BareJid) -> dict[PublicationId, Grant]:
        """Return what a friend is to know of: its grants that are active or paused now."""
        now = time.time()
        return {
            publication: self._grant(data, term, state)
            for publication, (data, term) in self._granted.get(jid, {}).items()
            if publication in self._publications
            and (state := STATES.get(term.phase(now))) is not None
        }

    def granted_to(self, jid: BareJid) -> dict[PublicationId, Grant]:
        """Return the grants of a friend that are active now."""
        told = self.told_to(jid).items()
        return {key: grant for key, grant in told if grant.state is GrantState.ACTIVE}

    def members(self, publication: PublicationId) -> dict[BareJid, float]:
        """Return who may receive a publication now, each with the time from which on."""
        now = time.time()
        return {
            jid: term.since(now)
            for jid, term in self._terms(publication)
            if term.phase(now) is Phase.ACTIVE
        }

    def stretches(
        self, jid: BareJid, publication: PublicationId, begin: float, end: float
    ) -> list[tuple[float, float]]:
        """Return the parts of [begin, end) of which a friend may be told."""
        return self._granted[jid][publication][1].stretches(begin, end)

    def covers(self, jid: BareJid, publication: PublicationId, moment: float) -> bool:
        """Return whether a reading of this moment is a friend's to have."""
        return self._granted[jid][publication][1].phase(moment) is Phase.ACTIVE

    def concerns(self, jid: BareJid, publication: PublicationId) -> bool:
        """Return whether a friend has a grant of a publication, be it over by now."""
        return publication in self._granted.get(jid, {})

    def has_ended(self, jid: BareJid, publication: PublicationId) -> bool:
        """Return whether a grant came to its end, rather than being withdrawn."""
        known = self._granted.get(jid, {}).get(publication)
        return known is not None and known[1].phase(time.time()) is Phase.ENDED

    def changes_at(self) -> float | None:
        """Return when a grant begins or ends next; None when none does."""
        now = time.time()
        terms = [
            *(term for of_friend in self._granted.values() for _, term in of_friend.values()),
            *(term for _, term in self._of_proxies),
        ]
        moments = (term.changes_at(now) for term in terms)
        return min((at for at in moments if at is not None), default=None)

    def _terms(self, publication: PublicationId) -> Iterator[tuple[BareJid, Term]]:
        for jid, of_friend in self._granted.items():
            if publication in of_friend:
                yield jid, of_friend[publication][1]

    def _grant(self, data: GrantData, term: Term, state: GrantState) -> Grant:
        publication = self._publications[data["publication"]]
        return Grant(
            publication=publication.id,
            state=state,
            begin=term.begin,
            until=term.until,
            purpose=data["purpose"],
            node=publication.node,
            description=publication.description,
            retention_days=data.get("retention_days"),
            may_forward=data.get("may_forward", False),
        )


def _by_publication(
    several: Iterable[GrantData],
) -> dict[PublicationId, tuple[GrantData, Term]]:
    """Return grants by publication; of several of one, that which lasts longest."""
    granted: dict[PublicationId, tuple[GrantData, Term]] = {}
    for grant in several:
        term, known = term_of(grant), granted.get(grant["publication"])
        if known is None or term.until > known[1].until:
            granted[grant["publication"]] = (grant, term)
    return granted
