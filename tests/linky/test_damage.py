"""Bytes go wrong on a line; states never do."""

from collections import defaultdict
from functools import partial
import logging
import random

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
import pytest

from testbed.household import Household
from testbed.port import Port
from testbed.tic_groups import Kind, encode_standard
from testbed.tic_meter import TicMeter, Transmitter, Write, serve_socket
from testbed.waiting import until

from .conftest import QUICK, entry_of, quick_meter, set_up

FRAMES = 80


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.ERROR
        or (record.levelno >= logging.WARNING and record.name.startswith("custom_components"))
    ]


class Damaged(TicMeter):
    """A meter on a line that spoils one byte in a hundred."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind, Household(speed=8))
        self.baud = QUICK
        self.chance = random.Random(8428)
        self.latched: dict[str, set[str]] = defaultdict(set)
        self.on_latched = lambda label, value, at: self.latched[label].add(value)

    async def run(self, write: Write) -> None:
        def spoil(data: bytes) -> None:
            write(
                bytes(
                    self.chance.randrange(256) if self.chance.random() < 0.01 else byte
                    for byte in data
                )
            )

        await super().run(spoil)

    def told(self, key: str) -> set[int]:
        """Return every value the meter gave this key, as numbers."""
        if key == "total":
            sums = {0}
            for label in ("HCHC", "HCHP"):
                sums = {one + int(value) for one in sums for value in self.latched[label]}
            return sums
        return {int(value) for value in self.latched[key]}


@pytest.mark.parametrize("kind", [Kind.HISTORIC_HC, Kind.STANDARD_PRODUCER])
async def test_a_damaged_line_never_writes_a_wrong_state(
    hass: HomeAssistant, kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    meter = Damaged(kind)
    registry = er.async_get(hass)
    written: dict[str, list[int]] = defaultdict(list)

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        entity, state = registry.async_get(event.data["entity_id"]), event.data["new_state"]
        if entity and state and state.state.isdigit():
            written[entity.unique_id.rpartition("_")[2]].append(int(state.state))

    async with serve_socket(meter) as url:
        await until(lambda: meter.latched, "the meter's first words")
        entry = entry_of(meter, url, interval=0)
        entry.add_to_hass(hass)
        hass.bus.async_listen("state_changed", changed)
        assert await hass.config_entries.async_setup(entry.entry_id)
        statistics = entry.runtime_data.stream.statistics

        def has_heard(frames: int) -> bool:
            return bool(statistics.frames >= frames)

        for frames in range(0, FRAMES, 4):
            await until(partial(has_heard, frames), "some frames more")
            meter.household.step(1000 if frames % 8 else -900)
        assert await hass.config_entries.async_unload(entry.entry_id)

    assert statistics.bad.total() > FRAMES
    assert sum(map(len, written.values())) > 40
    wrong = {key: set(values) - meter.told(key) for key, values in written.items()}
    assert not any(wrong.values()), wrong
    for key in written.keys() & {"HCHP", "HCHC", "EAST", "EAIT", "total"}:
        assert written[key] == sorted(written[key])
    assert not complaints(caplog)


class Noise(Transmitter):
    """A meter drowned in noise after a while."""

    def __init__(self, meter: TicMeter) -> None:
        super().__init__(QUICK)
        self._meter = meter
        self.chance = random.Random(8798)
        self.is_drowned = False

    async def run(self, write: Write) -> None:
        await self._meter.run(lambda data: write(self._drowned(data)))

    def _drowned(self, data: bytes) -> bytes:
        return self.chance.randbytes(len(data)) if self.is_drowned else data


async def test_noise_leaves_states_as_they_are_and_logs_nothing(
    hass: HomeAssistant, meter: TicMeter, caplog: pytest.LogCaptureFixture
) -> None:
    meter.household.freeze()
    noise = Noise(meter)
    async with serve_socket(noise) as url:
        await until(lambda: "ADSC" in meter.truth, "the meter's number")
        entry = await set_up(hass, meter, url)
        await until(lambda: "EAST" in entry.runtime_data.values, "an index")
        before = {state.entity_id: state.state for state in hass.states.async_all("sensor")}
        statistics = entry.runtime_data.stream.statistics
        caplog.clear()
        noise.is_drowned = True
        good, bad = statistics.good, statistics.bad.total()
        await until(lambda: statistics.bad.total() > bad + 500, "much noise")
        assert statistics.good <= good + 40  # what was under way
        assert {s.entity_id: s.state for s in hass.states.async_all("sensor")} == before
        noise.is_drowned = False
        await until(lambda: statistics.good > good + 80, "the meter again")
        assert await hass.config_entries.async_unload(entry.entry_id)
    assert not complaints(caplog)


async def test_a_time_is_believed_with_the_value_it_stands_beside(hass: HomeAssistant) -> None:
    meter, port = quick_meter(Kind.STANDARD_HC), Port()
    meter.household.freeze()
    entry = entry_of(meter, port.url)
    entry.add_to_hass(hass)
    with port.installed():
        setup = hass.async_create_task(hass.config_entries.async_setup(entry.entry_id))
        while not setup.done():
            await port.hand(meter.frame())
        assert await setup
        values = entry.runtime_data.values
        before = values["CCASN_time"]
        await port.hand(encode_standard("CCASN", "0020=", "H220109163000"))
        assert values["CCASN_time"] == before
        await port.hand(encode_standard("CCASN", "00209", "H220109163000"))
        assert values["CCASN_time"] == before
        for _ in range(2):
            await port.hand(encode_standard("CCASN", "00209", "H260109163000"))
        assert values["CCASN"] == 209
        assert values["CCASN_time"] != before
        assert await hass.config_entries.async_unload(entry.entry_id)
