"""How far a goal is: done so far, expected so far, where it is heading, and how sure that is. Pure.

Percentages are savings, positive where less was used than expected, but of a share and of a limit
what they are. Praise is only for what is beyond the goal with its whole range: a mild winter, a few
good days or a reference that says little are no merit.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import accumulate, groupby
import math
from typing import Any

from ..counting.calendar import ONE_DAY, days_of
from ..year.confidence import WITHIN_90
from ..year.model import Estimate
from .habits import WEEK_DAYS, habit_of

FEWEST_DAYS = 7
"""With less a saving or a share says nothing."""
FEWEST_PRAISED = 28
"""Days of a saving before which nobody is praised: a good week is none yet."""
LEAST_KNOWN = 0.9
"""With less of the days known nobody is praised."""

SUPPOSED_WEEKS = 2
"""How many weeks of a budget it is worth that a home uses what it usually does."""


class GoalKind(StrEnum):
    """What may be a goal."""

    SAVING = "saving"
    """Per cent less than in a reference period."""
    ENERGY = "energy"
    """No more than so much of a quantity."""
    COST = "cost"
    SELF_CONSUMPTION = "self_consumption"
    """Per cent of what is produced that is used at home."""
    MAX_POWER = "max_power"
    """kVA."""


class GoalState(StrEnum):
    """How it is with a goal."""

    MET = "met"
    """It is over, and reached."""
    AHEAD = "ahead"
    """It will be reached if nothing changes; a limit was kept so far."""
    POSSIBLE = "possible"
    MISSED = "missed"
    """It is over, or can no longer be reached."""
    UNKNOWN = "unknown"


class Untold(StrEnum):
    """Why nothing can be told, or nothing surer; of a model that does not fit, its own reason."""

    NOT_BEGUN = "not_begun"
    NO_REFERENCE = "no_reference"
    NO_DATA = "no_data"
    FEW_DAYS = "few_days"
    NO_LAST_YEAR = "no_last_year"
    """What the seasons to come are like is not known."""
    TOO_CLOSE = "too_close"
    """It is over, and within its uncertainty."""
    NOT_CORRECTED = "not_corrected"
    """It would be praised, were it known that no mild winter did it."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a household set itself."""

    kind: GoalKind
    target: float
    """Per cent, kWh, m³, money or kVA."""
    begin: date
    end: date
    """Its last day."""

    @property
    def days(self) -> list[date]:
        """Return its days."""
        return list(days_of(self.begin, self.end + ONE_DAY))


@dataclass(frozen=True, slots=True)
class MonthOf:
    """A month of a goal, as far as it has come; of a share what was produced and used of it."""

    begin: date
    end: date
    """Its last day that is counted."""
    expected: float
    used: float
    percent: float


@dataclass(frozen=True, slots=True)
class GoalProgress:
    """How far a goal is; what is not known is None."""

    state: GoalState
    reason: str | None = None
    known: float = 0.0
    """The part of its days so far that is counted, 0 to 1."""
    done: float | None = None
    """Saved so far, kWh or m³; of a share per cent so far; else how much so far."""
    percent: float | None = None
    """Of a saving what was saved, of a share what it is, else how much of the target is used."""
    expected: Estimate | None = None
    """So far: as the reference has it, as planned; of a share what was produced."""
    used: float | None = None
    missing: float | None = None
    """What is still to be saved, or used at home, to be as far as planned today; 0: nothing."""
    heading: Estimate | None = None
    """At the end, if nothing changes: per cent of a saving or a share, else an amount."""
    one_more_week: float | None = None
    """Per cent, like that of the last of `days`, after another week like the last."""
    is_short: bool = False
    """Whether the goal is beyond all that it is heading for."""
    days: tuple[tuple[date, float], ...] = ()
    """By day since the beginning, per cent of all so far: saved, below the plan, used at home."""
    months: tuple[MonthOf, ...] = ()
    at: int | None = None
    """When the highest power was, milliseconds."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What each day of a goal would have come to without it."""

    days: Mapping[date, float]
    """Of days to come with the usual cold, where there is one; without those not known."""
    margin: Callable[[list[date], float], float]
    """Tells of days how far off their sum may be, nine times in ten; and of how far weeks differ
    from one another, in parts of a week."""
    is_fair: bool = True
    """Whether another cold changes nothing, or is counted."""


def not_told(reason: str, known: float = 0.0) -> GoalProgress:
    """Return that nothing is known."""
    return GoalProgress(GoalState.UNKNOWN, reason, known)


# Less than in a reference period


def saving(
    goal: Goal, today: date, used: Mapping[date, float], reference: Reference
) -> GoalProgress:
    """Return how far a saving is on the whole days before today; what is used is kWh or m³."""
    over = [day for day in goal.days if day < today]
    days = [day for day in over if day in used and day in reference.days]
    known = len(days) / len(over) if over else 0.0
    if not over:
        return not_told(Untold.NOT_BEGUN)
    habit = habit_of({day: used[day] for day in days}, reference.days)
    if len(days) < FEWEST_DAYS or habit is None:
        return not_told(Untold.FEW_DAYS, known)
    left = [day for day in goal.days if day >= today]
    to_come = [day for day in left if day in reference.days]
    expected = sum(reference.days[day] for day in days)
    # Days to come of which nothing is known are as the others, else as those that were.
    if to_come:
        rest = sum(reference.days[day] for day in to_come) * len(left) / len(to_come)
    else:
        rest = expected / len(days) * len(left)
    so_far = sum(used[day] for day in days)
    end_used, end_expected = so_far + habit.lately * rest, expected + rest
    margin = reference.margin(days, habit.week)
    of_all = reference.margin(days + to_come, habit.week)
    counted = expected + sum(reference.days[day] for day in to_come)
    off = math.hypot(
        of_all / counted * end_used / end_expected,
        WITHIN_90 * habit.off_after(len(left)) * rest / end_expected,
    )
    end = 1 - end_used / end_expected
    heading = Estimate(100 * end, 100 * (end - off), 100 * (end + off))
    saved = expected - so_far
    is_over = goal.end < today
    is_sure = len(days) >= min(FEWEST_PRAISED, len(goal.days)) and known >= LEAST_KNOWN
    state, reason = _state(
        is_over=is_over,
        is_beyond=is_sure and heading.low >= goal.target,
        # Before it is over, only if nothing used at all from now on would not do.
        is_lost=heading.high < goal.target
        if is_over
        else 100 * (1 - so_far / end_expected) < goal.target,
    )
    if state in (GoalState.AHEAD, GoalState.MET) and not reference.is_fair:
        state, reason = GoalState.POSSIBLE, Untold.NOT_CORRECTED
    return GoalProgress(
        state,
        reason,
        known,
        saved,
        100 * saved / expected,
        Estimate(expected, expected - margin, expected + margin),
        so_far,
        max(expected * goal.target / 100 - saved, 0.0),
        heading,
        is_short=heading.high < goal.target,
        **_course(days, used, reference.days),
    )


def _state(*, is_over: bool, is_beyond: bool, is_lost: bool) -> tuple[GoalState, Untold | None]:
    if is_lost:
        return GoalState.MISSED, None
    if is_beyond:
        return (GoalState.MET if is_over else GoalState.AHEAD), None
    return GoalState.POSSIBLE, Untold.TOO_CLOSE if is_over else None


def _gap(used: float, expected: float) -> float:
    return 100 * (1 - used / expected)


def _course(
    days: list[date], used: Mapping[date, float], expected: Mapping[date, float]
) -> dict[str, Any]:
    """Return how it went: by days, by months, and after the last seven days once more."""
    above, below = accumulate(used[day] for day in days), accumulate(expected[day] for day in days)
    running = zip(days, above, below, strict=True)
    again = days + days[-WEEK_DAYS:]
    below_again = sum(expected[day] for day in again) if len(days) >= WEEK_DAYS else 0.0
    return {
        "days": tuple(
            (day, _gap(so_far, planned)) for day, so_far, planned in running if planned > 0
        ),
        "months": tuple(_months(days, used, expected)),
        "one_more_week": _gap(sum(used[day] for day in again), below_again)
        if below_again > 0
        else None,
    }


def _months(
    days: list[date], used: Mapping[date, float], expected: Mapping[date, float]
) -> Iterator[MonthOf]:
    for _, group in groupby(days, key=lambda day: day.replace(day=1)):
        of_month = list(group)
        above, below = sum(used[day] for day in of_month), sum(expected[day] for day in of_month)
        if below > 0:
            yield MonthOf(of_month[0], of_month[-1], below, above, _gap(above, below))


# No more than so much


def budget(
    goal: Goal,
    today: date,
    used: Mapping[date, float],
    now: tuple[float, float],
    shape: Mapping[date, float],
    *,
    is_supposed: bool,
    weather: float = 0.0,
) -> GoalProgress:
    """Return how far a budget is.

    `now` is what today has come to and which part of it has passed; `shape` what each day of the
    goal is to another; `is_supposed` whether it also says how much the home usually uses; `weather`
    how far off the days to come may be because of it, one standard deviation in parts of them.
    """
    if today < goal.begin:
        return not_told(Untold.NOT_BEGUN)
    over = [day for day in goal.days if day < today]
    days = [day for day in over if day in used]
    is_over = goal.end < today
    so_far, passed = (0.0, 0.0) if is_over else now
    length = len(over) + passed
    known = (len(days) + passed) / length if length else 0.0
    if is_over and not days:
        return not_told(Untold.NO_DATA, known)
    habit = habit_of(
        {day: used[day] for day in days}, shape, SUPPOSED_WEEKS if is_supposed else 0.0
    )
    if habit is None or (not is_supposed and len(days) < min(FEWEST_DAYS, len(goal.days))):
        return not_told(Untold.FEW_DAYS, known)
    whole = sum(shape.values())
    plan = {day: goal.target * part / whole for day, part in shape.items()}
    of_today = 0.0 if is_over else shape[today]
    counted = {*days, today}
    open_days = [day for day in goal.days if day not in counted]
    so_far += sum(used[day] for day in days)
    rest = sum(shape[day] for day in open_days) + of_today * (1 - passed)
    planned = sum(plan[day] for day in days) + of_today * passed * goal.target / whole
    end = so_far + habit.lately * rest
    count = max(len(open_days), 1)
    off = math.sqrt(
        habit.off_after(count) ** 2
        + (habit.lately * habit.noise_of(count)) ** 2
        + (habit.lately * weather) ** 2
    )
    margin = WITHIN_90 * rest * off
    heading = Estimate(end, max(end - margin, so_far), end + margin)
    state, reason = _state(
        is_over=is_over,
        is_beyond=known >= LEAST_KNOWN and heading.high <= goal.target,
        is_lost=so_far > goal.target or (is_over and heading.low > goal.target),
    )
    return GoalProgress(
        state,
        reason,
        known,
        so_far,
        100 * so_far / goal.target,
        Estimate(planned, planned, planned),
        so_far,
        max(so_far - planned, 0.0),
        heading,
        is_short=heading.low > goal.target,
        **_course(days, used, plan),
    )


# A share of the sun


def share(
    goal: Goal,
    today: date,
    produced: Mapping[date, float],
    kept: Mapping[date, float],
    before: Mapping[date, tuple[float, float]],
) -> GoalProgress:
    """Return how far a share of self-consumption is, of whole days, kWh.

    `before` is what days to come produced and kept a year before, where known.
    """
    if today <= goal.begin:
        return not_told(Untold.NOT_BEGUN)
    over = [day for day in goal.days if day < today]
    days = [day for day in over if day in produced and day in kept]
    known = len(days) / len(over)
    whole, own = sum(produced[day] for day in days), sum(kept[day] for day in days)
    if len(days) < min(FEWEST_DAYS, len(goal.days)) or whole <= 0:
        return not_told(Untold.FEW_DAYS if days else Untold.NO_DATA, known)
    to_come = [day for day in goal.days if day >= today]
    heading = _heading_of_share(days, produced, kept, to_come, before)
    is_over = not to_come
    state, reason = _state(
        is_over=is_over,
        is_beyond=heading is not None and known >= LEAST_KNOWN and heading.low >= goal.target,
        is_lost=heading is not None and is_over and heading.high < goal.target,
    )
    if heading is None:
        reason = Untold.NO_LAST_YEAR
    course = _course(days, {day: produced[day] - kept[day] for day in days}, produced)
    percent = 100 * own / whole
    return GoalProgress(
        state,
        reason,
        known,
        percent,
        percent,
        Estimate(whole, whole, whole),
        own,
        max(whole * goal.target / 100 - own, 0.0),
        heading,
        is_short=heading is not None and heading.high < goal.target,
        **course
        | {"months": tuple(replace(m, used=m.expected - m.used) for m in course["months"])},
    )


def _heading_of_share(
    days: list[date],
    produced: Mapping[date, float],
    kept: Mapping[date, float],
    to_come: list[date],
    before: Mapping[date, tuple[float, float]],
) -> Estimate | None:
    """Return the share at the end: of days to come, that of a year before, as it has changed."""
    whole, own = sum(produced[day] for day in days), sum(kept[day] for day in days)
    told = [before[day] for day in to_come if day in before]
    if len(told) < LEAST_KNOWN * len(to_come):
        return None
    scale = len(to_come) / len(told) if told else 0.0
    rest = scale * sum(of_day for of_day, _ in told)
    then = {day: before[day] for day in days if day in before}
    usual = {
        day: produced[day] * own_then / whole_then
        for day, (whole_then, own_then) in then.items()
        if whole_then > 0
    }
    habit = habit_of(kept, usual, SUPPOSED_WEEKS)
    assert habit is not None  # something is supposed
    own_rest = min(habit.lately * scale * sum(own_then for _, own_then in told), rest)
    off = math.hypot(habit.off_after(len(to_come)), habit.noise_of(len(to_come)))
    margin = WITHIN_90 * own_rest * off
    return Estimate(
        *(
            100 * min(max((own + own_rest + each) / (whole + rest), 0.0), 1.0)
            for each in (0.0, -margin, margin)
        )
    )


# A limit


def limit(
    goal: Goal, today: date, highest: float | None, at: int | None, known: float
) -> GoalProgress:
    """Return whether a power stayed below a limit, kVA: it is kept until it is not."""
    if today < goal.begin:
        return not_told(Untold.NOT_BEGUN)
    if highest is None:
        return not_told(Untold.NO_DATA)
    is_over = goal.end < today
    state, reason = _state(
        is_over=is_over, is_beyond=known >= LEAST_KNOWN, is_lost=highest > goal.target
    )
    return GoalProgress(
        state,
        reason,
        known,
        highest,
        100 * highest / goal.target,
        None,
        highest,
        max(highest - goal.target, 0.0),
        is_short=highest > goal.target,
        at=at,
    )
