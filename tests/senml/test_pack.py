"""What is written is compact, and reads back as the records it was written from."""

from collections.abc import Callable
import json
import random
import re
import string
from typing import Any

import pytest

from custom_components.sen1.senml import (
    PRIMARY,
    SECONDARY,
    Record,
    SenmlError,
    decode_json,
    decode_xml,
    encode_json,
    encode_xml,
    from_element,
    to_element,
)

AT = 1_643_756_400.0
NAME = "urn:dev:prm:09111642617347_consumption/power/active/raw"

ROUND_TRIPS: dict[str, Callable[[list[Record]], list[Record]]] = {
    "json": lambda records: decode_json(encode_json(records)),
    "xml": lambda records: decode_xml(encode_xml(records)),
    "element": lambda records: from_element(to_element(records)),
}

WRITTEN = {
    "one_record_has_all_in_base_fields": (
        [Record("a", "W", 5, time=AT)],
        [{"bn": "a", "bt": 1643756400, "bu": "W", "v": 5}],
    ),
    "a_series_says_its_name_once": (
        [Record("a", "W", 5, time=AT), Record("a", "W", 6, time=AT + 1800)],
        [{"bn": "a", "bt": 1643756400, "bu": "W", "v": 5}, {"t": 1800, "v": 6}],
    ),
    "names_that_alternate_share_their_beginning": (
        [
            Record("urn:x/temperature", "Cel", 5, time=AT),
            Record("urn:x/power", "Cel", 6, time=AT),
            Record("urn:x/temperature", "Cel", 7, time=AT + 60),
            Record("urn:x/power", "Cel", 8, time=AT + 60),
        ],
        [
            {"bn": "urn:x/", "bt": 1643756400, "bu": "Cel", "n": "temperature", "v": 5},
            {"n": "power", "v": 6},
            {"n": "temperature", "t": 60, "v": 7},
            {"n": "power", "t": 60, "v": 8},
        ],
    ),
    "series_that_follow_one_another_say_each_name_once": (
        [
            *(Record("urn:x/hp", "Wh", i, time=AT + i) for i in range(4)),
            *(Record("urn:x/hc", "Wh", i, time=AT + i) for i in range(4)),
        ],
        [
            {"bn": "urn:x/hp", "bt": 1643756400, "bu": "Wh", "bver": 26, "v": 0},
            {"t": 1, "v": 1},
            {"t": 2, "v": 2},
            {"t": 3, "v": 3},
            {"bn": "urn:x/hc", "v": 0},
            {"t": 1, "v": 1},
            {"t": 2, "v": 2},
            {"t": 3, "v": 3},
        ],
    ),
    "the_most_frequent_unit_is_the_base_unit": (
        [Record("a", u, 1, time=AT + i) for i, u in enumerate(("V", "W", "W"))],
        [
            {"bn": "a", "bt": 1643756400, "bu": "W", "u": "V", "v": 1},
            {"t": 1, "v": 1},
            {"t": 2, "v": 1},
        ],
    ),
    "a_record_without_unit_forbids_the_base_unit": (
        [Record("a", "W", 1, time=AT), Record("a", string="on", time=AT)],
        [{"bn": "a", "bt": 1643756400, "u": "W", "v": 1}, {"vs": "on"}],
    ),
    "a_secondary_unit_announces_version_26": (
        [Record("a", "kWh", 1.5, time=AT)],
        [{"bn": "a", "bt": 1643756400, "bu": "kWh", "bver": 26, "v": 1.5}],
    ),
    "milliseconds_are_written_without_the_noise_of_doubles": (
        [Record("a", "W", 1, time=AT + 0.12), Record("a", "W", 2, time=AT + 1.001)],
        [
            {"bn": "a", "bt": 1643756400, "bu": "W", "t": 0.12, "v": 1},
            {"t": 1.001, "v": 2},
        ],
    ),
    "a_time_alone_is_the_base_time": (
        [Record("a", "W", 1, time=AT + 0.12)],
        [{"bn": "a", "bt": 1643756400.12, "bu": "W", "v": 1}],
    ),
    "whole_numbers_have_no_decimal_point": (
        [Record("a", "Wh", 123456789.0, sum=4.0, time=AT, update_time=600.0)],
        [{"bn": "a", "bt": 1643756400, "bu": "Wh", "bver": 26, "v": 123456789, "s": 4, "ut": 600}],
    ),
    "every_kind_of_value": (
        [
            Record("a", string="on", time=AT),
            Record("a", boolean=True, time=AT + 1),
            Record("a", boolean=False, time=AT + 2),
            Record("a", data=b"\xfb\xff", time=AT + 3),
            Record("a", sum=0.5, time=AT + 4),
        ],
        [
            {"bn": "a", "bt": 1643756400, "vs": "on"},
            {"t": 1, "vb": True},
            {"t": 2, "vb": False},
            {"t": 3, "vd": "-_8"},
            {"t": 4, "s": 0.5},
        ],
    ),
}


@pytest.mark.parametrize(("records", "packed"), WRITTEN.values(), ids=WRITTEN)
def test_the_compact_pack_is_as_written_by_hand(
    records: list[Record], packed: list[dict[str, object]]
) -> None:
    text = encode_json(records)
    assert json.loads(text) == packed
    assert not re.search(r"\.0(?![0-9])", text)
    in_xml = [dict(child.attrib) for child in to_element(records)]
    assert in_xml == [
        {
            field: value if isinstance(value, str) else json.dumps(value)
            for field, value in fields.items()
        }
        for fields in packed
    ]


def test_the_document_is_as_written_by_hand() -> None:
    records = [Record("a", "W", 476.0, time=AT), Record("a", "W", 0.1, time=AT + 1800)]
    assert encode_xml(records) == (
        '<sensml xmlns="urn:ietf:params:xml:ns:senml">'
        '<senml bn="a" bt="1643756400" bu="W" v="476"/>'
        '<senml t="1800" v="0.1"/>'
        "</sensml>"
    )
    assert (
        encode_json(records) == '[{"bn":"a","bt":1643756400,"bu":"W","v":476},{"t":1800,"v":0.1}]'
    )


def test_a_day_of_half_hours_takes_at_most_31_bytes_a_record() -> None:
    day = [Record(NAME, "W", 300 + i * 71 % 4000, time=AT + 1800 * i) for i in range(48)]
    assert len(encode_xml(day).encode()) / 48 <= 31


def test_nothing_is_a_pack_too() -> None:
    assert encode_json([]) == "[]"
    assert decode_xml(encode_xml([])) == []
    assert from_element(to_element([])) == []


@pytest.mark.parametrize("round_trip", ROUND_TRIPS.values(), ids=ROUND_TRIPS)
@pytest.mark.parametrize("seed", range(60))
def test_records_read_back_as_they_were(
    seed: int, round_trip: Callable[[list[Record]], list[Record]]
) -> None:
    records = some_records(random.Random(seed))
    assert round_trip(records) == records


@pytest.mark.parametrize("round_trip", ROUND_TRIPS.values(), ids=ROUND_TRIPS)
def test_an_index_of_nine_digits_stays_a_whole_number(
    round_trip: Callable[[list[Record]], list[Record]],
) -> None:
    (record,) = round_trip([Record("a", "Wh", 987_654_321, time=AT)])
    assert repr(record.value) == "987654321"


@pytest.mark.parametrize("round_trip", ROUND_TRIPS.values(), ids=ROUND_TRIPS)
def test_every_millisecond_of_a_second_reads_back(
    round_trip: Callable[[list[Record]], list[Record]],
) -> None:
    records = [Record("a", "W", 1, time=(1_764_000_000_000 + i) / 1000) for i in range(1000)]
    assert round_trip(records) == records
    assert max(len(str(child.get("t"))) for child in to_element(records)) == len("0.999")


@pytest.mark.parametrize("round_trip", ROUND_TRIPS.values(), ids=ROUND_TRIPS)
def test_times_finer_than_a_millisecond_read_back(
    round_trip: Callable[[list[Record]], list[Record]],
) -> None:
    draw = random.Random(8428)
    times = sorted({1.7e9 + draw.random() * 1e6 for _ in range(500)})
    records = [Record("a", "W", 1, time=time) for time in times]
    assert round_trip(records) == records


@pytest.mark.parametrize("round_trip", ROUND_TRIPS.values(), ids=ROUND_TRIPS)
def test_records_out_of_order_read_back_in_time_order(
    round_trip: Callable[[list[Record]], list[Record]],
) -> None:
    records = [Record("a", "W", i, time=AT + offset) for i, offset in enumerate((9.5, -3.25, 4))]
    assert round_trip(records) == sorted(records, key=lambda record: record.time)


UNWRITABLE = {
    "bad_name": (Record("é", "W", 1, time=AT), "n"),
    "empty_name": (Record("", "W", 1, time=AT), "n"),
    "unknown_unit": (Record("a", "Watt", 1, time=AT), "u"),
    "relative_time": (Record("a", "W", 1, time=2**28 - 1), "t"),
    "time_not_a_number": (Record("a", "W", 1, time=float("nan")), "t"),
    "value_not_a_number": (Record("a", "W", float("nan"), time=AT), "v"),
    "value_infinite": (Record("a", "W", float("-inf"), time=AT), "v"),
    "value_too_large_for_a_double": (Record("a", "W", 10**400, time=AT), "v"),
    "boolean_for_a_value": (Record("a", "W", True, time=AT), "v"),
    "sum_infinite": (Record("a", "W", 1, sum=float("inf"), time=AT), "s"),
    "update_time_not_a_number": (Record("a", "W", 1, time=AT, update_time=float("nan")), "ut"),
    "half_a_surrogate_pair": (Record("a", string="\ud800", time=AT), "vs"),
    "no_value": (Record("a", "W", time=AT), None),
    "two_values": (Record("a", "W", 1, string="1", time=AT), None),
}


@pytest.mark.parametrize("encode", [encode_json, encode_xml, to_element])
@pytest.mark.parametrize(("record", "field"), UNWRITABLE.values(), ids=UNWRITABLE)
def test_what_a_reader_would_refuse_is_not_written(
    record: Record, field: str | None, encode: Callable[[list[Record]], object]
) -> None:
    with pytest.raises(SenmlError) as refusal:
        encode([Record("a", "W", 1, time=AT), record])
    assert (refusal.value.record, refusal.value.field) == (2, field)


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\ufffe"])
def test_a_character_that_xml_cannot_carry_is_written_in_json_alone(character: str) -> None:
    records = [Record("a", string=f"a{character}", time=AT)]
    assert decode_json(encode_json(records)) == records
    for encode in (encode_xml, to_element):
        with pytest.raises(SenmlError) as refusal:
            encode(records)
        assert (refusal.value.record, refusal.value.field) == (1, "vs")


def some_records(draw: random.Random) -> list[Record]:
    """Records of a few series, of every kind, in time order and each with its own time."""
    names = [
        "urn:x" + "".join(draw.choices(string.ascii_letters + string.digits + "-:./_", k=k))
        for k in range(draw.randint(1, 4))
    ]
    units = draw.sample([*sorted(PRIMARY | SECONDARY.keys()), None], draw.randint(1, 3))
    time = draw.choice([2**28, 1_764_000_000, 1_764_000_000.5, 4e9])
    records = []
    for _ in range(draw.randint(1, 60)):
        time += draw.choice([1, 1800, 0.001, 5.123, draw.random() + 0.001])
        value: dict[str, Any] = draw.choice(
            [
                {"value": draw.randint(-(10**9), 10**9)},
                {"value": draw.uniform(-1e6, 1e6)},
                {"value": draw.choice([0, -0.0, 1e300, -1e-300, 5e-324, 2.0**53, 0.1 + 0.2])},
                {"string": "".join(draw.choices("é<>&\"' \n\t\r電😀", k=draw.randint(0, 5)))},
                {"boolean": draw.choice([True, False])},
                {"data": draw.randbytes(draw.randint(0, 9))},
                {"sum": draw.random()},
                {"value": 1, "sum": draw.randint(0, 9), "update_time": draw.randint(1, 600)},
            ]
        )
        records.append(Record(draw.choice(names), draw.choice(units), time=float(time), **value))
    return records
