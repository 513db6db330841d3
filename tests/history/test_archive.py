"""The archive of what was imported: a file that holds less than it should is still read."""

from typing import Any

from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant

from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import HOUR, Aggregation, Point

BEGIN = 1_793_491_200.0
"""The beginning of November 2026."""

SERIES = "sen1:roof"


async def test_what_a_file_says_is_null_is_absent_and_a_later_hour_is_added(
    recorder_mock: Recorder, hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    kept = {
        "sen1.history.roof": {
            "name": "Roof",
            "unit": "Wh",
            "aggregation": "sum",
            "longest": HOUR,
            "months": ["2026-11"],
        },
        "sen1.history.roof.2026-11": {
            "runs": [{"begin": BEGIN, "seconds": HOUR, "values": [1.0, None, 3.0]}]
        },
    }
    for key, data in kept.items():
        hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": data}
    archive = async_archive(hass)

    async def values() -> dict[float, float]:
        points = await archive.async_points(SERIES, BEGIN, BEGIN + 10 * HOUR)
        return {(point.begin - BEGIN) / HOUR: point.value for point in points}

    assert await values() == {0: 1, 2: 3}
    later = [Point(BEGIN + 3 * HOUR, HOUR, 4.0)]
    outcome = await archive.async_add(SERIES, "Roof", "Wh", Aggregation.SUM, later)
    assert outcome.changed == 1
    assert await values() == {0: 1, 2: 3, 3: 4}
    # What was absent can come.
    await archive.async_add(SERIES, "Roof", "Wh", Aggregation.SUM, [Point(BEGIN + HOUR, HOUR, 2.0)])
    assert await values() == {0: 1, 1: 2, 2: 3, 3: 4}


async def test_a_change_is_told_from_the_first_to_the_last_moment_that_is_known_otherwise(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    archive, told = async_archive(hass), list[tuple[float, float]]()
    archive.listeners[SERIES].add(lambda begin, end: told.append((begin, end)))

    async def add(*points: tuple[int, int, float]) -> None:
        taken = [Point(BEGIN + begin * HOUR, hours * HOUR, value) for begin, hours, value in points]
        await archive.async_add(SERIES, "Roof", "Wh", Aggregation.SUM, taken)

    await add((0, 240, 70), (240, 240, 80), (480, 1, 1))
    # The ten days that an hour replaces are known no longer; the hour beside it is as it was.
    await add((300, 1, 2), (480, 1, 1))
    await add((300, 1, 2), (480, 1, 1))
    assert [((begin - BEGIN) / HOUR, (end - BEGIN) / HOUR) for begin, end in told] == [
        (0, 481),
        (240, 480),
    ]
