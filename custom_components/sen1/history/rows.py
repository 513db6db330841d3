"""Put rows of an external statistic into the recorder's database, many at once.

Home Assistant's own import looks each row up before it writes it: two years of hours take more than
ten seconds, in which the recorder records nothing else. Here a chunk replaces what stood there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
import time

from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.db_schema import Statistics
from homeassistant.components.recorder.models import StatisticData, StatisticMetaData
from homeassistant.components.recorder.tasks import RecorderTask
from homeassistant.components.recorder.util import retryable_database_job
from homeassistant.helpers.recorder import session_scope
from sqlalchemy import delete

CHUNK = 720
"""Rows put in at a time, a month of hours: some databases take few values a statement."""


@dataclass(slots=True)
class PutRows(RecorderTask):
    """Have the recorder put in a chunk of rows, and know their statistic by its metadata."""

    metadata: StatisticMetaData
    rows: Sequence[StatisticData]

    def run(self, instance: Recorder) -> None:
        """Put them in; once more when the database could not."""
        if not _put(instance, self.metadata, self.rows):
            instance.queue_task(self)


@retryable_database_job("put rows of a statistic")
def _put(instance: Recorder, metadata: StatisticMetaData, rows: Sequence[StatisticData]) -> bool:
    """Put rows in, in the recorder's thread; return whether it is done."""
    manager = instance.statistics_meta_manager
    statistic_id, now = metadata["statistic_id"], time.time()
    with session_scope(session=instance.get_session()) as session:
        known = manager.get_many(session, statistic_ids={statistic_id})
        _, metadata_id = manager.update_or_add(session, metadata, known)
        begins = [row["start"].timestamp() for row in rows]
        session.execute(
            delete(Statistics).where(
                Statistics.metadata_id == metadata_id, Statistics.start_ts.in_(begins)
            ),
            execution_options={"synchronize_session": False},
        )
        session.add_all(Statistics.from_stats(metadata_id, row, now) for row in rows)
    return True
