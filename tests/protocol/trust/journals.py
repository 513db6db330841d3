"""Two homes of which all is known: their journals of some months, and the same damaged."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
import json
from random import Random
from typing import Any
from xml.etree.ElementTree import Element, tostring

from custom_components.sen1.protocol.model import BareJid, PublicationId
from custom_components.sen1.protocol.stamps import stamp
from custom_components.sen1.protocol.trust.chain import (
    SALT_BYTES,
    Chain,
    Totals,
    day_lines,
    details_digest,
    details_line,
    sealed_export,
    statement_digest,
    statement_line,
)
from custom_components.sen1.protocol.trust.day import DayTotals, TimeRange, Verdict, day_from_text
from custom_components.sen1.protocol.trust.identity import Head, keys_to_element
from custom_components.sen1.protocol.trust.keys import Keys
from custom_components.sen1.protocol.trust.kinds import (
    EntryKind,
    Erased,
    EventKind,
    StatementKind,
    message_to_element,
)
from custom_components.sen1.protocol.trust.receipts import (
    DayStatement,
    GotDay,
    Place,
    SentDay,
    Way,
    day_to_elements,
)
from custom_components.sen1.protocol.trust.signed import Signed, Statement, sign, signed_in
from custom_components.sen1.protocol.trust.verify_journal import compact, to_text

BEGIN = 1772496000.0
"""3 March 2026, midnight UTC."""

DAY = 86400.0

HOUSE, COOP, SCHOOL = map(BareJid, ("house@server.org", "coop@another.org", "school@another.org"))

type Content = dict[str, Any]
"""An export, as JSON."""


@dataclass
class Known:
    """What a home has of another: the salt, its keys, lines of evidence."""

    salt: bytes
    keys: list[Content] = field(default_factory=list)
    lines: list[Content] = field(default_factory=list)


class Household:
    """A home that keeps a journal."""

    def __init__(self, address: BareJid, chance: Random, now: float) -> None:
        self.address = address
        self._chance = chance
        self.now = now
        self.keys = self._new_keys()
        self.all_keys: list[Content] = []
        self.signing: dict[str, Keys] = {}
        """Its keys by their public one: who tries to lie has them too."""
        self._own(None)
        self.chain = Chain()
        self.chain_lines: list[str] = []
        self.people: dict[str, Known] = {"": Known(chance.randbytes(SALT_BYTES))}
        self.waiting: list[tuple[str, Signed, bool]] = []
        self.closed: Head | None = None
        self.seen: dict[str, Head] = {}
        self.enter(EventKind.BEGAN, "", details={})

    def _new_keys(self) -> Keys:
        return Keys(self._chance.randbytes(32), self._chance.randbytes(32))

    def _own(self, rollover: Element | None) -> None:
        key = to_text(self.keys.public.signing)
        self.signing[key] = self.keys
        text = None if rollover is None else tostring(rollover, encoding="unicode")
        self.all_keys.append({"key": key, "from": stamp(self.now), "rollover": text})

    def knows(self, other: Household) -> Known:
        """Return what this home has of another, whose key it has."""
        known = self.people.setdefault(other.address, Known(self._chance.randbytes(SALT_BYTES)))
        key = to_text(other.keys.public.signing)
        if key not in [each["key"] for each in known.keys]:
            known.keys.append({"key": key, "how": "seen", "since": stamp(self.now)})
        return known

    def enter(
        self,
        kind: EntryKind,
        person: str,
        signed: Signed | None = None,
        *,
        ours: bool = True,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Enter something."""
        known = self.people[person]
        if signed is not None:
            self.chain_lines.append(
                self.chain.add(kind, statement_digest(known.salt, signed), self.now)
            )
            line = statement_line(self.chain.entries, signed, ours=ours)
        else:
            told = dict(details or {})
            self.chain_lines.append(
                self.chain.add(kind, details_digest(known.salt, told), self.now)
            )
            line = details_line(self.chain.entries, kind, told, ours=ours)
        known.lines.append(json.loads(compact(line)))

    def close(self, day: str) -> None:
        """Enter a day that is over."""
        statements = [(signed, ours) for _, signed, ours in self.waiting]
        leaves = [
            statement_digest(self.people[person].salt, signed) for person, signed, _ in self.waiting
        ]
        totals = Totals(self._chance.randrange(100), self._chance.randrange(100), {"stranger": 2})
        self.chain_lines.append(self.chain.add_day(self.keys, day, leaves, totals, self.now))
        lines = day_lines(self.chain.entries, statements, leaves)
        for (person, _, _), line in zip(self.waiting, lines, strict=True):
            self.people[person].lines.append(json.loads(compact(line)))
        self.waiting.clear()
        self.closed = Head(self.chain.entries, self.chain.last)

    def says(self, to: Household | None, kind: StatementKind, payload: Element) -> Signed:
        """Return what this home says."""
        self.now += 0.25
        receiver = None if to is None else to.address
        statement = Statement(self.address, self.now, deepcopy(payload), to=receiver)
        return signed_in(sign(self.keys, kind, statement))

    def tell(
        self, other: Household, kind: StatementKind, payload: Element, entry: EntryKind
    ) -> None:
        """Say something to another home, and have both enter it."""
        signed = self.says(other, kind, payload)
        other.now = max(other.now, self.now) + 0.25
        self.knows(other)
        other.knows(self)
        if kind is StatementKind.DAY:
            self.waiting.append((other.address, signed, True))
            other.waiting.append((self.address, signed, False))
        else:
            self.enter(entry, other.address, signed)
            other.enter(entry, self.address, signed, ours=False)

    def roll_over(self, friends: Sequence[Household]) -> None:
        """Take new keys, which the old ones sign."""
        old, self.keys = self.keys, self._new_keys()
        self.now += 1
        statement = Statement(self.address, self.now, keys_to_element(self.keys.public))
        element = sign(old, StatementKind.ROLLOVER, statement)
        self._own(element)
        self.enter(EventKind.KEY, "", signed_in(element))
        for friend in friends:
            friend.now = max(friend.now, self.now)
            friend.knows(self)
            friend.enter(EventKind.KEY, self.address, signed_in(element), ours=False)

    def export(self, entries: int | None = None) -> Content:
        """Return the export of the first so many entries."""
        last = self.chain.entries if entries is None else entries
        exported = json.loads(self.chain_lines[last - 1])["at"]
        return {
            "sen1_journal": 0,
            "account": self.address,
            "exported": exported,
            "keys": [key for key in self.all_keys if key["from"] <= exported],
            "chain": self.chain_lines[:last],
            "people": [
                {
                    "address": address,
                    "salt": to_text(known.salt),
                    "keys": known.keys,
                    "statements": [line for line in known.lines if line["n"] <= last],
                }
                for address, known in self.people.items()
            ],
        }


def sealed(content: Content, keys: Mapping[str, Keys]) -> str:
    """Return the text of an export, signed by the account's newest key."""
    return sealed_export(content, keys[content["keys"][-1]["key"]])


@dataclass
class World:
    """Some homes whose days were simulated."""

    house: Household
    coop: Household
    school: Household
    days: dict[str, str]
    """What the days between house and cooperative really came to."""
    closings: list[tuple[int, int]]
    """At the end of each day: how many entries each of the two had."""


def simulated(seed: int, days: int, *, disagree: bool = False) -> World:
    """Return what homes said to one another for some days, without anything wrong.

    `disagree`: but for days whose readings were not the same.
    """
    chance = Random(seed)
    house, coop, school = (Household(who, chance, BEGIN) for who in (HOUSE, COOP, SCHOOL))
    homes = (house, coop, school)
    for one, other in ((house, coop), (house, school), (coop, house), (school, house)):
        one.knows(other)
        if one.address != SCHOOL:
            grant(one, other, 0)
    world = World(house, coop, school, {}, [])
    states = [*Verdict] if disagree else [Verdict.EQUAL, Verdict.NOT_RECEIVED, Verdict.EQUAL]
    rolls = {chance.randrange(days) for _ in range(2)}
    for number in range(days):
        begin = BEGIN + number * DAY
        for home in homes:
            home.now = max(home.now, begin + 60)
        if number:
            for home in homes:
                home.close(stamp(begin - DAY)[:10])
            day, state = stamp(begin - DAY)[:10], chance.choices(states, (20, 3, 1))[0]
            world.days[day] = state
            receipts(house, coop, day, state, chance)
            receipts(house, school, day, Verdict.EQUAL, chance)
        for home in homes:
            home.now = max(home.now, begin + 8 * 3600)
        happen(world, number, rolls, chance)
        world.closings.append((house.chain.entries, coop.chain.entries))
    return world


def happen(world: World, number: int, rolls: set[int], chance: Random) -> None:
    """Let a day's other things happen."""
    house, coop, school = world.house, world.coop, world.school
    if number in rolls:
        house.roll_over((coop, school))
    for _ in range(chance.choice((0, 0, 1, 2))):
        one, other = chance.choice(((house, coop), (coop, house), (house, school)))
        match chance.randrange(4):
            case 0 | 1:
                grant(one, other, chance.randrange(1, 1000))
            case 2:
                grant(one, other, 0, state="paused")
                grant(one, other, 0)
            case 3:
                withdraw(one, other, chance.randrange(1, 1000))
    if chance.random() < 0.05:
        house.enter(EventKind.EXPORTED, "", details={"friend": None})


def publication_of(number: int) -> PublicationId:
    return PublicationId(f"00000000-0000-4000-8000-{number:012}")


def grant_payload(number: int, **attributes: str) -> Element:
    """Return what is said of a grant."""
    return Element(
        "{urn:sen1:0}grant",
        {"publication": publication_of(number), "state": "active", "purpose": "display"}
        | {"until": "2027-03-03T00:00:00.000Z", "retention": "P365D"}
        | attributes,
    )


def grant(one: Household, other: Household, number: int, *, state: str = "active") -> None:
    """Grant something, and be acknowledged."""
    payload = grant_payload(number, state=state)
    one.tell(other, StatementKind.GRANT, payload, StatementKind.GRANT)
    seen = Element("{urn:sen1:0}grant-seen", dict(payload.attrib) | {"revision": "1"})
    other.tell(one, StatementKind.GRANT_SEEN, seen, StatementKind.GRANT_SEEN)


def withdraw(one: Household, other: Household, number: int) -> None:
    """Grant something, take it back, be acknowledged, and be told that it is erased."""
    grant(one, other, number)
    said = {"publication": publication_of(number), "state": "withdrawn"}
    payload = Element("{urn:sen1:0}grant", said | {"erase-by": stamp(one.now + DAY)})
    one.tell(other, StatementKind.WITHDRAWAL, payload, StatementKind.WITHDRAWAL)
    # A withdrawal has no terms; who acknowledges it repeats those that were known.
    acknowledged = grant_payload(number, state="withdrawn", revision="1")
    seen = Element("{urn:sen1:0}grant-seen", acknowledged.attrib)
    other.tell(one, StatementKind.GRANT_SEEN, seen, StatementKind.GRANT_SEEN)
    one.enter(EventKind.WITHDRAWN, other.address, details={"publication": publication_of(number)})
    erased = message_to_element(Erased(publication_of(number)))
    other.tell(one, StatementKind.ERASED, erased, StatementKind.ERASED)


def receipts(one: Household, other: Household, day: str, state: Verdict, chance: Random) -> None:
    """Say to one another what was sent on a day, and what was got."""
    place: Place = (publication_of(0), Way.NODE)
    noon = BEGIN * 1000
    for sayer, receiver, verdict in ((one, other, state), (other, one, Verdict.EQUAL)):
        root = chance.randbytes(32)
        sent = SentDay(DayTotals(48, root, int(noon), int(noon)), chance.randbytes(16))
        ranges = (TimeRange(int(noon), int(noon) + 60_000, 2),)
        got = {
            Verdict.EQUAL: GotDay(verdict, 48, root),
            Verdict.NOT_RECEIVED: GotDay(verdict, 46, chance.randbytes(32), missing=ranges),
            Verdict.DIFFERS: GotDay(verdict, 48, chance.randbytes(32), differs=ranges),
        }[verdict]
        day_told(sayer, receiver, day, sent={place: sent}, awaits=True)
        day_told(receiver, sayer, day, got={place: got})


def day_told(
    one: Household,
    other: Household,
    day: str,
    *,
    sent: Mapping[Place, SentDay] | None = None,
    got: Mapping[Place, GotDay] | None = None,
    awaits: bool = False,
) -> None:
    statement = DayStatement(
        day_from_text(day),
        sent or {},
        got or {},
        awaits,
        one.closed,
        one.seen.get(other.address),
    )
    (payload,) = day_to_elements(statement)
    one.tell(other, StatementKind.DAY, payload, StatementKind.DAY)
    assert one.closed is not None
    other.seen[one.address] = one.closed
