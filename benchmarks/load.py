"""Load: what reading a three-phase Linky in standard mode, the chattiest meter, costs a house.

"day" plays 24 hours of frames through the event loop of a Home Assistant with the entities and
the pace it has by default: the share of one core that decoding, believing and writing take, the
loop's own time counted in. Then, in real time, a meter in a process of its own speaks on a
pseudo-terminal at its true rate, fifteen bytes at a time as USB adapters deliver them, and one
process is measured thrice: "idle" is a Home Assistant that listens to nothing, "floor" the same
one reading the line and dropping what it reads, "line" the same one with the meter's entities.
Floor less idle is the price of waking up sixty times a second, which a value shown as soon as its
last bit costs whoever reads; line less floor is what we do with it, caches cold at each waking.

Memory is what the process holds more of: once the meter is read, and between the first hour of
that day and the last.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
import gc
import logging
from pathlib import Path
import resource
import sys
import tempfile
import time

from homeassistant import loader
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)
import serialx

from benchmarks.report import Report
from custom_components.sen1.const import CONF_KIND, DOMAIN, Kind as EntryKind
from custom_components.sen1.linky.const import CONF_MODE, CONF_SERIAL_PORT, CONF_SPEED
from custom_components.sen1.linky.line.stream import READ_SIZE
from testbed.contracts import TEMPO
from testbed.household import PARIS, Household
from testbed.port import Port
from testbed.tic_groups import Kind, Mode
from testbed.tic_meter import FRAME_GAP_S, TicMeter, open_pty
from testbed.waiting import until

KIND = Kind(Mode.STANDARD, TEMPO, phases=3)
IDLE_S = 30
LISTEN_S = 60
ADAPTER_S = 0.016
"""The latency timer of FTDI adapters."""
HOUR_S = 3600
HOURS = 24
PAGE_MB = resource.getpagesize() / 1e6
BEGIN = datetime(2026, 1, 14, tzinfo=PARIS)


def resident_mb() -> float:
    """Return the memory that the process holds now."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_MB


@asynccontextmanager
async def home_assistant() -> AsyncIterator[HomeAssistant]:
    """Run a Home Assistant that finds our integration."""
    with tempfile.TemporaryDirectory() as folder:
        async with async_test_home_assistant(config_dir=folder) as hass:
            hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
            hass.loop.set_debug(False)
            yield hass
            await hass.async_stop(force=True)


def entry_of(port: str) -> MockConfigEntry:
    """Return the entry of the meter on this port."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="Linky",
        unique_id=KIND.serial,
        data={
            CONF_KIND: EntryKind.LINKY,
            CONF_SERIAL_PORT: port,
            CONF_MODE: KIND.mode.value,
            CONF_SPEED: 9600,
        },
    )


async def in_real_time(report: Report) -> None:
    """Listen to a line as it is."""
    meter = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.load", "meter", stdout=asyncio.subprocess.PIPE
    )
    assert meter.stdout is not None  # a pipe was asked for
    port = (await meter.stdout.readline()).decode().strip()
    try:
        async with home_assistant() as hass:
            await hass.async_block_till_done()
            idle = await share_of_core(IDLE_S)
            async with dropped(port):
                floor = await share_of_core(LISTEN_S)
            before = resident_mb()
            entry = entry_of(port)
            entry.add_to_hass(hass)
            assert await hass.config_entries.async_setup(entry.entry_id)
            statistics = entry.runtime_data.stream.statistics
            await until(lambda: statistics.frames > 3, "some frames")
            frames = statistics.frames
            busy = await share_of_core(LISTEN_S)
            report.add("load.line.frames", (statistics.frames - frames) / LISTEN_S, "frames/s")
            report.add("load.line.entities", len(hass.states.async_all()), "entities")
            report.add("load.line.idle", 100 * idle, "%")
            report.add("load.line.floor", 100 * (floor - idle), "%")
            report.add("load.line.core", 100 * (busy - idle), "%")
            report.add("load.line.ours", 100 * (busy - floor), "%")
            report.add("load.line.memory", resident_mb() - before, "MB")
            await hass.config_entries.async_unload(entry.entry_id)
    finally:
        meter.terminate()
        await meter.wait()


@asynccontextmanager
async def dropped(port: str) -> AsyncIterator[None]:
    """Read the line by the same library, and make nothing of it."""
    reader, writer = await serialx.open_serial_connection(url=port, baudrate=9600)

    async def read() -> None:
        while await reader.read(READ_SIZE):
            pass

    task = asyncio.create_task(read())
    try:
        yield
    finally:
        task.cancel()
        writer.close()


async def share_of_core(duration_s: float) -> float:
    """Return the share of one core that this process uses for so long."""
    begin, used = time.monotonic(), time.process_time()
    await asyncio.sleep(duration_s)
    return (time.process_time() - used) / (time.monotonic() - begin)


async def in_a_moment(report: Report) -> None:
    """Hand over a day's frames."""
    ahead_s = 0.0
    meter = TicMeter(KIND, Household(begin=BEGIN, clock=lambda: ahead_s))
    period_s = len(meter.frame()) * 10 / meter.baud + FRAME_GAP_S
    port = Port()
    async with home_assistant() as hass:
        now = hass.loop.time
        hass.loop.time = lambda: now() + ahead_s  # type: ignore[method-assign]
        entry = entry_of(port.url)
        entry.add_to_hass(hass)
        used = 0.0
        held: list[float] = []
        with port.installed():
            setup = hass.async_create_task(hass.config_entries.async_setup(entry.entry_id))
            while not setup.done():
                await port.hand(meter.frame())
            await hass.async_block_till_done()
            for hour in range(1, HOURS + 1):
                frames = []
                while ahead_s < hour * HOUR_S:
                    ahead_s += period_s
                    frames.append(meter.frame())
                ahead_s = (hour - 1) * HOUR_S
                begin = time.process_time()
                for frame in frames:
                    ahead_s += period_s
                    await port.hand(frame)
                used += time.process_time() - begin
                del frames
                held.append(resident_mb())
            await hass.config_entries.async_unload(entry.entry_id)
    report.add("load.day", used, "s")
    report.add("load.day.core", 100 * used / (HOURS * HOUR_S), "%", "<=0.1")
    report.add("load.day.memory_growth", held[-1] - held[0], "MB", "<=5")


async def speak() -> None:
    """Be the meter: print where it is heard, and speak until ended."""
    meter = TicMeter(KIND)
    meter.tick_s = ADAPTER_S
    async with open_pty(meter) as path:
        print(path, flush=True)
        await asyncio.Event().wait()


def main() -> None:
    if sys.argv[1:] == ["meter"]:
        asyncio.run(speak())
        return
    logging.disable(logging.ERROR)
    report = Report()
    asyncio.run(in_a_moment(report))
    asyncio.run(in_real_time(report))
    report.exit()


if __name__ == "__main__":
    main()
