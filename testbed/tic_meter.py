"""Meters on a line: simulated ones that know their truth, and recordings played again."""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
import fcntl
import os
from pathlib import Path
import re
import sys
import termios
import time
import tty

from testbed.contracts import Contract
from testbed.household import SECOND, Household
from testbed.registers import Registers
from testbed.tic_groups import Kind, Row, output_of

STX, ETX, EOT = b"\x02", b"\x03", b"\x04"
FRAME_GAP_S = 0.025
"""Silence between frames; Enedis allows 16.7 to 33.4 ms."""

REMOTE_READING_S = 1.0
"""Silence while the meter is read from afar, after EOT; then a frame begins."""

SHORT_FRAMES = 20
"""For one long frame, while a three-phase meter is in overload..."""

OVERLOAD_LASTS = 60 * SECOND
"""...and for a minute after."""

TICK_S = 0.008
"""Bytes are handed on by so much line time: one character at 1200 baud, seven at 9600."""

LATE_S = 1
"""What a late wake-up lost is made good at the next, up to so much."""

type Write = Callable[[bytes], None]


class Transmitter(ABC):
    """Something that speaks on a line, at the line's own pace."""

    truth: dict[str, str]
    """The value of each label as last sent whole."""

    def __init__(self, baud: int) -> None:
        self.baud = baud
        self.tick_s = TICK_S
        self.truth = {}
        self._line_free = 0.0

    @abstractmethod
    async def run(self, write: Write) -> None:
        """Speak for ever: hand `write` the characters as they leave, 10 bits each."""

    async def _send(self, data: bytes, write: Write) -> None:
        size = max(1, int(self.tick_s * self.baud / 10))
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


@dataclass(frozen=True, slots=True)
class Piece:
    """What a meter sends at one go: a group, a mark, or nothing for a time."""

    data: bytes
    label: str | None = None
    value: str = ""
    silence_s: float = 0.0

    def line_time_s(self, baud: int) -> float:
        """Return how long it takes on the line."""
        return len(self.data) * 10 / baud + self.silence_s


class TicMeter(Transmitter):
    """A simulated meter: each value is latched when its group begins, as meters do.

    Beside what the household does, a test may let it be replaced, change its contract, show a
    message, be read from afar; `registers` has what else it can be told.
    """

    on_latched: Callable[[str, str, float], None] | None = None
    """Called with label, value and `time.monotonic()` at the first bit of each group."""

    def __init__(
        self, kind: Kind, household: Household | None = None, serial: str | None = None
    ) -> None:
        self.kind = kind
        self.output = output_of(kind)
        super().__init__(self.output.baud)
        self.household = household or Household()
        self.registers = Registers(
            self.household,
            kind.contract,
            kind.phases,
            subscribed_kva=kind.subscribed_kva,
            serial=serial or kind.serial,
        )
        self.frames = 0
        """How many were sent to their end."""
        self._overrides: dict[str, str] = {}
        self._sent_once: dict[str, str] = {}
        self._at_next_frame: list[Callable[[], None]] = []
        self._is_interrupted = False
        self._overloaded_until = 0
        self._short_frames = 0

    # What a test may do

    def override(self, label: str, value: str | None) -> None:
        """Send this value, as on the wire, instead of the household's; None gives it back."""
        if value is None:
            self._overrides.pop(label, None)
        else:
            self._overrides[label] = value

    def show(self, message: str, ultra_short: str | None = None) -> None:
        """Show a message of 32 characters, MSG1, and one of 16, MSG2, which is sent once."""
        self.registers.message = f"{message:32}"
        if ultra_short is not None:
            self._sent_once["MSG2"] = f"{ultra_short:16}"

    def interrupt(self) -> None:
        """Stop amidst the next group for a remote reading (historic syntax only)."""
        self._is_interrupted = True

    def change_contract(self, contract: Contract) -> None:
        """Count in the periods of another contract from the next frame on, in the same registers.

        A register keeps its number: what was BASE goes on as HCHC.
        """

        def change() -> None:
            self.registers.contract = contract
            self.kind = replace(self.kind, contract=contract)
            self.output = output_of(self.kind)

        self._at_next_frame.append(change)

    def replace(self, serial: str) -> None:
        """Put a new meter in its place from the next frame on: other number, all indexes at 0."""

        def change() -> None:
            self.registers = Registers(
                self.household,
                self.kind.contract,
                self.kind.phases,
                subscribed_kva=self.kind.subscribed_kva,
                serial=serial,
                new=True,
            )

        self._at_next_frame.append(change)

    # What it says

    async def run(self, write: Write) -> None:
        for piece in self.emission():
            if piece.label is not None and self.on_latched is not None:
                self.on_latched(piece.label, piece.value, time.monotonic())
            await self._send(piece.data, write)
            if piece.silence_s:
                await self._pass(piece.silence_s)

    def emission(self) -> Iterator[Piece]:
        """Yield what the meter sends, for ever; a value is latched when its piece is asked for."""
        while True:
            yield from self.pieces()

    def frame(self) -> bytes:
        """Return a whole frame of this moment, with no line between."""
        return b"".join(piece.data for piece in self.pieces())

    def pieces(self) -> Iterator[Piece]:
        """Yield the pieces of the next frame, and the silence after it."""
        self.registers.update()
        for change in self._at_next_frame:
            change()
        self._at_next_frame.clear()
        is_short = self._is_short()
        if not self._is_in_overload:
            for row in self.output.short_rows:
                if row.value(self.registers) is None:
                    self.truth.pop(row.label, None)
        yield Piece(STX)
        for row in self.output.short_rows if is_short else self.output.rows:
            value = self._latch(row)
            if not is_short and self._overload_begins():
                break  # the long frame is cut between two groups
            if value is None:
                self.truth.pop(row.label, None)
                continue
            data = self._encode(row, value)
            if self._is_interrupted:
                self._is_interrupted = False
                yield Piece(data[: len(data) // 2] + EOT, silence_s=REMOTE_READING_S)
                return
            yield Piece(data, row.label, value)
            self.truth[row.label] = value
            self._sent_once.pop(row.label, None)
        yield Piece(ETX)
        self.frames += 1
        yield Piece(b"", silence_s=FRAME_GAP_S)

    @property
    def _is_in_overload(self) -> bool:
        return self.registers.at < self._overloaded_until

    def _overload_begins(self) -> bool:
        if not self.output.short_rows or not self.registers.overloaded_phases:
            return False
        begins = not self._is_in_overload
        self._overloaded_until = self.registers.at + OVERLOAD_LASTS
        return begins

    def _is_short(self) -> bool:
        self._overload_begins()
        if not self._is_in_overload or self._short_frames == SHORT_FRAMES:
            self._short_frames = 0
            return False
        self._short_frames += 1
        return True

    def _latch(self, row: Row) -> str | None:
        self.registers.update()
        for said in (self._sent_once, self._overrides):
            if row.label in said:
                return said[row.label]
        return row.value(self.registers)

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
