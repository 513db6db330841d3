"""Write a series as a file that `read_file` reads back equal."""

from collections.abc import Sequence
import csv
from enum import StrEnum
import io

from ...moments import local
from ...senml import PRIMARY, SECONDARY, Record, encode_json, encode_xml
from ..points import Aggregation, Point
from ..units import DIMENSIONLESS, Wire, wire_of


class Format(StrEnum):
    """The formats of an export."""

    SENML_XML = "senml_xml"
    SENML_JSON = "senml_json"
    CSV = "csv"


def write_file(
    kind: Format, name: str, unit: str | None, aggregation: Aggregation, points: Sequence[Point]
) -> str:
    """Return the text of the file; `name` is a SenML name, `unit` one of Home Assistant's."""
    if kind is Format.CSV:
        return _csv(unit, aggregation, points)
    wire = wire_of(unit) or Wire(unit if unit in PRIMARY or unit in SECONDARY else DIMENSIONLESS)
    records = [
        Record(
            name=f"{name}/{aggregation}",
            unit=wire.unit,
            value=wire.write(point.value),
            time=point.begin,
            update_time=point.seconds,
        )
        for point in points
    ]
    return encode_xml(records) if kind is Format.SENML_XML else encode_json(records)


def _csv(unit: str | None, aggregation: Aggregation, points: Sequence[Point]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["begin", "end", "value", "unit", "aggregation"])
    for point in points:
        times = [local(at).isoformat() for at in (point.begin, point.end)]
        writer.writerow([*times, point.value, unit or "", aggregation])
    return text.getvalue()
