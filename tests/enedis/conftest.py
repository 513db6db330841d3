"""A simulated Enedis in the place of the real gateways, and the entry of a meter that it knows."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
import time
from typing import Any

from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.sen1.const import CONF_KIND, DOMAIN, Kind
from custom_components.sen1.enedis import gateways
from custom_components.sen1.enedis.gateways import GatewayName
from custom_components.sen1.enedis.meter import EnedisMeter, statistic_id
from custom_components.sen1.enedis.meter_reading import PARIS, midnight
from custom_components.sen1.history.archive import async_archive
from testbed.enedis import SimulatedEnedis
from testbed.waiting import until as until_true

TODAY = date(2026, 11, 20)

KNOWN_BY = "5f0c2d8a41be"
"""The unique id of the entry."""


@pytest.fixture
async def freezer(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FrozenDateTimeFactory]:
    """Stop all clocks but the loop's: what waits for an answer must not wait for ever."""
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "time", lambda: time.clock_gettime(time.CLOCK_MONOTONIC))
    with freeze_time(local(TODAY, 11)) as frozen:
        assert isinstance(frozen, FrozenDateTimeFactory)
        yield frozen


@pytest.fixture
def options() -> dict[str, Any]:
    """Return how Enedis is made; a test says otherwise by parametrize."""
    return {}


@pytest.fixture
async def enedis(
    freezer: FrozenDateTimeFactory, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SimulatedEnedis]:
    """Run both gateways on the loopback, in the place of the real ones."""
    async with SimulatedEnedis(**options) as served:
        for name, base in served.bases.items():
            monkeypatch.setitem(gateways.BASES, GatewayName(name), base)
        yield served


def local(day: date, hour: int = 0) -> datetime:
    """Return an hour of a day of France."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS).astimezone(UTC)


def entry_of(
    enedis: SimulatedEnedis, way: GatewayName = GatewayName.CONSO_API, **data: Any
) -> MockConfigEntry:
    """Return the entry that the flow makes."""
    key = enedis.conso_key if way is GatewayName.CONSO_API else enedis.key
    sold = {"production_prm": enedis.production_prm} if enedis.production_prm else {}
    return MockConfigEntry(
        domain=DOMAIN,
        title="Home",
        unique_id=KNOWN_BY,
        data={
            CONF_KIND: Kind.ENEDIS,
            "gateway": way,
            "key": key,
            "prm": enedis.prm,
            "cache": False,
            **sold,
            **data,
        },
    )


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Add the entry; what it asks first is answered."""
    if hass.config_entries.async_get_entry(entry.entry_id) is None:
        entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settled(hass, entry)


async def live(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    until: datetime,
    steps: int = 3000,
) -> None:
    """Let time pass, from one thing that the meter has to do to the next, so many at most."""
    meter: EnedisMeter = entry.runtime_data
    for _ in range(steps):
        at = meter.plan.next_at(time.time())
        is_over = at is None or at > until.timestamp()
        move_clock(hass, freezer, until.timestamp() if is_over or at is None else at + 0.01)
        await settled(hass, entry)
        if is_over:
            return


def move_clock(hass: HomeAssistant, freezer: FrozenDateTimeFactory, at: float) -> None:
    """Move the clock, while nothing is asked, and ring the alarms that lie before."""
    freezer.move_to(datetime.fromtimestamp(at, UTC))
    # The loop's clock goes on by itself: each alarm is rung, and says whether it is too early.
    async_fire_time_changed(hass, datetime.fromtimestamp(at, UTC), fire_all=True)


async def settled(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Wait until all that is due was asked and answered."""
    meter: EnedisMeter = entry.runtime_data

    def is_settled() -> bool:
        at = meter.plan.next_at(time.time())
        is_asking = meter._asking is not None and not meter._asking.done()
        return not is_asking and (at is None or at > time.time())

    await until_true(is_settled, "what is due was asked")
    await hass.async_block_till_done()


async def intervals(
    hass: HomeAssistant, enedis: SimulatedEnedis, begin: date, end: date, side: str = "bought"
) -> dict[float, tuple[float, int]]:
    """Return what the archive has of the days [begin, end): seconds and Wh, by beginning."""
    points = await async_archive(hass).async_points(
        statistic_id(KNOWN_BY, side),
        midnight(begin.toordinal()),
        midnight(end.toordinal()),
    )
    return {point.begin: (point.seconds, round(point.value * 1000, 3)) for point in points}


def state_of(hass: HomeAssistant, enedis: SimulatedEnedis, key: str) -> State:
    """Return the state of a sensor of the meter."""
    unique_id = f"{KNOWN_BY}_{key}"
    entity_id = er.async_get(hass).async_get_entity_id("sensor", DOMAIN, unique_id)
    assert entity_id is not None, key
    state = hass.states.get(entity_id)
    assert state is not None, entity_id
    return state
