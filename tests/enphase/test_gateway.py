"""A gateway that is read, night and day, and all that can happen to it."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
import json
import logging
import os
import tracemalloc
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    mock_restore_cache_with_extra_data,
)

from custom_components.sen1.const import CONF_KIND, DOMAIN, Kind
from custom_components.sen1.diagnostics import async_get_config_entry_diagnostics
from custom_components.sen1.enphase import core_reader
from custom_components.sen1.enphase.coordinator import ROUND_S, STALLED_AFTER_S
from custom_components.sen1.enphase.envoy import session_for_gateways
from custom_components.sen1.enphase.faults import GatewayError, GatewayFault
from custom_components.sen1.enphase.gateway import Gateway, Login
from testbed.envoy import Enlighten, SimulatedGateway
from testbed.household import PARIS, Household, local
from testbed.waiting import until

from .conftest import complaints, entry_of, set_up, shown, state_of

SLOW_S = float(os.environ.get("SEN1_SLOW_S", "0.1"))
"""What each answer of a slow gateway takes: a real one, about a second."""

METERS = "/ivp/meters"
READINGS = "/ivp/meters/readings"
CHECK = "/auth/check_jwt"
DAYS = ("today", "seven_days")
ENERGIES = ("production_lifetime", "consumption_lifetime", "grid_import", "grid_export")


def issues(hass: HomeAssistant) -> set[str | None]:
    return {issue.translation_key for issue in issues_of_ours(hass)}


def issues_of_ours(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """Return our issues: moving a house to France raises one of Home Assistant's."""
    return [
        issue
        for issue in ir.async_get(hass).issues.values()
        if issue.active and issue.domain == DOMAIN
    ]


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what our part logs that somebody sees, debugging apart."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components.sen1.enphase")
        and record.levelno >= logging.INFO
    ]


async def pass_time(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float, step_s: float = 10
) -> None:
    """Let the house's clock go on; what is due meanwhile is read."""
    for _ in range(int(seconds / step_s)):
        freezer.tick(step_s)
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=step_s + 1))
        await hass.async_block_till_done(wait_background_tasks=True)


async def refresh(
    entry: MockConfigEntry, freezer: FrozenDateTimeFactory, household: Household | None = None
) -> None:
    """Read all, as when the next round is due; the household's time goes on too."""
    freezer.tick(ROUND_S)
    if household is not None:
        household.stop_at(local(household.now()) + timedelta(seconds=ROUND_S))
    await entry.runtime_data.async_refresh()


# What is read, and how often


async def test_what_is_shown_is_the_households_truth_and_follows_it(
    hass: HomeAssistant,
    household: Household,
    gateway: SimulatedGateway,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    assert dict(shown(hass, gateway)) == gateway.truth
    household.step(4000)
    await refresh(entry, freezer)
    assert gateway.truth["net_power"] > 0
    assert dict(shown(hass, gateway)) == gateway.truth


@pytest.mark.parametrize("options", [{"firmware": "8.3.5433"}])
async def test_a_lifetime_that_is_told_as_todays_energy_is_not_shown_as_that(
    hass: HomeAssistant,
    household: Household,
    gateway: SimulatedGateway,
    freezer: FrozenDateTimeFactory,
) -> None:
    gateway.mistakes_days = True
    entry = await set_up(hass, gateway)
    days = [f"{flow}_{day}" for flow in ("production", "consumption") for day in DAYS]
    for key in days:
        assert state_of(hass, f"{gateway.serial}_{key}") == "unavailable", key
    for key in ("production_lifetime", "consumption_lifetime"):
        shown_wh = round(float(state_of(hass, f"{gateway.serial}_{key}")) * 1000)
        assert shown_wh == gateway.truth[key]
    gateway.mistakes_days = False
    await refresh(entry, freezer)
    assert dict(shown(hass, gateway)) == gateway.truth
    assert "unavailable" not in {state_of(hass, f"{gateway.serial}_{key}") for key in days}
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_ten_minutes_cost_six_readings_a_minute_and_few_requests_besides(
    hass: HomeAssistant,
    gateway: SimulatedGateway,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    await pass_time(hass, freezer, 60)
    before = gateway.requests.copy()
    await pass_time(hass, freezer, 600)
    asked = gateway.requests - before
    assert 50 <= asked.pop(READINGS) <= 60
    assert asked.pop("/production.json?details=1") <= 10
    assert asked.pop("/api/v1/production/inverters") <= 2
    assert asked.total() == 0, asked


@pytest.mark.parametrize("options", [{"has_meters": False}])
async def test_without_meters_it_is_read_once_a_minute(
    hass: HomeAssistant,
    gateway: SimulatedGateway,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    before = gateway.requests.copy()
    await pass_time(hass, freezer, 600, step_s=20)
    asked = gateway.requests - before
    assert asked.total() <= 10 + 2, asked


async def test_between_two_rounds_only_the_meters_are_asked(
    gateway: SimulatedGateway, entry: MockConfigEntry
) -> None:
    before = gateway.requests.copy()
    await entry.runtime_data.async_refresh()
    assert gateway.requests - before == Counter({READINGS: 1})


@pytest.mark.parametrize("options", [{"phases": 3}])
async def test_between_two_rounds_each_phase_is_read_too(
    hass: HomeAssistant, household: Household, gateway: SimulatedGateway, entry: MockConfigEntry
) -> None:
    household.step(4000)
    await entry.runtime_data.async_refresh()
    drawn = gateway.truth["net_power"]
    assert drawn > 0
    assert float(state_of(hass, f"{gateway.serial}_net_power")) == drawn
    for phase in (1, 2, 3):
        state = state_of(hass, f"{gateway.serial}_net_power_l{phase}")
        assert float(state) == pytest.approx(drawn / 3, abs=1)


class MeterOfTomorrow(SimulatedGateway):
    """A gateway with a third meter, of a kind that is none of those known."""

    def content(self, path: str) -> bytes | None:
        """Tell of the meters there are, and of one more."""
        body = super().content(path)
        if body is None or path not in (METERS, READINGS):
            return body
        first, *others = json.loads(body)
        more = {**first, "eid": 704643840, "measurementType": "heat-pump"}
        return json.dumps([first, *others, more]).encode()


async def test_a_meter_of_a_kind_not_known_takes_nothing_from_the_others(
    hass: HomeAssistant, household: Household
) -> None:
    async with MeterOfTomorrow(household) as gateway:
        entry = await set_up(hass, gateway)
        assert dict(shown(hass, gateway)) == gateway.truth
        devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        inverters = {f"Inverter {inverter.serial[-4:]}" for inverter in gateway.inverters}
        assert {one.name for one in devices} == inverters | {
            *("Enphase", "Production meter", "Grid meter")
        }
        assert await hass.config_entries.async_unload(entry.entry_id)


# Away


async def test_one_that_is_down_at_the_start_is_read_once_it_is_there(
    hass: HomeAssistant, household: Household
) -> None:
    gateway = SimulatedGateway(household)
    entry = await set_up(hass, gateway)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.reason is not None
    assert entry.reason.startswith("Nothing answers at this address")
    told = await async_get_config_entry_diagnostics(hass, entry)
    assert told == {"faults": {}, "link": "never opened"}
    async with gateway:
        await hass.config_entries.async_reload(entry.entry_id)
        assert dict(shown(hass, gateway)) == gateway.truth
        assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("away", ["down", "not ready", "cut in the middle"])
async def test_away_for_a_while_powers_go_energies_stay_and_two_lines_are_logged(
    hass: HomeAssistant,
    gateway: SimulatedGateway,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    away: str,
) -> None:
    before = dict(shown(hass, gateway))
    match away:
        case "down":
            await gateway.stop()
        case "not ready":
            gateway.status = 503
        case _:
            gateway.cut_off(READINGS)
    for _ in range(3):
        await refresh(entry, freezer, gateway.household)
        assert state_of(hass, f"{gateway.serial}_net_power") == "unavailable"
        for key in ENERGIES:
            state = state_of(hass, f"{gateway.serial}_{key}")
            assert round(float(state) * 1000) == before[key]
    if away == "down":
        await gateway.start()
    gateway.status = None
    gateway.cut_off(None)
    await refresh(entry, freezer, gateway.household)
    assert dict(shown(hass, gateway)) == gateway.truth
    down, up = told(caplog)
    assert down.startswith("Error fetching Enphase data: ")
    assert down.removeprefix("Error fetching Enphase data: ").split(".")[0] in {
        "Nothing answers at this address",
        "The gateway answers, but it is not ready",
        "The gateway’s answer was cut short or cannot be read",  # noqa: RUF001
        "Something answers there, but it is no Enphase gateway",
    }
    assert up == "Fetching Enphase data recovered"


@pytest.mark.parametrize("options", [{"nightly": True}])
async def test_the_nightly_pause_leaves_no_trace_in_the_energies(
    hass: HomeAssistant,
    gateway: SimulatedGateway,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """From half past ten to half past midnight, a minute at a time."""
    house = gateway.household
    seen: dict[str, list[float]] = {key: [] for key in ENERGIES}
    pauses = 0
    evening = datetime(2026, 6, 21, 22, 30, tzinfo=PARIS)
    for minute in range(120):
        house.stop_at(evening + timedelta(minutes=minute))
        await refresh(entry, freezer)
        pauses += state_of(hass, f"{gateway.serial}_net_power") == "unavailable"
        for key, values in seen.items():
            values.append(float(state_of(hass, f"{gateway.serial}_{key}")))
    assert pauses == 10
    assert all(values == sorted(values) and values[0] > 0 for values in seen.values())
    assert dict(shown(hass, gateway)) == gateway.truth
    assert len(told(caplog)) == 2


async def test_one_that_answers_with_old_values_is_seen_through(
    hass: HomeAssistant,
    household: Household,
    gateway: SimulatedGateway,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = dict(shown(hass, gateway))
    gateway.stall()
    household.stop_at(datetime(2026, 6, 21, 13, 30, tzinfo=PARIS))
    for _ in range(STALLED_AFTER_S // ROUND_S + 2):
        await refresh(entry, freezer)
    assert state_of(hass, f"{gateway.serial}_production_power") == "unavailable"
    assert state_of(hass, f"{gateway.serial}_net_power") == "unavailable"
    assert (
        round(float(state_of(hass, f"{gateway.serial}_grid_export")) * 1000)
        == before["grid_export"]
    )
    gateway.resume()
    await refresh(entry, freezer)
    assert dict(shown(hass, gateway)) == gateway.truth
    assert told(caplog) == [
        "Enphase: the gateway answers, but its meters stand still",
        "Enphase: the meters move again",
    ]


@pytest.mark.parametrize("is_deflated", [False, True])
@pytest.mark.parametrize("path", ["/info", "the rest"])
async def test_whoever_answers_at_its_address_fills_no_memory(
    hass: HomeAssistant, household: Household, path: str, is_deflated: bool
) -> None:
    async with SimulatedGateway(household) as server:
        gateway = Gateway(server.host, session_for_gateways(hass), Login(token=server.token))
        if path != "/info":
            await gateway.find()
            await gateway.log_in()
        server.filling, server.is_filling_deflated = 100_000_000, is_deflated
        tracemalloc.start()
        try:
            with pytest.raises(GatewayError):
                await (gateway.find() if path == "/info" else gateway.read())
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert most < 30_000_000


async def test_a_slow_gateway_is_read_one_request_at_a_time(
    hass: HomeAssistant, gateway: SimulatedGateway
) -> None:
    gateway.slow_s = SLOW_S
    entry = await set_up(hass, gateway)
    assert entry.state is ConfigEntryState.LOADED
    await entry.runtime_data.async_refresh()
    assert dict(shown(hass, gateway)) == gateway.truth
    assert gateway.most_at_once == 1
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("is_cut", [True, False], ids=["cut", "not ready"])
async def test_no_answer_at_the_start_takes_a_sensor_away_for_good(
    hass: HomeAssistant, gateway: SimulatedGateway, is_cut: bool
) -> None:
    """pyenphase would take it for a gateway without meters."""
    if is_cut:
        gateway.cut_off("/ivp/meters")
    else:
        gateway.not_ready.add("/ivp/meters")
    entry = await set_up(hass, gateway)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.reason is not None
    assert entry.reason.startswith("The gateway’s answer was cut short")  # noqa: RUF001
    gateway.cut_off(None)
    gateway.not_ready.clear()
    await hass.config_entries.async_reload(entry.entry_id)
    assert dict(shown(hass, gateway)) == gateway.truth
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_gateway_with_another_firmware_is_set_up_anew(
    hass: HomeAssistant,
    gateway: SimulatedGateway,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    await gateway.stop()
    await refresh(entry, freezer)
    gateway.firmware = "8.3.5433"
    await gateway.start()
    before = entry.runtime_data
    await refresh(entry, freezer)
    await hass.async_block_till_done()
    assert entry.runtime_data is not before
    (device,) = (
        one
        for one in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        if (DOMAIN, gateway.serial) in one.identifiers
    )
    assert device.sw_version == "8.3.5433"
    assert dict(shown(hass, gateway)) == gateway.truth


# Tokens


@pytest.mark.parametrize("answers", [0, 1])
async def test_one_that_goes_away_while_it_looks_at_a_token_is_read_later(
    hass: HomeAssistant, gateway: SimulatedGateway, monkeypatch: pytest.MonkeyPatch, answers: int
) -> None:
    monkeypatch.setattr("custom_components.sen1.enphase.gateway.FIND_S", 1.5)
    gateway.slow_s = 0.5
    gateway.not_ready.add(CHECK)
    setting_up = asyncio.create_task(set_up(hass, gateway))
    await until(lambda: gateway.requests[CHECK] > answers, "a question")
    await gateway.stop()
    entry = await setting_up
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert hass.config_entries.flow.async_progress() == []
    gateway.slow_s = 0
    gateway.not_ready.clear()
    await gateway.start()
    await hass.config_entries.async_reload(entry.entry_id)
    assert dict(shown(hass, gateway)) == gateway.truth
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_token_without_its_login_is_asked_for_when_refused(
    hass: HomeAssistant,
    gateway: SimulatedGateway,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    gateway.rotate()
    await refresh(entry, freezer)
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == "reauth"
    assert state_of(hass, f"{gateway.serial}_net_power") == "unavailable"
    assert float(state_of(hass, f"{gateway.serial}_grid_import")) > 0


async def test_with_the_login_a_refused_token_is_replaced_unnoticed(
    hass: HomeAssistant,
    gateway: SimulatedGateway,
    enlighten: Enlighten,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    entry = await set_up(hass, gateway, username=enlighten.user, password=enlighten.password)
    gateway.rotate()
    await refresh(entry, freezer)
    assert enlighten.made == 1
    assert entry.data["token"] == gateway.token
    assert dict(shown(hass, gateway)) == gateway.truth
    assert complaints(caplog) == []
    await hass.async_block_till_done()
    assert gateway.requests["/info"] == 1, "a new token is no reason to begin anew"
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_with_the_login_a_token_is_renewed_before_its_end(
    hass: HomeAssistant,
    gateway: SimulatedGateway,
    enlighten: Enlighten,
    freezer: FrozenDateTimeFactory,
) -> None:
    gateway.make_token(lasts_s=12 * 3600, user="installer")
    enlighten.lasts_s = 12 * 3600
    login = {"username": enlighten.user, "password": enlighten.password}
    entry = await set_up(hass, gateway, **login)
    freezer.tick(10.5 * 3600)
    await entry.runtime_data.async_refresh()
    assert enlighten.made == 0
    freezer.tick(3600)
    await entry.runtime_data.async_refresh()
    assert enlighten.made == 1
    assert entry.data["token"] == gateway.token
    assert "token_ends" not in issues(hass)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_while_the_cloud_is_away_the_old_token_serves_and_is_renewed_later(
    hass: HomeAssistant,
    gateway: SimulatedGateway,
    enlighten: Enlighten,
    freezer: FrozenDateTimeFactory,
) -> None:
    gateway.make_token(lasts_s=30 * 86400)
    login = {"username": enlighten.user, "password": enlighten.password}
    entry = await set_up(hass, gateway, **login)
    enlighten.status = 503
    freezer.tick(timedelta(days=29))
    await refresh(entry, freezer, gateway.household)
    await refresh(entry, freezer, gateway.household)
    assert dict(shown(hass, gateway)) == gateway.truth
    assert enlighten.asked == 1, "not again within the hour"
    assert "token_ends" in issues(hass)
    enlighten.status = None
    freezer.tick(timedelta(hours=1))
    await entry.runtime_data.async_refresh()
    assert enlighten.made == 1
    assert "token_ends" not in issues(hass)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_pasted_token_near_its_end_is_told(
    hass: HomeAssistant, gateway: SimulatedGateway, freezer: FrozenDateTimeFactory
) -> None:
    entry = await set_up(hass, gateway)
    freezer.tick(timedelta(days=330))
    await entry.runtime_data.async_refresh()
    assert issues(hass) == set()
    freezer.tick(timedelta(days=15))
    await entry.runtime_data.async_refresh()
    assert issues(hass) == {"token_ends"}
    await hass.config_entries.async_remove(entry.entry_id)
    assert issues(hass) == set()


# Beside Home Assistant's own integration


@pytest.mark.parametrize("leaves_by", ["removal", "disabling"])
async def test_when_core_begins_to_read_it_ours_leaves_it_alone_until_core_is_gone(
    hass: HomeAssistant, gateway: SimulatedGateway, entry: MockConfigEntry, leaves_by: str
) -> None:
    core = MockConfigEntry(
        domain=core_reader.CORE, unique_id=gateway.serial, data={"host": gateway.host}
    )
    await add_without_setting_up(hass, core)
    await until(lambda: entry.state is ConfigEntryState.SETUP_ERROR, "ours gives way")
    assert issues(hass) == {"read_by_core"}
    asked = gateway.requests.total()
    await hass.config_entries.async_reload(entry.entry_id)
    assert gateway.requests.total() == asked, "not even its firmware is asked"

    if leaves_by == "removal":
        await hass.config_entries.async_remove(core.entry_id)
    else:
        # As an integration that runs, and does not reach its gateway.
        hass.config.components.add(core_reader.CORE)
        core.mock_state(hass, ConfigEntryState.SETUP_RETRY)
        await hass.config_entries.async_set_disabled_by(core.entry_id, ConfigEntryDisabler.USER)
    await until(lambda: entry.state is ConfigEntryState.LOADED, "ours comes back")
    await hass.async_block_till_done()
    assert issues(hass) == set()


async def add_without_setting_up(hass: HomeAssistant, core: MockConfigEntry) -> None:
    """Tell of an entry of core as Home Assistant does, without the gateway it would read."""
    core.add_to_hass(hass)
    hass.config_entries.async_update_entry(core, title="Envoy")


async def test_another_gateway_of_core_is_no_reason_nor_is_one_for_a_meter(
    hass: HomeAssistant, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    MockConfigEntry(domain=DOMAIN, data={CONF_KIND: Kind.LINKY}).add_to_hass(hass)
    other = MockConfigEntry(
        domain=core_reader.CORE, unique_id="122300000099", data={"host": "192.168.1.9"}
    )
    await add_without_setting_up(hass, other)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert issues(hass) == set()
    assert complaints(caplog) == []


# Restarts, devices, inverters


async def test_energies_go_on_over_a_restart_with_a_counter_begun_anew(
    hass: HomeAssistant, gateway: SimulatedGateway, freezer: FrozenDateTimeFactory
) -> None:
    now = datetime.now().timestamp()  # noqa: DTZ005
    mock_restore_cache_with_extra_data(
        hass,
        [
            (
                State("sensor.enphase_energy_produced", "9999"),
                {"shown": 9_999_000, "counter": gateway.truth["production_lifetime"], "at": now},
            ),
            (
                State("sensor.enphase_energy_from_the_grid", "99999"),
                {"shown": 99_999_000, "counter": 99_999_000, "at": now},
            ),
        ],
    )
    entry = await set_up(hass, gateway)
    assert float(state_of(hass, f"{gateway.serial}_production_lifetime")) == 9999
    assert float(state_of(hass, f"{gateway.serial}_grid_import")) == 99999
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_inverters_and_meters_are_devices_on_the_gateways(
    hass: HomeAssistant, gateway: SimulatedGateway, entry: MockConfigEntry
) -> None:
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    (top,) = (one for one in devices if (DOMAIN, gateway.serial) in one.identifiers)
    below = {one.name for one in devices if one.via_device_id == top.id}
    inverters = {f"Inverter {inverter.serial[-4:]}" for inverter in gateway.inverters}
    assert below == inverters | {"Production meter", "Grid meter"}
    assert top.name == "Enphase"
    assert top.sw_version == gateway.firmware


async def test_inverters_whose_numbers_end_alike_are_told_apart_by_more_of_them(
    hass: HomeAssistant, gateway: SimulatedGateway
) -> None:
    gateway.add_inverter("482299900001")
    entry = await set_up(hass, gateway)
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    names = {one.name for one in devices}
    assert {"Inverter 000001", "Inverter 900001", "Inverter 0002"} <= names
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_new_inverter_is_added_and_one_taken_down_can_be_removed(
    hass: HomeAssistant,
    gateway: SimulatedGateway,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    gone = gateway.inverters.pop()
    new = gateway.add_inverter("482200099999")
    freezer.tick(600)
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    assert state_of(hass, f"{new.serial}_power") == str(new.watts)
    assert state_of(hass, f"{gone.serial}_power") == "unavailable"
    remove = hass.config_entries.async_get_entry(entry.entry_id)
    assert remove is not None
    component = hass.data["components"][DOMAIN]
    for serial, may_go in ((gone.serial, True), (new.serial, False)):
        (device,) = (
            one
            for one in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
            if (DOMAIN, serial) in one.identifiers
        )
        assert await component.async_remove_config_entry_device(hass, entry, device) is may_go


async def test_a_silent_inverter_is_told_by_sensor_and_repair_until_it_reports(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await hass.config.async_update(latitude=48.1, longitude=-1.7, time_zone="Europe/Paris")
    noon = datetime(2026, 6, 21, 11, 0, tzinfo=PARIS)
    freezer.move_to(noon)
    house = Household(seed=1, solar_peak_w=3000, begin=noon)
    house.stop_at(noon)
    async with SimulatedGateway(house) as gateway:
        entry = await set_up(hass, gateway)
        broken = gateway.inverters[3]
        broken.is_silent = True

        async def until_hour(hour: int) -> None:
            while (now := datetime.now(PARIS)).hour < hour:
                house.stop_at(now)
                freezer.tick(300)
                await entry.runtime_data.async_refresh()
                await hass.async_block_till_done()

        await until_hour(13)
        assert state_of(hass, f"{broken.serial}_problem", "binary_sensor") == "off"
        await until_hour(14)
        assert state_of(hass, f"{broken.serial}_problem", "binary_sensor") == "on"
        assert issues(hass) == {"inverter_silent"}
        (issue,) = issues_of_ours(hass)
        assert broken.serial not in f"{issue.issue_id} {issue.translation_placeholders}"
        assert issue.translation_placeholders is not None
        assert issue.translation_placeholders["inverter"] == f"Inverter {broken.serial[-4:]}"

        hass.config_entries.async_update_entry(
            entry, options={"readings_interval": 10, "watch": False}
        )
        await hass.async_block_till_done()
        assert issues(hass) == set()
        assert state_of(hass, f"{broken.serial}_problem", "binary_sensor") == "on"

        hass.config_entries.async_update_entry(entry, options={})
        broken.is_silent = False
        await until_hour(15)
        assert state_of(hass, f"{broken.serial}_problem", "binary_sensor") == "off"
        assert issues(hass) == set()
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_weak_inverter_is_told_again_after_a_restart_until_it_is_taken_down(
    hass: HomeAssistant,
    gateway: SimulatedGateway,
    freezer: FrozenDateTimeFactory,
    hass_storage: dict[str, Any],
) -> None:
    weak = gateway.inverters[3]
    entry = entry_of(gateway)
    key = f"sen1.inverters.{entry.entry_id}"
    hass_storage[key] = {"version": 1, "key": key, "data": {"weak": {weak.serial: 0.42}}}
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await refresh(entry, freezer)
    (issue,) = issues_of_ours(hass)
    assert issue.translation_key == "inverter_weak"
    assert issue.translation_placeholders == {
        "gateway": "Enphase",
        "inverter": f"Inverter {weak.serial[-4:]}",
        "share": "42",
    }
    gateway.inverters.remove(weak)
    freezer.tick(600)
    await entry.runtime_data.async_refresh()
    assert issues(hass) == set()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=10))
    await hass.async_block_till_done()
    assert hass_storage[key]["data"] == {"weak": {}}
    assert await hass.config_entries.async_unload(entry.entry_id)


# Diagnostics


async def test_diagnostics_tell_the_state_and_nothing_of_persons(
    hass: HomeAssistant,
    gateway: SimulatedGateway,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    told_up = await async_get_config_entry_diagnostics(hass, entry)
    assert told_up["link"] == "up"
    assert told_up["meters"] == ["net-consumption", "production"]
    assert told_up["inverters"] == len(gateway.inverters)
    assert told_up["requests"][READINGS] == 1
    await gateway.stop()
    await refresh(entry, freezer)
    told_down = await async_get_config_entry_diagnostics(hass, entry)
    assert told_down["link"] == GatewayFault.NO_ANSWER
    for text in (str(told_up), str(told_down)):
        serials = [gateway.serial, *(inverter.serial for inverter in gateway.inverters)]
        for secret in (*serials, gateway.token, gateway.host, "127.0.0.1"):
            assert secret not in text


async def test_no_name_of_an_entity_bears_a_serial_number(
    hass: HomeAssistant, gateway: SimulatedGateway, entry: MockConfigEntry
) -> None:
    """A name is proposed to friends when its series is shared."""
    rows = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    serials = [gateway.serial, *(inverter.serial for inverter in gateway.inverters)]
    assert [row.entity_id for row in rows if any(s in row.entity_id for s in serials)] == []
