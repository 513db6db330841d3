"""A past written before Home Assistant starts is one that its recorder goes on from."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import do_adhoc_statistics

from custom_components.sen1.history.recorder import async_committed
from testbed.past import IndexPast, PowerPast, TemperaturePast, write_past
from testbed.statistics import changes, hourly_rows
from testbed.weather import extremes
from testbed.years import HOUR, Habits, Roof, hours, midnight

HOUSE = Habits("House", 146, 10_900, 0.55)
ROOF = Roof("Roof", 3_000)
INDEX, POWER, OUTSIDE = "sensor.index", "sensor.power", "sensor.outside"
READS = 9_000_123

BEGIN, END = midnight(date(2026, 3, 27)), midnight(date(2026, 3, 31)) + 9 * HOUR


@pytest.fixture
def recorder_db_url(tmp_path: Path) -> str:
    """Return the database of a folder in which a past was written."""
    pasts = (
        IndexPast(INDEX, ROOF, READS, "kWh"),
        PowerPast(POWER, HOUSE),
        TemperaturePast(OUTSIDE, BEGIN - timedelta(days=2)),
    )
    write_past(tmp_path, pasts, BEGIN, END)
    return f"sqlite:///{tmp_path / 'home-assistant_v2.db'}"


async def compile_hour(hass: HomeAssistant, begin: datetime) -> None:
    """Have the recorder put an hour together, as it does each five minutes."""
    for minutes in range(0, 60, 5):
        do_adhoc_statistics(hass, start=begin.astimezone(UTC) + timedelta(minutes=minutes))
    await async_committed(hass)


async def test_the_recorder_goes_on_from_where_an_index_stood(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    assert await async_setup_component(hass, "sensor", {})
    told = {"device_class": "energy", "state_class": "total_increasing"}
    for minutes, counted in ((1, 0), (40, 700)):
        freezer.move_to(END + timedelta(minutes=minutes))
        kwh = (READS + counted) / 1000
        hass.states.async_set(INDEX, str(kwh), {**told, "unit_of_measurement": "kWh"})
        await async_committed(hass)
    await compile_hour(hass, END)
    found = {at: round(kwh * 1000, 3) for at, kwh in (await changes(hass, INDEX)).items()}
    truth = {at.timestamp(): ROOF.hour(at) for at in hours(BEGIN, END)}
    assert found == truth | {END.timestamp(): 700}


async def test_a_power_has_the_mean_of_each_hour(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    rows = await hourly_rows(hass, POWER, "mean", "min", "max")
    assert {row["start"]: row["mean"] for row in rows} == {
        at.timestamp(): HOUSE.hour(at) for at in hours(BEGIN, END)
    }
    assert all(row["min"] == row["mean"] == row["max"] for row in rows)


async def test_a_temperature_has_the_extremes_of_each_day(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    rows = await hourly_rows(hass, OUTSIDE, "mean", "min", "max")
    assert all(row["min"] <= row["mean"] <= row["max"] for row in rows)
    for day in (date(2026, 3, 25) + timedelta(days=number) for number in range(6)):
        begin, end = midnight(day).timestamp(), midnight(day + timedelta(days=1)).timestamp()
        of_day = [row for row in rows if begin <= row["start"] < end]
        told = min(row["min"] for row in of_day), max(row["max"] for row in of_day)
        assert told == extremes(day)
