"""A home whose sensors a test sets as it likes, and the entry that follows them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentryData
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import CONF_KIND, DOMAIN, Kind
from testbed.process import free_port

UNITS = {"power": "W", "index": "Wh"}

type MakeHome = Callable[..., Awaitable[MockConfigEntry]]
type MakeAccount = Callable[..., Awaitable[MockConfigEntry]]


def sensor(name: str) -> str:
    """Return the entity_id of one of the home's own sensors: `bought_power`, `sold_index`."""
    return f"sensor.{name}"


def measure(
    hass: HomeAssistant, name: str, value: object, at: float | None = None, unit: str | None = None
) -> None:
    """Let a sensor of the home say a value, at a moment in seconds since the epoch."""
    unit = unit or UNITS[name.rpartition("_")[2]]
    hass.states.async_set(sensor(name), str(value), {"unit_of_measurement": unit}, timestamp=at)


async def settled(hass: HomeAssistant) -> None:
    """Wait until what was said has been taken and told on, each in its turn of the loop."""
    for _ in range(4):
        await asyncio.sleep(0)
    await hass.async_block_till_done()


def told(hass: HomeAssistant, entry: ConfigEntry, key: str) -> State:
    """Return the state of an entity of the home's entry, by its key."""
    registry = er.async_get(hass)
    for row in er.async_entries_for_config_entry(registry, entry.entry_id):
        if row.unique_id.endswith(f"_{key}"):
            state = hass.states.get(row.entity_id)
            assert state is not None, key
            return state
    raise KeyError(key)


def home_entry(*sources: str, title: str = "Home", **data: Any) -> MockConfigEntry:
    """Return the entry that the flow makes for a home with these sensors."""
    return MockConfigEntry(
        domain=DOMAIN,
        title=title,
        data={CONF_KIND: Kind.HOME, **{name: [sensor(name)] for name in sources}, **data},
    )


@pytest.fixture
async def make_home(hass: HomeAssistant) -> AsyncIterator[MakeHome]:
    """Return a maker of homes, set up; they are unloaded at the end."""
    entries: list[MockConfigEntry] = []
    await hass.config.async_set_time_zone("Europe/Paris")

    async def make(*sources: str, **data: Any) -> MockConfigEntry:
        entry = home_entry(*sources, **data)
        entry.add_to_hass(hass)
        entries.append(entry)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        return entry

    yield make
    for entry in entries:
        if hass.config_entries.async_get_entry(entry.entry_id):
            await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def make_account(hass: HomeAssistant) -> AsyncIterator[MakeAccount]:
    """Return a maker of sharing accounts whose server is away, with the subentries it is given."""
    await hass.config.async_set_time_zone("Europe/Paris")
    hass.config.currency = "EUR"
    entries: list[MockConfigEntry] = []

    async def make(*subentries: ConfigSubentryData) -> MockConfigEntry:
        data = {
            CONF_KIND: Kind.ACCOUNT,
            "jid": "member@maison.test",
            "password": "x",
            "resource": "sen1",
            "host": "127.0.0.1",
            "port": free_port(),
        }
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Sharing",
            unique_id=data["jid"],
            data=data,
            subentries_data=subentries,
        )
        entry.add_to_hass(hass)
        entries.append(entry)
        assert await hass.config_entries.async_setup(entry.entry_id)
        return entry

    yield make
    for entry in entries:
        if hass.config_entries.async_get_entry(entry.entry_id):
            await hass.config_entries.async_unload(entry.entry_id)


CONTRACT = {
    "option": "off_peak",
    "begin": "2026-02-01",
    "prices": {"off_peak": 0.1579, "peak": 0.2065},
    "subscription": 15.65,
}


def contract(**data: Any) -> ConfigSubentryData:
    return ConfigSubentryData(
        data={**CONTRACT, **data}, subentry_type="tariff", title="Tariff", unique_id=None
    )


async def home_with(
    hass: HomeAssistant,
    *contracts: ConfigSubentryData,
    sources: tuple[str, ...] = ("bought_index",),
    data: dict[str, Any] | None = None,
    title: str = "Home",
) -> MockConfigEntry:
    """Set up a home with contracts."""
    await hass.config.async_set_time_zone("Europe/Paris")
    hass.config.currency = "EUR"
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=title,
        data={
            CONF_KIND: Kind.HOME,
            **{name: [sensor(name)] for name in sources},
            **(data or {}),
        },
        subentries_data=contracts,
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry
