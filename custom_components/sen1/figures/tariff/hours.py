"""Hours of the day as people write them: "22:30-6:30, 12:00-14:00". Pure."""

from dataclasses import dataclass
import re

DAY_MIN = 24 * 60

_RANGE = re.compile(r"(\d{1,2})[:hH](\d{2})?\s*[-\u2013à]\s*(\d{1,2})[:hH](\d{2})?")


class HoursError(ValueError):
    """A text that does not say hours."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Stretches of a day, in minutes since midnight; one may go over midnight."""

    ranges: tuple[tuple[int, int], ...]

    @classmethod
    def parse(cls, text: str) -> Hours:
        """Read "22:30-6:30, 12h-14h"; raise HoursError on anything else."""
        ranges = []
        for part in filter(None, map(str.strip, re.split(r"[,;]", text))):
            match = _RANGE.fullmatch(part)
            if match is None:
                raise HoursError(part)
            first, first_minute, last, last_minute = (int(word or 0) for word in match.groups())
            begin, end = first * 60 + first_minute, last * 60 + last_minute
            if max(first_minute, last_minute) > 59 or begin >= DAY_MIN or end > DAY_MIN:
                raise HoursError(part)
            ranges.append((begin, end % DAY_MIN))
        if not ranges:
            raise HoursError(text)
        return cls(tuple(ranges))

    def holds(self, minute: int) -> bool:
        """Tell whether a minute of the day is within."""
        return any(
            begin <= minute < end if begin < end else minute >= begin or minute < end
            for begin, end in self.ranges
        )

    def next_bound(self, minute: int) -> int:
        """Return the next minute at which a stretch begins or ends; of tomorrow: a day later."""
        bounds = {bound for stretch in self.ranges for bound in stretch}
        return min(bound if bound > minute else bound + DAY_MIN for bound in bounds)
