"""A way between two programs that can break: both ways, one way, or without a word.

async with Cable() as cable:
    cable.leads_to = server.s2s_port
    ...  # connect to cable.port
    cable.cut()      # all connections are reset, new ones refused
    cable.swallow(Way.THERE)    # bytes to the server vanish, the connections stay
    cable.mend()
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from enum import Enum
import socket
import struct
from typing import Self

from .process import LOOPBACK, free_port


class Way(Enum):
    """A direction along the cable, as who dials sees it."""

    THERE = "there"
    BACK = "back"


class Cable:
    """A port of the loopback that leads to another, for any number of connections."""

    def __init__(self, leads_to: int | None = None) -> None:
        self.port = free_port()
        self.leads_to = leads_to
        """The port of the program that is reached; without one nobody is."""
        self.swallowed = 0
        """Bytes that vanished."""
        self._is_cut = False
        self._vanishing: set[Way] = set()
        self._connections: dict[asyncio.StreamWriter, asyncio.StreamWriter] = {}
        self._torn: set[asyncio.StreamWriter] = set()
        """Who dialled the connections that lost bytes: they are of no use any more."""
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._connect, LOOPBACK, self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close everything."""
        assert self._server is not None
        self._server.close()
        self._reset_all(self._connections)
        await self._server.wait_closed()

    def cut(self) -> None:
        """Reset all connections and refuse new ones, until mended."""
        self._is_cut = True
        self._reset_all(self._connections)

    def swallow(self, *ways: Way) -> None:
        """Let what is sent these ways vanish, and say nothing; what is sent the other goes on."""
        self._vanishing.update(ways)

    def mend(self) -> None:
        """Carry everything again; connections that lost bytes are found dead, and reset."""
        self._is_cut = False
        self._vanishing.clear()
        self._reset_all(self._torn)

    def _reset_all(self, dialled: Iterable[asyncio.StreamWriter]) -> None:
        for writer in list(dialled):
            _reset(writer)
            _reset(self._connections[writer])
        self._torn.clear()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self._is_cut or self.leads_to is None:
                raise ConnectionRefusedError
            far_reader, far_writer = await asyncio.open_connection(LOOPBACK, self.leads_to)
        except OSError:
            _reset(writer)
            return
        self._connections[writer] = far_writer
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._carry(reader, far_writer, Way.THERE, writer))
                tasks.create_task(self._carry(far_reader, writer, Way.BACK, writer))
        finally:
            del self._connections[writer]
            self._torn.discard(writer)
            writer.close()
            far_writer.close()

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        way: Way,
        dialled: asyncio.StreamWriter,
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if way in self._vanishing:
                    self.swallowed += len(data)
                    self._torn.add(dialled)
                    continue
                writer.write(data)
                await writer.drain()
        if way in self._vanishing:
            # That one end closed is not told either.
            self._torn.add(dialled)
            return
        with suppress(OSError):
            if writer.can_write_eof():
                writer.write_eof()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close a connection as no orderly program does: with a reset."""
    with suppress(OSError):
        writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
    writer.transport.abort()
