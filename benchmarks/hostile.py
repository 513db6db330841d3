"""Hostile: what those who want harm cost an organiser, beside as many bytes that nobody reads.

The organiser is a Home Assistant with a collection; a stranger with its link and a friend are plain
clients in a process of their own, over two Prosodys that throttle nobody. Each goes its ways for a
while, one after the other as its seed decides. The floor is the same client, which then sends as
many bytes as fast as it can in messages that say nothing to us: what the XML alone costs.

`held` is the longest time in which the event loop did nothing else; `cpu` is the processor time of
the organiser for each megabyte that came.
"""

import asyncio
import logging
import multiprocessing
from multiprocessing.connection import Connection
import time
from types import MappingProxyType

from homeassistant.config_entries import ConfigSubentryData

from benchmarks.federation import account_entry, friend
from benchmarks.load import home_assistant
from benchmarks.report import Report
from custom_components.sen1.federation.organising.collections import Collections
from custom_components.sen1.protocol.links import find_link
from testbed.collection import TITLE, half_hours
from testbed.hostile_collecting import HostileMember
from testbed.hostile_friend import FILLING, Hostile, HostileFriend
from testbed.raw_client import RawClient, raw_client
from testbed.waiting import until
from testbed.xmpp import Account, ProsodyServer, federation_of

HARM_S = 20
BEAT_S = 0.005
MB = 1e6


class Beat:
    """The event loop's own beat, and the processor time of the process."""

    async def __aenter__(self) -> Beat:
        self.held_s = 0.0
        self._worked = time.process_time()
        self._task = asyncio.create_task(self._beat())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        self.worked_s = time.process_time() - self._worked

    async def _beat(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(BEAT_S)
            self.held_s = max(self.held_s, time.perf_counter() - began - BEAT_S)


# Who wants harm, in a process of its own


def be_hostile(role: str, account: Account, victim: str, link: str, pipe: Connection) -> None:
    """Do harm when told to, then send as much that says nothing; answer each with the bytes."""
    logging.disable(logging.ERROR)
    asyncio.run(_be_hostile(role, account, victim, link, pipe))


async def _be_hostile(
    role: str, account: Account, victim: str, link: str, pipe: Connection
) -> None:
    async with raw_client(account) as client:
        hostile = await _ready(role, client, victim, link)
        sent, send = 0, client.send

        def count(xml: str) -> None:
            nonlocal sent
            sent += len(xml.encode())
            send(xml)

        client.send = count  # type: ignore[method-assign]
        pipe.send(0)
        await asyncio.to_thread(pipe.recv)
        try:
            async with asyncio.timeout(HARM_S):
                await hostile.run()
        except TimeoutError:
            await client.handled()
        pipe.send(sent)
        await asyncio.to_thread(pipe.recv)
        for _ in range(sent // FILLING):
            hostile.tell(f"<x xmlns='y'>{' ' * FILLING}</x>")
            await client.handled()
        pipe.send(sent)


async def _ready(role: str, client: RawClient, victim: str, link: str) -> Hostile:
    if role == "friend":
        friendly = HostileFriend(client, victim)
        await friendly.befriend()
        return friendly
    member = HostileMember(client, victim, find_link(link, time.time()))
    await member.begin()
    return member


async def measure(role: str, report: Report) -> None:
    """Print what one who wants harm costs, and the floor."""
    with federation_of({"coop.test": ProsodyServer, "away.test": ProsodyServer}, limits=False) as (
        coop,
        away,
    ):
        async with home_assistant() as hass:
            account = away.register(role)
            collection = ConfigSubentryData(
                data=MappingProxyType(dict(half_hours())),
                subentry_type="friend",
                title=TITLE,
                unique_id=None,
            )
            entry = account_entry(
                coop.register("coop"), collection, *([friend(account)] * (role == "friend"))
            )
            entry.add_to_hass(hass)
            assert await hass.config_entries.async_setup(entry.entry_id)
            runtime = entry.runtime_data
            await until(lambda: runtime.session.is_online, "the organiser is online")
            subentry = next(one for one in entry.subentries.values() if one.title == TITLE)
            ours, theirs = multiprocessing.get_context("spawn").Pipe()
            process = multiprocessing.get_context("spawn").Process(
                target=be_hostile,
                args=(
                    role,
                    account,
                    entry.data["jid"],
                    runtime[Collections].link(subentry),
                    theirs,
                ),
            )
            process.start()
            await asyncio.to_thread(ours.recv)
            harm = await beside(ours)
            floor = await beside(ours)
            process.join()
            for name, (held_ms, cpu_ms) in (("harm", harm), ("floor", floor)):
                report.add(f"hostile.{role}.{name}.cpu", cpu_ms, "ms/MB")
                report.add(f"hostile.{role}.{name}.held", held_ms, "ms", "<=500")
            report.add(f"hostile.{role}.cpu", harm[1] / floor[1], "ratio", "<=20")
            await hass.config_entries.async_unload(entry.entry_id)


async def beside(pipe: Connection) -> tuple[float, float]:
    """Return how long the loop was held, and what each megabyte cost, in milliseconds."""
    async with Beat() as beat:
        pipe.send(True)
        sent = await asyncio.to_thread(pipe.recv)
    return 1000 * beat.held_s, 1000 * beat.worked_s / (sent / MB)


def main() -> None:
    logging.disable(logging.ERROR)
    report = Report()
    for role in ("stranger", "friend"):
        asyncio.run(measure(role, report))
    report.exit()


if __name__ == "__main__":
    main()
