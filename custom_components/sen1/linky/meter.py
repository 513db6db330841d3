"""The meter of a config entry: its last values, who wants them, and whether it answers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from .const import CONF_INTERVAL, CONF_MODE, CONF_SERIAL_PORT, CONF_SPEED, CONF_STEP
from .labels import ROWS_OF, period_in_force
from .pacing import Pacing, Value
from .plausibility import IndexCheck
from .stream import IDENTIFIERS, LineError, LineFault, Patience, Stream
from .tic import Frame, Group

_LOGGER = logging.getLogger(__name__)

type LinkyConfigEntry = ConfigEntry[LinkyMeter]


def pacing_of(options: Mapping[str, Any]) -> Pacing:
    """Return the pace that the entry's options choose."""
    default = Pacing()
    return Pacing(
        interval=options.get(CONF_INTERVAL, default.interval),
        step=options.get(CONF_STEP, default.step),
    )


class LinkyMeter:
    """Keeps the last value of each label and wakes only those who listen to it."""

    def __init__(self, hass: HomeAssistant, entry: LinkyConfigEntry, patience: Patience) -> None:
        assert entry.unique_id is not None  # the flow sets it
        self.serial = entry.unique_id
        self.pacing = pacing_of(entry.options)
        self.stream = Stream(
            entry.data[CONF_SERIAL_PORT],
            entry.data.get(CONF_SPEED),
            self._received,
            self._lost,
            patience,
        )
        self.values: dict[str, Value] = {}
        """Of this link, by key: empty when the meter does not answer."""
        self.fault: LineFault | None = None
        """Why the meter does not answer; None while it does."""
        self.frame: asyncio.Future[Frame] = hass.loop.create_future()
        """The first whole frame, or the LineError that came before it."""
        self.labels: set[str] = set()
        """All seen."""
        self.refused: Counter[str] = Counter()
        """Good groups whose value was not believed, by reason."""

        self._hass = hass
        self._entry = entry
        self._stale = patience.stale
        self._is_ours = False
        self._strangers = 0
        self._heard: dict[str, float] = {}
        self._checks: dict[str, IndexCheck] = {}
        self._listeners: dict[str, list[CALLBACK_TYPE]] = {}
        self._frame_listeners: list[Callable[[Frame], None]] = []

    @property
    def answers(self) -> bool:
        """Tell whether the line gives this meter's groups."""
        return self.fault is None and self._is_ours

    @callback
    def async_listen(self, keys: Iterable[str], listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` after each group of these keys, and when they are lost."""
        lists = [self._listeners.setdefault(key, []) for key in keys]
        for listeners in lists:
            listeners.append(listener)

        @callback
        def unlisten() -> None:
            for listeners in lists:
                listeners.remove(listener)

        return unlisten

    @callback
    def async_listen_frames(self, listener: Callable[[Frame], None]) -> CALLBACK_TYPE:
        """Call `listener` with each whole frame."""
        self._frame_listeners.append(listener)
        return lambda: self._frame_listeners.remove(listener)

    @callback
    def async_repace(self) -> None:
        """Apply the entry's options to what waits to be written."""
        self.pacing = pacing_of(self._entry.options)
        self._tell(self._listeners)

    # What comes from the line

    @callback
    def _received(self, event: Group | Frame) -> None:
        now = self._hass.loop.time()
        if isinstance(event, Frame):
            if self._is_ours:
                self._received_frame(event, now)
        elif event.label in IDENTIFIERS:
            self._identified(event.value)
        elif self._is_ours:
            self.labels.add(event.label)
            self._accept(event.label, event.value, now)

    @callback
    def _identified(self, serial: str) -> None:
        """Hear this meter only: a line may be moved to another."""
        if serial != self.serial:
            self._is_ours = False
            # Once may be a damaged number.
            self._strangers += 1
            if self._strangers > 1:
                self._lost(LineFault.OTHER_METER)
            return
        self._strangers = 0
        self._is_ours = True
        if self.fault is not None:
            self.fault = None
            # As visible as the line that said it was lost.
            _LOGGER.warning("%s: the meter answers again", self._entry.title)
            self._tell(self._listeners)

    @callback
    def _received_frame(self, frame: Frame, now: float) -> None:
        period, energy = period_in_force(frame), frame.groups.get("EAP_s")
        # Both of one frame: else an index might be taken for that of the period before.
        if period is not None and energy is not None:
            self._accept(f"EAP_s_{period}", energy.value, now)
        for key in [key for key, heard in self._heard.items() if now - heard > self._stale]:
            del self._heard[key], self.values[key]
            self._tell([key])
        learnt = {CONF_MODE: str(frame.mode), CONF_SPEED: self.stream.speed}
        if not learnt.items() <= self._entry.data.items():
            self._hass.config_entries.async_update_entry(
                self._entry, data={**self._entry.data, **learnt}
            )
        if not self.frame.done():
            self.frame.set_result(frame)
        for listener in self._frame_listeners.copy():
            listener(frame)

    @callback
    def _accept(self, key: str, written: str, now: float) -> None:
        """Keep a value that has the form of its label and, for an index, is plausible."""
        rows = ROWS_OF.get(key)
        if rows is None:
            return
        value = next((v for row in rows if (v := row.parse(written)) is not None), None)
        if value is None:
            self.refused["form"] += 1
            return
        if rows[0].fastest is not None and isinstance(value, int):
            check = self._checks.setdefault(key, IndexCheck(rows[0].fastest))
            if not check.believes(value, now):
                if key in self.values:  # else it is a first one, that only waits for the next
                    self.refused["plausibility"] += 1
                return
        self.values[key] = value
        self._heard[key] = now
        self._tell([key])

    @callback
    def _lost(self, fault: LineFault) -> None:
        """Leave every value unavailable, and say why once."""
        self._is_ours = False
        if not self.frame.done():
            self.frame.set_exception(LineError(fault))
            return
        if self.fault is None:
            _LOGGER.warning("%s: the meter no longer answers: %s", self._entry.title, fault.words)
        self.fault = fault
        self.values.clear()
        self._heard.clear()
        self._tell(self._listeners)

    def _tell(self, keys: Iterable[str]) -> None:
        for listener in {one: None for key in keys for one in self._listeners.get(key, ())}:
            listener()
