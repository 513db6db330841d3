"""SenML in XML: `application/senml+xml`, and the elements of a stanza (RFC 8428, section 7)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring
from xml.parsers import expat

from .pack import pack
from .records import MAX_LENGTH, NOT_FINITE, BrokenRule, Record, SenmlError, shortest
from .resolve import Notation, resolve

NAMESPACE = "urn:ietf:params:xml:ns:senml"

CHUNK = 2**18
"""Bytes of a document parsed at once: what else runs has its turn in between."""

NESTED = "an element stands inside the record"

_PACK = f"{{{NAMESPACE}}}sensml"
_RECORD = f"{{{NAMESPACE}}}senml"
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}  # xs:boolean
# XML 1.0, section 2.2
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def decode_xml(text: str | bytes, *, now: float | None = None) -> list[Record]:
    """Return the resolved records of a document in UTF-8, oldest first.

    Relative times count from `now`, a Unix time in seconds (the clock's when None).
    Raises SenmlError, on hostile documents too: nothing is fetched, no entity is expanded.
    """
    if len(text) > MAX_LENGTH:
        raise SenmlError(f"longer than {MAX_LENGTH} characters")
    try:
        octets = text.encode() if isinstance(text, str) else text
        # SenML has no document type. Refused unread, so that there is no entity to expand.
        if b"<!DOCTYPE" in octets:
            raise SenmlError("a document type is not SenML")
        return resolve(_parsed(octets), _NOTATION, now)
    except (expat.ExpatError, UnicodeEncodeError):
        raise SenmlError("not well-formed XML") from None


def from_element(element: Element, *, now: float | None = None) -> list[Record]:
    """Return the resolved records of a `sensml` element, oldest first.

    An empty element has no record: a publication whose source is unavailable sends one.
    Raises SenmlError.
    """
    _check_pack(element.tag)
    _check_text(element.text)
    return resolve(_fields(element), _NOTATION, now)


def encode_xml(records: Iterable[Record]) -> str:
    """Return the compact document of the records, without XML declaration.

    Records in time order read back equal. Raises SenmlError on one that no reader would take.
    """
    root = Element("sensml", xmlns=NAMESPACE)
    for attributes in _attributes(records):
        SubElement(root, "senml", attributes)
    # A byte a record less; a value has no such end of a tag, since its `>` is escaped.
    return tostring(root, encoding="unicode").replace(" />", "/>")


def to_element(records: Iterable[Record]) -> Element:
    """Return the compact `sensml` element of the records, for a stanza.

    Records in time order read back equal. Raises SenmlError on one that no reader would take.
    """
    element = Element(_PACK)
    for attributes in _attributes(records):
        SubElement(element, _RECORD, attributes)
    return element


def _fields(element: Element) -> Iterator[Mapping[str, str]]:
    for position, child in enumerate(element, 1):
        _check_record(child.tag, position)
        if len(child):
            raise SenmlError(NESTED, position)
        _check_text(child.text)
        _check_text(child.tail)
        yield child.attrib


def _parsed(octets: bytes) -> Iterator[Mapping[str, str]]:
    """Yield the fields of each record of a document, which is never held whole.

    Raises SenmlError and ExpatError.
    """
    opened: list[str] = []
    records: list[Mapping[str, str]] = []
    yielded = 0

    def on_begin(name: str, fields: dict[str, str]) -> None:
        tag = "{" + name
        if not opened:
            _check_pack(tag)
        elif len(opened) == 1:
            records.append(fields)
            _check_record(tag, yielded + len(records))
        else:
            raise SenmlError(NESTED, yielded + len(records))
        opened.append(name)

    parser = expat.ParserCreate("utf-8", "}")
    parser.StartElementHandler = on_begin
    parser.EndElementHandler = lambda _name: opened.pop()
    parser.CharacterDataHandler = _check_text
    for begin in range(0, max(1, len(octets)), CHUNK):
        end = begin + CHUNK
        # The last piece is told to be it: a long tag may wait for that.
        parser.Parse(octets[begin:end], end >= len(octets))
        yield from records
        yielded += len(records)
        records.clear()


def _check_pack(tag: str) -> None:
    if tag != _PACK:
        raise SenmlError(f"not a sensml element of {NAMESPACE}")


def _check_record(tag: str, position: int) -> None:
    if tag != _RECORD:
        raise SenmlError("not a senml element", position)


def _check_text(text: str | None) -> None:
    if text and text.strip():
        raise SenmlError("text stands between the records")


def _attributes(records: Iterable[Record]) -> Iterator[dict[str, str]]:
    for position, fields in enumerate(pack(records), 1):
        if "vs" in fields and _NOT_XML.search(fields["vs"]):
            raise SenmlError("XML cannot carry a character of the string", position, "vs")
        yield {field: _WRITTEN[type(content)](content) for field, content in fields.items()}


def _number(raw: str) -> float:
    """Return an xs:double, as an int when it is whole, as JSON has it."""
    # float() would also read infinity, digits of other scripts and 1_000.
    if raw.strip("0123456789+-.eE \t\n\r"):
        raise BrokenRule(NOT_FINITE)
    try:
        number = float(raw)
    except ValueError:
        raise BrokenRule(NOT_FINITE) from None
    return shortest(number)


def _boolean(raw: str) -> bool:
    if raw not in _BOOLEANS:
        raise BrokenRule("not a boolean")
    return _BOOLEANS[raw]


_WRITTEN: dict[type, Callable[[Any], str]] = {
    str: str,
    int: repr,
    float: repr,
    bool: {True: "true", False: "false"}.__getitem__,
}
_NOTATION = Notation(_number, _boolean, str)
