"""A serial port lent over the network (RFC 2217): enough of it for a client that listens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from testbed.tic_meter import Transmitter

IAC, SB, SE = 255, 250, 240
WILL, DO = 251, 253
COM_PORT_OPTION = 44
SET_BAUDRATE = 1
ANSWER = 100
"""What an answer's number is above its command's."""


class Lent:
    """The port: what its client has set, and who listens."""

    def __init__(self, speed: int) -> None:
        self.speed = speed
        """Bauds of the meter; at any other, its client hears noise."""
        self.settings: dict[int, int] = {}
        """What the client has set, by number of the command."""
        self.listeners: list[asyncio.StreamWriter] = []

    def write(self, data: bytes) -> None:
        if self.settings.get(SET_BAUDRATE) != self.speed:
            data = bytes(byte ^ 0x55 for byte in data)
        for listener in self.listeners:
            listener.write(data.replace(b"\xff", b"\xff\xff"))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Agree to every option, confirm every setting."""
        with suppress(OSError, asyncio.IncompleteReadError):
            while True:
                if (await reader.readexactly(1))[0] != IAC:
                    continue
                command, option = await reader.readexactly(2)
                if command == SB:
                    number, *value = (await reader.readuntil(bytes([IAC, SE])))[:-2]
                    self.settings[number] = int.from_bytes(bytes(value))
                    answer = [IAC, SB, COM_PORT_OPTION, number + ANSWER, *value, IAC, SE]
                    writer.write(bytes(answer))
                    if writer not in self.listeners:
                        self.listeners.append(writer)
                else:
                    writer.write(bytes([IAC, DO if command == WILL else WILL, option]))
        if writer in self.listeners:
            self.listeners.remove(writer)
        writer.close()


@asynccontextmanager
async def lend(transmitter: Transmitter, speed: int) -> AsyncIterator[tuple[str, Lent]]:
    """Lend the meter's line; yield its `rfc2217://` URL and what the client makes of it."""
    port = Lent(speed)
    server = await asyncio.start_server(port.serve, "127.0.0.1", 0)
    speaking = asyncio.create_task(transmitter.run(port.write))
    try:
        yield f"rfc2217://127.0.0.1:{server.sockets[0].getsockname()[1]}", port
    finally:
        speaking.cancel()
        with suppress(asyncio.CancelledError):
            await speaking
        server.close()
        for listener in port.listeners:
            listener.close()
