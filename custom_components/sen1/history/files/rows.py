"""The rows of a table, or of one of those that its lines are of.

Pure. A row is no object but a number in each of some arrays: a file has hundreds of thousands, and
whoever looks for garbage would stop all else to look through them.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
import math

from ..points import HOUR
from .cells import Moment
from .found import in_order

DAY = 86_400.0
MIDNIGHT = datetime.min.time()


type TimedValue = tuple[float | None, float | None, float | None]
"""The value of a row, None: its cell is empty; its end and its length, None: it does not tell."""


class Rows:
    """Rows as they come, and in the order of their times."""

    def __init__(self, zone: tzinfo, columns: int) -> None:
        self._zone = zone
        self._times = array("d")
        self._columns = [array("d") for _ in range(columns)]
        self._ends = array("d")
        self._steps = array("d")
        self._are_naive = bytearray()
        self.are_days = True
        """Whether all are of whole days, or longer."""

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._times)

    def add(
        self,
        moment: Moment,
        values: Sequence[float | None],
        end: datetime | None,
        step: float | None,
    ) -> None:
        """Take a row, with a value for each column; `step` is in seconds."""
        time = self.time(moment.time)
        if self.are_days:
            is_midnight = moment.is_day or self.local(time).time() == MIDNIGHT
            self.are_days = is_midnight and step in (None, DAY)
        self._times.append(time)
        for column, value in zip(self._columns, values, strict=True):
            column.append(math.nan if value is None else value)
        self._ends.append(math.nan if end is None else self.time(end))
        self._steps.append(math.nan if step is None else step)
        self._are_naive.append(moment.time.tzinfo is None)

    def in_time(self) -> dict[float, int]:
        """Return where the row of each time is, oldest first: the last said.

        A local time that comes twice, when clocks go back, is the second one the second time.
        """
        order = range(len(self._times))
        is_newest_first = self._times[0] > self._times[-1]
        timed: dict[float, int] = {}
        last = -math.inf
        for at in reversed(order) if is_newest_first else order:
            time = self._times[at]
            if time <= last and self._are_naive[at]:
                time = self.time(self.local(time).replace(fold=1))
            timed[time] = at
            last = max(last, time)
        return {time: timed[time] for time in in_order(list(timed))}

    def column(self, number: int, timed: Mapping[float, int]) -> Iterator[TimedValue]:
        """Yield the rows of a column, in the order of `in_time`."""
        values = self._columns[number]
        for time, at in timed.items():
            value, end, step = values[at], self._ends[at], self._steps[at]
            if self._are_naive[at] and not 0 < end - time <= HOUR:
                # Where clocks go back an end comes twice, or only seems an hour later.
                if end <= time:
                    end = self.time(self.local(end).replace(fold=1))
                by_clock = (self.local(end) - self.local(time)).total_seconds() if end > time else 0
                end = time + by_clock if 0 < by_clock <= HOUR else end
            # Whole numbers as such: they are kept and written without their `.0`.
            yield (
                None if value != value else int(value) if value.is_integer() else value,
                None if end != end else end,
                None if step != step else step,
            )

    def is_empty(self, number: int) -> bool:
        """Return whether a column has no value at all."""
        # Only what is not a number differs from itself.
        return all(value != value for value in self._columns[number])

    def time(self, when: datetime) -> float:
        """Return a time in Unix seconds; a naive one is local."""
        return (when if when.tzinfo else when.replace(tzinfo=self._zone)).timestamp()

    def local(self, time: float) -> datetime:
        """Return a time as a naive, local one."""
        return datetime.fromtimestamp(time, self._zone).replace(tzinfo=None)
