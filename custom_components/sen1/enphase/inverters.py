"""Watch inverters by what their neighbours do: same roof, same sun, same minute.

Pure: reports, sun and time are arguments.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median

SILENT_AFTER = timedelta(hours=2)
"""Of daylight without a report; an inverter reports every five minutes or so."""
RECENT = timedelta(minutes=20)
"""A neighbour that reported since is there: the gateway hears."""
FAR_BELOW = 0.5
"""Of the neighbours' median over a day: orientation and shade explain less."""
ENOUGH_REPORTS = 40
"""In a day, for it to tell something: some three hours."""
ENOUGH_W = 20
"""Mean of a day's reports, below which it was too dark to compare."""
ENOUGH_NEIGHBOURS = 3
"""Inverters for a median to mean something."""


class InverterFault(StrEnum):
    """What is wrong with an inverter."""

    SILENT = "silent"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Report:
    """What an inverter last told."""

    at: datetime
    watts: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with an inverter, and how much."""

    reason: InverterFault
    share: float | None = None
    """Of its neighbours' median over the last day, where that is the reason."""


@dataclass(slots=True)
class _Inverter:
    last: datetime | None = None
    unheard: timedelta = timedelta()
    """Daylight since its last report."""
    watts: float = 0
    reports: int = 0


@dataclass(slots=True)
class InverterWatch:
    """Tells which inverters are silent or weak."""

    weak: dict[str, float] = field(default_factory=dict)
    """Each inverter far below the others on the last day that told, with its share."""
    troubles: dict[str, Trouble] = field(default_factory=dict)
    _inverters: dict[str, _Inverter] = field(default_factory=dict)
    _day: date | None = None
    _seen: datetime | None = None

    def observe(self, reports: Mapping[str, Report], now: datetime, *, is_daylight: bool) -> None:
        """Take the inverters' last reports at `now`, local time; days end at its midnight."""
        if self._day != now.date():
            self._end_day()
            self._day = now.date()
        for gone in self._inverters.keys() - reports.keys():
            del self._inverters[gone]
            self.weak.pop(gone, None)
        passed = min(now - self._seen, RECENT) if self._seen is not None else timedelta()
        self._seen = now
        heard = {serial for serial, report in reports.items() if now - report.at <= RECENT}
        for serial, report in reports.items():
            inverter = self._inverters.setdefault(serial, _Inverter())
            if inverter.last is not None and report.at > inverter.last:
                inverter.watts += report.watts
                inverter.reports += 1
            if serial in heard or inverter.last is None or report.at > inverter.last:
                inverter.unheard = timedelta()
            elif is_daylight and (heard or len(reports) == 1):
                # With all silent it is the night, the grid or the gateway, not an inverter.
                inverter.unheard += passed
            inverter.last = report.at
        self.troubles = {
            serial: trouble for serial in reports if (trouble := self._trouble(serial)) is not None
        }

    def _trouble(self, serial: str) -> Trouble | None:
        if self._inverters[serial].unheard >= SILENT_AFTER:
            return Trouble(InverterFault.SILENT)
        if (share := self.weak.get(serial)) is not None:
            return Trouble(InverterFault.WEAK, share)
        return None

    def _end_day(self) -> None:
        """Compare the day's means; a day too dark, or too short, changes nothing."""
        told = {
            serial: inverter.watts / inverter.reports
            for serial, inverter in self._inverters.items()
            if inverter.reports >= ENOUGH_REPORTS
        }
        for inverter in self._inverters.values():
            inverter.watts = inverter.reports = 0
        if len(told) < ENOUGH_NEIGHBOURS or (usual := median(told.values())) < ENOUGH_W:
            return
        self.weak = {
            serial: watts / usual for serial, watts in told.items() if watts < FAR_BELOW * usual
        }
