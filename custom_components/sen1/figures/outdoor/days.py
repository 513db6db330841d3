"""Days of the outdoor temperature, made of hours.

Pure. Temperatures are in °C, times in Unix seconds; days are those of a time zone, of 23, 24 or 25
hours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from statistics import median

from ...history.points import HOUR
from ..counting.calendar import MS, Calendar

ENOUGH = 0.9
"""The part of a day's hours that must be known: of one of which less is, nothing is."""

COLDEST, WARMEST = -90.0, 70.0
"""Between them lies all weather; a thermometer that is broken says -127, or 85."""

COLD = 15.0
"""°C of the mean of a day below which two thermometers are compared: in summer one of them may be
in the sun, and what it says then matters for nothing here."""

COMMON_DAYS = 30
"""So many cold days both must know."""


@dataclass(frozen=True, slots=True)
class HourTemperature:
    """The lowest and the highest temperature of an hour."""

    begin: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class DayTemperature:
    """The lowest and the highest temperature of a day, of the hours that are known."""

    low: float
    high: float
    known: float
    """The part of its hours that is known, 0 to 1."""

    @property
    def is_whole(self) -> bool:
        """Return whether enough of it is known."""
        return self.known >= ENOUGH


def can_be(temperature: float) -> bool:
    """Return whether it can be so warm outside."""
    # What is not a number compares with none.
    return COLDEST <= temperature <= WARMEST


def gathered(hours: Iterable[HourTemperature], zone: tzinfo) -> dict[date, DayTemperature]:
    """Return all days of which an hour is known, however many are, oldest first.

    An hour belongs to the day it begins in; one that cannot be is passed over.
    """
    calendar = Calendar(zone)
    days: dict[date, list[HourTemperature]] = {}
    for hour in hours:
        if can_be(hour.low) and can_be(hour.high) and hour.low <= hour.high:
            days.setdefault(calendar.day(round(hour.begin * MS)), []).append(hour)
    return {
        day: DayTemperature(
            min(hour.low for hour in of_day),
            max(hour.high for hour in of_day),
            min(len({hour.begin for hour in of_day}) * HOUR * MS / calendar.length(day), 1.0),
        )
        for day, of_day in sorted(days.items())
    }


def whole(days: Mapping[date, DayTemperature]) -> dict[date, DayTemperature]:
    """Return of days those of which enough is known."""
    return {day: temperature for day, temperature in days.items() if temperature.is_whole}


def laid_on(
    archived: Mapping[date, DayTemperature], measured: Mapping[date, DayTemperature]
) -> dict[date, DayTemperature]:
    """Return the days of an archive as they were where another thermometer is.

    An archive knows a whole area. What is half a degree colder there is, over a winter, a hundred
    degree-days of weather that never was; so its temperatures are moved by the median of what the
    other says of the same cold days, once there are enough of them.
    """
    common = [
        (one, measured[day])
        for day, one in archived.items()
        if day in measured and one.low + one.high < 2 * COLD
    ]
    if len(common) < COMMON_DAYS:
        return dict(archived)
    by_low = median(here.low - there.low for there, here in common)
    by_high = median(here.high - there.high for there, here in common)
    moved = {day: sorted((one.low + by_low, one.high + by_high)) for day, one in archived.items()}
    return {day: DayTemperature(low, high, 1.0) for day, (low, high) in moved.items()}
