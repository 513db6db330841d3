"""Enedis each day: what the first filling of two years costs a home, without its pauses.

Beside it, the same hours handed to the recorder directly. The gateway is a process of its own. A
home that stands on the series has joined it when the filling ends; between two questions there is
no pause here, where a real home waits fifteen seconds.
"""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
import multiprocessing
from multiprocessing.connection import Connection
from typing import Any

from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from benchmarks.backfill import Cost, counted, home
from benchmarks.report import Report
from custom_components.sen1.const import CONF_KIND, DOMAIN, Kind
from custom_components.sen1.enedis import gateways, plan
from custom_components.sen1.enedis.gateways import GatewayName
from custom_components.sen1.enedis.meter import EnedisMeter, statistic_id
from custom_components.sen1.enedis.plan import BOUGHT
from custom_components.sen1.figures.tariff.book import has_whole_days
from custom_components.sen1.history.recorder import async_committed
from testbed.enedis import DAY, SimulatedEnedis
from testbed.household import PARIS
from testbed.relatives import JEANNE, Counted, late_in_the_day
from testbed.waiting import until
from testbed.years import hours, midnight

DAYS = 730
KNOWN_BY = "5f0c2d8a41be"


def serve(told: Connection) -> None:
    """Be the gateways until told to end."""

    async def run() -> None:
        enedis = SimulatedEnedis(bought=Counted(), clock=late_in_the_day)
        enedis.faults.activated = enedis.today - DAYS * DAY
        async with enedis:
            told.send((enedis.bases, enedis.conso_key, enedis.prm))
            await asyncio.to_thread(told.recv)

    with suppress(EOFError):
        asyncio.run(run())


async def fill(hass: HomeAssistant, key: str, prm: str) -> tuple[Cost, EnedisMeter]:
    """Set a home and its meter up; return what it cost until all of the past is there."""
    await hass.config.async_set_time_zone("Europe/Paris")
    data: dict[str, Any] = {CONF_KIND: Kind.HOME, "bought_series": [statistic_id(KNOWN_BY, BOUGHT)]}
    site = MockConfigEntry(domain=DOMAIN, title="Home", data=data, version=2)
    of_meter = {"gateway": GatewayName.CONSO_API, "key": key, "prm": prm, "cache": False}
    meter = MockConfigEntry(
        domain=DOMAIN,
        title="Home",
        unique_id=KNOWN_BY,
        data={CONF_KIND: Kind.ENEDIS, **of_meter},
        version=2,
    )
    for entry in (site, meter):
        entry.add_to_hass(hass)
    async with counted() as cost:
        # The first entry sets all of them up.
        assert await hass.config_entries.async_setup(meter.entry_id)
        await hass.async_block_till_done()
        assert site.state is ConfigEntryState.LOADED
        filled: EnedisMeter = meter.runtime_data
        await until(
            lambda: filled.plan.progress == 100 and not filled.plan.begun, "all", within=900
        )
        await async_committed(hass)
        book, since = site.runtime_data.spending.book, datetime.now(PARIS).date() - (DAYS - 1) * DAY
        await until(lambda: book.day(since).known and not has_whole_days(book.day(since)), "joined")
        await async_committed(hass)
    for entry in (site, meter):
        await hass.config_entries.async_unload(entry.entry_id)
    # What the recorder was asked just before is answered.
    await asyncio.sleep(1)
    return cost, filled


async def hand_over(hass: HomeAssistant) -> Cost:
    """Return what it costs the recorder alone to take the same hours."""
    today = datetime.now(PARIS).date()
    total = 0.0
    rows = []
    for at in hours(midnight(today - timedelta(days=DAYS)), midnight(today)):
        total += JEANNE.hour(at) / 1000
        rows.append(StatisticData(start=at, state=total, sum=total))
    metadata = StatisticMetaData(
        has_sum=True,
        mean_type=StatisticMeanType.NONE,
        name="Hours",
        source="hours",
        statistic_id="hours:bought",
        unit_class="energy",
        unit_of_measurement="kWh",
    )
    async with counted() as cost:
        async_add_external_statistics(hass, metadata, rows)
        await async_committed(hass)
    return cost


async def main() -> None:
    """Measure both."""
    report = Report()
    ours, theirs = multiprocessing.Pipe()
    served = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,))
    served.start()
    try:
        bases, key, prm = await asyncio.to_thread(ours.recv)
        gateways.BASES.update({GatewayName(name): base for name, base in bases.items()})
        plan.PAUSE_S = 0
        async with home() as hass:
            cost, filled = await fill(hass, key, prm)
            assert len(filled.plan.totals[BOUGHT]) >= DAYS - 1
            report.add("enedis.filling.days", len(filled.plan.totals[BOUGHT]), "days")
            report.add("enedis.filling.questions", filled.plan.asked, "questions")
            report.add("enedis.filling.processor", cost.processor, "s", "<=60")
            report.add("enedis.filling.lag.p99", cost.lag_ms, "ms", "<=15")
        async with home() as hass:
            await hass.config.async_set_time_zone("Europe/Paris")
            dt_util.set_default_time_zone(PARIS)
            alone = await hand_over(hass)
            report.add("enedis.recorder_alone.processor", alone.processor, "s")
            report.add("enedis.recorder_alone.lag.p99", alone.lag_ms, "ms")
    finally:
        ours.send(None)
        served.join()
    report.exit()


if __name__ == "__main__":
    asyncio.run(main())
