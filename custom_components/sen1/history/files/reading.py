"""Tell what a file is, and read it."""

import codecs
from collections.abc import Iterator
import csv
from datetime import tzinfo
import io

from ...senml import SenmlError, decode_json, decode_xml
from ..errors import FileTooLarge, Impossible, NotUnderstood, NoUnit, OneReading
from .documents import CHUNK, MAX_BYTES, MAX_TEXT, is_archive, members, root_of, weigh
from .flows import read_flow
from .found import Found, Gathering, LeftOut
from .packs import NAMESPACE, read_records
from .sheet import WORKBOOK, sheets_of
from .table import read_table

DELIMITERS = ";\t,"

MAX_RECORDS = 180_000
"""Records of SenML: ten years of half-hours."""


def read_file(octets: bytes, zone: tzinfo, now: float) -> Found:
    """Return the series of a file; local times in it are of `zone`, `now` in Unix seconds.

    Raises FileRefused when there are none, or when the file is dangerous to open.
    """
    if len(octets) > MAX_BYTES:
        raise FileTooLarge
    gathering = Gathering()
    if is_archive(octets):
        _read_archive(members(octets), zone, gathering)
    else:
        weigh([octets])
        _read(octets, zone, gathering)
    is_one_reading = gathering.is_one_reading
    found = gathering.found(now)
    found.series = [series for series in found.series if series.points]
    if not found.series:
        if found.left_out[LeftOut.NO_UNIT]:
            raise NoUnit
        if found.left_out[LeftOut.IMPOSSIBLE]:
            raise Impossible
        raise OneReading if is_one_reading else NotUnderstood
    return found


def _read_archive(files: dict[str, bytes], zone: tzinfo, gathering: Gathering) -> None:
    weigh(files.values())
    if WORKBOOK in files:
        for rows in sheets_of(files):
            read_table(rows, zone, gathering)
        return
    for content in files.values():
        # One archive in another is nobody's export.
        if is_archive(content):
            gathering.left_out[LeftOut.UNREADABLE] += 1
            continue
        try:
            _read(content, zone, gathering)
        except NotUnderstood:
            # A note beside the files, or one that was cut: it takes nothing from the others.
            gathering.left_out[LeftOut.UNREADABLE] += 1


def _read(octets: bytes, zone: tzinfo, gathering: Gathering) -> None:
    begin = octets.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    if begin == b"<":
        root = root_of(octets)
        if root.startswith(f"{NAMESPACE} "):
            _read_senml(octets, gathering)
        else:
            read_flow(root.rpartition(" ")[2], octets, zone, gathering)
    elif begin in (b"[", b"{"):
        _read_senml(octets, gathering)
    else:
        read_table(_rows(octets), zone, gathering)


def _read_senml(octets: bytes, gathering: Gathering) -> None:
    # Counted first, as lines are: each record is many objects.
    if max(octets.count(b"<senml"), octets.count(b"{")) > MAX_RECORDS:
        raise FileTooLarge
    decode = decode_xml if octets.lstrip()[:1] == b"<" else decode_json
    try:
        read_records(decode(octets), gathering)
    except SenmlError:
        raise NotUnderstood from None


def _rows(octets: bytes) -> Iterator[list[str]]:
    """Yield the rows of a table of text, in UTF-8 or as Windows writes it."""
    encoding = "utf-8-sig" if _is_utf8(octets) else "cp1252"
    with io.TextIOWrapper(io.BytesIO(octets), encoding, "replace", newline="") as text:
        start = text.read(10_000)
        text.seek(0)
        delimiter = max(DELIMITERS, key=start.count)
        try:
            yield from csv.reader(_lines(text), delimiter=delimiter)
        except csv.Error:
            raise NotUnderstood from None


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(MAX_TEXT):
        if len(line) == MAX_TEXT:
            raise NotUnderstood
        yield line


def _is_utf8(octets: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for begin in range(0, len(octets), CHUNK):
            decoder.decode(octets[begin : begin + CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
