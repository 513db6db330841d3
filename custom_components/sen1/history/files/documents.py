"""Documents that came from outside, opened with care: XML, and archives of them."""

from __future__ import annotations

from collections.abc import Iterator
import io
from typing import Any
import zipfile
import zlib

from lxml import etree

from ..errors import DangerousFile, FileTooLarge, NotUnderstood

MAX_BYTES = 32 * 2**20
"""Of a file, and of all that it unpacks to: a household's ten years of half-hours are 6 MB."""

MAX_MEMBERS = 64
"""Files in an archive."""


def parse_xml(octets: bytes) -> Any:
    """Return the root of a document; nothing is fetched, no entity is expanded.

    Raises NotUnderstood and DangerousFile.
    """
    # Refused unread: libxml2 would expand entities in attributes, whatever the parser is told.
    if b"<!DOCTYPE" in octets or b"<!ENTITY" in octets:
        raise DangerousFile
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    try:
        return etree.fromstring(octets, parser)
    except etree.XMLSyntaxError:
        raise NotUnderstood from None


def is_archive(octets: bytes) -> bool:
    """Return whether a file is a zip archive, as spreadsheets are."""
    return octets.startswith(b"PK\x03\x04")


def members(octets: bytes) -> dict[str, bytes]:
    """Return the files of an archive by name; raises NotUnderstood and FileTooLarge."""
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            return dict(_unpacked(archive))
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        ValueError,
        EOFError,
        OSError,
        zlib.error,
    ):
        # Damaged, packed in a way of its own, or locked with a password.
        raise NotUnderstood from None


def _unpacked(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MAX_MEMBERS:
        raise FileTooLarge
    room = MAX_BYTES
    for info in infos:
        # What the archive says of a size is not believed: it is read up to what may be.
        with archive.open(info) as member:
            content = member.read(room + 1)
        room -= len(content)
        if room < 0:
            raise FileTooLarge
        yield info.filename, content
