"""Signed statements: the bytes that travel are the bytes that were signed (docs/protocol.md).

<signed xmlns="urn:sen1:trust:0" kind="grant" key="…" signature="…">base64</signed>

The base64 holds the statement, UTF-8 XML without declaration, and is its only copy; with
`packed="0"` it is deflated (`packing`):

<statement xmlns="urn:sen1:trust:0" from="home@server.org" to="coop@server.org"
           said="2026-11-24T12:00:00.000Z"><grant xmlns="urn:sen1:0" …>…</grant></statement>
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated
from xml.etree.ElementTree import Element, ParseError, XMLPullParser, fromstring, tostring

from ..attributes import TIME, AttributeForm, from_attributes, to_attributes
from ..errors import PayloadRefused
from ..limits import MAX_ID, check_stanza, without_hidden
from ..links import parse_jid
from ..model import BareJid
from ..stamps import parse_stamp
from .keys import RAW, Keys, raw
from .kinds import KINDS, TRUST, StatementKind
from .packing import PACKING, packed, unpacked
from .verify_journal import is_signed, to_bytes, to_text

SIGNED = f"{{{TRUST}}}signed"
STATEMENT = f"{{{TRUST}}}statement"

SIGNATURE_BYTES = 64

HEAD_BYTES = 16_384
"""In which the first tag of a statement ends: its attributes have 4,096 characters each."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed statement that came, not verified and not parsed yet."""

    kind: Annotated[StatementKind, AttributeForm(StatementKind)]
    key: Annotated[bytes, RAW]
    """The raw Ed25519 key that is said to have signed it; whose it is is another question."""
    signature: Annotated[bytes, raw(SIGNATURE_BYTES)]
    statement: bytes


def _address(text: str) -> BareJid:
    if parse_jid(text) is None or "/" in text:
        raise ValueError("no address")
    return BareJid(text)


ADDRESS = AttributeForm(_address)
ANYTHING = AttributeForm(str)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a signed statement says, and to whom."""

    sender: Annotated[BareJid, ADDRESS, "from"]
    said: Annotated[float, TIME]
    """Unix seconds, to the millisecond."""
    payload: Element
    to: Annotated[BareJid | None, ADDRESS] = None
    """Whom it is said to; None: to all who may read it."""
    node: Annotated[str | None, ANYTHING] = None
    item: Annotated[str | None, ANYTHING] = None
    """The PEP node, and the id on it, of an item."""
    about: Annotated[str | None, ANYTHING] = None
    """Of a request a random text, which its answer repeats."""


def sign(keys: Keys, kind: StatementKind, statement: Statement) -> Element:
    """Return the `<signed>` element of a statement."""
    element = Element(STATEMENT, to_attributes(statement))
    element.append(statement.payload)
    # A household may have pasted a name with a sign that its friends would refuse it for.
    written = without_hidden(tostring(element, encoding="unicode")).encode()
    said = Signed(kind, keys.public.signing, keys.sign(kind, written), written)
    signed = Element(SIGNED, to_attributes(said))
    if KINDS[kind].is_packed:
        signed.set("packed", PACKING)
    signed.text = to_text(packed(written) if KINDS[kind].is_packed else written)
    return signed


def signed_in(element: Element) -> Signed:
    """Return what a `<signed>` element holds; raises PayloadRefused."""
    try:
        written = _written_in(element, StatementKind(element.get("kind", "")))
    except ValueError as error:
        raise PayloadRefused("bad_signed", str(error)) from error
    if len(element):
        raise PayloadRefused("bad_signed", "its parts")
    return from_attributes(Signed, element.attrib, "bad_signed", statement=written)


def _written_in(element: Element, kind: StatementKind) -> bytes:
    row, text = KINDS[kind], (element.text or "").strip()
    if not row.is_signed:
        raise ValueError("never signed")
    if len(text) > row.most * 4 // 3 + 4:
        raise ValueError("too long")
    written = to_bytes(text)
    match element.get("packed"):
        case None:
            return written
        case str(packing) if packing == PACKING and row.is_packed:
            return unpacked(written, row.most)
        case packing:
            raise ValueError(f"packed {packing[:MAX_ID]}")


def verified(signed: Signed, key: bytes) -> Statement:
    """Return what a statement says once a key is seen to have signed it; raises PayloadRefused."""
    if signed.key != key or not is_signed(key, signed.kind, signed.statement, signed.signature):
        raise PayloadRefused("bad_signature")
    return _parsed(signed.statement)


def said_of(written: bytes) -> float:
    """Return when a statement of ours, or one that was verified, was said; Unix seconds."""
    parser = XMLPullParser(["start"])
    parser.feed(written[:HEAD_BYTES])
    events: Iterator[tuple[str, Element]] = parser.read_events()  # type: ignore[assignment]
    _, element = next(events)
    return parse_stamp(element.get("said", ""))


def _parsed(written: bytes) -> Statement:
    if b"<!" in written or b"<?" in written:
        # Entities, and other encodings; nothing of ours has them.
        raise PayloadRefused("bad_statement", "markup")
    try:
        # Of nobody but whose key is known, and without a document type: nothing expands.
        element = fromstring(written.decode("utf-8"))  # noqa: S314
        check_stanza(element)
        (payload,) = element
        statement = from_attributes(Statement, element.attrib, "bad_statement", payload=payload)
    except (ParseError, ValueError) as error:
        raise PayloadRefused("bad_statement", str(error)) from error
    if element.tag != STATEMENT or len(statement.about or "") > MAX_ID:
        raise PayloadRefused("bad_statement")
    return statement
