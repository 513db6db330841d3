"""What a home learnt from its own days, as its sensors and the dashboard have it."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.figures.outdoor.days import DayTemperature
from custom_components.sen1.figures.site.site import Home
from custom_components.sen1.figures.year.model import HomeModel, Unfit, kind_of
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation, Point
from testbed.household import PARIS
from testbed.weather_homes import CLIMATES, days_from, degree_days, temperatures

from ..conftest import home_with, measure, settled, told

BEGIN, TODAY = date(2024, 10, 1), date(2026, 6, 10)
SLOPE, WORKING, WEEKEND = 1.5, 9.0, 11.0

SPAN = days_from(BEGIN, (TODAY - BEGIN).days)
WEATHER = temperatures(Random(3), CLIMATES["plain"], SPAN)
COLD = degree_days(WEATHER)


def energy(day: date) -> float:
    base = WORKING if kind_of(day) == "working" else WEEKEND
    return base + SLOPE * COLD[day]


async def add(hass: HomeAssistant, name: str, days: list[date], slope: float = SLOPE) -> None:
    """Import what days came to."""
    midnights = [dt_util.start_of_local_day(day).timestamp() for day in (*days, TODAY)]
    points = [
        Point(begin, end - begin, energy(day) + (slope - SLOPE) * COLD[day])
        for day, begin, end in zip(days, midnights, midnights[1:], strict=False)
    ]
    await async_archive(hass).async_add(f"sen1:{name}", name, "kWh", Aggregation.SUM, points)


@pytest.fixture
async def clock(recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await hass.config.async_set_time_zone("Europe/Paris")
    freezer.move_to(datetime(2026, 6, 10, 12, tzinfo=PARIS))
    measure(hass, "bought_index", 100_000)
    hass.states.async_set("weather.town", "sunny", {"temperature": 15, "temperature_unit": "°C"})


async def home_of(hass: HomeAssistant, days: list[date] = SPAN, **data: Any) -> MockConfigEntry:
    """Set up a home whose days are known, and their temperatures."""
    data = {
        "bought_series": ["sen1:house"],
        "outdoor": "weather.town",
        "heating": "electric",
        **data,
    }
    entry = await home_with(hass, data=data)
    home: Home = entry.runtime_data
    for day in days:
        home.outdoor.days[day] = DayTemperature(WEATHER[day] - 3, WEATHER[day] + 3, 1.0)
    home.cold.update()
    await settled(hass)
    return entry


async def ask(
    hass: HomeAssistant, ws: WebSocketGenerator, command: str, **parameters: str
) -> dict[str, Any]:
    client = await ws(hass)
    await client.send_json_auto_id({"type": f"sen1/{command}", **parameters})
    answer: dict[str, Any] = await client.receive_json()
    return answer


async def test_a_home_tells_what_its_days_taught(
    clock: None, hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    await add(hass, "house", SPAN)
    entry = await home_of(hass)
    state = told(hass, entry, "cold_explains")
    assert state.state == "100"
    assert state.attributes["base_working"] == WORKING
    assert state.attributes["base_weekend"] == WEEKEND
    assert state.attributes["trust"] == "good"
    assert (state.attributes["reason"], state.attributes["quantity"]) == (None, "bought")
    assert (state.attributes["end"], state.attributes["days"]) == ("2026-06-10", 365)
    slope = told(hass, entry, "energy_per_degree_day")
    assert float(slope.state) == SLOPE
    assert slope.attributes["low"] <= SLOPE <= slope.attributes["high"]
    assert slope.attributes["unit_of_measurement"] == "kWh/(°C·d)"

    answer = (await ask(hass, hass_ws_client, "model", site=entry.entry_id))["result"]
    assert (answer["state"], answer["reason"], answer["quantity"]) == ("fitted", None, "bought")
    assert (answer["begin"], answer["end"], answer["days"]) == ("2025-06-10", "2026-06-10", 365)
    assert answer["slope"]["value"] == pytest.approx(SLOPE)
    assert answer["base"]["working"]["value"] == pytest.approx(WORKING)
    assert answer["base"]["weekend"]["value"] == pytest.approx(WEEKEND)
    assert answer["base_mean"]["value"] == pytest.approx((5 * WORKING + 2 * WEEKEND) / 7)
    assert answer["explained"] == pytest.approx(1)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_months_are_told_in_a_usual_weather_beside_what_they_were(
    clock: None, hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    await add(hass, "house", SPAN)
    entry = await home_of(hass)
    home: Home = entry.runtime_data
    usual = home.cold.usual
    assert usual is not None
    days = {"begin": "2026-01-01", "end": "2026-07-01", "step": "month"}
    answer = (await ask(hass, hass_ws_client, "corrected", site=entry.entry_id, **days))["result"]
    assert answer["quantity"] == "bought"
    assert answer["slope"] == pytest.approx(SLOPE)
    whole = [day for day in SPAN if date(2026, 1, 1) <= day < date(2026, 6, 1)]
    january = [day for day in whole if day.month == 1]
    assert answer["values"][0] == pytest.approx(sum(map(energy, january)))
    # Base of the days that were, heat of the days that are usual.
    expected = sum(energy(day) + SLOPE * (usual.of(day) - COLD[day]) for day in january)
    assert answer["corrected"][0] == pytest.approx(expected)
    # June goes on: it is not corrected, and in neither total.
    assert answer["values"][5] is not None
    assert answer["corrected"][5] is None
    assert answer["known"] == [1] * 6
    assert answer["total"] == pytest.approx(sum(map(energy, whole)))
    assert answer["corrected_total"] == pytest.approx(sum(answer["corrected"][:5]))
    june = dt_util.start_of_local_day(date(2026, 6, 1))
    assert answer["whole_until"] == june.timestamp() * 1000
    assert answer["reason"] is None
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_winter_is_fitted_with_the_summer_beside_it(
    clock: None, hass: HomeAssistant
) -> None:
    await add(hass, "house", SPAN)
    entry = await home_of(hass)
    home: Home = entry.runtime_data
    newest = home.learnt.of(date(2025, 11, 1), date(2026, 4, 1))
    assert isinstance(newest, HomeModel)
    assert (newest.begin, newest.end) == (date(2025, 4, 1), date(2026, 4, 1))
    # Before the first winter nothing is known: its summer is the one that followed.
    first = home.learnt.of(date(2024, 11, 1), date(2025, 4, 1))
    assert isinstance(first, HomeModel)
    assert (first.begin, first.end) == (BEGIN, date(2025, 7, 17))
    assert home.learnt.of(date(2024, 11, 1), date(2025, 4, 1)) is first
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_year_that_cannot_be_fitted_leaves_the_one_before_it(
    clock: None, hass: HomeAssistant
) -> None:
    """Since last summer no temperature is known: what was learnt until then still counts."""
    await add(hass, "house", SPAN)
    entry = await home_of(hass, [day for day in SPAN if day < date(2025, 11, 1)])
    home: Home = entry.runtime_data
    model = home.learnt.model
    assert isinstance(model, HomeModel)
    assert model.end <= date(2025, 11, 1)
    assert model.slope.value == pytest.approx(SLOPE)
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        pytest.param([], Unfit.NO_TEMPERATURE, id="no temperature"),
        pytest.param(SPAN[-40:], Unfit.FEW_DAYS, id="forty days"),
        pytest.param(SPAN[30:160], Unfit.NO_SUMMER, id="a winter"),
    ],
)
async def test_a_home_tells_why_it_has_learnt_nothing(
    clock: None,
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    days: list[date],
    reason: Unfit,
) -> None:
    await add(hass, "house", SPAN)
    entry = await home_of(hass, days)
    assert told(hass, entry, "energy_per_degree_day").state == "unknown"
    state = told(hass, entry, "cold_explains")
    answer = (await ask(hass, hass_ws_client, "model", site=entry.entry_id))["result"]
    assert state.state == "unknown"
    assert answer["state"] == "unfit"
    assert answer["reason"] == state.attributes["reason"]
    assert answer["slope"] is answer["base"] is answer["explained"] is None
    span = {"begin": "2024-10-01", "end": "2025-09-01"}
    of_days = await ask(hass, hass_ws_client, "model", site=entry.entry_id, **span)
    assert reason in (answer["reason"], of_days["result"]["reason"])
    months = await ask(hass, hass_ws_client, "corrected", site=entry.entry_id, step="month", **span)
    told_months = months["result"]
    assert told_months["reason"] == answer["reason"]
    assert told_months["corrected"] == [None] * 11
    assert told_months["corrected_total"] is None
    assert told_months["total"] == pytest.approx(
        sum(energy(day) for day in SPAN if day < date(2025, 9, 1))
    )
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("command", "change", "code"),
    [
        ("model", {"site": "nobody"}, "not_found"),
        ("model", {"begin": "2026-01-01"}, "invalid_format"),
        ("model", {"begin": "2026-01-01", "end": "2025-01-01"}, "invalid_format"),
        ("corrected", {"site": "nobody"}, "not_found"),
        ("corrected", {"end": "2025-01-01"}, "invalid_format"),
        ("corrected", {"step": "day"}, "invalid_format"),
    ],
)
async def test_what_cannot_be_told_is_refused(
    clock: None,
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    command: str,
    change: dict[str, str],
    code: str,
) -> None:
    entry = await home_with(hass)
    asked = {"site": entry.entry_id}
    if command == "corrected":
        asked |= {"begin": "2026-01-01", "end": "2026-02-01", "step": "month"}
    answer = await ask(hass, hass_ws_client, command, **asked | change)
    assert answer["error"]["code"] == code
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_the_forecast_knows_how_cold_the_days_were(clock: None, hass: HomeAssistant) -> None:
    """The same days after a hard winter come to less than after a mild one."""
    await add(hass, "house", SPAN)
    entry = await home_of(hass)
    home: Home = entry.runtime_data
    usual = home.cold.usual
    assert usual is not None
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    expected = sum(
        energy(day)
        if day < TODAY
        else (WORKING if kind_of(day) == "working" else WEEKEND) + SLOPE * usual.of(day)
        for day in year
    )
    assert float(told(hass, entry, "forecast_energy").state) == pytest.approx(expected, rel=0.03)
    assert await hass.config_entries.async_unload(entry.entry_id)
