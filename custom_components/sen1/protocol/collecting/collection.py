"""Collections on the wire: what an organiser asks many for, and who takes part (docs/protocol.md).

Pure. What comes is read whole or not at all: no household agrees to half a sheet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
import re
from typing import Annotated
from xml.etree.ElementTree import Element, SubElement

from ..attributes import (
    TIME,
    AttributeForm,
    days,
    from_attributes,
    matching,
    read,
    to_attributes,
    whole,
    within,
    wording,
)
from ..errors import PayloadRefused
from ..forms import answering, asking, fields_of, filled, form
from ..limits import without_hidden
from ..links import COLLECTION_ID, COLLECTION_TOKEN, MAX_COLLECTION_TITLE, parse_jid
from ..model import FEATURE, Granularity, PublicationId
from ..stamps import stamp
from ..stanzas import MAX_REVISION
from ..terms import PURPOSES, RETENTION
from ..wishes import YEAR, What
from .challenge import (
    CHALLENGE,
    TEAM_NUMBER,
    Challenge,
    challenge_from_element,
    challenge_to_element,
)

COLLECT = "collection"
"""The command that asks for a sheet."""

COLLECTION = f"{{{FEATURE}}}collection"
JOINED = f"{{{FEATURE}}}joined"
NOTE = f"{{{FEATURE}}}note"
ASK = f"{{{FEATURE}}}ask"
GIVES = f"{{{FEATURE}}}gives"
CHARTER = f"{{{FEATURE}}}charter"
REASON = f"{{{FEATURE}}}reason"
RESPONSIBLE = f"{{{FEATURE}}}responsible"

SITE = "site"
"""What is asked of a home beside series: its floor area and what heats it, of its own sheet."""

GRANULARITIES: Mapping[str, tuple[str, ...]] = {
    What.CONSUMPTION: tuple(Granularity),
    What.PRODUCTION: tuple(Granularity),
    What.PER_AREA: (YEAR,),
    SITE: ("",),
}
"""What can be asked for, and how fine each can be."""

MOST_GIVEN_BACK = 8
MOST_PEOPLE = 1_000_000

MAX_NAME = 80
"""Characters of a member's name, and of what comes back."""
MAX_WHO = 120
"""Characters of who answers for a collection, and of where to write to them."""
MAX_REASON = 500
MAX_NOTE = 500
MAX_CHARTER = 8000
MOST_PAST_DAYS = 1096
"""Three years, one of which may have a 29th of February."""

REFUSED = "bad_collection"
"""What a refusal is counted by."""

PAST = re.compile(r"P([1-9]\d{0,3})D", re.ASCII)
"""How many days before joining, written as a retention is."""


def _full_address(said: str) -> str:
    address = parse_jid(said)
    if address is None or not address.local or not address.resource:
        raise ValueError("no full address")
    return address.full


ID = matching(COLLECTION_ID, str)
TOKEN = matching(COLLECTION_TOKEN, str)
DIGEST = matching(re.compile(r"[0-9a-f]{64}"), str)
TRUTH: AttributeForm[bool] = matching(
    re.compile("true|false"), lambda said: said == "true", lambda _: "true"
)
ADDRESS = AttributeForm(_full_address)
VERSION = whole(1, MAX_REVISION)
COUNT = whole(1, MOST_PEOPLE)


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that a collection asks each member for."""

    what: Annotated[str, wording()]
    """A key of `GRANULARITIES`."""
    granularity: Annotated[str, AttributeForm(str)] = ""
    past_days: Annotated[int, within(days(PAST), 1, MOST_PAST_DAYS), "past"] = 0
    """How much of the past is asked for; 0: from joining on."""
    is_needed: Annotated[bool, TRUTH, "needed"] = False
    """Whether nobody can take part without it."""

    def told(self) -> dict[str, str | int | bool]:
        """Return what is asked for, as pages have it."""
        return {
            "what": self.what,
            "granularity": self.granularity,
            "past_days": self.past_days,
            "needed": self.is_needed,
        }


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A series that each member receives."""

    title: str
    publication: Annotated[PublicationId | None, wording()] = None
    """None: it is not said which."""
    called: Annotated[str, wording()] = ""
    """The key of a title that SEN1 gave; empty: it is the organiser's."""


@dataclass(frozen=True, slots=True)
class CollectionSheet:
    """What an organiser says of its collection; every text has something in it, or is left out."""

    id: Annotated[str, ID]
    revision: Annotated[int, whole(0, MAX_REVISION)]
    title: Annotated[str, wording(MAX_COLLECTION_TITLE)]
    purpose: Annotated[str, matching(re.compile("|".join(PURPOSES)), str)]
    reason: str
    """What it is for, in the organiser's words."""
    responsible: str
    """Who answers for the data."""
    contact: str
    """Where to write to them."""
    asks: tuple[Ask, ...]
    until: Annotated[float, TIME]
    """Unix seconds; the end is not included."""
    retention_days: Annotated[int, days(RETENTION), "retention"]
    charter: str
    """Empty: left out, since who reads it has it."""
    charter_version: int
    charter_at: float
    """Since when this version of the charter is; Unix seconds."""
    members: Annotated[int | None, whole(0, MOST_PEOPLE)] = None
    """How many take part; None: not told, or too few to be."""
    gives: tuple[GivenBack, ...] = ()
    """What comes back."""
    expected: Annotated[int | None, COUNT] = None
    """How many the organiser asks, if it said."""
    number: Annotated[int | None, COUNT] = None
    """The number of the member it is said to: told to who has joined."""
    charter_digest: str = ""
    """Of a text that is left out: SHA-256 in hexadecimal digits."""
    challenge: Challenge | None = None
    """What its members compete in; only then may it ask for nothing."""
    team: Annotated[int, TEAM_NUMBER] = 0
    """Which team the member it is said to is in, 1 first; 0: none."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Who says so takes part, and agrees to that version of the charter."""

    collection: Annotated[str, ID]
    token: Annotated[str, TOKEN]
    address: Annotated[str, ADDRESS]
    """Where commands reach the member: its full address."""
    charter_version: Annotated[int, VERSION, "charter"]
    charter_digest: Annotated[str, DIGEST, "digest"] = ""
    """Of the text that was agreed to; empty: from before it was said."""
    name: Annotated[str, wording(MAX_NAME)] = ""
    """Empty: it is known by its number alone."""
    gives: Mapping[str, PublicationId] = field(default_factory=dict)
    """What is asked → the publication that answers; of `SITE`, one whose description has it."""
    is_shown: Annotated[bool, TRUTH, "shown"] = False
    """Whether other members may see its name."""
    team: Annotated[int, TEAM_NUMBER] = 0
    """Which team of a challenge it is in, 1 first; 0: none."""
    seen: Annotated[int, VERSION] = 0
    """The revision of the sheet that came last with our number in it; 0: none did yet."""


@dataclass(frozen=True, slots=True)
class CollectionNote:
    """A few words of an organiser to one member."""

    collection: Annotated[str, ID]
    text: str


# Asked for, and answered


def collection_request(collection: str, token: str) -> Element:
    """Return the command that asks for the sheet of a collection."""
    return asking(COLLECT, form("submit", filled({"id": collection, "token": token})))


def collection_asked(command: Element) -> tuple[str, str]:
    """Return the collection that a command asks for, and its token; raises PayloadRefused."""
    said = fields_of(command)
    return read(ID, said.get("id"), "id", REFUSED), read(TOKEN, said.get("token"), "token", REFUSED)


def collection_answer(session: str, sheet: CollectionSheet) -> Element:
    """Return the answer to who asked for a sheet."""
    return answering(COLLECT, session, collection_to_element(sheet))


def collection_answered(answer: Element) -> CollectionSheet:
    """Return the sheet in an answer, with all of its texts; raises PayloadRefused."""
    sheet = collection_from_element(_child(answer, COLLECTION))
    if not sheet.charter:
        raise PayloadRefused(REFUSED, "charter is missing")
    return sheet


# The sheet


def collection_to_element(sheet: CollectionSheet) -> Element:
    """Return what tells of a collection.

    <collection xmlns="urn:sen1:0" id="3f6a…" revision="1" title="…" purpose="investment"
                until="2027-12-31T23:00:00.000Z" retention="P365D" members="23" expected="60">
      <reason>…</reason>
      <responsible contact="…">…</responsible>
      <ask what="consumption" granularity="PT30M" past="P365D" needed="true"/>
      <gives publication="0b9fd1b6-…">Our roof</gives>
      <challenge rule="corrected" …>…</challenge>
      <charter version="1" said="2026-11-24T12:00:00.000Z">…</charter>
    </collection>
    """
    element = Element(COLLECTION, to_attributes(sheet))
    SubElement(element, REASON).text = sheet.reason
    SubElement(element, RESPONSIBLE, {"contact": sheet.contact}).text = sheet.responsible
    for ask in sheet.asks:
        SubElement(element, ASK, to_attributes(ask))
    for given in sheet.gives:
        SubElement(element, GIVES, to_attributes(given)).text = given.title
    if sheet.challenge is not None:
        element.append(challenge_to_element(sheet.challenge))
    charter = {"version": str(sheet.charter_version), "said": stamp(sheet.charter_at)}
    if sheet.charter_digest:
        charter["digest"] = sheet.charter_digest
    SubElement(element, CHARTER, charter).text = sheet.charter or None
    return element


def collection_from_element(element: Element) -> CollectionSheet:
    """Return what an organiser says of its collection; raises PayloadRefused."""
    responsible, charter = (_child(element, tag) for tag in (RESPONSIBLE, CHARTER))
    version, said, digest = map(charter.get, ("version", "said", "digest"))
    is_left_out = "number" in element.attrib and digest is not None
    challenge = None
    if element.find(CHALLENGE) is not None:
        challenge = challenge_from_element(_child(element, CHALLENGE))
    asks = tuple(map(_ask, element.findall(ASK)))
    if not (asks or challenge) or len({ask.what for ask in asks}) < len(asks):
        raise PayloadRefused(REFUSED, "something is asked, and each thing once")
    given = element.findall(GIVES)
    if len(given) > MOST_GIVEN_BACK:
        raise PayloadRefused(REFUSED, "what comes back")
    return from_attributes(
        CollectionSheet,
        element.attrib,
        REFUSED,
        reason=_content(_child(element, REASON), MAX_REASON),
        responsible=_content(responsible, MAX_WHO),
        contact=read(wording(MAX_WHO), responsible.get("contact"), "contact", REFUSED),
        asks=asks,
        charter="" if is_left_out else _content(charter, MAX_CHARTER),
        charter_version=read(VERSION, version, "version", REFUSED),
        charter_at=read(TIME, said, "said", REFUSED),
        gives=tuple(map(_given_back, given)),
        charter_digest=read(DIGEST, digest, "digest", REFUSED) if is_left_out else "",
        challenge=challenge,
    )


def without_charter(sheet: CollectionSheet) -> CollectionSheet:
    """Return a sheet as it is told to who has the text of its charter."""
    return replace(sheet, charter="", charter_digest=charter_digest(sheet.charter))


def with_charter(sheet: CollectionSheet, known: str) -> CollectionSheet | None:
    """Return a sheet with the text of its charter, the `known` one where it was left out.

    None where that is another text.
    """
    if not sheet.charter_digest:
        return sheet
    if charter_digest(known) != sheet.charter_digest:
        return None
    return replace(sheet, charter=known, charter_digest="")


def charter_digest(text: str) -> str:
    """Return the digest of a text as it arrives."""
    return sha256(without_hidden(text).strip().encode()).hexdigest()


def _ask(element: Element) -> Ask:
    ask = from_attributes(Ask, element.attrib, REFUSED)
    if ask.granularity not in GRANULARITIES.get(ask.what, ()):
        raise PayloadRefused(REFUSED, "what is asked")
    return ask


def _given_back(element: Element) -> GivenBack:
    title = _content(element, MAX_NAME)
    return from_attributes(GivenBack, element.attrib, REFUSED, title=title)


# Taking part


def joined_to_element(joined: Joined) -> Element:
    """Return what tells an organiser that we take part.

    <joined xmlns="urn:sen1:0" collection="3f6a…" token="…" address="home@server.org/sen1-1"
            charter="1" digest="…" name="…" shown="true" team="2" seen="1">
      <gives what="consumption" publication="0b9fd1b6-…"/>
    </joined>
    """
    element = Element(JOINED, to_attributes(joined))
    for what, publication in joined.gives.items():
        SubElement(element, GIVES, {"what": what, "publication": publication})
    return element


def joined_from_element(element: Element) -> Joined:
    """Return who takes part in what; raises PayloadRefused."""
    return from_attributes(Joined, element.attrib, REFUSED, gives=_gives(element))


def _gives(element: Element) -> dict[str, PublicationId]:
    gives: dict[str, PublicationId] = {}
    for one in element.findall(GIVES):
        what = one.get("what", "")
        if what not in GRANULARITIES or what in gives:
            raise PayloadRefused(REFUSED, "what is given")
        gives[what] = PublicationId(read(wording(), one.get("publication"), "publication", REFUSED))
    series = [publication for what, publication in gives.items() if what != SITE]
    if len(set(series)) < len(series):
        raise PayloadRefused(REFUSED, "one publication given for two things")
    return gives


# What an organiser writes to one member


def note_to_element(note: CollectionNote) -> Element:
    """Return a few words to a member.

    <note xmlns="urn:sen1:0" collection="3f6a…">…</note>
    """
    element = Element(NOTE, to_attributes(note))
    element.text = note.text
    return element


def note_from_element(element: Element) -> CollectionNote:
    """Return what an organiser writes; raises PayloadRefused."""
    said = _content(element, MAX_NOTE)
    return from_attributes(CollectionNote, element.attrib, REFUSED, text=said)


def _content(element: Element, most: int) -> str:
    return read(wording(most), element.text, element.tag.rpartition("}")[2], REFUSED)


def _child(parent: Element, tag: str) -> Element:
    children = parent.findall(tag)
    if len(children) != 1:
        raise PayloadRefused(REFUSED, f"{tag.rpartition('}')[2]} once")
    return children[0]
