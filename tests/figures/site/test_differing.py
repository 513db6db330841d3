"""Two sources that tell one quantity otherwise: told in the repairs, and the other one taken."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.components.repairs.const import DOMAIN as REPAIRS
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.figures.counting.calendar import HALF_HOUR_MS
from custom_components.sen1.figures.counting.steps import Step, completed, merged
from custom_components.sen1.figures.site.differing import READER, Difference, differing, whole_days
from custom_components.sen1.history.comparing import Length, begins_of
from custom_components.sen1.history.points import Point
from testbed.years import total

from ..conftest import home_with, measure, sensor, settled, told
from .test_known_from import HOUSE, NOW, TODAY, YEAR, at, have_series
from .test_past import have_statistics, index_at

HOUR_MS = 2 * HALF_HOUR_MS
FILE = "sen1:file"
MAY, JUNE = at("2026-05-01 00:00"), at("2026-06-01 00:00")
"""The days before the last thirty are not looked at: a difference of then is in the past."""


def of_days(
    begin: datetime, days: int, daily: float, without: int = -1, length: int = 1
) -> list[Point]:
    """Return so many kWh a day by hours, or by periods of so many; without one hour."""
    first = begin.timestamp()
    return [
        Point(first + 3600 * n, 3600 * length, daily * length / 24)
        for n in range(0, 24 * days, length)
        if n != without
    ]


def found(one: list[Point], other: list[Point]) -> Difference | None:
    end = at("2026-06-30 00:00").timestamp()
    edges = [*begins_of(at("2026-03-20 00:00").timestamp(), end, Length.DAY), end]
    sources = {READER: one, "linky:meter": other}
    return differing({ref: whole_days([points], edges) for ref, points in sources.items()})


@pytest.fixture(autouse=True)
async def in_paris(hass: HomeAssistant) -> None:
    await hass.config.async_set_time_zone("Europe/Paris")


@pytest.mark.parametrize(
    ("other", "is_told"),
    [
        pytest.param(of_days(MAY, 30, 10.3), True, id="three per cent more"),
        pytest.param(of_days(MAY, 30, 9.7), True, id="three per cent less"),
        pytest.param(of_days(MAY, 30, 10.09), False, id="less than one per cent"),
        pytest.param(of_days(MAY, 6, 20), False, id="a few days"),
        pytest.param(of_days(MAY, 30, 10, without=100), False, id="an hour that is not known"),
        pytest.param(of_days(MAY, 30, 10.3, length=24), True, id="days"),
        pytest.param(of_days(MAY, 28, 20, length=168), False, id="weeks, which tell no day"),
        pytest.param(of_days(JUNE, 20, 20), False, id="other days"),
    ],
)
def test_a_difference_is_told_of_days_that_both_know_whole_and_beyond_one_per_cent(
    other: list[Point], is_told: bool
) -> None:
    difference = found(of_days(MAY, 30, 10), other)
    assert (difference is not None) == is_told
    if difference is not None:
        assert difference.refs == (READER, "linky:meter")
        assert difference.days == (MAY.timestamp(), at("2026-05-30 00:00").timestamp())


def test_what_an_index_in_whole_kilowatt_hours_leaves_open_is_no_difference() -> None:
    assert found(of_days(MAY, 30, 1), of_days(MAY, 30, 1.03)) is None
    assert found(of_days(MAY, 30, 1), of_days(MAY, 30, 1.04)) is not None


def test_days_of_other_lengths_are_whole_too() -> None:
    begin = at("2026-03-26 00:00").timestamp()
    hours = 24 * 8 - 1
    one, other = ([Point(begin + 3600 * n, 3600, kwh) for n in range(hours)] for kwh in (1, 2))
    difference = found(one, other)
    assert difference is not None
    assert difference.amounts == (pytest.approx(hours), pytest.approx(2 * hours))
    assert difference.days == (begin, at("2026-04-02 00:00").timestamp())


def test_registers_are_added_where_all_of_them_are_known() -> None:
    begin = MAY.timestamp()
    edges = [begin, begin + 86400, begin + 2 * 86400]
    both = whole_days([of_days(MAY, 2, 24), of_days(MAY, 1, 12)], edges)
    assert both == {begin: pytest.approx(36)}


def test_what_stands_goes_before_what_is_finer_or_counted() -> None:
    step = {length: Step({"": length}, HALF_HOUR_MS, length * HOUR_MS) for length in (1, 24)}
    first = Step({"": 0}, HALF_HOUR_MS, 24 * HOUR_MS, stands=True)
    part = Step({"": 0}, HALF_HOUR_MS // 2, HOUR_MS, stands=True)
    assert merged([{0: step[1]}, {0: first}, {0: step[24]}]) == {0: first}
    assert completed({0: step[1]}, {0: first}) == {0: first}
    # Where less of a half-hour is known of it, nothing that was counted is lost.
    assert completed({0: step[1]}, {0: part}) == {0: step[1]}


async def fix(hass: HomeAssistant, entry: ConfigEntry, press: bool = True) -> dict[str, str]:
    """Open the repair of what was bought, and press; return what it said."""
    manager = hass.data[REPAIRS]["flow_manager"]
    issue = f"bought_differs_{entry.entry_id}"
    form: Any = await manager.async_init(DOMAIN, data={"issue_id": issue})
    assert (form["type"], form["step_id"]) == ("form", "confirm")
    if press:
        result = await manager.async_configure(form["flow_id"], {})
        assert result["type"] == "create_entry"
        for _ in range(3):
            await settled(hass)
    return dict(form["description_placeholders"])


def is_told(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    return (DOMAIN, f"bought_differs_{entry.entry_id}") in ir.async_get(hass).issues


def kwh(begin: datetime, end: datetime, part: float = 1) -> float:
    wanted: float = pytest.approx(total(HOUSE, begin, end) * part / 1000, abs=0.01)  # type: ignore[assignment]
    return wanted


async def test_the_other_source_is_taken_in_one_press_and_in_another_the_first_again(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    assert await async_setup_component(hass, REPAIRS, {})
    nine = at("2026-06-10 09:00")
    await have_statistics(hass, "bought_index", HOUSE, YEAR, nine)
    measure(hass, "bought_index", index_at(HOUSE, nine))
    gap = at("2026-05-20 00:00"), at("2026-05-22 00:00")
    await have_series(hass, FILE, HOUSE, MAY, gap[0], 1.03)
    await have_series(hass, FILE, HOUSE, gap[1], TODAY, 1.03)
    entry = await home_with(hass, data={"bought_series": [FILE]})
    assert is_told(hass, entry)
    # The reader stands, however fine the other is, and from before this home as well.
    assert float(told(hass, entry, "bought_year").state) == kwh(YEAR, nine)
    both = total(HOUSE, at("2026-05-11 00:00"), TODAY) - total(HOUSE, *gap)
    assert await fix(hass, entry) == {
        "stands": "bought index",
        "other": r"sen1\:file",
        "stands_sum": f"{both / 1000:.0f} kWh",
        "other_sum": f"{both * 1.03 / 1000:.0f} kWh",
        "first": "2026-05-11",
        "last": "2026-06-09",
    }
    # It stands where it knows, in the past too; before it, in its gap and today the reader does.
    assert entry.data["trusted"] == {"bought": FILE}
    of_file = total(HOUSE, MAY, TODAY) - total(HOUSE, *gap)
    year = pytest.approx((total(HOUSE, YEAR, nine) + of_file * 0.03) / 1000, abs=0.01)
    assert float(told(hass, entry, "bought_year").state) == year
    assert float(told(hass, entry, "bought_day").state) == kwh(TODAY, nine)
    # It is still told, so that what was taken can be given back.
    said = await fix(hass, entry)
    assert (said["stands"], said["other"]) == (r"sen1\:file", "bought index")
    assert float(told(hass, entry, "bought_year").state) == kwh(YEAR, nine)
    assert is_told(hass, entry)
    hass.config_entries.async_update_entry(entry, data={**entry.data, "bought_series": []})
    for _ in range(3):
        await settled(hass)
    assert not is_told(hass, entry)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_what_was_counted_here_gives_way_to_what_was_taken(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(at("2026-06-08 22:00"))
    index = index_at(HOUSE, at("2026-06-08 22:00"))
    measure(hass, "bought_index", index)
    await have_series(hass, FILE, HOUSE, MAY, TODAY, 1.03)
    data = {"bought_series": [FILE], "trusted": {"bought": FILE}}
    entry = await home_with(hass, data=data)
    for minutes in range(10, 24 * 60 + 130, 10):
        now = at("2026-06-08 22:00") + timedelta(minutes=minutes)
        freezer.move_to(now)
        measure(hass, "bought_index", index + minutes)
        async_fire_time_changed(hass, now)
        await settled(hass)
    of_file = kwh(TODAY - timedelta(days=1), TODAY, 1.03)
    while told(hass, entry, "bought_day").attributes["last_period"] != of_file:
        await settled(hass)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_of_two_statistics_the_other_is_taken_and_a_correction_ends_the_repair(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    assert await async_setup_component(hass, REPAIRS, {})
    await have_series(hass, FILE, HOUSE, MAY, TODAY)
    await have_series(hass, "sen1:other", HOUSE, JUNE, TODAY, 0.9)
    data = {"bought_series": [FILE, "sen1:other"]}
    entry = await home_with(hass, sources=(), data=data)
    assert is_told(hass, entry)
    assert float(told(hass, entry, "bought_month").state) == kwh(JUNE, TODAY)
    await fix(hass, entry)
    assert float(told(hass, entry, "bought_month").state) == kwh(JUNE, TODAY, 0.9)
    assert float(told(hass, entry, "bought_year").state) == pytest.approx(
        (total(HOUSE, MAY, JUNE) + total(HOUSE, JUNE, TODAY) * 0.9) / 1000, abs=0.01
    )
    await have_series(hass, "sen1:other", HOUSE, JUNE, TODAY)
    while is_told(hass, entry):
        await settled(hass)
    assert entry.data["trusted"] == {"bought": "sen1:other"}
    # What differs is told of a home that runs.
    await have_series(hass, FILE, HOUSE, JUNE, TODAY, 0.9)
    while not is_told(hass, entry):
        await settled(hass)
    await fix(hass, entry, press=False)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert not is_told(hass, entry)


async def test_a_source_that_agrees_and_the_readers_own_statistic_raise_nothing(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    nine = at("2026-06-10 09:00")
    await have_statistics(hass, "bought_index", HOUSE, YEAR, nine)
    measure(hass, "bought_index", index_at(HOUSE, nine))
    await have_series(hass, FILE, HOUSE, MAY, TODAY, 1.009)
    both = await home_with(hass, data={"bought_series": [FILE]})
    own = {"bought_series": [sensor("bought_index")]}
    alone = await home_with(hass, data=own, title="Alone")
    for entry in (both, alone):
        assert not is_told(hass, entry)
        assert await hass.config_entries.async_unload(entry.entry_id)
