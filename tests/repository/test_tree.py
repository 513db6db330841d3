"""What must not slip into the tree, wherever it is."""

from collections.abc import Iterator
import os
from pathlib import Path
import re

import pytest

from ..conftest import LEFT_OUT, OF_ANOTHER_ONE, ORDER
from .package import PACKAGE, PROJECT

GENERATED = {"__pycache__", "node_modules"}
LOCKS = {"uv.lock", "package-lock.json"}
ONE_MACHINE = re.compile(
    r"/(?:work|root)/|/(?:home|tmp)/\w|(?:pypi|pythonhosted|debian|npmjs)\.org",
)
"""A path of one machine, or the host of a registry."""


def files() -> Iterator[Path]:
    for folder, folders, names in os.walk(PROJECT):
        folders[:] = [
            name
            for name in folders
            if name not in GENERATED and (not name.startswith(".") or name in {".ci", ".github"})
        ]
        yield from (Path(folder, name) for name in names if name not in LOCKS | {".git"})


def test_no_file_names_a_path_of_one_machine_or_a_registry() -> None:
    found = []
    for path in files():
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(PROJECT)}:{number}: {line.strip()[:100]}"
            for number, line in enumerate(lines, 1)
            if ONE_MACHINE.search(line)
        ]
    assert found == []


def test_download_addresses_are_not_committed() -> None:
    assert set((PROJECT / ".gitignore").read_text().split()) >= LOCKS


def test_texts_stand_in_translations_only() -> None:
    assert list(PACKAGE.rglob("strings.json")) == []


def pages(*patterns: str) -> pytest.MarkDecorator:
    found = sorted(path.relative_to(PROJECT) for one in patterns for path in PROJECT.glob(one))
    return pytest.mark.parametrize("page", found, ids=str)


@pages("docs/en/*.md", "docs/fr/*.md")
def test_each_page_exists_in_both_languages(page: Path) -> None:
    other = {"en": "fr", "fr": "en"}[page.parent.name]
    assert (PROJECT / "docs" / other / page.name).exists()


@pages("*.md", "docs/**/*.md")
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = (PROJECT / page).read_text()
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)|<img[^>]*src=\"([^\"]+)\"", text)
    local = [a or b for a, b in targets if "://" not in (a or b)]
    assert [target for target in local if not (PROJECT / page.parent / target).exists()] == []


TESTED_BY_STORIES = {"federation/entities", "figures/account"}
"""Rooms of a few lines that only join others: whole series, projects and groups are their tests."""

PARTS = sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists())


@pytest.mark.parametrize("part", PARTS)
def test_tests_lie_where_what_they_test_does(part: str) -> None:
    tests = PROJECT / "tests" / part
    rooms = {path.parent.relative_to(PACKAGE) for path in (PACKAGE / part).rglob("*.py")}
    misplaced = []
    for path in tests.rglob("test_*.py"):
        here = path.parent.relative_to(PROJECT / "tests")
        module = path.name.removeprefix("test_")
        homes = {room for room in rooms if (PACKAGE / room / module).exists()}
        if here not in (homes or rooms):
            misplaced.append(str(path.relative_to(PROJECT)))
    assert misplaced == []


def test_each_room_has_tests() -> None:
    rooms = {path.parent.relative_to(PACKAGE) for path in PACKAGE.rglob("[a-z]*.py")}
    untested = {str(room) for room in rooms if not list((PROJECT / "tests" / room).glob("test_*"))}
    assert untested == set(TESTED_BY_STORIES)


def test_what_is_left_out_on_another_home_assistant_is_there() -> None:
    tests = PROJECT / "tests"
    named = [place.partition("/::") for place in (*LEFT_OUT, *OF_ANOTHER_ONE, *ORDER)]
    for place, _, test in named:
        assert (tests / place).is_dir() or (tests / f"{place}.py").exists(), place
        assert not test or f"\ndef {test}" in (tests / f"{place}.py").read_text(), test


@pages("*.md", "docs/**/*.md")
def test_paths_in_the_documents_are_true(page: Path) -> None:
    text = (PROJECT / page).read_text()
    tests = PROJECT / "tests"
    folders = (PROJECT, PACKAGE, tests, PROJECT / page.parent, *(tests / part for part in PARTS))
    paths = set(re.findall(r"(?<![\w/.-])((?:[\w.-]+/)+[\w-]+\.(?:py|js|json|yaml|md))\b", text))
    assert {path for path in paths if not any((at / path).exists() for at in folders)} == set()
    names = set(re.findall(r"`(\w+\.py)`", text))
    known = {path.name for at in (PACKAGE, tests) for path in at.rglob("*.py")}
    assert names - known == set()


def test_the_modules_that_the_protocol_names_are_there() -> None:
    text = (PROJECT / "docs" / "protocol.md").read_text()
    named = re.findall(r"(?<=[.:] )\[([\w/]+(?:, [\w/]+)*)\](?!\()", text)
    modules = {name for several in named for name in several.split(", ")}
    assert len(modules) > 20
    folders = (PACKAGE, PACKAGE / "federation")
    assert {m for m in modules if not any((at / f"{m}.py").exists() for at in folders)} == set()
