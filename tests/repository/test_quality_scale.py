"""The ledger of Home Assistant's quality scale names every rule and says why one does not hold."""

from importlib.resources import files
import json
import re
import tomllib

import yaml

from testbed.uncovered import explained

from .package import PACKAGE, PROJECT

RULES = {
    "bronze": """
        action-setup appropriate-polling brands common-modules config-flow
        config-flow-test-coverage dependency-transparency docs-actions docs-conditions
        docs-high-level-description docs-installation-instructions docs-removal-instructions
        docs-triggers entity-event-setup entity-unique-id has-entity-name runtime-data
        test-before-configure test-before-setup unique-config-entry
    """,
    "silver": """
        action-exceptions config-entry-unloading docs-configuration-parameters
        docs-installation-parameters entity-unavailable integration-owner log-when-unavailable
        parallel-updates reauthentication-flow test-coverage
    """,
    "gold": """
        devices diagnostics discovery discovery-update-info docs-data-update docs-examples
        docs-known-limitations docs-supported-devices docs-supported-functions
        docs-troubleshooting docs-use-cases dynamic-devices entity-category entity-device-class
        entity-disabled-by-default entity-translations exception-translations icon-translations
        reconfiguration-flow repair-issues stale-devices
    """,
    "platinum": "async-dependency inject-websession strict-typing",
}


def test_every_rule_is_answered_and_no_other() -> None:
    names = [rule for tier in RULES.values() for rule in tier.split()]
    assert len(names) == 54
    ledger = yaml.safe_load((PACKAGE / "quality_scale.yaml").read_text())["rules"]
    assert sorted(ledger) == sorted(names)


def test_a_rule_that_does_not_hold_says_why() -> None:
    ledger = yaml.safe_load((PACKAGE / "quality_scale.yaml").read_text())["rules"]
    for rule, answer in ledger.items():
        if answer != "done":
            assert answer["status"] in {"done", "todo", "exempt"}, rule
            assert answer["comment"].strip().endswith("."), rule


def test_no_line_of_a_flow_is_excused_from_being_tested() -> None:
    flows = [module for module in explained() if module.endswith("flow.py") or "/pages/" in module]
    assert not flows


def test_all_of_it_is_checked_strictly_and_each_library_has_types() -> None:
    checked = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["mypy"]
    assert checked["strict"]
    assert "custom_components" in checked["files"]
    required = json.loads((PACKAGE / "manifest.json").read_text())["requirements"]
    libraries = {re.split(r"[<>=]", one)[0] for one in required}
    with_types = {one for one in libraries if (files(one) / "py.typed").is_file()}
    with_stubs = {path.stem for path in (PROJECT / "stubs").iterdir()}
    assert libraries <= with_types | with_stubs
