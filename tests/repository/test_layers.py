"""Imports go down only (docs/developers.md), so that each part can be read and replaced alone."""

from __future__ import annotations

import ast
from importlib.metadata import requires
from pathlib import Path
import sys

from homeassistant.const import Platform
from homeassistant.loader import BASE_PRELOAD_PLATFORMS
from packaging.requirements import Requirement
import pytest

from .package import PACKAGE, PACKAGE_NAME, imports, modules

GROUND = {"const", "entity"}
MAY_IMPORT = {
    "linky": {"history", "senml"},
    "enphase": {"history", "senml"},
    "federation": {"protocol", "history", "senml"},
    "protocol": {"federation", "senml"},
    "figures": {"history", "senml"},
    "frontend": set(),
    "history": {"senml"},
    "senml": set(),
}
"""For each part, the parts it may import besides itself and the ground; the root may import all."""

WITHOUT_HOME_ASSISTANT = ("senml", "linky.line.tic")

LOADED_BY_CORE = {
    *Platform,
    *BASE_PRELOAD_PLATFORMS,
    *("analytics", "application_credentials", "device_action", "device_condition"),
    *("device_trigger", "llm", "onboarding", "reproduce_state", "significant_change"),
}
"""Names core looks for in every integration; it takes a folder for a module."""


def part_of(name: str) -> str:
    first = name.split(".", maxsplit=1)[0]
    return first if first in MAY_IMPORT else "ground" if first in GROUND else "root"


def violations(package: Path) -> list[str]:
    """Return each import of `package` that goes up or sideways, as `file:line → target`."""
    known = modules(package)
    found = []
    for module in known.values():
        part = part_of(module.name)
        allowed = {"ground"} if part == "ground" else {part, "ground", *MAY_IMPORT.get(part, ())}
        found += [
            f"{module.path.relative_to(package)}:{seen.line} → {seen.internal or 'root'}"
            for seen in imports(module, known, PACKAGE_NAME)
            if seen.internal is not None
            and part != "root"
            and part_of(seen.internal) not in allowed
        ]
    return found


def test_imports_go_down_only() -> None:
    assert violations(PACKAGE) == []


@pytest.mark.parametrize(
    ("file", "statement"),
    [
        ("linky/meter.py", "from ..federation import session"),
        ("federation/session.py", "from .. import PARTS"),
        ("federation/session.py", "import custom_components.sen1.linky.tic"),
        ("senml/xml.py", "from ..history import read"),
        ("history/read.py", "def late():\n    from ..linky import meter"),
        ("entity.py", "from .federation import model"),
    ],
)
def test_an_import_that_goes_up_or_sideways_is_seen(
    tmp_path: Path, file: str, statement: str
) -> None:
    for name in ("__init__", "linky/meter", "linky/tic", "federation/session", "history/read"):
        (tmp_path / name).with_suffix(".py").parent.mkdir(exist_ok=True)
        (tmp_path / name).with_suffix(".py").write_text("")
    for part in ("linky", "federation", "history", "senml"):
        (tmp_path / part).mkdir(exist_ok=True)
        (tmp_path / part / "__init__.py").write_text("")
    assert violations(tmp_path) == []
    (tmp_path / file).write_text(statement)
    assert len(violations(tmp_path)) == 1


@pytest.mark.parametrize("part", WITHOUT_HOME_ASSISTANT)
def test_the_codecs_need_nothing_of_home_assistant(part: str) -> None:
    known = modules(PACKAGE)
    inside = [m for m in known.values() if m.name == part or m.name.startswith(f"{part}.")]
    assert inside
    for module in inside:
        for seen in imports(module, known, PACKAGE_NAME):
            if seen.internal is None:
                assert seen.target.split(".")[0] in {*sys.stdlib_module_names, "lxml"}, module.name
            else:
                assert seen.internal.startswith(part), f"{module.name}:{seen.line}"


def test_each_folder_is_a_part_or_belongs_to_home_assistant() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders <= {*MAY_IMPORT, "brand", "translations"}


def test_no_folder_bears_the_name_of_a_platform() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir()}
    assert folders & LOADED_BY_CORE == set()


def test_every_module_parses_on_the_oldest_python() -> None:
    for module in modules(PACKAGE).values():
        ast.parse(module.path.read_text(), str(module.path), feature_version=(3, 13))


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
    assert foreign - of_core == required
    assert not required & of_core, "Home Assistant brings it by itself"
