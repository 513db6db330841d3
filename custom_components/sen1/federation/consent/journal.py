"""What was said and done of what others may have: a verb for each, and a chain that nobody changes.

What is entered is on the disk before it is told (`ledger`, docs/protocol.md); a UTC day that is
over is entered with what it came to, and signed. What the household is shown is in the Store
(`sent`, `erasures`); counts since the start are for the diagnostics. Never a value.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
import logging
from pathlib import Path
import random
import time
from typing import Any, NamedTuple, TypedDict
from xml.etree.ElementTree import Element, tostring

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.util import dt as dt_util

from ...faults import note_fault
from ...protocol.model import BareJid, Grant, PublicationId
from ...protocol.stamps import stamp
from ...protocol.trust.chain import EntryKind, Known, Totals, compact, meaning, subject_of
from ...protocol.trust.identity import Head
from ...protocol.trust.signed import Signed, signed_in, verified
from ...protocol.trust.verify_journal import to_text
from ..config import CONF_JID
from ..issues import Issue, async_tell
from ..part import Part
from ..store import LATER, SOON, AccountStore, move
from ..trust.trust import Trust
from .chores import Chores
from .ledger import NOBODY, Entry, JournalFiles
from .members import Memberships

_LOGGER = logging.getLogger(__name__)

CLOSING = 600.0
"""Seconds after midnight UTC within which the day before is entered, at a moment of chance."""

ROUND = 3600.0
"""Seconds between two looks for a day that is over, or a former friend to be forgotten."""

OPEN_FOR = 30 * 86400.0
"""Seconds after which a former friend is forgotten, whatever they still owe an answer to."""

AGAIN = 30.0
"""Seconds until the disk is tried again; until then nothing is told."""

PATIENCE = 10.0
"""Seconds in which what is entered must be on the disk when the account stops."""

MOST_KNOWN = 512
"""Publications, and days, of a friend of which it is known what was said last."""

RENEWING = {
    EntryKind.GRANT: tuple(kind for kind in EntryKind if kind is not EntryKind.GRANT),
    EntryKind.WITHDRAWAL: (EntryKind.GRANT,),
    EntryKind.JOINED: (EntryKind.LEFT,),
    EntryKind.LEFT: (EntryKind.JOINED,),
}
"""What may be said again in the same words, and means something new, after one of these."""


class _Said(NamedTuple):
    """What was said of something: said again, it is no news."""

    friend: str
    publication: str
    kind: EntryKind
    slot: str
    """Whose words they are, and whether they are signed."""
    meaning: str

    def is_in(self, known: Mapping[str, Mapping[str, Mapping[str, str]]]) -> bool:
        """Return whether this was said last."""
        of_publication = known.get(self.friend, {}).get(self.publication, {})
        return of_publication.get(self._key) == self.meaning

    def note_in(self, known: dict[str, dict[str, dict[str, str]]]) -> None:
        """Keep it as what was said last."""
        of_friend = known.setdefault(self.friend, {})
        of_publication = of_friend.setdefault(self.publication, {})
        if len(of_friend) > MOST_KNOWN:
            del of_friend[next(iter(of_friend))]
        over = RENEWING.get(self.kind, ())
        for key in [key for key in of_publication if key.partition(" ")[0] in over]:
            del of_publication[key]
        of_publication[self._key] = self.meaning

    @property
    def _key(self) -> str:
        return f"{self.kind} {self.slot}"


class Sent(TypedDict):
    """What was published while a friend could receive it."""

    readings: int
    bytes: int
    last: float
    months: dict[str, int]
    """Local month, as 2026-11 → readings."""


class Erasure(TypedDict):
    """What a friend was asked to erase."""

    asked: float
    """When it was; 0: the friend removed it unasked."""
    by: float
    erased: float | None
    """When the friend said that it has."""


class DayData(TypedDict):
    """What a UTC day came to that is not in the journal's chain yet."""

    sent: int
    """Readings, to each friend who could receive them."""
    received: int
    refused: dict[str, int]
    """By reason."""


class KeptJournal(TypedDict):
    """What is kept beside the chain."""

    sent: dict[str, dict[str, Sent]]
    """Publication → friend → how much it could receive."""
    erasures: dict[str, dict[str, Erasure]]
    """Friend, or former friend → publication of ours → what is to be erased there."""
    entered: dict[str, dict[str, dict[str, str]]]
    """Friend → publication → kind and whose → a digest of what was said last."""
    days: dict[str, DayData]
    """UTC days that are not over, or not entered yet."""
    former: dict[str, float]
    """Former friends whose evidence is not erased yet → since when they are."""
    restored: dict[str, str]
    """Entries of ours that others know and we do not → the UTC day we heard."""


class Journal(Part):
    """Enter what happened; docs/developers/federation.md names who does."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        store: AccountStore,
        trust: Trust,
        chores: Chores,
        memberships: Memberships,
        elsewhere: Callable[[], Counter[str]] = Counter,
    ) -> None:
        """`elsewhere` tells what others refused since the start, by reason."""
        self._hass = hass
        self._entry = entry
        self._store = store
        self._kept = store.section(
            KeptJournal(sent={}, erasures={}, entered={}, days={}, former={}, restored={})
        )
        self._trust = trust
        self._chores = chores
        self._memberships = memberships
        self._elsewhere = elsewhere
        self._told_elsewhere: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        """What came and was not taken, by reason."""
        self._counts: defaultdict[BareJid, Counter[str]] = defaultdict(Counter)
        storage = Path(hass.config.path(STORAGE_DIR))
        self._ledger = JournalFiles(storage, entry.entry_id, store.person)
        self._turn = asyncio.Lock()
        """Held while the files are read or written."""
        self._said: dict[str, dict[str, dict[str, str]]] = {}
        """As `entered` of the Store, with what is not on the disk yet."""
        self._queue: list[tuple[Entry, _Said | None]] = []
        self._entered = self._written = 0
        """Entries since the start, and those of them that are on the disk."""
        self._waiters: list[tuple[int, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._later: CALLBACK_TYPE | None = None
        self._is_failing = False
        self._listening: list[CALLBACK_TYPE] = []
        self.runs = (self.run,)

    @property
    def refused_in_all(self) -> Counter[str]:
        """What was not taken, here and elsewhere, by reason."""
        return self._elsewhere() + self.refusals

    # Life

    async def async_load(self) -> None:
        """Go on where the files end; tell what is to be told of how they do."""
        async with self._turn:
            torn = await self._hass.async_add_executor_job(self._ledger.load)
            kept = await self._hass.async_add_executor_job(list, self._ledger.of_today())
            own = await self._hass.async_add_executor_job(self._ledger.own_key)
        data = self._kept
        for each in kept:
            _said_of(each).note_in(data["entered"])
        self._said = deepcopy(data["entered"])
        if self._ledger.chain.entries == 0:
            self.entered(EntryKind.BEGAN, None, None)
        if torn:
            self.entered(EntryKind.TORN, None, None, bytes=torn)
        if own is not None and own != self._trust.keys.public.signing:
            self._enter_own_key()
        self._of_today()
        self._listening = [
            self._trust.listeners.add(self._take_standing),
            self._trust.own_heads.add(self.heard),
        ]
        if (head := self._ledger.head) is not None:
            self._trust.publish(head)

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
        now, data = time.time(), self._kept
        friends = self._memberships.everybody()
        for jid in data["entered"].keys() - friends:
            # Also who was forgotten, and had something to say since.
            data["former"].setdefault(jid, now)
        for jid, since in list(data["former"].items()):
            if jid in friends:
                del data["former"][jid]
            elif now > since + OPEN_FOR or not self._is_open_with(jid):
                await self.erase(BareJid(jid))

    async def async_stop(self) -> None:
        """Write what was entered, and listen no more."""
        for stop in self._listening:
            stop()
        self._listening = []
        self._fold_elsewhere(stamp(time.time())[:10])
        try:
            async with asyncio.timeout(PATIENCE):
                await self.written()
        except TimeoutError:
            _LOGGER.warning("%s: its journal could not be written", self._entry.title)
        if self._later is not None:
            self._later()
            self._later = None
        if self._writing is not None:
            self._writing.cancel()

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
        who = NOBODY if friend is None else friend
        entry = Entry(EntryKind(kind), time.time(), who, signed, ours, plain, self._known(friend))
        said = None
        if friend is not None:
            said = _said_of(entry)
            if said.is_in(self._said):
                return
            if self._is_over(friend, said.publication):
                said = None
            else:
                said.note_in(self._said)
        self._queue.append((entry, said))
        self._entered += 1
        if self._later is None and self._writing is None:
            self._later = async_call_later(self._hass, SOON, self._write_now)

    def _is_over(self, friend: BareJid, publication: str) -> bool:
        """Return whether nothing is said again of a publication: it is of a former friend."""
        asked = self._kept["erasures"].get(friend, {})
        return friend in self._kept["former"] and publication not in asked

    async def written(self) -> None:
        """Return once all that was entered is on the disk: many who wait are one write."""
        if self._written >= self._entered:
            return
        waiter: asyncio.Future[None] = self._hass.loop.create_future()
        self._waiters.append((self._entered, waiter))
        self._write_now()
        await waiter

    @callback
    def _write_now(self, _now: datetime | None = None) -> None:
        if self._later is not None:
            self._later()
            self._later = None
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
            async with self._turn:
                entries = [entry for entry, _ in batch]
                await self._hass.async_add_executor_job(self._ledger.write, entries)
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
        for _, said in batch:
            if said is not None:
                said.note_in(self._kept["entered"])
        self._store.save_within(SOON)
        del self._queue[: len(batch)]
        self._written += len(batch)
        for waiter in [one for upto, one in self._waiters if upto <= self._written]:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters = [each for each in self._waiters if each[0] > self._written]

    # Verbs

    def said(self, friend: BareJid, grant: Grant) -> Grant:
        """Enter that a friend is told of a grant; return it with the moment, later than any."""
        self._counts[friend]["said"] += 1
        if grant.erase_by is not None:
            self.withdrawn(friend, grant.publication, grant.erase_by)
        return replace(grant, said=self._trust.moment())

    def seen(self, friend: BareJid) -> None:
        """Enter that a friend acknowledged what it was told of a grant."""
        self._counts[friend]["seen"] += 1

    def decided(self, friend: BareJid, publication: PublicationId) -> None:
        """Enter that a grant is taken back, whenever the friend is told of it."""
        self.entered(EntryKind.WITHDRAWAL, friend, None, publication=publication)

    def shut_out(self, friend: BareJid, publication: PublicationId) -> None:
        """Enter that the server lets a friend receive a publication no more."""
        self.entered(EntryKind.WITHDRAWN, friend, None, publication=publication)

    def withdrawn(self, friend: BareJid, publication: PublicationId, erase_by: float) -> None:
        """Enter that a friend is to erase what it received, however often it is told."""
        asked = self._kept["erasures"].setdefault(friend, {})
        known = asked.get(publication)
        sent = self._kept["sent"].get(publication, {}).get(friend)
        last = sent["last"] if sent else 0.0
        # Who leaves says that all is erased before we know that it left.
        if known is None or (known["erased"] is not None and known["erased"] < last):
            asked[publication] = Erasure(asked=time.time(), by=erase_by, erased=None)
            self._store.save_within(SOON)

    def is_withdrawn(self, friend: BareJid, publication: PublicationId) -> bool:
        """Return whether a friend was to erase a publication once."""
        return publication in self._kept["erasures"].get(friend, {})

    def erased(self, friend: BareJid, publication: PublicationId) -> None:
        """Enter that a friend erased what it received: as it was asked, or when it removed us."""
        now = time.time()
        erasures = self._kept["erasures"].setdefault(friend, {})
        erasures.setdefault(publication, Erasure(asked=0.0, by=now, erased=now))["erased"] = now
        self._store.save_within(SOON)

    def sent(
        self, friends: Collection[BareJid], publication: PublicationId, readings: int, size: int
    ) -> None:
        """Enter that so many readings went, in so many bytes, to those who could receive them."""
        of_publication = self._kept["sent"].setdefault(publication, {})
        month = f"{dt_util.now():%Y-%m}"
        for friend in friends:
            sent = of_publication.setdefault(friend, Sent(readings=0, bytes=0, last=0.0, months={}))
            sent["readings"] += readings
            sent["months"][month] = sent["months"].get(month, 0) + readings
            sent["bytes"] += size
            sent["last"] = time.time()
        self._of_today()["sent"] += readings * len(friends)

    def received(self, friend: BareJid, readings: int) -> None:
        """Enter that so many readings of a friend came."""
        self._counts[friend]["received"] += readings
        self._of_today()["received"] += readings

    def refused(self, reason: str) -> None:
        """Enter that something was not taken: a count of the day, however often it is."""
        self.refusals[reason] += 1
        refused = self._of_today()["refused"]
        refused[reason] = refused.get(reason, 0) + 1

    def followed(self, old: BareJid, new: BareJid, signed: Signed) -> None:
        """Enter that a friend is at another address now: its evidence goes on under that one."""
        if old in self._said:
            self._said[new] = self._said.pop(old)
        if old in self._counts:
            self._counts[new] = self._counts.pop(old)
        self._queue = [
            (replace(entry, friend=new), said and said._replace(friend=new))
            if entry.friend == old
            else (entry, said)
            for entry, said in self._queue
        ]
        self.entered(EntryKind.MOVED, new, signed, ours=False)

    def forget(self, friend: BareJid) -> None:
        """Forget a former friend, once nothing is open with them: anybody comes and goes."""
        self._counts.pop(friend, None)
        asked = self._kept["erasures"].get(friend, {})
        for known in (self._said, self._kept["entered"]):
            of_friend = known.get(friend, {})
            for publication in of_friend.keys() - asked.keys():
                del of_friend[publication]
        self._kept["former"].setdefault(friend, time.time())
        self._store.save_within(SOON)

    def sent_of(self, publication: str) -> Mapping[str, Sent]:
        """Return how much of a publication each friend could receive."""
        return self._kept["sent"].get(publication, {})

    @property
    def erasures(self) -> Mapping[str, Mapping[str, Erasure]]:
        """What is to be erased, by friend or former friend, and by publication of ours."""
        return self._kept["erasures"]

    def forget_publication(self, publication: str) -> None:
        """Forget who could receive a publication that is no more."""
        self._kept["sent"].pop(publication, None)

    def forget_sent(self, friend: str) -> None:
        """Forget what somebody could receive who was no friend by name."""
        for of_publication in self._kept["sent"].values():
            of_publication.pop(friend, None)

    def moved(self, old: BareJid, new: BareJid) -> None:
        """Let what is kept of a friend be of its new address; the evidence goes on."""
        kept = self._kept
        several: list[dict[str, Any]] = [kept["erasures"], kept["entered"], kept["former"]]
        for known in (*several, *kept["sent"].values()):
            move(known, old, new)

    def of_friend(self, jid: BareJid) -> dict[str, Any]:
        """Return what was entered of a friend since the start."""
        return {"journal": self.counts(jid)}

    def counts(self, friend: BareJid) -> dict[str, int]:
        """Return what was entered of a friend since the start: how often, and readings."""
        return dict(self._counts.get(friend, {}))

    # Days

    def _of_today(self) -> DayData:
        return self._of(stamp(time.time())[:10])

    def _of(self, day: str) -> DayData:
        return self._kept["days"].setdefault(day, DayData(sent=0, received=0, refused={}))

    def _fold_elsewhere(self, day: str) -> None:
        """Count to a day what others refused since they were asked last."""
        now = self._elsewhere()
        refused = self._of(day)["refused"]
        for reason, number in (now - self._told_elsewhere).items():
            refused[reason] = refused.get(reason, 0) + number
        self._told_elsewhere = Counter(now)

    async def _close_days(self) -> None:
        today, days = stamp(time.time())[:10], self._kept["days"]
        over = sorted(day for day in days if day < today)
        self._fold_elsewhere(over[-1] if over else today)
        for day in over:
            await self.written()
            # What is handed out to its persons' files is not looked for at the next start.
            await self._store.async_save()
            async with self._turn:
                if day != self._ledger.day:
                    totals = Totals(**days[day])
                    await self._hass.async_add_executor_job(
                        self._ledger.close_day, self._trust.keys, day, totals, time.time()
                    )
            del days[day]
            self._store.save_within(SOON)
            if (head := self._ledger.head) is not None:
                self._trust.publish(head)
        self._of_today()

    # Heads, keys

    @property
    def head(self) -> Head:
        """The newest entry of a day, which friends are told; before the first, nothing."""
        return self._ledger.head or Head(0, bytes(32))

    @property
    def entries(self) -> int:
        """How many entries are on the disk."""
        return self._ledger.chain.entries

    @callback
    def heard(self, head: Head) -> None:
        """Take which entry our identity, which we signed, names: another is of a later copy.

        That is entered and told once a day. What a friend says to have seen of us is in its own
        words, in what it signs of each day, and proves nothing by itself.
        """
        known, today = self._kept["restored"], stamp(time.time())[:10]
        text = to_text(head.hash)
        if head.entries == 0 or self._ledger.heads.get(head.entries) == head.hash or text in known:
            return
        if today in known.values():
            return
        known[text] = today
        self._store.save_within(LATER)
        self.entered(EntryKind.RESTORED, None, None, entries=head.entries, head=text)
        async_tell(self._hass, self._entry, Issue.OLDER_COPY, self._entry.entry_id)

    def _known(self, friend: BareJid | None) -> Known | None:
        """Return a friend's pinned key; without one, our own."""
        if friend is None:
            return Known(self._trust.keys.public.signing, "own", self._trust.since)
        peer = self._trust.peers().get(friend)
        if peer is None or peer.keys is None:
            return None
        return Known(peer.keys.signing, peer.how, peer.since)

    def _take_standing(self, jid: BareJid) -> None:
        """Enter that a key, ours or a peer's, is another, or known otherwise."""
        if jid == self._entry.data[CONF_JID]:
            self._enter_own_key()
            return
        peer = self._trust.peers().get(jid)
        if peer is not None and peer.keys is not None:
            key = to_text(peer.keys.signing)
            self.entered(EntryKind.KEY, jid, None, ours=False, key=key, standing=peer.standing)

    def _enter_own_key(self) -> None:
        """Enter our key, with the one before that signed it, if it did."""
        key = to_text(self._trust.keys.public.signing)
        rollovers = self._trust.rollovers
        if rollovers and _led_to(rollovers[-1]) == key:
            self.entered(EntryKind.KEY, None, signed_in(rollovers[-1]))
        else:
            self.entered(EntryKind.KEY, None, None, key=key)

    # Erased, and shown

    async def erase(self, friend: BareJid) -> None:
        """Erase all that names a friend: the chain verifies on, and tells nobody of whom it is."""
        await self.written()
        await self._store.async_save()
        async with self._turn:
            was_there = await self._hass.async_add_executor_job(self._ledger.forget, friend)
        self._said.pop(friend, None)
        self._kept["entered"].pop(friend, None)
        self._kept["former"].pop(friend, None)
        self._store.forget_person(friend)
        self._store.save_within(SOON)
        if was_there:
            self.entered(EntryKind.FORGOTTEN, None, None)
            await self.written()

    async def export(self, friend: BareJid | None = None) -> dict[str, Any]:
        """Return the journal as it is verified elsewhere: all of it, or what is of a friend."""
        self.entered(EntryKind.EXPORTED, None, None, whole=friend is None)
        return await self.content(friend)

    async def content(self, friend: BareJid | None = None) -> dict[str, Any]:
        """Return the same, to be verified here: nothing is entered."""
        await self.written()
        await self._store.async_save()
        async with self._turn:
            lines, people, keys = await self._hass.async_add_executor_job(
                self._ledger.exported, friend
            )
        rollovers = {_led_to(rollover): rollover for rollover in self._trust.rollovers}
        return {
            "sen1_journal": 0,
            "account": self._entry.data[CONF_JID],
            "exported": stamp(time.time()),
            "keys": [
                {
                    "key": key["key"],
                    "from": key["since"],
                    "rollover": tostring(rollovers[key["key"]], encoding="unicode")
                    if key["key"] in rollovers
                    else None,
                }
                for key in keys
            ],
            "chain": lines,
            "people": people,
        }

    def _is_open_with(self, friend: str) -> bool:
        """Return whether a former friend is still to be told something, or to answer."""
        return (
            any(
                asked["erased"] is None for asked in self._kept["erasures"].get(friend, {}).values()
            )
            or self._chores.is_of(friend)
            or any(left["friend"] == friend for left in self._store.data["left"])
        )


async def async_remove(hass: HomeAssistant, entry: ConfigEntry, store: AccountStore) -> None:
    """Delete the journal of an account that is removed."""
    ledger = JournalFiles(Path(hass.config.path(STORAGE_DIR)), entry.entry_id, store.person)
    await hass.async_add_executor_job(ledger.remove)


def _said_of(entry: Entry) -> _Said:
    if entry.signed is not None:
        publication, digest = subject_of(entry.signed), meaning(entry.signed)
    else:
        publication = str(entry.details.get("publication", ""))
        digest = sha256(compact(entry.details).encode()).digest()
    slot = ("ours" if entry.ours else "theirs") + (" unsigned" if entry.signed is None else "")
    return _Said(entry.friend, publication, entry.kind, slot, to_text(digest[:12]))


def _led_to(rollover: Element) -> str:
    """Return the key, in base64, that a change of key leads to."""
    signed = signed_in(rollover)
    return verified(signed, signed.key).payload.get("signing", "")
