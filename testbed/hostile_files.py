"""Files that mean harm, and honest ones spoilt at random: what an import must survive.

`HOSTILE` are those that once held a machine or passed a check, and what is like them. `spoilt`
yields files of each kind, made from a curve and spoilt where the kind has its structure.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
import io
import json
from random import Random
import re
import struct
import zipfile

from . import exports

NAMESPACE = "urn:ietf:params:xml:ns:senml"

CURVE = exports.half_hours("2026-10-24", "2026-10-25")

MIB = 2**20


def _senml(**fields: object) -> bytes:
    return json.dumps([{"n": "a", "u": "W", "t": 1767225600, "v": 1} | fields]).encode()


def _flat(row: str, count: int, heading: str = "begin,end,value,unit,aggregation") -> bytes:
    return f"{heading}\n{f'{row}\n' * count}".encode()


def _sheet(cells: str, *strings: str) -> bytes:
    """Return a workbook with these cells in one row, and these shared texts."""
    parts = exports.workbook_parts("Export", [])
    shared = "".join(f"<si><t>{text}</t></si>" for text in strings)
    row = f"<worksheet {exports.MAIN}><sheetData>{cells}</sheetData></worksheet>"
    parts["xl/sharedStrings.xml"] = f"<sst {exports.MAIN}>{shared}</sst>".encode()
    parts["xl/worksheets/sheet1.xml"] = row.encode()
    return exports.zipped(parts)


def _packed(method: int, content: bytes, count: int = 1) -> bytes:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", method) as archive:
        for number in range(count):
            archive.writestr(f"{number}.csv", content)
    return octets.getvalue()


def _nested(depth: int) -> bytes:
    octets = exports.hdm(CURVE).encode()
    for _ in range(depth):
        octets = exports.zipped({"a.zip": octets})
    return octets


def _columns_alike(columns: int, count: int) -> bytes:
    """Return a table whose columns differ but in their last line: each may be a sum until then."""
    heading = ";".join(f"C{number} (kWh)" for number in range(columns))
    begin = exports.local(1_600_000_000)
    lines = [f"{(begin + timedelta(minutes=n)).isoformat()}{';1' * columns}" for n in range(count)]
    last = ";".join(str(number**3) for number in range(columns))
    return "\n".join([f"Date;{heading}", *lines, f"2026-01-01;{last}"]).encode()


def _many_members(count: int) -> bytes:
    """Return an archive whose list of contents is all it has."""
    entry = b"PK\x01\x02" + bytes(42)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, count * 46, 4, 0)
    return b"PK\x03\x04" + entry * count + end


def _overlapping(count: int) -> bytes:
    """Return a table of periods of 400 days, each a second after the one before."""
    begin = exports.local(1_600_000_000)
    lines = [
        f"{(begin + timedelta(seconds=n)).isoformat()},"
        f"{(begin + timedelta(days=390, seconds=n)).isoformat()},1,kWh,sum"
        for n in range(count)
    ]
    return "\n".join(["begin,end,value,unit,aggregation", *lines]).encode()


def _long_beside_fine(count: int) -> bytes:
    """Return a table of one period of 400 days and of minutes around it."""
    begin = exports.local(1_600_000_000)
    lines = [f"{begin.isoformat()},{(begin + timedelta(days=399)).isoformat()},1,kWh,sum"]
    lines += [
        f"{(begin + timedelta(minutes=n)).isoformat()},"
        f"{(begin + timedelta(minutes=n + 1)).isoformat()},1,kWh,sum"
        for n in range(count)
    ]
    return "\n".join(["begin,end,value,unit,aggregation", *lines]).encode()


def _out_of_order(count: int) -> bytes:
    times = [1_600_000_000 + 60 * n for n in range(count)]
    Random(1).shuffle(times)
    lines = [f"{exports.local(time).isoformat()};{time % 7}" for time in times]
    return "\n".join(["Horodate;Valeur (en W)", *lines]).encode()


def _records(count: int, *, is_shuffled: bool = False) -> list[dict[str, object]]:
    times = list(range(count))
    if is_shuffled:
        Random(1).shuffle(times)
    first: dict[str, object] = {"bn": "a", "bt": 1_600_000_000, "bu": "W"}
    others: list[dict[str, object]] = [{"t": time, "v": time % 7} for time in times]
    return [first, *others]


def _senml_json(count: int) -> bytes:
    return json.dumps(_records(count, is_shuffled=True), separators=(",", ":")).encode()


def _senml_xml(count: int) -> bytes:
    lines = "".join(
        "<senml " + " ".join(f'{field}="{value}"' for field, value in record.items()) + "/>"
        for record in _records(count, is_shuffled=True)
    )
    return f'<sensml xmlns="{NAMESPACE}">{lines}</sensml>'.encode()


TYPED = '<!DOCTYPE R50 [<!ENTITY a "30">]><R50><Pas_Publication x="&a;">30</Pas_Publication></R50>'

HOSTILE: dict[str, Callable[[], bytes]] = {
    # As proven.
    "a_record_of_1900_years": lambda: _senml(ut=6e10),
    "a_row_of_9998_years": lambda: _flat("0001-01-01,9999-12-31,1,kWh,sum", 1),
    "a_row_of_26_years": lambda: _flat("2000-01-01,2026-01-01,1,kWh,sum", 1),
    "a_cell_of_200000_letters": lambda: _sheet(f'<row><c r="{"A" * 200_000}1"><v>1</v></c></row>'),
    "one_text_in_many_cells": lambda: _sheet(
        "<row>" + '<c t="s"><v>0</v></c>' * 90 + "</row>" + "<row/>", "é" * 60_000
    ),
    "one_text_in_many_rows": lambda: _sheet(
        ("<row>" + '<c t="s"><v>0</v></c>' * 10 + "</row>") * 20_000, "é " * 30_000
    ),
    "another_encoding_with_a_type": lambda: TYPED.encode("utf-16"),
    "another_encoding_without_a_mark": lambda: TYPED.encode("utf-16-le"),
    "a_type": TYPED.encode,
    # Their kin: much of one thing.
    "lines_without_end": lambda: b"\n" * 32 * MIB,
    "rows_without_end": lambda: b"1;2\n" * 8 * MIB,
    "columns_without_end": lambda: b"Horodate;Valeur (en W)\n" + b";" * 31 * MIB,
    "wide_rows": lambda: b"Horodate;Valeur (en W)\n" + (b"1;" * 30_000 + b"\n") * 500,
    "one_long_line": lambda: b"a" * 31 * MIB,
    "one_long_quoted_field": lambda: b'"' + b"a\n" * 150_000 + "\N{GRINNING FACE}".encode(),
    "one_long_number": lambda: b"Horodate;Valeur (en W)\n2026-01-01;" + b"1" * 60_000,
    "columns_to_the_limit": lambda: _columns_alike(20, 19_999),
    "columns_of_values_without_end": lambda: (
        b"Date;" + b";".join(b"%d (kWh)" % n for n in range(99)) + b"\n"
    ),
    "headings_without_end": lambda: b"Horodate;Valeur (en W)\n" * 199_000,
    "series_without_end": lambda: (
        _flat("", 0)
        + "\n".join(f"2026-01-01,2026-01-02,1,u{n},sum" for n in range(199_000)).encode()
    ),
    "rows_to_the_limit": lambda: _out_of_order(199_000),
    "overlapping_periods": lambda: _overlapping(199_000),
    "a_long_period_beside_minutes": lambda: _long_beside_fine(199_000),
    "records_of_json": lambda: _senml_json(500_000)[: 8 * MIB],
    "records_of_json_to_the_limit": lambda: _senml_json(179_000),
    "records_of_xml_to_the_limit": lambda: _senml_xml(179_000),
    "records_of_xml": lambda: _senml_xml(300_000),
    "names_without_end": lambda: json.dumps(
        [{"n": f"a{n}", "u": "W", "t": 1_600_000_000, "v": 1, "ut": 60} for n in range(120_000)]
    ).encode(),
    "empty_records": lambda: b"[" + b"{}," * 2 * MIB + b"{}]",
    "lists_in_lists": lambda: b"[" * 4 * MIB,
    "one_long_name": lambda: _senml(n="a" * 7 * MIB),
    "elements_without_end": lambda: b"<R50>" + b"<a/>" * 6 * MIB + b"</R50>",
    "elements_in_elements": lambda: b"<R50>" + b"<a>" * 1_400_000,
    "attributes_without_end": lambda: (
        b"<R50 " + b" ".join(b'a%d=""' % n for n in range(2_000_000)) + b"/>"
    ),
    "one_long_attribute": lambda: b'<R50 a="' + b"a" * 31 * MIB + b'"/>',
    "one_long_text": lambda: b"<R50><V>" + b"1" * 31 * MIB + b"</V></R50>",
    "one_long_comment": lambda: b"<R50><!--" + b"a" * 31 * MIB + b"--></R50>",
    "one_long_tag": lambda: b"<" + b"a" * 31 * MIB,
    "points_without_end": lambda: (
        b"<R50><PRM>"
        + b"<PDC><H>2026-01-01T00:30:00+01:00</H><V>1</V></PDC>" * 187_000
        + b"</PRM></R50>"
    ),
    "cells_without_end": lambda: _sheet("<row>" + "<c><v>1</v></c>" * 370_000 + "</row>"),
    "rows_of_cells_without_end": lambda: _sheet("<row><c><v>1</v></c></row>" * 199_000),
    # Archives.
    "deflated_zeros": lambda: _packed(zipfile.ZIP_DEFLATED, bytes(48 * MIB)),
    "bzipped_zeros": lambda: _packed(zipfile.ZIP_BZIP2, bytes(64 * MIB)),
    "lzma_zeros": lambda: _packed(zipfile.ZIP_LZMA, bytes(64 * MIB)),
    "members_without_end": lambda: _many_members(700_000),
    "members_to_the_limit": lambda: _packed(zipfile.ZIP_DEFLATED, b"\n" * (MIB // 2), 64),
    "archives_in_archives": lambda: _nested(5),
    "many_archives_in_an_archive": lambda: _packed(
        zipfile.ZIP_STORED, exports.zipped({"a.csv": b"1;2"}), 5_900
    ),
    "too_many_archives_in_an_archive": lambda: _packed(
        zipfile.ZIP_DEFLATED, exports.zipped({"a.csv": b"1;2", "b.csv": b"1;2"}), 4_100
    ),
    "tables_of_json_without_end": lambda: b"[" + b'{"date":[{"a":"b"}]},' * 60_000 + b"{}]",
    "objects_in_objects": lambda: b'{"a":' * 200_000,
    "entries_without_end": lambda: (
        b"<feed>" + b'<entry><link rel="related" href="a"/></entry>' * 360_000 + b"</feed>"
    ),
    "links_without_end": lambda: (
        b'<feed><entry><link rel="self" href="/M/1"/>'
        + b'<link rel="related" href="a"/>' * 200_000
        + b"</entry>"
        + b'<entry><link rel="self" href="/M/1/IntervalBlock/1"/></entry>' * 200_000
        + b"</feed>"
    ),
    "names_around_a_list": lambda: json.dumps(
        {f"a{n}": "1" for n in range(300_000)} | {"l": [{"a": "1"}] * 100_000}
    ).encode(),
    "objects_beside_a_list": lambda: json.dumps(
        {f"a{n}": {f"b{n}": "1"} for n in range(60_000)} | {"l": [{"a": "1"}] * 100_000}
    ).encode(),
    "another_encoding_of_32_mib": lambda: b"\xff\xfe" + b"a\x00" * 15 * MIB,
    "rows_in_members": lambda: _packed(
        zipfile.ZIP_DEFLATED, b"Horodate;Valeur (en W)\n" + b"2026-01-01;1\n" * 3200, 60
    ),
}

NASTY = (
    *(
        "",
        " ",
        "-",
        "NaN",
        "inf",
        "-Infinity",
        "1e308",
        "-1.7e308",
        "1e15",
        "1.0000001e15",
        "1e-320",
    ),
    *("9" * 50, "9" * 5000, "0x10", "1_000", "1.2.3", "1,2,3", "\u0661\u0662", "\u00b2", "\u22125"),
    *("0001-01-01", "1899-12-31", "1999-12-31T23:59:59Z", "2000-01-01", "9999-12-31", "2026-02-30"),
    *("9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00-14:00", "2026-10-25T02:30:00", "24:00"),
    *("2026-W10-1", "31/02/2026", "01/01/0001", "31/12/9999 24:00", "01/01/2026 99:99", "99999"),
    *("Du 01/01/2026 au 01/01/9999", "Du 31/12/2026 au 01/01/2026", "Mars 9999", "Mars 0000"),
    *("PT9999H", "P1D", "PT0M", "PT-30M", "sum", "mean", "median", "MWh", "m³", "<b>", "W|W", "\n"),
    *("\x00", "\ufeff", "\U0001f600", "é" * 3000, "\u200b", "=1+1", "EA", "PMA", "begin", "value"),
    *(
        "Horodate",
        "Valeur",
        "Date de debut",
        "EAS T",
        "[",
        "{",
        "]",
        "&#0;",
        "&lt;",
        "null",
        "true",
    ),
)

_TOKEN = re.compile(r"""[^\s;,<>"'=:{}\[\]]+""")


ODD: tuple[object, ...] = (
    None,
    True,
    "x",
    "12",
    [],
    {},
    0,
    -1,
    1e-320,
    1e15,
    -1e15,
    1.1e15,
    1e308,
    -1.7e308,
    6e10,
    2**70,
)
"""Values in JSON."""


def honest() -> dict[str, str | bytes | dict[str, bytes]]:
    """Return a file of each kind; archives and spreadsheets by what is in them."""
    return {name: make() for name, make in _makers().items()}


def packed(whole: str | bytes | dict[str, bytes]) -> bytes:
    """Return a file of `honest` as it is uploaded."""
    if isinstance(whole, dict):
        return exports.zipped(whole)
    return whole.encode() if isinstance(whole, str) else whole


def _parts(octets: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _makers() -> dict[str, Callable[[], str | bytes | dict[str, bytes]]]:
    curve = CURVE
    kwh = [("01/02/2026", 33.5), ("02/02/2026", None), ("03/02/2026", 40.0)]
    own = "begin,end,value,unit,aggregation\n" + "\n".join(
        f"{exports.local(time).isoformat()},{exports.local(time + 1800).isoformat()},{watts},W,mean"
        for time, watts in curve
    )
    index = "Horodate;Type de releve;EAS F1;EAS T\n" + "\n".join(
        f"2026-10-{day:02}T23:00:00+02:00;Arrêté quotidien;{day * 900};{day * 1000}"
        for day in range(1, 29)
    )
    records = [
        {"n": "a/mean", "u": "W", "t": time, "v": watts, "ut": 1800} for time, watts in curve
    ]
    xml = "".join(
        "<senml " + " ".join(f'{field}="{value}"' for field, value in record.items()) + "/>"
        for record in records
    )
    registers = {"HP": 700, "HC": 300}
    return {
        "hdm": lambda: exports.hdm(curve),
        "r63": lambda: exports.r63({"CONS": curve, "PROD": curve}),
        "above_36_kva": lambda: exports.above_36_kva(curve),
        "powers_reached": lambda: exports.powers_reached(curve),
        "daily": lambda: exports.daily(exports.half_hours("2026-10-01", "2026-10-20")),
        "index": lambda: index,
        "own": lambda: own,
        "r50": lambda: exports.r50(curve),
        "r4q": lambda: exports.r4q(curve),
        "r151": lambda: exports.r151("2026-10-01", registers),
        "r171": lambda: exports.r171("2026-10-01T02:00:00", registers),
        "senml_xml": lambda: f'<sensml xmlns="{NAMESPACE}" bver="10">{xml}</sensml>',
        "senml_json": lambda: json.dumps(records),
        "senml_index": lambda: json.dumps(
            [
                {"n": "a/index", "u": "Wh", "t": time, "v": number}
                for number, (time, _) in enumerate(curve)
            ]
        ),
        "sheet": lambda: exports.workbook_parts(
            "Export",
            [
                ("Horodate", "Valeur (en W)"),
                *((exports.local(time).isoformat(), watts) for time, watts in curve),
            ],
        ),
        "today": lambda: exports.workbook_parts(
            "Consommation Horaire",
            exports.by_hour(curve),
            Production_Horaire=exports.by_hour(curve, as_numbers=True),
        ),
        "columns": lambda: "\n".join(
            [
                "Date;HP (kWh);HC (kWh);Total (kWh)",
                *(f"{day:02}/10/2026;{day};{2 * day};{3 * day}" for day in range(1, 29)),
            ]
        ),
        "energy": lambda: (
            "entity_id,type,unit,2026-10-24T22:00:00.000Z,2026-10-25T23:00:00.000Z\n"
            "sensor.a,grid_consumption,kWh,5,6\nsensor.b,gas,m3,1,2"
        ),
        "statistics": lambda: (
            "statistic_id,unit,start,mean,sum\n"
            "sensor.a,W,2026-01-01T00:00:00Z,5,\nsensor.a,W,2026-01-01T01:00:00Z,6,\n"
            "sensor.b,kWh,2026-01-01T00:00:00Z,,5\nsensor.b,kWh,2026-01-01T01:00:00Z,,6"
        ),
        "data_connect": lambda: json.dumps(
            {
                "reading_type": {"unit": "Wh", "aggregate": "sum"},
                "interval_reading": [
                    {"value": str(day), "date": f"2026-10-{day:02}"} for day in range(1, 29)
                ],
            }
        ),
        "green_button": lambda: (
            '<feed><entry><link rel="self" href="/R/1"/><ReadingType><uom>72</uom></ReadingType>'
            '</entry><entry><link rel="self" href="/M/1/IntervalBlock/1"/>'
            + "".join(
                f"<IntervalReading><start>{time}</start><duration>1800</duration>"
                f"<value>{watts}</value></IntervalReading>"
                for time, watts in curve
            )
            + "</entry></feed>"
        ),
        "gas": lambda: _parts(exports.gas(kwh)),
        "gas_weeks": lambda: _parts(
            exports.gas_periods([("Du 02/02/2026 au 08/02/2026", 33.5), ("Mars 2026", 44.5)])
        ),
        "archive": lambda: {
            f"{day}.xml": exports.r151(f"2026-10-{day:02}", {"HP": 700 * day}).encode()
            for day in range(1, 8)
        },
    }


def spoilt(count: int, seed: int = 16) -> Iterator[tuple[str, bytes]]:
    """Yield `count` files, of each kind in turn, each spoilt in its own way."""
    kinds = honest()
    names = list(kinds)
    for number in range(count):
        name = names[number % len(names)]
        # Each by its own chance: a file that fails can be had again without those before it.
        yield name, _spoilt(kinds[name], Random(f"{seed} {number}"))


def _spoilt(whole: str | bytes | dict[str, bytes], chance: Random) -> bytes:
    if isinstance(whole, dict):
        parts = dict(whole)
        for name in chance.sample(list(parts), chance.randrange(1, 3)):
            parts[name] = _spoilt(parts[name].decode(), chance)
        if chance.random() < 0.1:
            del parts[chance.choice(list(parts))]
        octets = exports.zipped(parts)
        return _bytes(octets, chance) if chance.random() < 0.2 else octets
    if isinstance(whole, bytes):
        whole = whole.decode("latin-1")
    text = whole
    for _ in range(chance.choice((1, 1, 2, 3))):
        text = chance.choice((_token, _token, _token, _lines, _element, _columns, _field))(
            text, chance
        )
    encoding = chance.choice(["utf-8"] * 12 + ["utf-8-sig", "utf-16", "latin-1", "utf-16-be"])
    octets = text.encode(encoding, "replace")
    return _bytes(octets, chance) if chance.random() < 0.15 else octets


def _token(text: str, chance: Random) -> str:
    """Replace one word, or all that are like it."""
    tokens = list(_TOKEN.finditer(text))
    if not tokens:
        return text
    token = chance.choice(tokens)
    other = chance.choice((*NASTY, chance.choice(tokens)[0]))
    if chance.random() < 0.2:
        return text.replace(token[0], other)
    return text[: token.start()] + other + text[token.end() :]


def _lines(text: str, chance: Random) -> str:
    lines = text.split("\n")
    match chance.randrange(5):
        case 0:
            chance.shuffle(lines)
        case 1:
            lines *= 2
        case 2:
            lines.insert(chance.randrange(len(lines)), chance.choice(lines))
        case 3:
            del lines[chance.randrange(len(lines))]
        case _:
            lines.reverse()
    return "\n".join(lines)


def _element(text: str, chance: Random) -> str:
    """Take one element, or one object of JSON, out, in again, or into another."""
    found = list(re.finditer(r"<(\w+)[^<>]*>[^<>]*</\1>|<\w+[^<>]*/>|\{[^{}]*\}", text))
    if not found:
        return text
    one, other = chance.choice(found), chance.choice(found)
    within = chance.choice(
        ("", one[0] * 2, other[0], f"<x>{one[0]}</x>", f"[{one[0]}]", "<![CDATA[<]]>")
    )
    return text[: one.start()] + within + text[one.end() :]


def _field(text: str, chance: Random) -> str:
    """Give a field of a record, in JSON or XML, another value."""
    if text.startswith("["):
        try:
            records = json.loads(text)
            record = chance.choice(records)
            record[chance.choice([*record, "bt", "bv", "s", "ut", "x_"])] = chance.choice(ODD)
        except AttributeError, IndexError, TypeError, ValueError:
            # Spoilt before.
            return text
        return json.dumps(records)
    fields = list(re.finditer(r'(\w+ ?=)"[^"]*"', text))
    if not fields:
        return text
    field = chance.choice(fields)
    other = chance.choice((str(chance.choice(ODD)), chance.choice(NASTY)))
    return f'{text[: field.start()]}{field[1]}"{other}"{text[field.end() :]}'


def _columns(text: str, chance: Random) -> str:
    """Take a column out of a table, or give it another delimiter."""
    if ";" not in text:
        return text
    if chance.random() < 0.3:
        return text.replace(";", chance.choice([",", "\t", "|", ";;"]))
    at = chance.randrange(5)
    rows = [line.split(";") for line in text.split("\n")]
    return "\n".join(";".join(row[:at] + row[at + 1 :]) for row in rows)


def _bytes(octets: bytes, chance: Random) -> bytes:
    damaged = bytearray(octets)
    for _ in range(chance.randrange(1, 8)):
        if damaged:
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    if damaged and chance.random() < 0.3:
        del damaged[chance.randrange(len(damaged)) :]
    return bytes(damaged)
