"""The way to the dashboard from a page that does not know where it is, or that there is one."""

from typing import Any

import pytest

from .conftest import Modules

OURS = {"strategy": {"type": "custom:sen1"}}
OTHERS: dict[str, list[str]] = {"views": []}

PASS = """
    const before = location.pathname + location.search;
    history.replaceState(null, "", address);
    const made = [];
    const said = {
        "lovelace/dashboards/list": () => paths.map((url_path) => ({ url_path })),
        "lovelace/config": ({ url_path }) => {
            if (!(url_path ?? "default" in configs)) throw new Error("none");
            return configs[url_path ?? "default"];
        },
        "lovelace/dashboards/create": (message) => { made.push(message.url_path); },
        "lovelace/config/save": ({ url_path, config }) => { made.push(url_path, config); },
    };
    const hass = { callWS: async (message) => said[message.type](message), panels: {} };
    const gone = new Promise((resolve) => {
        addEventListener("location-changed", resolve, { once: true });
    });
    await import("/door.js");
    const door = document.createElement("sen1-door");
    door.hass = hass;
    if (!paths.includes("sen1-energy")) {
        while (made.length < 3 && isMade) await painted();
        // What Home Assistant has now, as it tells each element.
        door.hass = { ...hass, panels: { "sen1-energy": {} } };
    }
    await gone;
    const after = location.pathname + location.search;
    history.replaceState(null, "", before);
    return [after, made];
"""


def passed(
    modules: Modules,
    address: str,
    configs: dict[str, Any],
    *,
    is_made: bool = False,
) -> tuple[str, list[Any]]:
    """Return where the door leads, and what it makes; `configs` are of dashboards by address."""
    paths = [path for path in configs if path != "default"]
    after, made = modules.run(PASS, address=address, configs=configs, paths=paths, isMade=is_made)
    return after, made


def test_where_there_is_none_a_dashboard_is_made_and_opened(modules: Modules) -> None:
    after, made = passed(modules, "/sen1/friends", {"other-one": OTHERS}, is_made=True)
    assert after == "/sen1-energy/friends"
    assert made == ["sen1-energy", "sen1-energy", OURS]


@pytest.mark.parametrize(
    ("configs", "path"),
    [
        ({"other-one": OTHERS, "our-house": OURS}, "our-house"),
        # Somebody took it into their own hands.
        ({"sen1-energy": OTHERS}, "sen1-energy"),
        ({"default": OURS, "other-one": OTHERS}, "lovelace"),
    ],
)
def test_the_dashboard_that_is_there_is_opened_and_none_is_made(
    modules: Modules, configs: dict[str, Any], path: str
) -> None:
    after, made = passed(modules, "/sen1/sharing?share=fern", configs)
    assert after == f"/{path}/sharing?share=fern"
    assert made == []


def test_without_a_view_it_leads_home(modules: Modules) -> None:
    after, _ = passed(modules, "/sen1", {"our-house": OURS})
    assert after == "/our-house/home"
