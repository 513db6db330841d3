"""Boards: in what order homes and teams of a collection are, told to all of its members at once.

Pure. A board goes as one text, JSON in which the homes stand by columns: a thousand of them fit. It
tells of five homes or of none, and what comes is read whole or not at all (docs/protocol.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from functools import cache
import json
import math
from typing import Any, get_args, get_origin, get_type_hints

from ...const import LEAST_HOMES
from ..errors import PayloadRefused
from ..limits import EARLIEST, LATEST, MAX_BOARD, check_text
from ..links import COLLECTION_ID, MAX_COLLECTION_TITLE

MOST_HOMES = 1000
MOST_TEAMS = 60
MOST_WEEKS = 54

MAX_NAME = 80
"""Characters of the name of a home or a team."""
MAX_WORD = 40
"""Characters of a unit and of a rule."""

MOST_NUMBER = 1_000_000
"""The greatest number that a member can have, and the most homes that are counted."""
MOST_VALUE = 1_000_000.0
"""Of any unit: per cent of nearly nothing, or kWh/m² of a very small house."""


class BoardKind(StrEnum):
    """What homes are put in order by."""

    RANKING = "ranking"
    """What each uses: the lowest first."""
    CHALLENGE = "challenge"
    """What each saves: the greatest first."""


@dataclass(frozen=True, slots=True)
class BoardHome:
    """One home; homes alike share a rank, and the next ranks are left out."""

    number: int
    """What it is known by among the members."""
    name: str = ""
    """Empty: its household did not say that others may see it."""
    value: float | None = None
    rank: int | None = None
    team: int | None = None
    """Which of the board's teams it is of, counted from 0."""
    coverage: float | None = None
    """The part of the time that is known, 0 to 1."""
    week: float | None = None
    """The value of the last whole week."""
    is_checked: bool | None = None
    """Whether its readings bear out what it says; None: it is said alone."""


@dataclass(frozen=True, slots=True)
class BoardTeam:
    """One team; of fewer than five homes that say something nothing is told but its name."""

    name: str
    homes: int = 0
    """How many say something; 0: fewer than five."""
    of: int = 0
    """How many are in it."""
    value: float | None = None
    rank: int | None = None
    coverage: float | None = None
    captain: int | None = None
    """The number of a home."""
    weeks: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """All that members are told, in the order in which it is shown."""

    kind: BoardKind
    collection: str
    title: str
    unit: str
    at: float
    """When it was made; Unix seconds, to the millisecond."""
    is_final: bool = False
    rule: str = ""
    value: float | None = None
    """Of all homes together."""
    count: int = 0
    """Homes with a value, in the board or not; 0: fewer than five."""
    coverage: float | None = None
    through: str = ""
    """The last day that is counted, as ISO 8601 writes it."""
    homes: tuple[BoardHome, ...] = ()
    teams: tuple[BoardTeam, ...] = ()


# The order


def ranks_of(
    values: Sequence[float | None], *, is_greatest_first: bool = False
) -> list[int | None]:
    """Return the rank of each value: alike ones share one, and the next are left out.

    What is None has none.
    """
    known = sorted((value for value in values if value is not None), reverse=is_greatest_first)
    first: dict[float, int] = {}
    for rank, value in enumerate(known, 1):
        first.setdefault(value, rank)
    return [None if value is None else first[value] for value in values]


def ranked(homes: Iterable[BoardHome], kind: BoardKind) -> tuple[BoardHome, ...]:
    """Return homes with their ranks by their values, in that order; those without one last.

    Fewer than five with a value are none at all.
    """
    homes = list(homes)
    if not is_enough(homes):
        return ()
    ranks = ranks_of([home.value for home in homes], is_greatest_first=kind is BoardKind.CHALLENGE)
    placed = [replace(home, rank=rank) for home, rank in zip(homes, ranks, strict=True)]
    return tuple(sorted(placed, key=lambda home: (home.rank or math.inf, home.number)))


def is_enough(homes: Iterable[BoardHome]) -> bool:
    """Return whether so many homes have a value that no one can be told from it."""
    return sum(home.value is not None for home in homes) >= LEAST_HOMES


# The text


def board_to_text(board: Board) -> str:
    """Return a board as it goes; names are left out where they do not fit.

    Numbers go to a tenth, parts to a hundredth. Raises ValueError for what no reader would take.
    """
    _check(board)
    text = _written(board)
    if _bytes(text) > MAX_BOARD:
        nameless = tuple(replace(home, name="") for home in board.homes)
        text = _written(replace(board, homes=nameless))
    if _bytes(text) > MAX_BOARD:
        raise ValueError("too large")
    return text


def board_from_text(text: str) -> Board:
    """Return the board in a text; raises PayloadRefused."""
    try:
        if _bytes(text) > MAX_BOARD:
            raise ValueError("too large")
        said = _object(json.loads(text, parse_constant=_refuse, object_pairs_hook=_once))
        homes = _homes(_object(said.get("homes", {})))
        board: Board = _read(Board, {"unit": "", **said, "homes": homes})
        _check(board)
    except (ValueError, TypeError, RecursionError, OverflowError) as error:
        raise PayloadRefused("bad_board", type(error).__name__) from error
    return board


DIGITS = {"at": 3, "coverage": 2}
"""Decimals that are told of a number, by field; of others there is one."""


def _key(field: str) -> str:
    return field.removeprefix("is_")


COLUMNS = tuple(_key(field.name) for field in fields(BoardHome))
"""What is told of homes; a column in which nothing stands is left out."""


def _written(board: Board) -> str:
    homes = [_said(home) for home in board.homes]
    columns = {key: [None if home[key] == "" else home[key] for home in homes] for key in COLUMNS}
    said = _said(board) | {
        "homes": {
            key: column
            for key, column in columns.items()
            if any(entry is not None for entry in column)
        },
        "teams": [_filled(_said(team)) for team in board.teams],
    }
    return json.dumps(_filled(said), ensure_ascii=False, separators=(",", ":"))


def _said(one: Board | BoardHome | BoardTeam) -> dict[str, Any]:
    """Return what is told of something, by its fields."""
    return {
        _key(field.name): _short(getattr(one, field.name), DIGITS.get(field.name, 1))
        for field in fields(one)
    }


def _filled(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said: nothing that is empty, or not so."""
    return {
        key: value
        for key, value in said.items()
        if value is not None and value is not False and value not in ("", [], {})
    }


def _short(value: Any, digits: int) -> Any:
    """Return numbers to so many decimals, whole ones without any."""
    if isinstance(value, tuple):
        return [_short(one, digits) for one in value]
    if not isinstance(value, float):
        return value
    rounded = round(value, digits)
    return int(rounded) if rounded.is_integer() else rounded


# What comes


def _homes(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what is said of each home, from its columns."""
    columns = {key: said[key] for key in COLUMNS if key in said}
    if not all(isinstance(column, list) for column in columns.values()):
        raise TypeError("no list")
    return [
        {key: entry for key, entry in zip(columns, row, strict=True) if entry is not None}
        for row in zip(*columns.values(), strict=True)
    ]


_kinds_of = cache(get_type_hints)


def _read(kind: Any, said: Any) -> Any:
    """Return what is said, and all in it, of its kind; raises ValueError or TypeError."""
    if get_origin(kind) is tuple:
        if not isinstance(said, list):
            raise TypeError("no list")
        return tuple(_read(get_args(kind)[0], one) for one in said)
    if kind in (Board, BoardTeam, BoardHome):
        said, fields_of = _object(said), _kinds_of(kind)
        told = {field: key for field in fields_of if (key := _key(field)) in said}
        return kind(**{field: _read(fields_of[field], said[key]) for field, key in told.items()})
    if kind is BoardKind:
        return BoardKind(said)
    # `type`, not isinstance: True is no number.
    kinds = get_args(kind) or (kind,)
    if type(said) is int and float in kinds:
        return float(said)
    if type(said) not in kinds:
        raise TypeError("of another kind")
    return check_text(said, "text", MAX_BOARD) if isinstance(said, str) else said


def _object(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise TypeError("no object")
    return said


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) < len(pairs):
        raise ValueError("said twice")
    return said


# What both sides hold to


def _check(board: Board) -> None:
    """Raise ValueError for a board that is none."""
    _let(COLLECTION_ID.fullmatch(board.collection) is not None, "collection")
    _let(0 < len(board.title) <= MAX_COLLECTION_TITLE, "title")
    _let(max(len(board.unit), len(board.rule)) <= MAX_WORD, "word")
    _let(EARLIEST <= board.at <= LATEST, "at")
    _let(len(board.homes) <= MOST_HOMES and len(board.teams) <= MOST_TEAMS, "too many")
    _let(board.count == 0 or LEAST_HOMES <= board.count <= MOST_NUMBER, "count")
    _let(not board.through or date.fromisoformat(board.through).isoformat() == board.through, "day")
    _let(not board.homes or is_enough(board.homes), "too few homes")
    _let(bool(board.count) or (not board.homes and board.value is None), "too few homes")
    _let(board.count >= sum(home.value is not None for home in board.homes), "count")
    _check_measure(board.value, None, board.coverage)
    for home in board.homes:
        _check_home(home, len(board.teams))
    for team in board.teams:
        _check_team(team)
    numbers = [home.number for home in board.homes]
    _let(len(set(numbers)) == len(numbers), "a number twice")
    is_greatest_first = board.kind is BoardKind.CHALLENGE
    for several in (board.homes, board.teams):
        _check_order([(one.rank, one.value) for one in several], is_greatest_first)


def _check_home(home: BoardHome, teams: int) -> None:
    _let(0 < home.number <= MOST_NUMBER, "number")
    _let(len(home.name) <= MAX_NAME, "name")
    _check_measure(home.value, home.rank, home.coverage)
    _let(home.week is None or abs(home.week) <= MOST_VALUE, "week")
    _let(home.team is None or 0 <= home.team < teams, "team")


def _check_team(team: BoardTeam) -> None:
    _let(0 < len(team.name) <= MAX_NAME, "name")
    _let(0 <= team.homes <= team.of <= MOST_NUMBER, "homes")
    _let(team.homes == 0 or team.homes >= LEAST_HOMES, "too few homes")
    _let(team.homes > 0 or (team.value is None and not any(team.weeks)), "too few homes")
    _check_measure(team.value, team.rank, team.coverage)
    _let(team.captain is None or 0 < team.captain <= MOST_NUMBER, "captain")
    _let(len(team.weeks) <= MOST_WEEKS, "weeks")
    _let(all(week is None or abs(week) <= MOST_VALUE for week in team.weeks), "week")


def _check_measure(value: float | None, rank: int | None, coverage: float | None) -> None:
    # What is not a number compares with none.
    _let(value is None or abs(value) <= MOST_VALUE, "value")
    _let(rank is None or (value is not None and 0 < rank <= MOST_NUMBER), "rank")
    _let(coverage is None or 0 <= coverage <= 1, "coverage")


def _check_order(
    places: Iterable[tuple[int | None, float | None]], is_greatest_first: bool
) -> None:
    """Raise ValueError where a better rank has a worse value: both are told rounded."""
    by_rank: dict[int, list[float]] = {}
    for rank, value in places:
        if rank is not None and value is not None:
            by_rank.setdefault(rank, []).append(-value if is_greatest_first else value)
    worst = -math.inf
    for rank in sorted(by_rank):
        _let(min(by_rank[rank]) >= worst, "order")
        worst = max(by_rank[rank])


def _let(is_so: bool, what: str) -> None:
    if not is_so:
        raise ValueError(what)


def _bytes(text: str) -> int:
    # A lone surrogate is no character, and no XML has it.
    return len(text.encode())
