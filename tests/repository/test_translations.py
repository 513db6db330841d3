"""The translations as they are shipped: whole in each language, well placed, and none left over.

That each text which Home Assistant is given to show is there, `tests/shown.py` sees while the other
tests run.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain
import json
import re
from typing import Any

import pytest
import voluptuous as vol
import yaml

from custom_components.sen1.config_flow import SUBENTRIES
from custom_components.sen1.enedis.gateways import EnedisStatus
from custom_components.sen1.enedis.meter import ISSUES as ENEDIS_ISSUES
from custom_components.sen1.enedis.plan import BOUGHT, SOLD
from custom_components.sen1.enphase.faults import GatewayFault
from custom_components.sen1.enphase.readings import SYSTEM
from custom_components.sen1.enphase.rows import (
    BATTERY,
    GATEWAY,
    INVERTER,
    PHASES,
    ValueRow,
    of_each_phase,
    of_meter,
)
from custom_components.sen1.enphase.watching import ISSUES
from custom_components.sen1.federation import async_health
from custom_components.sen1.federation.issues import Issue
from custom_components.sen1.federation.showing.server_policy import ANSWERS, SPANS
from custom_components.sen1.figures.counting.balance import HomeQuantity
from custom_components.sen1.figures.counting.calendar import FigurePeriod
from custom_components.sen1.figures.meter.hand_readings import ReadingError
from custom_components.sen1.figures.site.sensor import ENERGIES, POWERS
from custom_components.sen1.figures.tariff.contract import Option
from custom_components.sen1.figures.tariff.flow import FORMS, START, TariffFlow
from custom_components.sen1.figures.tariff.tally import Commodity
from custom_components.sen1.figures.watch.watch import HomeFault
from custom_components.sen1.history.errors import FileRefused, HistoryError
from custom_components.sen1.linky.advice import Advice
from custom_components.sen1.linky.event import EVENTS
from custom_components.sen1.linky.labels.flags import FLAGS
from custom_components.sen1.linky.labels.table import SENSORS
from custom_components.sen1.linky.line.stream import LineFault
from custom_components.sen1.protocol.catalogue import OfferState
from custom_components.sen1.protocol.errors import LinkError, Refusal, Unshareable
from custom_components.sen1.protocol.model import Granularity
from custom_components.sen1.protocol.term import Phase
from testbed.translations import LANGUAGES
from tests.shown import Shown

from .package import PACKAGE, modules
from .translated import leaves, load, placeholders

ENGLISH = load("en")
SERVICES: dict[str, Any] = yaml.safe_load((PACKAGE / "services.yaml").read_text())


def at(path: str) -> Any:
    """Return the texts at a dotted path."""
    found = ENGLISH
    for key in path.split("."):
        found = found[key]
    return found


languages = pytest.mark.parametrize("language", LANGUAGES)

STEP = (
    r"step\.\w+\.(title|description|submit|(menu_options|menu_option_descriptions|data"
    r"|data_description)\.\w+|sections\.\w+\.(name|description|(data|data_description)\.\w+))"
)
FLOW = rf"({STEP}|(error|abort|progress|create_entry)\.\w+)"
PLACES = re.compile(
    rf"(config|options)\.{FLOW}"
    rf"|config_subentries\.\w+\.({FLOW}|entry_type|initiate_flow\.(user|reconfigure))"
    r"|entity\.\w+\.\w+\.(name|unit_of_measurement|state\.\w+"
    r"|state_attributes\.\w+\.(name|state\.\w+))"
    rf"|exceptions\.\w+\.message|issues\.\w+\.(title|description|fix_flow\.{FLOW})"
    r"|services\.\w+\.(name|description|fields\.\w+\.(name|description))"
    r"|system_health\.info\.\w+|device\.\w+\.name|selector\.\w+\.options\.\w+"
    r"|selector\.\w+\.fields\.\w+\.(name|description)"
)
"""Where Home Assistant looks for a text of a custom integration."""

REFUSED = {
    "a reference to another text": re.compile(r"\[%"),
    "HTML": re.compile(r"</?[a-z]", re.IGNORECASE),
    "a placeholder in single quotes": re.compile(r"'{\w+}'"),
    "space around the text": re.compile(r"^\s|\s$"),
    "nothing": re.compile(r"^$"),
    # It would show the signs that keep a name which somebody chose from being Markdown.
    "a name as code": re.compile(r"`\{(?!link\})\w+\}`"),
    "an address of the web": re.compile(r"(\w+://|www\.)[a-z0-9.-]+\.[a-z]{2,5}\b", re.IGNORECASE),
}
"""What hassfest refuses in a text, and what we do."""


@languages
def test_texts_stand_where_home_assistant_looks_and_hold_nothing_that_is_refused(
    language: str,
) -> None:
    texts = dict(leaves(load(language)))
    assert [path for path in texts if not PLACES.fullmatch(path)] == []
    assert [
        f"{path}: {what}"
        for path, text in texts.items()
        for what, form in REFUSED.items()
        if form.search(text)
    ] == []


def test_english_and_french_say_the_same_things() -> None:
    english, french = (dict(leaves(load(language))) for language in LANGUAGES)
    assert english.keys() == french.keys()
    assert [p for p in english if placeholders(english[p]) != placeholders(french[p])] == []


def test_an_issue_has_a_description_or_a_flow_that_mends_it() -> None:
    for name, issue in ENGLISH["issues"].items():
        assert ("description" in issue) != ("fix_flow" in issue), name


def test_each_action_its_fields_and_their_options_are_named() -> None:
    texts = ENGLISH["services"]
    assert texts.keys() == SERVICES.keys()
    for action, declared in SERVICES.items():
        fields = (declared or {}).get("fields", {})
        named = texts[action].get("fields", {})
        assert named.keys() == fields.keys()
        assert all(
            each.keys() >= {"name", "description"} for each in (texts[action], *named.values())
        )
        for field in fields.values():
            select = field.get("selector", {}).get("select") or {}
            if words := select.get("translation_key"):
                assert ENGLISH["selector"][words]["options"].keys() == set(select["options"])


def test_each_kind_of_subentry_is_named_and_so_is_what_begins_it() -> None:
    for kind, flow in chain.from_iterable(flows.items() for flows in SUBENTRIES.values()):
        texts = ENGLISH["config_subentries"][kind]
        begun = {step for step in ("user", "reconfigure") if hasattr(flow, f"async_step_{step}")}
        assert texts.keys() >= {"entry_type"}
        assert texts["initiate_flow"].keys() == begun


def test_each_row_of_a_table_of_entities_is_named() -> None:
    shown = Shown()
    for platform, tables in (("sensor", SENSORS), ("binary_sensor", FLAGS), ("event", EVENTS)):
        for row in chain.from_iterable(tables.values()):
            shown.described(platform, row, row.translation_placeholders)
    rows: list[ValueRow[Any]] = [*GATEWAY, *of_meter(SYSTEM), *INVERTER, *BATTERY]
    for phase in PHASES:
        rows += [*of_each_phase(phase), *of_meter(phase)]
    for value in rows:
        shown.described("sensor", value, value.placeholders)
    for figure in (*POWERS, *ENERGIES):
        shown.described("sensor", figure, None)
    assert shown.lacking == set()


def test_each_option_of_a_contract_has_a_form_and_its_texts() -> None:
    shown = Shown()
    shown.form("config_subentries.tariff.step.user", vol.Schema(START))
    for option in Option:
        assert hasattr(TariffFlow, f"async_step_{option}")
        shown.form(f"config_subentries.tariff.step.{option}", vol.Schema(FORMS[option]))
    assert shown.lacking == set()


def keys_of(error: type[Exception]) -> Iterator[str]:
    """Yield the keys of the kinds of an error."""
    for kind in error.__subclasses__():
        if "key" in vars(kind):
            yield kind.key  # type: ignore[attr-defined]
        yield from keys_of(kind)


ASKED_BY_FORMS = [*EnedisStatus][: [*EnedisStatus].index(EnedisStatus.SILENT)]
"""What a gateway to Enedis may answer a form."""

FAULTS: dict[str, Iterable[str]] = {
    "config.error": (
        *(set(LineFault) - {LineFault.OTHER_METER}),
        *(set(GatewayFault) - {GatewayFault.OTHER_GATEWAY}),
        *(f"enedis_{each}" for each in ASKED_BY_FORMS),
        *(*keys_of(LinkError), *Refusal, *keys_of(FileRefused)),
    ),
    "exceptions": (*LineFault, *GatewayFault, *keys_of(HistoryError), *keys_of(ReadingError)),
    "config_subentries.manual_meter.error": keys_of(ReadingError),
    "config_subentries.publication.error": Unshareable,
    "issues.source_missing.fix_flow.error": Unshareable,
    "issues": (
        *Issue,
        *HomeFault,
        *ISSUES.values(),
        *(f"enedis_{each}" for each in ENEDIS_ISSUES),
        *Advice,
    ),
}
"""Where faults are told → those that may be, not all of which a test provokes. Where a meter is
added there is none to differ from; another gateway ends the flow."""


@pytest.mark.parametrize(("above", "faults"), FAULTS.items())
def test_each_fault_has_its_text(above: str, faults: Iterable[str]) -> None:
    assert set(faults) <= at(above).keys()


READ_BY_THE_CODE: dict[str, Callable[[], Iterable[str]]] = {
    "system_health.info": lambda: async_health([]),
    "selector.enedis_series.options": lambda: (BOUGHT, SOLD),
    "selector.granularity.options": lambda: (each.lower() for each in Granularity),
    "selector.offer_state.options": lambda: OfferState,
    "selector.grant_state.options": lambda: Phase,
    "selector.erasure.options": lambda: (
        *("erased", "awaited", "removed"),
        *("former", "all_former"),
    ),
}
"""Where the code itself looks up texts, which would go on without them → what it looks for."""


@pytest.mark.parametrize(("above", "asked"), READ_BY_THE_CODE.items())
def test_what_the_code_itself_reads_is_there(
    above: str, asked: Callable[[], Iterable[str]]
) -> None:
    assert at(above).keys() == set(asked())


def test_icons_belong_to_texts_and_states_that_exist() -> None:
    icons = json.loads((PACKAGE / "icons.json").read_text())
    assert icons.keys() == {"entity", "services"}
    assert icons["services"].keys() == SERVICES.keys()
    assert [path for path, icon in leaves(icons) if not icon.startswith("mdi:")] == []
    for platform, entities in icons["entity"].items():
        for key, icon in entities.items():
            states = ENGLISH["entity"][platform][key].get("state", {}).keys()
            allowed = states | ({"on", "off"} if platform == "binary_sensor" else set())
            assert icon.get("state", {}).keys() <= allowed, key


HOME_ASSISTANTS = {
    *("config", "options", "config_subentries", "issues", "fix_flow", "entity", "device"),
    *("selector", "exceptions", "services", "system_health"),
    *("step", "title", "description", "data", "data_description", "sections", "menu_options"),
    "menu_option_descriptions",
    *("error", "abort", "progress", "create_entry", "default", "entry_type", "initiate_flow"),
    *("sensor", "binary_sensor", "event", "name", "state", "state_attributes", "event_type"),
    *("message", "fields", "info"),
}
"""The keys that Home Assistant gives to places."""

SAID_OTHERWISE = {"already_in_progress", *map(str, range(1, 13))}
"""What Home Assistant ends a flow with by itself, and the months."""


def _said() -> Iterator[str]:
    """Yield the names of steps, and the strings of the code that are not documentation."""
    for module in modules(PACKAGE).values():
        alone = {id(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(module.tree):
            match node:
                case ast.Constant(value=str(text)) if id(node) not in alone:
                    yield from text.split(".")
                case ast.AsyncFunctionDef(name=name) if name.startswith("async_step_"):
                    yield name.removeprefix("async_step_")


@cache
def said() -> set[str]:
    """Return what is said anywhere; not when this is imported, which each process does."""
    return {
        *SAID_OTHERWISE,
        *re.findall(r"\w+", (PACKAGE / "services.yaml").read_text()),
        *_said(),
        # A period of ISO 8601 is the key of its text in lower case, as keys have to be.
        *(each.lower() for each in Granularity),
        "p1y",
    }


COMPOSED = [
    re.compile(form)
    for form in (
        *(
            r"enedis_(\w+)",
            r"(\w+)_of_phase",
            r"(\w+)_time",
            r"(\w+)_today",
            r"(\w+)_seven_days",
            r"holding_(\w+)",
        ),
        r"(\w+)_index_in_use",
        # What each detail tells is said by the dashboard, which puts the key together.
        *(rf"({one})_(?:p1d|pt1h|pt30m|pt10m|live)" for one in ("production", "none")),
        # What a server says of itself.
        *(rf"({one})_(?:none|hours|days|for_ever)" for one in SPANS),
        *(rf"({one})_(?:yes|no)" for one in ANSWERS),
        # How fine what a collection asks for is, and what its members come to together.
        *(r"(\w+)_detail", r"group_(?:consumption|production|homes)_(\w+)"),
        *(rf"(\w+)_{period}" for period in FigurePeriod),
        *(rf"({one})_(?:power|total|series|differs)" for one in (*HomeQuantity, *Commodity)),
        *(rf"no_({one})" for one in HomeQuantity),
    )
]
"""The names that the code puts together."""


def is_said(key: str) -> bool:
    """Return whether the code says a key, or what it puts it together of."""
    found = (form.fullmatch(key) for form in COMPOSED)
    return key in said() or any(is_said(part[1]) for part in found if part)


def test_no_text_is_left_over() -> None:
    assert [
        path
        for path, _ in leaves(ENGLISH)
        if not all(key in HOME_ASSISTANTS or is_said(key) for key in path.split("."))
    ] == []


@pytest.mark.parametrize(
    "key", ["voltages", "holding_voltages", "voltages_of_phase", "sold_voltages"]
)
def test_a_key_that_the_code_does_not_say_is_seen(key: str) -> None:
    assert not is_said(key)
