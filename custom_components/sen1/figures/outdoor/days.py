"""Days of the outdoor temperature, made of hours.

Pure. Temperatures are in °C, times in Unix seconds; days are those of a time zone, of 23, 24 or 25
hours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from ...history.points import HOUR
from ..counting.calendar import MS, Calendar

ENOUGH = 0.9
"""The part of a day's hours that must be known: of one of which less is, nothing is."""

COLDEST, WARMEST = -90.0, 70.0
"""Between them lies all weather; a thermometer that is broken says -127, or 85."""


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
        """Tell whether enough of it is known."""
        return self.known >= ENOUGH


def can_be(temperature: float) -> bool:
    """Tell whether it can be so warm outside."""
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
            min(len({hour.begin for hour in of_day}) / _hours_of(day, calendar), 1.0),
        )
        for day, of_day in sorted(days.items())
    }


def days_of(hours: Iterable[HourTemperature], zone: tzinfo) -> dict[date, DayTemperature]:
    """Return the days of which enough is known, oldest first."""
    return whole(gathered(hours, zone))


def whole(days: Mapping[date, DayTemperature]) -> dict[date, DayTemperature]:
    """Return of days those of which enough is known."""
    return {day: temperature for day, temperature in days.items() if temperature.is_whole}


def _hours_of(day: date, calendar: Calendar) -> float:
    return (calendar.begin(day + timedelta(days=1)) - calendar.begin(day)) / (HOUR * MS)
