"""What a home or building is like, from its owner to a friend, over two servers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant
from homeassistant.data_entry_flow import section
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.protocol.sheet import Heating, SiteKind, SiteSheet
from custom_components.sen1.sheets import async_sheets

from .conftest import Home, until

FLAT = SiteSheet(SiteKind.HOME, heating=Heating.GAS, people=3, yearly=2400, commune="Lorient")
SAID = {key: value for key, value in FLAT.said().items() if key != "commune"}
"""What is told of it, but where its owner says more."""


@dataclass
class Flat:
    """A home whose sheet is as a test offers it, and its meter, which a friend follows."""

    hass: HomeAssistant
    entry: MockConfigEntry
    end: CALLBACK_TYPE = lambda: None
    """Offers its sheet no more, as when it is unloaded."""
    publication: ConfigSubentry = field(init=False)
    friend: ConfigSubentry = field(init=False)

    def offer(self, sheet: SiteSheet) -> None:
        self.end = async_sheets(self.hass).offer(self.entry.entry_id, lambda: sheet)


def add_home(hass: HomeAssistant) -> MockConfigEntry:
    """Add the entry of a home, of which nothing is set up."""
    entry = MockConfigEntry(domain=DOMAIN, title="Flat", data={"kind": "home"})
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def flat(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
) -> Flat:
    """Return a flat of which the cooperative tells the house all but its commune."""
    flat = Flat(hass, add_home(hass))
    flat.offer(FLAT)
    site = {"site_of": flat.entry.entry_id}
    flat.publication = await cooperative.publish("sensor.meter", site=site)
    flat.friend = await cooperative.befriend(house, flat.publication)
    await house.befriend(cooperative)
    await until(lambda: told(house) == SAID)
    return flat


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
    hass: HomeAssistant, house: Home, cooperative: Home, flat: Flat
) -> None:
    publication = flat.publication
    await change(cooperative, publication, site_of=flat.entry.entry_id, tells_commune=True)
    await until(lambda: told(house) == FLAT.said())

    # While it is loaded anew nothing is unsaid; what is not known at once stays as it was.
    revision = (
        cooperative.runtime[Publishing].publications[publication.data["publication"]].description
    )
    flat.end()
    async_sheets(hass).listeners.tell()
    flat.offer(SiteSheet(SiteKind.HOME, Heating.GAS, people=3))
    now = cooperative.runtime[Publishing].publications[publication.data["publication"]].description
    assert now.site is not None
    assert now.site.yearly == 2400
    assert now.revision == revision.revision + 1
    await until(lambda: told(house) == {**SAID, "yearly": 2400})

    await change(cooperative, publication)
    await until(lambda: told(house) is None)


async def test_what_a_building_is_like_ends_with_the_grant(
    house: Home, cooperative: Home, flat: Flat
) -> None:
    await cooperative.grant(flat.friend)
    await until(lambda: told(house) is None)


async def test_a_building_that_was_removed_is_told_of_no_more(
    hass: HomeAssistant, house: Home, flat: Flat
) -> None:
    flat.end()
    await hass.config_entries.async_remove(flat.entry.entry_id)
    async_sheets(hass).listeners.tell()
    await until(lambda: told(house) is None)


async def test_the_form_asks_of_buildings_where_there_are_some(
    hass: HomeAssistant, house: Home, meter: Callable[[object], None]
) -> None:
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
    entry = add_home(hass)
    select = (await sections())["site"].schema.schema["site_of"]
    assert select.config["options"] == [{"value": entry.entry_id, "label": "Flat"}]
