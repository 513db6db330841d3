"""What is kept of what is taken part in, here and in links to it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, NotRequired, TypedDict

from slixmpp import JID

from ...protocol.collecting.challenge import challenge_data, challenge_of
from ...protocol.collecting.collection import Ask, CollectionSheet, GivenBack
from ...protocol.collecting.register import AnswerData
from ..store import NewsData


class OfferData(TypedDict):
    """A collection's link that was opened and is not answered yet."""

    jid: str
    address: str
    """The organiser's, and its full one."""
    collection: str
    token: str
    fingerprint: str
    name: str
    """What the link calls the organiser."""
    title: str
    at: float
    sheet: dict[str, Any] | None
    failed: str | None
    """Why the sheet is not here yet, a key."""
    was_known: bool
    """Whether anything was known of the organiser's keys before."""


class NoteData(TypedDict):
    """What an organiser wrote to its members."""

    text: str
    at: float


class SaidScore(TypedDict):
    """What this home said that it saved."""

    at: float
    through: str
    """The last day that was counted, ISO 8601."""


class OwnRegister(TypedDict):
    """What an organiser says that this home holds of its projects."""

    revision: int
    said: float
    holdings: list[dict[str, Any]]
    """As `Held` has them; days are ISO 8601."""
    news: list[NewsData]
    answers: dict[str, AnswerData]
    """Project → what the household said last; kept while nothing is held, to be told then."""
    made: dict[str, str]
    """Project → the part of it that came of an answer, by its subentry."""


class TakenPart(TypedDict):
    """What an organiser said of a collection that this home takes part in."""

    jid: str
    """The organiser's, to be told that this home has left once the subentry is gone."""
    collection: str
    name: str
    """What the link called the organiser."""
    at: float
    """When this home said that it takes part."""
    is_told: bool
    """Whether the organiser answered to what was agreed last."""
    number: int | None
    """This home's; None: the organiser has not answered yet."""
    sheet: dict[str, Any] | None
    notes: list[NoteData]
    score: NotRequired[SaidScore]
    register: NotRequired[OwnRegister]


def organiser_of(known: OfferData | TakenPart) -> str:
    """Return what an organiser is called: as its link says, or by its address."""
    return known["name"] or JID(known["jid"]).local


def kept(sheet: CollectionSheet) -> dict[str, Any]:
    """Return a sheet as the Store keeps it."""
    challenge = None if sheet.challenge is None else challenge_data(sheet.challenge)
    return {**asdict(sheet), "challenge": challenge}


def sheet_of(known: Mapping[str, Any] | None) -> CollectionSheet | None:
    """Return the sheet that the Store kept; None where there is none yet."""
    if known is None:
        return None
    asks = tuple(Ask(**ask) for ask in known["asks"])
    data = known.get("challenge")
    challenge = None if data is None else challenge_of(data)
    gives = tuple(map(_given_back, known["gives"]))
    told = {"asks": asks, "gives": gives, "challenge": challenge}
    return CollectionSheet(**{**known, **told})


def _given_back(known: str | Mapping[str, Any]) -> GivenBack:
    # Once a sheet told titles alone, and was kept so.
    return GivenBack(known) if isinstance(known, str) else GivenBack(**known)
