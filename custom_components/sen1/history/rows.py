"""Put rows of a statistic into the recorder's database, many at once.

Home Assistant's own import looks each row up before it writes it: two years of hours take more than
ten seconds, in which the recorder records nothing else. Here a chunk replaces what stood there. Of
a recorder whose rows are not as we know them, its own import is asked.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
import time
from typing import override

from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.db_schema import Statistics
from homeassistant.components.recorder.models import StatisticData, StatisticMetaData
from homeassistant.components.recorder.tasks import RecorderTask
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance, session_scope
from sqlalchemy import delete, insert, update

from .recorder import async_committed, async_metadata

CHUNK = 720
"""Rows put in at a time, a month of hours: some databases take few values a statement."""

COLUMNS = {
    "id", "metadata_id", "created", "created_ts", "start", "start_ts", "last_reset",
    "last_reset_ts", "mean", "mean_weight", "min", "max", "state", "sum",
}  # fmt: skip
"""What a row is made of, from Home Assistant 2026.6 to 2026.11."""

IS_KNOWN = {column.name for column in Statistics.__table__.columns} == COLUMNS


@dataclass(frozen=True, slots=True)
class Move:
    """Adds to the sums of all rows from a moment on."""

    begin: datetime
    by: float
    """In the statistic's unit."""


@dataclass(slots=True)
class PutRows(RecorderTask):
    """Have the recorder put in a chunk of rows and move what follows, in one transaction."""

    metadata: StatisticMetaData
    rows: Sequence[StatisticData]
    move: Move | None = None
    error: Exception | None = field(default_factory=ConnectionError, init=False)
    """Why they are not in the database; where the recorder has not come to it, too."""

    @override
    def run(self, instance: Recorder) -> None:
        """Put them in, in the recorder's thread."""
        try:
            self._put(instance)
            self.error = None
        except Exception as error:  # whoever waits for it decides
            self.error = error

    def _put(self, instance: Recorder) -> None:
        manager = instance.statistics_meta_manager
        statistic_id, now = self.metadata["statistic_id"], time.time()
        with session_scope(session=instance.get_session()) as session:
            known = manager.get_many(session, statistic_ids={statistic_id})
            _, metadata_id = manager.update_or_add(session, self.metadata, known)
            of_it = Statistics.metadata_id == metadata_id
            columns = [
                _columns(row) | {"metadata_id": metadata_id, "created_ts": now} for row in self.rows
            ]
            begins = [row["start_ts"] for row in columns]
            session.execute(
                delete(Statistics).where(of_it, Statistics.start_ts.in_(begins)),
                execution_options={"synchronize_session": False},
            )
            if self.move is not None:
                session.execute(
                    update(Statistics)
                    .where(of_it, Statistics.start_ts >= self.move.begin.timestamp())
                    .values(sum=Statistics.sum + self.move.by),
                    execution_options={"synchronize_session": False},
                )
            if columns:
                # As objects they would keep the recorder six times as long.
                session.execute(insert(Statistics), columns)


def _columns(row: StatisticData) -> dict[str, float | None]:
    """Return what a row has of its own, by column."""
    last_reset = row.get("last_reset")
    return {
        "start_ts": row["start"].timestamp(),
        "mean": row.get("mean"),
        "mean_weight": row.get("mean_weight"),
        "min": row.get("min"),
        "max": row.get("max"),
        "last_reset_ts": None if last_reset is None else last_reset.timestamp(),
        "state": row.get("state"),
        "sum": row.get("sum"),
    }


async def async_put(
    hass: HomeAssistant,
    metadata: StatisticMetaData,
    rows: Sequence[StatisticData],
    move: Move | None = None,
) -> None:
    """Put in at most `CHUNK` rows of a statistic, known by its metadata; return when they are in.

    Raises what the database refuses them for; where it is one of `AWAY`, they may be in all the
    same. May be cancelled: what was handed over stays.
    """
    instance = get_instance(hass)
    if IS_KNOWN:
        task = PutRows(metadata, rows, move)
        instance.queue_task(task)
        await async_committed(hass)
        if task.error is not None:
            raise task.error
        return
    instance.async_import_statistics(metadata, rows, Statistics)
    if move is not None:
        instance.async_adjust_statistics(
            metadata["statistic_id"], move.begin, move.by, metadata["unit_of_measurement"] or ""
        )
    await async_committed(hass)


async def async_erase_statistics(hass: HomeAssistant, statistic_ids: Collection[str]) -> bool:
    """Clear statistics whole; return whether none is left."""
    instance = get_instance(hass)
    instance.async_clear_statistics(sorted(statistic_ids))
    await async_committed(hass)
    return not await async_metadata(hass, statistic_ids)
