"""What the documentation says is what the code does."""

import json
from pathlib import Path
import re

from homeassistant.const import MAJOR_VERSION, MINOR_VERSION
import pytest

from custom_components.sen1.linky.labels.table import ROWS
from custom_components.sen1.linky.line.tic import Mode
from testbed import label_table

from . import units_page
from .package import PACKAGE, PROJECT

languages = pytest.mark.parametrize("language", ["en", "fr"])


def page(name: str) -> str:
    return (PROJECT / "docs" / name).read_text()


def texts(language: str, path: str) -> dict[str, str]:
    """Return the texts at a dotted path by key; of exceptions, their messages."""
    found = json.loads((PACKAGE / "translations" / f"{language}.json").read_text())
    for word in path.split("."):
        found = found[word]
    return {key: text if isinstance(text, str) else text["message"] for key, text in found.items()}


def first_cells(text: str) -> set[str]:
    """Return what stands in the first column of each table."""
    rows = re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)
    return {cell for cell in rows if not set(cell) <= {"-", " "}}


def test_the_map_of_developers_is_read_in_an_hour() -> None:
    pages = [page("developers.md"), *map(Path.read_text, (PROJECT / "docs/developers").glob("*"))]
    assert sum(len(each.split()) for each in pages) <= 7000


@languages
@pytest.mark.parametrize(
    "path", ["config.error", "exceptions", "config_subentries.publication.error"]
)
def test_troubleshooting_has_each_error_in_the_words_of_the_form(language: str, path: str) -> None:
    cells = first_cells(page(f"{language}/troubleshooting.md"))
    unexplained = {
        key: text
        for key, text in texts(language, path).items()
        if not any(len(c) > 12 and text.replace("{integration}", "…").startswith(c) for c in cells)
    }
    assert unexplained == {}


@languages
def test_troubleshooting_has_each_repair_under_its_title(language: str) -> None:
    issues = json.loads((PACKAGE / "translations" / f"{language}.json").read_text())["issues"]
    titles = {issue["title"].replace("{site}", "…") for issue in issues.values()}
    assert titles <= first_cells(page(f"{language}/troubleshooting.md"))


@languages
def test_sharing_explains_each_status_of_a_friends_series(language: str) -> None:
    statuses = texts(language, "entity.sensor.series_status.state")
    assert set(statuses.values()) <= first_cells(page(f"{language}/sharing.md"))


def test_the_page_of_units_says_how_each_travels() -> None:
    written = page("units.md").splitlines()
    assert [row for row in units_page.rows() if row not in written] == []
    if (MAJOR_VERSION, MINOR_VERSION) >= (2026, 10):
        # An older Home Assistant has fewer units.
        assert page("units.md") == units_page.page()


def test_the_table_of_labels_is_that_of_the_code() -> None:
    """Write it anew with `python -m testbed.label_table`."""
    assert page("labels.md") == label_table.page()


def test_every_label_stands_in_the_table() -> None:
    cells = ", ".join(first_cells(page("labels.md")))
    labels = {label for mode in Mode for row in ROWS[mode] for label in row.labels}
    assert {label for label in labels if f"`{label}`" not in cells} == set()


@languages
def test_each_lie_of_a_server_that_is_tried_stands_in_the_table(language: str) -> None:
    tests = (PROJECT / "tests" / "federation" / "test_lying_server.py").read_text()
    tried = re.findall(r"^async def test_(\w+)\(", tests, re.MULTILINE)
    rows = re.findall(r"^\|.*\| (`[^|]+`) \|$", page(f"{language}/security.md"), re.MULTILINE)
    named = re.findall(r"`(\w+)`", " ".join(rows))
    assert [name for name in named if not any(one.startswith(name) for one in tried)] == []
    assert [one for one in tried if not any(one.startswith(name) for name in named)] == []
