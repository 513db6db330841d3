"""Tell what a file is, and read it."""

from __future__ import annotations

import csv
from datetime import tzinfo
import io

from ...senml import SenmlError, decode_json, decode_xml
from ..errors import FileTooLarge, NotUnderstood
from .documents import MAX_BYTES, is_archive, members, parse_xml
from .enedis import read_r50
from .found import Found
from .packs import NAMESPACE, read_records
from .sheet import WORKBOOK, sheets_of
from .table import read_table

R50 = "R50"


def read_file(octets: bytes, zone: tzinfo) -> Found:
    """Return the series of a file; local times in it are of `zone`.

    Raises FileRefused when there are none, or when the file is dangerous to open.
    """
    found = _read(octets, zone)
    if not any(series.points for series in found.series):
        raise NotUnderstood
    return found


def _read(octets: bytes, zone: tzinfo) -> Found:
    if len(octets) > MAX_BYTES:
        raise FileTooLarge
    if is_archive(octets):
        return _read_archive(members(octets), zone)
    begin = octets.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if begin == b"<":
        return _read_xml(octets)
    if begin in (b"[", b"{"):
        return _read_senml(octets)
    return read_table(_cells(octets), zone)


def _read_archive(files: dict[str, bytes], zone: tzinfo) -> Found:
    found = Found()
    if WORKBOOK in files:
        for name, rows in sheets_of(files):
            found.take(read_table(rows, zone, sheet=name))
        return found
    for content in files.values():
        # One archive in another is nobody's export.
        if not is_archive(content):
            found.take(_read(content, zone))
    return found


def _read_xml(octets: bytes) -> Found:
    root = parse_xml(octets)
    if root.tag == R50:
        return read_r50(root)
    if root.tag.startswith(f"{{{NAMESPACE}}}"):
        return _read_senml(octets)
    raise NotUnderstood


def _read_senml(octets: bytes) -> Found:
    decode = decode_xml if octets.lstrip()[:1] == b"<" else decode_json
    try:
        return read_records(decode(octets))
    except SenmlError:
        raise NotUnderstood from None


def _cells(octets: bytes) -> list[list[str]]:
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = octets.decode("cp1252", "replace")
    delimiter = max(";\t,", key=text[:10_000].count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        raise NotUnderstood from None
