"""Parts of projects in a Home Assistant: from the sensors of a friend to one's own figures."""

import asyncio
from collections import Counter
from contextlib import suppress
from copy import deepcopy
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.diagnostics import async_get_config_entry_diagnostics
from custom_components.sen1.figures.project import source
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import async_hours
from testbed.waiting import until

from ...conftest import schema_of
from ..conftest import MakeAccount, told

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 6, 10, 12, 0, tzinfo=PARIS)
SHEET = {
    "options": ["solar", "other"],
    "shares": 160,
    "capital": 40_000,
    "surface": 64,
    "expected": 10_000,
    "sale_price": 0.12,
    "currency": "EUR",
}


class Friend:
    """What the federation makes of a cooperative's series: sensors of a device."""

    def __init__(self, hass: HomeAssistant, entry: MockConfigEntry, name: str) -> None:
        self.hass = hass
        self.name = name
        device = dr.async_get(hass).async_get_or_create(
            config_entry_id=entry.entry_id, identifiers={(DOMAIN, name)}, name=name
        )
        for key in ("index_project", "index_reading", "power_reading"):
            er.async_get(hass).async_get_or_create(
                "sensor",
                DOMAIN,
                f"{name}_{key}",
                suggested_object_id=f"{name}_{key}",
                original_name=name.capitalize(),
                config_entry=entry,
                device_id=device.id,
            )
        self.describe()
        self.power(0)

    def describe(self, **sheet: object) -> None:
        self.hass.states.async_set(f"sensor.{self.name}_index_project", "solar", SHEET | sheet)

    def index(self, wh: object, **attributes: object) -> None:
        self.hass.states.async_set(
            f"sensor.{self.name}_index_reading",
            str(wh),
            {"unit_of_measurement": "Wh", "device_class": "energy", **attributes},
        )

    def power(self, watts: object) -> None:
        self.hass.states.async_set(
            f"sensor.{self.name}_power_reading",
            str(watts),
            {"unit_of_measurement": "kW", "device_class": "power"},
        )


@pytest.fixture
def noon(freezer: FrozenDateTimeFactory) -> FrozenDateTimeFactory:
    """Begin on a day in June; to be asked for before an account."""
    freezer.move_to(NOW)
    return freezer


@pytest.fixture
async def account(make_account: MakeAccount) -> MockConfigEntry:
    """Return a sharing account whose server is away."""
    return await make_account()


async def hold(
    hass: HomeAssistant, entry: MockConfigEntry, friend: str, shares: int, **other: Any
) -> ConfigSubentry:
    """Add a part of a project, with the sensors that the form suggests."""
    flows = hass.config_entries.subentries
    known = set(entry.subentries)
    flow = await flows.async_init((entry.entry_id, "shareholding"), context={"source": "user"})
    project = er.async_get(hass).async_get(f"sensor.{friend}_index_project")
    assert project is not None
    flow = await flows.async_configure(flow["flow_id"], {"project": project.id})
    assert flow["step_id"] == "details"
    suggested = {
        key.schema: key.description["suggested_value"]
        for key in schema_of(flow)
        if key.description and "suggested_value" in key.description
    }
    given = suggested | {"shares": shares, **other}
    result = await flows.async_configure(flow["flow_id"], given)
    assert result["type"] == "create_entry", result
    await hass.async_block_till_done()
    (subentry_id,) = set(entry.subentries) - known
    return entry.subentries[subentry_id]


def figure(hass: HomeAssistant, subentry: ConfigSubentry, key: str) -> Any:
    """Return the state of a figure of a part."""
    entity_id = er.async_get(hass).async_get_entity_id(
        "sensor", DOMAIN, f"{subentry.subentry_id}_{key}"
    )
    assert entity_id is not None
    return hass.states.get(entity_id)


async def later(hass: HomeAssistant, freezer: FrozenDateTimeFactory, **delta: float) -> None:
    await hass.async_block_till_done()
    freezer.tick(timedelta(**delta))
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(**delta))
    await hass.async_block_till_done()


async def test_a_part_of_a_project_is_worked_out_from_the_shares(
    hass: HomeAssistant, noon: FrozenDateTimeFactory, account: MockConfigEntry
) -> None:
    oncime = Friend(hass, account, "oncime")
    oncime.index(1_000_000)
    oncime.power(4.8)
    part = await hold(hass, account, "oncime", 10)
    assert part.title == "Oncime"
    assert figure(hass, part, "shares").state == "10"
    assert figure(hass, part, "part").state == "6.2500"
    invested = figure(hass, part, "invested")
    assert (invested.state, invested.attributes["project"]) == ("2500.00", 40_000)
    assert invested.attributes["unit_of_measurement"] == "EUR"
    assert figure(hass, part, "surface").state == "4.0000"
    assert not {"yield_expected", "yield_from", "yield_to"} & set(
        figure(hass, part, "shares").attributes
    )
    oncime.describe(yield_expected=3.5, yield_from=2, yield_to=4)
    await hass.async_block_till_done()
    said = figure(hass, part, "shares").attributes
    assert [said[f"yield_{key}"] for key in ("expected", "from", "to")] == [3.5, 2, 4]
    power = figure(hass, part, "power")
    assert (power.state, power.attributes["project"]) == ("300.0", 4800)

    noon.tick(3600)
    oncime.index(1_027_750)
    await later(hass, noon, seconds=61)
    for key in ("energy_today", "energy_month", "energy_year", "energy_total"):
        energy = figure(hass, part, key)
        # 27.75 kWh by 10/160.
        assert energy.state == "1.7344", key
        assert energy.attributes["project"] == 27.75
        assert energy.attributes["begin"] == "2026-06-10"
    assert figure(hass, part, "income").state == "0.21"


async def test_the_power_follows_at_once_and_is_unavailable_with_its_sensor(
    hass: HomeAssistant, account: MockConfigEntry
) -> None:
    oncime = Friend(hass, account, "oncime")
    oncime.index(0)
    part = await hold(hass, account, "oncime", 16)
    oncime.power(2)
    await hass.async_block_till_done()
    assert figure(hass, part, "power").state == "200.0"
    oncime.power("unavailable")
    await hass.async_block_till_done()
    assert figure(hass, part, "power").state == "unavailable"


async def test_sensors_of_a_project_that_are_renamed_are_still_followed(
    hass: HomeAssistant, noon: FrozenDateTimeFactory, account: MockConfigEntry
) -> None:
    oncime = Friend(hass, account, "oncime")
    oncime.index(0)
    part = await hold(hass, account, "oncime", 16)
    for key in ("index_project", "index_reading", "power_reading"):
        er.async_get(hass).async_update_entity(
            f"sensor.oncime_{key}", new_entity_id=f"sensor.roof_{key}"
        )
        hass.states.async_remove(f"sensor.oncime_{key}")
    await hass.async_block_till_done()
    oncime.name = "roof"
    oncime.power(2)
    oncime.describe(capital=80_000)
    noon.tick(60)
    oncime.index(1000)
    await later(hass, noon, seconds=61)
    assert figure(hass, part, "power").state == "200.0"
    assert figure(hass, part, "invested").state == "8000.00"
    assert figure(hass, part, "energy_total").attributes["project"] == 1


@pytest.mark.parametrize("said", ["nan", "inf", "-1e300", "1e16"])
async def test_a_number_that_cannot_be_is_none(
    hass: HomeAssistant, noon: FrozenDateTimeFactory, account: MockConfigEntry, said: str
) -> None:
    oncime = Friend(hass, account, "oncime")
    oncime.index(0)
    part = await hold(hass, account, "oncime", 16)
    noon.tick(60)
    oncime.index(said)
    oncime.power(said)
    oncime.describe(capital=float(said))
    await later(hass, noon, seconds=61)
    assert figure(hass, part, "power").state == "unavailable"
    assert figure(hass, part, "invested").state == "unavailable"
    assert figure(hass, part, "surface").state == "6.4000"
    oncime.index(1000)
    await later(hass, noon, seconds=61)
    assert figure(hass, part, "energy_total").attributes["project"] == 1


async def test_a_part_that_cannot_be_started_ends_no_other_and_keeps_what_it_counted(
    hass: HomeAssistant,
    noon: FrozenDateTimeFactory,
    account: MockConfigEntry,
    hass_storage: dict[str, Any],
    faults: Counter[str],
) -> None:
    oncime, lucioles = (Friend(hass, account, name) for name in ("oncime", "lucioles"))
    for friend in (oncime, lucioles):
        friend.index(0)
    spoilt = await hold(hass, account, "oncime", 16)
    sound = await hold(hass, account, "lucioles", 16)
    await hass.config_entries.async_unload(account.entry_id)
    kept = hass_storage[f"sen1.{account.entry_id}.holdings"]["data"]
    kept[spoilt.subentry_id]["production"] = "spoilt"
    assert await hass.config_entries.async_setup(account.entry_id)
    await hass.async_block_till_done()
    noon.tick(60)
    lucioles.index(1000)
    await later(hass, noon, seconds=61)
    assert figure(hass, sound, "energy_total").attributes["project"] == 1
    assert figure(hass, spoilt, "energy_total").state == "unavailable"
    await hass.config_entries.async_unload(account.entry_id)
    kept = hass_storage[f"sen1.{account.entry_id}.holdings"]["data"]
    assert kept[spoilt.subentry_id]["production"] == "spoilt"
    assert kept[sound.subentry_id]["production"]["since"] is not None
    assert await hass.config_entries.async_setup(account.entry_id)
    hass.config_entries.async_remove_subentry(account, spoilt.subentry_id)
    await hass.async_block_till_done()
    await hass.config_entries.async_unload(account.entry_id)
    kept = hass_storage[f"sen1.{account.entry_id}.holdings"]["data"]
    assert kept.keys() == {sound.subentry_id}


async def test_a_project_that_has_said_nothing_yet_has_shares_and_no_energy(
    hass: HomeAssistant, account: MockConfigEntry
) -> None:
    oncime = Friend(hass, account, "oncime")
    oncime.index("unavailable")
    part = await hold(hass, account, "oncime", 10)
    assert figure(hass, part, "invested").state == "2500.00"
    for key in ("energy_today", "energy_total", "performance"):
        assert figure(hass, part, key).state == "unavailable"
    content = await async_get_config_entry_diagnostics(hass, account)
    assert content["holdings"] == [
        {
            "source": "index",
            "exists": {"project": True, "energy": True, "project_power": True},
            "sheet": ["capital", "expected", "sale_price", "shares", "surface"],
            "energy_known": False,
            "year_known": False,
        }
    ]


async def test_what_was_counted_is_kept_when_home_assistant_stops(
    hass: HomeAssistant,
    noon: FrozenDateTimeFactory,
    account: MockConfigEntry,
    hass_storage: dict[str, Any],
) -> None:
    oncime = Friend(hass, account, "oncime")
    oncime.index(0)
    part = await hold(hass, account, "oncime", 16)
    noon.tick(3600)
    oncime.index(1000)
    await hass.async_block_till_done()
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    key = f"sen1.{account.entry_id}.holdings"
    kept = deepcopy(hass_storage[key])
    await hass.config_entries.async_unload(account.entry_id)
    hass_storage[key] = kept
    oncime.index("unavailable")
    assert await hass.config_entries.async_setup(account.entry_id)
    await hass.async_block_till_done()
    assert figure(hass, part, "energy_total").attributes["project"] == 1


async def test_what_the_recorder_heard_while_the_account_was_away_lies_on_its_day(
    recorder_mock: object,
    hass: HomeAssistant,
    noon: FrozenDateTimeFactory,
    account: MockConfigEntry,
) -> None:
    oncime = Friend(hass, account, "oncime")
    oncime.index(0)
    part = await hold(hass, account, "oncime", 16)
    await hass.config_entries.async_unload(account.entry_id)
    for moment, watt_hours in ((NOW.replace(hour=23), 2000), (NOW.replace(day=11, hour=2), 5000)):
        noon.move_to(moment)
        oncime.index(watt_hours)
        await hass.async_block_till_done()
    assert await hass.config_entries.async_setup(account.entry_id)
    await hass.async_block_till_done()
    # 3 kWh of the last three hours, of which two are of today.
    assert figure(hass, part, "energy_today").attributes["project"] == 2
    assert figure(hass, part, "energy_total").attributes["project"] == 5


@pytest.mark.parametrize("is_removed", [False, True])
async def test_a_series_that_is_not_there_when_its_account_starts_counts_once_it_is(
    hass: HomeAssistant,
    noon: FrozenDateTimeFactory,
    account: MockConfigEntry,
    is_removed: bool,
) -> None:
    oncime = Friend(hass, account, "oncime")
    oncime.index(0)
    part = await hold(hass, account, "oncime", 16)
    noon.tick(60)
    oncime.index(1000)
    await later(hass, noon, seconds=61)
    await hass.config_entries.async_unload(account.entry_id)
    reading = "sensor.oncime_index_reading"
    if is_removed:
        er.async_get(hass).async_remove(reading)
    hass.states.async_remove(reading)
    assert await hass.config_entries.async_setup(account.entry_id)
    await hass.async_block_till_done()
    assert figure(hass, part, "energy_total").attributes["project"] == 1
    oncime = Friend(hass, account, "oncime")
    noon.tick(60)
    oncime.index(5000)
    await later(hass, noon, seconds=61)
    assert figure(hass, part, "energy_total").attributes["project"] == 5


async def test_a_restart_and_a_silence_over_midnight_lose_nothing(
    hass: HomeAssistant, noon: FrozenDateTimeFactory, account: MockConfigEntry
) -> None:
    noon.move_to(NOW.replace(hour=21))
    oncime = Friend(hass, account, "oncime")
    oncime.index(0)
    part = await hold(hass, account, "oncime", 16)
    noon.tick(3600)
    oncime.index(1000)
    await hass.async_block_till_done()
    await hass.config_entries.async_unload(account.entry_id)
    oncime.index("unavailable")
    noon.move_to(NOW.replace(day=11, hour=2))
    assert await hass.config_entries.async_setup(account.entry_id)
    await hass.async_block_till_done()
    assert figure(hass, part, "energy_total").attributes["project"] == 1
    oncime.index(5000)
    await later(hass, noon, seconds=61)
    # 4 kWh of the four hours in which nothing was heard: half before midnight.
    assert figure(hass, part, "energy_today").attributes["project"] == 2
    assert figure(hass, part, "energy_total").attributes["project"] == 5
    assert figure(hass, part, "energy_total").attributes["known"] == 100


async def test_a_day_ends_at_midnight_though_nothing_comes(
    hass: HomeAssistant, noon: FrozenDateTimeFactory, account: MockConfigEntry
) -> None:
    oncime = Friend(hass, account, "oncime")
    oncime.index(0)
    part = await hold(hass, account, "oncime", 16)
    noon.tick(60)
    oncime.index(100)
    await later(hass, noon, seconds=61)
    assert figure(hass, part, "energy_today").attributes["project"] == 0.1
    await later(hass, noon, seconds=(NOW.replace(day=11, hour=0) - datetime.now(PARIS)).seconds)
    assert figure(hass, part, "energy_today").attributes["project"] == 0
    assert figure(hass, part, "energy_month").attributes["project"] == 0.1


async def test_all_parts_add_up_rounded_once(
    hass: HomeAssistant, noon: FrozenDateTimeFactory, account: MockConfigEntry
) -> None:
    oncime, lucioles = Friend(hass, account, "oncime"), Friend(hass, account, "lucioles")
    lucioles.describe(shares=400, capital=60_000, surface=96)
    oncime.index(0)
    lucioles.index(0)
    first = await hold(hass, account, "oncime", 10)
    second = await hold(hass, account, "lucioles", 1)
    noon.tick(36_000)
    oncime.index(444_000)
    lucioles.index(270_000)
    await later(hass, noon, seconds=61)
    assert told(hass, account, "investment_shares").state == "11"
    assert told(hass, account, "investment_invested").state == "2650.00"
    assert told(hass, account, "investment_surface").state == "4.2400"
    total = told(hass, account, "investment_energy_year")
    assert total.state == "28.4250"
    assert total.attributes["parts"] == [
        {"name": first.title, "value": 27.75},
        {"name": second.title, "value": 0.675},
    ]
    hass.config_entries.async_remove_subentry(account, first.subentry_id)
    await hass.async_block_till_done()
    assert told(hass, account, "investment_invested").state == "150.00"
    hass.config_entries.async_remove_subentry(account, second.subentry_id)
    await hass.async_block_till_done()
    identifier = (DOMAIN, f"{account.entry_id}_investment")
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), account.entry_id)
    assert not [device for device in devices if identifier in device.identifiers]


async def test_amounts_of_another_currency_are_not_added(
    hass: HomeAssistant, account: MockConfigEntry
) -> None:
    oncime, swiss = Friend(hass, account, "oncime"), Friend(hass, account, "swiss")
    swiss.describe(currency="CHF")
    oncime.index(0)
    swiss.index(0)
    await hold(hass, account, "oncime", 10)
    other = await hold(hass, account, "swiss", 10)
    assert figure(hass, other, "invested").attributes["unit_of_measurement"] == "CHF"
    assert told(hass, account, "investment_invested").state == "2500.00"
    assert told(hass, account, "investment_shares").state == "20"


async def test_a_changed_sheet_and_new_shares_apply_at_once_and_keep_the_energy(
    hass: HomeAssistant, noon: FrozenDateTimeFactory, account: MockConfigEntry
) -> None:
    oncime = Friend(hass, account, "oncime")
    oncime.index(0)
    part = await hold(hass, account, "oncime", 10)
    noon.tick(3600)
    oncime.index(16_000)
    await later(hass, noon, seconds=61)
    oncime.describe(capital=48_000)
    await hass.async_block_till_done()
    assert figure(hass, part, "invested").state == "3000.00"
    flows = hass.config_entries.subentries
    flow = await flows.async_init(
        (account.entry_id, "shareholding"),
        context={"source": "reconfigure", "subentry_id": part.subentry_id},
    )
    assert flow["step_id"] == "reconfigure"
    result = await flows.async_configure(
        flow["flow_id"],
        {
            "name": "School roof",
            "shares": 20,
            "paid_on": "2024-06-10",
            "dividends": 60,
            "energy": "sensor.oncime_index_reading",
        },
    )
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert figure(hass, part, "invested").state == "6000.00"
    assert figure(hass, part, "energy_today").state == "2.0000"
    assert figure(hass, part, "income").state == "60.00"
    # 60 in two years, of 6000.
    assert figure(hass, part, "payback").state == "199.9"


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({"shares": 161}, {"shares": "too_many_shares"}),
        ({"energy": "sensor.oncime_power_reading"}, {"energy": "no_energy"}),
    ],
)
async def test_a_part_that_cannot_be_is_refused(
    hass: HomeAssistant, account: MockConfigEntry, given: dict[str, object], errors: object
) -> None:
    oncime = Friend(hass, account, "oncime")
    oncime.index(0)
    flows = hass.config_entries.subentries
    flow = await flows.async_init((account.entry_id, "shareholding"), context={"source": "user"})
    project = er.async_get(hass).async_get("sensor.oncime_index_project")
    assert project is not None
    flow = await flows.async_configure(flow["flow_id"], {"project": project.id})
    whole = {"name": "x", "shares": 1, "energy": "sensor.oncime_index_reading"}
    result = await flows.async_configure(flow["flow_id"], whole | given)
    assert result["errors"] == errors
    result = await flows.async_configure(flow["flow_id"], whole)
    assert result["type"] == "create_entry"


def filled_in(form: Any) -> set[str]:
    """Return the fields of a form that have an answer already."""
    keys = form["data_schema"].schema
    return {key.schema for key in keys if key.description and key.description["suggested_value"]}


async def test_of_two_powers_of_a_friend_none_is_taken_for_the_projects(
    hass: HomeAssistant, account: MockConfigEntry
) -> None:
    oncime = Friend(hass, account, "oncime")
    oncime.index(0)
    registry = er.async_get(hass)
    project = registry.async_get("sensor.oncime_index_project")
    assert project is not None
    garage = registry.async_get_or_create(
        "sensor", DOMAIN, "garage_reading", config_entry=account, device_id=project.device_id
    )
    power = {"unit_of_measurement": "kW", "device_class": "power"}
    hass.states.async_set(garage.entity_id, "1", power)
    flows = hass.config_entries.subentries
    flow = await flows.async_init((account.entry_id, "shareholding"), context={"source": "user"})
    form = await flows.async_configure(flow["flow_id"], {"project": project.id})
    assert filled_in(form) == {"name", "energy"}


async def test_a_project_that_went_while_it_was_chosen_fills_nothing_in(
    hass: HomeAssistant, account: MockConfigEntry
) -> None:
    Friend(hass, account, "oncime").index(0)
    flows = hass.config_entries.subentries
    flow = await flows.async_init((account.entry_id, "shareholding"), context={"source": "user"})
    project = er.async_get(hass).async_get("sensor.oncime_index_project")
    assert project is not None
    er.async_get(hass).async_remove(project.entity_id)
    form = await flows.async_configure(flow["flow_id"], {"project": project.id})
    assert (form["step_id"], filled_in(form)) == ("details", set())


async def test_without_a_friends_project_there_is_no_part(
    hass: HomeAssistant, account: MockConfigEntry
) -> None:
    result = await hass.config_entries.subentries.async_init(
        (account.entry_id, "shareholding"), context={"source": "user"}
    )
    assert result["reason"] == "no_project"


async def test_a_series_of_periods_brings_its_past_and_corrections(
    recorder_mock: object, hass: HomeAssistant, account: MockConfigEntry
) -> None:
    """Forty days by hours, then a day before them, a correction, and an hour more."""
    now = datetime.now(PARIS).replace(minute=0, second=0, microsecond=0)
    begin = now.timestamp() - 40 * 86_400
    hours = round((now.timestamp() - begin) / 3600)
    truth = {begin + 3600 * number: 100.0 + number % 24 for number in range(hours - 1)}
    archive = async_archive(hass)

    async def add(hours: dict[float, float]) -> None:
        truth.update(hours)
        points = [Point(at, 3600, value) for at, value in hours.items()]
        await archive.async_add("sen1:oncime", "Oncime", "Wh", Aggregation.SUM, points)

    def differing() -> dict[str, object]:
        """Return the figures that are not the sum of the hours."""
        day = datetime.now(PARIS).replace(hour=0, minute=0, second=0, microsecond=0)
        periods = {
            "energy_today": day,
            "energy_month": day.replace(day=1),
            "energy_year": day.replace(month=1, day=1),
            "energy_total": datetime.fromtimestamp(0, PARIS),
        }
        return {
            key: project
            for key, since in periods.items()
            if (project := figure(hass, part, key).attributes["project"])
            != round(sum(v for at, v in truth.items() if at >= since.timestamp()) / 1000, 4)
        }

    await add(dict(truth))
    oncime = Friend(hass, account, "oncime")
    oncime.index(100, statistic="sen1:oncime")
    part = await hold(hass, account, "oncime", 10)
    assert part.data["statistic_id"] == "sen1:oncime"
    assert differing() == {}
    first_day = datetime.fromtimestamp(begin, PARIS).date()
    assert figure(hass, part, "energy_total").attributes["begin"] == first_day.isoformat()
    assert figure(hass, part, "performance").attributes["begin"] == first_day.isoformat()
    assert figure(hass, part, "energy_year").attributes["statistic"] == "sen1:oncime"

    for changed in (
        {begin - 3600 * number: 50.0 for number in range(1, 25)},
        {begin + 3600 * 24 * 5: 7.0},
        {now.timestamp() - 3600: 999.0},
    ):
        await add(changed)
        await until(lambda: differing() == {}, "the figures follow the hours")
    # Two imports that are told at once, the later hours first.
    heard = archive.listeners.pop("sen1:oncime")
    moments = [now.timestamp() - 3600, begin - 3600 * 30]
    for at in moments:
        await add({at: 55.0})
    archive.listeners["sen1:oncime"] = heard
    for at in moments:
        heard.tell(at, at + 3600)
    await until(lambda: differing() == {}, "the figures follow both")
    await hass.config_entries.async_reload(account.entry_id)
    await hass.async_block_till_done()
    assert differing() == {}


async def test_what_comes_while_the_past_is_read_stays(
    recorder_mock: object,
    hass: HomeAssistant,
    account: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = datetime.now(PARIS).replace(minute=0, second=0, microsecond=0).timestamp()
    points = [Point(now - 3600 * number, 3600, 100) for number in range(960, 1, -1)]
    archive, read_again = async_archive(hass), asyncio.Event()

    async def add(several: list[Point]) -> None:
        await archive.async_add("sen1:oncime", "Oncime", "Wh", Aggregation.SUM, several)

    async def hours_while_more_comes(*args: Any, **named: Any) -> list[Any]:
        hours = await async_hours(*args, **named)
        if len(hours) == 600:
            await add(points[600:])
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await read_again.wait()
        else:
            hass.loop.call_soon(read_again.set)
        return hours

    monkeypatch.setattr(source, "async_hours", hours_while_more_comes)
    await add(points[:600])
    Friend(hass, account, "oncime").index(100, statistic="sen1:oncime")
    part = await hold(hass, account, "oncime", 160)
    await until(
        lambda: figure(hass, part, "energy_total").state == str(Decimal("95.9000")),
        "all hours are counted",
    )


async def test_the_last_digits_of_the_recorders_sums_move_no_half(
    recorder_mock: object, hass: HomeAssistant, account: MockConfigEntry
) -> None:
    now = datetime.now(PARIS).replace(minute=0, second=0, microsecond=0).timestamp()
    watt_hours = [700_000 + number % 13 for number in range(300)]
    # A sixteenth of it, in kWh, then lies between two figures of four decimals.
    watt_hours.append(700_000 + (4 - sum(watt_hours) - 700_000) % 8)
    points = [Point(now - 3600 * n, 3600, wh / 1000) for n, wh in enumerate(watt_hours, 2)]
    archive = async_archive(hass)
    await archive.async_add("sen1:oncime", "Oncime", "kWh", Aggregation.SUM, points[::-1])
    Friend(hass, account, "oncime").index(100, statistic="sen1:oncime")
    part = await hold(hass, account, "oncime", 10)
    mine = (Decimal(sum(watt_hours)) / 16_000).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    assert figure(hass, part, "energy_total").state == str(mine)
