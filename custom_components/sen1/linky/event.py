"""Events of a meter: what has just begun or ended, for automations."""

from collections.abc import Callable
from functools import partial
from typing import Any

from homeassistant.components.event import EventEntity
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import LinkyEntity, async_make_entities
from .labels.contracts import has_mobile_peaks, has_no_mobile_peaks, is_ejp
from .labels.rows import EventRow, Happening
from .labels.table import ROWS
from .labels.values import NOTHING, LabelValue
from .line.tic import Frame, Mode
from .meter import LinkyConfigEntry, LinkyMeter


def _tells(key: str) -> Callable[[Frame], bool]:
    return lambda frame: any(row.key == key and row.exists(frame) for row in ROWS[frame.mode])


def _begin_or_end(key: str, before: LabelValue, now: LabelValue) -> Happening:
    return ("begin" if now else "end"), {}


def _tariff_period(key: str, before: LabelValue, now: LabelValue) -> Happening:
    return "changed", {"previous": before, "current": now}


def _mobile_peak(key: str, before: LabelValue, now: LabelValue) -> Happening:
    if key == "PEJP":
        return ("notice", {}) if now else None
    return _begin_or_end(key, before, now)


def _message(key: str, before: LabelValue, now: LabelValue) -> Happening:
    return None if now is NOTHING else ("received", {"message": now})


def _event(key: str, *types: str, of: tuple[str, ...], **rest: Any) -> EventRow:
    row = {"exists": _tells(of[0]), **rest}
    return EventRow(key=key, translation_key=key, event_types=list(types), of=of, **row)


_mobile_peaks = partial(
    _event,
    "mobile_peak",
    "notice",
    "begin",
    "end",
    of=("PEJP", "mobile_peak"),
    happened=_mobile_peak,
)

OVER_POWER = _event("over_power", "begin", "end", of=("ADPS",), happened=_begin_or_end)
TARIFF_PERIOD = _event("tariff_period", "changed", of=("PTEC",), happened=_tariff_period)
MESSAGE = _event(
    "message", "received", of=("MSG1", "MSG2"), happened=_message, is_news_at_start=True
)

EVENTS: dict[Mode, tuple[EventRow, ...]] = {
    Mode.HISTORIC: (OVER_POWER, TARIFF_PERIOD, _mobile_peaks(exists=is_ejp)),
    Mode.STANDARD: (
        OVER_POWER,
        TARIFF_PERIOD,
        MESSAGE,
        _mobile_peaks(exists=has_mobile_peaks),
        _mobile_peaks(exists=has_no_mobile_peaks, entity_registry_enabled_default=False),
    ),
    Mode.PME_PMI: (TARIFF_PERIOD,),
}


async def async_setup_entry(
    hass: HomeAssistant, entry: LinkyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the event entities of the meter."""
    await async_make_entities(hass, entry, async_add_entities, Platform.EVENT, EVENTS, LinkyEvent)


class LinkyEvent(LinkyEntity, EventEntity):
    """What has just begun or ended, as the meter's groups tell it."""

    entity_description: EventRow
    _was_available = True

    def __init__(self, row: EventRow, meter: LinkyMeter, device: DeviceInfo) -> None:
        super().__init__(row, meter, device, row.of)
        self._known: dict[str, LabelValue] = {}

    @property
    def available(self) -> bool:
        """Return whether the meter answers."""
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

    def _tell(self, key: str, before: LabelValue, now: LabelValue) -> bool:
        happening = self.entity_description.happened(key, before, now)
        if happening is None:
            return False
        self._trigger_event(*happening)
        return True
