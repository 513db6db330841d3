"""The watch over a home while its entry is loaded: faults in, sensors and repair issues out."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from enum import StrEnum
import time
from typing import Any

from astral import Observer
from astral.sun import elevation
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ...alarm import Alarm
from ...const import CONF_KIND, DOMAIN, ENEDIS, FRIENDS, Kind
from ...faults import contained
from ...listeners import Listeners
from ..const import CONF_SUBSCRIBED_POWER
from ..counting.balance import Balance, HomeQuantity
from ..counting.calendar import MS
from ..counting.sites import main_site
from ..counting.sources import (
    READING_KEY,
    STATUS_KEY,
    Source,
    entities_of_series,
    entity_of,
    series_of,
)
from ..tariff.book import Book
from .rules import BestProduction, FaultDelay, Rhythm, is_overloaded

CONF_MUTED = "muted"
"""Option: the faults that raise no issue."""

EVERY = timedelta(minutes=1)
"""Silence makes no event: what is there is looked at this often; nothing is asked of a device."""

METER_S = 600.0
SERIES_S = 3600.0
"""Seconds of silence that are nothing unusual, of a meter and of a friend's series."""

GONE = (STATE_UNAVAILABLE, STATE_UNKNOWN)
LATE = timedelta(days=3)
"""What comes each day has not come: Enedis is late by two at times."""

OVER = timedelta(days=60)
"""What has not come for longer is over: a file tells of its own days only."""

NO_LONGER_GRANTED = ("withdrawn", "ended", "paused", "key_changed")
"""What a friend decided is no fault; a key that changed has its own repair."""


class HomeFault(StrEnum):
    """What is watched."""

    PRODUCTION_ABSENT = "production_absent"
    METER_SILENT = "meter_silent"
    OVERLOAD = "overload"
    SERIES_SILENT = "series_silent"
    SOURCE_LATE = "source_late"


ISSUE_AFTER_S = {HomeFault.OVERLOAD: 300.0}
"""A fault this short is seen by its sensor, and is over before anybody could mend it."""


class Watch:
    """Looks at a home, tells who listens, and raises issues that go by themselves."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        balance: Balance,
        book: Book,
        sources: list[Source],
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._balance = balance
        self._book = book
        self._followed = [q for q in HomeQuantity if any(map(_comes, series_of(entry.data, q)))]
        """What statistics tell that go on."""
        grid = (HomeQuantity.BOUGHT, HomeQuantity.SOLD)
        self._grid = list(dict.fromkeys(s.ref for s in sources if s.quantity in grid))
        self._subscribed = entry.data.get(CONF_SUBSCRIBED_POWER)
        self._patience = {
            HomeFault.PRODUCTION_ABSENT: FaultDelay(3600),
            HomeFault.METER_SILENT: FaultDelay(0),
            HomeFault.OVERLOAD: FaultDelay(5, 60),
            HomeFault.SERIES_SILENT: FaultDelay(0),
            HomeFault.SOURCE_LATE: FaultDelay(0),
        }
        self._production = BestProduction()
        self._rhythms: dict[str, Rhythm] = {}
        self.silent: dict[HomeFault, list[str]] = {}
        """The entities that a fault is about."""
        self.listeners = Listeners[()]()
        """When a fault begins or ends."""
        self._undo = ExitStack()
        self._overload_due = Alarm(hass, self.look_at_power)
        """When an overload begins or ends: a minute is long for it."""

    def faults(self) -> Iterator[HomeFault]:
        """Yield what can be watched of this home."""
        if self._balance.measures(HomeQuantity.PRODUCED):
            yield HomeFault.PRODUCTION_ABSENT
        if self._grid:
            yield HomeFault.METER_SILENT
            if self._subscribed:
                yield HomeFault.OVERLOAD
        if self._followed:
            yield HomeFault.SOURCE_LATE
        # Friends' series belong to no site: one of them watches.
        if main_site(self._hass) is self._entry:
            yield HomeFault.SERIES_SILENT

    def is_on(self, fault: HomeFault) -> bool:
        """Return whether a fault is believed."""
        return self._patience[fault].is_on

    # Life

    @callback
    def start(self) -> None:
        """Begin to look."""
        self._undo.callback(async_track_time_interval(self._hass, self.look, EVERY))

    @callback
    def stop(self) -> None:
        """Look no more."""
        self._overload_due.set(None)
        self._undo.close()

    @callback
    def delete_issues(self) -> None:
        """Take back what was told."""
        for fault in HomeFault:
            ir.async_delete_issue(self._hass, DOMAIN, self._issue(fault))

    def snapshot(self) -> dict[str, Any]:
        """Return what must survive a restart."""
        return {
            "production": {
                str(band): {day.isoformat(): watts for day, watts in days.items()}
                for band, days in self._production.best.items()
            },
            "rhythms": {
                ref: {day.isoformat(): gap for day, gap in rhythm.gaps.items()}
                for ref, rhythm in self._rhythms.items()
            },
        }

    def restore(self, kept: dict[str, Any]) -> None:
        """Take the history back. While Home Assistant was away, nothing could be heard."""
        self._production.best = {
            int(band): {date.fromisoformat(day): watts for day, watts in days.items()}
            for band, days in kept.get("production", {}).items()
        }
        self._rhythms = {
            ref: Rhythm(None, {date.fromisoformat(day): gap for day, gap in gaps.items()})
            for ref, gaps in kept.get("rhythms", {}).items()
        }

    # Looking

    @callback
    def look(self, _now: datetime | None = None) -> None:
        """Look at everything as it is now."""
        self._look(self.faults())

    def _look(self, faults: Iterable[HomeFault]) -> None:
        now = time.time()
        changed = False
        for fault in faults:
            patience = self._patience[fault]
            before = patience.is_on
            with contained():
                patience.look(now, self._is_wrong(fault, now))
                self._tell_issue(fault, now)
            changed |= patience.is_on != before
        if changed:
            self.listeners.tell()
        self._overload_due.set(self._patience[HomeFault.OVERLOAD].due())

    @callback
    def look_at_power(self) -> None:
        """Look at what a change of power can be wrong about."""
        if self._subscribed and self._grid:
            self._look([HomeFault.OVERLOAD])

    def _is_wrong(self, fault: HomeFault, now: float) -> bool | None:
        match fault:
            case HomeFault.PRODUCTION_ABSENT:
                return self._is_production_absent(now)
            case HomeFault.METER_SILENT:
                grid = [(ref, entity_of(self._hass, ref)) for ref in self._grid]
                return self._are_silent(
                    fault, [(ref, entity) for ref, entity in grid if entity], METER_S, now
                )
            case HomeFault.OVERLOAD:
                power = self._balance.power(HomeQuantity.BOUGHT)
                watts = None if power is None else power / 1000
                return is_overloaded(watts, self._subscribed or 0)
            case HomeFault.SOURCE_LATE:
                ends = map(self._book.until, self._followed)
                past = [timedelta(seconds=now - end / MS) for end in ends if end is not None]
                return any(LATE < one < OVER for one in past)
        return self._are_silent(fault, list(self._series()), SERIES_S, now)

    def _is_production_absent(self, now: float) -> bool | None:
        config = self._hass.config
        moment = dt_util.utc_from_timestamp(now)
        height = elevation(Observer(config.latitude, config.longitude, config.elevation), moment)
        day = dt_util.as_local(moment).date()
        power = self._balance.power(HomeQuantity.PRODUCED)
        watts = None if power is None else power / 1000
        if watts is not None and height > 0 and not self.is_on(HomeFault.PRODUCTION_ABSENT):
            self._production.learn(day, height, watts)
        if self.is_on(HomeFault.PRODUCTION_ABSENT) and watts:
            return False  # whatever the sun: they give again
        return self._production.is_absent(day, height, watts)

    def _are_silent(
        self, fault: HomeFault, sensors: list[tuple[str, str]], patience_s: float, now: float
    ) -> bool:
        day = dt_util.now().date()
        silent = []
        for ref, entity_id in sensors:
            state = self._hass.states.get(entity_id)
            rhythm = self._rhythms.setdefault(ref, Rhythm(now))
            if rhythm.heard is None:
                rhythm.heard = now
            is_available = state is not None and state.state not in GONE
            if state is not None and is_available:
                rhythm.hear(day, state.last_reported_timestamp)
            if rhythm.is_silent(now, patience_s, is_available=is_available):
                silent.append(entity_id)
        self.silent[fault] = silent
        return bool(silent)

    def _series(self) -> Iterator[tuple[str, str]]:
        """Yield the series of friends and cooperatives that are granted to this home."""
        registry = er.async_get(self._hass)
        for entry in self._hass.config_entries.async_loaded_entries(DOMAIN):
            if entry.data[CONF_KIND] != Kind.ACCOUNT:
                continue
            rows = er.async_entries_for_config_entry(registry, entry.entry_id)
            for series in entities_of_series(rows).values():
                reading, status = series.get(READING_KEY), series.get(STATUS_KEY)
                state = self._hass.states.get(status.entity_id) if status else None
                is_granted = state is not None and state.state not in NO_LONGER_GRANTED
                if reading is not None and is_granted and not reading.disabled:
                    yield reading.id, reading.entity_id

    # Telling

    def _issue(self, fault: HomeFault) -> str:
        return f"{fault}_{self._entry.entry_id}"

    def _tell_issue(self, fault: HomeFault, now: float) -> None:
        patience = self._patience[fault]
        lasts_s = 0 if patience.began is None else now - patience.began
        is_told = (
            patience.is_on
            and fault not in self._entry.options.get(CONF_MUTED, ())
            and lasts_s >= ISSUE_AFTER_S.get(fault, 0)
        )
        if not is_told:
            ir.async_delete_issue(self._hass, DOMAIN, self._issue(fault))
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue(fault),
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=fault,
            translation_placeholders={"site": self._entry.title},
        )


def _comes(statistic: str) -> bool:
    """Return whether a statistic goes on by itself; of ours, what was imported from a file ends."""
    return not statistic.startswith(f"{DOMAIN}:") or statistic.startswith((ENEDIS, FRIENDS))
