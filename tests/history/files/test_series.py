"""Several series in a file, many files in one, and the tables of other programs."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
import json
from random import Random

import pytest

from custom_components.sen1.history.errors import (
    DangerousFile,
    FileTooLarge,
    NestedTooDeep,
    NotUnderstood,
    NoUnit,
)
from custom_components.sen1.history.files import Found, FoundSeries, LeftOut, read_file
from custom_components.sen1.history.points import Aggregation
from testbed import exports
from testbed.exports import PARIS

from .test_reading import NOW, SPANS, as_curve, main, only, read, spans

CURVE = exports.half_hours("2026-01-05", "2026-01-11")


def by_label(found: Found) -> dict[str, FoundSeries]:
    return {series.label: series for series in found.series}


def totals(found: Found) -> dict[str, float]:
    """Return the energy of each series in its unit, by hours of a mean."""
    return {
        series.label: round(
            sum(
                point.value
                * (point.seconds / 3600 if series.aggregation is Aggregation.MEAN else 1)
                for point in series.points
            ),
            6,
        )
        for series in found.series
    }


def local(time: float) -> str:
    return exports.local(time).strftime("%Y-%m-%d %H:%M")


TODAY: dict[str, Callable[[exports.Curve], bytes]] = {
    "sheet_of_texts": lambda curve: exports.workbook(
        "Consommation Horaire", exports.by_hour(curve)
    ),
    "sheet_of_numbers": lambda curve: exports.workbook(
        "Consommation Horaire", exports.by_hour(curve, as_numbers=True)
    ),
    "csv": lambda curve: exports.as_csv(exports.by_hour(curve)).encode(),
    "csv_of_windows": lambda curve: exports.as_csv(exports.by_hour(curve)).encode("cp1252"),
    "utf_16_with_tabs": lambda curve: exports.as_csv(exports.by_hour(curve), "\t").encode("utf-16"),
    "newest_first": lambda curve: exports.as_csv(
        [exports.by_hour(curve)[0], *reversed(exports.by_hour(curve)[1:])]
    ).encode(),
}


@spans
@pytest.mark.parametrize("writer", list(TODAY))
def test_the_export_of_today_is_read_to_the_half_hour(writer: str, span: str) -> None:
    curve = exports.half_hours(*SPANS[span])
    found = read(TODAY[writer](curve))
    assert (only(found).unit, only(found).aggregation) == ("kW", Aggregation.MEAN)
    assert as_curve(only(found)) == [(time, watts / 1000) for time, watts in curve]
    assert not found.left_out.total()


@pytest.mark.parametrize("end", ["03:00", "02:00"])
def test_the_hour_that_comes_twice_has_its_four_half_hours_whatever_end_is_written(
    end: str,
) -> None:
    clocks = ["01:30 02:00", "02:00 02:30", f"02:30 {end}", "02:00 02:30", "02:30 03:00"]
    day = "25/10/2026"
    rows = [f"{day} {a};{day} {b};0,5" for a, b in (clock.split() for clock in clocks)]
    found = read("\n".join(["Début;Fin;Valeur (en kW)", *rows]))
    begin = datetime(2026, 10, 25, 1, 30, tzinfo=PARIS).timestamp()
    assert as_curve(only(found)) == [(begin + 1800 * number, 0.5) for number in range(5)]
    assert not found.left_out.total()


def test_date_times_of_a_spreadsheet_keep_their_clock() -> None:
    curve = exports.half_hours("2026-01-05", "2026-01-05")
    stamps: exports.Cells = [
        ("Horodate", "Valeur (en W)"),
        *((exports.excel(time + 1800), watts) for time, watts in curve),
    ]
    assert as_curve(only(read(exports.workbook("Export", stamps)))) == curve
    clocks: list[tuple[str | float, ...]] = [("Date", "Heure", "Valeur (en W)")]
    for time, watts in curve:
        day, part = divmod(exports.excel(time), 1)
        clocks.append((int(day), part, watts))
    assert as_curve(only(read(exports.workbook("Export", clocks)))) == curve


def test_sheets_of_consumption_and_production_are_two_series() -> None:
    used = [(time, 20 * number % 70) for number, (time, _watts) in enumerate(CURVE)]
    made = [(time, watts) for time, watts in CURVE]
    found = read(
        exports.workbook(
            "Consommation Horaire",
            exports.by_hour(used),
            Production_Horaire=exports.by_hour(made, as_numbers=True),
            Lisez_moi=[("Ces valeurs sont informatives",)],
        )
    )
    assert totals(found) == {
        "consommation": sum(watts for _time, watts in used) / 2000,
        "production": sum(watts for _time, watts in made) / 2000,
    }
    assert all(series.is_chosen for series in found.series)


def test_sheets_that_tell_no_direction_are_series_by_their_names() -> None:
    days: exports.Cells = [
        ("Date", "Valeur (en kWh)"),
        ("01/01/2026", 1.5),
        ("02/01/2026", 2.5),
    ]
    others: exports.Cells = [*days[:1], ("01/01/2026", 3), ("02/01/2026", 4)]
    found = read(exports.workbook("Maison", days, Atelier=others))
    assert totals(found) == {"Maison": 4, "Atelier": 7}
    twice = read(exports.workbook("Consommation HP", days, Consommation_HC=others))
    assert totals(twice) == {"Consommation HP": 4, "Consommation HC": 7}


def test_tables_of_one_file_each_are_of_what_their_heading_title_or_name_says() -> None:
    rows = "01/01/2026;1,5\n02/01/2026;2"
    by_heading = {
        "a.csv": f"Date;Consommation (kWh)\n{rows}",
        "b.csv": f"Date;Production (kWh)\n{rows}",
    }
    by_title = {
        f"{number}.csv": f"Récapitulatif de ma {word}\n\nDate;Valeur (en kWh)\n{rows}"
        for number, word in enumerate(("consommation", "production"))
    }
    by_name = {
        f"{word}.csv": f"Date;Valeur (en kWh)\n{rows}"
        for word in ("ma-conso-consommation", "injection")
    }
    for files in (by_heading, by_title, by_name):
        octets = exports.zipped({name: text.encode() for name, text in files.items()})
        assert totals(read(octets)) == {"consommation": 3.5, "production": 3.5}


def of_periods(heading: str, missing: int = 0) -> str:
    """Return days of HP and HC whose total is 4,230 kWh, 2,430 of them HP."""
    lines = [f"{day:02}/01/2026;{270 - day % 2};{200 + day % 2};{470}" for day in range(1, 10)]
    lines = [
        line.replace(";200;", ";;") if number < missing else line
        for number, line in enumerate(lines)
    ]
    return "\n".join([heading, *lines])


@pytest.mark.parametrize(
    ("heading", "labels"),
    [
        ("Date;HP (kWh);HC (kWh);Total (kWh)", ("HP", "HC")),
        (
            "Date;Consommation HP (en kWh);Consommation HC (en kWh);Consommation en kWh",
            ("Consommation HP", "Consommation HC"),
        ),
        (
            "Journée;Heures pleines kWh;Heures creuses kWh;Energie totale (kWh)",
            ("Heures pleines", "Heures creuses"),
        ),
    ],
)
def test_each_column_of_values_is_a_series_and_a_sum_of_others_is_said_to_be(
    heading: str, labels: tuple[str, str]
) -> None:
    found = read(of_periods(heading))
    assert totals(found) == {labels[0]: 2425, labels[1]: 1805, "": 4230}
    assert main(found).sums == (labels,)
    assert [series.is_chosen for series in found.series] == [False, False, True]


def test_columns_that_are_no_sum_are_each_chosen_and_rounding_hides_none() -> None:
    chance = Random(1)
    shown = [(chance.uniform(0, 0.3), chance.uniform(0, 0.3)) for _ in range(48)]
    lines = [
        f"{local(CURVE[0][0] + 1800 * n)};{a:.2f};{b:.2f};{a + b:.2f}"
        for n, (a, b) in enumerate(shown)
    ]
    found = read("\n".join(["Date;A (kWh);B (kWh);C (kWh)", *lines]))
    assert main(found).sums == (("A", "B"),)
    without = read(
        "\n".join(
            [
                "Date;A (kWh);B (kWh);C (kWh)",
                *(f"{line}1" if n % 2 else f"{line[:16]};1;2;7" for n, line in enumerate(lines)),
            ]
        )
    )
    assert [(series.label, series.sums) for series in without.series] == [
        (label, ()) for label in "ABC"
    ]
    assert all(series.is_chosen for series in without.series)


def test_a_total_is_known_by_the_days_of_which_both_parts_are_known() -> None:
    found = read(of_periods("Date;HP (kWh);HC (kWh);Total (kWh)", missing=2))
    assert main(found).sums == (("HP", "HC"),)
    assert found.left_out == Counter({LeftOut.EMPTY: 1})


def test_an_index_of_many_registers_gives_its_total_and_each_register() -> None:
    lines = ["Horodate;Type de releve;EAS F1;EAS F2;EAS F3;EAS D1;EAS D2;EAS T"]
    lines += [
        f"2026-01-{day:02}T00:00:00+01:00;x;{day * 5};{day * 7};;{day * 9};{day * 3};{day * 12}"
        for day in range(1, 9)
    ]
    found = read("\n".join(lines))
    assert totals(found) == {"EAS F1": 35, "EAS F2": 49, "EAS D1": 63, "EAS D2": 21, "": 84}
    assert main(found).sums == (("EAS F1", "EAS F2"), ("EAS D1", "EAS D2"))


def test_more_columns_than_anybody_has_or_more_values_than_can_be_read_are_refused() -> None:
    with pytest.raises(FileTooLarge):
        read("Date;" + ";".join(f"C{number} (kWh)" for number in range(21)) + "\n")
    heading = "Date;" + ";".join(f"C{number} (kWh)" for number in range(20))
    with pytest.raises(FileTooLarge):
        read(heading + f"\n01/01/2026{';1' * 20}" * 20_001)


def test_a_thousand_files_of_an_archive_are_one_series() -> None:
    curve = exports.half_hours("2023-01-01", "2025-09-26")
    days = [curve[at : at + 48] for at in range(0, len(curve), 48)]
    assert len(days) >= 1000
    tables = {
        f"{n}.csv": exports.as_csv(exports.by_hour(day)).encode() for n, day in enumerate(days)
    }
    found = read(exports.zipped(tables))
    assert as_curve(only(found)) == [(time, watts / 1000) for time, watts in curve]
    assert not found.left_out.total()


def test_three_years_of_sheets_of_seven_days_are_one_series() -> None:
    curve = exports.half_hours("2023-01-01", "2025-12-31")
    weeks = [curve[at : at + 336] for at in range(0, len(curve), 336)]
    assert len(weeks) > 64
    sheets = {
        f"{n}.xlsx": exports.workbook(
            "Consommation Horaire", exports.by_hour(week, as_numbers=True)
        )
        for n, week in enumerate(weeks)
    }
    found = read(exports.zipped(sheets))
    assert as_curve(only(found)) == [(time, watts / 1000) for time, watts in curve]
    assert not found.left_out.total()


def test_archives_in_archives_are_opened_to_a_depth() -> None:
    octets = exports.hdm(CURVE).encode()
    for depth in range(3):
        octets = exports.zipped({f"{depth}.zip": octets, "read me.html": b"<html/>"})
        found = read(octets)
        assert as_curve(only(found)) == CURVE
        assert found.left_out == Counter({LeftOut.UNREADABLE: depth + 1})
    with pytest.raises(NestedTooDeep):
        read(exports.zipped({"3.zip": octets}))


def test_what_archives_in_archives_unpack_to_counts_together() -> None:
    inner = exports.zipped({"zeros.csv": bytes(12 * 2**20)})
    read_to_the_limit = exports.zipped({"a.zip": inner, "b.zip": inner, "c.csv": b"Date;kWh"})
    with pytest.raises(NotUnderstood):
        read(read_to_the_limit)
    with pytest.raises(FileTooLarge):
        read(exports.zipped({f"{number}.zip": inner for number in range(3)}))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_neither_a_byte_order_mark_nor_utf_16_hides_anything(encoding: str) -> None:
    pack = '[{"n":"a","u":"W","t":1767225600,"v":5,"ut":1800}]'
    record = '<senml n="a" u="W" t="1767225600" v="5" ut="1800"/>'
    xml = f'<sensml xmlns="urn:ietf:params:xml:ns:senml">{record}</sensml>'
    for text in (pack, xml, "Horodate;Valeur (en W);Pas\n2026-01-01T00:30:00Z;5;30"):
        points = only(read(text.encode(encoding))).points
        assert [(point.begin, point.seconds, point.value) for point in points] == [
            (1767225600, 1800, 5)
        ]
    with pytest.raises(NotUnderstood):
        read(b"\xff\xfeD\x00a\xd8\x00\x00")
    with pytest.raises(DangerousFile):
        read('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode(encoding))


def test_of_the_week_of_new_year_each_part_stays() -> None:
    """All its days stand beside the first part, those of the new year beside the second."""
    weeks = [
        ("Du 22/12/2025 au 28/12/2025", 10),
        ("Du 29/12/2025 au 04/01/2026", 20),
        ("Du 01/01/2026 au 04/01/2026", 30),
        ("Du 05/01/2026 au 11/01/2026", 40),
    ]
    found = read(exports.gas_periods(weeks, "Historique par semaine"))
    assert [
        (local(point.begin), local(point.end), point.value) for point in main(found).points
    ] == [
        ("2025-12-22 06:00", "2025-12-29 06:00", 10),
        ("2025-12-29 06:00", "2026-01-01 06:00", 20),
        ("2026-01-01 06:00", "2026-01-05 06:00", 30),
        ("2026-01-05 06:00", "2026-01-12 06:00", 40),
    ]
    assert not found.left_out.total()
    # A week that is alone is whole.
    (point,) = main(read(exports.gas_periods(weeks[1:2]))).points
    assert point.seconds == 7 * 86400


def test_the_volume_of_gas_and_how_warm_it_was_stand_beside_its_energy() -> None:
    found = read(exports.gas([("01/02/2026", 33.6), ("02/02/2026", 11.2)]))
    degrees = "Température locale"
    assert totals(found) == {"Volume consommé": 4, "": 44.8, degrees: 48 * 12.5}
    assert {series.label: series.unit for series in found.series} == {
        "Volume consommé": "m³",
        "": "kWh",
        degrees: "°C",
    }
    assert [series.label for series in found.series if series.is_chosen] == [""]


def test_energy_counts_also_where_how_warm_it_was_stands_before_it() -> None:
    found = read(
        "Date;Température (°C);Maison (kWh)\n"
        "01/11/2026 00:00;8,5;1,2\n01/11/2026 01:00;-1,5;1,1\n01/11/2026 02:00;0;1\n".encode()
    )
    assert totals(found) == {"Température": 7, "": 3.3}
    assert {series.label: series.aggregation for series in found.series} == {
        "Température": Aggregation.MEAN,
        "": Aggregation.SUM,
    }
    assert [series.label for series in found.series if series.is_chosen] == [""]


def test_states_of_what_is_measured_hold_until_the_next() -> None:
    states = [("20.5", "2026-11-01T00:00:00Z"), ("19.5", "2026-11-01T00:30:00Z")]
    lines = [
        f"sensor.x,{state},{time},°C"
        for state, time in (*states, ("19", states[0][1][:11] + "01:00:00Z"))
    ]
    found = read("\n".join(["entity_id,state,last_changed,unit", *lines]).encode())
    (series,) = found.series
    assert series.aggregation is Aggregation.MEAN
    assert [point.value for point in series.points] == [20.5, 19.5]


def test_indexes_of_periods_as_edf_gives_them_are_each_a_series() -> None:
    found = read(
        "Récapitulatif de mes index\n\n"
        "Date de relevé de l'index;Type d'index;"
        "Index Heures pleines (kWh);Index Heures creuses (kWh)\n"
        "03/01/2026;Index transmis par le distributeur;1010;520\n"
        "02/01/2026;Index transmis par le distributeur;1004;517\n"
        "01/01/2026;Index transmis par le distributeur;1000;515\n"
    )
    assert totals(found) == {"Index Heures pleines": 10, "Index Heures creuses": 5}
    (first, second) = by_label(found)["Index Heures pleines"].points
    assert (local(first.begin), first.value, second.value) == ("2026-01-01 00:00", 4, 6)


@pytest.mark.parametrize(
    "months",
    [
        ["11/2025;30", "12/2025;31", "01/2026;32"],
        ["Novembre 2025;30", "Décembre 2025;31", "Janvier 2026;32"],
        ["01/11/2025;30", "01/12/2025;31", "01/01/2026;32"],
    ],
)
def test_months_are_periods_of_the_calendar(months: list[str]) -> None:
    found = read(
        "\n".join(
            [
                "Période de consommation;Consommation (kWh);Nature",
                "Année 2025;61;",
                *months,
                "13/2026;5;x",
            ]
        )
    )
    assert [(local(p.begin), local(p.end), p.value) for p in only(found).points] == [
        ("2025-11-01 00:00", "2025-12-01 00:00", 30),
        ("2025-12-01 00:00", "2026-01-01 00:00", 31),
        ("2026-01-01 00:00", "2026-02-01 00:00", 32),
    ]
    assert found.left_out == Counter({LeftOut.UNREADABLE: 2})


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("Consommation en kWh", "kWh"),
        ("Consommation (kWh)", "kWh"),
        ("Consommation kWh", "kWh"),
        ("energy_kwh", "kWh"),
        ("Volume (m³)", "m³"),
        ("Consommation", None),
        ("Consommation HP", None),
        ("Prix du kWh", None),
        ("Prix (€/kWh)", None),
        ("Consommation (kWh/m²)", None),
        ("Puissance souscrite (kVA)", None),
    ],
)
def test_the_unit_is_what_a_heading_ends_with_and_never_guessed(
    heading: str, unit: str | None
) -> None:
    text = f"Date;{heading}\n01/01/2026;5\n02/01/2026;6"
    if unit is None:
        with pytest.raises((NoUnit, NotUnderstood)):
            read(text)
    else:
        assert only(read(text)).unit == unit


def test_the_report_of_enlighten_has_a_series_for_each_column() -> None:
    begin = datetime(2026, 1, 1, tzinfo=PARIS)
    names = ("Energy Produced", "Energy Consumed", "Exported to Grid", "Imported from Grid")
    heading = ",".join(["Date/Time", *(f"{name} (Wh)" for name in names)])
    times = [f"{begin + timedelta(minutes=15 * n):%Y-%m-%d %H:%M:%S %z}" for n in range(96)]
    lines = [f"{time},{n},{3 * n + 7},{n % 5},{2 * n + 1}" for n, time in enumerate(times)]
    found = read("\n".join([heading, *lines, "Total,4560,14352,190,9216"]))
    assert totals(found) == {
        "Energy Produced": sum(range(96)),
        "Energy Consumed": sum(3 * n + 7 for n in range(96)),
        "Exported to Grid": sum(n % 5 for n in range(96)),
        "Imported from Grid": sum(2 * n + 1 for n in range(96)),
    }
    assert {point.seconds for point in found.series[0].points} == {900}
    assert local(found.series[0].points[0].begin) == "2026-01-01 00:00"
    assert found.left_out == Counter({LeftOut.UNREADABLE: 1})


def data_connect(readings: list[dict[str, str]], **kind: str) -> dict[str, object]:
    return {
        "meter_reading": {
            "usage_point_id": "00000000000000",
            "start": "2026-10-25",
            "end": "2026-10-26",
            "quality": "BRUT",
            "reading_type": kind,
            "interval_reading": readings,
        }
    }


def test_load_curves_of_data_connect_are_stamped_at_ends() -> None:
    curve = exports.half_hours(*SPANS["to_winter_time"])
    readings = [
        {
            "value": str(watts),
            "date": f"{exports.local(time + 1800):%Y-%m-%d %H:%M:%S}",
            "interval_length": "PT30M",
            "measure_type": "B",
        }
        for time, watts in curve
    ]
    answer = data_connect(readings, unit="W", measurement_kind="power", aggregate="average")
    found = read(json.dumps(answer))
    assert as_curve(only(found)) == curve
    # As many answers as there are weeks, in a list.
    halves = [
        data_connect(half, unit="W", aggregate="average") for half in (readings[:50], readings[50:])
    ]
    assert len(only(read(json.dumps(halves))).points) == len(curve)


def test_days_of_data_connect_are_local_days_and_highest_powers_are_told() -> None:
    days = [{"value": "100", "date": "2026-10-24"}, {"value": "120", "date": "2026-10-25"}]
    kind = {"unit": "Wh", "measurement_kind": "energy", "measuring_period": "P1D"}
    series = only(read(json.dumps(data_connect(days, **kind, aggregate="sum"))))
    assert (series.unit, [(p.seconds / 3600, p.value) for p in series.points]) == (
        "Wh",
        [(24, 100), (25, 120)],
    )
    highest = data_connect(days, unit="VA", aggregate="maximum", measurement_kind="power")
    with pytest.raises(NotUnderstood):
        read(json.dumps(highest))


def gazpar(period: str, energy: float) -> dict[str, object]:
    return {
        "time_period": period,
        "start_index_m3": 1000.0,
        "end_index_m3": 1001.0,
        "volume_m3": energy / 11,
        "energy_kwh": energy,
        "converter_factor_kwh/m3": 11.0,
        "temperature_degC": None,
        "type": "Mesuré",
        "timestamp": "2026-11-13T23:58:35.606763",
    }


def test_what_pygazpar_writes_are_gas_days_weeks_and_months() -> None:
    days = [gazpar("13/10/2026", 22.0), gazpar("14/10/2026", 33.0)]
    series = main(read(json.dumps(days)))
    assert (series.unit, [(local(p.begin), p.value) for p in series.points]) == (
        "kWh",
        [("2026-10-13 06:00", 22), ("2026-10-14 06:00", 33)],
    )
    of_all = {
        "daily": days,
        "weekly": [gazpar("Du 12/10/2026 au 18/10/2026", 99.0)],
        "monthly": [gazpar("Septembre 2026", 300.0)],
    }
    energies = {
        name: total
        for name, total in totals(read(json.dumps(of_all))).items()
        if "volume" not in name
    }
    assert energies == {"daily": 55, "weekly": 99, "monthly": 300}


ENERGY = (
    "entity_id,type,unit,2026-10-24T22:00:00.000Z,2026-10-25T23:00:00.000Z\n"
    "sensor.linky_east,grid_consumption,kWh,5,6\n"
    "sensor.linky_east_cost,grid_cost,EUR,1,1\n"
    "sensor.gas,gas,m3,,2\n"
    "calculated_total_consumption,calculated_total_consumption,kWh,5,6\n"
)


def test_the_energy_dashboard_s_download_has_a_series_for_each_statistic() -> None:
    found = read(ENERGY)
    assert {
        s.label: (s.unit, [(p.begin, p.seconds / 3600, p.value) for p in s.points])
        for s in found.series
    } == {
        "sensor.linky_east grid_consumption": ("kWh", [(1792879200, 25, 5), (1792969200, 24, 6)]),
        "sensor.gas gas": ("m³", [(1792969200, 24, 2)]),
    }
    assert found.left_out == Counter({LeftOut.OTHER: 4})


def test_history_of_home_assistant_is_of_the_units_of_its_entities() -> None:
    hour = "2026-01-01T0{}:00:00.000Z"
    states = [
        *(
            ("sensor.index", "100", 0),
            ("sensor.index", "101.5", 1),
            ("sensor.index", "unavailable", 2),
        ),
        *(("sensor.index", "104", 3), ("sensor.power", "50", 0), ("sensor.power", "unknown", 1)),
        *(("sensor.power", "60", 2), ("sensor.power", "0", 5), ("light.hall", "on", 1)),
    ]
    lines = [f"{entity},{state},{hour.format(at)}" for entity, state, at in states]
    text = "\n".join(["entity_id,state,last_changed", *lines])
    found = read_file(text.encode(), PARIS, NOW, {"sensor.index": "kWh", "sensor.power": "W"})
    begin = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    assert {
        series.label: [((p.begin - begin) / 3600, p.seconds / 3600, p.value) for p in series.points]
        for series in found.series
    } == {
        "sensor.index": [(0, 1, 1.5), (1, 2, 2.5)],
        "sensor.power": [(0, 1, 50), (2, 3, 60)],
    }
    # An empty state is no value, the last one is not over, a light has no unit.
    assert found.left_out == Counter(
        {LeftOut.EMPTY: 2, LeftOut.IMPOSSIBLE: 1, LeftOut.UNREADABLE: 1}
    )
    with pytest.raises(NoUnit):
        read(text.replace("light.hall,on", "light.hall,1"))


def test_statistics_of_home_assistant_are_means_and_what_sums_grew_by() -> None:
    found = read(
        "statistic_id;unit;start;min;max;mean;sum;state\n"
        "sensor.power;W;26.01.2026 12:00;20;21;20.5;;\n"
        "sensor.power;W;26.01.2026 13:00;20;21;30.5;;\n"
        "sensor.energy;kWh;26.01.2026 12:00;;;;10.5;100\n"
        "sensor.energy;kWh;26.01.2026 13:00;;;;12.5;102\n"
    )
    assert {
        series.label: [(local(p.begin), p.seconds, p.value) for p in series.points]
        for series in found.series
    } == {
        "sensor.power": [("2026-01-26 12:00", 3600, 20.5), ("2026-01-26 13:00", 3600, 30.5)],
        # The sum of an hour is that of its end.
        "sensor.energy": [("2026-01-26 13:00", 3600, 2)],
    }
    assert not found.left_out.total()


def green_button(
    kinds: dict[str, dict[str, object]], *, begin: float = 1767225600, count: int = 4
) -> str:
    """Return a feed with a meter reading of each kind; the kinds stand behind all readings."""
    entries = types = ""
    for number, (name, kind) in enumerate(kinds.items(), 1):
        meter = f"/espi/1_1/resource/UsagePoint/1/MeterReading/{name}"
        readings = "".join(
            "<IntervalReading><cost>5</cost><timePeriod><duration>900</duration>"
            f"<start>{begin + 900 * n}</start></timePeriod><value>{1000 * number + n}</value>"
            "</IntervalReading>"
            for n in range(count)
        )
        entries += (
            f'<entry><link rel="self" href="{meter}"/>'
            f'<link rel="related" href="{meter}/IntervalBlock"/>'
            f'<link rel="related" href="/ReadingType/{name}"/>'
            "<content><MeterReading/></content></entry>"
            f'<entry><link rel="self" href="{meter}/IntervalBlock/1"/><content><IntervalBlock>'
            f"<interval><duration>3600</duration><start>{begin}</start></interval>"
            f"{readings}</IntervalBlock></content></entry>"
        )
        fields = "".join(f"<{field}>{value}</{field}>" for field, value in kind.items())
        types += (
            f'<entry><link rel="self" href="/ReadingType/{name}"/><content><ReadingType>{fields}'
            "</ReadingType></content></entry>"
        )
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}{types}</feed>'


def test_a_green_button_feed_has_a_series_for_each_reading_type() -> None:
    delta: dict[str, object] = {"accumulationBehaviour": 4, "uom": 72}
    found = read(
        green_button(
            {
                "a": delta | {"flowDirection": 1, "powerOfTenMultiplier": -3},
                "b": delta | {"flowDirection": 19},
                "c": {"accumulationBehaviour": 12, "uom": 38, "dataQualifier": 8},
                "d": {"accumulationBehaviour": 4, "uom": 169},
            }
        )
    )
    assert totals(found) == {"consommation": 4.006, "production": 8006}
    assert {p.seconds for p in found.series[0].points} == {900}
    # A highest power, and therms.
    assert found.left_out == Counter({LeftOut.OTHER: 4, LeftOut.NO_UNIT: 4})


def test_readings_of_a_green_button_that_only_grow_are_an_index() -> None:
    found = read(green_button({"a": {"accumulationBehaviour": 3, "uom": 72}}))
    assert [(p.seconds, p.value) for p in only(found).points] == [(900, 1)] * 3


def test_a_green_button_whose_readings_nothing_describes_has_no_unit() -> None:
    with pytest.raises(NoUnit):
        read(green_button({"a": {}}))


def test_json_without_a_table_or_too_deep_is_refused() -> None:
    deep: object = [{"date": "2026-01-01", "energy_kwh": 5}]
    for _ in range(20):
        deep = {"deeper": deep}
    wide = {f"a{number}": "1" for number in range(200)} | {"days": [{"date": "2026-01-01"}]}
    for document in ({}, {"a": [1, 2]}, [[]], deep, wide):
        with pytest.raises(NotUnderstood):
            read(json.dumps(document))


def test_first_days_of_years_are_no_months() -> None:
    found = read("Date;Consommation (kWh)\n01/01/2024;5\n01/01/2025;6\n01/01/2026;7")
    assert {point.seconds for point in only(found).points} == {86400}


def test_an_index_of_ones_own_is_energy_between_its_readings() -> None:
    found = read(
        "begin,value,unit,aggregation\n2026-01-01T06:00Z,100,kWh,index\n"
        "2026-01-02T09:00Z,,kWh,index\n2026-01-03T09:00Z,109,kWh,index\n"
    )
    assert [(p.seconds / 3600, p.value) for p in only(found).points] == [(51, 9)]
    assert found.left_out == Counter({LeftOut.EMPTY: 1})
