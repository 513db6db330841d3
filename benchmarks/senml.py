"""SenML: our codec beside a plain one on the same parsers, and beside kpn-senml.

The plain codec is what one writes in an hour for one series: same parsers, same `Record`, the same
checks on what such a pack holds, and nothing else of RFC 8428. Both are timed in turn, and the
figure is the median of the ratios. kpn-senml resolves nothing and checks types only: it informs.
"""

from __future__ import annotations

from collections.abc import Callable
import json
import math
import re
import statistics
from time import perf_counter

from lxml import etree

from benchmarks import peers
from benchmarks.figures import Report
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
FIELDS = {"bn", "bt", "bu", "bv", "bs", "bver", "n", "u", "v", "vs", "vb", "vd", "s", "t", "ut"}


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
        for name, ours, plain, argument in (
            ("xml.encode", encode_xml, plain_encode_xml, records),
            ("xml.decode", decode_xml, plain_decode_xml, document),
            ("json.encode", encode_json, plain_encode_json, records),
            ("json.decode", decode_json, plain_decode_json, text),
        ):
            seconds, ratio = compare(ours, plain, argument, rounds)
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
    octets = document.encode()
    if b"<!DOCTYPE" in octets:
        raise ValueError
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, remove_comments=True)
    root = etree.fromstring(octets, parser)
    if root.tag != f"{{{NAMESPACE}}}sensml" or "".join(root.itertext()).strip():
        raise ValueError
    packed = []
    for element in root:
        if element.tag != RECORD or len(element):
            raise ValueError
        fields = dict(element.attrib)
        for field in ("t", "v", "bt"):
            if field in fields:
                if not XS_DOUBLE.fullmatch(fields[field]):
                    raise ValueError
                number = float(fields[field])
                fields[field] = int(number) if number.is_integer() else number
        packed.append(fields)
    return plain_resolve(packed)


def plain_decode_json(text: str) -> list[Record]:
    return plain_resolve(json.loads(text, object_pairs_hook=unique))


def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError
    return fields


def plain_resolve(packed: list[dict]) -> list[Record]:
    base_name, base_time, base_unit = "", 0.0, None
    found = {}
    for fields in packed:
        for field in fields:
            if field not in FIELDS and field.endswith("_"):
                raise ValueError
        base_name = fields.get("bn", base_name)
        base_time = float(fields.get("bt", base_time))
        base_unit = fields.get("bu", base_unit)
        name = base_name + fields.get("n", "")
        time = base_time + fields.get("t", 0)
        unit = fields.get("u", base_unit)
        value = fields["v"]
        if not RFC_NAME.fullmatch(name):
            raise ValueError
        if unit not in PRIMARY and unit not in SECONDARY:
            raise ValueError
        if type(value) not in (int, float) or not math.isfinite(value) or not math.isfinite(time):
            raise ValueError
        if time < 2**28:
            raise ValueError
        found[name, unit, time] = Record(name, unit, value, time=time)
    return sorted(found.values(), key=lambda record: record.time)


def plain_encode_xml(records: list[Record]) -> str:
    root = etree.Element(f"{{{NAMESPACE}}}sensml", nsmap={None: NAMESPACE})
    for fields in plain_pack(records):
        etree.SubElement(root, RECORD, {field: str(value) for field, value in fields.items()})
    return etree.tostring(root, encoding="unicode")


def plain_encode_json(records: list[Record]) -> str:
    return json.dumps(plain_pack(records), ensure_ascii=False, separators=(",", ":"))


def plain_pack(records: list[Record]) -> list[dict]:
    packed = []
    first = records[0]
    for record in records:
        if not RFC_NAME.fullmatch(record.name):
            raise ValueError
        if record.unit not in PRIMARY and record.unit not in SECONDARY:
            raise ValueError
        for number in (record.value, record.time):
            if type(number) not in (int, float) or not math.isfinite(number):
                raise ValueError
        fields = {}
        if record is first:
            fields = {"bn": record.name, "bt": whole(record.time), "bu": record.unit}
        if record.name != first.name or record.unit != first.unit:
            raise ValueError
        if record.time != first.time:
            fields["t"] = whole(round(record.time - first.time, 3))
        fields["v"] = whole(record.value)
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
