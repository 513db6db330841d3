"""A home in Home Assistant: its sensors in, its figures out."""

from collections import Counter
from copy import deepcopy
from datetime import date, timedelta
import time
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import EVENT_HOMEASSISTANT_STOP, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.json import json_bytes
import pytest
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
)

from custom_components.sen1.faults import contained
from custom_components.sen1.figures.counting.store import HomeStore, MonthStore
from custom_components.sen1.figures.site.sensor import POWERS
from custom_components.sen1.history.recorder import async_states

from ..conftest import MakeHome, measure, sensor, settled, told

GRID = ("bought_power", "sold_power", "produced_power")


async def pass_time(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float = 61
) -> None:
    """Let time pass once all is taken that was said, so that energies are written."""
    await settled(hass)
    freezer.tick(timedelta(seconds=seconds))
    async_fire_time_changed(hass)
    await settled(hass)


async def test_the_surplus_is_what_is_sold_less_what_is_bought(
    hass: HomeAssistant, make_home: MakeHome
) -> None:
    for name, watts in (("bought_power", 400), ("sold_power", 0), ("produced_power", 900)):
        measure(hass, name, watts)
    entry = await make_home(*GRID)
    assert told(hass, entry, "surplus").state == "-400"
    assert told(hass, entry, "consumption").state == "1300"
    assert told(hass, entry, "production_used").state == "900"
    measure(hass, "bought_power", 0)
    measure(hass, "sold_power", 2.5, unit="kVA")
    measure(hass, "produced_power", 3000)
    await settled(hass)
    assert told(hass, entry, "surplus").state == "2500"
    assert told(hass, entry, "consumption").state == "500"
    assert told(hass, entry, "production_used").state == "500"


async def test_a_sensor_that_is_not_there_leaves_the_surplus_unavailable_and_says_which(
    hass: HomeAssistant, make_home: MakeHome
) -> None:
    measure(hass, "bought_power", 400)
    measure(hass, "produced_power", 900)
    entry = await make_home(*GRID)
    assert told(hass, entry, "surplus").state == STATE_UNAVAILABLE
    assert told(hass, entry, "status").state == "no_sold"
    measure(hass, "sold_power", 0)
    await settled(hass)
    assert told(hass, entry, "surplus").state == "-400"
    assert told(hass, entry, "status").state == "complete"
    measure(hass, "bought_power", STATE_UNAVAILABLE)
    await settled(hass)
    assert told(hass, entry, "surplus").state == STATE_UNAVAILABLE
    assert told(hass, entry, "consumption").state == STATE_UNAVAILABLE
    assert told(hass, entry, "production_used").state == "900"
    hass.states.async_remove(sensor("produced_power"))
    await settled(hass)
    assert told(hass, entry, "production_used").state == STATE_UNAVAILABLE


async def test_energies_of_today_follow_and_begin_anew_at_midnight(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to("2026-06-10T20:00:00+00:00")
    measure(hass, "bought_power", 0)
    measure(hass, "sold_power", 600)
    measure(hass, "produced_power", 1000)
    entry = await make_home(*GRID)
    await pass_time(hass, freezer, 3600)
    measure(hass, "bought_power", 1)
    await settled(hass)
    await pass_time(hass, freezer)
    assert float(told(hass, entry, "sold_day").state) == pytest.approx(0.61, abs=0.001)
    assert told(hass, entry, "self_consumption_day").state == "40.0"
    assert told(hass, entry, "sold_day").attributes["begin"] == "2026-06-10"
    freezer.move_to("2026-06-10T22:00:00+00:00")
    async_fire_time_changed(hass)
    await settled(hass)
    sold = told(hass, entry, "sold_day")
    assert (sold.state, sold.attributes["begin"]) == ("0.0", "2026-06-11")
    assert sold.attributes["last_period"] == pytest.approx(1.2, abs=0.001)
    assert float(told(hass, entry, "sold_month").state) == pytest.approx(1.2, abs=0.001)
    for period in ("month", "year"):
        assert told(hass, entry, f"sold_{period}").attributes["begin"] == "2026-06-10"
    assert told(hass, entry, "self_production_day").state == "unknown"


async def test_each_energy_has_one_statistic(hass: HomeAssistant, make_home: MakeHome) -> None:
    measure(hass, "bought_power", 400)
    measure(hass, "bought_index", 1000)
    measure(hass, "produced_power", 900)
    entry = await make_home("bought_power", "bought_index", "produced_power")
    registry = er.async_get(hass)
    with_statistics = {
        row.unique_id.partition("_")[2]
        for row in er.async_entries_for_config_entry(registry, entry.entry_id)
        if (state := hass.states.get(row.entity_id)) and "state_class" in state.attributes
    }
    # The index tells what is bought; what is sold and produced has no other total.
    assert with_statistics == {
        *("consumption", "surplus", "production_used"),
        *("sold_total", "produced_total"),
    }


async def test_a_consumer_has_nothing_of_a_producer(
    hass: HomeAssistant, make_home: MakeHome
) -> None:
    measure(hass, "bought_power", 400)
    entry = await make_home("bought_power")
    registry = er.async_get(hass)
    keys = {
        row.unique_id.partition("_")[2]
        for row in er.async_entries_for_config_entry(registry, entry.entry_id)
    }
    periods = ("day", "month", "year")
    assert keys == {
        *("consumption", "surplus", "status", "bought_total", "meter_silent", "series_silent"),
        *("forecast_energy", "usual", "unusual"),
        *(f"{energy}_{period}" for energy in ("bought", "consumed") for period in periods),
    }
    assert told(hass, entry, "surplus").state == "-400"


async def test_what_was_counted_is_there_after_a_restart_and_counted_once(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to("2026-06-10T08:00:00+00:00")
    measure(hass, "bought_index", 5000)
    entry = await make_home("bought_index")
    freezer.tick(3600)
    measure(hass, "bought_index", 5700)
    assert await hass.config_entries.async_unload(entry.entry_id)
    freezer.tick(7200)
    measure(hass, "bought_index", 6900)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settled(hass)
    assert told(hass, entry, "bought_day").state == "1.9"
    await hass.config_entries.async_reload(entry.entry_id)
    await settled(hass)
    assert told(hass, entry, "bought_day").state == "1.9"


async def test_a_new_meter_counts_from_nothing_and_says_since_when_also_after_a_restart(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    """Set up at 14:20 in Paris, of a meter that has counted 5,000 kWh before."""
    periods = ("day", "month", "year")
    freezer.move_to("2026-06-10T12:20:00+00:00")
    measure(hass, "bought_index", 5_000_000)
    entry = await make_home("bought_index")
    said: list[tuple[str, str]] = []

    def note() -> None:
        states = [told(hass, entry, f"bought_{period}") for period in periods]
        said.extend((state.state, state.attributes.get("since", "")) for state in states)

    note()
    await pass_time(hass, freezer, 1800)
    note()
    measure(hass, "bought_index", 5_000_400)
    await pass_time(hass, freezer)
    note()
    await hass.config_entries.async_reload(entry.entry_id)
    await settled(hass)
    note()
    # By the half-hours in which energies lie.
    assert said == [("0.0", "")] * 6 + [("0.4", "2026-06-10T14:00:00+02:00")] * 6
    # The first whole day needs no moment; the month and the year go on saying theirs.
    freezer.move_to("2026-06-11T10:00:00+00:00")
    measure(hass, "bought_index", 5_001_400)
    await pass_time(hass, freezer)
    assert "since" not in told(hass, entry, "bought_day").attributes
    for period in ("month", "year"):
        state = told(hass, entry, f"bought_{period}")
        assert (state.state, state.attributes["since"]) == ("1.4", "2026-06-10T14:00:00+02:00")


async def test_what_was_counted_is_kept_when_home_assistant_stops(
    hass: HomeAssistant,
    make_home: MakeHome,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
) -> None:
    freezer.move_to("2026-06-10T08:00:00+00:00")
    measure(hass, "bought_index", 5000)
    entry = await make_home("bought_index")
    freezer.tick(3600)
    measure(hass, "bought_index", 5700)
    await settled(hass)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    key = f"sen1.{entry.entry_id}"
    kept = deepcopy(hass_storage[key])
    assert await hass.config_entries.async_unload(entry.entry_id)
    hass_storage[key] = kept
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settled(hass)
    assert told(hass, entry, "bought_day").state == "0.7"


async def test_a_home_of_which_a_sensor_was_removed_goes_on_with_the_others(
    hass: HomeAssistant, make_home: MakeHome
) -> None:
    from custom_components.sen1.diagnostics import async_get_config_entry_diagnostics

    registry = er.async_get(hass)
    row = registry.async_get_or_create("sensor", "test", "x", suggested_object_id="bought_index")
    measure(hass, "bought_index", 5000)
    measure(hass, "bought_power", 400)
    entry = await make_home("bought_power", bought_index=[row.id])
    assert await hass.config_entries.async_unload(entry.entry_id)
    registry.async_remove(row.entity_id)
    hass.states.async_remove(row.entity_id)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settled(hass)
    assert told(hass, entry, "consumption").state == "400"
    content = await async_get_config_entry_diagnostics(hass, entry)
    assert {source["measure"]: source["exists"] for source in content["sources"]} == {
        "power": True,
        "index": False,
    }


async def test_a_sensor_that_is_renamed_is_still_followed(
    hass: HomeAssistant, make_home: MakeHome
) -> None:
    registry = er.async_get(hass)
    row = registry.async_get_or_create("sensor", "test", "x", suggested_object_id="bought_power")
    measure(hass, "bought_power", 400)
    entry = await make_home("sold_power", bought_power=[row.id])
    measure(hass, "sold_power", 0)
    registry.async_update_entity(row.entity_id, new_entity_id="sensor.moved_power")
    await settled(hass)
    measure(hass, "moved_power", 700)
    await settled(hass)
    assert told(hass, entry, "surplus").state == "-700"


@pytest.mark.parametrize("said", ["nan", "inf", "1e16", "-1e300"])
async def test_a_number_that_cannot_be_changes_no_figure_and_is_not_kept(
    hass: HomeAssistant,
    make_home: MakeHome,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
    said: str,
) -> None:
    freezer.move_to("2026-06-10T08:00:00+00:00")
    measure(hass, "bought_power", 400)
    measure(hass, "bought_index", 10_000)
    measure(hass, "produced_power", 0)
    entry = await make_home("bought_power", "bought_index", "produced_power")
    measure(hass, "bought_index", 10_500)
    await pass_time(hass, freezer)
    bought = told(hass, entry, "bought_day").state
    for name in ("bought_power", "bought_index", "produced_power"):
        measure(hass, name, said)
    await settled(hass)
    assert told(hass, entry, "consumption").state == STATE_UNAVAILABLE
    await pass_time(hass, freezer)
    assert told(hass, entry, "bought_day").state == bought
    assert told(hass, entry, "produced_total").state == "0.0"
    measure(hass, "bought_power", 500)
    measure(hass, "bought_index", 10_501)
    measure(hass, "produced_power", 0)
    await pass_time(hass, freezer)
    assert float(told(hass, entry, "bought_day").state) == float(bought) + 0.001
    assert told(hass, entry, "consumption").state == "500"
    await hass.config_entries.async_unload(entry.entry_id)
    json_bytes(hass_storage[f"sen1.{entry.entry_id}"]["data"])


async def test_a_figure_that_fails_stops_no_other(
    hass: HomeAssistant,
    make_home: MakeHome,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    faults: Counter[str],
) -> None:
    freezer.move_to("2026-06-10T08:00:00+00:00")
    measure(hass, "bought_power", 400)
    measure(hass, "bought_index", 10_000)
    entry = await make_home("bought_power", "bought_index")
    first, *_ = POWERS
    assert first.key == "consumption"

    def fail(_balance: object) -> int:
        raise ZeroDivisionError("sensor.bedroom says 1830")

    monkeypatch.setitem(vars(first), "value", fail)
    measure(hass, "bought_power", 700)
    await settled(hass)
    assert told(hass, entry, "surplus").state == "-700"
    assert "ZeroDivisionError at figures/site/sensor.py:" in caplog.text
    assert "bedroom" not in caplog.text
    measure(hass, "bought_index", 10_500)
    await pass_time(hass, freezer)
    assert told(hass, entry, "bought_day").state == "0.5"


async def test_what_explains_a_figure_is_not_recorded(
    recorder_mock: object, hass: HomeAssistant, make_home: MakeHome
) -> None:
    measure(hass, "bought_power", 400)
    measure(hass, "bought_index", 10_000)
    entry = await make_home("bought_power", "bought_index", floor_area=100)
    rows = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    shown = {row.entity_id for row in rows if hass.states.get(row.entity_id) is not None}
    explained = told(hass, entry, "bought_day")
    assert {"begin", "known", "last_period"} <= explained.attributes.keys()
    recorded: set[str] = set()
    for entity_id in shown:
        for state in await async_states(hass, entity_id, 0, time.time() + 3600):
            recorded |= state.attributes.keys()
    # What an event was is all that it says.
    recorded.remove("event_type")
    assert recorded == {"device_class", "friendly_name", "state_class", "unit_of_measurement"}
    assert len(shown) > 10


async def test_removing_the_home_leaves_nothing(
    hass: HomeAssistant, make_home: MakeHome, hass_storage: dict[str, Any]
) -> None:
    measure(hass, "bought_power", 400)
    hass.states.async_set("weather.home", "sunny", {"temperature": 5, "temperature_unit": "°C"})
    entry = await make_home("bought_power", outdoor="weather.home")
    await hass.config_entries.async_unload(entry.entry_id)
    # Days put away, and what an archive told, come only with the days.
    await MonthStore(hass, entry.entry_id).async_add({date(2026, 1, 1): {}})
    await MonthStore(hass, f"{entry.entry_id}.habit").async_add({date(2026, 1, 1): {}})
    await HomeStore(hass, f"{entry.entry_id}.archive", dict).async_save()
    kept = {key.removeprefix(f"sen1.{entry.entry_id}") for key in hass_storage}
    assert kept >= {"", ".outdoor", ".archive", ".months.2026-01", ".habit.months.2026-01"}
    await hass.config_entries.async_remove(entry.entry_id)
    assert not [key for key in hass_storage if entry.entry_id in key]
    assert not hass.states.async_entity_ids("sensor")[1:]


async def test_diagnostics_tell_what_is_measured_what_failed_and_no_name(
    hass: HomeAssistant, make_home: MakeHome, faults: Counter[str]
) -> None:
    from custom_components.sen1.diagnostics import async_get_config_entry_diagnostics

    measure(hass, "bought_power", 457)
    entry = await make_home("bought_power", "sold_index")
    with contained():
        raise OverflowError("457 W")
    content = await async_get_config_entry_diagnostics(hass, entry)
    assert content["faults"] == {"OverflowError": 1}
    assert content["missing"] == "sold"
    assert content["quantities"]["bought"] == {"measured": True, "indexed": False, "known": True}
    assert "bought_power" not in str(content)
    assert "457" not in str(content)
