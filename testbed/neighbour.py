"""A home that is a plain client of its server: it publishes two series to one friend.

Nine Home Assistants would be too many for one machine. A neighbour says what a home with a meter
and an entry of its own would say, in the words of the protocol, and acknowledges its grants.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
import time
import uuid

from homeassistant.core import State

from custom_components.sen1.federation.publish.pubsub_node import ensure_node, set_receivers
from custom_components.sen1.federation.states import told_of
from custom_components.sen1.federation.xmpp.events import Event, GrantMessage, Online
from custom_components.sen1.protocol.errors import RequestFailed
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
from custom_components.sen1.protocol.stanzas import (
    SEN1,
    grant_from_element,
    grant_seen_to_element,
    grant_to_element,
    item_to_element,
)
from custom_components.sen1.protocol.terms import Terms

from .habitual import HabitualHousehold
from .household import FRIDGE, PARIS
from .registers import apparent
from .session import session_of
from .waiting import until
from .xmpp import Account
from .years import Habits, total_of_year

GRANTED_S = 365 * 86400
PACE_S = 10
"""Seconds from one power to the next: eight homes that speak each second would be a crowd."""
REPEATED_S = 600
"""Seconds after which what did not change is said again (docs/protocol.md)."""


CALLED = {
    "home.consumption": "Consommation du logement",
    "home.per_area": "Consommation au mètre carré",
}
"""What a neighbour in French calls its series, by its key."""


@dataclass(frozen=True)
class Said:
    """One series of a neighbour."""

    publication: PublicationId
    description: Description
    value: Callable[[], int]


class Neighbour:
    """A home of the association."""

    def __init__(self, account: Account, habits: Habits, friend: str, seed: int) -> None:
        """Make one that is not connected; `friend` is the address of who follows it."""
        self.account = account
        self.habits = habits
        now = datetime.now(PARIS)
        self.household = HabitualHousehold(seed, habits, begin=now, appliances=FRIDGE)
        self.power = _series("home.consumption", "VA", "apparent_power", self._power)
        self.by_area = _series("home.per_area", "kWh/m²", None, self._by_area)
        self._friend = BareJid(friend)
        self._is_ready = False
        """Whether the nodes are there."""
        self._last: dict[PublicationId, tuple[int, float, ItemId]] = {}
        """By publication: what was said last, when, in which item."""
        self._session = session_of(account, self._take, title=habits.name)

    def _power(self) -> int:
        return apparent(self.household.watts(self.household.now()))

    def _by_area(self) -> int:
        year = datetime.now(PARIS).year
        return int(total_of_year(self.habits, year) / 1000 / self.habits.floor_area)

    async def run(self) -> None:
        """Publish until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._session.run())
            await until(lambda: self._session.is_online, f"{self.habits.name} is online", within=60)
            for said in (self.power, self.by_area):
                node = node_of(said.publication)
                await ensure_node(self._session.pubsub, node)
                await set_receivers(self._session.pubsub, node, [self._friend])
                await self._say(said)
            self._is_ready = True
            self._tell_grants()
            while True:
                await asyncio.sleep(PACE_S)
                with suppress(RequestFailed):
                    for said in (self.power, self.by_area):
                        await self._say(said)

    async def _say(self, said: Said) -> None:
        """Publish what a series comes to, if that is news or was said long ago."""
        value, now = said.value(), round(time.time(), 3)
        last, at, after = self._last.get(said.publication, (None, 0.0, None))
        if value == last and now < at + REPEATED_S:
            return
        item_id = ItemId(stamp(now))
        told = value if said.description.unit else str(value)
        item = Item(said.publication, item_id, after, 1, (Reading(now, told),))
        payload = item_to_element(item, said.description, described=True)
        await self._session.pubsub.publish(node_of(said.publication), item_id, payload)
        self._last[said.publication] = value, now, item_id

    def _take(self, event: Event) -> None:
        match event:
            case Online(resumed=False):
                self._session.announce()
            case GrantMessage(sender, element) if element.tag == SEN1 + "grant":
                # Who grants us something knows us, and hears what we grant.
                self._session.tell(sender, grant_seen_to_element(grant_from_element(element).seen))
                self._tell_grants()

    def _tell_grants(self) -> None:
        """Tell the friend what it may follow, once it knows this home."""
        if self._is_ready:
            for said in (self.power, self.by_area):
                self._session.tell(self._friend, grant_to_element(_grant(said)))


@asynccontextmanager
async def neighbourhood(neighbours: list[Neighbour]) -> AsyncIterator[None]:
    """Let neighbours run."""
    tasks = [asyncio.create_task(neighbour.run()) for neighbour in neighbours]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _series(called: str, unit: str, device_class: str | None, value: Callable[[], int]) -> Said:
    attributes = {"unit_of_measurement": unit, "device_class": device_class}
    told = told_of(State("sensor.said", "1", attributes))
    publication = PublicationId(str(uuid.uuid4()))
    name = f"urn:uuid:{publication}_consumption/{told.measurement['quantity']}/{told.kind}/live"
    measurement = {**told.measurement, "direction": "consumption"}
    return Said(
        publication,
        Description(
            name,
            CALLED[called],
            told.unit,
            measurement,
            Granularity.LIVE,
            1,
            called=called,
        ),
        value,
    )


def _grant(said: Said) -> Grant:
    now = time.time()
    return Grant(
        said.publication,
        GrantState.ACTIVE,
        Terms(now + GRANTED_S, "ranking" if said.description.unit is None else "display"),
        begin=now,
        node=node_of(said.publication),
        description=said.description,
        said=now,
    )
