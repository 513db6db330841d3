"""The line: opened, its speed found, its faults named, kept open."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
import os
import socket
import termios
import tty

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
import serialx

from custom_components.sen1.linky.line.identity import serial_of
from custom_components.sen1.linky.line.stream import (
    SPEEDS,
    LineError,
    LineFault,
    Patience,
    Stream,
    find_meter,
)
from custom_components.sen1.linky.line.tic import Frame, Group, Mode
from testbed.tic_groups import Kind
from testbed.tic_meter import TicMeter, open_pty, serve_socket
from testbed.waiting import until

from ..conftest import Saying, quick_meter, serial_of as truth_of
from .rfc2217 import lend

BRISK = Patience(open=30, listen=1.5, link=3, frame=30, retry=0.02, retry_at_most=0.1)
"""For meters that speak many times faster than real ones."""


@dataclass
class Terminal:
    """A line that gives noise to whoever sets another speed."""

    port: str
    speed: int


@asynccontextmanager
async def terminal(meter: TicMeter, speed: int) -> AsyncIterator[Terminal]:
    master, slave = os.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    line = Terminal(os.ttyname(slave), speed)

    def write(data: bytes) -> None:
        if termios.tcgetattr(slave)[4] != getattr(termios, f"B{line.speed}"):
            data = bytes(255 - byte for byte in data)
        # A terminal keeps what nobody reads; a line does not.
        with suppress(BlockingIOError):
            os.write(master, data)

    task = asyncio.create_task(meter.run(write))
    try:
        yield line
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        os.close(slave)
        os.close(master)


@pytest.mark.parametrize("speed", [9600, 1200, 2400, 4800, 19200])
@pytest.mark.parametrize("kind", [Kind.STANDARD_HC, Kind.PME_PMI])
async def test_the_speed_of_the_line_is_found(kind: Kind, speed: int) -> None:
    meter = quick_meter(kind)
    async with terminal(meter, speed) as line:
        found, frame = await find_meter(line.port, BRISK)
    assert found == speed
    assert serial_of(frame) == truth_of(meter)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        (Kind.HISTORIC_HC, Mode.HISTORIC),
        (Kind.STANDARD_HC, Mode.STANDARD),
        (Kind.PME_PMI, Mode.PME_PMI),
    ],
)
async def test_the_mode_is_found_on_a_network_that_has_no_speed(kind: Kind, mode: Mode) -> None:
    async with serve_socket(quick_meter(kind)) as url:
        speed, frame = await find_meter(url, BRISK)
    assert (speed, frame.mode) == (None, mode)


async def test_a_meter_is_found_at_its_true_pace_with_the_patience_of_every_day() -> None:
    async with open_pty(TicMeter(Kind.HISTORIC_HC)) as port:
        _, frame = await find_meter(port, Patience())
    assert frame.mode is Mode.HISTORIC


async def test_a_number_said_once_is_not_that_of_the_meter() -> None:
    meter = quick_meter(Kind.STANDARD_HC)
    right = meter.frame()
    meter.override("ADSC", "991976000999")
    async with serve_socket(Saying(meter.frame() + right + right)) as url:
        for _ in range(3):
            _, frame = await find_meter(url, BRISK)
            assert serial_of(frame) == truth_of(quick_meter(Kind.STANDARD_HC))


async def fault_of(port: str) -> LineFault:
    with pytest.raises(LineError) as caught:
        await find_meter(port, BRISK)
    return caught.value.fault


@pytest.mark.parametrize(
    ("port", "fault"),
    [
        pytest.param("/dev/no-such-port", LineFault.NO_PORT, id="no such port"),
        # The kernel lets nobody, not even root, write to it.
        pytest.param("/sys/kernel/uevent_seqnum", LineFault.PORT_NOT_ALLOWED, id="not allowed"),
        pytest.param("/dev/null", LineFault.CANNOT_OPEN, id="not a serial port"),
        pytest.param("/dev", LineFault.CANNOT_OPEN, id="a folder"),
        pytest.param("", LineFault.NO_PORT, id="nothing"),
    ],
)
async def test_a_port_that_does_not_open_says_why(port: str, fault: LineFault) -> None:
    assert await fault_of(port) is fault


async def test_a_port_lent_over_the_network_is_set_and_its_speed_found() -> None:
    meter = quick_meter(Kind.STANDARD_HC)
    async with lend(meter, speed=1200) as (url, lent):
        speed, frame = await find_meter(url, BRISK)
    assert (speed, serial_of(frame)) == (1200, truth_of(meter))
    baudrate, data_size, parity, stop_size = (lent.settings[number] for number in range(1, 5))
    assert (baudrate, data_size, parity, stop_size) == (1200, 8, 1, 1)  # none is 1


@pytest.mark.parametrize(
    "port",
    [
        "nothing://127.0.0.1:1",
        # Of ESPHome's own package, which is there when the integration is set up.
        pytest.param(
            "esphome://127.0.0.1:6053/?port_name=tic",
            marks=pytest.mark.skipif(find_spec("aioesphomeapi") is not None, reason="it is there"),
        ),
    ],
)
async def test_a_kind_of_address_that_cannot_be_opened_here_is_refused(port: str) -> None:
    assert await fault_of(port) is LineFault.UNKNOWN_ADDRESS


async def test_a_port_of_esphome_is_unreachable_before_esphome_is_there(
    hass: HomeAssistant,
) -> None:
    assert await async_setup_component(hass, "usb", {})
    assert await fault_of("esphome-hass://esphome/1234?port_name=tic") is LineFault.UNREACHABLE


async def test_a_port_of_esphome_is_read_once_esphome_is_there(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "usb", {})
    sockets = import_module("serialx.platforms.serial_socket")
    meter = quick_meter(Kind.STANDARD_HC)
    # As ESPHome's integration does it, before what "usb" has for its absence. Its device, whose
    # package is not here, is a socket.
    unregister = serialx.register_uri_handler(
        scheme="esphome-hass://",
        unique_scheme="esphome-hass-test://",
        sync_cls=sockets.SocketSerial,
        async_transport_cls=sockets.SocketSerialTransport,
        weight=10,
    )
    try:
        async with serve_socket(meter) as url:
            port = f"{url.replace('socket', 'esphome-hass')}/1234?port_name=tic"
            speed, frame = await find_meter(port, BRISK)
    finally:
        unregister()
    assert (speed, serial_of(frame)) == (SPEEDS[0], truth_of(meter))


@pytest.mark.parametrize("port", ["socket://127.0.0.1", "socket://"])
async def test_an_address_that_means_nothing_is_refused(port: str) -> None:
    assert await fault_of(port) is LineFault.CANNOT_OPEN


async def test_an_address_where_nobody_listens_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert await fault_of(f"socket://127.0.0.1:{taken.getsockname()[1]}") is (
            LineFault.UNREACHABLE
        )


async def test_what_answers_at_an_address_and_lends_no_port_is_unreachable() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(LineError) as caught:
            await find_meter(f"rfc2217://127.0.0.1:{port}", Patience(open=0.2))
    assert caught.value.fault is LineFault.UNREACHABLE


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        pytest.param(b"", LineFault.NO_SIGNAL, id="silence"),
        pytest.param(os.urandom(64).replace(b"\n", b""), LineFault.NO_VALID_GROUP, id="noise"),
        pytest.param(b"\x02\nPAPP 00390 ?\r\x03", LineFault.NO_VALID_GROUP, id="bad checksum"),
        pytest.param(b"\x02\nIINST 002 Y\r\x03", LineFault.NO_WHOLE_FRAME, id="no number"),
        pytest.param(b"\nIINST 002 Y\r", LineFault.NO_WHOLE_FRAME, id="no frame"),
    ],
)
async def test_a_line_without_a_meter_says_why(said: bytes, fault: LineFault) -> None:
    async with serve_socket(Saying(said)) as url:
        patience = Patience(listen=2, link=3, frame=4)
        with pytest.raises(LineError) as caught:
            await find_meter(url, patience)
    assert caught.value.fault is fault


async def test_a_terminal_is_silent_at_every_speed_before_it_is_said_to_be() -> None:
    async with open_pty(Saying(b"")) as port:
        assert await fault_of(port) is LineFault.NO_SIGNAL


class Listener:
    """A stream, and what it hands on."""

    def __init__(self, port: str, speed: int | None = None, patience: Patience = BRISK) -> None:
        self.events: list[Group | Frame] = []
        self.lost: list[LineFault] = []
        self.stream = Stream(port, speed, self.events.append, self.lost.append, patience)

    @property
    def frames(self) -> list[Frame]:
        return [event for event in self.events if isinstance(event, Frame)]

    def has_heard(self, frames: int = 0) -> bool:
        return len(self.frames) > frames

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.stream.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def test_groups_come_before_the_frame_they_belong_to() -> None:
    async with serve_socket(quick_meter(Kind.HISTORIC_BASE)) as url:
        listener = Listener(url)
        async with listener.running():
            await until(lambda: len(listener.frames) >= 3, "three frames")
    first, second, *_ = [i for i, event in enumerate(listener.events) if isinstance(event, Frame)]
    assert listener.events[first + 1 : second] == list(listener.frames[1].groups.values())


async def test_the_speed_that_worked_is_known_afterwards() -> None:
    async with terminal(quick_meter(Kind.PME_PMI), 4800) as line:
        listener = Listener(line.port)
        async with listener.running():
            await until(lambda: listener.frames, "a frame")
    assert listener.stream.speed == 4800


# As when Enedis switches it, from afar, from historic to standard mode, and back.
@pytest.mark.parametrize(("before", "after"), [(1200, 9600), (9600, 1200)])
async def test_a_meter_that_changes_speed_is_found_again(before: int, after: int) -> None:
    async with terminal(quick_meter(Kind.STANDARD_HC), before) as line:
        listener = Listener(line.port, speed=before)
        async with listener.running():
            await until(lambda: listener.frames, "a frame")
            line.speed = after
            await until(lambda: listener.stream.speed == after, "the new speed")
    assert listener.lost[0] is LineFault.NO_VALID_GROUP


async def test_the_stream_opens_the_port_again_each_time_it_ends() -> None:
    meter = quick_meter(Kind.STANDARD_HC)
    async with serve_socket(meter) as url:
        port = int(url.rpartition(":")[2])
    listener = Listener(url)
    async with listener.running():
        await until(lambda: listener.lost == [LineFault.UNREACHABLE] * 2, "attempts in vain")
        for _ in range(2):
            heard = len(listener.frames)
            async with serve_socket(meter, port=port):
                await until(partial(listener.has_heard, heard), "a frame")
            listener.lost.clear()
            await until(lambda: listener.lost, "the loss of the link")
            assert listener.lost[0] is LineFault.LINE_CLOSED


async def test_an_adapter_that_is_pulled_out_is_a_closed_line_and_then_no_port() -> None:
    async with terminal(quick_meter(Kind.STANDARD_HC), 9600) as line:
        listener = Listener(line.port, speed=9600)
        task = asyncio.create_task(listener.stream.run())
        await until(lambda: listener.frames, "a frame")
    await until(lambda: len(listener.lost) > 1, "the loss of the link")
    task.cancel()
    await asyncio.wait([task])
    assert listener.lost[:2] == [LineFault.LINE_CLOSED, LineFault.NO_PORT]


async def test_a_fault_of_ours_in_one_group_does_not_end_the_reading(
    faults: Counter[str],
) -> None:
    frames: list[Frame] = []

    def stumble_at_first(event: Group | Frame) -> None:
        if not faults:
            raise KeyError(event)
        if isinstance(event, Frame):
            frames.append(event)

    lost: list[LineFault] = []
    async with serve_socket(quick_meter(Kind.STANDARD_HC)) as url:
        task = asyncio.create_task(Stream(url, None, stumble_at_first, lost.append, BRISK).run())
        await until(lambda: frames, "a frame after the fault")
        task.cancel()
        await asyncio.wait([task])
    assert faults.total() == 1
    assert lost == []


async def test_a_meter_that_falls_silent_is_a_fault_though_its_port_is_open() -> None:
    meter = Saying(quick_meter(Kind.STANDARD_HC).frame())
    async with serve_socket(meter) as url:
        listener = Listener(url)
        async with listener.running():
            await until(lambda: listener.frames, "a frame")
            meter.data = b""
            await until(lambda: listener.lost, "the loss of the link")
            assert listener.lost == [LineFault.NO_SIGNAL]


async def test_groups_without_a_whole_frame_are_a_fault() -> None:
    whole = quick_meter(Kind.STANDARD_HC).frame()
    meter = Saying(whole)
    async with serve_socket(meter) as url:
        listener = Listener(url)
        async with listener.running():
            await until(lambda: listener.frames, "a frame")
            meter.data = whole.strip(b"\x02\x03")
            await until(lambda: listener.lost, "the loss of the link")
            assert listener.lost == [LineFault.NO_WHOLE_FRAME]


async def test_a_frame_of_a_pme_pmi_may_take_longer() -> None:
    whole = quick_meter(Kind.PME_PMI).frame()
    meter = Saying(whole)
    patience = replace(BRISK, link=1, slow_link=60)
    loop = asyncio.get_running_loop()
    async with serve_socket(meter) as url:
        listener = Listener(url, patience=patience)
        async with listener.running():
            await until(lambda: listener.frames, "a frame")
            heard = len(listener.frames)
            meter.data = whole.strip(b"\x02\x03")
            groups, since = len(listener.events), loop.time()
            await until(
                lambda: (
                    len(listener.events) > groups + 1000 and loop.time() > since + 2 * patience.link
                ),
                "many groups",
            )
            assert len(listener.frames) <= heard + 1
            assert not listener.lost
            meter.data = whole
            await until(lambda: len(listener.frames) > heard + 1, "a frame again")
            assert not listener.lost


async def test_waiting_grows_to_its_cap_and_a_good_group_resets_it() -> None:
    opened: list[float] = []
    loop = asyncio.get_running_loop()
    says = b""

    async def speak_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(loop.time())
        writer.write(says)
        writer.close()

    patience = Patience(retry=0.05, retry_at_most=1)
    async with await asyncio.start_server(speak_once, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        listener = Listener(f"socket://127.0.0.1:{port}", patience=patience)
        async with listener.running():
            await until(lambda: len(opened) > 6, "attempts in vain")
            says = quick_meter(Kind.HISTORIC_BASE).frame()
            await until(lambda: len(listener.frames) > 5, "attempts that succeed")
    waits = [after - before for before, after in pairwise(opened)]
    # A wait is drawn from the upper half of what it may be; a busy machine makes it longer.
    assert waits[0] >= 0.025
    assert waits[5] >= 0.5
    assert min(waits[7:]) < 0.5


async def test_a_stream_that_is_cancelled_leaves_the_port_free() -> None:
    async with terminal(quick_meter(Kind.STANDARD_HC), 9600) as line:
        for _ in range(3):
            listener = Listener(line.port)
            async with listener.running():
                await until(listener.has_heard, "a frame")
