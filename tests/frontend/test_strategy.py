"""The views that the dashboard is made of, for one site and for several."""

import re
from typing import Any

import pytest

from custom_components.sen1.frontend import MODULES

from .conftest import Modules
from .town import HASS, Town, step

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


def sites(view: dict[str, Any]) -> set[str | None]:
    """Return the sites that the cards of a view are told to show."""
    cards = [card for section in view["sections"] for card in section["cards"]]
    shown = [
        card
        for card in cards
        if card["type"].startswith("custom:") and card["type"] != "custom:sen1-steps-card"
    ]
    return {card.get("site") for card in shown}


def tiles(view: dict[str, Any]) -> list[str]:
    """Return the entities that have a tile."""
    cards = [card for section in view["sections"] for card in section["cards"]]
    return [card["entity"] for card in cards if card["type"] == "tile"]


def test_with_one_site_there_are_no_buildings(modules: Modules) -> None:
    assert list(views(modules, Town(1))) == ["home", "past", "year", "compare", "wall", "roles"]
    assert list(views(modules, Town(0))) == ["home", "past", "year", "compare", "wall", "roles"]


def test_with_two_sites_each_has_a_home_of_its_own(modules: Modules) -> None:
    found = views(modules, Town(3), "fr", is_admin=False)
    homes = ["home", "buildings", "home-site1", "home-site2"]
    years = ["year", "year-site1", "year-site2"]
    assert list(found) == [*homes, "past", *years, "compare", "wall"]
    assert found["buildings"]["title"] == "Bâtiments"
    assert found["home-site1"]["title"] == "Library"
    assert [found[path].get("subview", False) for path in ("buildings", "home-site1")] == [
        False,
        True,
    ]
    assert [sites(found[path]) for path in ("home", "home-site1")] == [{None}, {"site1"}]


def test_what_is_next_to_do_stands_once(modules: Modules) -> None:
    town = Town(2)
    town.steps = [step("add_meter", "done"), step("add_home", "yours")]
    found = views(modules, town)
    assert "Going further" in headings(found["home"])
    assert "Going further" not in headings(found["home-site1"])


@pytest.mark.parametrize("steps", [[], [step("add_meter", "done"), step("friend", "done")]])
def test_when_all_is_done_there_is_nothing_next_to_do(
    modules: Modules, steps: list[dict[str, Any]]
) -> None:
    town = Town(1)
    town.steps = steps
    assert "Going further" not in headings(views(modules, town)["home"])


def test_who_is_no_administrator_is_offered_nothing_to_do(modules: Modules) -> None:
    town = Town(1)
    town.steps = [step("add_home", "yours")]
    assert "Going further" not in headings(views(modules, town, is_admin=False)["home"])


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


def test_of_a_surplus_is_told_where_something_is_made(modules: Modules) -> None:
    town = Town(2)
    surplus = [town.add(n, "surplus", -320) for n in range(2)]
    town.sites[0]["sources"]["sold_power"] = ["sensor.sold"]
    found = views(modules, town)
    assert tiles(found["home"]) == surplus[:1]
    assert tiles(found["home-site1"]) == []


@pytest.mark.parametrize(
    ("language", "kind", "title"),
    [
        ("en", "school", "Energy of the school"),
        ("fr", "town_hall", "Énergie de la mairie"),
        ("fr", "home", "Énergie du logement"),
    ],
)
def test_a_home_is_called_what_it_is(
    modules: Modules, language: str, kind: str, title: str
) -> None:
    town = Town(2)
    town.sites[1]["kind"] = kind
    assert title in headings(views(modules, town, language)["home-site1"])


@pytest.mark.parametrize(
    ("kind", "bought"),
    [
        pytest.param("home", {}, id="nothing else is measured"),
        pytest.param("roof", {"bought_power": ["sensor.bought"]}, id="it is said to be one"),
    ],
)
def test_of_a_roof_nothing_is_said_of_what_is_used(
    modules: Modules, kind: str, bought: dict[str, list[str]]
) -> None:
    town = Town(2)
    town.sites[1]["kind"] = kind
    town.add(1, "forecast_energy", "unknown")
    town.add(1, "surplus", "unavailable")
    town.sites[1]["sources"] = bought | {"sold_power": ["sensor.sold"]}
    view = views(modules, town)["home-site1"]
    assert headings(view) == ["Now", "Installation watch", "Energy of the roof"]
    assert tiles(view) == []


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
    found = views(modules, Town(1), "fr")["year"]
    assert (found["title"], found["icon"]) == ("L\u2019année", "mdi:crosshairs-gps")
    assert list(cards(found)) == ["goals", "report", "cold", "usual", "comparator", "learnt"]
    assert headings(found)[:2] == ["Mes objectifs", "L\u2019année passée"]
    assert found["sections"][0]["cards"][1]["part"] == "savings"
    assert "pages" not in found["sections"][0]["cards"][1]


def test_the_year_of_another_site_is_one_menu_away(modules: Modules) -> None:
    found = views(modules, Town(2))
    pages = {"site0": "year", "site1": "year-site1"}
    for path, site in (("year", None), ("year-site1", "site1")):
        assert found[path]["sections"][0]["cards"][1]["pages"] == pages
        assert sites(found[path]) == {site}
    assert found["year-site1"]["subview"] is True


def test_a_roof_has_no_year_of_goals(modules: Modules) -> None:
    town = Town(2)
    town.sites[1]["sources"] = {"sold_power": ["sensor.sold"]}
    assert "year-site1" not in views(modules, town)


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


def test_who_looks_at_one_of_several_sites_is_shown_nothing_of_the_others(modules: Modules) -> None:
    town = Town(2)
    surplus = [town.add(n, "surplus", -320) for n in range(2)]
    (told,) = town.sites = town.sites[1:]
    told |= {"is_only": False, "sources": {"sold_power": ["sensor.sold"]}, "kind": "school"}
    town.sites[0]["sources"]["bought_power"] = ["sensor.bought"]
    assert tiles(views(modules, town, is_admin=False)["home"]) == surplus[1:]


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


def test_a_home_that_no_sensor_measures_begins_with_its_days_and_tells_of_no_moment(
    modules: Modules,
) -> None:
    town = Town(1)
    del town.entities["sensor.site0_consumption"]
    town.sites[0]["sources"] = {}
    found = views(modules, town)
    home = headings(found["home"])
    assert home.index("Energy of the town hall") < home.index("Installation watch")
    assert "Yesterday\u2019s power" not in home
    assert "As usual?" not in headings(found["year"])
    town.add(0, "bought_yesterday", 8.9)
    found_later = views(modules, town)["home"]
    home = headings(found_later)
    assert home.index("Energy of the town hall") < home.index("Yesterday\u2019s power")
    assert home.index("Yesterday\u2019s power") < home.index("Installation watch")
    assert "power" in cards(found_later)
    town.add(0, "usual_yesterday", "usual")
    assert "As usual?" in headings(views(modules, town)["year"])
    assert "Beside others" not in headings(found["year"])
    assert "My goals" in headings(found["year"])


def test_of_a_home_that_somebody_reads_there_is_nothing_to_watch(modules: Modules) -> None:
    town = Town(1)
    town.remove(0, "consumption")
    town.remove(0, "meter_silent", "binary_sensor")
    town.sites[0]["sources"] = {}
    town.add(0, "bought_yesterday", "unknown")
    assert "Installation watch" in headings(views(modules, town)["home"])
    town.add(0, "read_index", 4210)
    home = headings(views(modules, town)["home"])
    assert not {"Installation watch", "Yesterday\u2019s power"} & set(home)
