"""Readings that people enter: checked, dated, spread into statistics, and reminded of."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.statistics import (
    list_statistic_ids,
    statistics_during_period,
)
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryState,
    ConfigSubentry,
    ConfigSubentryData,
    SubentryFlowContext,
)
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import Context, CoreState, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.recorder import get_instance
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_fire_time_changed,
)
import voluptuous as vol

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.figures.counting.balance import HomeQuantity
from custom_components.sen1.figures.meter.hand_readings import (
    HandReading,
    ReadingError,
    added,
    per_day,
    points_of,
    read_lines,
    without,
)
from custom_components.sen1.figures.meter.meters import Meters
from custom_components.sen1.figures.tariff.tally import Commodity
from custom_components.sen1.history.comparing import Length, async_comparable, async_values
from custom_components.sen1.history.recorder import async_committed
from custom_components.sen1.roles import ROLES, Asker, Role

from ..conftest import home_with, measure, settled, told

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 6, 10, 12, tzinfo=PARIS)


def reading(day: str, value: float, *, is_new_meter: bool = False) -> HandReading:
    at = datetime.fromisoformat(day).replace(tzinfo=PARIS).timestamp()
    return HandReading(at, {"index": value}, is_new_meter)


def take(*readings: HandReading) -> list[HandReading]:
    taken: list[HandReading] = []
    for each in readings:
        taken = added(taken, each, ["index"], NOW.timestamp(), PARIS)
    return taken


# The rules


def test_a_reading_must_lie_between_its_neighbours() -> None:
    two = (reading("2026-01-01", 100), reading("2026-03-01", 200))
    for wrong in (
        reading("2026-04-01", 199),
        reading("2026-02-01", 99),
        reading("2025-12-01", 101),
    ):
        with pytest.raises(ReadingError, match="reading_decreases"):
            take(*two, wrong)
    with pytest.raises(ReadingError, match="reading_decreases"):
        take(*two, reading("2026-02-01", 201))
    assert len(take(*two, reading("2026-02-01", 100), reading("2026-04-01", 200))) == 4


def test_a_reading_dated_back_recomputes_what_lies_around_it() -> None:
    readings = take(reading("2026-01-01", 100), reading("2026-01-31", 160))
    assert [point.value for point in points_of(readings, "index", 1)] == [60]
    readings = added(readings, reading("2026-01-11", 110), ["index"], NOW.timestamp(), PARIS)
    assert [point.value for point in points_of(readings, "index", 1)] == [10, 50]
    assert per_day(readings, "index", 1) == 2.5


def test_a_second_reading_of_a_day_replaces_the_first_whatever_it_says() -> None:
    readings = take(reading("2026-01-01T08:00", 900), reading("2026-01-01T20:00", 100))
    assert [each.values["index"] for each in readings] == [100]
    assert without(readings, date(2026, 1, 1), PARIS) == []


def test_a_new_meter_counts_from_its_first_reading() -> None:
    readings = take(
        reading("2026-01-01", 5000),
        reading("2026-02-01", 5100),
        reading("2026-02-03", 3, is_new_meter=True),
        reading("2026-03-03", 43),
    )
    assert [point.value for point in points_of(readings, "index", 1)] == [100, 40]


def test_a_reading_of_tomorrow_or_of_another_meter_is_refused() -> None:
    with pytest.raises(ReadingError, match="reading_in_future"):
        take(reading("2026-06-11", 100))
    with pytest.raises(ReadingError, match="reading_incomplete"):
        added([], reading("2026-06-01", 1), ["off_peak", "peak"], NOW.timestamp(), PARIS)


def test_readings_are_written_one_a_line_as_people_write_them() -> None:
    text = "2026-02-01 100.5\n\n 01/01/2026\t90,25 \n2026-06-10 120"
    read = read_lines(text, ["index"], NOW.timestamp(), PARIS)
    assert read == take(
        reading("2026-01-01", 90.25), reading("2026-02-01", 100.5), reading("2026-06-10", 120)
    )
    (both,) = read_lines("2026-02-01 12 34", ["peak", "off_peak"], NOW.timestamp(), PARIS)
    assert both.values == {"peak": 12, "off_peak": 34}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("100", "reading_unclear"),
        ("2026-02-01", "reading_unclear"),
        ("2026-02-30 100", "reading_unclear"),
        ("2026-02-01 12 034", "reading_unclear"),
        ("2026-02-01 -1", "reading_unclear"),
        ("2026-02-01 nan", "reading_unclear"),
        ("2026-02-01 1e300", "reading_unclear"),
        ("2026-06-11 100", "reading_in_future"),
        ("2026-01-01 100\n2026-02-01 99", "reading_decreases"),
    ],
)
def test_a_line_that_cannot_be_is_refused_with_its_reason(text: str, key: str) -> None:
    with pytest.raises(ReadingError, match=key):
        read_lines(text, ["index"], NOW.timestamp(), PARIS)


def test_gas_is_told_in_what_it_holds() -> None:
    readings = take(reading("2026-01-01", 1000.5), reading("2026-01-11", 1050.5))
    assert points_of(readings, "index", 11.2)[0].value == pytest.approx(560)


# In Home Assistant


def meter(title: str = "Gas", **data: Any) -> ConfigSubentryData:
    return ConfigSubentryData(
        data={"meter_kind": "gas", "coefficient": 10.0, "every": 30, **data},
        subentry_type="manual_meter",
        title=title,
        unique_id=None,
    )


async def rows_of(hass: HomeAssistant, statistic_id: str) -> list[tuple[date, float]]:
    """Return what a statistic counted each day."""
    await async_committed(hass)
    found = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        hass,
        datetime(2026, 1, 1, tzinfo=PARIS),
        None,
        {statistic_id},
        "day",
        None,
        {"change"},
    )
    changes = []
    for row in found.get(statistic_id, []):
        assert row["change"] is not None
        day = datetime.fromtimestamp(row["start"], PARIS).date()
        changes.append((day, round(row["change"], 6)))
    return changes


async def home_of(hass: HomeAssistant, *meters: ConfigSubentryData) -> MockConfigEntry:
    measure(hass, "bought_index", 100_000)
    return await home_with(hass, *meters)


def statistic_id(entry: ConfigEntry) -> str:
    """Return the statistic of the only meter of a home."""
    (subentry_id,) = entry.subentries
    return f"sen1:reading_{subentry_id.lower()}"


async def names_of(hass: HomeAssistant, statistic: str) -> set[str | None]:
    """Return what a statistic is called, if it is there."""
    await async_committed(hass)
    found = await get_instance(hass).async_add_executor_job(
        partial(list_statistic_ids, hass, {statistic})
    )
    return {one["name"] for one in found}


def entity_of_meter(hass: HomeAssistant, entry: ConfigEntry, key: str = "index_index") -> str:
    return told(hass, entry, key).entity_id


async def add(hass: HomeAssistant, meter_entity: str, at: str, **data: Any) -> None:
    await hass.services.async_call(
        DOMAIN, "add_reading", {"meter": meter_entity, "at": at, **data}, blocking=True
    )


TWO_REGISTERS = meter("House", meter_kind="bought", registers=["off_peak", "peak"])
IN_MAY = {
    "2026-05-01": {"off_peak": 1000, "peak": 2000},
    "2026-05-11": {"off_peak": 1050, "peak": 2100},
}
IN_MARCH = {"2026-03-28": {"index": 500}, "2026-03-30": {"index": 510}}


async def home_read(
    hass: HomeAssistant, given: ConfigSubentryData, readings: Mapping[str, Mapping[str, float]]
) -> MockConfigEntry:
    """Return a home whose one meter was read, by day what each register said at its begin."""
    entry = await home_of(hass, given)
    for day, values in readings.items():
        entity_id = entity_of_meter(hass, entry, f"index_{next(iter(values))}")
        await add(hass, entity_id, f"{day} 00:00:00", **values)
    return entry


async def counted(hass: HomeAssistant, statistic: str) -> float:
    """Return all that a statistic counted."""
    return sum(change for _, change in await rows_of(hass, statistic))


async def test_readings_are_spread_over_the_days_between_them(
    recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    entry = await home_of(hass, meter())
    entity_id = entity_of_meter(hass, entry)
    # Over the day that had 23 hours: each hour has its part, not each day.
    await add(hass, entity_id, "2026-03-28 00:00:00", index=500)
    await add(hass, entity_id, "2026-03-31 00:00:00", index=571)
    state = told(hass, entry, "index_index")
    assert (state.state, state.attributes["unit_of_measurement"]) == ("571.0", "m³")
    statistic = state.attributes["statistic"]
    assert statistic == statistic_id(entry)
    assert await rows_of(hass, statistic) == [
        (date(2026, 3, 28), 240),
        (date(2026, 3, 29), 230),
        (date(2026, 3, 30), 240),
    ]
    await add(hass, entity_id, "2026-03-29 00:00:00", index=505)
    daily = dict(await rows_of(hass, statistic))
    assert daily[date(2026, 3, 28)] == 50
    assert sum(daily.values()) == pytest.approx(710)
    await hass.services.async_call(
        DOMAIN, "remove_reading", {"meter": entity_id, "date": "2026-03-29"}, blocking=True
    )
    assert dict(await rows_of(hass, statistic))[date(2026, 3, 28)] == 240
    await hass.config_entries.async_reload(entry.entry_id)
    await settled(hass)
    assert told(hass, entry, "index_index").state == "571.0"
    assert await counted(hass, statistic) == pytest.approx(710)
    (subentry_id,) = entry.subentries
    hass.config_entries.async_remove_subentry(entry, subentry_id)
    await settled(hass)
    await hass.async_block_till_done()
    assert await rows_of(hass, statistic) == []
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_statistics_are_brought_up_once_home_assistant_has_started(
    recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    entry = await home_read(hass, meter(), IN_MARCH)
    assert await hass.config_entries.async_unload(entry.entry_id)
    (subentry,) = entry.subentries.values()
    hass.set_state(CoreState.starting)
    hass.config_entries.async_update_subentry(
        entry, subentry, data={**subentry.data, "coefficient": 20.0}
    )
    # The recorder commits nothing until the start is over, so it must not be waited for.
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert await counted(hass, statistic_id(entry)) == 100
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await settled(hass)
    assert await counted(hass, statistic_id(entry)) == 200
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_each_tariff_period_of_a_meter_has_its_statistic(
    recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    entry = await home_read(hass, TWO_REGISTERS, IN_MAY)
    entity_id = entity_of_meter(hass, entry, "index_peak")
    for register, daily in (("off_peak", 5), ("peak", 10)):
        state = told(hass, entry, f"index_{register}")
        assert state.attributes["per_day"] == daily
        rows = await rows_of(hass, state.attributes["statistic"])
        assert rows == [(date(2026, 5, day), daily) for day in range(1, 11)]
    with pytest.raises(ServiceValidationError) as refused:
        await add(hass, entity_id, "2026-05-20 00:00:00", peak=2200)
    assert refused.value.translation_key == "reading_incomplete"
    for impossible in ("nan", "inf", "1e300", -1):
        with pytest.raises(vol.Invalid):
            await add(hass, entity_id, "2026-05-20 00:00:00", off_peak=1060, peak=impossible)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_meter_and_its_readings_make_a_home_or_feed_the_one_of_that_name(
    recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    await hass.config.async_set_time_zone("Europe/Paris")
    flows = hass.config_entries.flow

    async def answer(*answers: dict[str, Any]) -> Any:
        """Answer the form until it ends; return what each answer led to."""
        menu = await flows.async_init(DOMAIN, context={"source": "user"})
        await flows.async_configure(menu["flow_id"], {"next_step_id": "manual_meter"})
        return [await flows.async_configure(menu["flow_id"], given) for given in answers]

    meter = {"home": "Chalet", "name": "Meter", "meter_kind": "bought", "every": 30}
    wrong, made = await answer(
        {**meter, "readings": "2026-06-01"},
        {**meter, "readings": "2026-05-01 1000\n2026-05-31 1060\n10/06/2026 1080,5"},
    )
    assert wrong["errors"] == {"readings": "reading_unclear"}
    assert (made["type"], made["title"]) == ("create_entry", "Chalet")
    await settled(hass)
    (home,) = hass.config_entries.async_entries(DOMAIN)
    assert told(hass, home, "index_index").state == "1080.5"
    assert await counted(hass, statistic_id(home)) == pytest.approx(80.5)
    assert float(told(hass, home, "bought_yesterday").state) == pytest.approx(2.05)

    water = {"home": "Chalet", "meter_kind": "water", "every": 0}
    wrong, fed = await answer({**water, "name": "Meter"}, {**water, "name": "Water"})
    assert wrong["errors"] == {"name": "meter_name_taken"}
    assert (fed["type"], fed["reason"]) == ("abort", "manual_meter")
    await settled(hass)
    assert [one.title for one in home.subentries.values()] == ["Meter", "Water"]
    # What it was added with is its past once: a reading that is taken out stays out.
    await hass.services.async_call(
        DOMAIN,
        "remove_reading",
        {"meter": entity_of_meter(hass, home), "date": "2026-06-10"},
        blocking=True,
    )
    await hass.config_entries.async_reload(home.entry_id)
    await settled(hass)
    assert told(hass, home, "index_index").state == "1060.0"
    assert await hass.config_entries.async_unload(home.entry_id)


async def test_a_reading_is_entered_in_a_form_that_says_what_is_wrong(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    entry = await home_of(hass)
    flows = hass.config_entries.subentries
    form = await flows.async_init((entry.entry_id, "manual_meter"), context={"source": "user"})
    given: dict[str, Any] = {"name": "Gas", "meter_kind": "gas", "every": 30}
    wrong = await flows.async_configure(form["flow_id"], given)
    assert wrong["errors"] == {"coefficient": "no_coefficient"}
    result = await flows.async_configure(form["flow_id"], {**given, "coefficient": 11.2})
    assert result["type"] == "create_entry"
    await settled(hass)
    form = await flows.async_init((entry.entry_id, "manual_meter"), context={"source": "user"})
    wrong = await flows.async_configure(form["flow_id"], {**given, "meter_kind": "water"})
    assert wrong["errors"] == {"name": "meter_name_taken"}
    (subentry_id,) = entry.subentries

    async def open_step(step: str) -> Any:
        context = SubentryFlowContext(source="reconfigure", subentry_id=subentry_id)
        menu = await flows.async_init((entry.entry_id, "manual_meter"), context=context)
        return await flows.async_configure(menu["flow_id"], {"next_step_id": step})

    form = await open_step("reading")
    given = {"at": "2026-06-01 08:00:00", "index": 1000, "new_meter": False}
    result = await flows.async_configure(form["flow_id"], given)
    assert result["reason"] == "reading_added"
    form = await open_step("reading")
    given = {"at": "2026-06-08 08:00:00", "index": 999, "new_meter": False}
    wrong = await flows.async_configure(form["flow_id"], given)
    assert wrong["errors"] == {"base": "reading_decreases"}
    tomorrow = {**given, "at": "2026-06-11 13:00:00", "index": 1001}
    wrong = await flows.async_configure(form["flow_id"], tomorrow)
    assert wrong["errors"] == {"base": "reading_in_future"}
    result = await flows.async_configure(form["flow_id"], {**given, "index": 1001})
    assert result["reason"] == "reading_added"
    assert told(hass, entry, "index_index").state == "1001.0"
    form = await open_step("meter")
    result = await flows.async_configure(
        form["flow_id"], {"name": "Gas", "meter_kind": "gas", "every": 0, "coefficient": 11}
    )
    assert result["reason"] == "reconfigure_successful"
    await settled(hass)
    assert told(hass, entry, "index_index").state == "1001.0"
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("bought", {"registers": ["off_peak", "peak"]}),
        ("gas", {"coefficient": 11.2}),
        ("sold", {}),
        ("produced", {}),
        ("water", {}),
    ],
)
async def test_of_a_meter_is_kept_what_its_kind_has(
    hass: HomeAssistant, kind: str, kept: dict[str, Any]
) -> None:
    entry = await home_of(hass)
    flows = hass.config_entries.subentries
    form = await flows.async_init((entry.entry_id, "manual_meter"), context={"source": "user"})
    given = {"registers": ["off_peak", "peak"], "coefficient": 11.2}
    result = await flows.async_configure(
        form["flow_id"], {"name": "Cellar", "meter_kind": kind, "every": 30, **given}
    )
    assert result["type"] == "create_entry"
    await settled(hass)
    (subentry,) = entry.subentries.values()
    assert subentry.data == {"meter_kind": kind, "every": 30, **kept}
    registers = kept.get("registers", ["index"])
    assert all(told(hass, entry, f"index_{register}") for register in registers)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_home_that_does_not_run_takes_no_reading(hass: HomeAssistant) -> None:
    entry = await home_of(hass, meter())
    assert await hass.config_entries.async_unload(entry.entry_id)
    (subentry_id,) = entry.subentries
    flows = hass.config_entries.subentries
    menu = await flows.async_init(
        (entry.entry_id, "manual_meter"),
        context={"source": "reconfigure", "subentry_id": subentry_id},
    )
    result = await flows.async_configure(menu["flow_id"], {"next_step_id": "reading"})
    assert (result["type"], result["reason"]) == ("abort", "home_not_loaded")


async def test_without_a_recorder_readings_are_kept_until_their_meter_goes(
    hass: HomeAssistant, hass_storage: dict[str, Any], freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    entry = await home_of(hass, meter())
    await add(hass, entity_of_meter(hass, entry), "2026-06-01 08:00:00", index=1000)
    await hass.config_entries.async_reload(entry.entry_id)
    await settled(hass)
    assert told(hass, entry, "index_index").state == "1000.0"
    (subentry_id,) = entry.subentries
    assert hass_storage[f"sen1.{entry.entry_id}.readings"]["data"].keys() == {subentry_id}
    hass.config_entries.async_remove_subentry(entry, subentry_id)
    await settled(hass)
    assert hass_storage[f"sen1.{entry.entry_id}.readings"]["data"] == {}
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_meter_keeps_its_statistic_under_another_name_and_a_removed_home_has_none(
    recorder_mock: object,
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
) -> None:
    freezer.move_to(NOW)
    entry = await home_read(hass, meter(), IN_MARCH)
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(entry, subentry, title="Cellar")
    await settled(hass)
    statistic = statistic_id(entry)
    assert await counted(hass, statistic) == 100
    assert await names_of(hass, statistic) == {"Cellar"}
    key = f"sen1.{entry.entry_id}.readings"
    (kept,) = hass_storage[key]["data"].values()
    assert kept["statistics"] == [statistic]
    await hass.config_entries.async_remove(entry.entry_id)
    assert await rows_of(hass, statistic) == []
    assert key not in hass_storage


async def test_a_register_that_a_meter_has_no_more_leaves_no_statistic(
    recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    entry = await home_read(hass, TWO_REGISTERS, IN_MAY)
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(
        entry, subentry, data={**subentry.data, "registers": ["peak"]}
    )
    await settled(hass)
    assert await rows_of(hass, f"{statistic_id(entry)}_off_peak") == []
    assert await rows_of(hass, f"{statistic_id(entry)}_peak") != []
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_two_homes_may_each_have_a_meter_of_the_same_name(
    recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    home = await home_of(hass, meter("Water", meter_kind="water"))
    school = await home_with(hass, meter("Water", meter_kind="water"), title="School")
    for entry, end in ((home, 3), (school, 7)):
        entity_id = entity_of_meter(hass, entry)
        await add(hass, entity_id, "2026-03-01 00:00:00", index=0)
        await add(hass, entity_id, "2026-03-02 00:00:00", index=end)
    for entry, counted, name in ((home, 3, "Water"), (school, 7, "School, Water")):
        assert await rows_of(hass, statistic_id(entry)) == [(date(2026, 3, 1), counted)]
        assert await names_of(hass, statistic_id(entry)) == {name}
    await hass.config_entries.async_remove(home.entry_id)
    await settled(hass)
    assert await rows_of(hass, statistic_id(school)) == [(date(2026, 3, 1), 7)]
    assert await names_of(hass, statistic_id(school)) == {"Water"}, "it is the main one now"
    assert await hass.config_entries.async_unload(school.entry_id)


async def test_a_meter_may_be_added_while_its_home_is_loading(
    recorder_mock: object, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry, start = await home_of(hass), Meters.async_start

    def add_meter(title: str) -> None:
        given = meter(title, meter_kind="water")
        subentry = ConfigSubentry(**given | {"data": MappingProxyType(given["data"])})
        hass.config_entries.async_add_subentry(entry, subentry)

    async def and_another(self: Meters) -> None:
        await start(self)
        if len(entry.subentries) == 1:
            add_meter("Garden")

    monkeypatch.setattr(Meters, "async_start", and_another)
    # The first has the home load anew; the second comes while it does.
    add_meter("House")
    await settled(hass)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    rows = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    shown = {row.config_subentry_id for row in rows if hass.states.get(row.entity_id)}
    assert len(entry.subentries) == 2
    assert set(entry.subentries) <= shown
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_the_statistics_of_a_kind_are_those_of_its_meters_that_counted_anything(
    hass: HomeAssistant,
) -> None:
    entry = await home_of(
        hass,
        meter("House", meter_kind="bought", registers=["off_peak", "peak"]),
        meter("Roof", meter_kind="sold"),
    )
    house, roof = entry.subentries
    meters = entry.runtime_data.meters
    for at, expected in ((1_700_000_000, []), (1_700_086_400, [f"sen1:reading_{roof.lower()}"])):
        await meters.async_add(roof, HandReading(at, {"index": 5}))
        assert meters.statistics_of(HomeQuantity.SOLD) == expected
    assert meters.statistics_of(HomeQuantity.BOUGHT) == []
    for at in (1_700_000_000, 1_700_086_400):
        await meters.async_add(house, HandReading(at, {"off_peak": 1, "peak": 2}))
    bought = [f"sen1:reading_{house.lower()}_{register}" for register in ("off_peak", "peak")]
    assert meters.statistics_of(HomeQuantity.BOUGHT) == bought
    assert meters.statistics_of(Commodity.WATER) == []
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_reading_that_is_due_is_reminded_of_until_it_comes(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    entry = await home_of(hass, meter())
    issues = ir.async_get(hass)

    def due() -> list[str]:
        return [issue for _, issue in issues.issues if issue.startswith("reading_due")]

    assert due() == []
    later = NOW.replace(hour=9) + timedelta(days=31)
    freezer.move_to(later)
    async_fire_time_changed(hass, later)
    await settled(hass)
    assert len(due()) == 1
    entity_id = entity_of_meter(hass, entry)
    await hass.services.async_call(
        DOMAIN, "add_reading", {"meter": entity_id, "index": 10}, blocking=True
    )
    assert due() == []
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_who_organises_a_site_enters_its_readings_and_nobody_else(
    hass: HomeAssistant, hass_admin_user: MockUser, hass_read_only_user: MockUser
) -> None:
    entry = await home_of(hass, meter())
    user = hass_read_only_user

    async def enter(index: int) -> None:
        data = {"meter": entity_of_meter(hass, entry), "index": index}
        context = Context(user_id=user.id)
        await hass.services.async_call(DOMAIN, "add_reading", data, blocking=True, context=context)

    for role in (Role.LOOK, Role.NONE):
        await hass.data[ROLES].async_give(user.id, entry.entry_id, role)
        with pytest.raises(Unauthorized):
            await enter(1)
    await hass.data[ROLES].async_give(user.id, entry.entry_id, Role.ORGANISE)
    await enter(2)
    user = hass_admin_user
    await enter(3)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_what_is_no_meter_is_refused(hass: HomeAssistant) -> None:
    entry = await home_of(hass, meter())
    for entity_id in ("sensor.nothing", told(hass, entry, "consumption").entity_id):
        with pytest.raises(ServiceValidationError) as refused:
            await hass.services.async_call(
                DOMAIN, "add_reading", {"meter": entity_id, "index": 1}, blocking=True
            )
        assert refused.value.translation_key == "no_such_meter"
    with pytest.raises(ServiceValidationError) as refused:
        await hass.services.async_call(
            DOMAIN,
            "remove_reading",
            {"meter": entity_of_meter(hass, entry), "date": "2026-01-01"},
            blocking=True,
        )
    assert refused.value.translation_key == "no_such_reading"
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("step", [Length.HOUR, Length.DAY])
async def test_between_two_readings_no_hour_and_no_day_is_known_to_whoever_compares(
    recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory, step: Length
) -> None:
    freezer.move_to(NOW)
    entry = await home_read(
        hass, meter(), {"2026-03-01": {"index": 500}, "2026-03-11": {"index": 510}}
    )
    statistic = statistic_id(entry)
    first, last = (datetime(2026, 3, day, tzinfo=PARIS).timestamp() for day in (1, 11))
    found = await async_values(hass, [statistic], first, last, step, Asker(hass, is_admin=True))
    _, told = found[statistic]
    # 100 kWh of ten days: a mean power, and of no hour or day more than of another.
    assert {(one.value, one.part, one.is_of_days) for one in told} == {(0.416666667, 1, True)}
    series = (await async_comparable(hass, first, last, {statistic}, Asker(hass, is_admin=False)))[
        statistic
    ]
    assert (series.name, series.unit, series.known) == ("Gas", "kWh", 1)
    assert (series.first, series.last) == (first, last)
    before = await async_comparable(
        hass, first - 86400, last, {statistic}, Asker(hass, is_admin=True)
    )
    assert before[statistic].known == pytest.approx(10 / 11)
    assert await hass.config_entries.async_unload(entry.entry_id)
    found = await async_values(
        hass, [statistic], first, last, Length.HOUR, Asker(hass, is_admin=True)
    )
    assert len(found[statistic][1]) == 240
