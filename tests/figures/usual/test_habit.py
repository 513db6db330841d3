"""What is usual of a home that runs: its sensor, its event, what the dashboard may ask."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.json import json_dumps
from homeassistant.setup import async_setup_component
from homeassistant.util.json import json_loads
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.figures.counting.store import MonthStore
from custom_components.sen1.figures.usual.bands import KEPT
from custom_components.sen1.figures.usual.means import Days, unknown, written
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation, Point
from testbed.household import PARIS

from ..conftest import MakeHome, measure, sensor, settled, told

HISTORY = "sen1:enedis"
ONE_DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


NOW = at("2026-01-14 12:00")
"""A Wednesday."""


def half_hours(begin: datetime, end: datetime, watts: Callable[[datetime], float]) -> list[Point]:
    """Return what a home used in each half-hour, kWh."""
    points = []
    moment = begin.timestamp()
    while moment < end.timestamp():
        power = watts(datetime.fromtimestamp(moment, PARIS))
        points.append(Point(moment, 1800, power / 2000))
        moment += 1800
    return points


def evening(time: datetime) -> float:
    """Return what a home uses that is never the same two days in a row, W."""
    return (900 if 18 <= time.hour < 22 else 300) + 10 * (time.day % 5)


async def kept_days(
    hass: HomeAssistant, entry: MockConfigEntry, watts: int, curve: str = "home", count: int = 60
) -> None:
    """Let a home have lived the same day again and again."""
    days, store = Days(PARIS), MonthStore(hass, f"{entry.entry_id}.habit")
    today = NOW.date()
    kept: dict[date, Any] = {}
    for number in range(1, count + 1):
        means = unknown(days.count(today - number * ONE_DAY))
        for quarter in range(len(means)):
            means[quarter] = watts
        kept[today - number * ONE_DAY] = {curve: written(means)}
    await store.async_add(kept)


@pytest.fixture
async def home(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory
) -> MockConfigEntry:
    """Return a home of 300 W since two months."""
    freezer.move_to(NOW)
    measure(hass, "bought_power", 300)
    entry = await make_home("bought_power")
    await kept_days(hass, entry, 300)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await settled(hass)
    return entry


async def minutes(hass: HomeAssistant, freezer: FrozenDateTimeFactory, count: int) -> None:
    """Let time pass, minute by minute."""
    for _ in range(count):
        freezer.tick(timedelta(minutes=1))
        async_fire_time_changed(hass)
        await settled(hass)


async def asked(hass: HomeAssistant, ws: WebSocketGenerator, **more: Any) -> dict[str, Any]:
    assert await async_setup_component(hass, "websocket_api", {})
    client = await ws(hass)
    await client.send_json_auto_id({"type": "sen1/usual", **more})
    answer: dict[str, Any] = await client.receive_json()
    return answer


async def usual_of(entry: MockConfigEntry, **more: Any) -> dict[str, Any]:
    """Return what would be answered of a home, or of an appliance."""
    habit = entry.runtime_data.habit
    curve = habit.curve_of(more.get("entity"))
    assert curve is not None
    answer: dict[str, Any] = await habit.async_told(curve, more.get("day"))
    return answer


async def until(hass: HomeAssistant, is_so: Callable[[], bool]) -> None:
    """Wait until something is so that a task of the background brings about."""
    while not is_so():
        await asyncio.sleep(0)
        await settled(hass)


def follow(hass: HomeAssistant, entity_id: str) -> list[str]:
    """Return a list that each event of an event entity will be added to."""
    heard: list[str] = []

    @callback
    def hear(event: Any) -> None:
        if (state := event.data["new_state"]) and event.data["entity_id"] == entity_id:
            heard.append(state.attributes["event_type"])

    hass.bus.async_listen("state_changed", hear)
    return heard


async def test_a_home_says_whether_it_uses_what_it_usually_does(
    hass: HomeAssistant, home: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    usual = told(hass, home, "usual")
    assert usual.state == "usual"
    assert usual.attributes["options"] == ["below", "usual", "above"]
    shown = {key: usual.attributes[key] for key in ("low", "median", "high", "days", "degrees")}
    # Working days of a month before, those of a year before are not known.
    assert shown == {"low": 300, "median": 300, "high": 300, "days": 22, "degrees": None}
    for power, side in ((2300, "above"), (20, "below")):
        measure(hass, "bought_power", power)
        await settled(hass)
        # A kettle does not make it another.
        assert told(hass, home, "usual").state != side
        await minutes(hass, freezer, 30)
        assert told(hass, home, "usual").state == side


async def test_an_oven_left_on_is_told_once_after_half_an_hour_and_once_when_it_is_off(
    hass: HomeAssistant, home: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    event = told(hass, home, "unusual")
    assert (event.state, event.attributes["event_types"]) == ("unknown", ["unusual", "usual_again"])
    heard = follow(hass, event.entity_id)
    measure(hass, "bought_power", 1300)
    await settled(hass)
    await minutes(hass, freezer, 29)
    assert heard == []
    await minutes(hass, freezer, 1)
    assert heard == ["unusual"]
    event = told(hass, home, "unusual")
    figures = {key: event.attributes[key] for key in ("power", "low", "high")}
    assert figures == {"power": 1300, "low": 300, "high": 300}
    await minutes(hass, freezer, 60)
    measure(hass, "bought_power", 300)
    await settled(hass)
    await minutes(hass, freezer, 15)
    assert heard == ["unusual", "usual_again"]


async def test_a_house_that_stands_still_is_never_unusual(
    hass: HomeAssistant, home: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    heard = follow(hass, told(hass, home, "unusual").entity_id)
    sides = set()
    for number in range(200):
        measure(hass, "bought_power", 300 + (number * 7) % 19)
        await minutes(hass, freezer, 1)
        sides.add(told(hass, home, "usual").state)
    assert (sides, heard) == ({"usual"}, [])


async def test_what_was_unusual_is_so_after_a_restart_and_not_told_again(
    hass: HomeAssistant, home: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    measure(hass, "bought_power", 1300)
    await settled(hass)
    await minutes(hass, freezer, 31)
    at_first = told(hass, home, "unusual").state
    assert await hass.config_entries.async_reload(home.entry_id)
    await settled(hass)
    heard = follow(hass, told(hass, home, "unusual").entity_id)
    await minutes(hass, freezer, 60)
    assert heard == []
    assert told(hass, home, "unusual").state == at_first
    measure(hass, "bought_power", 300)
    await settled(hass)
    await minutes(hass, freezer, 15)
    assert heard == ["usual_again"]


async def test_the_quarters_of_a_day_survive_a_restart_and_are_put_away_at_midnight(
    hass: HomeAssistant, home: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    await minutes(hass, freezer, 30)
    assert await hass.config_entries.async_reload(home.entry_id)
    await settled(hass)
    store = MonthStore(hass, f"{home.entry_id}.habit")
    await store.async_load()
    # What is older than two years is forgotten with it.
    await store.async_add({NOW.date() - KEPT - 40 * ONE_DAY: {"home": " ".join(["300"] * 96)}})
    assert await hass.config_entries.async_reload(home.entry_id)
    freezer.move_to(at("2026-01-15 00:00"))
    async_fire_time_changed(hass)

    async def days() -> dict[date, Any]:
        await store.async_load()
        return await store.async_days(date(2000, 1, 1), date(2030, 1, 1))

    while NOW.date() not in (kept := await days()) or len(kept) > 61:
        await settled(hass)
    assert min(kept) == NOW.date() - 60 * ONE_DAY
    assert await hass.config_entries.async_reload(home.entry_id)
    answer = await usual_of(home, day=NOW.date())
    assert answer["power"] == [*[None] * 48, *[300] * 48]


async def test_nothing_is_usual_while_too_few_days_are_known(
    hass: HomeAssistant,
    make_home: MakeHome,
    freezer: FrozenDateTimeFactory,
) -> None:
    freezer.move_to(NOW)
    measure(hass, "bought_power", 300)
    entry = await make_home("bought_power")
    await kept_days(hass, entry, 300, count=18)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await settled(hass)
    usual = told(hass, entry, "usual")
    assert (usual.state, usual.attributes["days"]) == ("unknown", 12)
    assert "low" not in usual.attributes
    heard = follow(hass, told(hass, entry, "unusual").entity_id)
    measure(hass, "bought_power", 5000)
    await settled(hass)
    await minutes(hass, freezer, 60)
    assert heard == []
    answer = await usual_of(entry)
    assert (answer["now"], answer["days"], set(answer["low"])) == (None, 12, {None})


async def test_a_home_with_an_imported_past_knows_its_habit_on_its_first_day(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    make_home: MakeHome,
    freezer: FrozenDateTimeFactory,
) -> None:
    freezer.move_to(NOW)
    measure(hass, "bought_power", 310)
    begin = at("2025-10-01 00:00")
    archive = async_archive(hass)
    points = half_hours(begin, at("2026-01-14 00:00"), evening)
    await archive.async_add(HISTORY, "Enedis", "kWh", Aggregation.SUM, points)
    entry = await make_home("bought_power", history=HISTORY)
    await until(hass, lambda: told(hass, entry, "usual").state == "usual")
    answer = await usual_of(entry)
    assert (answer["day_kind"], answer["degrees"], answer["days"]) == ("working", None, 22)
    assert len(answer["begins"]) == 96
    assert answer["begins"][0] == at("2026-01-14 00:00").timestamp() * 1000
    assert (answer["low"][0], answer["median"][0], answer["high"][0]) == (310, 320, 330)
    assert (answer["low"][75], answer["high"][75]) == (910, 930)
    assert answer["now"] == {"state": "usual", "power": 310, "low": 310, "high": 330}
    # Half of all that is known lies in it.
    day = await usual_of(entry, day=date(2025, 10, 26))
    assert (len(day["begins"]), day["day_kind"], day["now"]) == (100, "weekend", None)
    assert day["power"][:3] == [310] * 3
    assert day["days"] == 7
    day = await usual_of(entry, day=date(2025, 3, 30))
    assert (len(day["begins"]), set(day["power"])) == (92, {None})


async def test_what_people_read_once_a_month_says_nothing_of_a_quarter_of_an_hour(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    make_home: MakeHome,
    freezer: FrozenDateTimeFactory,
) -> None:
    freezer.move_to(NOW)
    measure(hass, "bought_power", 310)
    by_hand = [
        Point(at(f"2025-{month:02}-01 00:00").timestamp(), 28 * 86_400, 200)
        for month in range(1, 12)
    ]
    points = [*by_hand, *half_hours(at("2025-12-15 00:00"), at("2026-01-14 00:00"), evening)]
    await async_archive(hass).async_add(HISTORY, "Read", "kWh", Aggregation.SUM, points)
    entry = await make_home("bought_power", history=HISTORY)
    await until(hass, lambda: told(hass, entry, "usual").attributes["days"] > 0)
    # January of the year before is of the same season.
    assert told(hass, entry, "usual").attributes["days"] == 22


async def test_what_was_unusual_of_a_day_is_told_with_its_times(
    hass: HomeAssistant,
    home: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    measure(hass, "bought_power", 1300)
    await settled(hass)
    await minutes(hass, freezer, 45)
    answer = await usual_of(home)
    begin, end = NOW.timestamp() * 1000, (NOW + 3 * QUARTER).timestamp() * 1000
    assert answer["unusual"] == [{"begin": begin, "end": end}]
    assert answer["power"][48:52] == [1300, 1300, 1300, None]


async def test_days_about_as_cold_are_alike_where_the_temperature_is_known(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    cold = home.runtime_data.cold
    cold.days = {
        NOW.date() - number * ONE_DAY: 12.0 if number < 40 else 5.0 for number in range(1, 61)
    }
    home.runtime_data.habit.forget()
    answer = await usual_of(home)
    # Until half of today is known, it is as cold as yesterday.
    assert (answer["degrees"], answer["temperatures"]) == ([10.5, 13.5], [4, 8])
    assert answer["days"] == 27


# Appliances


FREEZER = {"power": 100, "share": 100, "hysteresis": 20, "delay": 0, "minimum": 0, "priority": 1}

OF_APPLIANCE = ("unusual_of_appliance", "usual_of_appliance")


async def test_an_appliance_that_is_measured_has_a_habit_of_its_own(
    hass: HomeAssistant,
    home: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    measure(hass, "freezer_power", 60)
    subentry = ConfigSubentry(
        data=MappingProxyType({**FREEZER, "appliance": sensor("freezer_power")}),
        subentry_type="need",
        title="Freezer",
        unique_id=None,
    )
    runtime = home.runtime_data
    hass.config_entries.async_add_subentry(home, subentry)
    await settled(hass)
    assert home.runtime_data is runtime
    need = subentry.subentry_id
    assert told(hass, home, f"{need}_usual").state == "unknown"
    await kept_days(hass, home, 60, curve=need)
    assert await hass.config_entries.async_reload(home.entry_id)
    await settled(hass)
    usual = told(hass, home, f"{need}_usual")
    assert (usual.state, usual.attributes["high"]) == ("usual", 60)
    row = er.async_get(hass).async_get(usual.entity_id)
    assert row is not None
    assert row.device_id is not None
    device = dr.async_get(hass).async_get(row.device_id)
    assert device is not None
    assert device.name == "Freezer"
    heard = follow(hass, told(hass, home, f"{need}_unusual").entity_id)
    measure(hass, "freezer_power", 110)
    await settled(hass)
    await minutes(hass, freezer, 30)
    assert heard == ["unusual"]
    answer = await usual_of(home, entity=sensor("freezer_power"))
    assert answer["now"] == {"state": "above", "power": 110, "low": 60, "high": 60}


async def test_an_appliance_that_is_measured_no_more_has_none(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    measure(hass, "freezer_power", 60)
    subentry = ConfigSubentry(
        data=MappingProxyType({**FREEZER, "appliance": sensor("freezer_power")}),
        subentry_type="need",
        title="Freezer",
        unique_id=None,
    )
    hass.config_entries.async_add_subentry(home, subentry)
    await settled(hass)
    registry = er.async_get(hass)

    def entities() -> list[str]:
        rows = er.async_entries_for_config_entry(registry, home.entry_id)
        of_need = [row for row in rows if row.config_subentry_id == subentry.subentry_id]
        return sorted(row.translation_key or "" for row in of_need)

    measured = entities()
    hass.config_entries.async_update_subentry(home, subentry, data=FREEZER)
    await settled(hass)
    measure(hass, "bought_power", 301)
    await settled(hass)
    assert list(home.runtime_data.habit.curves) == ["home"]
    left = [key for key in measured if key not in OF_APPLIANCE]
    assert len(measured) == len(left) + 2
    assert entities() == left
    # Once it is measured again, it has them again.
    hass.config_entries.async_update_subentry(
        home, subentry, data={**FREEZER, "appliance": sensor("freezer_power")}
    )
    await settled(hass)
    assert entities() == measured
    assert told(hass, home, f"{subentry.subentry_id}_usual").state != "unavailable"


async def test_an_appliance_that_lost_its_sensor_while_its_home_did_not_run_has_no_habit_either(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    measure(hass, "freezer_power", 60)
    subentry = ConfigSubentry(
        data=MappingProxyType({**FREEZER, "appliance": sensor("freezer_power")}),
        subentry_type="need",
        title="Freezer",
        unique_id=None,
    )
    hass.config_entries.async_add_subentry(home, subentry)
    await settled(hass)
    assert await hass.config_entries.async_unload(home.entry_id)
    hass.config_entries.async_update_subentry(home, subentry, data=FREEZER)
    assert await hass.config_entries.async_setup(home.entry_id)
    await settled(hass)
    rows = er.async_entries_for_config_entry(er.async_get(hass), home.entry_id)
    assert not [row for row in rows if row.translation_key in OF_APPLIANCE]


# What may be asked


async def test_anybody_logged_in_may_ask_what_is_usual(
    hass: HomeAssistant,
    make_home: MakeHome,
    hass_ws_client: WebSocketGenerator,
    hass_admin_user: MockUser,
) -> None:
    hass_admin_user.groups = []
    measure(hass, "bought_power", 300)
    entry = await make_home("bought_power")
    answer = await asked(hass, hass_ws_client, site=entry.entry_id)
    assert answer["success"], answer
    told_today = answer["result"]
    assert told_today == json_loads(json_dumps(await usual_of(entry)))
    assert told_today.keys() == {
        *("begins", "low", "median", "high", "power", "day_kind", "degrees", "temperatures"),
        *("days", "now", "unusual"),
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"site": "nobody"}, "not_found"),
        ({"entity": "sensor.nothing"}, "not_found"),
        ({"day": "yesterday"}, "invalid_format"),
        ({"day": "0001-01-01"}, "invalid_format"),
        ({"day": "9999-12-31"}, "invalid_format"),
    ],
)
async def test_what_cannot_be_told_is_refused(
    hass: HomeAssistant,
    make_home: MakeHome,
    hass_ws_client: WebSocketGenerator,
    change: dict[str, Any],
    code: str,
) -> None:
    measure(hass, "bought_power", 300)
    entry = await make_home("bought_power")
    answer = await asked(hass, hass_ws_client, **{"site": entry.entry_id, **change})
    assert answer["error"]["code"] == code


async def test_a_roof_has_no_habit(
    hass: HomeAssistant, make_home: MakeHome, hass_ws_client: WebSocketGenerator
) -> None:
    measure(hass, "produced_power", 500)
    entry = await make_home("produced_power", site_kind="roof")
    for key in ("usual", "unusual"):
        with pytest.raises(KeyError):
            told(hass, entry, key)
    answer = await asked(hass, hass_ws_client, site=entry.entry_id)
    assert answer["error"]["code"] == "not_found"
