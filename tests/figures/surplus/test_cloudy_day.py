"""A real automation on a cloudy morning: it switches its load on surplus, and off, and rarely."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sen1.figures.surplus.sharing_out import Need
from testbed.configuration import link_blueprints
from testbed.household import PARIS, SECOND, Household, moment

from ..conftest import MakeHome, measure, settled, told
from .test_needs import add_need
from .test_sharing_out import CHARGER, HEATER, House

BEGIN = datetime(2026, 6, 15, 9, tzinfo=PARIS)
HOURS, STEP_S, LOAD_W = 3, 10, 2000
OURS, BARE = "input_boolean.ours", "input_boolean.bare"


async def begin_with_blueprints(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, path: Path
) -> None:
    freezer.move_to(BEGIN)
    link_blueprints(path)
    hass.config.config_dir = str(path)
    assert await async_setup_component(hass, "homeassistant", {})


async def test_a_load_is_switched_on_surplus_and_off_again_without_flapping(
    hass: HomeAssistant,
    make_home: MakeHome,
    freezer: FrozenDateTimeFactory,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await begin_with_blueprints(hass, freezer, tmp_path)
    assert await async_setup_component(
        hass, "input_boolean", {"input_boolean": {"ours": {}, "bare": {}}}
    )
    measure(hass, "bought_power", 0)
    home = await make_home("bought_power")
    need = await add_need(hass, home, "Water heater", LOAD_W)

    def bare(trigger: dict[str, object], action: str) -> dict[str, object]:
        return {
            "triggers": {"trigger": "numeric_state", "entity_id": "sensor.bare_power", **trigger},
            "actions": {"action": f"input_boolean.{action}", "target": {"entity_id": BARE}},
        }

    automations = [
        {
            "alias": "On surplus",
            "use_blueprint": {
                "path": "sen1/run_on_surplus.yaml",
                "input": {
                    "need": told(hass, home, f"{need}_surplus").entity_id,
                    "appliance": {"entity_id": OURS},
                },
            },
        },
        {"alias": "On", **bare({"below": -LOAD_W}, "turn_on")},
        {"alias": "Off", **bare({"above": 0}, "turn_off")},
    ]
    assert await async_setup_component(hass, "automation", {"automation": automations})
    switches = {OURS: 0, BARE: 0}

    def count(event: object) -> None:
        switches[event.data["entity_id"]] += 1  # type: ignore[attr-defined]

    async_track_state_change_event(hass, [OURS, BARE], count)

    def load(entity_id: str) -> int:
        state = hass.states.get(entity_id)
        assert state is not None
        return LOAD_W if state.state == "on" else 0

    house = Household(seed=4, solar_peak_w=5000, begin=BEGIN)
    drawn = 0
    for second in range(0, HOURS * 3600, STEP_S):
        net = house.watts(moment(BEGIN) + second * SECOND)
        measure(hass, "bought_power", net + load(OURS))
        measure(hass, "bare_power", net + load(BARE))
        await settled(hass)
        freezer.tick(timedelta(seconds=STEP_S))
        async_fire_time_changed(hass)
        await settled(hass)
        drawn += load(OURS) * STEP_S
    assert drawn > LOAD_W * 1800, "half an hour of surplus, at least"
    # Night falls.
    measure(hass, "bought_power", 400)
    for _ in range(8):
        await settled(hass)
        freezer.tick(timedelta(minutes=1))
        async_fire_time_changed(hass)
    await settled(hass)
    assert load(OURS) == 0
    with capsys.disabled():
        print(f"\nswitches in {HOURS} h: sen1 {switches[OURS]}, bare {switches[BARE]}")
    assert switches[OURS] * 4 <= switches[BARE]


async def test_a_charger_set_by_our_automation_follows_the_sun_in_whole_amperes(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory, tmp_path: Path
) -> None:
    await begin_with_blueprints(hass, freezer, tmp_path)
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": {"ours": {}}})
    current = {"min": 6, "max": 32, "unit_of_measurement": "A"}
    assert await async_setup_component(hass, "input_number", {"input_number": {"current": current}})
    measure(hass, "bought_power", 0)
    home = await make_home("bought_power")
    need = await add_need(hass, home, "Car", 1380, maximum_power=7360)
    inputs = {
        "power": told(hass, home, f"{need}_offered_power").entity_id,
        "limit": "input_number.current",
        "charger": [OURS],
    }
    automation = {
        "alias": "Charger",
        "use_blueprint": {"path": "sen1/charge_on_surplus.yaml", "input": inputs},
    }
    assert await async_setup_component(hass, "automation", {"automation": [automation]})

    def drawn() -> float:
        switch, amperes = hass.states.get(OURS), hass.states.get("input_number.current")
        assert switch is not None
        assert amperes is not None
        return 230 * float(amperes.state) if switch.state == "on" else 0

    house = Household(seed=4, solar_peak_w=5000, begin=BEGIN)
    own = bought = there = 0.0
    currents: list[float] = []
    for second in range(0, 3600 * HOURS, STEP_S):
        net, draw = house.watts(moment(BEGIN) + second * SECOND), drawn()
        measure(hass, "bought_power", net + draw)
        from_sun = min(draw, max(-net, 0))
        own, bought = own + from_sun * STEP_S / 3600, bought + (draw - from_sun) * STEP_S / 3600
        there += max(-net, 0) * STEP_S / 3600
        if not currents or currents[-1] != draw:
            currents.append(draw)
        await settled(hass)
        freezer.tick(timedelta(seconds=STEP_S))
        async_fire_time_changed(hass)
        await settled(hass)
    assert own > 0.5 * there
    assert bought < 0.15 * own
    assert {draw % 230 for draw in currents} == {0}
    assert 10 < len(currents) <= HOURS * 90


def morning_of(need: Need) -> tuple[House, float]:
    """Return what an appliance does on the same morning, and the Wh of the sun that it takes."""
    household = Household(seed=4, solar_peak_w=5000, begin=BEGIN)
    house, own = House(need), 0.0
    for second in range(HOURS * 3600):
        left_over = -household.watts(moment(BEGIN) + second * SECOND)
        own += min(house.draws(need.id), max(left_over, 0)) / 3600
        house.step(left_over)
    return house, own


def test_a_share_uses_more_of_the_sun_and_takes_but_its_rest_from_the_grid() -> None:
    whole, sun_of_whole = morning_of(HEATER)
    share, sun_of_share = morning_of(replace(HEATER, share=0.6))
    assert sun_of_share > 1.05 * sun_of_whole
    assert len(share.switches) <= len(whole.switches)
    assert share.grid_wh <= 0.4 * (sun_of_share + share.grid_wh)


def test_a_charger_follows_the_sun_between_its_bounds_and_is_hardly_switched() -> None:
    _, sun_of_fixed = morning_of(replace(CHARGER, power=3700, maximum_power=0))
    charger, sun = morning_of(CHARGER)
    assert sun > 1.2 * sun_of_fixed
    assert charger.grid_wh < 0.1 * sun
    assert len(charger.switches) <= 2 * HOURS
    assert len(charger.told["charger"]) <= HOURS * 120, "one power in half a minute"
