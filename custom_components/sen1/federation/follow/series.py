"""A friend's publication while our account runs: the follower and those who show it."""

import asyncio
from dataclasses import replace
import time
from typing import Any

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ...alarm import Alarm
from ...listeners import Listeners
from ...protocol.budget import Budgets, Effort
from ...protocol.errors import PayloadRefused
from ...protocol.follower import Action, LastItems, Received, Status
from ...protocol.model import BareJid, Description, Grant, Item, PublicationId
from ..own_words import in_words
from ..states import statistic_of
from .progress import Progress

TEXT_OF_A_ROW = 500
"""Characters of a text that cost as much as a row."""

ROW_WAIT = 1.0
"""Seconds a state is held back at least, once its publisher has used up its rows."""


class Series:
    """Hold one followed publication; entities listen, a timer notices silence and ends."""

    def __init__(
        self,
        hass: HomeAssistant,
        budgets: Budgets,
        publisher: BareJid,
        progress: Progress,
        origin: BareJid | None = None,
    ) -> None:
        """`origin` stands for the publisher's first address, if it has moved since."""
        self.publisher = publisher
        self._origin = origin or publisher
        self.progress = progress
        self.follower = progress.follower()
        self.received = 0
        """Readings that came since the start, pushed or asked for, each counted once."""
        self.repeated = 0
        """Readings that came again: repeats, and what was asked for to fill a hole."""
        self.is_pushed = False
        """Whether its node pushed something over this link or the one before, under this grant."""
        self.wants_subscription = False
        self.wants_items = False
        """What must still be asked of the publisher's server."""
        self.ask_now: asyncio.Event | None = None
        """While it is asked for; set when there is a reason not to wait for the next attempt."""
        self.asking: asyncio.Task[None] | None = None
        """What asks, or asked last."""
        self.is_stopped = False
        """Whether nothing of its publisher is taken: its key changed."""
        self.history: float | None = None
        """The part of its history that was filled back, 0 to 1, while that goes on."""
        self._hass = hass
        self._budgets = budgets
        self.listeners = Listeners[()]()
        """Of each change."""
        self._clock = Alarm(hass, self._on_clock)
        self._cancel_row: CALLBACK_TYPE | None = None
        """While a state is held back; the newest is written."""
        self._said: Description | None = None
        self._watch_clock()

    @property
    def is_asking(self) -> bool:
        """Whether its publisher's server is being asked, or will be again."""
        return self.ask_now is not None

    @property
    def status(self) -> Status:
        """Why there is a value, or none."""
        return Status.KEY_CHANGED if self.is_stopped else self.follower.status(time.time())

    @property
    def is_owed(self) -> bool:
        """Whether the publisher's server has not given all yet that it was, or will be, asked."""
        return self.wants_items or self.is_asking

    @property
    def key(self) -> tuple[BareJid, PublicationId]:
        """What tells it from all others, wherever its publisher moves: by its first address."""
        return self._origin, self.follower.grant.publication

    @property
    def description(self) -> Description:
        """What the friend says the series is, called as Home Assistant writes it here."""
        description = self.follower.grant.description
        assert description is not None  # a series begins with a grant that has one
        if description is not self._said:
            title = in_words(self._hass, description.title, key=description.called)
            self._said, self._described = description, replace(description, title=title)
        return self._described

    @property
    def may_be_passed_on(self) -> bool:
        """Whether its friend allows that it is shared further, and says where it comes from."""
        grant = self.follower.grant
        return grant.terms.may_forward and self.description.provenance is not None

    @property
    def statistic_id(self) -> str:
        """The long-term statistic of a series of periods, or of one that counts up."""
        return statistic_of(*self.key)

    @callback
    def set_history(self, part: float | None) -> None:
        """Note how far the history is filled back; None: there is nothing to do."""
        self.history = part
        self._notify()

    @callback
    def set_stopped(self, *, is_stopped: bool) -> None:
        """Note whether anything of its publisher is taken."""
        self.is_stopped = is_stopped
        self._notify()

    @callback
    def take_grant(self, grant: Grant) -> list[Action]:
        """Take a grant message; raises PayloadRefused when a newer one has come."""
        known = self.follower.grant
        if known.said is not None and (grant.said is None or grant.said < known.said):
            raise PayloadRefused("replayed")
        if grant.description is None:
            # What was granted stays described, so that the entity keeps its name and unit.
            grant = replace(known, state=grant.state, reason=grant.reason, said=grant.said)
        self.is_pushed = False
        self.progress.keep_grant(grant)
        return self._after(self.follower.set_grant(grant))

    @callback
    def take_item(self, item: Item) -> list[Action]:
        """Take a notification."""
        return self._after(self._tally([item], self.follower.item(item, time.time())))

    @callback
    def take_fetched(
        self, items: list[Item], asked_at: LastItems, *, is_present: bool
    ) -> list[Action]:
        """Take the items of the node, asked for at a place; see `Follower.fetched`."""
        actions = self.follower.fetched(
            items, time.time(), is_present=is_present, asked_at=asked_at
        )
        return self._after(self._tally(items, actions))

    @callback
    def forget(self) -> None:
        """Forget all readings, as if none had come."""
        self.follower.forget()
        self.progress.forget_readings()
        self.received = self.repeated = 0
        self._notify()

    @callback
    def move(self, publisher: BareJid) -> None:
        """Go on with what the publisher gives at another address."""
        if self.asking is not None:
            self.asking.cancel()
        self.publisher = publisher
        self.is_pushed = False

    @callback
    def stop(self) -> None:
        """Leave no timer, and no question to a friend who may be one no more."""
        if self.asking is not None:
            self.asking.cancel()
        self._clock.set(None)
        if self._cancel_row is not None:
            self._cancel_row()
            self._cancel_row = None

    def _tally(self, items: list[Item], actions: list[Action]) -> list[Action]:
        came = sum(len(item.readings) for item in items)
        new = sum(len(action.readings) for action in actions if isinstance(action, Received))
        self.received += new
        if new:
            self.progress.note_came(time.time())
        self.repeated += came - new
        return actions

    def _after(self, actions: list[Action]) -> list[Action]:
        self.progress.keep_place(self.follower)
        self._notify()
        self._watch_clock()
        return actions

    def _watch_clock(self) -> None:
        """Look again when the status changes by itself, or before: each reading puts that off."""
        at, rings_at = self.follower.changes_at(time.time()), self._clock.at
        if at is None or rings_at is None or at + 0.1 < rings_at:
            self._clock.set(None if at is None else at + 0.1)

    @callback
    def _on_clock(self) -> None:
        self._notify()
        self._watch_clock()

    def _notify(self) -> None:
        """Wake who listens, now or when the publisher's rows of the recorder leave room."""
        now = time.monotonic()
        if self._cancel_row is not None:
            return
        if self._budgets.take(Effort.ROW, self.publisher, now, self._cost):
            self.listeners.tell()
        else:
            wait = self._budgets.wait(Effort.ROW, self.publisher, now) + ROW_WAIT
            self._cancel_row = async_call_later(self._hass, wait, self._on_row)

    @property
    def _cost(self) -> float:
        """How many rows it costs to show the newest: a board is long, and is read for that."""
        value = "" if self.follower.latest is None else self.follower.latest.value
        return 1 + (len(value) / TEXT_OF_A_ROW if isinstance(value, str) else 0)

    @callback
    def _on_row(self, _now: object) -> None:
        self._cancel_row = None
        self._notify()

    def diagnostics(self) -> dict[str, Any]:
        """Return its state and counts; no name or value."""
        now, latest = time.time(), self.follower.latest
        return {
            "status": self.status,
            "received": self.received,
            "repeated": self.repeated,
            "owed": self.is_owed,
            "history": self.history,
            "age_s": None if latest is None else round(now - latest.time, 1),
        }
