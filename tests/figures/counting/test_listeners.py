"""One who fails ends no other, and the log says what failed and where, but nothing of a home."""

from __future__ import annotations

import pytest

from custom_components.sen1.figures.counting.listeners import Listeners, isolated
from custom_components.sen1.figures.counting.states import milliseconds


def test_one_who_fails_ends_no_other(caplog: pytest.LogCaptureFixture) -> None:
    listeners = Listeners[str]()
    told: list[str] = []

    def fail(said: str) -> None:
        raise ValueError(f"{said} of sensor.bedroom is 1830 W")

    listeners.add(fail)
    stop = listeners.add(told.append)
    listeners.tell("power")
    assert told == ["power"]
    assert "ValueError at " in caplog.text
    assert "bedroom" not in caplog.text
    assert "1830" not in caplog.text
    stop()
    listeners.tell("power")
    assert told == ["power"]


def test_the_place_of_a_fault_is_the_line_of_this_package(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with isolated():
        milliseconds(float("inf"))
    assert "OverflowError at figures/counting/states.py:" in caplog.text
