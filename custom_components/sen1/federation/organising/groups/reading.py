"""What members have reported, from their hourly statistics in the recorder's database.

One statement for all of them: Home Assistant would ask for each of three hundred statistics alone.
The state of a row of ours is what was counted in its hour; of a power, Home Assistant's own row has
the mean.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched
import math

from homeassistant.components.recorder.db_schema import Statistics, StatisticsMeta
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance, session_scope
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ....const import DOMAIN
from ....history.points import HOUR
from ....protocol.limits import can_be
from ...relations.members import Giving
from .figures import GroupHour, group_hour

KILOWATT_HOURS: Mapping[str | None, float] = {
    "Wh": 0.001,
    "kWh": 1.0,
    "MWh": 1000.0,
    "W": 0.001,
    "kW": 1.0,
    "MW": 1000.0,
}
"""What one of a unit is in an hour; of another unit nothing is known."""

WEEK = 7 * 86400
"""Seconds that are read at a time: a week of three hundred homes are fifty thousand rows."""

AT_ONCE = 500
"""Statistics in a statement: some databases take few values."""

type ReportedByHour = dict[int, dict[int, float]]
"""By the begin of the hour, Unix seconds: what was reported of it."""


async def async_reported(
    hass: HomeAssistant, givings: Sequence[Giving], begin: float, end: float
) -> ReportedByHour:
    """Return what was reported of the hours that begin in [begin, end)."""
    return await get_instance(hass).async_add_executor_job(_reported, hass, givings, begin, end)


async def async_group_hours(
    hass: HomeAssistant, givings: Sequence[Giving], begin: float, end: float
) -> list[GroupHour]:
    """Return what a group came to in each hour of [begin, end) that anybody reported."""

    def read(first: float) -> list[GroupHour]:
        known = {one.number: one for one in givings}
        reported = _reported(hass, givings, first, min(first + WEEK, end))
        return [group_hour(at, reported[at], known) for at in sorted(reported)]

    hours: list[GroupHour] = []
    instance = get_instance(hass)
    while begin < end:
        # Between two weeks, others have their turn at the database.
        hours += await instance.async_add_executor_job(read, begin)
        begin += WEEK
    return hours


async def async_heard(hass: HomeAssistant, givings: Sequence[Giving], since: float) -> set[int]:
    """Return which members have reported any hour that begins at `since` or later."""

    def read() -> set[int]:
        with session_scope(hass=hass, read_only=True) as session:
            return {
                metas[metadata_id][0].number
                for metas in _metas(session, givings)
                for (metadata_id,) in session.execute(
                    select(Statistics.metadata_id)
                    .where(Statistics.metadata_id.in_(metas), Statistics.start_ts >= since)
                    .distinct()
                )
            }

    return await get_instance(hass).async_add_executor_job(read)


async def async_first(hass: HomeAssistant, givings: Sequence[Giving], begin: float) -> float:
    """Return the first hour since `begin` that anybody has reported; infinite: nobody has."""

    def read() -> float:
        first = math.inf
        with session_scope(hass=hass, read_only=True) as session:
            for metas in _metas(session, givings):
                # The index finds the first row of each; all rows of all would be looked at.
                of_each = (
                    select(func.min(Statistics.start_ts))
                    .where(Statistics.metadata_id == StatisticsMeta.id)
                    .where(Statistics.start_ts >= begin)
                    .scalar_subquery()
                )
                rows = session.execute(select(of_each).where(StatisticsMeta.id.in_(metas)))
                first = min([first, *(at for (at,) in rows if at is not None)])
        return first

    return await get_instance(hass).async_add_executor_job(read)


def _reported(
    hass: HomeAssistant, givings: Sequence[Giving], begin: float, end: float
) -> ReportedByHour:
    found: dict[int, dict[int, list[float]]] = {}
    with session_scope(hass=hass, read_only=True) as session:
        for metas in _metas(session, givings):
            statement = (
                select(
                    Statistics.metadata_id,
                    Statistics.start_ts,
                    Statistics.state,
                    Statistics.mean,
                    Statistics.sum,
                )
                .where(Statistics.metadata_id.in_(metas))
                .where(Statistics.start_ts >= begin - HOUR, Statistics.start_ts < end)
            )
            rows = list(session.execute(statement))
            sums = {(metadata_id, at): total for metadata_id, at, _, _, total in rows}
            for metadata_id, at, state, mean, total in rows:
                giving, factor = metas[metadata_id]
                value = mean if state is None else state
                if not giving.statistic_id.startswith(DOMAIN) and total is not None:
                    # The state of an index that Home Assistant records is the index.
                    before = sums.get((metadata_id, at - HOUR))
                    value = None if before is None else total - before
                is_whole = not at < giving.begun < at + HOUR and at + HOUR <= giving.until
                if at >= begin and is_whole and value is not None and can_be(value):
                    found.setdefault(int(at), {}).setdefault(giving.number, []).append(
                        value * factor
                    )
    # A home may give in several parts, and has reported when all of them have.
    parts = Counter(giving.number for giving in givings)
    return {
        at: {one: math.fsum(told) for one, told in of_each.items() if len(told) == parts[one]}
        for at, of_each in found.items()
    }


def _metas(
    session: Session, givings: Iterable[Giving]
) -> Iterator[dict[int, tuple[Giving, float]]]:
    """Yield by the recorder's number of a statistic who gives it, and what one of it is in kWh."""
    by_statistic = {giving.statistic_id: giving for giving in givings}
    for some in batched(by_statistic, AT_ONCE, strict=False):
        rows = session.execute(
            select(
                StatisticsMeta.id, StatisticsMeta.statistic_id, StatisticsMeta.unit_of_measurement
            ).where(StatisticsMeta.statistic_id.in_(some))
        )
        yield {
            metadata_id: (by_statistic[statistic_id], KILOWATT_HOURS[unit])
            for metadata_id, statistic_id, unit in rows
            if unit in KILOWATT_HOURS
        }
