"""The meter of a config entry: its last values, who wants them, and whether it answers."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..listeners import Listeners
from . import replacement
from .const import CONF_INTERVAL, CONF_MODE, CONF_SERIAL_PORT, CONF_SPEED, CONF_STEP
from .labels.contracts import text_of
from .labels.pacing import Pacing
from .labels.plausibility import (
    STEADY,
    IndexCheck,
    RepeatCheck,
    fastest,
    is_measurable,
    steady_part,
    subscribed_va,
)
from .labels.presence import Presence, is_whole
from .labels.rows import Row
from .labels.table import ABSENT, COUNTED_BY, KEYS_OF, PERIOD_ROWS, ROWS, respelled, spelling
from .labels.values import Told
from .line.stream import IDENTIFIERS, LineError, LineFault, Patience, Stream, serial_of
from .line.tic import MAX_GROUPS, Frame, Group, Mode

_LOGGER = logging.getLogger(__name__)

type LinkyConfigEntry = ConfigEntry[LinkyMeter]

TWICE = 2
"""How often a thing is heard before it is taken for no damage: a label, another meter's number."""

REPLACED = 3
"""Whole frames of one other meter before it is said to have replaced this one."""


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
        self.values: dict[str, Told] = {}
        """Of this link, by key: empty when the meter does not answer."""
        self.fault: LineFault | None = None
        """Why the meter does not answer; None while it does."""
        self.frame: asyncio.Future[Frame] = hass.loop.create_future()
        """The first whole frame, its values believed, or the LineError that came before it."""
        self.labels: Counter[str] = Counter()
        """How often each was heard, with a good checksum."""
        self.refused: Counter[str] = Counter()
        """Good groups whose value was not believed, by reason."""
        self.clock: Callable[[], float] = hass.loop.time
        """Gives the seconds that have passed; a test may play a day in a moment."""

        self._hass = hass
        self._entry = entry
        self._stale = patience.stale
        self._is_ours = False
        self._stranger: str | None = None
        self._strange_frames = 0
        self._mode: Mode | None = None
        self._presence = Presence()
        self._heard: dict[str, float] = {}
        self._checks: dict[str, IndexCheck] = {}
        self._repeats: dict[str, RepeatCheck] = {}
        self._doubtful: set[str] = set()
        self._allowed_va: int | None = None
        self._listeners = defaultdict[str, Listeners[()]](Listeners)
        self.frame_listeners = Listeners[Frame]()
        """Of each whole frame."""

    @property
    def answers(self) -> bool:
        """Tell whether the line gives this meter's groups."""
        return self.fault is None and self._is_ours

    @callback
    def async_listen(self, keys: Iterable[str], listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` after each group of these keys, and when they are lost."""
        several = [self._listeners[key].add(listener) for key in keys]

        @callback
        def stop() -> None:
            for one in several:
                one()

        return stop

    @callback
    def async_repace(self) -> None:
        """Apply the entry's options to what waits to be written."""
        self.pacing = pacing_of(self._entry.options)
        self._tell(self._listeners)

    # What comes from the line

    @callback
    def _received(self, event: Group | Frame) -> None:
        now = self.clock()
        if isinstance(event, Frame):
            if self._is_ours:
                self._received_frame(event, now)
            else:
                self._received_strange(event)
        elif event.label in IDENTIFIERS:
            self._identified(event.value)
        elif self._is_ours:
            self._received_group(event, now)

    @callback
    def _identified(self, serial: str) -> None:
        """Hear this meter only: a line may be moved to another."""
        self._is_ours = serial == self.serial
        if self._is_ours:
            self._stranger = None
        elif serial != self._stranger:
            # It may be a damaged number, and the same twice: six bits of checksum do not see a
            # seventh that flips.
            self._stranger, self._strange_frames = serial, 0

    @callback
    def _received_strange(self, frame: Frame) -> None:
        """Count the whole frames of a meter that may have replaced this one."""
        if self._stranger is None or serial_of(frame) != self._stranger:
            return
        self._strange_frames += 1
        if self._strange_frames == REPLACED:
            replacement.async_create_issue(self._hass, self._entry, self._stranger)
            self._lost(LineFault.OTHER_METER)

    @callback
    def _received_group(self, group: Group, now: float) -> None:
        label = spelling(group.label)
        if len(self.labels) >= MAX_GROUPS:
            # In years of noise, damaged labels are many, but hardly one comes again.
            self.labels = Counter({one: n for one, n in self.labels.items() if n >= TWICE})
        self.labels[label] += 1
        repeats = self._repeats.setdefault(label, RepeatCheck()) if label in STEADY else None
        if (repeats is None or repeats.believes(steady_part(label, group))) and (
            self.fault is not None or self._read(label, group, now)
        ):
            self._doubtful.discard(label)
        else:
            self._doubtful.add(label)

    @callback
    def _received_frame(self, frame: Frame, now: float) -> None:
        received = respelled(frame)
        labels = received.groups.keys() - set(IDENTIFIERS)
        if any(self.labels[label] < TWICE for label in labels):
            # A label that nobody knows may be a damaged one.
            received = replace(received, is_damaged=True)
        frame = replace(
            received,
            groups={
                label: group
                for label, group in received.groups.items()
                if label in IDENTIFIERS
                or (self.labels[label] >= TWICE and label not in self._doubtful)
            },
        )
        if not labels & frame.groups.keys():
            return
        if frame.mode is not self._mode:
            self._mode = frame.mode
            keys = {row.key for row in ROWS[frame.mode]}
            self._forget([key for key in self.values if key not in keys])
        if self.fault is not None:
            self._found(frame, now)
        self._allowed_va = subscribed_va(self.values) or self._allowed_va
        # The period and its index of one frame: else one might be taken for that of another.
        for label, counts in COUNTED_BY.items():
            row = PERIOD_ROWS.get((label, text_of(frame, counts) or ""))
            if row is not None and (group := frame.groups.get(label)) is not None:
                self._accept(row.key, [row], group, now)
        self._miss(received, now)
        learnt = {CONF_MODE: str(frame.mode), CONF_SPEED: self.stream.speed}
        if not learnt.items() <= self._entry.data.items():
            self._hass.config_entries.async_update_entry(
                self._entry, data={**self._entry.data, **learnt}
            )
        replacement.async_delete_issue(self._hass, self._entry)
        if not self.frame.done():
            self.frame.set_result(frame)
        self.frame_listeners.tell(frame)

    @callback
    def _found(self, frame: Frame, now: float) -> None:
        """Take up again with a whole frame: groups alone may be rests on a line full of noise."""
        self.fault = None
        # As visible as the line that said it was lost.
        _LOGGER.warning("%s: the meter answers again", self._entry.title)
        for label, group in frame.groups.items():
            self._read(label, group, now)
        self._tell(self._listeners)

    @callback
    def _miss(self, frame: Frame, now: float) -> None:
        """Take note of what the meter no longer sends: "no" if that is what it means."""
        absent = self._presence.absent(frame)
        meaning = ABSENT[frame.mode]
        for key, (labels, told) in meaning.items():
            if labels <= absent and self.values.get(key) != told:
                self._heard.pop(key, None)
                self.values[key] = told
                self._tell([key])
        if not is_whole(frame):
            # A three-phase meter in overload: the rest will come again.
            return
        self._forget(
            [
                key
                for key, heard in self._heard.items()
                if now - heard > self._stale and key not in meaning
            ]
        )

    @callback
    def _forget(self, keys: list[str]) -> None:
        for key in keys:
            self._heard.pop(key, None)
            del self.values[key]
            self._tell([key])

    @callback
    def _read(self, label: str, group: Group, now: float) -> bool:
        """Keep what the group tells, by each key that reads it; tell if it was believed."""
        keys = KEYS_OF.get(label, {})
        # A value that is not believed was damaged, and so may be the time beside it.
        if label in keys and not self._accept(label, keys[label], group, now):
            return False
        others = {key: rows for key, rows in keys.items() if key != label}
        believed = [self._accept(key, rows, group, now) for key, rows in others.items()]
        return label in keys or not believed or any(believed)

    @callback
    def _accept(self, key: str, rows: list[Row], group: Group, now: float) -> bool:
        """Keep a value that has the form of its label and is plausible; tell if it was not."""
        value = next((v for r in rows if (v := r.read(group, self.values)) is not None), None)
        if value is None:
            self.refused["form"] += 1
            return False
        if not is_measurable(key, value):
            self.refused["range"] += 1
            return False
        if not self._follows(key, rows[0].fastest, value, now):
            return False
        self.values[key] = value
        self._heard[key] = now
        self._tell([key])
        return True

    def _follows(self, key: str, otherwise: float | None, value: Told, now: float) -> bool:
        """Tell whether an index follows the last one; anything else does."""
        if otherwise is None or not isinstance(value, int):
            return True
        check = self._checks.setdefault(key, IndexCheck(otherwise))
        check.fastest = fastest(key, self._allowed_va, otherwise)
        restarts = check.restarts
        if not check.believes(value, now):
            if key in self.values:  # else it is a first one, that only waits for the next
                self.refused["plausibility"] += 1
            return False
        if check.restarts > restarts:
            _LOGGER.warning("%s: the index %s goes on from elsewhere", self._entry.title, key)
        return True

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
        for key in list(keys):
            self._listeners[key].tell()
