"""What is erased of the recorder, and what is left alone."""

from datetime import timedelta

from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.sen1.history.erasing import async_erase_states, async_trim_statistics
from custom_components.sen1.history.recorder import async_committed, async_hours, async_states

from .conftest import on_each_database

pytestmark = [pytest.mark.usefixtures("recorder_mock"), on_each_database]

BEGIN = dt_util.parse_datetime("2026-06-01T00:00:00+00:00", raise_on_error=True)


async def test_of_a_series_that_has_no_entity_no_states_are_erased(hass: HomeAssistant) -> None:
    hass.states.async_set("sensor.own", "1")
    soon = dt_util.utcnow().timestamp() + 60
    assert await async_erase_states(hass, [], soon)
    assert [state.state for state in await async_states(hass, "sensor.own", 0, soon)] == ["1"]


@pytest.mark.parametrize(
    ("before", "keep_from", "left"),
    [
        pytest.param(0, 2, [0, 1, 2, 3, 4], id="none is too old"),
        pytest.param(1, 2, [2, 3, 4], id="some is"),
        pytest.param(1, 9, [], id="none of it may be kept"),
    ],
)
async def test_of_a_statistic_is_left_what_may_be_kept(
    hass: HomeAssistant, before: int, keep_from: int, left: list[float]
) -> None:
    async_import_statistics(
        hass,
        {
            "statistic_id": "sensor.friend",
            "source": "recorder",
            "name": None,
            "unit_of_measurement": "W",
            "unit_class": "power",
            "has_sum": False,
            "mean_type": StatisticMeanType.ARITHMETIC,
        },
        [
            {"start": BEGIN + timedelta(hours=hour), "mean": hour, "min": hour, "max": hour}
            for hour in range(5)
        ],
    )
    await async_committed(hass)
    since, hour = BEGIN.timestamp(), 3600
    await async_trim_statistics(
        hass, "sensor.friend", since + before * hour, since + keep_from * hour
    )
    hours = await async_hours(hass, "sensor.friend", since, since + 9 * hour, is_sum=False)
    assert [hour.value for hour in hours] == left
