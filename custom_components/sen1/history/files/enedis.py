"""R50: the daily push of half-hours to those who subscribed (Enedis, guide of the R50 flow)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..points import Aggregation, Point
from .found import Found, FoundSeries, LeftOut


def read_r50(root: Any) -> Found:
    """Return the load curve of each delivery point: mean watts, stamped at the END by Enedis."""
    found = Found()
    try:
        seconds = int(root.findtext(".//Pas_Publication", "30")) * 60
    except ValueError:
        seconds = 1800
    meters = list(root.iter("PRM"))
    for number, meter in enumerate(meters, 1):
        points = []
        for measured in meter.iter("PDC"):
            try:
                end = datetime.fromisoformat(measured.findtext("H", ""))
                value = float(measured.findtext("V") or "nan")
            except ValueError:
                found.left_out[LeftOut.UNREADABLE] += 1
                continue
            if end.tzinfo is None:
                found.left_out[LeftOut.UNREADABLE] += 1
            elif value != value:
                found.left_out[LeftOut.EMPTY] += 1
            else:
                points.append(Point(end.timestamp() - seconds, seconds, value))
        label = str(number) if len(meters) > 1 else ""
        found.series.append(FoundSeries("W", Aggregation.MEAN, points, label))
    return found
