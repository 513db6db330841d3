"""An organiser's list of who is expected, read from a table, and who of its rows has come.

Pure: the text of the table is an argument, nothing is kept here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
import csv
from dataclasses import dataclass
from enum import StrEnum
import unicodedata

from ...protocol.links import parse_address
from ...protocol.model import BareJid
from ..store import ExpectedData, MemberData

MOST_ROWS = 2_000
MOST_CHARACTERS = 1_000_000
"""Of a whole list: five hundred a row."""
MOST_SHARES = 100_000
MOST_NAME = 80
"""Characters."""

SEPARATORS = ";,\t"


class Column(StrEnum):
    """What a column of the table tells."""

    NAME = "name"
    SHARES = "shares"
    NUMBER = "number"
    ADDRESS = "address"


HEADS: Mapping[str, Column] = {
    head: column
    for column, heads in {
        Column.NAME: (
            *("name", "member", "member name", "full name", "first name", "last name", "surname"),
            *("nom", "prenom", "membre", "nom du membre", "nom et prenom", "nom complet"),
            *("societaire", "adherent"),
        ),
        Column.SHARES: (
            *("shares", "share", "number of shares"),
            *("parts", "part", "nombre de parts", "nb parts", "nb de parts", "parts sociales"),
        ),
        Column.NUMBER: (
            *("number", "no", "member number", "member no"),
            *("numero", "n", "num", "numero de membre", "no de membre", "n de membre"),
        ),
        Column.ADDRESS: (
            *("address", "sharing address", "sen1 address", "jid", "xmpp"),
            *("adresse", "adresse de partage", "adresse sen1", "adresse xmpp"),
        ),
    }.items()
    for head in heads
}
"""Heads as `_folded` leaves them, in both languages; other columns are passed over."""


class RowFault(StrEnum):
    """Why a row of the list is not taken."""

    NO_NAME = "no_name"
    """Nothing says who it is."""
    NAME_TOO_LONG = "name_too_long"
    BAD_SHARES = "bad_shares"
    BAD_NUMBER = "bad_number"
    BAD_ADDRESS = "bad_address"
    TWICE = "twice"
    """A row before has the same number or address."""


class ListRefusal(StrEnum):
    """Why a list is not taken at all, as a key of the user's texts."""

    EMPTY = "list_empty"
    TOO_LONG = "list_too_long"
    HEADS_NEEDED = "list_heads_needed"
    """It has no heads, and which column is which cannot be told without."""


class ListRefused(Exception):
    """A list cannot be read."""

    def __init__(self, key: ListRefusal) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class MemberList:
    """The rows that were taken, and the line of each other with the reason; lines count from 1."""

    rows: list[ExpectedData]
    refused: list[tuple[int, RowFault]]


def read_list(text: str) -> MemberList:
    """Return what a table says, separated by semicolons, commas or tabs; raises ListRefused."""
    if len(text) > MOST_CHARACTERS:
        raise ListRefused(ListRefusal.TOO_LONG)
    # A line with nothing in it, or with separators alone, as spreadsheets leave them.
    lines = [(line, cells) for line, cells in _cells(text.removeprefix("\ufeff")) if any(cells)]
    if not lines:
        raise ListRefused(ListRefusal.EMPTY)
    columns = _by_heads(lines[0][1])
    if columns:
        lines = lines[1:]
    else:
        columns = _by_content([cells for _, cells in lines])
    if not lines:
        raise ListRefused(ListRefusal.EMPTY)
    if len(lines) > MOST_ROWS:
        raise ListRefused(ListRefusal.TOO_LONG)
    found = MemberList([], [])
    known: set[object] = set()
    for line, cells in lines:
        row = _row(columns, cells)
        if isinstance(row, RowFault):
            found.refused.append((line, row))
            continue
        keys = {key for key in (row["address"], row["number"]) if key is not None}
        if keys & known:
            found.refused.append((line, RowFault.TWICE))
            continue
        known |= keys
        found.rows.append(row)
    return found


def _cells(text: str) -> list[tuple[int, list[str]]]:
    """Return the line and the cells of each row, by the separator that its first line has most."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator)
    rows, line = [], 1
    try:
        for cells in reader:
            rows.append((line, [_clean(cell) for cell in cells]))
            line = reader.line_num + 1
    except csv.Error as error:
        raise ListRefused(ListRefusal.TOO_LONG) from error
    return rows


def _clean(cell: str) -> str:
    """Return a cell as one line of signs that are seen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in cell).split())


def _by_heads(cells: Sequence[str]) -> list[tuple[int, Column]]:
    """Return the columns that the first row names; empty: it is no row of heads."""
    found = [(index, HEADS.get(" ".join(_words(cell)))) for index, cell in enumerate(cells)]
    return [(index, column) for index, column in found if column is not None]


def _by_content(rows: Sequence[Sequence[str]]) -> list[tuple[int, Column]]:
    """Return the columns of a table without heads, by what is in them; raises ListRefused.

    A column of whole numbers is of shares, where it is the only one.
    """
    found: list[tuple[int, Column]] = []
    for index in range(max(map(len, rows))):
        column = [row[index] for row in rows if index < len(row) and row[index]]
        if all("@" in cell for cell in column):
            found.append((index, Column.ADDRESS))
        elif all(_whole(cell) is not None for cell in column):
            found.append((index, Column.SHARES))
        else:
            found.append((index, Column.NAME))
    if max(Counter(column for _, column in found).values()) > 1:
        raise ListRefused(ListRefusal.HEADS_NEEDED)
    return found


def _row(columns: Iterable[tuple[int, Column]], cells: Sequence[str]) -> ExpectedData | RowFault:
    said: dict[Column, str] = {}
    for index, column in columns:
        if index < len(cells) and cells[index]:
            # First names stand in a column of their own in many lists.
            said[column] = f"{said.get(column, '')} {cells[index]}".strip()
    name = said.get(Column.NAME, "")
    shares = _whole(said.get(Column.SHARES, "0"))
    number = _whole(said[Column.NUMBER]) if Column.NUMBER in said else None
    address = parse_address(said[Column.ADDRESS]) if Column.ADDRESS in said else None
    if not (name or said.get(Column.NUMBER) or said.get(Column.ADDRESS)):
        return RowFault.NO_NAME
    if len(name) > MOST_NAME:
        return RowFault.NAME_TOO_LONG
    if shares is None or shares > MOST_SHARES:
        return RowFault.BAD_SHARES
    if Column.NUMBER in said and not number:
        return RowFault.BAD_NUMBER
    if Column.ADDRESS in said and address is None:
        return RowFault.BAD_ADDRESS
    return ExpectedData(name=name, shares=shares, address=address, number=number)


def _whole(text: str) -> int | None:
    """Return a whole number, be its thousands set apart; None: it is none."""
    digits = "".join(text.split())
    is_whole = digits.isascii() and digits.isdecimal() and len(digits) <= 9
    return int(digits) if is_whole else None


def _words(text: str) -> list[str]:
    """Return the words of a text in small letters, without accents or other signs."""
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)
    )
    return "".join(sign if sign.isalnum() else " " for sign in plain.casefold()).split()


def matched(
    rows: Sequence[ExpectedData], members: Mapping[BareJid, MemberData]
) -> dict[BareJid, int]:
    """Return which row each member is: by its address, else its number, else its name.

    A number that stands beside a quite different name is another list's. Names are the same in
    whatever order, case and accents; one that two rows or two members have says nothing. What is
    left is matched by hand.
    """
    found: dict[BareJid, int] = {}
    taken: set[int] = set()

    def match(keys: Mapping[BareJid, object], of_rows: Iterable[object]) -> None:
        """Match members by a key of theirs, where one row and no other has it."""
        rows_by_key = _once((key, at) for at, key in enumerate(of_rows) if at not in taken)
        members_by_key = _once((key, jid) for jid, key in keys.items() if jid not in found)
        for key in rows_by_key.keys() & members_by_key.keys():
            jid, at = members_by_key[key], rows_by_key[key]
            names = [set(_words(name)) for name in (members[jid]["name"], rows[at]["name"])]
            if not all(names) or key == jid or names[0] & names[1]:
                found[jid] = at
                taken.add(at)

    match({jid: jid for jid in members}, (row["address"] for row in rows))
    match({jid: one["number"] for jid, one in members.items()}, (row["number"] for row in rows))
    match(
        {jid: _same_name(one["name"]) for jid, one in members.items()},
        (_same_name(row["name"]) for row in rows),
    )
    return found


def _once[Key, Value](pairs: Iterable[tuple[Key, Value]]) -> dict[Key, Value]:
    """Return what each key stands for, of those that are said and are said once."""
    known = [(key, value) for key, value in pairs if key]
    counts = Counter(key for key, _ in known)
    return {key: value for key, value in known if counts[key] == 1}


def _same_name(name: str) -> tuple[str, ...]:
    return tuple(sorted(_words(name)))


def renewed(rows: Sequence[ExpectedData], before: Sequence[ExpectedData]) -> list[ExpectedData]:
    """Return a new list with the addresses that the one before had, by name.

    What was matched by hand is kept as an address.
    """
    known = _once((_same_name(row["name"]), row["address"]) for row in before if row["address"])
    names = _once((_same_name(row["name"]), index) for index, row in enumerate(rows))
    told = {row["address"] for row in rows}
    kept = list(rows)
    for name, index in names.items():
        address = known.get(name)
        if address is not None and address not in told and rows[index]["address"] is None:
            kept[index] = {**rows[index], "address": address}
    return kept
