"""What we ask of friends: their catalogue, access to a series, and what became of it."""

from collections.abc import Iterator
from dataclasses import replace
import time
from typing import TypedDict
from xml.etree.ElementTree import Element

from homeassistant.core import callback

from ...protocol.catalogue import (
    AccessRequest,
    Offer,
    OfferState,
    access_command,
    list_command,
    offers_of,
    state_of,
)
from ...protocol.errors import PayloadRefused, RequestFailed
from ...protocol.model import BareJid, PublicationId
from ...protocol.trust.kinds import Decision, StatementKind
from ..context import AccountContext
from ..issues import Issue, async_take_back, async_tell, async_tell_only, is_told
from ..own_words import in_words
from ..part import Heard, Part
from ..store import SOON
from ..talk.questions import Questions
from .history_client import HistoryClient


class Sought(TypedDict):
    """What a friend asked of us."""

    purpose: str
    until: float
    at: float
    """When it was asked, or refused."""
    state: str


class Wished(Sought):
    """What we asked of a friend."""

    title: str


class CatalogueClient(Part):
    """Ask friends whose installation is there; remember what was asked."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._questions, self._addresses = context[Questions], context[HistoryClient].addresses
        self._wished: dict[str, dict[str, Wished]] = self._store.by_friend("wished")
        """Friend → publication of theirs → what we asked for."""
        self.takes = {StatementKind.DECISION: self._take_decision}

    async def offers(self, friend: BareJid) -> list[Offer]:
        """Return a friend's catalogue; raises RequestFailed or PayloadRefused."""
        told = offers_of(await self._ask(friend, list_command()))
        offers = [replace(offer, title=in_words(self._hass, offer.title)) for offer in told]
        wishes = self._wishes(friend)
        for offer in offers:
            # Also what the answer would have told, had it not been lost.
            if (wish := wishes.get(offer.publication)) is not None:
                wish["state"] = offer.state
                self._store.save_within(SOON)
        return offers

    async def ask(self, friend: BareJid, offer: Offer, purpose: str, until: float) -> OfferState:
        """Ask for a series; return what became of it so far.

        Raises RequestFailed or PayloadRefused.
        """
        request = AccessRequest(offer.publication, purpose, until)
        answer = await self._ask(friend, access_command(request), is_entered=True)
        state = state_of(answer)
        self._wishes(friend)[offer.publication] = Wished(
            title=offer.title, purpose=purpose, until=until, at=time.time(), state=state
        )
        self._take_back(friend, offer.publication)
        self._store.save_within(SOON)
        return state

    @callback
    def _take_decision(self, heard: Heard[Decision]) -> None:
        """Note what a friend decided; tell the household of a refusal.

        Raises PayloadRefused when nothing was asked.
        """
        friend, publication, state = heard.sender, heard.said.publication, heard.said.state
        wish = self._wishes(friend).get(publication)
        if wish is None:
            raise PayloadRefused("not_asked")
        wish["state"] = state
        self._store.save_within(SOON)
        if state is OfferState.REFUSED:
            subject = self._store.pseudonym(friend, publication)
            async_tell(self._hass, self._entry, Issue.ACCESS_REFUSED, subject)

    def refusal_of(self, subject: str) -> tuple[BareJid, Wished] | None:
        """Return who refused what, of an issue that is told."""
        for friend, wishes in self._wished.items():
            for publication, wish in wishes.items():
                if self._store.pseudonym(friend, publication) == subject:
                    return BareJid(friend), wish
        return None

    @callback
    def forget(self, friend: BareJid) -> None:
        """Forget what was asked of a former friend."""
        for publication in self._wished.pop(friend, {}):
            self._take_back(friend, PublicationId(publication))

    @callback
    def moved(self, old: BareJid, new: BareJid) -> None:
        """Tell of a friend's refusals under its new address."""
        for publication in self._wished.get(new, {}):
            subject = self._store.pseudonym(old, publication)
            if is_told(self._hass, subject, Issue.ACCESS_REFUSED):
                async_take_back(self._hass, subject, Issue.ACCESS_REFUSED)
                subject = self._store.pseudonym(new, publication)
                async_tell(self._hass, self._entry, Issue.ACCESS_REFUSED, subject)

    async def async_stop(self) -> None:
        """Tell nothing more."""
        async_tell_only(self._hass, self._entry, Issue.ACCESS_REFUSED, ())

    def _take_back(self, friend: BareJid, publication: PublicationId) -> None:
        subject = self._store.pseudonym(friend, publication)
        async_take_back(self._hass, subject, Issue.ACCESS_REFUSED)

    def wished(self) -> Iterator[tuple[BareJid, Wished]]:
        """Yield all that was asked, and of whom."""
        for friend, wishes in self._wished.items():
            for wish in wishes.values():
                yield BareJid(friend), wish

    def _wishes(self, friend: BareJid) -> dict[str, Wished]:
        return self._wished.setdefault(friend, {})

    async def _ask(self, friend: BareJid, command: Element, *, is_entered: bool = False) -> Element:
        if (address := self._addresses.get(friend)) is None:
            raise RequestFailed("recipient-unavailable")
        return await self._questions.ask(friend, address, command, is_entered=is_entered)
