"""What anybody who is logged in may ask of the sites."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from ..conftest import MakeHome, measure
from .test_flow import register


def register_id(hass: HomeAssistant, entity_id: str) -> str:
    """Return the id of an entity in the registry."""
    return er.async_get(hass).entities[entity_id].id


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
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "sen1/sites"})
    answer = await client.receive_json()
    assert answer["success"], answer
    first, second, third = answer["result"]["sites"]
    assert first == {
        "id": town_hall.entry_id,
        "name": "town hall",
        "kind": "town_hall",
        "is_main": True,
        "commune": "Lorient",
        "latitude": 47.75,
        "longitude": -3.35,
        "floor_area": 800,
        "heating": "district",
        "hot_water": "electric",
        "people": 12,
        "picture": "/local/hall.jpg",
        "subscribed_power": 36,
        "loaded": True,
        "sources": {"bought_power": ["sensor.bought_power"]},
        "statistics": {},
    }
    assert (second["name"], second["is_main"], second["loaded"]) == ("Annex", False, False)
    assert (third["id"], third["kind"], third["latitude"]) == (school.entry_id, "home", None)
    assert third["sources"] == {"bought_index": ["sensor.meter_of_school"]}
