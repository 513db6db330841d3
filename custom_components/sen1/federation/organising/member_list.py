"""An organiser's list of who is expected, read from a table, and who of its rows has come.

Pure: the text of the table is an argument, nothing is kept here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
import csv
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
import re

from ...history.files.cells import separator_of
from ...protocol.collecting.register import MOST_DIVIDENDS
from ...protocol.links import parse_address
from ...protocol.model import PublicationId
from ..relations.members import MemberData, words_of
from .kept import ExpectedData, HeldData

MOST_ROWS = 2_000
MOST_CHARACTERS = 1_000_000
"""Of a whole list: five hundred a row."""
MOST_SHARES = 100_000
MOST_NAME = 80
"""Characters."""


class Column(StrEnum):
    """What a column of the table tells."""

    NAME = "name"
    SHARES = "shares"
    NUMBER = "number"
    ADDRESS = "address"
    DIVIDENDS = "dividends"
    PAID_ON = "paid_on"


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
        Column.DIVIDENDS: ("dividends", "dividend", "dividendes", "dividende"),
        Column.PAID_ON: (
            *("paid on", "paid", "date of payment", "payment date"),
            *("payees le", "paye le", "payee le", "payees", "versees le", "date de paiement"),
        ),
    }.items()
    for head in heads
}
"""Heads as `_words` leaves them, in both languages; other columns are passed over."""

HELD = (Column.SHARES, Column.DIVIDENDS, Column.PAID_ON)
"""What a list has of each project, each in a column that bears its title: "Parts ONCIME"."""

JOINING = ("de", "d", "du", "dans", "of", "in")
"""Words between the two."""

AMOUNT = re.compile(r"(\d{1,3}(?:[ .,'\u2019]\d{3})+|\d+)(?:[.,](\d{1,2}))?", re.ASCII)
"""With thousands set apart or not, and two decimals at most."""
SIGNS = "€$£"
DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", re.ASCII)
"""The day comes first, as both lists and countries have it that this is made for."""


class RowFault(StrEnum):
    """Why a row of the list is not taken."""

    NO_NAME = "no_name"
    """Nothing says who it is."""
    NAME_TOO_LONG = "name_too_long"
    BAD_SHARES = "bad_shares"
    BAD_NUMBER = "bad_number"
    BAD_ADDRESS = "bad_address"
    BAD_DIVIDENDS = "bad_dividends"
    BAD_DAY = "bad_day"
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
    unknown: list[str] = field(default_factory=list)
    """Heads of columns of a project that there is not."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A column, and of which project it is."""

    index: int
    column: Column
    project: PublicationId | None = None


def read_list(text: str, projects: Mapping[PublicationId, str] | None = None) -> MemberList:
    """Return what a table says, separated by semicolons, commas or tabs; raises ListRefused.

    `projects` are those of which it may tell what each holds, by title. Of the only one nothing
    need be named.
    """
    if len(text) > MOST_CHARACTERS:
        raise ListRefused(ListRefusal.TOO_LONG)
    # A line with nothing in it, or with separators alone, as spreadsheets leave them.
    lines = [(line, cells) for line, cells in _cells(text.removeprefix("\ufeff")) if any(cells)]
    if not lines:
        raise ListRefused(ListRefusal.EMPTY)
    found = MemberList([], [])
    columns = _by_heads(lines[0][1], projects or {}, found.unknown)
    if columns:
        lines = lines[1:]
    else:
        found.unknown.clear()
        columns = _by_content([cells for _, cells in lines])
    columns = _of_the_only_one(columns, projects or {})
    if not lines:
        raise ListRefused(ListRefusal.EMPTY)
    if len(lines) > MOST_ROWS:
        raise ListRefused(ListRefusal.TOO_LONG)
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
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator_of(first))
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


def _by_heads(
    cells: Sequence[str], projects: Mapping[PublicationId, str], unknown: list[str]
) -> list[_Place]:
    """Return the columns that the first row names; empty: it is no row of heads.

    Those of a project that there is not are noted in `unknown`.
    """
    titles = _once((tuple(words_of(title)), project) for project, title in projects.items())
    found = []
    for index, cell in enumerate(cells):
        words = words_of(cell)
        if (column := HEADS.get(" ".join(words))) is not None:
            found.append(_Place(index, column))
        elif (named := _of_a_project(words)) is not None:
            column, title = named
            project = titles.get(title)
            if project is None and title[0] in JOINING:
                project = titles.get(title[1:])
            if project is None:
                unknown.append(cell)
            else:
                found.append(_Place(index, column, project))
    return found


def _of_a_project(words: Sequence[str]) -> tuple[Column, tuple[str, ...]] | None:
    """Return what a head tells of which title, if it begins as one that tells anything does."""
    for length in range(len(words) - 1, 0, -1):
        column = HEADS.get(" ".join(words[:length]))
        if column in HELD:
            return column, tuple(words[length:])
    return None


def _of_the_only_one(columns: list[_Place], projects: Mapping[PublicationId, str]) -> list[_Place]:
    """Return the columns with those that name no project given to the only one there is."""
    if len(projects) != 1:
        return columns
    (only,) = projects
    named = {place.column for place in columns if place.project is not None}
    return [
        _Place(place.index, place.column, only)
        if place.project is None and place.column in HELD and place.column not in named
        else place
        for place in columns
    ]


def _by_content(rows: Sequence[Sequence[str]]) -> list[_Place]:
    """Return the columns of a table without heads, by what is in them; raises ListRefused.

    A column of whole numbers is of shares, where it is the only one.
    """
    found: list[_Place] = []
    for index in range(max(map(len, rows))):
        column = [row[index] for row in rows if index < len(row) and row[index]]
        if all("@" in cell for cell in column):
            found.append(_Place(index, Column.ADDRESS))
        elif all(_whole(cell) is not None for cell in column):
            found.append(_Place(index, Column.SHARES))
        else:
            found.append(_Place(index, Column.NAME))
    if max(Counter(place.column for place in found).values()) > 1:
        raise ListRefused(ListRefusal.HEADS_NEEDED)
    return found


def _row(columns: Iterable[_Place], cells: Sequence[str]) -> ExpectedData | RowFault:
    of_project: dict[PublicationId, dict[Column, str]] = {}
    said: dict[Column, str] = {}
    for place in columns:
        of_row = said
        if place.project is not None:
            of_row = of_project.setdefault(place.project, {})
        if place.index < len(cells) and cells[place.index]:
            # First names stand in a column of their own in many lists.
            known = of_row.get(place.column, "")
            of_row[place.column] = f"{known} {cells[place.index]}".strip()
    held = {project: _held(of_row) for project, of_row in of_project.items()}
    if (
        fault := next((one for one in held.values() if isinstance(one, RowFault)), None)
    ) is not None:
        return fault
    holdings = {str(project): one for project, one in held.items() if isinstance(one, dict)}
    name = said.get(Column.NAME, "")
    all_held = str(sum(one["shares"] for one in holdings.values()))
    shares = _whole(said.get(Column.SHARES, all_held))
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
    row = ExpectedData(name=name, shares=shares, address=address, number=number)
    if of_project:
        row["holdings"] = holdings
    return row


def _held(said: Mapping[Column, str]) -> HeldData | RowFault | None:
    """Return what a row says of a project; None: that it holds nothing of it."""
    shares = _whole(said.get(Column.SHARES, "0"))
    if shares is None or shares > MOST_SHARES:
        return RowFault.BAD_SHARES
    dividends = _amount(said[Column.DIVIDENDS]) if Column.DIVIDENDS in said else None
    paid_on = _day(said[Column.PAID_ON]) if Column.PAID_ON in said else None
    if Column.DIVIDENDS in said and dividends is None:
        return RowFault.BAD_DIVIDENDS
    if Column.PAID_ON in said and paid_on is None:
        return RowFault.BAD_DAY
    if not shares:
        return None
    return HeldData(
        shares=shares, dividends=dividends, paid_on=None if paid_on is None else paid_on.isoformat()
    )


def _amount(text: str) -> float | None:
    """Return an amount as spreadsheets of either language write it; None: it is none."""
    found = AMOUNT.fullmatch(text.replace("EUR", "").strip(f"{SIGNS} "))
    if found is None:
        return None
    whole = "".join(sign for sign in found[1] if sign.isdecimal())
    amount = float(f"{whole}.{found[2] or 0}")
    return amount if amount <= MOST_DIVIDENDS else None


def _day(text: str) -> date | None:
    """Return a day, `2024-03-01` or `01/03/2024`; None: it is none."""
    found = DAY.fullmatch(text)
    try:
        day = date(*map(int, found.group(3, 2, 1))) if found else date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year < 2100 else None


def _whole(text: str) -> int | None:
    """Return a whole number, be its thousands set apart; None: it is none."""
    digits = "".join(text.split())
    is_whole = digits.isascii() and digits.isdecimal() and len(digits) <= 9
    return int(digits) if is_whole else None


def matched[Jid: str](
    rows: Sequence[ExpectedData], members: Mapping[Jid, MemberData]
) -> dict[Jid, int]:
    """Return which row each member is: by its address, else its number, else its name.

    A number that stands beside a quite different name is another list's. Names are the same in
    whatever order, case and accents; one that two rows or two members have says nothing. What is
    left is matched by hand.
    """
    found: dict[Jid, int] = {}
    taken: set[int] = set()

    def match(keys: Mapping[Jid, object], of_rows: Iterable[object]) -> None:
        """Match members by a key of theirs, where one row and no other has it."""
        rows_by_key = _once((key, at) for at, key in enumerate(of_rows) if at not in taken)
        members_by_key = _once((key, jid) for jid, key in keys.items() if jid not in found)
        for key in rows_by_key.keys() & members_by_key.keys():
            jid, at = members_by_key[key], rows_by_key[key]
            names = [set(words_of(name)) for name in (members[jid]["name"], rows[at]["name"])]
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
    return tuple(sorted(words_of(name)))


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
