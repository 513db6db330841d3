"""Whoever has the meter in Home Assistant already is told so, and can go on with it."""

from typing import TypedDict, Unpack

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.linky import elsewhere
from testbed.tic_groups import Kind
from testbed.tic_meter import serve_socket

from .conftest import quick_meter
from .test_flow import choose, succeed

ENERGY, APPARENT_POWER = SensorDeviceClass.ENERGY, SensorDeviceClass.APPARENT_POWER
TEMPERATURE = SensorDeviceClass.TEMPERATURE


class Device(TypedDict, total=False):
    manufacturer: str
    model: str


def add(
    hass: HomeAssistant,
    platform: str,
    sensors: dict[str, SensorDeviceClass],
    **device: Unpack[Device],
) -> list[str]:
    """Put sensors into the registry, by unique id; return their entity ids."""
    entry = MockConfigEntry(domain=platform)
    entry.add_to_hass(hass)
    made = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(platform, "1")}, **device
    )
    return [
        er.async_get(hass)
        .async_get_or_create(
            "sensor",
            platform,
            unique_id,
            config_entry=entry,
            device_id=made.id,
            original_device_class=device_class,
        )
        .entity_id
        for unique_id, device_class in sensors.items()
    ]


METERS = [
    pytest.param("teleinfo", "021728123456_HCHC", {}, id="teleinfo"),
    pytest.param("linkytic", "linky_tic_serial_hchp", {}, id="linkytic"),
    pytest.param(
        "zha",
        "00:15:8d:00:01:02:03:04-1-1794",
        {"manufacturer": "LiXee", "model": "ZLinky_TIC"},
        id="ZLinky with ZHA",
    ),
    pytest.param(
        "mqtt",
        "0x00158d0001020304_current_summ_delivered_zigbee2mqtt",
        {"manufacturer": "LiXee", "model": "Lixee ZLinky (ZLinky_TIC)"},
        id="ZLinky with Zigbee2MQTT",
    ),
    pytest.param("esphome", "AA:BB:CC:DD:EE:FF-sensor-hchc", {}, id="ESPHome, historic"),
    pytest.param("esphome", "AA:BB:CC:DD:EE:FF-sensor-easf01", {}, id="ESPHome, standard"),
    pytest.param("mqtt", "teleinfo_021728123456_EASF02", {}, id="teleinfo2mqtt"),
    pytest.param(
        "mqtt",
        "myelectricaldata_linky_01234567890123_consumption",
        {"manufacturer": "MyElectricalData", "model": "Linky"},
        id="MyElectricalData",
    ),
]


@pytest.mark.parametrize(("platform", "unique_id", "device"), METERS)
async def test_a_meter_read_by_others_is_recognised(
    hass: HomeAssistant, platform: str, unique_id: str, device: Device
) -> None:
    (entity_id,) = add(hass, platform, {unique_id: ENERGY}, **device)
    (found,) = await elsewhere.async_find(hass)
    assert found.entity_ids == (entity_id,)


@pytest.mark.parametrize(
    ("platform", "unique_id", "device_class", "device"),
    [
        ("esphome", "AA:BB:CC:DD:EE:FF-sensor-kettle", ENERGY, {}),
        ("mqtt", "window_east", ENERGY, {}),
        ("mqtt", "baseline", ENERGY, {}),
        ("zha", "00:15:8d:00:01:02:03:04-1-1794", ENERGY, {"manufacturer": "LiXee"}),
        ("shelly", "AABBCC-em:0", APPARENT_POWER, {"model": "Pro EM"}),
        ("teleinfo", "021728123456_PTEC", TEMPERATURE, {}),
        (DOMAIN, "991976000202_EAST", ENERGY, {"model": "Linky"}),
    ],
)
async def test_nothing_else_is_taken_for_a_meter(
    hass: HomeAssistant,
    platform: str,
    unique_id: str,
    device_class: SensorDeviceClass,
    device: Device,
) -> None:
    add(hass, platform, {unique_id: device_class}, **device)
    assert await elsewhere.async_find(hass) == []


async def test_a_sensor_without_a_device_is_known_by_its_label_alone(hass: HomeAssistant) -> None:
    index, _ = (
        er.async_get(hass).async_get_or_create(
            "sensor", "mqtt", unique_id, original_device_class=ENERGY
        )
        for unique_id in ("cellar_hchp", "linky_of_the_neighbour")
    )
    (found,) = await elsewhere.async_find(hass)
    assert found.entity_ids == (index.entity_id,)


async def test_a_disabled_sensor_is_no_reason_to_ask(hass: HomeAssistant) -> None:
    (entity_id,) = add(hass, "linkytic", {"hchc": ENERGY})
    er.async_get(hass).async_update_entity(entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    assert await elsewhere.async_find(hass) == []


async def ask(hass: HomeAssistant) -> ConfigFlowResult:
    flows = hass.config_entries.flow
    menu = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
    return await flows.async_configure(menu["flow_id"], {"next_step_id": "linky"})


async def test_the_flow_names_what_is_there_energies_first(hass: HomeAssistant) -> None:
    power, index = add(hass, "mqtt", {"tic_PAPP": APPARENT_POWER, "tic_HCHC": ENERGY})
    (linkytic,) = add(hass, "linkytic", {"hchp": ENERGY})
    menu = await ask(hass)
    assert (menu["type"], menu["step_id"]) == (FlowResultType.MENU, "linky_found")
    assert menu["menu_options"] == ["linky_use_found", "linky_read"]
    assert menu["description_placeholders"] == {
        "integrations": "linkytic, MQTT",
        "entities": f"- {linkytic}\n- {index}\n- {power}",
    }


async def test_whoever_keeps_what_is_there_is_told_how_and_nothing_is_added(
    hass: HomeAssistant,
) -> None:
    (index,) = add(hass, "linkytic", {"hchc": ENERGY})
    menu = await ask(hass)
    done = await hass.config_entries.flow.async_configure(
        menu["flow_id"], {"next_step_id": "linky_use_found"}
    )
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "use_found")
    assert done["description_placeholders"] is not None
    assert done["description_placeholders"]["entities"] == f"- {index}"
    assert hass.config_entries.async_entries(DOMAIN) == []


async def test_many_sensors_are_not_all_named(hass: HomeAssistant) -> None:
    add(hass, "linkytic", {f"easf{number:02}": ENERGY for number in range(20)})
    menu = await ask(hass)
    assert menu["description_placeholders"] is not None
    assert menu["description_placeholders"]["entities"].count("\n") == 9
    assert menu["description_placeholders"]["entities"].endswith("- …")


async def test_the_meter_can_be_read_all_the_same(hass: HomeAssistant) -> None:
    add(hass, "linkytic", {"hchc": ENERGY})
    menu = await ask(hass)
    form = await hass.config_entries.flow.async_configure(
        menu["flow_id"], {"next_step_id": "linky_read"}
    )
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "linky")
    form = await choose(hass, form["flow_id"], "/dev/no-such-port")
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "linky")
    meter = quick_meter(Kind.STANDARD_HC)
    async with serve_socket(meter) as url:
        entry = await succeed(hass, form["flow_id"], meter, url)
        assert await hass.config_entries.async_unload(entry.entry_id)
