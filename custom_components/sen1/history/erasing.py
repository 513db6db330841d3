"""Erase what was lent: states, statistics and the archive, wholly or what is older than a moment.

The recorder purges states by itself; statistics it can only clear whole, so a part that is kept is
written again.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from functools import partial
import logging
import time

from homeassistant.components.recorder import history
from homeassistant.components.recorder.models import StatisticData
from homeassistant.components.recorder.tasks import PurgeEntitiesTask
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance

from .archive import async_archive
from .recorder import async_answered, async_committed, async_metadata, rows_of
from .rows import CHUNK, async_erase_statistics, async_put

_LOGGER = logging.getLogger(__name__)

EPOCH = datetime.fromtimestamp(0, UTC)

ATTEMPTS = 1000
"""How often the recorder is waited for: it purges some thousand states at a time."""


async def async_erase(
    hass: HomeAssistant,
    statistic_id: str,
    entity_ids: Collection[str] = (),
    before: float | None = None,
) -> bool:
    """Erase all that came of a series: points, statistics, states; return whether it is.

    Of its states what is older than `before`; None: all.
    """
    archive = async_archive(hass)
    statistics = await archive.async_statistics(statistic_id)
    await archive.async_remove(statistic_id)
    if "recorder" not in hass.config.components:
        return True
    moment = time.time() if before is None else before
    is_erased = await async_erase_states(hass, entity_ids, moment) and await async_erase_statistics(
        hass, {*statistics, *entity_ids}
    )
    if is_erased:
        # What stands on it goes too.
        archive.listeners[statistic_id].tell(0, moment)
    else:
        _LOGGER.debug("The recorder has not erased all yet")
    return is_erased


async def async_erase_states(
    hass: HomeAssistant, entity_ids: Collection[str], before: float
) -> bool:
    """Purge the states of entities that are older than a moment; return whether none is left."""
    if not entity_ids:
        return True
    instance = get_instance(hass)
    moment = datetime.fromtimestamp(before, UTC)
    await async_committed(hass)
    instance.queue_task(PurgeEntitiesTask(lambda entity_id: entity_id in entity_ids, moment))
    for _ in range(ATTEMPTS):
        await async_committed(hass)
        if not await instance.async_add_executor_job(_has_states, hass, entity_ids, moment):
            return True
    return False


async def async_trim_statistics(
    hass: HomeAssistant, statistic_id: str, before: float, keep_from: float
) -> None:
    """Keep of an entity's own statistic what is from `keep_from` on, if any is before `before`."""
    instance = get_instance(hass)
    rows = await instance.async_add_executor_job(_rows, hass, statistic_id)
    if not rows or rows[0]["start"].timestamp() >= before:
        return
    known = await async_metadata(hass, [statistic_id])
    instance.async_clear_statistics([statistic_id])
    await async_committed(hass)
    kept = [row for row in rows if row["start"].timestamp() >= keep_from]
    for begin in range(0, len(kept), CHUNK):
        put = partial(async_put, hass, known[statistic_id], kept[begin : begin + CHUNK])
        await async_answered(hass, put)


def _has_states(hass: HomeAssistant, entity_ids: Collection[str], before: datetime) -> bool:
    return any(
        history.state_changes_during_period(
            hass, EPOCH, before, entity_id, True, False, 1, False
        ).get(entity_id)
        for entity_id in entity_ids
    )


def _rows(hass: HomeAssistant, statistic_id: str) -> list[StatisticData]:
    """Return the hourly means of a statistic, oldest first."""
    return [
        StatisticData(start=datetime.fromtimestamp(row["start"], UTC), mean=mean, min=low, max=high)
        for row in rows_of(hass, statistic_id, 0, None, {"mean", "min", "max"})
        if (mean := row.get("mean")) is not None
        and (low := row.get("min")) is not None
        and (high := row.get("max")) is not None
    ]
