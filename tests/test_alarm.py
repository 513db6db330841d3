"""An alarm: one moment, moved or called off, and rung at once."""

from datetime import datetime

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sen1.alarm import Alarm

NOW = datetime(2026, 6, 10, 10, tzinfo=dt_util.UTC)


@pytest.fixture
async def rung(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> tuple[Alarm, list[float]]:
    """Return an alarm, and how many seconds after now it rang."""
    freezer.move_to(NOW)
    moments: list[float] = []
    return Alarm(
        hass, lambda: moments.append(dt_util.utcnow().timestamp() - NOW.timestamp())
    ), moments


async def pass_seconds(hass: HomeAssistant, freezer: FrozenDateTimeFactory, *moments: int) -> None:
    for after in moments:
        freezer.move_to(dt_util.utc_from_timestamp(NOW.timestamp() + after))
        async_fire_time_changed(hass)
        await hass.async_block_till_done()


async def test_an_alarm_that_is_moved_rings_once_at_its_last_moment(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, rung: tuple[Alarm, list[float]]
) -> None:
    alarm, moments = rung
    for after in (10, 30, 30, 20):
        alarm.set(NOW.timestamp() + after)
    await pass_seconds(hass, freezer, 10, 15)
    assert moments == []
    assert alarm.is_set
    await pass_seconds(hass, freezer, 20, 30, 40)
    assert moments == [20]
    assert not alarm.is_set


async def test_an_alarm_can_be_called_off_and_be_set_to_the_moment_it_rang_at(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, rung: tuple[Alarm, list[float]]
) -> None:
    alarm, moments = rung
    alarm.set(NOW.timestamp() + 10)
    alarm.set(None)
    await pass_seconds(hass, freezer, 15)
    assert moments == []
    alarm.set(NOW.timestamp() + 20)
    await pass_seconds(hass, freezer, 20)
    alarm.set(NOW.timestamp() + 20)
    await pass_seconds(hass, freezer, 21)
    assert moments == [20, 21]
