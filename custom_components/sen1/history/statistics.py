"""Write external statistics: the long memory of what came from files and friends.

The recorder is brought to what the points say, and only what differs is written: a second import
writes nothing, and one that was cut short is finished by the next.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from operator import attrgetter

from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.recorder import get_instance
from homeassistant.util.unit_conversion import EnergyConverter, VolumeConverter

from ..const import DOMAIN
from .points import Aggregation, Hour
from .recorder import StatisticType, async_answered, rows_of
from .rows import CHUNK, Move, async_put

SAME = 1e-6
"""Two sums that differ by less are one: adding in another order moves the last digits."""

LONGEST_NAME = 255
"""Characters that a name of a statistic may have; of the databases, SQLite alone takes more."""

ALWAYS = (0.0, 4e9)
"""A span that holds every hour of ours, Unix seconds."""

NEAR = 31 * 86400.0
"""Seconds before and after the hours to write in which their neighbours are sought first."""

UNIT_CLASSES = {
    unit: converter.UNIT_CLASS
    for converter in (EnergyConverter, VolumeConverter)
    for unit in converter.VALID_UNITS
}


@dataclass(frozen=True, slots=True)
class Statistic:
    """An external statistic: what the recorder is told of it."""

    statistic_id: str
    name: str
    unit: str | None
    aggregation: Aggregation

    def metadata(self) -> StatisticMetaData:
        """Return what the recorder keeps of a statistic."""
        is_sum = self.aggregation is Aggregation.SUM
        return StatisticMetaData(
            has_sum=is_sum,
            mean_type=StatisticMeanType.NONE if is_sum else StatisticMeanType.ARITHMETIC,
            name=self.name[:LONGEST_NAME],
            source=DOMAIN,
            statistic_id=self.statistic_id,
            unit_class=UNIT_CLASSES.get(self.unit),
            unit_of_measurement=self.unit,
        )


@callback
def async_clear(hass: HomeAssistant, statistic_id: str) -> None:
    """Remove a statistic with all its rows."""
    get_instance(hass).async_clear_statistics([statistic_id])


type _Figures = tuple[float | None, ...]
"""Of a sum: what was counted in the hour, and the sum. Of a mean: it, the least and the most."""


async def async_write(
    hass: HomeAssistant,
    statistic: Statistic,
    hours: Sequence[Hour],
    span: tuple[float, float] = ALWAYS,
    on_progress: Callable[[float], None] = lambda part: None,
) -> list[StatisticData]:
    """Bring a statistic to what is known of the hours of a span, a month at a time.

    Returns the rows that are new or changed, but for those that are moved with all later ones.
    `hours` are all that are known in it, oldest first; `on_progress` is told the part done, 0 to 1.
    May be cancelled: what was handed over stays, and the next call does the rest. Waits while the
    database is away.
    """
    instance = get_instance(hass)
    metadata = statistic.metadata()

    async def write() -> list[StatisticData]:
        rows, move = await instance.async_add_executor_job(
            _difference, hass, statistic, hours, *span
        )
        for begin in range(0, max(len(rows), 1), CHUNK):
            # In one go with the last rows: between the two, the sum would go back.
            moved = move if begin + CHUNK >= len(rows) else None
            if rows or moved is not None:
                await async_put(hass, metadata, rows[begin : begin + CHUNK], moved)
            on_progress(min(1, (begin + CHUNK) / max(len(rows), 1)))
        return rows

    # All of it: whether what was handed over last is in, the database alone can tell.
    return await async_answered(hass, write)


async def async_name(hass: HomeAssistant, statistic: Statistic) -> None:
    """Let a statistic that exists bear its name, which may have changed; no row does."""
    await async_answered(hass, lambda: async_put(hass, statistic.metadata(), []))


def _rows(
    hass: HomeAssistant, statistic: Statistic, begin: float, end: float | None
) -> dict[float, _Figures]:
    """Return the rows of [begin, end) by their time, oldest first."""
    figures: list[StatisticType] = (
        ["state", "sum"] if statistic.aggregation is Aggregation.SUM else ["mean", "min", "max"]
    )
    end = None if end is None else max(0, end)
    return {
        row["start"]: tuple(row.get(figure) for figure in figures)
        for row in rows_of(hass, statistic.statistic_id, max(0, begin), end, set(figures))
    }


def _difference(
    hass: HomeAssistant, statistic: Statistic, hours: Sequence[Hour], begin: float, end: float
) -> tuple[list[StatisticData], Move | None]:
    """Return the rows to write, and what follows from them for the sums of later ones."""
    if statistic.aggregation is Aggregation.MEAN:
        rows = _rows(hass, statistic, begin, end)
        wanted = [(hour, (hour.total / hour.hours, hour.low, hour.high)) for hour in hours]
        return (
            [
                StatisticData(start=_moment(hour), mean=mean, min=low, max=high)
                for hour, (mean, low, high) in wanted
                if rows.get(hour.begin) != (mean, low, high)
            ],
            None,
        )
    near = _rows(hass, statistic, begin - NEAR, end + NEAR)
    rows = {at: figures for at, figures in near.items() if begin <= at < end}
    before = [figures for at, figures in near.items() if at < begin]
    after = [(at, figures) for at, figures in near.items() if at >= end]
    # Only a gap longer than that makes it look further.
    before = before or list(_rows(hass, statistic, 0, begin - NEAR).values())
    after = after or list(_rows(hass, statistic, end + NEAR, None).items())
    # A row cannot be taken out: where nothing is known any more, nothing was counted.
    known = {hour.begin for hour in hours}
    emptied = [Hour(int(at), 0, 1, 0, 0) for at in rows if at not in known]
    hours = sorted([*hours, *emptied], key=attrgetter("begin"))
    for at, figures in after[:1]:
        # From it on, sums follow those before.
        hours.append(Hour(int(at), figures[0] or 0, 1, 0, 0))
        rows[at] = figures
    total = (before[-1][1] or 0) if before else 0
    sums = list(accumulate((hour.total for hour in hours), initial=total))[1:]
    tail, moved_by = _tail(hours, sums, rows)
    return (
        [
            StatisticData(start=_moment(hour), state=hour.total, sum=total)
            for hour, total in zip(hours[:tail], sums[:tail], strict=True)
            if (off := _off(hour, total, rows)) is None or abs(off) > SAME
        ],
        Move(_moment(hours[tail]), moved_by) if tail < len(hours) and moved_by else None,
    )


def _tail(
    hours: Sequence[Hour], sums: Sequence[float], kept: Mapping[float, _Figures]
) -> tuple[int, float]:
    """Return where the rows begin of which only the sum differs, all by the same, and by how much.

    Earlier rows that came later move all the sums after them; the recorder does that in one go.
    """
    moved_by: float | None = None
    for number in range(len(hours) - 1, -1, -1):
        by = _off(hours[number], sums[number], kept)
        if by is None:
            return number + 1, moved_by or 0
        if moved_by is None:
            moved_by = 0.0 if abs(by) < SAME else by
        elif abs(by - moved_by) > SAME:
            return number + 1, moved_by
    return 0, moved_by or 0


def _off(hour: Hour, total: float, kept: Mapping[float, _Figures]) -> float | None:
    """Return what a row's sum lacks to be `total`; None: it counted something else, or is none."""
    state, known = (*kept.get(hour.begin, ()), None, None)[:2]
    if state is None or known is None or abs(state - hour.total) > SAME:
        return None
    return total - known


def _moment(hour: Hour) -> datetime:
    return datetime.fromtimestamp(hour.begin, UTC)
