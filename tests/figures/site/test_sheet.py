"""What a site tells of itself."""

from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.figures.year.outlook import Outlook
from custom_components.sen1.protocol.sheet import Heating, HotWater, SiteKind, SiteSheet
from custom_components.sen1.sheets import async_sheets

from ..conftest import MakeHome, measure


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
