"""A past in a recorder's database, written before its Home Assistant starts for the first time.

So two years cost the recorder nothing while a demo starts: it finds them as it left them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from homeassistant.components.recorder.db_schema import Base, Statistics, StatisticsMeta
from homeassistant.components.recorder.models import StatisticMeanType
from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session

from .years import Source, hours


@dataclass(frozen=True, slots=True)
class Past:
    """An external statistic of what a home used or a roof gave, in kWh, hour by hour."""

    statistic_id: str
    name: str
    source: Source


def write_past(configuration: Path, pasts: Sequence[Past], begin: datetime, end: datetime) -> None:
    """Write the statistics of [begin, end) into the database of a configuration folder.

    Its tables are those of the Home Assistant beside the running interpreter, which takes a
    database without a version for one that is new.
    """
    engine = create_engine(f"sqlite:///{configuration / 'home-assistant_v2.db'}")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for past in pasts:
            metadata = StatisticsMeta.from_meta(
                {
                    "has_sum": True,
                    "mean_type": StatisticMeanType.NONE,
                    "name": past.name,
                    "source": past.statistic_id.partition(":")[0],
                    "statistic_id": past.statistic_id,
                    "unit_class": "energy",
                    "unit_of_measurement": "kWh",
                }
            )
            session.add(metadata)
            session.flush()
            total, rows = 0, []
            for at in hours(begin, end):
                total += past.source.hour(at)
                kwh = total / 1000
                start = at.timestamp()
                row = {"metadata_id": metadata.id, "start_ts": start, "state": kwh, "sum": kwh}
                rows.append(row)
            session.execute(insert(Statistics), rows)
        session.commit()
    engine.dispose()
