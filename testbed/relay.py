"""A relay for TCP before several servers that are one, as HAProxy in `mode tcp` is.

async with Relay([first.c2s_port, second.c2s_port]) as relay:
    ...  # connect to relay.port
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Self

from .process import LOOPBACK, free_port


class Relay:
    """A port of the loopback that leads to the one of several that has the fewest connections.

    Who is dead is passed over; a connection ends for who dialled when its server does.
    """

    def __init__(self, leads_to: Sequence[int], *, says_who: bool = False) -> None:
        """`says_who` tells the servers first who dialled, as `send-proxy` does."""
        self.port = free_port()
        self._says_who = says_who
        self._connections = Counter(dict.fromkeys(leads_to, 0))
        self.carried = 0
        """Bytes that went to the servers."""
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._connect, LOOPBACK, self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close everything."""
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        await self._server.wait_closed()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (far := await self._dial()) is None:
            writer.transport.abort()
            return
        port, far_reader, far_writer = far
        if self._says_who:
            (host, dialled_from), (_, here) = map(writer.get_extra_info, ("peername", "sockname"))
            far_writer.write(f"PROXY TCP4 {host} {LOOPBACK} {dialled_from} {here}\r\n".encode())
        self._connections[port] += 1
        self._open |= {writer, far_writer}
        try:
            ways = [
                asyncio.create_task(self._carry(reader, far_writer, is_counted=True)),
                asyncio.create_task(self._carry(far_reader, writer, is_counted=False)),
            ]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await asyncio.wait(ways)
        finally:
            self._connections[port] -= 1
            self._open -= {writer, far_writer}
            writer.close()
            far_writer.close()

    async def _dial(self) -> tuple[int, asyncio.StreamReader, asyncio.StreamWriter] | None:
        """Return the port of a server that lives and a connection to it, if one does."""
        for port, _ in reversed(self._connections.most_common()):
            with suppress(OSError):
                return port, *await asyncio.open_connection(LOOPBACK, port)
        return None

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_counted: bool
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                self.carried += len(data) * is_counted
                writer.write(data)
                await writer.drain()
