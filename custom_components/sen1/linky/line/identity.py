"""Whose meter a line gives: ours, a stranger, or frames enough of one that has replaced ours.

Pure.
"""

from .tic import Frame

IDENTIFIERS = ("ADSC", "ADCO", "ADS")
"""Labels of the meter's own number, first of each frame: standard, historic, PME-PMI."""

REPLACED = 3
"""Whole frames of one other meter before it is said to have replaced this one."""


def serial_of(frame: Frame) -> str | None:
    """Return the number of the meter that sent the frame, if that group was good."""
    return next((frame.groups[label].value for label in IDENTIFIERS if label in frame.groups), None)


class Identity:
    """Hears one meter only: a line may be moved to another."""

    def __init__(self, serial: str) -> None:
        self.serial = serial
        self.is_ours = False
        """Whether what follows the last number heard is of this meter."""
        self._other: str | None = None
        self._frames = 0

    def heard(self, serial: str) -> None:
        """Take a number from the line."""
        self.is_ours = serial == self.serial
        if self.is_ours:
            self._other = None
        elif serial != self._other:
            # It may be a damaged number, and the same twice: six bits of checksum do not see a
            # seventh that flips.
            self._other, self._frames = serial, 0

    def replaced_by(self, frame: Frame) -> str | None:
        """Count a whole frame that is not ours; return the number of its meter if it is enough."""
        if self._other is None or serial_of(frame) != self._other:
            return None
        self._frames += 1
        return self._other if self._frames == REPLACED else None
