"""Gateways through the real pyenphase: every value shown is the one in their documents."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import UTC, datetime
import json
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import DOMAIN
from testbed.envoy import Gateway, RecordedGateway, SimulatedGateway
from testbed.household import Household

from .conftest import complaints, set_up

RECORDED = sorted(
    (Path(__file__).parents[2].parent / "shared" / "envoy").glob("[0-9]*"), key=lambda p: p.name
)
SIMULATED: dict[str, dict[str, Any]] = {
    "simulated, one phase": {},
    "simulated, three phases and batteries": {"phases": 3, "batteries": 2},
    "simulated, without meters": {"has_meters": False},
    "simulated, without meters, firmware 5": {"has_meters": False, "firmware": "5.0.62"},
    "simulated, firmware 4 with meters": {"firmware": "4.10.35"},
}

type Values = dict[str, float | str]
"""By unique id: W, Wh and so on, or an ISO time."""


def document(gateway: Gateway, *paths: str) -> Any:
    """Return the first of these documents that there is."""
    for path in paths:
        if (body := gateway.content(path)) is not None and (read := json.loads(body)):
            return read
    return None


def time_of(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def summary_of(part: Mapping[str, float]) -> dict[str, float]:
    return {
        "lifetime": part["whLifetime"],
        "today": part.get("whToday", 0),
        "seven_days": part.get("whLastSevenDays", 0),
    }


def expected(gateway: Gateway) -> Values:
    """Read the documents as their format says, without pyenphase."""
    found: Values = {}
    for rows in (gateway_rows, meter_rows, inverter_rows, battery_rows):
        found |= dict(rows(gateway))
    return found


def gateway_rows(gateway: Gateway) -> Iterator[tuple[str, float]]:
    own = f"{gateway.serial}_"
    production = document(gateway, "/production.json?details=1", "/production") or {}
    parts = {
        part.get("measurementType", part["type"]): part
        for part in [*production.get("production", []), *production.get("consumption", [])]
    }
    if "production" not in parts:
        summary = document(gateway, "/api/v1/production")
        yield f"{own}production_power", summary["wattsNow"]
        yield f"{own}production_lifetime", summary["wattHoursLifetime"]
        yield f"{own}production_today", summary["wattHoursToday"]
        yield f"{own}production_seven_days", summary["wattHoursSevenDays"]
        return
    readings = readings_of(gateway)
    for flow, part in (("production", "production"), ("consumption", "total-consumption")):
        for word, value in summary_of(parts[part]).items():
            yield f"{own}{flow}_{word}", round(value)
        for phase, line in enumerate(lines(gateway, parts[part]), 1):
            yield f"{own}{flow}_lifetime_l{phase}", round(line["whLifetime"])
    for suffix, produced, net in channels(
        gateway, readings["production"], readings["net-consumption"]
    ):
        power, drawn = round(produced["activePower"]), round(net["activePower"])
        yield f"{own}production_power{suffix}", power
        yield f"{own}net_power{suffix}", drawn
        yield f"{own}consumption_power{suffix}", power + drawn
        yield f"{own}grid_import{suffix}", round(net["actEnergyDlvd"])
        yield f"{own}grid_export{suffix}", round(net["actEnergyRcvd"])
        if not suffix:
            yield f"{own}import_power", max(drawn, 0)
            yield f"{own}export_power", max(-drawn, 0)


def phases_of(gateway: Gateway) -> int:
    return max((meter["phaseCount"] for meter in document(gateway, "/ivp/meters") or []), default=1)


def lines(gateway: Gateway, part: Mapping[str, Any]) -> list[Any]:
    return list(part.get("lines", ()))[: phases_of(gateway)] if phases_of(gateway) > 1 else []


def readings_of(gateway: Gateway) -> dict[str, Any]:
    """Return the readings of each kind of meter."""
    readings = {one["eid"]: one for one in document(gateway, "/ivp/meters/readings") or []}
    return {
        meter["measurementType"]: readings[meter["eid"]]
        for meter in document(gateway, "/ivp/meters") or []
        if meter["state"] == "enabled"
    }


def channels(gateway: Gateway, *readings: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield what readings tell of all phases, then of each, with what ends its keys."""
    yield ("", *readings)
    if (count := phases_of(gateway)) > 1:
        for number in range(count):
            yield (f"_l{number + 1}", *(one["channels"][number] for one in readings))


def meter_rows(gateway: Gateway) -> Iterator[tuple[str, float]]:
    for kind, reading in readings_of(gateway).items():
        own = f"{gateway.serial}_ct_{kind}_"
        for suffix, one in channels(gateway, reading):
            yield f"{own}power{suffix}", round(one["activePower"])
            yield f"{own}voltage{suffix}", one["voltage"]
            yield f"{own}current{suffix}", one["current"]
            yield f"{own}frequency{suffix}", one["freq"]
            yield f"{own}power_factor{suffix}", one["pwrFactor"]
            yield f"{own}delivered{suffix}", round(one["actEnergyDlvd"])
            yield f"{own}received{suffix}", round(one["actEnergyRcvd"])


def inverter_rows(gateway: Gateway) -> Iterator[tuple[str, float | str]]:
    devices = document(gateway, "/ivp/pdm/device_data")
    if devices is None:
        for one in document(gateway, "/api/v1/production/inverters"):
            serial = one["serialNumber"]
            yield f"{serial}_power", one["lastReportWatts"]
            yield f"{serial}_max_power", one["maxReportWatts"]
            yield f"{serial}_last_report", time_of(one["lastReportDate"])
        return
    for one in devices.values():
        if not isinstance(one, dict) or one["devName"] != "pcu" or not one["active"]:
            continue
        serial, channel = one["sn"], one["channels"][0]
        last = channel["lastReading"]
        yield f"{serial}_power", channel["watts"]["now"]
        yield f"{serial}_max_power", channel["watts"]["max"]
        yield f"{serial}_last_report", time_of(last["endDate"])
        yield f"{serial}_lifetime", round(channel["lifetime"]["joulesProduced"] / 3600)
        yield f"{serial}_today", channel["wattHours"]["today"]
        yield f"{serial}_dc_voltage", last["dcVoltageINmV"] / 1000
        yield f"{serial}_dc_current", last["dcCurrentINmA"] / 1000
        yield f"{serial}_ac_voltage", last["acVoltageINmV"] / 1000
        yield f"{serial}_ac_current", last["acCurrentInmA"] / 1000
        yield f"{serial}_ac_frequency", last["acFrequencyINmHz"] / 1000
        yield f"{serial}_temperature", last["channelTemp"]


def battery_rows(gateway: Gateway) -> Iterator[tuple[str, float | str]]:
    batteries = [
        device
        for group in document(gateway, "/ivp/ensemble/inventory") or []
        if group["type"] == "ENCHARGE"
        for device in group["devices"]
    ]
    if not batteries:
        return
    whole = document(gateway, "/ivp/ensemble/secctrl")
    yield f"{gateway.serial}_battery_level", whole["ENC_agg_soc"]
    yield f"{gateway.serial}_battery_energy", whole["ENC_agg_avail_energy"]
    yield f"{gateway.serial}_battery_capacity", whole["Enc_max_available_capacity"]
    flows = {one["serial_num"]: one for one in document(gateway, "/ivp/ensemble/power")["devices:"]}
    for one in batteries:
        serial, flow = one["serial_num"], flows[one["serial_num"]]
        yield f"{serial}_level", flow["soc"]
        yield f"{serial}_power", flow["real_power_mw"] / 1000
        yield f"{serial}_apparent_power", flow["apparent_power_mva"] / 1000
        yield f"{serial}_last_report", time_of(one["last_rpt_date"])
        yield f"{serial}_temperature", one["temperature"]
        yield f"{serial}_capacity", one["encharge_capacity"]


def shown(hass: HomeAssistant, entry: MockConfigEntry) -> Values:
    """Return what each sensor shows, in the unit of the documents."""
    found: Values = {}
    for row in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        if row.domain != "sensor":
            continue
        state = hass.states.get(row.entity_id)
        assert state is not None, row.unique_id
        scale = 1000 if state.attributes.get("unit_of_measurement") == "kWh" else 1
        try:
            found[row.unique_id] = float(state.state) * scale
        except ValueError:
            found[row.unique_id] = state.state
    return found


MAKERS: dict[str, Callable[[Household], Gateway]] = {
    **{
        f"recorded, {p.name}": lambda _, folder=p: RecordedGateway(folder)  # type: ignore[misc]
        for p in RECORDED
    },
    **{
        name: lambda house, how=how: SimulatedGateway(house, **how)  # type: ignore[misc]
        for name, how in SIMULATED.items()
    },
}


@pytest.fixture
async def gateway(request: pytest.FixtureRequest, household: Household) -> AsyncIterator[Gateway]:
    async with MAKERS[request.param](household) as server:
        yield server


@pytest.mark.parametrize("gateway", MAKERS, indirect=True)
@pytest.mark.usefixtures("all_enabled")
async def test_every_value_of_the_documents_is_shown_and_no_other(
    hass: HomeAssistant, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await set_up(hass, gateway)
    assert complaints(caplog) == []
    wanted, seen = expected(gateway), shown(hass, entry)
    assert len(wanted) > 10
    assert seen.keys() == wanted.keys()
    assert {key: seen[key] for key in wanted} == {
        key: pytest.approx(value, abs=1e-6) if not isinstance(value, str) else value
        for key, value in wanted.items()
    }
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.skipif(not RECORDED, reason="the recordings are not beside the repository")
def test_the_recordings_are_of_each_generation() -> None:
    assert {p.name.partition(".")[0] for p in RECORDED} == {"5", "7", "8"}


@pytest.mark.parametrize("gateway", ["simulated, without meters"], indirect=True)
async def test_a_gateway_without_meters_has_the_four_items_of_a_roof(
    hass: HomeAssistant, gateway: Gateway
) -> None:
    entry = await set_up(hass, gateway)
    registry = er.async_get(hass)
    keys = ("power", "today", "seven_days", "lifetime")
    for key in keys:
        assert registry.async_get_entity_id("sensor", DOMAIN, f"{gateway.serial}_production_{key}")
    assert await hass.config_entries.async_unload(entry.entry_id)
