"""What a recorder on any of Home Assistant's databases keeps, and what is left of it once erased.

A server, unlike a file, can be away, can have others wait for it, and holds values to their types.
"""

import asyncio
from collections.abc import Awaitable
from functools import partial
from random import Random
from typing import Any

from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.db_schema import (
    StateAttributes,
    States,
    StatesMeta,
    Statistics,
    StatisticsMeta,
    StatisticsShortTerm,
)
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance, session_scope
from homeassistant.util import dt as dt_util
import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import OperationalError

from custom_components.sen1.history import rows as rows_module
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.erasing import async_erase_states, async_trim_statistics
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import (
    AWAY,
    async_committed,
    async_hours,
    async_metadata,
)
from custom_components.sen1.history.rows import PutRows, async_erase_statistics, async_put
from testbed.statistics import changes, hourly_rows

from .conftest import DatabaseServer, on_each_database, on_each_server

pytestmark = pytest.mark.usefixtures("recorder_mock")

BEGIN = 1767225600  # 2026-01-01 in UTC
HOUR = 3600
ID = "sen1:house"
ENTITY = "sensor.friend"
hasty = pytest.mark.parametrize(
    "recorder_config",
    [{"db_max_retries": 1, "db_retry_wait": 1, "commit_interval": 60}],
    ids=["hasty"],
)
"""Has the recorder commit what it is told to, and give up at once on what it cannot commit."""


def energies(count: int, begin: float = BEGIN) -> list[Point]:
    """Return so many hours, Wh, which any order adds up to the same."""
    chance = Random(begin)
    return [Point(begin + HOUR * n, HOUR, chance.randrange(1, 9000)) for n in range(count)]


def by_begin(points: list[Point]) -> dict[float, float]:
    return {point.begin: point.value for point in points}


def imported(hass: HomeAssistant, points: list[Point], name: str = "House") -> Awaitable[Any]:
    return async_archive(hass).async_add(ID, name, "Wh", Aggregation.SUM, points)


async def sums_go_back(hass: HomeAssistant) -> bool:
    sums = [row["sum"] for row in await hourly_rows(hass, ID, "sum")]
    return sums != sorted(sums)


async def counts(hass: HomeAssistant, *tables: type[Any]) -> dict[str, int]:
    """Return how many rows each table has, as the database itself says."""

    def count() -> dict[str, int]:
        with session_scope(hass=hass, read_only=True) as session:
            return {
                table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
                for table in tables
            }

    return await get_instance(hass).async_add_executor_job(count)


@on_each_database
async def test_means_come_back_to_the_last_bit(hass: HomeAssistant) -> None:
    chance = Random(37)
    points = [
        Point(BEGIN + 1800 * n, 1800, chance.uniform(-1, 1) * 10 ** chance.randint(-9, 9))
        for n in range(3000)
    ]
    add = async_archive(hass).async_add

    async def added() -> int:
        outcome = await add("sen1:room", "Room", "°C", Aggregation.MEAN, points)
        return outcome.rows

    assert await added() == 1500
    rows = await hourly_rows(hass, "sen1:room", "min", "max")
    assert [[row["min"], row["max"]] for row in rows] == [
        sorted((one.value, other.value))
        for one, other in zip(points[::2], points[1::2], strict=True)
    ]
    # Nor does a mean differ from what it is compared with.
    assert await added() == 0


@on_each_database
@pytest.mark.parametrize(
    "name",
    [
        pytest.param("🏠 Été '24, 12 €", id="signs"),
        pytest.param("ß" * 300, id="long"),
        pytest.param("🏠" * 300, id="long in signs of four bytes"),
    ],
)
async def test_whatever_a_series_is_called_it_is_recorded(hass: HomeAssistant, name: str) -> None:
    """A friend's name and the title of what it shares are 510 characters at most."""
    points = energies(3)
    await imported(hass, points, name)
    assert await changes(hass, ID) == by_begin(points)
    assert (await async_metadata(hass, [ID]))[ID]["name"] == name[:255]


@on_each_database
async def test_a_recorder_with_other_columns_is_left_to_import_by_itself(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rows_module.IS_KNOWN
    monkeypatch.setattr(rows_module, "IS_KNOWN", False)
    monkeypatch.setattr(rows_module, "PutRows", None)
    points = energies(100)
    for part in (points[60:], points[:40], points[40:60], [*points[:3], Point(BEGIN, HOUR, 7)]):
        await imported(hass, part)
    assert await changes(hass, ID) == by_begin(points) | {BEGIN: 7}
    assert not await sums_go_back(hass)


@on_each_server
@hasty
async def test_while_a_server_is_away_no_reading_is_lost(
    hass: HomeAssistant, database_server: DatabaseServer
) -> None:
    """What comes first moves the sums of what is there: both come, once it is back, or neither."""
    points = energies(2000)
    await imported(hass, points[1500:])
    hass.states.async_set(ENTITY, "0")
    await async_committed(hass)
    database_server.stop()
    try:
        # The recorder gives up on it, and with it on what it was to do next.
        hass.states.async_set(ENTITY, "1")
        adding = asyncio.ensure_future(imported(hass, points[:1500]))
        await asyncio.wait({adding}, timeout=2)
        assert not adding.done()
    finally:
        database_server.start()
    await adding
    assert await changes(hass, ID) == by_begin(points)
    assert not await sums_go_back(hass)


@pytest.mark.parametrize("recorder_config", [{"db_retry_wait": 1}], ids=["soon again"])
async def test_what_was_committed_without_an_answer_is_not_put_in_twice(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = energies(100)
    await imported(hass, points[50:])
    put, answers = PutRows._put, iter([False])

    def put_once_without_answer(task: PutRows, instance: Recorder) -> None:
        put(task, instance)
        if not next(answers, True):
            raise OperationalError("COMMIT", {}, ConnectionError())

    monkeypatch.setattr(PutRows, "_put", put_once_without_answer)
    await imported(hass, points[:50])
    assert await changes(hass, ID) == by_begin(points)


@on_each_server
@hasty
async def test_nobody_waits_for_a_commit_that_was_given_up(
    hass: HomeAssistant, database_server: DatabaseServer
) -> None:
    hass.states.async_set(ENTITY, "0")
    await async_committed(hass)
    database_server.stop()
    try:
        hass.states.async_set(ENTITY, "1")
        async with asyncio.timeout(30):
            await async_committed(hass)
    finally:
        database_server.start()


@on_each_server
@hasty
async def test_what_cannot_be_erased_while_a_server_is_away_is_not_forgotten(
    hass: HomeAssistant, database_server: DatabaseServer
) -> None:
    points = energies(100)
    await imported(hass, points)
    archive = async_archive(hass)
    forget = partial(archive.async_forget_before, ID, points[1].begin, points[40].begin)
    database_server.stop()
    try:
        with pytest.raises(AWAY):
            await forget()
    finally:
        database_server.start()
    await forget()
    assert await changes(hass, ID) == by_begin(points[40:])


@on_each_server
@hasty
async def test_what_somebody_else_has_locked_is_erased_later_and_not_forgotten(
    hass: HomeAssistant, recorder_db_url: str
) -> None:
    points = energies(100)
    await imported(hass, points)
    archive = async_archive(hass)
    forget = partial(archive.async_forget_before, ID, points[1].begin, points[40].begin)
    engine = create_engine(recorder_db_url)
    with engine.connect() as other:
        other.execute(text("SELECT * FROM statistics_meta FOR UPDATE"))
        await forget()
        assert await archive.async_points(ID, 0, points[-1].end) == points
        other.rollback()
    engine.dispose()
    await forget()
    assert await archive.async_points(ID, 0, points[-1].end) == points[40:]
    assert await changes(hass, ID) == by_begin(points[40:])


@on_each_server
@hasty
async def test_who_else_has_locked_the_rows_is_waited_for(
    hass: HomeAssistant, recorder_db_url: str
) -> None:
    points = energies(100)
    await imported(hass, points[50:])
    engine = create_engine(recorder_db_url)
    with engine.connect() as other:
        other.execute(text("SELECT * FROM statistics FOR UPDATE"))
        adding = asyncio.ensure_future(imported(hass, points[:50]))
        await asyncio.wait({adding}, timeout=2)
        assert not adding.done()
        other.rollback()
    engine.dispose()
    await adding
    assert await changes(hass, ID) == by_begin(points)


@on_each_database
async def test_of_what_is_erased_no_row_is_left(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More states than the recorder purges at a time, attributes, statistics of both kinds."""
    before = await counts(hass, States, StateAttributes, StatesMeta)
    # As many as it purges at a time, and once more, and some.
    monkeypatch.setattr(get_instance(hass), "max_bind_vars", 100)
    for number in range(250):
        hass.states.async_set(ENTITY, str(number), {"number": number % 7})
    hour = dt_util.utc_from_timestamp(BEGIN)
    for table in (Statistics, StatisticsShortTerm):
        rows = [StatisticData(start=hour.replace(day=day), mean=day) for day in range(1, 29)]
        get_instance(hass).async_import_statistics(mean_of(ENTITY), rows, table)
    await imported(hass, energies(1000))
    await async_committed(hass)
    found = await counts(hass, States, Statistics, StatisticsShortTerm, StatisticsMeta)
    assert list(found.values()) == [before["states"] + 250, 1028, 28, 2]
    assert await async_erase_states(hass, [ENTITY], dt_util.utcnow().timestamp() + 60)
    assert await async_erase_statistics(hass, [ENTITY, ID])
    assert await counts(hass, States, StateAttributes, StatesMeta) == before
    left = await counts(hass, Statistics, StatisticsShortTerm, StatisticsMeta)
    assert set(left.values()) == {0}


def mean_of(entity_id: str) -> StatisticMetaData:
    return StatisticMetaData(
        has_sum=False,
        mean_type=StatisticMeanType.ARITHMETIC,
        name=None,
        source="recorder",
        statistic_id=entity_id,
        unit_class="power",
        unit_of_measurement="W",
    )


@on_each_database
async def test_of_years_of_means_are_left_those_that_may_be_kept(hass: HomeAssistant) -> None:
    rows = [
        StatisticData(start=dt_util.utc_from_timestamp(BEGIN + HOUR * n), mean=n, min=n, max=n)
        for n in range(2000)
    ]
    await async_put(hass, mean_of(ENTITY), rows)
    await async_committed(hass)
    await async_trim_statistics(hass, ENTITY, BEGIN + HOUR, BEGIN + 300 * HOUR)
    hours = await async_hours(hass, ENTITY, BEGIN, BEGIN + 3000 * HOUR, is_sum=False)
    assert [hour.value for hour in hours] == list(range(300, 2000))
