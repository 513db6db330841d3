"""The texts have one source, in which nothing is said twice and nothing is left over."""

import ast
from collections.abc import Iterator
from pathlib import Path
import re

import pytest
import yaml

from testbed import translations
from testbed.translations import (
    COMMON,
    DASHBOARD,
    MODULES,
    REFERENCE,
    SourceError,
    Tree,
    at,
    files,
    is_text,
    source,
    translation,
)

from .package import PACKAGE, modules

TEXTS = source()
MADE = files(TEXTS)


def entries(tree: Tree, above: str = "") -> Iterator[tuple[str, str | Tree]]:
    """Yield each text and each reference, with its place."""
    for key, value in tree.items():
        if isinstance(value, dict) and not is_text(value):
            yield from entries(value, f"{above}{key}::")
        else:
            yield f"{above}{key}", value


def referred() -> set[str]:
    """Return the places that references stand for."""
    found = (REFERENCE.fullmatch(str(value)) for _, value in entries(TEXTS))
    return {reference[1] for reference in found if reference}


@pytest.mark.parametrize("file", MADE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_is_made_of_the_source_is_as_it_is_written(file: Path) -> None:
    assert file.read_text() == MADE[file], "run scripts/translations"


def test_each_module_of_words_is_made_of_the_source() -> None:
    assert {*(MODULES / "texts").rglob("*.*")} <= MADE.keys()


def values_of(text: str | list[str]) -> set[str]:
    return set(re.findall(r"\{(\w+)", str(text)))


def told() -> Iterator[tuple[str, dict[str, str | list[str]]]]:
    """Yield each text that is not the same in each language."""
    for place, value in entries(TEXTS):
        if isinstance(value, dict):
            yield place, value


OF_ONE_LANGUAGE = {
    # French has an article where English has none.
    "dashboard::challenge::challenge::paper::lost(percent, energies, of_energies)",
    "dashboard::past::past::over::many(first, last, isElided)",
}


def test_a_text_tells_the_same_in_each_language() -> None:
    assert {
        place
        for place, text in told()
        if len({frozenset(values_of(one)) for one in text.values()}) > 1
    } == OF_ONE_LANGUAGE


def test_the_last_that_a_text_is_given_is_told() -> None:
    """What comes before may be left out by one of several texts, of which the code chooses."""
    given = re.compile(r".*[(, ](\w+)\)")
    named = [(given.fullmatch(place), str(value)) for place, value in entries(TEXTS[DASHBOARD])]
    assert [
        last[0]
        for last, value in named
        if last and not REFERENCE.fullmatch(value) and last[1] not in values_of(value)
    ] == []


def test_a_form_for_a_number_has_another_for_all_others() -> None:
    """As many as the language has: of a number one and others, of a place also two and few; of what
    there may be, one where it is not there.
    """
    forms = re.compile(r"\{\w+([:#?])((?:[^{}]|\{[^{}]*\})*)\}")
    most = {":": {"en": 2, "fr": 2}, "#": {"en": 4, "fr": 2}, "?": {"en": 2, "fr": 2}}
    assert [
        place
        for place, text in told()
        if place.startswith(DASHBOARD)
        for language, said in text.items()
        for sign, several in forms.findall(str(said))
        if len(re.split(r"\|(?![^{]*\})", several)) != most[sign][language]
    ] == []


IN_A_LANGUAGE = re.compile(r"[à-öø-ÿœ]", re.IGNORECASE)
NO_TEXTS = {
    "modules/inviting/message.js": "how a language calls itself",
    "federation/pages/data_node.py": "what the page of another shows, which is in French alone",
    "figures/tariff/contract.py": "what is read",
    "linky/elsewhere.py": "what is read",
    "linky/labels/table.py": "what is read",
}


def strings() -> Iterator[tuple[Path, str]]:
    """Yield what the code says, without its documentation, and without what is made here."""
    for path in MODULES.rglob("*.js"):
        if MODULES / "texts" not in path.parents:
            yield path, re.sub(r"// Made of.*?// End of", "", path.read_text(), flags=re.DOTALL)
    for module in modules(PACKAGE).values():
        if module.path in MADE:
            continue
        alone = {id(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and id(node) not in alone:
                yield module.path, str(node.value)


def test_no_module_has_a_text_of_its_own() -> None:
    """As far as accents tell: what is said in French hardly does without."""
    found = {path for path, said in strings() if IN_A_LANGUAGE.search(said)}
    known = {path for path in found for end in NO_TEXTS if str(path).endswith(end)}
    assert found - known == set()
    assert len(known) == len(NO_TEXTS)


def test_no_text_is_said_twice() -> None:
    places: dict[str, list[str]] = {}
    for place, value in entries(TEXTS):
        if not REFERENCE.fullmatch(str(value)):
            places.setdefault(str(value), []).append(place)
    assert [several for several in places.values() if len(several) > 1] == []


def test_a_text_that_is_the_same_in_each_language_is_written_once() -> None:
    assert [place for place, text in told() if text["en"] == text["fr"]] == []


def test_each_reference_leads_to_a_text_and_to_no_other_reference() -> None:
    further = [place for place in referred() if REFERENCE.fullmatch(str(at(TEXTS, place)))]
    assert further == []


def test_what_is_common_is_referred_to() -> None:
    common = [place for place, _ in entries(TEXTS) if place.startswith(f"{COMMON}::")]
    known = referred()
    unused = [
        place
        for place in common
        if not any(f"{place}::".startswith(f"{target}::") for target in known)
    ]
    assert unused == []


REFUSED = {
    "a: {en: One}": "not in each language",
    "a: {en: One, fr: Un, de: Eins}": "not in each language",
    "a: One\na: Two": "twice a",
    'a: "[%key:b%]"': "nothing at b",
    'a: {en: One, fr: Un}\nb: "[%key:a::en%]"': "nothing at a::en",
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.items())
def test_a_source_that_says_something_wrong_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, reason: str
) -> None:
    monkeypatch.setattr(translations, "SOURCE", tmp_path)
    (tmp_path / "part.yaml").write_text(text)
    with pytest.raises(SourceError, match=re.escape(reason)):
        translation(source(), "en")


@pytest.mark.parametrize(
    ("text", "reason"),
    {
        "a(b): {en: One, fr: '{c}'}": "nothing says what c is",
        "a: {en: One, fr: '{c}'}": "nothing says what c is",
        "a(b: {en: One, fr: Un}": "is no key",
    }.items(),
)
def test_a_text_of_the_dashboard_that_tells_what_it_is_not_given_is_refused(
    text: str, reason: str
) -> None:
    part = yaml.safe_load(text)
    with pytest.raises(SourceError, match=reason):
        files(TEXTS | {DASHBOARD: {"part": part}})


def test_a_text_in_two_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "SOURCE", tmp_path)
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text("a: {b: One}")
    with pytest.raises(SourceError, match="in another file"):
        source()
