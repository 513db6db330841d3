"""Which entities are of which site."""

from typing import Any

from .conftest import Modules
from .town import HASS, Town


def town() -> Town:
    """Return a building with a meter, one with a gateway and inverters, one with neither."""
    town = Town(3)
    for device, entry, above in (
        ("linky", "linky_entry", None),
        ("gateway", "gateway_entry", None),
        ("inverter1", "gateway_entry", "gateway"),
        ("inverter2", "gateway_entry", "gateway"),
        ("spare", "spare_entry", None),
        ("water", "site1", "site1"),
        ("need", "site0", "site0"),
    ):
        town.devices[device] = {
            "id": device,
            "primary_config_entry": entry,
            "via_device_id": above,
        }
    town.sites[0]["sources"] = {"bought_power": [town.add(0, "apparent_power", 1, device="linky")]}
    town.sites[1]["sources"] = {
        "produced_power": [town.add(0, "production_power", 1, device="gateway")],
        # Another building's: they have one boiler.
        "bought_power": [town.add(0, "need", 1, device="need")],
    }
    town.sites[2]["sources"] = {"bought_power": ["sensor.somebody_else"]}
    for device in ("inverter1", "inverter2"):
        town.add(0, "inverter_problem", "off", device=device, platform="binary_sensor")
    town.add(0, "apparent_power", 1, device="spare")
    town.add(0, "read_index", 1, device="water")
    return town


def found(modules: Modules, given: Town, expression: str) -> Any:
    return modules.run(
        f"""{HASS}
        const seen = hass(told);
        const of = (id) => installation.within(
            seen, told.sites, told.sites.find((site) => site.id === id));
        return ({expression});
        """,
        told=given.given,
    )


def test_a_site_has_its_own_entities_and_those_of_its_meters(modules: Modules) -> None:
    entities = found(
        modules,
        town(),
        """told.sites.map(({ id }) => installation.having(of(id),
            "apparent_power", "production_power", "inverter_problem", "need", "read_index",
            "bought_day").map(({ entity_id }) => entity_id))""",
    )
    assert entities == [
        ["sensor.linky_apparent_power", "sensor.need_need", "sensor.site0_bought_day"],
        [
            "sensor.gateway_production_power",
            "binary_sensor.inverter1_inverter_problem",
            "binary_sensor.inverter2_inverter_problem",
            "sensor.water_read_index",
            "sensor.site1_bought_day",
        ],
        ["sensor.site2_bought_day"],
    ]


def test_where_there_is_one_site_everything_is_of_it(modules: Modules) -> None:
    given = town()
    given.sites = given.sites[:1]
    assert found(modules, given, "of('site0') === seen") is True
    given.sites = []
    assert found(modules, given, "of('site0') === seen") is True


def test_of_a_site_that_is_gone_there_is_nothing(modules: Modules) -> None:
    assert found(modules, town(), "installation.ours(of('gone'))") == []


def test_what_is_of_a_site_is_sought_once_until_the_registries_change(modules: Modules) -> None:
    same = found(
        modules,
        town(),
        """[
            of("site0").entities === of("site0").entities,
            of("site0").entities === installation.within(
                { ...seen, devices: { ...seen.devices } }, told.sites, told.sites[0]).entities,
        ]""",
    )
    assert same == [True, False]


def test_the_power_of_a_roof_is_what_it_gives(modules: Modules) -> None:
    given = town()
    given.sites[1]["sources"] = {"sold_power": ["sensor.sold"], "produced_power": ["sensor.made"]}
    given.sites[2]["sources"] = {"sold_power": ["sensor.sold"]}
    powers = found(
        modules, given, "told.sites.map((site) => installation.powerOf(of(site.id), site))"
    )
    assert powers == ["sensor.site0_consumption", "sensor.made", "sensor.sold"]
