"""Each kind of file, read to the half-hour: stamps, gaps, clock changes, damage, malice."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from custom_components.sen1.history.errors import (
    DangerousFile,
    FileRefused,
    FileTooLarge,
    NotUnderstood,
)
from custom_components.sen1.history.files import (
    Format,
    Found,
    FoundSeries,
    LeftOut,
    documents,
    read_file,
    write_file,
)
from custom_components.sen1.history.points import Aggregation, hours_of

from .. import exports
from ..exports import PARIS

REFERENCE = Path(__file__).parents[4] / "shared" / "enedis"
"""Real files, beside the project where its reference is at hand."""

with_reference = pytest.mark.skipif(not REFERENCE.exists(), reason="the reference is not here")

SPANS = {
    "winter": ("2026-01-01", "2026-01-05"),
    "to_summer_time": ("2026-03-28", "2026-03-30"),
    "to_winter_time": ("2026-10-24", "2026-10-26"),
}
spans = pytest.mark.parametrize("span", list(SPANS))


def read(octets: bytes | str) -> Found:
    return read_file(octets.encode() if isinstance(octets, str) else octets, PARIS)


def only(found: Found) -> FoundSeries:
    (series,) = found.series
    return series


def as_curve(series: FoundSeries) -> exports.Curve:
    assert {point.seconds for point in series.points} == {1800}
    return [(point.begin, point.value) for point in series.points]


WRITERS = {
    "hdm": lambda curve: exports.hdm(curve).encode(),
    "hdm_without_step": lambda curve: exports.hdm(curve, step="").encode(),
    "powers_reached": exports.powers_reached,
    "r50": lambda curve: exports.r50(curve).encode(),
    "zipped": lambda curve: exports.zipped(
        {"mes-puissances-atteintes-30min.csv": exports.powers_reached(curve)}
    ),
    "sheet": lambda curve: exports.workbook(
        "Export",
        [
            ("Horodate", "Valeur (en W)"),
            *((exports.local(time + 1800).isoformat(), watts) for time, watts in curve),
        ],
    ),
}


@spans
@pytest.mark.parametrize("writer", list(WRITERS))
def test_a_load_curve_is_read_to_the_half_hour(writer: str, span: str) -> None:
    curve = exports.half_hours(*SPANS[span])
    found = read(WRITERS[writer](curve))
    series = only(found)
    assert (series.unit, series.aggregation) == ("W", Aggregation.MEAN)
    assert as_curve(series) == curve
    assert not found.left_out.total()
    assert {h.begin: h.total for h in hours_of(series.points, series.aggregation)} == (
        exports.hours(curve)
    )


@pytest.mark.parametrize(
    ("span", "count"), [("to_summer_time", 46), ("to_winter_time", 50), ("winter", 48)]
)
def test_the_day_of_a_clock_change_has_the_half_hours_it_had(span: str, count: int) -> None:
    curve = exports.half_hours(*SPANS[span])
    second_day = datetime.fromtimestamp(curve[48][0], PARIS).date()
    for writer in WRITERS.values():
        points = only(read(writer(curve))).points
        of_day = [p for p in points if datetime.fromtimestamp(p.begin, PARIS).date() == second_day]
        assert len(of_day) == count


@spans
@pytest.mark.parametrize(
    "heading",
    ["Date;Valeur (en kWh)", "Date de consommation;Consommation (kWh)", "Date;Production (en kWh)"],
)
def test_the_energies_of_days_are_those_of_local_days(span: str, heading: str) -> None:
    curve = exports.half_hours(*SPANS[span])
    series = only(read(exports.daily(curve, heading)))
    assert (series.unit, series.aggregation) == ("kWh", Aggregation.SUM)
    found = {
        datetime.fromtimestamp(p.begin, PARIS).date().isoformat(): p.value * 1000
        for p in series.points
    }
    assert found == pytest.approx(exports.days(curve))
    assert all(
        before.end == after.begin
        for before, after in zip(series.points, series.points[1:], strict=False)
    )


def test_a_days_sheet_with_dates_as_numbers_and_missing_days_is_read() -> None:
    rows = [
        ("Point", "00000000000000", "Type de comptage : ", "Consommation Quotidienne"),
        ("Date", "Valeur (en kWh)"),
        (46023, 2.5),
        (46024, "NA"),
        (46025, 1.5),
    ]
    found = read(exports.workbook("Export", rows))
    assert [point.value for point in only(found).points] == [2.5, 1.5]
    assert datetime.fromtimestamp(only(found).points[0].begin, PARIS).isoformat()[:10] == (
        "2026-01-01"
    )
    assert found.left_out == Counter({LeftOut.EMPTY: 1})


def test_gaps_stay_gaps_and_are_told() -> None:
    curve = exports.half_hours("2026-01-01", "2026-01-03")
    missing = {curve[0][0], curve[10][0], *(time for time, _ in curve[30:50]), curve[-1][0]}
    kept = [(time, watts) for time, watts in curve if time not in missing]
    for step in ("30", ""):
        found = read(exports.hdm(curve, step=step, missing=list(missing)))
        assert as_curve(only(found)) == kept
        assert found.left_out == Counter({LeftOut.EMPTY: len(missing)})
    # Lines that are not even there.
    assert as_curve(only(read(exports.hdm(kept, step="")))) == kept


def test_a_curve_whose_step_changes_keeps_both_steps() -> None:
    curve = exports.half_hours("2026-01-01", "2026-01-02")
    hours = [(time, watts) for time, watts in curve[:48] if time % 3600]
    text = exports.hdm([*hours, *curve[48:]], step="")
    lengths = [point.seconds for point in only(read(text)).points]
    assert lengths == [3600] * 24 + [1800] * 48


def test_a_line_twice_counts_once_and_a_damaged_one_is_told() -> None:
    curve = exports.half_hours("2026-01-01", "2026-01-01")
    lines = exports.hdm(curve).splitlines()
    lines[10:10] = [lines[9], "yesterday;7", "2026-01-01T00:00:00+01:00;seven"]
    found = read("\n".join(lines))
    assert as_curve(only(found)) == curve
    assert found.left_out[LeftOut.UNREADABLE] == 2


def test_gas_days_begin_at_six_in_the_morning() -> None:
    found = read(exports.gas([("01/02/2026", 33.5), ("02/02/2026", None), ("03/02/2026", 40)]))
    series = only(found)
    assert (series.unit, series.aggregation) == ("kWh", Aggregation.SUM)
    assert [point.value for point in series.points] == [33.5, 40]
    assert [datetime.fromtimestamp(p.begin, PARIS).isoformat() for p in series.points] == [
        "2026-02-01T06:00:00+01:00",
        "2026-02-03T06:00:00+01:00",
    ]
    assert found.left_out[LeftOut.EMPTY] == 1


@pytest.mark.parametrize("kind", list(Format))
@pytest.mark.parametrize(
    ("unit", "aggregation"),
    [
        ("W", Aggregation.MEAN),
        ("kWh", Aggregation.SUM),
        ("m³", Aggregation.SUM),
        ("°C", Aggregation.MEAN),
    ],
)
def test_what_is_written_is_read_back_equal(
    kind: Format, unit: str, aggregation: Aggregation
) -> None:
    curve = exports.half_hours(*SPANS["to_winter_time"])
    points = only(read(exports.hdm(curve))).points
    del points[20:30]
    text = write_file(kind, "sen1:house", unit, aggregation, points)
    series = only(read(text))
    assert (series.unit, series.aggregation) == (unit, aggregation)
    assert series.points == points


def test_senml_of_others_is_read_by_its_distances_and_its_index_by_differences() -> None:
    pack = (
        '[{"bn":"urn:dev:mac:0123_","bt":1767225600,"bver":26},'
        '{"n":"consumption/power/active/raw","u":"W","v":476},'
        '{"n":"consumption/power/active/raw","u":"W","t":1800,"v":480},'
        '{"n":"consumption/energy/index","u":"Wh","v":1000},'
        '{"n":"consumption/energy/index","u":"Wh","t":3600,"v":1478}]'
    )
    index, power = read(pack).series
    assert [(p.begin, p.seconds, p.value) for p in power.points] == [
        (1767225600, 1800, 476),
        (1767227400, 1800, 480),
    ]
    assert [(p.begin, p.seconds, p.value) for p in index.points] == [(1767225600, 3600, 478)]
    assert (power.label, index.label) == (
        "consumption/power/active/raw",
        "consumption/energy/index",
    )


BILLION_LAUGHS = (
    '<!DOCTYPE R50 [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]><R50><PRM>&b;</PRM></R50>'
)


@pytest.mark.parametrize(
    ("octets", "error"),
    [
        (b"", NotUnderstood),
        (b"\x00\x01\x02\x03", NotUnderstood),
        (b"a;b;c\n1;2;3\n", NotUnderstood),
        (b"Horodate;Valeur\n2026-01-01T00:30:00+01:00;12\n", NotUnderstood),
        (b"<R50><PRM>", NotUnderstood),
        (b"<html/>", NotUnderstood),
        (b"[1,2]", NotUnderstood),
        (b"PK\x03\x04 and no more", NotUnderstood),
        (BILLION_LAUGHS.encode(), DangerousFile),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><sensml/>', DangerousFile),
        (exports.zipped({"a.xml": BILLION_LAUGHS.encode()}), DangerousFile),
        (exports.zipped({f"{n}.csv": b"" for n in range(100)}), FileTooLarge),
    ],
    ids=[
        *("empty", "bytes", "a_table_of_something", "no_unit", "cut_xml", "html", "json"),
        *("cut_archive", "entities", "external_entity", "entities_in_archive", "many_members"),
    ],
)
def test_what_is_no_series_or_hostile_is_refused(octets: bytes, error: type[FileRefused]) -> None:
    with pytest.raises(error):
        read(octets)


def test_an_archive_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_BYTES", 2**20)
    with pytest.raises(FileTooLarge):
        read(exports.zipped({"zeros.csv": bytes(2**21)}))


def test_damaged_files_are_read_or_refused_and_never_fail() -> None:
    chance = Random(54)
    curve = exports.half_hours("2026-10-24", "2026-10-25")
    for writer in WRITERS.values():
        whole = writer(curve)
        for _ in range(40):
            damaged = bytearray(whole)
            for _ in range(chance.randrange(1, 8)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            if chance.random() < 0.3:
                del damaged[chance.randrange(len(damaged)) :]
            try:
                found = read(bytes(damaged))
            except FileRefused:
                continue
            assert all(point.seconds > 0 for series in found.series for point in series.points)


@with_reference
def test_the_day_of_the_reference_is_read_hour_by_hour() -> None:
    series = only(read((REFERENCE / "r50_day.xml").read_bytes()))
    assert len(series.points) == 48
    hours = hours_of(series.points, series.aggregation)
    assert sum(hour.total for hour in hours) == 20681
    values = [point.value for point in series.points]
    assert [hour.total for hour in hours] == [
        (one + other) / 2 for one, other in zip(values[::2], values[1::2], strict=True)
    ]


@with_reference
def test_curve_and_indexes_of_the_reference_agree_day_by_day() -> None:
    """Two files that Enedis made apart: stamps and steps are right when they say the same."""
    curve = only(read((REFERENCE / "hdm_c5_load_curve.csv").read_bytes()))
    assert len(curve.points) == 17852
    index = only(read((REFERENCE / "hdm_c5_index.csv").read_bytes()))
    agreeing = 0
    for day in index.points:
        of_day = [p for p in curve.points if day.begin <= p.begin < day.end]
        if sum(p.seconds for p in of_day) == day.seconds:
            energy = sum(p.value * p.seconds / 3600 for p in of_day)
            assert energy == pytest.approx(day.value, abs=2)
            agreeing += 1
    assert agreeing > 350
