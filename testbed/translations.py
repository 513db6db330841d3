"""Write the integration's translations from their one source, texts/: scripts/translations."""

import json
from pathlib import Path
import re
from typing import Any

import yaml

PROJECT = Path(__file__).parents[1]
SOURCE = PROJECT / "texts"
TRANSLATIONS = PROJECT / "custom_components" / "sen1" / "translations"

LANGUAGES = ("en", "fr")
COMMON = "common"
"""What stands below this in the source is there for references alone."""

REFERENCE = re.compile(r"\[%key:([\w:]+)%\]")
"""It stands for the text, or for all the texts, at another place of the source."""

type Tree = dict[str, Any]
"""Texts, or trees of them, by their keys."""


class SourceError(Exception):
    """Something is wrong in the source, and where."""


def source() -> Tree:
    """Return the texts of all files; each text once, or by language."""
    whole: Tree = {}
    for path in sorted(SOURCE.glob("*.yaml")):
        _merge(whole, _tree(yaml.compose(path.read_text()), path.name), path.name)
    return whole


def translation(whole: Tree, language: str) -> Tree:
    """Return what Home Assistant reads in one language."""
    found = _translated(whole, whole, language, "")
    assert isinstance(found, dict)
    del found[COMMON]
    return found


def written(tree: Tree) -> str:
    """Return a translation as its file has it."""
    return json.dumps(tree, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _tree(node: yaml.Node, where: str) -> str | Tree:
    """Return a node of YAML, in which every key and value is a text: also `on`, and `No`."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    assert isinstance(node, yaml.MappingNode), where
    found: Tree = {}
    for key, value in node.value:
        if key.value in found:
            raise SourceError(f"{where}: twice {key.value}")
        found[key.value] = _tree(value, f"{where}: {key.value}")
    return found


def _merge(whole: Tree, part: str | Tree, where: str) -> None:
    assert isinstance(part, dict), where
    for key, value in part.items():
        if key not in whole:
            whole[key] = value
        elif not isinstance(known := whole[key], dict) or is_text(known):
            raise SourceError(f"{where}: {key} is in another file as well")
        else:
            _merge(known, value, f"{where}: {key}")


def is_text(value: str | Tree) -> bool:
    """Return whether this is one text, or a reference, and no tree of them."""
    return isinstance(value, str) or not value.keys().isdisjoint(LANGUAGES)


def _translated(value: str | Tree, whole: Tree, language: str, where: str) -> str | Tree:
    if isinstance(value, str):
        reference = REFERENCE.fullmatch(value)
        return _translated(at(whole, reference[1]), whole, language, where) if reference else value
    if is_text(value):
        if value.keys() != set(LANGUAGES):
            raise SourceError(f"{where}: not in each language, or not only in these")
        return str(value[language])
    return {
        key: _translated(below, whole, language, f"{where}::{key}") for key, below in value.items()
    }


def at(whole: Tree, reference: str) -> str | Tree:
    """Return what a reference stands for."""
    found: str | Tree = whole
    for key in reference.split("::"):
        if not isinstance(found, dict) or is_text(found) or key not in found:
            raise SourceError(f"nothing at {reference}")
        found = found[key]
    return found


if __name__ == "__main__":
    texts = source()
    for each in LANGUAGES:
        (TRANSLATIONS / f"{each}.json").write_text(written(translation(texts, each)))
