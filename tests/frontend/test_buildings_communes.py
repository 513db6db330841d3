"""The picture of communes: north is up, and no word stands on another."""

from itertools import combinations
from typing import Any

import pytest

from .conftest import Modules
from .town import BUILDINGS, HASS, Town

PLACES = {"west": (47.7, -3.5), "north": (47.9, -3.4), "east": (47.7, -3.2)}


def placed(modules: Modules, points: list[tuple[float, float]], width: int) -> list[dict[str, Any]]:
    towns = [{"latitude": latitude, "longitude": longitude} for latitude, longitude in points]
    found: list[dict[str, Any]] = modules.value(
        "communes.placesOf(towns, width)", towns=towns, width=width
    )
    return found


def test_buildings_of_a_commune_are_one_circle(modules: Modules) -> None:
    town = Town()
    town.set(1, "meter_silent", "on", "binary_sensor")
    town.sites[3]["latitude"] = town.sites[3]["longitude"] = None
    town.sites[4]["commune"] = None
    town.sites[5]["commune"] = "LORIENT "
    town.set(10, "bought_month", "unknown")
    found = modules.run(
        f"""{HASS}
        const seen = hass(told);
        return communes.communesOf(
            told.sites.map((site) => rows.rowOf(seen, told.sites, site)));
        """,
        told=town.given,
    )
    left = [row for n, row in enumerate(BUILDINGS) if row[2] == "Lorient" and n not in (3, 4)]
    told = {one["name"]: (one["count"], one["energy"], one["alert"]) for one in found}
    assert told == {
        "Lorient": (7, pytest.approx(sum(row[6] for row in left)), True),
        "Lanester": (1, 3027.3, False),
        "Ploemeur": (2, 502.4, False),
    }


@pytest.mark.parametrize("width", [360, 420, 800])
def test_north_is_up_and_east_is_right(modules: Modules, width: int) -> None:
    west, north, east = placed(modules, list(PLACES.values()), width)
    assert west["x"] < north["x"] < east["x"]
    assert north["y"] < west["y"]
    assert west["y"] == pytest.approx(east["y"])


@pytest.mark.parametrize(
    "points",
    [
        pytest.param([(47.75, -3.35)], id="one"),
        pytest.param([(47.75, -3.35)] * 3, id="three in one place"),
        pytest.param([(47.75, -3.35), (47.75, -3.3), (47.75, -3.45)], id="three in a row"),
        pytest.param([(47.7, -3.3), (47.75, -3.3), (47.8, -3.3)], id="three in a column"),
        pytest.param([(47.75, -3.35), (47.76, -3.34), (48.5, -2.0)], id="two near, one far"),
    ],
)
def test_neighbours_are_moved_apart_within_the_picture(
    modules: Modules, points: list[tuple[float, float]]
) -> None:
    places = placed(modules, points, 380)
    for one, other in combinations(places, 2):
        assert abs(one["x"] - other["x"]) > 80 or abs(one["y"] - other["y"]) > 50
    assert all(60 <= one["x"] <= 320 and 30 <= one["y"] <= 220 for one in places)
