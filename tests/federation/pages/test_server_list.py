"""The list of servers: read strictly, ours and the household's own."""

import json
from typing import Any

import pytest

from custom_components.sen1.federation.pages.server_list import (
    MOST_BYTES,
    MOST_SERVERS,
    OURS,
    ListFault,
    read_servers,
)

ROW = {
    "domain": "scorff.example",
    "name": "Scorff <i>",
    "operator": "Coop Soleil du Scorff",
    "country": "France",
    "keeps": "30 days",
    "languages": ["français", "brezhoneg"],
    "since": 2026,
    "limits": "300 homes",
    "url": "https://scorff.example/about",
}


def read(*rows: Any) -> tuple[list[str], list[ListFault]]:
    """Return the domains of a list, and its faults."""
    known, faults = read_servers(json.dumps({"servers": rows}).encode())
    return list(known), faults


def test_our_list_is_whole_and_names_nobody_for_whom_nobody_vouches() -> None:
    assert read_servers(OURS.read_bytes()) == ({}, [])


def test_what_is_said_of_a_server_is_read() -> None:
    known, faults = read_servers(json.dumps({"servers": [ROW]}).encode())
    assert faults == []
    server = known["scorff.example"]
    assert (server.operator, server.languages, server.since) == (
        "Coop Soleil du Scorff",
        ("français", "brezhoneg"),
        2026,
    )


@pytest.mark.parametrize("field", ROW)
@pytest.mark.parametrize("value", [None, "", " padded ", "a\nb", "x" * 201, 7, True, [], [""], {}])
def test_a_row_in_which_something_is_not_right_is_left_out_and_told(
    field: str, value: object
) -> None:
    assert read(ROW | {field: value}) == ([], [ListFault(1, field)])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("domain", "me@scorff.example"),
        ("domain", "scorff.example/x"),
        ("domain", "Scorff.Example"),
        ("url", "http://scorff.example"),
        ("url", "https://scorff.example/) [x](https://other.example"),
        ("url", "javascript:alert(1)"),
        ("since", "2026"),
        ("languages", "français"),
    ],
)
def test_a_server_is_no_address_and_its_page_is_one_that_can_be_shown(
    field: str, value: object
) -> None:
    assert read(ROW | {field: value}) == ([], [ListFault(1, field)])


def test_one_wrong_row_takes_no_other_away() -> None:
    lacking = {key: value for key, value in ROW.items() if key != "keeps"}
    other = ROW | {"domain": "rade.example"}
    domains, faults = read(lacking, 5, ROW | {"more": 1}, other, other)
    assert domains == ["rade.example"]
    assert faults == [
        ListFault(1, "keeps"),
        ListFault(2, "domain"),
        ListFault(3, "more"),
        ListFault(5, "domain"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"servers": {}}',
        b'{"servers": [], "more": 1}',
        b"[" * 100_000,
        b" " * (MOST_BYTES + 1),
        json.dumps({"servers": [ROW] * (MOST_SERVERS + 1)}).encode(),
    ],
)
def test_what_is_no_list_of_servers_is_told_as_a_whole(content: bytes) -> None:
    assert read_servers(content) == ({}, [ListFault(0)])
