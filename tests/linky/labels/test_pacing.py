"""What a value's pace lets through, and when."""

import pytest

from custom_components.sen1.linky.labels.pacing import Pace, Pacing, Writer
from custom_components.sen1.linky.labels.values import LabelValue

PACING = Pacing(interval=10, step=20, step_share=0.02)


def writer(pace: Pace, value: LabelValue | None = None, at: float = 0.0) -> Writer:
    made = Writer(pace)
    made.wrote(value, at)
    return made


def play(pace: Pace, values: list[tuple[float, int]], pacing: Pacing) -> list[tuple[float, int]]:
    """Return what is written of values that arrive at these times, waiting included."""
    made, written, waiting = Writer(pace), [], None
    for at, value in [*values, (float("inf"), values[-1][1])]:
        if waiting is not None and waiting[0] <= at:
            written.append(waiting)
            made.wrote(waiting[1], waiting[0])
            waiting = None
        due = made.due(value, at, pacing)
        if due is None:
            waiting = None
        elif due <= at:
            written.append((at, value))
            made.wrote(value, at)
            waiting = None
        else:
            waiting = (due, value)
    return written


def test_the_first_value_is_written_at_once() -> None:
    assert writer(Pace.INTERVAL).due(5, 3.0, PACING) == 3.0


def test_what_stands_already_is_not_written_again() -> None:
    assert writer(Pace.STEP, 500).due(500, 100.0, PACING) is None


@pytest.mark.parametrize(
    ("last", "value", "is_step"),
    [
        pytest.param(500, 520, True, id="20 VA more"),
        pytest.param(500, 480, True, id="20 VA less"),
        pytest.param(500, 519, False, id="19 VA more"),
        pytest.param(5000, 5099, False, id="99 VA of 5000 is less than 2 %"),
        pytest.param(5000, 5100, True, id="2 % of 5000"),
        pytest.param(0, 20, True, id="20 VA from nothing"),
        pytest.param(0, 10, False, id="10 VA from nothing"),
    ],
)
def test_a_step_in_power_is_the_greater_of_20_va_and_2_percent(
    last: int, value: int, is_step: bool
) -> None:
    assert writer(Pace.STEP, last).due(value, 1.0, PACING) == (1.0 if is_step else 10.0)


def test_a_move_smaller_than_a_step_waits_for_the_end_of_the_interval() -> None:
    assert writer(Pace.STEP, 500, at=100.0).due(510, 104.0, PACING) == 110.0


def test_a_small_move_after_a_quiet_interval_is_written_at_once() -> None:
    assert writer(Pace.STEP, 500, at=100.0).due(510, 250.0, PACING) == 250.0


def test_a_slow_drift_is_a_step_once_it_has_gone_far_enough() -> None:
    drift = [(0.0, 500), (1.0, 507), (2.0, 514), (3.0, 521)]
    assert play(Pace.STEP, drift, PACING)[:2] == [(0.0, 500), (3.0, 521)]


def test_an_index_is_never_a_step() -> None:
    assert writer(Pace.INTERVAL, 1000, at=0.0).due(9000, 1.0, PACING) == 10.0


def test_a_text_is_written_as_it_changes() -> None:
    assert writer(Pace.CHANGE, "peak").due("off_peak", 1.0, PACING) == 1.0


def test_a_value_that_is_lost_and_one_that_comes_back_are_written_at_once() -> None:
    made = writer(Pace.INTERVAL, 1000, at=0.0)
    assert made.due(None, 1.0, PACING) == 1.0
    made.wrote(None, 1.0)
    assert made.due(None, 2.0, PACING) is None
    assert made.due(1000, 3.0, PACING) == 3.0


def test_the_last_value_always_lands() -> None:
    values = [(float(second), 1000 + second) for second in range(25)]
    assert play(Pace.INTERVAL, values, PACING) == [
        (0.0, 1000),
        (10.0, 1009),
        (20.0, 1019),
        (30.0, 1024),
    ]


def test_a_value_that_comes_back_to_what_stands_needs_no_writing() -> None:
    assert play(Pace.STEP, [(0.0, 500), (1.0, 510), (2.0, 500)], PACING) == [(0.0, 500)]


def test_an_interval_of_nothing_writes_everything() -> None:
    values = [(float(second), 500 + second) for second in range(5)]
    assert play(Pace.STEP, values, Pacing(interval=0)) == values


def test_a_longer_interval_applies_to_what_already_waits() -> None:
    made = writer(Pace.INTERVAL, 1000, at=0.0)
    assert made.due(1001, 1.0, PACING) == 10.0
    assert made.due(1001, 2.0, Pacing(interval=60)) == 60.0
