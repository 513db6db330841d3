"""Sensors of how cold it was: yesterday, and this winter so far, beside what is usual.

None has a statistic of its own: that of the site has each day once, at its date.
"""

from collections.abc import Mapping
from typing import Any

from ..counting.calendar import ONE_DAY, DaySpan
from ..counting.entity import ValueDescription
from ..tariff.book import end_before, year_before
from .cold import DEGREE_DAYS, Cold, ColdSum


def yesterday(cold: Cold) -> DaySpan:
    """Return the last day that has ended."""
    return cold.today - ONE_DAY, cold.today


def season(cold: Cold) -> DaySpan:
    """Return the days of the heating season that have ended; out of it, those of the last.

    On its first day there is none yet.
    """
    begin, end = cold.season
    return begin, min(end, cold.today)


def sums_of(cold: Cold, days: DaySpan) -> ColdSum:
    """Return what days came to; none of them came to nothing, and none is unknown."""
    begin, end = days
    return cold.sums(begin, end) if begin < end else ColdSum(0.0, 1.0, 0.0)


def total(cold: Cold, days: DaySpan) -> float | None:
    """Return what days came to, °C·d."""
    return _shown(sums_of(cold, days).total)


def explained(cold: Cold, days: DaySpan) -> dict[str, Any]:
    """Return what is usual on the same days, how much of them is known, and how it is counted."""
    sums = sums_of(cold, days)
    return {
        "begin": days[0].isoformat(),
        "usual": _shown(sums.usual),
        "known": round(100 * sums.known),
        "base": cold.base,
        "method": cold.method,
    }


def of_yesterday(cold: Cold) -> Mapping[str, Any]:
    """Return what explains yesterday: its lowest and its highest temperature too, °C."""
    day = cold.outdoor.days.get(yesterday(cold)[0])
    temperatures = {} if day is None else {"low": _shown(day.low), "high": _shown(day.high)}
    return explained(cold, yesterday(cold)) | temperatures


def of_season(cold: Cold) -> Mapping[str, Any]:
    """Return what explains a season: what its days came to a year before, too."""
    begin, end = season(cold)
    return explained(cold, (begin, end)) | {
        "last_year": total(cold, (year_before(begin), end_before(end)))
    }


def _shown(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


COLD_ROWS: tuple[ValueDescription[Cold], ...] = (
    ValueDescription(
        key="degree_days_yesterday",
        native_unit_of_measurement=DEGREE_DAYS,
        value=lambda cold: total(cold, yesterday(cold)),
        attributes=of_yesterday,
    ),
    ValueDescription(
        key="degree_days_season",
        native_unit_of_measurement=DEGREE_DAYS,
        suggested_display_precision=0,
        value=lambda cold: total(cold, season(cold)),
        attributes=of_season,
    ),
)
"""What is told where anything tells how cold it is outside."""
