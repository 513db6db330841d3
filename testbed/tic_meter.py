"""Meters on a line: simulated ones that know their truth, and recordings played again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
import fcntl
import os
from pathlib import Path
import re
import sys
import termios
import time
import tty

from testbed.household import Household
from testbed.registers import Registers
from testbed.tic_groups import OUTPUTS, Kind, Row

STX, ETX = b"\x02", b"\x03"
FRAME_GAP_S = 0.025
"""Silence between frames; Enedis allows 16.7 to 33.4 ms."""

TICK_S = 0.008
"""Bytes are handed on by so much line time: one character at 1200 baud, seven at 9600."""

LATE_S = 1
"""What a late wake-up lost is made good at the next, up to so much."""

type Write = Callable[[bytes], None]


class Transmitter:
    """Something that speaks on a line, at the line's own pace."""

    truth: dict[str, str]
    """The value of each label as last sent whole."""

    def __init__(self, baud: int) -> None:
        self.baud = baud
        self.truth = {}
        self._line_free = 0.0

    async def run(self, write: Write) -> None:
        """Speak for ever: hand `write` the characters as they leave, 10 bits each."""
        raise NotImplementedError

    async def _send(self, data: bytes, write: Write) -> None:
        size = max(1, int(TICK_S * self.baud / 10))
        for begin in range(0, len(data), size):
            chunk = data[begin : begin + size]
            await self._pass(len(chunk) * 10 / self.baud)
            write(chunk)

    async def _pass(self, duration_s: float) -> None:
        now = time.monotonic()
        if now - self._line_free > LATE_S:
            self._line_free = now
        self._line_free += duration_s
        await asyncio.sleep(self._line_free - now)


class TicMeter(Transmitter):
    """A simulated meter: each value is latched when its group begins, as meters do."""

    on_latched: Callable[[str, str, float], None] | None = None
    """Called with label, value and `time.monotonic()` at the first bit of each group."""

    def __init__(self, kind: Kind, household: Household | None = None) -> None:
        self.output = OUTPUTS[kind]
        super().__init__(self.output.baud)
        self.kind = kind
        self.household = household or Household()
        self.registers = Registers(self.household, self.output.tariff)
        self._overrides: dict[str, str] = {}

    def override(self, label: str, value: str | None) -> None:
        """Send this value, as on the wire, instead of the household's; None gives it back."""
        if value is None:
            self._overrides.pop(label, None)
        else:
            self._overrides[label] = value

    async def run(self, write: Write) -> None:
        while True:
            await self._send(STX, write)
            for row in self.output.rows:
                value = self._latch(row)
                if value is None:
                    self.truth.pop(row.label, None)
                    continue
                if self.on_latched is not None:
                    self.on_latched(row.label, value, time.monotonic())
                await self._send(self._encode(row, value), write)
                self.truth[row.label] = value
            await self._send(ETX, write)
            await self._pass(FRAME_GAP_S)

    def frame(self) -> bytes:
        """Return a whole frame of this moment, with no line between."""
        values = ((row, self._latch(row)) for row in self.output.rows)
        groups = (self._encode(row, value) for row, value in values if value is not None)
        return STX + b"".join(groups) + ETX

    def _latch(self, row: Row) -> str | None:
        self.registers.update()
        return self._overrides.get(row.label, row.value(self.registers))

    def _encode(self, row: Row, value: str) -> bytes:
        horodate = row.horodate and row.horodate(self.registers)
        return self.output.encode(row.label, value, horodate)


class CapturePlayer(Transmitter):
    """A recording played once at the pace of its line, then its last groups for ever.

    `truth` is the last good value of each label of the whole recording, from the start on.
    """

    def __init__(self, path: Path, baud: int | None = None) -> None:
        self.recording = path.read_bytes()
        super().__init__(baud or (9600 if b"\t" in self.recording else 1200))
        self.played = asyncio.Event()
        """Set when the recording has been played whole, once."""
        groups = {}
        for line in re.split(rb"[\x00-\x08\n-\x1f]", self.recording):
            if (group := _read_plainly(line)) is not None:
                label, value = group
                groups[label] = line
                self.truth[label] = value
        self._epilogue = STX + b"".join(b"\n%b\r" % line for line in groups.values()) + ETX

    async def run(self, write: Write) -> None:
        await self._send(self.recording, write)
        while True:
            await self._pass(FRAME_GAP_S)
            await self._send(self._epilogue, write)
            self.played.set()


def _read_plainly(line: bytes) -> tuple[str, str] | None:
    # Written apart from the integration's decoder, so that one can bear witness for the other.
    text = line.decode("ascii", "replace")
    fields = text.split("\t")
    if len(fields) in (3, 4):
        label, value, covered = fields[0], fields[-2], line[:-1]
    elif len(fields) == 1 and text.count(" ") >= 2 and text[-2] == " ":
        label, value = text[:-2].split(" ", 1)
        covered = line[:-2]
    else:
        return None
    good = label and line[-1:] == bytes([32 + sum(covered) % 64])
    return (label, value) if good else None


@asynccontextmanager
async def serve_socket(
    transmitter: Transmitter, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[str]:
    """Let any number of clients listen to the line over TCP; yield its `socket://` URL."""
    listeners: set[asyncio.StreamWriter] = set()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listeners.add(writer)
        with suppress(OSError):
            await reader.read()
        listeners.discard(writer)
        writer.close()

    def write(data: bytes) -> None:
        for listener in listeners:
            # Like a line, and unlike TCP, do not keep what nobody reads.
            if listener.transport.get_write_buffer_size() < 4096:
                listener.write(data)

    server = await asyncio.start_server(listen, host, port)
    port = server.sockets[0].getsockname()[1]
    async with _speaking(transmitter, write):
        try:
            yield f"socket://{host}:{port}"
        finally:
            server.close()
            for listener in list(listeners):
                listener.close()


@asynccontextmanager
async def open_pty(transmitter: Transmitter) -> AsyncIterator[str]:
    """Put the line on a pseudo-terminal; yield its path.

    A pty has neither parity nor seven-bit characters: open it 8N1.
    """
    master, slave = os.openpty()
    tty.setraw(slave)

    def write(data: bytes) -> None:
        # A pty keeps what nobody reads and gives it to the next who comes; a line does not.
        unread = fcntl.ioctl(slave, termios.FIONREAD, bytes(4))
        if int.from_bytes(unread, sys.byteorder) > transmitter.baud // 10:
            termios.tcflush(slave, termios.TCIFLUSH)
        os.write(master, data)

    try:
        async with _speaking(transmitter, write):
            yield os.ttyname(slave)
    finally:
        os.close(slave)
        os.close(master)


@asynccontextmanager
async def _speaking(transmitter: Transmitter, write: Write) -> AsyncIterator[None]:
    task = asyncio.create_task(transmitter.run(write))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
