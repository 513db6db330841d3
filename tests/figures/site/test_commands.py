"""What anybody who is logged in may ask of the sites."""

from typing import Any

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.figures.meter.hand_readings import HandReading

from ..conftest import MakeHome, home_with, measure, settled
from .test_flow import register


def register_id(hass: HomeAssistant, entity_id: str) -> str:
    """Return the id of an entity in the registry."""
    return er.async_get(hass).entities[entity_id].id


async def sites_told(hass: HomeAssistant, ws: WebSocketGenerator) -> list[dict[str, Any]]:
    """Return what is told of each site."""
    client = await ws(hass)
    await client.send_json_auto_id({"type": "sen1/sites"})
    answer = await client.receive_json()
    assert answer["success"], answer
    sites: list[dict[str, Any]] = answer["result"]["sites"]
    return sites


async def test_anybody_logged_in_may_ask_which_sites_there_are(
    hass: HomeAssistant,
    make_home: MakeHome,
    hass_ws_client: WebSocketGenerator,
    hass_admin_user: MockUser,
) -> None:
    hass_admin_user.groups = []
    assert not hass_admin_user.is_admin
    registered = register(hass, "test", "index")
    hass.states.async_set(registered, "100", {"unit_of_measurement": "Wh"})
    measure(hass, "bought_power", 400)
    town_hall = await make_home(
        "bought_power",
        title="town hall",
        site_kind="town_hall",
        commune="Lorient",
        position="47.75 -3.35",
        floor_area=800,
        heating="district",
        hot_water="electric",
        people=12,
        picture="/local/hall.jpg",
        subscribed_power=36,
    )
    school = await make_home(title="School", bought_index=[register_id(hass, registered)])
    annex = await make_home("bought_power", title="Annex")
    er.async_get(hass).async_update_entity(registered, new_entity_id="sensor.meter_of_school")
    assert await hass.config_entries.async_unload(annex.entry_id)
    first, second, third = await sites_told(hass, hass_ws_client)
    assert first == {
        "id": town_hall.entry_id,
        "name": "town hall",
        "kind": "town_hall",
        "is_main": True,
        "role": "look",
        "commune": "Lorient",
        "floor_area": 800,
        "heating": "district",
        "hot_water": "electric",
        "people": 12,
        "picture": "/local/hall.jpg",
        "subscribed_power": 36,
        "loaded": True,
        "sources": {"bought_power": ["sensor.bought_power"]},
        "statistics": {},
        "is_only": False,
    }
    assert (second["name"], second["is_main"], second["loaded"]) == ("Annex", False, False)
    assert (third["id"], third["kind"], third["commune"]) == (school.entry_id, "home", None)
    assert third["sources"] == {"bought_index": ["sensor.meter_of_school"]}


async def test_a_sensor_that_was_removed_is_no_longer_told_as_one_of_a_site(
    hass: HomeAssistant, make_home: MakeHome, hass_ws_client: WebSocketGenerator
) -> None:
    off_peak, peak = (register(hass, "test", name) for name in ("off_peak", "peak"))
    ids = [register_id(hass, one) for one in (off_peak, peak)]
    await make_home(bought_index=ids)
    (site,) = await sites_told(hass, hass_ws_client)
    assert site["sources"] == {"bought_index": [off_peak, peak]}
    er.async_get(hass).async_remove(off_peak)
    (site,) = await sites_told(hass, hass_ws_client)
    assert site["sources"] == {"bought_index": [peak]}


async def test_gas_and_water_are_told_with_the_statistics_they_are_read_in(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    meters = [
        ConfigSubentryData(
            data={"meter_kind": kind, "coefficient": 10.0, "every": 0},
            subentry_type="manual_meter",
            title=kind,
            unique_id=None,
        )
        for kind in ("gas", "water")
    ]
    entry = await home_with(hass, *meters, sources=())
    read = {
        one.title: f"sen1:reading_{one.subentry_id.lower()}" for one in entry.subentries.values()
    }
    (site,) = await sites_told(hass, hass_ws_client)
    assert site["statistics"] == {}, "nothing was read yet"
    for subentry_id in entry.subentries:
        for at in (1_700_000_000, 1_700_086_400):
            reading = HandReading(at, {"index": 5})
            await entry.runtime_data.meters.async_add(subentry_id, reading)
    (site,) = await sites_told(hass, hass_ws_client)
    assert site["statistics"] == read
    # A sensor of gas that was chosen is told instead of the meter, as it is called by now.
    sensor = register(hass, "test", "gas")
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "gas_series": [register_id(hass, sensor)]}
    )
    er.async_get(hass).async_update_entity(sensor, new_entity_id="sensor.boiler")
    await settled(hass)
    (site,) = await sites_told(hass, hass_ws_client)
    assert site["statistics"] == {**read, "gas": "sensor.boiler"}
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"site": "nobody"}, "not_found"),
        ({"end": "2026-01-01T00:00:00+00:00"}, "invalid_format"),
        ({"begin": "1990-01-01T00:00:00+00:00"}, "invalid_format"),
        ({"step": "minute"}, "invalid_format"),
    ],
)
async def test_energies_that_cannot_be_told_are_refused(
    hass: HomeAssistant,
    make_home: MakeHome,
    hass_ws_client: WebSocketGenerator,
    change: dict[str, Any],
    code: str,
) -> None:
    measure(hass, "bought_index", 100_000)
    site = await make_home("bought_index")
    assert await async_setup_component(hass, "websocket_api", {})
    client = await hass_ws_client(hass)
    asked = {
        "type": "sen1/energies",
        "site": site.entry_id,
        "begin": "2026-01-01T00:00:00+00:00",
        "end": "2026-02-01T00:00:00+00:00",
        "step": "half_hour",
    }
    await client.send_json_auto_id(asked | change)
    answer = await client.receive_json()
    assert answer["error"]["code"] == code
