"""The examples of RFC 8428, resolved by another program."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from custom_components.sen1.senml import Record, SenmlError, decode_json, decode_xml

VECTORS = Path(__file__).parents[2].parent / "shared" / "senml"
INDEX = VECTORS / "INDEX.json"

pytestmark = pytest.mark.skipif(
    not INDEX.exists(), reason="the vectors are not beside the repository"
)


@pytest.mark.parametrize(
    "vector",
    json.loads(INDEX.read_text()) if INDEX.exists() else [],
    ids=lambda vector: vector["file"],
)
def test_an_example_of_the_rfc_is_resolved_as_expected(vector: dict[str, Any]) -> None:
    decode = {"json": decode_json, "xml": decode_xml}[vector["format"]]
    text = (VECTORS / vector["file"]).read_text()
    if vector["error"]:
        with pytest.raises(SenmlError):
            decode(text, now=vector["now"])
    else:
        expected = [
            {field: value for field, value in fields.items() if field != "bver"}
            for fields in vector["expect"]
        ]
        assert [fields_of(record) for record in decode(text, now=vector["now"])] == expected


def fields_of(record: Record) -> dict[str, Any]:
    """Return the record as the index writes it."""
    data = None if record.data is None else base64.urlsafe_b64encode(record.data).decode()
    fields = {
        "n": record.name,
        "u": record.unit,
        "v": record.value,
        "vs": record.string,
        "vb": record.boolean,
        "vd": data and data.rstrip("="),
        "s": record.sum,
        "t": record.time,
        "ut": record.update_time,
    }
    return {field: value for field, value in fields.items() if value is not None}
