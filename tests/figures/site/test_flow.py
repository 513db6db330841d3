"""The flow of a home: what it finds, what it refuses, what it stores."""

from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResult, section
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import CONF_KIND, DOMAIN, Kind

from ..conftest import MakeHome, measure, sensor, settled, told

EMPTY: dict[str, Any] = {"grid": {}, "production": {}, "storage": {}, "house": {}}


async def open_form(hass: HomeAssistant) -> ConfigFlowResult:
    flow = await hass.config_entries.flow.async_init(DOMAIN, context={"source": "user"})
    return await hass.config_entries.flow.async_configure(flow["flow_id"], {"next_step_id": "home"})


def filled_in(result: FlowResult[Any, Any]) -> dict[str, Any]:
    """Return what a form shows before anything is typed."""
    schema = result["data_schema"]
    assert schema is not None
    return {
        field.schema: field.description["suggested_value"]
        for part in schema.schema.values()
        if isinstance(part, section)
        for field in part.schema.schema
        if field.description and field.schema != "location"
    }


def asked(result: ConfigFlowResult) -> dict[str, Any]:
    """Return what a form asks outside of its sections, as it is filled in."""
    schema = result["data_schema"]
    assert schema is not None
    return {
        field.schema: field.default()
        for field, part in schema.schema.items()
        if not isinstance(part, section)
    }


def register(
    hass: HomeAssistant, platform: str, unique_id: str, entry: MockConfigEntry | None = None
) -> str:
    row = er.async_get(hass).async_get_or_create("sensor", platform, unique_id, config_entry=entry)
    return row.entity_id


async def reconfigure(hass: HomeAssistant, entry: ConfigEntry, **given: Any) -> ConfigFlowResult:
    """Open the form that changes a site, fill it in if anything is given; return the form."""
    flow = hass.config_entries.flow
    form = await flow.async_init(
        DOMAIN, context={"source": "reconfigure", "entry_id": entry.entry_id}
    )
    if given:
        done = await flow.async_configure(form["flow_id"], {**EMPTY, **given})
        assert done["reason"] == "reconfigure_successful"
        await settled(hass)
    return form


async def test_a_home_is_added_with_its_sensors(hass: HomeAssistant) -> None:
    measure(hass, "bought_power", 400)
    registered = register(hass, "test", "solar")
    hass.states.async_set(registered, "1200", {"unit_of_measurement": "W"})
    form = await open_form(hass)
    assert form["step_id"] == "home"
    result = await hass.config_entries.flow.async_configure(
        form["flow_id"],
        {
            **EMPTY,
            "grid": {"bought_power": [sensor("bought_power")]},
            "production": {"produced_power": [registered]},
            "house": {"floor_area": 110, "subscribed_power": 9, "heating": "wood"},
        },
    )
    assert result["type"] == "create_entry"
    entry = result["result"]
    assert entry.title == "Home"
    assert entry.data["produced_power"] == [er.async_get(hass).entities[registered].id]
    assert entry.data["bought_power"] == [sensor("bought_power")]
    assert (entry.data["floor_area"], entry.data["heating"]) == (110, "wood")
    await settled(hass)
    assert told(hass, entry, "consumption").state == "1600"
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("grid", "error"),
    [
        ({"bought_power": ["sensor.a"], "sold_power": ["sensor.a"]}, "source_twice"),
        ({"bought_power": ["sensor.bought_index"]}, "wrong_unit"),
        ({"bought_index": ["sensor.bought_power"]}, "wrong_unit"),
    ],
)
async def test_a_wrong_choice_is_explained_and_can_be_corrected(
    hass: HomeAssistant, grid: dict[str, list[str]], error: str
) -> None:
    measure(hass, "bought_power", 400)
    measure(hass, "bought_index", 400)
    form = await open_form(hass)
    flow = hass.config_entries.flow
    result = await flow.async_configure(form["flow_id"], {**EMPTY, "grid": grid})
    assert result["errors"] == {"base": error}
    result = await flow.async_configure(
        form["flow_id"], {**EMPTY, "grid": {"bought_power": [sensor("bought_power")]}}
    )
    assert result["type"] == "create_entry"
    await settled(hass)
    assert await hass.config_entries.async_unload(result["result"].entry_id)


async def test_what_tells_the_temperature_outside_is_asked_and_kept_under_any_name(
    hass: HomeAssistant,
) -> None:
    measure(hass, "bought_power", 400)
    garden = register(hass, "test", "garden")
    attributes = {"unit_of_measurement": "°F", "state_class": "measurement"}
    hass.states.async_set(garden, "41", attributes)
    hass.states.async_set("weather.town", "sunny", {"temperature": 4, "temperature_unit": "°C"})
    form = await open_form(hass)
    # A home has one weather from its first day on.
    assert filled_in(form)["outdoor"] == "weather.town"
    grid = {"bought_power": [sensor("bought_power")]}
    for unit, state_class in (("W", "measurement"), ("°C", None)):
        wrong = {"unit_of_measurement": unit, "state_class": state_class}
        hass.states.async_set("sensor.wrong", "5", wrong)
        form = await hass.config_entries.flow.async_configure(
            form["flow_id"], {**EMPTY, "grid": grid, "outdoor": {"outdoor": "sensor.wrong"}}
        )
        assert form["errors"] == {"base": "no_temperature"}
    outdoor = {"outdoor": garden, "degree_base": 17.5, "degree_method": "costic"}
    result = await hass.config_entries.flow.async_configure(
        form["flow_id"], {**EMPTY, "grid": grid, "outdoor": outdoor}
    )
    entry = result["result"]
    assert entry.data["outdoor"] == er.async_get(hass).entities[garden].id
    assert (entry.data["degree_base"], entry.data["degree_method"]) == (17.5, "costic")
    assert entry.data["weather_archive"] is False
    await settled(hass)
    er.async_get(hass).async_update_entity(garden, new_entity_id="sensor.shade")
    shown = filled_in(await reconfigure(hass, entry))
    assert {key: shown[key] for key in ("outdoor", "degree_base", "degree_method")} == {
        "outdoor": "sensor.shade",
        "degree_base": 17.5,
        "degree_method": "costic",
    }
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_the_sensors_can_be_changed_and_what_was_counted_stays(
    hass: HomeAssistant, make_home: MakeHome
) -> None:
    measure(hass, "bought_index", 1000)
    entry = await make_home("bought_index", subscribed_power=6)
    measure(hass, "bought_index", 1500)
    await settled(hass)
    flow = hass.config_entries.flow
    form = await flow.async_init(
        DOMAIN, context={"source": "reconfigure", "entry_id": entry.entry_id}
    )
    assert form["step_id"] == "home_reconfigure"
    assert filled_in(form) == {"bought_index": [sensor("bought_index")], "subscribed_power": 6}
    measure(hass, "bought_power", 400)
    result = await flow.async_configure(
        form["flow_id"],
        {
            **EMPTY,
            "grid": {
                "bought_index": [sensor("bought_index")],
                "bought_power": [sensor("bought_power")],
            },
        },
    )
    assert result["reason"] == "reconfigure_successful"
    await settled(hass)
    assert entry.state is ConfigEntryState.LOADED
    assert told(hass, entry, "bought_day").state == "0.5"
    assert told(hass, entry, "surplus").state == "-400"


async def test_meters_and_gateways_are_found(hass: HomeAssistant) -> None:
    meter = MockConfigEntry(domain=DOMAIN, data={CONF_KIND: Kind.LINKY})
    meter.add_to_hass(hass)
    ours = {
        label: register(hass, DOMAIN, f"0123_{label}", meter)
        for label in ("SINSTS", "EAST", "EASF01", "EAIT", "SINSTI", "PREF")
    }
    gateway = MockConfigEntry(domain="enphase_envoy")
    gateway.add_to_hass(hass)
    envoy = {
        key: register(hass, "enphase_envoy", f"9_{key}", gateway)
        for key in ("production", "lifetime_production", "daily_production")
    }
    hass.states.async_set(ours["PREF"], "9", {"unit_of_measurement": "kVA"})
    disabled = register(hass, "enphase_envoy", "9_battery_power", gateway)
    er.async_get(hass).async_update_entity(disabled, disabled_by=er.RegistryEntryDisabler.USER)
    assert filled_in(await open_form(hass)) == {
        "bought_power": [ours["SINSTS"]],
        "bought_index": [ours["EAST"]],
        "sold_power": [ours["SINSTI"]],
        "sold_index": [ours["EAIT"]],
        "produced_power": [envoy["production"]],
        "produced_index": [envoy["lifetime_production"]],
        "subscribed_power": 9,
    }


async def test_what_friends_send_is_not_offered_as_ones_own(hass: HomeAssistant) -> None:
    account = MockConfigEntry(
        domain=DOMAIN,
        data={CONF_KIND: Kind.ACCOUNT},
        subentries_data=[
            {"subentry_type": "friend", "title": "Dune", "unique_id": "dune", "data": {}}
        ],
    )
    account.add_to_hass(hass)
    (friend,) = account.subentries
    theirs = er.async_get(hass).async_get_or_create(
        *("sensor", DOMAIN, f"{friend}_reading"),
        config_entry=account,
        config_subentry_id=friend,
    )
    form = await open_form(hass)
    schema = form["data_schema"]
    assert schema is not None
    fields = schema.schema["grid"].schema.schema
    assert fields["bought_power"].config["exclude_entities"] == [theirs.entity_id]


async def test_a_meter_that_tells_one_way_only_leaves_the_power_to_the_gateway(
    hass: HomeAssistant,
) -> None:
    meter = MockConfigEntry(domain=DOMAIN, data={CONF_KIND: Kind.LINKY})
    meter.add_to_hass(hass)
    ours = {label: register(hass, DOMAIN, f"0123_{label}", meter) for label in ("PAPP", "BASE")}
    gateway = {
        key: register(hass, DOMAIN, f"9_{key}", meter)
        for key in ("net_power", "grid_import", "grid_export", "production_power")
    }
    assert filled_in(await open_form(hass)) == {
        "bought_power": [gateway["net_power"]],
        "bought_index": [ours["BASE"]],
        "sold_index": [gateway["grid_export"]],
        "produced_power": [gateway["production_power"]],
    }


async def test_what_the_energy_dashboard_was_told_comes_first(
    recorder_mock: object,
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
) -> None:
    for name in ("off_peak_index", "peak_index", "sold_index", "produced_index", "bought_power"):
        measure(hass, name, 100)
    off_peak = {
        "type": "grid",
        "stat_energy_from": "sensor.off_peak_index",
        "stat_energy_to": "sensor.sold_index",
        "stat_rate": "sensor.bought_power",
    }
    peak = {"type": "grid", "stat_energy_from": "sensor.peak_index", "stat_energy_to": None}
    solar = {"type": "solar", "stat_energy_from": "sensor.produced_index"}
    imported = {"type": "solar", "stat_energy_from": "sen1:imported"}
    hass_storage["energy"] = {
        "version": 1,
        "minor_version": 3,
        "key": "energy",
        "data": {
            "energy_sources": [off_peak, peak, solar, imported],
            "device_consumption": [],
            "device_consumption_water": [],
        },
    }
    meter = MockConfigEntry(domain=DOMAIN, data={CONF_KIND: Kind.LINKY})
    meter.add_to_hass(hass)
    register(hass, DOMAIN, "0123_EAST", meter)
    assert await async_setup_component(hass, "energy", {})
    found = filled_in(await open_form(hass))
    assert found["bought_index"] == ["sensor.off_peak_index", "sensor.peak_index"]
    assert found["sold_index"] == ["sensor.sold_index"]
    assert found["produced_index"] == ["sensor.produced_index"]


async def test_the_place_of_a_site_is_kept_no_finer_than_its_commune(
    hass: HomeAssistant, make_home: MakeHome
) -> None:
    measure(hass, "bought_power", 400)
    home = await make_home("bought_power")
    grid = {"bought_power": [sensor("bought_power")]}
    here = {"latitude": 47.7483, "longitude": -3.3702}
    place = {"on_map": True, "location": here}
    await reconfigure(hass, home, name="Home", grid=grid, place=place)
    assert home.data["position"] == "47.75 -3.35"
    form = await reconfigure(hass, home)
    assert filled_in(form)["on_map"] is True
    await reconfigure(hass, home, name="Home", grid=grid, place={"location": here})
    assert "position" not in home.data


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"name": "Home"}, {"name": "site_name_taken"}),
        ({"name": " "}, {"name": "site_name_taken"}),
        ({"place": {"picture": "javascript:alert(1)"}}, {"base": "no_picture"}),
        ({"place": {"picture": "//elsewhere.example/a.png"}}, {"base": "no_picture"}),
        ({"place": {"picture": "/\\\\elsewhere.example/a.png"}}, {"base": "no_picture"}),
    ],
)
async def test_what_cannot_be_said_of_a_site_is_explained_and_can_be_corrected(
    hass: HomeAssistant, make_home: MakeHome, given: dict[str, Any], error: dict[str, str]
) -> None:
    measure(hass, "bought_power", 400)
    await make_home("bought_power")
    grid = {"bought_power": [sensor("bought_power")]}
    form = await open_form(hass)
    flow = hass.config_entries.flow
    wrong = await flow.async_configure(form["flow_id"], {**EMPTY, "grid": grid, **given})
    assert wrong["errors"] == error
    right = {"name": "Flat", "grid": grid, "place": {"picture": "https://site.example/a.png"}}
    result = await flow.async_configure(form["flow_id"], {**EMPTY, **right})
    assert result["type"] == "create_entry"
    await settled(hass)
    assert await hass.config_entries.async_unload(result["result"].entry_id)


async def test_each_meter_and_gateway_is_suggested_once(
    hass: HomeAssistant, make_home: MakeHome
) -> None:
    meters = []
    for serial, subscribed in (("0123", "9"), ("0456", "12")):
        entry = MockConfigEntry(domain=DOMAIN, data={"kind": "linky"})
        entry.add_to_hass(hass)
        labels = {
            label: register(hass, DOMAIN, f"{serial}_{label}", entry)
            for label in ("SINSTS", "EAST", "PREF")
        }
        hass.states.async_set(labels["PREF"], subscribed, {"unit_of_measurement": "kVA"})
        meters.append(labels)
    gateways = []
    for serial in ("77", "88"):
        entry = MockConfigEntry(domain=DOMAIN, data={"kind": "enphase"})
        entry.add_to_hass(hass)
        gateways.append(register(hass, DOMAIN, f"{serial}_production_power", entry))

    async def suggested() -> dict[str, Any]:
        form = await open_form(hass)
        hass.config_entries.flow.async_abort(form["flow_id"])
        return filled_in(form)

    async def take(index: int) -> None:
        await make_home(
            bought_index=[er.async_get(hass).entities[meters[index]["EAST"]].id],
            produced_power=[gateways[index]],
        )

    for index, kilovoltamperes in enumerate((9, 12)):
        assert await suggested() == {
            "bought_power": [meters[index]["SINSTS"]],
            "bought_index": [meters[index]["EAST"]],
            "produced_power": [gateways[index]],
            "subscribed_power": kilovoltamperes,
        }
        await take(index)
    assert await suggested() == {}


async def test_what_the_energy_dashboard_has_of_another_site_is_not_suggested_again(
    recorder_mock: object,
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    make_home: MakeHome,
) -> None:
    meter = MockConfigEntry(domain="shelly")
    meter.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=meter.entry_id, identifiers={("shelly", "one")}
    )
    registered = [
        er.async_get(hass)
        .async_get_or_create("sensor", "shelly", name, config_entry=meter, device_id=device.id)
        .entity_id
        for name in ("off_peak", "peak")
    ]
    for entity_id in registered:
        hass.states.async_set(entity_id, "5", {"unit_of_measurement": "kWh"})
    for name in ("bought_index", "sold_index"):
        measure(hass, name, 100)
    sources = [*registered, "sensor.bought_index", "sensor.sold_index"]
    hass_storage["energy"] = {
        "version": 1,
        "minor_version": 3,
        "key": "energy",
        "data": {
            "energy_sources": [{"type": "grid", "stat_energy_from": one} for one in sources],
            "device_consumption": [],
            "device_consumption_water": [],
        },
    }
    assert await async_setup_component(hass, "energy", {})
    assert filled_in(await open_form(hass))["bought_index"] == sources
    await make_home("bought_index", bought_power=[registered[0]])
    # Its device measures the other site: neither of its sensors comes again.
    assert filled_in(await open_form(hass))["bought_index"] == ["sensor.sold_index"]
