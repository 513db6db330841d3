"""Days of the zone that Home Assistant is in, and the moments at which they begin."""

from datetime import date

from homeassistant.util import dt as dt_util

from .calendar import MS
from .states import milliseconds


def day_of(at: float) -> date:
    """Return the day that a moment, in Unix seconds, is in."""
    return dt_util.as_local(dt_util.utc_from_timestamp(at)).date()


def day_of_ms(at: int) -> date:
    """Return the day that a moment, in Unix milliseconds, is in."""
    return day_of(at / MS)


def begin_of(day: date) -> float:
    """Return when a day begins, Unix seconds."""
    return dt_util.start_of_local_day(day).timestamp()


def begin_ms(day: date) -> int:
    """Return when a day begins, Unix milliseconds."""
    return milliseconds(begin_of(day))
