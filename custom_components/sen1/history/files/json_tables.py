"""Tables in JSON: what Enedis's Data Connect answers, what PyGazpar writes.

Pure. A list of objects is a table, its names the heading.
"""

from collections.abc import Iterator
import json
from typing import Any

from ..errors import NotUnderstood

MAX_DEPTH = 8


def tables_of(octets: bytes) -> list[tuple[str, list[list[str]]]]:
    """Return the rows of each table, the heading first, and what the table is called.

    What stands around a list is told in each of its rows. Raises NotUnderstood.
    """
    try:
        document = json.loads(octets, object_pairs_hook=_object, parse_int=str, parse_float=str)
    except ValueError, RecursionError:
        raise NotUnderstood from None
    return list(_tables(document, "", {}))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # In Python, such that a large document gives way to what else runs, which C does not.
    return dict(pairs)


def _tables(
    node: Any, name: str, around: dict[str, Any], depth: int = 0
) -> Iterator[tuple[str, list[list[str]]]]:
    if isinstance(node, dict) and depth < MAX_DEPTH:
        # Beside a list may stand an object that tells its unit.
        for beside in (node, *(each for each in node.values() if isinstance(each, dict))):
            around = around | beside
        for key, each in node.items():
            yield from _tables(each, key, around, depth + 1)
    elif isinstance(node, list) and depth < MAX_DEPTH:
        objects = [each for each in node if isinstance(each, dict)]
        if objects and not any(isinstance(each, list | dict) for each in objects[0].values()):
            rows = [around | each for each in objects]
            yield name, [[*rows[0]], *([_cell(row.get(word)) for word in rows[0]] for row in rows)]
        else:
            for each in node:
                yield from _tables(each, name, around, depth + 1)


def _cell(told: Any) -> str:
    return told if isinstance(told, str) else ""
