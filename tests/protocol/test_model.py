"""The words of the federation as types."""

import pytest

from custom_components.sen1.protocol.stamps import parse_stamp


def test_a_naive_time_is_refused() -> None:
    assert parse_stamp("2026-11-24T13:00:30.120+01:00") == parse_stamp("2026-11-24T12:00:30.120Z")
    with pytest.raises(ValueError, match="offset"):
        parse_stamp("2026-11-24T12:00:30")
