"""What others may make this Home Assistant do: so much at once, and so much a second after that.

Pure. An honest friend never comes near; a hostile one costs no more than this.
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum


class Effort(StrEnum):
    """What somebody makes us do."""

    ANSWER = "answer"
    """Answers of the past: each record read, and a hundred for each question."""
    COMMAND = "command"
    """Other commands: catalogue, requests for access, subscriptions."""
    KEPT = "kept"
    """Bytes of what is said of grants and of days: the journal keeps them for years."""
    DAY = "day"
    """Statements of a day: each is compared with what came, and written to the disk."""
    MESSAGE = "message"
    """Grants and what is said of them: each is written to the disk."""
    PRESENCE = "presence"
    """Coming back: all series of a friend are asked for."""
    STRANGER = "stranger"
    """What nobody can be told from another by yet: to see whether it has one of our secrets."""
    ROW = "row"
    """States written for a friend's series, or messages of an older node: a row each."""
    VALUE = "value"
    """Readings put into long-term statistics."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one may cost: so much at once, and so much a second after that."""

    most: float
    per_second: float
    together: int = 0
    """All together may cost so many times what one may; 0: each is for itself."""


ALLOWANCES = {
    # A year of half-hours of 50 series, and a week of them each second.
    # A circle that is open to everyone admits a thousand who ask.
    Effort.ANSWER: Allowance(1_000_000, 400, together=4),
    Effort.COMMAND: Allowance(120, 1, together=100),
    # All days that are kept, said, answered, changed and mended.
    Effort.DAY: Allowance(500, 0.1),
    # A month of days of a hundred series, said at once. The lines that are kept are three times as
    # long, of the shortest that can be said.
    Effort.KEPT: Allowance(4_000_000, 50, together=20),
    # All 256 series of a friend, granted, paused and granted again.
    Effort.MESSAGE: Allowance(1000, 1),
    Effort.PRESENCE: Allowance(60, 0.1),
    # All members of a collection at once, whose organiser was away.
    Effort.STRANGER: Allowance(1000, 1),
    # 256 series that each tell something every ten seconds.
    Effort.ROW: Allowance(2000, 30),
    Effort.VALUE: Allowance(100_000, 300),
}

EVERYBODY = ""
"""Stands for all together."""


class Budgets:
    """Count what each one costs, and what was refused for it."""

    def __init__(self) -> None:
        self.refused: Counter[Effort] = Counter()
        """How often somebody had used up an allowance."""
        self._left: dict[tuple[Effort, str], tuple[float, float]] = {}
        """What one has left of an allowance, and at what time."""

    def take(self, effort: Effort, who: str, now: float, cost: float = 1) -> bool:
        """Return whether somebody may cost so much now, and note it; `now` is monotonic, seconds.

        What costs more than is left is allowed while anything is: then it is paid back.
        """
        if min(self._left_of(effort, who, now).values()) <= 0:
            self.refused[effort] += 1
            return False
        self.spend(effort, who, now, cost)
        return True

    def spend(self, effort: Effort, who: str, now: float, cost: float) -> None:
        """Note what somebody has cost, who was allowed to before it was known how much."""
        for one, much in self._left_of(effort, who, now).items():
            self._left[effort, one] = (much - cost, now)

    def wait(self, effort: Effort, who: str, now: float) -> float:
        """Return the seconds until somebody may cost anything again."""
        short = -min(0.0, *self._left_of(effort, who, now).values())
        return short / ALLOWANCES[effort].per_second

    def forget(self, who: str) -> None:
        """Forget somebody who is gone."""
        for effort in Effort:
            self._left.pop((effort, who), None)

    def _left_of(self, effort: Effort, who: str, now: float) -> dict[str, float]:
        """Return what somebody has left, and what all together have where that is bounded."""
        allowance = ALLOWANCES[effort]
        times = {who: 1} | ({EVERYBODY: allowance.together} if allowance.together else {})
        return {one: self._refilled(effort, one, many, now) for one, many in times.items()}

    def _refilled(self, effort: Effort, one: str, times: int, now: float) -> float:
        most = times * ALLOWANCES[effort].most
        left, at = self._left.get((effort, one), (most, now))
        return min(most, left + times * ALLOWANCES[effort].per_second * (now - at))
