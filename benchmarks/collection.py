"""Collection: three hundred homes come to one organiser, each with two series of half-hours.

The organiser is a Home Assistant; its members are plain clients of another Prosody, in a process of
their own. All come at once, as after an evening at the town hall, at a Prosody and at an ejabberd
with Debian's limits of rate, both servers: the minutes are those until the organiser has the first
value of each series. What it sends for each is printed, since it is this that the limits count.

Without limits, so that it is the organiser that is measured and not its server's patience, half an
hour is then played: each series has a new half-hour and two repeats. The share of a core is of that
half-hour in its own time. Idle, the same account runs without the collection.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from functools import partial
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

from benchmarks.load import home_assistant, resident_mb
from benchmarks.report import Report
from benchmarks.scale import idle_entry
from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.organising.collections import Collections
from custom_components.sen1.federation.running import Running
from custom_components.sen1.protocol.follower import Status
from custom_components.sen1.protocol.links import parse_link
from testbed.collection import TITLE, half_hours, homes
from testbed.ejabberd import EjabberdServer
from testbed.member import SimulatedMember, members
from testbed.session import count_sent
from testbed.waiting import until
from testbed.xmpp import Account, ProsodyServer, ServerKind, federation_of

MEMBERS = 300
SERIES_EACH = 2
HALF_HOUR_S = 1800
REPEATS = 2
"""Of each half-hour, until the next is over."""
PLAYED = 2
"""Half-hours."""
ITEMS_A_DAY = 48
REPEATS_A_DAY = 96
PATIENCE_S = 3600
AT_ONCE = 16
"""Members that publish at the same time."""


# The members, in a process of their own


class Crowd:
    """Members that are told over a pipe what to do; each order is answered with what they sent."""

    def __init__(self, accounts: Sequence[Account], link: str) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._ours, theirs = spawn.Pipe()
        self._process = spawn.Process(target=be_members, args=(accounts, link, theirs))

    async def __aenter__(self) -> Crowd:
        self._process.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._ours.send(None)
        await asyncio.to_thread(self._process.join)

    async def order(self, what: str) -> int:
        """Have all members do something; return the bytes they sent meanwhile."""
        self._ours.send(what)
        sent: int = await asyncio.to_thread(self._ours.recv)
        return sent


def be_members(accounts: Sequence[Account], link: str, pipe: Connection) -> None:
    """Take part until told to end."""
    logging.disable(logging.ERROR)
    asyncio.run(_be_members(accounts, link, pipe))


async def _be_members(accounts: Sequence[Account], text: str, pipe: Connection) -> None:
    link = parse_link(text)
    assert link is not None
    several = homes(accounts, link, behind=PLAYED)
    counts = [count_sent(member.session) for member in several]
    turns = asyncio.Semaphore(AT_ONCE)

    async def act(member: SimulatedMember, what: str) -> None:
        async with turns:
            match what:
                case "next":
                    await member.catch_up()
                case "repeat":
                    await member.say()
                case "day":
                    member.tell_day(int(time.time() // 86_400))

    async with members(several):
        while (what := await asyncio.to_thread(pipe.recv)) is not None:
            before = sum(count() for count in counts)
            if what == "come":
                await until(
                    lambda: all(member.number for member in several),
                    "each has its number",
                    within=PATIENCE_S,
                )
            else:
                await asyncio.gather(*(act(member, what) for member in several))
            pipe.send(sum(count() for count in counts) - before)


# The organiser


@asynccontextmanager
async def organiser(
    kind: ServerKind, *, limits: bool
) -> AsyncIterator[tuple[MockConfigEntry, HomeAssistant, list[Account], float]]:
    """Yield an account that ran, the accounts of its members, and the memory it held meanwhile."""
    kinds: dict[str, ServerKind] = {"coop.test": kind, "village.test": ProsodyServer}
    with federation_of(kinds, limits=limits) as (coop, village):
        account = coop.register("coop")
        accounts = [village.register(f"member{number}") for number in range(MEMBERS)]
        async with home_assistant() as hass:
            entry, idle_mb = await idle_entry(hass, account)
            yield entry, hass, accounts, idle_mb


@asynccontextmanager
async def collecting(
    hass: HomeAssistant, entry: MockConfigEntry, accounts: Sequence[Account]
) -> AsyncIterator[tuple[Crowd, float, int]]:
    """Yield the members once all have come, the seconds that took, and what the organiser sent."""
    subentry = ConfigSubentry(
        data=MappingProxyType(dict(half_hours())),
        subentry_type="friend",
        title=TITLE,
        unique_id=None,
    )
    hass.config_entries.async_add_subentry(entry, subentry)
    assert await hass.config_entries.async_setup(entry.entry_id)
    account: Running = entry.runtime_data
    await until(lambda: account.session.is_online, "the organiser is online")
    sent = count_sent(account.session)
    async with Crowd(accounts, account[Collections].link(subentry)) as crowd:
        began = time.monotonic()
        await crowd.order("come")
        await until(lambda: is_whole(entry), "each first value", within=PATIENCE_S)
        yield crowd, time.monotonic() - began, sent()
    await hass.config_entries.async_unload(entry.entry_id)


def is_whole(entry: MockConfigEntry) -> bool:
    """Return whether each series has a value, and nothing is still to be asked."""
    series = entry.runtime_data[Following].all_series()
    return len(series) == MEMBERS * SERIES_EACH and all(
        one.status is Status.RECEIVING and not one.is_asking for one in reversed(series)
    )


def received(entry: MockConfigEntry) -> int:
    """Return how many readings have come."""
    return sum(series.received for series in entry.runtime_data[Following].all_series())


async def come(report: Report, name: str, kind: ServerKind) -> None:
    """Measure how long all take to come, at a server with Debian's limits."""
    async with (
        organiser(kind, limits=True) as (entry, hass, accounts, _idle_mb),
        collecting(hass, entry, accounts) as (_crowd, seconds, sent),
    ):
        report.add(f"collection.{name}.minutes", seconds / 60, "min", "<=5")
        report.add(f"collection.{name}.sent_each", sent / MEMBERS, "B")


async def play(report: Report) -> None:
    """Play half-hours of all series without limits, and measure what they cost the organiser."""
    async with (
        organiser(ProsodyServer, limits=False) as (entry, hass, accounts, idle_mb),
        collecting(hass, entry, accounts) as (crowd, seconds, _sent),
    ):
        report.add("collection.unlimited.minutes", seconds / 60, "min")
        report.add("collection.memory", resident_mb() - idle_mb, "MB", "<=60")
        worked, item_bytes, repeat_bytes = time.process_time(), 0, 0
        for _ in range(PLAYED):
            wanted = received(entry) + MEMBERS * SERIES_EACH
            item_bytes = await crowd.order("next")
            for _ in range(REPEATS):
                repeat_bytes = await crowd.order("repeat")
            await until(lambda wanted=wanted: received(entry) >= wanted, "each half-hour", 600)  # type: ignore[misc]
        worked = time.process_time() - worked
        report.add("collection.core", 100 * worked / (PLAYED * HALF_HOUR_S), "%", "<=2")
        day = await crowd.order("day")
        each = (ITEMS_A_DAY * item_bytes + REPEATS_A_DAY * repeat_bytes + day) / MEMBERS
        report.add("collection.member.day", each / 1000, "kB")


PARTS: dict[str, Callable[[Report], Coroutine[Any, Any, None]]] = {
    "many": play,
    "prosody": partial(come, name="prosody", kind=ProsodyServer),
    "ejabberd": partial(come, name="ejabberd", kind=EjabberdServer),
}


def main() -> None:
    logging.disable(logging.ERROR)
    report = Report()
    for name in sys.argv[1:] or PARTS:
        asyncio.run(PARTS[name](report))
    report.exit()


if __name__ == "__main__":
    main()
