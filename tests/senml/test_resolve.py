"""Packs are resolved as RFC 8428 says, whatever carries them."""

from collections.abc import Callable
import time
from typing import Any

import pytest

from custom_components.sen1.senml import Record, SenmlError, decode_json, decode_xml, from_element

from .cases import NOW, REFUSED, RESOLVED, Pack, Refused, Resolved, to_element, to_json, to_xml

type Decode = Callable[[Pack], list[Record]]


@pytest.fixture(params=["json", "xml", "element"])
def decode(request: pytest.FixtureRequest) -> Decode:
    """Each way into the codec, from a pack written by the standard library."""
    return {
        "json": lambda pack: decode_json(to_json(pack), now=NOW),
        "xml": lambda pack: decode_xml(to_xml(pack), now=NOW),
        "element": lambda pack: from_element(to_element(pack), now=NOW),
    }[request.param]


@pytest.mark.parametrize("case", RESOLVED, ids=lambda case: case.id)
def test_a_pack_stands_for_its_records(case: Resolved, decode: Decode) -> None:
    assert decode(case.pack) == case.records


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.id)
def test_a_pack_that_breaks_a_rule_is_refused_with_the_place(case: Refused, decode: Decode) -> None:
    with pytest.raises(SenmlError, match=case.rule) as refusal:
        decode(case.pack)
    assert (refusal.value.record, refusal.value.field) == (case.record, case.field)
    assert f"record {case.record}" in str(refusal.value)


def test_without_now_relative_times_count_from_the_clock() -> None:
    before = time.time()
    (record,) = decode_json('[{"n":"a","t":-60,"v":1}]')
    assert before <= record.time + 60 <= time.time()


def test_a_refusal_never_quotes_the_pack(decode: Decode) -> None:
    secret = "09111642617347"
    for fields in (
        {"n": f" {secret}", "v": 1},
        {"n": "a", "v": secret + "x"},
        {"vd": f"{secret}="},
    ):
        with pytest.raises(SenmlError) as refusal:
            decode([fields])
        assert secret not in str(refusal.value)


@pytest.mark.parametrize("field", ["v", "t", "bt", "bv", "bs", "s", "ut", "bver"])
@pytest.mark.parametrize(
    "raw", ["NaN", "INF", "-INF", "inf", "infinity", "1_000", "٣", "0x10", "1,5"]
)
def test_what_python_alone_takes_for_a_number_is_refused_in_xml(field: str, raw: str) -> None:
    pack: list[dict[str, Any]] = [{"n": "a", "v": 1, field: raw}]
    with pytest.raises(SenmlError) as refusal:
        decode_xml(to_xml(pack), now=NOW)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("raw", "value"),
    [("1.", 1), (".5", 0.5), ("+3", 3), ("-0", 0), ("1E3", 1000), ("1e-3", 0.001), (" 7\n", 7)],
)
def test_every_notation_of_a_double_is_read_in_xml(raw: str, value: float) -> None:
    (record,) = decode_xml(to_xml([{"n": "a", "v": raw}]), now=NOW)
    assert record.value == value


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("v", '"12"'),
        ("v", "true"),
        ("v", "null"),
        ("v", "[1]"),
        ("v", "1e999"),
        ("v", "1" + "0" * 400),
        ("t", '"0"'),
        ("bver", '"10"'),
        ("vb", "1"),
        ("vb", '"true"'),
        ("vs", "1"),
        ("vs", "null"),
        ("vs", '"\\ud800"'),
        ("vd", "[104,105]"),
        ("n", "1"),
        ("u", "null"),
    ],
)
def test_a_field_of_another_type_is_refused_in_json(field: str, raw: str) -> None:
    with pytest.raises(SenmlError) as refusal:
        decode_json(f'[{{"bn":"a","bt":{NOW},"{field}":{raw}}}]')
    assert (refusal.value.record, refusal.value.field) == (1, field)


@pytest.mark.parametrize(
    ("raw", "truth"), [("true", True), ("1", True), ("false", False), ("0", False)]
)
def test_every_notation_of_a_boolean_is_read_in_xml(raw: str, truth: bool) -> None:
    (record,) = decode_xml(to_xml([{"n": "a", "vb": raw}]), now=NOW)
    assert record.boolean is truth
