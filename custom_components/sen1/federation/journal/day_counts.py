"""What each UTC day comes to, until it is entered in the journal."""

from collections import Counter
from collections.abc import Callable
import time
from typing import TypedDict

from ...protocol.stamps import stamp


class DayData(TypedDict):
    """What a UTC day came to that is not in the journal's chain yet."""

    sent: int
    """Readings, to each friend who could receive them."""
    received: int
    refused: dict[str, int]
    """By reason."""


class DayCounts:
    """Count by day what went, what came and what was not taken."""

    def __init__(self, kept: dict[str, DayData], elsewhere: Callable[[], Counter[str]]) -> None:
        """`elsewhere` tells what others refused since the start, by reason."""
        self._kept = kept
        self.elsewhere = elsewhere
        self._told = Counter[str]()

    def today(self) -> DayData:
        """Return what today came to so far."""
        return self.of(stamp(time.time())[:10])

    def of(self, day: str) -> DayData:
        """Return what a day came to."""
        return self._kept.setdefault(day, DayData(sent=0, received=0, refused={}))

    def fold(self) -> list[str]:
        """Return the days that are over, oldest first.

        What others refused since they were asked last is of the last of them, or of today.
        """
        today, now = stamp(time.time())[:10], self.elsewhere()
        over = sorted(day for day in self._kept if day < today)
        refused = self.of(over[-1] if over else today)["refused"]
        for reason, number in (now - self._told).items():
            refused[reason] = refused.get(reason, 0) + number
        self._told = Counter(now)
        return over

    def entered(self, day: str) -> None:
        """Forget a day that is in the chain."""
        del self._kept[day]
