"""What a day usually comes to, of a home that is known when its days are over."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation, Point
from testbed.household import PARIS

from ..conftest import MakeHome, measure, settled, told

HISTORY = "sen1:enedis"
ONE_DAY = timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


WEDNESDAY = at("2026-01-14 12:00")
USUAL_KWH = (7.0, 7.5, 8.0, 8.5, 9.0)
"""Of working days, one after the other."""


def days(
    begin: datetime, end: datetime, last_kwh: float | None = None, *, cut: int = 1
) -> list[Point]:
    """Return what each day came to, in as many parts as it is cut into; of the last, so much."""
    points = []
    while begin < end:
        after = begin + ONE_DAY
        length = (after.timestamp() - begin.timestamp()) / cut
        value = 12.0 if begin.weekday() >= 5 else USUAL_KWH[begin.toordinal() % 5]
        if after == end and last_kwh is not None:
            value = last_kwh
        points += [
            Point(begin.timestamp() + part * length, length, value / cut) for part in range(cut)
        ]
        begin = after
    return points


async def home_of(
    hass: HomeAssistant, make_home: MakeHome, points: list[Point], **data: Any
) -> MockConfigEntry:
    await async_archive(hass).async_add(HISTORY, "Enedis", "kWh", Aggregation.SUM, points)
    return await make_home(**{"bought_series": [HISTORY], **data})


async def yesterday_of(hass: HomeAssistant, make_home: MakeHome, points: list[Point]) -> State:
    entry = await home_of(hass, make_home, points)
    return told(hass, entry, "usual_yesterday")


@pytest.mark.usefixtures("recorder_mock")
@pytest.mark.parametrize("cut", [1, 48])
@pytest.mark.parametrize(
    ("last", "side", "is_unusual"),
    [(8.0, "usual", False), (11.0, "above", False), (4.0, "below", False), (30.0, "above", True)],
)
async def test_yesterday_is_told_beside_the_days_that_are_like_it(
    hass: HomeAssistant,
    make_home: MakeHome,
    freezer: FrozenDateTimeFactory,
    cut: int,
    last: float,
    side: str,
    is_unusual: bool,
) -> None:
    freezer.move_to(WEDNESDAY)
    points = days(at("2025-10-01 00:00"), at("2026-01-14 00:00"), last, cut=cut)
    usual = await yesterday_of(hass, make_home, points)
    assert usual.state == side
    # Working days of a month before, those of weekends apart: their quartiles.
    shown = {key: usual.attributes[key] for key in ("low", "median", "high", "days", "day_kind")}
    assert shown == {"low": 7.5, "median": 8.0, "high": 8.5, "days": 21, "day_kind": "working"}
    assert usual.attributes["energy"] == pytest.approx(last, abs=0.001)
    assert usual.attributes["day"] == "2026-01-13"
    assert usual.attributes["unusual"] is is_unusual


@pytest.mark.usefixtures("recorder_mock")
async def test_a_day_that_is_shorter_is_compared_by_what_its_hours_usually_take(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(at("2026-03-30 12:00"))
    begin = at("2025-12-01 00:00")
    hours = round((at("2026-03-30 00:00").timestamp() - begin.timestamp()) / 3600)
    points = [Point(begin.timestamp() + 3600 * hour, 3600, 2.0) for hour in range(hours)]
    usual = await yesterday_of(hass, make_home, points)
    assert usual.state == "usual"
    assert (usual.attributes["energy"], usual.attributes["high"]) == (46.0, 46.0)


@pytest.mark.usefixtures("recorder_mock")
async def test_what_was_told_by_months_says_nothing_of_a_day(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(WEDNESDAY)
    months = [
        Point(at(f"2025-{month:02}-14 00:00").timestamp(), 28 * 86_400, 240)
        for month in range(1, 13)
    ]
    last = Point(at("2026-01-11 00:00").timestamp(), 3 * 86_400, 24)
    usual = await yesterday_of(hass, make_home, [*months, last])
    assert usual.state == "unknown"
    assert (usual.attributes["energy"], usual.attributes["days"]) == (None, 0)
    assert "low" not in usual.attributes


@pytest.mark.usefixtures("recorder_mock")
async def test_a_day_that_has_not_come_yet_is_beside_nothing(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(WEDNESDAY)
    points = days(at("2025-10-01 00:00"), at("2026-01-14 00:00"))
    entry = await home_of(hass, make_home, points)
    assert told(hass, entry, "usual_yesterday").state == "usual"
    freezer.move_to(WEDNESDAY + ONE_DAY)
    async_fire_time_changed(hass, WEDNESDAY + ONE_DAY)
    await settled(hass)
    usual = told(hass, entry, "usual_yesterday")
    assert (usual.state, usual.attributes["energy"]) == ("unknown", None)


@pytest.mark.usefixtures("recorder_mock")
async def test_days_about_as_cold_are_compared_where_it_is_known(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(WEDNESDAY)
    points = days(at("2025-10-01 00:00"), at("2026-01-14 00:00"))
    entry = await home_of(hass, make_home, points)
    home = entry.runtime_data
    known = [WEDNESDAY.date() - number * ONE_DAY for number in range(1, 61)]
    home.cold.days = {day: 12.0 if number < 25 else 5.0 for number, day in enumerate(known)}
    home.cold.listeners.tell()
    usual = told(hass, entry, "usual_yesterday")
    assert usual.attributes["temperatures"] == [4, 8]
    assert usual.attributes["days"] == 16


async def test_a_home_that_is_measured_tells_its_usual_by_quarters(
    recorder_mock: Recorder, hass: HomeAssistant, make_home: MakeHome
) -> None:
    measure(hass, "bought_power", 300)
    entry = await make_home("bought_power")
    rows = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    keys = {row.unique_id.removeprefix(f"{entry.entry_id}_") for row in rows}
    assert "usual" in keys
    assert "usual_yesterday" not in keys
