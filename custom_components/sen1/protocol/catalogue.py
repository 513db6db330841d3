"""The catalogue and requests for access on the wire (XEP-0050, XEP-0004; docs/protocol.md)."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any
from xml.etree.ElementTree import Element

from .errors import PayloadRefused
from .forms import (
    Field,
    answering,
    asking,
    choice_of,
    fields_of,
    filled,
    form,
    form_in,
    rows_of,
    text_of,
    time_of,
)
from .limits import MAX_CONTENT, MAX_TEXT
from .model import Description, PublicationId
from .stamps import stamp
from .terms import PURPOSES

LIST = "list"
REQUEST_ACCESS = "request_access"
CATALOGUE = {LIST: "Catalogue", REQUEST_ACCESS: "Request access"}
"""What a chat client shows of these commands."""

MOST_OFFERS = 256
"""Series of one catalogue that are read; more is no household and no cooperative."""


class OfferState(StrEnum):
    """How far somebody is with a series of a catalogue."""

    OPEN = "open"
    """It can be asked for."""
    PENDING = "pending"
    """It was asked for, and the household has not answered yet."""
    REFUSED = "refused"
    GRANTED = "granted"


@dataclass(frozen=True, slots=True)
class Offer:
    """A series of a catalogue; never a value of it."""

    publication: PublicationId
    title: str
    quantity: str
    direction: str
    granularity: str
    unit: str
    state: OfferState


COLUMNS = tuple(field.name for field in fields(Offer))
"""Of the catalogue."""


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """What somebody asks for."""

    publication: PublicationId
    purpose: str
    until: float


def offer_of(publication: PublicationId, description: Description, state: OfferState) -> Offer:
    """Return a publication as it stands in the catalogue."""
    measurement = description.measurement
    return Offer(
        publication=publication,
        title=description.title,
        quantity=measurement.get("quantity", ""),
        direction=measurement.get("direction", ""),
        granularity=description.granularity,
        unit=measurement.get("unit", ""),
        state=state,
    )


def list_command() -> Element:
    """Return the command that asks for the catalogue."""
    return asking(LIST)


def list_answer(session: str, offers: Iterable[Offer]) -> Element:
    """Return the catalogue: a form of several items (XEP-0004, section 3.4)."""
    columns = [Field(name, label=name.capitalize()) for name in COLUMNS]
    rows = [asdict(offer) for offer in offers]
    return answering(LIST, session, form("result", columns, CATALOGUE[LIST], rows))


def offers_of(answer: Element) -> list[Offer]:
    """Return the series of a catalogue; raises PayloadRefused."""
    return [_offer(row) for row in rows_of(form_in(answer), MOST_OFFERS, MAX_CONTENT)]


def _offer(row: Mapping[str, str]) -> Offer:
    if not row.keys() >= set(COLUMNS):
        raise PayloadRefused("bad_form", f"a row has {', '.join(COLUMNS)}")
    # A household may call a series at whatever length: so much of it is shown.
    said: dict[str, Any] = {name: row[name][:MAX_TEXT] for name in COLUMNS}
    return Offer(**said | {"state": choice_of(row, "state", OfferState)})


def access_command(request: AccessRequest) -> Element:
    """Return the command that asks for access."""
    said = asdict(request) | {"until": stamp(request.until)}
    return asking(REQUEST_ACCESS, form("submit", filled(said)))


def access_request_of(command: Element) -> AccessRequest:
    """Return what a command asks for; raises PayloadRefused."""
    said = fields_of(command)
    return AccessRequest(
        publication=PublicationId(text_of(said, "publication")),
        purpose=choice_of(said, "purpose", PURPOSES),
        until=time_of(said, "until"),
    )


def access_form(session: str) -> Element:
    """Return the form that a request without one is answered with."""
    asked = [Field(field.name, type="text-single") for field in fields(AccessRequest)]
    said = form("form", asked, CATALOGUE[REQUEST_ACCESS])
    return answering(REQUEST_ACCESS, session, said, status="executing")


def access_answer(session: str, state: OfferState) -> Element:
    """Return what became of a request so far."""
    said = form("result", filled({"state": state}), CATALOGUE[REQUEST_ACCESS])
    return answering(REQUEST_ACCESS, session, said)


def state_of(answer: Element) -> OfferState:
    """Return what became of a request; raises PayloadRefused."""
    return choice_of(fields_of(answer), "state", OfferState)
