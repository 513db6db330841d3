"""What the code says where others read: logs, and the repairs that every user of the house sees."""

import ast
from collections.abc import Iterator
from pathlib import Path
import re

import pytest

from .package import PACKAGE, parsed

LEVELS = {"debug", "info", "warning", "error"}
"""Not `exception`, which writes what an error says of itself."""

MAY_BE_LOGGED = re.compile(
    r"self\._entry\.title|self\._title|farewell\['title'\]"  # titles of entries
    r"|type\(error\)\.__name__|type_and_place\(error\)|error\.(condition|reason|key)|reason"
    r"|record\.(module|lineno)"  # a place in a library
    r"|[A-Z_]+( / \d+)?"
)

IN_AN_ISSUE = {"entry_id", "issue", "subject"}
SHOWN_ANYWAY = {"meter", "gateway", "inverter", "share", "end", "site"}
"""Titles of entries and names of devices, which Home Assistant shows every user; figures."""


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node


def indiscreet(call: ast.Call) -> list[str]:
    """Return what of a call of a logger might name somebody or something."""
    level = ast.unparse(call.func).removeprefix("_LOGGER.")
    words, *values = call.args
    return [
        *([level] if level not in LEVELS else []),
        *([] if isinstance(words, ast.Constant) else [ast.unparse(words)]),
        *(text for v in values if not MAY_BE_LOGGED.fullmatch(text := ast.unparse(v))),
        *(f"{keyword.arg}=" for keyword in call.keywords),
    ]


def test_the_federation_logs_titles_of_entries_reasons_and_places_alone() -> None:
    seen, found = 0, []
    for path in (PACKAGE / "federation").rglob("*.py"):
        for call in calls(path):
            if ast.unparse(call.func).startswith("_LOGGER."):
                seen += 1
                found += [f"{path.name}:{call.lineno}: {text}" for text in indiscreet(call)]
    assert found == []
    assert seen > 10


@pytest.mark.parametrize(
    "line",
    [
        '_LOGGER.warning("%s: lost", jid)',
        '_LOGGER.debug("%s: refused", subentry.title)',
        '_LOGGER.debug(f"{friend} is gone")',
        '_LOGGER.debug("refused: %s", error)',
        '_LOGGER.exception("a fault")',
        '_LOGGER.error("a fault", exc_info=True)',
    ],
)
def test_a_line_that_could_name_somebody_is_seen(line: str) -> None:
    (call,) = (node for node in ast.walk(ast.parse(line)) if isinstance(node, ast.Call))
    assert indiscreet(call)


def test_an_issue_carries_ids_and_what_everybody_sees() -> None:
    seen, found = 0, []
    for path in PACKAGE.rglob("*.py"):
        for call in calls(path):
            if ast.unparse(call.func) != "ir.async_create_issue":
                continue
            seen += 1
            given = {keyword.arg: keyword.value for keyword in call.keywords}
            for argument, allowed in (
                ("data", IN_AN_ISSUE),
                ("translation_placeholders", SHOWN_ANYWAY),
            ):
                if (value := given.get(argument)) is not None:
                    assert isinstance(value, ast.Dict), ast.unparse(value)
                    keys = [ast.literal_eval(key) for key in value.keys if key]
                    found += [f"{path.name}: {key}" for key in keys if key not in allowed]
    assert found == []
    assert seen > 5
