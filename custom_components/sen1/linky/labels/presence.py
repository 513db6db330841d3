"""Labels that come and go: which frames say that one is absent. Pure.

Absent means "no": no over-power, no notice, no message. A label may also lack because its group
was damaged, or because a three-phase meter in overload sends short frames, of currents only, so
that these leave fast (54E, section 5.2).
"""

from collections import Counter

from ..line.tic import Frame, Mode

OVERLOADED_PHASES = frozenset({"ADIR1", "ADIR2", "ADIR3"})
"""Sent in short frames only, each while its phase draws too much."""

OVERLOAD = OVERLOADED_PHASES | {"ADPS"}

COMING_AND_GOING = OVERLOAD | {
    "PEJP", "NGTF", "LTARF", "DPM1", "FPM1", "DPM2", "FPM2", "DPM3", "FPM3", "PPOINTE", "MSG2",
    "PREAVIS",
}  # fmt: skip

MISSED = 10
"""Damaged frames in a row without a label: noise of a byte in a hundred would not take it each
time."""

TWICE = 2
"""Whole frames in a row without a label: a byte damaged into STX or ETX cuts one short, and leaves
no other trace."""

SHORT_FRAME = OVERLOADED_PHASES | {"ADCO", "IINST1", "IINST2", "IINST3"}

LAST_OF_HISTORIC = "MOTDETAT"
"""In every long frame of the historic mode; overload may cut one before it."""


def is_short(frame: Frame) -> bool:
    """Return whether a three-phase meter in overload sent this frame, of currents only."""
    return frame.groups.keys() <= SHORT_FRAME


def is_whole(frame: Frame) -> bool:
    """Return whether the frame has all that its meter has to say."""
    return frame.mode is not Mode.HISTORIC or LAST_OF_HISTORIC in frame.groups


class LabelPresence:
    """Follows a meter's frames, to tell what one of them says is absent."""

    def __init__(self) -> None:
        self._was_short = False
        self._missed: Counter[str] = Counter()

    def absent(self, frame: Frame) -> frozenset[str]:
        """Return the labels, of those that come and go, that this frame makes known as absent."""
        for label in frame.groups:
            del self._missed[label]
        lacking = self._lacking(frame)
        weight = 1 if frame.is_damaged else MISSED // TWICE
        self._missed.update(dict.fromkeys(lacking, weight))
        return frozenset(label for label in lacking if self._missed[label] >= MISSED)

    def _lacking(self, frame: Frame) -> frozenset[str]:
        """Return the labels that are not in the frame, though it is one that would have them."""
        was_short, self._was_short = self._was_short, is_short(frame)
        lacking = COMING_AND_GOING - frame.groups.keys()
        if self._was_short:
            return lacking & OVERLOAD
        if not is_whole(frame):
            return frozenset()
        # A long frame comes between short ones every now and then.
        return lacking - OVERLOADED_PHASES if was_short else lacking
