"""The entities that tell of the line itself."""

from homeassistant.const import STATE_OFF, STATE_ON, EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.linky.line_sensors import COUNTED_EVERY
from testbed.tic_meter import TicMeter, serve_socket
from testbed.waiting import until

from ..conftest import known_state
from .conftest import serial_of, set_up

COUNTS = ("groups_good", "groups_damaged")


def entity_id(hass: HomeAssistant, meter: TicMeter, platform: str, key: str) -> str:
    found = er.async_get(hass).async_get_entity_id(platform, DOMAIN, f"{serial_of(meter)}_{key}")
    assert found is not None
    return found


async def test_the_connection_is_told_also_while_there_is_none(
    hass: HomeAssistant, meter: TicMeter
) -> None:
    async with serve_socket(meter) as url:
        entry = await set_up(hass, meter, url)
        line = entity_id(hass, meter, "binary_sensor", "line")
        assert known_state(hass, line).state == STATE_ON
    await until(lambda: known_state(hass, line).state == STATE_OFF, "the meter gone")
    async with serve_socket(meter, port=int(url.rpartition(":")[2])):
        await until(lambda: known_state(hass, line).state == STATE_ON, "the meter back")
        assert await hass.config_entries.async_unload(entry.entry_id)
    assert er.async_get(hass).entities[line].entity_category is EntityCategory.DIAGNOSTIC


async def test_nobody_counts_groups_who_has_not_asked_for_it(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    for key in COUNTS:
        counted = er.async_get(hass).entities[entity_id(hass, meter, "sensor", key)]
        assert counted.disabled_by is er.RegistryEntryDisabler.INTEGRATION
        assert counted.entity_category is EntityCategory.DIAGNOSTIC
        assert hass.states.get(counted.entity_id) is None


@pytest.fixture
def counts(hass: HomeAssistant, meter: TicMeter, line: str) -> tuple[str, str]:
    """Return the entities that count good and damaged groups, enabled before they are made."""
    good, damaged = (
        er.async_get(hass)
        .async_get_or_create("sensor", DOMAIN, f"{serial_of(meter)}_{key}", disabled_by=None)
        .entity_id
        for key in COUNTS
    )
    return good, damaged


async def test_groups_are_counted_and_written_now_and_then(
    hass: HomeAssistant,
    meter: TicMeter,
    counts: tuple[str, str],
    linky_entry: MockConfigEntry,
) -> None:
    statistics = linky_entry.runtime_data.stream.statistics
    written = []
    hass.bus.async_listen(
        "state_changed",
        lambda event: (
            written.append(event.data["entity_id"]) if event.data["entity_id"] in counts else None
        ),
    )
    before = [int(known_state(hass, one).state) for one in counts]
    assert 0 < before[0] <= statistics.good
    meter.override("LTARF", "HEURE \x07")  # no text: a bad group
    await until(lambda: statistics.bad.total() > before[1] + 3, "damaged groups")
    assert written == []
    async_fire_time_changed(hass, dt_util.utcnow() + COUNTED_EVERY)
    good, damaged = (int(known_state(hass, one).state) for one in counts)
    assert good > before[0]
    assert damaged > before[1] + 3
