"""Simulated meters speak as real ones do, and know what they said."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from custom_components.sen1.linky.line.tic import Frame, Group, TicDecoder
from testbed import tic_meter
from testbed.contracts import TEMPO
from testbed.household import PARIS, SECOND, Household
from testbed.tic_groups import (
    KINDS,
    Kind,
    Mode as GroupsMode,
    encode_historic,
    encode_standard,
    output_of,
)
from testbed.tic_meter import ETX, STX, CapturePlayer, TicMeter, open_pty, serve_socket

NOON = datetime(2026, 6, 1, 12, tzinfo=PARIS)
SIZES = {
    Kind.HISTORIC_BASE: 152,
    Kind.HISTORIC_HC: 170,
    Kind.HISTORIC_TEMPO: 275,
    Kind.STANDARD_HC: 865,
    Kind(GroupsMode.STANDARD, TEMPO, phases=3, is_producer=True): 1442,
}
"""Bytes of a whole frame of a real meter with the same contract."""

COME_AND_GO = {"ADPS", "PEJP", "PREAVIS", "MODE", "MSG2", "PPOINTE"} | {
    f"{label}{number}" for label in ("DPM", "FPM") for number in "123"
}


class HandClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def tcp(url: str) -> AsyncIterator[asyncio.StreamReader]:
    host, port = url.removeprefix("socket://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield reader
    finally:
        writer.close()
        await writer.wait_closed()


async def frames(reader: asyncio.StreamReader) -> AsyncIterator[Frame]:
    decoder = TicDecoder()
    while data := await reader.read(4096):
        for event in decoder.feed(data):
            if isinstance(event, Frame):
                yield event


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_every_group_of_every_kind_is_good(kind: Kind) -> None:
    decoder = TicDecoder()
    frame = decoder.feed(TicMeter(kind, Household(begin=NOON)).frame())[-1]
    assert isinstance(frame, Frame)
    assert not decoder.statistics.bad
    labels = [row.label for row in output_of(kind).rows if row.label not in COME_AND_GO]
    assert labels == list(frame.groups)
    assert frame.mode == kind.mode


@pytest.mark.parametrize(("kind", "size"), SIZES.items())
def test_a_frame_is_as_long_as_a_real_meters(kind: Kind, size: int) -> None:
    assert len(TicMeter(kind).frame()) == size


def test_checksums_are_those_of_real_meters() -> None:
    assert encode_historic("PTEC", "HP..") == b"\nPTEC HP..  \r"
    assert encode_standard("EASD01", "000000000") == b"\nEASD01\t000000000\t \r"
    assert encode_standard("DATE", "", "E170915101601") == b"\nDATE\tE170915101601\t\t>\r"


def test_an_overloaded_meter_says_so_and_then_stops_saying_it() -> None:
    household = Household(begin=NOON)
    meter = TicMeter(Kind.HISTORIC_BASE, household)
    household.step(9000)
    assert b"ADPS " in meter.frame()
    household.step(-9000)
    assert b"ADPS " not in meter.frame()


def test_a_producer_injects_at_noon_and_draws_at_midnight() -> None:
    def values(begin: datetime) -> dict[str, Group]:
        household = Household(begin=begin, solar_peak_w=6000)
        frame = TicDecoder().feed(TicMeter(Kind.STANDARD_PRODUCER, household).frame())[-1]
        assert isinstance(frame, Frame)
        return frame.groups

    noon, midnight = values(NOON + timedelta(hours=1)), values(NOON - timedelta(hours=12))
    assert noon["SINSTS"].value == "00000" < noon["SINSTI"].value
    assert midnight["SINSTI"].value == "00000" < midnight["SINSTS"].value
    assert int(noon["STGE"].value, 16) & 0x300 == 0x300
    assert int(midnight["STGE"].value, 16) & 0x300 == 0x100


def test_the_indexes_add_up_the_power_exactly_whenever_they_are_read() -> None:
    clock = HandClock()
    household = Household(begin=NOON, clock=clock, solar_peak_w=3000)
    often, once = (TicMeter(Kind.STANDARD_PRODUCER, household).registers for _ in range(2))
    drawn, injected = sum(once.withdrawn.values()), once.injected
    clock.now = 100.3
    household.step(5000)
    for clock.now in (100.4, 777.7, 1800.25, 3600.0):
        often.update()
    once.update()
    watts = [household.watts(household.begin + n * SECOND) for n in range(3600)]
    before_step = household.watts(household.begin + 100 * SECOND + 1)
    # The step fell 0.3 s after second 100: that second counts in two pieces.
    whole = sum(w * SECOND for n, w in enumerate(watts) if n != 100 and w > 0)
    parts = max(before_step, 0) * 300_000 + max(before_step + 5000, 0) * 700_000
    assert sum(once.withdrawn.values()) - drawn == whole + parts
    assert often.withdrawn == once.withdrawn
    assert often.injected == once.injected > injected


def test_energy_goes_to_the_period_it_was_drawn_in() -> None:
    clock = HandClock()
    household = Household(begin=NOON.replace(hour=22), clock=clock)
    registers = TicMeter(Kind.HISTORIC_HC, household).registers
    off_peak, peak = registers.withdrawn["HC.."], registers.withdrawn["HP.."]
    clock.now = 1800
    registers.update()
    assert registers.withdrawn["HC.."] == off_peak
    assert registers.withdrawn["HP.."] > peak
    peak = registers.withdrawn["HP.."]
    clock.now = 3600
    registers.update()
    assert registers.withdrawn["HC.."] > off_peak
    assert registers.withdrawn["HP.."] == peak


def test_a_seed_gives_the_same_day_again_and_another_seed_another() -> None:
    def day(seed: int) -> list[int]:
        household = Household(seed, begin=NOON, solar_peak_w=3000)
        return [household.watts(household.begin + n * 60 * SECOND) for n in range(1440)]

    assert day(1) == day(1) != day(2)


def test_a_frozen_household_keeps_power_and_time() -> None:
    clock = HandClock()
    meter = TicMeter(Kind.STANDARD_PRODUCER, Household(begin=NOON, clock=clock, solar_peak_w=3000))
    clock.now = 10
    meter.household.freeze()
    frame = meter.frame()
    clock.now = 5000
    assert meter.frame() == frame


async def test_the_line_runs_at_its_own_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = HandClock()
    begins: list[float] = []

    async def sleep(seconds: float) -> None:
        clock.now += seconds

    def write(data: bytes) -> None:
        if STX in data:
            begins.append(clock.now)
        if len(begins) == 3:
            raise Heard

    monkeypatch.setattr(tic_meter, "asyncio", SimpleNamespace(sleep=sleep))
    monkeypatch.setattr(tic_meter, "time", SimpleNamespace(monotonic=clock))
    meter = TicMeter(Kind.STANDARD_HC, Household(speed=600, clock=clock))
    with pytest.raises(Heard):
        await meter.run(write)
    line_time_s = len(meter.frame()) * 10 / 9600
    assert (begins[2] - begins[0]) / 2 == pytest.approx(line_time_s + 0.025, rel=1e-3)


class Heard(Exception):
    """Enough was heard."""


async def test_a_value_is_latched_when_its_group_begins() -> None:
    meter = TicMeter(Kind.STANDARD_HC)
    latched: list[tuple[str, str]] = []

    def on_latched(label: str, value: str, at: float) -> None:
        latched.append((label, value))
        if label == "SINSTS":
            # Too late for the group that begins, in time for the next.
            meter.household.step(3000)

    meter.on_latched = on_latched
    async with serve_socket(meter) as url, tcp(url) as reader:
        sent = [frame.groups["SINSTS"].value async for frame in _first(2, frames(reader))]
    assert [label for label, _ in latched[:2]] == ["ADSC", "VTIC"]
    said = [value for label, value in latched if label == "SINSTS"]
    # The line speaks before anybody listens.
    first = said.index(sent[0])
    assert sent == said[first : first + 2]
    assert int(sent[1]) > int(sent[0]) + 2000


async def test_truth_is_what_was_last_sent_and_overrides_are_obeyed() -> None:
    meter = TicMeter(Kind.STANDARD_PRODUCER)
    meter.override("SINSTS", "04321")
    meter.household.freeze()
    async with serve_socket(meter) as url, tcp(url) as reader:
        async for frame in _first(1, frames(reader)):
            values = {label: group.value for label, group in frame.groups.items()}
    assert values["SINSTS"] == "04321"
    assert values == meter.truth


async def test_two_clients_hear_the_same_line() -> None:
    meter = TicMeter(Kind.STANDARD_HC)
    meter.household.freeze()
    async with serve_socket(meter) as url, tcp(url) as one, tcp(url) as other:
        heard = [[f async for f in _first(1, frames(reader))] for reader in (one, other)]
    assert heard[0] == heard[1]


async def test_a_pty_carries_whole_frames() -> None:
    meter = TicMeter(Kind.STANDARD_HC)
    async with open_pty(meter) as path:
        async for _ in _first(2, _heard(path)):
            pass


async def test_a_pty_opened_late_does_not_begin_in_the_past() -> None:
    meter = TicMeter(Kind.STANDARD_HC)
    rounds = 0
    done = asyncio.Event()

    def on_latched(label: str, value: str, at: float) -> None:
        nonlocal rounds
        rounds += label == "ADSC"
        if rounds == 4:
            done.set()

    meter.on_latched = on_latched
    async with open_pty(meter) as path:
        await done.wait()
        line = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
        try:
            assert len(os.read(line, 10_000)) <= 9600 // 10 + 7
        finally:
            os.close(line)


RECORDING = (
    b"0123 +\r"
    + b"".join(
        STX + encode_historic("ADCO", "991976000101") + encode_historic("PAPP", papp) + ETX
        for papp in ("00100", "00200")
    )
    + STX
    + encode_historic("ADCO", "991976000101")
    + encode_historic("PTEC", "TH..")[:-3]
)


async def test_a_recording_is_played_and_then_its_last_groups_again_and_again(
    tmp_path: Path,
) -> None:
    path = tmp_path / "recording.bin"
    path.write_bytes(RECORDING)
    player = CapturePlayer(path, baud=19200)
    assert player.truth == {"ADCO": "991976000101", "PAPP": "00200"}
    decoder, powers = TicDecoder(), list[str]()

    def write(data: bytes) -> None:
        heard = [event for event in decoder.feed(data) if isinstance(event, Frame)]
        powers.extend(frame.groups["PAPP"].value for frame in heard)
        if len(powers) == 4:
            raise Heard

    with pytest.raises(Heard):
        await player.run(write)
    assert player.played.is_set()
    assert powers == ["00100", "00200", "00200", "00200"]


async def _first[T](count: int, events: AsyncIterator[T]) -> AsyncIterator[T]:
    async for event in events:
        yield event
        count -= 1
        if not count:
            return


async def _heard(path: str) -> AsyncIterator[Frame]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    line = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOCTTY), "rb", buffering=0)
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), line)
    try:
        async for frame in frames(reader):
            yield frame
    finally:
        transport.close()
