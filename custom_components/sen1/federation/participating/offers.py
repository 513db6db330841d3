"""Links of collections that the household has not answered yet, and the sheets behind them.

What a link says is enough to ask its organiser for the sheet; nothing else goes to it.
"""

import asyncio
from collections.abc import Iterator
from enum import StrEnum
import secrets
import time

from homeassistant.core import callback

from ...faults import contained
from ...protocol.collecting.collection import (
    CollectionSheet,
    collection_answered,
    collection_request,
)
from ...protocol.errors import LinkRefused, PayloadRefused, RequestFailed
from ...protocol.links import LinkKind, find_link
from ...protocol.model import BareJid
from ..config import CONF_JID, ParticipationData
from ..consent.policy import Policy
from ..context import AccountContext
from ..journal.journal import Journal
from ..part import Part
from ..relations.members import participation_in
from ..relations.relations import Relations
from ..store import SOON
from ..talk.questions import Questions
from ..talk.told import ToldGrants
from ..trust.peers import Standing
from ..trust.trust import Trust
from ..xmpp.session import RETRY
from .attempts import Attempts
from .kept import OfferData, kept

MOST_OFFERS = 16
"""Links that wait for an answer of the household."""

AGAIN_MOST = 3600.0
"""Seconds at most between two attempts to ask an organiser who is away."""

REFUSED = ("item-not-found", "not-authorized", "forbidden")
"""Conditions of an organiser who is there, and gives nothing for this link."""


class Failure(StrEnum):
    """Why the sheet of an offer is not here, as a key of the user's texts."""

    NO_ANSWER = "no_answer"
    """The organiser is away: it is asked again."""
    REFUSED_LINK = "refused_link"
    """The organiser knows no such collection, or the link is good no more."""
    WRONG_KEY = "wrong_key"
    """Whoever answers has another key than the link says."""
    BAD_SHEET = "bad_sheet"
    """What it answers cannot be read."""


class Offers(Part):
    """Ask for the sheets of links until there is an answer."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._journal, self._told = context[Journal], context[ToldGrants]
        self._trust, self._questions = context[Trust], context[Questions]
        self._policy, self._relations = context[Policy], context[Relations]
        self.all: dict[str, OfferData] = self._store.kept("offers", {})
        """The links that were opened and are not answered yet, by a random id."""
        self._relations.asked = self._asked
        self._attempts = Attempts(lambda: self.all, self._keep_asking)
        self.runs = (self._attempts.run,)

    def _asked(self) -> Iterator[tuple[BareJid, bool]]:
        """Yield whose links these are, and whether anything was known of its keys before."""
        for offer in self.all.values():
            yield BareJid(offer["jid"]), offer["was_known"]

    @callback
    def open(self, text: str) -> str:
        """Keep the link of a collection and ask for its sheet; return the offer's id.

        Raises LinkRefused.
        """
        link = find_link(text, time.time())
        if link.kind is not LinkKind.COLLECTION:
            raise LinkRefused("not_a_collection")
        jid = BareJid(link.jid.bare)
        if jid == self._entry.data[CONF_JID]:
            raise LinkRefused("own_collection")
        if participation_in(self._entry, jid, link.collection) is not None:
            raise LinkRefused("already_member")
        known = self._find(jid, link.collection)
        if known is None and len(self.all) >= MOST_OFFERS:
            raise LinkRefused("too_many_offers")
        offer_id = known or secrets.token_hex(4)
        if (is_new := self._relations.is_new(jid)) and not self._bears(jid, link.fingerprint):
            # What a link before it had us ask is asked again.
            self._trust.forget(jid)
        self.all[offer_id] = OfferData(
            jid=jid,
            address=link.jid.full,
            collection=link.collection,
            token=link.token,
            fingerprint=link.fingerprint,
            name=link.name,
            title=link.title,
            at=time.time(),
            sheet=None,
            failed=None,
            was_known=not is_new,
        )
        self._policy.apply()
        self._attempts.anew(offer_id)
        self._store.save_within(SOON)
        return offer_id

    @callback
    def decline(self, offer_id: str) -> None:
        """Forget an offer, and whose it was; KeyError where there is none."""
        jid = BareJid(self.all[offer_id]["jid"])
        is_new = self._relations.is_new(jid)
        del self.all[offer_id]
        self._attempts.anew(offer_id)
        self._policy.apply()
        if is_new and all(offer["jid"] != jid for offer in self.all.values()):
            self._trust.forget(jid)
        if not self._told.of(jid):
            self._told.forget(jid)
        self._store.save_within(SOON)

    def take(self, jid: BareJid, collection: str) -> OfferData | None:
        """Return the offer of a collection that is taken part in by now, and forget it."""
        offer_id = self._find(jid, collection)
        return None if offer_id is None else self.all.pop(offer_id)

    @callback
    def online(self, *, resumed: bool) -> None:
        """Ask anew for what is not answered."""
        for offer_id in self.all:
            self._attempts.anew(offer_id)

    @callback
    def known(self, jid: BareJid) -> None:
        """Ask one organiser anew for what it has not answered."""
        for offer_id, offer in self.all.items():
            if offer["jid"] == jid:
                self._attempts.anew(offer_id)

    async def _keep_asking(self, offer_id: str) -> None:
        """Ask for a sheet until there is an answer, or the link is gone."""
        wait = RETRY
        with contained():
            while self._session.is_online and not await self._ask(offer_id):
                await asyncio.sleep(wait)
                wait = min(2 * wait, AGAIN_MOST)

    async def _ask(self, offer_id: str) -> bool:
        """Ask for a sheet; return whether there is an answer."""
        offer = self.all[offer_id]
        if offer["sheet"] is not None:
            return True
        failed: Failure | None
        try:
            sheet = await self._offered(offer)
        except RequestFailed as error:
            is_refused = error.condition in REFUSED
            failed = Failure.REFUSED_LINK if is_refused else Failure.NO_ANSWER
        except PayloadRefused as error:
            self._journal.refused(error.reason)
            failed = Failure.BAD_SHEET
        else:
            failed = None if sheet is not None else Failure.WRONG_KEY
            offer["sheet"] = None if sheet is None else kept(sheet)
        if offer["failed"] != failed or failed is None:
            offer["failed"] = failed
            self._store.save_within(SOON)
        return failed is not Failure.NO_ANSWER

    async def _offered(self, offer: OfferData) -> CollectionSheet | None:
        """Return what the organiser says of an offer; None if it has another key than the link.

        Raises RequestFailed, PayloadRefused.
        """
        jid = BareJid(offer["jid"])
        if self._trust.standing(jid) in (Standing.UNKNOWN, Standing.KEYLESS):
            self._trust.wanted.look(jid)
            await self._trust.async_known(jid)
        if self._trust.standing(jid) in (Standing.UNKNOWN, Standing.KEYLESS):
            raise RequestFailed("not-acceptable")
        if self._trust.is_stopped(jid) or not self._bears(jid, offer["fingerprint"]):
            return None
        return await async_sheet(self._questions, offer)

    def _bears(self, jid: BareJid, fingerprint: str) -> bool:
        """Return whether the key that an organiser has now is the one in a link."""
        peer = self._trust.peers.get(jid)
        return peer is not None and peer.keys is not None and peer.keys.fingerprint == fingerprint

    def _find(self, jid: BareJid, collection: str) -> str | None:
        for offer_id, offer in self.all.items():
            if (offer["jid"], offer["collection"]) == (jid, collection):
                return offer_id
        return None

    def diagnostics(self) -> dict[str, int]:
        """Return how many there are."""
        return {"offers": len(self.all)}


async def async_sheet(
    questions: Questions, offer: OfferData | ParticipationData
) -> CollectionSheet:
    """Return what an organiser says of its collection; raises RequestFailed, PayloadRefused."""
    command = collection_request(offer["collection"], offer["token"])
    answer = await questions.ask(BareJid(offer["jid"]), offer["address"], command)
    if (sheet := collection_answered(answer)).id != offer["collection"]:
        raise PayloadRefused("bad_collection", "another one")
    return sheet
