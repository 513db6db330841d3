"""One word a thing, and one thing a word (docs/developers.md, "Words")."""

import ast
from collections import Counter
from collections.abc import Iterator
import re

from testbed.translations import SOURCE

from .package import PACKAGE, PROJECT, modules
from .test_texts import TEXTS, entries

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


NEVER = {
    "en": (
        *(r"\bseries\b", r"\bpublications?\b", r"\bpoints (are |were )?sent", r"\bcoverage\b"),
        *(r"\bdegree-days?\b", r"\bdeclared\b", r"\bwithout a key\b", r"\bkeyless\b"),
        *(r"\bend-to-end\b", r"\bencrypt", r"\btrends?\b", r"\bforecasts?\b"),
    ),
    "fr": (
        *(r"(?<!ports )(?<!liaison )(?<!numéro de )\bséries?\b", r"\bpublications?\b"),
        *(r"\bpoints envoyés\b", r"\bcouvertures?\b", r"\bdegrés?-jours?\b", r"\bdéclarée?s?\b"),
        *(r"\bsans clé\b", r"\bchiffr(ée?s?|ement|er)\b", r"\bévolutions?\b", r"\bprévisions?\b"),
    ),
}
"""Words that no family reads, in letters of either size."""

NO_UNITS = re.compile(r"\bk?VA\b|\bkW\b|\bBMHS\b")
"""Powers are in W, and a class is of no scale that people would have heard of."""

EXPERTS = {
    "journal::": "the journal, for who verifies it",
    "dashboard::trust::": "the page of Trust",
    "selector::server_policy::": "what a server says of itself, on the page of Trust",
    "config::error::not_xmpp": "who runs a server reads it",
    "config::error::wrong_unit": "units that sensors may have",
    "selector::goal_kind::options::max_power": "the unit in which the limit is kept",
    "config_subentries::goal::step::user::data_description::target": "the same",
    "config_subentries::tariff::step::user::data::subscribed_power": "as on the bill",
    "config_subentries::friend::step::user::menu_options::proxy": "how that project is called",
    "selector::quantity::options::degree_days": "the name of a statistic, where one is chosen",
    "dashboard::past::past::degree_days_are(base)": "how the cold is counted, under the months",
    "dashboard::past::past::weather::degree_days": "the cold in numbers, behind “know more”",
    "dashboard::year::cold::are": "how the cold is counted, under the months",
    "report::": "a printed report says how it counts, and has kW on its scales",
}
"""Where the words of experts stand, each with why."""


def never_said(language: str, text: str) -> bool:
    """Return whether a text has a word of experts; what is filled in is none of its words."""
    said = re.sub(r"\{\w+[^\w }]*|\[%key[^]]*", "", text)
    words = any(re.search(word, said, re.IGNORECASE) for word in NEVER[language])
    return words or NO_UNITS.search(said) is not None


def test_no_family_reads_a_word_of_experts() -> None:
    found = [
        place
        for place, text in entries(TEXTS)
        if isinstance(text, dict)
        if any(never_said(language, str(text[language])) for language in NEVER)
    ]
    allowed = {place: above for place in found for above in EXPERTS if place.startswith(above)}
    assert [place for place in found if place not in allowed] == []
    assert {*allowed.values()} == {*EXPERTS}


def test_no_page_for_families_has_a_word_of_experts() -> None:
    """The first pages that a household reads; what is behind them may say more."""
    pages = {
        "en": (PROJECT / "docs/en/index.md", PROJECT / "README.md"),
        "fr": (PROJECT / "docs/fr/index.md", PROJECT / "README.md"),
    }
    assert [
        f"{page.name}: {line}"
        for language, several in pages.items()
        for page in several
        for line in page.read_text().splitlines()
        if never_said(language, line)
    ] == []
