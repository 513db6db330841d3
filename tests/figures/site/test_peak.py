"""The highest power a site bought: as it was recorded, as finely as it was."""

from datetime import datetime, timedelta
from itertools import batched

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import async_committed
from custom_components.sen1.history.rows import CHUNK, PutRows
from testbed.household import PARIS
from testbed.years import hours

from ..conftest import home_with, measure, sensor
from .test_energies import ask
from .test_past import HISTORY, at, have_history

NOW = at("2026-11-10 14:00")
BEGIN = at("2026-08-01 00:00")
POWERS = ("bought_power",)


@pytest.fixture(autouse=True)
def now(freezer: FrozenDateTimeFactory) -> None:
    """Let it be an afternoon of November, before anybody logs in."""
    freezer.move_to(NOW)


def high(hour: datetime) -> int:
    """Return the highest power of an hour, in W: higher each day, and highest at 19:00."""
    hour = hour.astimezone(PARIS)
    return 1000 + (hour.date() - BEGIN.date()).days + 10 * min(hour.hour, 38 - hour.hour)


async def have_powers(hass: HomeAssistant, begin: datetime, end: datetime) -> None:
    """Give the power bought the statistics that the recorder made of it in [begin, end)."""
    metadata = StatisticMetaData(
        has_sum=False,
        mean_type=StatisticMeanType.ARITHMETIC,
        name=None,
        source="recorder",
        statistic_id=sensor("bought_power"),
        unit_class="power",
        unit_of_measurement="W",
    )
    rows = [
        StatisticData(start=hour, mean=high(hour) / 2, min=0, max=high(hour))
        for hour in hours(begin, end)
    ]
    for chunk in batched(rows, CHUNK, strict=False):
        get_instance(hass).queue_task(PutRows(metadata, chunk))
    await async_committed(hass)


async def test_the_highest_power_is_the_one_that_was_recorded_and_when_it_was(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await have_history(hass, BEGIN, NOW)
    await have_powers(hass, BEGIN, NOW)
    measure(hass, "bought_power", 400)
    entry = await home_with(hass, sources=POWERS, data={"bought_series": [HISTORY]})
    begin, end = at("2026-10-24 00:00"), at("2026-10-27 00:00")
    peak = (await ask(hass, hass_ws_client, entry, begin, end, "day"))["result"]["peak"]
    evenings = [at(f"2026-10-{day} 19:00") for day in (24, 25, 26)]
    assert peak == {
        "power": [high(hour) for hour in evenings],
        "at": [hour.timestamp() * 1000 for hour in evenings],
        "unit": "W",
        "basis": "max",
    }
    # Of more than two months it is looked for day by day.
    begin, end = at("2026-08-01 00:00"), at("2026-11-01 00:00")
    peak = (await ask(hass, hass_ws_client, entry, begin, end, "month"))["result"]["peak"]
    lasts = [at(f"2026-{day} 00:00") for day in ("08-31", "09-30", "10-31")]
    assert peak == {
        "power": [high(day + timedelta(hours=19)) for day in lasts],
        "at": [day.timestamp() * 1000 for day in lasts],
        "unit": "W",
        "basis": "max",
    }
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_where_a_power_was_recorded_for_a_part_of_what_is_known_one_measure_is_told(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await have_history(hass, BEGIN, NOW)
    await have_powers(hass, at("2026-10-26 00:00"), NOW)
    measure(hass, "bought_power", 400)
    entry = await home_with(hass, sources=POWERS, data={"bought_series": [HISTORY]})
    # Of days, all are compared by their half-hours.
    begin, end = at("2026-10-25 00:00"), at("2026-10-27 00:00")
    peak = (await ask(hass, hass_ws_client, entry, begin, end, "day"))["result"]["peak"]
    assert (peak["unit"], peak["basis"]) == ("kW", "half_hour")
    assert None not in peak["power"]
    # Of a longer time too: the year has no lower peak than one of its days.
    begin, end = at("2026-08-01 00:00"), at("2026-11-01 00:00")
    of_months = (await ask(hass, hass_ws_client, entry, begin, end, "month"))["result"]["peak"]
    assert (of_months["unit"], of_months["basis"]) == ("kW", "half_hour")
    assert None not in of_months["power"]
    assert of_months["power"][2] >= max(peak["power"])
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("length", "told"),
    [
        pytest.param(timedelta(hours=1), 0.6, id="hours"),
        pytest.param(timedelta(days=1), None, id="days"),
        pytest.param(timedelta(days=30), None, id="months"),
    ],
)
async def test_what_is_known_by_days_or_months_alone_has_no_highest_power(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    length: timedelta,
    told: float | None,
) -> None:
    begin = at("2026-08-01 00:00")
    count = timedelta(days=60) // length
    step = length.total_seconds()
    points = [
        Point(begin.timestamp() + number * step, step, 0.6 * step / 3600) for number in range(count)
    ]
    archive = async_archive(hass)
    await archive.async_add(HISTORY, "Enedis", "kWh", Aggregation.SUM, points)
    await async_committed(hass)
    measure(hass, "bought_power", "unavailable")
    entry = await home_with(hass, sources=POWERS, data={"history": HISTORY})
    end = begin + timedelta(days=50)
    for unit in ("day", "month"):
        answer = (await ask(hass, hass_ws_client, entry, begin, end, unit))["result"]
        assert answer["quantities"]["bought"]["total"] == pytest.approx(0.6 * 50 * 24)
        assert {power and round(power, 3) for power in answer["peak"]["power"]} == {told}
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("name", ["bought_power", "bought_index"])
async def test_of_a_site_of_which_nothing_is_known_no_highest_power_is_told(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    name: str,
) -> None:
    measure(hass, name, "unavailable")
    entry = await home_with(hass, sources=(name,))
    answer = await ask(hass, hass_ws_client, entry, BEGIN, NOW, "month")
    assert answer["success"]
    assert "peak" not in answer["result"]
    assert await hass.config_entries.async_unload(entry.entry_id)
