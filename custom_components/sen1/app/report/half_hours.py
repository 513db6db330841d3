"""What the half-hours of a site say of its days: coverage, mean days, the base load. Pure.

Half-hours are what was bought: microjoules by the millisecond they begin. What was spread over more
than an hour says how much, not when.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from statistics import fmean, median, quantiles

from ...figures.counting.amounts import kilowatt_hours
from ...figures.counting.calendar import HALF_HOUR_MS, HOUR_MS, MS, ONE_DAY, Calendar
from ...figures.counting.steps import Step, Steps
from ...figures.year.model import DayKind, kind_of
from .facts import WHOLE, BaseLoad, Coverage, Gap, TimesOfUse

type StepsByDay = Mapping[date, Steps]

SEASONS = ("winter", "spring", "summer", "autumn")

BASE_HOURS = range(4, 6)
"""When everybody sleeps, and no water heater of off-peak hours runs any more."""
BASE_PERCENTILE = 10
LEAST_NIGHTS = 20
"""Of fewer nobody can tell."""

WATTS_OF_STEP = HALF_HOUR_MS * MS
"""Microjoules of half an hour at one watt."""


def is_fine(step: Step) -> bool:
    """Return whether a half-hour was measured, and at the time it is of."""
    return step.known >= WHOLE * HALF_HOUR_MS and step.length <= HOUR_MS


def watts(step: Step) -> float:
    """Return the mean power of a half-hour."""
    return step.amount / WATTS_OF_STEP


def season_of(day: date, *, is_south: bool) -> str:
    """Return the season of a day, by whole months."""
    number = (day.month % 12) // 3
    return SEASONS[(number + 2) % 4 if is_south else number]


def coverage_of(days: StepsByDay, begin: date, end: date, zone: tzinfo) -> Coverage:
    """Return how much of the days of [begin, end) was measured, and what was not."""
    calendar = Calendar(zone)
    first, last = calendar.begin(begin), calendar.begin(end)
    steps = {at: step for of_day in days.values() for at, step in of_day.items()}
    measured = 0
    gaps: list[tuple[int, int, bool]] = []
    for at in range(first, last, HALF_HOUR_MS):
        step = steps.get(at)
        if step is not None and step.length <= HOUR_MS:
            measured += min(step.known, HALF_HOUR_MS)
        if step is not None and is_fine(step):
            continue
        is_counted = step is not None and step.known >= WHOLE * HALF_HOUR_MS
        if gaps and gaps[-1][1] == at and gaps[-1][2] == is_counted:
            gaps[-1] = gaps[-1][0], at + HALF_HOUR_MS, is_counted
        else:
            gaps.append((at, at + HALF_HOUR_MS, is_counted))
    return Coverage(
        (last - first) / HOUR_MS,
        measured / HOUR_MS,
        [
            Gap(
                datetime.fromtimestamp(gap_begin / MS, zone),
                datetime.fromtimestamp(gap_end / MS, zone),
                is_counted,
            )
            for gap_begin, gap_end, is_counted in gaps
        ],
    )


def base_load_of(
    days: StepsByDay, before: StepsByDay, zone: tzinfo, *, is_south: bool
) -> BaseLoad | None:
    """Return what is used at night; None of too few nights."""
    nights, nights_before = _nights(days, zone), _nights(before, zone)
    if len(nights) < LEAST_NIGHTS * 2 * len(BASE_HOURS):
        return None
    summer = {day: s for day, s in days.items() if season_of(day, is_south=is_south) == "summer"}
    chosen = summer or days
    return BaseLoad(
        _base_watts(nights),
        # What winter nights alone took is no year to compare with.
        _base_watts(nights_before) if len(nights_before) >= WHOLE * len(nights) else None,
        _by_time(chosen.values(), zone, 48, median),
        bool(summer),
    )


def _nights(days: StepsByDay, zone: tzinfo) -> list[float]:
    """Return the powers (W) of the half-hours in which everybody sleeps."""
    return [
        watts(step)
        for steps in days.values()
        for at, step in steps.items()
        if datetime.fromtimestamp(at / MS, zone).hour in BASE_HOURS and is_fine(step)
    ]


def _base_watts(nights: list[float]) -> float:
    return quantiles(nights, n=100, method="inclusive")[BASE_PERCENTILE - 1]


def _by_time(
    days: Iterable[Steps], zone: tzinfo, parts: int, of: Callable[[list[float]], float] = fmean
) -> list[float | None]:
    """Return one figure of the powers (W) that each part of the day had."""
    powers: list[list[float]] = [[] for _ in range(parts)]
    for steps in days:
        for at, step in steps.items():
            if is_fine(step):
                local = datetime.fromtimestamp(at / MS, zone)
                powers[(local.hour * 60 + local.minute) * parts // 1440].append(watts(step))
    return [of(each) if each else None for each in powers]


def hours_of(
    days: StepsByDay, begin: date, end: date, zone: tzinfo, *, is_south: bool
) -> TimesOfUse:
    """Return when it was used, of the days of [begin, end)."""
    by_season: dict[str, list[Steps]] = {}
    by_kind: dict[str, list[Steps]] = {}
    by_weekday: list[list[Decimal]] = [[] for _ in range(7)]
    whole: list[tuple[date, Decimal]] = []
    calendar = Calendar(zone)
    shown: dict[date, Sequence[float | None]] = {}

    def by_hour(some: Iterable[Steps]) -> list[float | None]:
        """Return the mean powers of the hours of some days, kW."""
        means = _by_time(some, zone, 24)
        return [None if power is None else power / 1000 for power in means]

    for number in range((end - begin).days):
        day = begin + number * ONE_DAY
        steps = days.get(day, {})
        shown[day] = by_hour([steps])
        by_season.setdefault(season_of(day, is_south=is_south), []).append(steps)
        by_kind.setdefault(kind_of(day), []).append(steps)
        if sum(step.known for step in steps.values()) >= WHOLE * calendar.length(day):
            energy = kilowatt_hours(sum(step.amount for step in steps.values()))
            by_weekday[day.weekday()].append(energy)
            whole.append((day, energy))
    return TimesOfUse(
        shown,
        {season: by_hour(by_season[season]) for season in SEASONS if season in by_season},
        {kind: by_hour(by_kind[kind]) for kind in DayKind if kind in by_kind},
        [sum(each, Decimal(0)) / len(each) if each else None for each in by_weekday],
        max(whole, key=lambda one: one[1], default=None),
        min(whole, key=lambda one: one[1], default=None),
    )
