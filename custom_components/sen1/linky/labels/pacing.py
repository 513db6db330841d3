"""When a value that has changed is written: power at once, the rest now and then.

Pure: time is an argument, so that a day is played in a moment.
"""

from dataclasses import dataclass
from enum import StrEnum

from .values import LabelValue, Nothing


class Pace(StrEnum):
    """How a value is written."""

    STEP = "step"
    """A step at once, a smaller move once an interval: power."""
    INTERVAL = "interval"
    """Any move once an interval: indexes, currents."""
    CHANGE = "change"
    """Any move at once: what changes a few times a day."""


@dataclass(frozen=True, slots=True)
class Pacing:
    """What the user chooses between freshness and the size of the recorder."""

    interval: float = 10.0
    """Seconds between two writings of small moves; 0 writes every move."""
    step: float = 20.0
    """VA: a move at least this large is a step..."""
    step_share: float = 0.02
    """...if it is also at least this share of the value last written."""


class Writer:
    """Decides when one value is written."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._value: LabelValue | None = None
        self._at = 0.0

    def due(self, value: LabelValue | None, now: float, pacing: Pacing) -> float | None:
        """Return when `value` is to be written, `now` at the earliest; None if it stands already.

        Ask again at each value: the last one asked about is the one to write. None, no value,
        is written at once, and so is what follows it.
        """
        if value == self._value:
            return None
        if isinstance(value, Nothing | None) or isinstance(self._value, Nothing | None):
            return now
        if self._is_step(value, pacing):
            return now
        return max(now, self._at + pacing.interval)

    def wrote(self, value: LabelValue | None, now: float) -> None:
        """Take note of what was written."""
        self._value = value
        self._at = now

    def _is_step(self, value: LabelValue, pacing: Pacing) -> bool:
        if self._pace is Pace.CHANGE:
            return True
        if self._pace is Pace.INTERVAL:
            return False
        last = self._value
        # Only powers go by steps.
        assert isinstance(value, int | float)
        assert isinstance(last, int | float)
        return abs(value - last) >= max(pacing.step, pacing.step_share * abs(last))
