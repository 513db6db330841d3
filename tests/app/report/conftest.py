"""A home whose every half-hour of three years is known to the test."""

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import async_committed
from testbed.household import PARIS
from testbed.years import Habits, Roof, Source, hours

from ...figures.conftest import contract, home_with, make_account, measure  # noqa: F401
from ...figures.site.test_past import at

HOUSE = Habits("House", 146, 10_900, 0.55)
ROOF = Roof("Roof", 3_000)
BOUGHT, PRODUCED, SOLD = "sen1:bought", "sen1:produced", "sen1:sold"

NOW = at("2026-02-14 18:42")
BEGIN = at("2023-10-01 00:00")
SUNNY = at("2025-09-02 00:00")
"""When the roof began."""

PEAK_HOURS = range(6, 22)
OFF_PEAK, PEAK = 0.1579, 0.2065
SUBSCRIPTION = 23.32

SILENT = (at("2025-02-09 08:00"), at("2025-02-10 10:00"))
"""When nobody knows what was bought."""

type Ask = Callable[..., Any]


@cache
def bought(begin: datetime, end: datetime) -> list[Point]:
    """Return the half-hours of the house, kWh: the second of an hour is three times the first."""
    return [
        Point(hour.timestamp() + 1800 * half, 1800, HOUSE.hour(hour) * part / 1000)
        for hour in hours(begin, end)
        for half, part in enumerate((0.25, 0.75))
        if not SILENT[0] <= hour < SILENT[1]
    ]


@cache
def of_source(source: Source, part: float, begin: datetime, end: datetime) -> list[Point]:
    """Return the hours of a source, kWh, of which a part is meant."""
    return [
        Point(hour.timestamp(), 3600, source.hour(hour) * part / 1000) for hour in hours(begin, end)
    ]


def day(text: str) -> datetime:
    """Return the moment a day begins."""
    return at(f"{text} 00:00")


def within(points: Iterable[Point], begin: datetime, end: datetime) -> list[Point]:
    """Return the points of [begin, end)."""
    first, last = begin.timestamp(), end.timestamp()
    return [p for p in points if first <= p.begin < last]


def local(point: Point) -> datetime:
    """Return when a point begins, where the home is."""
    return datetime.fromtimestamp(point.begin, UTC).astimezone(PARIS)


@pytest.fixture
def begins() -> datetime:
    """Return when the past of the home begins: more than two years ago."""
    return BEGIN


@pytest.fixture
async def site(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory, begins: datetime
) -> AsyncIterator[MockConfigEntry]:
    """Return a home with an imported past."""
    freezer.move_to(NOW)
    await hass.config.async_set_time_zone("Europe/Paris")
    archive = async_archive(hass)
    ends = day("2026-02-14")
    for statistic, points in (
        (BOUGHT, bought(begins, ends)),
        (PRODUCED, of_source(ROOF, 1, max(begins, SUNNY), ends)),
        (SOLD, of_source(ROOF, 0.25, max(begins, SUNNY), ends)),
    ):
        await archive.async_add(statistic, statistic, "kWh", Aggregation.SUM, points)
    await async_committed(hass)
    measure(hass, "bought_index", 100_000)
    entry = await home_with(
        hass,
        contract(
            begin="2023-01-01",
            off_peak_hours="22:00-6:00",
            prices={"off_peak": OFF_PEAK, "peak": PEAK},
            subscription=SUBSCRIPTION,
            feed_in=0.04,
        ),
        data={
            "bought_series": [BOUGHT],
            "produced_series": [PRODUCED],
            "sold_series": [SOLD],
            "floor_area": 146,
            "people": 4,
            "heating": "electric",
            "commune": "Lorient",
            "subscribed_power": 12,
        },
        title="Maison",
    )
    yield entry
    if hass.config_entries.async_get_entry(entry.entry_id):
        assert await hass.config_entries.async_unload(entry.entry_id)


async def ask(hass: HomeAssistant, ws: WebSocketGenerator, site: str, **asked: str) -> Any:
    """Return what is answered to who asks for a report."""
    assert await async_setup_component(hass, "websocket_api", {})
    client = await ws(hass)
    await client.send_json_auto_id({"type": "sen1/report", "site": site, **asked})
    return await client.receive_json()


def dates(begin: date, end: date) -> Iterable[date]:
    """Yield the days of [begin, end)."""
    for number in range((end - begin).days):
        yield begin + timedelta(days=number)
