"""SenML in XML: `application/senml+xml`, and the elements of a stanza (RFC 8428, section 7)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from lxml import etree

from .pack import pack
from .records import MAX_LENGTH, NOT_FINITE, BrokenRule, Record, SenmlError, shortest
from .resolve import SLICE, Notation, resolve

NAMESPACE = "urn:ietf:params:xml:ns:senml"

_PACK = f"{{{NAMESPACE}}}sensml"
_RECORD = f"{{{NAMESPACE}}}senml"
_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    load_dtd=False,
    no_network=True,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)
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
        # SenML has no document type. Refused unread: libxml2 would expand its entities
        # in attributes, whatever the parser is told.
        if b"<!DOCTYPE" in octets:
            raise SenmlError("a document type is not SenML")
        root = etree.fromstring(octets, _PARSER)
    except (etree.XMLSyntaxError, UnicodeEncodeError):
        raise SenmlError("not well-formed XML") from None
    records = from_element(root, now=now)
    # To free a large document in one go holds all else up.
    for _begin in range(0, len(root), SLICE):
        del root[:SLICE]
    return records


def from_element(element: Element, *, now: float | None = None) -> list[Record]:
    """Return the resolved records of a `sensml` element, oldest first.

    An empty element has no record: a publication whose source is unavailable sends one.
    Raises SenmlError.
    """
    if element.tag != _PACK:
        raise SenmlError(f"not a sensml element of {NAMESPACE}")
    _check_text(element.text)
    return resolve(_fields(element), _NOTATION, now)


def encode_xml(records: Iterable[Record]) -> str:
    """Return the compact document of the records, without XML declaration.

    Records in time order read back equal. Raises SenmlError on one that no reader would take.
    """
    root = etree.Element(_PACK, nsmap={None: NAMESPACE})
    for attributes in _attributes(records):
        etree.SubElement(root, _RECORD, attributes)
    document: str = etree.tostring(root, encoding="unicode")
    return document


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
        if child.tag != _RECORD:
            raise SenmlError("not a senml element", position)
        if len(child):
            raise SenmlError("an element stands inside the record", position)
        _check_text(child.text)
        _check_text(child.tail)
        yield child.attrib


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
