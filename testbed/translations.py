"""Write all words of the integration from their one source, texts/: scripts/translations.

They are Home Assistant's translations, the words of the dashboard, a module for each of its parts
and languages, those of the report, and those that stand in files which need no other.
"""

from collections.abc import Iterator, Mapping
import json
from pathlib import Path
import re
from textwrap import wrap
from typing import Any

import yaml

from custom_components.sen1.protocol.trust.kinds import ENTERED_AS

PROJECT = Path(__file__).parents[1]
SOURCE = PROJECT / "texts"
PACKAGE = PROJECT / "custom_components" / "sen1"
TRANSLATIONS = PACKAGE / "translations"
MODULES = PACKAGE / "frontend" / "modules"
REPORT = PACKAGE / "app" / "report" / "words.json"
VERIFIER = PACKAGE / "protocol" / "trust" / "verify_journal.py"
FIRST_MODULE = MODULES / "sen1.js"

LANGUAGES = ("en", "fr")
COMMON = "common"
"""What stands below this in the source is there for references alone."""
DASHBOARD = "dashboard"
OUR_OWN = (COMMON, DASHBOARD, "report", "journal", "first_module")
"""What Home Assistant does not read."""

REFERENCE = re.compile(r"\[%key:([^%]+)%\]")
"""It stands for the text, or for all the texts, at another place of the source."""

KEY = re.compile(r"([\w-]+)(?:\((.*)\))?")
"""A key of the dashboard; in brackets what its text tells, in the order of the code."""
HOLE = re.compile(r"\{(\w+)(?=[}:#?])")
"""The beginning of what a text of the dashboard has for a value (`texts.js`)."""

MADE = "Made of texts/{} by scripts/translations."
"""How what is made here begins, wherever it stands."""

TABLES = {
    "broken": ("BROKEN = {", "What is wrong with a journal itself."),
    "differs": ("DIFFERS = BROKEN | {", "What does not agree, in English and in French."),
    "notes": ("NOTES = {", "What agrees and is good to know, in English and in French."),
    "reasons": ("REASONS = {", "Why a file is no export, in English and in French."),
    "kinds": ("KINDS = {", "What an entry is of, in English and in French."),
    "words": ("WORDS = {", "What else is said, in English and in French."),
}
"""The tables of the verifier: how each begins, and what it has."""

WIDTH = 100

type Text = str | list[str]
type Tree = dict[str, Any]
"""Texts, or trees of them, by their keys."""


class SourceError(Exception):
    """Something is wrong in the source, and where."""


def source() -> Tree:
    """Return the texts of all files; each text once, or by language."""
    whole: Tree = {}
    for path in sorted(SOURCE.rglob("*.yaml")):
        part = _tree(yaml.compose(path.read_text(), yaml.CSafeLoader), path.name)
        if path.parent != SOURCE:
            part = {path.parent.name: {path.stem: part}}
        _merge(whole, part, path.name)
    return whole


def translation(whole: Tree, language: str) -> Tree:
    """Return what Home Assistant reads in one language."""
    read = {key: value for key, value in whole.items() if key not in OUR_OWN}
    found = _translated(read, whole, language, "")
    assert isinstance(found, dict)
    return found


def written(tree: Tree) -> str:
    """Return a translation as its file has it."""
    return json.dumps(tree, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def files(whole: Tree) -> dict[Path, str]:
    """Return all that is made of the source, by where it is written."""
    found = {TRANSLATIONS / f"{each}.json": written(translation(whole, each)) for each in LANGUAGES}
    for part in whole[DASHBOARD]:
        for each in LANGUAGES:
            found[MODULES / "texts" / part / f"{each}.js"] = _module(
                part, _own(whole, each, DASHBOARD, part)
            )
    found[REPORT] = json.dumps(_by_key(whole, "report"), ensure_ascii=False, indent=2) + "\n"
    verdict = "\n\n".join(
        [*(_table(_by_key(whole, "journal", name), *of) for name, of in TABLES.items()), _entered()]
    )
    made_of = "journal.yaml, and of protocol/trust/kinds.py,"
    found[VERIFIER] = _between(VERIFIER, "#", made_of, verdict)
    found[FIRST_MODULE] = _between(FIRST_MODULE, "//", "first_module.yaml", _said(whole))
    return found


def _own(whole: Tree, language: str, *place: str) -> Tree:
    """Return what stands somewhere in the source, in one language."""
    found = _translated(at(whole, "::".join(place)), whole, language, "::".join(place))
    assert isinstance(found, dict)
    return found


def _by_key(whole: Tree, *place: str) -> dict[str, dict[str, str]]:
    """Return each text of a place by language."""
    texts = {each: _own(whole, each, *place) for each in LANGUAGES}
    return {key: {each: texts[each][key] for each in LANGUAGES} for key in texts[LANGUAGES[0]]}


def _module(part: str, words: Tree) -> str:
    """Return the words of a part of the dashboard as a module of the browser, each at a line."""
    made = MADE.format(f"{DASHBOARD}/{part}.yaml")
    return f"// {made}\nexport default (t)=>({_object(words, part)});\n"


def _object(words: Tree, where: str) -> str:
    """Return texts as an object; what tells something is made a function by `t`."""
    found = []
    for written_key, value in words.items():
        key = KEY.fullmatch(written_key)
        if key is None:
            raise SourceError(f"{where}: {written_key} is no key")
        name = key[1] if key[1].isidentifier() else json.dumps(key[1])
        if isinstance(value, dict):
            found.append(f"{name}:{_object(value, f'{where}::{written_key}')}")
            continue
        # What tells something is one text; several are its lines.
        said = "\n".join(value) if key[2] and isinstance(value, list) else value
        text = json.dumps(said, ensure_ascii=False)
        if key[2] is not None:
            text = f"t({text})"
        found.append(f"{name}:{_numbered(text, (key[2] or '').split(', '), where)}")
    return f"{{{',\n'.join(found)}}}"


def _numbered(text: str, tells: list[str], where: str) -> str:
    """Return a text with the numbers of its values in the place of their names."""

    def number(hole: re.Match[str]) -> str:
        if hole[1] not in tells:
            raise SourceError(f"{where}: nothing says what {hole[1]} is")
        return f"{{{tells.index(hole[1])}"

    return HOLE.sub(number, text)


def _table(texts: Mapping[str, Mapping[str, str]], begin: str, doc: str) -> str:
    """Return a table of Python, laid out as Ruff does."""
    lines = [begin]
    for key, text in texts.items():
        both = [json.dumps(text[each], ensure_ascii=False) for each in LANGUAGES]
        if len(line := f'    "{key}": ({", ".join(both)}),') <= WIDTH:
            lines.append(line)
        else:
            wrapped = [line for one in both for line in _wrapped(one, 8)]
            lines += [f'    "{key}": (', *wrapped, "    ),"]
    return "\n".join([*lines, "}", f'"""{doc}"""'])


def _entered() -> str:
    """Return what the verifier knows of each kind of statement that the journal has."""
    others = {kind: entered for kind, entered in ENTERED_AS.items() if kind != entered}
    same = [json.dumps(kind) for kind in ENTERED_AS if kind not in others]
    return "\n".join(
        [
            "ENTERED_AS_SAID = (",
            *wrap(", ".join(same) + ",", WIDTH, initial_indent="    ", subsequent_indent="    "),
            ")  # fmt: skip",
            f"ENTERED_AS = {json.dumps(others)} | {{kind: kind for kind in ENTERED_AS_SAID}}",
            '"""What the entry of a statement is of, by what it is signed as."""',
        ]
    )


def _wrapped(literal: str, indentation: int) -> Iterator[str]:
    """Yield the lines of a string of Python, each begun with the space before its first word."""
    line, *words = literal.split(" ")
    for word in words:
        # A quotation mark follows, or what ends the last line: its comma.
        if indentation + len(f"{line} {word}") + 1 > WIDTH:
            yield f'{" " * indentation}{line}"'
            line = f'" {word}'
        else:
            line = f"{line} {word}"
    yield f"{' ' * indentation}{line},"


def _said(whole: Tree) -> str:
    """Return what the module that all pages load says by itself, in each language."""
    lines = ["const SAID = {"]
    for each in LANGUAGES:
        said = _own(whole, each, "first_module").values()
        lines += [f"  {each}: [", *(f"    {json.dumps(one, ensure_ascii=False)}," for one in said)]
        lines.append("  ],")
    return "\n".join([*lines, "};"])


def _between(path: Path, sign: str, file: str, made: str) -> str:
    """Return a file with what is made in the place of what was made before."""
    begin, end = f"{sign} {MADE.format(file)}\n", f"{sign} End of what is made.\n"
    before, _, rest = path.read_text().partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise SourceError(f"{path.name}: no place for {file}")
    return f"{before}{begin}{made}\n{end}{after}"


def _tree(node: yaml.Node, where: str) -> Text | Tree:
    """Return a node of YAML, in which every key and value is a text: also `on`, and `No`."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [str(each.value) for each in node.value]
    assert isinstance(node, yaml.MappingNode), where
    found: Tree = {}
    for key, value in node.value:
        if key.value in found:
            raise SourceError(f"{where}: twice {key.value}")
        found[key.value] = _tree(value, f"{where}: {key.value}")
    return found


def _merge(whole: Tree, part: Text | Tree, where: str) -> None:
    assert isinstance(part, dict), where
    for key, value in part.items():
        if key not in whole:
            whole[key] = value
        elif not isinstance(known := whole[key], dict) or is_text(known):
            raise SourceError(f"{where}: {key} is in another file as well")
        else:
            _merge(known, value, f"{where}: {key}")


def is_text(value: Text | Tree) -> bool:
    """Return whether this is one text, or a list of some, or a reference, and no tree of them."""
    return not isinstance(value, dict) or not value.keys().isdisjoint(LANGUAGES)


def _translated(value: Text | Tree, whole: Tree, language: str, where: str) -> Text | Tree:
    if isinstance(value, list):
        return value
    if isinstance(value, str):
        reference = REFERENCE.fullmatch(value)
        return _translated(at(whole, reference[1]), whole, language, where) if reference else value
    if is_text(value):
        if value.keys() != set(LANGUAGES):
            raise SourceError(f"{where}: not in each language, or not only in these")
        text: Text = value[language]
        return text
    return {
        key: _translated(below, whole, language, f"{where}::{key}") for key, below in value.items()
    }


def at(whole: Tree, reference: str) -> Text | Tree:
    """Return what a reference stands for."""
    found: Text | Tree = whole
    for key in reference.split("::"):
        if not isinstance(found, dict) or is_text(found) or key not in found:
            raise SourceError(f"nothing at {reference}")
        found = found[key]
    return found


if __name__ == "__main__":
    for file, text in files(source()).items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
