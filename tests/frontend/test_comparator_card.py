"""My power beside those of others at the same moment, drawn on a blank page."""

import re
from typing import Any

import pytest

from .conftest import Modules
from .town import HASS, SHOW, Town

DRAWN = f"""{HASS}{SHOW}
    const seen = hass(told, language, isAdmin);
    const {{ callWS }} = seen;
    const kept = [];
    seen.callWS = async (message) => {{
        if (message.type === "frontend/get_user_data") {{
            return {{ value: message.key === "sen1.comparator" ? memory : "of another card" }};
        }}
        if (message.type === "frontend/set_user_data") {{
            kept.push([message.key, message.value]);
            return {{}};
        }}
        return callWS(message);
    }};
    const card = await shown("comparator", config, seen);
    const settled = async () => {{
        for (let i = 0; i < 4; i += 1) await new Promise(requestAnimationFrame);
    }};
    await settled();
    const of = (selector) => Array.from(card.frame.querySelectorAll(selector));
    for (const press of pressed) {{
        of("button").find((one) => one.innerText === press).click();
        await settled();
    }}
    return {{
        words: card.frame.innerText,
        chips: of("[role=group]:first-of-type button").map((one) => one.innerText),
        bars: of("ol li").map((row) => [
            row.querySelector(".name").innerText,
            row.querySelector(".amount").innerText,
            Math.round(parseFloat(row.querySelector(".bar-of").style.width)),
        ]),
        mine: of("li.mine").length,
        kept,
    }};
"""


def drawn(
    modules: Modules,
    town: Town,
    *pressed: str,
    memory: dict[str, Any] | None = None,
    language: str = "en-GB",
    is_admin: bool = True,
    **config: Any,
) -> dict[str, Any]:
    found: dict[str, Any] = modules.run(
        DRAWN,
        told=town.given,
        config=config,
        pressed=pressed,
        memory=memory,
        language=language,
        isAdmin=is_admin,
    )

    def plain(text: str) -> str:
        return re.sub(r"\s+", " ", text).strip()

    found["words"] = plain(found["words"])
    found["bars"] = [[plain(name), plain(amount), width] for name, amount, width in found["bars"]]
    return found


def friend(town: Town, key: str, state: str, *, unit: str = "W", **said: Any) -> str:
    """Let a friend send a power."""
    town.devices["friend"] = {"id": "friend", "primary_config_entry": "account", "name": "Ibis"}
    town.add(0, "series_status", "receiving", device="friend")
    entity = town.add(
        0,
        key,
        state,
        device="friend",
        friendly_name=f"Ibis {key}",
        device_class="power",
        state_class="measurement",
        unit_of_measurement=unit,
        **{"direction": "consumption"} | said,
    )
    del town.entities[entity]["translation_key"]
    return entity


def group(town: Town, state: str, **said: Any) -> str:
    town.devices["group"] = {"id": "group", "primary_config_entry": "account", "name": "Nine"}
    entity = town.add(
        0,
        "group",
        state,
        device="group",
        friendly_name="Nine homes",
        state_class="measurement",
        unit_of_measurement="kW",
        **said,
    )
    del town.entities[entity]["translation_key"]
    return entity


@pytest.fixture
def town() -> Town:
    """Return a home of 21.4 kW with a friend, a group and a contract."""
    town = Town(1)
    friend(town, "power", "10.7", unit="kW")
    friend(town, "roof", "3000", direction="production")
    town.add(0, "site_sheet", "home", device="friend", floor_area=100, people=4)
    group(town, "45", operation="sum", reporting=9, of=9)
    town.sites[0] |= {"subscribed_power": 36, "people": 50}
    return town


def test_the_highest_comes_first_and_mine_is_marked(modules: Modules, town: Town) -> None:
    found = drawn(modules, town)
    assert found["bars"] == [
        ["Subscribed power", "36,000 W", 100],
        ["Me", "21,400 W", 59],
        ["Ibis", "10,700 W", 30],
        ["Nine homes mean of 9", "5,000 W", 14],
    ]
    assert found["mine"] == 1
    assert found["chips"] == ["Ibis", "Nine homes", "Subscribed power"]


def test_who_is_compared_is_chosen_and_kept(modules: Modules, town: Town) -> None:
    found = drawn(modules, town, "Subscribed power", "Nine homes")
    assert [name for name, *_ in found["bars"]] == ["Me", "Ibis"]
    assert found["kept"][-1] == ["sen1.comparator", {"chosen": ["sensor.friend_power"]}]
    again = drawn(modules, town, memory=found["kept"][-1][1])
    assert again["bars"] == found["bars"]


@pytest.mark.parametrize(
    ("way", "bars"),
    [
        ("For each m²", [["Ibis", "107.0 W/m²", 100], ["Me", "7.4 W/m²", 7]]),
        ("For each person", [["Ibis", "2,675 W", 100], ["Me", "428 W", 16]]),
    ],
)
def test_homes_are_compared_by_their_size_as_their_sheets_tell_it(
    modules: Modules, town: Town, way: str, bars: list[Any]
) -> None:
    found = drawn(modules, town, way)
    assert found["bars"] == bars
    assert "Without" not in found["words"]


def test_powers_of_one_friend_are_told_apart(modules: Modules, town: Town) -> None:
    friend(town, "workshop", "2.1", unit="kW")
    chips = drawn(modules, town)["chips"]
    assert chips == ["Ibis power", "Ibis workshop", "Nine homes", "Subscribed power"]


def test_who_tells_no_size_is_named(modules: Modules, town: Town) -> None:
    town.states["sensor.friend_site_sheet"]["attributes"] = {"people": 4}
    found = drawn(modules, town, "For each m²")
    assert [name for name, *_ in found["bars"]] == ["Me"]
    assert "Without a floor area: Ibis." in found["words"]


def test_what_is_old_is_told_to_be_so_and_what_is_silent_too(modules: Modules, town: Town) -> None:
    town.states["sensor.friend_power"]["last_updated"] = "2026-11-24T14:08:00Z"
    town.states["sensor.group_group"]["state"] = "unavailable"
    found = drawn(modules, town, language="fr")
    assert "Ibis il y a 12 min" in found["words"]
    assert "Rien reçu en ce moment : Nine homes." in found["words"]


@pytest.mark.parametrize(
    ("operation", "said", "amount"),
    [("mean", "mean of 9", "4,000 W"), ("median", "median of 9", "4,000 W")],
)
def test_a_group_says_what_was_made_of_its_homes(
    modules: Modules, town: Town, operation: str, said: str, amount: str
) -> None:
    group(town, "4", operation=operation, reporting=9, of=9)
    assert [f"Nine homes {said}", amount] in [row[:2] for row in drawn(modules, town)["bars"]]


def test_other_buildings_of_mine_may_be_compared_but_no_roof(modules: Modules) -> None:
    town = Town(3)
    town.sites[2]["kind"] = "roof"
    town.sites[2]["sources"] = {"produced_power": ["sensor.meter2"]}
    found = drawn(modules, town, site="site1")
    assert found["bars"][1][:2] == ["Me", "15,000 W"]
    assert found["chips"] == ["Town hall"]


def test_friends_are_compared_by_administrators_alone(modules: Modules, town: Town) -> None:
    found = drawn(modules, town, is_admin=False)
    assert found["chips"] == ["Nine homes", "Subscribed power"]


def test_alone_there_is_nobody_to_compare_with(modules: Modules) -> None:
    assert "Nobody to compare with yet" in drawn(modules, Town(1))["words"]


def test_without_a_power_there_is_nothing_to_compare(modules: Modules) -> None:
    town = Town(1)
    town.remove(0, "consumption")
    assert "No Linky meter yet" in drawn(modules, town)["words"]
