"""Rows and bytes a day in the recorder, for each pace a user may choose.

The values of a simulated household's day are put through the integration's own writing policy, in
compressed time: one value a frame, as the meter sends it. What is counted is the states written,
each a row of the recorder's `states` table, and what these rows weigh in a database with its tables
and indexes. "all" writes every change the meter sends. Whatever the pace, "statistics" are the rows
a day that Home Assistant adds for the means and sums of five minutes and of an hour.
"""

from collections import Counter
from datetime import datetime
import re

from benchmarks.recorder_size import bytes_of
from benchmarks.report import Report
from custom_components.sen1.linky.labels.pacing import Pace, Pacing, Writer
from custom_components.sen1.linky.labels.table import ROWS, TOTAL
from custom_components.sen1.linky.labels.values import LabelValue
from custom_components.sen1.linky.line.tic import Frame, Group, TicDecoder
from testbed.household import PARIS, Household
from testbed.tic_groups import Kind
from testbed.tic_meter import FRAME_GAP_S, TicMeter

DAY_S = 24 * 3600
MIDNIGHT = datetime(2026, 6, 1, tzinfo=PARIS)
PACES = {
    "all": Pacing(interval=0),
    "5s": Pacing(interval=5),
    "10s": Pacing(interval=10),
    "60s": Pacing(interval=60),
    "60s_step_100va": Pacing(interval=60, step=100),
    "300s": Pacing(interval=300),
}
HOUSES = {
    "historic": (Kind.HISTORIC_HC, 0),
    "standard": (Kind.STANDARD_HC, 0),
    "producer": (Kind.STANDARD_PRODUCER, 3000),
}
GROUPS = {Pace.STEP: "power", Pace.INTERVAL: "indexes_and_current", Pace.CHANGE: "the_rest"}

type Changes = list[tuple[float, LabelValue]]


def day_of(kind: Kind, solar_peak_w: int) -> dict[str, tuple[Pace, Changes]]:
    """Return each change of each sensor that is on by default over a day, with its second."""
    now = 0.0
    household = Household(solar_peak_w=solar_peak_w, begin=MIDNIGHT, clock=lambda: now)
    meter = TicMeter(kind, household)
    period = len(meter.frame()) * 10 / meter.baud + FRAME_GAP_S
    (frame,) = (e for e in TicDecoder().feed(meter.frame()) if isinstance(e, Frame))
    shown = [r for r in ROWS[frame.mode] if r.entity_registry_enabled_default and r.exists(frame)]
    days: dict[str, tuple[Pace, Changes]] = {row.key: (row.pace, []) for row in shown}
    while now < DAY_S:
        meter.registers.update()
        groups = {
            row.label: Group(row.label, said, row.horodate and row.horodate(meter.registers))
            for row in meter.output.rows
            if (said := row.value(meter.registers)) is not None
        }
        values: dict[str, LabelValue] = {}
        for row in shown:
            for group in (groups[label] for label in row.labels if label in groups):
                if (value := row.read(group, values)) is not None:
                    values[row.key] = value
        if indexes := [v for k, v in values.items() if re.match("HCH|BBR", k)]:
            values[TOTAL] = sum(v for v in indexes if isinstance(v, int))
        for key, value in values.items():
            _, series = days[key]
            if not series or series[-1][1] != value:
                series.append((now, value))
        now += period
    return days


def written(changes: Changes, pace: Pace, pacing: Pacing) -> Changes:
    """Return what is written, and when, of a value that changes so."""
    writer, waiting, writings = Writer(pace), None, []
    for at, value in changes:
        if waiting is not None and waiting[0] <= at:
            writer.wrote(waiting[1], waiting[0])
            writings.append(waiting)
            waiting = None
        due = writer.due(value, at, pacing)
        if due is not None and due <= at:
            writer.wrote(value, at)
            writings.append((at, value))
            due = None
        waiting = None if due is None else (due, value)
    return writings if waiting is None else [*writings, waiting]


def main() -> None:
    report = Report()
    for house, (kind, solar_peak_w) in HOUSES.items():
        day = day_of(kind, solar_peak_w)
        for name, pacing in PACES.items():
            rows: Counter[str] = Counter()
            writings: list[tuple[float, str, str]] = []
            for key, (pace, series) in day.items():
                writes = written(series, pace, pacing)
                rows[GROUPS[pace]] += len(writes)
                writings += [(at, key, str(value)) for at, value in writes]
            for group, count in (*rows.items(), ("total", rows.total())):
                report.add(f"rows.{house}.{name}.{group}", count / 1000, "krows/day")
            size = bytes_of(sorted(writings))
            report.add(f"rows.{house}.{name}.bytes", size / 1e6, "MB/day")
    report.exit()


if __name__ == "__main__":
    main()
