"""The blueprints, as Home Assistant loads, checks and runs them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
from homeassistant.helpers.typing import ConfigType
from homeassistant.setup import async_setup_component
from homeassistant.util import yaml as yaml_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
import yaml

from testbed.configuration import BLUEPRINTS, link_blueprints

from .conftest import settled

ROOT = Path(__file__).parents[2]
FILES = sorted(BLUEPRINTS.glob("*.yaml"))

HEATER, FAN = "input_boolean.heater", "input_boolean.fan"


@pytest.fixture
async def automate(hass: HomeAssistant, tmp_path: Path) -> AsyncIterator[Any]:
    """Return what makes an automation of a blueprint, with two appliances to switch."""
    link_blueprints(tmp_path)
    hass.config.config_dir = str(tmp_path)
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "persistent_notification", {})
    appliances: ConfigType = {"input_boolean": {"heater": {}, "fan": {}}}
    assert await async_setup_component(hass, "input_boolean", appliances)

    async def make(name: str, **inputs: Any) -> None:
        config = {
            "alias": "Under test",
            "use_blueprint": {"path": f"sen1/{name}.yaml", "input": inputs},
        }
        assert await async_setup_component(hass, "automation", {"automation": [config]})
        await settled(hass)
        state = hass.states.get("automation.under_test")
        assert state is not None
        assert state.state == "on", "Home Assistant refuses it"

    yield make
    stop = {"entity_id": "automation.under_test", "stop_actions": True}
    await hass.services.async_call("automation", "turn_off", stop)


def state(hass: HomeAssistant, entity_id: str) -> str:
    found = hass.states.get(entity_id)
    assert found is not None
    return found.state


async def say(hass: HomeAssistant, entity_id: str, value: str) -> None:
    hass.states.async_set(entity_id, value)
    await turns()


async def turns() -> None:
    """Let automations run until they wait for something: those that do are not waited for."""
    for _ in range(30):
        await asyncio.sleep(0)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_home_assistant_accepts_the_blueprint(file: Path) -> None:
    content = yaml_util.load_yaml_dict(str(file))
    blueprint = Blueprint(
        content, path=file.name, expected_domain="automation", schema=AUTOMATION_BLUEPRINT_SCHEMA
    )
    assert blueprint.validate() is None
    where = f"blueprints/automation/sen1/{file.name}"
    assert blueprint.metadata["source_url"].endswith(f"/blob/main/{where}")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_blueprint_has_its_link_in_the_documentation(language: str) -> None:
    page = (ROOT / "docs" / language / "home.md").read_text()
    for file in FILES:
        assert f"%2Fblueprints%2Fautomation%2Fsen1%2F{file.name}" in page


async def test_an_appliance_runs_on_surplus(hass: HomeAssistant, automate: Any) -> None:
    need = "binary_sensor.need"
    hass.states.async_set(need, "off")
    await automate("run_on_surplus", need=need, appliance={"entity_id": HEATER})
    await say(hass, need, "on")
    assert state(hass, HEATER) == "on"
    await say(hass, need, "unavailable")
    assert state(hass, HEATER) == "on"
    await say(hass, need, "off")
    assert state(hass, HEATER) == "off"


async def test_what_changed_while_home_assistant_was_away_is_made_up_for(
    hass: HomeAssistant, automate: Any
) -> None:
    hass.set_state(CoreState.not_running)
    hass.states.async_set("binary_sensor.need", "on")
    await automate("run_on_surplus", need="binary_sensor.need", appliance={"entity_id": HEATER})
    assert state(hass, HEATER) == "off"
    await hass.async_start()
    await settled(hass)
    assert state(hass, HEATER) == "on"


async def test_what_ran_is_cut_on_overload_and_comes_back(
    hass: HomeAssistant, automate: Any, freezer: FrozenDateTimeFactory
) -> None:
    overload = "binary_sensor.overload"
    hass.states.async_set(overload, "off")
    await automate("shed_on_overload", overload=overload, appliances=[HEATER, FAN], calm=5)
    await hass.services.async_call("input_boolean", "turn_on", {"entity_id": HEATER})
    await say(hass, overload, "on")
    assert (state(hass, HEATER), state(hass, FAN)) == ("off", "off")
    await say(hass, overload, "off")
    for minutes, expected in ((4, "off"), (2, "on")):
        freezer.tick(timedelta(minutes=minutes))
        async_fire_time_changed(hass)
        await turns()
        assert (state(hass, HEATER), state(hass, FAN)) == (expected, "off")


async def test_a_red_day_is_told_and_told_again_in_the_evening(
    hass: HomeAssistant, automate: Any, freezer: FrozenDateTimeFactory
) -> None:
    await hass.config.async_set_time_zone("Europe/Paris")
    freezer.move_to("2026-12-01T10:00:00+00:00")
    warned: list[object] = []

    async def warn(call: object) -> None:
        warned.append(call)

    hass.services.async_register("test", "warn", warn)
    colour = "sensor.tomorrow"
    hass.states.async_set(colour, "white")
    await automate("warn_red_day", colour=colour, warning=[{"action": "test.warn"}])
    await say(hass, colour, "unavailable")
    await say(hass, colour, "red")
    assert len(warned) == 0
    await say(hass, colour, "white")
    await say(hass, colour, "red")
    assert len(warned) == 1
    freezer.move_to("2026-12-01T18:00:01+00:00")
    async_fire_time_changed(hass)
    await settled(hass)
    assert len(warned) == 2
    await say(hass, colour, "blue")
    freezer.move_to("2026-12-02T18:00:01+00:00")
    async_fire_time_changed(hass)
    await settled(hass)
    assert len(warned) == 2


async def test_a_red_day_is_a_notification_by_default(hass: HomeAssistant, automate: Any) -> None:
    from homeassistant.components import persistent_notification

    hass.states.async_set("sensor.tomorrow", "blue")
    await automate("warn_red_day", colour="sensor.tomorrow")
    await say(hass, "sensor.tomorrow", "red")
    (notification,) = persistent_notification._async_get_or_create_notifications(hass).values()
    assert "red day" in str(notification["title"])


async def test_a_note_of_a_goal_is_told_and_not_again_after_a_restart(
    hass: HomeAssistant, automate: Any, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to("2026-12-01T10:00:00+00:00")
    told: list[ServiceCall] = []

    async def tell(call: ServiceCall) -> None:
        told.append(call)

    hass.services.async_register("test", "tell", tell)
    note, now = "event.less_this_winter_note_of_the_week", "2026-12-01T10:00:00.000+00:00"
    said = {"event_type": "on_track", "percent": 9.14, "friendly_name": "Less this winter"}
    hass.states.async_set(note, "unknown")
    data = {"title": "{{ title }}", "message": "{{ message }}"}
    await automate("goal_note", notes=[note], warning=[{"action": "test.tell", "data": data}])
    hass.states.async_set(note, now, said)
    await turns()
    (call,) = told
    assert call.data == {
        "title": "Less this winter",
        "message": "On the way / En bonne voie (9.1 %)",
    }
    freezer.move_to("2026-12-02T10:00:00+00:00")
    await say(hass, note, "unavailable")
    hass.states.async_set(note, now, said)
    await turns()
    assert len(told) == 1
    hass.states.async_set(note, "2026-12-02T09:59:59.000+00:00", {**said, "event_type": "met"})
    await turns()
    assert told[1].data["message"].startswith("Met")


@pytest.mark.parametrize("stops", [True, False])
async def test_an_appliance_starts_on_off_peak(
    hass: HomeAssistant, automate: Any, stops: bool
) -> None:
    period = "sensor.period"
    hass.states.async_set(period, "peak_blue")
    await automate("start_off_peak", period=period, appliance={"entity_id": HEATER}, stop=stops)
    await say(hass, period, "off_peak_blue")
    assert state(hass, HEATER) == "on"
    await hass.services.async_call("input_boolean", "turn_off", {"entity_id": HEATER})
    await say(hass, period, "off_peak_white")
    assert state(hass, HEATER) == "off"
    await hass.services.async_call("input_boolean", "turn_on", {"entity_id": HEATER})
    await say(hass, period, "unavailable")
    assert state(hass, HEATER) == "on"
    await say(hass, period, "peak_white")
    assert state(hass, HEATER) == ("off" if stops else "on")


def test_defaults_are_words_a_meter_of_ours_says() -> None:
    text = (BLUEPRINTS / "start_off_peak.yaml").read_text()
    loader = yaml.SafeLoader
    loader.add_constructor("!input", lambda _loader, node: node.value)
    default = yaml.load(text, loader)["blueprint"]["input"]["off_peak"]["default"]
    words = (ROOT / "custom_components" / "sen1" / "translations" / "en.json").read_text()
    # The seasons of large meters come with the labels of those.
    for period in default[:4]:
        assert f'"{period}"' in words
