"""SenML as a file: the period of a record stands in its update time (`ut`)."""

from collections.abc import Sequence

from ...senml import Record
from ..errors import FileTooLarge
from ..points import Aggregation, Point, steps_of
from ..units import home_assistant_unit
from .found import MOST_SERIES, FileReading, Gathering, LeftOut, SeriesKey

INDEX = "/index"
"""Ends the name of a series that only counts up, after the names of Quoalise."""

COUNTED = {"Wh", "kWh", "J", "varh", "kvarh", "kVAh", "m3", "l"}
"""Units of what is counted; all others are measured."""


def read_records(records: Sequence[Record], gathering: Gathering) -> None:
    """Gather the series of resolved records: one for each name.

    A record is stamped at the beginning of its period, as all of ours and Quoalise's are. Raises
    FileTooLarge.
    """
    left_out = gathering.left_out
    by_name: dict[str, list[Record]] = {}
    for record in records:
        by_name.setdefault(record.name, []).append(record)
    if len(by_name) > MOST_SERIES:
        raise FileTooLarge
    for name, of_name in sorted(by_name.items()):
        known = [record for record in of_name if record.value is not None]
        units = {record.unit for record in known}
        if len(units) != 1:
            left_out[LeftOut.OTHER] += len(known)
            continue
        (unit,) = units
        is_sum = name.endswith((f"/{Aggregation.SUM}", INDEX)) or (
            unit in COUNTED and not name.endswith(f"/{Aggregation.MEAN}")
        )
        aggregation = Aggregation.SUM if is_sum else Aggregation.MEAN
        kind = SeriesKey(home_assistant_unit(unit), aggregation, name=name)
        if name.endswith(INDEX):
            for record in known:
                gathering.add_reading(kind, record.time, FileReading(record.value or 0))
        else:
            points = _points(known)
            left_out[LeftOut.UNREADABLE] += len(known) - len(points)
            gathering.add(kind, points)
    left_out[LeftOut.OTHER] += sum(record.value is None for record in records)


def _points(records: Sequence[Record]) -> list[Point]:
    steps = steps_of([record.time for record in records], is_end=False)
    return [
        Point(record.time, seconds, record.value)
        for record, step in zip(records, steps, strict=True)
        if record.value is not None and (seconds := record.update_time or step)
    ]
