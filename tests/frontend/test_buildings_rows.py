"""What is known of buildings, in which order they stand, and what they come to together."""

from typing import Any

import pytest

from .conftest import Modules, at
from .town import BUILDINGS, HASS, Town

ALL = f"""{HASS}
    const seen = hass(told);
    const all = told.sites.map((site) => rows.rowOf(seen, told.sites, site));
"""


def told(modules: Modules, town: Town, expression: str, **given: Any) -> Any:
    return modules.run(f"{ALL} return ({expression});", told=town.given, **given)


def names(n: int) -> str:
    return BUILDINGS[n][0]


# What is known of each


def test_a_building_is_told_by_its_own_sensors(modules: Modules) -> None:
    town = Town(2)
    found = told(modules, town, "({ ...all[1], site: all[1].site.name })")
    begin = at("2026-01-01", "Europe/Paris")
    assert found == {
        "site": "Library",
        "uses": True,
        "power": 15000,
        "sends": None,
        "until": None,
        "isMeasured": True,
        "gives": None,
        "perArea": 38,
        "perYear": 38 * 1680,
        "letter": "B",
        "isPartial": False,
        "coverage": 100,
        "faults": [],
        "day": {"energy": 118.4, "cost": 16.58, "since": begin},
        "month": {"energy": 7016.2, "cost": 982.27, "since": begin},
        "year": {"energy": 64180.2, "cost": 8985.23, "since": begin},
        "last": pytest.approx(64180.2 / 0.98),
        "change": pytest.approx(-2),
    }


@pytest.mark.parametrize("state", ["unavailable", "unknown"])
def test_what_a_sensor_does_not_tell_is_not_known(modules: Modules, state: str) -> None:
    town = Town(2)
    for key in ("consumption", "bought_year", "energy_per_area", "energy_class"):
        town.set(0, key, state)
    found = told(modules, town, "all[0]")
    keys = ("power", "perArea", "letter", "coverage", "change")
    assert [found[key] for key in keys] == [None] * len(keys)
    assert found["year"] == {"energy": None, "cost": None, "since": None}
    assert found["day"]["energy"] == 412.6


@pytest.mark.parametrize(
    ("attributes", "change"),
    [
        pytest.param({"same_last_year": 50_000}, 28.36, id="of a year that is known"),
        pytest.param({"known": 94}, None, id="of one that is not known well"),
        pytest.param({"same_last_year_known": 94}, None, id="beside one that is not"),
        pytest.param({"same_last_year": None}, None, id="beside one of which nothing is known"),
        pytest.param({"same_last_year": 0}, None, id="beside one of nothing"),
    ],
)
def test_a_change_is_told_where_both_years_are_known(
    modules: Modules, attributes: dict[str, float | None], change: float | None
) -> None:
    town = Town(2)
    town.states["sensor.site1_bought_year"]["attributes"] |= attributes
    found = told(modules, town, "all[1].change")
    assert found == (None if change is None else pytest.approx(change, abs=0.01))


def test_faults_are_those_of_the_building_and_its_meters_each_kind_once(modules: Modules) -> None:
    town = Town(3)
    town.devices["gateway"] = {"id": "gateway", "primary_config_entry": "gateway_entry"}
    gateway = {"device": "gateway", "platform": "binary_sensor"}
    town.sites[1]["sources"] = {"produced_power": [town.add(0, "production_power", 1, **gateway)]}
    town.sites[1]["sources"]["bought_power"] = ["sensor.meter"]
    town.add(1, "inverter_problem", "on", **gateway)
    town.set(0, "meter_silent", "on", "binary_sensor")
    town.add(0, "overload", "unavailable", platform="binary_sensor")
    town.sites[2]["loaded"] = False
    found = told(modules, town, "all.map(({ faults }) => faults.map(({ key }) => key))")
    assert found == [["meter_silent", "overload"], ["inverter_problem"], ["not_loaded"]]
    assert told(modules, town, "rows.wellOf(all)") == 0


def test_a_roof_gives_and_is_no_part_of_what_is_used(modules: Modules) -> None:
    town = Town(3)
    in_kw = {"unit_of_measurement": "kW"}
    made = [town.add(1, f"made{n}", 4.5, **in_kw) for n in range(2)]
    town.sites[1]["sources"] = {"produced_power": made}
    found = told(modules, town, "[all[1], rows.totalsOf(all)]")
    assert (found[0]["gives"], found[0]["power"], found[0]["year"]["energy"]) == (9000, None, None)
    assert (found[1]["power"]["count"], found[1]["power"]["all"]) == (2, 2)


# Their order


@pytest.mark.parametrize(
    ("column", "is_up", "expected"),
    [
        pytest.param("year", False, [0, 1, 2, 3], id="the largest first"),
        pytest.param("year", True, [3, 2, 1, 0], id="the smallest first"),
        pytest.param("name", True, [3, 1, 0, 2], id="by name"),
        pytest.param("power", False, [0, 3, 2, 1], id="what is not known last"),
        pytest.param("power", True, [2, 3, 0, 1], id="what is not known last, the other way too"),
        pytest.param("state", False, [1, 3, 0, 2], id="those with a fault first, then by name"),
    ],
)
def test_buildings_stand_in_the_order_of_a_column(
    modules: Modules, column: str, is_up: bool, expected: list[int]
) -> None:
    town = Town(4)
    town.set(1, "consumption", "unavailable")
    town.set(1, "meter_silent", "on", "binary_sensor")
    found = told(
        modules,
        town,
        "rows.sorted(all, { column, isUp }, 'en').map(({ site }) => site.name)",
        column=column,
        isUp=is_up,
    )
    assert found == [names(n) for n in expected]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("SCHOOL", [4, 6], id="whatever the case"),
        pytest.param("ker school", [4, 6], id="by several words"),
        pytest.param("lanestér", [2], id="by the commune, whatever the accents"),
        pytest.param("  ", list(range(12)), id="by nothing: all"),
        pytest.param("cinema", [], id="none"),
    ],
)
def test_a_building_is_found_by_its_name_or_its_commune(
    modules: Modules, words: str, expected: list[int]
) -> None:
    found = told(
        modules, Town(), "rows.found(all, words).map(({ site }) => site.name)", words=words
    )
    assert found == [names(n) for n in expected]


# What they come to


def test_each_printed_column_adds_up_to_its_total(modules: Modules) -> None:
    found = told(modules, Town(), "rows.totalsOf(all)")
    columns = ["power", *(f"{p}{c}" for p in ("day", "month", "year") for c in ("", "_cost"))]
    for column in columns:
        sums = found[column]
        assert sum(sums["values"]) == pytest.approx(sums["total"]), column
    assert found["year"]["total"] == pytest.approx(sum(building[-1] for building in BUILDINGS))


def test_a_building_has_the_digits_of_its_own_pages_whatever_stands_beside_it(
    modules: Modules,
) -> None:
    for some in ("all", "all.slice(-2)"):
        found = told(modules, Town(), f"rows.totalsOf({some})")
        assert found["month"]["values"][-2:] == [1186.3, 502.4]
        assert found["month_cost"]["values"][-2:] == [166.08, 70.34]


def test_a_total_says_of_how_many_it_is(modules: Modules) -> None:
    town = Town()
    town.set(0, "consumption", "unknown")
    town.set(1, "bought_year", "64180.2", same_last_year_known=3)
    town.set(2, "energy_per_area", "unknown")
    found = told(modules, town, "rows.totalsOf(all)")
    counts = {key: (found[key]["count"], found[key]["all"]) for key in ("power", "change", "day")}
    assert counts == {"power": (11, 12), "change": (11, 12), "day": (12, 12)}
    assert found["change"]["total"] == pytest.approx(-2)
    areas = [(round(row[-1] / row[3]), row[3]) for n, row in enumerate(BUILDINGS) if n != 2]
    mean = sum(use * area for use, area in areas) / sum(area for _, area in areas)
    assert found["per_area"] == {"total": int(mean), "count": 11, "all": 12}


def test_of_nothing_known_there_is_no_total(modules: Modules) -> None:
    town = Town(2)
    for n in range(2):
        for key in ("consumption", "bought_year", "energy_per_area"):
            town.set(n, key, "unknown")
    found = told(modules, town, "rows.totalsOf(all)")
    totals = [found[key].get("total") for key in ("power", "year", "change", "per_area")]
    assert totals == [None] * 4
