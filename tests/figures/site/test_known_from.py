"""A home that no sensor measures: what statistics, files, friends and people tell of it."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import EVENT_RECORDER_HOURLY_STATISTICS_GENERATED
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.sen1.const import CONF_KIND, DOMAIN, ENEDIS, Kind
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.erasing import async_erase
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import async_committed
from testbed.household import PARIS
from testbed.statistics import have_rows
from testbed.years import Habits, Roof, Source, hours, total

from ..conftest import contract, home_with, measure, sensor, settled, told
from .test_flow import filled_in, open_form

HOUSE = Habits("House", 146, 10_900, 0.55)
ROOF = Roof("Roof", 3_000)
SENT = 0.4
"""The part of what the roof gives that goes out."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


YEAR, TODAY, NOW = at("2026-01-01 00:00"), at("2026-06-10 00:00"), at("2026-06-10 09:25")


async def have_series(
    hass: HomeAssistant,
    statistic: str,
    source: Source,
    begin: datetime,
    end: datetime,
    part: float = 1,
) -> None:
    """Have the half-hours of a source in [begin, end) as a file of them has."""
    points = [
        Point(hour.timestamp() + 1800 * half, 1800, source.hour(hour) * part / 2000)
        for hour in hours(begin, end)
        for half in range(2)
    ]
    await async_archive(hass).async_add(statistic, statistic, "kWh", Aggregation.SUM, points)
    await async_committed(hass)


async def have_external(
    hass: HomeAssistant, source: Source, begin: datetime, end: datetime, sum_before: float = 0
) -> float:
    """Let another integration import hours of [begin, end); return the sum at their end, Wh."""
    metadata = StatisticMetaData(
        has_sum=True,
        mean_type=StatisticMeanType.NONE,
        name="Their meter",
        source="linky",
        statistic_id="linky:meter",
        unit_class="energy",
        unit_of_measurement="Wh",
    )
    rows = []
    for hour in hours(begin, end):
        sum_before += source.hour(hour)
        rows.append(StatisticData(start=hour, state=source.hour(hour), sum=sum_before))
    await have_rows(hass, metadata, rows)
    return sum_before


def kwh(source: Source, begin: datetime, end: datetime, part: float = 1) -> float:
    wanted: float = pytest.approx(total(source, begin, end) * part / 1000, abs=0.001)  # type: ignore[assignment]
    return wanted


def keys(hass: HomeAssistant, entry: ConfigEntry) -> set[str]:
    """Return the keys of the entities of a home."""
    rows = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {row.unique_id.partition("_")[2] for row in rows}


async def until(hass: HomeAssistant, entry: ConfigEntry, key: str, wanted: float) -> None:
    """Wait until a figure of the home is so much; the test's own time is its limit."""
    while (
        told(hass, entry, key).state == "unknown" or float(told(hass, entry, key).state) != wanted
    ):
        await async_committed(hass)
        await settled(hass)


async def end_of_hour(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    freezer.tick(timedelta(hours=1))
    hass.bus.async_fire(EVENT_RECORDER_HOURLY_STATISTICS_GENERATED)
    await settled(hass)


async def test_a_home_known_until_yesterday_has_its_day_its_month_its_year_and_their_cost(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    await have_series(hass, "sen1:house", HOUSE, at("2025-01-01 00:00"), TODAY)
    entry = await home_with(
        hass,
        contract(begin="2025-01-01", option="base", prices={"base": 0.2}, subscription=12),
        sources=(),
        data={"bought_series": ["sen1:house"]},
    )
    yesterday = told(hass, entry, "bought_yesterday")
    assert float(yesterday.state) == kwh(HOUSE, TODAY - timedelta(days=1), TODAY)
    assert yesterday.attributes["begin"] == "2026-06-09"
    assert yesterday.attributes["known"] == 100
    assert yesterday.attributes["last_period"] == kwh(
        HOUSE, at("2026-06-08 00:00"), at("2026-06-09 00:00")
    )
    assert "state_class" not in yesterday.attributes
    month, year = told(hass, entry, "bought_month"), told(hass, entry, "bought_year")
    assert float(month.state) == kwh(HOUSE, at("2026-06-01 00:00"), TODAY)
    assert float(year.state) == kwh(HOUSE, YEAR, TODAY)
    for each in (yesterday, month, year):
        assert each.attributes["known_until"] == TODAY.isoformat()
    # The same days of last year, not the hours of today that nobody knows yet.
    assert month.attributes["same_last_year"] == kwh(
        HOUSE, at("2025-06-01 00:00"), at("2025-06-10 00:00")
    )
    cost = told(hass, entry, "cost_yesterday")
    energy = total(HOUSE, TODAY - timedelta(days=1), TODAY) / 1000 * 0.2
    assert cost.attributes["energy_cost"] == pytest.approx(energy, abs=0.005)
    assert float(told(hass, entry, "forecast_energy").state) > float(year.state)
    # Nothing tells of this moment, or of today.
    assert not {"bought_day", "cost_day", "surplus", "home_status", "consumption"} & keys(
        hass, entry
    )
    # Of a day that nobody has told yet there is no figure, and no zero.
    freezer.move_to(NOW + timedelta(days=1))
    async_fire_time_changed(hass, NOW + timedelta(days=1))
    await settled(hass)
    assert told(hass, entry, "bought_yesterday").state == "unknown"
    assert told(hass, entry, "cost_yesterday").state == "unknown"
    assert told(hass, entry, "bought_yesterday").attributes["last_period"] == float(yesterday.state)
    await have_series(hass, "sen1:house", HOUSE, TODAY, TODAY + timedelta(days=1))
    await until(hass, entry, "bought_yesterday", kwh(HOUSE, TODAY, TODAY + timedelta(days=1)))
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_what_is_used_is_known_where_statistics_tell_all_that_it_is_made_of(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    begin = at("2026-05-01 00:00")
    await have_series(hass, "sen1:house", HOUSE, begin, TODAY)
    await have_series(hass, "sen1:roof", ROOF, begin, TODAY)
    await have_series(hass, "sen1:sent", ROOF, begin, TODAY, SENT)
    series = {"bought": ["sen1:house"], "produced": ["sen1:roof"], "sold": ["sen1:sent"]}
    entry = await home_with(
        hass, sources=(), data={f"{quantity}_series": refs for quantity, refs in series.items()}
    )
    first = at("2026-06-01 00:00")
    used = total(HOUSE, first, TODAY) + total(ROOF, first, TODAY) * (1 - SENT)
    assert float(told(hass, entry, "consumed_month").state) == pytest.approx(used / 1000, abs=0.01)
    stays = float(told(hass, entry, "self_consumption_yesterday").state)
    assert stays == pytest.approx(100 * (1 - SENT), abs=0.1)
    # Without what goes out, nobody knows what stays.
    hass.config_entries.async_update_entry(entry, data={**entry.data, "sold_series": []})
    await settled(hass)
    await settled(hass)
    assert told(hass, entry, "consumed_month").state == "unknown"
    assert float(told(hass, entry, "produced_month").state) == kwh(ROOF, first, TODAY)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_rows_that_another_integration_imports_and_corrects_are_noticed(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    first, day = at("2026-04-01 00:00"), timedelta(days=1)
    before = await have_external(hass, HOUSE, first, TODAY - day)
    entry = await home_with(hass, sources=(), data={"bought_series": ["linky:meter"]})
    assert told(hass, entry, "bought_yesterday").state == "unknown"
    await have_external(hass, HOUSE, TODAY - day, TODAY, before)
    await end_of_hour(hass, freezer)
    await until(hass, entry, "bought_yesterday", kwh(HOUSE, TODAY - day, TODAY))
    # A day of long ago is corrected, and all sums after it: the look of the day sees it.
    april = at("2026-04-15 00:00")
    so_far = float(total(HOUSE, first, april))
    so_far = await have_external(hass, ROOF, april, april + day, so_far)
    await have_external(hass, HOUSE, april + day, TODAY, so_far)
    midnight = TODAY + day
    freezer.move_to(midnight)
    async_fire_time_changed(hass, midnight)
    year = (
        total(HOUSE, first, TODAY)
        - total(HOUSE, april, april + day)
        + total(ROOF, april, april + day)
    )
    await until(hass, entry, "bought_year", pytest.approx(year / 1000, abs=0.001))  # type: ignore[arg-type]
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_several_complete_each_other_and_the_reader_at_the_meter_stands(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    await have_series(hass, "sen1:file", HOUSE, at("2026-06-01 00:00"), at("2026-06-05 00:00"))
    await have_external(hass, HOUSE, at("2026-06-04 00:00"), TODAY)
    measure(hass, "bought_index", 100_000)
    entry = await home_with(hass, data={"bought_series": ["sen1:file", "linky:meter"]})
    month = at("2026-06-01 00:00")
    assert float(told(hass, entry, "bought_month").state) == kwh(HOUSE, month, TODAY)
    measure(hass, "bought_index", 101_500)
    await settled(hass)
    freezer.tick(timedelta(minutes=2))
    async_fire_time_changed(hass)
    await settled(hass)
    assert float(told(hass, entry, "bought_day").state) == 1.5
    assert "bought_yesterday" not in keys(hass, entry)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_what_comes_each_day_and_has_not_for_three_is_told_and_what_a_file_told_is_not(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    enedis, day = f"{ENEDIS}meter_bought", timedelta(days=1)
    await have_series(hass, enedis, HOUSE, at("2026-06-01 00:00"), TODAY)
    await have_series(hass, "sen1:file", HOUSE, at("2026-06-01 00:00"), TODAY)
    entry = await home_with(hass, sources=(), data={"bought_series": [enedis]})
    other = await home_with(hass, sources=(), data={"bought_series": ["sen1:file"]}, title="File")
    assert "source_late" not in keys(hass, other)
    issues, issue = ir.async_get(hass).issues, (DOMAIN, f"source_late_{entry.entry_id}")
    for days, expected in ((2, "off"), (4, "on")):
        freezer.move_to(TODAY + days * day)
        async_fire_time_changed(hass)
        await settled(hass)
        assert told(hass, entry, "source_late").state == expected
        assert (issue in issues) == (expected == "on")
    await have_series(hass, enedis, HOUSE, TODAY, TODAY + 4 * day)
    await until(hass, entry, "bought_yesterday", kwh(HOUSE, TODAY + 3 * day, TODAY + 4 * day))
    freezer.tick(timedelta(minutes=1))
    async_fire_time_changed(hass)
    await settled(hass)
    assert told(hass, entry, "source_late").state == "off"
    assert issue not in issues
    for one in (entry, other):
        assert await hass.config_entries.async_unload(one.entry_id)


async def test_hours_that_a_friend_lent_go_with_the_withdrawal(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    lent = "sen1:friend_roof"
    await have_series(hass, lent, ROOF, at("2026-06-01 00:00"), TODAY)
    entry = await home_with(hass, sources=(), data={"produced_series": [lent]})
    assert float(told(hass, entry, "produced_month").state) == kwh(
        ROOF, at("2026-06-01 00:00"), TODAY
    )
    assert await async_erase(hass, lent, ())
    while told(hass, entry, "produced_month").state != "unknown":
        await settled(hass)
    assert told(hass, entry, "produced_month").attributes["known_until"] is None
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_what_is_there_is_offered_what_is_lent_last_and_what_a_site_writes_never(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    await have_series(hass, "sen1:old", HOUSE, at("2026-01-01 00:00"), at("2026-01-03 00:00"))
    await have_series(hass, "sen1:house", HOUSE, at("2026-06-01 00:00"), TODAY)
    await have_series(hass, "sen1:friend_roof", ROOF, at("2026-06-01 00:00"), NOW)
    entry = await home_with(hass, sources=(), data={"bought_series": ["sen1:house"]})
    form = await open_form(hass)
    options = offered(form, "bought_series")
    assert list(options) == ["sen1:house", "sen1:old", "sen1:friend_roof"]
    assert options["sen1:old"] == "sen1:old: 2026-01-01 → 2026-01-03"
    assert options["sen1:friend_roof"].endswith("(received from others)")
    assert "bought_series" not in filled_in(form)
    assert list(offered(form, "water_series")) == []
    twice = {"bought_series": ["sen1:old"], "sold_series": ["sen1:old"]}
    result = await hass.config_entries.flow.async_configure(
        form["flow_id"],
        {"name": "Other", "grid": twice, "production": {}, "storage": {}, "house": {}},
    )
    assert result["errors"] == {"base": "source_twice"}
    result = await hass.config_entries.flow.async_configure(
        form["flow_id"],
        {"name": "Other", "grid": {}, "production": {}, "storage": {}, "house": {}},
    )
    assert result["type"] == "create_entry"
    await settled(hass)
    for one in (entry, result["result"]):
        assert await hass.config_entries.async_unload(one.entry_id)


def offered(form: Any, field: str) -> dict[str, str]:
    """Return what a field of a form offers: what each option says, by what it stands for."""
    for part in form["data_schema"].schema.values():
        for key, of in getattr(getattr(part, "schema", None), "schema", {}).items():
            if key.schema == field:
                return {one["value"]: one["label"] for one in of.config["options"]}
    raise KeyError(field)


async def test_a_home_of_before_is_told_by_what_it_was_told_by(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    await hass.config.async_set_time_zone("Europe/Paris")
    await have_series(hass, "sen1:house", HOUSE, at("2026-06-01 00:00"), TODAY)
    entry = MockConfigEntry(
        domain=DOMAIN,
        version=1,
        data={
            CONF_KIND: Kind.HOME,
            "history": "sen1:house",
            "gas": sensor("gas"),
            "by_hand": True,
            "gas_coefficient": 11,
        },
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settled(hass)
    assert entry.data == {
        CONF_KIND: Kind.HOME,
        "bought_series": ["sen1:house"],
        "gas_series": [sensor("gas")],
        "gas_coefficient": 11,
    }
    assert float(told(hass, entry, "bought_month").state) == kwh(
        HOUSE, at("2026-06-01 00:00"), TODAY
    )
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_an_entry_of_a_later_version_is_left_as_it_is(hass: HomeAssistant) -> None:
    data = {CONF_KIND: Kind.HOME, "history": "unheard of"}
    entry = MockConfigEntry(domain=DOMAIN, version=3, data=data)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.MIGRATION_ERROR
    assert (entry.version, entry.data) == (3, data)
