"""The texts have one source, in which nothing is said twice and nothing is left over."""

from collections.abc import Iterator
from pathlib import Path
import re

import pytest

from testbed import translations
from testbed.translations import (
    COMMON,
    LANGUAGES,
    REFERENCE,
    TRANSLATIONS,
    SourceError,
    Tree,
    at,
    is_text,
    source,
    translation,
    written,
)

TEXTS = source()


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_translations_are_those_of_the_source(language: str) -> None:
    file = TRANSLATIONS / f"{language}.json"
    assert file.read_text() == written(translation(TEXTS, language)), "run scripts/translations"


def test_no_text_is_said_twice() -> None:
    places: dict[str, list[str]] = {}
    for place, value in entries(TEXTS):
        if not REFERENCE.fullmatch(str(value)):
            places.setdefault(str(value), []).append(place)
    assert [several for several in places.values() if len(several) > 1] == []


def test_a_text_that_is_the_same_in_each_language_is_written_once() -> None:
    texts = [(place, value) for place, value in entries(TEXTS) if isinstance(value, dict)]
    assert [place for place, value in texts if len(set(value.values())) == 1] == []


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


def test_a_text_in_two_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "SOURCE", tmp_path)
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text("a: {b: One}")
    with pytest.raises(SourceError, match="in another file"):
        source()
