"""Simulated members say what they are said to: their organiser here is a plain session of ours."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
import os
import time
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from slixmpp import JID

from custom_components.sen1.federation.xmpp.credentials import Credentials
from custom_components.sen1.federation.xmpp.events import CommandRequest, Event, GrantMessage
from custom_components.sen1.federation.xmpp.session import Session
from custom_components.sen1.history.periods import Period
from custom_components.sen1.protocol.collecting.challenge import (
    Challenge,
    Energy,
    Rule,
    Saved,
    Score,
    score_from_element,
)
from custom_components.sen1.protocol.collecting.collection import (
    Ask,
    CollectionSheet,
    collection_answer,
    collection_asked,
    collection_to_element,
    joined_from_element,
)
from custom_components.sen1.protocol.links import Link, parse_link
from custom_components.sen1.protocol.model import BareJid, Grant, Reading, node_of
from custom_components.sen1.protocol.quoalise import history_request, readings_of
from custom_components.sen1.protocol.stanzas import (
    grant_from_element,
    grant_seen_to_element,
    item_from_element,
)
from custom_components.sen1.protocol.trust.keys import KEY_BYTES, Keys
from custom_components.sen1.protocol.trust.kinds import (
    Erased,
    Left,
    StatementKind,
    message_to_element,
)
from custom_components.sen1.protocol.trust.signed import (
    SIGNED,
    Statement,
    sign,
    signed_in,
    verified,
)
from custom_components.sen1.protocol.trust.wire import signed_command
from testbed.member import SimulatedMember, energy, members
from testbed.waiting import until
from testbed.xmpp import Account, XmppServer
from testbed.years import Habits, Roof, Source, halves, midnight, total

HOME = Habits("Home", 110, 6_000, 0.5)
ROOF = Roof("Roof", 3_000)
DAY_S = 86_400

CHALLENGED = Challenge(
    Rule.PERCENTAGE,
    (date(2025, 11, 3), date(2025, 12, 28)),
    (date(2026, 11, 2), date(2026, 12, 27)),
    ("Cormorans", "Loutres"),
    (Energy.ELECTRICITY,),
)


class Organiser:
    """Asks for a day of consumption by half-hours and of production by hours."""

    def __init__(self, account: Account) -> None:
        now = time.time()
        self.keys = Keys(os.urandom(KEY_BYTES), os.urandom(KEY_BYTES))
        self.jid = BareJid(account.jid)
        self.sheet = CollectionSheet(
            id="0123456789abcdef",
            revision=1,
            title="The roof",
            purpose="investment",
            reason="To know what to build.",
            responsible="Coop",
            contact="coop@coop.test",
            asks=(Ask("consumption", "PT30M", 1, is_needed=True), Ask("production", "PT1H")),
            until=now + 30 * DAY_S,
            retention_days=365,
            charter="Nothing goes further.",
            charter_version=1,
            charter_at=now,
            members=0,
        )
        self.heard: defaultdict[StatementKind, list[Statement]] = defaultdict(list)
        self.grants: dict[str, Grant] = {}
        self.members: dict[BareJid, str] = {}
        """The full address of each."""
        credentials = Credentials(
            self.jid, account.password, "sen1-1", account.host, account.port, account.ca
        )
        self.session = Session(credentials, credentials.ssl_context(), on_event=self._take)

    @property
    def link(self) -> Link:
        text = Link(
            JID(f"{self.jid}/sen1-1"),
            "collect",
            collection=self.sheet.id,
            token="t" * 20,
            fingerprint=self.keys.public.fingerprint,
            name="Coop",
            title=self.sheet.title,
            until=self.sheet.until,
        ).written()
        link = parse_link(text)
        assert link is not None
        return link

    def tell(self, jid: BareJid, kind: StatementKind, payload: Element) -> None:
        said = Statement(self.jid, time.time(), payload, to=jid)
        self.session.tell(jid, sign(self.keys, kind, said))

    def _take(self, event: Event) -> None:
        match event:
            case CommandRequest(sender, command):
                assert collection_asked(command) == (self.sheet.id, "t" * 20)
                answer = collection_answer("session", self.sheet)
                said = Statement(self.jid, time.time(), answer, to=sender)
                element = sign(self.keys, StatementKind.COLLECTION, said)
                self.session.answer(event, signed_command(answer, element))
            case GrantMessage(sender, element):
                signed = signed_in(element)
                statement = verified(signed, signed.key)
                assert (statement.sender, statement.to) == (sender, self.jid)
                self.heard[signed.kind].append(statement)
                self._act(sender, signed.kind, statement.payload)

    def _act(self, sender: BareJid, kind: StatementKind, payload: Element) -> None:
        match kind:
            case StatementKind.JOINED:
                joined = joined_from_element(payload)
                self.members[sender] = joined.address
                if not joined.seen:
                    sheet = replace(self.sheet, members=1, number=7)
                    self.tell(sender, StatementKind.COLLECTION, collection_to_element(sheet))
            case StatementKind.GRANT | StatementKind.WITHDRAWAL:
                grant = grant_from_element(payload)
                self.grants[grant.publication] = grant
                self.tell(sender, StatementKind.GRANT_SEEN, grant_seen_to_element(grant.seen))
                if kind is StatementKind.WITHDRAWAL:
                    erased = message_to_element(Erased(grant.publication))
                    self.tell(sender, StatementKind.ERASED, erased)

    async def readings(self, member: SimulatedMember, what: str) -> list[Reading]:
        """Return what a member's node has."""
        series = member.series[what]
        node = node_of(series.publication)
        readings: list[Reading] = []
        for item in await self.session.pubsub.items(BareJid(member.account.jid), node):
            signed = signed_in(item[0])
            statement = verified(signed, signed.key)
            assert (statement.node, statement.item) == (node, item.get("id"))
            found = item_from_element(
                item.get("id", ""), statement.payload, series.description, now=time.time()
            )
            readings += found.readings
        return readings

    async def past(self, member: SimulatedMember, what: str, begin: float) -> list[Reading]:
        """Return what a member answers of its past from a time on."""
        jid = BareJid(member.account.jid)
        description = member.series[what].description
        command = history_request(description.name, begin, time.time())
        said = Statement(self.jid, time.time(), command, to=jid, about="question")
        asked = signed_command(command, sign(self.keys, StatementKind.REQUEST, said))
        answer = await self.session.ask(self.members[jid], asked)
        signed = signed_in(next(answer.iter(SIGNED)))
        statement = verified(signed, signed.key)
        assert (statement.about, statement.to) == ("question", self.jid)
        return readings_of(statement.payload, description, time.time())


@asynccontextmanager
async def organising(account: Account) -> AsyncIterator[Organiser]:
    organiser = Organiser(account)
    running = asyncio.create_task(organiser.session.run())
    try:
        await until(lambda: organiser.session.is_online, "the organiser is online", 60)
        organiser.session.announce()
        yield organiser
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def organiser(alice: Account) -> AsyncIterator[Organiser]:
    async with organising(alice) as organiser:
        yield organiser


@pytest.fixture
def make(
    accounts: Callable[..., Account], server_pair: tuple[XmppServer, XmppServer]
) -> Callable[..., SimulatedMember]:
    def member(organiser: Organiser, **details: Any) -> SimulatedMember:
        account = accounts(server_pair[1], "member")
        sources: dict[str, Source] = {"consumption": HOME, "production": ROOF}
        return SimulatedMember(account, organiser.link, sources, **details)

    return member


async def test_a_member_joins_with_all_that_it_has_of_what_is_asked_and_says_the_truth(
    organiser: Organiser, make: Callable[..., SimulatedMember]
) -> None:
    member = make(organiser, name="Le Goff")
    async with members([member]):
        await until(lambda: member.number == 7, "it has its number", 60)
        said = organiser.heard[StatementKind.JOINED]
        await until(lambda: len(said) == 2, "it says which sheet it has seen")
        joined = joined_from_element(said[-1].payload)
        assert (joined.name, joined.seen, joined.charter_version) == ("Le Goff", 1, 1)
        assert set(joined.gives) == {"consumption", "production"}
        await until(lambda: len(organiser.grants) == 2, "its grants are told")
        for what in joined.gives:
            readings = await organiser.readings(member, what)
            assert readings, "what is over when it joins is said at once"
            assert [r.value for r in readings] == [member.truth(what, r.time) for r in readings]
        grant = organiser.grants[joined.gives["consumption"]]
        assert grant.begin is not None
        past = await organiser.past(member, "consumption", grant.begin - DAY_S)
        assert past[0].time == grant.begin, "no more than is granted"
        assert past[-1].time > time.time() - 2 * 1800
        assert [r.value for r in past] == [member.truth("consumption", r.time) for r in past]
        await until(
            lambda: all(one.acknowledged is one.state for one in member.series.values()),
            "what was seen is known",
        )
    assert member.refused == []


async def test_a_member_that_is_behind_catches_up_period_by_period(
    organiser: Organiser, make: Callable[..., SimulatedMember]
) -> None:
    member = make(organiser, behind=2)
    async with members([member]):
        await until(lambda: member.number, "it has its number", 60)
        await member.catch_up()
        await member.catch_up()
        readings = await organiser.readings(member, "consumption")
        times = [reading.time for reading in readings]
        assert [later - at for at, later in pairwise(times)][:2] == [1800, 1800]


async def test_of_a_meter_that_is_read_no_more_nothing_later_is_said(
    organiser: Organiser, make: Callable[..., SimulatedMember]
) -> None:
    before = time.time() - DAY_S
    silent, never = make(organiser, read_until=before), make(organiser, read_until=0)
    async with members([silent, never]):
        await until(lambda: silent.number and never.number, "both have their numbers", 60)
        await silent.say()
        (reading,) = await organiser.readings(silent, "consumption")
        assert before - 3600 < reading.time < before
        assert await organiser.readings(never, "consumption") == []
        assert await organiser.past(never, "consumption", before) == []


async def test_who_pauses_gives_nothing_and_who_leaves_has_all_erased(
    organiser: Organiser, make: Callable[..., SimulatedMember]
) -> None:
    member = make(organiser)
    async with members([member]):
        await until(lambda: len(organiser.grants) == 2, "its grants are told", 60)
        await member.pause()
        await until(
            lambda: {one.state for one in organiser.grants.values()} == {"paused"}, "it pauses"
        )
        await member.leave()
        await until(lambda: organiser.heard[StatementKind.LEFT], "it has left")
        assert {one.state for one in organiser.grants.values()} == {"withdrawn"}
        await until(lambda: all(one.is_erased for one in member.series.values()), "all is erased")


async def test_who_is_sent_away_takes_all_back_and_does_not_answer_that_it_leaves(
    organiser: Organiser, make: Callable[..., SimulatedMember]
) -> None:
    member = make(organiser)
    async with members([member]):
        await until(lambda: len(organiser.grants) == 2, "its grants are told", 60)
        left = message_to_element(Left(organiser.sheet.id))
        organiser.tell(BareJid(member.account.jid), StatementKind.LEFT, left)
        await until(
            lambda: {one.state for one in organiser.grants.values()} == {"withdrawn"},
            "all is taken back",
        )
    assert member.is_left
    assert not organiser.heard[StatementKind.LEFT]


def test_periods_of_a_source_add_up_to_its_hours_and_days() -> None:
    at = datetime(2026, 3, 29, 8, tzinfo=UTC)
    begin = at.timestamp()
    first, second = (energy(HOME, begin + late, Period.HALF_HOUR) for late in (0, 1800))
    assert (first, second) == tuple(watts / 2 for watts in halves(HOME, at))
    assert first + second == energy(HOME, begin, Period.HOUR) == HOME.hour(at)
    day, following = midnight(date(2026, 3, 29)), midnight(date(2026, 3, 30))
    assert energy(HOME, day.timestamp(), Period.DAY) == total(HOME, day, following)


async def test_a_member_of_a_challenge_says_its_team_and_each_score_once(
    organiser: Organiser, make: Callable[..., SimulatedMember]
) -> None:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    saved = 6.1
    organiser.sheet = replace(organiser.sheet, asks=(), challenge=CHALLENGED)

    def score(sheet: CollectionSheet) -> Score:
        return Score(sheet.id, yesterday, 1.0, {Energy.ELECTRICITY: Saved(saved)})

    member = make(organiser, name="Le Goff", is_shown=True, team=2, scores=score)
    heard = organiser.heard[StatementKind.SCORE]
    async with members([member]):
        await until(lambda: heard, "it says its score", 60)
        said = joined_from_element(organiser.heard[StatementKind.JOINED][-1].payload)
        assert (said.team, said.is_shown, said.gives) == (2, True, {})
        member.tell_score()
        saved = 7.0
        member.tell_score()
        await until(lambda: len(heard) == 2, "it says another one")
    assert member.sheet is not None
    assert score_from_element(heard[-1].payload) == score(member.sheet)
