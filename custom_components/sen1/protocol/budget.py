"""What others may make this Home Assistant do: so much at once, and so much a second after that.

Pure. An honest friend never comes near; a hostile one costs no more than this, however often it
leaves and comes again: what one owes is owed at its address, and at the next one as well.
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from .errors import PayloadRefused


class Effort(StrEnum):
    """What somebody makes us do."""

    ANSWER = "answer"
    """Answers of the past: each record read, and a hundred for each question."""
    COMMAND = "command"
    """Other commands: catalogue, requests for access, subscriptions."""
    KEPT = "kept"
    """Bytes of what is said of grants and of days: the journal keeps them for years."""
    RESERVE = "reserve"
    """The same of what is taken back, erased and acknowledged by somebody who is known: it comes
    whatever others, or the same one, have cost."""
    DAY = "day"
    """Statements of a day: each is compared with what came, and written to the disk."""
    MESSAGE = "message"
    """Grants and what is said of them: each is written to the disk."""
    PRESENCE = "presence"
    """Coming back: all series of a friend are asked for."""
    STRANGER = "stranger"
    """What is said or asked by one who is not known: to see whether it has one of our secrets."""
    STRANGER_WORK = "stranger_work"
    """Bytes of signed statements inflated and verified, a signature as so many."""
    WORK = "work"
    """The same of one who is known; answers to what we asked for do not count."""
    ROW = "row"
    """States written for a friend's series, or messages of an older node: a row each."""
    VALUE = "value"
    """Readings put into long-term statistics."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one may cost: so much at once, and so much a second after that."""

    most: float
    per_second: float
    by_domain: int = 0
    together: int = 0
    """All of a server, and all together, may cost so many times what one may; 0: each is for
    itself."""


ALLOWANCES = {
    # A year of half-hours of 50 series, and a week of them each second.
    # A circle that is open to everyone admits a thousand who ask.
    Effort.ANSWER: Allowance(1_000_000, 400, together=4),
    Effort.COMMAND: Allowance(120, 1, together=100),
    # All days that are kept, said, answered, changed and mended.
    Effort.DAY: Allowance(500, 0.1),
    # The grants of a hundred series, or a month of days of ten, at once: what is more is said again
    # until it is taken. The lines that are kept are up to three times as long.
    Effort.KEPT: Allowance(100_000, 50, by_domain=100, together=200),
    # A hundred series that are taken back, erased and acknowledged, at once.
    Effort.RESERVE: Allowance(100_000, 10, by_domain=100),
    # All 256 series of a friend, granted, paused and granted again.
    Effort.MESSAGE: Allowance(1000, 1),
    Effort.PRESENCE: Allowance(60, 0.1),
    # All members of a collection at once, whose organiser was away, be they of one server.
    Effort.STRANGER: Allowance(20, 0.02, by_domain=50, together=100),
    # A hundred who come, of one server or of twenty.
    Effort.STRANGER_WORK: Allowance(500_000, 1_000, by_domain=10, together=20),
    # 256 series that each tell something every ten seconds, and were away for a while.
    Effort.WORK: Allowance(20_000_000, 150_000),
    # 256 series that each tell something every ten seconds.
    Effort.ROW: Allowance(2000, 30),
    Effort.VALUE: Allowance(100_000, 300),
}

EVERYBODY = ""
"""Stands for all together."""

SIGNATURE = 2_000
"""Bytes of `WORK` that it costs to verify a signature."""

MOST_OWING = 2_000
"""Allowances that are remembered before those are forgotten that are whole again."""


class Budgets:
    """Count what each one costs, and what was refused for it."""

    def __init__(self) -> None:
        self.refused: Counter[Effort] = Counter()
        """How often somebody had used up an allowance."""
        self._left: dict[tuple[Effort, str], tuple[float, float]] = {}
        """What one has left of an allowance, and at what time."""
        self._most = MOST_OWING

    def take(self, effort: Effort, who: str, now: float, cost: float = 1) -> bool:
        """Return whether somebody may cost so much now, and note it; `now` is monotonic, seconds.

        What costs more than is left is allowed while anything is: then it is paid back.
        """
        if min(self._left_of(effort, who, now).values()) <= 0:
            self.refused[effort] += 1
            return False
        self.spend(effort, who, now, cost)
        return True

    def charge(self, effort: Effort, who: str, now: float, cost: float = 1) -> None:
        """Note what somebody costs; raises PayloadRefused where it is too much for now."""
        if not self.take(effort, who, now, cost):
            raise PayloadRefused("too_often")

    def spend(self, effort: Effort, who: str, now: float, cost: float) -> None:
        """Note what somebody has cost, who was allowed to before it was known how much."""
        for one, much in self._left_of(effort, who, now).items():
            self._left[effort, one] = (much - cost, now)
        if len(self._left) > self._most:
            self._forget_whole(now)

    def wait(self, effort: Effort, who: str, now: float) -> float:
        """Return the seconds until somebody may cost anything again."""
        each = ALLOWANCES[effort].per_second
        several = self._left_of(effort, who, now).items()
        return max(max(0.0, -left) / (_times(effort, one) * each) for one, left in several)

    def move(self, old: str, new: str, now: float) -> None:
        """Let somebody have no more at its new address than at the old one, where it owes on."""
        for effort in ALLOWANCES:
            if (effort, old) in self._left:
                left = (self._refilled(effort, one, now) for one in (old, new))
                self._left[effort, new] = (min(left), now)

    def _left_of(self, effort: Effort, who: str, now: float) -> dict[str, float]:
        """Return what somebody has left, and all of its server and all together, where bounded."""
        allowance, several = ALLOWANCES[effort], [who]
        if allowance.by_domain:
            several.append(who[who.rfind("@") :])
        if allowance.together:
            several.append(EVERYBODY)
        return {one: self._refilled(effort, one, now) for one in several}

    def _refilled(self, effort: Effort, one: str, now: float) -> float:
        most, rate = _most(effort, one), _times(effort, one) * ALLOWANCES[effort].per_second
        left, at = self._left.get((effort, one), (most, now))
        return min(most, left + rate * (now - at))

    def _forget_whole(self, now: float) -> None:
        """Forget who owes nothing any more: whoever is not remembered owes nothing."""
        self._left = {
            (effort, one): (left, now)
            for effort, one in self._left
            if (left := self._refilled(effort, one, now)) < _most(effort, one)
        }
        self._most = max(MOST_OWING, 2 * len(self._left))


def _times(effort: Effort, one: str) -> int:
    """Return how many times an allowance is of somebody, a server or all together."""
    if one == EVERYBODY:
        return ALLOWANCES[effort].together
    return ALLOWANCES[effort].by_domain if one.startswith("@") else 1


def _most(effort: Effort, one: str) -> float:
    return _times(effort, one) * ALLOWANCES[effort].most
