"""A publication while its account runs: an entity's states become readings."""

from collections.abc import Callable
from dataclasses import replace
import math
import time
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event

from ...history.recorder import async_converted, async_states
from ...protocol.collecting.board import board_from_text
from ...protocol.model import BareJid, Description, Item, PublicationId, Reading, node_of
from ...protocol.publisher import BOARD_REPEAT, REPEAT, Publisher
from ...protocol.stamps import parse_stamp
from ...protocol.term import Span
from ..config import PublicationData
from ..consent.policy import Policy
from ..context import AccountContext
from ..states import reading_of
from .pubsub_node import OPTIONS
from .source import find_source, is_lent, source_of


class Publication:
    """Watch the entity of one publication and feed its publisher.

    While the link is down nothing is kept here: the recorder keeps it, `async_open` reads it back.
    """

    max_items = OPTIONS["max_items"]
    """How many items the node keeps."""

    repeat = REPEAT
    """Seconds after which the newest item is said again."""

    def __init__(
        self,
        hass: HomeAssistant,
        data: PublicationData,
        description: Description,
        policy: Policy,
        on_change: Callable[[], None],
        on_source: Callable[[Publication], None],
    ) -> None:
        """`on_source` is called when the entity is found, renewed or gone."""
        self.id: PublicationId = data["publication"]
        self.node = node_of(self.id)
        self.description = description
        self.publisher = Publisher(self.id, data["interval_s"], self.repeat)
        self.publisher.revision = description.revision
        self.is_open = False
        """Whether the server is ready: the node has our options and only the granted may see it."""
        self.held_until = 0.0
        """Monotonic time before which a refused item is not tried again."""
        self.receivers: set[BareJid] = set()
        """Who the server lets receive it."""
        self.awaited_from: float | None = None
        """The time from which on somebody may receive it, who waits until what is older is sent."""
        self.bad_values = 0
        """States that could not be told in the publication's unit."""
        self._hass = hass
        self._policy = policy
        self.data = data
        """What the user decided, with what finds the entity again as it is now."""
        self._on_change = on_change
        self._on_source = on_source
        self.entity_id: str | None = None
        """The entity published, under the name it has now; None when it was removed."""
        self._openings = 0
        """How often it was opened: what is read back for an earlier time is not used."""
        self._reads_from: float | None = None
        """The time from which on the recorder is being read back."""
        self._is_chosen = False
        """Whether it has just taken the place of another: what it says counts from now on."""
        self._stop_state: Callable[[], None] | None = None
        self._stop_registry: Callable[[], None] | None = None

    @property
    def past(self) -> str | None:
        """The statistic that tells of the time before the entity, if there is one."""
        return self.data.get("past")

    def span(self, reading: Reading) -> Span:
        """Return when what a reading says was measured."""
        return reading.time, reading.time

    def begin_of(self, moment: float) -> float:
        """Return when what is measured at a moment begins."""
        return moment

    async def async_readings(self, begin: float, end: float, most: int) -> list[Reading] | None:
        """Return the readings of [begin, end], or its whole periods; None: there are too many."""
        if self.entity_id is None:
            return []
        # Of years of states no more is read than shows that they are too many.
        states = await async_states(self._hass, self.entity_id, begin - 0.001, end, limit=most + 1)
        return None if len(states) > most else await async_converted(states, self.reading)

    def shown(self, item: Item) -> tuple[Reading, ...]:
        """Return what an item says of now, whoever may have what it says of its time."""
        return item.readings[-1:]

    @property
    def oldest_waiting(self) -> float:
        """The time of the oldest reading that is still to be published; else infinite.

        Until the recorder has answered, any since the server had all may be.
        """
        oldest = self.publisher.oldest
        waiting = math.inf if oldest is None else oldest.time
        return waiting if self._reads_from is None else min(waiting, self._reads_from)

    @property
    def oldest_sent(self) -> float:
        """The time of the oldest reading that the server may have lost; else infinite."""
        remembered = self.publisher.remembered
        return math.inf if remembered is None else remembered.time

    @callback
    def configure(self, data: PublicationData, description: Description) -> bool:
        """Take what the user changed; return whether another entity is shared now."""
        is_another = any(data.get(key) != self.data.get(key) for key in ("platform", "unique_id"))
        self._is_chosen |= is_another
        self.data = data
        self.describe(description)
        self.publisher.interval = data["interval_s"]
        self._find()
        return is_another

    @callback
    def describe(self, description: Description) -> None:
        """Take another description: its items bear its revision."""
        self.description = description
        self.publisher.revision = description.revision

    @callback
    def start(self) -> None:
        """Watch the entity, under whatever name it has or gets."""
        self._stop_registry = self._hass.bus.async_listen(
            er.EVENT_ENTITY_REGISTRY_UPDATED, self._on_registry
        )
        self._find()

    @callback
    def stop(self) -> None:
        """Watch no more; what is being opened is closed."""
        self.close()
        for stop in (self._stop_state, self._stop_registry):
            if stop is not None:
                stop()
        self._stop_state = self._stop_registry = None

    @callback
    def say_again(self) -> None:
        """Have the newest item said again soon: somebody could not read it as it was."""
        self.publisher.say_again()
        self._on_change()

    @callback
    def close(self) -> None:
        """Stop at a lost link: the recorder takes over."""
        self.is_open = False
        self.publisher.drop_pending()

    async def async_open(self, watermark: float, now: float) -> None:
        """Publish live from now on, and what the server missed since `watermark`.

        It is open at once; the recorder may be busy for long.
        """
        opening = self._begin(watermark)
        if self.entity_id is None:
            # What the recorder kept is read when the entity is found, which opens anew.
            self._reads_from = None
            self.publisher.set_unavailable(now)
            self._on_change()
            return
        state, newest = self._hass.states.get(self.entity_id), self.publisher.newest
        said = watermark if newest is None else max(watermark, parse_stamp(newest.id))
        if state is None or newest is None or round(state.last_changed_timestamp, 3) > said:
            self._take(state, now)
        elif self._is_chosen:
            self._take(state, now, at=now)
        self._is_chosen = False
        self._on_change()
        missed = await async_states(self._hass, self.entity_id, watermark, now)
        readings = await async_converted(missed, self.reading)
        if not self._is_current(opening):
            return
        self._reads_from = None
        self.publisher.add_backlog(
            reading for reading in readings if self._policy.reaches(self.id, self.span(reading))
        )
        self._on_change()

    def _begin(self, watermark: float) -> int:
        """Open; return the number of this opening."""
        self.is_open = True
        self.held_until = 0.0
        self._reads_from = watermark
        self._openings += 1
        return self._openings

    def _is_current(self, opening: int) -> bool:
        """Return whether it is open still: a link that went meanwhile begins anew when back."""
        return self.is_open and opening == self._openings

    @callback
    def _on_state(self, event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        # A state that goes was renamed or removed: the registry says which.
        is_news = new is not None and (old is None or old.state != new.state)
        if self.is_open and is_news:
            self._take(new, event.time_fired_timestamp)
            self._on_change()

    @callback
    def _on_registry(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        self._find()

    def _find(self) -> None:
        """Listen to the entity under the name it has now; tell when it is gone, back or renewed."""
        entity = find_source(self._hass, self.data)
        known = self.data
        if entity is not None:
            known = {**known, **source_of(entity)}
        entity_id = None if entity is None else entity.entity_id
        if entity_id == self.entity_id and known == self.data:
            return
        self.data = known
        if entity_id != self.entity_id:
            self._watch(entity_id)
        self._on_source(self)

    def _watch(self, entity_id: str | None) -> None:
        was_missing, self.entity_id = self.entity_id is None, entity_id
        if self._stop_state is not None:
            self._stop_state()
            self._stop_state = None
        if entity_id is None:
            if self.is_open:
                self._take(None, time.time())
                self._on_change()
            return
        self._stop_state = async_track_state_change_event(self._hass, entity_id, self._on_state)
        if was_missing:
            # Opened anew, it also has what the recorder kept meanwhile.
            self.close()

    def _take(self, state: State | None, now: float, *, at: float | None = None) -> None:
        """Hand a state on; one that says nothing means that the source has no value."""
        reading = None if state is None else self.reading(state)
        if reading is not None and at is not None:
            reading = replace(reading, time=round(at, 3))
        if reading is None:
            self.publisher.set_unavailable(now)
        else:
            self.publisher.add(reading)

    def _is_lent(self) -> bool:
        """Return whether it may be shared no longer: a friend lent it, or it became a group."""
        entity = find_source(self._hass, self.data)
        return entity is not None and is_lent(self._hass, entity.entity_id)

    def diagnostics(self) -> dict[str, Any]:
        """Return its state and counts; no name or value."""
        return {
            "open": self.is_open,
            "measurement": self.description.measurement,
            "interval_s": self.publisher.interval,
            "waiting": self.publisher.waiting,
            "backlog": self.publisher.backlog,
            "bad_values": self.bad_values,
            "has_entity": self.entity_id is not None,
        }

    def reading(self, state: State) -> Reading | None:
        """Return a state as it goes on the wire; None when it says nothing that may be shared."""
        if self._is_lent():
            return None
        try:
            return reading_of(state, self.description)
        except ValueError:
            self.bad_values += 1
            return None


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


class Publications(dict[PublicationId, Publication]):
    """What an account publishes: filled and emptied by `Publishing`, read by the other parts."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__()
        context[Policy].publications = self
