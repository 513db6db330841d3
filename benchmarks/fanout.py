"""Fan-out: what 1, 20 and 200 followers cost a house, beside one direct message to each of them.

The house is our session, the followers are plain clients of another server, in a process of their
own; both servers are Prosodys with Debian's storage in SQLite and their own limits of rate.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from copy import deepcopy
from dataclasses import dataclass
import logging
import multiprocessing
from multiprocessing.connection import Connection
import statistics
import time
from typing import Any
from xml.etree.ElementTree import Element

from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

from benchmarks.report import Report
from custom_components.sen1.federation.publish.pubsub_node import ensure_node, set_receivers
from custom_components.sen1.federation.xmpp.events import PUBSUB_EVENT
from custom_components.sen1.federation.xmpp.session import Session
from custom_components.sen1.protocol.model import (
    BareJid,
    Description,
    Granularity,
    Item,
    ItemId,
    PublicationId,
    Reading,
    node_of,
)
from custom_components.sen1.protocol.stamps import stamp
from custom_components.sen1.protocol.stanzas import QUOALISE, item_to_element
from testbed.client import connect
from testbed.session import count_sent, session_of
from testbed.xmpp import Account, federation

FOLLOWERS = (1, 20, 200)
ROUNDS = 15
READINGS = 5
"""In each item: one a second, sent every five seconds."""

QUIET_S = 1.5
"""Before each measure: the servers' limits of rate have all of their budget back."""

ID = PublicationId("benchmark")
NODE = node_of(ID)
DESCRIPTION = Description(
    "urn:uuid:00000000-0000-4000-8000-000000000000_consumption/power/apparent/live",
    "Meter",
    "VA",
    {"name": "apparent-power", "direction": "consumption", "quantity": "power", "unit": "VA"},
    Granularity.LIVE,
    1,
)


@dataclass(frozen=True)
class Cost:
    """What one item cost the house, and when the last follower had it."""

    sent_bytes: float
    cpu_ms: float
    last_ms: float


def next_item(number: int) -> tuple[str, Element]:
    """Return the id and the payload of an item."""
    last = 1_790_000_000 + READINGS * number
    readings = tuple(Reading(last - back, 600 + back) for back in reversed(range(READINGS)))
    item_id = ItemId(stamp(last))
    return item_id, item_to_element(Item(ID, item_id, None, 1, readings), DESCRIPTION)


class Followers:
    """Plain clients in a process of their own: the house's processor time is its alone."""

    def __init__(self, accounts: Sequence[Account], publisher: str) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._ours, theirs = spawn.Pipe()
        self._process = spawn.Process(target=follow, args=(accounts, publisher, theirs))

    def __enter__(self) -> Followers:
        self._process.start()
        self._ours.recv()
        return self

    def __exit__(self, *_: object) -> None:
        self._ours.send(False)
        self._process.join()

    async def expect(self) -> None:
        """Count anew what the followers have: what their server sent them at first is past."""
        self._ours.send(True)
        await asyncio.to_thread(self._ours.recv)

    async def had(self) -> None:
        """Wait until each follower has what was sent since."""
        await asyncio.to_thread(self._ours.recv)


def follow(accounts: Sequence[Account], publisher: str, pipe: Connection) -> None:
    """Follow with each account until told to end; say when all are ready, and when all had it."""
    logging.disable(logging.ERROR)
    asyncio.run(_follow(accounts, publisher, pipe))


async def _follow(accounts: Sequence[Account], publisher: str, pipe: Connection) -> None:
    missing = 0

    def note(_message: Any) -> None:
        nonlocal missing
        missing -= 1
        if missing == 0:
            pipe.send(True)

    async with AsyncExitStack() as stack:
        for account in accounts:
            client = await stack.enter_async_context(connect(account))
            await client.plugin["xep_0060"].subscribe(publisher, NODE)
            for child in (PUBSUB_EVENT + "event", QUOALISE + "quoalise"):
                path = MatchXPath("{jabber:client}message/" + child)
                client.register_handler(Callback(child, path, note))
        pipe.send(True)
        while await asyncio.to_thread(pipe.recv):
            missing = len(accounts)
            pipe.send(True)


class House:
    """Our session, with what it sends counted."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._sent = count_sent(session)

    async def measure(self, action: Callable[[], Awaitable[None]], followers: Followers) -> Cost:
        """Return what an action costs until each of the followers has what it sends."""
        await asyncio.sleep(QUIET_S)
        await followers.expect()
        before = self._sent()
        began, cpu = time.perf_counter(), time.process_time()
        await action()
        cpu = time.process_time() - cpu
        await followers.had()
        return Cost(self._sent() - before, 1000 * cpu, 1000 * (time.perf_counter() - began))

    async def publish(self, number: int) -> None:
        """Publish one item: the server does the rest."""
        item_id, payload = next_item(number)
        await self.session.pubsub.publish(NODE, item_id, payload)

    async def tell_each(self, number: int, accounts: Sequence[Account]) -> None:
        """Send the same payload in a message to each follower."""
        _item_id, payload = next_item(number)
        for account in accounts:
            self.session.tell(BareJid(account.jid), deepcopy(payload))
            # The queue of what is to be sent is emptied in the loop's other turns.
            await asyncio.sleep(0)


def median(costs: Sequence[Cost]) -> Cost:
    """Return the median of each figure."""
    return Cost(
        statistics.median(cost.sent_bytes for cost in costs),
        statistics.median(cost.cpu_ms for cost in costs),
        statistics.median(cost.last_ms for cost in costs),
    )


async def measure(figures: Report) -> None:
    """Measure each number of followers on the same servers, the fewest first."""
    with federation("maison.test", "coop.test") as (maison, coop):
        account = maison.register("house")
        accounts = [coop.register(f"follower{number}") for number in range(max(FOLLOWERS))]
        house = House(session_of(account))
        await house.session.connect()
        await ensure_node(house.session.pubsub, NODE)
        numbers = iter(range(1000))
        published = {}
        for count in FOLLOWERS:
            told = accounts[:count]
            await set_receivers(house.session.pubsub, NODE, [BareJid(other.jid) for other in told])
            with Followers(told, account.jid) as followers:
                costs = [
                    await house.measure(lambda: house.publish(next(numbers)), followers)
                    for _ in range(ROUNDS)
                ]
                direct = await house.measure(
                    lambda told=told: house.tell_each(next(numbers), told),  # type: ignore[misc]
                    followers,
                )
            published[count] = median(costs)
            for name, cost in (("published", published[count]), ("direct", direct)):
                figures.add(f"fanout.{name}.{count}.bytes", cost.sent_bytes, "B")
                figures.add(f"fanout.{name}.{count}.cpu", cost.cpu_ms, "ms")
                figures.add(f"fanout.{name}.{count}.last", cost.last_ms, "ms")
        fewest, most = published[min(FOLLOWERS)], published[max(FOLLOWERS)]
        figures.add("fanout.growth.bytes", most.sent_bytes / fewest.sent_bytes, "ratio", "<=1.1")
        figures.add("fanout.growth.cpu", most.cpu_ms / fewest.cpu_ms, "ratio", "<=1.1")
        await house.session.close()


def main() -> None:
    logging.disable(logging.ERROR)
    figures = Report()
    asyncio.run(measure(figures))
    figures.exit()


if __name__ == "__main__":
    main()
