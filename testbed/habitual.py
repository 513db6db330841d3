"""A household with a past: from now on it uses what it used in the years before.

Its sun may stand at noon in the night: what it uses goes by the real hour, whatever its time is.
Its appliances are switched within that: heat, and whatever else has no appliance of its own, fills
up what they leave, as heaters do that give way to a hob. So the mean of each quarter of an hour is
that of its past, unless its appliances alone use more.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from .household import PARIS, SECOND, Appliance, Household, hour_of, moment, standby
from .years import Source, daylight, halves

QUARTER_S = 900
SAMPLED_S = 5
"""So often the appliances are looked at to know what they use on the mean."""
REST_PHASE = 2


class HabitualHousehold(Household):
    """A household that goes on as a source did."""

    def __init__(
        self,
        seed: int,
        source: Source,
        *,
        begin: datetime,
        appliances: Sequence[tuple[Appliance, int]],
        since: datetime | None = None,
        solar_peak_w: int = 0,
    ) -> None:
        """Have its time `begin` at the real time `since`, or now."""
        super().__init__(seed, begin=begin, solar_peak_w=solar_peak_w, daylight=daylight)
        self._source = source
        self._appliances = appliances
        self._ahead_s = (moment(begin) - moment(since or datetime.now(PARIS))) // SECOND
        self._levels: dict[int, int] = {}
        """By the quarter of an hour."""

    def _loads(self, second: int, hour: float) -> list[int]:
        second -= self._ahead_s
        loads = self._switched(second)
        loads[REST_PHASE - 1] += max(0, self._level(second // QUARTER_S) - sum(loads))
        loads[0] += round(standby(self, second, hour))
        return loads

    def _switched(self, second: int) -> list[int]:
        """Return what the appliances on each phase draw, W, at a real time."""
        return self._drawn(self._appliances, second, hour_of(second))

    def _level(self, quarter: int) -> int:
        """Return up to where the rest fills what the appliances draw in a quarter of an hour, W."""
        if quarter not in self._levels:
            begin = quarter * QUARTER_S
            seconds = range(begin, begin + QUARTER_S, SAMPLED_S)
            rising = sorted(sum(self._switched(second)) for second in seconds)
            always = sum(round(standby(self, second, 0)) for second in seconds)
            sought = watts(self._source, begin) * len(seconds) - always
            self._levels[quarter] = _level_of(rising, sought)
        return self._levels[quarter]


def watts(source: Source, second: int) -> int:
    """Return the mean watts of the half-hour that a second since the epoch lies in."""
    at = datetime.fromtimestamp(second, UTC)
    return halves(source, at.replace(minute=0, second=0))[at.minute // 30]


def _level_of(rising: Sequence[int], sought: int) -> int:
    """Return up to where the lowest must be filled for all to add up to what is sought."""
    above = sum(rising)
    for count, (last, following) in enumerate(pairwise(rising), 1):
        above -= last
        if sought - above <= count * following:
            return (sought - above) // count
    return sought // len(rising)
