"""Keep of each reading that it went or came: at once in memory, soon on the disk.

A reading costs a dictionary and a list; what is written is made in the executor. What a kill loses
in between is on the node still, and is kept again when the node is read.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
import time

from homeassistant.core import HomeAssistant, callback

from ...faults import contained
from ...protocol.model import BareJid, Description, PublicationId, Reading
from ...protocol.quantities import is_board
from ...protocol.trust.day import day_of, milliseconds
from ..part import wait_for
from ..store import AccountStore
from .files import NOBODY, OURS, DayFiles, Name, Pseudonyms, Written, members_of

WRITTEN_AFTER = 30.0
"""Seconds after which what went or came is on the disk."""

WRITTEN_ITEMS = 8
"""Items of a series that are written at once: half of what its node has."""

MOST_WAITING = 200_000
"""Readings that wait for a disk that takes none; more are let go."""


class Records:
    """Keep readings for receipts; `on_changed` is told which series of which days have more."""

    def __init__(
        self,
        hass: HomeAssistant,
        store: AccountStore,
        files: DayFiles,
        on_changed: Callable[[set[tuple[Name, int]]], None],
    ) -> None:
        self._hass = hass
        self._store = store
        self._files = files
        self._on_changed = on_changed
        self._waiting: dict[Name, list[Written]] = {}
        self._names: dict[tuple[BareJid | None, PublicationId], Name] = {}
        self._groups: dict[PublicationId, tuple[Collection[BareJid], Pseudonyms]] = {}
        self._forgotten: list[tuple[Name, int | None]] = []
        """What is to be deleted: a series, or what of it came before a day."""
        self._turn = asyncio.Lock()
        self._full = asyncio.Event()

    # What went and came

    @callback
    def sent(
        self,
        publication: PublicationId,
        receivers: Collection[BareJid],
        readings: Sequence[Reading],
        *,
        is_again: bool = False,
    ) -> None:
        """Keep what receivers can have; `receivers` is never changed in place."""
        known = self._groups.get(publication)
        if known is None or known[0] is not receivers:
            members = members_of(map(self._store.person, receivers))
            known = self._groups[publication] = (receivers, members)
        if known[1]:
            self._add(self.name(None, publication), Written(known[1], readings, is_again))

    @callback
    def gave(
        self, friend: BareJid, publication: PublicationId, readings: Sequence[Reading]
    ) -> None:
        """Keep what one friend was given in an answer of the past, or has found on the node."""
        members = members_of([self._store.person(friend)])
        self._add(self.name(None, publication), Written(members, readings))

    @callback
    def came(
        self,
        friend: BareJid,
        publication: PublicationId,
        readings: Sequence[Reading],
        *,
        is_again: bool = False,
    ) -> None:
        """Keep what came of a friend, by whatever way."""
        self._add(self.name(friend, publication), Written(NOBODY, readings, is_again))

    @callback
    def answered(
        self, friend: BareJid, publication: PublicationId, answer: Reading, *, ours: bool
    ) -> None:
        """Keep when an answer of the past was given to a friend, or came, and its digest."""
        members = members_of([self._store.person(friend)]) if ours else NOBODY
        name = answers_of(self.name(None if ours else friend, publication))
        self._add(name, Written(members, [answer]))

    def _add(self, name: Name, written: Written) -> None:
        waiting = self._waiting.setdefault(name, [])
        waiting.append(written)
        if len(waiting) >= WRITTEN_ITEMS:
            self._full.set()

    def name(self, friend: BareJid | None, publication: PublicationId) -> Name:
        """Return what a friend's series is called in the files, or one of ours."""
        key = friend, publication
        if (name := self._names.get(key)) is None:
            person = OURS if friend is None else self._store.person(friend)
            series = self._store.pseudonym("series", publication)
            name = self._names[key] = Name(person, series)
        return name

    def member(self, friend: BareJid) -> bytes:
        """Return what stands for a friend among those to whom something went."""
        (member,) = members_of([self._store.person(friend)])
        return member

    # The files

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await wait_for(self._full, WRITTEN_AFTER)
            with contained():
                await self.write()

    async def write(self) -> None:
        """Write what waits."""
        async with self._turn:
            await self._write()

    async def ask[T](self, question: Callable[[DayFiles], T]) -> T:
        """Return what the files, with all that waits written, say; asked in the executor."""
        async with self._turn:
            await self._write()
            return await self._hass.async_add_executor_job(question, self._files)

    @callback
    def forget(
        self, friend: BareJid, publication: PublicationId, before: int | None = None
    ) -> None:
        """Delete what came of a friend's series, soon: all, or of the days before one."""
        name = self.name(friend, publication)
        for each in (name, answers_of(name)):
            if before is None:
                self._waiting.pop(each, None)
            self._forgotten.append((each, before))
        self._full.set()

    async def _write(self) -> None:
        self._full.clear()
        while self._forgotten:
            await self._hass.async_add_executor_job(self._files.forget, *self._forgotten.pop(0))
        batch, self._waiting = self._waiting, {}
        if not batch:
            return
        today = day_of(milliseconds(time.time()))
        try:
            changed = await self._hass.async_add_executor_job(self._files.write, batch, today)
        except OSError:
            if sum(len(w.readings) for ws in batch.values() for w in ws) <= MOST_WAITING:
                for name, several in batch.items():
                    self._waiting[name] = several + self._waiting.get(name, [])
            raise
        self._on_changed(changed)


def compared(description: Description, readings: Sequence[Reading]) -> Sequence[Reading]:
    """Return the readings of a series that are compared by days: boards are not.

    Each stands in the place of the one before, which nobody needs to have had.
    """
    return () if is_board(description.measurement) else readings


def answers_of(name: Name) -> Name:
    """Return what the answers of the past of a series are called in the files."""
    return Name(name.person, f"{name.series}-answers")
