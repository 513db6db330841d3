"""What imported years cost by the home's contracts, in the recorder."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.tasks import StatisticsTask
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.setup import async_setup_component
import pytest

from custom_components.sen1.figures.tariff.contract import Hours, Option, Tariff, Tariffs
from custom_components.sen1.figures.tariff.past_cost import PAST_COST_STATISTIC, costs_of
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import async_committed
from testbed.household import PARIS
from testbed.statistics import changes

from ..conftest import contract, home_with, measure

HALF_HOUR = timedelta(minutes=30)
HISTORY = "sen1:enedis"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def half_hours(begin: datetime, end: datetime) -> Iterator[tuple[datetime, float]]:
    """Yield half-hours and kWh that differ from one to the next."""
    moment, number = begin.astimezone(UTC), 0
    while moment < end:
        yield moment.astimezone(PARIS), 0.1 + (number * 7 % 13) / 10
        moment, number = moment + HALF_HOUR, number + 1


def points_of(begin: datetime, end: datetime) -> list[Point]:
    return [Point(moment.timestamp(), 1800, kwh) for moment, kwh in half_hours(begin, end)]


def reference(begin: datetime, end: datetime) -> dict[float, float]:
    """Return what each hour costs, its half-hours priced one by one; 0.2 a kWh from 1 April on."""
    costs: dict[float, float] = {}
    for moment, kwh in half_hours(begin, end):
        clock = f"{moment:%H:%M}"
        price = 0.1579 if clock >= "22:30" or clock < "06:30" else 0.2065
        if moment.date() >= date(2026, 4, 1):
            price = 0.2
        hour = moment.timestamp() // 3600 * 3600
        costs[hour] = costs.get(hour, 0) + kwh * price
    return costs


async def costs_once(hass: HomeAssistant, hours: int) -> dict[float, float]:
    """Return the statistic once it has so many hours; the clock stands still, so nothing sleeps."""
    while True:
        await async_committed(hass)
        found = await changes(hass, PAST_COST_STATISTIC)
        if len(found) == hours:
            return found


async def test_an_imported_past_costs_what_the_contracts_of_its_days_say(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    # Over the clock change of March and a change of prices, both within one past.
    begin, middle, end = at("2026-03-27 00:00"), at("2026-04-03 00:00"), at("2026-04-06 00:00")
    freezer.move_to(at("2026-06-10 12:00"))
    archive = async_archive(hass)
    measure(hass, "bought_index", 100_000)
    await archive.async_add(HISTORY, "Enedis", "kWh", Aggregation.SUM, points_of(begin, middle))
    base = contract(begin="2026-04-01", option="base", prices={"all_hours": 0.2})
    entry = await home_with(
        hass, contract(off_peak_hours="22:30-6:30"), base, data={"history": HISTORY}
    )

    costs = await costs_once(hass, 24 * 7 - 1)
    assert costs == pytest.approx(reference(begin, middle))
    # What is imported later is priced too.
    await archive.async_add(HISTORY, "Enedis", "kWh", Aggregation.SUM, points_of(begin, end))
    costs = await costs_once(hass, 24 * 10 - 1)
    assert costs == pytest.approx(reference(begin, end))
    assert await hass.config_entries.async_unload(entry.entry_id)
    # Without the past there is nothing left of it.
    hass.config_entries.async_update_entry(
        entry, data={key: value for key, value in entry.data.items() if key != "history"}
    )
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert await costs_once(hass, 0) == {}
    assert await hass.config_entries.async_unload(entry.entry_id)


async def pass_hour(hass: HomeAssistant, freezer: FrozenDateTimeFactory, hour: datetime) -> None:
    """Let the recorder put an hour of its own statistics together, as it does when one is over."""
    freezer.move_to(hour + timedelta(hours=1, seconds=10))
    get_instance(hass).queue_task(
        StatisticsTask(hour.astimezone(UTC) + timedelta(minutes=55), True)
    )
    await async_committed(hass)


async def test_a_past_that_the_recorder_makes_is_priced_hour_by_hour(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    first, others = at("2026-06-10 08:00"), {"unit_of_measurement": "kWh", "device_class": "energy"}
    freezer.move_to(first)
    assert await async_setup_component(hass, "sensor", {})
    hass.states.async_set("sensor.meter", "0", {**others, "state_class": "total_increasing"})
    measure(hass, "bought_power", 0)

    async def count(hour: datetime, kwh: int) -> None:
        freezer.move_to(hour + timedelta(minutes=57))
        attributes = {**others, "state_class": "total_increasing"}
        hass.states.async_set("sensor.meter", str(kwh), attributes)
        await pass_hour(hass, freezer, hour)

    await count(first, 1)
    base = contract(begin="2026-04-01", option="base", prices={"all_hours": 0.2})
    data = {"history": "sensor.meter"}
    entry = await home_with(hass, base, sources=("bought_power",), data=data)
    known = await costs_once(hass, 1)
    for number in range(1, 4):
        hour = first + timedelta(hours=number)
        await count(hour, 1 + 2 * number)
        costs = await costs_once(hass, number + 1)
        assert costs == pytest.approx({**known, hour.timestamp(): 0.4})
        known = costs
    assert await hass.config_entries.async_unload(entry.entry_id)


def tariffs(option: Option, **prices: str) -> Tariffs:
    values = {name: Decimal(price) for name, price in prices.items()}
    return Tariffs(
        [Tariff(date(2026, 2, 1), option, values, off_peak_hours=Hours.parse("22:00-6:00"))]
    )


def test_a_past_before_the_first_contract_has_no_cost() -> None:
    points = points_of(at("2026-01-31 22:00"), at("2026-02-01 02:00"))
    hours = costs_of(points, tariffs(Option.BASE, all_hours="0.2"), {}, PARIS)
    assert [hour.begin for hour in hours] == [
        at("2026-02-01 00:00").timestamp(),
        at("2026-02-01 01:00").timestamp(),
    ]


def test_a_day_is_priced_by_the_hours_it_is_spread_over() -> None:
    day = [Point(at("2026-02-03 00:00").timestamp(), 86400, 24.0)]
    hours = costs_of(day, tariffs(Option.OFF_PEAK, off_peak="0.1", peak="0.3"), {}, PARIS)
    assert [round(hour.total, 6) for hour in hours] == [0.1] * 6 + [0.3] * 16 + [0.1] * 2


def test_where_nobody_kept_the_colours_a_month_has_its_mean_price() -> None:
    names = ("off_peak_blue", "peak_blue", "off_peak_white", "peak_white", "off_peak_red")
    tempo = tariffs(Option.TEMPO, **dict.fromkeys(names, "0.1"), peak_red="1.1")
    points = points_of(at("2026-02-03 00:00"), at("2026-02-04 00:00"))
    # The clock tells the hours, not the colour: 22 red days of 151, sixteen hours of twenty-four.
    mean = 0.1 + 22 / 151 * 16 / 24
    total = sum(hour.total for hour in costs_of(points, tempo, {}, PARIS))
    assert total == pytest.approx(mean * sum(point.value for point in points))
