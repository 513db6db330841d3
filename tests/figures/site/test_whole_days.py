"""Days known only as a whole cost what the home's own hours say, wherever their cost is told."""

from datetime import date, datetime, timedelta
from itertools import pairwise

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.figures.counting.balance import HomeQuantity
from custom_components.sen1.figures.site.energies import StepLength, async_counted
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import async_committed
from testbed.household import PARIS
from testbed.years import Habits, hours, midnight, total

from ..conftest import contract, home_with, told
from .test_statistics import until_last

HOUSE = Habits("House", 146, 10_900, 0.55)
OFF_PEAK, PEAK = 0.15, 0.25
NOW = datetime(2026, 6, 10, 9, 25, tzinfo=PARIS)
TODAY = NOW.date()
BEGIN, CHANGE = date(2025, 12, 1), date(2026, 4, 1)
"""Until then hours are known, from then on days."""


def by_hours(begin: date, end: date) -> list[Point]:
    return [
        Point(at.timestamp(), 3600, HOUSE.hour(at) / 1000)
        for at in hours(midnight(begin), midnight(end))
    ]


def by_days(begin: date, end: date) -> list[Point]:
    days = [midnight(begin + timedelta(days=n)) for n in range((end - begin).days + 1)]
    return [
        Point(a.timestamp(), b.timestamp() - a.timestamp(), total(HOUSE, a, b) / 1000)
        for a, b in pairwise(days)
    ]


def is_off_peak(at: float) -> bool:
    hour = datetime.fromtimestamp(at, PARIS).hour
    return hour >= 22 or hour < 6


@pytest.mark.parametrize("knows_hours", [True, False])
async def test_a_day_known_as_a_whole_is_priced_by_the_homes_own_split_everywhere(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory, knows_hours: bool
) -> None:
    freezer.move_to(NOW)
    known = by_hours(BEGIN, CHANGE)
    points = (known if knows_hours else []) + by_days(CHANGE, TODAY)
    await async_archive(hass).async_add("sen1:house", "House", "kWh", Aggregation.SUM, points)
    entry = await home_with(
        hass,
        contract(
            begin="2025-01-01",
            prices={"off_peak": OFF_PEAK, "peak": PEAK},
            off_peak_hours="22:00-6:00",
        ),
        sources=(),
        data={"bought_series": ["sen1:house"]},
    )
    share = 8 / 24
    if knows_hours:
        share = sum(p.value for p in known if is_off_peak(p.begin)) / sum(p.value for p in known)
        assert share != pytest.approx(8 / 24, abs=0.02)
    june = total(HOUSE, midnight(date(2026, 6, 1)), midnight(TODAY)) / 1000
    expected = june * (share * OFF_PEAK + (1 - share) * PEAK)

    cost = told(hass, entry, "cost_month").attributes
    assert cost["energy_cost"] == pytest.approx(expected, abs=0.0051)
    assert cost["has_whole_days"] is True
    assert cost["energy_without_period"] == 0
    off_peak = told(hass, entry, "energy_off_peak_month")
    assert float(off_peak.state) == pytest.approx(june * share, abs=0.001)

    home = entry.runtime_data
    for length in StepLength:
        steps, whole = await async_counted(home, date(2026, 6, 1), TODAY, length)
        accountant = home.spending.book.accountant
        assert float(accountant.bill(whole.tally).energy_cost) == pytest.approx(expected)
        costs = [float(accountant.bill(step.tally).energy_cost) for step in steps]
        assert sum(costs) == pytest.approx(expected)

    last = midnight(TODAY) - timedelta(hours=1)
    written = await until_last(hass, entry, last, HomeQuantity.BOUGHT, is_cost=True)
    in_june = [v for at, v in written.items() if at >= midnight(date(2026, 6, 1)).timestamp()]
    assert sum(in_june) == pytest.approx(expected)
    if knows_hours:
        # What is known by hours costs what it did.
        march = [p for p in known if p.begin >= midnight(date(2026, 3, 1)).timestamp()]
        truth = sum(p.value * (OFF_PEAK if is_off_peak(p.begin) else PEAK) for p in march)
        _, whole = await async_counted(home, date(2026, 3, 1), CHANGE, StepLength.MONTH)
        told_cost = home.spending.book.accountant.bill(whole.tally).energy_cost
        assert float(told_cost) == pytest.approx(truth)
    await async_committed(hass)
    assert await hass.config_entries.async_unload(entry.entry_id)
