"""What a log says of a fault."""

from __future__ import annotations

from collections import Counter

import pytest

from custom_components.sen1.faults import contained, type_and_place
from custom_components.sen1.figures.counting.states import milliseconds
from custom_components.sen1.protocol.model import parse_stamp


def test_a_fault_is_told_by_its_class_and_our_line_without_its_words() -> None:
    with pytest.raises(ValueError, match="2026-11") as raised:
        parse_stamp("2026-11 at noon")
    told = type_and_place(raised.value)
    assert told.startswith("ValueError at protocol/model.py:")
    assert "2026" not in told


def test_of_faults_at_once_each_is_told() -> None:
    faults = ExceptionGroup("sensor.alice", [KeyError("alice"), OSError("12 W")])
    assert type_and_place(faults) == "KeyError, OSError"


def test_a_fault_ends_where_it_happened_and_is_logged_once_with_the_line_of_this_package(
    caplog: pytest.LogCaptureFixture, faults: Counter[str]
) -> None:
    for _ in range(2):
        with contained():
            milliseconds(float("inf"))
    (what,) = faults
    assert what.startswith("OverflowError at figures/counting/states.py:")
    assert faults[what] == 2
    assert caplog.text.count(what) == 1
