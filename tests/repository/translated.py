"""The integration's translations, as its files have them."""

from collections.abc import Iterator
import json
import re

from testbed.translations import TRANSLATIONS, Tree


def load(language: str) -> Tree:
    found: Tree = json.loads((TRANSLATIONS / f"{language}.json").read_text())
    return found


def leaves(tree: Tree, above: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text with its dotted path."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))
