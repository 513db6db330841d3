"""The modules of the dashboard, read as text: what a browser would only say when it is too late."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
import re

import pytest

from custom_components.sen1.frontend import MODULES, closures, read_modules
from testbed.translations import DASHBOARD, Tree, is_text, source
from tests.repository.package import PACKAGE

TEXTS = MODULES / "texts"
CODE = {path: path.read_text() for path in MODULES.rglob("*.js") if TEXTS not in path.parents}
WORDS = source()[DASHBOARD]
SAID = "\n".join([*CODE.values(), *(path.read_text() for path in PACKAGE.rglob("*.py"))])
"""What may say the key of a text: also the names that answers give to things."""

parts = pytest.mark.parametrize("part", WORDS)


def keys(tree: Tree, *, is_deep: bool = False) -> Iterator[str]:
    """Yield the keys of texts as the code has them, `is_deep` those below them too."""
    for key, below in tree.items():
        yield key.partition("(")[0]
        if is_deep and not is_text(below):
            yield from keys(below, is_deep=True)


def composed(code: str, before: str = "") -> set[str]:
    """Return what keys that are put together look like."""
    found = re.findall(rf"{before}\[`(.*?)`\]", code)
    return {re.sub(r"\$\{[^}]*\}", r"\\w+", one) for one in found}


def test_no_text_stands_in_two_parts() -> None:
    every = [key for tree in WORDS.values() for key in keys(tree)]
    assert len(every) == len(set(every))


@parts
def test_each_text_is_used(part: str) -> None:
    code = "\n".join(CODE.values())
    unused = [
        key
        for key in keys(WORDS[part])
        if not re.search(rf"text\.{key}\b|\b{key}, ", code)
        and not any(re.fullmatch(form, key) for form in composed(code, "text"))
    ]
    assert unused == []


@cache
def said_and_composed() -> tuple[set[str], set[str]]:
    """Return the words of the code, and what keys look like that are put together there."""
    return set(re.findall(r"[\w-]+", SAID)), composed(SAID)


@parts
def test_no_key_of_a_text_is_left_over(part: str) -> None:
    """As far as the key tells: it is said somewhere, or put together there."""
    said, forms = said_and_composed()
    assert r"\w+" not in forms
    unused = {
        key
        for key in keys(WORDS[part], is_deep=True)
        if key not in said and not any(re.fullmatch(form, key) for form in forms)
    }
    assert unused == set()


TELLS_ELSEWHERE = "next.js"
"""It has what is read and how it is told: cards that only read have no need of its words."""


@pytest.mark.parametrize(("card", "needs"), closures(read_modules()).items())
def test_what_a_card_says_is_loaded_with_it(card: str, needs: list[str]) -> None:
    elsewhere = {
        key: part
        for part, tree in WORDS.items()
        if f"texts/{part}/*.js" not in needs
        for key in keys(tree)
    }
    # Some fetch more words by themselves.
    code = [
        text
        for path in (card, *needs)
        if (text := CODE.get(MODULES / path))
        and path != TELLS_ELSEWHERE
        and (path == "card.js" or "textsOf(" not in text)
    ]
    said = {key for one in code for key in re.findall(r"\btext\.(\w+)", one)}
    assert {key: elsewhere[key] for key in said & elsewhere.keys()} == {}


def test_french_uses_its_apostrophe() -> None:
    assert not [path for path in TEXTS.rglob("fr.js") if "'" in path.read_text()]


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.name)
def test_nothing_is_loaded_from_outside_and_no_text_becomes_markup(path: Path) -> None:
    code = CODE[path]
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|\beval\b", code) == []
    targets = re.findall(r'from "([^"]+)"|import\([`"]([^`"]+)', code)
    assert all((one or other).startswith(("./", "../")) for one, other in targets)
