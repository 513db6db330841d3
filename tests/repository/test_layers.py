"""Imports go down only (docs/developers.md), so that each part can be read and replaced alone."""

import ast
from collections import Counter
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions, requires
from pathlib import Path
import subprocess
import sys
import tomllib

from homeassistant.const import Platform
from homeassistant.loader import BASE_PRELOAD_PLATFORMS
from packaging.requirements import Requirement
import pytest

from .package import PACKAGE, PACKAGE_NAME, PROJECT, Module, imports, modules

type Plan = Mapping[str, Iterable[str]]
"""What stands directly on what: each may import that, and all that it stands on in turn."""

ROOT = ""
"""The files of a folder that are no room of their own."""

PARTS: Plan = {
    "const": (),
    "faults": (),
    "alarm": (),
    "listeners": ("faults",),
    "senml": ("const", "listeners"),
    "protocol": ("senml",),
    "fields": ("texts",),
    "sheets": ("protocol",),
    "texts": ("const",),
    "roles": ("const",),
    "commands": ("texts", "roles"),
    "last_page": ("texts",),
    "moments": (),
    "homes": ("const",),
    "history": ("sheets", "fields", "commands", "last_page", "moments", "homes", "alarm"),
    **dict.fromkeys(("linky", "enphase", "enedis", "federation", "figures"), ("history",)),
    "frontend": ("const",),
    "app": ("linky", "enphase", "enedis", "federation", "figures", "frontend"),
    ROOT: ("app",),
}

CAPABILITIES = ("inviting", "participating", "organising", "receipts", "legacy")
"""Rooms of an account's parts that know nothing of each other."""

ROOMS: Mapping[str, Plan] = {
    "federation": {
        "xmpp": (),
        **dict.fromkeys(("config", "store", "issues", "states"), ("xmpp",)),
        "own_keys": (),
        "own_words": (),
        "context": ("config", "store", "own_keys", "own_words"),
        "part": ("context", "kept"),
        "trust": ("issues", "states", "part"),
        "journal": ("trust",),
        **dict.fromkeys(("running", "talk"), ("journal",)),
        "relations": ("talk",),
        **dict.fromkeys(("consent", "follow"), ("relations",)),
        # What is published may be a friend's series, which is asked whether it may be passed on.
        "publish": ("follow", "consent", "running"),
        **dict.fromkeys(CAPABILITIES, ("publish",)),
        "friends": ("inviting", "organising", "participating"),
        "moving": ("friends",),
        "own_server": ("part",),
        "composition": (*CAPABILITIES, "moving", "own_server"),
        "account": ("composition",),
        "kept": (),
        "farewell": ("account",),
        **dict.fromkeys(("showing", "entities"), ("farewell",)),
        "pages": ("showing",),
        "fixes": ("pages",),
        ROOT: ("fixes", "entities"),
    },
    "figures": {
        "const": (),
        "counting": ("const",),
        "tariff": ("counting",),
        "meter": ("tariff",),
        "outdoor": ("counting",),
        "year": ("outdoor", "meter"),
        "goal": ("year",),
        **dict.fromkeys(("surplus", "watch"), ("meter",)),
        "usual": ("year",),
        "site": ("goal", "usual", "surplus", "watch"),
        **dict.fromkeys(("project", "comparison"), ("counting",)),
        "account": ("project", "comparison"),
        ROOT: ("site", "account"),
    },
    "linky": {"line": (), "labels": ("line",), ROOT: ("labels",)},
    "app": {"report": (), "challenge": ("report",), "screen": ("challenge",), ROOT: ("screen",)},
}
"""The rooms of parts that have some; a module that is named here is a room by itself."""

MOST_MODULES = 24
"""Of a folder: beyond it nobody finds one by its name."""

TABLES_OF_ENTITIES = {f"linky.labels.{name}" for name in ("flags", "kinds", "rows", "table")}
"""Rows that are entity descriptions of Home Assistant."""

PURE = ("senml", "protocol", "linky.line", "linky.labels")
"""Parts that programs without Home Assistant use too."""

LOADED_BY_CORE = {
    *Platform,
    *BASE_PRELOAD_PLATFORMS,
    *("analytics", "application_credentials", "device_action", "device_condition"),
    *("device_trigger", "llm", "onboarding", "reproduce_state", "significant_change"),
}
"""Names core looks for in every integration; it takes a folder for a module."""


def below(plan: Plan, one: str) -> set[str]:
    """Return all that one of a plan stands on."""
    return {each for next_one in plan[one] for each in (next_one, *below(plan, next_one))}


def place_in(plan: Plan, name: str) -> str:
    """Return the place in a plan of a dotted name."""
    first = name.partition(".")[0]
    return first if first in plan else ROOT


def crosses(plan: Plan, importer: str, imported: str) -> bool:
    """Return whether an import within a plan goes up or sideways."""
    here, there = place_in(plan, importer), place_in(plan, imported)
    return here != there and there not in below(plan, here)


def violations(package: Path) -> list[str]:
    """Return each import of `package` that goes up or sideways, as `file:line → target`."""
    known = modules(package)
    return [
        f"{module.path.relative_to(package)}:{seen.line} → {seen.internal or 'root'}"
        for module in known.values()
        for seen in imports(module, known, PACKAGE_NAME)
        if seen.internal is not None
        and (crosses(PARTS, module.name, seen.internal) or crosses_rooms(module, seen.internal))
    ]


def crosses_rooms(module: Module, imported: str) -> bool:
    """Return whether an import within a part goes up or sideways among its rooms."""
    part, _, here = module.name.partition(".")
    other, _, there = imported.partition(".")
    return part == other and part in ROOMS and crosses(ROOMS[part], here, there)


def test_imports_go_down_only() -> None:
    assert violations(PACKAGE) == []


@pytest.mark.parametrize(
    ("file", "statement"),
    [
        ("linky/meter.py", "from ..federation.xmpp import session"),
        ("federation/xmpp/session.py", "from ... import PARTS"),
        ("federation/xmpp/session.py", "import custom_components.sen1.linky.line.tic"),
        ("senml/xml.py", "from ..history import read"),
        ("protocol/model.py", "from ..history import read"),
        ("history/read.py", "def late():\n    from ..linky import meter"),
        ("history/read.py", "from ..app import share"),
        ("const.py", "from .protocol import model"),
        ("federation/xmpp/session.py", "from ..publish import sender"),
        ("federation/follow/series.py", "from ..publish import sender"),
        ("federation/follow/series.py", "from .. import account"),
        ("federation/follow/series.py", "if TYPE_CHECKING:\n    from ..account import Account"),
        ("linky/line/tic.py", "from .. import meter"),
    ],
)
def test_an_import_that_goes_up_or_sideways_is_seen(
    tmp_path: Path, file: str, statement: str
) -> None:
    for name in (
        *("__init__", "const", "app/share", "history/read", "linky/meter", "linky/line/tic"),
        *("protocol/model", "senml/xml", "federation/account", "federation/xmpp/session"),
        *("federation/publish/sender", "federation/follow/series"),
    ):
        path = (tmp_path / name).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
        if path.parent != tmp_path:
            (path.parent / "__init__.py").write_text("")
    assert violations(tmp_path) == []
    (tmp_path / file).write_text(statement)
    assert len(violations(tmp_path)) == 1


def test_every_room_that_is_named_is_there() -> None:
    known = modules(PACKAGE)
    planned = {part for part in PARTS if part != ROOT}
    planned |= {f"{part}.{room}" for part in ROOMS for room in ROOMS[part] if room != ROOT}
    assert planned - known.keys() == set()


def test_each_folder_is_a_room_or_belongs_to_home_assistant() -> None:
    for part, rooms in ROOMS.items():
        assert _folders(PACKAGE / part) <= set(rooms), part
    assert _folders(PACKAGE) <= {*PARTS, "brand", "translations"}


def _folders(where: Path) -> set[str]:
    return {path.name for path in where.iterdir() if path.is_dir()} - {"__pycache__"}


def test_no_folder_has_more_modules_than_one_finds_by_name() -> None:
    counts = Counter(m.path.parent for m in modules(PACKAGE).values() if not m.is_package)
    assert {path.name: n for path, n in counts.items() if n > MOST_MODULES} == {}


def circle_in(package: Path) -> list[str]:
    """Return modules that import each other in a circle, for types or for good; else nothing."""
    known = modules(package)
    graph = {
        module.name: {
            seen.internal
            for seen in imports(module, known, PACKAGE_NAME)
            if seen.internal not in (None, module.name)
        }
        for module in known.values()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_two_modules_import_each_other() -> None:
    assert circle_in(PACKAGE) == []


def test_a_circle_of_types_is_seen(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "one.py").write_text("from . import two")
    (tmp_path / "two.py").write_text("if TYPE_CHECKING:\n    from .one import One")
    assert set(circle_in(tmp_path)) == {"one", "two"}


def modules_of(part: str) -> dict[str, Module]:
    """Return the modules of a pure part by dotted name, but for the tables of entities."""
    return {
        name: module
        for name, module in modules(PACKAGE).items()
        if f"{name}.".startswith(f"{part}.") and name not in TABLES_OF_ENTITIES
    }


# The packages above a pure part import Home Assistant, so they stand here as folders alone.
BARE = """
from importlib import import_module
from importlib.abc import MetaPathFinder
import sys
from types import ModuleType

class Refuse(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in ("homeassistant", "voluptuous"):
            raise ImportError(f"{name} is not here")

sys.meta_path.insert(0, Refuse())
for name, folder in (("sen1", sys.argv[1]), ("sen1.linky", sys.argv[1] + "/linky")):
    package = ModuleType(name)
    package.__path__ = [folder]
    sys.modules[name] = package
for name in sys.argv[2:]:
    import_module(f"sen1.{name}")
"""


@pytest.mark.parametrize("part", PURE)
def test_a_pure_part_imports_where_there_is_no_home_assistant(part: str) -> None:
    subprocess.run([sys.executable, "-c", BARE, str(PACKAGE), *modules_of(part)], check=True)


def test_no_folder_bears_the_name_of_a_platform() -> None:
    assert _folders(PACKAGE) & LOADED_BY_CORE == set()


def test_what_other_programs_may_use_parses_on_their_python() -> None:
    ruff = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["ruff"]
    folders = [f"custom_components/sen1/{part.replace('.', '/')}" for part in PURE]
    assert ruff["per-file-target-version"] == {f"{folder}/**": "py313" for folder in folders}
    for folder in folders:
        for path in (PROJECT / folder).rglob("*.py"):
            ast.parse(path.read_text(), str(path), feature_version=(3, 13))


def test_what_is_imported_is_required_and_the_reverse(manifest: dict[str, list[str]]) -> None:
    required = {Requirement(text).name for text in manifest["requirements"]}
    of_core = {Requirement(text).name.replace("-", "_") for text in requires("homeassistant") or ()}
    known = modules(PACKAGE)
    imported = {
        seen.target.split(".")[0]
        for module in known.values()
        for seen in imports(module, known, PACKAGE_NAME)
        if seen.internal is None
    }
    foreign = imported - sys.stdlib_module_names - {"homeassistant", "voluptuous"}
    # What is imported may bear another name than what is installed: jwt is of PyJWT.
    of_core |= {
        module
        for module, (*_, of) in packages_distributions().items()
        if of.replace("-", "_") in of_core
    }
    assert foreign - of_core == required
    assert not required & of_core, "Home Assistant brings it by itself"
