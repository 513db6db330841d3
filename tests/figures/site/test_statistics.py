"""The statistics of a site: one a quantity, and its cost; of files and of the meter, each once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sen1.figures.counting.balance import HomeQuantity
from custom_components.sen1.figures.site.past import Past
from custom_components.sen1.figures.site.statistics import StatisticQuantity, statistic_id
from custom_components.sen1.figures.tariff.tally import Derived
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.comparing import (
    Length,
    SeriesKnown,
    async_comparable,
    async_values,
)
from custom_components.sen1.history.past import Meaning, async_past
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import async_committed
from custom_components.sen1.roles import Asker
from testbed.household import PARIS
from testbed.statistics import changes

from ..conftest import contract, home_with, measure, settled, told

HALF_HOUR = timedelta(minutes=30)
HISTORY = "sen1:enedis"
BOUGHT, SOLD, PRODUCED = HomeQuantity.BOUGHT, HomeQuantity.SOLD, HomeQuantity.PRODUCED


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


def reference(begin: datetime, end: datetime) -> tuple[dict[float, float], dict[float, float]]:
    """Return what each hour came to and cost, half-hour by half-hour; 0.2 a kWh from April on."""
    energies: dict[float, float] = {}
    costs: dict[float, float] = {}
    for moment, kwh in half_hours(begin, end):
        clock = f"{moment:%H:%M}"
        price = 0.1579 if clock >= "22:30" or clock < "06:30" else 0.2065
        if moment.date() >= date(2026, 4, 1):
            price = 0.2
        hour = moment.timestamp() // 3600 * 3600
        energies[hour] = energies.get(hour, 0) + kwh
        costs[hour] = costs.get(hour, 0) + kwh * price
    return energies, costs


async def pass_to(hass: HomeAssistant, freezer: FrozenDateTimeFactory, moment: datetime) -> None:
    freezer.move_to(moment)
    async_fire_time_changed(hass, moment)
    await settled(hass)


async def until_last(
    hass: HomeAssistant,
    entry: ConfigEntry,
    hour: datetime,
    quantity: StatisticQuantity,
    **kind: bool,
) -> dict[float, float]:
    """Return a statistic once its last hour is there; the clock stands still, so nothing sleeps."""
    while True:
        await async_committed(hass)
        found = await changes(hass, statistic_id(entry, quantity, **kind))
        if max(found, default=0) == hour.timestamp():
            return found


async def test_what_files_and_the_meter_tell_is_one_statistic_with_its_cost(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    # Over the clock change of March and a change of prices, both within one past.
    begin, end = at("2026-03-27 00:00"), at("2026-04-06 00:00")
    freezer.move_to(end)
    measure(hass, "bought_index", 100_000)
    archive = async_archive(hass)
    await archive.async_add(HISTORY, "Enedis", "kWh", Aggregation.SUM, points_of(begin, end))
    base = contract(begin="2026-04-01", option="base", prices={"all_hours": 0.2})
    contracts = contract(off_peak_hours="22:30-6:30"), base
    entry = await home_with(hass, *contracts, data={"bought_series": [HISTORY]})
    for number in range(1, 5):
        freezer.move_to(end + number * HALF_HOUR)
        measure(hass, "bought_index", 100_000 + 400 * number)
        await settled(hass)
    now = end + timedelta(hours=2, minutes=1)
    await pass_to(hass, freezer, now)
    energies, costs = reference(begin, end)
    for hour in (end, end + timedelta(hours=1)):
        energies[hour.timestamp()], costs[hour.timestamp()] = 0.8, 0.16
    last = end + timedelta(hours=1)
    assert await until_last(hass, entry, last, BOUGHT) == pytest.approx(energies)
    assert await until_last(hass, entry, last, BOUGHT, is_cost=True) == pytest.approx(costs)
    # Nothing else is measured: what is bought is what is used, and is told once.
    assert await changes(hass, statistic_id(entry, Derived.CONSUMED)) == {}
    assert await changes(hass, statistic_id(entry, SOLD)) == {}
    year = told(hass, entry, "cost_year").attributes
    assert year["energy_cost"] == pytest.approx(sum(costs.values()), abs=0.0051)
    assert float(told(hass, entry, "bought_year").state) == pytest.approx(sum(energies.values()))

    # As fine as it is known, for whoever asks for the past of that statistic.
    kwh = Meaning("kWh", Aggregation.SUM)
    known = await async_past(
        hass, statistic_id(entry, BOUGHT), kwh, begin.timestamp(), end.timestamp()
    )
    truth = points_of(begin, end)
    assert [(point.begin, point.seconds) for point in known] == [(p.begin, 1800) for p in truth]
    assert [p.value for p in known] == pytest.approx([p.value for p in truth])
    # A restart changes nothing, a removed entry leaves nothing.
    await hass.config_entries.async_reload(entry.entry_id)
    assert await until_last(hass, entry, last, BOUGHT) == pytest.approx(energies)
    await hass.config_entries.async_remove(entry.entry_id)
    await async_committed(hass)
    for is_cost in (False, True):
        assert await changes(hass, statistic_id(entry, BOUGHT, is_cost=is_cost)) == {}


async def test_of_what_a_site_knows_by_days_or_in_part_the_comparison_is_told_so(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    begin, half = at("2026-03-28 00:00"), at("2026-03-30 00:00")
    freezer.move_to(at("2026-04-06 00:00"))
    days = [
        Point(begin.timestamp(), 24 * 3600, 12.0),
        Point(at("2026-03-29 00:00").timestamp(), 23 * 3600, 23.0),
        # Of the first hour after them, twenty minutes are known.
        Point(half.timestamp(), 1200, 0.2),
    ]
    await async_archive(hass).async_add(HISTORY, "Enedis", "kWh", Aggregation.SUM, days)
    measure(hass, "bought_index", 100_000)
    entry = await home_with(hass, data={"history": HISTORY})
    one = statistic_id(entry, BOUGHT)
    span = begin.timestamp(), half.timestamp() + 3600
    found = await async_values(hass, [one], *span, Length.HOUR, Asker(hass, is_admin=True))
    shown, steps = found[one]
    assert shown.unit == "kW"
    assert [step.is_of_days for step in steps] == [True] * 47 + [False]
    assert [step.value for step in steps] == pytest.approx([0.5] * 24 + [1.0] * 23 + [0.6])
    assert [step.part for step in steps] == pytest.approx([1] * 47 + [1 / 3])
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_past_imported_after_the_live_began_fills_what_was_not_heard(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    begin = at("2026-06-10 12:00")
    freezer.move_to(begin)
    measure(hass, "bought_index", 100_000)
    entry = await home_with(hass, data={"bought_series": [HISTORY]})
    # For ten hours nothing is heard; what was counted meanwhile lies evenly.
    for number in (1, 2):
        freezer.move_to(begin + number * HALF_HOUR)
        measure(hass, "bought_index", 100_000 + 500 * number)
        await settled(hass)
    measure(hass, "bought_index", "unavailable")
    await settled(hass)
    freezer.move_to(begin + timedelta(hours=11))
    measure(hass, "bought_index", 111_000)
    await settled(hass)
    assert float(told(hass, entry, "bought_day").state) == pytest.approx(11)
    # The file tells when it was: all of it in two hours.
    known = {begin + timedelta(hours=number): 0.0 for number in range(11)}
    known[begin] = 7.0  # of that hour we know better
    known |= {begin + timedelta(hours=4): 6.0, begin + timedelta(hours=5): 4.0}
    points = [
        Point(moment.timestamp() + part, 1800, kwh / 2)
        for moment, kwh in known.items()
        for part in (0, 1800)
    ]
    await async_archive(hass).async_add(HISTORY, "Enedis", "kWh", Aggregation.SUM, points)
    await pass_to(hass, freezer, begin + timedelta(hours=11, minutes=1))
    expected = {moment.timestamp(): kwh for moment, kwh in known.items()}
    expected[begin.timestamp()] = 1.0
    while await changes(hass, statistic_id(entry, BOUGHT)) != pytest.approx(expected):
        await async_committed(hass)
        await settled(hass)
    assert float(told(hass, entry, "bought_day").state) == pytest.approx(11)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_statistic_is_offered_for_comparing_with_how_much_of_a_time_is_known(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    begin, end = at("2026-03-27 00:00"), at("2026-04-06 00:00")
    freezer.move_to(end)
    measure(hass, "bought_index", 100_000)
    archive = async_archive(hass)
    await archive.async_add(HISTORY, "Enedis", "kWh", Aggregation.SUM, points_of(begin, end))
    entry = await home_with(hass, data={"bought_series": [HISTORY]})

    async def offered(first: datetime, last: datetime) -> SeriesKnown:
        span = first.timestamp(), last.timestamp()
        series = await async_comparable(hass, *span, (), Asker(hass, is_admin=True))
        # Nothing is known of what is sold here, and what is used is what is bought.
        assert not {statistic_id(entry, one) for one in (SOLD, Derived.CONSUMED)} & set(series)
        return series[statistic_id(entry, BOUGHT)]

    whole = await offered(begin, end)
    assert (whole.name, whole.unit, whole.is_sum) == ("Home, bought from the grid", "kWh", True)
    assert (whole.first, whole.last) == (begin.timestamp(), end.timestamp())
    assert whole.known == 1
    # Five days before it and five of it; ten of it, and then what is to come.
    assert (await offered(at("2026-03-22 00:00"), at("2026-04-01 00:00"))).known == pytest.approx(
        # The night to 29 March has an hour less.
        (5 * 24 - 1) / (10 * 24 - 1)
    )
    assert (await offered(begin, end + timedelta(days=10))).known == 1
    assert (await offered(end + timedelta(days=1), end + timedelta(days=2))).known == 0
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_days_that_are_put_away_come_back_as_they_were(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    begin = at("2026-06-28 00:00")
    freezer.move_to(begin)
    for name in ("bought_index", "sold_index", "produced_index"):
        measure(hass, name, 0)
    sources = ("bought_index", "sold_index", "produced_index")
    entry = await home_with(
        hass, contract(off_peak_hours="22:30-6:30", feed_in=0.04), sources=sources
    )
    quarter = 6
    for number in range(1, 9 * 24 // quarter + 1):
        await pass_to(hass, freezer, begin + timedelta(hours=quarter * number))
        for name, step in (("bought", 300), ("sold", 40), ("produced", 100)):
            measure(hass, f"{name}_index", step * number * quarter)
        await settled(hass)
    book = entry.runtime_data.spending.book
    while book.kept_from != date(2026, 7, 4):
        await async_committed(hass)
        await settled(hass)
    while float(told(hass, entry, "bought_year").state) != pytest.approx(9 * 24 * 0.3):
        await settled(hass)
    whole = told(hass, entry, "cost_year").attributes["energy_cost"]
    await hass.config_entries.async_reload(entry.entry_id)
    await settled(hass)
    assert len(entry.runtime_data.spending.book.days()) == 9
    for key, kwh in (("bought", 0.3), ("sold", 0.04), ("produced", 0.1), ("consumed", 0.36)):
        state = told(hass, entry, f"{key}_year")
        assert float(state.state) == pytest.approx(9 * 24 * kwh, abs=0.001)
        assert state.attributes["known"] == 100
    assert told(hass, entry, "cost_year").attributes["energy_cost"] == whole
    # Read alone, a quantity is as among all: of what is put away, and of what is not yet.
    past, days = entry.runtime_data.past, (begin.date(), date(2026, 7, 7))
    among = await past.async_half_hours(*days)
    assert len(among) == 9
    for quantity in (BOUGHT, SOLD, PRODUCED):
        alone = await past.async_half_hours(*days, (quantity,))
        assert alone == {day: {quantity: pasts[quantity]} for day, pasts in among.items()}
    await hass.config_entries.async_remove(entry.entry_id)


async def test_a_month_that_is_written_is_read_again_only_when_it_is_another(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begin, end = at("2026-04-01 00:00"), at("2026-06-08 00:00")
    months = [date(2026, month, 1) for month in (4, 5, 6)]
    freezer.move_to(end)
    measure(hass, "bought_index", 100_000)
    archive = async_archive(hass)
    await archive.async_add(HISTORY, "Enedis", "kWh", Aggregation.SUM, points_of(begin, end))
    read: list[date] = []
    async_half_hours = Past.async_half_hours

    async def noted(self: Past, since: date, until: date, *only: Any) -> Any:
        # Who asks for one quantity only writes no statistics.
        if not only:
            read.append(since)
        return await async_half_hours(self, since, until, *only)

    monkeypatch.setattr(Past, "async_half_hours", noted)
    last = end - timedelta(hours=1)
    entry = await home_with(
        hass, contract(off_peak_hours="22:30-6:30"), data={"bought_series": [HISTORY]}
    )

    async def months_read() -> list[date]:
        while entry.runtime_data.spending.book.changed_from is not None or months[2] not in read:
            await async_committed(hass)
            await settled(hass)
        found = [month for month in months if month in read]
        read.clear()
        return found

    await until_last(hass, entry, last, BOUGHT)
    assert await months_read() == months
    await hass.config_entries.async_reload(entry.entry_id)
    assert await months_read() == months[2:]
    # An hour of May is put right: what its hours add up to stays, but not when it was.
    moment = at("2026-05-10 12:00").timestamp()
    first, second = (await archive.async_points(HISTORY, moment, moment + 7200))[::2]
    swapped = [Point(first.begin, 1800, second.value), Point(second.begin, 1800, first.value)]
    await archive.async_add(HISTORY, "Enedis", "kWh", Aggregation.SUM, swapped)
    assert await months_read() == months[1:]
    energies, _costs = reference(begin, end)
    moved = second.value - first.value
    energies[moment] += moved
    energies[moment + 3600] -= moved
    while await changes(hass, statistic_id(entry, BOUGHT)) != pytest.approx(energies):
        await async_committed(hass)
    # Of another price, all of it costs another sum.
    (subentry,) = entry.subentries.values()
    dearer = {**subentry.data, "prices": {"off_peak": 0.3, "peak": 0.4}}
    hass.config_entries.async_update_subentry(entry, subentry, data=dearer)
    await settled(hass)
    assert await months_read() == months
    assert await hass.config_entries.async_unload(entry.entry_id)
