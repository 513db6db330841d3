"""Each kind of file, read to the half-hour: stamps, gaps, clock changes, damage, malice."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from custom_components.sen1.history.errors import (
    DangerousFile,
    FileRefused,
    FileTooLarge,
    Impossible,
    NotUnderstood,
    NoUnit,
    OneReading,
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
from testbed import exports
from testbed.exports import PARIS

REFERENCE = Path(__file__).parents[4] / "shared" / "enedis"
"""Real files, beside the project where its reference is at hand."""

with_reference = pytest.mark.skipif(not REFERENCE.exists(), reason="the reference is not here")

SPANS = {
    "winter": ("2026-01-01", "2026-01-05"),
    "to_summer_time": ("2026-03-28", "2026-03-30"),
    "to_winter_time": ("2026-10-24", "2026-10-26"),
}
spans = pytest.mark.parametrize("span", list(SPANS))


NOW = datetime(2026, 12, 1, tzinfo=UTC).timestamp()


def read(octets: bytes | str) -> Found:
    return read_file(octets.encode() if isinstance(octets, str) else octets, PARIS, NOW)


def only(found: Found) -> FoundSeries:
    (series,) = found.series
    return series


def main(found: Found) -> FoundSeries:
    """Return what is taken where nobody chooses."""
    (series,) = (series for series in found.series if series.is_chosen)
    assert series.label == ""
    return series


def as_curve(series: FoundSeries) -> exports.Curve:
    assert {point.seconds for point in series.points} == {1800}
    return [(point.begin, point.value) for point in series.points]


WRITERS: dict[str, Callable[[exports.Curve], bytes]] = {
    "hdm": lambda curve: exports.hdm(curve).encode(),
    "hdm_without_step": lambda curve: exports.hdm(curve, step="").encode(),
    "powers_reached": exports.powers_reached,
    "r50": lambda curve: exports.r50(curve).encode(),
    "r63": lambda curve: exports.r63({"CONS": curve}).encode(),
    "above_36_kva": lambda curve: exports.above_36_kva(curve).encode(),
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
    assert found.left_out == Counter({LeftOut.UNREADABLE: 2, LeftOut.TWICE: 1})


def test_a_time_of_day_may_have_a_column_of_its_own_and_must_be_one() -> None:
    times = ("00:30", "01:00", "25:00", "01:60", "01:30")
    found = read("\n".join(["Date;Heure;Valeur (en W)", *(f"01/01/2026;{t};7" for t in times)]))
    assert [
        (datetime.fromtimestamp(p.begin, PARIS).isoformat(), p.seconds) for p in only(found).points
    ] == [(f"2026-01-01T{time}:00+01:00", 1800) for time in ("00:30", "01:00", "01:30")]
    assert found.left_out == Counter({LeftOut.UNREADABLE: 2})


def test_a_single_line_that_says_it_is_of_a_day_is_a_day() -> None:
    (point,) = only(read("Horodate;Valeur (en kWh);Pas\n2026-01-02T06:00:00+01:00;5;P1D")).points
    assert datetime.fromtimestamp(point.end, PARIS).isoformat() == "2026-01-02T06:00:00+01:00"
    assert point.seconds == 86400


ACCENTED = exports.R63_HEADING.replace("debut", "début").replace("metier", "métier")


@pytest.mark.parametrize("heading", [exports.R63_HEADING, ACCENTED.replace("Unite", "Unité")])
def test_a_flat_table_is_stamped_by_its_horodate_and_not_by_what_was_asked_for(
    heading: str,
) -> None:
    curve = exports.half_hours(*SPANS["to_winter_time"])
    other = [(time, watts + 1) for time, watts in curve]
    found = read(exports.r63({"CONS": curve, "PROD": other}, heading))
    assert [(series.label, as_curve(series)) for series in found.series] == [
        ("consommation", curve),
        ("production", other),
    ]
    assert not found.left_out.total()


def test_other_quantities_of_a_flat_table_are_told() -> None:
    curve = exports.half_hours(*SPANS["winter"])
    reactive = exports.r63({"CONS": curve}, quantity="ERI", unit="VAr").splitlines()
    found = read("\n".join([exports.r63({"CONS": curve}), *reactive[1:]]))
    assert as_curve(only(found)) == curve
    assert found.left_out == Counter({LeftOut.OTHER: len(curve)})


def test_the_lines_of_two_meters_are_two_series() -> None:
    curve = exports.half_hours(*SPANS["winter"])
    other = exports.r63({"CONS": curve}, meter="11111111111111").splitlines()
    found = read("\n".join([exports.r63({"CONS": curve}), *other[1:]]))
    assert [series.label for series in found.series] == ["1", "2"]
    assert [as_curve(series) for series in found.series] == [curve, curve]


def test_a_table_that_says_no_time_but_what_was_asked_for_tells_each_line_it_drops() -> None:
    text = "Date de debut;Valeur (en W)\n" + "2026-01-01;7\n" * 48
    found = read(text)
    assert len(only(found).points) == 1
    assert found.left_out == Counter({LeftOut.TWICE: 47})


@pytest.mark.parametrize("quantity", ["Energie réactive", "Tension", "Puissance maximale"])
def test_a_curve_without_unit_is_of_watts_only_when_it_is_one_of_active_energy(
    quantity: str,
) -> None:
    curve = exports.half_hours(*SPANS["winter"])
    assert only(read(exports.above_36_kva(curve))).unit == "W"
    with pytest.raises(FileRefused):
        read(exports.above_36_kva(curve, quantity=quantity))
    with pytest.raises(NoUnit):
        read("Horodate;Valeur\n2026-01-01T00:30:00+01:00;12\n2026-01-01T01:00:00+01:00;12\n")


def test_units_of_a_table_of_ones_own_are_those_of_each_line() -> None:
    lines = ["begin,end,value,unit,aggregation"]
    lines += [f"2026-01-0{n}T00:00Z,2026-01-0{n + 1}T00:00Z,{n},kWh,sum" for n in (1, 2)]
    lines += [f"2026-01-0{n}T00:00Z,2026-01-0{n + 1}T00:00Z,{n},m³,sum" for n in (1, 2)]
    lines += ["2026-01-03T00:00Z,2026-01-04T00:00Z,3,kWh,median"]
    found = read("\n".join(lines))
    assert [(s.unit, [p.value for p in s.points]) for s in found.series] == [
        ("kWh", [1, 2]),
        ("m³", [1, 2]),
    ]
    assert found.left_out == Counter({LeftOut.UNREADABLE: 1})


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("2026-01-03,2026-01-02,1,kWh,sum", id="its end is before its begin"),
        pytest.param(f"2026-01-03,2026-01-04,1,{'k' * 21},sum", id="its unit is a long text"),
    ],
)
def test_a_line_that_makes_no_sense_takes_nothing_from_the_others(row: str) -> None:
    found = read(f"begin,end,value,unit,aggregation\n2026-01-01,2026-01-02,5,kWh,sum\n{row}")
    assert [point.value for point in only(found).points] == [5]
    assert found.left_out == Counter({LeftOut.UNREADABLE: 1})


@pytest.mark.parametrize(
    ("row", "seconds"),
    [
        ("2026-01-01T00:00Z,2026-01-01T00:10Z,1", 600),
        ("2000-01-01,2000-01-02,1", 86400),
        ("2024-01-01T00:00Z,2025-02-04T00:00Z,1", 400 * 86400),
        ("2024-01-01T00:00Z,2025-02-04T00:01Z,1", None),
        ("1999-12-30,1999-12-31,1", None),
        ("2026-12-01,2026-12-02,1", 86400),
        ("2026-12-01,2026-12-03,1", None),
        ("2026-01-01,2026-01-02,1e15", 86400),
        ("2026-01-01,2026-01-02,-1.1e15", None),
        ("2026-01-01,2026-01-02,1.7e308", None),
        ("2026-01-01,2026-01-02,1e999", None),
        ("0001-01-01,9999-12-31,1", None),
    ],
)
def test_what_cannot_be_is_refused_and_told(row: str, seconds: float | None) -> None:
    heading = "begin,end,value,unit,aggregation\n"
    if seconds is None:
        with pytest.raises(Impossible):
            read(f"{heading}{row},kWh,sum")
        found = read(f"{heading}{row},kWh,sum\n2026-03-01,2026-03-02,5,kWh,sum")
        assert [point.value for point in only(found).points] == [5]
        assert found.left_out == Counter({LeftOut.IMPOSSIBLE: 1})
    else:
        (point,) = only(read(f"{heading}{row},kWh,sum")).points
        assert point.seconds == seconds


def test_of_periods_that_overlap_the_finer_stay_and_the_others_are_told() -> None:
    days = [f"2026-01-{day:02}T00:00Z,2026-01-{day + 1:02}T00:00Z,24,kWh,sum" for day in (1, 2)]
    hours = [f"2026-01-01T{hour:02}:00Z,2026-01-01T{hour + 1:02}:00Z,1,kWh,sum" for hour in (3, 4)]
    found = read("\n".join(["begin,end,value,unit,aggregation", *days, *hours]))
    assert [point.seconds for point in only(found).points] == [3600, 3600, 86400]
    assert found.left_out == Counter({LeftOut.FINER: 1})


def test_texts_that_stand_in_the_cells_of_a_sheet_themselves_are_read() -> None:
    texts = ("Date", "Valeur (en kWh)", "01/02/2026", "02/02/2026")
    book = exports.workbook_parts("Export", [texts[:2], (texts[2], 2.5), (texts[3], 1.5)])
    sheet = book["xl/worksheets/sheet1.xml"].decode()
    for number, text in enumerate(texts):
        inline = f't="inlineStr"><is><t>{text}</t></is>'
        sheet = sheet.replace(f't="s"><v>{number}</v>', inline)
    del book["xl/sharedStrings.xml"]
    found = read(exports.zipped(book | {"xl/worksheets/sheet1.xml": sheet.encode()}))
    assert [point.value for point in only(found).points] == [2.5, 1.5]


@pytest.mark.parametrize("sheet", ["Historique par jour", "Historique par mois", "Feuil1"])
def test_gas_days_begin_at_six_in_the_morning_whatever_their_sheet_is_called(sheet: str) -> None:
    days = [("01/02/2026", 33.5), ("02/02/2026", None), ("03/02/2026", 40)]
    found = read(exports.gas(days, sheet))
    series = main(found)
    assert (series.unit, series.aggregation) == ("kWh", Aggregation.SUM)
    assert [point.value for point in series.points] == [33.5, 40]
    assert [datetime.fromtimestamp(p.begin, PARIS).isoformat() for p in series.points] == [
        "2026-02-01T06:00:00+01:00",
        "2026-02-03T06:00:00+01:00",
    ]
    assert found.left_out[LeftOut.EMPTY] == 1


def test_weeks_and_months_of_gas_are_periods_from_six_to_six() -> None:
    periods = [
        ("Du 02/02/2026 au 08/02/2026", 33.5),
        ("Du 09/02/2026 au 11/02/2026", 12),
        ("Mars 2026", 40),
        ("Décembre 2025", 50),
        ("Décembre 2026", 4),
        ("Ventôse 2026", 4),
    ]
    found = read(exports.gas_periods(periods))
    assert [
        tuple(datetime.fromtimestamp(at, PARIS).isoformat() for at in (p.begin, p.end))
        for p in main(found).points
    ] == [
        ("2025-12-01T06:00:00+01:00", "2026-01-01T06:00:00+01:00"),
        ("2026-02-02T06:00:00+01:00", "2026-02-09T06:00:00+01:00"),
        ("2026-02-09T06:00:00+01:00", "2026-02-12T06:00:00+01:00"),
        ("2026-03-01T06:00:00+01:00", "2026-04-01T06:00:00+02:00"),
    ]
    # December is not over, neither its energy nor its volume.
    assert found.left_out == Counter({LeftOut.IMPOSSIBLE: 2, LeftOut.UNREADABLE: 1})


def test_the_push_of_a_curve_above_36_kva_is_stamped_at_beginnings() -> None:
    curve = exports.half_hours(*SPANS["winter"])
    series = only(read(exports.r4q(curve)))
    assert (series.unit, series.aggregation) == ("kW", Aggregation.MEAN)
    assert as_curve(series) == [(time, watts / 1000) for time, watts in curve]
    with pytest.raises(NotUnderstood):
        read(exports.r4q(curve, quantity="ERI"))


def test_pushed_indexes_of_several_days_are_energies_from_midnight_to_midnight() -> None:
    """That of a day is read at its end: two flows and an index of one meter say so."""
    days = [("2026-10-23", 1000), ("2026-10-24", 1500), ("2026-10-25", 2100), ("2026-10-26", 2200)]
    files = {
        f"{day}.xml": exports.r151(day, {"HP": shown, "HC": 10}).encode() for day, shown in days
    }
    found = read(exports.zipped(files | {"read me.xml": b"<html/>"}))
    assert [
        (datetime.fromtimestamp(p.begin, PARIS).isoformat(), p.seconds / 3600, p.value)
        for p in only(found).points
    ] == [
        ("2026-10-24T00:00:00+02:00", 24, 500),
        ("2026-10-25T00:00:00+02:00", 25, 600),
        ("2026-10-26T00:00:00+01:00", 24, 100),
    ]
    assert found.left_out == Counter({LeftOut.OTHER: 12, LeftOut.UNREADABLE: 1})
    with pytest.raises(OneReading):
        read(exports.r151("2026-10-23", {"HP": 1000}))


def test_a_change_of_registers_or_of_the_meter_is_no_energy() -> None:
    shown = [{"BASE": 1000}, {"BASE": 1100}, {"HP": 900, "HC": 300}, {"HP": 950, "HC": 300}]
    shown += [{"HP": 1, "HC": 1}]
    files = {
        f"{day}.xml": exports.r151(f"2026-10-{day:02}", registers).encode()
        for day, registers in enumerate(shown, 1)
    }
    found = read(exports.zipped(files))
    assert [point.value for point in only(found).points] == [100, 50]
    assert found.left_out[LeftOut.UNREADABLE] == 2


def test_pushed_indexes_above_36_kva_are_energies_between_their_times() -> None:
    files = {
        f"{day}.xml": exports.r171(
            f"2026-10-{day}T02:37:56", {"HPH": day * 1000, "HCH": 5}
        ).encode()
        for day in (23, 24)
    }
    found = read(exports.zipped(files))
    (point,) = only(found).points
    assert datetime.fromtimestamp(point.begin, PARIS).isoformat() == "2026-10-23T02:37:56+02:00"
    assert (point.seconds, point.value) == (86400, 1000)
    assert found.left_out == Counter({LeftOut.OTHER: 4})


def test_damaged_periods_of_a_flow_are_told_and_the_others_taken() -> None:
    curve = exports.half_hours("2026-01-01", "2026-01-01")
    damaged = (
        "<PDC><H>yesterday</H><V>7</V></PDC>",
        "<PDC><H>2026-01-01T00:30:00</H><V>7</V></PDC>",  # of which zone?
        "<PDC><H>2026-01-02T00:30:00+01:00</H><V>seven</V></PDC>",
        "<PDC><H>2026-01-02T01:00:00+01:00</H><V></V></PDC>",
    )
    found = read(exports.r50(curve).replace("<PDC>", "".join([*damaged, "<PDC>"]), 1))
    assert as_curve(only(found)) == curve
    assert found.left_out == Counter({LeftOut.UNREADABLE: 3, LeftOut.EMPTY: 1})


@pytest.mark.parametrize(
    ("spoilt", "reason", "lost"),
    [
        pytest.param((">1200<", ">many<"), LeftOut.UNREADABLE, 1, id="no number"),
        pytest.param(("2026-10-03", "the third"), LeftOut.UNREADABLE, 1, id="no day"),
        pytest.param((">1200<", f">{2 * 10**15}<"), LeftOut.IMPOSSIBLE, 2, id="too large"),
        pytest.param(("Index>Wh<", "Index>kVAh<"), LeftOut.OTHER, 1, id="no energy"),
    ],
)
def test_an_index_that_cannot_be_read_leaves_the_others(
    spoilt: tuple[str, str], reason: LeftOut, lost: int
) -> None:
    days = [exports.r151(f"2026-10-{day:02}", {"BASE": 900 + 100 * day}) for day in range(1, 6)]
    days[2] = days[2].replace(*spoilt)
    found = read(exports.zipped({f"{n}.xml": day.encode() for n, day in enumerate(days)}))
    energies = {point.begin: point.value for point in only(found).points}
    assert energies.pop(datetime(2026, 10, 5, tzinfo=PARIS).timestamp()) == 100
    assert energies.pop(datetime(2026, 10, 2, tzinfo=PARIS).timestamp()) == 100
    assert list(energies.values()) == [200] * (lost == 1)
    # Each day also tells its suppliers' index and its highest power.
    assert found.left_out == Counter({LeftOut.OTHER: 10}) + Counter({reason: lost})


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


def test_a_name_in_senml_that_has_two_units_is_no_series() -> None:
    names = [("power", "W"), ("power", "W"), ("both", "W"), ("both", "kW")]
    records = ",".join(
        f'{{"n":"x_{name}","u":"{unit}","t":{1767225600 + 1800 * at},"v":5,"ut":1800}}'
        for at, (name, unit) in enumerate(names)
    )
    found = read(f"[{records}]")
    assert [point.value for point in only(found).points] == [5, 5]
    assert found.left_out == Counter({LeftOut.OTHER: 2})


MANY_METERS = "\n".join(
    [
        exports.R63_HEADING,
        *(
            exports.r63({"CONS": [(1767225600, 7)]}, meter=f"{number:014}").splitlines()[1]
            for number in range(101)
        ),
    ]
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
        (b"Horodate;Valeur\n2026-01-01T00:30:00+01:00;12\n", NoUnit),
        (b"<R50><PRM>", NotUnderstood),
        (b"<html/>", NotUnderstood),
        (b"[1,2]", NotUnderstood),
        (b"PK\x03\x04 and no more", NotUnderstood),
        (BILLION_LAUGHS.encode(), DangerousFile),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><sensml/>', DangerousFile),
        (exports.zipped({"a.xml": BILLION_LAUGHS.encode()}), DangerousFile),
        (exports.zipped({f"{n}.csv": b"" for n in range(12_001)}), FileTooLarge),
        (MANY_METERS.encode(), FileTooLarge),
        (b" " * (documents.MAX_BYTES + 1), FileTooLarge),
        (b"<!-- a comment, and nothing else -->", NotUnderstood),
    ],
    ids=[
        *("empty", "bytes", "a_table_of_something", "no_unit", "cut_xml", "html", "json"),
        *("cut_archive", "entities", "external_entity", "entities_in_archive", "many_members"),
        *("many_meters", "large", "no_element"),
    ],
)
def test_what_is_no_series_or_hostile_is_refused(octets: bytes, error: type[FileRefused]) -> None:
    with pytest.raises(error):
        read(octets)


TYPED = '<!DOCTYPE R50 [<!ENTITY a "30">]><R50><Pas_Publication x="&a;"/>{}</R50>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("space", ["", " " * 5000, "<?xml version='1.0' encoding='UTF-16'?>"])
def test_a_document_type_is_found_in_any_encoding(encoding: str, space: str) -> None:
    document = (space + TYPED.format("")).encode(encoding)
    with pytest.raises((DangerousFile, NotUnderstood)):
        read(document)
    book = exports.workbook_parts("Export", [("Horodate", "Valeur (en W)")])
    book["xl/sharedStrings.xml"] = document
    with pytest.raises((DangerousFile, NotUnderstood)):
        read(exports.zipped(book))


def test_an_archive_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_BYTES", 2**20)
    with pytest.raises(FileTooLarge):
        read(exports.zipped({"zeros.csv": bytes(2**21)}))


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
    found = read((REFERENCE / "hdm_c5_index.csv").read_bytes())
    index = main(found)
    assert index.sums == (("EAS F1",), ("EAS D1",))
    agreeing = 0
    for day in index.points:
        of_day = [p for p in curve.points if day.begin <= p.begin < day.end]
        if sum(p.seconds for p in of_day) == day.seconds:
            energy = sum(p.value * p.seconds / 3600 for p in of_day)
            assert energy == pytest.approx(day.value, abs=2)
            agreeing += 1
    assert agreeing > 350
