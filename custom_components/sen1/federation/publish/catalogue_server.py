"""Friends ask for series: the catalogue they see, and the household's answer in the repairs."""

import time
from xml.etree.ElementTree import Element

from homeassistant.core import callback

from ...protocol.catalogue import (
    CATALOGUE,
    LIST,
    AccessRequest,
    Offer,
    OfferState,
    access_answer,
    access_form,
    access_request_of,
    list_answer,
    offer_of,
)
from ...protocol.errors import FriendRefused
from ...protocol.forms import fields_of
from ...protocol.model import BareJid, PublicationId
from ...protocol.trust.kinds import Decision
from ..config import boards_of, friends_of, lendable_of, publication_data
from ..consent.policy import Policy
from ..context import AccountContext
from ..follow.catalogue_client import Sought
from ..issues import Issue, async_tell_only
from ..part import Part, Responder, To
from ..relations.relations import Relations
from ..store import SOON
from ..talk.post import Post
from .publication import Publications

MOST_WAITING = 10
"""Requests that wait for the household at a time."""

MOST_OF_ONE = 3
"""Requests of one friend that do."""

REFUSED_FOR = 7 * 86400.0
"""Seconds in which what was refused is refused again without asking the household."""


class CatalogueServer(Part):
    """Serve `list` and `request_access`, and keep the requests until they are answered."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._post, self._policy = context[Post], context[Policy]
        self._publications, self._relations = context[Publications], context[Relations]
        self._sought: dict[str, dict[str, Sought]] = self._store.by_friend("sought")
        """Friend → publication of ours → what the friend asks for."""
        self.answers = dict.fromkeys(CATALOGUE, Responder(To.FRIENDS, self.answer))

    async def answer(self, sender: BareJid, command: Element) -> Element:
        """Return the answer to a friend's command; raises FriendRefused or PayloadRefused."""
        session = command.get("sessionid", "")
        if command.get("node") == LIST:
            return list_answer(session, self._offers(sender))
        if not fields_of(command):
            return access_form(session)
        return access_answer(session, self._take(sender, access_request_of(command)))

    def waiting(self) -> list[tuple[BareJid, PublicationId, Sought]]:
        """Return the requests that wait for the household."""
        return [
            (BareJid(jid), PublicationId(publication), asked)
            for jid, of_friend in self._sought.items()
            for publication, asked in of_friend.items()
            if asked["state"] == OfferState.PENDING
        ]

    def request_of(self, subject: str) -> tuple[BareJid, PublicationId, Sought] | None:
        """Return who asks for what, of an issue that is told."""
        for jid, publication, asked in self.waiting():
            if self._store.pseudonym(jid, publication) == subject:
                return jid, publication, asked
        return None

    @callback
    def apply(self) -> None:
        """Tell the requests that wait; forget those of friends and publications that are gone."""
        for jid in self._sought.keys() - friends_of(self._entry).keys():
            del self._sought[jid]
        for of_friend in self._sought.values():
            for publication in of_friend.keys() - self._publications.keys():
                del of_friend[publication]
        waiting = {self._store.pseudonym(jid, one) for jid, one, _ in self.waiting()}
        async_tell_only(self._hass, self._entry, Issue.ACCESS_REQUEST, waiting)

    async def async_stop(self) -> None:
        """Tell nothing more; what waits is remembered."""
        async_tell_only(self._hass, self._entry, Issue.ACCESS_REQUEST, ())

    @callback
    def settle(self, jid: BareJid, publication: PublicationId, state: OfferState) -> None:
        """Note what the household decided, and tell the asker."""
        of_friend = self._sought.get(jid, {})
        if state is OfferState.REFUSED:
            of_friend[publication] |= {"state": state, "at": time.time()}
        else:
            of_friend.pop(publication, None)
        self._post.tell(jid, Decision(publication, state))
        self._store.save_within(SOON)
        self.apply()

    def _offers(self, sender: BareJid) -> list[Offer]:
        seen = self._policy.told_to(sender).keys() - boards_of(self._entry).keys()
        if self._relations.is_named(sender):
            # Members of a circle have no name here to ask under.
            seen |= {
                publication
                for publication, subentry in lendable_of(self._entry).items()
                if publication_data(subentry).get("listed")
            }
        return [
            offer_of(publication_id, publication.description, self._state(sender, publication_id))
            for publication_id, publication in self._publications.items()
            if publication_id in seen
        ]

    def _state(self, sender: BareJid, publication: PublicationId) -> OfferState:
        if publication in self._policy.told_to(sender):
            return OfferState.GRANTED
        asked = self._sought.get(sender, {}).get(publication)
        if asked is None:
            return OfferState.OPEN
        if asked["state"] == OfferState.REFUSED and time.time() > asked["at"] + REFUSED_FOR:
            return OfferState.OPEN
        return OfferState(asked["state"])

    def _take(self, sender: BareJid, request: AccessRequest) -> OfferState:
        """Keep a request for the household, once, and few at a time."""
        if request.publication not in {offer.publication for offer in self._offers(sender)}:
            raise FriendRefused("item-not-found", "No such series.")
        if request.until <= time.time():
            raise FriendRefused("bad-request", "until is past")
        state = self._state(sender, request.publication)
        if state is not OfferState.OPEN:
            return state
        waiting = [jid for jid, _, _ in self.waiting()]
        if len(waiting) >= MOST_WAITING or waiting.count(sender) >= MOST_OF_ONE:
            raise FriendRefused("resource-constraint", "Too many requests wait for an answer.")
        self._sought.setdefault(sender, {})[request.publication] = Sought(
            purpose=request.purpose, until=request.until, at=time.time(), state=OfferState.PENDING
        )
        self._store.save_within(SOON)
        self.apply()
        return OfferState.PENDING
