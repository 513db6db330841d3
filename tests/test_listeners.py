"""One who fails ends no other, and the log says what failed and where, but nothing of a home."""

from collections import Counter

import pytest

from custom_components.sen1.listeners import Listeners


def test_one_who_fails_ends_no_other(
    caplog: pytest.LogCaptureFixture, faults: Counter[str]
) -> None:
    listeners = Listeners[str]()
    told: list[str] = []

    def fail(said: str) -> None:
        raise ValueError(f"{said} of sensor.bedroom is 1830 W")

    listeners.add(fail)
    stop = listeners.add(told.append)
    listeners.tell("power")
    assert told == ["power"]
    assert "ValueError" in caplog.text
    assert faults.total() == 1
    assert "bedroom" not in caplog.text
    assert "1830" not in caplog.text
    stop()
    listeners.tell("power")
    assert told == ["power"]
