"""Trust: what it costs that what is said is signed, beside the same unsigned and `cryptography`.

`sign` and `verify` are of a grant's statement, written and read, beside the bare calls of
`cryptography` on the same bytes. A message is written by who says it and read by who is told, XML
both times, signed and not in turn. `reading` is the way of one reading through the cores: an item
is made, written, read and taken, publisher to follower, no server between them.
"""

import asyncio
from collections.abc import Callable
import statistics
from time import perf_counter
from uuid import UUID
from xml.etree.ElementTree import Element, fromstring, tostring

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from benchmarks.load import home_assistant
from benchmarks.report import Report
from benchmarks.trust_journal import journal
from custom_components.sen1.federation.store import AccountStore
from custom_components.sen1.federation.trust.peers import How, Peers, Standing
from custom_components.sen1.protocol.follower import Follower, Received
from custom_components.sen1.protocol.model import (
    BareJid,
    Description,
    Grant,
    GrantState,
    Granularity,
    Item,
    PublicationId,
    Reading,
    node_of,
)
from custom_components.sen1.protocol.publisher import Publisher
from custom_components.sen1.protocol.stanzas import (
    grant_from_element,
    grant_seen_from_element,
    grant_seen_to_element,
    grant_to_element,
    item_from_element,
    item_to_element,
)
from custom_components.sen1.protocol.terms import Terms
from custom_components.sen1.protocol.trust.day import (
    DAY,
    SALT_BYTES,
    Verdict,
    leaves_of,
    milliseconds,
    totals_of,
)
from custom_components.sen1.protocol.trust.identity import Head
from custom_components.sen1.protocol.trust.keys import Keys
from custom_components.sen1.protocol.trust.kinds import StatementKind
from custom_components.sen1.protocol.trust.receipts import (
    DayStatement,
    GotDay,
    SentDay,
    Way,
    day_from_element,
    day_to_elements,
)
from custom_components.sen1.protocol.trust.signed import Statement, sign, signed_in, verified

ROUNDS = 2000

BEGIN = 1_795_521_600.0
HOUSE, COOP = BareJid("home@server.org"), BareJid("coop@server.org")
KEYS = Keys(bytes(range(32)), bytes(range(32, 64)))
ID = PublicationId("0b9fd1b6-6f4c-4a3c-9d5e-2f1f6c2f4a10")
NAME = f"urn:uuid:{ID}_consumption/power/apparent/live"
DESCRIPTION = Description(
    NAME,
    "Our meter",
    "VA",
    {
        "name": "apparent-power",
        "quantity": "power",
        "type": "electrical",
        "direction": "consumption",
        "unit": "VA",
    },
    Granularity.LIVE,
    1,
)
GRANT = Grant(
    ID,
    GrantState.ACTIVE,
    Terms(BEGIN + 31_536_000, "display", 365),
    begin=BEGIN,
    node=node_of(ID),
    description=DESCRIPTION,
    said=BEGIN,
)


def main() -> None:
    report = Report()
    measure_signatures(report)
    measure_message(
        report, "grant", StatementKind.GRANT, lambda: grant_to_element(GRANT), grant_from_element
    )
    measure_message(
        report,
        "grant_seen",
        StatementKind.GRANT_SEEN,
        lambda: grant_seen_to_element(GRANT.seen),
        grant_seen_from_element,
    )
    measure_day(report)
    measure_reading(report)
    asyncio.run(measure_start(report))
    journal(report)
    report.exit()


def measure_signatures(report: Report) -> None:
    """Ours holds the writing and the reading of the statement as well."""
    statement = Statement(HOUSE, BEGIN, grant_to_element(GRANT), COOP)
    element = sign(KEYS, StatementKind.GRANT, statement)
    signed = signed_in(element)
    private = Ed25519PrivateKey.from_private_bytes(KEYS.signing)
    said = b"sen1:grant:0\n" + signed.statement

    def verify_plainly() -> None:
        Ed25519PublicKey.from_public_bytes(signed.key).verify(signed.signature, said)

    ours, plain = in_turn(
        lambda: sign(KEYS, StatementKind.GRANT, statement), lambda: private.sign(said)
    )
    report.add("trust.sign", ours * 1e6, "us")
    report.add("trust.sign.cryptography", plain * 1e6, "us")
    report.add("trust.sign.over_cryptography", ours / plain, "ratio", "<=4")
    ours, plain = in_turn(lambda: verified(signed_in(element), KEYS.public.signing), verify_plainly)
    report.add("trust.verify", ours * 1e6, "us")
    report.add("trust.verify.cryptography", plain * 1e6, "us")
    report.add("trust.verify.over_cryptography", ours / plain, "ratio", "<=2")


def measure_message[T](
    report: Report,
    name: str,
    kind: StatementKind,
    write: Callable[[], Element],
    read: Callable[[Element], T],
) -> None:
    """Print what a message costs from who says it to who is told."""

    def told_signed() -> bytes:
        return tostring(sign(KEYS, kind, Statement(HOUSE, BEGIN, write(), COOP)))

    def told() -> bytes:
        return tostring(write())

    wire, plain_wire = told_signed(), told()
    assert read(opened(wire)) == read(fromstring(plain_wire))
    report.add(f"trust.{name}.size", len(wire), "byte")
    report.add(f"trust.{name}.size.unsigned", len(plain_wire), "byte")
    seconds, plain = in_turn(
        lambda: read(opened(told_signed())),
        lambda: read(fromstring(told())),
    )
    report.add(f"trust.{name}", seconds * 1e6, "us")
    report.add(f"trust.{name}.unsigned", plain * 1e6, "us")


def measure_day(report: Report) -> None:
    """Print what the receipts of a day cost: a live series of a reading each five seconds."""
    day = milliseconds(BEGIN) // DAY
    readings = {day * DAY + 5000 * n: 640.0 + n % 100 for n in range(DAY // 5000)}
    salt = bytes(SALT_BYTES)
    (seconds,) = in_turn(lambda: totals_of(leaves_of(readings, salt)), rounds=10)
    report.add("trust.day.readings", len(readings), "reading")
    report.add("trust.day.root", seconds * 1e3, "ms", "<=250")
    totals = totals_of(leaves_of(readings, salt))
    head = Head(412, bytes(32))
    for series in (1, 10):
        places = {(PublicationId(str(UUID(int=n))), Way.NODE): n for n in range(series)}
        sent = dict.fromkeys(places, SentDay(totals, salt))
        got = dict.fromkeys(places, GotDay(Verdict.EQUAL, totals.count, totals.root))
        said = DayStatement(day, sent, got, awaits=True, head=head, seen=head)

        def write() -> Element:
            (element,) = day_to_elements(said)  # noqa: B023
            return element

        measure_message(report, f"day.{series}", StatementKind.DAY, write, day_from_element)


def opened(wire: bytes) -> Element:
    """Return what is said in what came."""
    return verified(signed_in(fromstring(wire)), KEYS.public.signing).payload


class Line:
    """The way of readings, one a second, of a publication to who follows it."""

    def __init__(self, *, is_signed: bool) -> None:
        """Begin with a grant, and nothing published."""
        self._publisher = Publisher(ID, interval=0)
        self._publisher.resume((), BEGIN)
        self._publisher.add_backlog(())
        self._follower = Follower(GRANT)
        self._is_signed = is_signed
        self._now = BEGIN
        self.bytes = 0
        """That went last."""

    def step(self) -> None:
        """Measure, and have it taken."""
        self._now += 1
        self._publisher.add(Reading(self._now, 640.0))
        item = self._publisher.item()
        assert item is not None
        wire = self._written(item)
        self._publisher.acknowledge(item, self._now)
        self.bytes = len(wire)
        envelope = opened(wire) if self._is_signed else fromstring(wire)
        taken = self._follower.item(
            item_from_element(item.id, envelope, DESCRIPTION, now=self._now), self._now
        )
        assert taken == [Received(item.readings)]

    def _written(self, item: Item) -> bytes:
        envelope = item_to_element(item, DESCRIPTION)
        if self._is_signed:
            statement = Statement(HOUSE, self._now, envelope, node=GRANT.node, item=item.id)
            envelope = sign(KEYS, StatementKind.ITEM, statement)
        return tostring(envelope)


def measure_reading(report: Report) -> None:
    """Print what a reading costs in the cores, of the half-second that a friend sees it after."""
    lines = Line(is_signed=True), Line(is_signed=False)
    seconds, plain = in_turn(*(line.step for line in lines))
    for name, line, took in zip(("", ".unsigned"), lines, (seconds, plain), strict=True):
        report.add(f"trust.reading{name}", took * 1e6, "us")
        report.add(f"trust.reading.size{name}", line.bytes, "byte")
    report.add("trust.reading.added", (seconds - plain) * 1e3, "ms", "<=1")


async def measure_start(report: Report) -> None:
    """Print what an account's memory costs at the start, with a thousand pinned keys and with none:
    read, and how each peer stands.
    """
    async with home_assistant() as hass:
        seconds = {}
        for number in (0, 1000):
            peers = [BareJid(f"friend{n}@server.org") for n in range(number)]
            store = AccountStore(hass, f"start{number}")
            known = Peers(store)
            for jid in peers:
                known.pin(jid, KEYS.public, How.SEEN)
            await store.async_save()
            taken = []
            for _ in range(20):
                begin = perf_counter()
                store = AccountStore(hass, f"start{number}")
                await store.async_load()
                known = Peers(store)
                assert all(known.standing(jid) is Standing.SEEN for jid in peers)
                taken.append(perf_counter() - begin)
            seconds[number] = statistics.median(taken)
            report.add(f"trust.start.{number}", seconds[number] * 1e3, "ms")
        report.add("trust.start.added", (seconds[1000] - seconds[0]) * 1e3, "ms", "<=50")


def in_turn(*several: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Return how many seconds each takes, the median of many turns: what else runs hits all."""
    samples: list[list[float]] = [[] for _ in several]
    for _ in range(rounds):
        for one, taken in zip(several, samples, strict=True):
            begin = perf_counter()
            one()
            taken.append(perf_counter() - begin)
    return [statistics.median(taken) for taken in samples]


if __name__ == "__main__":
    main()
