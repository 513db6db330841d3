"""The serial line of a meter: opened, its speed found, read for ever, opened again when it ends."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
import errno
import random
import socket
import termios

import serialx

from ...faults import note_fault
from .identity import serial_of
from .parity import ParityCheck
from .tic import PME_PMI_LABELS, Frame, Group, Statistics, TicDecoder

SPEEDS = (9600, 1200, 2400, 4800, 19200)
"""Bauds, in the order tried: Linky standard, historic, then those Enedis sets on a PME-PMI."""

READ_SIZE = 4096


class LineFault(StrEnum):
    """Why a line gives nothing; each is an error of the flow, in its translations."""

    NO_PORT = "no_port"
    PORT_NOT_ALLOWED = "port_not_allowed"
    PORT_BUSY = "port_busy"
    UNREACHABLE = "unreachable"
    CANNOT_OPEN = "cannot_open"
    UNKNOWN_ADDRESS = "unknown_address"
    """A kind of address that this Home Assistant cannot open."""
    NO_SIGNAL = "no_signal"
    """Open, but not one byte."""
    NO_VALID_GROUP = "no_valid_group"
    """Bytes, but no group in them: a wrong speed, a wrong cable."""
    NO_WHOLE_FRAME = "no_whole_frame"
    """Groups, but none of their frames is whole: a line full of noise."""
    LINE_CLOSED = "line_closed"
    OTHER_METER = "other_meter"

    @property
    def words(self) -> str:
        """Return the reason as a log line says it."""
        return self.replace("_", " ")


FAULTS = {
    errno.ENOENT: LineFault.NO_PORT,
    errno.ENODEV: LineFault.NO_PORT,
    errno.ENXIO: LineFault.NO_PORT,
    errno.EACCES: LineFault.PORT_NOT_ALLOWED,
    errno.EPERM: LineFault.PORT_NOT_ALLOWED,
    errno.EBUSY: LineFault.PORT_BUSY,
    errno.ECONNREFUSED: LineFault.UNREACHABLE,
    errno.EHOSTUNREACH: LineFault.UNREACHABLE,
    errno.ENETUNREACH: LineFault.UNREACHABLE,
}
"""What the operating system says, in our words."""

# serialx hands on what its platform raises: termios.error, until 1.11; its own class for a scheme
# it does not know, ValueError for an address without a port.
SERIAL_ERRORS = (OSError, termios.error, serialx.SerialException, ValueError)


OVER_TCP = ("socket://", "tcp://")
"""Addresses of bytes alone: their speed is set at the other end."""


class LineError(Exception):
    """The line cannot be opened, or gives nothing more."""

    def __init__(self, fault: LineFault) -> None:
        super().__init__(fault.words)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a line is waited for, in seconds."""

    open: float = 10.0
    listen: float = 2.5
    """For a first good group at a speed that may be the wrong one."""
    link: float = 10.0
    """For the next good group, and the next whole frame: Enedis calls it a link fault (54E,
    section 9.4.1)."""
    slow_link: float = 30.0
    """For the next whole frame of a PME-PMI, one of which takes 8 s at 1200 bauds."""
    frame: float = 35.0
    """For whole frames that agree; three of a PME-PMI, after the end of one, take 33."""
    retry: float = 1.0
    """Before opening again; doubled at each failure, and begun anew by a good group."""
    retry_at_most: float = 60.0
    stale: float = 60.0
    """For a value that its meter no longer sends, its contract or mode having changed. A
    three-phase meter in overload leaves all but the currents out of 20 frames, 15 s."""

    @property
    def answer(self) -> float:
        """For frames that agree, from a line of which nothing is sure: each speed in turn first."""
        return self.link + len(SPEEDS) * self.listen + self.frame


class Line:
    """One opening of the port."""

    def __init__(self, reader: asyncio.StreamReader, speed: int | None) -> None:
        self.speed = speed
        """Bauds; None where the line is a network's."""
        self.decoder = TicDecoder()
        self._parity = ParityCheck()
        self._reader = reader

    async def receive(self, patience: float) -> list[Group | Frame]:
        """Return what the next bytes complete; raise LineError after `patience` s without."""
        heard = False
        try:
            async with asyncio.timeout(patience):
                while data := await self._reader.read(READ_SIZE):
                    heard = True
                    if events := self.decoder.feed(self._parity.strip(data)):
                        return events
        except TimeoutError:
            fault = LineFault.NO_VALID_GROUP if heard else LineFault.NO_SIGNAL
            raise LineError(fault) from None
        except SERIAL_ERRORS as err:
            raise LineError(LineFault.LINE_CLOSED) from err
        raise LineError(LineFault.LINE_CLOSED)


def _is_address(port: str) -> bool:
    return "://" in port


async def _open(port: str, speed: int | None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a path or URL: seven bits and even parity are eight bits to whoever checks them."""
    return await serialx.open_serial_connection(
        url=port,
        baudrate=speed or SPEEDS[0],
        byte_size=8,
        parity=serialx.Parity.NONE,
        stopbits=serialx.StopBits.ONE,
    )


def _fault_of(err: Exception, port: str) -> LineFault:
    if isinstance(err, serialx.common.UnknownUriScheme):
        return LineFault.UNKNOWN_ADDRESS
    if isinstance(err, OSError) and (fault := FAULTS.get(err.errno or 0)) is not None:
        return fault
    # What answers at an address, and is no serial port of that kind, says so in many ways.
    is_elsewhere = _is_address(port) and not isinstance(err, ValueError)
    return LineFault.UNREACHABLE if is_elsewhere else LineFault.CANNOT_OPEN


@asynccontextmanager
async def open_line(port: str, speed: int | None, patience: Patience) -> AsyncIterator[Line]:
    """Hold the port open at one speed; raise LineError when it cannot be opened."""
    try:
        async with asyncio.timeout(patience.open):
            reader, writer = await _open(port, speed)
    except (TimeoutError, socket.gaierror) as err:
        raise LineError(LineFault.UNREACHABLE) from err
    except SERIAL_ERRORS as err:
        raise LineError(_fault_of(err, port)) from err
    except Exception as err:
        if not _is_address(port):
            raise
        # Who lends a port over the network says in its own way that it is not there yet: ESPHome
        # in Home Assistant's.
        raise LineError(LineFault.UNREACHABLE) from err
    try:
        yield Line(reader, speed)
    finally:
        writer.close()
        with suppress(*SERIAL_ERRORS):
            await writer.wait_closed()


def _speeds(port: str, known: int | None, patience: Patience) -> Iterator[tuple[int | None, float]]:
    """Yield the speeds worth trying, each with how long to listen; the known one first."""
    if port.startswith(OVER_TCP):
        yield None, patience.listen
        return
    if known is not None:
        yield known, patience.link
    for speed in SPEEDS:
        if speed != known:
            yield speed, patience.listen


@asynccontextmanager
async def find_line(
    port: str, known: int | None, patience: Patience
) -> AsyncIterator[tuple[Line, list[Group | Frame]]]:
    """Hold the port open at the speed that gives a good group, and yield what came with it.

    `known` is the speed that worked before. Raises LineError when no speed gives a group.
    """
    fault = LineFault.NO_SIGNAL
    for speed, listen in _speeds(port, known, patience):
        async with open_line(port, speed, patience) as line:
            try:
                events = await line.receive(listen)
            except LineError as err:
                if err.fault is LineFault.LINE_CLOSED:
                    raise
                if err.fault is LineFault.NO_VALID_GROUP:
                    fault = err.fault
                continue
            yield line, events
            return
    raise LineError(fault)


async def find_meter(port: str, patience: Patience) -> tuple[int | None, Frame]:
    """Return the speed of a meter and a whole frame of it, or raise LineError.

    Two frames must bear the same number: in one, it may be damaged.
    """
    async with find_line(port, None, patience) as (line, first):
        events, serials = first, set[str]()
        try:
            async with asyncio.timeout(patience.frame):
                while True:
                    for frame in (event for event in events if isinstance(event, Frame)):
                        if (serial := serial_of(frame)) in serials:
                            return line.speed, frame
                        serials |= {serial} if serial is not None else set()
                    events = await line.receive(patience.link)
        except TimeoutError:
            raise LineError(LineFault.NO_WHOLE_FRAME) from None


class Stream:
    """A meter's line, kept open: it hands on each group and frame, and each loss of the link."""

    def __init__(
        self,
        port: str,
        speed: int | None,
        received: Callable[[Group | Frame], None],
        lost: Callable[[LineFault], None],
        patience: Patience,
    ) -> None:
        self.port = port
        self.speed = speed
        """Bauds that worked last; None before any did, and on a network."""
        self.statistics = Statistics()
        self._received = received
        self._lost = lost
        self._patience = patience
        self._retry = patience.retry

    async def run(self) -> None:
        """Listen until cancelled; each time the line ends, say why, wait longer, open again."""
        while True:
            try:
                await self._listen()
            except LineError as err:
                self._lost(err.fault)
            except Exception as error:
                # The last resort: a fault of ours in one group must not end the reading for good.
                note_fault(error)
            # Not all at one moment: a restarted server may have many clients.
            await asyncio.sleep(self._retry * random.uniform(0.5, 1.0))  # noqa: S311
            self._retry = min(2 * self._retry, self._patience.retry_at_most)

    async def _listen(self) -> None:
        async with find_line(self.port, self.speed, self._patience) as (line, first):
            # The counts go on from one opening to the next, without the noise of wrong speeds.
            line.decoder.statistics = self.statistics
            self.speed = line.speed
            loop = asyncio.get_running_loop()
            framed, patience = loop.time(), self._patience.link
            events = first
            while True:
                # A port that opens is no success yet: it is the meter that must answer.
                self._retry = self._patience.retry
                for event in events:
                    if isinstance(event, Frame):
                        framed = loop.time()
                    elif event.label in PME_PMI_LABELS:
                        patience = self._patience.slow_link
                    self._received(event)
                if loop.time() - framed > patience:
                    raise LineError(LineFault.NO_WHOLE_FRAME)
                events = await line.receive(self._patience.link)
