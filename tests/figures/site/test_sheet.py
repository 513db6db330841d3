"""What a site tells of itself."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.sen1.figures.year.outlook import Outlook
from custom_components.sen1.protocol.sheet import Heating, HotWater, SiteKind, SiteSheet
from custom_components.sen1.sheets import Measured, Shareable, async_sheets

from ..conftest import MakeHome, measure, sensor


async def test_a_site_tells_what_its_owner_said_of_it_while_it_is_loaded(
    hass: HomeAssistant, make_home: MakeHome
) -> None:
    measure(hass, "bought_power", 400)
    home = await make_home("bought_power")
    sheets = async_sheets(hass)
    assert sheets.of(home.entry_id) == SiteSheet(SiteKind.HOME)
    school = await make_home(
        "bought_power",
        title="School",
        site_kind="school",
        heating="gas",
        hot_water="solar",
        floor_area=1250,
        people=180,
        commune="L" * 100,
        picture="/local/school.jpg",
        position="47.75 -3.35",
    )
    assert sheets.of(school.entry_id) == SiteSheet(
        SiteKind.SCHOOL, Heating.GAS, HotWater.SOLAR, 1250, 180, commune="L" * 80
    )
    assert await hass.config_entries.async_unload(school.entry_id)
    assert sheets.of(school.entry_id) is None


async def test_what_it_buys_in_a_year_is_told_to_two_digits_and_a_change_is_heard(
    hass: HomeAssistant, make_home: MakeHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure(hass, "bought_power", 400)
    home = await make_home("bought_power")
    sheets, heard = async_sheets(hass), []
    sheets.listeners.add(lambda: heard.append(sheets.of(home.entry_id)))
    monkeypatch.setattr(Outlook, "energy", lambda _self: 9281.8)
    home.runtime_data.outlook.listeners.tell()
    assert heard == [SiteSheet(SiteKind.HOME, yearly=9300)]
    await hass.config_entries.async_remove(home.entry_id)
    assert heard[1:] == [None]


async def test_a_site_says_which_sensors_tell_what_people_share_of_it(
    hass: HomeAssistant, make_home: MakeHome
) -> None:
    measure(hass, "bought_power", 400)
    measure(hass, "bought_index", 12)
    home = await make_home("bought_power", "bought_index")
    registry = er.async_get(hass)

    def own(key: str) -> str | None:
        return registry.async_get_entity_id("sensor", "sen1", f"{home.entry_id}_{key}")

    sheets = async_sheets(hass)
    ((entry_id, told),) = sheets.measured()
    assert entry_id == home.entry_id
    assert told == Measured(
        Shareable.CONSUMPTION,
        home.title,
        True,
        sensor("bought_index"),
        own("consumption"),
        f"sen1:{home.entry_id.lower()}_bought",
    )
    for quantity in ("sold_power", "produced_power"):
        measure(hass, quantity, 100)
    roof = await make_home(
        "bought_power", "sold_power", "produced_power", title="Roof", floor_area=100
    )
    told_of_roof = {one.what: one for entry, one in sheets.measured() if entry == roof.entry_id}
    assert list(told_of_roof) == list(Shareable)
    # What is drawn and what is used are no longer the same.
    assert told_of_roof[Shareable.CONSUMPTION].power == sensor("bought_power")
    assert told_of_roof[Shareable.PRODUCTION].power == sensor("produced_power")
    for what in (Shareable.CONSUMPTION, Shareable.PRODUCTION, Shareable.SURPLUS):
        assert told_of_roof[what].energy is not None
    assert not told_of_roof[Shareable.SURPLUS].is_main
    assert await hass.config_entries.async_unload(roof.entry_id)
    assert [entry for entry, _ in sheets.measured()] == [home.entry_id]


async def test_what_no_sensor_measures_is_told_by_its_day_and_has_no_power(
    hass: HomeAssistant, make_home: MakeHome
) -> None:
    for quantity in ("produced_power", "bought_power"):
        measure(hass, quantity, 100)
    later = ["sen1:file"]
    home = await make_home("produced_power", bought_series=later, sold_series=later)
    told = {one.what: one for _, one in async_sheets(hass).measured()}
    registry = er.async_get(hass)
    for what, quantity in ((Shareable.CONSUMPTION, "bought"), (Shareable.SURPLUS, "sold")):
        own = registry.async_get_entity_id(
            "sensor", "sen1", f"{home.entry_id}_{quantity}_yesterday"
        )
        statistic = f"sen1:{home.entry_id.lower()}_{quantity}"
        assert own is not None
        assert told[what] == Measured(what, home.title, True, own, None, statistic)
    assert told[Shareable.PRODUCTION].power == sensor("produced_power")


async def test_what_several_sensors_count_together_is_told_by_its_power(
    hass: HomeAssistant, make_home: MakeHome
) -> None:
    home = await make_home(
        "bought_power", bought_index=["sensor.peak_index", "sensor.off_peak_index"]
    )
    ((_, told),) = async_sheets(hass).measured()
    assert told.energy is None
    assert told.power == er.async_get(hass).async_get_entity_id(
        "sensor", "sen1", f"{home.entry_id}_consumption"
    )
    assert told.statistic_id is None
