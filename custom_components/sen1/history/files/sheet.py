"""The cells of a spreadsheet (Office Open XML, ECMA-376): texts and numbers, nothing else.

Two tables of plain cells are all that operators' sheets hold. Formulas, styles and dates written
as numbers with a format are left to whoever reads the cells.
"""

from collections.abc import Iterator
from functools import lru_cache
import re

from ..errors import FileTooLarge, NotUnderstood
from .documents import MAX_BYTES, WORKBOOK, elements

MAX_COLUMNS = 100
"""Columns of a table: of what is right of them nothing is read."""

_LETTERS = re.compile("[A-Z]{1,3}")
"""A column: the last of a sheet is XFD."""


def sheets_of(files: dict[str, bytes]) -> list[tuple[str, Iterator[list[str]]]]:
    """Return the name and the rows of each sheet, from the unpacked files of a workbook.

    Rows have a cell for each column up to their last; a row without cells is empty. Raises
    NotUnderstood, DangerousFile and FileTooLarge.
    """
    try:
        targets = {
            attributes.get("Id", ""): attributes.get("Target", "")
            for _name, attributes, _text in elements(files["xl/_rels/workbook.xml.rels"])
        }
        shared = _shared_strings(files.get("xl/sharedStrings.xml", b""))
        # Each once, however often the workbook names it.
        sheets = {
            f"xl/{targets[attributes['id']].removeprefix('/xl/')}": attributes["name"]
            for name, attributes, _text in elements(files[WORKBOOK])
            if name == "sheet"
        }
        return [(name, _rows(files[path], shared)) for path, name in sheets.items()]
    except KeyError:
        raise NotUnderstood from None


def _shared_strings(octets: bytes) -> list[str]:
    strings: list[str] = []
    texts: list[str] = []
    for name, _attributes, text in elements(octets):
        if name == "t":
            texts.append(text)
        elif name == "si":
            strings.append("".join(texts))
            texts.clear()
    return strings


def _rows(sheet: bytes, shared: list[str]) -> Iterator[list[str]]:
    cells: list[str] = []
    texts: list[str] = []
    value = ""
    # A text of the workbook may be in any number of cells: what counts is what is written out.
    room = MAX_BYTES
    for name, attributes, text in elements(sheet):
        match name:
            case "v":
                value = text
            case "t":
                texts.append(text)
            case "c":
                kind = attributes.get("t")
                written = "".join(texts) if kind == "inlineStr" else value
                column = _column(attributes.get("r", ""), len(cells))
                if column < MAX_COLUMNS:
                    cells += [""] * (column - len(cells))
                    cells.append(_shared(shared, written) if kind == "s" else written)
                    room -= len(cells[-1])
                texts.clear()
                value = ""
            case "row":
                yield cells
                cells = []
        if room < 0:
            raise FileTooLarge


def _shared(shared: list[str], number: str) -> str:
    try:
        return shared[int(number)]
    except IndexError, ValueError:
        raise NotUnderstood from None


def _column(reference: str, following: int) -> int:
    """Return the column of a cell such as `C12`, from 0; one without reference follows on."""
    letters = _LETTERS.match(reference)
    return following if letters is None else max(_number(letters[0]), following)


@lru_cache(maxsize=MAX_COLUMNS)
def _number(letters: str) -> int:
    """Return the number of a column from 0; its letters count to the base of 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
