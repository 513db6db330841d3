"""Scale: a town hall that follows 1,000 series of 100 friends, and 2,000 followers of one.

The town hall is a Home Assistant; its friends are plain clients of another Prosody, in a process of
their own, whose nodes it was granted before. Idle, it runs the same account without friends: what
is loaded once is loaded then. Ten minutes of one reading a minute are played six times as fast: the
share of a core is of those ten minutes, the loop's lag is that of the haste of ten others, since
to watch it is work as well. Starting is measured without the servers' limits of rate and with
Debian's: the first time, when each series is subscribed to, and any other time, when each has
pushed something and the friends' servers say that we are subscribed.

Then 2,000 clients follow one publication on one ejabberd.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
import logging
import multiprocessing
from multiprocessing.connection import Connection
import sys
import time
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from benchmarks import fanout
from benchmarks.backfill import Cost, counted
from benchmarks.federation import account_entry
from benchmarks.load import home_assistant, resident_mb
from benchmarks.report import Report
from custom_components.sen1.federation.config import FriendData
from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.follow.progress import Progress
from custom_components.sen1.federation.publish.pubsub_node import (
    OPTIONS,
    ensure_node,
    set_receivers,
)
from custom_components.sen1.federation.publish.reconciler import Reconciler
from custom_components.sen1.federation.store import AccountStore
from custom_components.sen1.protocol.follower import Status
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
from custom_components.sen1.protocol.stamps import stamp
from custom_components.sen1.protocol.stanzas import item_to_element
from custom_components.sen1.protocol.terms import Terms
from testbed.certificates import CertificateAuthority
from testbed.ejabberd import EjabberdServer
from testbed.session import session_of
from testbed.waiting import until
from testbed.xmpp import Account, ProsodyServer, federation_of

FRIENDS = 100
SERIES_EACH = 10
MINUTES = 10
FASTER = 6
AT_ONCE = 10
"""Friends that begin at the same time."""
FOLLOWERS = 2000
ROUNDS = 3


def description(friend: int, number: int) -> Description:
    """Return what a friend's series is."""
    name = f"urn:uuid:{friend:08}-0000-4000-8000-{number:012}_consumption/power/active/live"
    measurement = {"name": "active-power", "quantity": "power", "unit": "W"}
    return Description(name, f"Power {number}", "W", measurement, Granularity.LIVE, 1)


def publication(friend: int, number: int) -> PublicationId:
    """Return a friend's publication."""
    return PublicationId(f"{friend:08}-0000-4000-8000-{number:012}")


# The friends, in a process of their own


class Friends:
    """Publishers that are told over a pipe to publish a round."""

    def __init__(self, accounts: Sequence[Account], follower: str) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._ours, theirs = spawn.Pipe()
        self._process = spawn.Process(target=be_friends, args=(accounts, follower, theirs))

    async def __aenter__(self) -> Friends:
        self._process.start()
        await asyncio.to_thread(self._ours.recv)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._ours.send(None)
        await asyncio.to_thread(self._process.join)

    async def publish(self, seconds: float) -> None:
        """Have each series publish one reading within so many seconds."""
        self._ours.send(seconds)
        await asyncio.to_thread(self._ours.recv)


def be_friends(accounts: Sequence[Account], follower: str, pipe: Connection) -> None:
    """Publish until told to end."""
    logging.disable(logging.ERROR)
    asyncio.run(_be_friends(accounts, follower, pipe))


async def _be_friends(accounts: Sequence[Account], follower: str, pipe: Connection) -> None:
    sessions = [session_of(account) for account in accounts]
    # A server on a busy machine is late, and not to be buried.
    turns = asyncio.Semaphore(AT_ONCE)
    after: dict[PublicationId, ItemId] = {}

    async def publish(friend: int, number: int) -> None:
        identifier = publication(friend, number)
        now = round(time.time(), 3)
        item_id = ItemId(stamp(now))
        reading = Reading(now, 100 + number)
        item = Item(identifier, item_id, after.get(identifier), 1, (reading,))
        after[identifier] = item_id
        payload = item_to_element(item, description(friend, number))
        async with turns:
            await sessions[friend].pubsub.publish(node_of(identifier), item_id, payload)

    async def begin(friend: int) -> None:
        await sessions[friend].connect()
        for number in range(SERIES_EACH):
            node = node_of(publication(friend, number))
            await sessions[friend].pubsub.create_node(node, OPTIONS)
            await sessions[friend].pubsub.set_affiliation(node, BareJid(follower), "member")
            await publish(friend, number)

    for first in range(0, len(sessions), AT_ONCE):
        await asyncio.gather(*(begin(friend) for friend in range(first, first + AT_ONCE)))
    pipe.send(True)
    while (seconds := await asyncio.to_thread(pipe.recv)) is not None:
        pause = seconds / (len(sessions) * SERIES_EACH)
        due = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number in range(SERIES_EACH):
                for friend in range(len(sessions)):
                    group.create_task(publish(friend, number))
                    due += pause
                    await asyncio.sleep(max(0, due - time.monotonic()))
        pipe.send(True)
    for session in sessions:
        await session.close()


# The town hall


async def remember(hass: HomeAssistant, entry: MockConfigEntry, friends: Sequence[Account]) -> None:
    """Have the town hall remember what it was granted."""
    store = AccountStore(hass, entry.entry_id)
    until_ = time.time() + 86400
    for number, account in enumerate(friends):
        for series in range(SERIES_EACH):
            identifier = publication(number, series)
            grant = Grant(
                identifier,
                GrantState.ACTIVE,
                Terms(until_, "display"),
                begin=time.time() - 86400,
                node=node_of(identifier),
                description=description(number, series),
            )
            known = store.content.setdefault("followed", {}).setdefault(account.jid, {})
            known[identifier] = Progress.begin(store, grant).known
    await store.async_save()


async def idle_entry(hass: HomeAssistant, account: Account) -> tuple[MockConfigEntry, float]:
    """Return the town hall's account, which ran without friends, and the memory held meanwhile."""
    entry = account_entry(account)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data[Reconciler].is_roster_in_order, "the account")
    await hass.async_block_till_done()
    held = resident_mb()
    assert await hass.config_entries.async_unload(entry.entry_id)
    return entry, held


async def befriend(hass: HomeAssistant, entry: MockConfigEntry, friends: Sequence[Account]) -> None:
    """Give the town hall, while it does not run, its friends and what it was granted."""
    for number, friend in enumerate(friends):
        subentry = ConfigSubentry(
            data=MappingProxyType(dict(FriendData(jid=BareJid(friend.jid), grants=[]))),
            subentry_type="friend",
            title=f"Friend {number}",
            unique_id=friend.jid,
        )
        hass.config_entries.async_add_subentry(entry, subentry)
    await remember(hass, entry, friends)


def is_live(entry: MockConfigEntry) -> bool:
    """Return whether each series has a value and nothing is still to be asked."""
    series = entry.runtime_data[Following].all_series()
    # The last is asked for last: to look at all of them a hundred times a second is work as well.
    return len(series) == FRIENDS * SERIES_EACH and all(
        not one.is_asking and one.status is Status.RECEIVING for one in reversed(series)
    )


@asynccontextmanager
async def town_hall(*, limits: bool) -> AsyncIterator[tuple[Any, Account, list[Account], Friends]]:
    """Yield the town hall's server, its account, its friends and who plays them."""

    def kind(domain: str, authority: CertificateAuthority, **options: Any) -> ProsodyServer:
        # The friends' server is never the narrow place.
        return ProsodyServer(
            domain, authority, **{**options, "limits": limits and domain == "mairie.test"}
        )

    kinds = {"mairie.test": kind, "village.test": kind}
    async with AsyncExitStack() as stack:
        mairie, village = stack.enter_context(federation_of(kinds, limits=False))
        account = mairie.register("mairie")
        friends = [village.register(f"friend{number}") for number in range(FRIENDS)]
        played = await stack.enter_async_context(Friends(friends, account.jid))
        yield mairie, account, friends, played


async def start(hass: HomeAssistant, entry: MockConfigEntry) -> Cost:
    """Set the account up; return what it cost until each series is live."""
    async with counted() as cost:
        assert await hass.config_entries.async_setup(entry.entry_id)
        await until(lambda: is_live(entry), "each series is live", within=900)
    return cost


async def keep_up(entry: MockConfigEntry, played: Friends, minutes: int) -> None:
    """Follow one reading a minute of each series, in haste, until all have come."""
    following = entry.runtime_data[Following]

    def received() -> int:
        return sum(series.received for series in following.all_series())

    wanted = received() + minutes * FRIENDS * SERIES_EACH
    for _ in range(minutes):
        await played.publish(60 / FASTER)
    await until(lambda: received() == wanted, "each reading once", within=120)


async def reconnect(entry: MockConfigEntry, server: ProsodyServer, jid: str) -> tuple[float, int]:
    """Have a new link made; return the seconds until all was asked for anew, the most at once."""
    session = entry.runtime_data.session
    items, answered, most = session.pubsub.items, 0, 0

    async def counting(*args: Any) -> Any:
        nonlocal answered, most
        most = max(most, len(session._waiting) + 1)
        elements = await items(*args)
        answered += 1
        return elements

    session.pubsub.items = counting
    # A new stream, so that nothing can be resumed.
    session._client.plugin["xep_0198"].enabled_out = False
    session._client.plugin["xep_0198"].sm_id = None
    began = time.perf_counter()
    server.disconnect(jid)
    # Until then each is live as it was before.
    await until(
        lambda: answered >= FRIENDS * SERIES_EACH and is_live(entry),
        "each series is asked for over a new link",
        within=900,
    )
    session.pubsub.items = items
    return time.perf_counter() - began, most


async def follow_many(report: Report) -> None:
    """Start, keep, reconnect, leave and start again a thousand series, without limits of rate."""
    async with (
        town_hall(limits=False) as (server, account, friends, played),
        home_assistant() as hass,
    ):
        entry, idle_mb = await idle_entry(hass, account)
        await befriend(hass, entry, friends)
        first = await start(hass, entry)
        report.add("scale.first_start.unlimited", first.clock, "s", "<=30")

        worked = time.process_time()
        await keep_up(entry, played, MINUTES)
        worked = time.process_time() - worked
        report.add("scale.steady.core", 100 * worked / (60 * MINUTES), "%", "<=2")
        async with counted() as watched:
            await keep_up(entry, played, MINUTES)
        report.add("scale.steady.lag.p99", watched.lag_ms, "ms", "<=15")
        report.add("scale.steady.memory", resident_mb() - idle_mb, "MB", "<=40")
        report.add("scale.steady.holes", entry.runtime_data[Following].holes, "holes", "<=0")

        seconds, most = await reconnect(entry, server, account.jid)
        report.add("scale.reconnect", seconds, "s", "<=30")
        report.add("scale.reconnect.at_once", most, "requests", "<=20")
        await keep_up(entry, played, 1)
        began = time.perf_counter()
        assert await hass.config_entries.async_unload(entry.entry_id)
        report.add("scale.unload", time.perf_counter() - began, "s", "<=5")

        again = await start(hass, entry)
        report.add("scale.start.unlimited", again.clock, "s", "<=30")
        report.add("scale.start.processor", again.processor, "s")
        report.add("scale.start.lag.p99", again.lag_ms, "ms")
        await hass.config_entries.async_unload(entry.entry_id)


async def start_with_limits(report: Report) -> None:
    """Start where the server slows down who asks for much, as Debian's does."""
    async with (
        town_hall(limits=True) as (_server, account, friends, played),
        home_assistant() as hass,
    ):
        entry, _idle_mb = await idle_entry(hass, account)
        await befriend(hass, entry, friends)
        first = await start(hass, entry)
        report.add("scale.first_start.default_limits", first.clock, "s")
        await keep_up(entry, played, 1)
        await hass.config_entries.async_unload(entry.entry_id)
        again = await start(hass, entry)
        report.add("scale.start.default_limits", again.clock, "s")
        await hass.config_entries.async_unload(entry.entry_id)


async def be_followed(report: Report) -> None:
    """Publish to many followers of one ejabberd."""
    authority = CertificateAuthority()
    with EjabberdServer("village.test", authority, limits=False) as village:
        account = village.register("house")
        accounts = [village.register(f"follower{number}") for number in range(FOLLOWERS)]
        house = fanout.House(session_of(account))
        await house.session.connect()
        await ensure_node(house.session.pubsub, fanout.NODE)
        await set_receivers(
            house.session.pubsub, fanout.NODE, [BareJid(other.jid) for other in accounts]
        )
        with fanout.Followers(accounts, account.jid) as followers:
            costs = [
                await house.measure(lambda n=n: house.publish(n), followers)  # type: ignore[misc]
                for n in range(ROUNDS)
            ]
        cost = fanout.median(costs)
        report.add(f"scale.followers.{FOLLOWERS}.last", cost.last_ms / 1000, "s", "<=5")
        report.add(f"scale.followers.{FOLLOWERS}.bytes", cost.sent_bytes, "B")
        report.add(f"scale.followers.{FOLLOWERS}.cpu", cost.cpu_ms, "ms")
        await house.session.close()


PARTS = {"many": follow_many, "limits": start_with_limits, "followers": be_followed}


def main() -> None:
    logging.disable(logging.ERROR)
    report = Report()
    for name in sys.argv[1:] or PARTS:
        asyncio.run(PARTS[name](report))
    report.exit()


if __name__ == "__main__":
    main()
