"""The seams: what is signed, verified and entered in the journal, and who does it, as is said."""

import ast
from collections import defaultdict
from pathlib import Path
import re

from .package import PACKAGE, parsed

GUIDE = (Path(__file__).parents[2] / "docs" / "developers" / "federation.md").read_text()
STATEMENTS = ("sign", "async_sign", "sign_item", "opened", "async_opened", "claimed")
SEAMS = {*(f"statements.{verb}" for verb in STATEMENTS), "post.tell"}

NOT_ENTERING = (
    *("journal.content", "journal.export", "journal.forget"),
    *(f"disclosures.{verb}" for verb in ("of", "is_withdrawn", "is_awaited")),
    *(f"disclosures.{verb}" for verb in ("forget_publication", "forget_sent")),
)
"""Verbs of the journal that tell what it has, or are its life."""


def called(name: str) -> str | None:
    """Return which seam a call of this name uses; None if it is of none."""
    owner, _, verb = name.rpartition(".")
    seam = f"{owner.split('.')[-1].removeprefix('_')}.{verb}"
    return seam if seam in SEAMS or seam.startswith(("journal.", "disclosures.")) else None


def callers() -> dict[str, set[str]]:
    """Return the functions that use each seam, as `module.function`."""
    found = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        for function in ast.walk(parsed(path)):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and (seam := called(ast.unparse(call.func))):
                        found[seam].add(f"{path.stem}.{function.name}")
    return dict(found)


def told() -> dict[str, set[str]]:
    """Return the same as docs/developers/federation.md tells it."""
    rows = re.findall(
        r"^\| `((?:statements|post|journal|disclosures)\.\w+)` \|[^|]*\|([^|]*)\|$",
        GUIDE,
        re.MULTILINE,
    )
    return {seam: set(re.findall(r"`(\w+\.\w+)`", cell)) for seam, cell in rows}


def test_who_signs_opens_and_enters_is_as_the_guide_says() -> None:
    found = callers()
    for verb in NOT_ENTERING:
        del found[verb]
    assert found == told()
    assert found.keys() > SEAMS
    assert len(found) > len(SEAMS) + 5


def test_the_file_of_an_account_is_read_by_none_but_who_owns_a_section_of_it() -> None:
    room = PACKAGE / "federation"
    readers = {path.name for path in room.rglob("*.py") if "store.content" in path.read_text()}
    assert readers == set()


def test_whether_somebody_is_a_friend_or_organises_is_asked_of_relations_alone() -> None:
    sources = re.compile(r"(friends_of|organisers_of)\(.*\)|.*circles\.joined")
    room = PACKAGE / "federation"
    # A form is filled in while no account may run.
    found = {
        f"{path.relative_to(room)}: {ast.unparse(test)}"
        for path in room.rglob("*.py")
        if path.parent.name not in ("relations", "pages")
        for test in ast.walk(ast.parse(path.read_text()))
        if isinstance(test, ast.Compare)
        and isinstance(test.ops[0], ast.In | ast.NotIn)
        and sources.fullmatch(ast.unparse(test.comparators[0]))
    }
    assert found == set()
