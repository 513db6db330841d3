"""Print the packages that the Home Assistants of the testbed need, as Home Assistant pins them.

A Home Assistant installs what its integrations need when it sets them up; ours are started with
`--skip-pip`, so that a demo needs no network: `scripts/setup` installs what this prints.
"""

from collections.abc import Iterable
import json
from pathlib import Path

import homeassistant
from homeassistant.bootstrap import DEFAULT_INTEGRATIONS

from .configuration import INTEGRATIONS

CORE = Path(homeassistant.__file__).parent
CUSTOM = Path(__file__).parents[1] / "custom_components"


def requirements(domains: Iterable[str]) -> list[str]:
    """Return the requirements of integrations and of all they depend on; unknown ones have none."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = list(domains)
    while waiting:
        domain = waiting.pop()
        if domain in seen:
            continue
        seen.add(domain)
        for folder in (CORE / "components", CUSTOM):
            manifest = folder / domain / "manifest.json"
            if manifest.exists():
                content = json.loads(manifest.read_text())
                found.update(content.get("requirements", []))
                waiting.extend(content.get("dependencies", []))
                # Home Assistant installs what these need too: an integration may import one that
                # is not set up. What it imports so is not always among its own requirements.
                waiting.extend(content.get("after_dependencies", []))
    return sorted(found)


def main() -> None:
    """Print one requirement a line, for `uv pip install --constraints` of Home Assistant's own."""
    print(f"--constraint {CORE / 'package_constraints.txt'}")
    print("\n".join(requirements({*DEFAULT_INTEGRATIONS, *INTEGRATIONS, "sen1"})))


if __name__ == "__main__":
    main()
