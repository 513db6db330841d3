"""How each member of a collection is: whether its readings come, and what lacks if they do not.

States and lacks are pure: times are arguments. How much came is asked of the recorder, which has a
row for each hour of whatever came, by whatever way.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum

from homeassistant.components.recorder.db_schema import Statistics, StatisticsMeta
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance, session_scope
from sqlalchemy import func, select

from ...history.periods import Period, begin_of, end_of
from ...history.points import HOUR
from ...protocol.follower import DUE_AFTER, OVER, SILENCE, Status
from ...protocol.model import Granularity
from ...protocol.wishes import YEAR

DAY = 86400.0

PATIENCE: Mapping[str, float] = {
    Granularity.LIVE: 3600.0,
    Granularity.TEN_MINUTES: DAY,
    Granularity.HALF_HOUR: DAY,
    Granularity.HOUR: DAY,
    Granularity.DAY: 2 * DAY,
    YEAR: 2 * DAY,
}
"""Seconds beyond what was due after which a series is silent.

A live one is said again every ten minutes: after an hour six are missing, which no busy server
explains. Whoever gives periods may have its Home Assistant stand still for a night, or for an
update: that is caught up by itself and needs nobody. A day that is missing may be one on which the
meter said nothing; two are not chance.
"""

WINDOW = 30 * DAY
"""Seconds for which it is told how much came."""


class GivingState(StrEnum):
    """How a member gives; of several series the first in this order counts."""

    SILENT = "silent"
    WAITING = "waiting"
    """Nothing has come yet."""
    PAUSED = "paused"
    UP_TO_DATE = "up_to_date"


class Lack(StrEnum):
    """What a member lacks."""

    OFFLINE = "offline"
    """Its home gives no sign of life."""
    METER = "meter"
    """Its home does, and has no reading."""
    NO_VALUE = "no_value"
    """The same, and there never was one."""
    NO_KEY = "no_key"
    """Its key is not known yet, so nothing of it is taken."""
    BY_MEMBER = "by_member"
    ENDED = "ended"
    """What it granted is over, or was taken back."""
    CHARTER = "charter"
    """It has not agreed to the newest one; what it agreed to goes on."""
    NO_PRODUCTION = "no_production"
    """It was asked for, and is not given: homes without a roof."""


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """What is known of a series that a member gives; times are Unix seconds."""

    granularity: str
    """Of `PATIENCE`."""
    since: float
    """Since when it is given."""
    status: Status | None = None
    """None: its grant is not here yet."""
    last: float | None = None
    """When the newest reading was measured, of a period when it began; None: none came."""
    heard: float | None = None
    """When there was a sign of life."""
    said: float | None = None
    """When its grant was said as it is now."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """What lacks, and since when."""

    reason: Lack
    since: float


def until_of(facts: SeriesFacts, zone: tzinfo) -> float | None:
    """Return up to when a series is known."""
    if facts.last is None or facts.granularity in (Granularity.LIVE, YEAR):
        return facts.last
    return end_of(facts.last, Period(facts.granularity), zone)


def state_of(facts: SeriesFacts, now: float, zone: tzinfo) -> GivingState:
    """Return how one series is."""
    if facts.status in (Status.PAUSED, *OVER):
        return GivingState.PAUSED
    known = until_of(facts, zone)
    if known is None:
        return GivingState.WAITING
    if facts.granularity in (Granularity.LIVE, YEAR):
        is_mute = facts.status is Status.SOURCE_UNAVAILABLE
        due = known if is_mute or facts.heard is None else max(known, facts.heard)
    else:
        due = end_of(known, Period(facts.granularity), zone) + DUE_AFTER
    return GivingState.SILENT if now > due + PATIENCE[facts.granularity] else GivingState.UP_TO_DATE


def lack_of(
    facts: SeriesFacts, state: GivingState, now: float, zone: tzinfo, *, is_known: bool
) -> Lacking | None:
    """Return what lacks one series; `is_known`: the key of its member is."""
    is_there = facts.heard is not None and now < facts.heard + SILENCE
    known = until_of(facts, zone)
    match state:
        case GivingState.UP_TO_DATE:
            return None
        case GivingState.PAUSED:
            reason = Lack.BY_MEMBER if facts.status is Status.PAUSED else Lack.ENDED
            return Lacking(reason, facts.said or facts.since)
        case GivingState.SILENT:
            assert known is not None  # what was never heard of waits
            return Lacking(Lack.METER if is_there else Lack.OFFLINE, known)
    if not is_known:
        return Lacking(Lack.NO_KEY, facts.since)
    if now < _first_due(facts, zone):
        return None
    return Lacking(Lack.NO_VALUE if is_there else Lack.OFFLINE, facts.since)


def _first_due(facts: SeriesFacts, zone: tzinfo) -> float:
    """Return when a first reading should have come."""
    if facts.granularity in (Granularity.LIVE, YEAR):
        return facts.since + DUE_AFTER
    period = Period(facts.granularity)
    begin = begin_of(facts.since, period, zone)
    if begin < facts.since:
        begin = end_of(begin, period, zone)
    return end_of(begin, period, zone) + DUE_AFTER


def worst_of(
    several: Sequence[SeriesFacts], now: float, zone: tzinfo, *, is_known: bool
) -> tuple[GivingState, Lacking | None]:
    """Return how a member is who gives these series, and what lacks; one that gives none waits."""
    order = list(GivingState)
    states = [(state_of(facts, now, zone), facts) for facts in several]
    if not states:
        return GivingState.WAITING, None
    worst = min((state for state, _ in states), key=order.index)
    lacks = [
        lack
        for state, facts in states
        if state is worst
        and (lack := lack_of(facts, state, now, zone, is_known=is_known)) is not None
    ]
    return worst, min(lacks, key=lambda lack: lack.since, default=None)


# How much came


@dataclass(frozen=True, slots=True)
class Expected:
    """The hours of which a statistic should have rows: those that begin in [begin, end)."""

    statistic_id: str
    begin: float
    end: float

    @property
    def hours(self) -> int:
        """How many they are."""
        return max(0, round((self.end - self.begin) / HOUR))


def expected_of(
    statistic_id: str, granularity: str, since: float, now: float, zone: tzinfo
) -> Expected:
    """Return what should have come of a series in the last 30 days, or since it is given.

    Of days whole ones; what is not due yet is not expected.
    """
    period = Period.DAY if granularity == Granularity.DAY else Period.HOUR
    end = begin_of(now - DUE_AFTER, period, zone)
    first = max(since, begin_of(now - WINDOW, period, zone))
    begin = begin_of(first, period, zone)
    if begin < first:
        begin = end_of(begin, period, zone)
    return Expected(statistic_id, begin, end)


async def async_came(hass: HomeAssistant, several: Collection[Expected]) -> dict[str, int]:
    """Return how many of the expected hours there are, by statistic.

    The recorder looks into its index: a thousand series cost a statement for each time at which
    somebody joined, and no row is read.
    """
    spans: dict[tuple[float, float], list[str]] = {}
    for one in several:
        if one.hours:
            spans.setdefault((one.begin, one.end), []).append(one.statistic_id)

    def count() -> dict[str, int]:
        found: dict[str, int] = {}
        with session_scope(hass=hass, read_only=True) as session:
            for (begin, end), ids in spans.items():
                statement = (
                    select(StatisticsMeta.statistic_id, func.count())
                    .join(Statistics, Statistics.metadata_id == StatisticsMeta.id)
                    .where(StatisticsMeta.statistic_id.in_(ids))
                    .where(Statistics.start_ts >= begin, Statistics.start_ts < end)
                    .group_by(StatisticsMeta.statistic_id)
                )
                found |= {str(one): number for one, number in session.execute(statement).all()}
        return found

    return await get_instance(hass).async_add_executor_job(count)


def coverage_of(several: Iterable[Expected], came: dict[str, int]) -> int | None:
    """Return the part that came, in per cent: 100 is all of it. None: nothing is expected yet."""
    several = list(several)
    hours = sum(one.hours for one in several)
    if not hours:
        return None
    return 100 * sum(min(one.hours, came.get(one.statistic_id, 0)) for one in several) // hours
