"""The cells of a spreadsheet (Office Open XML, ECMA-376): texts and numbers, nothing else.

Two tables of plain cells are all that operators' sheets hold. Formulas, styles and dates written
as numbers with a format are left to whoever reads the cells.
"""

from __future__ import annotations

from collections.abc import Iterator
import re
from typing import Any

from ..errors import NotUnderstood
from .documents import parse_xml

WORKBOOK = "xl/workbook.xml"

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

MAX_COLUMNS = 100


def sheets_of(files: dict[str, bytes]) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield the name and the rows of each sheet, from the unpacked files of a workbook.

    Rows have a cell for each column up to their last; a row without cells is empty. Raises
    NotUnderstood and DangerousFile.
    """
    try:
        book = parse_xml(files[WORKBOOK])
        relations = parse_xml(files["xl/_rels/workbook.xml.rels"])
        targets = {child.get("Id"): child.get("Target", "") for child in relations}
        shared = _shared_strings(files.get("xl/sharedStrings.xml"))
        for sheet in book.iter(_MAIN + "sheet"):
            target = targets[sheet.get(_RELATION)].removeprefix("/xl/")
            yield sheet.get("name", ""), list(_rows(parse_xml(files[f"xl/{target}"]), shared))
    except KeyError, IndexError, ValueError:
        raise NotUnderstood from None


def _shared_strings(octets: bytes | None) -> list[str]:
    if octets is None:
        return []
    return [
        "".join(text.text or "" for text in string.iter(_MAIN + "t"))
        for string in parse_xml(octets).iter(_MAIN + "si")
    ]


def _rows(sheet: Any, shared: list[str]) -> Iterator[list[str]]:
    for row in sheet.iter(_MAIN + "row"):
        cells: list[str] = []
        for cell in row.iter(_MAIN + "c"):
            column = _column(cell.get("r", ""), len(cells))
            if column >= MAX_COLUMNS:
                break
            cells += [""] * (column - len(cells))
            cells.append(_text(cell, shared))
        yield cells


def _column(reference: str, following: int) -> int:
    """Return the column of a cell such as `C12`, from 0; one without reference follows on."""
    letters = re.match("[A-Z]+", reference)
    if letters is None:
        return following
    number = 0
    for letter in letters[0]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return max(number - 1, following)


def _text(cell: Any, shared: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(_MAIN + "t"))
    value = cell.findtext(_MAIN + "v") or ""
    return shared[int(value)] if cell.get("t") == "s" else value
