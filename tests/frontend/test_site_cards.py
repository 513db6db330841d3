"""Cards of one site among several, drawn on a blank page."""

import re
from typing import Any

import pytest

from .conftest import Modules
from .town import HASS, SHOW, Town

WORDS = f"""{HASS}{SHOW}
    const words = async (name, config) => {{
        const card = await shown(name, config, hass(told));
        card.width = 400;
        card.redraw();
        return card.frame.innerText;
    }};
"""


def words(modules: Modules, town: Town, name: str, **config: Any) -> str:
    """Return what a card says, in plain spaces."""
    code = f"{WORDS} return words(name, config);"
    text = modules.run(code, told=town.given, name=name, config=config)
    return re.sub(r"\s+", " ", text).strip()


# Whose figures they are


@pytest.mark.parametrize(
    ("site", "month"),
    [
        pytest.param({}, "9,874.4 kWh", id="the main site"),
        pytest.param({"site": "site1"}, "7,016.2 kWh", id="another"),
    ],
)
def test_a_card_shows_the_site_that_it_is_told_of(
    modules: Modules, site: dict[str, str], month: str
) -> None:
    assert month in words(modules, Town(2), "energy", period="month", **site)


@pytest.mark.parametrize("name", ["energy", "power", "wattmeter", "watch", "forecast", "class"])
def test_a_card_of_a_site_that_is_gone_says_so(modules: Modules, name: str) -> None:
    assert words(modules, Town(2), name, site="gone") == "This building is no longer there"


def test_a_watch_tells_friends_of_the_household_where_the_main_site_is(modules: Modules) -> None:
    town = Town(2)
    town.devices["friend"] = {"id": "friend", "primary_config_entry": "account", "name": "Ibis"}
    town.add(0, "series_status", "receiving", device="friend")
    assert "Ibis" in words(modules, town, "watch")
    other = words(modules, town, "watch", site="site1")
    assert "All is well" in other
    assert "Ibis" not in other


def test_a_power_meter_knows_the_limit_that_was_entered_with_the_site(modules: Modules) -> None:
    town = Town(2)
    town.add(1, "apparent_power", 3000)
    assert "%" not in words(modules, town, "wattmeter", site="site1")
    town.sites[1]["subscribed_power"] = 12
    assert "25% of 12 kVA" in words(modules, town, "wattmeter", site="site1")


# Since when each part is counted


def with_roof(town: Town, begin: str) -> Town:
    """Let the roof of the first building give something since a day."""
    town.add(0, "self_consumed_year", 100, begin=begin, known=100)
    town.add(0, "sold_year", 50, begin=begin, known=100)
    town.add(0, "consumed_year", 96510.3, begin=begin, known=100, last_period=7)
    return town


def test_what_came_from_the_roof_is_added_if_it_is_counted_since_the_same_day(
    modules: Modules,
) -> None:
    told = words(modules, with_roof(Town(1), "2026-01-01"), "energy", period="year")
    assert told.startswith("This year since 1 January 2026 96,510 kWh")
    assert "Total 96,510" in told
    assert told.count("since") == 1


def test_else_it_stands_beside_and_says_since_when(modules: Modules) -> None:
    told = words(modules, with_roof(Town(1), "2026-11-20"), "energy", period="year")
    assert told.startswith("This year since 1 January 2026 96,410 kWh")
    assert "From the roof since 20 November 2026 100" in told
    assert "Sent to the grid since 20 November 2026 50" in told
    assert "Total" not in told
    # What was used last year was counted in part only.
    assert "Last year" not in told


def test_a_cost_that_is_counted_since_later_says_so(modules: Modules) -> None:
    town = Town(1)
    town.set(0, "cost_year", "13497.44", begin="2026-03-03")
    assert "Cost since 3 March 2026" in words(modules, town, "energy", period="year")


# A roof that stands alone


def roof(*quantities: str) -> Town:
    """Return a town whose second building gives and uses nothing that is measured."""
    town = Town(2)
    town.remove(1, "consumption")
    town.set(1, "bought_day", "0.0")
    town.sites[1]["sources"] = {
        f"{quantity}_power": [
            town.add(1, f"{quantity}_power", 9000, unit_of_measurement="W", device="roof")
        ]
        for quantity in quantities
    }
    begin = "2026-11-24"
    if "produced" in quantities:
        town.add(1, "self_consumed_day", 2.5, begin=begin)
    town.add(1, "sold_day", 40 if "sold" in quantities else 0, begin=begin)
    return town


@pytest.mark.parametrize(
    ("quantities", "said", "unsaid"),
    [
        pytest.param(
            ("produced", "sold"),
            ["42.5 kWh Produced by the roof", "Used there 2.5", "Sent to the grid 40.0"],
            [],
            id="what it gives and what leaves",
        ),
        pytest.param(
            ("produced",),
            ["2.5 kWh Produced by the roof"],
            ["Used there", "Sent to the grid"],
            id="what it gives",
        ),
        pytest.param(
            ("sold",),
            ["40.0 kWh Sent to the grid"],
            ["Produced", "Used there"],
            id="what leaves",
        ),
    ],
)
def test_a_roof_tells_what_it_gives(
    modules: Modules, quantities: tuple[str, ...], said: list[str], unsaid: list[str]
) -> None:
    told = words(modules, roof(*quantities), "energy", period="day", site="site1")
    assert [one for one in said if one not in told] == []
    assert [one for one in unsaid if one in told] == []
    assert "From the grid" not in told


def test_what_a_roof_uses_since_later_stands_beside(modules: Modules) -> None:
    town = roof("produced", "sold")
    town.set(1, "sold_day", "40", begin="2026-11-23")
    told = words(modules, town, "energy", period="day", site="site1")
    assert "40.0 kWh Sent to the grid" in told
    assert "Used there since 24 November 2026 2.5" in told


@pytest.mark.parametrize(
    ("quantities", "title"),
    [
        (("produced", "sold"), "Power from the roof now"),
        (("sold",), "Power sent to the grid now"),
    ],
)
def test_the_power_of_a_roof_is_called_what_it_is(
    modules: Modules, quantities: tuple[str, ...], title: str
) -> None:
    told = words(modules, roof(*quantities), "power", site="site1")
    assert title in told
    assert "9,000 W" in told
