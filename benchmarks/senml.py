"""SenML: our codec beside a plain one on the same parsers, and beside kpn-senml.

The plain codec is written straight down from RFC 8428: same parsers, same `Record`, same checks,
base fields for several series too, no care for speed and no place in its errors. Both are timed
in turn, and the figure is the median of the ratios. kpn-senml resolves nothing and checks types
only: it informs.
"""

import base64
from collections import Counter
from collections.abc import Callable
import json
import math
from os.path import commonprefix
import re
import statistics
from time import perf_counter
from typing import Any
from xml.etree import ElementTree

from benchmarks import peers
from benchmarks.report import Report
from custom_components.sen1.senml import (
    NAMESPACE,
    PRIMARY,
    SECONDARY,
    Record,
    decode_json,
    decode_xml,
    encode_json,
    encode_xml,
)

SIZES = {1: 2000, 48: 200, 17_520: 9}
"""Records of a live item, of a day and of a year of half-hours: how many times each is timed."""

NAME = "urn:dev:prm:09111642617347_consumption/power/active/raw"
RECORD = f"{{{NAMESPACE}}}senml"
RFC_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-:./_]*")
XS_DOUBLE = re.compile(r"[ \t\r\n]*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[ \t\r\n]*", re.ASCII)
BASES = {"bn", "bt", "bu", "bv", "bs", "bver"}
NUMBERS = {"bt", "bv", "bs", "bver", "t", "v", "s", "ut"}
TEXTS = {"bn", "bu", "n", "u", "vs", "vd"}


def main() -> None:
    report = Report()
    for size, rounds in SIZES.items():
        records = [
            Record(NAME, "W", 300 + i * 7 % 900, time=1_643_756_400.0 + 1800 * i)
            for i in range(size)
        ]
        document, text = encode_xml(records), encode_json(records)
        assert decode_xml(document) == plain_decode_xml(document) == records
        assert decode_json(text) == plain_decode_json(text) == records
        assert plain_encode_xml(records) == document
        assert plain_encode_json(records) == text

        report.add(f"senml.xml.size.{size}", len(document) / size, "byte/record", size_target(size))
        report.add(f"senml.json.size.{size}", len(text) / size, "byte/record")
        for name, (seconds, ratio) in {
            "xml.encode": compare(encode_xml, plain_encode_xml, records, rounds),
            "xml.decode": compare(decode_xml, plain_decode_xml, document, rounds),
            "json.encode": compare(encode_json, plain_encode_json, records, rounds),
            "json.decode": compare(decode_json, plain_decode_json, text, rounds),
        }.items():
            report.add(f"senml.{name}.{size}", seconds / size * 1e6, "us/record")
            report.add(f"senml.{name}.{size}.over_plain", ratio, "ratio", "<=1.2")
        printed = peers.run(KPN_SENML, str(rounds), text=text)
        for name, seconds in json.loads(printed).items():
            report.add(f"senml.json.{name}.{size}.kpn_senml", seconds / size * 1e6, "us/record")
    report.exit()


def size_target(size: int) -> str | None:
    """One record is mostly the envelope and its own name."""
    return "<=31" if size > 1 else None


def compare[T](
    ours: Callable[[T], object], plain: Callable[[T], object], argument: T, rounds: int
) -> tuple[float, float]:
    """Return our median time in seconds, and the median of our time over the plain one's."""
    ours(argument), plain(argument)
    times, ratios = [], []
    for _ in range(rounds):
        times.append(timed(ours, argument))
        ratios.append(times[-1] / timed(plain, argument))
    return statistics.median(times), statistics.median(ratios)


def timed[T](function: Callable[[T], object], argument: T) -> float:
    begin = perf_counter()
    function(argument)
    return perf_counter() - begin


def plain_decode_xml(document: str) -> list[Record]:
    if "<!DOCTYPE" in document:
        raise ValueError
    root = ElementTree.fromstring(document)
    if root.tag != f"{{{NAMESPACE}}}sensml" or "".join(root.itertext()).strip():
        raise ValueError
    packed: list[dict[str, Any]] = []
    for element in root:
        if element.tag != RECORD or len(element):
            raise ValueError
        fields: dict[str, Any] = dict(element.attrib)
        for field, text in fields.items():
            if field in NUMBERS:
                if not XS_DOUBLE.fullmatch(text):
                    raise ValueError
                fields[field] = whole(float(text))
            elif field == "vb":
                fields[field] = {"true": True, "1": True, "false": False, "0": False}[text]
        packed.append(fields)
    return plain_resolve(packed)


def plain_decode_json(text: str) -> list[Record]:
    return plain_resolve(json.loads(text, object_pairs_hook=unique))


def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError
    return fields


def plain_resolve(packed: list[dict[str, Any]]) -> list[Record]:
    base = {}
    found = {}
    for fields in packed:
        for field, content in fields.items():
            if field in NUMBERS:
                if type(content) not in (int, float) or not math.isfinite(content):
                    raise ValueError
            elif field not in TEXTS and field != "vb" and field.endswith("_"):
                raise ValueError
            if field in BASES:
                base[field] = content
        if base.get("bver", 10) not in (*range(1, 11), 26):
            raise ValueError
        if all(field in BASES for field in fields):
            continue
        value, total = fields.get("v"), fields.get("s")
        if "bv" in base and not fields.keys() & {"vs", "vb", "vd"}:
            value = base["bv"] + (value or 0)
        if "bs" in base:
            total = base["bs"] + (total or 0)
        record = Record(
            name=base.get("bn", "") + fields.get("n", ""),
            unit=fields.get("u", base.get("bu")),
            value=value,
            string=fields.get("vs"),
            boolean=fields.get("vb"),
            data=base64.urlsafe_b64decode(fields["vd"] + "==") if "vd" in fields else None,
            sum=total,
            time=float(base.get("bt", 0) + fields.get("t", 0)),
            update_time=fields.get("ut"),
        )
        check(record)
        found[record.name, record.unit, record.time] = record
    return sorted(found.values(), key=lambda record: record.time)


def check(record: Record) -> None:
    if not RFC_NAME.fullmatch(record.name):
        raise ValueError
    if record.unit is not None and record.unit not in PRIMARY and record.unit not in SECONDARY:
        raise ValueError
    if record.time < 2**28:
        raise ValueError
    for number in (record.value, record.sum, record.time, record.update_time):
        if number is not None and not math.isfinite(number):
            raise ValueError
    values = (record.value, record.string, record.boolean, record.data)
    given = len(values) - values.count(None)
    if given > 1 or (given == 0 and record.sum is None):
        raise ValueError


def plain_encode_xml(records: list[Record]) -> str:
    root = ElementTree.Element("sensml", xmlns=NAMESPACE)
    for fields in plain_pack(records):
        attributes = {field: str(content) for field, content in fields.items()}
        if "vb" in fields:
            attributes["vb"] = attributes["vb"].lower()
        ElementTree.SubElement(root, "senml", attributes)
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def plain_encode_json(records: list[Record]) -> str:
    return json.dumps(plain_pack(records), ensure_ascii=False, separators=(",", ":"))


def plain_pack(records: list[Record]) -> list[dict[str, Any]]:
    for record in records:
        check(record)
    name = commonprefix([record.name for record in records])
    time = records[0].time
    unit = Counter(record.unit for record in records).most_common(1)[0][0]
    packed: list[dict[str, Any]] = []
    for record in records:
        fields: dict[str, Any] = {} if packed else {"bn": name, "bt": whole(time), "bu": unit}
        if record.name != name:
            fields["n"] = record.name.removeprefix(name)
        if record.unit != unit:
            fields["u"] = record.unit
        if record.time != time:
            fields["t"] = whole(round(record.time - time, 3))
        if record.value is not None:
            fields["v"] = whole(record.value)
        if record.string is not None:
            fields["vs"] = record.string
        if record.boolean is not None:
            fields["vb"] = record.boolean
        if record.data is not None:
            fields["vd"] = base64.urlsafe_b64encode(record.data).decode().rstrip("=")
        if record.sum is not None:
            fields["s"] = whole(record.sum)
        if record.update_time is not None:
            fields["ut"] = whole(record.update_time)
        packed.append(fields)
    return packed


def whole(number: float) -> float:
    return int(number) if number == int(number) else number


KPN_SENML = """
import json, statistics, sys, time
from kpn_senml import SenmlPack

rounds = int(sys.argv[1])
# It knows no record without a name of its own.
text = json.dumps([{"n": "", **fields} for fields in json.load(sys.stdin)])

def decode():
    pack = SenmlPack("benchmark")
    pack.from_json(text)
    return pack

def median(function):
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        function()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)

print(json.dumps({"encode": median(decode().to_json), "decode": median(decode)}))
"""

if __name__ == "__main__":
    main()
