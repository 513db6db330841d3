"""What is known from before the entry: of the meter's own statistics, and of an imported past."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import EVENT_RECORDER_HOURLY_STATISTICS_GENERATED
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sen1.figures.counting.balance import HomeQuantity
from custom_components.sen1.figures.counting.calendar import MS
from custom_components.sen1.figures.counting.steps import (
    Step,
    Steps,
    completed,
    merged,
    steps_of,
    without_gaps,
)
from custom_components.sen1.figures.tariff.contract import Bill, Hours, Option, Tariff, Tariffs
from custom_components.sen1.figures.tariff.tally import Accountant, Tally
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import async_committed
from testbed.household import PARIS
from testbed.statistics import have_rows
from testbed.years import HOUR, Habits, Roof, Source, hours, midnight, total

from ..conftest import contract, home_with, measure, sensor, settled, told

HOUSE = Habits("House", 146, 10_900, 0.55)
ROOF = Roof("Roof", 3_000)
HISTORY = "sen1:enedis"

PRICES = {"off_peak": Decimal("0.1579"), "peak": Decimal("0.2065")}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


NOW = at("2026-06-10 12:25")
BEGIN = at("2025-12-24 00:00")


async def have_statistics(
    hass: HomeAssistant,
    name: str,
    source: Source,
    begin: datetime,
    end: datetime,
    counted: int = 0,
) -> None:
    """Give an index the statistics that the recorder made of it in [begin, end)."""
    metadata = StatisticMetaData(
        has_sum=True,
        mean_type=StatisticMeanType.NONE,
        name=None,
        source="recorder",
        statistic_id=sensor(name),
        unit_class="energy",
        unit_of_measurement="Wh",
    )
    rows, index = [], index_at(source, begin)
    for hour in hours(begin, end):
        index, counted = index + source.hour(hour), counted + source.hour(hour)
        rows.append(StatisticData(start=hour, state=index, sum=counted))
    await have_rows(hass, metadata, rows)


def index_at(source: Source, hour: datetime) -> int:
    """Return where an index stands at the begin of an hour; it was not at 0 when it all began."""
    return 50_000 + total(source, LAST_YEAR, hour)


def half_hours(begin: datetime, end: datetime) -> list[Point]:
    """Return the half-hours of the house in kWh; the second of an hour is three times the first."""
    return [
        Point(hour.timestamp() + 1800 * half, 1800, HOUSE.hour(hour) * part / 1000)
        for hour in hours(begin, end)
        for half, part in enumerate((0.25, 0.75))
    ]


async def have_history(hass: HomeAssistant, begin: datetime, end: datetime) -> None:
    points = half_hours(begin, end)
    await async_archive(hass).async_add(HISTORY, "Enedis", "kWh", Aggregation.SUM, points)
    await async_committed(hass)


def kwh(source: Source, begin: datetime, end: datetime, *, more: float = 0) -> float:
    return pytest.approx(total(source, begin, end) / 1000 + more, abs=0.0006)  # type: ignore[return-value]


def costs(begin: datetime, end: datetime) -> dict[str, float]:
    """Return what each tariff period costs, the half-hours priced one by one."""
    sums = dict.fromkeys(PRICES, Decimal(0))
    for name, point in priced(begin, end):
        sums[name] += Decimal(repr(point.value)) * PRICES[name]
    return {name: float(amount) for name, amount in sums.items()}


def priced(begin: datetime, end: datetime) -> Iterator[tuple[str, Point]]:
    for point in half_hours(begin, end):
        clock = f"{datetime.fromtimestamp(point.begin, PARIS):%H:%M}"
        yield ("off_peak" if clock >= "22:30" or clock < "06:30" else "peak"), point


async def pass_to(hass: HomeAssistant, freezer: FrozenDateTimeFactory, moment: datetime) -> None:
    freezer.move_to(moment)
    async_fire_time_changed(hass, moment)
    await settled(hass)


YEAR, MONTH, DAY = (
    at("2026-01-01 00:00"),
    at("2026-06-01 00:00"),
    at("2026-06-10 00:00"),
)
NOON = at("2026-06-10 12:00")
LAST_YEAR = at("2025-01-01 00:00")


async def test_a_meter_with_a_past_has_whole_periods_from_the_first_moment(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW - timedelta(minutes=15))
    await have_statistics(hass, "bought_index", HOUSE, LAST_YEAR, NOON)
    # What is counted since the last whole hour is in the recorder's states.
    measure(hass, "bought_index", index_at(HOUSE, NOON) + 100)
    await async_committed(hass)
    freezer.move_to(NOW)
    entry = await home_with(hass)
    for key, begin in (("day", DAY), ("month", MONTH), ("year", YEAR)):
        for kind in ("bought", "consumed"):
            state = told(hass, entry, f"{kind}_{key}")
            assert float(state.state) == kwh(HOUSE, begin, NOON, more=0.1)
            assert state.attributes["begin"] == begin.date().isoformat()
            assert state.attributes["known"] == 100
    last = {
        key: told(hass, entry, f"bought_{key}").attributes["last_period"]
        for key in ("day", "month", "year")
    }
    assert last["day"] == kwh(HOUSE, at("2026-06-09 00:00"), DAY)
    assert last["month"] == kwh(HOUSE, at("2026-05-01 00:00"), MONTH)
    assert last["year"] == kwh(HOUSE, LAST_YEAR, YEAR)

    # Live counting goes on from there, and what the recorder puts together later is no more.
    await pass_to(hass, freezer, at("2026-06-10 13:10"))
    measure(hass, "bought_index", index_at(HOUSE, NOON) + 700)
    await settled(hass)
    one = at("2026-06-10 13:00")
    counted = total(HOUSE, LAST_YEAR, NOON)
    await have_statistics(hass, "bought_index", HOUSE, NOON, one, counted)
    await hass.config_entries.async_reload(entry.entry_id)
    await settled(hass)
    for key, begin in (("day", DAY), ("month", MONTH), ("year", YEAR)):
        assert float(told(hass, entry, f"bought_{key}").state) == kwh(HOUSE, begin, NOON, more=0.7)
    # The next month, the one before is whole.
    await pass_to(hass, freezer, at("2026-07-01 00:00"))
    measure(hass, "bought_index", index_at(HOUSE, NOON) + 700)
    await settled(hass)
    assert told(hass, entry, "bought_month").state == "0.0"
    assert told(hass, entry, "bought_month").attributes["last_period"] == kwh(
        HOUSE, MONTH, NOON, more=0.7
    )
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_an_imported_past_is_counted_up_to_the_first_reading_and_priced_by_half_hours(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    measure(hass, "bought_index", 100_000)
    await have_history(hass, BEGIN, DAY)
    entry = await home_with(hass, data={"bought_series": [HISTORY]})
    year = told(hass, entry, "bought_year")
    assert float(year.state) == kwh(HOUSE, YEAR, DAY)
    assert year.attributes["begin"] == "2026-01-01"
    today = told(hass, entry, "bought_day")
    assert (today.state, today.attributes["begin"]) == ("0.0", "2026-06-10")

    # The contract comes later than the home, as it does through the form.
    tariff = ConfigSubentry(
        data=MappingProxyType(contract(begin="2026-06-10", off_peak_hours="22:30-6:30")["data"]),
        subentry_type="tariff",
        title="Contract",
        unique_id=None,
    )
    hass.config_entries.async_add_subentry(entry, tariff)
    await settled(hass)
    # Of what was bought before it nothing has a price, which is no cost of nothing.
    attributes = told(hass, entry, "cost_year").attributes
    assert "energy_cost" not in attributes
    assert attributes["energy_without_price"] == kwh(HOUSE, YEAR, DAY)
    data = {**tariff.data, "begin": "2026-01-01"}
    hass.config_entries.async_update_subentry(entry, tariff, data=data)
    await settled(hass)
    for key, begin in (("month", MONTH), ("year", YEAR)):
        truth = costs(begin, DAY)
        for name, cost in truth.items():
            energy = sum(point.value for period, point in priced(begin, DAY) if period == name)
            state = told(hass, entry, f"energy_{name}_{key}")
            assert float(state.state) == pytest.approx(energy, abs=0.0001)
            assert float(told(hass, entry, f"cost_{name}_{key}").state) == pytest.approx(
                cost, abs=0.0051
            )
        whole = told(hass, entry, f"cost_{key}")
        assert whole.attributes["energy_cost"] == pytest.approx(sum(truth.values()), abs=0.0051)
        assert whole.attributes["begin"] == begin.date().isoformat()
        assert whole.attributes["energy_without_price"] == 0
    subscription = 15.65 * (5 + 10 / 30)
    assert told(hass, entry, "cost_year").attributes["subscription"] == round(subscription, 2)

    # The file of the next day tells of this morning; what is counted here is not counted again.
    freezer.move_to(NOW + timedelta(minutes=30))
    measure(hass, "bought_index", 100_400)
    await settled(hass)
    await have_history(hass, DAY, at("2026-06-10 20:00"))
    await hass.async_block_till_done(wait_background_tasks=False)
    morning = sum(point.value for point in half_hours(DAY, NOON))
    began = half_hours(NOON, at("2026-06-10 13:00"))[0].value * 25 / 30
    expected = pytest.approx(morning + began + 0.4, abs=0.0006)

    async def is_told() -> None:
        while float(told(hass, entry, "bought_day").state) != expected:
            await async_committed(hass)
            await settled(hass)

    await is_told()
    assert told(hass, entry, "bought_day").attributes["known"] == 100
    assert float(told(hass, entry, "bought_month").state) == pytest.approx(
        sum(point.value for point in half_hours(MONTH, NOON)) + began + 0.4, abs=0.0006
    )
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_hole_between_the_past_and_the_first_reading_is_owned_up_to(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOON)
    measure(hass, "bought_index", 100_000)
    await have_history(hass, at("2026-06-03 00:00"), at("2026-06-08 00:00"))
    entry = await home_with(hass, data={"bought_series": [HISTORY]})
    month = told(hass, entry, "bought_month")
    assert float(month.state) == kwh(HOUSE, at("2026-06-03 00:00"), at("2026-06-08 00:00"))
    assert month.attributes["begin"] == "2026-06-03"
    assert month.attributes["known"] == round(100 * 5 / 7.5)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_past_that_is_the_meters_own_is_counted_once(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOON)
    await have_statistics(hass, "bought_index", HOUSE, LAST_YEAR, NOON)
    measure(hass, "bought_index", index_at(HOUSE, NOON))
    await async_committed(hass)
    entry = await home_with(hass, data={"bought_series": [sensor("bought_index")]})
    assert float(told(hass, entry, "bought_year").state) == kwh(HOUSE, YEAR, NOON)
    assert told(hass, entry, "bought_year").attributes["known"] == 100
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_of_two_indexes_the_past_is_known_until_one_was_not_heard(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOON)
    silent = at("2026-06-10 06:00")
    for name, end in (("off_peak_index", NOON), ("peak_index", silent)):
        await have_statistics(hass, name, HOUSE, LAST_YEAR, end)
        measure(hass, name, index_at(HOUSE, end))
    await async_committed(hass)
    indexes = [sensor("off_peak_index"), sensor("peak_index")]
    entry = await home_with(hass, sources=(), data={"bought_index": indexes})
    today = told(hass, entry, "bought_day")
    assert float(today.state) == pytest.approx(2 * total(HOUSE, DAY, silent) / 1000, abs=0.0006)
    assert today.attributes["known"] == 50
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_day_in_which_an_index_was_not_read_is_told_by_itself_as_among_others(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOON)
    silent, heard = at("2026-03-10 18:00"), at("2026-03-12 06:00")
    await have_statistics(hass, "bought_index", HOUSE, LAST_YEAR, silent)
    counted = total(HOUSE, LAST_YEAR, heard)
    await have_statistics(hass, "bought_index", HOUSE, heard, NOON, counted)
    measure(hass, "bought_index", index_at(HOUSE, NOON))
    await async_committed(hass)
    entry = await home_with(hass)
    home = entry.runtime_data
    days = [date(2026, 3, day) for day in range(9, 14)]
    for begin, end in pairwise(days):
        among = home.spending.book.tally(begin, end).of(HomeQuantity.BOUGHT)
        steps = (await home.past.async_half_hours(begin, end))[begin][HomeQuantity.BOUGHT]
        assert sum(step.amount for step in steps.values()) == among
        assert sum(step.known for step in steps.values()) == 86_400_000
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_balance_is_told_of_the_time_in_which_all_its_parts_are_known(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOON)
    panels = at("2026-03-15 00:00")
    sources = ("bought_index", "sold_index", "produced_index")
    pasts: tuple[Source, ...] = (HOUSE, Roof("Sent", 1000), ROOF)
    for name, source in zip(sources, pasts, strict=True):
        begin = BEGIN if source is HOUSE else panels
        await have_statistics(hass, name, source, begin, NOON)
        measure(hass, name, index_at(source, NOON))
    await async_committed(hass)
    entry = await home_with(hass, sources=sources)
    bought = told(hass, entry, "bought_year")
    assert float(bought.state) == kwh(HOUSE, YEAR, NOON)
    sold, produced = (total(source, panels, NOON) for source in pasts[1:])
    consumed = told(hass, entry, "consumed_year")
    assert float(consumed.state) == pytest.approx(
        (total(HOUSE, panels, NOON) - sold + produced) / 1000, abs=0.0006
    )
    assert (bought.attributes["begin"], consumed.attributes["begin"]) == (
        "2026-01-01",
        "2026-03-15",
    )
    rate = told(hass, entry, "self_consumption_year")
    assert float(rate.state) == pytest.approx(100 * (produced - sold) / produced, abs=0.01)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_on_the_last_day_of_years_that_were_billed_whole_only_today_is_expected(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    today = at("2026-12-31 00:00")
    freezer.move_to(today + timedelta(hours=1))
    await have_statistics(hass, "bought_index", HOUSE, LAST_YEAR - timedelta(days=1), today)
    measure(hass, "bought_index", index_at(HOUSE, today))
    await async_committed(hass)
    entry = await home_with(hass, contract(begin="2025-01-01", off_peak_hours="22:00-6:00"))
    await settled(hass)
    year = float(told(hass, entry, "forecast_energy").state)
    assert 5 < year - total(HOUSE, YEAR, today) / 1000 < 100
    parts = [told(hass, entry, f"forecast_energy_{name}") for name in PRICES]
    assert sum(float(part.state) for part in parts) == pytest.approx(year, abs=1)
    # What last year cost was counted hour by hour.
    last_year = sum(
        HOUSE.hour(hour)
        * float(PRICES["peak" if 6 <= hour.astimezone(PARIS).hour < 22 else "off_peak"])
        for hour in hours(LAST_YEAR, YEAR)
    )
    cost = told(hass, entry, "forecast_cost").attributes["last_year"]
    assert cost == pytest.approx(last_year / 1000 + 12 * 15.65, abs=0.5)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_another_meter_that_is_chosen_later_takes_nothing_back(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOON)
    await have_statistics(hass, "bought_index", HOUSE, BEGIN, NOON)
    measure(hass, "bought_index", index_at(HOUSE, NOON))
    await async_committed(hass)
    entry = await home_with(hass)
    whole = told(hass, entry, "bought_year").state
    hass.states.async_set("sensor.new_index", "3000", {"unit_of_measurement": "Wh"})
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "bought_index": ["sensor.new_index"]}
    )
    await settled(hass)
    await hass.config_entries.async_reload(entry.entry_id)
    await settled(hass)
    assert told(hass, entry, "bought_year").state == whole
    freezer.tick(timedelta(minutes=10))
    hass.states.async_set("sensor.new_index", "3500", {"unit_of_measurement": "Wh"})
    await settled(hass)
    await pass_to(hass, freezer, NOON + timedelta(minutes=12))
    assert float(told(hass, entry, "bought_year").state) == pytest.approx(float(whole) + 0.5)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def hour_told(hass: HomeAssistant, freezer: FrozenDateTimeFactory, end: datetime) -> bool:
    """Let the recorder tell that it put together the hour that ended; tell if the past is read."""
    freezer.move_to(end + timedelta(minutes=1))
    hass.bus.async_fire(EVENT_RECORDER_HOURLY_STATISTICS_GENERATED)
    is_read = any(task.get_name() == "sen1 past of the site" for task in asyncio.all_tasks())
    await settled(hass)
    return is_read


# The days that are kept as half-hours lie in one month, or in two.
@pytest.mark.parametrize("noon", [NOON, at("2026-06-01 12:00"), at("2026-06-03 12:00")])
async def test_what_only_statistics_tell_grows_with_each_hour_the_recorder_puts_together(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory, noon: datetime
) -> None:
    freezer.move_to(noon + timedelta(minutes=1))
    await have_statistics(hass, "roof", ROOF, LAST_YEAR, noon)
    measure(hass, "bought_index", 100_000)
    entry = await home_with(hass, data={"produced_series": [sensor("roof")]})
    book, tomorrow = entry.runtime_data.spending.book, noon.date() + timedelta(days=1)

    def produced() -> float:
        tally = book.tally(LAST_YEAR.date(), tomorrow)
        return float(tally.of(HomeQuantity.PRODUCED)) / 3.6e12

    assert produced() == kwh(ROOF, LAST_YEAR, noon)
    counted = total(ROOF, LAST_YEAR, noon)
    for number in (1, 2):
        begin, end = (noon + timedelta(hours=number - 1 + more) for more in (0, 1))
        await have_statistics(hass, "roof", ROOF, begin, end, counted)
        counted += total(ROOF, begin, end)
        assert await hour_told(hass, freezer, end)
        while produced() != kwh(ROOF, LAST_YEAR, end):
            await async_committed(hass)
            await settled(hass)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_what_is_counted_here_is_filled_by_statistics_for_the_hour_in_which_it_began_only(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    await have_statistics(hass, "old_index", HOUSE, LAST_YEAR, NOON)
    measure(hass, "bought_index", 100_000)
    entry = await home_with(hass, data={"bought_series": [sensor("old_index")]})
    assert float(told(hass, entry, "bought_day").state) == kwh(HOUSE, DAY, NOON)
    await pass_to(hass, freezer, at("2026-06-10 12:55"))
    measure(hass, "bought_index", 100_400)
    await settled(hass)
    counted = total(HOUSE, LAST_YEAR, NOON)
    one, two = at("2026-06-10 13:00"), at("2026-06-10 14:00")
    await have_statistics(hass, "old_index", HOUSE, NOON, one, counted)
    assert await hour_told(hass, freezer, one)
    # The old meter tells the 25 minutes of that hour before the new one was heard.
    first = HOUSE.hour(NOON) * 25 / 60 / 1000
    expected = kwh(HOUSE, DAY, NOON, more=first + 0.4)
    while float(told(hass, entry, "bought_day").state) != expected:
        await async_committed(hass)
        await settled(hass)
    # The next hour is counted here, whatever else tells of it: nothing is read again.
    counted += total(HOUSE, NOON, one)
    await have_statistics(hass, "old_index", HOUSE, one, two, counted)
    assert not await hour_told(hass, freezer, two)
    assert float(told(hass, entry, "bought_day").state) == expected
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_months_after_counting_began_a_day_is_what_was_counted_here(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(at("2026-02-10 00:00"))
    measure(hass, "bought_index", 100_000)
    entry = await home_with(hass)
    await pass_to(hass, freezer, DAY)
    measure(hass, "bought_index", 100_000)
    await settled(hass)
    await pass_to(hass, freezer, NOON)
    measure(hass, "bought_index", 106_000)
    await settled(hass)
    await pass_to(hass, freezer, at("2026-06-15 00:00"))
    home = entry.runtime_data
    while home.spending.book.kept_from <= DAY.date():
        await async_committed(hass)
        await settled(hass)
    # Whatever the recorder has of that index meanwhile: it was counted already.
    await have_statistics(hass, "bought_index", HOUSE, DAY, at("2026-06-11 00:00"))
    days = await home.past.async_half_hours(DAY.date(), DAY.date() + timedelta(days=1))
    steps = days[DAY.date()][HomeQuantity.BOUGHT]
    assert sum(step.amount for step in steps.values()) / 3.6e12 == pytest.approx(6)
    among = home.spending.book.tally(DAY.date(), DAY.date() + timedelta(days=1))
    assert among.of(HomeQuantity.BOUGHT) / 3.6e12 == pytest.approx(6)
    assert await hass.config_entries.async_unload(entry.entry_id)


def booked(points: list[Point], *contracts: Tariff, until: datetime = DAY) -> dict[date, Tally]:
    """Return what the days come to on which points tell what was bought."""
    begin, end = (round(moment.timestamp() * MS) for moment in (BEGIN, until))
    accountant = Accountant(Tariffs(contracts), PARIS)
    days: dict[date, Steps] = {}
    for moment, step in steps_of(points, begin, end).items():
        days.setdefault(accountant.calendar.day(moment), {})[moment] = step
    bought = HomeQuantity.BOUGHT
    return {day: accountant.tally({bought: steps}, [bought]) for day, steps in days.items()}


def bill(tallies: dict[date, Tally], *contracts: Tariff) -> Bill:
    """Return what the tallies of days cost together."""
    all_together = Tally()
    for tally in tallies.values():
        all_together.add(tally)
    return Accountant(Tariffs(contracts), PARIS).bill(all_together)


def test_what_was_bought_in_colours_that_nobody_kept_costs_the_mean_of_its_month() -> None:
    names = ("off_peak_blue", "peak_blue", "off_peak_white", "peak_white", "off_peak_red")
    prices = {**dict.fromkeys(names, Decimal("0.1")), "peak_red": Decimal("1.1")}
    tempo = Tariff(date(2026, 1, 1), Option.TEMPO, prices)
    begin, end = at("2026-02-03 00:00"), at("2026-02-04 00:00")
    known = booked(half_hours(begin, end), tempo, until=end)
    told_bill = bill(known, tempo)
    bought = total(HOUSE, begin, end) / 1000
    # The clock tells the hours, not the colour: 22 red days of 151, sixteen hours of twenty-four.
    mean = 0.1 + 22 / 151 * 16 / 24
    assert float(told_bill.costs[""]) == pytest.approx(mean * bought)
    assert told_bill.energy_cost == told_bill.costs[""]
    assert told_bill.energies[""] / 3.6e12 == pytest.approx(bought)


def test_each_day_is_priced_by_the_contract_that_was_in_force() -> None:
    begin, change = at("2026-06-06 00:00"), date(2026, 6, 9)
    first = Tariff(date(2026, 6, 7), Option.BASE, {"all_hours": Decimal("0.1")})
    last = Tariff(change, Option.BASE, {"all_hours": Decimal("0.2")})
    known = booked(half_hours(begin, DAY), first, last)
    told_bill = bill(known, first, last)
    parts = [
        total(HOUSE, midnight(day), midnight(after)) / 1000
        for day, after in (
            (date(2026, 6, 6), date(2026, 6, 7)),
            (date(2026, 6, 7), change),
            (change, DAY.date()),
        )
    ]
    assert float(told_bill.energy_cost or 0) == pytest.approx(
        0.1 * parts[1] + 0.2 * parts[2], abs=1e-6
    )
    assert told_bill.unpriced / 3.6e12 == pytest.approx(parts[0])


def test_of_two_pasts_the_finer_counts_and_once() -> None:
    begin, middle = at("2026-06-08 00:00"), at("2026-06-09 00:00")
    span = round(begin.timestamp() * MS), round(DAY.timestamp() * MS)
    fine = steps_of(half_hours(middle, DAY), *span)
    hourly = [Point(hour.timestamp(), 3600, HOUSE.hour(hour) / 1000) for hour in hours(begin, DAY)]
    for ways in ((fine, steps_of(hourly, *span)), (steps_of(hourly, *span), fine)):
        known = merged(ways)
        assert {moment: known[moment] for moment in fine} == fine
        energy = sum(step.amount for step in known.values())
        assert energy / 3.6e12 == pytest.approx(total(HOUSE, begin, DAY) / 1000)


def test_what_was_counted_here_is_completed_and_never_replaced_where_it_is_as_fine() -> None:
    begin = round(at("2026-06-08 10:00").timestamp() * MS)
    half_hour = 1_800_000
    counted = {
        # The first half-hour was counted from its tenth minute on, the next two in one with a gap.
        begin: Step({"": 1000}, 1_200_000, 0),
        begin + half_hour: Step({"": 5000}, half_hour, 3 * half_hour),
        begin + 2 * half_hour: Step({"": 7000}, half_hour, 0),
    }
    others = {begin + n * half_hour: Step({"": 300 * n}, half_hour, half_hour) for n in range(4)}
    others[begin] = Step({"": 600}, half_hour, half_hour)
    whole = completed(counted, others)
    assert [step.amount for _at, step in sorted(whole.items())] == [1200, 300, 7000, 900]
    assert {step.known for step in whole.values()} == {half_hour}


def test_an_hour_after_a_silence_is_laid_over_it() -> None:
    base = Tariff(date(2026, 1, 1), Option.BASE, {"all_hours": Decimal("0.2")})
    first, later = at("2026-06-08 22:00").timestamp(), at("2026-06-09 03:00").timestamp()
    points = without_gaps([Point(first, 3600, 1.0), Point(later, 3600, 10.0)])
    known = booked(points, base)
    day, eve = (known[date(2026, 6, number)].of(HomeQuantity.BOUGHT) for number in (9, 8))
    # Of the five hours, the eve has one.
    assert day / 3.6e12 == pytest.approx(8)
    assert eve / 3.6e12 == pytest.approx(3)


@pytest.mark.parametrize(("day", "length"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_the_days_on_which_clocks_change_are_whole(day: str, length: int) -> None:
    prices = {"off_peak": Decimal("0.1"), "peak": Decimal("0.3")}
    tariff = Tariff(
        date(2025, 1, 1), Option.OFF_PEAK, prices, off_peak_hours=Hours.parse("22:30-6:30")
    )
    begin = midnight(date.fromisoformat(day))
    end = midnight(date.fromisoformat(day) + timedelta(days=1))
    assert (end.astimezone(UTC) - begin.astimezone(UTC)) / HOUR == length
    (known,) = booked(half_hours(begin, end), tariff, until=end).values()
    assert known.of(HomeQuantity.BOUGHT) / 3.6e12 == pytest.approx(total(HOUSE, begin, end) / 1000)
    assert known.known[None] == length * 3_600_000
    energies = bill({begin.date(): known}, tariff).energies
    assert {name: energy / 3.6e12 for name, energy in energies.items()} == pytest.approx(
        {
            name: sum(point.value for period, point in priced(begin, end) if period == name)
            for name in prices
        }
    )
