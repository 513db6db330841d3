"""Files: the time, the memory and the longest hold of the event loop that reading one costs.

Over files that mean harm, honest ones spoilt at random, and the largest honest ones. Each is read
as the page reads it, in a process of its own for the memory, beside a loop that wakes each
millisecond: what it oversleeps, all else in Home Assistant waits. Twice each, and the lesser
counts: what reading costs it costs each time, what else the machine does comes and goes.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
import gc
import multiprocessing
from pathlib import Path
import re
import tempfile
from time import perf_counter
from typing import NamedTuple

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from benchmarks.report import Report
from custom_components.sen1.history.errors import FileRefused
from custom_components.sen1.history.importing import async_read
from testbed import exports
from testbed.exports import PARIS
from testbed.hostile_files import HOSTILE, spoilt

SPOILT = 1000

TRIES = 2

TICK = 0.001
"""Seconds that the loop sleeps."""

SETTLING = 0.05
"""Seconds after each file."""

MIB = 2**20


class Cost(NamedTuple):
    """What reading cost."""

    name: str
    seconds: float
    memory: float
    """Bytes above what the process had with the file in it."""
    hold: float
    """Seconds."""


def main() -> None:
    report = Report()
    for kind, files in (("hostile", HOSTILE), ("honest", HONEST)):
        _tell(report, kind, [_apart(name) for name in files])
    _tell(report, "spoilt", [_apart("spoilt")])
    report.exit()


def ten_years() -> exports.Curve:
    """Return ten years of half-hours."""
    return exports.half_hours("2016-01-01", "2025-12-31")


def _sheet() -> bytes:
    rows = [
        (exports.local(time).isoformat(), watts)
        for time, watts in exports.half_hours("2022-01-01", "2025-12-31")
    ]
    return exports.workbook("Export", [("Horodate", "Valeur (en W)"), *rows])


def _three_years_both_ways() -> bytes:
    curve = exports.half_hours("2023-01-01", "2025-12-31")
    return exports.r63({"CONS": curve, "PROD": curve}).encode()


def _gas() -> bytes:
    days = [(day, 30.0) for day in exports.days(ten_years())]
    return exports.gas(days)


def _year_of_days() -> bytes:
    """Return sixty daily pushes of ten minutes, in an archive."""
    curve = exports.half_hours("2025-01-01", "2025-03-01")
    files = {
        f"{number}.xml": exports.r4q(curve[number * 48 : number * 48 + 48]).encode()
        for number in range(60)
    }
    return exports.zipped(files)


def _sheets_of_weeks() -> bytes:
    """Return three years of Enedis's export, which gives seven days a workbook."""
    curve = exports.half_hours("2023-01-01", "2025-12-31")
    return exports.zipped(
        {
            f"{at}.xlsx": exports.workbook(
                "Consommation Horaire", exports.by_hour(curve[at : at + 336])
            )
            for at in range(0, len(curve), 336)
        }
    )


def _four_columns() -> bytes:
    """Return three years of quarters of an hour of a gateway's four energies."""
    begin = exports.local(exports.half_hours("2023-01-01", "2023-01-01")[0][0])
    names = ("Energy Produced", "Energy Consumed", "Exported to Grid", "Imported from Grid")
    lines = [
        f"{begin + timedelta(minutes=15 * n)},{n % 7},{n % 11},{n % 5},{n % 13}"
        for n in range(99_000)
    ]
    return "\n".join(
        [",".join(["Date/Time", *(f"{name} (Wh)" for name in names)]), *lines]
    ).encode()


HONEST: dict[str, Callable[[], bytes]] = {
    "ten_years_of_half_hours": lambda: exports.hdm(ten_years()).encode(),
    "ten_years_of_powers": lambda: exports.powers_reached(ten_years()),
    "three_years_flat": _three_years_both_ways,
    "four_years_in_a_sheet": _sheet,
    "ten_years_of_gas": _gas,
    "ten_years_of_the_push": lambda: exports.r50(ten_years()).encode(),
    "two_months_of_pushes": _year_of_days,
    "three_years_in_weeks": _sheets_of_weeks,
    "four_columns": _four_columns,
}


def _tell(report: Report, kind: str, costs: list[Cost]) -> None:
    for cost in costs:
        print(
            f"# {cost.name}: {cost.seconds:.2f} s, {cost.memory / MIB:.0f} MiB,"
            f" {cost.hold * 1000:.0f} ms"
        )
    report.add(f"files.{kind}.time", max(cost.seconds for cost in costs), "s", "<=2")
    report.add(f"files.{kind}.memory", max(cost.memory for cost in costs) / MIB, "MB", "<=200")
    report.add(f"files.{kind}.hold", max(cost.hold for cost in costs) * 1000, "ms", "<=50")


def _apart(name: str) -> Cost:
    """Return what a file costs, or the dearest of those spoilt, read in another process."""
    # By its name: what makes a file is no message between processes.
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        tries = [pool.apply(_cost_of, (name,)) for _try in range(TRIES)]
    return Cost(name, *map(min, zip(*(each[1:] for each in tries), strict=True)))


def _cost_of(name: str) -> Cost:
    make = (HOSTILE | HONEST).get(name)
    files = [octets for _kind, octets in spoilt(SPOILT)] if make is None else [make()]
    dt_util.set_default_time_zone(PARIS)
    return asyncio.run(_cost(name, files))


async def _cost(name: str, files: Iterable[bytes]) -> Cost:
    with tempfile.TemporaryDirectory() as folder:
        hass = HomeAssistant(folder)
        await hass.async_add_executor_job(lambda: None)
        seconds, holds = 0.0, [0.0]
        gc.collect()
        _forget_most()
        before = _status("VmRSS")
        ticking = asyncio.create_task(_tick(holds))
        for octets in files:
            begin = perf_counter()
            with suppress(FileRefused):
                await async_read(hass, octets)
            seconds = max(seconds, perf_counter() - begin)
            # What reading leaves to be tidied is its own.
            await asyncio.sleep(SETTLING)
        ticking.cancel()
        memory = _status("VmHWM") - before
        await hass.async_stop(force=True)
    return Cost(name, seconds, memory, max(holds) - TICK)


async def _tick(holds: list[float]) -> None:
    while True:
        begin = perf_counter()
        await asyncio.sleep(TICK)
        holds.append(perf_counter() - begin)


def _forget_most() -> None:
    """Have the most memory that this process had counted from here on."""
    Path("/proc/self/clear_refs").write_text("5")


def _status(field: str) -> float:
    """Return a size of this process in bytes."""
    found = re.search(rf"{field}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return float(found[1]) * 1024


if __name__ == "__main__":
    main()
