"""Times without an offset, of a clock that is set twice a year.

Pure. In the hour that comes twice, the order of arrival tells which: a series that goes back in it
is in the second.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

FIRST_YEAR, LAST_YEAR = 1970, 2100
"""Of other years no zone tells the time: the calendar ends within a day of them."""


class NoSuchTimeError(ValueError):
    """A time that the clock skipped, or no time at all."""


@dataclass(slots=True)
class LocalClock:
    """Place the times of one series; `last` and `fold` are what to remember of it."""

    zone: tzinfo
    last: datetime | None = None
    """The last time without an offset."""
    fold: int = 0
    """Which of the two hours it was in (PEP 495)."""

    def place(self, text: str) -> float:
        """Return the Unix time of what a proxy wrote; raises NoSuchTimeError."""
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise NoSuchTimeError from None
        if moment.tzinfo is not None:
            return moment.timestamp()
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise NoSuchTimeError
        first, second = (moment.replace(tzinfo=self.zone, fold=fold) for fold in (0, 1))
        back = first.astimezone(UTC).astimezone(self.zone).replace(tzinfo=None, fold=0)
        if back != moment:
            raise NoSuchTimeError
        is_same_night = self.last is not None and self.last.date() == moment.date()
        if not self._is_doubled(moment) or not is_same_night:
            self.fold = 0
        elif self.last is not None and self._is_doubled(self.last) and moment <= self.last:
            self.fold = 1
        self.last = moment
        return (second if self.fold else first).timestamp()

    def _is_doubled(self, moment: datetime) -> bool:
        first, second = (moment.replace(tzinfo=self.zone, fold=fold) for fold in (0, 1))
        return first.utcoffset() != second.utcoffset()
