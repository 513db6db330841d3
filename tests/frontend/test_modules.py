"""The modules of the dashboard, read as text: what a browser would only say when it is too late."""

from collections.abc import Iterator
from pathlib import Path
import re

import pytest

from custom_components.sen1.frontend import MODULES, closures, read_modules

TEXTS = {path: path.read_text() for path in (MODULES / "texts").rglob("*.js")}
ENGLISH = [path for path in TEXTS if path.stem == "en"]
CODE = {path: path.read_text() for path in MODULES.rglob("*.js") if path not in TEXTS}


def keys(text: str) -> Iterator[str]:
    """Yield the keys of a file of texts, nested ones too, in their order."""
    bare = re.sub(r'"[^"\n]*"|`[^`]*`', '""', text)
    yield from re.findall(r"(?:^|[{,(])\s*(\w+):", bare, re.MULTILINE)


@pytest.mark.parametrize("english", ENGLISH, ids=lambda path: path.parent.name)
def test_languages_have_the_same_texts_in_the_same_order(english: Path) -> None:
    assert list(keys(TEXTS[english.with_name("fr.js")])) == list(keys(TEXTS[english]))


def first_level_of(english: Path) -> list[str]:
    return re.findall(r"^  (\w+):", TEXTS[english], re.MULTILINE)


def test_no_text_stands_in_two_files() -> None:
    every = [key for english in ENGLISH for key in first_level_of(english)]
    assert len(every) == len(set(every))


@pytest.mark.parametrize("english", ENGLISH, ids=lambda path: path.parent.name)
def test_each_text_is_used(english: Path) -> None:
    first_level = first_level_of(english)
    code = "\n".join(CODE.values())
    computed = re.findall(r"text\[`(.*?)`\]", code)
    patterns = [re.sub(r"\$\{[^}]*\}", r"\\w+", one) for one in computed]
    unused = [
        key
        for key in first_level
        if not re.search(rf"text\.{key}\b|\b{key}, ", code)
        and not any(re.fullmatch(pattern, key) for pattern in patterns)
    ]
    assert unused == []


TELLS_ELSEWHERE = "next.js"
"""It has what is read and how it is told: cards that only read have no need of its words."""


@pytest.mark.parametrize(("card", "needs"), closures(read_modules()).items())
def test_what_a_card_says_is_loaded_with_it(card: str, needs: list[str]) -> None:
    files = {english: english.relative_to(MODULES).as_posix() for english in ENGLISH}
    loaded = {path.replace("*", "en") for path in needs}
    elsewhere = {
        key: path
        for english, path in files.items()
        if path not in loaded
        for key in first_level_of(english)
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
    assert not [path for path, text in TEXTS.items() if path.stem == "fr" and "'" in text]


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.name)
def test_nothing_is_loaded_from_outside_and_no_text_becomes_markup(path: Path) -> None:
    code = CODE[path]
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|\beval\b", code) == []
    targets = re.findall(r'from "([^"]+)"|import\([`"]([^`"]+)', code)
    assert all((one or other).startswith(("./", "../")) for one, other in targets)
