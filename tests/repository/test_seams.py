"""The seams: what is signed, sealed and entered in the journal, and who asks for it, as is said."""

import ast
from collections import defaultdict
from pathlib import Path
import re

from .package import PACKAGE

GUIDE = (Path(__file__).parents[2] / "docs" / "developers.md").read_text()
SEAL = ("sealing.seal", "sealing.open")

NOT_ENTERING = (
    *("is_withdrawn", "counts", "content", "written"),
    *("async_load", "run", "async_stop", "forget"),
)
"""Verbs of the journal that tell what it has, or are its life."""


def called(name: str) -> str | None:
    """Return which seam a call of this name uses; None if it is of none."""
    if name in SEAL:
        return name
    owner, _, verb = name.rpartition(".")
    return f"journal.{verb}" if owner.split(".")[-1].removeprefix("_") == "journal" else None


def callers() -> dict[str, set[str]]:
    """Return the functions that use each seam, as `module.function`."""
    found = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and (seam := called(ast.unparse(call.func))):
                        found[seam].add(f"{path.stem}.{function.name}")
    return dict(found)


def told() -> dict[str, set[str]]:
    """Return the same as docs/developers.md tells it."""
    rows = re.findall(r"^\| `(sealing\.\w+|journal\.\w+)` \|[^|]*\|([^|]*)\|$", GUIDE, re.MULTILINE)
    return {seam: set(re.findall(r"`(\w+\.\w+)`", cell)) for seam, cell in rows}


def test_who_seals_opens_and_enters_is_as_the_guide_says() -> None:
    found = callers()
    for verb in NOT_ENTERING:
        found.pop(f"journal.{verb}", None)
    assert found == told()
    assert set(SEAL) < found.keys()
    assert len(found) > len(SEAL) + 5
