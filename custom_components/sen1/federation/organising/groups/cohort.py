"""Who counts in what is given on, so that no two given values differ by one home.

Pure. What is given on is a mean of each hour. Whoever multiplies two of them by how many were in
them, and subtracts, has what came and went between the two: that are never fewer than two homes.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date

from ....const import LEAST_HOMES

type Draw = Callable[[int, Collection[int]], int]
"""Of whoever left, and those who are left: who is left out as well. Chance, the same each time."""


def following(last: frozenset[int], able: frozenset[int], draw: Draw) -> frozenset[int]:
    """Return who counts next of those who are able to, after those who counted last.

    Between the two nobody changes, or two at least do. Who came alone waits until another comes or
    goes; when one leaves alone another one is left out, and is back with the next change.
    """
    gone, come = last - able, able - last
    if len(gone) + len(come) != 1:
        return able
    if come:
        return last
    (alone,), left = gone, last - gone
    return left - {draw(alone, left)} if left else left


@dataclass(frozen=True, slots=True)
class Cohort:
    """Who counts on a local day, and who counted in what was given last."""

    day: date
    homes: frozenset[int] = frozenset()
    """Fixed at the beginning of the day."""
    given: frozenset[int] = frozenset()
    """In the last hour that was given."""

    def on(self, day: date, able: Collection[int], draw: Draw) -> Cohort:
        """Return the cohort of a day; `able` are the members who were at its beginning."""
        if day == self.day:
            return self
        return replace(self, day=day, homes=following(self.homes, frozenset(able), draw))

    def settled(self, reported: Collection[int], draw: Draw) -> Cohort | None:
        """Return the cohort after an hour in which these have reported; None: nothing is given.

        What is given is of `given` of the answer, five homes at least.
        """
        able = self.homes & frozenset(reported)
        homes = following(self.given, able, draw)
        return replace(self, given=homes) if len(homes) >= LEAST_HOMES else None

    def is_whole(self, reported: Collection[int], members: Collection[int]) -> bool:
        """Return whether nobody is waited for: who is no member any more reports nothing."""
        waited = self.homes & frozenset(members)
        return waited <= frozenset(reported) or len(waited) < LEAST_HOMES
