"""A cable breaks as it is told: what the fault tests stand on."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from testbed.cable import Cable, Way
from testbed.waiting import until


@pytest.fixture
def heard() -> list[bytes]:
    """Return the lines that the server has heard."""
    return []


@pytest.fixture
async def cable(heard: list[bytes]) -> AsyncIterator[Cable]:
    """Return a cable to a server that answers each line with itself."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            heard.append(line)
            writer.write(line)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with Cable(server.sockets[0].getsockname()[1]) as cable:
        yield cable
    server.close()


type Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def dial(cable: Cable) -> Connection:
    return await asyncio.open_connection("127.0.0.1", cable.port)


async def ask(connection: Connection, line: bytes) -> bytes:
    reader, writer = connection
    writer.write(line)
    async with asyncio.timeout(30):
        return await reader.readline()


async def test_an_intact_cable_carries_both_ways(cable: Cable) -> None:
    assert await ask(await dial(cable), b"one\n") == b"one\n"


async def test_a_cut_resets_connections_and_refuses_new_ones_until_mended(cable: Cable) -> None:
    connection = await dial(cable)
    assert await ask(connection, b"one\n") == b"one\n"
    cable.cut()
    with pytest.raises(ConnectionError):
        await ask(connection, b"two\n")
    reader, _ = await dial(cable)
    with pytest.raises(ConnectionError):
        await reader.readexactly(1)
    cable.mend()
    assert await ask(await dial(cable), b"three\n") == b"three\n"


@pytest.mark.parametrize("way", Way)
async def test_what_vanishes_is_told_to_nobody_until_mended(
    cable: Cable, heard: list[bytes], way: Way
) -> None:
    lossy, quiet = await dial(cable), await dial(cable)
    assert await ask(quiet, b"quiet\n") == b"quiet\n"
    assert await ask(lossy, b"one\n") == b"one\n"
    cable.swallow(way)
    reader, writer = lossy
    writer.write(b"two\n")
    await until(lambda: cable.swallowed, "something vanishes")
    assert (b"two\n" in heard) == (way is Way.BACK)
    assert not reader.at_eof()
    cable.mend()
    with pytest.raises(ConnectionError):
        await ask(lossy, b"three\n")
    assert await ask(quiet, b"still\n") == b"still\n"


async def test_a_cable_that_leads_nowhere_refuses() -> None:
    async with Cable() as cable:
        reader, _ = await dial(cable)
        with pytest.raises(ConnectionError):
            await reader.readexactly(1)
