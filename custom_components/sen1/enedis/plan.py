"""What is still to be asked of Enedis, when, and what is known so far. Pure: `now` is given.

Days come first, then curves with the newest week first; each morning the last days again, which
Enedis may have corrected. All of it is kept, so that a restart goes on where it was. Days are
ordinals, `now` and moments Unix seconds.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ..history.points import HOUR, Point
from .gateways import EnedisStatus
from .meter_reading import PARIS, curve_in, day_of, days_in, highest_in, joined, midnight

BOUGHT, SOLD = "bought", "sold"


class EnedisKind(StrEnum):
    """Kinds of data, in the order in which they are asked for."""

    DAYS_BOUGHT = "daily_consumption"
    DAYS_SOLD = "daily_production"
    HIGHEST_POWER = "consumption_max_power"
    CURVE_BOUGHT = "consumption_load_curve"
    CURVE_SOLD = "production_load_curve"

    @property
    def side(self) -> str:
        """Return which series it is of."""
        return SOLD if "production" in self else BOUGHT


CURVES = {
    EnedisKind.DAYS_BOUGHT: EnedisKind.CURVE_BOUGHT,
    EnedisKind.DAYS_SOLD: EnedisKind.CURVE_SOLD,
}

DAYS_AT_ONCE, WEEK = 1095, 7
"""Days that a question of days, and one of a curve, may have."""

CURVE_DAYS, HIGHEST_DAYS, CORRECTED_DAYS = 730, 31, 10
"""How far back curves and highest powers are asked for at first, and days each morning."""

EMPTY_MOST = 4
"""Answers without a curve, one after the other: there is none before, or it is switched off."""

RETRY_DAYS = 14
"""After so long a curve that was switched off is asked for again."""

SILENT_DAYS = 10

MORNING, NOON, SLOT_S = 6, 12, 4 * HOUR
"""Hours of France at which slots begin, and how long these are."""

PAUSE_S = 15
"""Between two questions."""

RESERVE = 10
"""Questions of a day that are kept for what is new."""

WAIT_S, WAIT_MOST_S = 900, 12 * HOUR
LONG_WAIT_S, LONG_WAIT_MOST_S = 24 * HOUR, 7 * 24 * HOUR
"""How long to wait where the gateway is down, and else: at first, doubled each time, and most."""


@dataclass(frozen=True, slots=True)
class Question:
    """A kind of data of the days [begin, end)."""

    kind: EnedisKind
    begin: int
    end: int

    def understood(self, rows: Sequence[Any]) -> Understood:
        """Return what the rows of an answer say."""
        if self.kind in CURVES.values():
            return Understood(curve=curve_in(rows, self.begin, self.end))
        if self.kind is EnedisKind.HIGHEST_POWER:
            return Understood(highest=highest_in(rows, self.begin, self.end))
        return Understood(days=days_in(rows, self.begin, self.end))


@dataclass(frozen=True, slots=True)
class Understood:
    """What an answer says: kWh of days, highest powers with their times, a curve in kWh."""

    days: Mapping[int, float] | None = None
    highest: Mapping[int, tuple[float, str]] | None = None
    curve: Sequence[Point] = ()

    def __len__(self) -> int:
        """Return how many values there are."""
        return len(self.days or self.highest or self.curve)


class Plan:
    """What one meter is asked, and what is known of it."""

    def __init__(
        self,
        kinds: Collection[EnedisKind],
        a_day: int,
        random: Callable[[], float],
        kept: Mapping[str, Any] | None = None,
    ) -> None:
        """`a_day` is how many questions a day may have; `random` returns numbers of [0, 1)."""
        self._a_day = a_day
        self._random = random
        self.owed: dict[EnedisKind, set[int]] = {kind: set() for kind in kinds}
        """Days to ask for."""
        self.floor: dict[EnedisKind, int] = {}
        """This day and all before are not to be had."""
        self.totals: dict[str, dict[int, float]] = {BOUGHT: {}, SOLD: {}}
        """kWh of each day, by series."""
        self.highest: dict[int, tuple[float, str]] = {}
        self.dropped = 0
        """Rows of answers that could not be, or came twice."""
        self.fault: EnedisStatus | None = None
        self._failures = 0
        self.last_answer: float | None = None
        self.asked = 0
        """Questions of the day `asked_on`."""
        self.asked_on = 0
        self.round_at = self.not_before = self._wait_until = 0.0
        """When the newest days are asked for again; before what nothing is, also after a restart,
        and before what a gateway that did not answer is not."""
        self.until = 0
        """The day of the last round: what is before should be known."""
        self.empty: dict[EnedisKind, int] = {}
        self.newest_curve: dict[EnedisKind, int] = {}
        self.retry_on: dict[EnedisKind, int] = {}
        """When curves that are switched off are asked for again."""
        self.begun = 0
        """Days there were to ask for at the beginning; 0: all were asked for once."""
        if kept is not None:
            for name in self.content().keys() & kept:
                setattr(self, name, kept[name])
            self.owed = {kind: set(kept["owed"].get(kind, ())) for kind in kinds}
            self.totals = {side: _by_day(totals) for side, totals in self.totals.items()}
            self.highest = {day: (va, at) for day, (va, at) in _by_day(self.highest).items()}
            # After a start a gateway may be asked again at once, but Enedis said when.
            self.fault = EnedisStatus.QUOTA if self.fault == EnedisStatus.QUOTA else None

    def content(self) -> dict[str, Any]:
        """Return what is to be kept."""
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}

    def next_at(self, now: float) -> float | None:
        """Return when there is something to do; None: the household must do something first."""
        if self.fault is EnedisStatus.KEY_REFUSED:
            return None
        # A clock that was wrong for a while may have left moments that are far off.
        self.round_at = min(self.round_at, now + 48 * HOUR)
        self.not_before = min(self.not_before, now + LONG_WAIT_MOST_S)
        at = self.round_at if self._next(now) is None else now
        return max(now, at, self.not_before, self._wait_until)

    def ask(self, now: float) -> Question | None:
        """Return what to ask now, counted as asked; None: nothing."""
        if now >= self.round_at:
            self._open_round(now)
        question = self._next(now)
        if question is not None and now >= max(self.not_before, self._wait_until):
            self.asked = self._asked(now) + 1
            self.asked_on, self.not_before = day_of(now), now + PAUSE_S
            return question
        return None

    def better(self, question: Question, told: Understood) -> list[Point]:
        """Return the days that an answer tells better, of their value and of their curve."""
        days: dict[int, list[Point]] = {day: [] for day in self._changed(question, told)}
        for point in told.curve:
            days.setdefault(day_of(point.begin), []).append(point)
        kwh = {**self.totals[question.kind.side], **(told.days or {})}
        return [point for day, curve in days.items() for point in joined(day, kwh.get(day), curve)]

    def _changed(self, question: Question, told: Understood) -> set[int]:
        totals = self.totals[question.kind.side]
        return {day for day, kwh in (told.days or {}).items() if totals.get(day) != kwh}

    def answered(self, question: Question, told: Understood, rows: int, now: float) -> None:
        """Take an answer that was so many rows long."""
        kind, totals = question.kind, self.totals[question.kind.side]
        self.fault, self._failures, self.last_answer = None, 0, now
        self.dropped += rows - len(told)
        self.owed[kind] -= set(range(question.begin, question.end))
        self.highest |= told.highest or {}
        if kind in CURVES.values():
            newest = day_of(told.curve[-1].begin) if told.curve else None
            self._look_for_end(question, newest)
        elif kind in CURVES:
            # The curve of a day is sought once its value is known, and again when that changes.
            changed = self._changed(question, told)
            if CURVES[kind] not in self.retry_on:
                self._owe(CURVES[kind], changed & set(range(day_of(now) - CURVE_DAYS, self.until)))
            totals |= told.days or {}
        if kind is EnedisKind.DAYS_BOUGHT:
            self.round_at = self._next_slot(now)
        self._note_progress()

    def ends(self, question: Question) -> None:
        """Take that Enedis has nothing from as long ago as a question asked."""
        self._refuse(question.kind, question.begin)
        self._note_progress()

    def refused(self, fault: EnedisStatus, until: datetime | None, now: float) -> None:
        """Take that there was no answer, and why; `until` is when the quota is over."""
        self.fault = fault
        if fault is EnedisStatus.QUOTA:
            end = midnight(day_of(now) + 1) if until is None else until.timestamp()
            self.not_before = max(end, now + 60)
            return
        is_down = fault is EnedisStatus.GATEWAY_DOWN
        wait, most = (WAIT_S, WAIT_MOST_S) if is_down else (LONG_WAIT_S, LONG_WAIT_MOST_S)
        self._wait_until = now + min(wait * 2 ** min(self._failures, 10), most)
        self._failures += 1

    @property
    def known_until(self) -> int | None:
        """Return the last day whose value is known."""
        return max(self.totals[BOUGHT], default=None)

    @property
    def progress(self) -> int:
        """Return how much of the past was asked for, percent."""
        if not self.begun:
            return 100 if self.until else 0
        return int(100 * (1 - self._left / self.begun))

    def statuses(self, now: float) -> list[EnedisStatus]:
        """Return all that is the case, the most important first."""
        found = {self.fault}
        known = self.known_until or 0
        if self.begun or not self.until:
            is_waiting = self.until and self._next(now) is None
            found.add(EnedisStatus.WAITING if is_waiting else EnedisStatus.FILLING)
        elif self.until - known > 1:
            found.add(EnedisStatus.LATE)
        if known and self.until - known > SILENT_DAYS:
            found.add(EnedisStatus.SILENT)
        if EnedisKind.CURVE_BOUGHT in self.retry_on:
            found.add(EnedisStatus.NO_CURVE)
        return [one for one in EnedisStatus if one in found] or [EnedisStatus.OK]

    @property
    def _left(self) -> int:
        return sum(map(len, self.owed.values()))

    def _asked(self, now: float) -> int:
        return self.asked if self.asked_on == day_of(now) else 0

    def _next(self, now: float) -> Question | None:
        """Return the next question, if today's number allows one."""
        left = self._a_day - self._asked(now)
        found = [
            question
            for kind, days in self.owed.items()
            if days
            and (question := self._question(kind, days))
            and left > (0 if kind in CURVES or question.end == self.until else RESERVE)
        ]
        return min(found, key=lambda one: (one.kind not in CURVES, -one.end), default=None)

    def _question(self, kind: EnedisKind, days: set[int]) -> Question:
        """Return the question for the newest of these days.

        Where the past ends it is sought by halves: a question that reaches too far is refused.
        """
        last, most = max(days), WEEK if kind in CURVES.values() else DAYS_AT_ONCE
        begin = min(day for day in days if day > last - most)
        if begin - 1 == (floor := self.floor.get(kind)):
            begin = last - (last - floor) // 2
        return Question(kind, begin, last + 1)

    def _owe(self, kind: EnedisKind, days: Iterable[int]) -> None:
        floor = self.floor.get(kind, 0)
        self.owed[kind] |= {day for day in days if day > floor}

    def _refuse(self, kind: EnedisKind, day: int) -> None:
        """Ask for nothing up to this day, for good."""
        self.floor[kind] = max(day, self.floor.get(kind, 0))
        self.owed[kind] = {one for one in self.owed[kind] if one > day}

    def _open_round(self, now: float) -> None:
        """Ask for what is new, and for the last days again."""
        today = day_of(now)
        if self.until and datetime.fromtimestamp(now, PARIS).hour < MORNING:
            self.round_at = self._slot(today, MORNING)
            return
        missed = max(0, today - self.until - 1) if self.until else 0
        for kind in self.owed:
            back = WEEK + missed
            if kind in CURVES:
                back = CORRECTED_DAYS + missed if self.totals[kind.side] else DAYS_AT_ONCE
            elif kind is EnedisKind.HIGHEST_POWER and not self.highest:
                back = HIGHEST_DAYS
            if today >= self.retry_on.get(kind, today):
                self._owe(kind, range(today - back, today))
        if not self.until:
            self.begun = self._left
        self.until, self.round_at = today, self._slot(today + 1, MORNING)
        oldest = today - DAYS_AT_ONCE - CORRECTED_DAYS
        for side, totals in self.totals.items():
            self.totals[side] = {day: kwh for day, kwh in totals.items() if day >= oldest}
        self.highest = {d: one for d, one in self.highest.items() if d >= today - CURVE_DAYS}

    def _look_for_end(self, question: Question, newest: int | None) -> None:
        """Note the newest day that has a curve; end where there is none for weeks."""
        kind = question.kind
        if newest is not None:
            self.empty[kind] = 0
            self.newest_curve[kind] = max(newest, self.newest_curve.get(kind, 0))
            if self.retry_on.pop(kind, None) is not None:
                self._owe(kind, range(self.until - EMPTY_MOST * WEEK, question.begin))
            return
        self.empty[kind] = self.empty.get(kind, 0) + 1
        if self.empty[kind] < EMPTY_MOST and kind not in self.retry_on:
            return
        self.empty[kind] = 0
        if question.end < self.until:
            self._refuse(kind, question.end - 1)
        if self.until - self.newest_curve.get(kind, 0) > EMPTY_MOST * WEEK:
            self.owed[kind].clear()
            self.retry_on[kind] = self.until + RETRY_DAYS

    def _note_progress(self) -> None:
        """Note how much there is to ask for at most, until all was asked for once."""
        if self.begun:
            self.begun = max(self.begun, left) if (left := self._left) else 0

    def _next_slot(self, now: float) -> float:
        """Return when to ask again: if yesterday was not there, once more on the same day."""
        today, hour = day_of(now), datetime.fromtimestamp(now, PARIS).hour
        if today - 1 in self.totals[BOUGHT] or hour >= NOON:
            return self._slot(today + 1, MORNING)
        return self._slot(today, MORNING if hour < MORNING else NOON)

    def _slot(self, day: int, hour: int) -> float:
        # No clock change lies between noon and midnight, nor after six.
        return midnight(day + 1) - (24 - hour) * HOUR + self._random() * SLOT_S


def _by_day[Value](kept: Mapping[Any, Value]) -> dict[int, Value]:
    """Return what is kept by days, whose keys JSON has as texts."""
    return {int(day): value for day, value in kept.items()}
