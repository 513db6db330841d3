"""Keep damaged values out: six bits of checksum let some through.

Pure: time is an argument.
"""

from collections.abc import Mapping
from functools import cache
import re

from ..line.tic import Group
from . import status
from .values import hexadecimal

MARGIN = 1.5
"""Times the subscribed power: a Linky cuts off beyond, older meters let it pass for a moment."""

LATE = 3.0
"""Seconds a group may be late: it is up to a frame old when sent, and networks send in bursts."""

GAP = 30.0
"""Seconds after which an index may have grown so much that a damaged one could be taken for it: the
slowest meters say theirs three times meanwhile."""

CONFIRMATIONS = 2
"""Values that must follow one which contradicts what was believed."""

WITHDRAWN = re.compile(r"BASE|HCH[CP]|EJPH(N|PM)|BBRH[CP]J[BWR]|EAST|EAS[FD]\d\d")
"""Indexes that grow no faster than the subscription allows. What is injected is not bound by it."""

STEADY = frozenset(
    [
        # Historic mode
        "OPTARIF", "ISOUSC", "PEJP", "PTEC", "DEMAIN", "IMAX", "IMAX1", "IMAX2", "IMAX3",
        "PMAX", "PPOT", "HHPHC", "MOTDETAT",
        # Standard mode
        "VTIC", "NGTF", "LTARF", "PREF", "PCOUP", "STGE", "MSG1", "PRM", "RELAIS", "NTARF",
        "DPM1", "FPM1", "DPM2", "FPM2", "DPM3", "FPM3",
        "NJOURF", "NJOURF+1", "PJOURF+1", "PPOINTE",
        "IRMS1", "IRMS2", "IRMS3", "UMOY1", "UMOY2", "UMOY3",
        *(f"{one}{day}" for one in ("CCASN", "CCAIN", "SMAXIN") for day in ("", "-1")),
        *(f"SMAXSN{phase}{day}" for phase in ("", 1, 2, 3) for day in ("", "-1")),
        # PME-PMI
        "MESURES1", "MESURES2", "PTCOUR1", "PTCOUR2", "TARIFDYN", "ETATDYN1", "ETATDYN2",
        "MODE", "CONFIG", "PS", "PREAVIS",
    ]
)  # fmt: skip
"""Labels that say the same in several frames, for years most of them, so that a new value is said
twice before it is believed. Not MSG2, which the meter sends once."""

FAST_BITS = 1 << status.OVER_POWER.first | 1 << status.INJECTING.first
"""Of STGE: over-power and the direction of energy, which change from one second to the next."""


def steady_part(label: str, group: Group) -> str:
    """Return what of a steady label must be said twice: of STGE, all but the fast bits."""
    if label == "STGE" and (register := hexadecimal(8)(group.value)) is not None:
        return f"{register & ~FAST_BITS:08X}"
    return f"{group.horodate} {group.value}"


_MEASURABLE = [
    (re.compile(form), range(least, most + 1))
    for form, least, most in (
        # A single-phase meter is made for 90 A, each phase of another for 60, at some 250 V.
        (r"(IINST|IRMS|IMAX|ADIR)[123]?|ADPS", 0, int(90 * MARGIN)),
        (r"(SINSTS|SMAXSN)[123](-1)?", 0, int(90 * 250 * MARGIN)),
        (r"PAPP|PMAX|SINST[SI]|SMAX[SI]N(-1)?|CCA[SI]N(-1)?", 0, int(3 * 60 * 250 * MARGIN)),
        # With its neutral broken, a phase has up to the voltage between two.
        (r"(URMS|UMOY)[123]", 0, 440),
        (r"PREF|PCOUP", 1, 36),
        (r"ISOUSC", 1, 90),
        (r"NTARF", 1, 10),
    )
]


@cache
def _bounds(label: str) -> range | None:
    return next((bounds for form, bounds in _MEASURABLE if form.fullmatch(label)), None)


def is_measurable(label: str, value: object) -> bool:
    """Return whether a meter can measure, or be set to, so much."""
    bounds = _bounds(label)
    return bounds is None or not isinstance(value, int) or value in bounds


def subscribed_va(values: Mapping[str, object]) -> int | None:
    """Return what the subscription allows to draw, from the values of a Linky or older meter.

    ISOUSC is in amperes at 200 V, for each phase.
    """
    powers = [v for label in ("PREF", "PCOUP") if isinstance(v := values.get(label), int)]
    if powers:
        return 1000 * max(powers)
    current = values.get("ISOUSC")
    phases = 3 if "IINST2" in values else 1
    return 200 * current * phases if isinstance(current, int) else None


def fastest(label: str, allowed_va: int | None, otherwise: float) -> float:
    """Return how fast an index can grow, in units a second; `otherwise` what its meter can do."""
    if allowed_va is None or WITHDRAWN.fullmatch(label) is None:
        return otherwise
    return min(otherwise, MARGIN * allowed_va / 3600)


class IndexCheck:
    """Believes an index that follows the last one, or that others confirm.

    An index never decreases and never grows faster than `fastest`. One that does is kept aside,
    and believed only when more follow *it*: so a damaged group changes nothing, and a replaced
    register costs some frames. A first value waits for one more, as does the first after a gap.
    """

    def __init__(self, fastest: float) -> None:
        self.fastest = fastest
        """Units a second; may change, as a contract does."""
        self.restarts = 0
        """How often the index went on from elsewhere."""
        self._believed: tuple[int, float] | None = None
        self._aside: tuple[int, float] | None = None
        self._confirmations = 0

    def believes(self, value: int, at: float) -> bool:
        """Return whether `value`, received at `at` s of a clock that only goes on, is the index."""
        needed = self._needed(value, at)
        follows_aside = self._follows(self._aside, value, at)
        self._confirmations = self._confirmations + 1 if follows_aside else 0
        if self._confirmations < needed:
            self._aside = (value, at)
            return False
        self.restarts += needed == CONFIRMATIONS
        self._believed, self._aside = (value, at), None
        return True

    def _needed(self, value: int, at: float) -> int:
        """Return how many values must follow this one."""
        if self._believed is None:
            return 1
        if not self._follows(self._believed, value, at):
            return CONFIRMATIONS
        return 1 if at - self._believed[1] > GAP else 0

    def _follows(self, before: tuple[int, float] | None, value: int, at: float) -> bool:
        if before is None:
            return False
        # One unit more: the register rounds.
        return 0 <= value - before[0] <= 1 + self.fastest * (at - before[1] + LATE)


class RepeatCheck:
    """Believes what is said twice running.

    What differs three times running changes by itself, and is believed as it comes.
    """

    def __init__(self) -> None:
        self._believed: str | None = None
        self._last: str | None = None
        self._changes = 0

    def believes(self, written: str) -> bool:
        """Return whether this is the value, and not a damaged one."""
        self._changes = 0 if written in (self._believed, self._last) else self._changes + 1
        self._last = written
        if self._changes not in (0, CONFIRMATIONS + 1):
            return False
        self._believed, self._changes = written, 0
        return True
