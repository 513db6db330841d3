"""What is read back from the recorder: nothing that cannot be a reading."""

import asyncio
from datetime import timedelta

from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.components.recorder.tasks import StopTask
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
import pytest

from custom_components.sen1.history.periods import Period
from custom_components.sen1.history.recorder import (
    async_answered,
    async_committed,
    async_hours,
    async_last_state,
)
from custom_components.sen1.history.summary import Summary, async_summaries

BEGIN = dt_util.parse_datetime("2026-06-01T00:00:00+00:00", raise_on_error=True)


@pytest.mark.parametrize("impossible", [1e16, 1e300, float("inf")])
async def test_a_number_that_cannot_be_is_left_out(
    recorder_mock: object, hass: HomeAssistant, impossible: float
) -> None:
    sums = [0, 1, 2, impossible]
    async_add_external_statistics(
        hass,
        {
            "statistic_id": "test:x",
            "source": "test",
            "name": "X",
            "unit_of_measurement": "kWh",
            "unit_class": "energy",
            "has_sum": True,
            "mean_type": StatisticMeanType.NONE,
        },
        [
            {"start": BEGIN + timedelta(hours=24 * number), "state": value, "sum": value}
            for number, value in enumerate(sums)
        ],
    )
    await async_committed(hass)
    begin, end = BEGIN.timestamp(), BEGIN.timestamp() + 5 * 86400
    hours = await async_hours(hass, "test:x", begin, end, is_sum=True)
    assert [hour.value for hour in hours] == [0, 1, 1]
    last = await async_last_state(hass, "test:x", begin, "kWh")
    assert last == (begin + 2 * 86400 + 3600, 2)


async def test_without_a_recorder_no_period_is_known(hass: HomeAssistant) -> None:
    hass.states.async_set("sensor.power", "400", {"unit_of_measurement": "W"})
    day = (BEGIN.timestamp(), BEGIN.timestamp() + 86400)
    known = await async_summaries(
        hass, "sensor.power", Period.HOUR, Summary.MEAN, *day, lambda state: float(state.state)
    )
    assert known == []


async def test_nobody_waits_for_a_recorder_that_has_ended(
    recorder_mock: object, hass: HomeAssistant
) -> None:
    instance = get_instance(hass)
    instance.queue_task(StopTask())
    await hass.async_add_executor_job(instance.join)
    async with asyncio.timeout(5):
        await async_committed(hass)


async def test_a_home_assistant_that_stops_waits_for_no_database(
    recorder_mock: object, hass: HomeAssistant
) -> None:
    async def ask() -> None:
        raise ConnectionError

    hass.set_state(CoreState.stopping)
    with pytest.raises(ConnectionError):
        await async_answered(hass, ask)
