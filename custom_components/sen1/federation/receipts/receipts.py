"""Say of each UTC day what was sent, answer what came, and name where the two part.

A day is said once it is over, at a moment of chance that differs between households, and again when
something in it changed; it is repeated while the friend is there and has not answered. What a
friend says of a day is compared with what came; where they part, the friend is asked which hours
and which readings, and what is missing is asked of its past where that is kept.
"""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
import time
from typing import TypedDict
from xml.etree.ElementTree import Element

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import STORAGE_DIR

from ...const import DOMAIN
from ...faults import contained
from ...protocol.budget import Effort
from ...protocol.errors import PayloadRefused
from ...protocol.forms import fields_of
from ...protocol.model import BareJid, Item, PublicationId, Reading
from ...protocol.quoalise import GET_HISTORY
from ...protocol.trust.day import DAY, DayTotals, Verdict, day_of, digest_of, milliseconds
from ...protocol.trust.kinds import StatementKind
from ...protocol.trust.receipts import (
    GET_DAY,
    MOST_SERIES,
    DayStatement,
    GotDay,
    Place,
    SentDay,
    Way,
    day_from_element,
    day_to_elements,
)
from ...protocol.trust.signed import Signed, said_of
from ...protocol.trust.verify_journal import to_text
from ..consent.policy import Policy
from ..context import AccountContext
from ..follow.following import Following
from ..follow.history_client import HistoryClient
from ..follow.presences import Presences
from ..follow.retention import Retention
from ..follow.series import Series
from ..journal.journal import Journal
from ..part import Heard, Part, Responder, To, wait_for
from ..publish.affiliations import Affiliations
from ..publish.commands import CommandServer
from ..publish.history_server import HistoryServer
from ..publish.publication import Publication, Publications
from ..publish.reconciler import Reconciler
from ..publish.sender import Sender
from ..store import SOON
from ..talk.post import Post
from ..talk.questions import Questions
from ..trust.trust import Trust
from .book import Between, DayBook, Page, State, merged
from .comparing import Comparing
from .files import DAYS_KEPT, OURS, DayFiles, Name
from .outcomes import ComparedDays, Outcomes, compared_days
from .records import Records, compared
from .sent import SentDays

FIRST_SAID = 600.0
LAST_SAID = 7200.0
"""Seconds after midnight UTC between which a day is said."""

REPEATED = 3600.0
"""Seconds after which what was not answered is said again, and what changed is said."""

ANSWERED = 60.0
"""Seconds in which one who asks again is not answered again, if nothing changed."""


class KeptReceipts(TypedDict):
    """What is kept beside the days themselves."""

    compared: int
    """The last UTC day, counted from 1970, that friends were told of."""


class Receipts(Part):
    """Say, answer and compare."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._trust, self._journal, self._post = context[Trust], context[Journal], context[Post]
        self._kept = self._store.section(KeptReceipts(compared=0))
        self._publications, self._policy = context[Publications], context[Policy]
        self._following, self._presences = context[Following], context[Presences]
        self._budgets = context.budgets
        self.outcomes = Outcomes(context)
        folder = _folder(self._hass, self._entry.entry_id)
        self._book = DayBook(self._hass, folder)
        self._files = DayFiles(folder)
        self.records = Records(self._hass, self._store, self._files, self._on_changed)
        self._secret = partial(self._store.secret, "receipts")
        self._sent = SentDays(context, self.records, self._secret)
        self._due: dict[BareJid, dict[int, bool]] = {}
        """Days to look at, and whether the friend is to hear of it again."""
        self._running: set[BareJid] = set()
        self._news = asyncio.Event()
        self._comparing = Comparing(context, self.records)
        self.runs = (self.run,)
        self.takes = {StatementKind.DAY: self.take}
        self.answers = {GET_DAY: Responder(To.KNOWN, self._sent.answer)}
        self._listen(context)

    def _listen(self, context: AccountContext) -> None:
        """Have what goes and comes kept, and answered for."""
        records = self.records
        context[Reconciler].held.add(self._note_held)
        context[Affiliations].found.add(
            lambda jid, publication, readings: records.gave(
                jid, publication.id, compared(publication.description, readings)
            )
        )
        context[Sender].published.add(
            lambda publication, item: records.sent(
                publication.id,
                publication.receivers,
                compared(publication.description, item.readings),
            )
        )
        context[HistoryServer].gave.add(records.gave)
        self._following.came.add(
            lambda series, readings, is_again: records.came(
                *series.key, compared(series.description, readings), is_again=is_again
            )
        )
        context[HistoryClient].came.add(
            lambda series, readings: records.came(*series.key, readings)
        )
        context[Retention].erasing.add(records.forget)
        context[CommandServer].answered.add(partial(self._note_answer, ours=True))
        context[Questions].answered.add(partial(self._note_answer, ours=False))

    # Life

    async def async_load(self) -> None:
        """Go on where the files end."""
        await self._book.async_load()

    async def run(self) -> None:
        """Say and compare until cancelled."""
        round_at = 0.0
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.records.run())
            while True:
                self._news.clear()
                if (now := time.time()) >= round_at:
                    with contained():
                        await self._round(now)
                    round_at = now + REPEATED
                round_at = min(round_at, self._next_said(now), now + REPEATED)
                for friend in self._due.keys() - self._running:
                    self._running.add(friend)
                    tasks.create_task(self._look_at(friend))
                await wait_for(self._news, max(0.0, round_at - time.time()))

    async def async_remove(self) -> None:
        """Delete the files."""
        await self._hass.async_add_executor_job(self._files.remove)

    async def async_stop(self) -> None:
        """Write what waits. To be called after `run`."""
        with contained():
            await self.records.write()

    @callback
    def online(self, *, resumed: bool) -> None:
        """Say what could not be said."""
        for friend in self._friends():
            self._want_open(friend, again=False)

    @callback
    def there(self, jid: BareJid) -> None:
        """Say again what a friend who has come did not answer, and ask what could not be asked."""
        if self._trust.signs(jid):
            self._want_open(jid, again=True)

    def _want_open(self, friend: BareJid, *, again: bool) -> None:
        for day, between in self._page(friend).days.items():
            if not between.is_settled:
                self._want(friend, day, again=again)

    def _want(self, friend: BareJid, day: int, *, again: bool = False) -> None:
        due = self._due.setdefault(friend, {})
        due[day] = due.get(day, False) or again
        self._news.set()

    # When

    def _next_said(self, now: float) -> float:
        """Return when the day that runs, or the one before, is said next."""
        today = day_of(milliseconds(now))
        moments = (self._said_from(day) for day in (today - 1, today))
        return min(at for at in moments if at > now)

    def _said_from(self, day: int) -> float:
        """Return the moment from which on a day is said: one of chance, the same at each start."""
        chance = int.from_bytes(self._secret("moment", str(day))[:4]) / 2**32
        return (day + 1) * DAY / 1000 + FIRST_SAID + chance * (LAST_SAID - FIRST_SAID)

    def _last_said(self, now: float) -> int:
        """Return the last day that is to be said by now."""
        today = day_of(milliseconds(now))
        return today - 1 if now >= self._said_from(today - 1) else today - 2

    async def _round(self, now: float) -> None:
        """Say days that are over; say again what nobody answered; forget what is too old."""
        today, last = day_of(milliseconds(now)), self._last_said(now)
        known = self._kept["compared"]
        # Of the days before the first start nothing is kept.
        first = max(known + 1, today - DAYS_KEPT) if known else last + 1
        for friend in self._friends():
            for day in range(first, last + 1):
                self._want(friend, day)
            is_there = self._presences.is_there(friend)
            for day, between in self._page(friend).days.items():
                if not between.is_settled and (is_there or not between.said_at):
                    is_old = now >= between.said_at + REPEATED
                    self._want(friend, day, again=is_there and is_old)
        if last > known:
            self._kept["compared"] = last
            self._store.save_within(SOON)
            await self.records.ask(lambda files: files.expire(today))
        friends = {*self._policy.grantees, *self._following.series}
        persons = set(map(self._store.person, friends))
        await self._book.async_expire(persons, today - DAYS_KEPT)
        for series in self._following.all_series():
            days = series.follower.grant.terms.retention_days
            if days is not None and days < DAYS_KEPT:
                self.records.forget(*series.key, today - days)

    def _friends(self) -> Iterator[BareJid]:
        """Yield the friends with whom receipts are exchanged."""
        for friend in {*self._policy.grantees, *self._following.series}:
            if self._trust.signs(friend):
                yield friend

    # What happened

    @callback
    def _on_changed(self, changed: set[tuple[Name, int]]) -> None:
        """Look again at days that are said already: more of them came, or was given."""
        today = day_of(milliseconds(time.time()))
        late = {(name, day) for name, day in changed if day < today}
        if not late:
            return
        ours = {day for name, day in late if name.person == OURS}
        for friend in self._friends():
            person, days = self._store.person(friend), self._page(friend).days
            for day in {day for name, day in late if name.person == person} & days.keys():
                # What both agreed on, the publisher says again if it gave more.
                if not days[day].is_settled:
                    self._want(friend, day)
            for day in ours & days.keys():
                # It is said at the next round, with all that is given until then.
                days[day].awaits = True

    @callback
    def _note_answer(
        self, friend: BareJid, command: Element, signed: Signed, *, ours: bool
    ) -> None:
        """Keep that an answer of the past was given to a friend, or came."""
        if command.get("node") != GET_HISTORY:
            return
        identifier = fields_of(command).get("identifier")
        several: Mapping[PublicationId, Publication | Series] = (
            self._publications if ours else self._following.series.get(friend, {})
        )
        for publication, one in several.items():
            if one.description.name == identifier:
                digest = to_text(digest_of(signed.statement))
                answer = Reading(said_of(signed.statement), digest)
                self.records.answered(friend, publication, answer, ours=ours)

    @callback
    def _note_held(self, publication: Publication, items: Collection[Item]) -> None:
        """Keep what our node has, as far as a kill made us forget it."""
        found = [reading for item in items for reading in item.readings]
        readings = compared(publication.description, found)
        self.records.sent(publication.id, publication.receivers, readings, is_again=True)

    @callback
    def take(self, heard: Heard[Element]) -> None:
        """Take what a friend says of a day; raises PayloadRefused."""
        friend, element, _ = heard
        if not self._trust.signs(friend):
            raise PayloadRefused("unsigned")
        self._budgets.charge(Effort.DAY, friend, time.monotonic())
        said, now = day_from_element(element), time.time()
        today = day_of(milliseconds(now))
        if not today - DAYS_KEPT <= said.day <= today:
            raise PayloadRefused("bad_day", "not one of the last")
        page = self._page(friend)
        if said.head is not None and (page.head is None or said.head.entries >= page.head.entries):
            page.head = said.head
        series = self._following.series.get(friend, {})
        sent = {place: each for place, each in said.sent.items() if place[0] in series}
        got = {place: each for place, each in said.got.items() if place[0] in self._publications}
        between = page.days.setdefault(said.day, Between())
        between.heard = merged(between.heard, replace(said, sent=sent, got=got))
        if len(between.heard.sent) > MOST_SERIES or len(between.heard.got) > MOST_SERIES:
            between.heard = replace(said, sent=sent, got=got)
        is_late = now >= between.said_at + ANSWERED
        if said.day < today:
            self._want(friend, said.day, again=said.awaits and is_late)

    # What a day comes to

    async def _look_at(self, friend: BareJid) -> None:
        try:
            while due := self._due.pop(friend, None):
                for day, again in sorted(due.items()):
                    with contained():
                        await self._look(friend, day, again=again)
        finally:
            self._running.discard(friend)

    async def _look(self, friend: BareJid, day: int, *, again: bool) -> None:
        """Compare a day, and say of it what is new, or what is to be said again."""
        page, today = self._page(friend), day_of(milliseconds(time.time()))
        if not self._trust.signs(friend) or not today - DAYS_KEPT <= day < today:
            return
        if day not in page.days and day < day_of(milliseconds(self._trust.peers[friend].since)):
            # The friend could not sign then.
            return
        between = page.days.get(day, Between())
        sent = await self._sent.of(friend, day)
        if (
            between.state is State.EQUAL
            and between.heard is None
            and _mark(sent) == between.marks[0]
        ):
            # What changed was another friend's.
            between.awaits = False
            return
        heard = between.heard or DayStatement(day, {}, {}, awaits=False)
        got: dict[Place, GotDay] = {}
        for place, theirs in heard.sent.items():
            if (answer := await self._comparing.answer_to(friend, day, place, theirs)) is not None:
                got[place] = answer
        if not sent and not got and not await self._has_come(friend, day, ()):
            return
        page.days[day] = between
        marks = _mark(sent), _mark(got)
        is_changed = marks != between.marks or not between.said_at
        is_same = marks[0] == between.marks[0]
        answers = {
            place: answer
            for place, answer in heard.got.items()
            if place in sent and _answers(answer, sent[place].totals, is_same=is_same)
        }
        between.awaits = bool(sent.keys() - answers.keys())
        heard = replace(heard, got=answers)
        between.heard = heard
        may_say = bool(sent or got) and self._post.reaches(friend)
        if may_say and (is_changed or (again and (between.awaits or heard.awaits))):
            between.marks, between.said_at = marks, time.time()
            heard = between.heard = replace(heard, awaits=False)
            # Who hears it believes that it is known here.
            await self._book.async_write(self._store.person(friend), day)
            self._say(friend, DayStatement(day, sent, got, between.awaits))
        is_open = (
            between.awaits
            or not between.said_at
            or bool(heard.sent.keys() - got.keys())
            or await self._has_come(friend, day, heard.sent)
        )
        self.outcomes.note(friend, day, between, sent, answers, got, is_open=is_open)
        if between.is_settled:
            between.heard = None
        await self._book.async_write(self._store.person(friend), day)

    def _say(self, friend: BareJid, statement: DayStatement) -> None:
        page = self._page(friend)
        told = replace(statement, head=self._journal.head, seen=page.head)
        for payload in day_to_elements(told):
            self._post.tell(friend, payload)

    async def _has_come(
        self, friend: BareJid, day: int, said: Mapping[Place, SentDay] | Sequence[Place]
    ) -> bool:
        """Return whether something came of a series of which its publisher said nothing."""
        names = [
            self.records.name(friend, publication)
            for publication in self._following.series.get(friend, {})
            if (publication, Way.NODE) not in said
        ]
        return await self.records.ask(lambda files: any(files.size(name, day) for name in names))

    def days_of(self, friend: BareJid) -> ComparedDays:
        """Return what the days between us and a friend came to."""
        return compared_days(self._page(friend))

    def _page(self, friend: BareJid) -> Page:
        return self._book.page(self._store.person(friend))


def _folder(hass: HomeAssistant, entry_id: str) -> Path:
    return Path(hass.config.path(STORAGE_DIR, f"{DOMAIN}.{entry_id}.receipts"))


def _mark(said: Mapping[Place, SentDay] | Mapping[Place, GotDay]) -> str:
    """Return what stands for what is said, so that a change is seen."""
    return digest_of(repr(sorted(said.items(), key=lambda each: each[0])).encode()).hex()[:16]


def _answers(answer: GotDay, totals: DayTotals, *, is_same: bool) -> bool:
    """Return whether an answer is to what is said now; `is_same`: nothing else was said before."""
    is_equal = (answer.count, answer.root) == (totals.count, totals.root)
    return is_equal if answer.state is Verdict.EQUAL else is_same and not is_equal
