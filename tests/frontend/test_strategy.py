"""The views that the dashboard is made of, for one site and for several."""

import re
from typing import Any

import pytest

from custom_components.sen1.frontend import MODULES

from .conftest import Modules
from .town import HASS, Town

VIEWS = f"""{HASS}
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
) -> dict[str, Any]:
    found = modules.run(
        VIEWS,
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
    assert list(views(modules, Town(1))) == ["home", "past", "year", "compare", "wall", "roles"]
    assert list(views(modules, Town(0))) == ["home", "past", "year", "compare", "wall", "roles"]


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
    friends = views(modules, town, language, kinds=("publication",))["friends"]
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
        *("cold", "comparator", "learnt"),
    ]
    assert headings(found)[:2] == ["Mes objectifs", "L\u2019année passée"]
    assert cards(found)["goals"]["part"] == "limits"


def test_the_year_of_a_roof_forecasts_nothing_and_of_what_nobody_measures_tells_of_no_moment(
    modules: Modules,
) -> None:
    town = Town(1)
    town.add(0, "forecast_energy", 105_000)
    town.sites[0]["sources"] = {"sold_power": ["sensor.sold"]}
    assert not {"forecast", "class"} & cards(views(modules, town)["year"]).keys()
    town.sites[0]["sources"] = {}
    assert "comparator" not in cards(views(modules, town)["year"])


def test_home_is_one_card_that_says_what_a_household_has(modules: Modules) -> None:
    assert list(cards(views(modules, Town(3))["home"])) == ["home"]


def test_home_of_a_town_begins_with_all_its_buildings(modules: Modules) -> None:
    assert list(cards(views(modules, Town(4))["home"])) == ["town"]


# Friends


def test_a_family_is_invited_on_a_page_that_leads_back_to_the_friends(modules: Modules) -> None:
    kinds = ("need", "publication")
    found = views(modules, Town(1), "fr", kinds=kinds)
    assert list(found)[-5:] == ["friends", "invite", "participate", "sharing", "roles"]
    page = found["invite"]
    assert (page["title"], page["subview"]) == ("Inviter une famille", True)
    assert page["back_path"].endswith("/friends")
    assert list(cards(page)) == ["invite"]
    assert cards(found["friends"])["friends"]["invite"] == "invite"
    assert "invite" not in views(modules, Town(1), is_admin=False, kinds=kinds)
    assert "invite" not in views(modules, Town(1))


def test_an_invitation_is_answered_on_a_page_that_leads_back_to_the_friends(
    modules: Modules,
) -> None:
    kinds = ("need", "publication")
    page = views(modules, Town(1), "fr", kinds=kinds)["participate"]
    assert (page["title"], page["subview"]) == ("Participer", True)
    assert page["back_path"].endswith("/friends")
    assert list(cards(page)) == ["participate"]
    assert "participate" not in views(modules, Town(1), is_admin=False, kinds=kinds)
    assert "participate" not in views(modules, Town(1))


def test_only_who_has_a_collection_has_its_tab(modules: Modules) -> None:
    kinds = ("need", "publication")
    found = views(modules, Town(1), "fr", kinds=kinds, collections=("c1",))
    assert list(found)[-1] == "collection"
    page = found["collection"]
    assert (page["title"], page["icon"]) == ("Collecte", "mdi:account-group")
    assert "subview" not in page
    assert list(cards(page)) == ["collection"]
    assert "collection" not in views(modules, Town(1), kinds=kinds)


def test_only_who_is_in_a_challenge_has_its_tab_and_its_screen(modules: Modules) -> None:
    kinds = ("need", "publication")
    found = views(modules, Town(1), "fr", kinds=kinds, challenges=("p1",))
    assert list(found)[-2:] == ["challenge", "hall"]
    page, hall = found["challenge"], found["hall"]
    assert (page["title"], page["icon"]) == ("Défi", "mdi:flag-checkered")
    assert "subview" not in page
    assert cards(page)["challenge"]["hall"] == "hall"
    assert (hall["subview"], hall["type"]) == (True, "panel")
    assert [card["type"] for card in hall["cards"]] == ["custom:sen1-hall-card"]
    assert not {"challenge", "hall"} & views(modules, Town(1), kinds=kinds).keys()


# Roles


KINDS = ("need", "tariff", "publication", "shareholding")
OF_A_SITE = ["home", "past", "year", "compare", "wall"]


@pytest.mark.parametrize(
    ("sites", "told", "shown"),
    [
        pytest.param(1, {}, OF_A_SITE, id="looks at one site"),
        pytest.param(0, {}, ["home"], id="looks at nothing"),
        pytest.param(0, {"collections": ("c1",)}, ["collection"], id="a collection alone"),
        pytest.param(0, {"challenges": ("p1",)}, ["challenge", "hall"], id="a challenge alone"),
        pytest.param(
            1,
            {"collections": ("c1",), "challenges": ("c1",)},
            [*OF_A_SITE, "challenge", "hall", "collection"],
            id="a site and what is organised here",
        ),
    ],
)
def test_who_is_no_administrator_has_the_pages_of_what_that_person_looks_at(
    modules: Modules, sites: int, told: dict[str, Any], shown: list[str]
) -> None:
    found = views(modules, Town(sites), is_admin=False, kinds=KINDS, **told)
    assert list(found) == shown


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
    assert [path for path, view in found.items() if leads(view)] == [
        "compare",
        "sharing",
        "collection",
    ]
    others = views(modules, Town(1), is_admin=False, kinds=KINDS, collections=("c1",))
    assert not any(leads(view) for view in others.values())


def leads(view: dict[str, Any]) -> bool:
    """Return whether a page leads to that of roles."""
    all_ = [card for section in view["sections"] or () for card in section["cards"]]
    paths = [card.get("tap_action", {}).get("navigation_path", "") for card in all_]
    return any(path.endswith("/roles") for path in paths)


def test_each_page_has_what_it_takes_in_the_one_table_of_roles(modules: Modules) -> None:
    code = 'return (await import("/roles.js")).GIVES;'
    given = [one for several in modules.run(code).values() for one in several]
    assert len(given) == len(set(given))
    strategy = (MODULES / "strategy.js").read_text()
    pages = re.findall(r'^  \["(\w+)", \w+', strategy, re.MULTILINE)
    code = "\n".join(path.read_text() for path in MODULES.rglob("*.js"))
    asked = re.findall(r'may\((?:hass, )?"(\w+)"', code)
    asked += re.findall(r'static page = "(\w+)"', code)
    assert set(given) == {*pages, *asked}


def test_who_is_an_administrator_is_asked_in_one_module() -> None:
    asking = {path.name for path in MODULES.rglob("*.js") if "is_admin" in path.read_text()}
    assert asking == {"roles.js"}
