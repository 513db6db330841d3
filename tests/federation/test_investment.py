"""From a cooperative's sheet to a member's part, over two servers."""

from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

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
