"""The views that the dashboard is made of, for one site and for several."""

import re
from typing import Any

import pytest

from custom_components.sen1.frontend import MODULES

from .conftest import Modules
from .town import HASS, Town

VIEWS = f"""{HASS}
    instead(window, "matchMedia", () => ({{ matches: isPhone }}));
    const {{ generate }} = await import("/strategy.js");
    const seen = hass(told, language, isAdmin);
    const {{ callWS }} = seen;
    seen.callWS = async (message) => message.type === "config_entries/get"
        ? [{{ supported_subentry_types: Object.fromEntries(kinds.map((kind) => [kind, {{}}])) }}]
        : message.type === "sen1/collections" ? {{ collections: collected }}
        : message.type === "sen1/challenges" ? {{ challenges: entered }} : callWS(message);
    return (await generate({{}}, seen)).views;
"""


def views(
    modules: Modules,
    town: Town,
    language: str = "en",
    *,
    is_admin: bool = True,
    kinds: tuple[str, ...] = ("need", "tariff"),
    collections: tuple[str, ...] = (),
    challenges: tuple[str, ...] = (),
    is_phone: bool = False,
) -> dict[str, Any]:
    found = modules.run(
        VIEWS,
        isPhone=is_phone,
        told=town.given,
        language=language,
        isAdmin=is_admin,
        kinds=kinds,
        collected=[{"subentry_id": one} for one in collections],
        entered=[{"id": one, "title": one, "role": "member"} for one in challenges],
    )
    return {view["path"]: view for view in found}


def headings(view: dict[str, Any]) -> list[str]:
    cards = [card for section in view["sections"] for card in section["cards"]]
    return [card["heading"] for card in cards if card["type"] == "heading"]


def test_with_one_site_there_are_no_buildings(modules: Modules) -> None:
    found = [pages(views(modules, Town(count))) for count in (0, 1)]
    assert found == [["home", "past", "year", "compare", "wall", "roles"]] * 2


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Map of communes"), ("fr", "Carte des communes")]
)
def test_the_map_has_friends_projects_and_ones_own_that_say_where_they_are(
    modules: Modules, language: str, title: str
) -> None:
    town = Town(0)
    place: dict[str, Any] = {"latitude": 48.1, "longitude": -1.7, "commune": "Rennes"}
    theirs = town.add(0, "project", "solar", device="coop", **place)
    own = town.add(0, "own_project", "hydro", device="own", **place)
    town.add(0, "own_project", "wind", device="nowhere", commune="Rennes")
    friends = views(modules, town, language, kinds=("publication",))["together"]
    cards = [card for section in friends["sections"] for card in section["cards"]]
    (shown,) = [card for card in cards if card["type"] == "map"]
    assert shown["title"] == title
    assert [one["entity"] for one in shown["entities"]] == [theirs, own]


# The year


def cards(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return our cards of a view, the last of each name."""
    all_ = [card for section in view["sections"] for card in section["cards"]]
    return {
        card["type"].removeprefix("custom:sen1-").removesuffix("-card"): card
        for card in all_
        if card["type"].startswith("custom:sen1-")
    }


def test_the_year_has_a_card_for_each_of_its_questions(modules: Modules) -> None:
    town = Town(1)
    town.add(0, "forecast_energy", 105_000)
    found = views(modules, town, "fr")["year"]
    assert (found["title"], found["icon"]) == ("L\u2019année", "mdi:calendar-check-outline")
    assert list(cards(found)) == [
        *("place", "goals", "report", "forecast", "class"),
        *("cold", "learnt"),
    ]
    # Each card says by itself what it is about.
    assert headings(found) == []
    assert cards(found)["goals"]["part"] == "limits"


def test_the_year_of_a_roof_forecasts_nothing(modules: Modules) -> None:
    town = Town(1)
    town.add(0, "forecast_energy", 105_000)
    town.sites[0]["sources"] = {"sold_power": ["sensor.sold"]}
    assert not {"forecast", "class"} & cards(views(modules, town)["year"]).keys()


def test_home_is_one_card_that_says_what_a_household_has(modules: Modules) -> None:
    assert list(cards(views(modules, Town(3))["home"])) == ["home"]


def test_home_of_a_town_begins_with_all_its_buildings(modules: Modules) -> None:
    assert list(cards(views(modules, Town(4))["home"])) == ["town"]


# Together, and what is reached from it

SHARED = ("need", "publication")


@pytest.mark.parametrize(
    ("name", "title"), [("invite", "Inviter une famille"), ("participate", "Participer")]
)
def test_what_begins_together_is_a_page_that_leads_back(
    modules: Modules, name: str, title: str
) -> None:
    found = views(modules, Town(1), "fr", kinds=SHARED)
    page = found[name]
    assert (page["title"], page["subview"]) == (title, True)
    assert page["back_path"].endswith("/together")
    assert list(cards(page)) == [name]
    assert cards(found["together"])["together"][name] == name
    assert name not in views(modules, Town(1), is_admin=False, kinds=SHARED)
    assert name not in views(modules, Town(1))


@pytest.mark.parametrize(
    ("name", "title", "told"),
    [("collection", "Collecte", "collections"), ("challenge", "Défi", "challenges")],
)
def test_only_who_has_one_is_led_to_it(modules: Modules, name: str, title: str, told: str) -> None:
    found = views(modules, Town(1), "fr", kinds=SHARED, **{told: ("p1",)})  # type: ignore[arg-type]
    page = found[name]
    assert (page["title"], page["subview"]) == (title, True)
    assert page["back_path"].endswith("/together")
    assert list(cards(page)) == [name]
    assert cards(found["together"])["together"][name] == name
    others = views(modules, Town(1), kinds=SHARED)
    assert name not in others
    assert cards(others["together"])["together"][name] is None


# Where a page was before, and on a phone


def moved(found: dict[str, Any]) -> dict[str, list[Any]]:
    """Return the former addresses, each with where it leads."""
    leading = {
        path: view["cards"][0].get("moved") for path, view in found.items() if "cards" in view
    }
    return {path: to for path, to in leading.items() if to}


def pages(found: dict[str, Any]) -> list[str]:
    """Return the addresses of today."""
    return [path for path in found if path not in moved(found)]


def test_former_addresses_lead_to_where_things_are(modules: Modules) -> None:
    assert moved(views(modules, Town(1), kinds=SHARED)) == {
        "friends": ["together"],
        "hall": ["roles"],
        "home-site0": ["home", {"site": "site0"}],
        "year-site0": ["year", {"site": "site0"}],
    }
    assert moved(views(modules, Town(1), is_admin=False))["hall"] == ["challenge"]


def test_on_a_phone_the_five_pages_stand_at_the_foot(modules: Modules) -> None:
    found = views(modules, Town(1), kinds=SHARED, is_phone=True)
    five = ["home", "past", "year", "together", "sharing"]
    for path in five:
        foot = found[path]["footer"]["card"]
        assert foot["type"] == "custom:sen1-tabs-card"
        assert [(one["path"], bool(one["title"] and one["icon"])) for one in foot["pages"]] == [
            (one, True) for one in five
        ]
        assert found[path]["subview"] is (path != "home")
    assert "footer" not in found["invite"]
    assert "footer" not in views(modules, Town(1), kinds=SHARED)["home"]


# Roles


KINDS = ("need", "tariff", "publication", "shareholding")
OF_A_SITE = ["home", "past", "year", "together", "compare", "wall"]


@pytest.mark.parametrize(
    ("sites", "told", "shown"),
    [
        pytest.param(1, {}, OF_A_SITE, id="looks at one site"),
        pytest.param(0, {}, ["home"], id="looks at nothing"),
        pytest.param(
            0, {"collections": ("c1",)}, ["together", "collection"], id="a collection alone"
        ),
        pytest.param(0, {"challenges": ("p1",)}, ["together", "challenge"], id="a challenge alone"),
        pytest.param(
            1,
            {"collections": ("c1",), "challenges": ("c1",)},
            [*OF_A_SITE, "challenge", "collection"],
            id="a site and what is organised here",
        ),
    ],
)
def test_who_is_no_administrator_has_the_pages_of_what_that_person_looks_at(
    modules: Modules, sites: int, told: dict[str, Any], shown: list[str]
) -> None:
    found = views(modules, Town(sites), is_admin=False, kinds=KINDS, **told)
    assert pages(found) == shown


def test_who_may_look_at_nothing_is_told_who_can_change_that(modules: Modules) -> None:
    page = views(modules, Town(0), "fr", is_admin=False)["home"]
    (said,) = page["sections"][0]["cards"]
    assert said["type"] == "markdown"
    assert "Un administrateur peut le changer." in said["content"]


def test_the_page_of_roles_is_reached_from_those_that_have_something_to_give(
    modules: Modules,
) -> None:
    found = views(modules, Town(1), "fr", kinds=KINDS, collections=("c1",))
    assert (found["roles"]["title"], found["roles"]["subview"]) == ("Qui peut faire quoi", True)
    assert list(cards(found["roles"])) == ["roles", "screens"]
    assert [path for path, view in found.items() if leads(view)] == ["collection"]
    assert cards(found["sharing"])["sharing"]["roles"] == "roles"
    others = views(modules, Town(1), is_admin=False, kinds=KINDS, collections=("c1",))
    assert not any(leads(view) for view in others.values())


def leads(view: dict[str, Any]) -> bool:
    """Return whether a page leads to that of roles."""
    all_ = [card for section in view.get("sections") or () for card in section["cards"]]
    paths = [card.get("tap_action", {}).get("navigation_path", "") for card in all_]
    return any(path.endswith("/roles") for path in paths)


def test_each_page_has_what_it_takes_in_the_one_table_of_roles(modules: Modules) -> None:
    code = 'return (await import("/roles.js")).GIVES;'
    given = [one for several in modules.run(code).values() for one in several]
    assert len(given) == len(set(given))
    strategy = (MODULES / "strategy.js").read_text()
    pages = re.findall(r"^  (\w+): \[", strategy, re.MULTILINE)
    code = "\n".join(path.read_text() for path in MODULES.rglob("*.js"))
    asked = re.findall(r'may\((?:hass, )?"(\w+)"', code)
    asked += re.findall(r'static page = "(\w+)"', code)
    assert set(given) == {*pages, *asked}


def test_who_is_an_administrator_is_asked_in_one_module() -> None:
    asking = {path.name for path in MODULES.rglob("*.js") if "is_admin" in path.read_text()}
    assert asking == {"roles.js"}
