"""Manifest, hacs.json and brand, by the rules of hassfest and of the HACS action."""

import ast
from collections.abc import Callable
import json
import re
import struct
import tomllib
from typing import Any

from homeassistant.const import Platform
from packaging.requirements import Requirement
from packaging.version import Version
import pytest

from testbed.translations import at, source

from .package import PACKAGE, PACKAGE_NAME, PROJECT, imports, modules

type Check = Callable[[Any], bool]


def text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(text, value)) and len(value) == len(set(value))


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def url(value: Any) -> bool:
    return text(value) and value.startswith("https://")


def one_of(*choices: str) -> Check:
    return lambda value: value in choices


USB_FIELDS: dict[str, Check] = {
    "vid": lambda value: text(value) and value == value.upper(),
    "pid": lambda value: text(value) and value == value.upper(),
    "serial_number": lambda value: text(value) and value == value.lower(),
    "manufacturer": lambda value: text(value) and value == value.lower(),
    "description": lambda value: text(value) and value == value.lower(),
    "known_devices": texts,
}


def usb_matchers(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(matcher, dict)
        and matcher.keys() <= USB_FIELDS.keys()
        and all(USB_FIELDS[key](field) for key, field in matcher.items())
        for matcher in value
    )


MANIFEST: dict[str, Check] = {
    "domain": text,
    "name": text,
    "after_dependencies": texts,
    "codeowners": lambda value: texts(value) and all(name.startswith("@") for name in value),
    "config_flow": flag,
    "dependencies": texts,
    "documentation": url,
    "import_executor": flag,
    "integration_type": one_of(
        "device", "entity", "hardware", "helper", "hub", "service", "system"
    ),
    "iot_class": one_of(
        "assumed_state",
        "calculated",
        "cloud_polling",
        "cloud_push",
        "local_polling",
        "local_push",
    ),
    "issue_tracker": url,
    "loggers": texts,
    "quality_scale": one_of("custom"),
    "requirements": texts,
    "single_config_entry": flag,
    "usb": usb_matchers,
    "version": lambda value: text(value) and str(Version(value)) == value,
    "zeroconf": lambda value: texts(value) and all(name.endswith(".local.") for name in value),
}
"""The keys a custom integration of our kind may have."""

REQUIRED_BY_HASSFEST = {"domain", "name", "codeowners", "documentation", "iot_class", "version"}
REQUIRED_BY_HACS = {"domain", "name", "codeowners", "documentation", "issue_tracker", "version"}
HACS_JSON: dict[str, Check] = {
    "name": text,
    "content_in_root": flag,
    "country": lambda value: text(value) or texts(value),
    "filename": text,
    "hide_default_branch": flag,
    "homeassistant": text,
    "hacs": text,
    "persistent_directory": text,
    "render_readme": flag,
    "zip_release": flag,
}
FREELY_IMPORTED = {
    *Platform,
    *("frontend", "homeassistant", "persistent_notification", "system_health", "websocket_api"),
}
"""Components any integration may import without naming them in its manifest; besides these, those
it has a module for: repairs.py may import repairs."""


def test_the_manifest_has_known_keys_of_the_right_types(manifest: dict[str, Any]) -> None:
    assert manifest.keys() - MANIFEST.keys() == set()
    assert [key for key, value in manifest.items() if not MANIFEST[key](value)] == []


def test_the_manifest_has_the_required_keys(manifest: dict[str, Any]) -> None:
    assert (REQUIRED_BY_HASSFEST | REQUIRED_BY_HACS) - manifest.keys() == set()


def test_the_manifest_is_sorted_domain_and_name_first(manifest: dict[str, Any]) -> None:
    rest = sorted(manifest.keys() - {"domain", "name"})
    assert list(manifest) == ["domain", "name", *rest]


@pytest.mark.parametrize(
    "matchers",
    [
        pytest.param([{"vid": "10c4"}], id="lower case"),
        pytest.param([{"description": "*TIC*"}], id="upper case"),
        pytest.param([{"product": "*tic*"}], id="no such field"),
        pytest.param({"description": "*tic*"}, id="no list"),
    ],
)
def test_usb_matchers_that_hassfest_refuses_are_refused(matchers: Any) -> None:
    assert not usb_matchers(matchers)


def test_a_reader_is_known_by_its_words_never_by_its_chip(manifest: dict[str, Any]) -> None:
    for matcher in manifest["usb"]:
        words = matcher.keys() & {"description", "serial_number"}
        assert words, "the chips of readers are in everything"
        assert all(len(matcher[word].strip("*")) >= 5 for word in words)


def test_the_manifest_names_this_folder(manifest: dict[str, Any]) -> None:
    assert manifest["domain"] == PACKAGE.name
    assert "home-assistant.io/integrations" not in manifest["documentation"]


def test_the_version_is_that_of_the_project_and_of_the_newest_change(
    manifest: dict[str, Any], project: dict[str, Any]
) -> None:
    assert manifest["version"] == project["project"]["version"]
    headings = [
        line.removeprefix("## ")
        for line in (PROJECT / "CHANGELOG.md").read_text().splitlines()
        if line.startswith("## ")
    ]
    assert headings[0].split()[0] == manifest["version"]


@pytest.fixture
def project() -> dict[str, Any]:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text())


def pins(project: dict[str, Any], group: str) -> dict[str, Version]:
    """Return the exact versions of a dependency group by package."""
    found = {}
    for line in project["dependency-groups"][group]:
        if isinstance(line, str):
            pin = Requirement(line)
            (specifier,) = pin.specifier
            assert specifier.operator == "==", f"{pin.name} is not pinned"
            found[pin.name] = Version(specifier.version)
    return found


@pytest.mark.parametrize("group", ["tested", "oldest"])
def test_requirements_have_no_upper_bound_and_are_met_by_both_pins(
    manifest: dict[str, Any], project: dict[str, Any], group: str
) -> None:
    pinned = pins(project, group)
    for line in manifest["requirements"]:
        required = Requirement(line)
        assert {specifier.operator for specifier in required.specifier} == {">="}, line
        assert pinned[required.name] in required.specifier, line


FLOOR_SAID = {
    "hacs.json": r'"homeassistant": "([\d.]+)\.0"',
    "README.md": r"Home Assistant ([\d.]+) or later",
    "docs/en/index.md": r"Home Assistant ([\d.]+) or later",
    "docs/fr/index.md": r"Home Assistant ([\d.]+) ou plus récent",
    "docs/supported.md": r"^([\d.]+) to the newest",
    **{
        f"blueprints/automation/sen1/{path.name}": r"min_version: ([\d.]+)\.0$"
        for path in PROJECT.glob("blueprints/automation/sen1/*.yaml")
    },
}
"""Where the oldest Home Assistant supported is said, and how."""


def test_letters_and_the_readme_say_where_sen1_is_installed_from() -> None:
    manifest = json.loads((PACKAGE / "manifest.json").read_text())
    repository = manifest["documentation"].removeprefix("https://")
    inviting = at(source(), "dashboard::inviting::inviting::message::install")
    collecting = at(source(), "selector::collection_text::options::invite")
    for letter in (inviting, collecting):
        assert isinstance(letter, dict)
        # Whole, it would be taken for the link that is pasted.
        assert all(f" {repository}" in str(text) for text in letter.values())
    assert f"`https://{repository}`" in (PROJECT / "README.md").read_text()


RELEASES = re.compile(r"(?<![\d.])((20[2-9]\d)\.(\d{1,2}))(?!\d)")
"""Home Assistants, by year and month."""


def series(version: Version) -> str:
    """Return year and month of a Home Assistant, whose corrections bear a third number."""
    return f"{version.major}.{version.minor}"


@pytest.mark.parametrize("name", FLOOR_SAID)
def test_the_oldest_home_assistant_supported_is_the_one_tested(
    project: dict[str, Any], name: str
) -> None:
    said = re.findall(FLOOR_SAID[name], (PROJECT / name).read_text(), re.MULTILINE)
    assert said == [series(pins(project, "oldest")["homeassistant"])]


def test_the_pages_of_what_is_supported_and_for_developers_say_what_is_tested(
    project: dict[str, Any],
) -> None:
    page = (PROJECT / "docs" / "supported.md").read_text()
    oldest, tested, newest = (pins(project, name) for name in ("oldest", "tested", "newest"))
    assert f"to the newest ({series(newest['homeassistant'])} today)" in page
    assert f"on {series(oldest['homeassistant'])} and {series(tested['homeassistant'])}," in page
    gateway = f"pyenphase from {oldest['pyenphase']} (Home Assistant "
    assert f"{gateway}{series(oldest['homeassistant'])}) on" in page
    developers = (PROJECT / "docs" / "developers.md").read_text()
    for pinned in (oldest, tested, newest):
        assert f"({pinned['homeassistant']}" in developers


def test_no_word_is_left_of_a_home_assistant_that_is_not_supported(
    project: dict[str, Any],
) -> None:
    oldest = pins(project, "oldest")["homeassistant"].release[:2]
    found = []
    for folder in ("custom_components", "docs", "blueprints", "testbed", "tests", "scripts", ".ci"):
        for path in (PROJECT / folder).rglob("*"):
            if path.suffix in {"", ".py", ".js", ".md", ".json", ".yaml"} and path.is_file():
                found += [
                    f"{path.relative_to(PROJECT)}: {words}"
                    for words, year, month in RELEASES.findall(path.read_text())
                    if (int(year), int(month)) < oldest
                ]
    assert found == []


def test_hacs_json_has_known_keys_of_the_right_types(manifest: dict[str, Any]) -> None:
    hacs = json.loads((PROJECT / "hacs.json").read_text())
    assert hacs.keys() - HACS_JSON.keys() == set()
    assert [key for key, value in hacs.items() if not HACS_JSON[key](value)] == []
    assert hacs["name"] == manifest["name"]


def test_imported_components_are_dependencies(manifest: dict[str, Any]) -> None:
    declared = {*manifest.get("dependencies", ()), *manifest.get("after_dependencies", ())}
    known = modules(PACKAGE)
    allowed = declared | FREELY_IMPORTED | known.keys()
    undeclared = set()
    for module in known.values():
        for seen in imports(module, known, PACKAGE_NAME):
            parts = seen.target.split(".")
            if parts[:2] == ["homeassistant", "components"] and parts[2] not in allowed:
                undeclared.add(f"{module.name}:{seen.line} → {parts[2]}")
    assert undeclared == set()


@pytest.mark.parametrize(("name", "side"), [("icon.png", 256), ("icon@2x.png", 512)])
def test_the_icon_has_the_size_home_assistant_asks(name: str, side: int) -> None:
    head = (PACKAGE / "brand" / name).read_bytes()[:26]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, colour = struct.unpack(">IIBB", head[16:26])
    assert (width, height) == (side, side)
    assert (depth, colour) == (8, 6), "eight bits a channel, with transparency"


def test_the_licence_is_the_eupl(project: dict[str, Any]) -> None:
    licence = (PROJECT / "LICENSE").read_text()
    assert project["project"]["license"] == "EUPL-1.2"
    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert "Appendix" in licence


def test_platforms_say_how_many_updates_may_run_at_once() -> None:
    for module in modules(PACKAGE).values():
        if module.name in set(Platform):
            names = {
                target.id
                for node in module.tree.body
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            assert "PARALLEL_UPDATES" in names, module.name
