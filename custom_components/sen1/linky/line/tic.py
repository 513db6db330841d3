"""Decode the bytes of a French meter's TIC output: sans-io, no clock, no Home Assistant.

Sources: Enedis-NOI-CPT_54E (Linky, historic and standard modes), Enedis-NOI-CPT_02E (PME-PMI).

    frame     = STX 1*group ETX                           cut short by EOT, historic syntax only
    group     = LF (historic / standard) CR
    historic  = label SP data SP checksum                 data may contain SP (PME-PMI dates)
    standard  = label HT [horodate HT] data HT checksum   data may contain SP, or be empty

The checksum may itself be SP: a group is never stripped nor split on blanks.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
import re

STX = b"\x02"
ETX = b"\x03"
EOT = b"\x04"
HT = b"\t"
CR = b"\r"
SUB = b"\x1a"
"""What stands for a character received damaged, as in ASCII; a meter sends none."""

MAX_GROUP = 128
"""Longest line taken for a group, in bytes; the longest group, PJOURF+1, has 110."""

MAX_GROUPS = 128
"""Most labels kept of one frame; a three-phase producer under Tempo sends 63."""

PME_PMI_LABELS = frozenset({"ADS", "MESURES1"})
"""Labels that only PME-PMI meters send; their syntax is the historic one."""

# From eight bits to seven: a port opened 8N1 delivers the parity in the eighth. Control
# characters that mean nothing here become CR, as LF does: lines damage CR and LF into them, and
# of the pair between two groups the one left whole is then enough to keep them apart. A SUB stays:
# a group cut there could end in a character that happens to be the checksum of what is left.
_TO_LINES = bytes(
    ord(CR) if (char < 0x20 and char not in STX + ETX + EOT + HT + SUB) or char == 0x7F else char
    for char in [*range(0x80), *range(0x80)]
)

# Marks stand on lines of their own. Only an STX stays with a text that follows it at once: that
# is how a damaged LF amidst a frame is told from the beginning of the next.
_BEGIN = CR + STX
_END = CR + ETX + CR
_INTERRUPTION = CR + EOT + CR

_GROUP = re.compile(
    r"""
    ([A-Z][!-~]{0,8})                                   # label
    (?: [ ] ([ -~]+) [ ]                                # data, historic
    | \t (?: ([ EHeh][0-9]{12}) \t )? ([ -~]*) \t )     # horodate; data, standard
    [ -_]                                               # checksum
    """,
    re.VERBOSE,
)


class Mode(StrEnum):
    """What a meter speaks; PME-PMI has the historic syntax and labels of its own."""

    HISTORIC = "historic"
    STANDARD = "standard"
    PME_PMI = "pme_pmi"


class Fault(StrEnum):
    """Why a group was dropped."""

    CHECKSUM = "checksum"
    """The checksum does not hold."""
    SYNTAX = "syntax"
    """Not a group: noise, a missing field, a group received from its middle."""
    TOO_LONG = "too_long"
    """Longer than any group: noise."""


@dataclass(frozen=True, slots=True)
class Group:
    """One value of the meter, its checksum verified."""

    label: str
    """As the meter writes it."""
    value: str
    """As the meter writes it, padding included; empty for DATE, which is all horodate."""
    horodate: str | None = None
    """Season and legal time, SAAMMJJhhmmss (54E); standard mode only."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The good groups of one transmission, received whole from its STX to its ETX."""

    mode: Mode
    groups: dict[str, Group]
    """By label, in order of emission."""
    is_damaged: bool = False
    """Whether a group was dropped: a label that lacks may have been sent."""


@dataclass(slots=True)
class Statistics:
    """Counts since the decoder was made."""

    good: int = 0
    """Groups whose checksum held."""
    bad: Counter[Fault] = field(default_factory=Counter)
    """Groups dropped, by reason."""
    frames: int = 0
    """Frames received whole."""
    interruptions: int = 0
    """Transmissions cut short by EOT, for a remote reading of the meter."""


def checksum(covered: bytes) -> int:
    """Return the checksum character of a group (54E, tables 2, 6 and 7).

    It covers label, separator and data in the historic syntax; in the standard one also the
    separator before the checksum.
    """
    return (sum(covered) & 0x3F) + 0x20


# A meter repeats most groups from one frame to the next: two frames are worth remembering.
@lru_cache(maxsize=2 * MAX_GROUPS)
def _parse(line: bytes) -> tuple[Group, Mode] | Fault:
    # An STX, HT or SUB that touches a group is a damaged line end; HT belongs between fields.
    text = line.strip(STX + HT).removeprefix(SUB).removesuffix(SUB)
    match = _GROUP.fullmatch(text.decode("ascii"))
    if match is None:
        return Fault.SYNTAX
    label, historic, horodate, standard = match.groups()
    if historic is None:
        value, mode, covered = standard, Mode.STANDARD, text[:-1]
    else:
        value, mode, covered = historic, Mode.HISTORIC, text[:-2]
    if checksum(covered) != text[-1]:
        return Fault.CHECKSUM
    return Group(label, value, horodate), mode


class TicDecoder:
    """Turn the bytes of a TIC line into groups and frames.

    - Any cut of the same bytes gives the same events.
    - `feed` never raises: what is not a group is dropped alone, and counted in `statistics`.
    - Between two calls no more than MAX_GROUP + 1 bytes and MAX_GROUPS groups are kept.
    - A frame that began before the first byte, or was cut short, gives its groups but no Frame.
    """

    def __init__(self) -> None:
        self.statistics = Statistics()
        self._rest = b""
        self._groups: dict[str, Group] | None = None  # None: not since an STX
        self._is_damaged = False
        self._mode = Mode.HISTORIC

    def feed(self, data: bytes) -> list[Group | Frame]:
        """Return the groups and frames that these bytes complete, in order."""
        data = self._rest + data.translate(_TO_LINES)
        data = data.replace(STX, _BEGIN).replace(ETX, _END).replace(EOT, _INTERRUPTION)
        lines = data.split(CR)
        # One byte more than allowed is enough to know, at its end, that a line is too long.
        self._rest = lines.pop()[: MAX_GROUP + 1]
        events: list[Group | Frame] = []
        for line in filter(None, lines):
            event = self._group(line) if len(line) > 1 else self._mark(line)
            if event is not None:
                events.append(event)
        return events

    def _group(self, line: bytes) -> Group | None:
        if self._groups is None and line.startswith(STX):
            self._begin()  # its first LF damaged beyond recognition
        parsed = _parse(line) if len(line) <= MAX_GROUP else Fault.TOO_LONG
        if isinstance(parsed, Fault):
            self._drop(parsed)
            return None
        self.statistics.good += 1
        group, mode = parsed
        if self._groups is not None and len(self._groups) < MAX_GROUPS:
            self._groups[group.label] = group
            self._mode = mode
        return group

    def _mark(self, line: bytes) -> Frame | None:
        groups = self._groups
        if line == STX:
            self._begin()
        elif line == ETX:
            self._groups = None
            if groups:
                self.statistics.frames += 1
                is_pme_pmi = not PME_PMI_LABELS.isdisjoint(groups)
                mode = Mode.PME_PMI if is_pme_pmi else self._mode
                return Frame(mode, groups, self._is_damaged)
        elif line == EOT:
            self._groups = None
            self.statistics.interruptions += 1
        else:
            self._drop(Fault.SYNTAX)
        return None

    def _begin(self) -> None:
        # Amidst a frame, it is the end of that one which is lost, or a damaged CR: this one would
        # then lack its first groups.
        self._is_damaged = self._groups is not None
        self._groups = {}

    def _drop(self, fault: Fault) -> None:
        self.statistics.bad[fault] += 1
        self._is_damaged = True
