"""Each term of a grant is in each of its shapes: decided, told and acknowledged, kept."""

from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import cast

from custom_components.sen1.protocol.attributes import from_attributes, to_attributes
from custom_components.sen1.protocol.terms import Terms, TermsData

ALL = Terms(
    until=1_795_521_600.5,
    purpose="display",
    retention_days=30,
    may_forward=True,
    notice="en 1.0 selector.share_tells aGFzaA==",
)
"""One in which each term says something."""


def test_each_term_goes_through_all_of_its_shapes() -> None:
    assert TermsData.__annotations__.keys() == {field.name for field in fields(Terms)}
    assert [
        field.name for field in fields(Terms) if getattr(ALL, field.name) == field.default
    ] == []
    assert from_attributes(Terms, to_attributes(ALL), "bad_grant") == ALL
    assert Terms(**asdict(ALL)) == ALL
    assert ALL.until is not None
    until = datetime.fromtimestamp(ALL.until, UTC).isoformat()
    assert Terms.from_data(cast("TermsData", {**asdict(ALL), "until": until})) == ALL


def test_what_is_not_said_is_not_told() -> None:
    assert to_attributes(Terms()) == {}
    assert from_attributes(Terms, {}, "bad_grant") == Terms()
