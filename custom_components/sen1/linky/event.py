"""Events of a meter: what has just begun or ended, for automations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from homeassistant.components.event import (
    EventEntity,
    EventEntityDescription,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import LinkyEntity, async_make_entities
from .labels.contracts import has_mobile_peaks, has_no_mobile_peaks, is_ejp
from .labels.table import ROWS
from .labels.values import NOTHING, Told
from .line.tic import Frame, Mode
from .meter import LinkyConfigEntry, LinkyMeter

type Happening = tuple[str, dict[str, Any]] | None
"""The type of an event and its attributes."""


@dataclass(frozen=True, kw_only=True)
class EventRow(EventEntityDescription):
    """A row that becomes an event entity."""

    of: tuple[str, ...]
    """Keys whose changes it tells."""
    happened: Callable[[str, Told, Told], Happening]
    """Turns a key, its value before and its value now, which differ, into an event."""
    has: Callable[[Frame], bool]
    """Does this meter tell of such?"""
    is_news_at_start: bool = False
    """Is a value found at the start an event, unless it was the last one?"""
    lasts: bool = True

    def exists(self, frame: Frame) -> bool:
        """Tell whether a meter that sends this frame tells of such events."""
        return self.has(frame)


def _tells(key: str) -> Callable[[Frame], bool]:
    return lambda frame: any(row.key == key and row.exists(frame) for row in ROWS[frame.mode])


def _over_power(key: str, before: Told, now: Told) -> Happening:
    return ("begin" if now else "end"), {}


def _tariff_period(key: str, before: Told, now: Told) -> Happening:
    return "changed", {"previous": before, "current": now}


def _mobile_peak(key: str, before: Told, now: Told) -> Happening:
    if key == "PEJP":
        return ("notice", {}) if now else None
    return ("begin" if now else "end"), {}


def _message(key: str, before: Told, now: Told) -> Happening:
    return None if now is NOTHING else ("received", {"message": now})


OVER_POWER = EventRow(
    key="over_power",
    translation_key="over_power",
    event_types=["begin", "end"],
    of=("ADPS",),
    happened=_over_power,
    has=_tells("ADPS"),
)
TARIFF_PERIOD = EventRow(
    key="tariff_period",
    translation_key="tariff_period",
    event_types=["changed"],
    of=("PTEC",),
    happened=_tariff_period,
    has=_tells("PTEC"),
)
MESSAGE = EventRow(
    key="message",
    translation_key="message",
    event_types=["received"],
    of=("MSG1", "MSG2"),
    happened=_message,
    has=_tells("MSG1"),
    is_news_at_start=True,
)


def _mobile_peaks(has: Callable[[Frame], bool], *, enabled: bool) -> EventRow:
    return EventRow(
        key="mobile_peak",
        translation_key="mobile_peak",
        event_types=["notice", "begin", "end"],
        entity_registry_enabled_default=enabled,
        of=("PEJP", "mobile_peak"),
        happened=_mobile_peak,
        has=has,
    )


EVENTS: dict[Mode, tuple[EventRow, ...]] = {
    Mode.HISTORIC: (OVER_POWER, TARIFF_PERIOD, _mobile_peaks(is_ejp, enabled=True)),
    Mode.STANDARD: (
        OVER_POWER,
        TARIFF_PERIOD,
        MESSAGE,
        _mobile_peaks(has_mobile_peaks, enabled=True),
        _mobile_peaks(has_no_mobile_peaks, enabled=False),
    ),
    Mode.PME_PMI: (TARIFF_PERIOD,),
}


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LinkyConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Make the event entities of the meter."""
    await async_make_entities(hass, entry, async_add_entities, Platform.EVENT, EVENTS, LinkyEvent)


class LinkyEvent(LinkyEntity, EventEntity):
    """What has just begun or ended, as the meter's groups tell it."""

    entity_description: EventRow
    _was_available = True

    def __init__(self, row: EventRow, meter: LinkyMeter, device: DeviceInfo) -> None:
        super().__init__(row.key, meter, device, row.of)
        self.entity_description = row
        self._known: dict[str, Told] = {}

    @property
    def available(self) -> bool:
        """Tell whether the meter answers."""
        return self._meter.answers

    async def async_added_to_hass(self) -> None:
        """Listen; what goes on already is no event, but for a message nobody was told."""
        await super().async_added_to_hass()
        values = self._meter.values
        self._known = {key: values[key] for key in self.entity_description.of if key in values}
        if self.entity_description.is_news_at_start:
            for key, value in self._known.items():
                if value != self.state_attributes.get("message"):
                    self._tell(key, NOTHING, value)

    @callback
    def _received(self) -> None:
        for key in self.entity_description.of:
            now = self._meter.values.get(key)
            if now is None:
                continue
            before = self._known.get(key)
            self._known[key] = now
            if before is not None and before != now and self._tell(key, before, now):
                self.async_write_ha_state()
        if self._was_available is not self.available:
            self._was_available = self.available
            self.async_write_ha_state()

    def _tell(self, key: str, before: Told, now: Told) -> bool:
        happening = self.entity_description.happened(key, before, now)
        if happening is None:
            return False
        self._trigger_event(*happening)
        return True
