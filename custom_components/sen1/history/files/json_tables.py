"""Tables in JSON: what Enedis's Data Connect answers, what PyGazpar writes.

Pure. A list of objects is a table, its names the heading.
"""

from collections.abc import Iterator
from itertools import islice
import json
from typing import Any

from ..errors import FileTooLarge, NotUnderstood
from .documents import pieces
from .sheet import MAX_COLUMNS
from .table import MOST_TABLES

MAX_DEPTH = 8

MAX_NAMES = 5000
"""Names for each object that begins in `CHUNK` bytes: one of more holds the event loop."""


def check_names(octets: bytes) -> None:
    """Refuse an object of more names than anybody writes; raises FileTooLarge."""
    for piece in pieces(octets):
        if piece.count(b":") > MAX_NAMES * (piece.count(b"{") + 1):
            raise FileTooLarge


def tables_of(octets: bytes) -> list[tuple[str, list[list[str]]]]:
    """Return the rows of each table, the heading first, and what the table is called.

    What stands around a list is told in each of its rows. Raises NotUnderstood and FileTooLarge.
    """
    try:
        document = json.loads(octets, object_pairs_hook=_object, parse_int=str, parse_float=str)
    except ValueError, RecursionError:
        raise NotUnderstood from None
    tables = list(islice(_tables(document, "", {}), MOST_TABLES + 1))
    if len(tables) > MOST_TABLES:
        raise FileTooLarge
    return tables


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # In Python, such that a large document gives way to what else runs, which C does not.
    return dict(pairs)


def _tables(
    node: Any, name: str, around: dict[str, Any], depth: int = 0
) -> Iterator[tuple[str, list[list[str]]]]:
    if depth == MAX_DEPTH or len(around) > MAX_COLUMNS:
        raise NotUnderstood
    if isinstance(node, dict):
        # Beside a list may stand an object that tells its unit.
        for beside in (node, *node.values()):
            if isinstance(beside, dict) and len(around) <= MAX_COLUMNS:
                around = around | beside
        for key, each in node.items():
            yield from _tables(each, key, around, depth + 1)
    elif isinstance(node, list):
        objects = [each for each in node if isinstance(each, dict)]
        if objects and not any(isinstance(each, list | dict) for each in objects[0].values()):
            told = list((around | objects[0]).items())[:MAX_COLUMNS]
            rows = ([_cell(each.get(word, outer)) for word, outer in told] for each in objects)
            yield name, [[word for word, _outer in told], *rows]
        else:
            for each in node:
                yield from _tables(each, name, around, depth + 1)


def _cell(told: Any) -> str:
    return told if isinstance(told, str) else ""
