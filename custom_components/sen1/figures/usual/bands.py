"""What a power usually is at a quarter of an hour, and whether one is out of the usual.

Pure. Powers are in W.

**Days alike** are of the same kind (working, weekend) and about as cold: within `CLOSE` degree-days
of each other, then wider, up to `FAR`, until there are `ENOUGH`. Where too few days have a
temperature, those of the season stand for them, of any year.

**The band** goes from the quartile to the third one of what was used at that quarter of the clock,
so half of all times lie in it. It is told when `ENOUGH` days are in it: of 14 the quartiles lie
between their fourth and fifth from either end, so neither moves much with one strange day; a home
has 14 weekend days after seven weeks.

**Unusual** is not what lies outside of it, as half of all times do, but what lies beyond it by
three times its width (Tukey's outer fence), by something that a household would notice, and
further than one day alike in twenty (a washing machine runs now and then), for two whole quarters
running: half an hour, whatever is switched on and off meanwhile.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import partial

from ..year.model import DayKind, kind_of
from .means import QUARTERS, UNKNOWN, Quarters

KEPT = timedelta(days=731)
"""Older days are not asked."""
ENOUGH = 14
MOST = 60
"""The newest of the days alike: habits change."""
CLOSE = 1.5
FAR = 6.0
"""Degree-days."""
SEASON = (30, 45, 60)
"""Days of the year before and after one, wider until there are enough: 30 have 8 at weekends."""
MOSTLY = 0.5
"""Of the days of the season must have a temperature, or it is the season that tells."""

SLACK = 0.1
SLACK_W = 20.0
"""Of what is usual, and at least: so far beyond its edge a power is out of a band."""

WIDTHS = 3.0
RARE = 0.05
"""Of the days alike were as far from the others."""
NOTICED = 0.25
"""Of what is usual."""
HOME_W = 200.0
"""A few lamps; an oven draws more."""
APPLIANCE_W = 30.0
"""A freezer that was left open draws more."""
RUNNING = 2
"""Quarters."""

type DegreesOf = Callable[[date], float | None]
"""Tells the degree-days of a day."""


class Side(StrEnum):
    """Where a power is, beside what is usual."""

    BELOW = "below"
    USUAL = "usual"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Band:
    """What half of the days alike used at a quarter of the clock, or in the mean, W."""

    low: float
    median: float
    high: float
    rarely_below: float
    rarely_above: float
    """What all but a few used, at least and at most."""

    def fence(self, least: float, part: float = 1.0) -> tuple[float, float]:
        """Return what is unusual below, and above: beyond the edges by at least so many W.

        `part` of the way from the edges to there.
        """
        margin = max(WIDTHS * (self.high - self.low), NOTICED * self.median, least)
        below = min(self.low - margin, self.rarely_below)
        above = max(self.high + margin, self.rarely_above)
        return self.low + part * (below - self.low), self.high + part * (above - self.high)


@dataclass(frozen=True, slots=True)
class Alike:
    """The days a day is compared with."""

    kind: DayKind
    days: list[date] = field(default_factory=list)
    degrees: tuple[float, float] | None = None
    """From how many degree-days to how many; None: by season."""

    def temperatures(self, base: float) -> list[int | None] | None:
        """Return between which means of a day they lie, °C; above all that have no degree-days."""
        if self.degrees is None:
            return None
        fewest, most = self.degrees
        return [round(base - most), round(base - fewest) if fewest > 0 else None]


def alike(day: date, known: Iterable[date], degrees_of: DegreesOf) -> Alike:
    """Return the days before a day that are like it, of those that are known."""
    kind = kind_of(day)
    candidates = [one for one in known if one < day and kind_of(one) is kind]
    season = _season(day, candidates)
    degrees = degrees_of(day)
    of_each = {one: told for one in candidates if (told := degrees_of(one)) is not None}
    if degrees is None or sum(one in of_each for one in season) < MOSTLY * len(season):
        return Alike(kind, sorted(season)[-MOST:])
    width = CLOSE
    while True:
        days = [one for one, told in of_each.items() if abs(told - degrees) <= width]
        if len(days) >= ENOUGH or width >= FAR:
            return Alike(kind, sorted(days)[-MOST:], (max(degrees - width, 0.0), degrees + width))
        width += CLOSE


def _season(day: date, candidates: Sequence[date]) -> list[date]:
    found: list[date] = []
    for width in SEASON:
        found = [one for one in candidates if _apart(one, day) <= width]
        if len(found) >= ENOUGH:
            break
    return found


def _apart(one: date, other: date) -> int:
    """Return how many days of the year lie between two dates, over its end too."""
    days = abs(one.timetuple().tm_yday - other.timetuple().tm_yday)
    return min(days, 365 - days)


def bands_of(days: Iterable[tuple[Quarters, Sequence[int]]]) -> list[Band | None]:
    """Return the band of each quarter of the clock; None where too few days tell of it.

    Of each day its means, and where they stand on the clock.
    """
    told = [array("i") for _ in range(QUARTERS)]
    for quarters, clock in days:
        for mean, at in zip(quarters, clock, strict=True):
            if mean != UNKNOWN:
                told[at].append(mean)
    return [band_of(means) for means in told]


def band_of(means: Sequence[float]) -> Band | None:
    """Return the band of powers; None where they are too few."""
    parts = (0.25, 0.5, 0.75, RARE, 1 - RARE)
    return Band(*map(partial(_quantile, sorted(means)), parts)) if len(means) >= ENOUGH else None


def _quantile(ordered: Sequence[float], part: float) -> float:
    """Return a quantile, between two values in proportion."""
    place = part * (len(ordered) - 1)
    before = int(place)
    after = min(before + 1, len(ordered) - 1)
    return ordered[before] + (place - before) * (ordered[after] - ordered[before])


def side_of(power: float, band: Band, before: Side | None) -> Side:
    """Return where a power is; one that was beyond an edge is so until it is within it."""
    slack = max(SLACK * band.median, SLACK_W)
    if power > band.high + (0 if before is Side.ABOVE else slack):
        return Side.ABOVE
    if power < band.low - (0 if before is Side.BELOW else slack):
        return Side.BELOW
    return Side.USUAL


@dataclass(slots=True)
class Unusual:
    """Sees what is unusual for a while, quarter by quarter, and its end."""

    least: float
    """W beyond the band, at least."""
    is_on: bool = False
    running: int = 0
    """Quarters beyond the band: below zero those beneath it."""

    def take(self, mean: int, band: Band | None) -> bool:
        """Take the mean of a quarter that ended; tell whether something began or ended with it."""
        if mean == UNKNOWN or band is None:
            self.running = 0
            return False
        # It ends well within the fence: what lies near it would come and go.
        below, above = band.fence(self.least, 0.5 if self.is_on else 1.0)
        if self.is_on:
            self.is_on = not below <= mean <= above
            self.running = 0
            return not self.is_on
        if mean > above:
            self.running = max(self.running, 0) + 1
        elif mean < below:
            self.running = min(self.running, 0) - 1
        else:
            self.running = 0
        self.is_on = abs(self.running) >= RUNNING
        return self.is_on


def unusual_of(
    quarters: Quarters, bands: Sequence[Band | None], clock: Sequence[int], least: float
) -> list[tuple[int, int]]:
    """Return when a day was unusual, as the first quarter of each time and the one after it."""
    unusual, spans, since = Unusual(least), list[tuple[int, int]](), 0
    for number, (mean, at) in enumerate(zip(quarters, clock, strict=True)):
        if unusual.take(mean, bands[at]):
            if unusual.is_on:
                since = number + 1 - RUNNING
            else:
                spans.append((since, number))
    if unusual.is_on:
        known = [number for number, mean in enumerate(quarters) if mean != UNKNOWN]
        spans.append((since, known[-1] + 1))
    return spans
