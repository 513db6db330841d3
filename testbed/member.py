"""A member of a collection that is a plain client of its server: it gives what its home uses.

    member = SimulatedMember(account, link, {"consumption": HOME})
    async with members([member, …]):
        await until(lambda: member.number, "the member is one")

A collection has hundreds of members, and hundreds of Home Assistants would be too many for one
machine. A member opens the link, asks for the sheet, joins with all that it has of what is asked,
publishes signed items, answers what is asked of the past, and says of each day what it sent.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
import math
import os
import time
import uuid
from xml.etree.ElementTree import Element

from homeassistant.core import State

from custom_components.sen1.federation.publish.pubsub_node import (
    MAX_ITEMS_OF_PERIODS,
    ensure_node,
    withdraw,
)
from custom_components.sen1.federation.states import in_periods, told_of
from custom_components.sen1.federation.xmpp.events import (
    CommandRequest,
    Event,
    GrantMessage,
    Online,
)
from custom_components.sen1.federation.xmpp.session import RETRY
from custom_components.sen1.history.periods import Period, begin_of, end_of, periods_in
from custom_components.sen1.history.summary import Summary
from custom_components.sen1.protocol.collecting.challenge import Score, score_to_element
from custom_components.sen1.protocol.collecting.collection import (
    SITE,
    Ask,
    CollectionSheet,
    Joined,
    collection_answered,
    collection_from_element,
    collection_request,
    joined_to_element,
    note_from_element,
    with_charter,
)
from custom_components.sen1.protocol.errors import PayloadRefused, RequestFailed
from custom_components.sen1.protocol.forms import fields_of
from custom_components.sen1.protocol.links import Link
from custom_components.sen1.protocol.model import (
    BareJid,
    Description,
    Grant,
    GrantState,
    Granularity,
    Item,
    ItemId,
    PublicationId,
    Reading,
    node_of,
)
from custom_components.sen1.protocol.quoalise import (
    GET_HISTORY,
    MAX_RECORDS,
    history_answer,
    request_of,
)
from custom_components.sen1.protocol.sheet import SiteSheet
from custom_components.sen1.protocol.stamps import stamp
from custom_components.sen1.protocol.stanzas import (
    grant_from_element,
    grant_seen_from_element,
    grant_seen_to_element,
    grant_to_element,
    item_to_element,
)
from custom_components.sen1.protocol.terms import Terms
from custom_components.sen1.protocol.trust.day import (
    SALT_BYTES,
    Verdict,
    day_of,
    leaves_of,
    milliseconds,
    totals_of,
)
from custom_components.sen1.protocol.trust.identity import (
    IDENTITY_ITEM,
    IDENTITY_NODE,
    identity_to_element,
    keys_to_element,
)
from custom_components.sen1.protocol.trust.keys import KEY_BYTES, Keys
from custom_components.sen1.protocol.trust.kinds import (
    Erased,
    Left,
    StatementKind,
    answer_kind,
    message_to_element,
)
from custom_components.sen1.protocol.trust.receipts import (
    DayStatement,
    SentDay,
    Way,
    day_from_element,
    day_to_elements,
)
from custom_components.sen1.protocol.trust.signed import (
    SIGNED,
    Statement,
    sign,
    signed_in,
    verified,
)
from custom_components.sen1.protocol.trust.verify_journal import fingerprint
from custom_components.sen1.protocol.trust.wire import command_said, signed_command, signed_part

from .household import PARIS
from .session import session_of
from .waiting import until
from .xmpp import Account
from .years import Source, halves, midnight, total

REPEATED_S = 600
"""Seconds after which what did not change is said again (docs/protocol.md)."""

DAY_S = 86_400
MONTH_S = 30 * DAY_S

AT_ONCE = 16
"""Members that log in at the same time: more would bury a server on a busy machine."""

PATIENCE_S = 300


def energy(source: Source, begin: float, period: Period) -> float:
    """Return the Wh that a source comes to in the period that begins at a time."""
    at = datetime.fromtimestamp(begin, UTC)
    match period:
        case Period.HALF_HOUR:
            return halves(source, at.replace(minute=0))[at.minute // 30] / 2
        case Period.HOUR:
            return source.hour(at)
        case Period.DAY:
            end = datetime.fromtimestamp(end_of(begin, period, PARIS), UTC)
            return total(source, at, end)
        case Period.TEN_MINUTES:
            raise ValueError("no source is known by ten minutes")


@dataclass
class GivenSeries:
    """What a member gives of one thing that is asked."""

    what: str
    source: Source
    publication: PublicationId
    description: Description
    begin: float
    """From when on its grant lets readings through."""
    newest: Item | None = None
    state: GrantState = GrantState.ACTIVE
    acknowledged: GrantState | None = None
    """What the organiser said to know of the grant."""
    is_erased: bool = False
    """Whether the organiser said to have erased it."""
    sent: dict[int, float | str] = field(default_factory=dict)
    """All that went, by time in ms."""

    @property
    def period(self) -> Period:
        """How long its periods are."""
        return Period(self.description.granularity)


class SimulatedMember:
    """A home that takes part in a collection."""

    def __init__(
        self,
        account: Account,
        link: Link,
        sources: Mapping[str, Source],
        *,
        name: str = "",
        site: SiteSheet | None = None,
        since: float | None = None,
        read_until: float = math.inf,
        behind: int = 0,
        is_shown: bool = False,
        team: int = 0,
        scores: Callable[[CollectionSheet], Score | None] | None = None,
    ) -> None:
        """Make one that is not connected.

        `sources` are what is known of its home, by what is asked, and `site` is its sheet; `name`
        is told, unless it is empty, and other members may see it where it `is_shown`. It gives what
        was measured `since` a time, or since it comes. Its meter is read `read_until` a time: one
        that was never read gives nothing. It is `behind` by so many periods, which `catch_up` tells
        one by one. Of a challenge it is in a `team`, 1 first, and says each of its `scores` once it
        is another one.
        """
        self.account = account
        self.name = name
        self.number: int | None = None
        self.sheet: CollectionSheet | None = None
        self.series: dict[str, GivenSeries] = {}
        """By what is asked."""
        self.notes: list[str] = []
        self.received: dict[PublicationId, Grant] = {}
        """What the organiser gives back."""
        self.days: dict[tuple[int, PublicationId], Verdict] = {}
        """What the organiser answered of a day."""
        self.is_left = False
        """Whether it takes part no more, by its own will or the organiser's."""
        self.refused: list[str] = []
        """Why something of the organiser was not taken."""
        self._link = link
        self._organiser = BareJid(link.jid.bare)
        self._sources = sources
        self._site = site
        self._since = since
        self._read_until = read_until
        self._behind = behind
        self._is_shown = is_shown
        self._team = team
        self._scores = scores
        self._score: Score | None = None
        """What it said that it saved."""
        self._keys = Keys(os.urandom(KEY_BYTES), os.urandom(KEY_BYTES))
        self._agreed = 0
        """The version of the charter that was agreed to."""
        self._said = 0.0
        self._tasks: asyncio.TaskGroup | None = None
        self.session = session_of(account, self._take, title=account.jid)

    # Its life

    async def run(self, turns: asyncio.Semaphore) -> None:
        """Take part until cancelled; log in when it is its turn."""
        async with turns:
            running = asyncio.create_task(self.session.run())
            await until(lambda: self.session.is_online, "a member is online", PATIENCE_S)
        try:
            async with asyncio.TaskGroup() as self._tasks:
                await self._publish_identity()
                self.sheet = await self._asked_sheet()
                self._agreed = self.sheet.charter_version
                for asked in self.sheet.asks:
                    if asked.what in self._sources:
                        await self._begin(asked)
                self._tell_joined()
                self._tell_grants()
                await self._go_on()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def _publish_identity(self) -> None:
        statement = self._statement(keys_to_element(self._keys.public))
        signed = sign(self._keys, StatementKind.IDENTITY, statement)
        await self.session.pubsub.ensure_open_node(IDENTITY_NODE)
        identity = identity_to_element(signed, ())
        await self.session.pubsub.publish(IDENTITY_NODE, IDENTITY_ITEM, identity, "open")

    async def _asked_sheet(self) -> CollectionSheet:
        """Return the sheet; the organiser may be away for a while."""
        request = collection_request(self._link.collection, self._link.token)
        while True:
            try:
                answer = await self.session.ask(str(self._link.jid), request)
            except RequestFailed as error:
                self.refused.append(error.condition)
                await asyncio.sleep(RETRY)
                continue
            signed = next(answer.iter(SIGNED))
            return collection_answered(self._opened(signed, StatementKind.COLLECTION).payload)

    async def _begin(self, asked: Ask) -> None:
        """Have the node of a series, with what its newest period came to."""
        what, granularity = asked.what, Granularity(asked.granularity)
        publication = PublicationId(str(uuid.uuid4()))
        given = self.series[what] = GivenSeries(
            what,
            self._sources[what],
            publication,
            replace(_description(publication, what, granularity), site=self._site),
            begin_of(self._since or time.time(), Period(granularity), PARIS)
            - asked.past_days * DAY_S,
        )
        node = node_of(publication)
        await ensure_node(self.session.pubsub, node, MAX_ITEMS_OF_PERIODS)
        await self.session.pubsub.set_affiliation(node, self._organiser, "member")
        await self._say_newest(given)

    async def _go_on(self) -> None:
        """Say each period once it is over, and the last again while nothing is new."""
        while True:
            now = time.time()
            ends = [end_of(now, given.period, PARIS) for given in self.series.values()]
            await asyncio.sleep(min([REPEATED_S, *(end - now for end in ends)]))
            if not self.is_left:
                self.tell_score()
                with suppress(RequestFailed):
                    await self.say()

    # What it gives

    def truth(self, what: str, begin: float) -> float:
        """Return the Wh of the period that begins at a time."""
        given = self.series[what]
        return energy(given.source, begin, given.period)

    def newest(self, what: str) -> Reading | None:
        """Return what was said last of a series."""
        item = self.series[what].newest
        return None if item is None else item.readings[-1]

    async def say(self) -> None:
        """Say what is new of each series; where nothing is, what is known again."""
        if self._read_until < time.time():
            return
        for given in self.series.values():
            if given.state is GrantState.ACTIVE and not await self._say_newest(given):
                await self._publish(given, is_repeat=True)

    async def catch_up(self) -> None:
        """Say one more of the periods that it is behind."""
        self._behind -= 1
        await self.say()

    async def _say_newest(self, given: GivenSeries) -> bool:
        """Publish the newest period that is over and read; return whether it is news."""
        end = min(time.time(), self._read_until)
        begin = begin_of(end, given.period, PARIS)
        for _ in range(1 + self._behind):
            begin = begin_of(begin - 1, given.period, PARIS)
        known = given.newest
        if begin <= 0 or (known is not None and known.readings[-1].time >= begin):
            return False
        reading = Reading(begin, energy(given.source, begin, given.period))
        after = None if known is None else known.id
        given.newest = Item(given.publication, ItemId(stamp(begin)), after, 1, (reading,))
        await self._publish(given, is_repeat=False)
        return True

    async def _publish(self, given: GivenSeries, *, is_repeat: bool) -> None:
        item, node = given.newest, node_of(given.publication)
        if item is None:
            return
        envelope = item_to_element(item, given.description, described=is_repeat)
        statement = replace(self._statement(envelope), node=node, item=item.id)
        if self._read_until < statement.said:
            statement = replace(statement, said=round(self._read_until, 3))
        signed = sign(self._keys, StatementKind.ITEM, statement)
        await self.session.pubsub.publish(node, item.id, signed)
        given.sent |= {milliseconds(each.time): each.value for each in item.readings}

    def _readings(self, given: GivenSeries, begin: float, end: float) -> list[Reading]:
        """Return the whole periods of [begin, end) that are granted, over and read."""
        begin, end = max(begin, given.begin), min(end, time.time(), self._read_until)
        return [
            Reading(first, energy(given.source, first, given.period))
            for first, _last in periods_in(begin, end, given.period, PARIS)
        ]

    # What it says

    def _statement(self, payload: Element) -> Statement:
        """Return a statement that is said after all that was said."""
        self._said = max(round(time.time(), 3), round(self._said + 0.001, 3))
        return Statement(BareJid(self.account.jid), self._said, payload)

    def tell(self, kind: StatementKind, payload: Element) -> None:
        """Say something to the organiser, whose server keeps it while it is away."""
        statement = replace(self._statement(payload), to=self._organiser)
        self.session.tell(self._organiser, sign(self._keys, kind, statement))

    def _tell_joined(self) -> None:
        """Say that it takes part, and which sheet it has seen since it has a number."""
        assert self.sheet is not None  # it joins with it
        gives = {what: given.publication for what, given in self.series.items()}
        asks_site = any(asked.what == SITE for asked in self.sheet.asks)
        if gives and self._site is not None and asks_site:
            gives[SITE] = next(iter(gives.values()))
        joined = Joined(
            collection=self.sheet.id,
            token=self._link.token,
            address=f"{self.account.jid}/sen1",
            charter_version=self._agreed,
            name=self.name,
            gives=gives,
            seen=0 if self.number is None else self.sheet.revision,
            team=self._team,
            is_shown=self._is_shown,
        )
        self.tell(StatementKind.JOINED, joined_to_element(joined))

    def _tell_grants(self) -> None:
        """Tell each grant that the organiser did not acknowledge as it is."""
        for given in self.series.values():
            if given.acknowledged is not given.state:
                self._tell_grant(given)

    def _tell_grant(self, given: GivenSeries) -> None:
        assert self.sheet is not None  # nothing is given without
        now = time.time()
        if given.state is GrantState.WITHDRAWN:
            gone = Grant(given.publication, given.state, erase_by=now + MONTH_S, said=now)
            self.tell(StatementKind.WITHDRAWAL, grant_to_element(gone))
            return
        grant = Grant(
            given.publication,
            given.state,
            Terms(self.sheet.until, self.sheet.purpose, self.sheet.retention_days),
            begin=given.begin,
            node=node_of(given.publication),
            description=given.description,
            said=now,
        )
        self.tell(StatementKind.GRANT, grant_to_element(grant))

    def tell_score(self) -> None:
        """Say what was saved, where that is something else than was said last."""
        if self._scores is None or self.sheet is None or self.number is None:
            return
        score = self._scores(self.sheet)
        if score is not None and score != self._score:
            self._score = score
            self.tell(StatementKind.SCORE, score_to_element(score))

    def agree(self) -> None:
        """Agree to the charter as it is now."""
        assert self.sheet is not None  # it takes part
        self._agreed = self.sheet.charter_version
        self._tell_joined()

    async def pause(self) -> None:
        """Give nothing for a while."""
        for given in self.series.values():
            given.state = GrantState.PAUSED
            await withdraw(self.session.pubsub, node_of(given.publication), self._organiser)
        self._tell_grants()

    async def leave(self) -> None:
        """Take everything back, have it erased, and say that it takes part no more."""
        assert self.sheet is not None  # it takes part
        await self._take_back()
        self.tell(StatementKind.LEFT, message_to_element(Left(self.sheet.id)))

    async def _take_back(self) -> None:
        self.is_left = True
        for given in self.series.values():
            given.state = GrantState.WITHDRAWN
            node = node_of(given.publication)
            await withdraw(self.session.pubsub, node, self._organiser)
            await self.session.pubsub.delete_node(node)
        self._tell_grants()

    def tell_day(self, day: int) -> None:
        """Say what was sent on a UTC day, of its number from 1970 on."""
        sent = {}
        for given in self.series.values():
            salt = os.urandom(SALT_BYTES)
            of_day = {at: value for at, value in given.sent.items() if day_of(at) == day}
            totals = totals_of(leaves_of(of_day, salt))
            sent[given.publication, Way.NODE] = SentDay(totals, salt)
        for payload in day_to_elements(DayStatement(day, sent, {}, awaits=True)):
            self.tell(StatementKind.DAY, payload)

    # What comes

    def _take(self, event: Event) -> None:
        match event:
            case Online(resumed=False):
                self.session.announce()
                if self.sheet is not None and not self.is_left:
                    if self.number is None:
                        self._tell_joined()
                    self._tell_grants()
            case GrantMessage(sender, element) if sender == self._organiser:
                try:
                    self._take_signed(element)
                except PayloadRefused as error:
                    self.refused.append(error.reason)
            case CommandRequest(sender) if sender == self._organiser and self._tasks is not None:
                self._answer(event)

    def _opened(self, element: Element, *kinds: StatementKind) -> Statement:
        """Return what the organiser signed, by the key of the link; raises PayloadRefused."""
        signed = signed_in(element)
        if fingerprint(signed.key) != self._link.fingerprint:
            raise PayloadRefused("another_key")
        if kinds and signed.kind not in kinds:
            raise PayloadRefused("wrong_kind")
        statement = verified(signed, signed.key)
        if (statement.sender, statement.to) != (self._organiser, self.account.jid):
            raise PayloadRefused("wrong_receiver")
        return statement

    def _take_signed(self, element: Element) -> None:
        statement = self._opened(element)
        payload = statement.payload
        match signed_in(element).kind:
            case StatementKind.COLLECTION:
                known = "" if self.sheet is None else self.sheet.charter
                sheet = with_charter(collection_from_element(payload), known)
                if sheet is None:
                    raise PayloadRefused("unknown_charter")
                self.sheet, self.number = sheet, sheet.number
                self._tell_joined()
                self._tell_grants()
                self.tell_score()
            case StatementKind.LEFT if self._tasks is not None:
                # Sent away: it is not said again that it leaves.
                self._tasks.create_task(self._take_back())
            case StatementKind.NOTE:
                self.notes.append(note_from_element(payload).text)
            case StatementKind.GRANT:
                grant = grant_from_element(payload)
                self.received[grant.publication] = grant
                self.tell(StatementKind.GRANT_SEEN, grant_seen_to_element(grant.seen))
            case StatementKind.WITHDRAWAL:
                grant = grant_from_element(payload)
                self.received.pop(grant.publication, None)
                self.tell(StatementKind.GRANT_SEEN, grant_seen_to_element(grant.seen))
                self.tell(StatementKind.ERASED, message_to_element(Erased(grant.publication)))
            case StatementKind.GRANT_SEEN:
                seen = grant_seen_from_element(payload)
                self._given(seen.publication).acknowledged = seen.state
            case StatementKind.ERASED:
                self._given(PublicationId(payload.get("publication", ""))).is_erased = True
            case StatementKind.DAY:
                said = day_from_element(payload)
                for (publication, _way), got in said.got.items():
                    self.days[said.day, publication] = got.state

    def _given(self, publication: PublicationId) -> GivenSeries:
        for given in self.series.values():
            if given.publication == publication:
                return given
        raise PayloadRefused("not_granted")

    def _answer(self, request: CommandRequest) -> None:
        """Answer what is asked of the past; nothing else is served."""
        outer = request.command
        try:
            signed = signed_part(outer)
            if signed is None or outer.get("node") != GET_HISTORY:
                raise PayloadRefused("unsigned")
            statement = self._opened(signed, StatementKind.REQUEST)
            command = command_said(statement, outer)
            asked = request_of(fields_of(command), midnight(datetime.now(PARIS).date()))
            given = next(
                each
                for each in self.series.values()
                if each.description.name == asked.identifier and each.state is GrantState.ACTIVE
            )
        except PayloadRefused, StopIteration:
            self.session.refuse_command(request, "not-authorized", "Not granted.")
            return
        readings = self._readings(given, asked.begin, asked.end)
        if len(readings) > MAX_RECORDS:
            self.session.refuse_command(request, "bad-request", "Response would be too big.")
            return
        given.sent |= {milliseconds(each.time): each.value for each in readings}
        answer = history_answer(uuid.uuid4().hex, given.description, readings)
        said = replace(self._statement(answer), to=self._organiser, about=statement.about)
        signed = sign(self._keys, answer_kind(GET_HISTORY), said)
        self.session.answer(request, signed_command(answer, signed))


@asynccontextmanager
async def members(several: Sequence[SimulatedMember]) -> AsyncIterator[None]:
    """Let members take part."""
    turns = asyncio.Semaphore(AT_ONCE)
    tasks = [asyncio.create_task(member.run(turns)) for member in several]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _description(publication: PublicationId, what: str, granularity: Granularity) -> Description:
    """Return what is told of energies by periods, as of a meter's index in Wh."""
    attributes = {
        "unit_of_measurement": "Wh",
        "device_class": "energy",
        "state_class": "total_increasing",
    }
    state = State("sensor.index", "1", attributes)
    told = in_periods(told_of(state), state, Summary.SUM, granularity)
    quantity = told.measurement["quantity"]
    return Description(
        f"urn:uuid:{publication}_{what}/{quantity}/{told.kind}/{granularity}",
        what.capitalize(),
        told.unit,
        {**told.measurement, "direction": what},
        granularity,
        1,
    )
