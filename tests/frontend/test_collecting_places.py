"""Which rows of a ranking are shown, and what of a participation's device is what."""

from typing import Any

import pytest

from .collecting_home import (
    OWN,
    TITLE,
    give,
    give_board,
    give_curve,
    homes,
    member_town,
    participation,
)
from .conftest import Modules
from .town import HASS, Town


def places(modules: Modules, ranked: list[dict[str, Any]], number: int | None) -> list[Any]:
    """Return the numbers of the homes that are shown, and how many are left out."""
    found: list[Any] = modules.value(
        "places.placesOf(ranked, own).map((one) => one.number ?? [one.skipped])",
        ranked=ranked,
        own=number,
    )
    return found


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (None, [1, 2, 3, 4, 5, [28], 34, 35, 36, 37, 38]),
        (12, [1, 2, 3, 4, 5, [4], 10, 11, 12, 13, 14, [19], 34, 35, 36, 37, 38]),
        (1, [1, 2, 3, 4, 5, [28], 34, 35, 36, 37, 38]),
        (5, [1, 2, 3, 4, 5, 6, 7, [26], 34, 35, 36, 37, 38]),
        # One row is no longer than what would stand for it.
        (9, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, [22], 34, 35, 36, 37, 38]),
        (38, [1, 2, 3, 4, 5, [28], 34, 35, 36, 37, 38]),
    ],
)
def test_the_head_the_tail_and_the_neighbours_are_shown(
    modules: Modules, number: int | None, shown: list[Any]
) -> None:
    assert places(modules, homes(38), number) == shown


def test_of_ten_all_are_shown_and_who_has_no_place_is_left_out(modules: Modules) -> None:
    ten = homes(10)
    assert places(modules, [*ten, ten[0] | {"number": 11, "rank": None}], 3) == list(range(1, 11))


def test_who_shares_a_place_stands_by_number(modules: Modules) -> None:
    ranks = {4: 1, 2: 2, 1: 2, 3: 4}
    ranked = [home | {"rank": ranks[home["number"]]} for home in homes(4)]
    assert places(modules, ranked, None) == [4, 1, 2, 3]


def received(modules: Modules, town: Town, **said: Any) -> dict[str, list[str]]:
    """Return the names of what comes back, by what it is."""
    found: dict[str, list[str]] = modules.run(
        f"""{HASS}
        const found = received.receivedOf(hass(told), {{ called: {{}} }}, one);
        return Object.fromEntries(Object.entries(found)
            .map(([kind, list]) => [kind, list.map((one) => one.name ?? one)]));""",
        told=town.given,
        one=participation(**said),
    )
    return found


def test_what_comes_of_a_group_is_one_and_a_roof_is_not(modules: Modules) -> None:
    town = member_town()
    give_curve(town)
    give_board(town, *homes(6))
    roof = {"direction": "production", "statistic": "sen1:roof", "unit_of_measurement": "kWh"}
    give(town, "roof", "Roof", 3, **roof)
    give(town, "homes", "Homes", 38, group=True)
    give(town, "series_status", "State of Roof", "receiving")
    assert received(modules, town, receives=[]) == {
        "groups": ["Curve of the group"],
        "rankings": ["Ranking, own place"],
        "others": ["Roof", "Homes"],
        "awaited": [],
    }


def test_a_board_of_a_challenge_is_no_ranking_and_one_that_is_not_told_is(modules: Modules) -> None:
    town = member_town()
    give_board(town, *homes(6), kind="challenge")
    found = received(modules, town, receives=["Ranking", "Roof"])
    assert found == {"groups": [], "rankings": [], "others": ["Ranking"], "awaited": ["Roof"]}
    town = member_town()
    give(town, "place", "Ranking, own place", "unavailable")
    assert received(modules, town, receives=["Ranking"])["rankings"] == ["Ranking"]


def test_what_is_of_another_device_does_not_come_back(modules: Modules) -> None:
    town = member_town()
    give_curve(town)
    town.add(0, "power", 1, friendly_name=TITLE)
    assert received(modules, town, subentry_id="p2", receives=[]) == {
        "groups": [],
        "rankings": [],
        "others": [],
        "awaited": [],
    }


@pytest.mark.parametrize(
    ("statistics", "direction", "found"),
    [
        ({"bought": "b", "consumed": OWN}, "consumption", OWN),
        ({"bought": "b"}, "consumption", "b"),
        ({"bought": "b", "produced": "p"}, "production", "p"),
        ({"bought": "b"}, "production", None),
        ({"bought": "b"}, "none", None),
    ],
)
def test_one_s_own_is_what_goes_the_same_way(
    modules: Modules, statistics: dict[str, str], direction: str, found: str | None
) -> None:
    own = modules.value(
        "received.ownOf({ statistics }, way) ?? null", statistics=statistics, way=direction
    )
    assert own == found
