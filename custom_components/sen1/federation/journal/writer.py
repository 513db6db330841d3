"""What is entered on its way to the disk: many who wait are one write."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
import logging

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.event import async_call_later

from ...faults import note_fault
from ...protocol.model import BareJid
from ..context import AccountContext
from ..store import SOON
from .last_said import LastSaid, Saying
from .ledger import Entry, JournalFiles

_LOGGER = logging.getLogger(__name__)

AGAIN = 30.0
"""Seconds until the disk is tried again; until then nothing is told."""

PATIENCE = 10.0
"""Seconds in which what is entered must be on the disk when the account stops."""


class JournalWriter:
    """Write entries in their order, and go on until the disk has them."""

    def __init__(self, context: AccountContext, ledger: JournalFiles, last_said: LastSaid) -> None:
        self._hass, self._entry, self._store = context.hass, context.entry, context.store
        self._ledger = ledger
        self._last_said = last_said
        self._turn = asyncio.Lock()
        """Held while the files are read or written."""
        self._queue: list[tuple[Entry, Saying | None]] = []
        self._entered = self._written = 0
        """Entries since the start, and those of them that are on the disk."""
        self._waiters: list[tuple[int, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._later: CALLBACK_TYPE | None = None
        self._is_failing = False

    async def on_disk[*Arguments, Found](
        self, job: Callable[[*Arguments], Found], *arguments: *Arguments
    ) -> Found:
        """Return what a job of the files finds: one at a time."""
        async with self._turn:
            return await self._hass.async_add_executor_job(job, *arguments)

    def add(self, entry: Entry, saying: Saying | None) -> None:
        """Write an entry soon; what it says is then kept as said last."""
        self._queue.append((entry, saying))
        self._entered += 1
        if self._later is None and self._writing is None:
            self._later = async_call_later(self._hass, SOON, self._write_now)

    def moved(self, old: BareJid, new: BareJid) -> None:
        """Let what waits be of a friend's new address."""
        self._queue = [
            (replace(entry, friend=new), saying and saying._replace(friend=new))
            if entry.friend == old
            else (entry, saying)
            for entry, saying in self._queue
        ]

    async def written(self) -> None:
        """Return once all that was entered is on the disk."""
        if self._written >= self._entered:
            return
        waiter: asyncio.Future[None] = self._hass.loop.create_future()
        self._waiters.append((self._entered, waiter))
        self._write_now()
        await waiter

    async def async_stop(self) -> None:
        """Write what waits, and then no more."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self.written()
        except TimeoutError:
            _LOGGER.warning("%s: its journal could not be written", self._entry.title)
        self._wait_no_more()
        if self._writing is not None:
            self._writing.cancel()

    def _wait_no_more(self) -> None:
        if self._later is not None:
            self._later()
            self._later = None

    @callback
    def _write_now(self, _now: datetime | None = None) -> None:
        self._wait_no_more()
        if self._writing is None:
            self._writing = self._entry.async_create_background_task(
                self._hass, self._write(), "sen1 journal"
            )

    async def _write(self) -> None:
        try:
            # Whoever enters something in the same step of the loop is of the same write.
            await asyncio.sleep(0)
            while self._queue:
                await self._write_once()
        finally:
            self._writing = None

    async def _write_once(self) -> None:
        batch = self._queue.copy()
        try:
            await self.on_disk(self._ledger.write, [entry for entry, _ in batch])
        except OSError as error:
            if not self._is_failing:
                _LOGGER.warning(
                    "%s: its journal cannot be written (%s); until it can, nothing is told",
                    self._entry.title,
                    type(error).__name__,
                )
            self._is_failing = True
            await asyncio.sleep(AGAIN)
            return
        except Exception as error:
            # Of these nothing is on the disk, and nothing ever would be told again.
            note_fault(error)
        if self._is_failing:
            self._is_failing = False
            _LOGGER.warning("%s: its journal is written again", self._entry.title)
        for _, saying in batch:
            if saying is not None:
                self._last_said.note_written(saying)
        self._store.save_within(SOON)
        del self._queue[: len(batch)]
        self._written += len(batch)
        for waiter in [one for upto, one in self._waiters if upto <= self._written]:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters = [each for each in self._waiters if each[0] > self._written]
