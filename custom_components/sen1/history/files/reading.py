"""Tell what a file is, and read it."""

import codecs
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
import csv
from dataclasses import dataclass, field
from datetime import tzinfo
import io

from ...senml import NAMESPACE, SenmlError, decode_json, decode_xml
from ..errors import FileTooLarge, Impossible, NotUnderstood, NoUnit, OneReading
from .cells import separator_of
from .documents import ARCHIVE, MAX_BYTES, MAX_TEXT, WORKBOOK, Unpacking, pieces, root_of
from .flows import read_flow
from .found import Found, Gathering, LeftOut
from .headings import direction_of
from .home_assistant import ENERGY, energy_lines
from .json_tables import check_names, tables_of
from .packs import read_records
from .sheet import sheets_of
from .table import read_table

MAX_RECORDS = 180_000
"""Records of SenML: ten years of half-hours."""


def read_file(
    octets: bytes, zone: tzinfo, now: float, units: Mapping[str, str] | None = None
) -> Found:
    """Return the series of a file; local times in it are of `zone`, `now` in Unix seconds.

    `units` are those of Home Assistant's entities by their id, whose history tells none. Raises
    FileRefused when there are no series, or when the file is dangerous to open.
    """
    if len(octets) > MAX_BYTES:
        raise FileTooLarge
    gathering = Gathering()
    _Opening(zone, gathering, units or {}).open(octets)
    is_one_reading = gathering.is_one_reading
    found = gathering.found(now)
    if not found.series:
        if found.left_out[LeftOut.NO_UNIT]:
            raise NoUnit
        if found.left_out[LeftOut.IMPOSSIBLE]:
            raise Impossible
        raise OneReading if is_one_reading else NotUnderstood
    return found


@dataclass(slots=True)
class _Opening:
    """A file and what is packed in it, opened one after the other."""

    zone: tzinfo
    gathering: Gathering
    units: Mapping[str, str]
    unpacking: Unpacking = field(default_factory=Unpacking)

    def open(self, octets: bytes, name: str = "", depth: int = 0) -> None:
        """Read a file, of this name in the archive that it is from."""
        if not octets.startswith(ARCHIVE):
            self._read(_as_utf8(octets), direction_of(name))
            return
        files = self.unpacking.members(octets, depth)
        if WORKBOOK in files:
            for content in files.values():
                self.unpacking.weigh(content)
            self._tables(sheets_of(files), direction_of(name))
            return
        for inner, content in files.items():
            try:
                self.open(content, inner, depth + 1)
            except NotUnderstood:
                # A note beside the files, or one that was cut: it takes nothing from the others.
                self.gathering.left_out[LeftOut.UNREADABLE] += 1

    def _tables(
        self, tables: Sequence[tuple[str, Iterable[Sequence[str]]]], direction: str
    ) -> None:
        """Read tables, each called something: told apart by that where directions do not."""
        directions = Counter(direction_of(name) for name in {name for name, _rows in tables})
        for name, rows in tables:
            own = direction_of(name)
            is_told = directions.total() == 1 or (own and directions[own] == 1)
            sheet = "" if is_told else name
            read_table(rows, self.zone, self.gathering, own or direction, sheet)

    def _read(self, octets: bytes, direction: str) -> None:
        self.unpacking.weigh(octets)
        begin = octets.lstrip()[:1]
        if begin == b"<":
            root = root_of(octets)
            if root.startswith(f"{NAMESPACE} "):
                _read_senml(octets, self.gathering)
            else:
                read_flow(root.rpartition(" ")[2], octets, self.zone, self.gathering)
        elif begin in (b"[", b"{"):
            check_names(octets)
            try:
                _read_senml(octets, self.gathering)
            except NotUnderstood:
                self._tables(tables_of(octets), direction)
        else:
            self._tables([("", self._lines(octets))], direction)

    def _lines(self, octets: bytes) -> Iterator[Sequence[str]]:
        """Yield the lines of a table, and what Home Assistant leaves out of its own."""
        lines = _rows(octets)
        heading = next(lines, [])
        if heading[:3] == ENERGY:
            yield from energy_lines(heading[3:], lines, self.gathering)
        elif heading[:1] == ["entity_id"] and "unit" not in heading:
            yield ["unit", *heading]
            yield from ([self.units.get(line[0], ""), *line] for line in lines if line)
        else:
            yield heading
            yield from lines


def _read_senml(octets: bytes, gathering: Gathering) -> None:
    # Counted first, as lines are: each record is many objects.
    if max(octets.count(b"<senml"), octets.count(b"{")) > MAX_RECORDS:
        raise FileTooLarge
    decode = decode_xml if octets.lstrip()[:1] == b"<" else decode_json
    try:
        records = decode(octets)
    except SenmlError:
        raise NotUnderstood from None
    if not records:
        raise NotUnderstood
    read_records(records, gathering)


def _rows(octets: bytes) -> Iterator[list[str]]:
    """Yield the rows of a table of text, in UTF-8 or as Windows writes it."""
    encoding = "utf-8" if _is_utf8(octets) else "cp1252"
    with io.TextIOWrapper(io.BytesIO(octets), encoding, "replace", newline="") as text:
        start = text.read(10_000)
        text.seek(0)
        try:
            yield from csv.reader(_lines(text), delimiter=separator_of(start))
        except csv.Error:
            raise NotUnderstood from None


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(MAX_TEXT):
        if len(line) == MAX_TEXT:
            raise NotUnderstood
        yield line


def _as_utf8(octets: bytes) -> bytes:
    """Return a text of UTF-8 or UTF-16 in UTF-8, without a byte order mark."""
    if octets.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif octets[1:2] == b"\0":
        encoding = "utf-16-le"
    else:
        return octets.removeprefix(codecs.BOM_UTF8)
    texts = codecs.iterdecode(pieces(octets), encoding, "replace")
    return b"".join(text.encode() for text in texts)


def _is_utf8(octets: bytes) -> bool:
    try:
        for _text in codecs.iterdecode(pieces(octets), "utf-8"):
            pass
    except UnicodeDecodeError:
        return False
    return True
