"""Every text the code asks for exists in English and French, and none is left over."""

from collections.abc import Callable, Iterable, Iterator
import json
from pathlib import Path
import re
from typing import Any

import pytest
import yaml

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
from custom_components.sen1.federation import async_health
from custom_components.sen1.linky.event import EVENTS
from custom_components.sen1.linky.labels.flags import FLAGS
from custom_components.sen1.linky.labels.table import SENSORS
from custom_components.sen1.protocol.catalogue import OfferState
from custom_components.sen1.protocol.term import Phase

from .package import PACKAGE
from .texts import Asked, Reader

type Tree = dict[str, Any]
"""Texts, or trees of them, by their keys."""

ASKED_ITSELF: dict[str, Callable[[], Iterable[str]]] = {
    "system_health.info": lambda: async_health([]),
    "selector.offer_state.options": lambda: OfferState,
    "selector.grant_state.options": lambda: Phase,
    "selector.erasure.options": lambda: (
        *("erased", "awaited", "removed"),
        *("former", "all_former"),
    ),
}
"""Path in the translations → the keys below it, from the package's own table."""


TABLES = {
    *("linky.labels.table", "linky.labels.kinds", "linky.labels.flags", "linky.labels.rows"),
    "linky.event",
    "enphase.rows",
}
"""Modules whose rows are asked themselves for the texts of their entities."""


def asked_by_labels() -> Iterator[str]:
    """Yield what the rows of a meter's labels ask for."""
    for row in (row for rows in SENSORS.values() for row in rows):
        yield f"entity.sensor.{row.translation_key}"
        for option in row.options or ():
            yield f"entity.sensor.{row.translation_key}.state.{option}"
    for flag in (flag for flags in FLAGS.values() for flag in flags):
        yield f"entity.binary_sensor.{flag.translation_key}"
    for event in (event for events in EVENTS.values() for event in events):
        above = f"entity.event.{event.translation_key}"
        yield above
        for kind in event.event_types or ():
            yield f"{above}.state_attributes.event_type.state.{kind}"


def asked_by_gateways() -> Iterator[str]:
    """Yield what the rows of a gateway ask for; one without a name has that of its class."""
    phases: list[ValueRow[Any]] = []
    for phase in PHASES:
        phases += [*of_each_phase(phase), *of_meter(phase)]
    rows: tuple[ValueRow[Any], ...] = (*GATEWAY, *of_meter(SYSTEM), *phases, *INVERTER, *BATTERY)
    for row in rows:
        if row.translation_key is not None:
            yield f"entity.sensor.{row.translation_key}"


CANNOT_HAPPEN = {
    "config.error.other_meter": "adding a meter, there is none to differ from",
    "config.error.other_gateway": "the flow ends there: it can only be added as another",
}
"""What reading alone takes for asked, since one of several callers asks for it."""


def load(package: Path, name: str) -> Tree:
    read: Tree = json.loads((package / name).read_text())
    return read


def actions(package: Path) -> set[str]:
    """Return the actions that `package` declares, if it has any."""
    path = package / "services.yaml"
    return set(yaml.safe_load(path.read_text())) if path.exists() else set()


def selectors(package: Path) -> set[str]:
    """Return the selectors with texts of their own in the fields of actions."""
    path = package / "services.yaml"
    return set(re.findall(r"translation_key: (\w+)", path.read_text())) if path.exists() else set()


def leaves(tree: Tree, above: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text with its dotted path."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


EACH_BY_ITSELF = {"menu_options", "state"}
"""What is below these is asked for one by one."""


ON_OR_OFF = re.compile(r"(?<=^entity\.binary_sensor\.)(\w+)\.state\.(on|off)$")
"""The states of a binary sensor, which may be called otherwise than its device class does."""


def covers(asked: str, path: str) -> bool:
    """Tell whether `path` lies at or below `asked`, in which a `*` stands for any word."""
    parts, given = asked.split("."), path.split(".")
    if parts[0] == "*":  # a helper of several flows: in whichever of them
        given = given[2:] if given[0] == "config_subentries" else given[1:]
        parts = parts[1:]
    below = given[len(parts) :]
    return (
        len(parts) <= len(given)
        and all(want in ("*", have) for want, have in zip(parts, given, strict=False))
        and not (below and below[0] in EACH_BY_ITSELF)
    )


def missing(asked: Asked, given: Tree) -> list[str]:
    """Return what is asked for and not given, each with the place that asks."""
    paths = [path for path, _ in leaves(given)]
    return [
        f"{text} (asked by {place})"
        for text, place in asked.texts.items()
        if not any(covers(text, path) for path in paths)
    ]


def left_over(asked: Asked, given: Tree) -> list[str]:
    """Return what is given and not asked for."""
    return [
        path
        for path, _ in leaves(given)
        if not any(covers(t, ON_OR_OFF.sub(r"\1", path)) for t in asked.texts)
    ]


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


def misplaced(given: Tree) -> list[str]:
    return [path for path, _ in leaves(given) if not PLACES.fullmatch(path)]


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


@pytest.fixture(scope="module")
def asked() -> Asked:
    found = Reader(PACKAGE, TABLES).read()
    for above, keys in ASKED_ITSELF.items():
        found.texts |= {f"{above}.{key}": "its table" for key in keys()}
    found.texts |= dict.fromkeys((*asked_by_labels(), *asked_by_gateways()), "its row")
    found.texts["config.create_entry.default"] = "the page that ends each flow"
    for path in CANNOT_HAPPEN:
        del found.texts[path]
    found.texts |= {f"services.{name}": "services.yaml" for name in actions(PACKAGE)}
    found.texts |= {f"selector.{name}": "services.yaml" for name in selectors(PACKAGE)}
    return found


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_text_asked_for_exists_and_none_is_left_over(asked: Asked, language: str) -> None:
    given = load(PACKAGE, f"translations/{language}.json")
    assert missing(asked, given) == []
    assert left_over(asked, given) == []
    assert misplaced(given) == []


def test_every_key_can_be_told_by_reading_or_from_its_table(asked: Asked) -> None:
    assert asked.unresolved == []


def test_english_and_french_say_the_same_things() -> None:
    english = dict(leaves(load(PACKAGE, "translations/en.json")))
    french = dict(leaves(load(PACKAGE, "translations/fr.json")))
    assert english.keys() == french.keys()
    assert [p for p in english if placeholders(english[p]) != placeholders(french[p])] == []
    assert [p for p, text in (english | french).items() if not text.strip()] == []


def test_every_placeholder_of_a_text_is_handed_to_it(asked: Asked) -> None:
    lacking = [
        f"{path}: {sorted(needed - handed)}"
        for path, text in leaves(load(PACKAGE, "translations/en.json"))
        if (needed := placeholders(text))
        for place, handed in asked.placeholders.items()
        if covers(place, path) and not needed <= handed
    ]
    assert lacking == []


def test_every_field_of_a_form_is_named_and_explained() -> None:
    given = load(PACKAGE, "translations/en.json")
    names, explained, sections = set(), set(), set()
    for path, _ in leaves(given):
        *above, kind, name = path.split(".")
        if kind == "data":
            names.add((*above, name))
        elif kind == "data_description":
            explained.add((*above, name))
        elif above and above[-1] == "sections":
            sections.add(kind)
    assert names == explained
    assert {name for *_, name in names} | sections == Reader(PACKAGE).fields()


def test_icons_belong_to_texts_and_states_that_exist() -> None:
    texts = [path for path, _ in leaves(load(PACKAGE, "translations/en.json"))]
    icons = load(PACKAGE, "icons.json")
    assert icons.keys() <= {"entity", "services"}
    assert icons.get("services", {}).keys() == actions(PACKAGE)
    for path, icon in leaves(icons):
        assert icon.startswith("mdi:"), path
        if path.startswith("entity."):
            what = ON_OR_OFF.sub(r"\1", path.removesuffix(".default"))
            assert any(covers(what, text) for text in texts), path


REFUSED = {
    "a reference to another text": re.compile(r"\[%"),
    "HTML": re.compile(r"</?[a-z]", re.IGNORECASE),
    "a placeholder in single quotes": re.compile(r"'{\w+}'"),
    "space around the text": re.compile(r"^\s|\s$"),
    # It would show the signs that keep a name which somebody chose from being Markdown.
    "a name as code": re.compile(r"`\{(?!link\})\w+\}`"),
    "an address of the web": re.compile(r"(\w+://|www\.)[a-z0-9.-]+\.[a-z]{2,5}\b", re.IGNORECASE),
}
"""What hassfest refuses in a text, and what we do."""


@pytest.mark.parametrize("language", ["en", "fr"])
def test_texts_hold_nothing_that_is_refused(language: str) -> None:
    given = load(PACKAGE, f"translations/{language}.json")
    assert [
        f"{path}: {what}"
        for path, text in leaves(given)
        for what, form in REFUSED.items()
        if form.search(text)
    ] == []


def test_an_issue_has_a_description_or_a_flow_that_mends_it() -> None:
    for name, issue in load(PACKAGE, "translations/en.json").get("issues", {}).items():
        assert ("description" in issue) != ("fix_flow" in issue), name


SMALL = {
    "const.py": """
from enum import StrEnum
DOMAIN = "sen1"
ERRORS = {OSError: "cannot_connect", TimeoutError: "timeout"}
class Kind(StrEnum):
    LINKY = "linky"
    ACCOUNT = "account"
class Fault(StrEnum):
    SILENT = "silent"
class LinkError(Exception):
    key: str
class Refused(LinkError):
    key = "invalid_auth"
""",
    "flow.py": """
from .const import ERRORS, Fault, Kind, LinkError
class Flow(ConfigFlow):
    async def async_step_user(self, user_input=None):
        return self.async_show_menu(step_id="user", menu_options=list(Kind))
    async def async_step_linky(self, user_input=None):
        errors = {}
        try:
            await self.probe()
        except LinkError as error:
            errors["base"] = error.key
        except OSError as error:
            reason = ERRORS[type(error)]
            errors["port"] = reason
        if error := check(user_input):
            errors["base"] = error
        errors = look(user_input) or self._errors()
        schema = vol.Schema({vol.Required("port"): str})
        return self.async_show_form(step_id="linky", data_schema=schema, errors=errors)
    _fault: Fault | None = None
    def _errors(self):
        return {"port": self._fault.value} if self._fault is not None else {}
    async def async_step_account(self, user_input=None):
        self._abort_if_unique_id_configured()
        return self.async_abort(reason="no" if user_input else f"{Kind.LINKY}_only")
def check(data):
    try:
        log_in(data)
    except OSError:
        return "no_server"
    return None
def look(data):
    return {"port": "no_port"} if data else {}
class FriendFlow(ConfigSubentryFlow):
    async def async_step_user(self, user_input=None):
        return self.async_show_form(description_placeholders={"name": "x"})
    async def async_step_grants(self, user_input=None):
        return show(self, "grants", {"name": "x"})
def show(flow, step_id, placeholders=None):
    return flow.async_show_form(step_id=step_id, description_placeholders=placeholders)
FLOWS = {"friend": FriendFlow}
""",
    "sensor.py": """
PERIODS = {"HC..": "off_peak", "HP..": "peak"}
def row(label, name, *, unit="VA"):
    return SensorEntityDescription(key=label, translation_key=name)
LABELS = (
    row("PAPP", "apparent_power"),
    row(label="BASE", unit="Wh", name="index"),
    SensorEntityDescription(key="PTEC", translation_key="period", options=list(PERIODS.values())),
)
class Status(StrEnum):
    RECEIVING = "receiving"
class Live(SensorEntity):
    _attr_translation_key = "live"
    def __init__(self):
        self._attr_options = [str(status) for status in Status]
def fail():
    raise HomeAssistantError(translation_domain=DOMAIN, translation_key="gone")
def tell(hass):
    ir.async_create_issue(hass, DOMAIN, "x", translation_key="lost",
        translation_placeholders={"name": "x"})
""",
}
"""A package that asks for texts in every way the reader follows."""

SMALL_TEXTS: Tree = {
    "config": {
        "step": {
            "user": {"title": "Add", "menu_options": {"linky": "Meter", "account": "Account"}},
            "linky": {"data": {"port": "Port"}},
        },
        "error": {
            "cannot_connect": "a",
            "timeout": "b",
            "invalid_auth": "c",
            "no_server": "d",
            "no_port": "e",
            "silent": "f",
        },
        "abort": {"already_configured": "d", "no": "e", "linky_only": "f"},
    },
    "config_subentries": {
        "friend": {
            "entry_type": "Friend",
            "initiate_flow": {"user": "Add a friend"},
            "step": {"user": {"title": "Who is {name}?"}, "grants": {"title": "For {name}"}},
        }
    },
    "entity": {
        "sensor": {
            "apparent_power": {"name": "Power"},
            "index": {"name": "Index"},
            "period": {"name": "Period", "state": {"off_peak": "Off-peak", "peak": "Peak"}},
            "live": {"name": "Live", "state": {"receiving": "Receiving"}},
        }
    },
    "exceptions": {"gone": {"message": "Gone"}},
    "issues": {"lost": {"title": "Lost {name}"}},
}


@pytest.fixture
def small(tmp_path: Path) -> Asked:
    (tmp_path / "__init__.py").touch()
    for name, source in SMALL.items():
        (tmp_path / name).write_text(source)
    return Reader(tmp_path).read()


def test_a_package_with_all_its_texts_passes(small: Asked) -> None:
    assert small.unresolved == []
    assert missing(small, SMALL_TEXTS) == []
    assert left_over(small, SMALL_TEXTS) == []
    assert misplaced(SMALL_TEXTS) == []


@pytest.mark.parametrize("lost", [path for path, _ in leaves(SMALL_TEXTS)])
def test_a_text_that_is_missing_is_seen(small: Asked, lost: str) -> None:
    seen = missing(small, without(SMALL_TEXTS, lost.split(".")))
    assert [line for line in seen if lost.startswith(line.split(" ")[0])]


@pytest.mark.parametrize("path", [path for path, _ in leaves(SMALL_TEXTS)])
def test_a_text_that_nothing_asks_for_is_seen(small: Asked, path: str) -> None:
    *above, key, last = path.split(".")
    given = json.loads(json.dumps(SMALL_TEXTS))
    tree = given
    for word in above:
        tree = tree[word]
    tree[f"{key}_of_old"] = {last: "Old"}
    if key in EACH_BY_ITSELF:
        tree[key]["of_old"] = "Old"
    assert left_over(small, given) or misplaced(given)


def test_a_key_that_cannot_be_told_is_reported(tmp_path: Path) -> None:
    (tmp_path / "sensor.py").write_text("make(translation_key=label.lower())")
    assert len(Reader(tmp_path).read().unresolved) == 1


def test_the_placeholders_of_a_small_package_are_known(small: Asked) -> None:
    assert small.placeholders["issues.lost"] == {"name"}
    for step in ("user", "grants"):
        assert small.placeholders[f"config_subentries.friend.step.{step}"] == {"name"}


def without(tree: Tree, path: list[str]) -> Tree:
    """Return `tree` without one text, and without the branches that leaves empty."""
    key, *rest = path
    below = without(tree[key], rest) if rest else {}
    return {**{k: v for k, v in tree.items() if k != key}, **({key: below} if below else {})}
