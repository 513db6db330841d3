"""What Home Assistant's statistics say, as the energy dashboard asks, and are made to say."""

from collections.abc import Sequence
from itertools import batched
from typing import Any, Literal

from homeassistant.components.recorder.models import StatisticData, StatisticMetaData
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util

from custom_components.sen1.history.rows import CHUNK, async_put

type Figure = Literal["change", "max", "mean", "min", "state", "sum"]


async def hourly_rows(hass: HomeAssistant, statistic_id: str, *figures: Figure) -> list[Any]:
    """Return a statistic's hours, from the first, each with its start (s) and these figures."""
    found = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        hass,
        dt_util.utc_from_timestamp(0),
        None,
        {statistic_id},
        "hour",
        None,
        set(figures),
    )
    return list(found.get(statistic_id, []))


async def changes(hass: HomeAssistant, statistic_id: str) -> dict[float, float]:
    """Return how much each hour adds, by its start."""
    return {row["start"]: row["change"] for row in await hourly_rows(hass, statistic_id, "change")}


async def have_rows(
    hass: HomeAssistant, metadata: StatisticMetaData, rows: Sequence[StatisticData]
) -> None:
    """Have the recorder know rows of a statistic, as if it had made them: it would look each up."""
    for chunk in batched(rows, CHUNK, strict=False):
        await async_put(hass, metadata, chunk)
