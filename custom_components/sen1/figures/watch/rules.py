"""What is wrong with an installation, by its own history.

Pure: time is an argument, in seconds since the epoch; powers are in W, elevations in degrees.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median

REMEMBERED = timedelta(days=14)
"""Long enough for a week of rain, short enough to follow the seasons."""

DAYS_NEEDED = 3
"""Fewer days are no history."""

DAYLIGHT = 15.0
"""Below, trees and roofs may hide the sun."""
BAND = 10
"""Degrees of elevation that are compared with each other."""
ABSENT = 0.02
"""Of what is usual: a black sky still gives more."""

LOUD = 0.90
CALM = 0.85
"""Of the subscribed power: where a meter's own scale turns red, and where all is well again."""


class FaultDelay:
    """Believes a fault after a time, and its end after a time."""

    def __init__(self, begin_s: float, end_s: float = 0) -> None:
        self._begin_s = begin_s
        self._end_s = end_s
        self.is_on = False
        self.since: float | None = None
        """Since when there has been a fault, or none, against what is believed."""
        self.began: float | None = None
        """When the fault that is believed was first seen."""

    def look(self, now: float, is_wrong: bool | None) -> bool:
        """Take what is seen now, None if it says neither; return what is believed."""
        if is_wrong is None or is_wrong is self.is_on:
            self.since = None
            return self.is_on
        if self.since is None:
            self.since = now
        if now - self.since >= (self._end_s if self.is_on else self._begin_s):
            self.began = None if self.is_on else self.since
            self.is_on, self.since = not self.is_on, None
        return self.is_on

    def due(self) -> float | None:
        """Return when it believes otherwise unless something changes."""
        if self.since is None:
            return None
        return self.since + (self._end_s if self.is_on else self._begin_s)


@dataclass(slots=True)
class BestProduction:
    """What the panels usually give with the sun so high: the best of each day, by elevation."""

    best: dict[int, dict[date, float]] = field(default_factory=dict)
    """Band of elevation → day → W."""

    def learn(self, day: date, elevation: float, watts: float) -> None:
        """Remember a power if it is the day's best."""
        days = self.best.setdefault(int(elevation // BAND), {})
        days[day] = max(days.get(day, 0.0), watts)
        for old in [old for old in days if old < day - REMEMBERED]:
            del days[old]

    def is_absent(self, day: date, elevation: float, watts: float | None) -> bool | None:
        """Return whether there is next to nothing where there usually is something.

        None while the sun is low or there is no history: then nobody can say.
        """
        before = [w for d, w in self.best.get(int(elevation // BAND), {}).items() if d != day]
        if elevation < DAYLIGHT or len(before) < DAYS_NEEDED or not (usual := median(before)):
            return None
        return watts is None or watts < ABSENT * usual


@dataclass(slots=True)
class Rhythm:
    """How long a sensor is usually silent: the longest of each day."""

    heard: float | None = None
    gaps: dict[date, float] = field(default_factory=dict)
    """Day → seconds."""

    def hear(self, day: date, at: float) -> None:
        """Take the moment of its newest value."""
        if self.heard is not None and at > self.heard:
            self.gaps[day] = max(self.gaps.get(day, 0.0), at - self.heard)
            for old in [old for old in self.gaps if old < day - REMEMBERED]:
                del self.gaps[old]
        self.heard = at if self.heard is None else max(at, self.heard)

    def is_silent(self, now: float, patience_s: float, *, is_available: bool) -> bool:
        """Return whether it has been silent for much longer than it ever is.

        One that still shows its last value may just stand still: that takes some history.
        """
        if self.heard is None or (is_available and len(self.gaps) < DAYS_NEEDED):
            return False
        usual = max(self.gaps.values(), default=0.0)
        return now - self.heard > max(patience_s, 2 * usual)


def is_overloaded(watts: float | None, subscribed_kva: float) -> bool | None:
    """Return whether a home draws nearly all it may; None in between, where it is as before."""
    if watts is None:
        return False
    used = watts / (1000 * subscribed_kva)
    return True if used >= LOUD else False if used < CALM else None
