"""What all pages have: whose figures they show, and on a phone the pages at the foot."""

from typing import Any

import pytest

from .conftest import Modules
from .town import HASS, Town

DRAW = f"""{HASS}
    const {{ default: Card }} = await import(`/cards/${{name}}.js`);
    const before = location.href;
    history.replaceState(null, "", "/sen1-energy/home");
    const host = document.createElement("div");
    document.body.append(host);
    host.attachShadow({{ mode: "open" }});
    const card = new Card(host);
    const root = host.shadowRoot;
    const words = (node) => node.innerText.replace(/[\\s\\u00a0]+/g, " ").trim();
    try {{
        card.configure(config);
        card.connect();
        await card.take(hass(told, language, isAdmin));
        %s
    }} finally {{
        card.disconnect();
        host.remove();
        history.replaceState(null, "", before);
    }}
"""


def draw(modules: Modules, name: str, body: str, town: Town, **given: Any) -> Any:
    asked = {"language": "en", "isAdmin": True, "config": {}, **given}
    return modules.run(DRAW % body, name=name, told=town.given, **asked)


def test_the_name_of_the_only_home_leads_nowhere(modules: Modules) -> None:
    told = draw(
        modules,
        "place",
        'return [words(root.querySelector("h1")), root.querySelectorAll("button").length];',
        Town(1),
    )
    assert told == ["Town hall", 0]


def test_the_name_opens_the_homes_and_one_press_shows_another(modules: Modules) -> None:
    town = Town(3)
    told = draw(
        modules,
        "place",
        """root.querySelector(".pill").click();
        while (!root.querySelector("dialog[open]")) await painted();
        const rows = [...root.querySelectorAll("dialog li button")];
        const said = rows.map(words);
        rows[1].click();
        return [said, words(root.querySelector("h1")), location.search,
            root.querySelectorAll("dialog[open]").length];""",
        town,
    )
    said, name, query, dialogs = told
    assert said[1].startswith("Library Lorient, 1,680 m²")
    assert said[1].endswith("118.4 kWh Today")
    assert (name, query, dialogs) == ("Library", "?site=site1", 0)


def test_the_homes_beside_each_other_are_one_press_away(modules: Modules) -> None:
    told = draw(
        modules,
        "place",
        """root.querySelector(".pill").click();
        while (!root.querySelector("dialog[open]")) await painted();
        return [...root.querySelectorAll("dialog a")].map((one) => one.getAttribute("href"));""",
        Town(2),
        isAdmin=False,
    )
    assert told == ["/sen1-energy/buildings"]


PAGES = [
    {"path": path, "title": path.title(), "icon": "mdi:home"} for path in ("home", "past", "year")
]


def test_the_pages_at_the_foot_have_an_icon_and_a_word(modules: Modules) -> None:
    told = draw(
        modules,
        "tabs",
        """return [...root.querySelectorAll("nav a")].map(
            (one) => [words(one), one.getAttribute("href"), one.getAttribute("aria-current")]);""",
        Town(1),
        config={"pages": PAGES},
    )
    assert told == [
        ["Home", "/sen1-energy/home", "page"],
        ["Past", "/sen1-energy/past", None],
        ["Year", "/sen1-energy/year", None],
    ]


@pytest.mark.parametrize(
    ("to", "where"),
    [
        (["together"], "/sen1-energy/together"),
        (["year", {"site": "site1"}], "/sen1-energy/year?site=site1"),
    ],
)
def test_an_old_address_leads_on(modules: Modules, to: list[Any], where: str) -> None:
    told = draw(
        modules,
        "tabs",
        "return location.pathname + location.search;",
        Town(2),
        config={"moved": to},
    )
    assert told == where
