"""A circle of hundreds: all come, receive and are dropped, at the price of one publication.

The house is at a Prosody: at an ejabberd of Debian it would take hours.

`SEN1_MEMBERS=300` makes it as large as a cooperative; `-rP` shows what it took.
"""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
import os
import time
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

from custom_components.sen1.federation.config import publication_data
from custom_components.sen1.federation.friends import Friends
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.relations.circles import Circles
from custom_components.sen1.protocol.model import GrantState, node_of
from custom_components.sen1.protocol.stanzas import (
    SEN1,
    grant_from_element,
    grant_seen_to_element,
    item_from_element,
)
from testbed.client import connect, tell
from testbed.session import count_sent
from testbed.xmpp import Account, XmppServer
from tests.conftest import Servers

from ..conftest import Home, until
from ..test_attacks import SECRET
from .test_circles import add_circle, change_members, user_of

type Meter = Callable[[object], None]

MEMBERS = int(os.environ.get("SEN1_MEMBERS", "12"))

PATIENCE = 60 + 10 * MEMBERS
"""Seconds for what all of them do."""

A_MEMBER = 4_000
"""Bytes the house may send for each who comes or goes: a grant and some short requests."""

A_READING = 3_000
"""Bytes of a reading and what goes on beside it, for however many."""


@pytest.fixture(scope="module")
def servers(limited_servers: Servers) -> Servers:
    """Return servers with Debian's limits of rate."""
    return limited_servers


class Member:
    """A plain client that does what an installation does: asks, acknowledges, follows."""

    def __init__(self, client: Any, house: str) -> None:
        self._client = client
        self._house = house
        self._description: Any = None
        self.states: list[GrantState] = []
        """What it was told of its grant."""
        self.values: list[Any] = []
        self.seen: list[str] = []
        """The full addresses of the house that it saw come."""
        client.add_event_handler("got_online", self._see)
        for path, take in (
            (SEN1 + "grant", self._take_grant),
            ("{http://jabber.org/protocol/pubsub#event}event", self._take_event),
        ):
            matcher = MatchXPath("{jabber:client}message/" + path)
            client.register_handler(Callback(path, matcher, take))

    @property
    def jid(self) -> str:
        return str(self._client.boundjid.bare)

    def come(self) -> None:
        """Ask to be a friend."""
        self._client.send_presence(pto=self._house, ptype="subscribe")

    async def show_to_its_server(self) -> None:
        """Return once the member's server knows what the house can do, for all its members.

        It asks for that at each presence of which it does not know it (XEP-0115): of members who
        come at once up to three times each, as many as came before the first answer. Ours to a
        ping follows that answer.
        """
        await until(lambda: self.seen)
        await self._client.plugin["xep_0199"].send_ping(self.seen[0])

    def leave(self) -> None:
        """Be a friend no more."""
        self._client.del_roster_item(self._house)

    def _see(self, presence: Any) -> None:
        if presence["from"].bare == self._house:
            self.seen.append(presence["from"].full)

    def _take_grant(self, message: Any) -> None:
        grant = grant_from_element(message.xml.find(SEN1 + "grant"))
        self.states.append(grant.state)
        tell(self._client, self._house, grant_seen_to_element(grant.seen))
        if grant.state is GrantState.ACTIVE:
            self._description = grant.description
            self._client.plugin["xep_0060"].subscribe(self._house, grant.node, timeout=60)

    def _take_event(self, message: Any) -> None:
        for element in message.xml.iter("{http://jabber.org/protocol/pubsub#event}item"):
            payload: Element = element[0]
            item = item_from_element(
                element.get("id", ""), payload, self._description, now=time.time()
            )
            self.values += [reading.value for reading in item.readings]


class Meanwhile:
    """What the house sent since the last look, and how long that is ago."""

    def __init__(self, house: Home) -> None:
        self._sent = count_sent(house.runtime.session)
        self._before, self._began = 0, time.monotonic()

    def look(self, what: str) -> int:
        sent, seconds = self._sent() - self._before, time.monotonic() - self._began
        print(f"{what}: {seconds:.1f} s, {sent} B sent, {sent / seconds:.0f} B/s")
        self._before, self._began = self._sent(), time.monotonic()
        return sent


async def all_have(members: Sequence[Member], value: object) -> None:
    await until(lambda: all(value in member.values for member in members), PATIENCE)


@pytest.mark.timeout(8 * PATIENCE)
@pytest.mark.parametrize(
    "server_pair",
    [
        pytest.param(("maison", "coop"), id="Prosody-Prosody"),
        pytest.param(("maison", "village"), id="Prosody-ejabberd"),
    ],
    indirect=True,
)
async def test_a_whole_cooperative_comes_receives_and_those_who_leave_are_dropped(
    house: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    publication = await house.publish("sensor.meter")
    node = house.runtime[Publishing].publications[publication_data(publication)["publication"]]
    async with AsyncExitStack() as clients:
        members = []
        for _ in range(MEMBERS):
            client = await clients.enter_async_context(connect(accounts(server_pair[1], "home")))
            members.append(Member(client, house.account.jid))
        meanwhile = Meanwhile(house)
        pasted = "\n".join(member.jid for member in members)
        circle = await add_circle(house, "list", publication, who=pasted)
        members[0].come()
        await members[0].show_to_its_server()
        for member in members[1:]:
            member.come()
        await all_have(members, 640)
        await until(lambda: len(node.receivers) == MEMBERS)
        told = house.runtime.store.content["told"]
        await until(lambda: all(told[m.jid][node.id]["revision"] for m in members), PATIENCE)
        assert not house.runtime[Friends].requests, "nobody is asked whether to accept"
        assert meanwhile.look(f"{MEMBERS} came") < A_MEMBER * MEMBERS

        meter(700)
        await all_have(members, 700)
        assert meanwhile.look("a reading") < A_READING

        # A third leave, a third are taken off the list.
        left, taken_off, stay = (members[part::3] for part in range(3))
        for member in left:
            member.leave()
        await until(
            lambda: not {m.jid for m in left} & house.runtime[Circles].joined.keys(), PATIENCE
        )
        shown = await change_members(house, circle, who="\n".join(m.jid for m in stay))
        assert f"**{len(stay) + len(taken_off)}**" in shown["joined"]
        gone = {m.jid for m in (*left, *taken_off)}
        await until(lambda: not house.runtime.store.content["chores"], PATIENCE)
        await until(lambda: node.receivers == {m.jid for m in stay}, PATIENCE)
        await until(lambda: all(m.states[-1] == "withdrawn" for m in taken_off), PATIENCE)
        assert meanwhile.look(f"{len(gone)} went") < A_MEMBER * len(gone)

        meter(SECRET)
        await all_have(stay, float(SECRET))
        assert meanwhile.look("a reading") < A_READING
        for member in (*left, *taken_off):
            # The answer comes after all that the server had to deliver.
            await member._client.plugin["xep_0199"].send_ping(house.account.jid)
            assert float(SECRET) not in member.values
        kept = server_pair[0].nodes(user_of(house))[node_of(node.id)]
        at_server = {jid for jid, what in kept.affiliations.items() if what == "member"}
        assert at_server == {m.jid for m in stay}
        await until(lambda: not gone & server_pair[0].roster(user_of(house)).keys(), PATIENCE)
