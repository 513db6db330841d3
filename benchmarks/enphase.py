"""Enphase: what a gateway is asked, and how old the net power is, ours beside Home Assistant's own.

A real Home Assistant reads a simulated gateway with two meters and eight inverters through our
integration, another through core's `enphase_envoy`, both at their true rhythm for a few minutes.
Requests are counted at the gateway from 40 s after the start, and told for an hour; what core
asks but once in hours is not in them.

Freshness: the household's draw steps at moments spread over a minute; for each step, the time until
the entity shows it.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
import logging
from multiprocessing import get_context
import statistics
import tempfile
import time
from typing import Any

from homeassistant import loader
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)

from benchmarks.report import Report
from custom_components.sen1.const import CONF_KIND, DOMAIN, Kind
from testbed.envoy import SimulatedGateway
from testbed.household import PARIS, Household

WARM_S = 40
TAIL_S = 62
"""After the last step: longer than the slower rhythm."""
STEPS = 28
EVERY_S = 8.3
"""Between two steps: they fall anywhere in both rhythms, all within the five minutes after which
the meters' own clock, frozen with the household, is taken for stalled."""
STEP_W = 100


type Reader = tuple[str, dict[str, Any], str, float]
"""An integration's domain, what its entry holds, the key of its net power, W in its unit."""

READERS: dict[str, Reader] = {
    "ours": (DOMAIN, {CONF_KIND: Kind.ENPHASE}, "net_power", 1),
    "core": (
        "enphase_envoy",
        {"name": "Envoy", "username": "owner", "password": "unused"},
        "net_consumption",
        1000,
    ),
}


@dataclass
class Run:
    """What one integration asked and showed."""

    asked: int = 0
    lasted_s: float = 0.0
    steps: dict[int, float] = field(default_factory=dict)
    """When the net power took a value, W."""
    seen: list[tuple[float, int]] = field(default_factory=list)

    @property
    def delays(self) -> Iterator[float]:
        """Yield how long after each step the entity showed it, or a later one."""
        for value, at in self.steps.items():
            shown = [when - at for when, told in self.seen if when >= at and told >= value]
            if shown:
                yield shown[0]


async def measure(domain: str, data: dict[str, Any], key: str, scale: float) -> Run:
    """Read a gateway of its own through one integration while the draw steps."""
    run = Run()
    house = Household(seed=1, begin=datetime(2026, 1, 15, 12, 0, tzinfo=PARIS))
    house.freeze()
    async with SimulatedGateway(house) as gateway:
        entry = MockConfigEntry(
            domain=domain,
            title="Envoy",
            unique_id=gateway.serial,
            data={"host": gateway.host, "token": gateway.token, **data},
        )
        with tempfile.TemporaryDirectory() as folder:
            async with async_test_home_assistant(config_dir=folder) as hass:
                hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
                # A started Home Assistant has these; core's integration needs them.
                for component in ("network", "homeassistant"):
                    assert await async_setup_component(hass, component, {})
                entry.add_to_hass(hass)
                assert await hass.config_entries.async_setup(entry.entry_id)
                follow(hass, domain, f"{gateway.serial}_{key}", scale, run)
                await asyncio.sleep(WARM_S)
                before, begin = gateway.requests.total(), time.monotonic()
                for _ in range(STEPS):
                    house.step(STEP_W)
                    run.steps[round(gateway.truth["net_power"])] = time.monotonic()
                    await asyncio.sleep(EVERY_S)
                run.lasted_s = time.monotonic() - begin
                run.asked = gateway.requests.total() - before
                await asyncio.sleep(TAIL_S)
                await hass.config_entries.async_unload(entry.entry_id)
                await hass.async_stop(force=True)
    return run


def follow(hass: HomeAssistant, domain: str, unique_id: str, scale: float, run: Run) -> None:
    """Note what the entity shows, in W, and when."""
    entity_id = er.async_get(hass).async_get_entity_id("sensor", domain, unique_id)
    assert entity_id is not None, unique_id

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is not None and state.state not in ("unknown", "unavailable"):
            run.seen.append((time.monotonic(), round(float(state.state) * scale)))

    async_track_state_change_event(hass, entity_id, changed)


def measured(reader: Reader) -> Run:
    logging.disable(logging.ERROR)
    return asyncio.run(measure(*reader))


def main() -> None:
    figures = Report()
    # At the same time, each in a process of its own: two Home Assistants in one share too much.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        runs = list(processes.map(measured, READERS.values()))
    for name, run in zip(READERS, runs, strict=True):
        delays = list(run.delays)
        target = "<=10" if name == "ours" else None
        figures.add(f"enphase.{name}.requests", run.asked * 3600 / run.lasted_s, "1/h")
        figures.add(f"enphase.{name}.freshness.mean", statistics.mean(delays), "s", target)
        figures.add(f"enphase.{name}.freshness.worst", max(delays), "s")
        figures.add(f"enphase.{name}.steps_seen", len(delays), "steps", f">={STEPS}")
    figures.exit()


if __name__ == "__main__":
    main()
