"""The series of a site by steps: parts add up to their whole, and are what the entities say."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.figures.counting.balance import HomeQuantity
from custom_components.sen1.figures.site.statistics import statistic_id
from custom_components.sen1.figures.tariff.tally import Derived
from custom_components.sen1.history.past import Meaning, async_past
from custom_components.sen1.history.points import Aggregation
from testbed.years import total

from ..conftest import contract, home_with, measure, settled, told
from .test_past import HISTORY, HOUSE, ROOF, at, half_hours, have_history, have_statistics, index_at

NOW = at("2026-11-10 14:40")
NOON = at("2026-11-10 14:00")
BEGIN = at("2025-10-20 00:00")

type Ask = Callable[..., Any]


@pytest.fixture
async def site(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> AsyncIterator[MockConfigEntry]:
    """Return a home with an imported past of two years, and a roof since March."""
    freezer.move_to(NOW)
    await hass.config.async_set_time_zone("Europe/Paris")
    await have_history(hass, BEGIN, NOON)
    await have_statistics(hass, "produced_index", ROOF, at("2026-03-15 00:00"), NOON)
    await have_statistics(hass, "sold_index", ROOF, at("2026-03-15 00:00"), NOON)
    for name in ("produced_index", "sold_index"):
        measure(hass, name, index_at(ROOF, NOON))
    measure(hass, "bought_index", 100_000)
    contracts = (
        contract(begin="2025-01-01", off_peak_hours="22:30-6:30", feed_in=0.04),
        contract(
            begin="2026-08-01", off_peak_hours="12:00-14:00", prices={"off_peak": 0.2, "peak": 0.3}
        ),
    )
    entry = await home_with(
        hass,
        *contracts,
        sources=("bought_index", "sold_index", "produced_index"),
        data={"bought_series": [HISTORY]},
    )
    yield entry
    assert await hass.config_entries.async_unload(entry.entry_id)


async def ask(
    hass: HomeAssistant,
    ws: WebSocketGenerator,
    entry: ConfigEntry,
    begin: datetime,
    end: datetime,
    step: str,
) -> dict[str, Any]:
    assert await async_setup_component(hass, "websocket_api", {})
    client = await ws(hass)
    await client.send_json_auto_id(
        {
            "type": "sen1/energies",
            "site": entry.entry_id,
            "begin": begin.isoformat(),
            "end": end.isoformat(),
            "step": step,
        }
    )
    answer: dict[str, Any] = await client.receive_json()
    return answer


async def test_parts_add_up_to_their_whole_whatever_they_are_cut_into(
    hass: HomeAssistant, site: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    begin, end = at("2026-01-01 00:00"), at("2026-11-11 00:00")
    answers = {
        step: (await ask(hass, hass_ws_client, site, begin, end, step))["result"]
        for step in ("half_hour", "hour", "day", "month")
    }
    whole = answers["month"]["quantities"]["bought"]
    for answer in answers.values():
        bought = answer["quantities"]["bought"]
        assert sum(value or 0 for value in bought["values"]) == pytest.approx(bought["total"])
        assert round(sum(cost or 0 for cost in bought["costs"]), 2) == bought["total_cost"]
        for key, digits in (("total", 4), ("total_cost", 2)):
            parts = sum(tariff[key] for tariff in bought["tariffs"].values())
            assert round(parts, digits) == bought[key] == whole[key]
        for name, tariff in bought["tariffs"].items():
            assert sum(tariff["values"]) == pytest.approx(tariff["total"], abs=0.001), name
    # They are the entities' figures, to their last digit, and the simulation's.
    assert whole["total"] == float(told(hass, site, "bought_year").state)
    assert whole["total"] == pytest.approx(total(HOUSE, begin, NOON) / 1000, abs=0.001)
    cost = told(hass, site, "cost_year").attributes["energy_cost"]
    assert whole["total_cost"] == cost
    for key in ("sold", "produced", "consumed", "self_consumed"):
        state = float(told(hass, site, f"{key}_year").state)
        found = answers["day"]["quantities"][key]
        assert found["total"] == state, key
        assert found["since"] == at("2026-03-15 00:00").timestamp() * 1000, key


async def test_what_was_bought_before_the_first_contract_has_no_cost(
    hass: HomeAssistant, site: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    first = min(site.subentries.values(), key=lambda one: one.data["begin"])
    data = {**first.data, "begin": "2026-03-01"}
    hass.config_entries.async_update_subentry(site, first, data=data)
    await settled(hass)
    begin = at("2026-01-01 00:00")
    told_of = [
        (await ask(hass, hass_ws_client, site, begin, end, "month"))["result"]["quantities"]
        for end in (at("2026-03-01 00:00"), at("2026-04-01 00:00"))
    ]
    before, after = (quantities["bought"] for quantities in told_of)
    assert before["total"] > 0
    assert (before["costs"], before["total_cost"]) == ([None, None], None)
    assert after["costs"][:2] == [None, None]
    assert after["total_cost"] == pytest.approx(after["costs"][2], abs=0.006)
    assert after["total_cost"] > 0


async def test_a_quantity_that_is_read_alone_is_as_among_all(
    hass: HomeAssistant, site: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    begin, end = at("2026-01-01 00:00"), at("2026-11-11 00:00")
    among = (await ask(hass, hass_ws_client, site, begin, end, "month"))["result"]["quantities"]
    kwh = Meaning("kWh", Aggregation.SUM)
    span = begin.timestamp(), end.timestamp()
    for quantity in (*HomeQuantity, Derived.CONSUMED):
        points = await async_past(hass, statistic_id(site, quantity), kwh, *span)
        if quantity in among:
            expected = pytest.approx(among[quantity]["total"], abs=0.0006)
            assert sum(point.value for point in points) == expected, quantity
        else:
            assert points == []
    assert {"bought", "sold", "produced", "consumed"} <= among.keys()


async def test_each_step_is_the_simulations_and_those_that_nobody_knows_are_none(
    hass: HomeAssistant, site: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    # Over the end of summer time, up to tomorrow.
    begin, end = at("2026-10-24 00:00"), at("2026-11-12 00:00")
    answer = (await ask(hass, hass_ws_client, site, begin, end, "day"))["result"]
    bounds = [datetime.fromtimestamp(at / 1000).astimezone() for at in answer["begins"]]
    bounds.append(datetime.fromtimestamp(answer["end"] / 1000).astimezone())
    assert (bounds[2] - bounds[1]) == timedelta(hours=25)
    bought = answer["quantities"]["bought"]
    for (first, last), value in zip(pairwise(bounds), bought["values"], strict=True):
        if last <= NOON:
            assert value == pytest.approx(total(HOUSE, first, last) / 1000), first
    assert bought["values"][-1] is None
    assert bought["known"][-1] == 0
    assert bought["known"][0] == 1
    # A part of an hour is its half-hours.
    first = at("2026-10-24 10:15")
    answer = await ask(hass, hass_ws_client, site, first, first + timedelta(hours=1), "month")
    known = {point.begin: point.value for point in half_hours(begin, end)}
    ten = at("2026-10-24 10:00").timestamp()
    expected = known[ten] / 2 + known[ten + 1800] + known[ten + 3600] / 2
    assert answer["result"]["quantities"]["bought"]["total"] == pytest.approx(expected, abs=0.00006)


async def test_days_that_are_cut_at_both_ends_come_to_their_half_hours(
    hass: HomeAssistant, site: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    # From a quarter past ten to a quarter to five, over the end of summer time.
    begin, end = at("2026-10-24 10:15"), at("2026-10-26 16:45")
    answer = (await ask(hass, hass_ws_client, site, begin, end, "day"))["result"]
    assert answer["begins"] == [
        moment.timestamp() * 1000
        for moment in (begin, at("2026-10-25 00:00"), at("2026-10-26 00:00"))
    ]
    bought = answer["quantities"]["bought"]
    bounds = [*(moment / 1000 for moment in answer["begins"]), end.timestamp()]
    for (first, last), value in zip(pairwise(bounds), bought["values"], strict=True):
        expected = sum(
            point.value * max(min(last, point.end) - max(first, point.begin), 0) / point.seconds
            for point in half_hours(at("2026-10-24 00:00"), at("2026-10-27 00:00"))
        )
        assert value == pytest.approx(expected, abs=0.00001)
    assert bought["known"] == [1, 1, 1]
    fine = (await ask(hass, hass_ws_client, site, begin, end, "half_hour"))["result"]
    for key, digits in (("total", 4), ("total_cost", 2)):
        assert bought[key] == pytest.approx(
            fine["quantities"]["bought"][key], abs=1.5 * 10**-digits
        )


async def test_the_highest_power_is_that_of_a_half_hour_where_nothing_was_recorded(
    hass: HomeAssistant, site: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    begin, end = at("2026-11-02 00:00"), at("2026-11-04 00:00")
    peak = (await ask(hass, hass_ws_client, site, begin, end, "day"))["result"]["peak"]
    assert (peak["unit"], peak["basis"]) == ("kW", "half_hour")
    for number, day in enumerate((begin, at("2026-11-03 00:00"))):
        known = half_hours(day, day + timedelta(days=1))
        best = max(known, key=lambda point: point.value)
        assert peak["power"][number] == pytest.approx(2 * best.value)
        assert peak["at"][number] == best.begin * 1000


async def test_the_same_time_of_last_year_is_told_with_how_much_of_it_is_known(
    hass: HomeAssistant, site: MockConfigEntry
) -> None:
    before = at("2025-11-10 14:40")
    month = told(hass, site, "bought_month").attributes
    begin = at("2025-11-01 00:00")
    known = half_hours(begin, before)
    whole = sum(p.value for p in known if p.end <= before.timestamp())
    cut = next(p for p in known if p.begin < before.timestamp() < p.end)
    assert month["same_last_year"] == pytest.approx(whole + cut.value / 3, abs=0.001)
    assert month["same_last_year_known"] == 100
    # The roof is of this year.
    assert "same_last_year" not in told(hass, site, "produced_month").attributes
