"""What comes from outside into the recorder's statistics, with the energy dashboard's own query."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random

from homeassistant.components.recorder.statistics import (
    list_statistic_ids,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
import pytest

from custom_components.sen1.history.archive import Outcome, async_archive
from custom_components.sen1.history.errors import OtherUnit
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import async_committed
from testbed.statistics import hourly_rows

from .conftest import on_each_database

pytestmark = [pytest.mark.usefixtures("recorder_mock"), on_each_database]

BEGIN = 1767225600  # 2026-01-01 in UTC
ID = "sen1:house"


def half_hours(count: int, begin: float = BEGIN, seed: int = 1) -> list[Point]:
    chance = Random(seed)
    return [Point(begin + 1800 * n, 1800, chance.randrange(200, 9000)) for n in range(count)]


def hour_sums(points: Sequence[Point]) -> dict[float, float]:
    """Return watt-hours by hour, the straightforward way."""
    sums: dict[float, float] = {}
    for point in points:
        begin = point.begin - point.begin % 3600
        sums[begin] = sums.get(begin, 0) + point.value / 2
    return sums


async def imported(hass: HomeAssistant, points: Sequence[Point], statistic_id: str = ID) -> Outcome:
    return await async_archive(hass).async_add(statistic_id, "House", "W", Aggregation.MEAN, points)


async def changes(hass: HomeAssistant, statistic_id: str = ID) -> dict[float, float]:
    """Return how much each hour adds, having seen that the sums never go back."""
    rows = await hourly_rows(hass, statistic_id, "change", "sum", "state")
    sums = [row["sum"] for row in rows]
    assert sums == sorted(sums)
    return {row["start"]: row["change"] for row in rows}


async def test_hours_equal_a_straightforward_sum_and_a_second_import_writes_nothing(
    hass: HomeAssistant,
) -> None:
    points = half_hours(400)
    outcome = await imported(hass, points)
    assert (outcome.changed, outcome.rows) == (400, 200)
    assert await changes(hass) == hour_sums(points)
    outcome = await imported(hass, points)
    assert (outcome.changed, outcome.rows) == (0, 0)
    assert await changes(hass) == hour_sums(points)


def _parts(points: list[Point]) -> dict[str, list[list[Point]]]:
    a, b, c = points[:200], points[200:500], points[500:]
    return {
        "in_order": [a, b, c],
        "start_last": [b, c, a],
        "middle_last": [a, c, b],
        "end_first": [c, b, a],
        "overlapping": [points[:400], points[100:600], points],
        "one_by_one_at_the_start": [points[10:], *([point] for point in points[:10])],
        "every_other_hour": [
            [p for p in points if p.begin // 3600 % 2],
            [p for p in points if not p.begin // 3600 % 2],
        ],
        "half_an_hour_first": [points[::2], points[1::2]],
    }


@pytest.mark.parametrize("order", list(_parts([])))
async def test_gaps_of_every_kind_are_filled_without_a_jump(
    hass: HomeAssistant, order: str
) -> None:
    points = half_hours(600)
    for part in _parts(points)[order]:
        await imported(hass, part)
    assert await changes(hass) == hour_sums(points)


async def test_the_publishers_own_gap_stays_one(hass: HomeAssistant) -> None:
    points = half_hours(20) + half_hours(20, BEGIN + 86400)
    await imported(hass, points)
    assert await changes(hass) == hour_sums(points)


async def test_a_correction_replaces_and_moves_what_follows(hass: HomeAssistant) -> None:
    points = half_hours(200)
    await imported(hass, points)
    corrected = [*points[:50], Point(points[50].begin, 1800, 20000), *points[51:]]
    outcome = await imported(hass, [corrected[50]])
    assert outcome.rows == 1
    assert await changes(hass) == hour_sums(corrected)


async def test_a_sum_that_was_moved_by_hand_is_put_right_by_the_next_import(
    hass: HomeAssistant,
) -> None:
    """The page of statistics offers to move all sums from a moment on."""
    points = half_hours(200)
    await imported(hass, points)
    moved_from = datetime.fromtimestamp(BEGIN + 50 * 3600, UTC)
    get_instance(hass).async_adjust_statistics(ID, moved_from, 1000.0, "Wh")
    await async_committed(hass)
    assert await changes(hass) != hour_sums(points)
    assert (await imported(hass, points)).changed == 0
    assert await changes(hass) == pytest.approx(hour_sums(points))


async def test_an_import_that_was_cut_short_is_finished_by_the_next(hass: HomeAssistant) -> None:
    points = half_hours(4000)
    cut = asyncio.Event()
    task = hass.async_create_task(
        async_archive(hass).async_add(
            ID, "House", "W", Aggregation.MEAN, points, lambda part: cut.set()
        )
    )
    await cut.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert 0 < len(await changes(hass)) < 2000
    await imported(hass, points)
    assert await changes(hass) == hour_sums(points)


async def test_a_days_energy_is_spread_over_its_hours_and_finer_values_take_its_place(
    hass: HomeAssistant,
) -> None:
    archive = async_archive(hass)

    async def add(*points: Point) -> Outcome:
        return await archive.async_add(ID, "House", "Wh", Aggregation.SUM, points)

    await add(Point(BEGIN, 86400, 24000), Point(BEGIN + 86400, 86400, 48000))
    found = await changes(hass)
    assert len(found) == 48
    assert found[BEGIN] == pytest.approx(1000)
    assert found[BEGIN + 86400] == pytest.approx(2000)
    await add(Point(BEGIN, 3600, 700))
    found = await changes(hass)
    assert found[BEGIN] == pytest.approx(700)
    assert sum(found.values()) == pytest.approx(48700)
    outcome = await add(Point(BEGIN, 86400, 24000))
    assert (outcome.changed, outcome.finer) == (0, 1)


async def test_means_have_their_extremes_and_no_sum(hass: HomeAssistant) -> None:
    points = [Point(BEGIN, 1800, 18.0), Point(BEGIN + 1800, 1800, 21.0)]
    await async_archive(hass).async_add("sen1:room", "Room", "°C", Aggregation.MEAN, points)
    (row,) = await hourly_rows(hass, "sen1:room", "mean", "min", "max")
    assert (row["mean"], row["min"], row["max"]) == (19.5, 18, 21)


async def test_the_recorder_is_told_all_it_asks_of_a_statistic(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    await imported(hass, half_hours(2))
    listed = await get_instance(hass).async_add_executor_job(list_statistic_ids, hass)
    (row,) = [row for row in listed if row["statistic_id"] == ID]
    assert (row["has_sum"], row["name"], row["source"]) == (True, "House", "sen1")
    assert (row["unit_class"], row["statistics_unit_of_measurement"]) == ("energy", "Wh")
    assert "deprecated" not in caplog.text
    assert "doesn't specify" not in caplog.text


async def test_a_series_takes_no_other_unit(hass: HomeAssistant) -> None:
    await imported(hass, half_hours(2))
    with pytest.raises(OtherUnit):
        await async_archive(hass).async_add(ID, "House", "Wh", Aggregation.SUM, half_hours(2))
