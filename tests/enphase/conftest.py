"""A simulated gateway on the panels of a household, and the config entry that reads it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
import logging
import time
from typing import Any

from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from pyenphase import EnvoyTokenAuth
from pyenphase.firmware import EnvoyFirmware
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from tenacity import wait_none

from custom_components.sen1.const import CONF_KIND, DOMAIN, Kind
from testbed.envoy import Enlighten, Gateway, SimulatedGateway
from testbed.household import PARIS, Household


@pytest.fixture(autouse=True)
def _no_pause_between_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pyenphase try as often as it does, without its pauses of seconds between."""
    for method in (
        EnvoyFirmware._get_info,
        EnvoyTokenAuth._check_jwt,
        EnvoyTokenAuth._post_json_with_cloud_client,
    ):
        if hasattr(method, "retry"):
            monkeypatch.setattr(method.retry, "wait", wait_none())


@pytest.fixture
async def freezer(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FrozenDateTimeFactory]:
    """Stop all clocks but the loop's: what waits for an answer must not wait for ever."""
    loop = asyncio.get_running_loop()
    # Home Assistant gives its loop a clock of its own, which freezegun's `real_asyncio` misses.
    monkeypatch.setattr(loop, "time", lambda: time.clock_gettime(time.CLOCK_MONOTONIC))
    with freeze_time() as frozen:
        assert isinstance(frozen, FrozenDateTimeFactory)
        yield frozen


@pytest.fixture
def household(freezer: FrozenDateTimeFactory) -> Household:
    """Return a house with panels, in the sun, where time stands still until a test moves it."""
    house = Household(seed=1, solar_peak_w=3000, begin=datetime(2026, 6, 21, 12, 30, tzinfo=PARIS))
    house.freeze()
    return house


@pytest.fixture
def options() -> dict[str, Any]:
    """Return how the gateway is made; a test says otherwise by parametrize."""
    return {}


@pytest.fixture
async def gateway(household: Household, options: dict[str, Any]) -> AsyncIterator[SimulatedGateway]:
    """Return a gateway that answers: `gateway.truth` is what it should be understood to say."""
    async with SimulatedGateway(household, **options) as server:
        yield server


@pytest.fixture
def all_enabled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every entity enabled, also those few want."""
    monkeypatch.setattr(Entity, "entity_registry_enabled_default", True)


@pytest.fixture
async def enlighten(
    gateway: SimulatedGateway, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Enlighten]:
    """Put the cloud that makes tokens where pyenphase looks for it."""
    async with Enlighten(gateway) as cloud:
        monkeypatch.setattr(EnvoyTokenAuth, "JSON_LOGIN_URL", f"{cloud.url}/login/login.json?")
        monkeypatch.setattr(EnvoyTokenAuth, "TOKEN_URL", f"{cloud.url}/tokens")
        yield cloud


def entry_of(gateway: Gateway, **data: str) -> MockConfigEntry:
    """Return the entry that the flow makes for this gateway."""
    known = {"token": gateway.token} if gateway.wants_token else {}
    return MockConfigEntry(
        domain=DOMAIN,
        title="Enphase",
        unique_id=gateway.serial,
        data={CONF_KIND: Kind.ENPHASE, "host": gateway.host, **known, **data},
    )


async def set_up(hass: HomeAssistant, gateway: Gateway, **data: str) -> MockConfigEntry:
    """Add the entry of a gateway, and let it read."""
    entry = entry_of(gateway, **data)
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


@pytest.fixture
async def entry(hass: HomeAssistant, gateway: SimulatedGateway) -> AsyncIterator[MockConfigEntry]:
    """Return the entry of the gateway, set up; unloaded before the gateway goes."""
    made = await set_up(hass, gateway)
    yield made
    await hass.config_entries.async_unload(made.entry_id)


def state_of(hass: HomeAssistant, unique_id: str, platform: str = "sensor") -> str:
    """Return the state of an entity of ours."""
    entity_id = er.async_get(hass).async_get_entity_id(platform, DOMAIN, unique_id)
    assert entity_id is not None, unique_id
    state = hass.states.get(entity_id)
    assert state is not None, entity_id
    return state.state


def shown(hass: HomeAssistant, gateway: Gateway) -> Iterator[tuple[str, float]]:
    """Yield what the sensors of a gateway show of what it has a truth for, in W and Wh."""
    assert isinstance(gateway, SimulatedGateway)
    for key in gateway.truth:
        state = float(state_of(hass, f"{gateway.serial}_{key}"))
        yield key, state if key.endswith("_power") else round(state * 1000)


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the errors logged, and what Home Assistant says of what will not do for long."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.ERROR or "sen1-home-assistant" in record.getMessage()
    ]
