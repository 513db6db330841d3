"""Documents that came from outside, opened with care: XML, and archives of them.

Pure. What a document could cost is known before it is paid: sizes are counted first, texts that
nobody writes are refused, and XML is read in one pass that keeps nothing but the open elements.
"""

from collections.abc import Iterator
import io
import time
from typing import NoReturn
from xml.parsers import expat
import zipfile
import zlib

from ..errors import DangerousFile, FileTooLarge, NestedTooDeep, NotUnderstood

MAX_BYTES = 32 * 2**20
"""Of a file, and of all that it unpacks to: a household's ten years of half-hours are 6 MB."""

MAX_LINES = 200_000
"""Lines of text in all of a file: eleven years of half-hours, of which Enedis keeps three."""

MAX_TAGS = 1_500_000
"""Opening and closing tags in all of a file: eleven years of half-hours of the push."""

MAX_MEMBERS = 12_000
"""Files in an archive and in those in it: a thousand workbooks, each an archive of a dozen."""

MAX_ARCHIVES = 1100
"""Archives in one."""

AT_ONCE = 16
"""Small archives read before the event loop has its turn for sure: unpacking lets go of Python for
so short a time that whoever waits for it finds it taken again, and asks for nothing."""

MAX_NESTED = 3
"""Archives within one another: a workbook, in the archive of a month, in that of a year."""

WORKBOOK = "xl/workbook.xml"
"""By it an archive is a spreadsheet."""

CHUNK = 2**18
"""Bytes read at once: what else runs has its turn in between."""

PIECE = 2**14
"""Bytes of XML read at once: more elements would end together than the collector of garbage lets
pass, which would look at all that is alive for each few of them."""

MAX_TEXT = 2**16
"""Characters of one text: no cell, line or element of an export is near it."""

MAX_DEPTH = 64
"""Elements within elements."""

MAX_NAMES = 1000
"""Names of elements and attributes: the parser keeps each."""

ARCHIVE = b"PK\x03\x04"
"""A zip archive begins with it, as spreadsheets do."""

PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""How a member may be packed: of these alone no more is unpacked than was asked for."""


type Element = tuple[str, dict[str, str], str]
"""An element that has ended: its name, its attributes, and what stands in it but not in its
children. Names are without their namespace."""


class Unpacking:
    """What a file may still cost, with all that is packed in it."""

    def __init__(self) -> None:
        self._bytes = MAX_BYTES
        self._members = MAX_MEMBERS
        self._archives = MAX_ARCHIVES
        self._lines = MAX_LINES
        self._tags = MAX_TAGS

    def weigh(self, octets: bytes) -> None:
        """Refuse what would take too long to read; raises FileTooLarge."""
        for begin in range(0, len(octets), CHUNK):
            end = begin + CHUNK
            # A sheet of Office may be one line, a table has no tags: each is counted in all.
            self._lines -= max(octets.count(b"\n", begin, end), octets.count(b"\r", begin, end))
            self._tags -= octets.count(b"<", begin, end)
        if self._lines < 0 or self._tags < 0:
            raise FileTooLarge

    def members(self, octets: bytes, depth: int) -> dict[str, bytes]:
        """Return the files of an archive that lies in as many others, by name.

        Raises NotUnderstood, NestedTooDeep and FileTooLarge.
        """
        if depth >= MAX_NESTED:
            raise NestedTooDeep
        self._archives -= 1
        if self._archives < 0:
            raise FileTooLarge
        if self._archives % AT_ONCE == 0:
            time.sleep(0.001)
        # Counted first: to list an archive of a million empty files takes seconds. Packed content
        # may hold the mark by chance, but not that often.
        if octets.count(b"PK\x01\x02") > MAX_MEMBERS:
            raise FileTooLarge
        try:
            with zipfile.ZipFile(io.BytesIO(octets)) as archive:
                return dict(self._unpacked(archive))
        except zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, EOFError, OSError:
            # Damaged; packed in a way of its own or locked with a password, both runtime errors.
            raise NotUnderstood from None

    def _unpacked(self, archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        self._members -= len(infos)
        if self._members < 0:
            raise FileTooLarge
        for info in infos:
            if info.compress_type not in PACKED:
                raise NotUnderstood
            # What the archive says of a size is not believed: it is read up to what may be.
            pieces = []
            with archive.open(info) as member:
                while piece := member.read(CHUNK):
                    self._bytes -= len(piece)
                    if self._bytes < 0:
                        raise FileTooLarge
                    pieces.append(piece)
            yield info.filename, b"".join(pieces)


class _Names(dict[str, str]):
    """The names of a document, each without its namespace; raises NotUnderstood for too many."""

    def __missing__(self, name: str) -> str:
        if len(self) == MAX_NAMES:
            raise NotUnderstood
        self[name] = name.rpartition(" ")[2]
        return self[name]


def elements(octets: bytes) -> Iterator[Element]:
    """Yield the elements of an XML document in UTF-8 as they end, children before parents.

    Nothing is fetched, no entity is expanded. Raises NotUnderstood, and DangerousFile for a
    document with a type declaration.
    """
    ended: list[Element] = []
    opened: list[tuple[str, dict[str, str]]] = []
    texts: list[str] = []
    names = _Names()

    def on_begin(name: str, attributes: dict[str, str]) -> None:
        if attributes:
            attributes = {names[each]: value for each, value in attributes.items()}
        if len(opened) == MAX_DEPTH:
            raise NotUnderstood
        opened.append((names[name], attributes))
        texts.append("")

    def on_text(text: str) -> None:
        # Indentation comes for each line of a document, and says nothing.
        if not text.isspace():
            texts[-1] += text
            if len(texts[-1]) > MAX_TEXT:
                raise NotUnderstood

    def on_end(_name: str) -> None:
        ended.append((*opened.pop(), texts.pop()))

    parser = _parser()
    parser.StartElementHandler = on_begin
    parser.CharacterDataHandler = on_text
    parser.EndElementHandler = on_end
    for _fed in _fed_to(parser, octets):
        yield from ended
        ended.clear()


def root_of(octets: bytes) -> str:
    """Return the name of the outermost element, behind its namespace and a space if it has one.

    Raises NotUnderstood and DangerousFile.
    """
    names: list[str] = []
    parser = _parser()
    parser.StartElementHandler = lambda name, _attributes: names.append(name)
    fed = _fed_to(parser, octets)
    # A document without an element is refused at its end.
    while not names:
        next(fed)
    return names[0]


def _parser() -> expat.XMLParserType:
    # The encoding is told, and a type is found by who reads the document, not by its bytes: one
    # that comes in UTF-16 has no way past.
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _on_type
    parser.buffer_text = True
    return parser


def _on_type(*_declared: object) -> NoReturn:
    raise DangerousFile


def _fed_to(parser: expat.XMLParserType, octets: bytes) -> Iterator[None]:
    """Feed a document to a parser; yield after each piece."""
    try:
        for begin in range(0, len(octets), PIECE):
            end = begin + PIECE
            parser.Parse(octets[begin:end], end >= len(octets))
            if min(end, len(octets)) - parser.CurrentByteIndex > 2 * CHUNK:
                # A tag, a comment or the like that does not end.
                raise NotUnderstood
            yield
    except expat.ExpatError:
        raise NotUnderstood from None


def pieces(octets: bytes) -> Iterator[bytes]:
    """Yield `CHUNK` bytes after another."""
    return (octets[begin : begin + CHUNK] for begin in range(0, len(octets), CHUNK))
