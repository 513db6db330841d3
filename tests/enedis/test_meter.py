"""A meter followed over days: the past filled, mornings, faults, restarts; against the truth."""

from datetime import date, timedelta
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.diagnostics import async_get_config_entry_diagnostics
from custom_components.sen1.enedis.gateways import GatewayName
from custom_components.sen1.enedis.meter_reading import midnight
from testbed.enedis import CURVES, DAY, Faults, SimulatedEnedis, Truth

from .conftest import TODAY, entry_of, intervals, live, local, move_clock, set_up, state_of

pytestmark = pytest.mark.usefixtures("recorder_mock")


def days(begin: date, end: date) -> list[date]:
    return [begin + n * DAY for n in range((end - begin).days)]


def half_hours(truth: Truth, begin: date, end: date) -> dict[float, tuple[float, int]]:
    first, last = midnight(begin.toordinal()), midnight(end.toordinal())
    return {
        float(at): (1800, truth.energy(at, at + 1800)) for at in range(int(first), int(last), 1800)
    }


def whole_days(truth: Truth, begin: date, end: date) -> dict[float, tuple[float, int]]:
    return {
        midnight(day.toordinal()): (
            midnight(day.toordinal() + 1) - midnight(day.toordinal()),
            truth.day(day),
        )
        for day in days(begin, end)
    }


async def test_days_come_first_then_the_newest_weeks_then_each_morning(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, enedis: SimulatedEnedis
) -> None:
    enedis.faults.activated = TODAY - 100 * DAY
    entry = entry_of(enedis)
    await set_up(hass, entry)
    await live(hass, freezer, entry, local(TODAY, 12))
    kinds = [kind for kind, _, _ in enedis.questions]
    first = next(n for n, kind in enumerate(kinds) if kind in CURVES)
    assert "daily_consumption" not in kinds[first:]
    ends = [end for kind, _, end in enedis.questions if kind in CURVES]
    assert ends == sorted(ends, reverse=True)
    begin = enedis.faults.activated
    assert await intervals(hass, enedis, begin, TODAY) == half_hours(enedis.bought, begin, TODAY)
    assert state_of(hass, enedis, "filled").state == "100"
    assert state_of(hass, enedis, "enedis_status").state == "ok"
    assert state_of(hass, enedis, "known_until").state == (TODAY - DAY).isoformat()
    asked = len(enedis.questions)
    await live(hass, freezer, entry, local(TODAY + DAY, 5))
    assert len(enedis.questions) == asked
    await live(hass, freezer, entry, local(TODAY + DAY, 17))
    assert len(enedis.questions) <= asked + 8
    assert state_of(hass, enedis, "known_until").state == TODAY.isoformat()
    found = await intervals(hass, enedis, begin, TODAY + DAY)
    assert found == half_hours(enedis.bought, begin, TODAY + DAY)
    assert enedis.too_many == 0


async def test_a_restart_in_the_middle_of_the_filling_asks_nothing_twice(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, enedis: SimulatedEnedis
) -> None:
    begin = enedis.faults.activated = TODAY - 50 * DAY
    entry = entry_of(enedis)
    await set_up(hass, entry)
    for _ in range(6):
        await live(hass, freezer, entry, local(TODAY, 12), steps=4)
        assert await hass.config_entries.async_unload(entry.entry_id)
        await set_up(hass, entry)
    await live(hass, freezer, entry, local(TODAY, 12))
    assert len(enedis.questions) == len(set(enedis.questions))
    assert await intervals(hass, enedis, begin, TODAY) == half_hours(enedis.bought, begin, TODAY)
    # Nor in the slot that is over.
    asked = len(enedis.questions)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await set_up(hass, entry)
    await live(hass, freezer, entry, local(TODAY + DAY, 5))
    assert len(enedis.questions) == asked


async def test_each_morning_once_and_once_more_after_noon_if_yesterday_was_not_there(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, enedis: SimulatedEnedis
) -> None:
    enedis.faults.activated = TODAY - 10 * DAY
    enedis.faults.late = {TODAY: 2}
    entry = entry_of(enedis)
    await set_up(hass, entry)
    for n, wanted in enumerate(("ok", "late", "ok", "ok")):
        today = TODAY + n * DAY
        await live(hass, freezer, entry, local(today, 12))
        if n > 0:
            assert enedis.asked[today]["daily_consumption"] == 1
        await live(hass, freezer, entry, local(today, 23))
        if n > 0:
            assert enedis.asked[today]["daily_consumption"] <= 2
        if n != 2:
            assert state_of(hass, enedis, "enedis_status").state == wanted
    begin, end = enedis.faults.activated, TODAY + 3 * DAY
    assert await intervals(hass, enedis, begin, end) == half_hours(enedis.bought, begin, end)


async def test_a_day_that_is_corrected_is_corrected_with_its_curve(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, enedis: SimulatedEnedis
) -> None:
    begin = enedis.faults.activated = TODAY - 10 * DAY
    holes = {midnight(TODAY.toordinal()) + 1800 * n for n in (3, 4, 20)}
    enedis.faults.holes = lambda at: at in holes
    enedis.faults.corrected = {TODAY: 3, TODAY - 2 * DAY: 9}
    entry = entry_of(enedis)
    await set_up(hass, entry)
    await live(hass, freezer, entry, local(TODAY + DAY, 20))
    wrong = await intervals(hass, enedis, TODAY, TODAY + DAY)
    assert sum(wh for _, wh in wrong.values()) == pytest.approx(enedis.bought.day(TODAY) * 0.9, 1)
    await live(hass, freezer, entry, local(TODAY + 8 * DAY, 20))
    right = await intervals(hass, enedis, TODAY, TODAY + DAY)
    assert sum(wh for _, wh in right.values()) == enedis.bought.day(TODAY)
    true = half_hours(enedis.bought, TODAY, TODAY + DAY)
    assert {at: one for at, one in right.items() if at in true and at not in holes} == {
        at: one for at, one in true.items() if at not in holes
    }
    assert sorted(right[at][0] for at in holes & right.keys()) == [1800, 3600]
    found = await intervals(hass, enedis, begin, TODAY)
    assert found == half_hours(enedis.bought, begin, TODAY)


async def test_days_alone_where_the_curve_is_off_and_a_repair_until_it_is_on(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, enedis: SimulatedEnedis
) -> None:
    begin = enedis.faults.activated = TODAY - 60 * DAY
    enedis.faults.curve_since = None
    entry = entry_of(enedis)
    await set_up(hass, entry)
    await live(hass, freezer, entry, local(TODAY, 23))
    assert await intervals(hass, enedis, begin, TODAY) == whole_days(enedis.bought, begin, TODAY)
    asked = enedis.asked[TODAY]["consumption_load_curve"]
    assert asked == 4
    issue = ("sen1", f"enedis_no_curve_{entry.entry_id}")
    assert issue in ir.async_get(hass).issues
    assert state_of(hass, enedis, "enedis_status").state == "no_curve"
    enedis.faults.curve_since = on = TODAY + 3 * DAY
    await live(hass, freezer, entry, local(TODAY + 13 * DAY, 23))
    assert sum(one["consumption_load_curve"] for one in enedis.asked.values()) == asked
    await live(hass, freezer, entry, local(TODAY + 15 * DAY, 23))
    end = TODAY + 15 * DAY
    assert issue not in ir.async_get(hass).issues
    assert await intervals(hass, enedis, begin, end) == {
        **whole_days(enedis.bought, begin, on),
        **half_hours(enedis.bought, on, end),
    }


@pytest.mark.parametrize("options", [{"production_prm": "30002630202020"}])
async def test_what_is_sold_is_a_series_of_its_own(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, enedis: SimulatedEnedis
) -> None:
    begin = enedis.faults.activated = TODAY - 20 * DAY
    entry = entry_of(enedis)
    await set_up(hass, entry)
    await live(hass, freezer, entry, local(TODAY, 12))
    for side, truth in (("bought", enedis.bought), ("sold", enedis.sold)):
        found = await intervals(hass, enedis, begin, TODAY, side)
        assert found == half_hours(truth, begin, TODAY)


async def test_the_highest_power_is_shown_with_its_time(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, enedis: SimulatedEnedis
) -> None:
    enedis.faults.activated = TODAY - 40 * DAY
    entry = entry_of(enedis)
    await set_up(hass, entry)
    await live(hass, freezer, entry, local(TODAY, 12))

    def highest(begin: date) -> int:
        first, last = midnight(begin.toordinal()), midnight(TODAY.toordinal())
        return max(watts for _, watts in enedis.bought.steps(first, last))

    yesterday = state_of(hass, enedis, "highest_power_yesterday")
    assert float(yesterday.state) == highest(TODAY - DAY)
    assert yesterday.attributes["at"].startswith((TODAY - DAY).isoformat())
    month = state_of(hass, enedis, "highest_power_month")
    assert float(month.state) == highest(TODAY.replace(day=1))


@pytest.mark.parametrize(
    ("faults", "status", "issue", "waits"),
    [
        ({"status": 500}, "gateway_down", None, timedelta(minutes=15)),
        ({"cut": True}, "gateway_down", None, timedelta(minutes=15)),
        ({"quota": 0}, "quota", None, None),
        ({"quota": 0, "quota_in_detail": True}, "quota", None, None),
        ({"banned": True}, "banned", "enedis_banned", DAY),
        ({"consent_ended": True}, "consent_ended", "enedis_consent_ended", DAY),
        ({"other_meter": True}, "other_meter", "enedis_other_meter", DAY),
    ],
    ids=str,
)
@pytest.mark.parametrize("way", GatewayName)
async def test_each_refusal_is_a_state_waits_and_is_over(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    enedis: SimulatedEnedis,
    way: GatewayName,
    faults: dict[str, Any],
    status: str,
    issue: str | None,
    waits: timedelta | None,
) -> None:
    begin = TODAY - 10 * DAY
    enedis.faults = Faults(**faults)
    entry = entry_of(enedis, way)
    await set_up(hass, entry)
    assert state_of(hass, enedis, "enedis_status").state == status
    assert [each for _, each in ir.async_get(hass).issues] == (
        [] if issue is None else [f"{issue}_{entry.entry_id}"]
    )
    meter = entry.runtime_data
    at = meter.plan.next_at(local(TODAY, 11).timestamp())
    wanted = local(TODAY + DAY) if waits is None else local(TODAY, 11) + waits
    assert at == wanted.timestamp()
    await live(hass, freezer, entry, wanted - timedelta(seconds=1))
    assert len(enedis.questions) == 1
    enedis.faults = Faults(activated=begin)
    await live(hass, freezer, entry, local(wanted.date() + DAY, 20))
    assert state_of(hass, enedis, "enedis_status").state == "ok"
    assert ir.async_get(hass).issues == {}
    assert await intervals(hass, enedis, begin, TODAY) == half_hours(enedis.bought, begin, TODAY)


async def test_a_gateway_that_is_down_is_asked_less_and_less(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, enedis: SimulatedEnedis
) -> None:
    enedis.faults.status = 500
    entry = entry_of(enedis)
    await set_up(hass, entry)
    await live(hass, freezer, entry, local(TODAY + 7 * DAY, 11))
    assert len(enedis.questions) <= 7 + 2 * 7
    assert all(sum(one.values()) <= 7 for one in enedis.asked.values())


async def test_a_void_key_asks_the_household_and_nothing_else(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, enedis: SimulatedEnedis
) -> None:
    entry = entry_of(enedis, key="a.b.c")
    await set_up(hass, entry)
    assert state_of(hass, enedis, "enedis_status").state == "key_refused"
    (flow,) = hass.config_entries.flow.async_progress()
    assert (flow["handler"], flow["step_id"]) == (DOMAIN, "enedis_reconfigure")
    await live(hass, freezer, entry, local(TODAY + 9 * DAY))
    assert len(enedis.questions) == 1


async def test_a_meter_of_which_nothing_comes_for_ten_days_is_told(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, enedis: SimulatedEnedis
) -> None:
    enedis.faults.activated = TODAY - 10 * DAY
    enedis.faults.late = {TODAY + n * DAY: 100 for n in range(30)}
    entry = entry_of(enedis)
    await set_up(hass, entry)
    await live(hass, freezer, entry, local(TODAY + 9 * DAY))
    assert state_of(hass, enedis, "enedis_status").state == "late"
    await live(hass, freezer, entry, local(TODAY + 11 * DAY, 20))
    assert state_of(hass, enedis, "enedis_status").state == "silent"
    issues = {issue for _, issue in ir.async_get(hass).issues}
    assert f"enedis_silent_{entry.entry_id}" in issues


async def test_removal_leaves_nothing(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    enedis: SimulatedEnedis,
    recorder_mock: Recorder,
    hass_storage: dict[str, Any],
) -> None:
    begin = enedis.faults.activated = TODAY - 10 * DAY
    entry = entry_of(enedis)
    await set_up(hass, entry)
    await live(hass, freezer, entry, local(TODAY, 12))
    assert [key for key in hass_storage if "enedis" in key]
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert [key for key in hass_storage if "enedis" in key] == []
    assert await intervals(hass, enedis, begin, TODAY) == {}
    asked = len(enedis.questions)
    move_clock(hass, freezer, local(TODAY + 2 * DAY, 11).timestamp())
    assert len(enedis.questions) == asked


async def test_diagnostics_name_nobody(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, enedis: SimulatedEnedis
) -> None:
    enedis.faults = Faults(activated=TODAY - 10 * DAY, garbage=True)
    entry = entry_of(enedis)
    await set_up(hass, entry)
    await live(hass, freezer, entry, local(TODAY, 12))
    told = await async_get_config_entry_diagnostics(hass, entry)
    text = json.dumps(told)
    assert told["statuses"] == ["ok"]
    assert told["dropped"] > 0
    assert not any(one in text for one in (enedis.prm, enedis.prm[-4:], enedis.conso_key, "Home"))
