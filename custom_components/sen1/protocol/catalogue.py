"""The catalogue and requests for access on the wire (XEP-0050, XEP-0004; docs/protocol.md).

<command xmlns="http://jabber.org/protocol/commands" node="request_access" action="execute">
  <x xmlns="jabber:x:data" type="submit">
    <field var="publication"><value>0b9fd1b6-…</value></field>
    <field var="purpose"><value>display</value></field>
    <field var="until"><value>2027-11-24T23:00:00.000Z</value></field>
  </x>
</command>
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from xml.etree.ElementTree import Element, SubElement

from .errors import PayloadRefused
from .limits import MAX_TEXT
from .model import FEATURE, Description, PublicationId
from .quoalise import COMMAND, DATA
from .stamps import parse_stamp, stamp
from .terms import PURPOSES

LIST = "list"
REQUEST_ACCESS = "request_access"
CATALOGUE = (LIST, REQUEST_ACCESS)

DECISION = f"{{{FEATURE}}}decision"

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
    return Element(COMMAND, {"node": LIST, "action": "execute"})


def list_answer(session: str, offers: Iterable[Offer]) -> Element:
    """Return the catalogue: a form of several items (XEP-0004, section 3.4)."""
    command = Element(COMMAND, {"node": LIST, "sessionid": session, "status": "completed"})
    form = SubElement(command, DATA + "x", {"type": "result"})
    SubElement(form, DATA + "title").text = "Catalogue"
    reported = SubElement(form, DATA + "reported")
    for name in (field.name for field in fields(Offer)):
        SubElement(reported, DATA + "field", {"var": name, "label": name.capitalize()})
    for offer in offers:
        _fill(SubElement(form, DATA + "item"), asdict(offer))
    return command


def offers_of(answer: Element) -> list[Offer]:
    """Return the series of a catalogue; raises PayloadRefused."""
    items = list(answer.iter(DATA + "item"))
    if len(items) > MOST_OFFERS:
        raise PayloadRefused("too_many_offers", str(len(items)))
    offers = []
    for item in items:
        said = {name: text[:MAX_TEXT] for name, text in _fields(item).items()}
        try:
            offers.append(
                Offer(
                    **{field.name: said[field.name] for field in fields(Offer)}  # type: ignore[arg-type]
                    | {"state": OfferState(said["state"])}
                )
            )
        except (KeyError, ValueError) as error:
            raise PayloadRefused("bad_catalogue", str(error)) from error
    return offers


def access_command(request: AccessRequest) -> Element:
    """Return the command that asks for access."""
    command = Element(COMMAND, {"node": REQUEST_ACCESS, "action": "execute"})
    form = SubElement(command, DATA + "x", {"type": "submit"})
    _fill(form, {**asdict(request), "until": stamp(request.until)})
    return command


def access_request_of(command: Element) -> AccessRequest:
    """Return what a command asks for; raises PayloadRefused."""
    said = _fields(command)
    purpose = said.get("purpose", "")
    if purpose not in PURPOSES:
        raise PayloadRefused("bad_request", f"purpose is one of {', '.join(PURPOSES)}")
    try:
        until = parse_stamp(said["until"])
    except (KeyError, ValueError):
        raise PayloadRefused("bad_request", "until in ISO 8601") from None
    return AccessRequest(PublicationId(said.get("publication", "")), purpose, until)


def access_answer(session: str, state: OfferState) -> Element:
    """Return what became of a request so far."""
    command = Element(
        COMMAND, {"node": REQUEST_ACCESS, "sessionid": session, "status": "completed"}
    )
    form = SubElement(command, DATA + "x", {"type": "result"})
    SubElement(form, DATA + "title").text = "Request access"
    _fill(form, {"state": state})
    return command


def state_of(answer: Element) -> OfferState:
    """Return what became of a request; raises PayloadRefused."""
    try:
        return OfferState(_fields(answer).get("state", ""))
    except ValueError as error:
        raise PayloadRefused("bad_answer", str(error)) from error


def decision_to_element(publication: PublicationId, state: OfferState) -> Element:
    """Return the message that tells what the household decided.

    <decision xmlns="urn:sen1:0" publication="0b9fd1b6-…" state="refused"/>
    """
    return Element(DECISION, {"publication": publication, "state": state})


def decision_from_element(element: Element) -> tuple[PublicationId, OfferState]:
    """Return what a household decided; raises PayloadRefused."""
    try:
        state = OfferState(element.get("state", ""))
    except ValueError as error:
        raise PayloadRefused("bad_decision", str(error)) from error
    return PublicationId(element.get("publication", "")), state


def _fill(form: Element, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        field = SubElement(form, DATA + "field", {"var": name})
        SubElement(field, DATA + "value").text = str(value)


def _fields(element: Element) -> dict[str, str]:
    return {
        field.get("var", ""): (field.findtext(DATA + "value") or "").strip()
        for field in element.iter(DATA + "field")
    }
