"""Collections on the wire: what an organiser asks many for, and who takes part (docs/protocol.md).

Pure. What comes is read whole or not at all: no household agrees to half a sheet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
import re
from xml.etree.ElementTree import Element, SubElement

from ..attributes import Attributes
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
    Challenge,
    challenge_from_element,
    challenge_to_element,
    team_from_text,
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

TRUTH = re.compile("true|false")
PURPOSE = re.compile("|".join(PURPOSES))
DIGEST = re.compile(r"[0-9a-f]{64}")
PAST = re.compile(r"P([1-9]\d{0,3})D", re.ASCII)
"""How many days before joining, written as a retention is."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that a collection asks each member for."""

    what: str
    """A key of `GRANULARITIES`."""
    granularity: str
    past_days: int = 0
    """How much of the past is asked for; 0: from joining on."""
    is_needed: bool = False
    """Whether nobody can take part without it."""


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A series that each member receives."""

    title: str
    publication: PublicationId | None = None
    """None: it is not said which."""


@dataclass(frozen=True, slots=True)
class CollectionSheet:
    """What an organiser says of its collection; every text has something in it, or is left out."""

    id: str
    revision: int
    title: str
    purpose: str
    reason: str
    """What it is for, in the organiser's words."""
    responsible: str
    """Who answers for the data."""
    contact: str
    """Where to write to them."""
    asks: tuple[Ask, ...]
    until: float
    """Unix seconds; the end is not included."""
    retention_days: int
    charter: str
    """Empty: left out, since who reads it has it."""
    charter_version: int
    charter_at: float
    """Since when this version of the charter is; Unix seconds."""
    members: int | None = None
    """How many take part; None: not told, or too few to be."""
    gives: tuple[GivenBack, ...] = ()
    """What comes back."""
    expected: int | None = None
    """How many the organiser asks, if it said."""
    number: int | None = None
    """The number of the member it is said to: told to who has joined."""
    charter_digest: str = ""
    """Of a text that is left out: SHA-256 in hexadecimal digits."""
    challenge: Challenge | None = None
    """What its members compete in; only then may it ask for nothing."""
    team: int = 0
    """Which team the member it is said to is in, 1 first; 0: none."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Who says so takes part, and agrees to that version of the charter."""

    collection: str
    token: str
    address: str
    """Where commands reach the member: its full address."""
    charter_version: int
    charter_digest: str = ""
    """Of the text that was agreed to; empty: from before it was said."""
    name: str = ""
    """Empty: it is known by its number alone."""
    gives: Mapping[str, PublicationId] = field(default_factory=dict)
    """What is asked → the publication that answers; of `SITE`, one whose description has it."""
    seen: int = 0
    """The revision of the sheet that came last with our number in it; 0: none did yet."""
    team: int = 0
    """Which team of a challenge it is in, 1 first; 0: none."""
    is_shown: bool = False
    """Whether other members may see its name."""


@dataclass(frozen=True, slots=True)
class CollectionNote:
    """A few words of an organiser to one member."""

    collection: str
    text: str


# Asked for, and answered


def collection_request(collection: str, token: str) -> Element:
    """Return the command that asks for the sheet of a collection."""
    return asking(COLLECT, form("submit", filled({"id": collection, "token": token})))


def collection_asked(command: Element) -> tuple[str, str]:
    """Return the collection that a command asks for, and its token; raises PayloadRefused."""
    said = Attributes(fields_of(command), REFUSED)
    return said.matching("id", COLLECTION_ID), said.matching("token", COLLECTION_TOKEN)


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
    counts = {
        "members": sheet.members,
        "expected": sheet.expected,
        "number": sheet.number,
        "team": sheet.team or None,
    }
    element = Element(
        COLLECTION,
        {
            "id": sheet.id,
            "revision": str(sheet.revision),
            "title": sheet.title,
            "purpose": sheet.purpose,
            "until": stamp(sheet.until),
            "retention": f"P{sheet.retention_days}D",
            **{name: str(count) for name, count in counts.items() if count is not None},
        },
    )
    SubElement(element, REASON).text = sheet.reason
    SubElement(element, RESPONSIBLE, {"contact": sheet.contact}).text = sheet.responsible
    for ask in sheet.asks:
        _add_ask(element, ask)
    for given in sheet.gives:
        part = SubElement(element, GIVES)
        part.text = given.title
        if given.publication is not None:
            part.set("publication", given.publication)
    if sheet.challenge is not None:
        element.append(challenge_to_element(sheet.challenge))
    charter = {"version": str(sheet.charter_version), "said": stamp(sheet.charter_at)}
    if sheet.charter_digest:
        charter["digest"] = sheet.charter_digest
    SubElement(element, CHARTER, charter).text = sheet.charter or None
    return element


def _add_ask(parent: Element, ask: Ask) -> None:
    attributes = {"what": ask.what}
    if ask.granularity:
        attributes["granularity"] = ask.granularity
    if ask.past_days:
        attributes["past"] = f"P{ask.past_days}D"
    if ask.is_needed:
        attributes["needed"] = "true"
    SubElement(parent, ASK, attributes)


def collection_from_element(element: Element) -> CollectionSheet:
    """Return what an organiser says of its collection; raises PayloadRefused."""
    said, of_charter = _said(element), _said(charter := _child(element, CHARTER))
    responsible = _child(element, RESPONSIBLE)
    is_left_out = "number" in said and "digest" in of_charter
    challenge = _challenge(element)
    return CollectionSheet(
        id=said.matching("id", COLLECTION_ID),
        revision=said.whole("revision", 0, MAX_REVISION),
        title=said.text("title", MAX_COLLECTION_TITLE),
        purpose=said.matching("purpose", PURPOSE),
        reason=said.content(_child(element, REASON).text, "reason", MAX_REASON),
        responsible=said.content(responsible.text, "responsible", MAX_WHO),
        contact=_said(responsible).text("contact", MAX_WHO),
        asks=_asks(element, least=1 if challenge is None else 0),
        until=said.time("until"),
        retention_days=_days(said, "retention", RETENTION),
        charter="" if is_left_out else said.content(charter.text, "charter", MAX_CHARTER),
        charter_version=of_charter.whole("version", 1, MAX_REVISION),
        charter_at=of_charter.time("said"),
        members=said.whole("members", 0, MOST_PEOPLE) if "members" in said else None,
        gives=_given_back(element),
        expected=said.whole("expected", 1, MOST_PEOPLE) if "expected" in said else None,
        number=said.whole("number", 1, MOST_PEOPLE) if "number" in said else None,
        charter_digest=of_charter.matching("digest", DIGEST) if is_left_out else "",
        challenge=challenge,
        team=team_from_text(element.get("team", "")) if "team" in said else 0,
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


def _challenge(element: Element) -> Challenge | None:
    if element.find(CHALLENGE) is None:
        return None
    return challenge_from_element(_child(element, CHALLENGE))


def _asks(element: Element, least: int) -> tuple[Ask, ...]:
    asks = tuple(map(_ask, element.findall(ASK)))
    if len(asks) < least or len({ask.what for ask in asks}) < len(asks):
        raise PayloadRefused(REFUSED, "something is asked, and each thing once")
    return asks


def _ask(element: Element) -> Ask:
    said = _said(element)
    what, granularity = element.get("what", ""), element.get("granularity", "")
    is_needed, past_days = _is_true(said, "needed"), 0
    if granularity not in GRANULARITIES.get(what, ()):
        said.refuse("what is asked")
    if "past" in said:
        past_days = _days(said, "past", PAST)
        if past_days > MOST_PAST_DAYS:
            said.refuse("past")
    return Ask(what, granularity, past_days, is_needed)


def _given_back(element: Element) -> tuple[GivenBack, ...]:
    given = element.findall(GIVES)
    if len(given) > MOST_GIVEN_BACK:
        raise PayloadRefused(REFUSED, "what comes back")
    return tuple(map(_one_given_back, given))


def _one_given_back(element: Element) -> GivenBack:
    said = _said(element)
    title = said.content(element.text, "gives", MAX_NAME)
    return GivenBack(title, _publication(said) if "publication" in said else None)


# Taking part


def joined_to_element(joined: Joined) -> Element:
    """Return what tells an organiser that we take part.

    <joined xmlns="urn:sen1:0" collection="3f6a…" token="…" address="home@server.org/sen1-1"
            charter="1" digest="…" name="…" shown="true" team="2" seen="1">
      <gives what="consumption" publication="0b9fd1b6-…"/>
    </joined>
    """
    element = Element(
        JOINED,
        {
            "collection": joined.collection,
            "token": joined.token,
            "address": joined.address,
            "charter": str(joined.charter_version),
        },
    )
    if joined.charter_digest:
        element.set("digest", joined.charter_digest)
    if joined.name:
        element.set("name", joined.name)
    if joined.is_shown:
        element.set("shown", "true")
    if joined.team:
        element.set("team", str(joined.team))
    if joined.seen:
        element.set("seen", str(joined.seen))
    for what, publication in joined.gives.items():
        SubElement(element, GIVES, {"what": what, "publication": publication})
    return element


def joined_from_element(element: Element) -> Joined:
    """Return who takes part in what; raises PayloadRefused."""
    said, address = _said(element), parse_jid(element.get("address", ""))
    if address is None or not address.local or not address.resource:
        said.refuse("address")
    return Joined(
        collection=said.matching("collection", COLLECTION_ID),
        token=said.matching("token", COLLECTION_TOKEN),
        address=address.full,
        charter_version=said.whole("charter", 1, MAX_REVISION),
        charter_digest=said.matching("digest", DIGEST) if "digest" in said else "",
        name=said.text("name", MAX_NAME) if "name" in said else "",
        gives=_gives(element),
        seen=said.whole("seen", 1, MAX_REVISION) if "seen" in said else 0,
        team=team_from_text(element.get("team", "")) if "team" in said else 0,
        is_shown=_is_true(said, "shown"),
    )


def _gives(element: Element) -> dict[str, PublicationId]:
    gives: dict[str, PublicationId] = {}
    for one in element.findall(GIVES):
        what = one.get("what", "")
        if what not in GRANULARITIES or what in gives:
            raise PayloadRefused(REFUSED, "what is given")
        gives[what] = _publication(_said(one))
    series = [publication for what, publication in gives.items() if what != SITE]
    if len(set(series)) < len(series):
        raise PayloadRefused(REFUSED, "one publication given for two things")
    return gives


# What an organiser writes to one member


def note_to_element(note: CollectionNote) -> Element:
    """Return a few words to a member.

    <note xmlns="urn:sen1:0" collection="3f6a…">…</note>
    """
    element = Element(NOTE, {"collection": note.collection})
    element.text = note.text
    return element


def note_from_element(element: Element) -> CollectionNote:
    """Return what an organiser writes; raises PayloadRefused."""
    said = _said(element)
    return CollectionNote(
        said.matching("collection", COLLECTION_ID), said.content(element.text, "note", MAX_NOTE)
    )


def left_collection(element: Element) -> str:
    """Return the collection that somebody left, empty for all that there was; PayloadRefused."""
    said = _said(element)
    return said.matching("collection", COLLECTION_ID) if "collection" in said else ""


# What all of them are made of


def _said(element: Element) -> Attributes:
    return Attributes(element.attrib, REFUSED)


def _child(parent: Element, tag: str) -> Element:
    children = parent.findall(tag)
    if len(children) != 1:
        raise PayloadRefused(REFUSED, f"{tag.rpartition('}')[2]} once")
    return children[0]


def _publication(said: Attributes) -> PublicationId:
    return PublicationId(said.text("publication"))


def _is_true(said: Attributes, name: str) -> bool:
    return name in said and said.matching(name, TRUTH) == "true"


def _days(said: Attributes, name: str, pattern: re.Pattern[str]) -> int:
    return int(said.matching(name, pattern)[1:-1])
