"""The same year by half-hours, by days, by months and read by hand: its sums are equal."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import pairwise

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.figures.counting.amounts import MICROJOULES_OF_KWH
from custom_components.sen1.figures.counting.balance import HomeQuantity
from custom_components.sen1.figures.meter.hand_readings import HandReading
from custom_components.sen1.figures.site.energies import StepLength, async_counted
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import async_committed
from testbed.household import PARIS
from testbed.years import Habits, halves, hours, midnight, total

from ..conftest import home_with, settled, told
from ..meter.test_hand_readings import meter

HOUSE = Habits("House", 146, 10_900, 0.55)
BEGIN, END = date(2025, 1, 1), date(2026, 1, 1)
NOW = datetime(2026, 1, 5, 12, tzinfo=PARIS)

MONTHS = [midnight(date(2025, month, 1)) for month in range(1, 13)] + [midnight(END)]
DAYS = [midnight(date.fromordinal(day)) for day in range(BEGIN.toordinal(), END.toordinal() + 1)]


def points_between(bounds: Sequence[datetime]) -> list[Point]:
    return [
        Point(a.timestamp(), b.timestamp() - a.timestamp(), total(HOUSE, a, b) / 1000)
        for a, b in pairwise(bounds)
    ]


def half_hours() -> list[Point]:
    return [
        Point(at.timestamp() + 1800 * n, 1800, watts / 2000)
        for at in hours(MONTHS[0], MONTHS[-1])
        for n, watts in enumerate(halves(HOUSE, at))
    ]


POINTS: dict[str, Callable[[], list[Point]]] = {
    "half_hours": half_hours,
    "days": lambda: points_between(DAYS),
    "months": lambda: points_between(MONTHS),
}


async def home_told_by(hass: HomeAssistant, kind: str) -> ConfigEntry:
    """Set up a home that knows the year by a kind of source."""
    if kind != "by_hand":
        add = async_archive(hass).async_add
        await add("sen1:house", "House", "kWh", Aggregation.SUM, POINTS[kind]())
        return await home_with(hass, sources=(), data={"bought_series": ["sen1:house"]})
    entry = await home_with(hass, meter("Meter", meter_kind="bought"), sources=())
    (meter_id,) = entry.subentries
    for at in MONTHS:
        index = 4321 + total(HOUSE, MONTHS[0], at) / 1000
        reading = HandReading(at.timestamp(), {"index": index})
        await entry.runtime_data.meters.async_add(meter_id, reading)
    return entry


@pytest.mark.parametrize("kind", [*POINTS, "by_hand"])
async def test_a_year_is_the_same_whatever_it_is_known_from(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory, kind: str
) -> None:
    await hass.config.async_set_time_zone("Europe/Paris")
    freezer.move_to(NOW)
    entry = await home_told_by(hass, kind)
    kwh = total(HOUSE, MONTHS[0], MONTHS[-1]) / 1000
    # The test's own time is its limit: readings are joined beside.
    while told(hass, entry, "bought_year").attributes["last_period"] != kwh:
        await async_committed(hass)
        await settled(hass)
    months, year = await async_counted(entry.runtime_data, BEGIN, END, StepLength.MONTH)
    counted, bounds = [*months, year], [*pairwise(MONTHS), (MONTHS[0], MONTHS[-1])]
    energies = [one.amount(HomeQuantity.BOUGHT) for one in counted]
    assert [round(1000 * one / MICROJOULES_OF_KWH) for one in energies] == [
        total(HOUSE, *each) for each in bounds
    ]
    assert [one.known(HomeQuantity.BOUGHT) for one in counted] == [1] * 13
    assert await hass.config_entries.async_unload(entry.entry_id)
