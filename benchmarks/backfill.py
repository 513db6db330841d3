"""Back-fill: a year of half-hours that one house asks of another, over two servers.

Beside it, the same rows handed to the recorder directly. Each house is a process, as in life: what
the one that is asked works costs time, but not the other's processor. The year is a load curve of
half-hours in the house's recorder: a real one when the reference is beside the project, else made
up. Five houses ask it, one after the other; of each figure the median is told.

The servers have no limits of rate. With Debian's, the year's 550 kB alone would take a minute at
Prosody's 10 kB/s, three at ejabberd's 3 kB/s, whatever we do.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import logging
import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path
import random
from statistics import median, quantiles
import tempfile
import time
import uuid

from homeassistant import loader
from homeassistant.components.recorder.models import StatisticData
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, recorder as recorder_helper
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)
from slixmpp.xmlstream.tostring import tostring

from benchmarks.federation import account_entry
from benchmarks.report import Report
from custom_components.sen1.federation.config import FriendData, PublicationData
from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.follow.history_client import HistoryClient
from custom_components.sen1.federation.publish.reconciler import Reconciler
from custom_components.sen1.federation.running import Running
from custom_components.sen1.federation.states import statistic_of
from custom_components.sen1.history.files import read_file
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import async_committed
from custom_components.sen1.history.statistics import Statistic
from custom_components.sen1.protocol.model import (
    BareJid,
    Description,
    Granularity,
    PublicationId,
    Reading,
)
from custom_components.sen1.protocol.quoalise import history_answer
from custom_components.sen1.protocol.term import GrantData
from testbed.household import PARIS
from testbed.statistics import hourly_rows
from testbed.waiting import until
from testbed.xmpp import Account, federation

REFERENCE = Path(__file__).parents[2] / "shared" / "enedis" / "hdm_c5_load_curve.csv"
METER = "sensor.meter"
POWER = {"unit_of_measurement": "W", "device_class": "power", "state_class": "measurement"}

TICK_S = 0.005

ROUNDS = 5


def year() -> list[tuple[float, float | None]]:
    """Return the times at which the meter's power changes, moved to end today; None: no value."""
    if REFERENCE.exists():
        points = read_file(REFERENCE.read_bytes(), PARIS, time.time()).series[0].points
    else:
        chance = random.Random(54)
        begin = 1609455600
        points = [Point(begin + 1800 * n, 1800, chance.randrange(150, 9000)) for n in range(17520)]
    moved = (time.time() - points[-1].end) // 1800 * 1800
    changes: list[tuple[float, float | None]] = []
    for point, after in zip(points, [*points[1:], None], strict=True):
        changes.append((point.begin + moved, point.value))
        if after is None or after.begin > point.end:
            changes.append((point.end + moved, None))
    return changes


def subentries(
    row_id: str, friends: Sequence[Account], begin: float
) -> tuple[PublicationData, list[ConfigSubentryData]]:
    """Return the house's publication of half-hours, and its friends who are granted its past."""
    identifier = PublicationId(str(uuid.uuid4()))
    shared = PublicationData(
        publication=identifier,
        registry_id=row_id,
        platform="meter",
        unique_id="power",
        name=f"urn:uuid:{identifier}_consumption/power/active/PT30M",
        unit="W",
        measurement={
            "name": "active-power",
            "direction": "consumption",
            "quantity": "power",
            "type": "electrical",
            "unit": "W",
            "aggregation": "mean",
            "sampling-interval": "PT30M",
        },
        granularity=Granularity.HALF_HOUR,
        interval_s=5,
    )
    grant = GrantData(
        publication=identifier,
        begin=datetime.fromtimestamp(begin, UTC).isoformat(),
        until=(datetime.now(UTC) + timedelta(days=1)).isoformat(),
        purpose="display",
    )
    publication = ConfigSubentryData(
        data=dict(shared), subentry_type="publication", title="Power", unique_id=identifier
    )
    return shared, [publication, *(befriended(friend, grant) for friend in friends)]


def befriended(account: Account, *grants: GrantData) -> ConfigSubentryData:
    """Return the subentry of a friend with what it is granted."""
    friend = FriendData(jid=BareJid(account.jid), grants=list(grants))
    return ConfigSubentryData(
        data=dict(friend), subentry_type="friend", title=account.jid, unique_id=account.jid
    )


@asynccontextmanager
async def home() -> AsyncIterator[HomeAssistant]:
    """Yield a Home Assistant with a recorder in a file."""
    with tempfile.TemporaryDirectory() as folder:
        async with async_test_home_assistant(config_dir=folder) as hass:
            hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
            recorder_helper.async_initialize_recorder(hass)
            settings = {"db_url": f"sqlite:///{folder}/recorder.db", "commit_interval": 1}
            assert await async_setup_component(hass, "recorder", {"recorder": settings})
            yield hass
            await hass.async_stop(force=True)


async def lags(into: list[float]) -> None:
    """Note by how much the event loop is late, 200 times a second."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(TICK_S)
        into.append(time.perf_counter() - began - TICK_S)


@dataclass(slots=True)
class Cost:
    """What something cost this process."""

    clock: float = 0
    processor: float = 0
    """Seconds, both."""
    late: list[float] = field(default_factory=list)

    @property
    def lag_ms(self) -> float:
        """The 99th percentile of the event loop's lag."""
        return 1000 * quantiles(self.late, n=100)[-1]


@asynccontextmanager
async def counted() -> AsyncIterator[Cost]:
    """Yield what the body will have cost."""
    cost = Cost()
    watching = asyncio.create_task(lags(cost.late))
    began, worked = time.perf_counter(), time.process_time()
    yield cost
    cost.clock, cost.processor = time.perf_counter() - began, time.process_time() - worked
    watching.cancel()


async def record(hass: HomeAssistant, changes: Iterable[tuple[float, float | None]]) -> str:
    """Let the recorder know what the meter measured; return the sensor's registry id."""
    row = er.async_get(hass).async_get_or_create(
        "sensor", "meter", "power", suggested_object_id="meter"
    )
    for number, (at, value) in enumerate(changes):
        state = "unavailable" if value is None else str(value)
        hass.states.async_set(METER, state, POWER, timestamp=at)
        if number % 500 == 0:
            await async_committed(hass)
    await async_committed(hass)
    return row.id


async def ask(hass: HomeAssistant, asking: MockConfigEntry, publication: PublicationId) -> Cost:
    """Set an account up that is granted a series; return what it cost to have all of it."""
    asking.add_to_hass(hass)
    async with counted() as cost:
        assert await hass.config_entries.async_setup(asking.entry_id)
        account: Running = asking.runtime_data
        history = account[HistoryClient]

        def is_filled() -> bool:
            series = account[Following].all_series()
            return (
                bool(series)
                and bool(history.addresses)
                and history.is_idle
                and series[0].progress.filled > 0
            )

        await until(is_filled, "the year", within=900)
    return cost


async def hand_over(hass: HomeAssistant, rows: Iterable[Mapping[str, float]]) -> Cost:
    """Hand the recorder the same rows; return what that costs."""
    direct = Statistic("sen1:direct", "Direct", "Wh", Aggregation.SUM)
    again = [
        StatisticData(
            start=dt_util.utc_from_timestamp(row["start"]), state=row["state"], sum=row["sum"]
        )
        for row in rows
    ]
    async with counted() as cost:
        async_add_external_statistics(hass, direct.metadata(), again)
        await async_committed(hass)
    return cost


def be_asked(account: Account, friends: Sequence[Account], pipe: Connection) -> None:
    """Be the house whose past is asked for, in a process of its own, until told to end."""
    logging.disable(logging.ERROR)
    asyncio.run(_be_asked(account, friends, pipe))


async def _be_asked(account: Account, friends: Sequence[Account], pipe: Connection) -> None:
    changes = year()
    async with home() as hass:
        registry_id = await record(hass, changes)
        shared, of_house = subentries(registry_id, friends, changes[0][0])
        entry = account_entry(account, *of_house)
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await until(lambda: entry.runtime_data[Reconciler].are_nodes_in_order, "the house")
        pipe.send(shared["publication"])
        await asyncio.to_thread(pipe.recv)
        await hass.config_entries.async_unload(entry.entry_id)


@asynccontextmanager
async def asked(account: Account, friends: Sequence[Account]) -> AsyncIterator[PublicationId]:
    """Run the house whose past is asked for; yield what it shares."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=be_asked, args=(account, friends, theirs))
    process.start()
    yield await asyncio.to_thread(ours.recv)
    ours.send(None)
    await asyncio.to_thread(process.join)


@dataclass(frozen=True, slots=True)
class Round:
    """What a year of a friend cost, through the federation and handed over directly."""

    through: Cost
    alone: Cost
    rows: int


async def measure() -> list[Round]:
    """Return what the year cost each house that asks."""
    with federation("maison.test", "coop.test", limits=False) as (maison, coop):
        house = maison.register("house")
        friends = [coop.register(f"coop{number}") for number in range(ROUNDS)]
        idle = coop.register("idle")
        async with asked(house, friends) as publication:
            return [await one_round(house, friend, idle, publication) for friend in friends]


async def one_round(
    house: Account, friend: Account, idle: Account, publication: PublicationId
) -> Round:
    """Let a friend ask for the year, then hand its recorder the same rows."""
    async with home() as hass:
        # What an account needs of Home Assistant is loaded in every house before.
        unused = account_entry(idle)
        unused.add_to_hass(hass)
        assert await hass.config_entries.async_setup(unused.entry_id)
        asking = account_entry(friend, befriended(house))
        through = await ask(hass, asking, publication)
        statistic_id = statistic_of(BareJid(house.jid), publication)
        rows = await hourly_rows(hass, statistic_id, "state", "sum")
        alone = await hand_over(hass, rows)
        for entry in (asking, unused):
            await hass.config_entries.async_unload(entry.entry_id)
    return Round(through, alone, len(rows))


def bytes_per_reading() -> float:
    """Return the bytes of SenML that a reading takes in a day of half-hours, as it is sent."""
    chance = random.Random(54)
    name = f"urn:uuid:{uuid.UUID(int=1)}_consumption/power/active/PT30M"
    description = Description(name, "Power", "W", {}, Granularity.HALF_HOUR, 1)
    readings = [Reading(1767222000 + 1800 * n, chance.randrange(150, 9000)) for n in range(48)]
    answer = history_answer("x", description, readings)
    (sensml,) = answer.iter("{urn:ietf:params:xml:ns:senml}sensml")
    return len(tostring(sensml)) / 48


def main() -> None:
    logging.disable(logging.ERROR)
    rounds = asyncio.run(measure())
    ratios = [each.through.clock / each.alone.clock for each in rounds]
    figures = Report()
    figures.add("backfill.rows", rounds[0].rows, "rows")
    figures.add("backfill.total", median(each.through.clock for each in rounds), "s")
    figures.add("backfill.recorder_alone", median(each.alone.clock for each in rounds), "s")
    figures.add("backfill.ratio", median(ratios), "", "<=1.3")
    figures.add("backfill.ratio.least", min(ratios), "")
    figures.add("backfill.ratio.most", max(ratios), "")
    # Of the house that asks; on a machine with other work the clock says little.
    worked = median(each.through.processor / each.alone.processor for each in rounds)
    figures.add("backfill.processor_ratio", worked, "")
    figures.add("backfill.lag.p99", median(each.through.lag_ms for each in rounds), "ms", "<=15")
    # The recorder's thread and the loop take turns, whoever hands over the rows.
    lag = median(each.alone.lag_ms for each in rounds)
    figures.add("backfill.lag.recorder_alone.p99", lag, "ms")
    figures.add("backfill.bytes_per_reading", bytes_per_reading(), "B", "<=31")
    figures.exit()


if __name__ == "__main__":
    main()
