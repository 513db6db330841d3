"""The meter of a config entry: its last values, who wants them, and whether it answers."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..listeners import Listeners
from . import replacement
from .beliefs import Beliefs
from .const import CONF_INTERVAL, CONF_MODE, CONF_SERIAL_PORT, CONF_SPEED, CONF_STEP
from .labels.pacing import Pacing
from .line.identity import IDENTIFIERS, Identity
from .line.stream import LineError, LineFault, Patience, Stream
from .line.tic import Frame, Group

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
    """Hands on what the line gives: values to whom they concern, and whether the meter answers."""

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
        self.beliefs = Beliefs(patience.stale, self._restarted)
        self.values = self.beliefs.values
        """Of this link, by key: empty when the meter does not answer."""
        self.fault: LineFault | None = None
        """Why the meter does not answer; None while it does."""
        self.frame: asyncio.Future[Frame] = hass.loop.create_future()
        """The first whole frame, its values believed, or the LineError that came before it."""
        self.frame_listeners = Listeners[Frame]()
        """Of each whole frame."""
        self.clock: Callable[[], float] = hass.loop.time
        """Gives the seconds that have passed; a test may play a day in a moment."""

        self._hass = hass
        self._entry = entry
        self._identity = Identity(self.serial)
        self._listeners = defaultdict[str, Listeners[()]](Listeners)

    @property
    def name(self) -> str:
        """Return the name of the entry, which tells two meters apart."""
        return self._entry.title

    @property
    def answers(self) -> bool:
        """Return whether the line gives this meter's groups."""
        return self.fault is None and self._identity.is_ours

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
        if isinstance(event, Frame):
            if self._identity.is_ours:
                self._received_frame(event)
            elif (other := self._identity.replaced_by(event)) is not None:
                replacement.async_create_issue(self._hass, self._entry, other)
                self._lost(LineFault.OTHER_METER)
        elif event.label in IDENTIFIERS:
            self._identity.heard(event.value)
        elif self._identity.is_ours:
            self._tell(self.beliefs.take(event, self.clock()))

    @callback
    def _received_frame(self, received: Frame) -> None:
        if (taken := self.beliefs.take_frame(received, self.clock())) is None:
            return
        frame, told = taken
        if self.fault is not None:
            self.fault = None
            # As visible as the line that said it was lost.
            _LOGGER.warning("%s: the meter answers again", self._entry.title)
            told = list(self._listeners)
        self._tell(told)
        learnt = {CONF_MODE: str(frame.mode), CONF_SPEED: self.stream.speed}
        if not learnt.items() <= self._entry.data.items():
            self._hass.config_entries.async_update_entry(
                self._entry, data={**self._entry.data, **learnt}
            )
        replacement.async_delete_issue(self._hass, self._entry)
        if not self.frame.done():
            self.frame.set_result(frame)
        self.frame_listeners.tell(frame)

    def _restarted(self, key: str) -> None:
        _LOGGER.warning("%s: the index %s goes on from elsewhere", self._entry.title, key)

    @callback
    def _lost(self, fault: LineFault) -> None:
        """Leave every value unavailable, and say why once."""
        self._identity.is_ours = False
        if not self.frame.done():
            self.frame.set_exception(LineError(fault))
            return
        if self.fault is None:
            _LOGGER.warning("%s: the meter no longer answers: %s", self._entry.title, fault.words)
        self.fault = fault
        self.beliefs.lose()
        self._tell(self._listeners)

    def _tell(self, keys: Iterable[str]) -> None:
        for key in list(keys):
            self._listeners[key].tell()
