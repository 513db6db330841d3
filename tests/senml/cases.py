"""SenML packs with the records they stand for, or the rule they break, by hand from RFC 8428.

Packs are written as JSON has them; `to_xml` gives the same pack in XML with the standard library,
so that neither of our encoders is a witness for our decoders.
"""

import json
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from custom_components.sen1.senml import NAMESPACE, Record

NOW = 1_500_000_000.0
AT = 1_643_756_400.0

type Pack = list[dict[str, Any]]


class Resolved(NamedTuple):
    id: str
    pack: Pack
    records: list[Record]


class Refused(NamedTuple):
    id: str
    pack: Pack
    record: int
    field: str | None
    rule: str


def to_json(pack: Pack) -> str:
    return json.dumps(pack)


def to_element(pack: Pack) -> ET.Element:
    root = ET.Element(f"{{{NAMESPACE}}}sensml")
    for fields in pack:
        attributes = {
            field: json.dumps(value) if isinstance(value, bool) else str(value)
            for field, value in fields.items()
        }
        ET.SubElement(root, f"{{{NAMESPACE}}}senml", attributes)
    return root


def to_xml(pack: Pack) -> str:
    return ET.tostring(to_element(pack), encoding="unicode")


RESOLVED = [
    Resolved("an_empty_pack_has_no_record", [], []),
    Resolved(
        "base_fields_hold_until_set_again",
        [
            {"bn": "a:", "bt": AT, "bu": "W", "n": "x", "v": 1},
            {"n": "y", "t": 5, "v": 2},
            {"bn": "b:", "n": "x", "t": 6, "v": 3},
            {"bt": AT + 100, "n": "x", "v": 4},
            {"bu": "V", "n": "x", "t": 1, "v": 5},
        ],
        [
            Record("a:x", "W", 1, time=AT),
            Record("a:y", "W", 2, time=AT + 5),
            Record("b:x", "W", 3, time=AT + 6),
            Record("b:x", "W", 4, time=AT + 100),
            Record("b:x", "V", 5, time=AT + 101),
        ],
    ),
    Resolved(
        "a_unit_replaces_the_base_unit_for_its_record_alone",
        [{"bn": "a", "bt": AT, "bu": "W", "u": "V", "v": 1}, {"t": 1, "v": 2}],
        [Record("a", "V", 1, time=AT), Record("a", "W", 2, time=AT + 1)],
    ),
    Resolved(
        "a_record_may_have_no_unit",
        [{"n": "a", "t": AT, "v": 1}],
        [Record("a", None, 1, time=AT)],
    ),
    Resolved(
        "base_value_and_value_are_added",
        [{"bn": "a", "bt": AT, "bv": 9_744_000, "v": 495}, {"t": 1, "v": -1}],
        [Record("a", None, 9_744_495, time=AT), Record("a", None, 9_743_999, time=AT + 1)],
    ),
    Resolved(
        "without_a_value_the_base_value_is_the_value",
        [{"bn": "a", "bt": AT, "bv": 20, "v": 1}, {"t": 1}],
        [Record("a", None, 21, time=AT), Record("a", None, 20, time=AT + 1)],
    ),
    Resolved(
        "a_base_value_says_nothing_of_a_string",
        [{"bn": "a", "bt": AT, "bv": 20, "vs": "on"}],
        [Record("a", None, string="on", time=AT)],
    ),
    Resolved(
        "base_sum_and_sum_are_added_and_need_no_value",
        [{"bn": "a", "bt": AT, "bs": 100, "s": 5}, {"t": 1}, {"t": 2, "v": 7}],
        [
            Record("a", sum=105, time=AT),
            Record("a", sum=100, time=AT + 1),
            Record("a", None, 7, sum=100, time=AT + 2),
        ],
    ),
    Resolved(
        "base_fields_alone_are_no_record",
        [{"bn": "a:", "bt": AT, "bv": 3}, {"n": "x", "v": 1}],
        [Record("a:x", None, 4, time=AT)],
    ),
    Resolved(
        "no_time_is_now",
        [{"n": "a", "v": 1}],
        [Record("a", None, 1, time=NOW)],
    ),
    Resolved(
        "small_times_count_from_now_in_both_directions",
        [{"n": "a", "t": 20.5, "v": 1}, {"n": "a", "t": -5, "v": 2}, {"n": "a", "t": 0, "v": 3}],
        [
            Record("a", None, 2, time=NOW - 5),
            Record("a", None, 3, time=NOW),
            Record("a", None, 1, time=NOW + 20.5),
        ],
    ),
    Resolved(
        "the_last_relative_time_and_the_first_absolute_one",
        [{"n": "a", "t": 2**28 - 1, "v": 1}, {"n": "a", "t": 2**28, "v": 2}],
        [Record("a", None, 2, time=2**28), Record("a", None, 1, time=NOW + 2**28 - 1)],
    ),
    Resolved(
        "a_time_is_relative_or_not_once_its_base_is_added",
        [{"bn": "a", "bt": 2**28 - 10, "t": 10, "v": 1}, {"t": 9, "v": 2}],
        [Record("a", None, 1, time=2**28), Record("a", None, 2, time=NOW + 2**28 - 1)],
    ),
    Resolved(
        "records_come_in_time_order_and_in_the_order_of_the_pack_at_one_time",
        [
            {"bn": "a", "bt": AT, "n": "c", "t": 9, "v": 1},
            {"n": "b", "t": 3, "v": 2},
            {"n": "a", "t": 3, "v": 3},
        ],
        [
            Record("ab", None, 2, time=AT + 3),
            Record("aa", None, 3, time=AT + 3),
            Record("ac", None, 1, time=AT + 9),
        ],
    ),
    Resolved(
        "of_two_records_with_one_name_unit_and_time_the_last_counts",
        [{"bn": "a", "bt": AT, "bu": "W", "v": 1}, {"t": 5, "v": 2}, {"v": 3}],
        [Record("a", "W", 3, time=AT), Record("a", "W", 2, time=AT + 5)],
    ),
    Resolved(
        "one_name_may_have_several_units_at_one_time",
        [{"bn": "a", "bt": AT, "u": "lat", "v": 48.1}, {"u": "lon", "v": -1.7}],
        [Record("a", "lat", 48.1, time=AT), Record("a", "lon", -1.7, time=AT)],
    ),
    Resolved(
        "every_kind_of_value",
        [
            {"bn": "a:", "bt": AT, "n": "v", "v": -0.5, "ut": 600},
            {"n": "vs", "vs": " é <&\"'> 電 "},
            {"n": "vb", "vb": True},
            {"n": "vbf", "vb": False},
            {"n": "vd", "vd": "aGkgCg"},
            {"n": "vd2", "vd": "-_8"},
            {"n": "vse", "vs": ""},
            {"n": "vde", "vd": ""},
        ],
        [
            Record("a:v", None, -0.5, time=AT, update_time=600),
            Record("a:vs", string=" é <&\"'> 電 ", time=AT),
            Record("a:vb", boolean=True, time=AT),
            Record("a:vbf", boolean=False, time=AT),
            Record("a:vd", data=b"hi \n", time=AT),
            Record("a:vd2", data=b"\xfb\xff", time=AT),
            Record("a:vse", string="", time=AT),
            Record("a:vde", data=b"", time=AT),
        ],
    ),
    Resolved(
        "zero_is_a_value",
        [{"bn": "a", "bt": AT, "v": 0}, {"t": 1, "s": 0}],
        [Record("a", None, 0, time=AT), Record("a", sum=0, time=AT + 1)],
    ),
    Resolved(
        "version_26_has_secondary_units",
        [{"bver": 26, "bn": "a", "bt": AT, "bu": "kWh", "v": 1}],
        [Record("a", "kWh", 1, time=AT)],
    ),
    Resolved(
        "secondary_units_are_read_at_version_10_as_deployed_nodes_write_them",
        [{"bn": "a", "bt": AT, "bu": "Wh", "v": 9_744_495}],
        [Record("a", "Wh", 9_744_495, time=AT)],
    ),
    Resolved(
        "an_older_version_is_known_and_may_be_repeated",
        [{"bver": 5, "n": "a", "t": AT, "v": 1}, {"bver": 5, "n": "b", "t": AT, "v": 2}],
        [Record("a", None, 1, time=AT), Record("b", None, 2, time=AT)],
    ),
    Resolved(
        "version_10_may_be_said_late",
        [{"n": "a", "t": AT, "v": 1}, {"bver": 10, "n": "b", "t": AT, "v": 2}],
        [Record("a", None, 1, time=AT), Record("b", None, 2, time=AT)],
    ),
    Resolved(
        "unknown_fields_are_ignored",
        [{"n": "a", "t": AT, "v": 1, "l": "link", "x": 7, "_x": 8}],
        [Record("a", None, 1, time=AT)],
    ),
    Resolved(
        "names_have_every_character_allowed",
        [{"n": "0Az-:./_", "t": AT, "v": 1}],
        [Record("0Az-:./_", None, 1, time=AT)],
    ),
    Resolved(
        "a_base_name_alone_need_not_be_a_name",
        [{"bn": "", "bt": AT, "n": "a", "v": 1}],
        [Record("a", None, 1, time=AT)],
    ),
]

NUMBER = "not a finite number"

REFUSED = [
    Refused("no_name", [{"t": AT, "v": 1}], 1, None, "a name begins"),
    Refused("name_beginning_with_a_dash", [{"n": "-a", "v": 1}], 1, None, "a name begins"),
    Refused("name_with_a_space", [{"bn": "a", "n": " b", "v": 1}], 1, None, "a name begins"),
    Refused("name_with_a_letter_not_ascii", [{"n": "é", "v": 1}], 1, None, "a name begins"),
    Refused("name_ending_with_a_newline", [{"n": "a\n", "v": 1}], 1, None, "a name begins"),
    Refused("name_of_a_later_record", [{"n": "a", "v": 1}, {"v": 1}], 2, None, "a name begins"),
    Refused("no_value", [{"n": "a"}], 1, None, "neither value nor sum"),
    Refused("nothing_at_all", [{}], 1, None, "neither value nor sum"),
    Refused("only_an_unknown_field", [{"n": "a", "x": 1}], 1, None, "neither value nor sum"),
    Refused("two_values", [{"n": "a", "v": 1, "vs": "1"}], 1, None, "more than one value"),
    Refused(
        "two_values_beside_a_sum", [{"n": "a", "v": 1, "vb": True, "s": 1}], 1, None, "more than"
    ),
    Refused("version_11", [{"bver": 11, "n": "a", "v": 1}], 1, "bver", "version is unknown"),
    Refused("version_with_unknown_bit", [{"bver": 58, "n": "a", "v": 1}], 1, "bver", "unknown"),
    Refused("version_without_its_base", [{"bver": 16, "n": "a", "v": 1}], 1, "bver", "unknown"),
    Refused("version_0", [{"bver": 0, "n": "a", "v": 1}], 1, "bver", "version is unknown"),
    Refused("version_negative", [{"bver": -10, "n": "a", "v": 1}], 1, "bver", "unknown"),
    Refused("version_not_whole", [{"bver": 9.5, "n": "a", "v": 1}], 1, "bver", "unknown"),
    Refused(
        "two_versions",
        [{"bver": 26, "n": "a", "v": 1}, {"bver": 10, "n": "a", "v": 1}],
        2,
        "bver",
        "same version",
    ),
    Refused(
        "a_version_after_the_default_one",
        [{"n": "a", "v": 1}, {"bver": 26, "n": "b", "v": 1}],
        2,
        "bver",
        "same version",
    ),
    Refused("unknown_unit", [{"n": "a", "u": "Wr", "v": 1}], 1, "u", "neither registry"),
    Refused("unknown_base_unit", [{"bu": "watt", "n": "a", "v": 1}], 1, "bu", "neither registry"),
    Refused("unit_in_the_wrong_case", [{"n": "a", "u": "KWH", "v": 1}], 1, "u", "neither"),
    Refused("base_unit_and_unit_joined", [{"n": "a", "u": "WV", "v": 1}], 1, "u", "neither"),
    Refused("empty_unit", [{"n": "a", "u": "", "v": 1}], 1, "u", "neither registry"),
    Refused("must_understand_field", [{"n": "a", "v": 1, "x_": 1}], 1, "x_", "must be understood"),
    Refused("value_not_a_number", [{"n": "a", "v": "high"}], 1, "v", NUMBER),
    Refused("value_empty", [{"n": "a", "v": ""}], 1, "v", NUMBER),
    Refused("time_not_a_number", [{"n": "a", "v": 1}, {"t": "now"}], 2, "t", NUMBER),
    Refused("base_time_a_date", [{"bt": "2026-11-24", "n": "a", "v": 1}], 1, "bt", NUMBER),
    Refused("boolean_of_another_language", [{"n": "a", "vb": "vrai"}], 1, "vb", "not a boolean"),
    Refused("boolean_of_python", [{"n": "a", "vb": "True"}], 1, "vb", "not a boolean"),
    Refused("data_padded", [{"n": "a", "vd": "aGkgCg=="}], 1, "vd", "base64url"),
    Refused("data_of_plain_base64", [{"n": "a", "vd": "+/8"}], 1, "vd", "base64url"),
    Refused("data_cut", [{"n": "a", "vd": "aGkgC"}], 1, "vd", "base64url"),
    Refused("sum_of_values_overflows", [{"bv": 1e308, "n": "a", "v": 1e308}], 1, None, NUMBER),
    Refused("sum_of_sums_overflows", [{"bs": 1e308, "n": "a", "s": 1e308}], 1, None, NUMBER),
    Refused(
        "sum_of_times_overflows", [{"bn": "a", "bt": 1e308, "t": 1e308, "v": 1}], 1, None, NUMBER
    ),
]
