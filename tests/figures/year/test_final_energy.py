"""What a class counts beside the electricity of a meter: gas, and what people read."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.models import StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.figures.year.energy_class import class_of
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import async_committed
from testbed.household import PARIS

from ...conftest import schema_of
from ..conftest import contract, home_with, measure, settled, told
from ..meter.test_hand_readings import add, meter
from ..site.test_flow import EMPTY, open_form

NOW = datetime(2026, 12, 20, 12, tzinfo=PARIS)
DAYS = 60
FLOOR_AREA = 100


@pytest.fixture
async def imported(
    recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """Let two months of days be imported: 10 kWh of electricity each, 20 kWh of gas or 2 m³."""
    await hass.config.async_set_time_zone("Europe/Paris")
    freezer.move_to(NOW)
    archive = async_archive(hass)
    for name, unit, amount in (("power", "kWh", 10), ("gas", "kWh", 20), ("volume", "m³", 2)):
        points = [Point(at.timestamp(), 86400, amount) for at in midnights()]
        await archive.async_add(f"sen1:{name}", name, unit, Aggregation.SUM, points)
    points = [Point(at.timestamp(), 3600, 20) for at in midnights()]
    await archive.async_add("sen1:room", "Room", "°C", Aggregation.MEAN, points)


def midnights() -> list[datetime]:
    """Return the beginning of each day until yesterday."""
    today = NOW.replace(hour=0)
    return [today - timedelta(days=n) for n in range(DAYS, 0, -1)]


async def home(hass: HomeAssistant, **data: Any) -> MockConfigEntry:
    measure(hass, "bought_index", 100_000)
    return await home_with(
        hass, data={"bought_series": ["sen1:power"], "floor_area": FLOOR_AREA, **data}
    )


@pytest.mark.parametrize(
    ("data", "daily", "covers"),
    [
        pytest.param({"heating": "gas"}, 10, "electricity_only", id="no gas chosen"),
        pytest.param({"heating": "gas", "gas_series": ["sen1:gas"]}, 30, "heating_too", id="kWh"),
        pytest.param(
            {"heating": "gas", "gas_series": ["sen1:volume"], "gas_coefficient": 10.0},
            30,
            "heating_too",
            id="m³",
        ),
        pytest.param(
            {"heating": "wood", "gas_series": ["sen1:gas"]},
            30,
            "electricity_and_gas",
            id="wood and gas",
        ),
    ],
)
async def test_the_class_counts_the_gas_that_was_chosen_and_says_so(
    imported: None, hass: HomeAssistant, data: dict[str, Any], daily: int, covers: str
) -> None:
    entry = await home(hass, **data)
    by_area = told(hass, entry, "energy_per_area")
    # Of what two months say of a year; each is what would be forecast of it alone.
    energies = [by_area.attributes[key] for key in ("electricity", "gas")[: 1 + (daily == 30)]]
    assert energies == [pytest.approx(kwh * 365, rel=0.5) for kwh in (10, 20)[: len(energies)]]
    assert ("gas" in by_area.attributes) == (daily == 30)
    assert float(by_area.state) == pytest.approx(sum(energies) / FLOOR_AREA, abs=1)
    letter = told(hass, entry, "energy_class")
    assert letter.state == class_of(int(by_area.state)).lower()
    assert letter.attributes["covers"] == by_area.attributes["covers"] == covers
    assert ("electricity only" in letter.name) == (covers == "electricity_only")
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_gas_that_is_not_known_yet_leaves_the_class_unknown(
    imported: None, hass: HomeAssistant
) -> None:
    measure(hass, "bought_index", 100_000)
    data = {
        "bought_series": ["sen1:power"],
        "floor_area": FLOOR_AREA,
        "gas_series": ["sen1:nothing"],
    }
    entry = await home_with(hass, data=data)
    assert told(hass, entry, "forecast_energy").state != "unknown"
    assert told(hass, entry, "energy_class").state == "unknown"
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_series_that_is_no_gas_is_not_offered_and_cubic_metres_need_their_energy(
    imported: None, hass: HomeAssistant
) -> None:
    measure(hass, "bought_power", 400)
    form = await open_form(hass)
    flow = hass.config_entries.flow
    grid = {"bought_power": ["sensor.bought_power"]}
    (fields,) = (s.schema.schema for key, s in schema_of(form).items() if key.schema == "house")
    (select,) = (of for key, of in fields.items() if key.schema == "gas_series")
    offered = {option["value"] for option in select.config["options"]}
    assert {"sen1:gas", "sen1:power", "sen1:volume"} <= offered
    assert "sen1:room" not in offered
    house: dict[str, Any] = {"gas_series": ["sen1:volume"]}
    result = await flow.async_configure(form["flow_id"], {**EMPTY, "grid": grid, "house": house})
    assert result["errors"] == {"base": "no_gas_coefficient"}
    right: dict[str, Any] = {"gas_series": ["sen1:volume"], "gas_coefficient": 11.2}
    result = await flow.async_configure(form["flow_id"], {**EMPTY, "grid": grid, "house": right})
    assert result["type"] == "create_entry"
    await settled(hass)
    assert await hass.config_entries.async_unload(result["result"].entry_id)


async def test_the_gas_of_a_sensor_that_is_renamed_still_counts(
    imported: None, hass: HomeAssistant
) -> None:
    registry = er.async_get(hass)
    registry.async_get_or_create("sensor", "test", "gas", suggested_object_id="gas")
    gas: StatisticMetaData = {
        "statistic_id": "sensor.gas",
        "source": "recorder",
        "name": None,
        "unit_of_measurement": "kWh",
        "unit_class": "energy",
        "has_sum": True,
        "mean_type": StatisticMeanType.NONE,
    }
    async_import_statistics(
        hass,
        gas,
        [
            {"start": at, "state": 20 * number, "sum": 20 * number}
            for number, at in enumerate(midnights())
        ],
    )
    await async_committed(hass)
    measure(hass, "bought_power", 400)
    form = await open_form(hass)
    house = {"gas_series": ["sensor.gas"], "heating": "gas", "floor_area": FLOOR_AREA}
    grid = {"bought_power": ["sensor.bought_power"]}
    result = await hass.config_entries.flow.async_configure(
        form["flow_id"], {**EMPTY, "grid": grid, "house": house}
    )
    entry = result["result"]
    await hass.async_block_till_done()
    known = told(hass, entry, "energy_per_area").attributes["gas"]
    assert known == pytest.approx(20 * 365, rel=0.5)

    registry.async_update_entity("sensor.gas", new_entity_id="sensor.boiler")
    await hass.async_block_till_done()
    await async_committed(hass)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert told(hass, entry, "energy_per_area").attributes["gas"] == known
    form = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": "reconfigure", "entry_id": entry.entry_id}
    )
    (shown,) = (s for key, s in schema_of(form).items() if key.schema == "house")
    suggested = {key.schema: key.description for key in shown.schema.schema if key.description}
    assert suggested["gas_series"] == {"suggested_value": ["sensor.boiler"]}
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_home_whose_meter_only_people_read_has_its_year_and_its_class(
    recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await hass.config.async_set_time_zone("Europe/Paris")
    freezer.move_to(NOW)
    form = await open_form(hass)
    house = {"floor_area": FLOOR_AREA, "heating": "electric"}
    result = await hass.config_entries.flow.async_configure(
        form["flow_id"], {**EMPTY, "house": house}
    )
    assert result["type"] == "create_entry"
    await settled(hass)
    assert await hass.config_entries.async_unload(result["result"].entry_id)
    await hass.config_entries.async_remove(result["result"].entry_id)

    entry = await home_with(
        hass,
        meter("House", meter_kind="bought"),
        meter("Roof", meter_kind="produced"),
        contract(option="base", prices={"all_hours": 0.2}, begin="2025-01-01"),
        sources=(),
        data=house,
    )
    keys = {
        row.unique_id.removeprefix(f"{entry.entry_id}_")
        for row in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    }
    assert {"forecast_energy", "forecast_cost", "energy_class"} <= keys
    assert not {"consumption", "surplus", "cost_day", "status"} & keys
    index, roof = (
        told(hass, entry, f"{subentry_id}_index_index").entity_id
        for title in ("House", "Roof")
        for subentry_id, subentry in entry.subentries.items()
        if subentry.title == title
    )
    await add(hass, index, "2026-10-21 00:00:00", index=1000)
    await add(hass, index, "2026-12-20 00:00:00", index=1000 + 10 * 60)
    # What the roof produces is not bought.
    await add(hass, roof, "2026-10-21 00:00:00", index=1000)
    await add(hass, roof, "2026-12-20 00:00:00", index=1000 + 20 * 60)
    while (state := told(hass, entry, "forecast_energy").state) == "unknown":
        # The recorder's thread takes its time; the clock, which stands still, tells none.
        await settled(hass)
    energy = float(state)
    assert energy == pytest.approx(3650, rel=0.5)
    cost = float(told(hass, entry, "forecast_cost").state)
    assert cost == pytest.approx(energy * 0.2 + 12 * 15.65, abs=0.5)
    assert told(hass, entry, "energy_class").state == class_of(int(energy / FLOOR_AREA)).lower()
    assert await hass.config_entries.async_unload(entry.entry_id)
