"""What was said and done of what others may have: a verb for each, and a chain that nobody changes.

What is entered is on the disk before it is told (`writer`, `ledger`, docs/protocol.md); a UTC day
that is over is entered with what it came to, and signed. Counts since the start are for the
diagnostics. Never a value.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
import random
import time
from typing import Any, Protocol, TypedDict
from xml.etree.ElementTree import Element, tostring

from homeassistant.core import callback
from homeassistant.helpers.storage import STORAGE_DIR

from ...faults import note_fault
from ...protocol.model import BareJid, Grant, PublicationId
from ...protocol.stamps import stamp
from ...protocol.trust.chain import Known, Totals
from ...protocol.trust.identity import Head
from ...protocol.trust.kinds import ENTRY_KINDS, EventKind, StatementKind
from ...protocol.trust.signed import Signed, signed_in, verified
from ...protocol.trust.verify_journal import to_text
from ..config import CONF_JID
from ..context import AccountContext
from ..issues import Issue, async_tell
from ..part import Part
from ..store import LATER, SOON, AccountStore, move
from ..trust.publishing import IdentityNode
from ..trust.statements import Statements
from ..trust.trust import Trust
from .disclosures import Disclosures
from .last_said import LastSaid, saying_of
from .ledger import NOBODY, Entry, JournalFiles
from .writer import JournalWriter

CLOSING = 600.0
"""Seconds after midnight UTC within which the day before is entered, at a moment of chance."""

ROUND = 3600.0
"""Seconds between two looks for a day that is over, or a former friend to be forgotten."""

OPEN_FOR = 30 * 86400.0
"""Seconds after which a former friend is forgotten, whatever they still owe an answer to."""


class KeyEntries:
    """Enter each key that becomes known, and that this journal is an older copy."""

    def __init__(
        self,
        context: AccountContext,
        heads: Mapping[int, bytes],
        enter: Callable[..., None],
    ) -> None:
        """`heads` are those of our days, by number."""
        self._hass, self._entry, self._store = context.hass, context.entry, context.store
        self._trust, self._statements = context[Trust], context[Statements]
        self._identity = context[IdentityNode]
        self._restored: dict[str, str] = self._store.kept("restored", {})
        """Heads that others know and we do not → the day on which we heard of them."""
        self._heads = heads
        self._enter = enter
        self._undo = ExitStack()

    def listen(self) -> None:
        """Enter what becomes known from now on."""
        self._undo.callback(self._trust.listeners.add(self._take_standing))
        self._undo.callback(self._identity.heads.add(self.heard))

    def stop(self) -> None:
        """Listen no more."""
        self._undo.close()

    @callback
    def heard(self, head: Head) -> None:
        """Take which entry our identity, which we signed, names: another is of a later copy.

        That is entered and told once a day. What a friend says to have seen of us is in its own
        words, in what it signs of each day, and proves nothing by itself.
        """
        today, text = stamp(time.time())[:10], to_text(head.hash)
        if head.entries == 0 or self._heads.get(head.entries) == head.hash:
            return
        if text in self._restored or today in self._restored.values():
            return
        self._restored[text] = today
        self._store.save_within(LATER)
        self._enter(EventKind.RESTORED, None, None, entries=head.entries, head=text)
        async_tell(self._hass, self._entry, Issue.OLDER_COPY, self._entry.entry_id)

    def known(self, friend: BareJid | None) -> Known | None:
        """Return a friend's pinned key; without one, our own."""
        if friend is None:
            return Known(self._statements.keys.public.signing, "own", self._statements.own.since)
        peer = self._trust.peers.get(friend)
        if peer is None or peer.keys is None:
            return None
        return Known(peer.keys.signing, peer.how, peer.since)

    def _take_standing(self, jid: BareJid) -> None:
        """Enter that a key, ours or a peer's, is another, or known otherwise."""
        if jid == self._entry.data[CONF_JID]:
            self.enter_own()
            return
        peer = self._trust.peers.get(jid)
        if peer is not None and peer.keys is not None:
            key = to_text(peer.keys.signing)
            self._enter(EventKind.KEY, jid, None, ours=False, key=key, standing=peer.standing)

    def enter_own(self) -> None:
        """Enter our key, with the one before that signed it, if it did."""
        key = to_text(self._statements.keys.public.signing)
        rollovers = self._statements.own.rollovers
        if rollovers and _led_to(rollovers[-1]) == key:
            self._enter(EventKind.KEY, None, signed_in(rollovers[-1]))
        else:
            self._enter(EventKind.KEY, None, None, key=key)

    def exported(self, keys: Iterable[Mapping[str, str]]) -> list[dict[str, str | None]]:
        """Return keys of ours, each with what the one before signed of it, if it did."""
        rollovers = {
            _led_to(each): tostring(each, "unicode") for each in self._statements.own.rollovers
        }
        return [
            {"key": key["key"], "from": key["since"], "rollover": rollovers.get(key["key"])}
            for key in keys
        ]


def _led_to(rollover: Element) -> str:
    """Return the key, in base64, that a change of key leads to."""
    signed = signed_in(rollover)
    return verified(signed, signed.key).payload.get("signing", "")


class DayData(TypedDict):
    """What a UTC day came to that is not in the journal's chain yet."""

    sent: int
    """Readings, to each friend who could receive them."""
    received: int
    refused: dict[str, int]
    """By reason."""


class DayCounts:
    """Count by day what went, what came and what was not taken."""

    def __init__(self, store: AccountStore, elsewhere: Callable[[], Counter[str]]) -> None:
        """`elsewhere` tells what others refused since the start, by reason."""
        self._kept: dict[str, DayData] = store.kept("days", {})
        """UTC days that are not over, or not entered yet."""
        self.elsewhere = elsewhere
        self._told = Counter[str]()

    def today(self) -> DayData:
        """Return what today came to so far."""
        return self.of(stamp(time.time())[:10])

    def of(self, day: str) -> DayData:
        """Return what a day came to."""
        return self._kept.setdefault(day, DayData(sent=0, received=0, refused={}))

    def fold(self) -> list[str]:
        """Return the days that are over, oldest first.

        What others refused since they were asked last is of the last of them, or of today.
        """
        today, now = stamp(time.time())[:10], self.elsewhere()
        over = sorted(day for day in self._kept if day < today)
        refused = self.of(over[-1] if over else today)["refused"]
        for reason, number in (now - self._told).items():
            refused[reason] = refused.get(reason, 0) + number
        self._told = Counter(now)
        return over

    def entered(self, day: str) -> None:
        """Forget a day that is in the chain."""
        del self._kept[day]


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
        self._former: dict[str, float] = self._store.by_friend("former")
        """Former friends whose evidence is not erased yet → since when they are."""
        self.refusals: Counter[str] = Counter()
        """What came and was not taken, by reason."""
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.disclosures = Disclosures(self._store)
        self._days = DayCounts(self._store, self._refused_elsewhere)
        self._last_said = LastSaid(self._store)
        self._ledger = JournalFiles(
            Path(self._hass.config.path(STORAGE_DIR)), self._entry.entry_id, self._store.person
        )
        self._writer = JournalWriter(context, self._ledger, self._last_said)
        self.written = self._writer.written
        self.keys = KeyEntries(context, self._ledger.heads, self.entered)
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
