"""What the visual editor asks of a card."""

from typing import Any

import pytest

from .conftest import Modules
from .town import HASS, Town

OF_SITE = ("class", "comparison", "forecast", "home", "past", "wall")


def fields(modules: Modules, town: Town, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = modules.run(
        f"""{HASS}
        document.documentElement.lang = "en";
        const {{ formOf }} = await import("/editor.js");
        const home = document.createElement("home-assistant");
        home.hass = hass(told);
        document.body.replaceChildren(home);
        try {{
            const {{ schema, computeLabel }} = await formOf(name);
            return schema.map((field) => ({{ ...field, label: computeLabel(field) }}));
        }} finally {{
            home.remove();
        }}
        """,
        told=town.given,
        name=name,
    )
    return found


@pytest.mark.parametrize("name", OF_SITE)
def test_a_card_of_a_site_asks_which_where_there_are_several(modules: Modules, name: str) -> None:
    first = fields(modules, Town(2), name)[0]
    assert (first["name"], first["label"]) == ("site", "Home or building")
    assert first["selector"]["select"]["options"] == [
        {"value": "site0", "label": "Town hall"},
        {"value": "site1", "label": "Library"},
    ]
    assert "site" not in [field["name"] for field in fields(modules, Town(1), name)]


@pytest.mark.parametrize("name", ["buildings", "sharing"])
def test_another_card_does_not(modules: Modules, name: str) -> None:
    assert "site" not in [field["name"] for field in fields(modules, Town(2), name)]


def test_a_part_of_home_is_chosen_by_what_it_is_called(modules: Modules) -> None:
    part = fields(modules, Town(1), "home")[0]
    names = {one["value"]: one["label"] for one in part["selector"]["select"]["options"]}
    assert part["label"] == "Part"
    assert (names["today"], names["now"], names["friends"]) == ("Today", "Now", "Among friends")
