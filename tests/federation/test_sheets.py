"""What a home or building is like, from its owner to a friend, over two servers."""

from collections.abc import Callable
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.protocol.sheet import Heating, SiteKind, SiteSheet
from custom_components.sen1.sheets import async_sheets

from .conftest import Home, until

FLAT = SiteSheet(SiteKind.HOME, heating=Heating.GAS, people=3, yearly=2400, commune="Lorient")


@pytest.fixture
def site(hass: HomeAssistant) -> MockConfigEntry:
    """Return the entry of a home, whose sheet is as a test offers it."""
    entry = MockConfigEntry(domain=DOMAIN, title="Flat", data={"kind": "home"})
    entry.add_to_hass(hass)
    return entry


def told(house: Home) -> dict[str, Any] | None:
    """Return what a friend sees of the site; None while that is unavailable."""
    state = house.state("site")
    if state is None or state.state == "unavailable":
        return None
    assert state.state == state.attributes["kind"]
    shown = ("kind", "heating", "people", "yearly", "commune")
    return {key: state.attributes[key] for key in shown if key in state.attributes}


async def change(home: Home, publication: ConfigSubentry, **given: Any) -> None:
    """Change what is told of the site of a publication."""
    flows = home.hass.config_entries.subentries
    flow = await flows.async_init(
        (home.entry.entry_id, "publication"),
        context={"source": "reconfigure", "subentry_id": publication.subentry_id},
    )
    fields = {"title": "Meter", "interval_s": 1, "listed": False, "site": given}
    result = await flows.async_configure(flow["flow_id"], fields)
    assert result["type"] == "abort", result


async def test_a_friend_sees_what_the_building_is_like_where_its_owner_says_so(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    site: MockConfigEntry,
) -> None:
    meter(640)
    sheets = async_sheets(hass)
    end = sheets.offer(site.entry_id, lambda: FLAT)
    publication = await cooperative.publish("sensor.meter", site={"site_of": site.entry_id})
    await cooperative.befriend(house, publication)
    await house.befriend(cooperative)
    said = {key: value for key, value in FLAT.said().items() if key != "commune"}
    await until(lambda: told(house) == said)

    await change(cooperative, publication, site_of=site.entry_id, tells_commune=True)
    await until(lambda: told(house) == FLAT.said())

    # While it is loaded anew nothing is unsaid; what is not known at once stays as it was.
    revision = cooperative.runtime.publications[publication.data["publication"]].description
    end()
    sheets.listeners.tell()
    end = sheets.offer(site.entry_id, lambda: SiteSheet(SiteKind.HOME, Heating.GAS, people=3))
    now = cooperative.runtime.publications[publication.data["publication"]].description
    assert now.site is not None
    assert now.site.yearly == 2400
    assert now.revision == revision.revision + 1
    await until(lambda: told(house) == {**said, "yearly": 2400})

    await change(cooperative, publication)
    await until(lambda: told(house) is None)
    end()


async def test_what_a_building_is_like_ends_with_the_grant(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    site: MockConfigEntry,
) -> None:
    meter(640)
    end = async_sheets(hass).offer(site.entry_id, lambda: FLAT)
    publication = await cooperative.publish("sensor.meter", site={"site_of": site.entry_id})
    friend = await cooperative.befriend(house, publication)
    await house.befriend(cooperative)
    await until(lambda: told(house) is not None)
    await cooperative.grant(friend)
    await until(lambda: told(house) is None)
    end()


async def test_a_building_that_was_removed_is_told_of_no_more(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    site: MockConfigEntry,
) -> None:
    meter(640)
    sheets = async_sheets(hass)
    end = sheets.offer(site.entry_id, lambda: FLAT)
    publication = await cooperative.publish("sensor.meter", site={"site_of": site.entry_id})
    await cooperative.befriend(house, publication)
    await house.befriend(cooperative)
    await until(lambda: told(house) is not None)
    end()
    await hass.config_entries.async_remove(site.entry_id)
    sheets.listeners.tell()
    await until(lambda: told(house) is None)


async def test_the_form_asks_of_buildings_where_there_are_some(
    hass: HomeAssistant, house: Home, meter: Callable[[object], None]
) -> None:
    meter(640)
    flows = hass.config_entries.subentries

    async def sections() -> dict[str, Any]:
        flow = await flows.async_init(
            (house.entry.entry_id, "publication"), context={"source": "user"}
        )
        form = await flows.async_configure(flow["flow_id"], {"entity": "sensor.meter"})
        assert form["data_schema"] is not None
        fields = form["data_schema"].schema.items()
        return {str(key): field for key, field in fields if isinstance(field, section)}

    assert "site" not in await sections()
    entry = MockConfigEntry(domain=DOMAIN, title="Flat", data={"kind": "home"})
    entry.add_to_hass(hass)
    select = (await sections())["site"].schema.schema["site_of"]
    assert select.config["options"] == [{"value": entry.entry_id, "label": "Flat"}]
