"""Read states and statistics back from Home Assistant's recorder."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
import time
from typing import Literal
from zlib import crc32

from homeassistant.components import recorder
from homeassistant.components.recorder import history
from homeassistant.components.recorder.db_schema import Statistics
from homeassistant.components.recorder.models import StatisticMetaData
from homeassistant.components.recorder.statistics import (
    STATISTIC_UNIT_TO_UNIT_CONVERTER,
    StatisticsRow,
    get_metadata,
    statistics_during_period,
)
from homeassistant.components.recorder.tasks import SynchronizeTask
from homeassistant.const import EVENT_RECORDER_HOURLY_STATISTICS_GENERATED
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, State, callback
from homeassistant.helpers.recorder import get_instance, session_scope
from homeassistant.util import dt as dt_util
from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError, PendingRollbackError

from ..const import DOMAIN
from ..protocol.limits import can_be
from .periods import Sample
from .points import HOUR, Point, with_days

COMMITTED = 600.0
"""Seconds after which a state is in the database, however busy the recorder is."""

LONGEST_WAIT = 60.0
"""Seconds after which a database that is away is asked again, at the latest."""

AWAY = (ConnectionError, InterfaceError, InternalError, OperationalError, PendingRollbackError)
"""What is raised where a database does not answer, is locked, or ends what stands in its way.

The last is what comes of a lost connection when the recorder asks again by itself.
"""

DAY_S = 86400

BESIDE = 4.0 * DAY_S
"""Seconds before and after a period in which it is looked how rows follow one another."""

AT_ONCE = 500
"""States that are converted between two looks at everything else: about 2 ms."""

type StatisticType = Literal["change", "last_reset", "max", "mean", "min", "state", "sum"]
"""What the recorder tells of an hour or a day of a statistic."""


def async_is_recorded(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether the recorder keeps the states of an entity."""
    return "recorder" in hass.config.components and recorder.is_entity_recorded(hass, entity_id)


@dataclass(slots=True)
class _GivenUp(SynchronizeTask):
    """Ends the wait for a commit, also for one that the database refused for too long."""

    commit_before = False


async def async_committed(hass: HomeAssistant) -> None:
    """Wait until the recorder has committed what it was handed, or has given up.

    Its own wait sees only what is still in the queue, not the task just taken from it.
    """
    instance = get_instance(hass)
    if instance.is_alive():
        future: asyncio.Future[None] = hass.loop.create_future()
        instance.queue_task(SynchronizeTask(future))
        instance.queue_task(_GivenUp(future))
        await future


async def async_answered[T](hass: HomeAssistant, job: Callable[[], Awaitable[T]]) -> T:
    """Return what a job brings; while the recorder's database is away, it is begun again.

    A server is away while it restarts, and for as long as the machine is on which it runs. Raises
    what the job does when it is something else, or when Home Assistant stops.
    """
    wait = float(get_instance(hass).db_retry_wait)
    while True:
        try:
            return await job()
        except AWAY:
            if hass.is_stopping:
                raise
        await asyncio.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)


async def async_states(
    hass: HomeAssistant,
    entity_id: str,
    begin: float,
    end: float,
    *,
    committed: bool = True,
    limit: int | None = None,
) -> list[State]:
    """Return the states of (begin, end] that the recorder keeps, oldest first, `limit` at most.

    Times are Unix seconds. What was measured before this call is committed first, so nothing is
    missed between the recorder and a listener that already runs; not unless `committed`. Until
    Home Assistant has started, the recorder commits nothing: what waits for it keeps Home Assistant
    from starting.
    """
    if not async_is_recorded(hass, entity_id):
        return []
    instance = get_instance(hass)
    if committed:
        await async_committed(hass)
    # The end is open for the recorder's query.
    return await instance.async_add_executor_job(
        _states, hass, entity_id, begin, end + 0.001, limit
    )


def _states(
    hass: HomeAssistant,
    entity_id: str,
    begin: float,
    end: float,
    limit: int | None = None,
    is_in_force: bool = False,
) -> list[State]:
    """Return the states of (begin, end) of an entity, oldest first.

    Where `is_in_force` also the one in force at the beginning, stamped there.
    """
    found = history.state_changes_during_period(
        hass,
        datetime.fromtimestamp(begin, UTC),
        datetime.fromtimestamp(end, UTC),
        entity_id,
        limit=limit,
        # With attributes: each state carries its own unit.
        include_start_time_state=is_in_force,
    ).get(entity_id, [])
    # To look at the times of many states takes long: here, where nothing waits for it.
    return [state for state in found if is_in_force or state.last_changed_timestamp > begin]


async def async_converted[T](
    states: Sequence[State], convert: Callable[[State], T | None]
) -> list[T]:
    """Return what states say, without those that say nothing; the event loop goes on meanwhile."""
    converted: list[T] = []
    for first in range(0, len(states), AT_ONCE):
        found = (convert(state) for state in states[first : first + AT_ONCE])
        converted += [one for one in found if one is not None]
        await asyncio.sleep(0)
    return converted


async def async_samples(
    hass: HomeAssistant,
    entity_id: str,
    begin: float,
    end: float,
    value_of: Callable[[State], float | None],
) -> list[Sample]:
    """Return the values of [begin, end) and the one in force at its beginning, oldest first."""
    if not async_is_recorded(hass, entity_id):
        return []
    instance = get_instance(hass)
    # What is older is written: waiting would mean waiting for whatever else the recorder does.
    if end > time.time() - COMMITTED:
        await async_committed(hass)
    found = await instance.async_add_executor_job(_states, hass, entity_id, begin, end, None, True)
    return await async_converted(
        found, lambda state: (state.last_changed_timestamp, value_of(state))
    )


async def async_metadata(
    hass: HomeAssistant, statistic_ids: Collection[str]
) -> dict[str, StatisticMetaData]:
    """Return what the recorder keeps of statistics, of those it knows."""
    found = await get_instance(hass).async_add_executor_job(
        lambda: get_metadata(hass, statistic_ids=set(statistic_ids))
    )
    return {statistic_id: metadata for statistic_id, (_row, metadata) in found.items()}


def rows_of(
    hass: HomeAssistant,
    statistic_id: str,
    begin: float,
    end: float | None,
    figures: set[StatisticType],
    units: dict[str, str] | None = None,
    period: Literal["5minute", "hour", "day"] = "hour",
) -> list[StatisticsRow]:
    """Return the rows of a statistic in [begin, end), oldest first; for the recorder's executor.

    They are in the unit that `units` has for their class (`{"energy": "Wh"}`), else in the one they
    are shown in. Without an end, until the last.
    """
    return statistics_during_period(
        hass,
        datetime.fromtimestamp(begin, UTC),
        None if end is None else datetime.fromtimestamp(end, UTC),
        {statistic_id},
        period,
        units,
        figures,
    ).get(statistic_id, [])


def in_own(unit: str | None) -> dict[str, str] | None:
    """Return the `units` of `rows_of` for rows in this unit, not in the one they are shown in."""
    converter = STATISTIC_UNIT_TO_UNIT_CONVERTER.get(unit)
    return {converter.UNIT_CLASS: unit} if converter and unit else None


def is_of_another(statistic_id: str) -> bool:
    """Return whether another integration writes a statistic, whose rows may hold days."""
    return ":" in statistic_id and not statistic_id.startswith(f"{DOMAIN}:")


def points_of(
    hass: HomeAssistant,
    statistic_id: str,
    begin: float,
    end: float,
    *,
    is_sum: bool,
    units: dict[str, str] | None,
    period: Literal["5minute", "hour"] = "hour",
) -> list[Point]:
    """Return the rows that begin in [begin, end) and can be readings: means, or what was counted.

    Of what others wrote, a row may hold a whole day. The rest as `rows_of` says.
    """
    kind: Literal["change", "mean"] = "change" if is_sum else "mean"
    beside = BESIDE if is_of_another(statistic_id) else 0
    rows = rows_of(hass, statistic_id, max(0, begin - beside), end + beside, {kind}, units, period)
    points = [
        Point(row["start"], round(row["end"] - row["start"]), value)
        for row in rows
        if (value := row.get(kind)) is not None and can_be(value)
    ]
    if not beside:
        return points
    points = with_days(points, dt_util.get_default_time_zone())
    return [point for point in points if begin <= point.begin < end]


async def async_hours(
    hass: HomeAssistant,
    statistic_id: str,
    begin: float,
    end: float,
    *,
    is_sum: bool,
    units: dict[str, str] | None = None,
) -> list[Point]:
    """Return the `points_of` hours."""
    return await get_instance(hass).async_add_executor_job(
        partial(points_of, hass, statistic_id, begin, end, is_sum=is_sum, units=units)
    )


async def async_digests(hass: HomeAssistant, statistic_id: str, begin: float) -> dict[float, int]:
    """Return what tells whether the hours of a statistic are as they were, by day, Unix seconds.

    Days are those of UTC, from that of `begin` on.
    """
    return await get_instance(hass).async_add_executor_job(_digests, hass, statistic_id, begin)


def _digests(hass: HomeAssistant, statistic_id: str, begin: float) -> dict[float, int]:
    found = get_metadata(hass, statistic_ids={statistic_id})
    if not found:
        return {}
    row, _metadata = found[statistic_id]
    of = Statistics.metadata_id == row, Statistics.start_ts >= begin // DAY_S * DAY_S
    columns = Statistics.start_ts, Statistics.sum, Statistics.mean
    with session_scope(hass=hass, read_only=True) as session:
        hours = session.execute(select(*columns).where(*of).order_by(Statistics.start_ts)).all()
    days: dict[float, int] = {}
    for at, *values in hours:
        day = at // DAY_S * DAY_S
        days[day] = crc32(repr((at, values)).encode(), days.get(day, 0))
    return days


@callback
def async_listen_hours(hass: HomeAssistant, listener: Callable[[float], None]) -> CALLBACK_TYPE:
    """Call a listener when the recorder has put together an hour; return how to stop.

    It is told when that hour began, Unix seconds.
    """

    @callback
    def on_hour(_event: Event) -> None:
        listener(time.time() // HOUR * HOUR - HOUR)

    return hass.bus.async_listen(EVENT_RECORDER_HOURLY_STATISTICS_GENERATED, on_hour)


async def async_last_state(
    hass: HomeAssistant, entity_id: str, begin: float, unit: str
) -> tuple[float, float] | None:
    """Return when an index's last hour since `begin` ended, and where it stood then, in `unit`."""
    rows = await get_instance(hass).async_add_executor_job(
        rows_of, hass, entity_id, begin, None, {"state", "sum"}, {"energy": unit}
    )
    for row in reversed(rows):
        value = row.get("state")
        if value is not None and can_be(value) and row.get("sum") is not None:
            return row["end"], value
    return None


def async_recording_since(hass: HomeAssistant) -> float | None:
    """Return when this run of the recorder began, Unix seconds; None if there is none.

    What is recorded before is of an earlier run: between the two, nothing was heard.
    """
    if "recorder" not in hass.config.components:
        return None
    return get_instance(hass).recorder_runs_manager.recording_start.timestamp()
