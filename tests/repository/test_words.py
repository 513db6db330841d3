"""One word a thing, and one thing a word (docs/developers.md, "Words")."""

import ast
from collections import Counter
from collections.abc import Iterator
import re

from testbed.translations import SOURCE

from .package import PACKAGE, PROJECT, modules

GLOSSARY = re.compile(r"^\| word \|.*?\n\n", re.MULTILINE | re.DOTALL)
WORD = re.compile(r"[A-Z]?[a-z]+")
VAGUE = {"manager", "helper", "helpers", "utils", "handler", "keeper"}
"""What says of a class or a module no more than that somebody wrote it."""


def replaced() -> set[str]:
    """Return the words that the glossary replaces."""
    page = (PROJECT / "docs/developers.md").read_text()
    glossary = GLOSSARY.search(page)
    assert glossary is not None
    rows = [row.strip("|").split("|") for row in glossary[0].splitlines()[2:] if row]
    return {word.strip() for *_, last in rows for word in last.split(",") if word.strip()}


def classes() -> Iterator[tuple[str, str]]:
    """Yield the name and the module of each class."""
    for module in modules(PACKAGE).values():
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef):
                yield node.name, module.name


def types() -> Iterator[tuple[str, str]]:
    """Yield the name and the module of each `type`."""
    for module in modules(PACKAGE).values():
        for node in module.tree.body:
            if isinstance(node, ast.TypeAlias):
                yield node.name.id, module.name


def names() -> Iterator[tuple[str, str]]:
    """Yield each name that is given to a module, class, function or argument, and where."""
    for module in modules(PACKAGE).values():
        yield module.path.stem, module.name
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name, module.name
            elif isinstance(node, ast.arg):
                yield node.arg, module.name


def words_of(name: str) -> set[str]:
    return {word.lower() for word in WORD.findall(name)}


def test_no_name_has_a_word_that_the_glossary_replaces() -> None:
    unwanted = replaced()
    assert len(unwanted) > 10
    assert [found for found in names() if unwanted & words_of(found[0])] == []


def test_no_text_or_page_has_a_word_that_the_glossary_replaces() -> None:
    unwanted = replaced()
    documents = PROJECT / "docs"
    pages = [
        *SOURCE.rglob("*.yaml"),
        *documents.glob("*.md"),
        *(documents / "developers").glob("*.md"),
    ]
    assert len(pages) > 10
    assert [
        f"{page.name}: {line}"
        for page in pages
        for line in GLOSSARY.sub("", page.read_text()).splitlines()
        if unwanted & words_of(line)
    ] == []


def test_no_class_or_module_has_a_name_that_says_nothing() -> None:
    modules_named = [(module.path.stem, module.name) for module in modules(PACKAGE).values()]
    named = [*modules_named, *classes()]
    assert [found for found in named if VAGUE & words_of(found[0])] == []


def test_no_two_classes_or_types_have_one_name() -> None:
    named = [*classes(), *types()]
    counted = Counter(name for name, _ in named)
    assert len(list(types())) > 50
    assert [found for found in named if counted[found[0]] > 1] == []
