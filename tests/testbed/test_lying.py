"""The server that lies does so, or what is shown with it shows nothing."""

import asyncio
from collections.abc import Iterator
from xml.etree.ElementTree import Element, tostring

import pytest
import pytest_socket

from testbed.lying import LyingServer
from testbed.raw_client import RawClient, raw_client
from testbed.xmpp import ProsodyServer, federation_of

PUBSUB = "http://jabber.org/protocol/pubsub"


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[LyingServer, ProsodyServer]]:
    """Run a server that lies and one that does not."""
    pytest_socket.enable_socket()
    with federation_of({"maison.test": LyingServer, "coop.test": ProsodyServer}) as (liar, honest):
        assert isinstance(liar, LyingServer)
        assert isinstance(honest, ProsodyServer)
        yield liar, honest


@pytest.fixture
def liar(pair: tuple[LyingServer, ProsodyServer]) -> Iterator[LyingServer]:
    """Return a server that was not told to lie yet."""
    yield pair[0]
    pair[0].be_honest()


def bodies(client: RawClient) -> asyncio.Queue[str]:
    """Return where the texts of a client's messages come."""
    queue: asyncio.Queue[str] = asyncio.Queue()

    def take(stanza: Element) -> None:
        if (body := stanza.findtext("{jabber:client}body")) is not None:
            queue.put_nowait(f"{(stanza.get('from') or '').partition('/')[0]}: {body}")

    client.on_stanza = take
    client.send("<presence/>")
    return queue


def test_what_is_held_back_can_be_changed_and_told_again_and_again(
    liar: LyingServer, pair: tuple[LyingServer, ProsodyServer]
) -> None:
    alice, bob = liar.register("alice"), pair[1].register("bob")

    async def talk() -> None:
        async with raw_client(alice) as one, raw_client(bob) as other:
            heard = bodies(other)
            await other.handled()
            tell = f"<message to='{bob.jid}'><body>%s</body></message>"
            liar.hold("640", times=1)
            liar.copy("641")
            for text in ("640 VA", "641 VA", "640 VA"):
                one.send(tell % text)
            assert [await heard.get(), await heard.get()] == [
                f"{alice.jid}: 641 VA",
                f"{alice.jid}: 640 VA",
            ]
            held, copied = liar.caught()
            assert "640 VA" in held
            liar.make_up(held.replace("640", "999"))
            liar.make_up(copied)
            assert [await heard.get(), await heard.get()] == [
                f"{alice.jid}: 999 VA",
                f"{alice.jid}: 641 VA",
            ]

    asyncio.run(talk())


def test_what_passes_is_replaced_both_ways_and_comes_from_whom_it_says(
    liar: LyingServer, pair: tuple[LyingServer, ProsodyServer]
) -> None:
    carole, dave = liar.register("carole"), pair[1].register("dave")

    async def talk() -> None:
        async with raw_client(carole) as one, raw_client(dave) as other:
            heard, back = bodies(other), bodies(one)
            await one.handled()
            await other.handled()
            liar.replace("power", first="<body>", last="</body>", new="<body>none</body>")
            one.send(f"<message to='{dave.jid}'><body>power 1</body></message>")
            assert await heard.get() == f"{carole.jid}: none"
            other.send(f"<message to='{carole.jid}'><body>power 2</body></message>")
            assert await back.get() == f"{dave.jid}: none"
            liar.make_up(
                f"<message from='{dave.jid}' to='{carole.jid}'><body>never said</body></message>"
            )
            assert await back.get() == f"{dave.jid}: never said"

    asyncio.run(talk())


def test_an_item_is_lost_and_a_member_added_behind_its_owners_back(liar: LyingServer) -> None:
    erin = liar.register("erin")

    async def publish(client: RawClient, number: str) -> Element:
        item = f"<item id='{number}'><x xmlns='urn:example'/></item>"
        publish = f"<publish node='urn:example:node'>{item}</publish>"
        return await client.ask("set", erin.jid, f"<pubsub xmlns='{PUBSUB}'>{publish}</pubsub>")

    async def items(client: RawClient) -> str:
        asked = f"<pubsub xmlns='{PUBSUB}'><items node='urn:example:node'/></pubsub>"
        return tostring(await client.ask("get", erin.jid, asked), encoding="unicode")

    async def talk() -> None:
        async with raw_client(erin) as client:
            assert (await publish(client, "one")).get("type") == "result"
            liar.hold("<publish", way="in", times=1)
            assert (await publish(client, "two")).get("type") == "result"
            assert "one" in await items(client)
            assert "two" not in await items(client)
            liar.affiliate("erin", "urn:example:node", "mallory@coop.test", "member")
            assert liar.nodes("erin")["urn:example:node"].affiliations["mallory@coop.test"]

    asyncio.run(talk())
