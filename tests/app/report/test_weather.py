"""A report of a home whose weather is known: raw and corrected beside each other."""

from datetime import datetime
from decimal import Decimal
from itertools import batched
from math import cos, pi

from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.history.recorder import async_committed
from custom_components.sen1.history.rows import CHUNK, PutRows
from testbed.years import hours

from .conftest import BEGIN, ask, day
from .test_facts import months_of

THERMOMETER = "sensor.outdoor"


def degrees(hour: datetime) -> float:
    """Return the mean temperature of an hour, °C; 2025 is milder than the year before."""
    season = 11 - 9 * cos(2 * pi * (hour.timetuple().tm_yday - 15) / 365.25)
    return season + (1.5 if hour.year == 2025 else 0.0)


@pytest.fixture
async def mild(hass: HomeAssistant, site: MockConfigEntry) -> MockConfigEntry:
    """Return the home with what a thermometer recorded."""
    metadata = StatisticMetaData(
        has_sum=False,
        mean_type=StatisticMeanType.ARITHMETIC,
        name=None,
        source="recorder",
        statistic_id=THERMOMETER,
        unit_class="temperature",
        unit_of_measurement="°C",
    )
    rows = [
        StatisticData(start=hour, mean=mean, min=mean - 3, max=mean + 3)
        for hour in hours(BEGIN, day("2026-02-14"))
        for mean in (degrees(hour),)
    ]
    for chunk in batched(rows, CHUNK, strict=False):
        get_instance(hass).queue_task(PutRows(metadata, chunk))
    await async_committed(hass)
    hass.states.async_set(
        THERMOMETER, "8", {"unit_of_measurement": "°C", "device_class": "temperature"}
    )
    hass.config_entries.async_update_entry(site, data={**site.data, "outdoor": THERMOMETER})
    await hass.async_block_till_done()
    return site


async def test_each_month_stands_beside_what_it_would_have_been_in_usual_weather(
    hass: HomeAssistant, mild: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    answer = await ask(
        hass,
        hass_ws_client,
        mild.entry_id,
        begin="2025-01-01",
        end="2025-12-31",
        language="en",
    )
    report = answer["result"]
    months, total = months_of(report)
    html = report["html"].replace("\u00a0", " ")
    slope = Decimal(html.partition("Correction: ")[2].partition(" kWh")[0])
    assert slope > 0
    for row in months:
        energy, cold, usual, corrected = (Decimal(row[n]) for n in (4, 8, 9, 10))
        # Degree-days are printed whole, and the days of two of them were not measured.
        assert abs(energy + slope * (usual - cold) - corrected) < slope * 2 + 1, row
    assert sum(Decimal(row[10]) for row in months) == Decimal(total[10])
    assert Decimal(total[10]) > Decimal(total[4])
    assert abs(sum(Decimal(row[8]) for row in months) - Decimal(total[8])) < 6
    assert "It was milder than usual" in html
    assert "Degree-days, base 18 °C, method of weather services." in html
    assert "The cold explains" in html


async def test_without_a_winter_degree_days_are_told_and_nothing_is_corrected(
    hass: HomeAssistant, mild: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    hass.config_entries.async_update_entry(
        mild, data={**mild.data, "bought_series": ["sen1:produced"]}
    )
    await hass.async_block_till_done()
    answer = await ask(
        hass, hass_ws_client, mild.entry_id, begin="2025-09-10", end="2025-11-30", language="en"
    )
    report = answer["result"]
    months, total = months_of(report)
    assert all(row[8] and row[10] == "" for row in months)
    assert total[10] == ""
    assert "Not corrected: " in report["html"]
