"""From a cooperative's sheet to a member's part, over two servers."""

import json
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..conftest import schema_of
from .conftest import Home, until

SHEET = {
    "type": "solar",
    "building": "School",
    "commune": "Lorient",
    "shares": 160,
    "capital": 40_000,
    "surface": 64,
    "link": "https://oncime.example/school",
}


def roof(hass: HomeAssistant, wh: float) -> None:
    hass.states.async_set(
        "sensor.roof",
        str(wh),
        {
            "unit_of_measurement": "Wh",
            "device_class": "energy",
            "state_class": "total_increasing",
            "friendly_name": "Roof",
        },
    )


async def share_roof(hass: HomeAssistant, house: Home, cooperative: Home) -> ConfigSubentry:
    """Have a cooperative share its roof, sheet included, with a house; return the publication."""
    er.async_get(hass).async_get_or_create("sensor", "test", "roof", suggested_object_id="roof")
    roof(hass, 1000)
    publication = await cooperative.publish("sensor.roof", title="Roof", project=SHEET)
    await cooperative.befriend(house, publication)
    await house.befriend(cooperative)
    return publication


async def test_a_cooperatives_sheet_becomes_a_members_part(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    publication = await share_roof(hass, house, cooperative)
    project = await until(lambda: (s := house.state("project")) and s.state == "solar" and s)
    told = {key: value for key, value in project.attributes.items() if key in SHEET}
    assert told == {key: value for key, value in SHEET.items() if key != "type"}
    assert project.attributes["currency"] == hass.config.currency
    await until(lambda: (s := house.state()) and s.state == "1000")

    flows = hass.config_entries.subentries
    flow = await flows.async_init(
        (house.entry.entry_id, "shareholding"), context={"source": "user"}
    )
    ref = er.async_get(hass).async_get(project.entity_id)
    assert ref is not None
    flow = await flows.async_configure(flow["flow_id"], {"project": ref.id})
    given = {"name": "School roof", "shares": 10, "energy": house.state().entity_id}
    await flows.async_configure(flow["flow_id"], given)
    invested: Any = await until(lambda: house.state("invested"))
    assert (invested.state, invested.attributes["project"]) == ("2500.00", 40_000)

    # A changed sheet is told as any change of the description is.
    flow = await flows.async_init(
        (cooperative.entry.entry_id, "publication"),
        context={"source": "reconfigure", "subentry_id": publication.subentry_id},
    )
    wrong = {"title": "Roof", "interval_s": 1, "project": {"shares": 200}}
    flow = await flows.async_configure(flow["flow_id"], wrong)
    assert flow["errors"] == {"base": "no_project_type"}
    sheet = {**SHEET, "shares": 200, "on_map": True}
    right = {"title": "Roof", "interval_s": 1, "project": sheet}
    await flows.async_configure(flow["flow_id"], right)
    await until(lambda: house.state("invested").state == "2000.00")
    # A member's map has it at its commune, and nowhere nearer.
    placed = house.state("project").attributes
    for key in ("latitude", "longitude"):
        assert abs(placed[key] - getattr(hass.config, key)) <= 0.0251
        assert round(placed[key] / 0.05, 6).is_integer()
    assert "position" not in placed
    assert not house.runtime.journal.refusals


def own_project(home: Home) -> Any:
    """Return the state of what a home tells of its one project."""
    registry = er.async_get(home.hass)
    for entity in er.async_entries_for_config_entry(registry, home.entry.entry_id):
        if entity.translation_key == "own_project":
            return home.hass.states.get(entity.entity_id)
    return None


def sheet_in(state: Any) -> dict[str, Any]:
    """Return what a state tells of a project."""
    told = {*SHEET, "latitude", "longitude", "currency"}
    attributes = {key: value for key, value in state.attributes.items() if key in told}
    return {"type": state.state, **attributes}


async def test_a_cooperative_enters_a_project_and_sees_on_its_map_what_friends_see(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    er.async_get(hass).async_get_or_create("sensor", "test", "roof", suggested_object_id="roof")
    roof(hass, 1000)
    flows = hass.config_entries.subentries
    flow = await flows.async_init(
        (cooperative.entry.entry_id, "project"), context={"source": "user"}
    )
    flow = await flows.async_configure(flow["flow_id"], {"entity": "sensor.roof"})
    assert schema_of(flow)["project"].options == {"collapsed": False}
    given = {"title": "School roof", "direction": "production", "interval_s": 1}
    flow = await flows.async_configure(flow["flow_id"], given)
    assert flow["errors"] == {"base": "no_project_type"}
    rennes = {"latitude": 48.117266, "longitude": -1.677793}
    sheet = {**SHEET, "on_map": True, "location": rennes}
    made = await flows.async_configure(flow["flow_id"], {**given, "project": sheet})
    assert (made["type"], made["description"]) == ("create_entry", "project")
    (publication,) = cooperative.entry.get_subentries_of_type("project")
    kept = json.dumps(dict(publication.data))
    assert "48.10 -1.70" in kept
    assert "48.11" not in kept
    assert "1.67" not in kept

    place = {"latitude": 48.1, "longitude": -1.7}
    known = {**SHEET, **place, "currency": hass.config.currency}
    await until(lambda: (own := own_project(cooperative)) and sheet_in(own) == known)
    await cooperative.befriend(house, publication)
    await house.befriend(cooperative)
    await until(lambda: (s := house.state("project")) and sheet_in(s) == known)
    assert own_project(house) is None

    # The form shows the commune, and nothing nearer; unticked, it is on no map any more.
    flow = await flows.async_init(
        (cooperative.entry.entry_id, "project"),
        context={"source": "reconfigure", "subentry_id": publication.subentry_id},
    )
    fields = schema_of(flow)["project"].schema.schema
    shown = {f.schema: f.description["suggested_value"] for f in fields if f.description}
    assert (shown["on_map"], shown["location"]) == (True, place)
    changed = {"title": "School roof", "interval_s": 1, "project": {**shown, "on_map": False}}
    result = await flows.async_configure(flow["flow_id"], changed)
    assert result["reason"] == "reconfigure_successful"
    unplaced = {key: value for key, value in known.items() if key not in place}
    await until(lambda: sheet_in(own_project(cooperative)) == unplaced)
    await until(lambda: sheet_in(house.state("project")) == unplaced)


async def test_a_sheet_that_comes_later_becomes_an_entity_too(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    er.async_get(hass).async_get_or_create("sensor", "test", "roof", suggested_object_id="roof")
    roof(hass, 1000)
    publication = await cooperative.publish("sensor.roof")
    await cooperative.befriend(house, publication)
    await house.befriend(cooperative)
    await until(lambda: (s := house.state()) and s.state == "1000")
    assert house.state("project") is None
    flows = hass.config_entries.subentries
    flow = await flows.async_init(
        (cooperative.entry.entry_id, "publication"),
        context={"source": "reconfigure", "subentry_id": publication.subentry_id},
    )
    changed = {"title": "Roof", "interval_s": 1, "project": {"type": "hydro"}}
    await flows.async_configure(flow["flow_id"], changed)
    await until(lambda: (s := house.state("project")) and s.state == "hydro")


async def test_a_sheet_that_is_taken_back_is_told_of_no_more_while_its_readings_are(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    publication = await share_roof(hass, house, cooperative)
    await until(lambda: (s := house.state("project")) and s.state == "solar")
    await until(lambda: (s := house.state()) and s.state == "1000")
    flows = hass.config_entries.subentries
    flow = await flows.async_init(
        (cooperative.entry.entry_id, "publication"),
        context={"source": "reconfigure", "subentry_id": publication.subentry_id},
    )
    taken_back = {"title": "Roof", "interval_s": 1, "project": {}}
    await flows.async_configure(flow["flow_id"], taken_back)
    await until(lambda: house.state("project").state == "unavailable")
    assert house.state().state == "1000"


async def test_a_series_of_periods_tells_its_statistic_and_direction_before_the_first_is_over(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    er.async_get(hass).async_get_or_create("sensor", "test", "roof", suggested_object_id="roof")
    roof(hass, 1000)
    publication = await cooperative.publish(
        "sensor.roof", granularity="p1d", content="sum", direction="production"
    )
    await cooperative.befriend(house, publication)
    await house.befriend(cooperative)
    state = await until(house.state)
    assert state.state == "unavailable"
    # A roof that is silent stays a production.
    assert state.attributes["direction"] == "production"
    assert state.attributes["statistic"].startswith("sen1:")
