"""The same figures wherever they are told, at the dates on which calendars go wrong."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
import pytest

from custom_components.sen1.figures.meter.hand_readings import HandReading
from custom_components.sen1.figures.site.energies import StepLength, async_energies
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import async_committed
from testbed.household import PARIS
from testbed.years import Habits, halves, hours, midnight, total

from ..conftest import contract, home_with, settled, told
from ..meter.test_hand_readings import meter

HOUSE = Habits("House", 146, 10_900, 0.55)
PRICE = 0.2
DAY = timedelta(days=1)

MOMENTS = (
    "2026-01-01 00:03",
    "2026-01-02 09:00",
    "2026-03-29 12:00",
    "2026-03-30 00:03",
    "2026-10-25 12:00",
    "2026-10-26 00:03",
    "2026-06-01 00:03",
    "2028-02-29 12:00",
    "2028-03-01 00:03",
)
"""New Year, both clock changes, the first of a month, and 29 February, in France."""


def first_of_month(day: date, back: int) -> date:
    month = day.year * 12 + day.month - 1 - back
    return date(month // 12, month % 12 + 1, 1)


def between(bounds: list[datetime]) -> list[Point]:
    return [
        Point(a.timestamp(), b.timestamp() - a.timestamp(), total(HOUSE, a, b) / 1000)
        for a, b in pairwise(bounds)
    ]


def half_hours(begin: datetime, end: datetime) -> list[Point]:
    return [
        Point(at.timestamp() + 1800 * n, 1800, watts / 2000)
        for at in hours(begin, end)
        for n, watts in enumerate(halves(HOUSE, at))
    ]


def days(begin: datetime, end: datetime) -> list[Point]:
    first, last = begin.date().toordinal(), end.date().toordinal()
    return between([midnight(date.fromordinal(day)) for day in range(first, last + 1)])


def months(begin: datetime, end: datetime) -> list[Point]:
    firsts = [midnight(first_of_month(end.date(), back)) for back in range(13)]
    return between(sorted(at for at in firsts if at >= begin))


POINTS: dict[str, Callable[[datetime, datetime], list[Point]]] = {
    "half_hours": half_hours,
    "days": days,
    "months": months,
}


async def home_told_by(
    hass: HomeAssistant, kind: str, now: datetime
) -> tuple[ConfigEntry, datetime]:
    """Set up a home that knows two months and this one by a kind of source, and until when."""
    begin, today = midnight(first_of_month(now.date(), 2)), midnight(now.date())
    base = contract(begin="2020-01-01", option="base", prices={"all_hours": PRICE})
    if kind != "by_hand":
        points = POINTS[kind](begin, today)
        add = async_archive(hass).async_add
        await add("sen1:house", "House", "kWh", Aggregation.SUM, points)
        await async_committed(hass)
        entry = await home_with(hass, base, sources=(), data={"bought_series": ["sen1:house"]})
        return entry, datetime.fromtimestamp(points[-1].end, PARIS)
    entry = await home_with(hass, base, meter("Meter", meter_kind="bought"), sources=())
    (meter_id,) = (key for key, one in entry.subentries.items() if one.title == "Meter")
    firsts = [midnight(first_of_month(now.date(), back)) for back in (2, 1, 0)]
    read = sorted({*(at for at in firsts if at < today), today})
    for at in read:
        index = 4321 + total(HOUSE, begin, at) / 1000
        reading = HandReading(at.timestamp(), {"index": index})
        await entry.runtime_data.meters.async_add(meter_id, reading)
    return entry, read[-1]


def periods(today: date) -> Iterator[tuple[str, date, date]]:
    """Yield the figures of a home that is told later: their name, and [begin, end)."""
    yield "yesterday", today - DAY, today
    yield "month", today.replace(day=1), first_of_month(today, -1)
    yield "year", date(today.year, 1, 1), date(today.year + 1, 1, 1)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("kind", [*POINTS, "by_hand"])
async def test_entities_series_costs_and_the_recorder_say_the_same(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    kind: str,
    moment: str,
) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=PARIS)
    await hass.config.async_set_time_zone("Europe/Paris")
    freezer.move_to(now)
    entry, until = await home_told_by(hass, kind, now)
    begun = midnight(first_of_month(now.date(), 2))

    async def series(begin: date, end: date, step: str) -> dict[str, Any]:
        span = midnight(begin).timestamp(), midnight(end).timestamp()
        answer = await async_energies(entry.runtime_data, *span, StepLength(step))
        found: dict[str, Any] = answer["quantities"].get("bought", {"total": None})
        return found

    # The test's own time is its limit: readings are joined beside.
    while True:
        await async_committed(hass)
        await settled(hass)
        known_until = told(hass, entry, "bought_year").attributes["known_until"]
        if known_until and datetime.fromisoformat(known_until) >= until:
            break
    for figure, begin, end in periods(now.date()):
        first, last = max(midnight(begin), begun), min(midnight(end), until)
        state, whole = told(hass, entry, f"bought_{figure}"), await series(begin, end, "day")
        if last <= first:
            assert (state.state, whole["total"], whole["total_cost"]) == ("unknown", None, None)
            assert datetime.fromisoformat(state.attributes["known_until"]) <= midnight(begin)
            continue
        truth = total(HOUSE, first, last) / 1000
        if kind in ("months", "by_hand") and figure == "yesterday":
            # Of a day in the middle of a month, what it was is not known, but its part of it.
            truth = whole["total"]
        assert float(state.state) == pytest.approx(truth, abs=0.0005), figure
        assert whole["total"] == pytest.approx(truth, abs=0.0005), figure
        paid = told(hass, entry, f"cost_{figure}").attributes["energy_cost"]
        assert paid == whole["total_cost"] == pytest.approx(PRICE * truth, abs=0.0051), figure
        halves_of = await series(begin, end, "half_hour" if figure == "yesterday" else "hour")
        assert sum(value or 0 for value in halves_of["values"]) == pytest.approx(truth, abs=0.0005)
    statistic = f"sen1:{entry.entry_id.lower()}_bought"
    counted = pytest.approx(total(HOUSE, begun, until) / 1000, abs=0.001)
    written = 0.0
    # A reading that came while a month was written has that month written again.
    while written != counted:
        await async_committed(hass)
        await settled(hass)
        found = await get_instance(hass).async_add_executor_job(
            statistics_during_period, hass, begun, None, {statistic}, "hour", None, {"change"}
        )
        written = sum(row["change"] or 0.0 for row in found.get(statistic, []))
    assert await hass.config_entries.async_unload(entry.entry_id)
