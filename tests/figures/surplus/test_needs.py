"""Needs in Home Assistant: their flow, their entities, changes while they run."""

from collections import Counter
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.automation.const import DOMAIN as AUTOMATION
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.const import MAJOR_VERSION, MINOR_VERSION
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from ...conftest import schema_of
from ..conftest import MakeHome, home_with, measure, settled, told

FINE = {"counted": False, "hysteresis": 200, "delay": 60, "minimum": 300}
FIRST = {"maximum_power", "share"}
"""What stands before the fine settings."""


async def add_need(
    hass: HomeAssistant, entry: MockConfigEntry, name: str, power: int, **more: Any
) -> str:
    """Add a need through its flow; return its id."""
    flows = hass.config_entries.subentries
    known = set(entry.subentries)
    form = await flows.async_init((entry.entry_id, "need"), context={"source": "user"})
    (priority,) = (f for f in schema_of(form) if f.schema == "priority")
    result = await flows.async_configure(
        form["flow_id"],
        {
            "name": name,
            "power": power,
            "priority": priority.description["suggested_value"],
            **{key: value for key, value in more.items() if key in FIRST},
            "fine": FINE | {key: value for key, value in more.items() if key not in FIRST},
        },
    )
    assert result["type"] == "create_entry"
    await settled(hass)
    (subentry_id,) = set(entry.subentries) - known
    return subentry_id


async def pass_time(hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float) -> None:
    freezer.tick(timedelta(seconds=seconds))
    async_fire_time_changed(hass)
    await settled(hass)


@pytest.fixture
async def home(hass: HomeAssistant, make_home: MakeHome) -> MockConfigEntry:
    """Return a home with one signed power at the grid."""
    measure(hass, "bought_power", 300)
    return await make_home("bought_power")


async def test_a_need_is_added_while_the_home_runs_and_switches_by_itself(
    hass: HomeAssistant, home: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    runtime = home.runtime_data
    need = await add_need(hass, home, "Water heater", 2000)
    assert home.runtime_data is runtime
    assert told(hass, home, f"{need}_surplus").state == "off"
    assert told(hass, home, f"{need}_surplus").name == "Water heater Enough surplus"
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), home.entry_id)
    above = {device.name: device.via_device_id for device in devices}
    (own,) = (device.id for device in devices if device.name == "Home")
    assert above == {"Home": None, "Water heater": own}
    measure(hass, "bought_power", -2100)
    await settled(hass)
    await pass_time(hass, freezer, 59)
    assert told(hass, home, f"{need}_surplus").state == "off"
    await pass_time(hass, freezer, 2)
    assert told(hass, home, f"{need}_surplus").state == "on"
    began = told(hass, home, f"{need}_event")
    assert (began.attributes["event_type"], began.attributes["available"]) == ("begin", 2100)
    measure(hass, "bought_power", 900)
    await settled(hass)
    await pass_time(hass, freezer, 61)
    assert told(hass, home, f"{need}_surplus").state == "on"
    await pass_time(hass, freezer, 300)
    assert told(hass, home, f"{need}_surplus").state == "off"
    assert told(hass, home, f"{need}_event").attributes["event_type"] == "end"


async def test_what_ran_goes_on_over_a_restart(
    hass: HomeAssistant, home: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    need = await add_need(hass, home, "Water heater", 2000)
    measure(hass, "bought_power", -2100)
    await settled(hass)
    await pass_time(hass, freezer, 61)
    measure(hass, "bought_power", "unavailable")
    began = told(hass, home, f"{need}_event").state
    await hass.config_entries.async_reload(home.entry_id)
    await settled(hass)
    assert told(hass, home, f"{need}_surplus").state == "on"
    await pass_time(hass, freezer, 120)
    assert told(hass, home, f"{need}_surplus").state == "on"
    assert told(hass, home, f"{need}_event").state == began
    await pass_time(hass, freezer, 200)
    assert told(hass, home, f"{need}_surplus").state == "off"


async def test_a_need_begins_on_the_share_that_its_owner_chose(
    hass: HomeAssistant, home: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    need = await add_need(hass, home, "Water heater", 2000, share=60)
    measure(hass, "bought_power", -1150)
    await settled(hass)
    await pass_time(hass, freezer, 120)
    assert told(hass, home, f"{need}_surplus").state == "off"
    assert told(hass, home, f"{need}_offered_power").state == "0"
    measure(hass, "bought_power", -1250)
    await settled(hass)
    await pass_time(hass, freezer, 61)
    assert told(hass, home, f"{need}_surplus").state == "on"
    assert told(hass, home, f"{need}_offered_power").state == "2000"


async def test_a_charger_is_told_the_power_it_may_take_also_after_a_restart(
    hass: HomeAssistant, home: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    need = await add_need(hass, home, "Car", 1400, maximum_power=7400)
    sensor = told(hass, home, f"{need}_offered_power")
    assert (sensor.name, sensor.state) == ("Car Power it may take", "0")
    assert sensor.attributes["unit_of_measurement"] == "W"
    measure(hass, "bought_power", -5050)
    await settled(hass)
    await pass_time(hass, freezer, 61)
    assert told(hass, home, f"{need}_offered_power").state == "1400"
    began = told(hass, home, f"{need}_event").state
    measure(hass, "bought_power", -3650)
    await settled(hass)
    for _ in range(3):
        await pass_time(hass, freezer, 31)
    assert told(hass, home, f"{need}_offered_power").state == "5000"
    assert told(hass, home, f"{need}_event").state == began, "a power is no beginning"
    measure(hass, "bought_power", -50)
    await settled(hass)
    await hass.config_entries.async_reload(home.entry_id)
    await settled(hass)
    assert told(hass, home, f"{need}_offered_power").state == "5000"
    measure(hass, "bought_power", 1950)
    await settled(hass)
    assert told(hass, home, f"{need}_offered_power").state == "3000"
    (row,) = home.runtime_data.surplus.diagnostics()
    assert (row["modulates"], row["threshold"]) == (True, 1400)
    assert "Car" not in str(row)


async def test_the_most_cannot_be_less_than_the_least(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    flows = hass.config_entries.subentries
    form = await flows.async_init((home.entry_id, "need"), context={"source": "user"})
    given = {"name": "Car", "power": 1400, "priority": 1, "fine": FINE}
    form = await flows.async_configure(form["flow_id"], {**given, "maximum_power": 1300})
    assert form["errors"] == {"maximum_power": "maximum_below_power"}
    made = await flows.async_configure(form["flow_id"], {**given, "maximum_power": 7400})
    assert made["type"] == "create_entry"
    (need,) = home.subentries
    form = await flows.async_init(
        (home.entry_id, "need"), context={"source": "reconfigure", "subentry_id": need}
    )
    shown = {f.schema: f.description for f in schema_of(form)}
    assert shown["maximum_power"]["suggested_value"] == 7400
    assert shown["share"]["suggested_value"] == 100


async def test_a_need_that_was_removed_while_its_home_was_disabled_is_forgotten(
    hass: HomeAssistant, home: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    need, other = [await add_need(hass, home, name, 2000) for name in ("Heater", "Car")]
    await hass.config_entries.async_unload(home.entry_id)
    hass.config_entries.async_remove_subentry(home, need)
    assert await hass.config_entries.async_setup(home.entry_id)
    await settled(hass)
    assert told(hass, home, f"{other}_surplus").state == "off"
    await hass.config_entries.async_unload(home.entry_id)
    assert hass_storage[f"sen1.{home.entry_id}"]["data"]["needs"] == {other: 0}


async def test_a_need_can_be_changed_and_removed_without_a_reload(
    hass: HomeAssistant, home: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    runtime = home.runtime_data
    need = await add_need(hass, home, "Water heater", 2000)
    car = await add_need(hass, home, "Car", 3700)
    assert home.subentries[car].data["priority"] == 2
    measure(hass, "bought_power", -1100)
    await settled(hass)
    await pass_time(hass, freezer, 120)
    assert told(hass, home, f"{need}_surplus").state == "off"
    flows = hass.config_entries.subentries
    form = await flows.async_init(
        (home.entry_id, "need"), context={"source": "reconfigure", "subentry_id": need}
    )
    result = await flows.async_configure(
        form["flow_id"],
        {"name": "Heater", "power": 1000, "priority": 1, "fine": FINE},
    )
    assert result["reason"] == "reconfigure_successful"
    await settled(hass)
    await pass_time(hass, freezer, 61)
    assert told(hass, home, f"{need}_surplus").state == "on"
    hass.config_entries.async_remove_subentry(home, need)
    await settled(hass)
    with pytest.raises(KeyError):
        told(hass, home, f"{need}_surplus")
    assert home.runtime_data is runtime
    assert told(hass, home, f"{car}_surplus").state == "off"


async def test_another_surplus_and_the_appliances_own_power_are_followed(
    hass: HomeAssistant, home: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    measure(hass, "roof_power", 1000)
    measure(hass, "car_power", 0)
    need = await add_need(
        hass, home, "Car", 3000, surplus="sensor.roof_power", appliance="sensor.car_power"
    )
    measure(hass, "roof_power", 5)
    measure(hass, "roof_power", 3200)
    await settled(hass)
    await pass_time(hass, freezer, 61)
    assert told(hass, home, f"{need}_surplus").state == "on"
    form = await hass.config_entries.subentries.async_init(
        (home.entry_id, "need"), context={"source": "reconfigure", "subentry_id": need}
    )
    (fine,) = (s for f, s in schema_of(form).items() if f.schema == "fine")
    shown = {f.schema: f.description for f in fine.schema.schema}
    assert shown["surplus"]["suggested_value"] == "sensor.roof_power"
    assert shown["appliance"]["suggested_value"] == "sensor.car_power"


async def test_a_surplus_that_is_renamed_is_still_followed(
    hass: HomeAssistant, home: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    registry = er.async_get(hass)
    registry.async_get_or_create("sensor", "test", "roof", suggested_object_id="roof_power")
    measure(hass, "roof_power", 1000)
    need = await add_need(hass, home, "Car", 3000, surplus="sensor.roof_power")
    registry.async_update_entity("sensor.roof_power", new_entity_id="sensor.garage_power")
    hass.states.async_remove("sensor.roof_power")
    measure(hass, "garage_power", 3200)
    await settled(hass)
    await pass_time(hass, freezer, 61)
    assert told(hass, home, f"{need}_surplus").state == "on"


async def test_a_need_that_cannot_be_understood_ends_no_other(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    faults: Counter[str],
) -> None:
    measure(hass, "bought_power", 300)
    good = {**FINE, "power": 1000, "share": 100, "priority": 2}
    home = await home_with(
        hass,
        *(
            ConfigSubentryData(data=data, subentry_type="need", title=title, unique_id=None)
            for title, data in (("Bedroom", {"priority": 1}), ("Heater", good))
        ),
        sources=("bought_power",),
    )
    (heater,) = (key for key, s in home.subentries.items() if s.title == "Heater")
    measure(hass, "bought_power", -1100)
    await settled(hass)
    await pass_time(hass, freezer, 61)
    assert told(hass, home, f"{heater}_surplus").state == "on"
    assert "KeyError at figures/surplus/needs.py:" in caplog.text
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("custom_components.sen1")]
    assert "Bedroom" not in " ".join(ours)
    assert await hass.config_entries.async_unload(home.entry_id)


@pytest.mark.skipif(
    (MAJOR_VERSION, MINOR_VERSION) < (2026, 10), reason="an experiment, switched off unless chosen"
)
async def test_cores_own_triggers_work_with_the_surplus_and_the_event(
    hass: HomeAssistant, home: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    need = await add_need(hass, home, "Water heater", 2000)
    calls: list[ServiceCall] = []

    async def called(call: ServiceCall) -> None:
        calls.append(call)

    hass.services.async_register("test", "called", called)
    surplus = told(hass, home, "surplus").entity_id
    event = told(hass, home, f"{need}_event").entity_id
    triggers = {
        "power.crossed_threshold": {
            "target": {"entity_id": surplus},
            "options": {
                "threshold": {
                    "type": "above",
                    "value": {"number": 2, "unit_of_measurement": "kW"},
                }
            },
        },
        "event.received": {
            "target": {"entity_id": event},
            "options": {"event_type": ["begin"]},
        },
    }
    automations = [
        {
            "alias": name,
            "triggers": {"trigger": name, **trigger},
            "actions": {"action": "test.called", "data": {"by": name}},
        }
        for name, trigger in triggers.items()
    ]
    assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: automations})
    await settled(hass)
    measure(hass, "bought_power", -2100)
    await settled(hass)
    await pass_time(hass, freezer, 61)
    assert [call.data["by"] for call in calls] == ["power.crossed_threshold", "event.received"]
