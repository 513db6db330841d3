"""What must not slip into the tree, wherever it is."""

from __future__ import annotations

from collections.abc import Iterator
import os
from pathlib import Path
import re

import pytest

from .package import PACKAGE, PROJECT

GENERATED = {"__pycache__", "node_modules"}
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
        yield from (Path(folder, name) for name in names if name not in {"uv.lock", ".git"})


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
    assert "uv.lock" in (PROJECT / ".gitignore").read_text().split()


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
