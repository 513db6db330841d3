"""Which tariff period a moment is in, by what is known: the meter, else the clock. Pure.

Times are milliseconds since the epoch and go on, but for a look back within the last moments.
"""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
import re
from typing import Any

from ..counting.calendar import HOUR_MS, MS
from .contract import COLOURS, PERIODS_OF, TEMPO_BEGIN, Tariff, Tariffs, minute_of

WORDS = {
    **{key: key for keys in PERIODS_OF.values() for key in keys},
    "th": "all_hours",
    "base": "all_hours",
    "hc": "off_peak",
    "hp": "peak",
    "heures_creuses": "off_peak",
    "heures_pleines": "peak",
    "hn": "normal",
    "pm": "mobile_peak",
    "on": "mobile_peak",
    "off": "normal",
    "hcjb": "off_peak_blue",
    "hpjb": "peak_blue",
    "hcjw": "off_peak_white",
    "hpjw": "peak_white",
    "hcjr": "off_peak_red",
    "hpjr": "peak_red",
}
"""What sensors say of the period: ours, and what others let the meter's codes through as."""

COLOUR_WORDS = {
    **{colour: colour for colour in COLOURS},
    "bleu": "blue",
    "blanc": "white",
    "rouge": "red",
}

HALF_HOUR_MIN = 30
DAYS_OF_COLOURS = 3


def period_in(state: str) -> str | None:
    """Return the tariff period that a sensor's state tells."""
    return WORDS.get(state.strip(" .").lower().replace(" ", "_"))


def colour_in(state: str) -> str | None:
    """Return the Tempo colour that a sensor's state tells, among other words maybe."""
    words = re.findall(r"[a-z]+", state.lower())
    return next((COLOUR_WORDS[word] for word in words if word in COLOUR_WORDS), None)


class PeriodClock:
    """Knows the tariff period of each moment, and learns what the meter's day looks like."""

    def __init__(self, tariffs: Tariffs, zone: tzinfo) -> None:
        self._tariffs = tariffs
        self._zone = zone
        self._told: str | None = None
        """What the meter's sensor says."""
        self._colours: dict[date, str] = {}
        self._learnt: dict[int, str] = {}
        """Half-hour of the day → the period the meter last had in it."""

    def tell_period(self, period: str | None) -> None:
        """Take what the meter's sensor says from now on; None while it says nothing."""
        self._told = period

    def tell_colour(self, colour: str | None, at: int) -> None:
        """Take the colour of the Tempo day that `at` is in, or of the one that begins that day.

        Some sensors change at midnight, some when the colour's day begins.
        """
        if colour is not None:
            self._colours[self._local(at).date()] = colour
            for day in sorted(self._colours)[:-DAYS_OF_COLOURS]:
                del self._colours[day]

    def at(self, at: int) -> tuple[str, int]:
        """Return the tariff period of a moment, and until when it is known to last."""
        local = self._local(at)
        tariff = self._tariffs.at(local.date())
        if tariff is None:
            return "", at + HOUR_MS
        minute = minute_of(local)
        half_hour = minute // HALF_HOUR_MIN
        until = _moment_of(at, local, (half_hour + 1) * HALF_HOUR_MIN)
        if self._told in tariff.prices and self._told is not None:
            self._learnt[half_hour] = self._told
            return self._told, until
        if (bound := tariff.next_bound(minute)) is not None:
            until = min(until, _moment_of(at, local, bound))
        return self.expected(local, tariff), until

    def expected(self, local: datetime, tariff: Tariff) -> str:
        """Return the period of a local time that no sensor tells: by the clock, else by habit."""
        scheduled = tariff.scheduled(local, self._colour(local))
        if scheduled is not None and scheduled in tariff.prices:
            return scheduled
        learnt = self._learnt.get(minute_of(local) // HALF_HOUR_MIN)
        return learnt if learnt in tariff.prices and learnt is not None else tariff.ordinary

    def _colour(self, local: datetime) -> str | None:
        day = (local.replace(tzinfo=None) - TEMPO_BEGIN).date()
        known = [each for each in self._colours if each <= day]
        return self._colours[max(known)] if known else None

    def _local(self, at: int) -> datetime:
        return datetime.fromtimestamp(at / MS, self._zone)

    def snapshot(self) -> dict[str, Any]:
        """Return what must survive a restart."""
        return {
            "colours": {day.isoformat(): colour for day, colour in self._colours.items()},
            "learnt": {str(half_hour): period for half_hour, period in self._learnt.items()},
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take back a snapshot."""
        self._colours = {date.fromisoformat(day): colour for day, colour in kept["colours"].items()}
        self._learnt = {int(half_hour): period for half_hour, period in kept["learnt"].items()}


def _moment_of(at: int, local: datetime, minute: int) -> int:
    """Return the moment of a minute of the day that comes within the hour of `at`."""
    past = local.second * MS + local.microsecond // 1000
    return at + (minute - minute_of(local)) * 60 * MS - past
