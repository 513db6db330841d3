"""Screen: what the page without a login costs when it is asked as often as the network lets.

A home of two years of half-hours, bought, produced and sold, in a Home Assistant with a recorder.
Eight connections of a process of its own ask for ten seconds each: with the right link for the
most that a screen is answered, then with links that are guessed; the floor is as many questions of
Home Assistant's own page of its manifest, which answers anybody too. `held` is the longest time in
which the event loop did nothing else; `collected` is what one full collection of Python's garbage
holds it in this heap, whoever causes it: what setting up left is collected before each.
"""

import asyncio
from collections import Counter
from datetime import timedelta
import gc
import logging
import multiprocessing
from multiprocessing.connection import Connection
import time

import aiohttp
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from benchmarks.backfill import home
from benchmarks.hostile import Beat
from benchmarks.report import Report
from custom_components.sen1.app.screen.door import HEADER
from custom_components.sen1.app.screen.screens import SCREENS, AskedScreen, Show
from custom_components.sen1.const import CONF_KIND, DOMAIN, Kind
from custom_components.sen1.figures.counting.balance import HomeQuantity
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation, Point
from testbed.process import free_port
from testbed.waiting import until

ASKING_S = 10
CONNECTIONS = 8
DAYS = 730
HALF_HOUR = 1800


def ask_often(pipe: Connection) -> None:
    """Ask what is said as often as it is answered; tell how often, by status."""
    logging.disable(logging.ERROR)
    asyncio.run(_ask_often(pipe))


async def _ask_often(pipe: Connection) -> None:
    while (asked := await asyncio.to_thread(pipe.recv)) is not None:
        counted: Counter[int] = Counter()
        async with aiohttp.ClientSession() as session:
            several = (_ask(session, counted, *asked) for _ in range(CONNECTIONS))
            await asyncio.gather(*several)
        pipe.send(dict(counted))


async def _ask(
    session: aiohttp.ClientSession,
    counted: Counter[int],
    method: str,
    url: str,
    token: str,
    message: object,
) -> None:
    """Ask one question after the other; `{n}` in a token is another each time."""
    ends, n = time.monotonic() + ASKING_S, 0
    while time.monotonic() < ends:
        n += 1
        headers = {HEADER: token.format(n=n)}
        async with session.request(method, url, json=message, headers=headers) as answer:
            await answer.read()
            counted[answer.status] += 1


async def _site(hass: HomeAssistant) -> MockConfigEntry:
    end = int(dt_util.start_of_local_day().timestamp())
    begin = end - DAYS * 86_400
    data: dict[str, object] = {CONF_KIND: Kind.HOME}
    for number, name in enumerate(("bought", "produced", "sold")):
        points = [
            Point(at, HALF_HOUR, 0.1 + 0.01 * (at // HALF_HOUR % 48) + number / 10)
            for at in range(begin, end, HALF_HOUR)
        ]
        statistic = f"{DOMAIN}:{name}"
        await async_archive(hass).async_add(statistic, name, "kWh", Aggregation.SUM, points)
        data[f"{name}_series"] = [statistic]
    entry = MockConfigEntry(domain=DOMAIN, title="Home", data=data, version=2)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    book = entry.runtime_data.spending.book
    await until(lambda: book.since(HomeQuantity.SOLD) is not None, "the past is joined", within=300)
    return entry


async def measure(report: Report, pipe: Connection) -> None:
    """Print what each way of asking costs."""
    async with home() as hass:
        port = free_port()
        http = {"server_host": "127.0.0.1", "server_port": port}
        assert await async_setup_component(hass, "http", {"http": http})
        assert await async_setup_component(hass, "frontend", {})
        assert await async_setup_component(hass, DOMAIN, {})
        await hass.async_start()
        entry = await _site(hass)
        await asyncio.sleep(5)
        screens = hass.data[SCREENS]
        shown = AskedScreen(
            title="Hall",
            site=entry.entry_id,
            challenge=None,
            shows=list(Show),
            seconds=20,
            outside=False,
            until=None,
        )
        await screens.async_set(shown, None)
        (screen,) = screens.kept.values()
        today = dt_util.start_of_local_day()
        span = {
            "begin": (today - timedelta(days=15)).isoformat(),
            "end": today.isoformat(),
        }
        statistics = [
            f"{DOMAIN}:{entry.entry_id.lower()}_{one}"
            for one in ("bought", "consumed", "produced", "sold")
        ]
        values = {"type": "sen1/values", **span, "ids": statistics, "step": "hour"}
        months = {
            "type": "sen1/energies",
            "site": entry.entry_id,
            "begin": today.replace(year=today.year - 1, month=1, day=1).isoformat(),
            "end": today.isoformat(),
            "step": "month",
        }
        here = f"http://127.0.0.1:{port}"
        door = ("POST", f"{here}/api/sen1/screen")
        for name, asked in (
            ("floor", ("GET", f"{here}/manifest.json", "", None)),
            ("guessed", (*door, "guess{n}", values)),
            ("values", (*door, screen["token"], values)),
            ("months", (*door, screen["token"], months)),
        ):
            screens.watched.clear()
            began = time.perf_counter()
            gc.collect()
            if name == "floor":
                report.add("screen.floor.collected", 1000 * (time.perf_counter() - began), "ms")
            async with Beat() as beat:
                pipe.send(asked)
                counted = await asyncio.to_thread(pipe.recv)
            answered = counted.get(200, 0)
            report.add(f"screen.{name}.asked", sum(counted.values()) / ASKING_S, "/s")
            report.add(f"screen.{name}.answered", answered, "answers")
            target = None if name == "floor" else "<=50"
            report.add(f"screen.{name}.held", 1000 * beat.held_s, "ms", target)
        pipe.send(None)
        await hass.config_entries.async_unload(entry.entry_id)


def main() -> None:
    logging.disable(logging.ERROR)
    report = Report()
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=ask_often, args=(theirs,))
    process.start()
    asyncio.run(measure(report, ours))
    process.join()
    report.exit()


if __name__ == "__main__":
    main()
