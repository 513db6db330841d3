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
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import logging
import random
import re
import statistics
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

from benchmarks.figures import Report
from custom_components.sen1.const import CONF_KIND, DOMAIN, Kind as EntryKind
from custom_components.sen1.linky.const import CONF_MODE, CONF_SERIAL_PORT, CONF_SPEED
from testbed.tic_groups import Kind
from testbed.tic_meter import TicMeter, serve_socket
from testbed.waiting import until

STEPS = 36
POLLERS_S = (10, 30)
PHASES = 60
POWER = {Kind.HISTORIC_HC: "PAPP", Kind.STANDARD_HC: "SINSTS"}
SERIAL = {Kind.HISTORIC_HC: "ADCO", Kind.STANDARD_HC: "ADSC"}


@dataclass
class Wire:
    """Every frame a listener saw on the line: when it began and ended, the power it told."""

    frames: list[tuple[float, float, int]] = field(default_factory=list)

    async def record(self, url: str, label: str) -> None:
        """Read the line until cancelled."""
        host, port = url.removeprefix("socket://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        told = re.compile(rb"\n%b[ \t]([0-9]{5})[ \t]" % label.encode())
        try:
            await reader.readuntil(b"\x03")
            while True:
                first = await reader.readuntil(b"\x02")
                begin = time.monotonic()
                frame = await reader.readuntil(b"\x03")
                if not first.strip(b"\x02") and (power := told.search(frame)):
                    self.frames.append((begin, time.monotonic(), int(power[1])))
        finally:
            writer.close()

    @property
    def period_s(self) -> float:
        """From the beginning of a frame to that of the next."""
        return (self.frames[-1][0] - self.frames[0][0]) / (len(self.frames) - 1)


@asynccontextmanager
async def house(meter: TicMeter, url: str) -> AsyncIterator[tuple[HomeAssistant, str]]:
    """Run a Home Assistant that reads the meter; yield it and the entity of the power."""
    serial, label = SERIAL[meter.kind], POWER[meter.kind]
    await until(lambda: serial in meter.truth, "the meter's number")
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Linky",
        unique_id=meter.truth[serial],
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
                "sensor", DOMAIN, f"{entry.unique_id}_{label}"
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
    run, label = Run(), POWER[kind]
    meter = TicMeter(kind)
    meter.household.freeze()
    latching = asyncio.Event()

    def latched(of: str, value: str, at: float) -> None:
        if of == label:
            run.latched.setdefault(int(value), at)
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

        recorder = asyncio.create_task(run.wire.record(url, label))
        await until(lambda: len(run.wire.frames) > 3, "some frames")
        moments = [(number + chance.random()) / STEPS for number in range(STEPS)]
        chance.shuffle(moments)
        for number, moment in enumerate(moments):
            await sleep_into(moment)
            value = 1000 + 100 * number  # each a step, and none like another
            run.steps.append((time.monotonic(), value))
            meter.override(label, f"{value:05}")
            await until(lambda value=value: value in run.seen, "the step in the house")
        recorder.cancel()
        await asyncio.wait([recorder])
    text = next(row for row in meter.output.rows if row.label == label)
    run.group_s = 10 / meter.baud * len(meter.output.encode(text.label, "00000", None))
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


def main() -> None:
    logging.disable(logging.ERROR)
    chance = random.Random(54)
    figures = Report()
    for name, kind in (("historic", Kind.HISTORIC_HC), ("standard", Kind.STANDARD_HC)):
        report(figures, name, asyncio.run(measure(kind, chance)))
    figures.exit()


if __name__ == "__main__":
    main()
