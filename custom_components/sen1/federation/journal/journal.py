"""What was said and done of what others may have: a verb for each, and a chain that nobody changes.

What is entered is on the disk before it is told (`writer`, `ledger`, docs/protocol.md); a UTC day
that is over is entered with what it came to, and signed. Counts since the start are for the
diagnostics. Never a value.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
import random
import time
from typing import Any, Protocol, TypedDict

from homeassistant.helpers.storage import STORAGE_DIR

from ...faults import note_fault
from ...protocol.model import BareJid, Grant, PublicationId
from ...protocol.stamps import stamp
from ...protocol.trust.chain import Totals
from ...protocol.trust.identity import Head
from ...protocol.trust.kinds import ENTRY_KINDS, EventKind, StatementKind
from ...protocol.trust.signed import Signed
from ..config import CONF_JID
from ..context import AccountContext
from ..part import Part
from ..store import SOON, move
from ..trust.publishing import IdentityNode
from ..trust.statements import Statements
from ..trust.trust import Trust
from .day_counts import DayCounts, DayData
from .disclosures import Disclosures, Erasure, Sent
from .key_entries import KeyEntries
from .last_said import KeptSayings, LastSaid, saying_of
from .ledger import NOBODY, Entry, JournalFiles
from .writer import JournalWriter

CLOSING = 600.0
"""Seconds after midnight UTC within which the day before is entered, at a moment of chance."""

ROUND = 3600.0
"""Seconds between two looks for a day that is over, or a former friend to be forgotten."""

OPEN_FOR = 30 * 86400.0
"""Seconds after which a former friend is forgotten, whatever they still owe an answer to."""


class KeptJournal(TypedDict):
    """What is kept beside the chain."""

    sent: dict[str, dict[str, Sent]]
    erasures: dict[str, dict[str, Erasure]]
    entered: KeptSayings
    days: dict[str, DayData]
    """UTC days that are not over, or not entered yet."""
    former: dict[str, float]
    """Former friends whose evidence is not erased yet → since when they are."""
    restored: dict[str, str]


class JournalRelations(Protocol):
    """What the journal asks of who somebody is."""

    def is_known(self, jid: BareJid) -> bool:
        """Return whether somebody is a friend, a member or an organiser."""

    def is_owed(self, jid: BareJid) -> bool:
        """Return whether a former friend is still to be told something, or to answer."""


class Journal(Part):
    """Enter what happened; docs/developers/federation.md names who does."""

    relations: JournalRelations
    """Joined to it by what makes both."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._statements, self._identity = context[Statements], context[IdentityNode]
        self._trust = context[Trust]
        kept = self._store.section(
            KeptJournal(sent={}, erasures={}, entered={}, days={}, former={}, restored={})
        )
        self._former = kept["former"]
        self.refusals: Counter[str] = Counter()
        """What came and was not taken, by reason."""
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.disclosures = Disclosures(self._store, kept["sent"], kept["erasures"])
        self._days = DayCounts(kept["days"], self._refused_elsewhere)
        self._last_said = LastSaid(kept["entered"])
        self._ledger = JournalFiles(
            Path(self._hass.config.path(STORAGE_DIR)), self._entry.entry_id, self._store.person
        )
        self._writer = JournalWriter(context, self._ledger, self._last_said)
        self.written = self._writer.written
        self.keys = KeyEntries(context, kept["restored"], self._ledger.heads, self.entered)
        self.runs = (self.run,)

    @property
    def refused_in_all(self) -> Counter[str]:
        """What was not taken, here and elsewhere, by reason."""
        return self._refused_elsewhere() + self.refusals

    def _refused_elsewhere(self) -> Counter[str]:
        return self._session.door.refused + self._trust.refused

    # Life

    async def async_load(self) -> None:
        """Go on where the files end; tell what is to be told of how they do."""
        torn = await self._writer.on_disk(self._ledger.load)
        self._last_said.load(await self._writer.on_disk(list, self._ledger.of_today()))
        own = await self._writer.on_disk(self._ledger.own_key)
        if self._ledger.chain.entries == 0:
            self.entered(EventKind.BEGAN, None, None)
        if torn:
            self.entered(EventKind.TORN, None, None, bytes=torn)
        if own is not None and own != self._statements.keys.public.signing:
            self.keys.enter_own()
        self._days.today()
        self.keys.listen()
        if (head := self._ledger.head) is not None:
            self._identity.publish(head)

    async def run(self) -> None:
        """Enter each day that is over and forget who is forgotten, until cancelled."""
        while True:
            try:
                await self.async_look()
            except Exception as error:
                note_fault(error)
            now = time.time()
            midnight = datetime.fromtimestamp(now, UTC).replace(
                hour=0, minute=0, second=0, microsecond=0
            ) + timedelta(days=1)
            # At a moment of chance: not all of a country write, and then publish, at once.
            due = midnight.timestamp() - now + random.uniform(0, CLOSING)  # noqa: S311
            await asyncio.sleep(min(ROUND, due))

    async def async_look(self) -> None:
        """Enter the days that are over, and forget former friends with whom nothing is open."""
        await self._close_days()
        now = time.time()
        for jid in map(BareJid, self._last_said.friends):
            if not self.relations.is_known(jid):
                # Also who was forgotten, and had something to say since.
                self._former.setdefault(jid, now)
        for jid, since in [(BareJid(jid), since) for jid, since in self._former.items()]:
            if self.relations.is_known(jid):
                del self._former[jid]
            elif now > since + OPEN_FOR or not self.relations.is_owed(jid):
                await self.erase(jid)

    async def async_remove(self) -> None:
        """Delete the files."""
        await self._writer.on_disk(self._ledger.remove)

    async def async_stop(self) -> None:
        """Write what was entered, and listen no more."""
        self.keys.stop()
        self._days.fold()
        await self._writer.async_stop()

    # What is entered

    def entered(
        self,
        kind: str,
        friend: BareJid | None,
        signed: Signed | None,
        *,
        ours: bool = True,
        **plain: Any,
    ) -> None:
        """Enter something: a statement, or what nobody signed, with its details.

        It is on the disk soon; `written` waits for it. What is said again is entered once.
        """
        who, known = NOBODY if friend is None else friend, self.keys.known(friend)
        entry = Entry(ENTRY_KINDS[kind], time.time(), who, signed, ours, plain, known)
        saying = None if friend is None else saying_of(entry)
        if friend is not None and saying is not None:
            if self._last_said.has(saying):
                return
            if friend in self._former and not self.disclosures.is_withdrawn(
                friend, saying.publication
            ):
                # Of a former friend nothing is said again.
                saying = None
            else:
                self._last_said.note(saying)
        self._writer.add(entry, saying)

    # Verbs

    def said(self, friend: BareJid, grant: Grant) -> Grant:
        """Enter that a friend is told of a grant; return it with the moment, later than any."""
        self._counts[friend]["said"] += 1
        if grant.erase_by is not None:
            self.disclosures.withdrawn(friend, grant.publication, grant.erase_by)
        return replace(grant, said=self._statements.moment())

    def seen(self, friend: BareJid) -> None:
        """Enter that a friend acknowledged what it was told of a grant."""
        self._counts[friend]["seen"] += 1

    def decided(self, friend: BareJid, publication: PublicationId) -> None:
        """Enter that a grant is taken back, whenever the friend is told of it."""
        self.entered(StatementKind.WITHDRAWAL, friend, None, publication=publication)

    def shut_out(self, friend: BareJid, publication: PublicationId) -> None:
        """Enter that the server lets a friend receive a publication no more."""
        self.entered(EventKind.WITHDRAWN, friend, None, publication=publication)

    def sent(
        self, friends: Collection[BareJid], publication: PublicationId, readings: int, size: int
    ) -> None:
        """Enter that so many readings went, in so many bytes, to those who could receive them."""
        self.disclosures.sent(friends, publication, readings, size)
        self._days.today()["sent"] += readings * len(friends)

    def received(self, friend: BareJid, readings: int) -> None:
        """Enter that so many readings of a friend came."""
        self._counts[friend]["received"] += readings
        self._days.today()["received"] += readings

    def refused(self, reason: str) -> None:
        """Enter that something was not taken: a count of the day, however often it is."""
        self.refusals[reason] += 1
        refused = self._days.today()["refused"]
        refused[reason] = refused.get(reason, 0) + 1

    def forget(self, friend: BareJid) -> None:
        """Forget a former friend, once nothing is open with them: anybody comes and goes."""
        self._counts.pop(friend, None)
        self._last_said.forget(friend, self.disclosures.erasures.get(friend, {}))
        self._former.setdefault(friend, time.time())
        self._store.save_within(SOON)

    def moved(self, old: BareJid, new: BareJid) -> None:
        """Let all that is of a friend be of its new address, under which its evidence goes on."""
        for part in (self.disclosures, self._last_said, self._writer):
            part.moved(old, new)
        move(self._counts, old, new)
        move(self._former, old, new)

    def of_friend(self, jid: BareJid) -> dict[str, dict[str, int]]:
        """Return what was entered of a friend since the start: how often, and readings."""
        return {"journal": dict(self._counts.get(jid, {}))}

    # Days

    async def _close_days(self) -> None:
        for day in self._days.fold():
            await self.written()
            # What is handed out to its persons' files is not looked for at the next start.
            await self._store.async_save()
            totals = Totals(**self._days.of(day))
            await self._writer.on_disk(
                self._ledger.close_day, self._statements.keys, day, totals, time.time()
            )
            self._days.entered(day)
            self._store.save_within(SOON)
            if (head := self._ledger.head) is not None:
                self._identity.publish(head)
        self._days.today()

    @property
    def head(self) -> Head:
        """The newest entry of a day, which friends are told; before the first, nothing."""
        return self._ledger.head or Head(0, bytes(32))

    @property
    def entries(self) -> int:
        """How many entries are on the disk."""
        return self._ledger.chain.entries

    # Erased, and shown

    async def erase(self, friend: BareJid) -> None:
        """Erase all that names a friend: the chain verifies on, and tells nobody of whom it is."""
        await self.written()
        await self._store.async_save()
        was_there = await self._writer.on_disk(self._ledger.forget, friend)
        self._last_said.erase(friend)
        self._former.pop(friend, None)
        self._store.forget_person(friend)
        self._store.save_within(SOON)
        if was_there:
            self.entered(EventKind.FORGOTTEN, None, None)
            await self.written()

    async def export(self, friend: BareJid | None = None) -> dict[str, Any]:
        """Return the journal as it is verified elsewhere: all of it, or what is of a friend."""
        self.entered(EventKind.EXPORTED, None, None, whole=friend is None)
        return await self.content(friend)

    async def content(self, friend: BareJid | None = None) -> dict[str, Any]:
        """Return the same, to be verified here: nothing is entered."""
        await self.written()
        await self._store.async_save()
        lines, people, keys = await self._writer.on_disk(self._ledger.exported, friend)
        return {
            "sen1_journal": 0,
            "account": self._entry.data[CONF_JID],
            "exported": stamp(time.time()),
            "keys": self.keys.exported(keys),
            "chain": lines,
            "people": people,
        }
