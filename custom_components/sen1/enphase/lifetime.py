"""Energies since the beginning that never go down, whatever the firmware does to its counters.

Gateways answer 0 while they start, count in 32 bits of joules (1.19 MWh, then 0 again), and
change what a counter means between two firmwares. Each would be a false peak in the statistics
for ever. Pure: time is an argument.
"""

from dataclasses import dataclass

FASTEST = 100_000 / 3600
"""Wh a second: more than any site that one gateway serves."""
LUMP_S = 1200
"""Seconds between two steps of a counter made of the inverters' reports, at most."""
DRIFT = 1000
"""Wh: what a counter that is a difference loses over a night; it comes back to it by itself."""
WRAP = 2**32 / 3600
"""Wh: where a counter of 32 bits of joules begins again."""


@dataclass(slots=True)
class Lifetime:
    """Follows one counter. What is shown grows as the counter grows, and never otherwise."""

    shown: float | None = None
    counter: float = 0
    at: float = 0
    """When the counter was last read, seconds of a clock that goes on over a restart."""
    _aside: tuple[float, float] | None = None

    def read(self, counter: float, now: float) -> None:
        """Take a reading, Wh.

        One that does not follow the last is kept aside until a later one grows from *it*: then
        the counter has begun anew, and what is shown goes on from where it was.
        """
        if self.shown is None:
            self.shown, self.counter, self.at = counter, counter, now
        elif self._follows(self.counter, self.at, counter, now):
            self._grow(counter - self.counter, counter, now)
        elif 0 <= self.counter - counter <= min(DRIFT, self.counter / 2):
            self._aside = None
        elif self._aside is not None and self._follows(*self._aside, counter, now):
            begun, _ = self._aside
            if counter == begun:
                return  # a gateway that starts says 0 more than once
            if self._follows(self.counter - WRAP, self.at, counter, now):
                begun = self.counter - WRAP
            self._grow(counter - begun, counter, now)
        else:
            self._aside = (counter, now)

    def _grow(self, by: float, counter: float, now: float) -> None:
        assert self.shown is not None  # there is one to grow
        self.shown += by
        self.counter, self.at = counter, now
        self._aside = None

    @staticmethod
    def _follows(before: float, at: float, counter: float, now: float) -> bool:
        return 0 <= counter - before <= FASTEST * max(now - at, LUMP_S)
