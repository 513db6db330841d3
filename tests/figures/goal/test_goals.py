"""Goals in Home Assistant: their form, their entities, what the dashboard is told, their notes."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.figures.counting.steps import steps_of
from custom_components.sen1.figures.goal.flow import winter_of
from custom_components.sen1.figures.tariff.tally import Commodity, Tally
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import async_committed
from testbed.household import PARIS
from testbed.statistics import have_rows
from testbed.years import total

from ...conftest import schema_of
from ..conftest import MakeAccount, contract, home_with, measure, settled, told
from ..site.test_past import (
    HISTORY,
    HOUSE,
    ROOF,
    at,
    have_history,
    have_statistics,
    index_at,
    pass_to,
)
from .homes import LAST_WINTER, THIS_WINTER, TwoWinters, two_winters
from .test_progress import looked_at

NOW = at("2026-11-10 14:40")
NOON = at("2026-11-10 14:00")
BEGIN = at("2025-10-01 00:00")

SAVING = {
    "kind": "saving",
    "quantity": "bought",
    "target": 8,
    "begin": "2026-10-05",
    "end": "2027-03-31",
    "reference_begin": "2025-10-05",
    "reference_end": "2026-03-31",
    "corrected": False,
}
YEAR = {"begin": "2026-01-01", "end": "2026-12-31", "quantity": "bought", "corrected": False}


@pytest.fixture
async def site(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> AsyncIterator[MockConfigEntry]:
    """Return a home with an imported past of more than a year, a contract, and a roof."""
    freezer.move_to(NOW)
    await hass.config.async_set_time_zone("Europe/Paris")
    await have_history(hass, BEGIN, NOON)
    for name in ("produced_index", "sold_index"):
        await have_statistics(hass, name, ROOF, at("2026-03-15 00:00"), NOON)
        measure(hass, name, index_at(ROOF, NOON))
    measure(hass, "bought_index", 100_000)
    entry = await home_with(
        hass,
        contract(begin="2025-01-01", off_peak_hours="22:30-6:30"),
        sources=("bought_index", "sold_index", "produced_index"),
        data={"bought_series": [HISTORY], "heating": "electric"},
    )
    yield entry
    assert await hass.config_entries.async_unload(entry.entry_id)


async def set_goal(hass: HomeAssistant, entry: MockConfigEntry, name: str, **said: Any) -> str:
    """Add a goal through its form; return its id."""
    known = set(entry.subentries)
    result = await ask_for_goal(hass, entry, name, **said)
    assert result["type"] == "create_entry", result
    await settled(hass)
    (subentry_id,) = set(entry.subentries) - known
    return subentry_id


async def ask_for_goal(
    hass: HomeAssistant, entry: MockConfigEntry, name: str, **said: Any
) -> dict[str, Any]:
    flows = hass.config_entries.subentries
    form = await flows.async_init((entry.entry_id, "goal"), context={"source": "user"})
    return dict(await flows.async_configure(form["flow_id"], {"name": name, **said}))


async def goals_told(
    hass: HomeAssistant, ws: WebSocketGenerator, entry: MockConfigEntry
) -> list[dict[str, Any]]:
    client = await ws(hass)
    await client.send_json_auto_id({"type": "sen1/goals", "site": entry.entry_id})
    answer = await client.receive_json()
    assert answer["success"], answer
    goals: list[dict[str, Any]] = answer["result"]["goals"]
    return goals


def kwh(begin: date, end: date) -> float:
    """Return what the house used on the days of [begin, end)."""
    first, last = (datetime(d.year, d.month, d.day, tzinfo=PARIS) for d in (begin, end))
    return total(HOUSE, first, last) / 1000


async def test_a_saving_is_set_while_the_home_runs_and_told_at_once(
    hass: HomeAssistant, site: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    runtime = site.runtime_data
    goal = await set_goal(hass, site, "Less this winter", **SAVING)
    assert site.runtime_data is runtime
    # From a Monday on, compared with the Monday next to the same date.
    used = kwh(date(2026, 10, 5), date(2026, 11, 10))
    expected = kwh(date(2025, 10, 6), date(2025, 11, 11))
    saved = 100 * (1 - used / expected)
    state = told(hass, site, f"{goal}_goal_progress")
    assert float(state.state) == pytest.approx(saved, abs=0.006)
    assert state.attributes["unit_of_measurement"] == "%"
    assert state.attributes["expected"] == pytest.approx(expected, abs=0.001)
    assert state.attributes["low"] < state.attributes["heading"] < state.attributes["high"]
    assert told(hass, site, f"{goal}_goal_state").state == "possible"
    assert told(hass, site, f"{goal}_note").state == "unknown"
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), site.entry_id)
    above = {device.name: device.via_device_id for device in devices}
    (own,) = (device.id for device in devices if device.name == "Home")
    assert above["Less this winter"] == own

    (answer,) = await goals_told(hass, hass_ws_client, site)
    assert answer["id"] == goal
    assert answer["name"] == "Less this winter"
    assert answer["reference"] == {"begin": "2025-10-05", "end": "2026-03-31"}
    assert answer["done"] == {
        "value": pytest.approx(expected - used, abs=0.001),
        "unit": "kWh",
        "percent": pytest.approx(saved, abs=0.001),
    }
    assert answer["known"] == 1
    assert answer["days"][-1] == {"day": "2026-11-09", "percent": answer["done"]["percent"]}
    assert [(m["begin"], m["end"]) for m in answer["months"]] == [
        ("2026-10-05", "2026-10-31"),
        ("2026-11-01", "2026-11-09"),
    ]
    assert (answer["state"], answer["reason"]) == ("possible", None)


async def test_the_form_suggests_this_winter_against_the_last(
    hass: HomeAssistant, site: MockConfigEntry
) -> None:
    flows = hass.config_entries.subentries
    form = await flows.async_init((site.entry_id, "goal"), context={"source": "user"})
    suggested = {
        field.schema: (field.description or {}).get("suggested_value") for field in schema_of(form)
    }
    assert suggested == {
        "name": None,
        "kind": "saving",
        "target": 8,
        "quantity": "bought",
        "begin": "2026-10-01",
        "end": "2027-03-31",
        "reference_begin": "2025-10-01",
        "reference_end": "2026-03-31",
        # Nothing tells the temperature.
        "corrected": False,
    }


@pytest.mark.parametrize(
    ("today", "is_southern", "winter"),
    [
        (date(2026, 1, 14), False, (date(2025, 10, 1), date(2026, 3, 31))),
        (date(2026, 6, 24), False, (date(2026, 10, 1), date(2027, 3, 31))),
        (date(2026, 6, 24), True, (date(2026, 4, 1), date(2026, 9, 30))),
        (date(2026, 11, 1), True, (date(2027, 4, 1), date(2027, 9, 30))),
    ],
)
def test_winter_is_where_it_is_cold(
    today: date, is_southern: bool, winter: tuple[date, date]
) -> None:
    assert winter_of(today, is_southern=is_southern) == winter


@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        ({"target": 101}, {"target": "above_100"}),
        ({"end": "2026-10-04"}, {"end": "ends_before_it_begins"}),
        ({"end": "2036-10-04"}, {"end": "too_long"}),
        ({"reference_begin": None}, {"reference_begin": "no_reference"}),
        ({"reference_end": None}, {"reference_end": "no_reference"}),
        ({"reference_end": "2025-10-04"}, {"reference_end": "ends_before_it_begins"}),
        ({"reference_end": "2026-10-05"}, {"reference_end": "reference_overlaps"}),
        ({"reference_end": "2026-02-28"}, {"reference_end": "reference_unlike"}),
        ({"corrected": True}, {"corrected": "no_temperature"}),
        ({"corrected": True, "quantity": "water"}, {"corrected": "water_is_not_heat"}),
        ({"quantity": "gas"}, {"kind": "no_such_quantity"}),
    ],
)
async def test_what_cannot_be_a_goal_is_told_and_then_put_right(
    hass: HomeAssistant, wrong: dict[str, Any], errors: dict[str, str]
) -> None:
    measure(hass, "bought_index", 100_000)
    entry = await home_with(hass)
    said = {key: value for key, value in {**SAVING, **wrong}.items() if value is not None}
    flows = hass.config_entries.subentries
    form = await flows.async_init((entry.entry_id, "goal"), context={"source": "user"})
    result = await flows.async_configure(form["flow_id"], {"name": "Goal", **said})
    assert result["errors"] == errors
    result = await flows.async_configure(form["flow_id"], {"name": "Goal", **SAVING})
    assert result["type"] == "create_entry"
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_site_sets_itself_only_what_it_can_measure(hass: HomeAssistant) -> None:
    measure(hass, "produced_power", 300)
    entry = await home_with(hass, sources=("produced_power",))
    for kind, error in (
        ("cost", "no_contract"),
        ("max_power", "no_such_quantity"),
        ("energy", "no_such_quantity"),
    ):
        result = await ask_for_goal(hass, entry, "Goal", **YEAR, kind=kind, target=9)
        assert result["errors"] == {"kind": error}
    assert await hass.config_entries.async_unload(entry.entry_id)
    measure(hass, "bought_power", 300)
    other = await home_with(hass, sources=("bought_power",), title="Other")
    result = await ask_for_goal(hass, other, "Goal", **YEAR, kind="self_consumption", target=70)
    assert result["errors"] == {"kind": "no_production"}
    assert await hass.config_entries.async_unload(other.entry_id)


async def test_a_budget_is_what_the_home_says_of_the_year_and_goes_on_during_the_day(
    hass: HomeAssistant,
    site: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    hass_ws_client: WebSocketGenerator,
) -> None:
    energy = await set_goal(hass, site, "Ten thousand", **YEAR, kind="energy", target=10_000)
    cost = await set_goal(hass, site, "Two thousand", **YEAR, kind="cost", target=2_000)
    for _ in range(2):
        for goal, sensor in ((energy, "bought_year"), (cost, "cost_year")):
            whole = float(told(hass, site, sensor).state)
            state = told(hass, site, f"{goal}_goal_progress")
            assert state.attributes["used"] == pytest.approx(whole, rel=1e-4)
            assert float(state.state) == pytest.approx(
                100 * whole / state.attributes["target"], abs=0.02
            )
        measure(hass, "bought_index", 103_000)
        await settled(hass)
        await pass_to(hass, freezer, at("2026-11-10 14:42"))
    answers = {goal["id"]: goal for goal in await goals_told(hass, hass_ws_client, site)}
    assert answers[energy]["done"]["unit"] == "kWh"
    assert answers[cost]["done"]["unit"] == "EUR"
    # What is known of last year is less than nine tenths of it.
    assert answers[energy]["shape"] == "usual"
    year = kwh(date(2026, 1, 1), date(2027, 1, 1))
    heading = answers[energy]["heading"]
    assert heading["value"] == pytest.approx(year, rel=0.05)
    assert heading["low"] < year < heading["high"]
    assert sum(month["used"] for month in answers[energy]["months"]) == pytest.approx(
        kwh(date(2026, 1, 1), date(2026, 11, 10)), abs=0.01
    )


async def test_a_share_of_the_sun_and_a_limit_are_told_of_what_is_known(
    hass: HomeAssistant, site: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    since = {**YEAR, "begin": "2026-10-20"}
    share = await set_goal(hass, site, "Sun", **since, kind="self_consumption", target=70)
    power = await set_goal(hass, site, "Below 9 kVA", **since, kind="max_power", target=9)
    for _ in range(100):
        # The clock stands still, so nothing sleeps.
        await async_committed(hass)
        if site.runtime_data.goals.of(power).done is not None:
            break
    answers = {goal["id"]: goal for goal in await goals_told(hass, hass_ws_client, site)}
    # All that the roof gives is sold here.
    assert answers[share]["done"]["percent"] == 0
    assert answers[share]["expected"]["value"] > 0
    assert answers[share]["reason"] == "no_last_year"
    limit = answers[power]
    hours = [
        HOUSE.hour(datetime.fromtimestamp(ms, UTC))
        for ms in range(round(at("2026-10-20 00:00").timestamp()), round(NOON.timestamp()), 3600)
    ]
    # Three quarters of an hour's energy are in its second half.
    assert limit["done"]["value"] == pytest.approx(max(hours) * 1.5 / 1000, abs=0.001)
    assert limit["at"] is not None
    assert limit["state"] == "ahead"
    assert limit["missing"] == 0


async def test_a_limit_is_gone_beyond_within_a_minute_and_for_good(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    measure(hass, "bought_power", 4_000)
    entry = await home_with(hass, sources=("bought_power",))
    goal = await set_goal(hass, entry, "Below 9 kVA", **YEAR, kind="max_power", target=9)
    early = await set_goal(
        hass, entry, "Next", **YEAR | {"begin": "2026-12-01"}, kind="max_power", target=9
    )
    for number, (watts, percent) in enumerate(((4_500, 50), (9_450, 105), (300, 105)), 1):
        measure(hass, "bought_power", watts)
        await settled(hass)
        await pass_to(hass, freezer, NOW + timedelta(minutes=2 * number))
        assert float(told(hass, entry, f"{goal}_goal_progress").state) == percent
    assert told(hass, entry, f"{goal}_goal_state").state == "missed"
    assert told(hass, entry, f"{goal}_goal_progress").attributes["missing"] == 0.45
    assert told(hass, entry, f"{goal}_note").attributes["event_type"] == "off_track"
    assert told(hass, entry, f"{early}_goal_state").attributes["reason"] == "not_begun"
    diagnostics = entry.runtime_data.diagnostics()["goals"]
    assert {"kind": "max_power", "state": "missed"}.items() <= diagnostics[0].items()
    assert "Below" not in str(diagnostics)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_water_has_a_budget_in_its_own_unit_the_same_on_each_day(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW)
    measure(hass, "bought_power", 300)
    entry = await home_with(hass, sources=("bought_power",))
    days = {**YEAR, "begin": "2026-10-01", "quantity": "water"}
    result = await ask_for_goal(hass, entry, "Water", **days, kind="energy", target=30)
    assert result["errors"] == {"kind": "no_such_quantity"}
    book = entry.runtime_data.spending.book
    midnights = [at_midnight(number).timestamp() for number in range(101)]
    points = [Point(day, after - day, 0.25) for day, after in pairwise(midnights)]
    begin, end = (round(at(t).timestamp() * 1000) for t in ("2026-08-01 00:00", "2026-11-09 00:00"))
    tallies: dict[date, Tally] = {}
    for moment, step in steps_of(points, begin, end).items():
        day = book.accountant.calendar.day(moment)
        tally = book.accountant.tally({Commodity.WATER: {moment: step}}, ())
        tallies.setdefault(day, Tally()).add(tally)
    book.settle(date(2026, 8, 1), tallies, {}, date(2026, 11, 10))
    goal = await set_goal(hass, entry, "Water", **days, kind="energy", target=30)
    state = told(hass, entry, f"{goal}_goal_progress")
    assert float(state.state) == 32.5
    assert (state.attributes["done"], state.attributes["unit"]) == (9.75, "m³")
    assert state.attributes["shape"] == "even"
    assert state.attributes["heading"] == pytest.approx(92 * 0.25)
    assert await hass.config_entries.async_unload(entry.entry_id)


def at_midnight(number: int) -> datetime:
    """Return when a day from 1 August 2026 on begins."""
    day = date(2026, 8, 1) + timedelta(days=number)
    return datetime(day.year, day.month, day.day, tzinfo=PARIS)


async def test_a_goal_is_changed_and_removed_without_a_reload(
    hass: HomeAssistant, site: MockConfigEntry
) -> None:
    runtime = site.runtime_data
    goal = await set_goal(hass, site, "Year", **YEAR, kind="energy", target=10_000)
    flows = hass.config_entries.subentries
    form = await flows.async_init(
        (site.entry_id, "goal"), context={"source": "reconfigure", "subentry_id": goal}
    )
    changed = {**YEAR, "kind": "energy", "target": 20_000}
    await flows.async_configure(form["flow_id"], {"name": "Year", **changed})
    await settled(hass)
    state = told(hass, site, f"{goal}_goal_progress")
    assert state.attributes["target"] == 20_000
    assert "reference_begin" not in site.subentries[goal].data
    hass.config_entries.async_remove_subentry(site, goal)
    await settled(hass)
    assert site.runtime_data is runtime
    assert runtime.goals.progress == {}
    with pytest.raises(KeyError):
        told(hass, site, f"{goal}_goal_progress")


async def test_of_a_goal_no_more_than_one_note_is_told_a_week_whatever_restarts(
    hass: HomeAssistant, site: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    goal = await set_goal(hass, site, "Year", **YEAR, kind="energy", target=20_000)
    first = told(hass, site, f"{goal}_note")
    assert first.attributes["event_type"] == "on_track"
    assert first.attributes["high"] < 20_000
    for moment in ("2026-11-11 00:00", "2026-11-16 00:00"):
        await pass_to(hass, freezer, at(moment))
        assert told(hass, site, f"{goal}_note").state == first.state
    await hass.config_entries.async_reload(site.entry_id)
    await settled(hass)
    assert told(hass, site, f"{goal}_note").state == first.state
    await pass_to(hass, freezer, at("2026-11-17 00:00"))
    assert told(hass, site, f"{goal}_note").state > first.state


async def test_what_is_over_is_told_once(
    hass: HomeAssistant, site: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    over = {**YEAR, "end": "2026-11-09"}
    met = await set_goal(hass, site, "Met", **over, kind="energy", target=20_000)
    missed = await set_goal(hass, site, "Missed", **over, kind="energy", target=1_000)
    notes = {goal: told(hass, site, f"{goal}_note") for goal in (met, missed)}
    assert notes[met].attributes["event_type"] == "met"
    assert notes[missed].attributes["event_type"] == "off_track"
    await pass_to(hass, freezer, at("2026-12-01 00:00"))
    for goal, note in notes.items():
        assert told(hass, site, f"{goal}_note").state == note.state


async def test_a_goal_is_shared_as_one_percentage_a_day(
    hass: HomeAssistant, site: MockConfigEntry, make_account: MakeAccount
) -> None:
    goal = await set_goal(hass, site, "Less this winter", **SAVING)
    progress = told(hass, site, f"{goal}_goal_progress").entity_id
    account = await make_account()
    flows = hass.config_entries.subentries
    form = await flows.async_init((account.entry_id, "publication"), context={"source": "user"})
    form = await flows.async_configure(form["flow_id"], {"entity": progress})
    assert form["step_id"] == "details", form
    details = {"title": "Our winter", "direction": "none", "interval_s": 60, "granularity": "p1d"}
    result = await flows.async_configure(form["flow_id"], details)
    assert result["type"] == "create_entry", result
    (publication,) = account.get_subentries_of_type("publication")
    assert publication.data["granularity"] == "P1D"
    # RFC 8798 has it: a hundredth of a number without unit.
    assert publication.data["unit"] == "/100"
    measurement = publication.data["measurement"]
    assert (measurement["unit"], measurement["aggregation"]) == ("%", "mean")
    assert "kwh" not in str(dict(publication.data)).lower()


async def test_one_day_alone_is_a_goal_of_which_nothing_can_be_told(
    hass: HomeAssistant, site: MockConfigEntry
) -> None:
    one = {"begin": "2026-11-09", "end": "2026-11-09"}
    before = {"reference_begin": "2025-11-10", "reference_end": "2025-11-10"}
    goal = await set_goal(hass, site, "One day", **{**SAVING, **one, **before})
    assert told(hass, site, f"{goal}_goal_state").attributes["reason"] == "few_days"


async def test_a_site_that_is_not_there_has_no_goals(
    hass: HomeAssistant, site: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    assert await goals_told(hass, hass_ws_client, site) == []
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "sen1/goals", "site": "nowhere"})
    assert (await client.receive_json())["error"]["code"] == "not_found"


# In equal cold

THERMOMETER = "sensor.garden"
COLD_NOW = at("2026-01-14 18:42")


def points_of(home: TwoWinters, end: date) -> Iterator[Point]:
    """Yield what a home used, a day at a time, spread evenly."""
    for day, energy in home.used.items():
        if day < end:
            begin, after = (
                datetime(d.year, d.month, d.day, tzinfo=PARIS).timestamp()
                for d in (day, day + timedelta(days=1))
            )
            yield Point(begin, after - begin, energy)


async def have_cold(hass: HomeAssistant, cold: Mapping[date, float], end: datetime) -> None:
    """Give a thermometer the statistics of days of these degree-days."""
    metadata = StatisticMetaData(
        has_sum=False,
        mean_type=StatisticMeanType.ARITHMETIC,
        name=None,
        source="recorder",
        statistic_id=THERMOMETER,
        unit_class="temperature",
        unit_of_measurement="°C",
    )
    first = min(cold)
    hour = datetime(first.year, first.month, first.day, tzinfo=PARIS).astimezone(UTC)
    rows = []
    while hour < end:
        mean = 18 - cold[hour.astimezone(PARIS).date()]
        rows.append(StatisticData(start=hour, min=mean, max=mean, mean=mean))
        hour += timedelta(hours=1)
    await have_rows(hass, metadata, rows)


async def test_in_equal_cold_a_mild_winter_is_no_saving(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    home = two_winters(7, milder=2.5)
    today = COLD_NOW.date()
    freezer.move_to(COLD_NOW)
    await hass.config.async_set_time_zone("Europe/Paris")
    hass.states.async_set(THERMOMETER, "4", {"unit_of_measurement": "°C"})
    await have_cold(hass, home.cold, COLD_NOW.replace(minute=0))
    points = list(points_of(home, today))
    await async_archive(hass).async_add(HISTORY, "File", "kWh", Aggregation.SUM, points)
    measure(hass, "bought_index", 100_000)
    entry = await home_with(
        hass, data={"bought_series": [HISTORY], "outdoor": THERMOMETER, "heating": "heat_pump"}
    )
    days = {"begin": THIS_WINTER, "end": date(2026, 3, 31), "reference_begin": LAST_WINTER}
    said = {
        **SAVING,
        **{key: day.isoformat() for key, day in days.items()},
        "reference_end": "2025-03-31",
    }
    equal = await set_goal(hass, entry, "In equal cold", **said | {"corrected": True})
    raw = await set_goal(hass, entry, "As it is", **said)
    same = looked_at(home, today)
    corrected = told(hass, entry, f"{equal}_goal_progress")
    assert float(corrected.state) == pytest.approx(same.percent, abs=0.01)
    assert corrected.attributes["low"] < 0 < corrected.attributes["high"]
    assert float(told(hass, entry, f"{raw}_goal_progress").state) > 8
    assert told(hass, entry, f"{raw}_goal_state").state == "possible"
    # With another thermometer nothing is known of that winter.
    data = {**entry.data, "outdoor": "sensor.other"}
    hass.config_entries.async_update_entry(entry, data=data)
    await hass.async_block_till_done()
    state = told(hass, entry, f"{equal}_goal_state")
    assert (state.state, state.attributes["reason"]) == ("unknown", "no_temperature")
    assert await hass.config_entries.async_unload(entry.entry_id)
