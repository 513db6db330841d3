"""A gateway that is read, night and day, and all that can happen to it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
import logging

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.sen1.enphase.coordinator import ROUND_S, STALLED_AFTER_S
from testbed.envoy import Enlighten, SimulatedGateway
from testbed.household import PARIS, Household, local

from .conftest import complaints, set_up, shown, state_of

READINGS = "/ivp/meters/readings"
ENERGIES = ("production_lifetime", "consumption_lifetime", "grid_import", "grid_export")


def issues(hass: HomeAssistant) -> set[str | None]:
    return {issue.translation_key for issue in ir.async_get(hass).issues.values() if issue.active}


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


async def test_between_two_rounds_only_the_meters_are_asked(
    gateway: SimulatedGateway, entry: MockConfigEntry
) -> None:
    before = gateway.requests.copy()
    await entry.runtime_data.async_refresh()
    assert gateway.requests - before == Counter({READINGS: 1})


# Away


async def test_one_that_is_down_at_the_start_is_read_once_it_is_there(
    hass: HomeAssistant, household: Household
) -> None:
    gateway = SimulatedGateway(household)
    entry = await set_up(hass, gateway)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.reason is not None
    assert entry.reason.startswith("Nothing answers at this address")
    async with gateway:
        await hass.config_entries.async_reload(entry.entry_id)
        assert dict(shown(hass, gateway)) == gateway.truth
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_away_for_a_while_powers_go_energies_stay_and_two_lines_are_logged(
    hass: HomeAssistant,
    gateway: SimulatedGateway,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = dict(shown(hass, gateway))
    gateway.status = 503
    for _ in range(3):
        await refresh(entry, freezer, gateway.household)
        assert state_of(hass, f"{gateway.serial}_net_power") == "unavailable"
        for key in ENERGIES:
            state = state_of(hass, f"{gateway.serial}_{key}")
            assert round(float(state) * 1000) == before[key]
    gateway.status = None
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


# Tokens


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
