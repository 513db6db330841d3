"""Documents that are not SenML, or are made to harm, are refused with SenmlError and at once."""

from pathlib import Path
from xml.etree import ElementTree as ET

from lxml import etree
import pytest

from custom_components.sen1.senml import (
    NAMESPACE,
    Record,
    SenmlError,
    decode_json,
    decode_xml,
    encode_xml,
    from_element,
)

from .cases import NOW, RESOLVED, Resolved

LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))


def pack_of(content: str) -> str:
    return f'<sensml xmlns="{NAMESPACE}">{content}</sensml>'


REFUSED_XML = {
    "billion_laughs": (
        f'<!DOCTYPE sensml [<!ENTITY l0 "lol">{LAUGHS}]>' + pack_of('<senml n="a" vs="&l9;"/>'),
        "document type",
    ),
    "quadratic_blowup": (
        f'<!DOCTYPE sensml [<!ENTITY x "{"x" * 50_000}">]>'
        + pack_of(f'<senml n="a" vs="{"&x;" * 50_000}"/>'),
        "document type",
    ),
    "external_entity": (
        '<!DOCTYPE sensml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        + pack_of('<senml n="a" vs="&x;"/>'),
        "document type",
    ),
    "external_document_type": (
        '<!DOCTYPE sensml SYSTEM "http://127.0.0.1:1/senml.dtd">' + pack_of('<senml n="a" v="1"/>'),
        "document type",
    ),
    "parameter_entity": (
        '<!DOCTYPE sensml [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>' + pack_of(""),
        "document type",
    ),
    "undeclared_entity": (pack_of('<senml n="a" vs="&x;"/>'), "well-formed"),
    "nested_20000_deep": (
        pack_of("<senml>" * 20_000 + "</senml>" * 20_000),
        "record 1: an element stands inside the record",
    ),
    "nested_two_million_deep_and_never_closed": ("<a>" * 2_000_000, "not a sensml element"),
    "nested_in_a_record_and_never_closed": (pack_of("<senml>" * 900_000), "inside the record"),
    "a_million_names": (
        pack_of("".join(f"<a{i}/>" for i in range(700_000))),
        "record 1: not a senml element",
    ),
    "ten_megabytes": (pack_of('<senml n="a" v="1"/>' * 500_000), "longer than"),
    "ten_megabytes_of_one_attribute": (pack_of(f'<senml vs="{"x" * 10**7}"/>'), "longer than"),
    "empty": ("", "well-formed"),
    "cut": (pack_of('<senml n="a" v="1"/>')[:-3], "well-formed"),
    "two_roots": (pack_of("") * 2, "well-formed"),
    "attribute_twice": (pack_of('<senml n="a" v="1" v="2"/>'), "well-formed"),
    "json": ('[{"n":"a","v":1}]', "well-formed"),
    "half_a_surrogate_pair": (pack_of('<senml n="a" vs="\ud800"/>'), "well-formed"),
    "no_namespace": ('<sensml><senml n="a" v="1"/></sensml>', "not a sensml element"),
    "other_namespace": (
        '<sensml xmlns="urn:ietf:params:xml:ns:senmel"><senml n="a" v="1"/></sensml>',
        "not a sensml element",
    ),
    "other_root": (f'<senml xmlns="{NAMESPACE}" n="a" v="1"/>', "not a sensml element"),
    "child_of_no_namespace": (pack_of('<senml xmlns="" n="a" v="1"/>'), "not a senml element"),
    "child_of_another_name": (pack_of("<record/>"), "not a senml element"),
    "pack_in_a_pack": (pack_of(pack_of("")), "not a senml element"),
    "element_in_a_record": (pack_of('<senml n="a" v="1"><x/></senml>'), "inside the record"),
    "text_in_a_record": (pack_of('<senml n="a">1</senml>'), "text stands"),
    "text_between_records": (pack_of('<senml n="a" v="1"/>,<senml n="b" v="1"/>'), "text stands"),
}

MANY = 60_000
"""Records, or names of attributes, of more than one piece that is parsed at once."""

TAKEN_XML = {
    "records": ("".join(f'<senml n="a" t="{2**28 + i}" v="1"/>' for i in range(MANY)), MANY),
    "attributes": (
        f'<senml n="a" v="1" {" ".join(f'a{i}=""' for i in range(MANY))}/>',
        1,
    ),
    "namespaces": (
        f'<senml n="a" v="1" {" ".join(f'xmlns:a{i}="u"' for i in range(MANY))}/>',
        1,
    ),
    "one_attribute": (f'<senml n="a" vs="{"x" * 10**6}"/>', 1),
    "one_comment": (f'<!--{"x" * 10**6}--><senml n="a" v="1"/>', 1),
    "spaces": (" " * 10**6 + '<senml n="a" v="1"/>', 1),
}

REFUSED_JSON = {
    "nested_20000_deep": ("[" * 20_000 + "]" * 20_000, "not an object|deeper"),
    "nested_a_million_deep_and_never_closed": ("[" * 1_000_000, "deeper|not JSON"),
    "objects_nested_deep": ('[{"x":' * 100_000, "deeper|not JSON"),
    "ten_megabytes": ("[" + '{"n":"a","v":1},' * 650_000 + "{}]", "longer than"),
    "number_of_10000_digits": ('[{"n":"a","v":' + "9" * 10_000 + "}]", "not JSON"),
    "empty": ("", "not JSON"),
    "cut": ('[{"n":"a","v":1}', "not JSON"),
    "two_packs": ('[{"n":"a","v":1}][]', "not JSON"),
    "xml": (pack_of(""), "not JSON"),
    "nan": ('[{"n":"a","v":NaN}]', "NaN"),
    "infinity": ('[{"n":"a","v":Infinity}]', "NaN"),
    "minus_infinity_in_an_unknown_field": ('[{"n":"a","v":1,"x":-Infinity}]', "NaN"),
    "an_object": ('{"n":"a","v":1}', "not an array"),
    "a_number": ("1", "not an array"),
    "records_that_are_arrays": ('[["n","a"]]', "record 1: not an object"),
    "records_that_are_null": ('[{"n":"a","v":1},null]', "record 2: not an object"),
    "field_twice": ('[{"n":"a","v":1,"v":2}]', "record 1: a field is there twice"),
}


@pytest.mark.timeout(10)
@pytest.mark.parametrize(("document", "rule"), REFUSED_XML.values(), ids=REFUSED_XML)
def test_a_document_that_is_not_senml_is_refused(document: str, rule: str) -> None:
    with pytest.raises(SenmlError, match=rule):
        decode_xml(document)


@pytest.mark.timeout(10)
@pytest.mark.parametrize(("content", "records"), TAKEN_XML.values(), ids=TAKEN_XML)
def test_a_long_document_is_read_whole(content: str, records: int) -> None:
    assert len(decode_xml(pack_of(content), now=NOW)) == records


def test_the_record_that_is_none_is_named_far_into_a_document() -> None:
    whole = '<senml n="a" v="1"/>' * 20_000
    with pytest.raises(SenmlError, match="record 20001: not a senml element"):
        decode_xml(pack_of(whole + "<a/>"))


@pytest.mark.parametrize("string", ["\t\r\n", " /> ", "<&\"'>", "]]>", "é電\U0001f600"])
def test_a_string_comes_back_as_it_was(string: str) -> None:
    record = Record("a", string=string, time=NOW)
    assert decode_xml(encode_xml([record])) == [record]


@pytest.mark.timeout(10)
@pytest.mark.parametrize(("text", "rule"), REFUSED_JSON.values(), ids=REFUSED_JSON)
def test_json_that_is_not_senml_is_refused(text: str, rule: str) -> None:
    with pytest.raises(SenmlError, match=rule):
        decode_json(text)


def test_a_document_type_in_another_encoding_is_refused() -> None:
    hostile, _ = REFUSED_XML["external_entity"]
    with pytest.raises(SenmlError):
        decode_xml(hostile.encode("utf-16"))
    with pytest.raises(SenmlError):
        decode_json('[{"n":"a","v":1}]'.encode("utf-16"))


@pytest.mark.parametrize("declared", ["utf-8", "UTF-16", "iso-8859-1"])
def test_text_is_read_whatever_encoding_it_declares(declared: str) -> None:
    document = f'<?xml version="1.0" encoding="{declared}"?>' + pack_of('<senml n="a" vs="é"/>')
    (record,) = decode_xml(document, now=NOW)
    assert record.string == "é"


def test_comments_instructions_spaces_and_prefixes_are_no_obstacle() -> None:
    document = (
        f'<?xml version="1.0"?>\n<!-- a --><s:sensml xmlns:s="{NAMESPACE}" xml:lang="fr">\n'
        '  <!-- b --><?c d?>\n  <s:senml n="a" s:v="7" v="1">\n  </s:senml>\n</s:sensml>\n'
    )
    (record,) = decode_xml(document, now=NOW)
    assert record.value == 1


def test_nested_values_of_unknown_fields_are_ignored() -> None:
    (record,) = decode_json('[{"n":"a","v":1,"x":{"y":[{"v":2}]}}]', now=NOW)
    assert record.value == 1


def test_an_element_inside_the_record_of_a_stanza_is_refused() -> None:
    with pytest.raises(SenmlError, match="record 1"):
        from_element(ET.fromstring(pack_of('<senml n="a" v="1"><senml/></senml>')))


SCHEMA = Path(__file__).parents[2].parent / "shared" / "senml" / "senml.gen.xsd"


@pytest.mark.skipif(
    not SCHEMA.exists(), reason="the schema of the RFC is not beside the repository"
)
@pytest.mark.parametrize(
    "case", [case for case in RESOLVED if case.records], ids=lambda case: case.id
)
def test_documents_are_valid_by_the_schema_of_the_rfc(case: Resolved) -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    schema.assertValid(etree.fromstring(encode_xml(case.records)))
