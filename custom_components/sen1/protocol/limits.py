"""How large what others send may be, and how large what leaves is: the measures of both doors.

Pure. A stanza is measured whole as it comes (`check_stanza`), its parts as they are read; behind
that there is no number, text or time without a bound. What leaves is measured as it will be written
(`size_of`).
"""

import re
from xml.etree.ElementTree import Element

from .errors import PayloadRefused

MAX_ELEMENTS = 20_000
"""Elements of a stanza: a node of 16 items of 1,000 records each has fewer."""

MAX_DEPTH = 16
"""Elements within one another: an answer of the past has eight."""

MAX_ATTRIBUTE = 4096
"""Characters of an attribute, whatever it is: no address is longer."""

MAX_CONTENT = 65_536
"""Characters between two tags: a server may ask for a word in a picture before it makes an
account."""

LONG_CONTENTS = {"{urn:sen1:trust:0}signed": 400_000}
"""What may have more, by tag: a signed statement is an answer of the past, in base64."""

MAX_BOARD = 49_152
"""Bytes of a board, the one text of a reading that may be longer than others: a thousand homes.
Packed, as items go, it is a third of that on the wire."""

LONG_ATTRIBUTES = {("{urn:ietf:params:xml:ns:senml}senml", "vs"): MAX_BOARD}
"""What may have more than other attributes, by tag and name."""

MAX_ID = 256
"""Characters of what an answer repeats as it came: a stanza's id, a command's session."""

MAX_RECORDS = 1000
"""Records in one item (docs/protocol.md)."""

MAX_GRANT = 8192
"""Bytes of a grant with its description: one with every field filled takes two thousand."""

MAX_TEXT = 255
"""Characters of an identifier, a title or a text value: Home Assistant's limit of a state."""

MAX_NUMBER = 1e15
"""The greatest number that a reading can be, in its own unit: an index of all France in a century,
in watt-hours, is less, and what is added to it or multiplied with it stays a number."""

MAX_ON_WIRE = 1e39
"""The greatest number on the wire, where a reading in yottabytes is written in bytes."""

EARLIEST = 946_684_800.0
"""Unix seconds at the year 2000: what claims to be older was dated by a clock that was not set."""

LATEST = 4_102_444_800.0
"""Unix seconds at the year 2100, before which all ends."""

FUTURE = 300.0
"""Seconds a reading may be ahead of our clock; more would stand before all that is to come."""

_GROWS = re.compile("[^\\x20\\x21\\x23-\\x25\\x28-\\x3b\\x3d\\x3f-\\x7e]")
"""What takes more bytes than one: what is escaped, and what is not ASCII."""

_ESCAPED = 6
"""Bytes of `&apos;`, the longest that one character becomes."""

_UNWRITABLE = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""What no XML can hold (XML 1.0, section 2.2): it would end the stream that it is written to."""

_LINE_END = re.compile(r"(?:\r|&#13;)(?:\n|&#10;)?")
"""As it is in a text, or in an attribute as XML."""

_NO_TEXT = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069"
    "\\ud800-\\udfff\\ufffe\\uffff]"
)
"""What no text of anybody has: signs that control a device, halves of signs, which no JSON of Home
Assistant can hold, and those that turn what follows around, so that it reads as something else."""


def can_be(number: float) -> bool:
    """Return whether a number can be a reading, wherever it comes from."""
    # What is not a number compares with none.
    return -MAX_NUMBER <= number <= MAX_NUMBER


def check_number(number: float, most: float = MAX_NUMBER) -> float:
    """Return a number; raises PayloadRefused when nothing can be so large."""
    if not -most <= number <= most:
        raise PayloadRefused("too_great")
    return number


def check_text(text: str, what: str, most: int = MAX_TEXT) -> str:
    """Return a text that somebody sent; raises PayloadRefused, too long or with hidden signs."""
    if len(text) > most:
        raise PayloadRefused("too_long", what)
    if _NO_TEXT.search(text):
        raise PayloadRefused("hidden_signs", what)
    return text


def cleaned(text: str, most: int = MAX_TEXT) -> str:
    """Return a text of our own, or one that is only shown, as `check_text` takes it."""
    return without_hidden(text).strip()[:most]


def without_hidden(text: str) -> str:
    """Return a text, or an element as XML, without the signs that nobody takes.

    Lines end as they do in XML that was read.
    """
    if text.isprintable():
        return text
    return _NO_TEXT.sub("", _LINE_END.sub("\n", text))


def check_time(time: float, now: float) -> None:
    """Raise PayloadRefused for a time at which nothing can have been measured."""
    if not time <= now + FUTURE:
        raise PayloadRefused("future")
    if time < EARLIEST:
        raise PayloadRefused("past")


def check_stanza(stanza: Element) -> None:
    """Raise PayloadRefused for a stanza that is larger or deeper than any of ours."""
    if len(stanza.get("id", "")) > MAX_ID:
        raise PayloadRefused("too_long", "id")
    left = MAX_ELEMENTS
    level = [stanza]
    for _depth in range(MAX_DEPTH):
        left -= len(level)
        if left < 0:
            raise PayloadRefused("too_large")
        for element in level:
            if element.text:
                _check_part(element.text, "text", LONG_CONTENTS.get(element.tag, MAX_CONTENT))
            for name, text in element.attrib.items():
                most = LONG_ATTRIBUTES.get((element.tag, name), MAX_ATTRIBUTE)
                _check_part(text, "attribute", most)
        level = [child for element in level for child in element]
        if not level:
            return
    raise PayloadRefused("too_deep")


def _check_part(text: str, what: str, most: int) -> None:
    # Nearly all is printable, and need not be searched.
    if len(text) > most or not text.isprintable():
        check_text(text, what, most)


def size_of(element: Element) -> int:
    """Return the bytes an element takes on the wire, never less than slixmpp writes.

    Raises PayloadRefused for what cannot be written.

    It writes each apostrophe as six characters: who measures what ElementTree would write measures
    a sixth.
    """
    return _size_of(element, "")


def _size_of(element: Element, outer: str) -> int:
    namespace, _, name = element.tag.rpartition("}")
    # <name></name> or <name />, and the namespace where it is another.
    size = 2 * len(name) + 5 if element.text or len(element) else len(name) + 4
    if namespace != outer:
        size += len(namespace) + len(' xmlns=""')
    for key, text in element.attrib.items():
        size += len(key) + _written(text) + len(' =""')
    for content in (element.text, element.tail):
        size += _written(content) if content else 0
    return size + sum(_size_of(child, namespace) for child in element)


def _written(text: str) -> int:
    if _GROWS.search(text) is None:
        return len(text)
    if _UNWRITABLE.search(text):
        raise PayloadRefused("unwritable")
    return _ESCAPED * len(text)
