"""Power cuts of a house and of its server: every reading that counts reaches its friends.

A reading counts once the house's recorder has committed it. The cooperative's entities show the
newest; that none in between is missing is told by a witness, a second friend that keeps every
item it is notified of and asks for the items it missed, as the protocol says.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import datetime
import os
from pathlib import Path
import random
import sqlite3
import sys
from typing import Any
from xml.etree.ElementTree import Element

import pytest

from custom_components.sen1.federation.errors import RequestFailed
from custom_components.sen1.federation.model import BareJid, PublicationId, node_of
from custom_components.sen1.federation.session import (
    FriendRequest,
    GrantMessage,
    Notification,
    Online,
)
from custom_components.sen1.federation.wire import SEN1, SENML
from custom_components.sen1.senml import from_element
from testbed.demo import rows_of
from testbed.home import Home
from testbed.home_assistant import HomeAssistant
from testbed.household import PARIS, Household
from testbed.tic_groups import Kind
from testbed.tic_meter import TicMeter, serve_socket
from testbed.waiting import until
from testbed.xmpp import Account, ProsodyServer, federation
from tests.federation.test_session import Link, running

KILLS = int(os.environ.get("SEN1_KILLS", "3"))
"""How often the house loses its power."""

SERVER_KILLS = 4

type Readings = dict[tuple[str, float], float]
"""By publication's node and time."""


class Witness:
    """A friend that keeps every number of every item."""

    name = "Witness"

    def __init__(self, account: Account, publisher: str) -> None:
        self.account = account
        self.readings: Readings = {}
        self.conflicts = 0
        """Readings of one time that were told with two values."""
        self._publisher = BareJid(publisher)
        self._items: dict[str, set[str]] = {}

    async def follow(self, link: Link) -> None:
        """Follow for ever."""
        while True:
            match await link.events.get():
                case Online():
                    link.session.announce()
                    for node in self._items:
                        await self._fetch(link, node)
                case FriendRequest(sender):
                    link.session.befriend(sender)
                case GrantMessage(_, element) if element.get("node"):
                    await self._fetch(link, element.get("node", ""))
                case Notification(_, node, items):
                    for item in items:
                        if not self._take(node, item):
                            await self._fetch(link, node)

    async def _fetch(self, link: Link, node: str) -> None:
        self._items.setdefault(node, set())
        try:
            await link.session.subscribe(self._publisher, node)
            for item in await link.session.items(self._publisher, node):
                self._take(node, item)
        except RequestFailed:
            # The next item names one that is not known, and is the next occasion.
            return

    def _take(self, node: str, item: Element) -> bool:
        """Keep what an item says; return whether the one before it is known."""
        known = self._items.setdefault(node, set())
        for pack in item.iter(SENML + "sensml"):
            for record in from_element(pack) if len(pack) else ():
                if record.value is None:
                    continue
                at = (node, round(record.time, 3))
                self.conflicts += self.readings.setdefault(at, record.value) != record.value
        after = next((mark.get("after") for mark in item.iter(SEN1 + "publication")), None)
        is_complete = after is None or after in known or item.get("id") in known
        known.add(item.get("id", ""))
        return is_complete


def committed(house: Home, since: float) -> Readings:
    """Return the numbers that the house's recorder has committed."""
    nodes = {
        series.entity_id: node_of(PublicationId(series.publication))
        for series in house.series.values()
    }
    database = house.home_assistant.folder / "home-assistant_v2.db"
    return {
        (nodes[entity_id], round(changed, 3)): value
        for entity_id, state, changed in rows_in(database)
        if entity_id in nodes and changed > since and (value := number(state)) is not None
    }


def rows_in(database: Path) -> Iterator[tuple[str, str, float]]:
    """Return entity, state and time of each change in a recorder's file."""
    query = (
        "SELECT states_meta.entity_id, state, last_updated_ts"
        " FROM states JOIN states_meta USING (metadata_id)"
        " WHERE last_changed_ts IS NULL OR last_changed_ts = last_updated_ts"
    )
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        yield from connection.execute(query).fetchall()


def number(state: str) -> float | None:
    """Return a state as a number, if it is one."""
    try:
        return float(state)
    except (TypeError, ValueError):
        return None


class Exchange:
    """A house with a meter, a cooperative that follows it, and the witness."""

    def __init__(
        self, servers: tuple[ProsodyServer, ...], house: Home, cooperative: Home, witness: Witness
    ) -> None:
        self.servers = servers
        self.house = house
        self.cooperative = cooperative
        self.witness = witness
        self.since = 0.0

    async def check_nothing_is_missing(self) -> None:
        """Wait until the witness has all that is committed by now."""
        counted = committed(self.house, self.since)

        def missing() -> set[Any]:
            return counted.keys() - self.witness.readings.keys()

        try:
            await until(lambda: not missing(), "all that counts arrived", within=120)
        except TimeoutError:
            pytest.fail(f"{len(missing())} of {len(counted)} missing: {sorted(missing())[:5]}")
        wrong = [at for at in counted if self.witness.readings[at] != counted[at]]
        assert not wrong
        assert self.witness.conflicts == 0


@asynccontextmanager
async def exchange() -> AsyncIterator[Exchange]:
    """Run the three."""
    midday = datetime.now(PARIS).replace(hour=12, minute=30)
    meter = TicMeter(Kind.HISTORIC_HC, Household(seed=3, begin=midday))
    async with AsyncExitStack() as stack:
        servers = stack.enter_context(federation("maison.test", "coop.test"))
        instances = [HomeAssistant("Maison"), HomeAssistant("Coop")]
        for instance in instances:
            stack.push_async_exit(instance)
        await asyncio.gather(*(instance.start() for instance in instances))
        house = Home(instances[0], servers[0], "maison", meter, direction="consumption")
        coop = Home(instances[1], servers[1], "coop", meter, direction="none")
        witness = Witness(servers[1].register("witness"), house.account.jid)
        await house.add_meter(await stack.enter_async_context(serve_socket(meter)))
        await asyncio.gather(house.add_account(), coop.add_account())
        await house.publish_meter()
        link = await stack.enter_async_context(running(witness.account))
        task = asyncio.create_task(witness.follow(link))
        stack.callback(task.cancel)
        for friend in (coop, witness):
            await house.grant(friend, house.series)  # type: ignore[arg-type]
        await coop.grant(house, ())
        all_told = Exchange(servers, house, coop, witness)
        nodes = {node_of(PublicationId(s.publication)) for s in house.series.values()}
        await until(lambda: witness._items.keys() >= nodes, "the witness follows all", within=60)
        # A registry is written ten seconds late: a cut before would take the meter's entities away.
        registry = instances[0].folder / ".storage" / "core.entity_registry"
        await until(
            lambda: (
                registry.exists()
                and all(s.entity_id in registry.read_text() for s in house.series.values())
            ),
            "the entities are on the disk",
        )
        all_told.since = datetime.now(PARIS).timestamp()
        yield all_told


@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.version_info < (3, 14), reason="long: run once, on the newest version")
async def test_what_was_committed_arrives_after_power_cuts_of_house_and_servers() -> None:
    chance = random.Random(20261124)
    async with exchange() as all_told:
        house = all_told.house.home_assistant
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(1, 4))
            await house.kill()
            await house.start()
        await all_told.check_nothing_is_missing()

        for _ in range(SERVER_KILLS):
            server = chance.choice(all_told.servers)
            await asyncio.to_thread(server.kill)
            await asyncio.sleep(chance.uniform(0.5, 4))
            await asyncio.to_thread(server.start)
            await asyncio.sleep(chance.uniform(0.5, 4))
        await all_told.check_nothing_is_missing()

        assert isinstance(all_told.house.meter, TicMeter)
        all_told.house.meter.household.freeze()
        rows = await rows_of(all_told.house, all_told.cooperative)
        await until(lambda: all(row.agrees for row in rows), "the meter's index", within=120)
        await all_told.check_nothing_is_missing()
