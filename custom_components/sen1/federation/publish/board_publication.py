"""A publication of the boards of a collection: the newest alone, seldom, to its members."""

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, State, callback

from ...protocol.collecting.board import board_from_text
from ...protocol.model import Reading
from ...protocol.publisher import BOARD_REPEAT
from ...protocol.stamps import parse_stamp
from ..states import reading_of
from .publication import Publication


class BoardPublication(Publication):
    """Tell the board that the entity bears, once for each: what was before it nobody needs."""

    # Sixteen boards of a thousand homes would be more than a server takes in one answer.
    max_items = "1"
    repeat = BOARD_REPEAT

    async def async_readings(self, begin: float, end: float, most: int) -> list[Reading]:
        """Return nothing: the recorder keeps no boards."""
        return []

    async def async_open(self, watermark: float, now: float) -> None:
        """Publish from now on, and the newest board where the server has another."""
        self._begin(watermark)
        self._reads_from = None
        self.publisher.add_backlog(())
        if self.entity_id is not None:
            self._say(self._hass.states.get(self.entity_id), now)
        self._is_chosen = False
        self._on_change()

    @callback
    def _on_state(self, event: Event[EventStateChangedData]) -> None:
        if self.is_open:
            self._say(event.data["new_state"], event.time_fired_timestamp)
            self._on_change()

    def _say(self, state: State | None, now: float) -> None:
        """Hand a board on that was not told yet; one that is none ends the one before."""
        if state is None or state.state == STATE_UNAVAILABLE:
            # The account itself bears it, and is about to start or to end.
            return
        reading, newest = self.reading(state), self.publisher.newest
        if reading is None:
            if newest is not None:
                self.publisher.set_unavailable(now)
        elif newest is None or newest.unavailable or reading.time > parse_stamp(newest.id):
            self.publisher.add(reading)

    def reading(self, state: State) -> Reading | None:
        """Return the board in a state; None where there is none of this collection."""
        try:
            reading = reading_of(state, self.description)
        except ValueError:
            self.bad_values += 1
            return None
        if reading is None or board_from_text(str(reading.value)).collection != self.data["board"]:
            return None
        return reading
