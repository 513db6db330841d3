"""What a crash loses of the memory is taken back from the recorder, once."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from ..conftest import MakeHome, measure, settled, told


@pytest.mark.parametrize(
    ("has_restarted", "state", "watt_hours", "consumed"),
    [
        pytest.param(
            *(False, CoreState.running, 1100, 1500),
            id="the entry alone was away: the last power went on",
        ),
        pytest.param(
            *(True, CoreState.running, 100, 163),
            id="Home Assistant was away: nothing is known after the last",
        ),
        pytest.param(
            *(True, CoreState.not_running, 100, 163),
            id="Home Assistant still starts: the recorder commits nothing until it is over",
        ),
    ],
)
async def test_what_the_recorder_kept_is_counted_after_a_crash(
    recorder_mock: object,
    hass: HomeAssistant,
    make_home: MakeHome,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
    has_restarted: bool,
    state: CoreState,
    watt_hours: int,
    consumed: int,
) -> None:
    freezer.move_to("2026-06-10T08:00:00+00:00")
    runs = get_instance(hass).recorder_runs_manager
    runs._recording_start = dt_util.utcnow()
    measure(hass, "bought_power", 600)
    measure(hass, "produced_index", 1000)
    entry = await make_home("bought_power", "produced_index")
    await entry.runtime_data._store.async_save()
    (key,) = (key for key in hass_storage if entry.entry_id in key)
    saved = deepcopy(hass_storage[key])

    freezer.tick(timedelta(minutes=10))
    measure(hass, "bought_power", 1200)
    measure(hass, "produced_index", 1050)
    await settled(hass)
    await async_wait_recording_done(hass)
    assert await hass.config_entries.async_unload(entry.entry_id)
    hass_storage[key] = saved  # as if the power had been cut before it was written

    freezer.tick(timedelta(minutes=50))
    if has_restarted:
        runs._recording_start = dt_util.utcnow()
    hass.set_state(state)
    measure(hass, "produced_index", 1400)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settled(hass)
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await settled(hass)
    assert float(told(hass, entry, "bought_day").state) * 1000 == pytest.approx(watt_hours)
    # While it was not known what was bought, it is not known what was used.
    known = float(told(hass, entry, "consumed_day").state) * 1000
    assert known == pytest.approx(consumed, abs=0.5)

    await hass.config_entries.async_reload(entry.entry_id)
    await settled(hass)
    assert float(told(hass, entry, "bought_day").state) * 1000 == pytest.approx(watt_hours)


async def test_what_came_each_second_is_counted_to_the_last(
    recorder_mock: object,
    hass: HomeAssistant,
    make_home: MakeHome,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
) -> None:
    freezer.move_to("2026-06-10T08:00:00+00:00")
    get_instance(hass).recorder_runs_manager._recording_start = dt_util.utcnow()
    measure(hass, "bought_power", 1800)
    entry = await make_home("bought_power")
    assert await hass.config_entries.async_unload(entry.entry_id)
    for second in range(1200):
        freezer.tick(1)
        measure(hass, "bought_power", 3600 if second % 2 else 1800)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settled(hass)
    # A second at 1800 W, then as many at 3600 W as at 1800 W.
    assert float(told(hass, entry, "bought_day").state) == pytest.approx(0.9, abs=0.001)
