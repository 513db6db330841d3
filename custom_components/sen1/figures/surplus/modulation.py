"""The power that an appliance may take: it falls as soon as it must, and rises calmly.

Pure: time is an argument, in seconds of a clock that only goes on. Powers are in W.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

SETTLE_S = 30.0
"""So long an appliance may take to do as it is told, and the meter to tell it. Until then its power
would be counted twice, or not at all."""
PACE_S = 10.0
"""It is told less no sooner than this after it was told anything."""
RISE_S = SETTLE_S
"""It is told more once that has been there for so long, after it has settled. As long as others
take to settle, so that what they were just offered is not told it as well."""
STEP_W = 100.0
"""Powers are told in steps of this, rounded down."""
TAKES = 0.85
"""Who draws less of what it may does not want it; a charger by whole amperes draws 6/7 at least."""


class Bounds(NamedTuple):
    """A power that is known but for what is just changing."""

    low: float
    likely: float
    high: float

    def plus(self, other: Bounds) -> Bounds:
        """Return both together."""
        return Bounds(*(one + more for one, more in zip(self, other, strict=True)))

    def minus(self, power: float) -> Bounds:
        """Return what is left of it."""
        return Bounds(*(one - power for one in self))


@dataclass(slots=True)
class Modulation:
    """What one appliance is told it may take."""

    power: float = 0.0
    """0 while it is off."""
    _told: float = float("-inf")
    """When it was told that."""
    _more_since: float | None = None
    """Since when it might take more."""
    _more: float = 0.0
    """The least of what it might have taken since then."""
    _draws: deque[tuple[float, float]] = field(default_factory=deque)
    """What it drew or may have begun to draw, and when, for as long as it takes to settle."""
    _due: float | None = None

    def tell(self, now: float, power: float) -> None:
        """Tell it what it may take from now on."""
        self.power, self._told, self._more_since, self._due = power, now, None, None
        self._draws.append((now, power))

    def draw(self, now: float, measured: float | None) -> Bounds:
        """Return what it draws: as measured, else as it was told."""
        draw = self.power if measured is None else measured
        if not self._draws or self._draws[-1][1] != draw:
            self._draws.append((now, draw))
        while len(self._draws) > 1 and self._draws[1][0] <= now - SETTLE_S:
            self._draws.popleft()
        seen = [watts for _, watts in self._draws]
        return Bounds(min(seen), draw, max(seen))

    def wants_less(self, now: float, measured: float | None) -> bool:
        """Return whether it was seen to draw clearly less than it may."""
        has_settled = now >= self._told + SETTLE_S
        return measured is not None and has_settled and measured < TAKES * self.power

    def follow(self, now: float, fits: float, more: float) -> None:
        """Take what it can take of what is there at most, `fits`, and at least, `more`.

        It falls to the one soon, and rises to the least of the other later.
        """
        self._due = None
        if fits < self.power:
            self._more_since = None
            self._tell_at(now, self._told + PACE_S, fits)
        elif more <= self.power or now < self._told + SETTLE_S:
            self._more_since = None
        else:
            if self._more_since is None:
                self._more_since, self._more = now, more
            self._more = min(self._more, more)
            self._tell_at(now, self._more_since + RISE_S, self._more)

    def due(self, now: float) -> float | None:
        """Return when it must be looked at again though nothing comes."""
        moments = [] if self._due is None else [self._due]
        moments += [at + SETTLE_S for at, _ in list(self._draws)[1:2]]
        return min((at for at in moments if at > now), default=None)

    def _tell_at(self, now: float, at: float, power: float) -> None:
        if now >= at:
            self.tell(now, power)
        else:
            self._due = at
