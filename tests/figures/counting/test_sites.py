"""Several homes and buildings beside each other: what each has, and which is the main one."""

from datetime import timedelta
import gc

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryDisabler,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.diagnostics import async_get_config_entry_diagnostics
from custom_components.sen1.figures.counting.sites import main_site

from ..conftest import MakeHome, measure, sensor, settled, told
from ..site.test_flow import EMPTY, asked, open_form, reconfigure


def watched(hass: HomeAssistant, entry: MockConfigEntry) -> list[str]:
    """Return what is watched at a site, by its sensors."""
    rows = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return [r.unique_id.partition("_")[2] for r in rows if r.domain == "binary_sensor"]


async def test_a_second_building_is_added_beside_the_home(
    hass: HomeAssistant, make_home: MakeHome
) -> None:
    measure(hass, "bought_power", 400)
    measure(hass, "sold_power", 0)
    home = await make_home("bought_power")
    form = await open_form(hass)
    assert asked(form) == {"name": "Home 2", "site_kind": "home"}
    result = await hass.config_entries.flow.async_configure(
        form["flow_id"],
        {
            **EMPTY,
            "name": " School ",
            "site_kind": "school",
            "grid": {"bought_power": [sensor("sold_power")]},
            "house": {"people": 80.0, "hot_water": "gas"},
            "place": {"commune": " Lorient ", "on_map": True, "picture": "/local/school.jpg"},
        },
    )
    assert result["type"] == "create_entry"
    school = result["result"]
    await settled(hass)
    assert school.title == "School"
    assert school.data["people"] == 80
    assert isinstance(school.data["people"], int)
    assert school.data["commune"] == "Lorient"
    assert "location" not in school.data
    registry = dr.async_get(hass)
    names = [
        device.name
        for site in (home, school)
        for device in dr.async_entries_for_config_entry(registry, site.entry_id)
    ]
    assert names == ["Home", "School"]
    assert told(hass, home, "consumption").entity_id == "sensor.home_consumption"
    assert told(hass, school, "consumption").entity_id == "sensor.school_consumption"
    assert told(hass, home, "consumption").state == "400"
    assert told(hass, school, "consumption").state == "0"
    assert await hass.config_entries.async_unload(school.entry_id)


async def test_the_oldest_is_the_main_one_until_another_is_made_so(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    sites = []
    for title in ("Home", "School", "Town hall"):
        measure(hass, "bought_power", 400)
        sites.append(await make_home("bought_power", title=title))
        freezer.tick(60)
    home, school, town_hall = sites
    grid = {"bought_power": [sensor("bought_power")]}
    assert main_site(hass) is home
    form = await reconfigure(hass, home)
    assert asked(form) == {"name": "Home", "site_kind": "home"}
    form = await reconfigure(hass, school, name="School", main=True, grid=grid)
    assert asked(form) == {"name": "School", "site_kind": "home", "main": False}
    assert main_site(hass) is school
    await reconfigure(hass, school, name="The school", grid=grid)
    assert main_site(hass) is school, "a change of something else leaves it so"
    await reconfigure(hass, town_hall, name="Town hall", main=True, grid=grid)
    assert main_site(hass) is town_hall
    await hass.config_entries.async_remove(town_hall.entry_id)
    await settled(hass)
    assert main_site(hass) is home, "the oldest, whatever was main before"
    await hass.config_entries.async_set_disabled_by(home.entry_id, ConfigEntryDisabler.USER)
    await settled(hass)
    assert main_site(hass) is school
    await hass.config_entries.async_remove(school.entry_id)
    await settled(hass)
    await hass.config_entries.async_remove(home.entry_id)
    assert main_site(hass) is None


async def test_a_site_is_set_up_again_once_when_another_is_made_main_and_not_while_it_leaves(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    sites = []
    for title in ("Home", "School", "Town hall", "Library"):
        measure(hass, "bought_power", 400)
        sites.append(await make_home("bought_power", title=title))
        freezer.tick(60)
    unloaded: list[str] = []
    failed: list[object] = []

    states: dict[str, ConfigEntryState] = {}

    @callback
    def on_change(_change: ConfigEntryChange, entry: ConfigEntry) -> None:
        before = states.get(entry.title)
        states[entry.title] = entry.state
        # Told of more than its state, it may be told of twice while it is unloaded.
        if entry.state is ConfigEntryState.UNLOAD_IN_PROGRESS is not before:
            unloaded.append(entry.title)

    hass.loop.set_exception_handler(lambda _loop, context: failed.append(context))
    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, on_change)
    grid = {"bought_power": [sensor("bought_power")]}
    await reconfigure(hass, sites[1], name="School", main=True, grid=grid)
    await settled(hass)
    await reconfigure(hass, sites[2], name="Town hall", main=True, grid=grid)
    await settled(hass)
    assert sorted(unloaded) == ["Home", "School", "School", "Town hall"]
    # Each removal makes another the main one, which leaves next.
    for site in reversed(sites):
        await hass.config_entries.async_remove(site.entry_id)
    await settled(hass)
    gc.collect()
    assert [site.state for site in sites] == [ConfigEntryState.NOT_LOADED] * 4
    assert failed == []


async def test_the_main_site_alone_watches_what_friends_share(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    measure(hass, "bought_power", 400)
    home = await make_home("bought_power")
    freezer.tick(60)
    school = await make_home("bought_power", title="School")
    assert watched(hass, home) == ["meter_silent", "series_silent"]
    assert watched(hass, school) == ["meter_silent"]
    grid = {"bought_power": [sensor("bought_power")]}
    await reconfigure(hass, school, name="School", main=True, grid=grid)
    await hass.async_block_till_done()
    assert watched(hass, home) == ["meter_silent"]
    assert watched(hass, school) == ["meter_silent", "series_silent"]
    await hass.config_entries.async_remove(school.entry_id)
    await hass.async_block_till_done()
    assert home.state is ConfigEntryState.LOADED
    assert watched(hass, home) == ["meter_silent", "series_silent"]


async def test_a_site_with_another_name_has_a_device_of_that_name(
    hass: HomeAssistant, make_home: MakeHome
) -> None:
    measure(hass, "bought_power", 400)
    home = await make_home("bought_power")
    hass.config_entries.async_update_entry(home, title="Mill")
    await settled(hass)
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), home.entry_id)
    assert device.name == "Mill"
    assert told(hass, home, "consumption").entity_id == "sensor.home_consumption"


async def test_an_issue_names_its_site_and_is_not_that_of_another(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    measure(hass, "bought_power", 5800)
    sites = [
        await make_home("bought_power", title=title, subscribed_power=6)
        for title in ("Home", "School")
    ]
    for _ in range(7):
        freezer.tick(timedelta(minutes=1))
        measure(hass, "bought_power", 5800)
        async_fire_time_changed(hass)
        await settled(hass)
    issues = [ir.async_get(hass).async_get_issue(DOMAIN, f"overload_{s.entry_id}") for s in sites]
    named = [issue.translation_placeholders for issue in issues if issue is not None]
    assert named == [{"site": "Home"}, {"site": "School"}]


async def test_the_diagnostics_of_a_site_say_what_it_is_and_not_its_name(
    hass: HomeAssistant, make_home: MakeHome
) -> None:
    measure(hass, "bought_power", 400)
    await make_home("bought_power")
    school = await make_home(
        "bought_power", title="Jules Ferry", site_kind="school", commune="Lorient"
    )
    told_of = await async_get_config_entry_diagnostics(hass, school)
    assert told_of["site"] == {"kind": "school", "is_main": False}
    assert "Ferry" not in str(told_of)
    assert "Lorient" not in str(told_of)
