"""The life of a grant: what it lets through and when, when it asks to be renewed.

Pure: moments are Unix seconds and arguments, days are the household's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
import math
from typing import NotRequired, TypedDict, cast

from .model import PublicationId
from .terms import TermsData

LONGEST_YEARS = 3
"""A consent lasts so long at most, as those for Enedis's data do."""

REMINDED = 30 * 86400.0
"""Seconds before the end in which the household is asked whether to go on."""

SHORT = 14 * 86400.0
"""Seconds of a grant that is let end without a question: a week at school, a holiday."""


type Span = tuple[float, float]
"""When something was measured: a period is [begin, end), a reading of a moment has it twice."""


class PauseData(TypedDict):
    """When a grant lets nothing through; it has no end while it lasts."""

    begin: str
    end: str | None


class GrantData(TermsData):
    """What a friend may receive."""

    publication: PublicationId
    begin: str
    pauses: NotRequired[list[PauseData]]
    is_of_age: NotRequired[bool]
    """Whether whoever granted it said to be 15 or older, or to have a parent's agreement."""
    let_end: NotRequired[str]
    """The `until` about which the household, reminded of it, said that it may come."""


class Phase(StrEnum):
    """What a grant lets through at a moment."""

    COMING = "coming"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Term:
    """When a friend may receive: [begin, until), but for the pauses, in order of their begins.

    What is left between these is its stretches.
    """

    begin: float
    until: float
    pauses: tuple[tuple[float, float], ...] = ()
    """Each [begin, end); the end of one that lasts is infinite."""

    def phase(self, now: float) -> Phase:
        """Return what is let through now."""
        if now >= self.until:
            return Phase.ENDED
        if now < self.begin:
            return Phase.COMING
        # A pause that lasts does so, also by a clock that was set back to before it.
        if any(begin <= now < end or math.isinf(end) for begin, end in self.pauses):
            return Phase.PAUSED
        return Phase.ACTIVE

    def covers(self, span: Span) -> bool:
        """Return whether what was measured in a span is the friend's to have.

        It is when it lies whole within one stretch. No way out of the house asks anything else.
        """
        begin, end = span
        is_inside = self.begin <= begin < self.until and end <= self.until
        return is_inside and all(
            (begin < pause_begin and end <= pause_begin)
            # Rounded to the millisecond, a moment at the end of a pause may lie in it.
            or (begin >= pause_end and span != (pause_end, pause_end))
            for pause_begin, pause_end in self.pauses
        )

    def since(self, now: float) -> float:
        """Return when the stretch that `now` lies in began: at the begin, or after a pause."""
        return max([self.begin, *(end for _, end in self.pauses if end <= now)])

    def stretches(self, begin: float, end: float) -> list[Span]:
        """Return the parts of [begin, end) that lie in a stretch each, in order."""
        begin, end = max(begin, self.begin), min(end, self.until)
        parts = []
        for pause_begin, pause_end in self.pauses:
            parts.append((begin, min(end, pause_begin)))
            begin = max(begin, pause_end)
        parts.append((begin, end))
        return [part for part in parts if part[0] < part[1]]

    def changes_at(self, now: float) -> float | None:
        """Return when the phase changes by itself; None: never again."""
        ends = (end for _, end in self.pauses if math.isfinite(end))
        return min((at for at in (self.begin, *ends, self.until) if at > now), default=None)

    @property
    def reminds_at(self) -> float | None:
        """When the household is asked whether to go on; None: it is let end."""
        length = self.until - self.begin
        return None if length < SHORT else self.until - min(REMINDED, length / 4)


def term_of(data: GrantData) -> Term:
    """Return when a grant lets readings through."""
    return Term(
        _moment(data["begin"]),
        _moment(data["until"]),
        tuple(
            sorted(
                (_moment(pause["begin"]), _moment(pause["end"]) if pause["end"] else math.inf)
                for pause in data.get("pauses", ())
            )
        ),
    )


def ends_soon(data: GrantData, now: float) -> bool:
    """Return whether the household is to be asked whether a grant shall go on."""
    term = term_of(data)
    if data.get("let_end") == data["until"] or term.reminds_at is None:
        return False
    return term.reminds_at <= now < term.until


def paused(data: GrantData, now: float) -> GrantData:
    """Return a grant that lets nothing through from now on, until it is resumed."""
    if term_of(data).phase(now) is not Phase.ACTIVE:
        return data
    pause = PauseData(begin=_iso(now), end=None)
    return changed(data, pauses=[*data.get("pauses", ()), pause])


def resumed(data: GrantData, now: float) -> GrantData:
    """Return a grant that lets through what comes from now on, and nothing of the pause."""
    pauses = [
        pause if pause["end"] else _closed(pause, data["begin"], now)
        for pause in data.get("pauses", ())
    ]
    return changed(data, pauses=pauses)


def lasting(data: GrantData, until: datetime, now: float) -> GrantData:
    """Return a grant that ends at another time; one that is over was paused from its end to now."""
    if _moment(data["until"]) <= now < until.timestamp():
        pause = PauseData(begin=data["until"], end=_after(now))
        data = changed(data, pauses=[*data.get("pauses", ()), pause])
    return changed(data, until=until.isoformat())


def renewed(data: GrantData, now: float, zone: tzinfo) -> GrantData:
    """Return a grant that ends a year later, within what a consent may last from today."""
    today = datetime.fromtimestamp(now, zone).date()
    day = years_later(last_day(data, zone), 1)
    day = min(day, years_later(today, LONGEST_YEARS))
    return lasting(data, end_of(day, zone), now)


def changed(data: GrantData, **changes: object) -> GrantData:
    """Return a grant of which something is said otherwise."""
    return cast("GrantData", {**cast("Mapping[str, object]", data), **changes})


def last_day(data: GrantData, zone: tzinfo) -> date:
    """Return the last day of a grant, which it includes."""
    moment = datetime.fromisoformat(data["until"]) - timedelta(seconds=1)
    return moment.astimezone(zone).date()


def end_of(day: date, zone: tzinfo) -> datetime:
    """Return the moment in UTC at which a day is over, however long it was."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def begin_of(day: date, zone: tzinfo) -> datetime:
    """Return the moment in UTC at which a day begins."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def years_later(day: date, years: int) -> date:
    """Return the same day so many years later; of a 29 February, the 28th if there is no other."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def end_fault(last: date, today: date) -> str:
    """Return why a consent cannot last up to a day, a key of the user's texts; empty: it can."""
    if last < today:
        return "end_is_past"
    return "end_too_far" if last > years_later(today, LONGEST_YEARS) else ""


def _closed(pause: PauseData, granted: str, now: float) -> PauseData:
    """Return a pause that is over now; of one begun by a clock that was ahead nobody knows when."""
    begin = pause["begin"] if _moment(pause["begin"]) <= now else granted
    return PauseData(begin=begin, end=_after(now))


def _after(now: float) -> str:
    """Return the first millisecond from now on: no reading before now is later than that."""
    return _iso(math.ceil(now * 1000) / 1000)


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
