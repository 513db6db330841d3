"""Freshness: from a step in power at the meter to the entity in the house's Home Assistant.

A simulated meter speaks at its true rate over a socket; a real Home Assistant listens through our
integration. Steps come at random moments, one in each equal slice of the time between two
latchings of the power, in random order. For each, the time until the entity shows it is taken.

The floor is what no reader can beat, computed from the line of the same run: half the line time of
a frame, from its first to its last character, plus the line time of the group that carries the
value, since a value is latched as its group begins. "worst" stands beside a whole frame and that
group. Between two frames a meter is silent for 25 ms: "over_floor_and_silence" counts it in.

The pollers are played on the bytes that a second listener recorded of the same line: every 10 or
30 s they wait for a frame to begin, read it to its end and publish its value then; their figures
are over 60 phases of their rhythm, and steps too near the end of the record are left out.

Each kind of frame is measured in a process of its own, all at the same time.
"""

import asyncio
from bisect import bisect_left
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
import logging
import random
import re
import statistics
import sys
import tempfile
import time

from homeassistant import loader
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)

from benchmarks.report import Report
from custom_components.sen1.const import CONF_KIND, DOMAIN, Kind as EntryKind
from custom_components.sen1.linky.const import CONF_MODE, CONF_SERIAL_PORT, CONF_SPEED
from testbed.contracts import OFF_PEAK, TEMPO
from testbed.tic_groups import Kind, Mode
from testbed.tic_meter import TicMeter, serve_socket
from testbed.waiting import until

POLLERS_S = (10, 30)
PHASES = 60
KINDS = {
    "historic": Kind.HISTORIC_HC,
    "historic_tempo_tri": Kind(Mode.HISTORIC, TEMPO, phases=3),
    "standard": Kind.STANDARD_HC,
    "standard_producer": Kind.STANDARD_PRODUCER,
    "standard_tri": Kind(Mode.STANDARD, OFF_PEAK, phases=3),
    "pme_pmi": Kind.PME_PMI,
}


@dataclass(frozen=True)
class Power:
    """How a mode tells the power of now."""

    label: str
    form: str
    """Of its value, a number."""
    first: int
    each: int
    """Steps of the power: this value first, and so much more at each."""
    steps: int

    def values(self) -> list[int]:
        """Return the values the power takes, each a step, and none like another."""
        return [self.first + self.each * number for number in range(self.steps)]


POWERS = {
    Mode.HISTORIC: Power("PAPP", "{:05}", 1000, 100, 36),
    Mode.STANDARD: Power("SINSTS", "{:05}", 1000, 100, 36),
    # Its frame lasts seven seconds: fewer steps.
    Mode.PME_PMI: Power("PA1MN", "{}kW", 10, 1, 20),
}


@dataclass
class Wire:
    """Every frame a listener saw on the line: when it began and ended, the power it told."""

    frames: list[tuple[float, float, int]] = field(default_factory=list)

    async def record(self, url: str, power: Power) -> None:
        """Read the line until cancelled."""
        host, port = url.removeprefix("socket://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        told = re.compile(rb"\n%b[ \t]([0-9]+)(kW)?[ \t]" % power.label.encode())
        try:
            await reader.readuntil(b"\x03")
            while True:
                first = await reader.readuntil(b"\x02")
                begin = time.monotonic()
                frame = await reader.readuntil(b"\x03")
                if not first.strip(b"\x02") and (value := told.search(frame)):
                    self.frames.append((begin, time.monotonic(), int(value[1])))
        finally:
            writer.close()

    @property
    def period_s(self) -> float:
        """From the beginning of a frame to that of the next."""
        return (self.frames[-1][0] - self.frames[0][0]) / (len(self.frames) - 1)


@asynccontextmanager
async def house(meter: TicMeter, url: str) -> AsyncIterator[tuple[HomeAssistant, str]]:
    """Run a Home Assistant that reads the meter; yield it and the entity of the power."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Linky",
        unique_id=meter.registers.serial,
        data={
            CONF_KIND: EntryKind.LINKY,
            CONF_SERIAL_PORT: url,
            CONF_MODE: meter.kind.mode.value,
            CONF_SPEED: None,
        },
    )
    with tempfile.TemporaryDirectory() as folder:
        async with async_test_home_assistant(config_dir=folder) as hass:
            hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
            entry.add_to_hass(hass)
            assert await hass.config_entries.async_setup(entry.entry_id)
            entity_id = er.async_get(hass).async_get_entity_id(
                "sensor", DOMAIN, f"{entry.unique_id}_{POWERS[meter.kind.mode].label}"
            )
            assert entity_id is not None
            yield hass, entity_id
            await hass.config_entries.async_unload(entry.entry_id)
            await hass.async_stop(force=True)


@dataclass
class Run:
    """What one kind of meter gave."""

    steps: list[tuple[float, int]] = field(default_factory=list)
    """When the power took a value."""
    latched: dict[int, float] = field(default_factory=dict)
    """When the group of that value began."""
    seen: dict[int, float] = field(default_factory=dict)
    """When the entity showed it."""
    wire: Wire = field(default_factory=Wire)
    group_s: float = 0.0

    @property
    def delays(self) -> list[float]:
        return [self.seen[value] - at for at, value in self.steps]

    def polled(self, interval_s: float) -> list[float]:
        """Return the delays of a poller, over all phases of its rhythm."""
        begins = [begin for begin, _, _ in self.wire.frames]
        order = {value: number for number, (_, value) in enumerate(self.steps)}
        last = self.wire.frames[-1][1]
        delays = []
        for phase in range(PHASES):
            poll = begins[0] + interval_s * phase / PHASES
            published = []  # (when, number of the newest step told)
            while (frame := bisect_left(begins, poll)) < len(begins):
                _, end, value = self.wire.frames[frame]
                published.append((end, order.get(value, -1)))
                poll = max(poll + interval_s, end)
            for number, (at, _) in enumerate(self.steps):
                if at < last - interval_s - 2 * self.wire.period_s:
                    delays.append(
                        next(when for when, told in published if told >= number and when >= at) - at
                    )
        return delays


async def measure(kind: Kind, chance: random.Random) -> Run:
    """Step the power at moments spread over the time between two latchings."""
    run, power = Run(), POWERS[kind.mode]
    meter = TicMeter(kind)
    meter.household.freeze()
    latching = asyncio.Event()

    def latched(of: str, value: str, at: float) -> None:
        if of == power.label:
            run.latched.setdefault(int(value.removesuffix("kW")), at)
            latching.set()

    meter.on_latched = latched
    async with serve_socket(meter) as url, house(meter, url) as (hass, entity_id):

        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            state = event.data["new_state"]
            if state is not None and state.state.isdigit():
                run.seen.setdefault(int(state.state), time.monotonic())

        async_track_state_change_event(hass, entity_id, changed)

        async def sleep_into(moment: float) -> None:
            # A sleep of the last slice that ends in the next period is none of that slice.
            latching.set()
            while latching.is_set():
                latching.clear()
                await latching.wait()
                latching.clear()
                await asyncio.sleep(moment * run.wire.period_s)

        recorder = asyncio.create_task(run.wire.record(url, power))
        await until(lambda: len(run.wire.frames) > 3, "some frames", within=90)
        moments = [(number + chance.random()) / power.steps for number in range(power.steps)]
        chance.shuffle(moments)
        for value, moment in zip(power.values(), moments, strict=True):
            await sleep_into(moment)
            run.steps.append((time.monotonic(), value))
            meter.override(power.label, power.form.format(value))
            await until(partial(run.seen.__contains__, value), "the step in the house")
        recorder.cancel()
        await asyncio.wait([recorder])
    group = meter.output.encode(power.label, power.form.format(power.first), None)
    run.group_s = 10 / meter.baud * len(group)
    return run


def report(figures: Report, name: str, run: Run) -> None:
    """Print what the run showed, beside the floor and the pollers."""
    frame_s = statistics.mean(end - begin for begin, end, _ in run.wire.frames)
    floor, mean = frame_s / 2 + run.group_s, statistics.mean(run.delays)
    late = [run.seen[value] - run.latched[value] - run.group_s for _, value in run.steps]
    figures.add(f"freshness.{name}.mean", mean, "s")
    figures.add(f"freshness.{name}.floor", floor, "s")
    figures.add(f"freshness.{name}.over_floor", mean / floor, "ratio", "<=1.05")
    silent = run.wire.period_s / 2 + run.group_s
    figures.add(f"freshness.{name}.over_floor_and_silence", mean / silent, "ratio")
    figures.add(f"freshness.{name}.worst", max(run.delays), "s")
    figures.add(f"freshness.{name}.worst_floor", frame_s + run.group_s, "s")
    figures.add(f"freshness.{name}.after_last_bit.mean", 1000 * statistics.mean(late), "ms")
    figures.add(f"freshness.{name}.after_last_bit.worst", 1000 * max(late), "ms")
    for interval_s in POLLERS_S:
        delays = run.polled(interval_s)
        figures.add(f"freshness.{name}.poller_{interval_s}s.mean", statistics.mean(delays), "s")
        figures.add(f"freshness.{name}.poller_{interval_s}s.worst", max(delays), "s")


async def measure_each() -> bool:
    """Let a process measure each kind, all begun before any goes on; tell if a figure is short."""
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.freshness", name),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for name in KINDS
    ]
    for process in processes:
        assert process.stdout is not None  # a pipe was asked for
        await process.stdout.readline()
    printed = await asyncio.gather(*(process.communicate(b"\n") for process in processes))
    for figures, _ in printed:
        print(figures.decode(), end="", flush=True)
    return any(process.returncode for process in processes)


def main() -> None:
    logging.disable(logging.ERROR)
    names = sys.argv[1:]
    if not names:
        raise SystemExit(asyncio.run(measure_each()))
    print("ready", flush=True)
    sys.stdin.readline()
    figures = Report()
    for name in names:
        report(figures, name, asyncio.run(measure(KINDS[name], random.Random(54))))
    figures.exit()


if __name__ == "__main__":
    main()
