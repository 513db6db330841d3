"""The past of sensors in a recorder's database, written before its Home Assistant starts first.

So an installation is two years old that is a few seconds old: the recorder finds what it would have
made of the sensors meanwhile, and goes on from there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from homeassistant.components.recorder.db_schema import (
    Base,
    Statistics,
    StatisticsMeta,
    StatisticsShortTerm,
)
from homeassistant.components.recorder.models import StatisticMeanType
from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session

from .weather import temperature
from .years import HOUR, Source, hours, total

SHORT_TERM = timedelta(minutes=5)

WH_OF = {"Wh": 1, "kWh": 1000}

type Row = dict[str, Any]
"""Columns of the recorder's table, but for the statistic it is of."""


@dataclass(frozen=True, slots=True)
class IndexPast:
    """What an index counted, hour by hour."""

    entity_id: str
    source: Source
    reads: float
    """What it shows when its past ends, Wh."""
    unit: str
    """In which it is shown."""

    has_sum = True
    mean_type = StatisticMeanType.NONE
    unit_class = "energy"

    def rows(self, begin: datetime, end: datetime) -> Iterator[Row]:
        """Yield the hours of [begin, end)."""
        first, size = self.reads - total(self.source, begin, end), WH_OF[self.unit]
        counted = accumulate(map(self.source.hour, hours(begin, end)))
        for at, wh in zip(hours(begin, end), counted, strict=True):
            yield {"start_ts": at.timestamp(), "state": (first + wh) / size, "sum": wh / size}


@dataclass(frozen=True, slots=True)
class PowerPast:
    """What a power was, hour by hour, W."""

    entity_id: str
    source: Source
    unit: str = "W"

    has_sum = False
    mean_type = StatisticMeanType.ARITHMETIC
    unit_class = "power"

    def rows(self, begin: datetime, end: datetime) -> Iterator[Row]:
        """Yield the hours of [begin, end)."""
        for at in hours(begin, end):
            watts = self.source.hour(at)
            yield {"start_ts": at.timestamp(), **dict.fromkeys(("mean", "min", "max"), watts)}


@dataclass(frozen=True, slots=True)
class TemperaturePast:
    """How warm it was outside, hour by hour, °C."""

    entity_id: str
    since: datetime
    """When its thermometer was put up: a past of its own."""
    unit: str = "°C"

    has_sum = False
    mean_type = StatisticMeanType.ARITHMETIC
    unit_class = "temperature"

    def rows(self, begin: datetime, end: datetime) -> Iterator[Row]:
        """Yield its hours before the end, whenever the others begin."""
        first = temperature(self.since)
        for at in hours(self.since, end):
            last = temperature(at + HOUR)
            yield {
                "start_ts": at.timestamp(),
                "mean": (first + last) / 2,
                "min": min(first, last),
                "max": max(first, last),
            }
            first = last


type Past = IndexPast | PowerPast | TemperaturePast


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
                    "has_sum": past.has_sum,
                    "mean_type": past.mean_type,
                    "name": None,
                    "source": "recorder",
                    "statistic_id": past.entity_id,
                    "unit_class": past.unit_class,
                    "unit_of_measurement": past.unit,
                }
            )
            session.add(metadata)
            session.flush()
            rows = [{"metadata_id": metadata.id, **row} for row in past.rows(begin, end)]
            session.connection().execute(
                insert(Base.metadata.tables[Statistics.__tablename__]), rows
            )
            # From where the recorder goes on: it looks for no other.
            last = rows[-1] | {"start_ts": (end - SHORT_TERM).timestamp()}
            session.execute(insert(StatisticsShortTerm), [last])
        session.commit()
    engine.dispose()
